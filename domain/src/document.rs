//! Papers between a business and a customer: quotes, brokerage orders, contracts and invoices. What they add up to, what the
//! law wants on them, and how they go on. Pages, the store and `documents` ask here; nothing here draws, keeps or counts time.

mod certificate;
mod fields;
mod lines;
mod paper;
mod signing;
mod tax;
mod templates;
#[cfg(test)]
mod tests;

use crate::customer::words;
use serde::{Deserialize, Serialize};

pub use certificate::{Certificate, CertificateEvent, Ink};
pub use fields::{FieldError, FieldKind, Fields, checked as checked_fields, kind_of, missing, wanted};
pub use lines::{Line, MOST_MONEY, Quantity, Totals, totals};
pub use paper::{Content, Issue, Paper, Party, day_text, filled, shown};
pub use signing::{CONSENT, Channel, Signature, SignatureError, SigningStatus};
pub use tax::{Percent, Rules, Since, TaxType};
pub use templates::{BUILT_IN, BuiltIn};

words!(
    /// What a paper is.
    Kind: Quote = "quote", Order = "order", Contract = "contract", Invoice = "invoice"
);

words!(
    /// How far a paper has come.
    Status:
    /// Being written: the only state in which it changes.
    Draft = "draft",
    /// It has its number and is what it is from here on.
    Issued = "issued",
    /// Somebody was asked to sign it.
    Sent = "sent",
    /// Whom it was sent to has opened it.
    Viewed = "viewed",
    Signed = "signed",
    Declined = "declined",
    /// The time to sign ran out.
    Expired = "expired",
    /// All of it was paid.
    Paid = "paid",
    /// Another one took it back.
    Credited = "credited"
);

words!(
    /// How something was paid.
    Method:
    Cash = "cash",
    Transfer = "transfer",
    Card = "card",
    Cheque = "cheque",
    Bit = "bit",
    Other = "other"
);

impl Kind {
    /// What it is called in Hebrew when nobody gave it a title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Quote => "הצעת מחיר",
            Self::Order => "הזמנת שירותי תיווך",
            Self::Contract => "הסכם",
            Self::Invoice => "חשבון עסקה",
        }
    }

    /// Numbers run within a series of a business; each kind has its own. Invoices have one for each type, and
    /// those that take one back another (`C300`).
    pub fn series(self, tax: Option<TaxType>, credits: bool) -> String {
        let of = match (self, tax) {
            (Self::Quote, _) => "Q".to_owned(),
            (Self::Order, _) => "O".to_owned(),
            (Self::Contract, _) => "A".to_owned(),
            (Self::Invoice, tax) => tax.unwrap_or(TaxType::ProForma).code().to_string(),
        };
        if credits { format!("C{of}") } else { of }
    }

    /// Whether it is about sums: it must have lines.
    pub fn wants_lines(self) -> bool {
        matches!(self, Self::Quote | Self::Invoice)
    }

    /// Whether it may be sent to be signed.
    pub fn is_signed(self) -> bool {
        self != Self::Invoice
    }
}

impl Status {
    /// Whether a paper in this state may come into that one. A state that it has passed already is no step.
    pub fn may_become(self, next: Self) -> bool {
        use Status::{Credited, Declined, Draft, Expired, Issued, Paid, Sent, Signed, Viewed};
        match (self, next) {
            (Draft, Issued) => true,
            (Issued | Declined | Expired, Sent) => true,
            (Sent, Viewed) => true,
            (Sent | Viewed, Signed | Declined | Expired) => true,
            // A request that was called off: it waits for another.
            (Sent | Viewed, Issued) => true,
            (Issued | Sent | Viewed, Paid) => true,
            (Issued | Sent | Viewed | Paid, Credited) => true,
            _ => false,
        }
    }
}

/// A number as people read it: at least four digits.
pub fn number_text(number: i64) -> String {
    format!("{number:04}")
}
