//! A paper as it is printed: everything that is on it, and nothing that would have to be looked up. What is issued is kept
//! as this, so that it prints the same for ever.

use super::fields::Fields;
use super::lines::{Line, Totals};
use super::tax::{Percent, TaxType};
use super::{Kind, kind_of};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One side of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    pub name: String,
    /// Identity or company number.
    pub id_number: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    /// A broker's licence.
    pub license: String,
}

/// All that is on a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub kind: Kind,
    pub tax_type: Option<TaxType>,
    pub title: String,
    /// None on a draft.
    pub number: Option<String>,
    pub issued_on: Option<Date>,
    pub business: Party,
    pub customer: Party,
    pub lines: Vec<Line>,
    pub fields: Fields,
    /// The text, with its fields filled in.
    pub body: String,
    pub totals: Totals,
    pub vat_rate: Percent,
    pub valid_until: Option<Date>,
    pub due_on: Option<Date>,
    pub payment_link: Option<String>,
    pub allocation_number: Option<String>,
    /// Which paper it takes back: its title and number.
    pub credit_of: Option<String>,
}

/// What is written while a paper is a draft.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    pub lines: Vec<Line>,
    pub fields: Fields,
    /// With its fields' names in braces.
    pub body: String,
    pub valid_until: Option<Date>,
    pub due_on: Option<Date>,
    pub payment_link: Option<String>,
}

/// What is known of a paper besides what was written.
#[derive(Debug, Clone)]
pub struct Issue {
    pub kind: Kind,
    pub tax_type: Option<TaxType>,
    pub title: String,
    /// None of a draft.
    pub number: Option<String>,
    pub day: Option<Date>,
    pub vat_rate: Percent,
    pub allocation_number: Option<String>,
    pub credit_of: Option<String>,
}

impl Paper {
    /// The paper as it is printed. `None` when its lines come to more than a paper may.
    pub fn of(issue: Issue, content: Content) -> Option<Self> {
        let totals = super::totals(&content.lines, issue.vat_rate)?;
        let (business, customer) = Self::parties(issue.kind, &content.fields);
        Some(Self {
            kind: issue.kind,
            tax_type: issue.tax_type,
            title: issue.title,
            number: issue.number,
            issued_on: issue.day,
            business,
            customer,
            totals,
            body: filled(&content.body, &content.fields),
            lines: content.lines,
            fields: content.fields,
            vat_rate: issue.vat_rate,
            valid_until: content.valid_until,
            due_on: content.due_on,
            payment_link: content.payment_link,
            allocation_number: issue.allocation_number,
            credit_of: issue.credit_of,
        })
    }

    /// The two sides as the fields name them; of an order the broker is the business.
    pub fn parties(kind: Kind, fields: &Fields) -> (Party, Party) {
        let of = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let first = |names: [&str; 2]| names.map(of).into_iter().find(|text| !text.is_empty());
        let ours = |name: &str| {
            let (broker, business) = (format!("broker_{name}"), format!("business_{name}"));
            let names = match kind {
                Kind::Order => [broker.as_str(), business.as_str()],
                _ => [business.as_str(), broker.as_str()],
            };
            first(names).unwrap_or_default()
        };
        let business = Party {
            name: ours("name"),
            id_number: ours("id"),
            address: ours("address"),
            phone: ours("phone"),
            email: ours("email"),
            license: ours("license"),
        };
        let customer = Party {
            name: of("client_name"),
            id_number: of("client_id"),
            address: of("client_address"),
            phone: of("client_phone"),
            email: of("client_email"),
            license: String::new(),
        };
        (business, customer)
    }
}

/// Names that stand in braces in a text, each once, in their order.
pub(super) fn names_in(body: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = body;
    while let Some((_, after)) = rest.split_once('{') {
        rest = after;
        if let Some((name, _)) = after.split_once('}')
            && is_name(name)
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    !name.is_empty() && name.len() <= 40 && name.bytes().all(plain)
}

/// A text with its fields filled in, once: what a field says is not looked through again. A field that is not there is a line
/// to write on.
pub fn filled(body: &str, fields: &Fields) -> String {
    let mut told = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        match after.split_once('}') {
            Some((name, further)) if is_name(name) => {
                match fields.get(name) {
                    Some(value) => told.push_str(&shown(name, value, fields)),
                    None => told.push_str("__________"),
                }
                rest = further;
            }
            _ => {
                told.push('{');
                rest = after;
            }
        }
    }
    told.push_str(rest);
    told
}

/// A field's value as people read it.
pub fn shown(name: &str, value: &str, fields: &Fields) -> String {
    use super::FieldKind::{Choice, Date as Day, Fee, Money};
    let word = |text: &str| {
        match text {
            "buy" => "קנייה",
            "sell" => "מכירה",
            "rent" => "שכירות",
            "let" => "השכרה",
            "percent" => "אחוז ממחיר העסקה",
            "amount" => "סכום קבוע",
            "included" => "כולל מע״מ",
            "excluded" => "בתוספת מע״מ כדין",
            other => return other.to_owned(),
        }
        .to_owned()
    };
    match kind_of(name) {
        Money => money_text(value),
        Fee if fields.get("fee_kind").is_some_and(|kind| kind == "amount") => money_text(value),
        Fee => format!("{value}%"),
        Day => value.parse::<Date>().map_or_else(|_| value.to_owned(), day_text),
        Choice(_) => word(value),
        _ => value.to_owned(),
    }
}

/// `31/12/2026`.
pub fn day_text(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// Agorot as `1,500,000.00 ₪`, whole shekels without their zeros.
fn money_text(agorot: &str) -> String {
    let Ok(sum) = agorot.parse::<i64>() else {
        return agorot.to_owned();
    };
    let digits = (sum / 100).abs().to_string();
    let mut shekels = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shekels.push(',');
        }
        shekels.push(digit);
    }
    match sum.abs() % 100 {
        0 => format!("{shekels} ₪"),
        agorot => format!("{shekels}.{agorot:02} ₪"),
    }
}
