//! What is typed into the search of customers: which beginnings of names, parts of numbers and addresses, and spoken words
//! it may mean. Asked by lists; the documents that it is held against are folded in the same way by V013's `folded_words`.

use crate::hebrew::text::{is_direction_mark, is_letter};

/// Words of a question that are looked at.
const MOST_WORDS: usize = 8;
/// Letters of a name's word, of an address, of a spoken word that documents keep.
const NAME: usize = 40;
const ADDRESS: usize = 20;
const SPOKEN: usize = 24;

/// A question: every token must be found in one customer, or all spoken words in one call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// Of each token, the lexemes that it may mean: `n` names, `#` numbers, `2` and `3` parts of numbers of that many
    /// digits, `@` addresses; with `*` at its end a beginning.
    pub tokens: Vec<Vec<String>>,
    /// Beginnings of words; none when the question is not one for what was said.
    pub spoken: Vec<String>,
}

impl Search {
    /// Reads a question. One that means nothing (`!?`) has no tokens and finds nobody.
    pub fn parse(text: &str) -> Self {
        if let Some(digits) = number(text) {
            return Self {
                tokens: Some(number_lexemes(&digits))
                    .filter(|lexemes| !lexemes.is_empty())
                    .into_iter()
                    .collect(),
                spoken: Vec::new(),
            };
        }
        let mut tokens = Vec::new();
        for word in text.split_whitespace() {
            tokens.extend(tokens_of(word));
        }
        tokens.truncate(MOST_WORDS);
        let words = folded_words(text);
        let long = words.iter().all(|word| word.chars().count() >= 3);
        Self {
            tokens,
            spoken: words
                .into_iter()
                .filter(|_| long)
                .take(MOST_WORDS)
                .map(|word| cut(&word, SPOKEN))
                .collect(),
        }
    }

    /// A question for people of this name: each word whole or the beginning of one.
    pub fn name(name: &str) -> Self {
        let tokens = folded_words(name).into_iter().take(MOST_WORDS);
        Self {
            tokens: tokens.map(|word| vec![name_lexeme(&word)]).collect(),
            spoken: Vec::new(),
        }
    }

    /// How many are looked at, at most: a letter or three digits mean thousands, among whom nobody looks.
    pub fn most(&self) -> i32 {
        let vague = |lexeme: &String| match lexeme.chars().next() {
            Some('2' | '3') => true,
            Some('n') => lexeme.chars().count() <= 3,
            Some('@') => lexeme.chars().count() <= 4,
            _ => false,
        };
        let vague = self.tokens.iter().all(|lexemes| lexemes.iter().all(vague));
        if vague { 1_000 } else { 5_000 }
    }

    /// Tokens and lexemes side by side, as the store asks for them.
    pub fn columns(&self) -> (Vec<i32>, Vec<&str>) {
        let all = self.tokens.iter().zip(0_i32..);
        all.flat_map(|(lexemes, n)| lexemes.iter().map(move |lexeme| (n, lexeme.as_str())))
            .unzip()
    }
}

fn cut(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}

fn name_lexeme(word: &str) -> String {
    format!("n{}*", cut(word, NAME))
}

/// The digits, when the whole text is a number as people write them.
fn number(text: &str) -> Option<String> {
    let written = |c: char| {
        crate::hebrew::text::decimal_digit(c).is_some()
            || c.is_whitespace()
            || is_direction_mark(c)
            || "+-().־–/".contains(c)
    };
    let digits: String = text
        .chars()
        .filter_map(crate::hebrew::text::decimal_digit)
        .collect();
    (text.chars().all(written) && digits.len() >= 2).then_some(digits)
}

/// The parts of numbers that these digits are: as written, and as they are dialled inside the country.
fn number_lexemes(digits: &str) -> Vec<String> {
    let international = digits.strip_prefix("00").unwrap_or(digits);
    let national = international
        .strip_prefix("972")
        .filter(|rest| !rest.is_empty())
        .map(|rest| format!("0{}", rest.trim_start_matches('0')));
    let forms = [Some(international.to_owned()), national, Some(digits.to_owned())];
    let mut lexemes: Vec<String> = forms
        .into_iter()
        .flatten()
        .filter_map(|form| match form.len() {
            0 | 1 => None,
            2 => Some(format!("2{form}")),
            3 => Some(format!("3{form}")),
            _ => Some(format!("#{}*", cut(&form, 15))),
        })
        .collect();
    lexemes.sort_unstable();
    lexemes.dedup();
    lexemes
}

fn tokens_of(word: &str) -> Vec<Vec<String>> {
    let parts = folded_words(word);
    // One letter is what it is.
    let other = other_layout(word).filter(|other| other.chars().count() >= 2);
    let slipped = other.as_deref().map(folded_words);
    let slipped = slipped.filter(|words| words.len() == 1).unwrap_or_default();
    let mut whole: Vec<String> = slipped.iter().map(|word| name_lexeme(word)).collect();
    whole.extend(address(word));
    whole.extend(other.as_deref().and_then(address));
    match parts.as_slice() {
        [] if whole.is_empty() => Vec::new(),
        [] => vec![whole],
        [one] => {
            whole.insert(0, name_lexeme(one));
            if one.chars().all(|c| c.is_ascii_digit()) {
                whole.extend(number_lexemes(one));
            }
            vec![whole]
        }
        // Two names with a hyphen, unless it is an address.
        _ if address(word).is_some() && word.contains(['@', '.', '_']) => vec![whole],
        parts => parts.iter().map(|part| vec![name_lexeme(part)]).collect(),
    }
}

/// Part of an e-mail address, or of another identity of Latin letters.
fn address(word: &str) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let fits = |c: char| c.is_ascii_alphanumeric() || "@._-+".contains(c);
    let good = word.chars().all(fits)
        && word.len() >= 2
        && word.bytes().any(|b| b.is_ascii_alphanumeric() || b == b'@');
    good.then(|| format!("@{}*", cut(&word, ADDRESS)))
}

/// The words of a text as names are compared: without points, marks and quotes, final letters as the others, small letters.
pub fn folded_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars() {
        match c {
            '\u{591}'..='\u{5BD}' | '\u{5BF}'..='\u{5C7}' => {}
            '\u{5F3}'
            | '\u{5F4}'
            | '\u{2018}'
            | '\u{2019}'
            | '\u{201C}'..='\u{201E}'
            | '\''
            | '"'
            | '`'
            | '\u{B4}' => {}
            c if is_direction_mark(c) => {}
            '\0'..='\u{2F}'
            | '\u{3A}'..='\u{40}'
            | '\u{5B}'..='\u{60}'
            | '\u{7B}'..='\u{BF}'
            | '\u{5BE}'
            | '\u{2000}'..='\u{206F}'
            | '\u{2212}'
            | '\u{20AA}' => words.push(String::new()),
            c => {
                if let Some(word) = words.last_mut() {
                    word.push(folded(c));
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn folded(c: char) -> char {
    match c {
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        'A'..='Z' => c.to_ascii_lowercase(),
        'А'..='Я' => c.to_lowercase().next().unwrap_or(c),
        c => c,
    }
}

/// What the keys of a Hebrew keyboard have on the other layout.
const KEYS: [(char, char); 29] = [
    ('t', 'א'),
    ('c', 'ב'),
    ('d', 'ג'),
    ('s', 'ד'),
    ('v', 'ה'),
    ('u', 'ו'),
    ('z', 'ז'),
    ('j', 'ח'),
    ('y', 'ט'),
    ('h', 'י'),
    ('f', 'כ'),
    ('l', 'ך'),
    ('k', 'ל'),
    ('n', 'מ'),
    ('o', 'ם'),
    ('b', 'נ'),
    ('i', 'ן'),
    ('x', 'ס'),
    ('g', 'ע'),
    ('p', 'פ'),
    (';', 'ף'),
    ('m', 'צ'),
    ('.', 'ץ'),
    ('e', 'ק'),
    ('r', 'ר'),
    ('a', 'ש'),
    (',', 'ת'),
    ('w', '\''),
    ('q', '/'),
];

/// The word as the same keys write it on the other layout; `None` for one that has letters of neither, or of both.
pub fn other_layout(word: &str) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let latin = word.chars().any(|c| c.is_ascii_lowercase()) || word.chars().any(|c| ",;".contains(c));
    let hebrew = word.chars().any(is_letter);
    if latin == hebrew {
        return None;
    }
    let key = |c: char| {
        let found = KEYS.iter().find(|(l, h)| if latin { *l == c } else { *h == c });
        found.map_or(c, |(l, h)| if latin { *h } else { *l })
    };
    Some(word.chars().map(key).collect())
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
