//! Numbers as callers say them: words (also misspelt), digits and mixtures, to exact values.
//!
//! Called by every slot that holds a number: rooms, sums, times, phones. It never rounds and never guesses a unit.

use super::key::{key, similarity};
use super::text::{without_prefixes, words};

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

/// What one word contributes.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Zero,
    Unit(i64),
    Ten,
    Tens(i64),
    Hundred(i64),
    Hundreds,
    Scale(i64),
    TwoThousand,
    Fraction(i64),
    Point,
    Digits { thousandths: i64, text: String },
}

struct Word {
    part: Part,
    /// Said with the joining ו.
    and: bool,
}

const VOCABULARY: &[(&str, Part)] = &[
    ("אפס", Part::Zero),
    ("אחת", Part::Unit(1)),
    ("אחד", Part::Unit(1)),
    ("שתיים", Part::Unit(2)),
    ("שתים", Part::Unit(2)),
    ("שניים", Part::Unit(2)),
    ("שנים", Part::Unit(2)),
    ("שתי", Part::Unit(2)),
    ("שני", Part::Unit(2)),
    ("שלוש", Part::Unit(3)),
    ("שלושה", Part::Unit(3)),
    ("שלשה", Part::Unit(3)),
    ("שלושת", Part::Unit(3)),
    ("ארבע", Part::Unit(4)),
    ("ארבעה", Part::Unit(4)),
    ("ארבעת", Part::Unit(4)),
    ("חמש", Part::Unit(5)),
    ("חמישה", Part::Unit(5)),
    ("חמשה", Part::Unit(5)),
    ("חמשת", Part::Unit(5)),
    ("שש", Part::Unit(6)),
    ("שישה", Part::Unit(6)),
    ("ששה", Part::Unit(6)),
    ("ששת", Part::Unit(6)),
    ("שבע", Part::Unit(7)),
    ("שבעה", Part::Unit(7)),
    ("שבעת", Part::Unit(7)),
    ("שמונה", Part::Unit(8)),
    ("שמונת", Part::Unit(8)),
    ("תשע", Part::Unit(9)),
    ("תשעה", Part::Unit(9)),
    ("תשעת", Part::Unit(9)),
    ("עשר", Part::Ten),
    ("עשרה", Part::Ten),
    ("עשרת", Part::Ten),
    ("עשרים", Part::Tens(20)),
    ("שלושים", Part::Tens(30)),
    ("ארבעים", Part::Tens(40)),
    ("חמישים", Part::Tens(50)),
    ("חמשים", Part::Tens(50)),
    ("שישים", Part::Tens(60)),
    ("ששים", Part::Tens(60)),
    ("שבעים", Part::Tens(70)),
    ("שמונים", Part::Tens(80)),
    ("תשעים", Part::Tens(90)),
    ("מאה", Part::Hundred(100)),
    ("מאתיים", Part::Hundred(200)),
    ("מאתים", Part::Hundred(200)),
    ("מאות", Part::Hundreds),
    ("אלף", Part::Scale(1_000)),
    ("אלפים", Part::Scale(1_000)),
    ("אלפיים", Part::TwoThousand),
    ("מיליון", Part::Scale(1_000_000)),
    ("מילין", Part::Scale(1_000_000)),
    ("מליון", Part::Scale(1_000_000)),
    ("מיליונים", Part::Scale(1_000_000)),
    ("מיליארד", Part::Scale(1_000_000_000)),
    ("חצי", Part::Fraction(500)),
    ("רבע", Part::Fraction(250)),
    ("רבעי", Part::Fraction(250)),
    ("נקודה", Part::Point),
];

/// Ordinary words that sound like a number: never read as one unless spelt as one.
const NOT_NUMBERS: &[&str] = &[
    "שלוט",
    "שלום",
    "שלומי",
    "שבת",
    "שמו",
    "תשמע",
    "תשמעי",
    "מזמן",
    "זמן",
    "שמן",
    "שמים",
    "שלי",
    "שלנו",
    "כמות",
    "בסדר",
    "מיני",
    "שעות",
    "שעתיים",
    "שנתיים",
    "שנה",
    "רגע",
    "חמישי",
    "שלישי",
    "רביעי",
    "שישי",
    "שביעי",
    "שמיני",
    "ראשון",
    "צריכים",
    "עושים",
    "שרים",
    "שרון",
    "השרון",
    "אלפון",
    "חברים",
    "חדרים",
    "משכנתא",
    "מיליוני",
    "כיסים",
    "קומות",
    "מקומות",
    "מלון",
    "ספרים",
    "חומש",
    "חמסה",
    "סלומון",
    "שלמה",
    "כרמים",
    "שומרים",
    "שכונה",
    "הסכמים",
    "חכמים",
    "אחרת",
    "אחרים",
];

fn vocabulary(word: &str) -> Option<Part> {
    VOCABULARY
        .iter()
        .find(|(text, _)| *text == word)
        .map(|(_, part)| part.clone())
}

/// By sound: an equal key of three or more sounds. Shorter ones are not safe.
fn by_sound(word: &str) -> Option<Part> {
    if NOT_NUMBERS.contains(&word) {
        return None;
    }
    let heard = key(word);
    if heard.chars().count() < 3 {
        return None;
    }
    let mut parts = VOCABULARY
        .iter()
        .filter(|(text, _)| key(text) == heard)
        .map(|(_, part)| part);
    let Some(first) = parts.next() else {
        return nearly(word);
    };
    parts.all(|part| part == first).then(|| first.clone())
}

/// Long number words (five sounds and more) may have one sound wrong: `סלוסין` is still thirty.
fn nearly(word: &str) -> Option<Part> {
    let long = |text: &str| key(text).chars().count() >= 5;
    if !long(word) {
        return None;
    }
    let (text, part) = VOCABULARY
        .iter()
        .find(|(text, _)| long(text) && similarity(text, word) >= 0.79)?;
    let rival = VOCABULARY
        .iter()
        .any(|(other, p)| p != part && long(other) && similarity(other, word) >= similarity(text, word));
    (!rival).then(|| part.clone())
}

fn part_of(word: &str, previous: Option<&str>) -> Option<Word> {
    if let Some(part) = written(word) {
        return Some(Word { part, and: false });
    }
    if matches!(previous, Some("באר" | "בבאר" | "מבאר" | "לבאר" | "בר")) && word == "שבע"
    {
        return None;
    }
    for form in without_prefixes(word) {
        let stripped = word.len() - form.len();
        if let Some(part) = vocabulary(form) {
            return Some(Word {
                part,
                and: stripped > 0 && word.starts_with('ו'),
            });
        }
    }
    let (form, and) = match word.strip_prefix('ו') {
        Some(rest) if rest.chars().count() > 2 => (rest, true),
        _ => (word, false),
    };
    by_sound(form).map(|part| Word { part, and })
}

/// A number transcribed in digits: `1,500,000`, `2.5`, `050`.
fn written(word: &str) -> Option<Part> {
    let half = word.strip_suffix('½');
    let text = half.unwrap_or(word).trim_matches(['₪', '%']);
    let plain = text.replace(',', "");
    if half.is_some() && plain.is_empty() {
        return Some(Part::Fraction(500));
    }
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if whole.is_empty()
        || whole.len() > 15
        || fraction.len() > 3
        || !all_digits(whole)
        || !all_digits(fraction)
    {
        return None;
    }
    let thousandths = whole.parse::<i64>().ok()?.checked_mul(1_000)?;
    let fraction: i64 = format!("{fraction:0<3}").parse().ok()?;
    let half = if half.is_some() { 500 } else { 0 };
    Some(Part::Digits {
        thousandths: thousandths + fraction + half,
        text: text.to_owned(),
    })
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
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
