//! Details out of sentences: what a slot's kind makes of the caller's words.
//!
//! Called by the dialogue step. In a free sentence only what is unmistakable is taken; an answer to the slot's own
//! question may be as short as a caller's answers are.

use jiff::Zoned;

use super::model::SlotKind;
use crate::entities::{City, IsraeliId, Moment, Money, PersonName, Phone, Rooms, Value, kept};
use crate::hebrew::numbers::digit_pieces;

/// A detail said in the middle of a sentence about something else.
pub fn in_sentence(kind: SlotKind, heard: &str, now: &Zoned) -> Option<Value> {
    match kind {
        SlotKind::Name => PersonName::introduced(heard).map(Value::Name),
        SlotKind::Phone => phone(heard).map(Value::Phone),
        SlotKind::Id => None,
        SlotKind::City => City::in_sentence(heard).map(Value::City),
        SlotKind::Rooms => Rooms::in_sentence(heard).map(Value::Rooms),
        SlotKind::Budget => Money::in_sentence(heard)
            .filter(|sum| *sum >= LEAST_BUDGET)
            .map(Value::Money),
        SlotKind::Time => Moment::parse(heard, now).map(Value::Time),
        SlotKind::Text => None,
    }
}

/// An answer to the question about this detail.
pub fn answered(kind: SlotKind, heard: &str, now: &Zoned) -> Option<Value> {
    match kind {
        SlotKind::Name => PersonName::answered(heard).map(Value::Name),
        SlotKind::Phone => phone(heard).map(Value::Phone),
        SlotKind::Id => IsraeliId::heard(heard).ok().map(Value::Id),
        SlotKind::City => City::answered(heard).map(Value::City),
        SlotKind::Rooms => Rooms::parse(heard).map(Value::Rooms),
        SlotKind::Budget => Money::parse(heard)
            .filter(|sum| *sum >= LEAST_BUDGET)
            .map(Value::Money),
        SlotKind::Time => Moment::answered(heard, now).map(Value::Time),
        SlotKind::Text => {
            let text = kept(heard);
            (text.chars().count() >= 2).then_some(Value::Text(text))
        }
    }
}

/// Nobody's budget: "שתיים" to the question about a budget needs its millions or thousands, and half a shekel is what is
/// left of a million and a half when its million was not understood.
const LEAST_BUDGET: Money = Money::from_shekels(100);

/// An Israeli number said somewhere: from a piece that begins with its zero to the end of a whole number. A sum or a
/// number of rooms before or after it is no part of it, and numbers without a zero in front are no phone.
fn phone(heard: &str) -> Option<Phone> {
    let pieces = digit_pieces(heard);
    (0..pieces.len())
        .filter(|&start| pieces[start].starts_with(['0', '9', '1']))
        .find_map(|start| {
            (start + 1..=pieces.len()).rev().find_map(|end| {
                let digits = pieces[start..end].concat();
                let begins = digits.starts_with('0')
                    || digits.starts_with("972")
                    || digits.starts_with("1700")
                    || digits.starts_with("1800");
                let phone = Phone::parse(&digits).ok().filter(|_| begins)?;
                phone.as_e164().starts_with("+972").then_some(phone)
            })
        })
}

/// What a caller makes of a question that wants yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    Neither,
}

const YES: &[&str] = &[
    "כן",
    "נכון",
    "בדיוק",
    "מדויק",
    "בסדר",
    "סבבה",
    "יופי",
    "אוקיי",
    "אוקי",
    "מעולה",
    "בטח",
    "מאשר",
    "מאשרת",
    "חיובי",
    "ברור",
    "אמת",
    "צודק",
    "צודקת",
    "כאן",
    "קן",
    "נחון",
    "בטוח",
    "יפה",
];
const NO: &[&str] = &["לא", "טעות", "שגוי", "ממש", "שלילי", "אין", "לאא"];

/// Yes, no, or something else; and what is left after the word.
pub fn yes_or_no(heard: &str) -> (Answer, String) {
    let all = crate::hebrew::text::words(heard);
    let first = all
        .iter()
        .position(|word| !["אה", "אהה", "אממ", "ממ", "טוב", "אז"].contains(&word.as_str()))
        .unwrap_or(0);
    let words = &all[first.min(all.len())..];
    let Some(word) = words.first().map(String::as_str) else {
        return (Answer::Neither, String::new());
    };
    let rest = |skip: usize| words[skip..].join(" ");
    // "לא נכון" is no; "לו" alone is how recognition writes it.
    if NO.contains(&word) || (word == "לו" && words.len() == 1) {
        let more = words[1..]
            .iter()
            .take_while(|w| ["נכון", "לא", "טעות", "זה", "ממש", "זאת", "אני", "אמרתי"].contains(&w.as_str()))
            .count();
        return (Answer::No, rest(1 + more));
    }
    if YES.contains(&word) {
        let more = words[1..]
            .iter()
            .take_while(|w| YES.contains(&w.as_str()) || *w == "זה" || *w == "תודה")
            .count();
        return (Answer::Yes, rest(1 + more));
    }
    if words.len() <= 3
        && words.iter().any(|w| YES.contains(&w.as_str()))
        && !words.iter().any(|w| NO.contains(&w.as_str()))
    {
        return (Answer::Yes, String::new());
    }
    (Answer::Neither, words.join(" "))
}

/// What is left after the words that take something back: `בעצם ארבע` gives `ארבע`.
pub fn correction(heard: &str) -> Option<String> {
    const BACK: &[&str] = &[
        "לא",
        "בעצם",
        "סליחה",
        "התכוונתי",
        "טעות",
        "תתקן",
        "תתקני",
        "רגע",
        "אמרתי",
        "זה",
        "נכון",
    ];
    let words = crate::hebrew::text::words(heard);
    let back = words
        .iter()
        .take_while(|word| BACK.contains(&word.as_str()))
        .count();
    (back > 0 && back < words.len()).then(|| words[back..].join(" "))
}

/// A greeting and nothing else.
pub fn greets(heard: &str) -> bool {
    const GREETINGS: &[&str] = &[
        "שלום",
        "היי",
        "הי",
        "הלו",
        "אהלן",
        "בוקר",
        "ערב",
        "צהריים",
        "טוב",
        "טובים",
        "אור",
        "מה",
        "שלומך",
        "שלומכם",
        "נשמע",
        "לכם",
        "לך",
        "וברכה",
    ];
    let words = crate::hebrew::text::words(heard);
    let opens = words
        .first()
        .is_some_and(|word| GREETINGS[..8].contains(&word.as_str()));
    opens && words.len() <= 5 && words.iter().all(|word| GREETINGS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_with_corrections() {
        let check = |heard: &str, answer: Answer, rest: &str| {
            assert_eq!(yes_or_no(heard), (answer, rest.to_owned()), "{heard}")
        };
        check("כן", Answer::Yes, "");
        check("כן נכון", Answer::Yes, "");
        check("נכון מאוד", Answer::Yes, "מאוד");
        check("לא", Answer::No, "");
        check("לא נכון", Answer::No, "");
        check("לו", Answer::No, "");
        check("לא, שתיים", Answer::No, "שתיים");
        check("לא לא אמרתי בחיפה", Answer::No, "בחיפה");
        check("אה כן", Answer::Yes, "");
        check("זה נכון", Answer::Yes, "");
        check("בחיפה", Answer::Neither, "בחיפה");
        check("", Answer::Neither, "");
    }

    #[test]
    fn half_a_shekel_is_nobodys_budget() {
        let now: Zoned = "2026-11-22T10:00:00[Asia/Jerusalem]".parse().expect("a time");
        let heard = "התקציב מיליו וחצי שקלים";
        assert_eq!(in_sentence(SlotKind::Budget, heard, &now), None);
        assert_eq!(answered(SlotKind::Budget, heard, &now), None);
    }

    #[test]
    fn a_phone_after_other_numbers() {
        assert_eq!(
            phone("שלושה חדרים הטלפון 0521234567").map(String::from),
            Some("+972521234567".into())
        );
        assert_eq!(
            phone("0521234567 שלושה חדרים").map(String::from),
            Some("+972521234567".into())
        );
        assert_eq!(phone("מיליון וחצי"), None);
        assert_eq!(phone("שלושה חדרים עד מיליון"), None);
    }
}
