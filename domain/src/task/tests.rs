//! Times of Asia/Jerusalem, whose clock changes on the Friday before the last Sunday of March and on the last Sunday of
//! October.

use super::*;

fn zone() -> TimeZone {
    TimeZone::get("Asia/Jerusalem").unwrap()
}

fn local(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_time_that_never_is_is_the_gaps_end_and_one_that_is_twice_the_first() {
    for (wall, utc) in [
        ("2026-10-25T01:30", "2026-10-24T22:30:00Z"),
        ("2026-10-25T00:59", "2026-10-24T21:59:00Z"),
        ("2026-10-25T02:00", "2026-10-25T00:00:00Z"),
        ("2027-03-26T02:30", "2027-03-26T00:00:00Z"),
        ("2028-03-24T02:30", "2028-03-24T00:00:00Z"),
        ("2028-03-24T03:00", "2028-03-24T00:00:00Z"),
        ("2028-03-31T02:30", "2028-03-30T23:30:00Z"),
        ("2029-03-23T02:00", "2029-03-23T00:00:00Z"),
    ] {
        assert_eq!(instant(local(wall), &zone()), at(utc), "{wall}");
    }
}

#[test]
fn a_daily_eight_oclock_stays_at_eight() {
    let series = |last| Series {
        first: DateTime::constant(2026, 10, 20, 8, 0, 0, 0),
        last,
        zone: Box::leak(Box::new(zone())),
    };
    let mut now = at("2026-10-20T05:00:00Z");
    for n in 1..400 {
        let (found, next) = Repeats::Daily.next(series(n - 1), now).unwrap();
        assert_eq!(found, n);
        let wall = next.to_zoned(zone()).datetime();
        assert_eq!((wall.hour(), wall.minute()), (8, 0), "{wall}");
        now = next;
    }
}

#[test]
fn a_time_in_the_gap_or_twice_there_comes_once_each_day() {
    for first in [local("2026-10-20T01:30"), local("2027-03-20T02:30")] {
        let zone = zone();
        let mut now = instant(first, &zone);
        for n in 1..15 {
            let series = Series {
                first,
                last: n - 1,
                zone: &zone,
            };
            let (found, next) = Repeats::Daily.next(series, now).unwrap();
            assert_eq!(found, n);
            let passed = next.duration_since(now).as_secs();
            assert!((22 * 3600..=25 * 3600).contains(&passed), "{now} {next}");
            now = next;
        }
    }
}

#[test]
fn the_last_of_a_month_is_the_last_of_each_and_missed_times_are_left_out() {
    let zone = zone();
    let first = local("2027-01-31T09:00");
    let days: Vec<i8> = (1..5)
        .map(|n| Repeats::Monthly.local(first, n).unwrap().day())
        .collect();
    assert_eq!(days, [28, 31, 30, 31]);
    let series = Series {
        first,
        last: 0,
        zone: &zone,
    };
    let (n, next) = Repeats::Monthly.next(series, at("2037-06-15T00:00:00Z")).unwrap();
    assert_eq!((n, next), (125, at("2037-06-30T06:00:00Z")));
    let (n, _) = Repeats::Weekly.next(series, at("2027-03-01T00:00:00Z")).unwrap();
    assert_eq!(n, 5, "weeks that passed are not made up for");
}

#[test]
fn a_day_is_from_midnight_to_midnight_and_a_week_from_sunday() {
    let zone = zone();
    // A Friday evening in Israel, already Friday's end in nobody's UTC.
    let now = at("2027-03-26T20:30:00Z");
    assert_eq!(
        Range::Today.bounds(now, &zone),
        (at("2027-03-25T22:00:00Z"), at("2027-03-26T21:00:00Z")),
        "a day of 23 hours"
    );
    assert_eq!(
        Range::Week.bounds(now, &zone),
        (at("2027-03-20T22:00:00Z"), at("2027-03-27T21:00:00Z"))
    );
    assert_eq!(Range::Overdue.bounds(now, &zone).1, now);
    let sunday = at("2027-03-28T01:00:00Z");
    assert_eq!(Range::Week.bounds(sunday, &zone).0, at("2027-03-27T21:00:00Z"));
}
