//! What a paper adds up to: quantities in thousandths, money in agorot, each rounded once, half up.

use super::tax::Percent;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most that a line or a paper may come to, in agorot: a hundred milliard shekels.
pub const MOST_MONEY: i64 = 10_000_000_000_000;

/// How many of something, in thousandths: `1.5` is 1500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quantity(i64);

impl Quantity {
    /// From `3`, `1.5`, `0.125`: more than none, at most a million, three decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| (1..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 3 {
            return None;
        }
        let thousandths = whole.parse::<i64>().ok()? * 1000 + format!("{part:0<3}").parse::<i64>().ok()?;
        (1..=1_000_000_000)
            .contains(&thousandths)
            .then_some(Self(thousandths))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:03}", self.0 % 1000);
        match part.trim_end_matches('0') {
            "" => write!(f, "{}", self.0 / 1000),
            part => write!(f, "{}.{part}", self.0 / 1000),
        }
    }
}

impl TryFrom<String> for Quantity {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(text.trim())
            .ok_or_else(|| "a quantity is a number like 1.5, with at most three decimals".into())
    }
}

impl From<Quantity> for String {
    fn from(quantity: Quantity) -> Self {
        quantity.to_string()
    }
}

/// A line of a quote or an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub description: String,
    pub quantity: Quantity,
    /// Agorot, before VAT; below zero for a discount.
    pub unit_price: i64,
    /// Whether VAT is added.
    pub vat: bool,
}

impl Line {
    /// Agorot, before VAT. `None` beyond what a paper may come to.
    pub fn net(&self) -> Option<i64> {
        let sum = half_up(i128::from(self.quantity.0) * i128::from(self.unit_price), 1000);
        i64::try_from(sum).ok().filter(|sum| sum.abs() <= MOST_MONEY)
    }
}

/// What a paper comes to, in agorot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub net: i64,
    pub vat: i64,
    pub total: i64,
}

/// Adds up. VAT is of the sum of the lines that bear it, rounded once. `None` when it is too much, or less than nothing.
pub fn totals(lines: &[Line], rate: Percent) -> Option<Totals> {
    let (mut net, mut taxed) = (0_i64, 0_i64);
    for line in lines {
        let sum = line.net()?;
        net = net.checked_add(sum)?;
        if line.vat {
            taxed = taxed.checked_add(sum)?;
        }
    }
    let vat = i64::try_from(half_up(i128::from(taxed) * i128::from(rate.hundredths()), 10_000)).ok()?;
    let total = net.checked_add(vat)?;
    (total >= 0 && net >= 0 && total <= MOST_MONEY).then_some(Totals { net, vat, total })
}

/// Divides and rounds; a half goes away from zero.
fn half_up(sum: i128, by: i128) -> i128 {
    let half = if sum < 0 { -by / 2 } else { by / 2 };
    (sum + half) / by
}
