//! The words that numbers are made of, also as recognition misspells them.
//!
//! Called by `numbers` only. A word that could be an ordinary one is not a number.

use super::key::{key, similarity};
use super::text::without_prefixes;

/// What one word contributes.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
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

pub struct Word {
    pub part: Part,
    /// Said with the joining ו.
    pub and: bool,
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
    // "הוא מיליון", as recognition runs it together.
    ("אומיליון", Part::Scale(1_000_000)),
    ("אומילון", Part::Scale(1_000_000)),
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

/// What a word contributes, if it is part of a number: spelt right, written in digits, or by its sound.
pub fn part_of(word: &str, previous: Option<&str>) -> Option<Word> {
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
