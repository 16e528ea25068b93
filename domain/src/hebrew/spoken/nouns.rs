//! The nouns that numbers stand before, with their gender, and the abbreviations that are said in full.
//!
//! Called by `spoken`. Nouns not in the table go by their plural ending.

use super::cardinal::Gender;

/// A noun that was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noun {
    /// Gender of the number before it.
    pub gender: Gender,
    /// Its singular, when it is in the table.
    pub singular: Option<&'static str>,
    /// Said with ה: `שלושת החדרים`.
    pub definite: bool,
}

/// Singular, plural, whether masculine.
const NOUNS: &[(&str, &str, bool)] = &[
    ("שקל", "שקלים", true),
    ("אגורה", "אגורות", false),
    ("דולר", "דולרים", true),
    ("אירו", "אירו", true),
    ("חדר", "חדרים", true),
    ("אחוז", "אחוזים", true),
    ("יום", "ימים", true),
    ("חודש", "חודשים", true),
    ("שבוע", "שבועות", true),
    ("שנה", "שנים", false),
    ("שעה", "שעות", false),
    ("דקה", "דקות", false),
    ("שנייה", "שניות", false),
    ("פעם", "פעמים", false),
    ("מטר", "מטרים", true),
    ("קילומטר", "קילומטרים", true),
    ("דונם", "דונמים", true),
    ("קילו", "קילו", true),
    ("נכס", "נכסים", true),
    ("בית", "בתים", true),
    ("דירה", "דירות", false),
    ("קומה", "קומות", false),
    ("מרפסת", "מרפסות", false),
    ("חניה", "חניות", false),
    ("פגישה", "פגישות", false),
    ("שיחה", "שיחות", false),
    ("הודעה", "הודעות", false),
    ("שאלה", "שאלות", false),
    ("משימה", "משימות", false),
    ("סוכן", "סוכנים", true),
    ("סוכנת", "סוכנות", false),
    ("לקוח", "לקוחות", true),
    ("משרד", "משרדים", true),
    ("בניין", "בניינים", true),
    ("תשלום", "תשלומים", true),
    ("ילד", "ילדים", true),
    ("איש", "אנשים", true),
    ("אישה", "נשים", false),
    ("מקום", "מקומות", true),
    ("רחוב", "רחובות", true),
    ("מספר", "מספרים", true),
    ("נציג", "נציגים", true),
    ("עסק", "עסקים", true),
    ("חשבון", "חשבונות", true),
    ("שולחן", "שולחנות", true),
    ("עיר", "ערים", false),
    ("מילה", "מילים", false),
    ("ביצה", "ביצים", false),
];

/// The noun that a word is, if numbers agree with it. A word that ends in ים is masculine and one in ות feminine
/// unless the table knows better.
pub fn noun(word: &str) -> Option<Noun> {
    let (bare, definite) = match word.strip_prefix('ה') {
        Some(rest) if known(word).is_none() && rest.chars().count() > 2 => (rest, true),
        _ => (word, false),
    };
    if let Some(&(singular, _, masculine)) = known(bare) {
        let gender = if masculine {
            Gender::Masculine
        } else {
            Gender::Feminine
        };
        return Some(Noun {
            gender,
            singular: Some(singular),
            definite,
        });
    }
    let gender = match bare {
        _ if bare.chars().count() < 4 => return None,
        _ if bare.ends_with("ים") => Gender::Masculine,
        _ if bare.ends_with("ות") => Gender::Feminine,
        _ => return None,
    };
    Some(Noun {
        gender,
        singular: None,
        definite,
    })
}

fn known(word: &str) -> Option<&'static (&'static str, &'static str, bool)> {
    NOUNS
        .iter()
        .find(|(singular, plural, _)| *singular == word || *plural == word)
}

/// Abbreviations with ASCII quote marks and what is said for them.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("רח'", "רחוב"),
    ("שד'", "שדרות"),
    ("ד\"ר", "דוקטור"),
    ("עו\"ד", "עורך דין"),
    ("רו\"ח", "רואה חשבון"),
    ("פרופ'", "פרופסור"),
    ("גב'", "גברת"),
    ("אדר'", "אדריכל"),
    ("מס'", "מספר"),
    ("טל'", "טלפון"),
    ("עמ'", "עמוד"),
    ("וכו'", "וכולי"),
    ("מ\"ר", "מטר"),
    ("ס\"מ", "סנטימטר"),
    ("ק\"מ", "קילומטר"),
    ("קמ\"ש", "קילומטר לשעה"),
    ("ק\"ג", "קילו"),
    ("ש\"ח", "שקלים"),
    ("ת\"ז", "תעודת זהות"),
    ("ת\"א", "תל אביב"),
    ("ב\"ש", "באר שבע"),
    ("פ\"ת", "פתח תקווה"),
    ("ראשל\"צ", "ראשון לציון"),
    ("חו\"ל", "חוץ לארץ"),
    ("מע\"מ", "מעם"),
    ("בע\"מ", "בעם"),
    ("נדל\"ן", "נדלן"),
    ("מנכ\"ל", "מנכל"),
    ("דו\"ח", "דוח"),
    ("יו\"ר", "יושב ראש"),
    ("ע\"י", "על ידי"),
    ("ע\"ש", "על שם"),
    ("בי\"ס", "בית ספר"),
    ("ביה\"ס", "בית הספר"),
    ("דוא\"ל", "דואר אלקטרוני"),
    ("אחה\"צ", "אחר הצהריים"),
    ("בנ\"א", "בני אדם"),
    ("יח\"ד", "יחידות דיור"),
];

/// The days of the week by their letter, as written in opening hours.
const DAYS: &[(&str, &str)] = &[
    ("א'", "ראשון"),
    ("ב'", "שני"),
    ("ג'", "שלישי"),
    ("ד'", "רביעי"),
    ("ה'", "חמישי"),
    ("ו'", "שישי"),
];

/// What is said for an abbreviation, with its prefix letters: `בת"א` is `בתל אביב`.
pub fn expanded(word: &str) -> Option<String> {
    let say = |text: &str| {
        ABBREVIATIONS
            .iter()
            .chain(DAYS)
            .find(|(short, _)| *short == text)
            .map(|(_, full)| *full)
    };
    crate::hebrew::text::without_prefixes(word)
        .into_iter()
        .find_map(|form| {
            let prefix = &word[..word.len() - form.len()];
            say(form).map(|full| format!("{prefix}{full}"))
        })
}
