//! Tasks: what they are, when they ring again, and what "today" is. Wall-clock rules are those of the business's zone; an
//! instant that the zone skips is the end of the gap, one that comes twice is the first.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

/// How the customer is to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Call,
    Whatsapp,
    Meeting,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    Normal,
    High,
    /// Rings in a person's quiet hours, too.
    Urgent,
}

/// Where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Person,
    Call,
    Rule,
}

/// Whether it is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    Done,
    Canceled,
}

/// How a series goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeats {
    Daily,
    Weekly,
    Monthly,
}

/// Where a reminder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderState {
    Pending,
    /// It rings and nobody has answered.
    Fired,
    Acknowledged,
    Snoozed,
    Done,
}

macro_rules! stored {
    ($name:ident: $($variant:ident = $text:literal),+) => {
        impl $name {
            /// As it is stored and sent.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads it back.
            pub fn parse(text: &str) -> Option<Self> {
                [$(Self::$variant),+].into_iter().find(|one| one.as_str() == text)
            }
        }
    };
}
stored!(Channel: Call = "call", Whatsapp = "whatsapp", Meeting = "meeting");
stored!(Priority: Low = "low", Normal = "normal", High = "high", Urgent = "urgent");
stored!(Source: Person = "person", Call = "call", Rule = "rule");
stored!(Status: Open = "open", Done = "done", Canceled = "canceled");
stored!(Repeats: Daily = "daily", Weekly = "weekly", Monthly = "monthly");
stored!(ReminderState: Pending = "pending", Fired = "fired", Acknowledged = "acknowledged", Snoozed = "snoozed", Done = "done");

impl Repeats {
    /// What the wall clock shows at the `n`th time after the first. Counted from the first, so that the 31st is the 31st
    /// again after a short month.
    pub fn local(self, first: DateTime, n: i32) -> Option<DateTime> {
        let span = match self {
            Self::Daily => Span::new().try_days(n),
            Self::Weekly => Span::new().try_weeks(n),
            Self::Monthly => Span::new().try_months(n),
        };
        first.checked_add(span.ok()?).ok()
    }

    /// The next time of a series after `now`: which it is, and when. Times that have passed meanwhile are left out.
    pub fn next(self, series: Series<'_>, now: Timestamp) -> Option<(i32, Timestamp)> {
        // Begin near it, however long the engine slept.
        let since = now.duration_since(series.zone.to_timestamp(series.first).ok()?);
        let days = (since.as_hours() / 24).max(0);
        let about = match self {
            Self::Daily => days,
            Self::Weekly => days / 7,
            Self::Monthly => days / 31,
        };
        let begin = i32::try_from(about).ok()?.saturating_sub(1).max(series.last + 1);
        (begin..begin.saturating_add(100)).find_map(|n| {
            let at = instant(self.local(series.first, n)?, series.zone);
            (at > now).then_some((n, at))
        })
    }
}

/// Where a series stands.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// What the wall clock showed the first time.
    pub first: DateTime,
    /// The last one that was made: 0 is the first.
    pub last: i32,
    pub zone: &'a TimeZone,
}

/// When a wall clock shows this: the end of the gap for what it never shows, the first time for what it shows twice.
pub fn instant(local: DateTime, zone: &TimeZone) -> Timestamp {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let gap = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    let Ok(at) = ambiguous.compatible() else {
        // Beyond the calendar's end.
        return Timestamp::MAX;
    };
    if !gap {
        return at;
    }
    let next = at.saturating_add(SignedDuration::from_secs(1)).unwrap_or(at);
    zone.preceding(next)
        .next()
        .map_or(at, |change| change.timestamp())
}

/// Parts of the calendar that lists are asked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Range {
    /// Due before now.
    Overdue,
    /// From the day's beginning to its end.
    Today,
    /// From Sunday to Saturday.
    Week,
}

impl Range {
    /// From (with it) and until (without it).
    pub fn bounds(self, now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let today = now.to_zoned(zone.clone()).date();
        let start = |day: Date| instant(day.at(0, 0, 0, 0), zone);
        let plus = |day: Date, days: i32| day.saturating_add(Span::new().days(days));
        match self {
            Self::Overdue => (Timestamp::MIN, now),
            Self::Today => (start(today), start(plus(today, 1))),
            Self::Week => {
                let sunday = plus(today, -i32::from(today.weekday().since(Weekday::Sunday)));
                (start(sunday), start(plus(sunday, 7)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
