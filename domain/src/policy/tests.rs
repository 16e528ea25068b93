//! Dates that calendars print, and what must hold whatever the date.

use super::quiet::is_holiday;
use super::*;
use jiff::civil::{Date, Time};
use proptest::prelude::*;

const NOON: &str = "2026-11-18 12:00";

fn at(text: &str) -> Zoned {
    let civil: jiff::civil::DateTime = text.parse().expect("a moment");
    civil.in_tz("Asia/Jerusalem").expect("a zone")
}

fn standing(now: &str) -> Standing {
    Standing {
        now: at(now),
        quiet: QuietRules::default(),
        do_not_call: false,
        opted_out: Vec::new(),
        consents: Vec::new(),
        registry_checked_at: None,
        last_inbound_at: None,
    }
}

fn going(means: Means, purpose: Purpose, by_engine: bool) -> Outgoing {
    Outgoing {
        means,
        purpose,
        by_engine,
    }
}

fn code(outgoing: Outgoing, standing: &Standing) -> &'static str {
    judge(&outgoing, standing).map_or_else(|refusal| refusal.code, |()| "goes")
}

fn consent(means: Means) -> Consent {
    Consent {
        purpose: Purpose::Marketing,
        means,
        given_at: at("2026-01-01 10:00").timestamp(),
        expires_at: None,
        revoked_at: None,
    }
}

#[test]
fn holidays_are_where_printed_calendars_have_them() {
    let check = |date: &str, expected: bool| {
        let date: Date = date.parse().unwrap();
        assert_eq!(is_holiday(date), expected, "{date}");
    };
    for date in [
        "2026-09-12",
        "2026-09-13",
        "2026-09-21",
        "2026-09-26",
        "2026-10-03",
        "2026-04-02",
        "2026-04-08",
        "2026-05-22",
        // A leap year of the Hebrew calendar: Adar comes twice, and Passover late.
        "2027-04-22",
        "2027-04-28",
        "2027-06-11",
        "2024-04-23",
        "2025-04-13",
    ] {
        check(date, true);
    }
    for date in [
        "2026-09-14",
        "2026-04-03",
        "2026-09-27",
        "2026-12-05",
        "2027-03-23",
        "2026-05-23",
    ] {
        check(date, false);
    }
}

#[test]
fn shabbat_begins_an_hour_before_sunset_and_ends_when_stars_are_seen() {
    let service = going(Means::Call, Purpose::Service, false);
    let check = |now: &str, expected: &str| assert_eq!(code(service, &standing(now)), expected, "{now}");
    // Sunset in Jerusalem on that Friday: 16:37; three stars on Saturday: 17:14.
    check("2026-11-20 15:30", "goes");
    check("2026-11-20 15:42", "shabbat");
    check("2026-11-21 10:00", "shabbat");
    check("2026-11-21 17:05", "shabbat");
    check("2026-11-21 17:20", "goes");
    // In summer time: sunset 19:48.
    check("2026-06-26 18:40", "goes");
    check("2026-06-26 18:55", "shabbat");
    // The eve of Yom Kippur, Sunday: sunset 18:39.
    check("2026-09-20 17:30", "goes");
    check("2026-09-20 17:45", "holiday");
    check("2026-09-21 15:00", "holiday");
}

#[test]
fn a_refusal_of_the_clock_says_when_it_would_be_allowed() {
    let engine = going(Means::AutomaticCall, Purpose::Service, true);
    let until = |now: &str| {
        let refusal = judge(&engine, &standing(now)).unwrap_err();
        let until = refusal
            .until
            .unwrap()
            .to_zoned(jiff::tz::TimeZone::get("Asia/Jerusalem").unwrap());
        (refusal.code, until.strftime("%F %H:%M").to_string())
    };
    assert_eq!(
        until("2026-11-18 23:00"),
        ("quiet_hours", "2026-11-19 08:00".into())
    );
    assert_eq!(
        until("2026-11-18 07:59"),
        ("quiet_hours", "2026-11-18 08:00".into())
    );
    // New Year 2026 is Shabbat and Sunday. In June the night begins before stars are seen.
    assert_eq!(until("2026-09-11 18:10"), ("shabbat", "2026-09-13 19:25".into()));
    assert_eq!(until("2026-06-26 19:00"), ("shabbat", "2026-06-28 08:00".into()));
    let mut own = standing("2026-11-18 12:00");
    own.quiet.days = vec!["2026-11-18".parse().unwrap()];
    assert_eq!(code(engine, &own), "holiday");
}

#[test]
fn what_binds_whom() {
    let night = "2026-11-18 22:00";
    let shabbat = "2026-11-21 12:00";
    let mut asked = standing(night);
    asked.last_inbound_at = Some(at("2026-11-18 21:40").timestamp());
    let mut long_ago = standing(night);
    long_ago.last_inbound_at = Some(at("2026-11-18 19:00").timestamp());
    use {Means::*, Purpose::*};
    let check = |outgoing, standing: &Standing, expected| {
        assert_eq!(
            code(outgoing, standing),
            expected,
            "{outgoing:?} {}",
            standing.now
        );
    };
    check(going(WhatsApp, Reply, false), &standing(shabbat), "goes");
    check(going(WhatsApp, Reply, true), &standing(shabbat), "shabbat");
    check(going(WhatsApp, Reply, true), &asked, "goes");
    check(going(WhatsApp, Reply, true), &long_ago, "quiet_hours");
    check(going(Call, Service, false), &standing(night), "goes");
    check(going(Call, Service, false), &standing(shabbat), "shabbat");
    check(
        going(AutomaticCall, Service, true),
        &standing(night),
        "quiet_hours",
    );
    let mut without = standing(shabbat);
    without.quiet = QuietRules {
        nights: None,
        shabbat: false,
        holidays: false,
        ..QuietRules::default()
    };
    check(going(AutomaticCall, Service, true), &without, "goes");
}

#[test]
fn what_the_customer_said_binds() {
    use {Means::*, Purpose::*};
    let check = |outgoing, standing: &Standing, expected| {
        assert_eq!(code(outgoing, standing), expected, "{outgoing:?}")
    };
    let mut no_calls = standing(NOON);
    no_calls.do_not_call = true;
    check(going(Call, Reply, false), &no_calls, "do_not_call");
    check(going(AutomaticCall, Service, true), &no_calls, "do_not_call");
    check(going(Sms, Service, false), &no_calls, "goes");

    let mut out = standing(NOON);
    let since = at("2026-11-01 10:00").timestamp();
    out.opted_out = vec![
        OptOut {
            means: WhatsApp,
            at: since,
        },
        OptOut {
            means: Call,
            at: since,
        },
    ];
    check(going(WhatsApp, Service, false), &out, "opted_out");
    check(going(WhatsApp, Reply, false), &out, "opted_out");
    check(going(Sms, Service, false), &out, "goes");
    check(going(AutomaticCall, Service, true), &out, "opted_out");
    out.last_inbound_at = Some(at("2026-11-18 11:00").timestamp());
    check(going(WhatsApp, Reply, false), &out, "goes");
    check(going(WhatsApp, Service, false), &out, "opted_out");

    let mut selling = standing(NOON);
    check(going(Sms, Marketing, false), &selling, "no_consent");
    selling.consents = vec![consent(Call)];
    check(going(Sms, Marketing, false), &selling, "no_consent");
    check(going(AutomaticCall, Marketing, true), &selling, "no_consent");
    check(going(Call, Marketing, false), &selling, "registry_check_old");
    selling.registry_checked_at = Some(at("2026-11-02 12:00").timestamp());
    check(going(Call, Marketing, false), &selling, "registry_check_old");
    selling.registry_checked_at = Some(at("2026-11-04 12:00").timestamp());
    check(going(Call, Marketing, false), &selling, "goes");
    selling.consents[0].expires_at = Some(at(NOON).timestamp());
    check(going(Call, Marketing, false), &selling, "consent_expired");
    selling.consents[0].revoked_at = Some(at("2026-11-10 12:00").timestamp());
    check(going(Call, Marketing, false), &selling, "no_consent");
}

fn moment() -> impl Strategy<Value = Zoned> {
    // Forty years, to the minute.
    (1_700_000_000_i64 / 60..2_960_000_000 / 60).prop_map(|minutes| {
        let moment = Timestamp::from_second(minutes * 60).unwrap();
        moment.in_tz("Asia/Jerusalem").unwrap()
    })
}

fn any_standing() -> impl Strategy<Value = Standing> {
    let means = || proptest::sample::select(Means::ALL);
    (
        moment(),
        any::<bool>(),
        proptest::option::of(means()),
        proptest::option::of(means()),
        0..30_i64,
        any::<[bool; 3]>(),
    )
        .prop_map(|(now, do_not_call, out, agreed, days, kept)| {
            let ago = now.timestamp() - SignedDuration::from_hours(24 * days);
            let rules = QuietRules {
                shabbat: kept[0],
                holidays: kept[1],
                ..QuietRules::default()
            };
            Standing {
                quiet: if kept[2] {
                    rules
                } else {
                    QuietRules {
                        nights: None,
                        ..rules
                    }
                },
                do_not_call,
                opted_out: out.map(|means| OptOut { means, at: ago }).into_iter().collect(),
                consents: agreed
                    .map(|means| Consent {
                        given_at: ago,
                        ..consent(means)
                    })
                    .into_iter()
                    .collect(),
                registry_checked_at: Some(ago),
                last_inbound_at: (days % 2 == 0).then_some(ago),
                now,
            }
        })
}

fn any_outgoing() -> impl Strategy<Value = Outgoing> {
    let purposes = proptest::sample::select(Purpose::ALL);
    (proptest::sample::select(Means::ALL), purposes, any::<bool>()).prop_map(|(m, p, e)| going(m, p, e))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// No call outside the policy, whatever the schedule.
    #[test]
    fn nothing_that_goes_breaks_a_rule(outgoing in any_outgoing(), standing in any_standing()) {
        let judged = judge(&outgoing, &standing);
        if let Err(refusal) = judged {
            prop_assert!(CODES.contains(&refusal.code));
            if let Some(until) = refusal.until {
                prop_assert!(until > standing.now.timestamp());
                // Nothing but the clock was against it: then it goes, unless age has come between.
                let later = Standing { now: until.to_zoned(standing.now.time_zone().clone()), ..standing.clone() };
                let again = judge(&outgoing, &later).map_or_else(|refusal| refusal.code, |()| "goes");
                prop_assert!(["goes", "registry_check_old", "consent_expired"].contains(&again), "{again}");
            }
            return Ok(());
        }
        let calls = matches!(outgoing.means, Means::Call | Means::AutomaticCall);
        prop_assert!(!(calls && standing.do_not_call));
        let out = standing.opted_out.iter().any(|out| out.means == outgoing.means);
        prop_assert!(!out || outgoing.purpose == Purpose::Reply);
        if outgoing.purpose == Purpose::Marketing {
            prop_assert!(standing.consents.iter().any(|one| one.means == outgoing.means));
            let night = standing.now.time() >= Time::constant(20, 0, 0, 0) || standing.now.time() < Time::constant(8, 0, 0, 0);
            prop_assert!(!night || standing.quiet.nights.is_none());
        }
        let noon_of_shabbat = standing.now.weekday() == jiff::civil::Weekday::Saturday && standing.now.hour() < 16;
        let answers = outgoing.purpose == Purpose::Reply && !outgoing.by_engine;
        prop_assert!(!(noon_of_shabbat && standing.quiet.shabbat) || answers);
    }
}
