//! Periods of whole days that figures are asked for, as the business's own calendar has them: a day begins when its clock
//! says so, and has 23, 24 or 25 hours.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Days of the longest period.
pub const MOST_DAYS: i32 = 400;
/// Days of the period when none is asked for.
const USUAL_DAYS: i32 = 30;

/// From the first second of one day to the last of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Date,
    to: Date,
}

/// Why days are no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("from is after to")]
    Backwards,
    #[error("a period has at most {MOST_DAYS} days")]
    TooLong,
    #[error("days are of the years 2000 to 2100")]
    OutOfReach,
}

impl Period {
    /// The days from one to another, both of them in it. Without an end it ends today, without a beginning it has thirty days.
    ///
    /// # Errors
    /// See `PeriodError`.
    pub fn of(from: Option<Date>, to: Option<Date>, today: Date) -> Result<Self, PeriodError> {
        let to = to.unwrap_or(today);
        let from = match from {
            Some(from) => from,
            None => moved(to, 1 - USUAL_DAYS)?,
        };
        if [from, to].iter().any(|day| !(2000..=2100).contains(&day.year())) {
            return Err(PeriodError::OutOfReach);
        }
        let period = Self { from, to };
        match period.days() {
            ..=0 => Err(PeriodError::Backwards),
            1..=MOST_DAYS => Ok(period),
            _ => Err(PeriodError::TooLong),
        }
    }

    /// Its first day.
    pub fn from(self) -> Date {
        self.from
    }

    /// Its last day.
    pub fn to(self) -> Date {
        self.to
    }

    /// How many days it has.
    pub fn days(self) -> i32 {
        self.from.until(self.to).map_or(0, |span| span.get_days()) + 1
    }

    /// The period of as many days that ends the day before.
    ///
    /// # Errors
    /// `OutOfReach` where our calendar ends.
    pub fn before(self) -> Result<Self, PeriodError> {
        Ok(Self {
            from: moved(self.from, -self.days())?,
            to: moved(self.from, -1)?,
        })
    }

    /// Each day, oldest first.
    pub fn each_day(self) -> Vec<Date> {
        (0..self.days())
            .filter_map(|n| moved(self.from, n).ok())
            .collect()
    }

    /// When each day begins, and last when the day after begins. A midnight that the clock skips is the end of the gap.
    ///
    /// # Errors
    /// `OutOfReach` where our calendar ends.
    pub fn beginnings(self, zone: &TimeZone) -> Result<Vec<Timestamp>, PeriodError> {
        (0..=self.days())
            .map(|n| {
                let day = moved(self.from, n)?.to_zoned(zone.clone());
                day.map(|day| day.timestamp())
                    .map_err(|_| PeriodError::OutOfReach)
            })
            .collect()
    }
}

fn moved(day: Date, days: i32) -> Result<Date, PeriodError> {
    let span = Span::new().try_days(days).map_err(|_| PeriodError::OutOfReach)?;
    day.checked_add(span).map_err(|_| PeriodError::OutOfReach)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn jerusalem() -> TimeZone {
        TimeZone::get("Asia/Jerusalem").unwrap()
    }

    #[test]
    fn days_are_a_period_or_say_why_not() {
        let today = date(2026, 11, 21);
        for (from, to, expected) in [
            (None, None, Ok(30)),
            (Some(date(2026, 11, 21)), None, Ok(1)),
            (None, Some(date(2026, 3, 31)), Ok(30)),
            (Some(date(2025, 10, 18)), Some(today), Ok(400)),
            (Some(date(2025, 10, 17)), Some(today), Err(PeriodError::TooLong)),
            (Some(date(2026, 11, 22)), None, Err(PeriodError::Backwards)),
            (
                Some(date(-9999, 1, 1)),
                Some(date(9999, 12, 31)),
                Err(PeriodError::OutOfReach),
            ),
            (None, Some(date(-9999, 1, 1)), Err(PeriodError::OutOfReach)),
        ] {
            assert_eq!(
                Period::of(from, to, today).map(Period::days),
                expected,
                "{from:?} {to:?}"
            );
        }
    }

    #[test]
    fn a_day_begins_when_the_clock_says_so_on_both_sides_of_a_change() {
        // Clocks go forward on Friday the 27th of March 2026 at two, back on Sunday the 25th of October at two.
        for (day, hours) in [
            (date(2026, 3, 26), 24),
            (date(2026, 3, 27), 23),
            (date(2026, 3, 28), 24),
            (date(2026, 10, 25), 25),
            (date(2026, 10, 26), 24),
        ] {
            let bounds = Period::of(Some(day), Some(day), day)
                .unwrap()
                .beginnings(&jerusalem())
                .unwrap();
            assert_eq!(bounds.len(), 2);
            assert_eq!(bounds[1].duration_since(bounds[0]).as_hours(), hours, "{day}");
        }
    }

    #[test]
    fn a_midnight_that_is_skipped_is_the_end_of_the_gap() {
        let zone = TimeZone::get("Africa/Cairo").unwrap();
        let day = date(2026, 4, 24);
        let bounds = Period::of(Some(day), Some(day), day)
            .unwrap()
            .beginnings(&zone)
            .unwrap();
        assert_eq!(bounds[0].to_string(), "2026-04-23T22:00:00Z");
        assert_eq!(bounds[1].duration_since(bounds[0]).as_hours(), 23);
    }

    #[test]
    fn the_period_before_has_as_many_days_and_ends_the_day_before() {
        let day = date(2026, 3, 1);
        let before = Period::of(Some(day), Some(date(2026, 3, 31)), day)
            .unwrap()
            .before()
            .unwrap();
        assert_eq!(
            (before.from(), before.to()),
            (date(2026, 1, 29), date(2026, 2, 28))
        );
        assert_eq!(before.each_day().len(), 31);
    }
}
