//! Text to what a voice can say: digits, signs and abbreviations become Hebrew words.
//!
//! Called before every synthesis. The result holds no digit at all. Latin words are left as they are; it never
//! translates, and never adds what the text does not say.

mod amounts;
mod cardinal;
mod clock;
mod nouns;
mod scan;

use super::text::{clean, is_letter};
use crate::entities::Phone;
use cardinal::{Gender, digits};
use scan::Scan;

/// Expands everything that speech must say as words. Feminine counting form, masculine where the noun asks for it.
///
/// `הדירה ב-1,500,000 ₪, 3.5 חדרים` gives `הדירה במיליון וחצי שקלים, שלושה וחצי חדרים`.
pub fn spoken(text: &str) -> String {
    let mut out = String::new();
    // clean() cuts at the length of a spoken turn; a longer text is said in pieces of that length.
    let chars: Vec<char> = text.chars().collect();
    for piece in chars.chunks(super::text::MAX_CHARS) {
        out.push_str(&piece_spoken(&piece.iter().collect::<String>()));
    }
    out
}

fn piece_spoken(text: &str) -> String {
    let mut scan = Scan::new(&vulgar_fractions(&clean(text)));
    let mut out = String::new();
    while !scan.done() {
        match said_here(&scan, &mut out) {
            Some((words, length)) if length > 0 => {
                push_words(&mut out, &words);
                scan.skip(length);
                part_from_letters(&scan, &mut out);
            }
            _ => copy_one(&mut scan, &mut out),
        }
    }
    tidy(&out)
}

/// What is said at the cursor and how many characters it takes; `None` when the character is said as it is.
fn said_here(scan: &Scan, out: &mut String) -> Option<(String, usize)> {
    let c = scan.peek(0)?;
    if is_letter(c) && !scan.before().is_some_and(is_letter) {
        return abbreviation(scan);
    }
    if !c.is_ascii_digit() && !matches!(c, '+' | '₪' | '$' | '*' | '-') {
        return None;
    }
    if c == '₪' || c == '$' {
        let gap = scan.gap(1);
        return match scan.literal(1 + gap).filter(|_| c == '₪') {
            Some(literal) => Some(shekels_first(scan, literal, 1 + gap)),
            None if c == '₪' => Some(("שקלים".into(), 1)),
            None => Some(("דולר".into(), 1)),
        };
    }
    if c == '*' {
        let code = scan.digits(1, 8);
        return (code.len() >= 3).then(|| (format!("כוכבית {}", digits(&code)), 1 + code.len()));
    }
    if c == '-' {
        let starts = scan.before().is_none_or(|b| b == ' ' || b == '(');
        return (starts && scan.is_digit(1)).then(|| ("מינוס ".into(), 1));
    }
    drop_prefix_hyphen(scan, out);
    phone(scan)
        .or_else(|| calendar(scan))
        .or_else(|| clock_time(scan))
        .or_else(|| list_number(scan, out))
        .or_else(|| quantity(scan))
}

/// `ב-17:30` is said `בחמש וחצי`: the hyphen after prefix letters is not heard.
fn drop_prefix_hyphen(scan: &Scan, out: &mut String) {
    if scan.before() != Some('-') {
        return;
    }
    let letters = out
        .trim_end_matches('-')
        .chars()
        .rev()
        .take_while(|&c| is_letter(c))
        .collect::<Vec<_>>();
    if out.ends_with('-') && matches!(letters.len(), 1 | 2) && letters.iter().all(|c| "הובלמכש".contains(*c))
    {
        out.pop();
    }
}

fn abbreviation(scan: &Scan) -> Option<(String, usize)> {
    let word = scan.word(0);
    if !word.contains(['\'', '"']) {
        return None;
    }
    let length = word.chars().count();
    let full = nouns::expanded(&word)?;
    // "א'-ה'": the days of opening hours.
    let range =
        word.ends_with('\'') && scan.peek(length) == Some('-') && scan.word(length + 1).ends_with('\'');
    Some(if range {
        (format!("{full} עד "), length + 1)
    } else {
        (full, length)
    })
}

fn shekels_first(scan: &Scan, literal: scan::Literal, at: usize) -> (String, usize) {
    let rest = Ahead { scan, at }.moved();
    let said = amounts::amount(&rest, literal, true);
    (said.words, at + said.length)
}

/// A cursor some characters further on.
struct Ahead<'a> {
    scan: &'a Scan,
    at: usize,
}

impl Ahead<'_> {
    fn moved(&self) -> Scan {
        let text: String = (self.at..self.at + 128)
            .map_while(|i| self.scan.peek(i))
            .collect();
        Scan::new(&text)
    }
}

/// A phone number is read digit by digit in its groups; international Israeli forms become local.
fn phone(scan: &Scan) -> Option<(String, usize)> {
    let starts = scan.peek(0) == Some('+')
        || scan.peek(0) == Some('0')
        || ["972", "1-700", "1-800", "1700", "1800"]
            .iter()
            .any(|p| p.chars().enumerate().all(|(i, c)| scan.peek(i) == Some(c)));
    if !starts || scan.before().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let run: Vec<char> = (0..24)
        .map_while(|i| {
            scan.peek(i)
                .filter(|c| c.is_ascii_digit() || "+-() ".contains(*c))
        })
        .collect();
    for length in (9..=run.len()).rev() {
        let ends = run[length - 1].is_ascii_digit() && !scan.is_digit(length);
        let dots = matches!(scan.peek(length), Some('.' | ':' | '/' | ',')) && scan.is_digit(length + 1);
        if !ends || dots {
            continue;
        }
        if let Ok(phone) = Phone::parse(&run[..length].iter().collect::<String>()) {
            return Some((phone_words(&phone), length));
        }
    }
    None
}

fn phone_words(phone: &Phone) -> String {
    let local = phone.local();
    let (head, tail) = match local.rsplit_once('-') {
        Some((head, tail)) => (head.to_owned(), tail.to_owned()),
        None => ("פלוס".to_owned(), local.trim_start_matches('+').to_owned()),
    };
    let first = if head == "פלוס" { head } else { digits(&head) };
    let mut groups = vec![first];
    let mut rest = tail.as_str();
    while !rest.is_empty() {
        let size = if rest.len() > 4 || rest.len() == 3 {
            3
        } else {
            rest.len()
        };
        let (group, after) = rest.split_at(size);
        groups.push(digits(group));
        rest = after;
    }
    groups.join(", ")
}

/// Dates: `25.10.2026`, `25/10/26`, `25/10`, `2026-10-25`; and the fractions that look like dates.
fn calendar(scan: &Scan) -> Option<(String, usize)> {
    let first = scan.digits(0, 5);
    let number = |text: &str| text.parse::<u64>().ok();
    if first.len() == 4 && scan.peek(4) == Some('-') {
        let (month, day) = (scan.digits(5, 3), scan.digits(8, 3));
        if month.len() == 2 && scan.peek(7) == Some('-') && day.len() == 2 {
            return clock::date(number(&day)?, month.parse().ok()?, number(&first)).map(|words| (words, 10));
        }
    }
    let mark = scan.peek(first.len()).filter(|c| matches!(c, '.' | '/'))?;
    let second = scan.digits(first.len() + 1, 3);
    if !matches!(first.len(), 1 | 2) || !matches!(second.len(), 1 | 2) || scan.before() == Some('.') {
        return None;
    }
    let length = first.len() + 1 + second.len();
    let year = scan.digits(length + 1, 5);
    let (day, month) = (number(&first)?, second.parse().ok()?);
    if scan.peek(length) == Some(mark) && matches!(year.len(), 2 | 4) {
        return clock::date(day, month, number(&year)).map(|words| (words, length + 1 + year.len()));
    }
    if mark == '.' {
        return None;
    }
    if (day, month) == (24, 7) {
        return Some(("עשרים וארבע שבע".into(), length));
    }
    let fraction = match (day, month) {
        _ if scan.before() == Some('-') => None,
        (1, 2) => Some("חצי"),
        (1, 3) => Some("שליש"),
        (2, 3) => Some("שני שליש"),
        (1, 4) => Some("רבע"),
        (3, 4) => Some("שלושה רבעים"),
        _ => None,
    };
    fraction
        .map(|words| (words.to_owned(), length))
        .or_else(|| clock::date(day, month, None).map(|words| (words, length)))
}

fn clock_time(scan: &Scan) -> Option<(String, usize)> {
    let hour = scan.digits(0, 3);
    if !matches!(hour.len(), 1 | 2) || scan.peek(hour.len()) != Some(':') {
        return None;
    }
    let minute = scan.digits(hour.len() + 1, 3);
    let (h, m): (u64, u64) = (hour.parse().ok()?, minute.parse().ok()?);
    if minute.len() != 2 || h > 24 || m > 59 {
        return None;
    }
    let length = hour.len() + 3;
    // "9:00-18:00": the dash between two times is said.
    let range = scan.peek(length) == Some('-') && scan.is_digit(length + 1);
    let spaced =
        scan.peek(length) == Some(' ') && scan.peek(length + 1) == Some('-') && scan.is_digit(length + 3);
    let (until, taken) = if range {
        (" עד ", 1)
    } else if spaced {
        (" עד ", 3)
    } else {
        ("", 0)
    };
    Some((format!("{}{until}", clock::time(h, m)), length + taken))
}

/// `1. דירה` at the beginning of a line is `ראשון: דירה`.
fn list_number(scan: &Scan, out: &str) -> Option<(String, usize)> {
    let line_start = out.is_empty() || out.ends_with('\n');
    let number = scan.digits(0, 3);
    let mark = scan.peek(number.len()).filter(|c| matches!(c, '.' | ')'))?;
    if !line_start || number.len() > 2 || scan.peek(number.len() + 1) != Some(' ') || mark == ' ' {
        return None;
    }
    let value = number.parse().ok()?;
    let words = match cardinal::ordinal(value) {
        Some(word) => word.to_owned(),
        None => format!("מספר {}", cardinal::cardinal(value, Gender::Feminine)),
    };
    Some((format!("{words}:"), number.len() + 1))
}

/// A number, a range of two numbers, or a number with its unit.
fn quantity(scan: &Scan) -> Option<(String, usize)> {
    let Some(literal) = scan.literal(0) else {
        return (scan.peek(0) == Some('+') && scan.is_digit(1)).then(|| ("פלוס ".into(), 1));
    };
    let length = literal.length;
    if scan.peek(length) == Some('-')
        && scan.before() != Some('-')
        && let Some(second) = scan
            .literal(length + 1)
            .filter(|s| scan.peek(length + 1 + s.length) != Some('-'))
    {
        let gender = amounts::gender_after(scan, length + 1 + second.length);
        return Some((format!("{} עד ", amounts::plain(&literal, gender)), length + 1));
    }
    let said = amounts::amount(scan, literal, false);
    Some((said.words, said.length))
}

fn vulgar_fractions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let after_digit = out.ends_with(|d: char| d.is_ascii_digit());
        match c {
            '½' => out.push_str(if after_digit { ".5" } else { "חצי" }),
            '¼' => out.push_str(if after_digit { ".25" } else { "רבע" }),
            '¾' => out.push_str(if after_digit {
                ".75"
            } else {
                "שלושה רבעים"
            }),
            // Superscripts and circled numbers have no everyday reading.
            c if c.is_numeric() && !c.is_ascii_digit() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn copy_one(scan: &mut Scan, out: &mut String) {
    match scan.peek(0) {
        Some('%') => push_words(out, " אחוז"),
        Some('€') => push_words(out, " אירו"),
        // Every digit was said above; one that was not (a guard, not a path) is dropped, for a voice would spell it.
        Some(c) if !c.is_numeric() => out.push(c),
        _ => {}
    }
    scan.skip(1);
}

/// A number after Latin letters (`A4`) is a word of its own; after Hebrew prefix letters it is joined.
fn push_words(out: &mut String, words: &str) {
    if out.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        out.push(' ');
    }
    out.push_str(words);
}

fn part_from_letters(scan: &Scan, out: &mut String) {
    if scan.peek(0).is_some_and(char::is_alphanumeric) && !out.ends_with([' ', '\n']) {
        out.push(' ');
    }
}

/// One space between words, none before a full stop or comma.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == ' ' && out.ends_with([' ', '\n']) {
            continue;
        }
        if matches!(c, '.' | ',' | '?' | '!') && out.ends_with(' ') {
            out.pop();
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests;
