//! When a business sends nothing: nights, Shabbat and holidays, and days of its own. A day of rest begins an hour before the
//! sunset of its eve and ends with its nightfall, by the Hebrew calendar (icu_calendar) and the sun (sunrise).

use crate::customer::words;
use icu_calendar::Date as Day;
use icu_calendar::cal::Hebrew;
use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use sunrise::{Coordinates, SolarDay, SolarEvent};

words!(
    /// Why it is quiet.
    Quiet: Nights = "quiet_hours", Shabbat = "shabbat", Holiday = "holiday"
);
words!(
    /// By whose sunset days begin: some minutes lie between them.
    Place:
    Jerusalem = "jerusalem",
    TelAviv = "tel_aviv",
    Haifa = "haifa",
    BeerSheva = "beer_sheva",
    Eilat = "eilat"
);

/// From an hour of the evening until one of the morning; or within a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nights {
    pub from: Time,
    pub to: Time,
}

/// What a business keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuietRules {
    pub nights: Option<Nights>,
    pub shabbat: bool,
    /// The holidays on which no work is done.
    pub holidays: bool,
    pub place: Place,
    /// Days of its own, from midnight to midnight.
    pub days: Vec<Date>,
}

impl Default for QuietRules {
    fn default() -> Self {
        let at = |hour| Time::constant(hour, 0, 0, 0);
        Self {
            nights: Some(Nights {
                from: at(20),
                to: at(8),
            }),
            shabbat: true,
            holidays: true,
            place: Place::Jerusalem,
            days: Vec::new(),
        }
    }
}

impl Place {
    /// Degrees to the north and to the east.
    fn coordinates(self) -> Option<Coordinates> {
        let (north, east) = match self {
            Self::Jerusalem => (31.778, 35.235),
            Self::TelAviv => (32.080, 34.781),
            Self::Haifa => (32.794, 34.990),
            Self::BeerSheva => (31.252, 34.791),
            Self::Eilat => (29.558, 34.948),
        };
        Coordinates::new(north, east)
    }
}

/// Before sunset, that a day of rest begins.
const BEFORE_SUNSET: SignedDuration = SignedDuration::from_hours(1);
/// Three small stars are seen when the sun is so many degrees below the horizon.
const NIGHTFALL: f64 = 8.5;
/// No chain of quiet hours is longer, so nobody looks further.
const SPANS: usize = 64;

/// Whether the Torah forbids work on it: the days as they are kept in the country.
pub fn is_holiday(date: Date) -> bool {
    let Ok(day) = Day::try_new_iso(
        i32::from(date.year()),
        u8::try_from(date.month()).unwrap_or(1),
        u8::try_from(date.day()).unwrap_or(1),
    ) else {
        return false;
    };
    let day = day.to_calendar(Hebrew);
    // Months count from Tishri, as the calendar's own numbers do: the leap month before Adar shifts none of them.
    let month = day.month().to_input();
    matches!(
        (month.number(), month.is_leap(), day.day_of_month().0),
        (1, false, 1 | 2 | 10 | 15 | 22) | (7, false, 15 | 21) | (9, false, 6)
    )
}

impl QuietRules {
    /// Why it is quiet at this moment, and when that ends; nights count only where they are asked for.
    pub fn quiet(&self, at: &Zoned, nights: bool) -> Option<(Quiet, Timestamp)> {
        let (why, mut until) = self.span(at, nights)?;
        for _ in 0..SPANS {
            match self.span(&until, nights) {
                Some((_, later)) if later > until => until = later,
                _ => break,
            }
        }
        Some((why, until.timestamp()))
    }

    fn span(&self, at: &Zoned, nights: bool) -> Option<(Quiet, Zoned)> {
        self.rest(at)
            .or_else(|| self.own_day(at))
            .or_else(|| self.night(at).filter(|_| nights))
    }

    /// Shabbat or a holiday, until its nightfall.
    fn rest(&self, at: &Zoned) -> Option<(Quiet, Zoned)> {
        let today = at.date();
        if let Some(why) = self.is_rest(today) {
            let end = self.sun(today, NIGHTFALL, at)?;
            if *at < end {
                return Some((why, end));
            }
        }
        let tomorrow = today.tomorrow().ok()?;
        let why = self.is_rest(tomorrow)?;
        let begins = self.sun(today, 5.0 / 6.0, at)?.checked_sub(BEFORE_SUNSET).ok()?;
        let end = self.sun(tomorrow, NIGHTFALL, at)?;
        (*at >= begins).then_some((why, end))
    }

    fn is_rest(&self, date: Date) -> Option<Quiet> {
        if self.shabbat && date.weekday() == Weekday::Saturday {
            return Some(Quiet::Shabbat);
        }
        (self.holidays && is_holiday(date)).then_some(Quiet::Holiday)
    }

    fn own_day(&self, at: &Zoned) -> Option<(Quiet, Zoned)> {
        if !self.days.contains(&at.date()) {
            return None;
        }
        let tomorrow = at.date().tomorrow().ok()?;
        let end = tomorrow.to_zoned(at.time_zone().clone()).ok()?;
        Some((Quiet::Holiday, end))
    }

    fn night(&self, at: &Zoned) -> Option<(Quiet, Zoned)> {
        let Nights { from, to } = self.nights?;
        let time = at.time();
        let (quiet, ends) = match from <= to {
            true => (from <= time && time < to, at.date()),
            false if time >= from => (true, at.date().tomorrow().ok()?),
            false => (time < to, at.date()),
        };
        let end = ends.to_datetime(to).to_zoned(at.time_zone().clone()).ok()?;
        // Where the clocks go back an hour comes twice: its end is not before now.
        (quiet && end > *at).then_some((Quiet::Nights, end))
    }

    /// When the sun is so many degrees below the evening's horizon.
    fn sun(&self, date: Date, below: f64, like: &Zoned) -> Option<Zoned> {
        let day = chrono::NaiveDate::from_ymd_opt(
            i32::from(date.year()),
            u32::try_from(date.month()).ok()?,
            u32::try_from(date.day()).ok()?,
        )?;
        let event = SolarEvent::Elevation {
            elevation: below.to_radians(),
            morning: false,
        };
        let moment = SolarDay::new(self.place.coordinates()?, day).event_time(event)?;
        let moment = Timestamp::from_second(moment.timestamp()).ok()?;
        Some(moment.to_zoned(like.time_zone().clone()))
    }
}
