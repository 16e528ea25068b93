//! What the tax authority wants, by date: types of documents, rates of VAT, and from which sum on an invoice needs an
//! allocation number (חשבוניות ישראל). Rates and thresholds are data with dates; a business may have its own.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A type of the tax authority's list (מבנה אחיד).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub enum TaxType {
    /// 10: הצעת מחיר.
    Quote,
    /// 300: חשבון עסקה.
    ProForma,
    /// 305: חשבונית מס.
    TaxInvoice,
    /// 320: חשבונית מס/קבלה.
    TaxInvoiceReceipt,
    /// 330: חשבונית זיכוי.
    CreditNote,
    /// 400: קבלה.
    Receipt,
}

impl TaxType {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::Quote,
        Self::ProForma,
        Self::TaxInvoice,
        Self::TaxInvoiceReceipt,
        Self::CreditNote,
        Self::Receipt,
    ];

    /// The number of the list.
    pub fn code(self) -> i16 {
        match self {
            Self::Quote => 10,
            Self::ProForma => 300,
            Self::TaxInvoice => 305,
            Self::TaxInvoiceReceipt => 320,
            Self::CreditNote => 330,
            Self::Receipt => 400,
        }
    }

    /// Reads a number of the list.
    pub fn of(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Whether only software that is registered with the tax authority may issue it.
    pub fn needs_registration(self) -> bool {
        !matches!(self, Self::Quote | Self::ProForma)
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Quote => "הצעת מחיר",
            Self::ProForma => "חשבון עסקה",
            Self::TaxInvoice => "חשבונית מס",
            Self::TaxInvoiceReceipt => "חשבונית מס / קבלה",
            Self::CreditNote => "חשבונית זיכוי",
            Self::Receipt => "קבלה",
        }
    }
}

impl TryFrom<i16> for TaxType {
    type Error = String;
    fn try_from(code: i16) -> Result<Self, String> {
        Self::of(code).ok_or_else(|| "tax_type is one of 10, 300, 305, 320, 330, 400".into())
    }
}

impl From<TaxType> for i16 {
    fn from(tax: TaxType) -> Self {
        tax.code()
    }
}

/// A rate in hundredths of a percent: `18` is 1800, `1.5` is 150.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(i32);

impl Percent {
    /// No tax.
    pub const ZERO: Self = Self(0);

    /// From hundredths of a percent.
    pub const fn from_hundredths(hundredths: i32) -> Self {
        Self(hundredths)
    }

    /// In hundredths of a percent.
    pub const fn hundredths(self) -> i32 {
        self.0
    }

    /// From `18` or `1.25`: at most a hundred.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(whole, 3) || !digits(part, 2) {
            return None;
        }
        let hundredths = whole.parse::<i32>().ok()? * 100 + format!("{part:0<2}").parse::<i32>().ok()?;
        (hundredths <= 10_000).then_some(Self(hundredths))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:02}", self.0 % 100);
        match part.trim_end_matches('0') {
            "" => write!(f, "{}", self.0 / 100),
            part => write!(f, "{}.{part}", self.0 / 100),
        }
    }
}

impl TryFrom<String> for Percent {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| "a percentage is a number like 18 or 1.5".into())
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        percent.to_string()
    }
}

/// What holds from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since<T> {
    pub from: Date,
    pub value: T,
}

/// Rates and thresholds, each from its day on, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub vat: Vec<Since<Percent>>,
    /// Agorot before VAT, from which on a tax invoice needs an allocation number.
    pub allocation: Vec<Since<i64>>,
}

impl Default for Rules {
    /// As they are in Israel at the end of 2026.
    fn default() -> Self {
        let vat = |from, percent: i32| Since {
            from,
            value: Percent(percent * 100),
        };
        let allocation = |from, shekels: i64| Since {
            from,
            value: shekels * 100,
        };
        Self {
            vat: vec![vat(date(2015, 10, 1), 17), vat(date(2025, 1, 1), 18)],
            allocation: vec![
                allocation(date(2024, 5, 5), 25_000),
                allocation(date(2025, 1, 1), 20_000),
                allocation(date(2026, 1, 1), 10_000),
                allocation(date(2026, 6, 1), 5_000),
            ],
        }
    }
}

fn on<T: Copy>(dated: &[Since<T>], day: Date) -> Option<T> {
    let before = dated.iter().filter(|since| since.from <= day);
    before.max_by_key(|since| since.from).map(|since| since.value)
}

impl Rules {
    /// VAT on this day; none before the first that is known.
    pub fn vat_on(&self, day: Date) -> Percent {
        on(&self.vat, day).unwrap_or(Percent::ZERO)
    }

    /// Whether this paper needs an allocation number: tax invoices from the day's threshold on, VAT not counted.
    pub fn needs_allocation(&self, tax: TaxType, net: i64, vat: i64, day: Date) -> bool {
        let of_that_kind = matches!(tax, TaxType::TaxInvoice | TaxType::TaxInvoiceReceipt);
        // Without VAT there is nothing that a buyer could deduct.
        of_that_kind && vat > 0 && on(&self.allocation, day).is_some_and(|threshold| net >= threshold)
    }
}
