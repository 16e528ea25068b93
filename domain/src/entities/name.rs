//! Names of people, taken out of how they introduce themselves.
//!
//! Called by the name slot and by import. A name is shown and spoken: it holds no control or direction characters,
//! no digits and no more than a name's length. It never guesses a first name from a sentence about something else.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hebrew::key::key;
use crate::hebrew::text::clean;

/// A name of 2 to 60 characters and at most five words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonNameError {
    /// Nothing is left after cleaning: ask again.
    #[error("the name is empty")]
    Empty,
    /// Longer than a name is: ask for the name alone.
    #[error("the name is too long")]
    TooLong,
    /// Digits or signs: ask again.
    #[error("a name has letters only")]
    NotLetters,
}

/// What comes before a name, longest first.
const INTRODUCTIONS: &[&[&str]] = &[
    &["השם", "שלי", "הוא"],
    &["השם", "שלי", "זה"],
    &["השם", "שלי"],
    &["קוראים", "לי"],
    &["שמי", "הוא"],
    &["שמי"],
    &["מדבר"],
    &["מדברת"],
    &["על", "שם"],
    &["השם"],
];

/// Before a bare answer, said and not meant.
const OPENINGS: &[&str] = &[
    "כן", "אה", "אהה", "אממ", "טוב", "אז", "היי", "הי", "שלום", "אני", "זה", "כאן", "בטח", "בסדר", "הלו",
];

/// Words that end a name, or show that an answer is none.
const NOT_NAMES: &[&str] = &[
    "אני",
    "ואני",
    "אנחנו",
    "רוצה",
    "רציתי",
    "מחפש",
    "מחפשת",
    "מחפשים",
    "צריך",
    "צריכה",
    "בבקשה",
    "תודה",
    "והטלפון",
    "הטלפון",
    "טלפון",
    "מספר",
    "המספר",
    "והמספר",
    "דירה",
    "בית",
    "לקנות",
    "לשכור",
    "למכור",
    "להשכיר",
    "לא",
    "כן",
    "מה",
    "למה",
    "איך",
    "מתי",
    "איפה",
    "כמה",
    "יש",
    "אין",
    "לי",
    "שלי",
    "שלכם",
    "אתם",
    "אתה",
    "את",
    "זה",
    "זאת",
    "הוא",
    "היא",
    "עם",
    "על",
    "של",
    "אבל",
    "רק",
    "גם",
    "נציג",
    "סוכן",
    "חדרים",
    "מעוניין",
    "מעוניינת",
    "משנה",
    "יודע",
    "יודעת",
    "אפשר",
    "להגיד",
    "פה",
    "כאן",
    "מדבר",
    "מדברת",
    "עכשיו",
    "קודם",
    "תחזרו",
    "אליי",
    "פתוחים",
    "הבנתי",
    "מבין",
    "בן",
    "אדם",
    "שעה",
    "שעות",
    "תודה",
    "רבה",
    "להתראות",
    "ביי",
    "סליחה",
    "טעות",
    "רגע",
    "אחר",
    "מחר",
    "היום",
    "לדבר",
    "וואלה",
    "נכון",
];

impl PersonName {
    /// Cleans a name that is already known to be one (a form, an import).
    pub fn parse(text: &str) -> Result<PersonName, PersonNameError> {
        let name = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let name = name
            .trim_matches(|c: char| !c.is_alphanumeric() && c != '\'')
            .to_owned();
        let letters = name.chars().count();
        if name.is_empty() {
            return Err(PersonNameError::Empty);
        }
        if letters > 60 || name.split(' ').count() > 5 {
            return Err(PersonNameError::TooLong);
        }
        if letters < 2 || !name.chars().all(|c| c.is_alphabetic() || " '\"-.".contains(c)) {
            return Err(PersonNameError::NotLetters);
        }
        Ok(PersonName(name))
    }

    /// The name in a sentence that introduces someone: `קוראים לי X`, `שמי X`, `מדבר X`.
    pub fn introduced(text: &str) -> Option<PersonName> {
        clean(text).split([',', '.', '!', '?', '\n']).find_map(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            (0..words.len()).find_map(|start| name_after_introduction(&words[start..]))
        })
    }

    /// An answer to "what is your name": an introduction, or the bare name.
    pub fn answered(text: &str) -> Option<PersonName> {
        if let Some(name) = PersonName::introduced(text) {
            return Some(name);
        }
        let cleaned = clean(text);
        cleaned.split([',', '.', '!', '?', '\n']).find_map(|part| {
            let words: Vec<&str> = part
                .split_whitespace()
                .skip_while(|word| OPENINGS.contains(word))
                .collect();
            let short = (1..=3).contains(&words.len());
            let none_ordinary = !words.iter().any(|word| NOT_NAMES.contains(word));
            if short && none_ordinary {
                PersonName::parse(&words.join(" ")).ok()
            } else {
                None
            }
        })
    }

    /// The name as shown and spoken.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn name_after_introduction(words: &[&str]) -> Option<PersonName> {
    let introduction = INTRODUCTIONS.iter().find(|intro| {
        intro.len() < words.len()
            && intro
                .iter()
                .zip(words)
                .all(|(wanted, said)| same_sound(wanted, said))
    })?;
    let name: Vec<&str> = words[introduction.len()..]
        .iter()
        .copied()
        .take_while(|w| !NOT_NAMES.contains(w))
        .take(2)
        .collect();
    PersonName::parse(&name.join(" ")).ok()
}

/// Introductions may be misspelt (`כוראים לי`), short words not.
fn same_sound(wanted: &str, said: &str) -> bool {
    wanted == said || (key(wanted).chars().count() >= 3 && key(wanted) == key(said))
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PersonName {
    type Error = PersonNameError;
    fn try_from(text: String) -> Result<PersonName, PersonNameError> {
        PersonName::parse(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> String {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_introduce_themselves() {
        let check = |text: &str, expected: &str| {
            assert_eq!(
                PersonName::answered(text).as_ref().map(PersonName::as_str),
                Some(expected),
                "{text}"
            );
        };
        check("קוראים לי דנה כהן", "דנה כהן");
        check("כוראים לי דנה", "דנה");
        check("שמי יוסי לוי ואני מחפש דירה", "יוסי לוי");
        check("שלום, מדבר אבי", "אבי");
        check("השם שלי הוא מרים", "מרים");
        check("דנה", "דנה");
        check("דנה כהן.", "דנה כהן");
        check("אה, דנה", "דנה");
        check("אני יעל", "יעל");
        check("ז'קלין בן-דוד", "ז'קלין בן-דוד");
        check("\u{202e}דנה\u{202c}", "דנה");
        check("David Levi", "David Levi");
    }

    #[test]
    fn an_ordinary_sentence_is_no_name() {
        for text in [
            "לא",
            "אני מחפש דירה",
            "מה שעות הפתיחה",
            "052 1234567",
            "",
            "...",
            "כן",
            "לא רוצה להגיד",
            "יש לי שאלה על הדירה שלכם",
        ] {
            assert_eq!(PersonName::answered(text), None, "{text}");
        }
        assert_eq!(PersonName::introduced("דנה כהן"), None);
    }

    #[test]
    fn a_name_is_clean_and_bounded() {
        assert_eq!(PersonName::parse(&"א".repeat(100)), Err(PersonNameError::TooLong));
        assert_eq!(PersonName::parse("דנה123"), Err(PersonNameError::NotLetters));
        assert_eq!(PersonName::parse("  \u{200f} "), Err(PersonNameError::Empty));
        assert_eq!(
            PersonName::parse(" דנה \n כהן ").map(String::from),
            Ok("דנה כהן".into())
        );
    }
}
