//! Tables for `moment`: what is said, and when that is. Now is Wednesday morning, 18 November 2026, in Jerusalem.

use super::*;

fn zoned(text: &str) -> Zoned {
    format!("{text}[Asia/Jerusalem]").parse().expect("a time")
}

fn now() -> Zoned {
    zoned("2026-11-18T11:00:00") // a Wednesday
}

fn check(text: &str, expected: &str) {
    let moment = Moment::parse(text, &now());
    assert_eq!(
        moment
            .map(|m| m.at.strftime("%Y-%m-%d %H:%M").to_string())
            .as_deref(),
        Some(expected),
        "{text}"
    );
}

#[test]
fn days_and_hours() {
    for (text, expected) in [
        ("מחר בעשר", "2026-11-19 10:00"),
        ("מחר בעשר וחצי", "2026-11-19 10:30"),
        ("מחר בבוקר", "2026-11-19 10:00"),
        ("מחר בערב", "2026-11-19 19:00"),
        ("מחר בשמונה בערב", "2026-11-19 20:00"),
        ("מחר בארבע", "2026-11-19 16:00"),
        ("מחר בארבע אחר הצהריים", "2026-11-19 16:00"),
        ("היום בחמש", "2026-11-18 17:00"),
        ("ב-17:30", "2026-11-18 17:30"),
        ("בעשר", "2026-11-19 10:00"),
        ("בשתים עשרה", "2026-11-18 12:00"),
        ("מחר ברבע לשש", "2026-11-19 17:45"),
        ("מחר בתשע ורבע", "2026-11-19 09:15"),
        ("מחר בעשר ועשרים", "2026-11-19 10:20"),
        ("מחר באחת", "2026-11-19 13:00"),
        ("מחר בשבע בבוקר", "2026-11-19 07:00"),
        ("תחזרו אליי מחר אחרי ארבע", "2026-11-19 16:00"),
        ("ביום ראשון בבוקר", "2026-11-22 10:00"),
        ("ביום ראשון", "2026-11-22 10:00"),
        ("ביום רביעי בעשר", "2026-11-25 10:00"),
        ("יום שני בשבוע הבא", "2026-11-23 10:00"),
        ("יום חמישי בשבוע הבא בתשע", "2026-11-26 09:00"),
        ("ביום שלישי בשלוש", "2026-11-24 15:00"),
        ("ביום ה' בעשר", "2026-11-19 10:00"),
        ("מחרתיים בצהריים", "2026-11-20 12:00"),
        ("הערב", "2026-11-18 19:00"),
        ("הערב בשמונה", "2026-11-18 20:00"),
        ("בערב", "2026-11-18 19:00"),
        ("בין עשר לשתים עשרה מחר", "2026-11-19 10:00"),
    ] {
        check(text, expected);
    }
}

#[test]
fn after_a_while() {
    for (text, expected) in [
        ("בעוד שעה", "2026-11-18 12:00"),
        ("עוד חצי שעה", "2026-11-18 11:30"),
        ("בעוד רבע שעה", "2026-11-18 11:15"),
        ("בעוד שעתיים", "2026-11-18 13:00"),
        ("בעוד שעה וחצי", "2026-11-18 12:30"),
        ("בעוד עשרים דקות", "2026-11-18 11:20"),
        ("בעוד שלוש שעות", "2026-11-18 14:00"),
        ("בעוד יומיים", "2026-11-20 10:00"),
        ("בעוד שבוע", "2026-11-25 10:00"),
        ("בעוד שבועיים בעשר", "2026-12-02 10:00"),
    ] {
        check(text, expected);
    }
}

#[test]
fn dates() {
    for (text, expected) in [
        ("ב-25/12 ב-10:30", "2026-12-25 10:30"),
        ("25.12.2026", "2026-12-25 10:00"),
        ("עשרים וחמישה בדצמבר בתשע", "2026-12-25 09:00"),
        ("25 בדצמבר", "2026-12-25 10:00"),
        ("ב-1/3", "2027-03-01 10:00"),
        ("29/2", "2028-02-29 10:00"),
    ] {
        check(text, expected);
    }
}

#[test]
fn sentences_without_a_time() {
    for text in [
        "",
        "שלום",
        "דירה של שלושה חדרים",
        "בוקר טוב",
        "אני מחפש דירה בחיפה עד מיליון וחצי",
        "ערב טוב",
        "דירה בראשון לציון",
        "שני חדרים",
    ] {
        assert_eq!(Moment::parse(text, &now()), None, "{text}");
    }
    assert!(Moment::answered("עשר וחצי", &now()).is_some());
    assert!(Moment::answered("ראשון", &now()).is_some());
}

#[test]
fn an_hour_that_does_not_exist_is_moved_and_said() {
    let now = zoned("2028-03-23T12:00:00");
    let moment = Moment::parse("מחר ב-2:30", &now).expect("a moment");
    assert_eq!(moment.change, ClockChange::Gap);
    assert_eq!(moment.at.strftime("%H:%M").to_string(), "03:30");
}

#[test]
fn an_hour_that_comes_twice_is_the_first() {
    let now = zoned("2026-10-24T12:00:00");
    let moment = Moment::parse("מחר ב-1:30", &now).expect("a moment");
    assert_eq!(moment.change, ClockChange::Fold);
    assert_eq!(moment.at.offset().seconds(), 3 * 3600);
}

#[test]
fn an_hour_from_now_is_an_hour_on_the_night_of_the_change() {
    let now = zoned("2028-03-24T01:30:00");
    let moment = Moment::parse("בעוד שעה", &now).expect("a moment");
    assert_eq!(moment.at.strftime("%H:%M").to_string(), "03:30");
}

#[test]
fn a_moment_is_said_back() {
    let said = |text: &str| Moment::parse(text, &now()).expect(text).said(&now());
    assert_eq!(said("מחר בעשר"), "מחר בשעה 10:00");
    assert_eq!(said("ביום ראשון בבוקר"), "ביום ראשון, 22/11, בשעה 10:00");
}
