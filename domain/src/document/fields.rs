//! What is written into a paper besides its lines, by name, and what the law wants there. The brokerage order (הזמנת שירותי
//! תיווך) must have five groups of details by the regulations of 1997: who both sides are, the kind of deal, the property, its
//! price, and the fee with whether VAT is in it; a broker without a licence may not ask for a fee at all.

use super::Kind;
use super::lines::MOST_MONEY;
use super::tax::Percent;
use crate::entities::IsraeliId;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Names and what is written there. A blank one counts as not there.
pub type Fields = BTreeMap<String, String>;

/// Most fields of one paper.
const MOST: usize = 60;
/// Most characters of one field.
const LONGEST: usize = 2_000;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    /// An identity or company number with its check digit, or a passport's letters and digits.
    Id,
    /// Agorot, as digits.
    Money,
    /// `percent`: a percentage; `amount`: agorot.
    Fee,
    /// `2026-12-31`.
    Date,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// Which field can't be what it is, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct FieldError {
    pub field: String,
    pub reason: &'static str,
}

/// What a field of this name takes: the names that nobody knows take any text.
pub fn kind_of(name: &str) -> FieldKind {
    match name {
        "business_id" | "client_id" | "broker_id" => FieldKind::Id,
        "price" => FieldKind::Money,
        "fee" => FieldKind::Fee,
        "exclusive_until" => FieldKind::Date,
        "deal_type" => FieldKind::Choice(&["buy", "sell", "rent", "let"]),
        "fee_kind" => FieldKind::Choice(&["percent", "amount"]),
        "fee_vat" => FieldKind::Choice(&["included", "excluded"]),
        _ => FieldKind::Text,
    }
}

/// The same fields, trimmed and without the blank ones.
///
/// # Errors
/// The first that can't be what it is.
pub fn checked(fields: Fields) -> Result<Fields, FieldError> {
    let error = |field: &str, reason| FieldError {
        field: field.chars().take(64).collect(),
        reason,
    };
    if fields.len() > MOST {
        return Err(error("fields", "there are more than sixty"));
    }
    let mut kept = Fields::new();
    for (name, value) in fields {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if name.is_empty() || name.len() > 40 || !name.bytes().all(plain) {
            return Err(error(&name, "a name is of small letters, digits and _"));
        }
        let value = value.trim().to_owned();
        if value.is_empty() {
            continue;
        }
        if value.chars().count() > LONGEST {
            return Err(error(&name, "it has more than 2000 characters"));
        }
        kept.insert(name, value);
    }
    for (name, value) in &kept {
        reason(name, value, &kept).map_or(Ok(()), |reason| Err(error(name, reason)))?;
    }
    Ok(kept)
}

fn reason(name: &str, value: &str, all: &Fields) -> Option<&'static str> {
    let money = |text: &str| {
        text.parse::<i64>()
            .is_ok_and(|sum| (1..=MOST_MONEY).contains(&sum))
    };
    let (good, why) = match kind_of(name) {
        FieldKind::Text => (true, ""),
        FieldKind::Id => (is_id(value), "it is no identity number: its check digit is wrong"),
        FieldKind::Money => (money(value), "it is a sum in agorot, digits only"),
        FieldKind::Fee if all.get("fee_kind").is_some_and(|kind| kind == "percent") => (
            Percent::parse(value).is_some_and(|fee| fee > Percent::ZERO),
            "it is a percentage, like 2 or 1.5",
        ),
        FieldKind::Fee => (
            money(value) || Percent::parse(value).is_some(),
            "it is a sum in agorot, or a percentage",
        ),
        FieldKind::Date => (value.parse::<Date>().is_ok(), "it is a date like 2026-12-31"),
        FieldKind::Choice(words) => (words.contains(&value), "it is none of the words that it may be"),
    };
    (!good).then_some(why)
}

fn is_id(text: &str) -> bool {
    let only_digits = text.chars().all(|c| c.is_ascii_digit() || c == '-' || c == ' ');
    if only_digits {
        return IsraeliId::parse(text).is_ok();
    }
    (5..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// What must be there before a paper of this kind is issued, in the order in which the law names it.
pub fn wanted(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Quote | Kind::Invoice => &["business_name", "client_name"],
        Kind::Contract => &["business_name", "client_name"],
        Kind::Order => &[
            "broker_name",
            "broker_id",
            "broker_address",
            "broker_license",
            "client_name",
            "client_id",
            "client_address",
            "deal_type",
            "property",
            "price",
            "fee_kind",
            "fee",
            "fee_vat",
        ],
    }
}

/// What is still missing: the law's fields, those that the text names in braces, and `lines` or `body` where the kind
/// lives of them.
pub fn missing(kind: Kind, fields: &Fields, has_lines: bool, body: &str) -> Vec<String> {
    let blank = |name: &str| fields.get(name).is_none_or(|value| value.trim().is_empty());
    let mut names: Vec<String> = wanted(kind).iter().map(|name| (*name).to_owned()).collect();
    names.extend(super::paper::names_in(body));
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| blank(name) && seen.insert(name.clone()));
    if kind.wants_lines() && !has_lines {
        names.push("lines".into());
    }
    if matches!(kind, Kind::Contract | Kind::Order) && body.trim().is_empty() {
        names.push("body".into());
    }
    names
}
