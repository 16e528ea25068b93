//! Words of a Hebrew sentence, cleaned of what can't be heard: points, direction marks, punctuation.
//!
//! Called by everything in this room that reads what a caller said. It never changes the meaning of a word and
//! never keeps more than [`MAX_CHARS`] characters: a caller can say anything, at any length.

/// The most that is read of one turn, in characters. Thirty seconds of speech are about 400.
pub const MAX_CHARS: usize = 1_000;

/// Whether a character is a Hebrew letter, final forms included.
pub fn is_letter(c: char) -> bool {
    ('\u{5D0}'..='\u{5EA}').contains(&c)
}

/// Direction marks and isolates: invisible, and harmful in a stored name or a log line.
pub fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{200B}'..='\u{200D}')
}

/// The text without points, cantillation, direction marks and control characters; one kind of quote, dash and
/// space; ASCII digits; cut at [`MAX_CHARS`].
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_CHARS * 2));
    for c in text.chars().take(MAX_CHARS) {
        match c {
            '\u{5BE}' | '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            '\u{591}'..='\u{5C7}' => {}
            c if is_direction_mark(c) => {}
            '\u{5F3}' | '\u{2018}' | '\u{2019}' | '`' | '\u{B4}' => out.push('\''),
            '\u{5F4}' | '\u{201C}' | '\u{201D}' | '\u{201E}' => out.push('"'),
            c if c.is_whitespace() => out.push(if c == '\n' { '\n' } else { ' ' }),
            c if c.is_control() => out.push(' '),
            c => match decimal_digit(c) {
                Some(digit) => out.push(digit),
                None => out.push(c),
            },
        }
    }
    out
}

/// The ASCII digit of an ASCII, Arabic-Indic, Persian or full-width digit.
pub fn decimal_digit(c: char) -> Option<char> {
    let base = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6F0}'..='\u{6F9}' => 0x6F0,
        '\u{FF10}'..='\u{FF19}' => 0xFF10,
        _ => return None,
    };
    char::from_digit(c as u32 - base, 10)
}

/// The words of a text: letters, digits and what stands inside a word (`ד"ר`, `10:30`, `1,500`, `25/10`).
/// A hyphen parts words (`ב-17:30` is `ב` and `17:30`), for speech has none.
pub fn words(text: &str) -> Vec<String> {
    let cleaned = clean(text);
    let chars: Vec<char> = cleaned.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let inside = match c {
            c if c.is_alphanumeric() => true,
            '₪' | '%' | '*' | '+' | '½' => true,
            '\'' => word.chars().last().is_some_and(is_letter),
            '"' => between(&chars, i, |c| c.is_alphanumeric()),
            ':' | '.' | ',' | '/' => between(&chars, i, |c| c.is_ascii_digit()),
            _ => false,
        };
        if inside {
            word.push(c);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn between(chars: &[char], i: usize, accepts: impl Fn(char) -> bool) -> bool {
    i > 0 && accepts(chars[i - 1]) && chars.get(i + 1).is_some_and(|&next| accepts(next))
}

/// The word with one or two prefix letters taken off: `בחיפה` gives `חיפה`, `ושלושה` gives `שלושה` (and `לושה`).
/// The word itself comes first. At least two letters stay.
pub fn without_prefixes(word: &str) -> Vec<&str> {
    let mut forms = vec![word];
    let mut rest = word;
    for _ in 0..2 {
        let mut chars = rest.chars();
        let Some(first) = chars.next() else { break };
        let tail = chars.as_str();
        if !"הובלמכש".contains(first) || tail.chars().count() < 2 {
            break;
        }
        forms.push(tail);
        rest = tail;
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_they_are_heard() {
        let check = |text: &str, expected: &[&str]| assert_eq!(words(text), expected, "{text:?}");
        check("שָׁלוֹם, מה נשמע?", &["שלום", "מה", "נשמע"]);
        check("תל־אביב", &["תל", "אביב"]);
        check(
            "ד\"ר כהן ב-17:30, ב־1,500 ₪.",
            &["ד\"ר", "כהן", "ב", "17:30", "ב", "1,500", "₪"],
        );
        check("רח' הרצל 5/7", &["רח'", "הרצל", "5/7"]);
        check("\u{202e}050\u{202c}", &["050"]);
        check("", &[]);
    }

    #[test]
    fn prefixes_come_off_one_by_one() {
        assert_eq!(without_prefixes("ובחיפה"), ["ובחיפה", "בחיפה", "חיפה"]);
        assert_eq!(without_prefixes("לא"), ["לא"]);
        assert_eq!(without_prefixes("דירה"), ["דירה"]);
    }

    #[test]
    fn a_very_long_turn_is_cut() {
        assert_eq!(clean(&"א".repeat(50_000)).chars().count(), MAX_CHARS);
    }
}
