//! What the template is given: everything already worded, every value told whether it is read from left to right.

use super::text::clean;
use domain::document::{Certificate, Fields, Kind, Paper, Party, Signature, day_text, shown as worded};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Agorot as `₪1,234.50`, below zero as `-₪1,234.50`.
fn money(agorot: i64) -> String {
    let digits = (agorot / 100).unsigned_abs().to_string();
    let mut shekels = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shekels.push(',');
        }
        shekels.push(digit);
    }
    let sign = if agorot < 0 { "-" } else { "" };
    format!("{sign}₪{shekels}.{:02}", agorot.unsigned_abs() % 100)
}

fn row(label: &str, value: &str) -> Option<Value> {
    let value = clean(value, false);
    (!value.trim().is_empty()).then(|| json!({ "label": label, "value": value, "ltr": is_latin(&value) }))
}

/// Without a Hebrew or Arabic letter: numbers, dates, addresses of mail, which are read from left to right.
fn is_latin(text: &str) -> bool {
    !text
        .chars()
        .any(|c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'))
}

fn rows(items: &[(&str, &str)]) -> Vec<Value> {
    items
        .iter()
        .filter_map(|(label, value)| row(label, value))
        .collect()
}

fn party(party: &Party) -> Value {
    json!({
        "name": clean(&party.name, false),
        "rows": rows(&[
            ("ת״ז / ח״פ", &party.id_number),
            ("רישיון תיווך", &party.license),
            ("כתובת", &party.address),
            ("טלפון", &party.phone),
            ("דוא״ל", &party.email),
        ]),
    })
}

/// The five groups that the regulations want on a brokerage order.
fn groups(kind: Kind, fields: &Fields) -> Vec<Value> {
    if kind != Kind::Order {
        return Vec::new();
    }
    let of = |name: &str| {
        let value = fields.get(name).map(|value| worded(name, value, fields));
        value.unwrap_or_default()
    };
    let group = |label: &str, items: &[(&str, &str)]| {
        let items: Vec<(&str, String)> = items.iter().map(|(label, name)| (*label, of(name))).collect();
        let items: Vec<Value> = items
            .iter()
            .filter_map(|(label, value)| row(label, value))
            .collect();
        (!items.is_empty()).then(|| json!({ "label": label, "rows": items }))
    };
    [
        group(
            "1. הצדדים",
            &[
                ("המתווך", "broker_name"),
                ("ת״ז / ח״פ המתווך", "broker_id"),
                ("כתובת המתווך", "broker_address"),
                ("מספר רישיון תיווך", "broker_license"),
                ("הלקוח", "client_name"),
                ("ת״ז הלקוח", "client_id"),
                ("כתובת הלקוח", "client_address"),
            ],
        ),
        group("2. סוג העסקה", &[("סוג העסקה", "deal_type")]),
        group("3. הנכס", &[("תיאור הנכס", "property")]),
        group("4. מחיר העסקה המבוקש בקירוב", &[("מחיר", "price")]),
        group(
            "5. דמי התיווך",
            &[
                ("אופן החישוב", "fee_kind"),
                ("דמי התיווך", "fee"),
                ("מע״מ", "fee_vat"),
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn lines(paper: &Paper) -> Vec<Value> {
    let line = |line: &domain::document::Line| {
        json!({
            "description": clean(&line.description, false),
            "quantity": line.quantity.to_string(),
            "price": money(line.unit_price),
            "sum": money(line.net().unwrap_or_default()),
        })
    };
    paper.lines.iter().map(line).collect()
}

fn totals(paper: &Paper) -> Vec<Value> {
    if paper.lines.is_empty() {
        return Vec::new();
    }
    let item = |label: String, sum: i64, strong: bool| json!({ "label": label, "value": money(sum), "strong": strong });
    vec![
        item("סה״כ לפני מע״מ".into(), paper.totals.net, false),
        item(format!("מע״מ {}%", paper.vat_rate), paper.totals.vat, false),
        item("סה״כ לתשלום".into(), paper.totals.total, true),
    ]
}

fn body(text: &str) -> Vec<Value> {
    let text = clean(text, true);
    let part = |line: &str| {
        let (style, text) = match (line.strip_prefix("# "), line.strip_prefix("- ")) {
            (Some(heading), _) => ("h", heading),
            (_, Some(item)) => ("b", item),
            _ => ("p", line),
        };
        json!({ "style": style, "text": text })
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(part).collect()
}

fn moment(at: Timestamp, zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    at.to_zoned(zone).strftime("%d/%m/%Y %H:%M:%S").to_string()
}

fn signature(certificate: &Certificate) -> Value {
    let (style, strokes, text) = match &certificate.ink {
        Signature::Drawn { strokes } => ("drawn", json!(strokes), String::new()),
        Signature::Picture { .. } => ("picture", json!([]), String::new()),
        Signature::Typed { text } => ("typed", json!([]), clean(text, false)),
    };
    json!({
        "style": style,
        "strokes": strokes,
        "text": text,
        "name": clean(&certificate.signer, false),
        "at": moment(certificate.signed_at, &certificate.time_zone),
    })
}

fn certificate(paper: &Paper, certificate: &Certificate) -> Value {
    let zone = &certificate.time_zone;
    let event = |event: &domain::document::CertificateEvent| {
        json!({
            "at": moment(event.at, zone),
            "what": happened(&event.kind),
            "address": clean(&event.address, false),
            "device": clean(&event.device, false).chars().take(120).collect::<String>(),
            "hash": event.hash,
        })
    };
    let number = paper.number.as_deref().unwrap_or_default();
    json!({
        "opening": "עמוד זה צורף למסמך לאחר חתימתו, ומתעד מי חתם, כיצד אומתה זהותו ומה קרה בדרך.",
        "rows": rows(&[
            ("המסמך", &paper.title),
            ("מספר", number),
            ("שם החותם", &certificate.signer),
            ("ת״ז", &certificate.signer_id),
            ("הקוד החד־פעמי נשלח אל", &certificate.sent_to),
            ("מועד החתימה", &format!("{} ({zone})", moment(certificate.signed_at, zone))),
            ("טביעת האצבע של המקור (SHA-256)", &certificate.original_sha256),
        ]),
        "consent": clean(&certificate.consent, false),
        "events": certificate.events.iter().map(event).collect::<Vec<_>>(),
        "closing": "כל שינוי בקובץ, ולו של סיבית אחת, מתגלה בבדיקה בכתובת:",
        "verify_at": clean(&certificate.verify_at, false),
    })
}

/// An event's name in Hebrew.
fn happened(kind: &str) -> &str {
    match kind {
        "sent" => "נשלח לחתימה",
        "reminded" => "נשלחה תזכורת",
        "viewed" => "המסמך נפתח",
        "code_sent" => "נשלח קוד חד־פעמי",
        "code_wrong" => "הוקש קוד שגוי",
        "verified" => "הקוד אומת",
        "consented" => "ניתנה הסכמה",
        "signed" => "המסמך נחתם",
        "declined" => "החתימה נדחתה",
        other => other,
    }
}

/// The template's data.
pub(super) fn shown(paper: &Paper, signed: Option<&Certificate>) -> Value {
    let day = |day: Option<jiff::civil::Date>| day.map(day_text).unwrap_or_default();
    let number = paper.number.as_deref();
    let title = clean(&paper.title, false);
    let notes = [
        ("בתוקף עד", day(paper.valid_until)),
        ("לתשלום עד", day(paper.due_on)),
        ("מספר הקצאה", paper.allocation_number.clone().unwrap_or_default()),
        ("קישור לתשלום", paper.payment_link.clone().unwrap_or_default()),
    ];
    let notes: Vec<Value> = notes
        .iter()
        .filter_map(|(label, value)| row(label, value))
        .collect();
    let credit = paper
        .credit_of
        .as_deref()
        .map(|of| clean(&format!("מבטל את: {of}"), false));
    json!({
        "draft": number.is_none(),
        "name": format!("{title} {}", number.unwrap_or_default()).trim(),
        "title": title,
        "number": number,
        "date": paper.issued_on.map(day_text),
        // PDF/A wants a day; of a draft it means nothing.
        "stamp": paper.issued_on.map_or([2000, 1, 1], |day| [i64::from(day.year()), day.month().into(), day.day().into()]),
        "business": party(&paper.business),
        "customer": party(&paper.customer),
        "groups": groups(paper.kind, &paper.fields),
        "lines": lines(paper),
        "totals": totals(paper),
        "notes": notes,
        "body": body(&paper.body),
        "credit_of": credit,
        "signs": paper.kind.is_signed(),
        "signature": signed.map(signature),
        "certificate": signed.map(|signed| certificate(paper, signed)),
        "footer": "מסמך ממוחשב",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shekels_with_two_places() {
        for (agorot, expected) in [
            (0, "₪0.00"),
            (5, "₪0.05"),
            (123_456_789, "₪1,234,567.89"),
            (100_000, "₪1,000.00"),
            (-50, "-₪0.50"),
            (-123_456, "-₪1,234.56"),
        ] {
            assert_eq!(money(agorot), expected);
        }
    }

    #[test]
    fn what_has_no_hebrew_is_read_from_left_to_right() {
        assert!(is_latin("+972-50-123-4567") && is_latin("dana@example.com") && !is_latin("הרצל 5"));
    }
}
