//! What a push says, in Hebrew: the one place for it. The service worker shows title and body as they are; the rest tells
//! it what the buttons do.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::pushes::{About, ClaimedPush, DueReminder};

/// Characters of what people wrote: the whole must fit into 3 kB.
const TITLE: usize = 120;
const NAME: usize = 60;
/// Seconds after which it is late.
const LATE: i64 = 60;

/// The payload, as JSON of less than 3 kB; `act` answers the reminder without a log-in.
pub(super) fn payload(push: &ClaimedPush, act: Option<String>, now: Timestamp) -> String {
    let mut payload = match &push.about {
        About::Due(due) => of_reminder(due, &push.time_zone, now),
        About::Digest { count, titles } => of_many(*count, titles),
        About::Test | About::Over | About::Replaced => json!({
            "kind": "test",
            "title": "ההתראות פועלות",
            "body": "כך תיראה תזכורת כשהמערכת סגורה.",
            "url": "/tasks",
        }),
    };
    payload["v"] = 1.into();
    payload["tag"] = push.topic.as_str().into();
    payload["topic"] = push.topic.as_str().into();
    payload["act"] = act.into();
    payload["ts"] = now.as_millisecond().into();
    payload.to_string()
}

fn of_reminder(due: &DueReminder, zone: &str, now: Timestamp) -> Value {
    let late = (now.as_second() - due.due_at.as_second())
        .max(due.fired_at.as_second() - due.remind_at.as_second())
        > LATE;
    let customer = due.customer.as_deref().map(|name| clipped(name, NAME));
    let late_word = late.then(|| "באיחור".to_owned());
    let parts = [Some(when(due.due_at, now, zone)), customer, late_word];
    let body: Vec<String> = parts.into_iter().flatten().collect();
    let digits = |number: &String| {
        number
            .chars()
            .filter(char::is_ascii_digit)
            .take(15)
            .collect::<String>()
    };
    json!({
        "kind": "due",
        "title": clipped(&due.title, TITLE),
        "body": body.join(" · "),
        "url": format!("/tasks?task={}", due.task),
        "reminder_id": due.reminder,
        "task_id": due.task,
        "late": late,
        "phone": due.phone.as_ref().map(|phone| format!("+{}", digits(phone))),
        "whatsapp": due.whatsapp.as_ref().map(|number| format!("https://wa.me/{}", digits(number))),
    })
}

fn of_many(count: i64, titles: &[String]) -> Value {
    let mut body: Vec<String> = titles.iter().map(|title| clipped(title, NAME)).collect();
    let others = count - titles.len() as i64;
    if others > 0 {
        body.push(format!("ועוד {others}"));
    }
    json!({
        "kind": "digest",
        "title": if count == 1 { "תזכורת אחת מחכה".to_owned() } else { format!("{count} תזכורות מחכות") },
        "body": body.join(" · "),
        "url": "/tasks",
        "count": count,
    })
}

/// Without what turns a line around or can't be seen, and no longer than this.
fn clipped(text: &str, most: usize) -> String {
    let odd = |c: &char| {
        !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
    };
    let mut seen = text.trim().chars().filter(odd);
    let mut clipped: String = seen.by_ref().take(most).collect();
    if seen.next().is_some() {
        clipped.pop();
        clipped.push('…');
    }
    clipped
}

/// By the business's clock.
fn when(at: Timestamp, now: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let (at, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone).date());
    let clock = format!("{:02}:{:02}", at.hour(), at.minute());
    let near = |day: Result<Date, _>| day.is_ok_and(|day: Date| day == at.date());
    if at.date() == today {
        format!("היום ב-{clock}")
    } else if near(today.tomorrow()) {
        format!("מחר ב-{clock}")
    } else if near(today.yesterday()) {
        format!("אתמול ב-{clock}")
    } else {
        format!("{}.{} בשעה {clock}", at.day(), at.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::UserId;
    use domain::ids::BusinessId;
    use std::time::Duration;

    fn push(about: About) -> ClaimedPush {
        ClaimedPush {
            id: 1,
            claim_no: 1,
            attempt: 1,
            age: Duration::ZERO,
            business: BusinessId(3),
            user: UserId(5),
            subscription: 1,
            endpoint: String::new(),
            p256dh: Vec::new(),
            auth: Vec::new(),
            topic: "task-9".into(),
            time_zone: "Asia/Jerusalem".into(),
            about,
        }
    }

    fn due(title: &str) -> DueReminder {
        let at: Timestamp = "2026-11-03T08:00:00Z".parse().unwrap();
        DueReminder {
            reminder: 7,
            task: 9,
            title: title.into(),
            due_at: at,
            remind_at: at,
            fired_at: at,
            customer: Some("דנה לוי".into()),
            phone: Some("+972501234567".into()),
            whatsapp: Some("+972501234567".into()),
        }
    }

    fn read(about: About, now: &str) -> Value {
        let text = payload(&push(about), Some("/push/act?e=1".into()), now.parse().unwrap());
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_reminder_says_what_when_and_who() {
        let told = read(About::Due(Box::new(due("להתקשר"))), "2026-11-03T08:00:05Z");
        assert_eq!(
            told,
            json!({
                "v": 1, "kind": "due", "title": "להתקשר", "body": "היום ב-10:00 · דנה לוי", "tag": "task-9",
                "topic": "task-9", "url": "/tasks?task=9", "reminder_id": 7, "task_id": 9, "late": false,
                "act": "/push/act?e=1", "phone": "+972501234567", "whatsapp": "https://wa.me/972501234567",
                "ts": 1_793_692_805_000_i64,
            })
        );
    }

    #[test]
    fn what_is_late_says_so() {
        for (now, body) in [
            ("2026-11-03T08:00:59Z", "היום ב-10:00 · דנה לוי"),
            ("2026-11-03T08:02:00Z", "היום ב-10:00 · דנה לוי · באיחור"),
            ("2026-11-04T08:00:00Z", "אתמול ב-10:00 · דנה לוי · באיחור"),
            ("2026-11-09T08:00:00Z", "3.11 בשעה 10:00 · דנה לוי · באיחור"),
            ("2026-11-02T08:00:00Z", "מחר ב-10:00 · דנה לוי"),
        ] {
            assert_eq!(read(About::Due(Box::new(due("x"))), now)["body"], body, "{now}");
        }
        // Reminded of ahead, but not in time.
        let mut ahead = due("x");
        ahead.remind_at = "2026-11-03T07:30:00Z".parse().unwrap();
        ahead.fired_at = "2026-11-03T07:45:00Z".parse().unwrap();
        let told = read(About::Due(Box::new(ahead)), "2026-11-03T07:45:05Z");
        assert_eq!(told["late"], true);
    }

    #[test]
    fn many_are_counted_and_some_named() {
        let titles = vec!["א".to_owned(), "ב".into(), "ג".into()];
        let told = read(About::Digest { count: 7, titles }, "2026-11-03T08:00:05Z");
        assert_eq!(
            (&told["title"], &told["count"]),
            (&json!("7 תזכורות מחכות"), &json!(7))
        );
        assert_eq!(told["body"], "א · ב · ג · ועוד 4");
    }

    #[test]
    fn whatever_people_write_fits_and_turns_nothing_around() {
        for letter in ["\"", "\\", "\u{1}", "\u{202e}", "₪", "👨‍👩‍👧", "א"] {
            let mut reminder = due(&letter.repeat(5_000));
            reminder.customer = Some(letter.repeat(5_000));
            reminder.phone = Some(letter.repeat(5_000));
            reminder.whatsapp = Some("9".repeat(5_000));
            let act = Some(format!("/push/act?{}", "x".repeat(200)));
            let text = payload(&push(About::Due(Box::new(reminder))), act, Timestamp::now());
            assert!(text.len() < 3_000, "{letter}: {}", text.len());
            assert!(
                !text.contains('\u{202e}') && !text.contains("\\u0001"),
                "{letter}"
            );
            let titles = vec![letter.repeat(5_000); 3];
            let text = payload(
                &push(About::Digest {
                    count: 1_000_000,
                    titles,
                }),
                None,
                Timestamp::now(),
            );
            assert!(text.len() < 3_000, "{letter}: {}", text.len());
        }
        assert_eq!(clipped("ab\u{202e}cd", 10), "abcd");
        assert_eq!(clipped("abcdef", 4), "abc…");
    }
}
