//! Opening hours, and when a promised call-back is due.
//!
//! Called by the dialogue and by `{hours}` in a script's texts. It never promises a call on Shabbat.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday, time};
use jiff::{ToSpan, Zoned};
use serde::{Deserialize, Serialize};

use crate::entities::{Moment, Precision};

/// Opening hours by weekday, Sunday first, and the days that differ. No span is closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    days: [Vec<Span>; 7],
    holidays: BTreeMap<Date, Vec<Span>>,
}

/// Open from, until; on one day.
type Span = (Time, Time);

/// Hours as people set them for a business, as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekHours {
    /// Sunday first; several spans a day are breaks between them.
    pub week: [Vec<OpenSpan>; 7],
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// `{"from":"09:00","to":"18:00"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenSpan {
    pub from: String,
    pub to: String,
}

/// A day that differs from its weekday.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    pub date: Date,
    #[serde(default)]
    pub name: String,
    /// Empty is closed.
    #[serde(default)]
    pub open: Vec<OpenSpan>,
}

/// How many spans a day, and how many holidays, are kept at most.
const MOST_SPANS: usize = 4;
const MOST_HOLIDAYS: usize = 200;

impl OpenSpan {
    fn read(&self) -> Option<Span> {
        span(&format!("{}-{}", self.from, self.to))
    }
}

impl WeekHours {
    /// What is wrong with them, in words; `None` when nothing is.
    pub fn problem(&self) -> Option<String> {
        if self.holidays.len() > MOST_HOLIDAYS {
            return Some(format!("at most {MOST_HOLIDAYS} holidays"));
        }
        let days = self
            .week
            .iter()
            .chain(self.holidays.iter().map(|holiday| &holiday.open));
        days.into_iter().find_map(|spans| {
            let read: Option<Vec<Span>> = spans.iter().map(OpenSpan::read).collect();
            match read {
                None => Some("a span is 09:00 to 18:00, the end after the beginning".into()),
                Some(read) if read.len() > MOST_SPANS => Some(format!("at most {MOST_SPANS} spans a day")),
                Some(read) if read.windows(2).any(|pair| pair[0].1 > pair[1].0) => {
                    Some("the spans of a day follow one another".into())
                }
                Some(_) => None,
            }
        })
    }
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
            days: std::array::from_fn(|i| day(i).into_iter().collect()),
            holidays: BTreeMap::new(),
        }
    }

    /// As people set them; what can't be read counts as closed.
    pub fn set(hours: &WeekHours) -> Hours {
        let read = |spans: &[OpenSpan]| spans.iter().filter_map(OpenSpan::read).collect();
        Hours {
            days: std::array::from_fn(|i| read(&hours.week[i])),
            holidays: hours
                .holidays
                .iter()
                .map(|holiday| (holiday.date, read(&holiday.open)))
                .collect(),
        }
    }

    fn on(&self, date: Date) -> &[Span] {
        match self.holidays.get(&date) {
            Some(spans) => spans,
            None => &self.days[date.weekday().to_sunday_zero_offset() as usize],
        }
    }

    /// Whether somebody is there now.
    pub fn open_at(&self, moment: &Zoned) -> bool {
        let open = |(open, close): &Span| (*open..*close).contains(&moment.time());
        self.on(moment.date()).iter().any(open) && !shabbat(moment)
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
            let mut openings = self
                .on(date)
                .iter()
                .filter_map(|(open, _)| Moment::on(date, *open, Precision::Minute, from));
            if let Some(opening) = openings.find(|opening| opening.at >= *from && !shabbat(&opening.at)) {
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
        let mut groups: Vec<(usize, usize, &[Span])> = Vec::new();
        for (i, hours) in self.days.iter().enumerate().filter(|(_, day)| !day.is_empty()) {
            match groups.last_mut() {
                Some((_, last, same)) if *last + 1 == i && *same == hours => *last = i,
                _ => groups.push((i, i, hours)),
            }
        }
        let clock = |t: &Time| format!("{}:{:02}", t.hour(), t.minute());
        let spoken = |(open, close): &Span| format!("בין {} ל-{}", clock(open), clock(close));
        let say = |&(first, last, spans): &(usize, usize, &[Span])| {
            let days = match (first, last) {
                (6, _) => "בשבת".to_owned(),
                (first, last) if first == last => format!("ביום {}", NAMES[first].1),
                (first, last) => format!("בימים {} עד {}", NAMES[first].1, NAMES[last].1),
            };
            let spans: Vec<String> = spans.iter().map(spoken).collect();
            format!("{days} {}", spans.join(" ו"))
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
        let closed = Hours {
            days: Default::default(),
            holidays: BTreeMap::new(),
        };
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

    #[test]
    fn set_hours_know_breaks_and_holidays() {
        let hours: WeekHours = serde_json::from_str(
            r#"{"week":[[{"from":"09:00","to":"13:00"},{"from":"16:00","to":"19:00"}],[],[],[],[],[],[]],
                "holidays":[{"date":"2026-11-29","name":"נר ראשון","open":[{"from":"10:00","to":"11:00"}]}]}"#,
        )
        .unwrap();
        assert_eq!(hours.problem(), None);
        let hours = Hours::set(&hours);
        let open = |text: &str| hours.open_at(&at(text));
        assert!(open("2026-11-22T12:59") && open("2026-11-22T16:00"));
        assert!(!open("2026-11-22T14:00") && !open("2026-11-23T12:00"));
        assert!(open("2026-11-29T10:30") && !open("2026-11-29T12:00"));
        assert_eq!(hours.said(), "ביום ראשון בין 9:00 ל-13:00 ובין 16:00 ל-19:00");
        let next = hours.next_opening(&at("2026-11-22T14:00"));
        assert_eq!(next, at("2026-11-22T16:00"));
    }

    #[test]
    fn hours_that_make_no_sense_are_named() {
        let problem = |day: &str| {
            let text = format!(r#"{{"week":[{day},[],[],[],[],[],[]]}}"#);
            serde_json::from_str::<WeekHours>(&text).unwrap().problem()
        };
        assert!(problem(r#"[{"from":"18:00","to":"09:00"}]"#).is_some());
        assert!(problem(r#"[{"from":"9","to":"10:00"}]"#).is_some());
        assert!(problem(r#"[{"from":"09:00","to":"12:00"},{"from":"11:00","to":"13:00"}]"#).is_some());
        assert!(problem(r#"[{"from":"09:00","to":"12:00"}]"#).is_none());
    }
}
