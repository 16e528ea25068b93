//! A cursor over cleaned text that reads digits, numbers and words without moving until told to.
//!
//! Called by `spoken` only.

/// The text as characters, and how far it was read.
pub struct Scan {
    chars: Vec<char>,
    at: usize,
}

/// A number as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// Digits before the point, without separators.
    pub whole: String,
    /// Digits after the point, maybe none.
    pub decimals: String,
    /// Whether it was written with thousands separators.
    pub grouped: bool,
    /// Characters that it takes.
    pub length: usize,
}

impl Literal {
    /// The part before the point when it fits.
    pub fn value(&self) -> Option<u64> {
        if self.whole.len() > 15 {
            None
        } else {
            self.whole.parse().ok()
        }
    }
}

impl Scan {
    pub fn new(text: &str) -> Scan {
        Scan {
            chars: text.chars().collect(),
            at: 0,
        }
    }

    pub fn done(&self) -> bool {
        self.at >= self.chars.len()
    }

    /// The character `ahead` of the cursor.
    pub fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// The character before the cursor.
    pub fn before(&self) -> Option<char> {
        self.at.checked_sub(1).map(|i| self.chars[i])
    }

    pub fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.chars.len());
    }

    pub fn is_digit(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|c| c.is_ascii_digit())
    }

    /// Digits from `ahead`, at most `max`.
    pub fn digits(&self, ahead: usize, max: usize) -> String {
        (ahead..ahead + max)
            .map_while(|i| self.peek(i).filter(char::is_ascii_digit))
            .collect()
    }

    /// Whether `text` stands `ahead` of the cursor and no letter follows it.
    pub fn word_is(&self, ahead: usize, text: &str) -> bool {
        let length = text.chars().count();
        let same = text
            .chars()
            .enumerate()
            .all(|(i, c)| self.peek(ahead + i).is_some_and(|p| p.eq_ignore_ascii_case(&c)));
        same && !self.peek(ahead + length).is_some_and(|c| c.is_alphanumeric())
    }

    /// The Hebrew word that starts `ahead` of the cursor, quote marks inside it included.
    pub fn word(&self, ahead: usize) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek(ahead + word.chars().count()) {
            let next_is_letter = self
                .peek(ahead + word.chars().count() + 1)
                .is_some_and(crate::hebrew::text::is_letter);
            let fits = crate::hebrew::text::is_letter(c)
                || (!word.is_empty() && (c == '\'' || (c == '"' && next_is_letter)));
            if !fits || word.len() > 80 {
                break;
            }
            word.push(c);
        }
        word
    }

    /// How many spaces (or one hyphen) stand `ahead`, before a word that belongs to the number.
    pub fn gap(&self, ahead: usize) -> usize {
        let spaces = (0..3).take_while(|&i| self.peek(ahead + i) == Some(' ')).count();
        if spaces == 0 && self.peek(ahead) == Some('-') {
            1
        } else {
            spaces
        }
    }

    /// A number `ahead`: `1,500,000`, `2.5`, `850`.
    pub fn literal(&self, ahead: usize) -> Option<Literal> {
        let mut whole = self.digits(ahead, 64);
        if whole.is_empty() {
            return None;
        }
        let mut length = whole.len();
        let mut grouped = false;
        while whole.len() <= 18
            && (grouped || length <= 3)
            && self.peek(ahead + length) == Some(',')
            && self.digits(ahead + length + 1, 4).len() == 3
        {
            whole.push_str(&self.digits(ahead + length + 1, 3));
            length += 4;
            grouped = true;
        }
        let mut decimals = String::new();
        if self.peek(ahead + length) == Some('.') && self.is_digit(ahead + length + 1) {
            decimals = self.digits(ahead + length + 1, 32);
            length += 1 + decimals.len();
        }
        Some(Literal {
            whole,
            decimals,
            grouped,
            length,
        })
    }
}
