//! Numbers as callers say them: words (also misspelt), digits and mixtures, to exact values.
//!
//! Called by every slot that holds a number: rooms, sums, times, phones. It never rounds and never guesses a unit.

use super::number_words::{Part, Word, part_of};
use super::text::words;

/// An exact non-negative number in thousandths, so that halves, quarters and agorot stay whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    thousandths: i64,
}

/// The largest number that is read: a hundred milliard.
const MAX: i64 = 100_000_000_000_000;

impl Number {
    /// A whole number.
    pub fn whole_of(value: i64) -> Number {
        Number {
            thousandths: value.saturating_mul(1_000),
        }
    }

    /// The value in thousandths.
    pub fn thousandths(self) -> i64 {
        self.thousandths
    }

    /// The value when there is no fraction.
    pub fn whole(self) -> Option<i64> {
        (self.thousandths % 1_000 == 0).then_some(self.thousandths / 1_000)
    }

    /// The value in halves when it is whole or a half: 2.5 gives 5.
    pub fn halves(self) -> Option<i64> {
        (self.thousandths % 500 == 0).then_some(self.thousandths / 500)
    }
}

/// A number inside a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its value.
    pub value: Number,
    /// First word of it in the sentence.
    pub start: usize,
    /// One past its last word.
    pub end: usize,
    /// Whether it was transcribed in digits, with separators and zeros as written.
    pub digits: Option<String>,
}

/// The number that the text is, when it holds exactly one: `מיליון וחצי` gives 1,500,000, `שלושה חדרים` gives 3.
pub fn parse(text: &str) -> Option<Number> {
    match find(text).as_slice() {
        [only] => Some(only.value),
        _ => None,
    }
}

/// Every number in the sentence, from its beginning.
pub fn find(text: &str) -> Vec<Found> {
    find_in(&words(text))
}

/// Every number in these words. `באר שבע` is a town, not a seven.
pub fn find_in(words: &[String]) -> Vec<Found> {
    read(words, Joining::Loose)
}

/// The digits of a number said digit by digit (`אפס חמש שתיים שלוש…`), in groups (`חמישים ושתיים`) or transcribed in
/// digits: everything in the sentence, in order. `None` when there are none.
pub fn digit_sequence(text: &str) -> Option<String> {
    let mut all = digit_pieces(text).concat();
    all.truncate(32);
    (!all.is_empty()).then_some(all)
}

/// The pieces of [`digit_sequence`], each as it was said: a phone begins with one of them. At most 40.
pub fn digit_pieces(text: &str) -> Vec<String> {
    let words = words(text);
    let mut pieces = Vec::new();
    let mut position = 0;
    for found in read(&words, Joining::Strict).into_iter().take(20) {
        let twice = words[position..found.start].iter().any(|word| word == "פעמיים");
        position = found.end;
        let piece: String = match (&found.digits, found.value.whole()) {
            (Some(digits), _) => digits.chars().filter(char::is_ascii_digit).collect(),
            (None, Some(whole)) => whole.to_string(),
            (None, None) => continue,
        };
        if twice {
            pieces.push(piece.clone());
        }
        pieces.push(piece);
    }
    pieces
}

/// Whether `עשרים שלוש` is one number (23, a lost ו) or two (20 and 3, a phone read out).
#[derive(Clone, Copy, PartialEq)]
enum Joining {
    Loose,
    Strict,
}

fn read(words: &[String], joining: Joining) -> Vec<Found> {
    let mut found = Vec::new();
    let mut sum = Sum::default();
    let mut start = 0;
    for (i, word) in words.iter().enumerate() {
        let previous = i.checked_sub(1).map(|p| words[p].as_str());
        let part = part_of(word, previous);
        let taken = part.as_ref().is_some_and(|part| sum.take(part, joining));
        if taken {
            continue;
        }
        found.extend(sum.finish().map(|(value, digits)| Found {
            value,
            start,
            end: i,
            digits,
        }));
        start = i;
        sum = Sum::default();
        if let Some(part) = part {
            if !sum.take(&part, joining) {
                start = i + 1;
            }
        } else {
            start = i + 1;
        }
    }
    found.extend(sum.finish().map(|(value, digits)| Found {
        value,
        start,
        end: words.len(),
        digits,
    }));
    found
}

/// A number being put together, word by word.
#[derive(Default)]
struct Sum {
    /// Whole groups already multiplied by their scale, in thousandths.
    total: i64,
    /// The group below the next scale word, in thousandths.
    group: i64,
    last: Option<Part>,
    /// The last scale word, for `וחצי` after it.
    scale: Option<i64>,
    digits: Option<String>,
    after_point: bool,
}

impl Sum {
    /// Adds a word; false when it can't belong to the same number.
    fn take(&mut self, word: &Word, joining: Joining) -> bool {
        let took = match &word.part {
            Part::Zero => self.last.is_none() || self.point(0),
            Part::Unit(n) => self.unit(*n, word.and || joining == Joining::Loose),
            Part::Ten => self.ten(),
            Part::Tens(n) => self.add_below(100, *n),
            Part::Hundred(n) => self.add_below(1_000, *n),
            Part::Hundreds => self.hundreds(),
            Part::TwoThousand => self.two_thousand(),
            Part::Scale(scale) => self.scale(*scale),
            Part::Fraction(part) => self.fraction(*part),
            Part::Point => self.last.is_some() && !std::mem::replace(&mut self.after_point, true),
            Part::Digits { thousandths, text } => self.digits(*thousandths, text),
        };
        if took {
            self.last = Some(word.part.clone());
        }
        took && self.total <= MAX && self.group <= MAX
    }

    fn unit(&mut self, n: i64, joined: bool) -> bool {
        match self.last {
            None => {}
            Some(Part::Point) => return self.point(n),
            Some(Part::Tens(_)) if joined => {}
            Some(Part::Hundred(_) | Part::Hundreds | Part::Scale(_) | Part::TwoThousand) => {}
            _ => return false,
        }
        self.group += n * 1_000;
        true
    }

    /// Digits after `נקודה`: tenths only, for rooms, percents and millions.
    fn point(&mut self, n: i64) -> bool {
        if !matches!(self.last, Some(Part::Point)) {
            return false;
        }
        self.group += n * 100;
        true
    }

    fn ten(&mut self) -> bool {
        match self.last {
            // "שלוש עשרה": the unit is already in the group.
            Some(Part::Unit(_)) if self.group % 100_000 < 10_000 => {}
            Some(
                Part::Unit(_)
                | Part::Tens(_)
                | Part::Ten
                | Part::Zero
                | Part::Fraction(_)
                | Part::Digits { .. },
            ) => return false,
            Some(Part::Point) => return false,
            _ => {}
        }
        self.group += 10_000;
        true
    }

    /// Tens and hundreds: the group must be empty below the place they fill.
    fn add_below(&mut self, place: i64, n: i64) -> bool {
        let open = matches!(
            self.last,
            None | Some(Part::Scale(_) | Part::TwoThousand | Part::Hundred(_) | Part::Hundreds)
        );
        if !open || self.group % (place * 1_000) != 0 {
            return false;
        }
        self.group += n * 1_000;
        true
    }

    fn hundreds(&mut self) -> bool {
        match self.last {
            Some(Part::Unit(n)) if self.group >= n * 1_000 => {
                self.group += n * 99_000;
                true
            }
            _ => false,
        }
    }

    fn two_thousand(&mut self) -> bool {
        let open = matches!(self.last, None | Some(Part::Scale(_)));
        if open {
            self.total += self.group + 2_000_000;
            self.group = 0;
            self.scale = Some(1_000);
        }
        open
    }

    fn scale(&mut self, scale: i64) -> bool {
        if self.after_point && matches!(self.last, Some(Part::Point)) {
            return false;
        }
        // "מיליון אלף" is no number; "מיליון שלוש מאות אלף" is.
        if self
            .scale
            .is_some_and(|before| before <= scale && self.group == 0)
        {
            return false;
        }
        let count = match self.last {
            None | Some(Part::Scale(_) | Part::TwoThousand) if self.group == 0 => 1_000,
            _ => self.group,
        };
        let Some(value) = count.checked_mul(scale) else {
            return false;
        };
        self.total = self.total.saturating_add(value);
        self.group = 0;
        self.scale = Some(scale);
        self.digits = None;
        true
    }

    fn fraction(&mut self, part: i64) -> bool {
        match (&self.last, self.scale) {
            // "שלושת רבעי": three quarters.
            (Some(Part::Unit(3)), _) if part == 250 && self.total == 0 && self.group == 3_000 => {
                self.group = 750
            }
            // "מיליון וחצי" is half of the million.
            (Some(Part::Scale(_) | Part::TwoThousand), Some(scale)) => self.total += part * scale,
            (Some(Part::Fraction(_) | Part::Point), _) => return false,
            _ => self.group += part,
        }
        self.digits = None;
        true
    }

    fn digits(&mut self, thousandths: i64, text: &str) -> bool {
        if !matches!(self.last, None | Some(Part::Scale(_))) {
            return false;
        }
        self.group += thousandths;
        if self.last.is_none() {
            self.digits = Some(text.to_owned());
        }
        true
    }

    fn finish(&self) -> Option<(Number, Option<String>)> {
        self.last.as_ref()?;
        let thousandths = self.total.checked_add(self.group).filter(|&n| n <= MAX)?;
        Some((Number { thousandths }, self.digits.clone()))
    }
}

#[cfg(test)]
#[path = "numbers_tests.rs"]
mod tests;
