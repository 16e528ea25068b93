//! Sums of money in agorot: never a float.
//!
//! Called by the budget slot, by tasks and by documents. It never converts a currency.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hebrew::numbers::{Found, Number, find_in};
use crate::hebrew::text::words;

/// A sum in agorot (a hundredth of a shekel). 1,500,000 ₪ is 150,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money {
    agorot: i64,
}

impl Money {
    /// A sum of whole agorot.
    pub const fn from_agorot(agorot: i64) -> Money {
        Money { agorot }
    }

    /// A sum of whole shekels.
    pub const fn from_shekels(shekels: i64) -> Money {
        Money {
            agorot: shekels.saturating_mul(100),
        }
    }

    /// The sum in agorot.
    pub const fn agorot(self) -> i64 {
        self.agorot
    }

    /// A sum as people write or say it: `1,500,000 ₪`, `מיליון וחצי`, `850 אלף`. The only number in the text, or the
    /// only one beside a word of money.
    pub fn parse(text: &str) -> Option<Money> {
        let words = words(text);
        let found = find_in(&words);
        match found.as_slice() {
            [only] => money_of(only),
            _ => Money::in_sentence(text),
        }
    }

    /// A sum in the middle of a sentence: only a number that a word of money (שקל, ₪, אלף, מיליון, תקציב) stands
    /// beside, so that three rooms are not three shekels.
    pub fn in_sentence(text: &str) -> Option<Money> {
        let words = words(text);
        let mut sums = find_in(&words)
            .into_iter()
            .filter(|found| is_sum(&words, found))
            .filter_map(|f| money_of(&f));
        let last = sums.next_back()?;
        // "בין מיליון למיליון וחצי": the budget is the most that will be paid.
        Some(sums.fold(last, Money::max))
    }
}

fn is_sum(words: &[String], found: &Found) -> bool {
    let large = found.value.thousandths() >= 20_000_000;
    let signed = words[found.start..found.end]
        .iter()
        .any(|word| word.contains('₪'));
    let near = |word: &String| {
        ["שקל", "שקלים", "ש\"ח", "שח", "₪", "אגורות"].contains(&word.as_str())
            || word.contains("תקציב")
            || word.contains("מחיר")
    };
    let before = words[found.start.saturating_sub(3)..found.start].iter().any(near);
    let phone_like = found
        .digits
        .as_ref()
        .is_some_and(|d| d.starts_with('0') || (d.len() >= 9 && !d.contains(',')));
    !phone_like && (large || signed || before || words.get(found.end).is_some_and(near))
}

/// `מיליון ומאתיים` is 1,200,000 in speech: after millions, hundreds without their noun are thousands.
fn money_of(found: &Found) -> Option<Money> {
    let thousandths = found.value.thousandths();
    if thousandths % 10 != 0 {
        return None;
    }
    let shekels = Number::whole(found.value).unwrap_or(0);
    let rest = shekels % 1_000_000;
    if found.digits.is_none() && shekels >= 1_000_000 && (100..1_000).contains(&rest) {
        return Some(Money::from_shekels(shekels - rest + rest * 1_000));
    }
    Some(Money::from_agorot(thousandths / 10))
}

/// `1,500,000 ₪`, `12.90 ₪`, as people write it.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = (self.agorot.unsigned_abs() / 100).to_string();
        let mut grouped = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(c);
        }
        let sign = if self.agorot < 0 { "-" } else { "" };
        match self.agorot.unsigned_abs() % 100 {
            0 => write!(f, "{sign}{grouped} ₪"),
            agorot => write!(f, "{sign}{grouped}.{agorot:02} ₪"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_as_they_are_said() {
        let check = |text: &str, shekels: i64| {
            assert_eq!(Money::parse(text), Some(Money::from_shekels(shekels)), "{text}")
        };
        check("מיליון וחצי", 1_500_000);
        check("הדקציב שלי הוא מיליון וחצי שקלים", 1_500_000);
        check("850 אלף", 850_000);
        check("1,500,000 ₪", 1_500_000);
        check("ארבעת אלפים וחמש מאות שקל", 4_500);
        check("מיליון ומאתיים", 1_200_000);
        check("מיליון שמונה מאות", 1_800_000);
        check("בין מיליון למיליון וחצי", 1_500_000);
        check("חמשת אלפים לחודש", 5_000);
        check("עטקטיב של אומילון וחצי שקלים", 1_500_000);
        assert_eq!(Money::parse("12.90 ₪"), Some(Money::from_agorot(1_290)));
        assert_eq!(Money::parse("לא יודע"), None);
    }

    #[test]
    fn rooms_and_phones_are_not_money() {
        assert_eq!(
            Money::in_sentence("שלושה חדרים בחיפה עד מיליון וחצי"),
            Some(Money::from_shekels(1_500_000))
        );
        assert_eq!(Money::in_sentence("שלושה חדרים בחיפה"), None);
        assert_eq!(Money::in_sentence("הטלפון שלי 0521234567"), None);
    }

    #[test]
    fn a_sum_is_shown_with_its_separators() {
        let check = |agorot: i64, text: &str| assert_eq!(Money::from_agorot(agorot).to_string(), text);
        check(150_000_000, "1,500,000 ₪");
        check(1_290, "12.90 ₪");
        check(-5_000, "-50 ₪");
        check(0, "0 ₪");
    }
}
