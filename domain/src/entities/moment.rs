//! Dates and times as callers say them, relative to a given now in the business's zone.
//!
//! Called by the time slot and by promised call-backs. It never asks the clock, and never hides a daylight-saving
//! hour that does not exist or comes twice: the moment says so.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::AmbiguousOffset;
use jiff::{Span, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

use super::calendar_words::{explicit_date, named_day};
use super::clock_words::{PartOfDay, part_of_day, time_of_day};
use crate::hebrew::numbers::find_in;
use crate::hebrew::text::words;

/// How exactly a caller said when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// `מחר בעשר`.
    Minute,
    /// `מחר בבוקר`: the hour is ours.
    PartOfDay,
    /// `ביום ראשון`: the hour is ours.
    Day,
}

/// What the zone's rules made of the hour that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockChange {
    /// An ordinary hour.
    None,
    /// The hour was skipped that night; the moment is an hour later on the clock.
    Gap,
    /// The hour came twice that night; the moment is the first one.
    Fold,
}

/// A moment that was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// When, in the business's zone.
    pub at: Zoned,
    /// How exactly it was said.
    pub precision: Precision,
    /// Whether daylight saving touched it.
    pub change: ClockChange,
}

impl Moment {
    /// Reads a moment out of a sentence; `None` when it names no time. Moments are in the future of `now`: a time that
    /// has passed today is tomorrow's, a date that has passed is next year's.
    pub fn parse(text: &str, now: &Zoned) -> Option<Moment> {
        Moment::read(text, now, false)
    }

    /// An answer to "when": also a bare hour (`עשר`, `עשר וחצי`).
    pub fn answered(text: &str, now: &Zoned) -> Option<Moment> {
        Moment::read(text, now, true)
    }

    fn read(text: &str, now: &Zoned, asked: bool) -> Option<Moment> {
        let words = words(text);
        if let Some(moment) = after_a_while(&words, now) {
            return Some(moment);
        }
        let today = now.date();
        let day = named_day(&words, today, asked).or_else(|| explicit_date(&words, today));
        let part = part_of_day(&words);
        let time = time_of_day(&words, part, asked);
        match (day, time, part) {
            (Some(date), Some(time), _) => at(date, time, Precision::Minute, now),
            (Some(date), None, Some(part)) => at(date, part.usual(), Precision::PartOfDay, now),
            (Some(date), None, None) => at(date, PartOfDay::Morning.usual(), Precision::Day, now),
            (None, Some(time), _) => next_at(time, Precision::Minute, now),
            (None, None, Some(part)) => next_at(part.usual(), Precision::PartOfDay, now),
            (None, None, None) => None,
        }
    }

    /// The moment on the given day of the business's zone: the rules of the zone decide.
    pub fn on(date: Date, time: Time, precision: Precision, zone_of: &Zoned) -> Option<Moment> {
        at(date, time, precision, zone_of)
    }

    /// How it is said back, relative to `now`: `מחר בשעה 10:00`, `ביום ראשון, 25/10, בשעה 9:30`.
    pub fn said(&self, now: &Zoned) -> String {
        let date = self.at.date();
        let days = now.date().until(date).map_or(i32::MAX, |span| span.get_days());
        let day = match days {
            0 => "היום".to_owned(),
            1 => "מחר".to_owned(),
            _ => format!("{}, {}/{},", on_weekday(date.weekday()), date.day(), date.month()),
        };
        format!("{day} בשעה {}:{:02}", self.at.hour(), self.at.minute())
    }
}

fn on_weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Sunday => "ביום ראשון",
        Weekday::Monday => "ביום שני",
        Weekday::Tuesday => "ביום שלישי",
        Weekday::Wednesday => "ביום רביעי",
        Weekday::Thursday => "ביום חמישי",
        Weekday::Friday => "ביום שישי",
        Weekday::Saturday => "בשבת",
    }
}

fn at(date: Date, time: Time, precision: Precision, now: &Zoned) -> Option<Moment> {
    let ambiguous = now.time_zone().to_ambiguous_zoned(date.to_datetime(time));
    let change = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => ClockChange::None,
        AmbiguousOffset::Gap { .. } => ClockChange::Gap,
        AmbiguousOffset::Fold { .. } => ClockChange::Fold,
    };
    Some(Moment {
        at: ambiguous.compatible().ok()?,
        precision,
        change,
    })
}

fn next_at(time: Time, precision: Precision, now: &Zoned) -> Option<Moment> {
    let today = at(now.date(), time, precision, now)?;
    if today.at > *now {
        Some(today)
    } else {
        at(now.date().tomorrow().ok()?, time, precision, now)
    }
}

/// `בעוד שעה`, `עוד חצי שעה`, `בעוד יומיים`.
fn after_a_while(words: &[String], now: &Zoned) -> Option<Moment> {
    let start = words.iter().position(|word| word == "בעוד" || word == "עוד")? + 1;
    let rest = &words[start..words.len().min(start + 5)];
    let number = find_in(rest).into_iter().find(|found| found.start == 0);
    let (thousandths, unit_at) = number.map_or((1_000, 0), |found| (found.value.thousandths(), found.end));
    let unit = rest.get(unit_at)?.as_str();
    let (minutes, days) = match unit {
        "דקה" | "דקות" => (thousandths / 1_000, 0),
        "שעה" if rest.get(unit_at + 1).is_some_and(|word| word == "וחצי") => (90, 0),
        "שעה" | "שעות" => (thousandths * 60 / 1_000, 0),
        "שעתיים" => (120, 0),
        "יום" | "ימים" => (0, thousandths / 1_000),
        "יומיים" => (0, 2),
        "שבוע" | "שבועות" => (0, thousandths * 7 / 1_000),
        "שבועיים" => (0, 14),
        "חודש" | "חודשים" => (0, thousandths * 30 / 1_000),
        "חודשיים" => (0, 60),
        _ => return None,
    };
    if !(0..=60 * 24 * 30).contains(&minutes) || !(0..=730).contains(&days) {
        return None;
    }
    if days > 0 {
        let date = now.date().checked_add(days.days()).ok()?;
        let part = part_of_day(words);
        let time = time_of_day(&words[start + unit_at..], part, false);
        let precision = if time.is_some() {
            Precision::Minute
        } else {
            Precision::Day
        };
        let time = time.unwrap_or_else(|| part.unwrap_or(PartOfDay::Morning).usual());
        return at(date, time, precision, now);
    }
    let later = now.checked_add(Span::new().minutes(minutes)).ok()?;
    Some(Moment {
        at: later,
        precision: Precision::Minute,
        change: ClockChange::None,
    })
}

#[cfg(test)]
#[path = "moment_tests.rs"]
mod tests;
