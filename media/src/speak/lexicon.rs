//! Words with niqqud fixed by hand, ahead of the model. Used by `speak`. The list is `lexicon.tsv`; a business's own
//! name can be written pointed in its texts instead.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::pointed::{bare, is_letter, is_mark};

struct Entry {
    pointed: &'static str,
    is_name: bool,
    is_digit: bool,
}

static WORDS: LazyLock<HashMap<&'static str, Entry>> = LazyLock::new(|| {
    include_str!("lexicon.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(entry)
        .collect()
});

fn entry(line: &'static str) -> Option<(&'static str, Entry)> {
    let mut fields = line.split('\t');
    let (plain, pointed) = (fields.next()?, fields.next()?);
    let kind = fields.next();
    let (is_name, is_digit) = (kind == Some("name"), kind == Some("digit"));
    Some((
        plain,
        Entry {
            pointed,
            is_name,
            is_digit,
        },
    ))
}

/// The pointed form of a bare word, or `None`. Names are found behind one prefix too.
pub(crate) fn pointed(word: &str) -> Option<String> {
    let word = word.replace(is_quote, "״");
    let word = word.as_str();
    if let Some(entry) = WORDS.get(word) {
        return Some(entry.pointed.to_owned());
    }
    let mut letters = word.chars();
    let prefix = prefix(letters.next()?)?;
    let entry = WORDS.get(letters.as_str()).filter(|e| e.is_name)?;
    Some(format!("{prefix}{}", entry.pointed))
}

/// How a prefix is pointed before a name. A name takes no article inside: בְּחֵיפָה, never בַּחֵיפָה.
fn prefix(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ב' => "בְּ\u{05bd}",
        'ל' => "לְ",
        'מ' => "מִ",
        'ה' => "הַ",
        'ו' => "וְ",
        'ש' => "שֶׁ",
        'כ' => "כְּ\u{05bd}",
        _ => return None,
    })
}

/// Puts the fixed forms into a pointed text; words that nobody fixed stay as they are.
pub(crate) fn apply(text: &str) -> String {
    fix(text, |_| true)
}

/// The same, for those words only that `may` be changed.
pub(crate) fn fix(text: &str, may: impl Fn(&str) -> bool) -> String {
    let mut words = Vec::new();
    map_words(text, |word| {
        words.push(bare(word));
        None
    });
    let mut following = words.iter().skip(1).map(String::as_str).chain([""]);
    map_words(text, |word| {
        let next = following.next().unwrap_or("");
        let plain = bare(word);
        let bent = matches!(next, "עשרה" | "מאות" | "אלפים")
            && WORDS.get(plain.as_str()).is_some_and(|e| e.is_digit);
        if bent || !may(word) { None } else { pointed(&plain) }
    })
}

/// Replaces each Hebrew word for which there is something to say. A word is letters and marks, and the quotation mark
/// before the last letter of an abbreviation.
pub(crate) fn map_words(text: &str, mut replace: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let inside = !word.is_empty();
        let joins = is_quote(c) && inside && characters.peek().is_some_and(|next| is_letter(*next));
        if is_letter(c) || (is_mark(c) && inside) || joins {
            word.push(c);
            continue;
        }
        flush(&mut word, &mut out, &mut replace);
        out.push(c);
    }
    flush(&mut word, &mut out, &mut replace);
    out
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '״' | '“' | '”')
}

fn flush(word: &mut String, out: &mut String, replace: &mut impl FnMut(&str) -> Option<String>) {
    if !word.is_empty() {
        out.push_str(replace(word).as_deref().unwrap_or(word));
        word.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speak::g2p::word_to_ipa;

    #[test]
    fn every_entry_is_its_own_word_pointed() {
        for (plain, entry) in WORDS.iter().filter(|(plain, _)| !plain.contains('״')) {
            let unpointed: String = bare(entry.pointed);
            let near = |text: &str| text.replace(['ו', 'י', 'א'], "");
            // Full spelling has letters for vowels that pointed spelling may leave out.
            assert_eq!(near(&unpointed), near(plain), "{plain} {unpointed}");
        }
        assert!(WORDS.len() > 120, "{}", WORDS.len());
    }

    #[test]
    fn names_are_found_behind_a_prefix_and_words_are_not() {
        assert_eq!(pointed("חיפה").as_deref(), Some("חֵיפָה"));
        assert_eq!(pointed("בכרמיאל").as_deref(), Some("בְּ\u{05bd}כַּרְמִיאֵל"));
        assert_eq!(pointed("שדירה"), None);
        assert_eq!(apply("שלוש, שלוש עשרה"), "שָׁלוֹשׁ, שלוש עשרה");
        assert_eq!(apply("ועוד מע\"מ, \"שלום\""), "ועוד מַעַ֫ם, \"שָׁלוֹם\"");
        assert_eq!(apply("אני מחיפה, שלום!"), "אני מִחֵיפָה, שָׁלוֹם!");
    }

    #[test]
    fn fixed_words_sound_right() {
        let table = [
            ("שמונה", "ʃmˈone"),
            ("טלפון", "tˈelefon"),
            ("תוכנית", "toχnˈit"),
            ("בצהריים", "batsohoʁˈajim"),
            ("וחצי", "vaχetsˈi"),
            ("להשכרה", "lehaskaʁˈa"),
            ("תיווך", "tivˈuχ"),
            ("ארבעים", "aʁbaˈim"),
            ("מאתיים", "matˈajim"),
            ("אוקטובר", "oktˈobeʁ"),
            ("נהריה", "nahaʁijˈa"),
            ("מתווכת", "metavˈeχet"),
            ("ישראל", "jisʁaˈel"),
            ("הצליל", "hatslˈil"),
            ("מע״מ", "maˈam"),
            ("התיווך", "hativˈuχ"),
            ("בנהריה", "benahaʁijˈa"),
            ("ואחת", "veaχˈat"),
            ("יקנעם", "jokneˈam"),
            ("לנציג", "lenatsˈiɡ"),
        ];
        let wrong: Vec<String> = table
            .iter()
            .map(|(plain, ipa)| {
                (
                    plain,
                    pointed(plain).map(|p| word_to_ipa(&p)).unwrap_or_default(),
                    ipa,
                )
            })
            .filter(|(_, got, ipa)| got != *ipa)
            .map(|(plain, got, ipa)| format!("{plain}: {got} instead of {ipa}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
