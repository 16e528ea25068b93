//! Opening hours, and when a promised call-back is due.
//!
//! Called by the dialogue and by `{hours}` in a script's texts. It never promises a call on Shabbat.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday, time};
use jiff::{ToSpan, Zoned};

use crate::entities::{Moment, Precision};

/// Opening hours by weekday, Sunday first; `None` is closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    days: [Option<(Time, Time)>; 7],
}

const NAMES: [(&str, &str); 7] = [
    ("sunday", "ראשון"),
    ("monday", "שני"),
    ("tuesday", "שלישי"),
    ("wednesday", "רביעי"),
    ("thursday", "חמישי"),
    ("friday", "שישי"),
    ("saturday", "שבת"),
];

/// Policy, not law: from Friday 15:00 to Saturday 20:00 nobody is called, in summer and winter.
const SHABBAT_IN: Time = time(15, 0, 0, 0);
const SHABBAT_OUT: Time = time(20, 0, 0, 0);
/// A caller who asks for it may be called in these hours, also when the office is closed.
const EARLIEST: Time = time(8, 0, 0, 0);
const LATEST: Time = time(21, 0, 0, 0);

/// `"09:00-18:00"`: opening and closing on the same day.
pub fn span(text: &str) -> Option<(Time, Time)> {
    let clock = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        if minute.len() != 2 || hour.is_empty() || hour.len() > 2 {
            return None;
        }
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    let (open, close) = text.split_once('-')?;
    let (open, close) = (clock(open)?, clock(close)?);
    (open < close).then_some((open, close))
}

impl Hours {
    /// From the script; without any hours: Sunday to Thursday, nine to six.
    pub fn of(days: &BTreeMap<String, String>) -> Hours {
        let usual = days.is_empty().then_some((time(9, 0, 0, 0), time(18, 0, 0, 0)));
        let day = |i: usize| match usual {
            Some(hours) => (i < 5).then_some(hours),
            None => days.get(NAMES[i].0).and_then(|text| span(text)),
        };
        Hours {
            days: std::array::from_fn(day),
        }
    }

    fn on(&self, date: Date) -> Option<(Time, Time)> {
        self.days[date.weekday().to_sunday_zero_offset() as usize]
    }

    /// Whether somebody is there now.
    pub fn open_at(&self, moment: &Zoned) -> bool {
        self.on(moment.date())
            .is_some_and(|(open, close)| (open..close).contains(&moment.time()))
            && !shabbat(moment)
    }

    /// When to call back: the moment the caller named, or an hour from now; moved to the next opening when that is
    /// night, or closed and not asked for by the minute, or Shabbat. Always after `now`.
    pub fn call_back_at(&self, wanted: Option<&Moment>, now: &Zoned) -> Zoned {
        let moment = match wanted {
            Some(moment) if moment.at > *now => moment.at.clone(),
            _ => now.checked_add(1.hour()).unwrap_or_else(|_| now.clone()),
        };
        let exact = wanted.is_some_and(|moment| moment.precision != Precision::Day);
        let awake = (EARLIEST..=LATEST).contains(&moment.time());
        let kept = self.open_at(&moment) || (exact && awake);
        if kept && !shabbat(&moment) {
            moment
        } else {
            self.next_opening(&moment)
        }
    }

    /// The first opening at or after a moment. Without any opening in two weeks, the next morning that may be used.
    pub fn next_opening(&self, from: &Zoned) -> Zoned {
        let mut date = from.date();
        for _ in 0..14 {
            let opening = self
                .on(date)
                .map(|(open, _)| open)
                .and_then(|open| Moment::on(date, open, Precision::Minute, from));
            if let Some(opening) = opening.filter(|opening| opening.at >= *from && !shabbat(&opening.at)) {
                return opening.at;
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        let mut morning = from.checked_add(1.day()).unwrap_or_else(|_| from.clone());
        if matches!(morning.date().weekday(), Weekday::Friday | Weekday::Saturday) {
            morning = morning.checked_add(2.days()).unwrap_or(morning);
        }
        let ten = Moment::on(morning.date(), time(10, 0, 0, 0), Precision::Minute, from);
        ten.map_or(morning, |moment| moment.at)
    }

    /// The hours as a sentence: `בימים ראשון עד חמישי 9:00-18:00, ביום שישי 9:00-13:00`.
    pub fn said(&self) -> String {
        let mut groups: Vec<(usize, usize, (Time, Time))> = Vec::new();
        for (i, hours) in self
            .days
            .iter()
            .enumerate()
            .filter_map(|(i, day)| day.map(|hours| (i, hours)))
        {
            match groups.last_mut() {
                Some((_, last, same)) if *last + 1 == i && *same == hours => *last = i,
                _ => groups.push((i, i, hours)),
            }
        }
        let clock = |t: Time| format!("{}:{:02}", t.hour(), t.minute());
        let say = |&(first, last, (open, close)): &(usize, usize, (Time, Time))| {
            let days = match (first, last) {
                (6, _) => "בשבת".to_owned(),
                (first, last) if first == last => format!("ביום {}", NAMES[first].1),
                (first, last) => format!("בימים {} עד {}", NAMES[first].1, NAMES[last].1),
            };
            format!("{days} בין {} ל-{}", clock(open), clock(close))
        };
        groups.iter().map(say).collect::<Vec<_>>().join(", ")
    }
}

fn shabbat(moment: &Zoned) -> bool {
    match moment.date().weekday() {
        Weekday::Friday => moment.time() >= SHABBAT_IN,
        Weekday::Saturday => moment.time() < SHABBAT_OUT,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Zoned {
        format!("{text}[Asia/Jerusalem]").parse().expect("a time")
    }

    fn hours() -> Hours {
        let week = [
            ("sunday", "09:00-18:00"),
            ("monday", "09:00-18:00"),
            ("thursday", "09:00-18:00"),
            ("friday", "09:00-13:00"),
        ];
        Hours::of(
            &week
                .iter()
                .map(|(day, span)| ((*day).to_owned(), (*span).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn a_call_back_is_due_when_somebody_is_there() {
        let check = |now: &str, wanted: Option<&str>, due: &str| {
            let now = at(now);
            let wanted = wanted.map(|text| Moment::parse(text, &now).expect(text));
            let given = hours().call_back_at(wanted.as_ref(), &now);
            assert_eq!(
                given.strftime("%Y-%m-%d %H:%M").to_string(),
                due,
                "{now} {wanted:?}"
            );
        };
        check("2026-11-19T11:00", None, "2026-11-19 12:00"); // Thursday, open
        check("2026-11-19T17:30", None, "2026-11-20 09:00"); // Thursday evening: Friday morning
        check("2026-11-20T14:00", None, "2026-11-22 09:00"); // Friday after closing: Sunday
        check("2026-11-21T11:00", None, "2026-11-22 09:00"); // Shabbat
        check("2026-11-20T10:00", Some("בשבת בעשר"), "2026-11-22 09:00");
        check("2026-11-20T10:00", Some("היום בחמש"), "2026-11-22 09:00");
        check("2026-11-19T11:00", Some("הערב בשמונה"), "2026-11-19 20:00");
        check("2026-11-18T11:00", Some("מחר בעשר"), "2026-11-19 10:00");
        check("2026-11-18T11:00", Some("מחר ב-23:30"), "2026-11-20 09:00");
    }

    #[test]
    fn without_any_hours_there_is_still_a_due_time() {
        let closed = Hours { days: [None; 7] };
        let due = closed.call_back_at(None, &at("2026-11-19T11:00"));
        assert_eq!(due.strftime("%Y-%m-%d %H:%M").to_string(), "2026-11-22 10:00");
    }

    #[test]
    fn hours_are_said_in_groups() {
        assert_eq!(
            hours().said(),
            "בימים ראשון עד שני בין 9:00 ל-18:00, ביום חמישי בין 9:00 ל-18:00, ביום שישי בין 9:00 ל-13:00"
        );
    }
}
