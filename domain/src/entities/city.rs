//! Israeli towns, found in what was heard however it was misspelt.
//!
//! Called by the city slot. A town is one of a list, under one spelling; it never accepts a near tie.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::hebrew::heard::{Heard, Phrase};
use crate::hebrew::key::{best_match, key};
use crate::hebrew::text::without_prefixes;

/// A town of the list, under its usual spelling; kept as its place in the list, stored as its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct City(usize);

/// The town is not in the list: keep it as heard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown town")]
pub struct UnknownCity;

/// Usual spelling, then other names and short forms.
const TOWNS: &[&[&str]] = &[
    &["ירושלים"],
    &["תל אביב", "תל אביב יפו", "תלאביב", "ת\"א"],
    &["חיפה"],
    &["ראשון לציון", "ראשלצ", "ראשל\"צ"],
    &["פתח תקווה", "פתח תקוה", "פ\"ת"],
    &["אשדוד"],
    &["נתניה"],
    &["באר שבע", "ב\"ש"],
    &["בני ברק"],
    &["חולון"],
    &["רמת גן"],
    &["אשקלון"],
    &["רחובות"],
    &["בת ים"],
    &["בית שמש"],
    &["כפר סבא"],
    &["הרצליה", "הרצלייה"],
    &["חדרה"],
    &["מודיעין", "מודיעין מכבים רעות"],
    &["לוד"],
    &["נצרת"],
    &["רמלה"],
    &["רעננה"],
    &["גבעתיים"],
    &["הוד השרון"],
    &["ראש העין"],
    &["קריית אתא", "קרית אתא"],
    &["קריית גת", "קרית גת"],
    &["קריית ים", "קרית ים"],
    &["קריית ביאליק", "קרית ביאליק"],
    &["קריית מוצקין", "קרית מוצקין"],
    &["קריית חיים", "קרית חיים"],
    &["קריית שמונה", "קרית שמונה"],
    &["קריית אונו", "קרית אונו"],
    &["קריית מלאכי", "קרית מלאכי"],
    &["קריית טבעון", "קרית טבעון", "טבעון"],
    &["קריית ארבע", "קרית ארבע"],
    &["הקריות", "קריות"],
    &["נהריה", "נהרייה"],
    &["עכו"],
    &["כרמיאל"],
    &["צפת"],
    &["טבריה"],
    &["עפולה"],
    &["נוף הגליל", "נצרת עילית"],
    &["מגדל העמק"],
    &["יקנעם", "יוקנעם", "יקנעם עילית"],
    &["מעלות תרשיחא", "מעלות"],
    &["שלומי"],
    &["נשר"],
    &["טירת כרמל", "טירת הכרמל"],
    &["בית שאן"],
    &["אילת"],
    &["דימונה"],
    &["ערד"],
    &["ירוחם"],
    &["מצפה רמון"],
    &["אופקים"],
    &["נתיבות"],
    &["שדרות"],
    &["גדרה"],
    &["יבנה"],
    &["נס ציונה"],
    &["אור יהודה"],
    &["יהוד", "יהוד מונוסון"],
    &["אור עקיבא"],
    &["פרדס חנה", "פרדס חנה כרכור"],
    &["זכרון יעקב", "זיכרון יעקב"],
    &["בנימינה", "בנימינה גבעת עדה"],
    &["קיסריה"],
    &["עתלית"],
    &["כפר יונה"],
    &["קדימה צורן"],
    &["תל מונד"],
    &["אבן יהודה"],
    &["רמת השרון"],
    &["גני תקווה"],
    &["סביון"],
    &["שוהם"],
    &["אלעד"],
    &["באר יעקב"],
    &["גן יבנה"],
    &["מזכרת בתיה"],
    &["מבשרת ציון", "מבשרת"],
    &["מעלה אדומים"],
    &["ביתר עילית"],
    &["מודיעין עילית"],
    &["אריאל"],
    &["אפרת"],
    &["גבעת זאב"],
    &["גבעת שמואל"],
    &["כפר ורדים"],
    &["ראש פינה"],
    &["חצור הגלילית", "חצור"],
    &["קצרין"],
    &["מטולה"],
    &["יסוד המעלה"],
    &["כפר תבור"],
    &["יבנאל"],
    &["מגדל"],
    &["רמת ישי"],
    &["זרזיר"],
    &["אום אל פחם"],
    &["טייבה"],
    &["טירה"],
    &["סחנין"],
    &["שפרעם"],
    &["טמרה"],
    &["עראבה"],
    &["מג'ד אל כרום"],
    &["דלית אל כרמל", "דליית אל כרמל"],
    &["עוספיא", "עספיא"],
    &["בית ג'ן"],
    &["ירכא"],
    &["פקיעין"],
    &["ג'דיידה מכר"],
    &["כפר קאסם"],
    &["באקה אל גרביה"],
    &["רהט"],
    &["עומר"],
    &["להבים"],
    &["מיתר"],
    &["כפר ויתקין"],
    &["חריש"],
    &["צור הדסה"],
    &["גן נר"],
    &["שמשית"],
    &["תמרת"],
    &["משגב"],
    &["יפו"],
    &["רגבה"],
    &["אחוזה"],
    &["קציר"],
    &["אזור"],
];

/// The same, made ready to be looked for.
static NAMES: LazyLock<Vec<(City, Phrase)>> = LazyLock::new(|| {
    let towns = TOWNS.iter().enumerate();
    let names =
        towns.flat_map(|(place, names)| names.iter().map(move |name| (City(place), Phrase::new(name))));
    names.collect()
});

/// Ordinary words that sound like a town, and towns that are ordinary words: only as an answer, or not at all.
const ORDINARY: &[&str] = &[
    "שלום",
    "חדר",
    "חדרים",
    "נשאר",
    "עושה",
    "שומר",
    "דרות",
    "מגדל",
    "אזור",
    "באזור",
    "האזור",
    "קציר",
    "אומר",
    "לאומר",
    "טירה",
    "מעלות",
    "רחוב",
    "לרחוב",
    "נותן",
    "נתן",
    "מיותר",
    "אחוזה",
    "כסף",
    "חצר",
    "רגב",
    "לי",
    "צפון",
    "הצפון",
    "דרום",
    "מרכז",
    "מבין",
    "בין",
    "בן",
    "לבן",
    "הבן",
];

/// Words of "I don't know" and "anywhere", whose sounds make a town (`לא יודע`, לוד).
const NO_ANSWER: &[&str] = &[
    "לא",
    "יודע",
    "יודעת",
    "משנה",
    "אין",
    "כל",
    "איפה",
    "מקום",
    "כן",
    "עוד",
    "מה",
    "אולי",
];

impl City {
    /// The town with exactly this name or short form.
    pub fn named(name: &str) -> Option<City> {
        TOWNS
            .iter()
            .position(|names| names.contains(&name.trim()))
            .map(City)
    }

    /// A town said somewhere in a sentence. Names of few sounds must be spelt right; longer ones may be misspelt.
    pub fn in_sentence(text: &str) -> Option<City> {
        let heard = Heard::new(text);
        let mut best: Option<(f64, usize, City)> = None;
        for (city, name) in NAMES.iter() {
            let Some(score) = said(&heard, name) else { continue };
            let length = name.as_str().chars().count();
            // At an equal score the longer name: "נצרת עילית" is not "נצרת".
            if best.is_none_or(|(s, l, _)| score > s + 0.05 || (score > s - 0.05 && length > l)) {
                best = Some((score, length, *city));
            }
        }
        best.map(|(_, _, city)| city)
    }

    /// An answer to "in which town": one said in the sentence, or the only one that the whole answer sounds like.
    pub fn answered(text: &str) -> Option<City> {
        if let Some(city) = City::in_sentence(text).or_else(|| City::named(text)) {
            return Some(city);
        }
        let words = crate::hebrew::text::words(text);
        if words.is_empty() || words.len() > 4 || words.iter().any(|word| NO_ANSWER.contains(&word.as_str()))
        {
            return None;
        }
        let joined = words.join(" ");
        if let Some(city) = same_sound(&joined) {
            return Some(city);
        }
        let names: Vec<&str> = TOWNS.iter().map(|names| names[0]).collect();
        let sounds = |text: &str| best_match(text, &names).map(|found| City(found.index));
        without_prefixes(&joined)
            .into_iter()
            .filter(|form| key(form).chars().count() >= 3)
            .find_map(sounds)
    }

    /// The usual spelling.
    pub fn as_str(self) -> &'static str {
        TOWNS[self.0][0]
    }

    /// How many towns are known.
    pub fn count() -> usize {
        TOWNS.len()
    }
}

/// The only town with exactly this key: `כיפה` is חיפה when a town was asked for.
fn same_sound(answer: &str) -> Option<City> {
    without_prefixes(answer)
        .into_iter()
        .filter(|form| !ORDINARY.contains(form))
        .find_map(|form| {
            let heard = key(form);
            let mut towns = TOWNS
                .iter()
                .enumerate()
                .filter(|(_, names)| key(names[0]) == heard);
            let first = towns.next().filter(|_| heard.chars().count() >= 2)?;
            towns.next().is_none().then_some(City(first.0))
        })
}

fn said(heard: &Heard, name: &Phrase) -> Option<f64> {
    let window = heard.says(name)?;
    let spoken = &heard.words()[window.start..window.end];
    let exact = spoken.len() == 1 && without_prefixes(&spoken[0]).contains(&name.as_str());
    let ordinary = spoken
        .iter()
        .any(|word| without_prefixes(word).iter().any(|form| ORDINARY.contains(form)));
    if ordinary && !exact {
        return None;
    }
    if ORDINARY.contains(&name.as_str()) {
        return None;
    }
    let sounds = name.sounds().len();
    // "שלושה" is one sound away from "שלומי" and "שכירות" from "שדרות": only long names may have one wrong.
    if window.score < if sounds <= 6 { 0.97 } else { 0.85 } {
        return None;
    }
    let few_sounds = sounds <= 3;
    (exact || !few_sounds || spoken.len() > 1 && without_prefixes(&spoken.join(" ")).contains(&name.as_str()))
        .then_some(window.score)
}

impl fmt::Display for City {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for City {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "City({})", self.as_str())
    }
}

impl TryFrom<String> for City {
    type Error = UnknownCity;
    fn try_from(text: String) -> Result<City, UnknownCity> {
        City::named(&text).ok_or(UnknownCity)
    }
}

impl From<City> for String {
    fn from(city: City) -> String {
        city.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_are_found_in_sentences() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(City::in_sentence(text).map(City::as_str), expected, "{text}")
        };
        check("אני מחפש דירה בחיפה", Some("חיפה"));
        check("דירה של שלושה חדרים בכרמיאל עד מיליון", Some("כרמיאל"));
        check("משהו בכרמיעל", Some("כרמיאל"));
        check("בקריית ביאליק", Some("קריית ביאליק"));
        check("אני מנהרייה", Some("נהריה"));
        check("בית בראשון לציון", Some("ראשון לציון"));
        check("בנצרת עילית", Some("נוף הגליל"));
        check("גר בתל-אביב", Some("תל אביב"));
        check("דירה בבאר שבע", Some("באר שבע"));
        check("דירה בירושלאים", Some("ירושלים"));
        check("בעכו", Some("עכו"));
    }

    #[test]
    fn ordinary_words_are_no_town() {
        for text in [
            "שלום",
            "שלושה חדרים",
            "יש לי דירה למכירה",
            "חדר אחד",
            "מתי אתם פתוחים",
            "באזור הצפון",
            "אין לי תקציב",
            "תודה רבה להתראות",
            "אני מחפש דירה להשכרה",
            "אני מחפשת דירה בסכירות",
            "אפס חמש שתיים שלוש ארבע חמש שש שבע שמונה תשע",
            "עד מיליון וחצי שקל",
            "ביום ראשון בבוקר",
            "בין שלוש לארבע",
            "הטלפון שלי",
        ] {
            assert_eq!(City::in_sentence(text), None, "{text}");
        }
    }

    #[test]
    fn a_bare_answer_may_be_misspelt_more() {
        let check = |text: &str, expected: &str| {
            assert_eq!(City::answered(text).map(City::as_str), Some(expected), "{text}")
        };
        check("כיפה", "חיפה");
        check("בחיפה", "חיפה");
        check("נהריא", "נהריה");
        check("כרמיל", "כרמיאל");
        check("שלומי", "שלומי");
        check("קריית מוצקין", "קריית מוצקין");
        assert_eq!(City::answered("לא יודע"), None);
    }

    #[test]
    fn the_list_has_no_name_twice() {
        let mut names: Vec<&str> = TOWNS.iter().flat_map(|names| names.iter().copied()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(City::count() >= 120);
    }
}
