//! Days in a sentence: `מחר`, `ביום ראשון`, `בשבוע הבא`, `25/10`, `עשרים וחמישה באוקטובר`.
//!
//! Called by `moment`. Weeks begin on Sunday.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::hebrew::key::{key, similarity};
use crate::hebrew::numbers::find_in;
use crate::hebrew::text::without_prefixes;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("ראשון", Weekday::Sunday),
    ("שני", Weekday::Monday),
    ("שלישי", Weekday::Tuesday),
    ("רביעי", Weekday::Wednesday),
    ("חמישי", Weekday::Thursday),
    ("שישי", Weekday::Friday),
    ("שבת", Weekday::Saturday),
];

const MONTHS: [&str; 12] = [
    "ינואר",
    "פברואר",
    "מרץ",
    "אפריל",
    "מאי",
    "יוני",
    "יולי",
    "אוגוסט",
    "ספטמבר",
    "אוקטובר",
    "נובמבר",
    "דצמבר",
];

/// The month of a word, with its prefix: `באוקטובר` is 10.
pub fn month(word: &str) -> Option<i8> {
    let exact = without_prefixes(word)
        .into_iter()
        .find_map(|form| MONTHS.iter().position(|name| *name == form));
    let place = exact.or_else(|| {
        // Long names may be misspelt; short ones (מאי, יוני, יולי) sound like ordinary words.
        let rest = word.strip_prefix('ב')?;
        MONTHS
            .iter()
            .position(|name| key(name).chars().count() >= 4 && similarity(name, rest) >= 0.75)
    })?;
    i8::try_from(place + 1).ok()
}

/// `היום`, `מחר`, `מחרתיים`, a weekday, the week after.
pub fn named_day(words: &[String], today: Date, asked: bool) -> Option<Date> {
    let next_week = words
        .windows(2)
        .any(|pair| pair[0].ends_with("שבוע") && pair[1] == "הבא");
    if let Some(weekday) = weekday(words, asked) {
        let sunday_offset = i64::from(today.weekday().to_sunday_zero_offset());
        let wanted = i64::from(weekday.to_sunday_zero_offset());
        let days = match wanted - sunday_offset {
            ahead if next_week => ahead + 7,
            ahead if ahead > 0 => ahead,
            behind => behind + 7,
        };
        return today.checked_add(days.days()).ok();
    }
    for word in words {
        let days = match word.as_str() {
            "היום" | "הערב" | "הבוקר" | "הלילה" => 0,
            "מחר" | "למחר" | "ממחר" | "מכר" => 1,
            "מחרתיים" | "מחרתים" | "למחרתיים" => 2,
            _ => continue,
        };
        return today.checked_add(days.days()).ok();
    }
    next_week.then(|| today.checked_add(7.days()).ok()).flatten()
}

fn weekday(words: &[String], asked: bool) -> Option<Weekday> {
    for (i, word) in words.iter().enumerate() {
        let day_named = i.checked_sub(1).is_some_and(|p| {
            matches!(
                words[p].as_str(),
                "יום" | "ביום" | "ליום" | "מיום" | "עדיום" | "יומ"
            )
        });
        if day_named && let Some(weekday) = by_name(word, 0.7) {
            return Some(weekday);
        }
        if matches!(word.as_str(), "בשבת" | "שבת" | "לשבת")
            && words.get(i + 1).is_none_or(|next| next != "שלום")
        {
            return Some(Weekday::Saturday);
        }
        // "בחמישי", "בשני": with its prefix and counting nothing, or the whole answer.
        let alone = asked && words.len() <= 2;
        let prefixed = word
            .strip_prefix('ב')
            .filter(|rest| *rest != "שני" || i + 1 == words.len() || alone);
        // "בראשון לציון" is a town.
        let town = words.get(i + 1).is_some_and(|next| next == "לציון");
        let name = prefixed.or(alone.then_some(word.as_str()));
        if let Some(name) = name.filter(|_| !town)
            && let Some(&(_, weekday)) = WEEKDAYS.iter().find(|(text, _)| *text == name)
        {
            return Some(weekday);
        }
    }
    None
}

fn by_name(word: &str, accept: f64) -> Option<Weekday> {
    if let Some(&(_, weekday)) = WEEKDAYS.iter().find(|(name, _)| *name == word) {
        return Some(weekday);
    }
    let letter = match word {
        "א'" => Some(Weekday::Sunday),
        "ב'" => Some(Weekday::Monday),
        "ג'" => Some(Weekday::Tuesday),
        "ד'" => Some(Weekday::Wednesday),
        "ה'" => Some(Weekday::Thursday),
        "ו'" => Some(Weekday::Friday),
        _ => None,
    };
    letter.or_else(|| {
        let alike = WEEKDAYS
            .iter()
            .map(|(name, weekday)| (similarity(name, word), *weekday));
        alike
            .filter(|(score, _)| *score >= accept)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, weekday)| weekday)
    })
}

/// `25/10`, `25.10.2026`, `25 באוקטובר`, `עשרים וחמישה באוקטובר`. Without a year: the next one.
pub fn explicit_date(words: &[String], today: Date) -> Option<Date> {
    if let Some(date) = words.iter().find_map(|word| written(word, today)) {
        return Some(date);
    }
    find_in(words).into_iter().find_map(|found| {
        let month = month(words.get(found.end)?)?;
        let day = i8::try_from(found.value.whole()?).ok()?;
        let year = words
            .get(found.end + 1)
            .and_then(|word| word.parse::<i16>().ok())
            .filter(|y| (2000..2200).contains(y));
        dated(day, month, year, today)
    })
}

fn written(word: &str, today: Date) -> Option<Date> {
    let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mark = if digits.contains('/') { '/' } else { '.' };
    let parts: Vec<&str> = digits.split(mark).collect();
    let (day, month) = (parts.first()?.parse().ok()?, parts.get(1)?.parse().ok()?);
    let year = match parts.as_slice() {
        [_, _] if mark == '/' => None,
        [_, _, year] => Some(
            year.parse::<i16>()
                .ok()
                .map(|y| if y < 100 { y + 2000 } else { y })?,
        ),
        _ => return None,
    };
    dated(day, month, year, today)
}

fn dated(day: i8, month: i8, year: Option<i16>, today: Date) -> Option<Date> {
    match year {
        Some(year) => Date::new(year, month, day).ok(),
        // 29/2 may not exist this year: the next year that has it.
        None => (0..5).find_map(|n| {
            Date::new(today.year() + n, month, day)
                .ok()
                .filter(|date| *date >= today)
        }),
    }
}
