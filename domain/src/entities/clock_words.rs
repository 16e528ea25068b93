//! Hours in a sentence: `בעשר וחצי`, `ב-17:30`, `רבע לשש בערב`, and parts of the day.
//!
//! Called by `moment`. Numbers that count something else (rooms, days) are never hours.

use jiff::civil::{Time, time};

use crate::hebrew::numbers::{Found, find_in};

/// A part of the day and the hour that we take for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartOfDay {
    Morning,
    Noon,
    Afternoon,
    Evening,
    Night,
}

impl PartOfDay {
    /// The usual hour of a call in it.
    pub fn usual(self) -> Time {
        match self {
            PartOfDay::Morning => time(10, 0, 0, 0),
            PartOfDay::Noon => time(12, 0, 0, 0),
            PartOfDay::Afternoon => time(16, 0, 0, 0),
            PartOfDay::Evening => time(19, 0, 0, 0),
            PartOfDay::Night => time(21, 0, 0, 0),
        }
    }

    /// The hour on the 24-hour clock for an hour of twelve said in this part.
    fn hour(self, hour: i8) -> i8 {
        match (self, hour) {
            (PartOfDay::Morning, hour) => hour,
            (PartOfDay::Noon, 1..=5) => hour + 12,
            (PartOfDay::Noon, hour) => hour,
            (PartOfDay::Afternoon | PartOfDay::Evening, 1..=11) => hour + 12,
            (PartOfDay::Night, 6..=11) => hour + 12,
            (PartOfDay::Night, 12) => 0,
            (_, hour) => hour,
        }
    }
}

/// The part of the day that a sentence names.
pub fn part_of_day(words: &[String]) -> Option<PartOfDay> {
    for (i, word) in words.iter().enumerate() {
        let before = i.checked_sub(1).map(|p| words[p].as_str()).unwrap_or("");
        let part = match word.as_str() {
            "בבוקר" | "הבוקר" | "לבוקר" | "בוקר" => PartOfDay::Morning,
            "הצהריים" | "הצהרים" | "צהריים" if matches!(before, "אחר" | "אחרי") => {
                PartOfDay::Afternoon
            }
            "הצהריים" | "הצהרים" if before == "לפני" => PartOfDay::Morning,
            "בצהריים" | "בצהרים" | "הצהריים" | "צהריים" => PartOfDay::Noon,
            "אחה\"צ" | "אחהצ" | "באחה\"צ" => PartOfDay::Afternoon,
            "בערב" | "הערב" | "לפנות ערב" | "ערב" => PartOfDay::Evening,
            "בלילה" | "הלילה" => PartOfDay::Night,
            _ => continue,
        };
        // A greeting names no time.
        if word == "בוקר"
            && words
                .get(i + 1)
                .is_some_and(|next| next == "טוב" || next == "אור")
        {
            continue;
        }
        if word == "ערב" && words.get(i + 1).is_some_and(|next| next == "טוב") {
            continue;
        }
        return Some(part);
    }
    None
}

/// The hour that a sentence names. `asked` accepts a bare number as well.
pub fn time_of_day(words: &[String], part: Option<PartOfDay>, asked: bool) -> Option<Time> {
    if let Some((hour, minute)) = words.iter().find_map(|word| written(word)) {
        return clock(hour, minute, part, true);
    }
    let numbers = find_in(words);
    let place = numbers.iter().position(|found| is_hour(words, found, asked))?;
    let found = &numbers[place];
    let next = numbers.get(place + 1).filter(|next| next.start == found.end);
    let whole = found.value.thousandths();
    // "רבע לשש", "עשרה לשש": minutes before the hour that follows.
    let between = found.start > 0 && words[found.start - 1] == "בין";
    if let Some(next) = next.filter(|next| !between && words[next.start].starts_with('ל')) {
        let before = if whole == 250 { 15 } else { whole / 1_000 };
        let hour = i8::try_from(next.value.whole()?).ok()?;
        if (1..=29).contains(&before) && (1..=12).contains(&hour) {
            return clock(
                if hour == 1 { 12 } else { hour - 1 },
                (60 - before) as i8,
                part,
                false,
            );
        }
    }
    let hour = i8::try_from(whole / 1_000).ok()?;
    let mut minute = (whole % 1_000 * 60 / 1_000) as i8;
    let minutes = next.filter(|next| !words[next.start].starts_with('ל'));
    if let Some(minutes) = minutes
        .and_then(|next| next.value.whole())
        .filter(|n| minute == 0 && (1..60).contains(n))
    {
        minute = minutes as i8;
    }
    clock(hour, minute, part, false)
}

/// `17:30` or `9:05`, with a prefix letter or none.
fn written(word: &str) -> Option<(i8, i8)> {
    let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
    let (hour, minute) = digits.split_once(':')?;
    if minute.len() != 2 || hour.len() > 2 {
        return None;
    }
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..=24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}

/// Whether a number is said as an hour: `בעשר`, `בשעה עשר`, `ב 10`, or `רבע לשש`, and counts nothing.
fn is_hour(words: &[String], found: &Found, asked: bool) -> bool {
    const COUNTED: &[&str] = &[
        "חדרים",
        "חדר",
        "ימים",
        "יום",
        "שעות",
        "דקות",
        "שבועות",
        "חודשים",
        "שנים",
        "אלף",
        "מיליון",
        "שקל",
        "שקלים",
        "₪",
        "קומה",
        "קומות",
        "ילדים",
        "אנשים",
        "אחוז",
        "דירות",
    ];
    let in_a_day = (250..=24_000).contains(&found.value.thousandths());
    let next = words.get(found.end).map(String::as_str).unwrap_or("");
    let before = found
        .start
        .checked_sub(1)
        .map(|p| words[p].as_str())
        .unwrap_or("");
    let month = super::calendar_words::month(next).is_some();
    let written_long = found.digits.as_ref().is_some_and(|digits| digits.len() > 2);
    if !in_a_day || COUNTED.contains(&next) || month || written_long || before == "יום" || before == "ביום"
    {
        return false;
    }
    let first = words[found.start].as_str();
    let at = first.starts_with('ב') && first != "באחד" && first != "באחת";
    let named = matches!(
        before,
        "ב" | "בשעה"
            | "שעה"
            | "השעה"
            | "לקראת"
            | "אחרי"
            | "סביבות"
            | "בסביבות"
            | "בין"
            | "לשעה"
    );
    let one_oclock = first == "באחת";
    let to_hour = words
        .get(found.start + 1)
        .is_some_and(|word| word.starts_with('ל'))
        && first.contains("רבע");
    at || named || one_oclock || to_hour || asked
}

/// An hour without a part of the day is in waking hours: one to seven are after noon.
fn clock(hour: i8, minute: i8, part: Option<PartOfDay>, written: bool) -> Option<Time> {
    let hour = match part {
        Some(part) if hour <= 12 => part.hour(hour),
        _ if written || hour == 0 => hour,
        _ if (1..=7).contains(&hour) => hour + 12,
        _ => hour,
    };
    Time::new(hour % 24, minute, 0, 0).ok()
}
