//! A phrase inside a longer sentence, however it was misspelt.
//!
//! Called by intent recognition and by the town slot. Both sides are made ready once: a phrase when its script is read, a
//! sentence when it is heard; what is compared then is sounds.

use super::key::{edit_distance, key, spelling};
use super::text::{without_prefixes, words};

/// Words to look for, made ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    text: String,
    /// Its words without what stands between them.
    letters: String,
    words: usize,
    /// Its key.
    sounds: Vec<char>,
}

impl Phrase {
    /// Makes a text ready to be looked for.
    pub fn new(text: &str) -> Phrase {
        let all = words(text);
        Phrase {
            text: text.to_owned(),
            letters: all.concat(),
            words: all.len(),
            sounds: key(text).chars().collect(),
        }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its key.
    pub fn sounds(&self) -> &[char] {
        &self.sounds
    }
}

/// Where in a longer sentence a phrase was heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// First word of it.
    pub start: usize,
    /// One past its last word.
    pub end: usize,
    /// 0.0 to 1.0.
    pub score: f64,
}

/// A word as it was heard, or what is left of it without its prefix letters.
#[derive(Clone, Debug)]
pub struct Form {
    pub text: String,
    pub key: String,
    sounds: Vec<char>,
}

/// A sentence made ready for looking phrases up in it.
#[derive(Clone, Debug)]
pub struct Heard {
    words: Vec<String>,
    /// Of each word: as it is, then without one and two prefix letters.
    forms: Vec<Vec<Form>>,
    /// The key of all of it.
    sounds: Vec<char>,
}

impl Heard {
    /// Splits a sentence. At most 80 words are kept: thirty seconds of quick speech.
    pub fn new(sentence: &str) -> Heard {
        let mut words = words(sentence);
        words.truncate(80);
        let form = |text: &str| {
            let key = key(text);
            Form {
                text: text.to_owned(),
                sounds: key.chars().collect(),
                key,
            }
        };
        Heard {
            forms: words
                .iter()
                .map(|word| without_prefixes(word).into_iter().map(form).collect())
                .collect(),
            sounds: key(&words.concat()).chars().collect(),
            words,
        }
    }

    /// The words, as heard.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The words, each with what is left of it without its prefix letters.
    pub fn forms(&self) -> &[Vec<Form>] {
        &self.forms
    }

    /// How alike the whole sentence and the phrase sound, 0.0 to 1.0; nothing where one of them has no sounds, unless
    /// they are the same.
    pub fn similarity(&self, phrase: &Phrase) -> f64 {
        if self.sounds.is_empty() || phrase.sounds.is_empty() {
            return f64::from(u8::from(self.words.join(" ") == phrase.text.trim()));
        }
        let longest = self.sounds.len().max(phrase.sounds.len());
        1.0 - edit_distance(&self.sounds, &phrase.sounds) as f64 / longest as f64
    }

    /// The best place of the phrase in the sentence that scores at least so much: a window of its number of words, one
    /// fewer or one more, slid over it; the first word also without its prefix letters. What can't score so much is not
    /// compared sound by sound.
    pub fn find(&self, phrase: &Phrase, least: f64) -> Option<Window> {
        let mut best: Option<Window> = None;
        for length in phrase.words.saturating_sub(1).max(1)..=phrase.words + 1 {
            for start in 0..(self.words.len() + 1).saturating_sub(length) {
                let end = start + length;
                let beaten = best.map_or(0.0, |b| b.score).max(least - 1e-9);
                let score = self.window_score((start, end), phrase, beaten);
                if score > best.map_or(0.0, |b| b.score) && score >= least {
                    best = Some(Window { start, end, score });
                }
            }
        }
        best
    }

    /// How alike the window is; of one that can't be more alike than `beaten`, some number not above it.
    fn window_score(&self, (start, end): (usize, usize), phrase: &Phrase, beaten: f64) -> f64 {
        let wanted = &phrase.sounds;
        let others = &self.forms[start + 1..end];
        let tail: usize = others.iter().map(|forms| forms[0].sounds.len()).sum();
        let mut best = 0.0_f64;
        let mut window: Vec<char> = Vec::new();
        for (stripped, first) in self.forms[start].iter().enumerate() {
            // Where words meet a doubled sound is one: the window has these many sounds or a few fewer.
            let most = first.sounds.len() + tail;
            let fewest = most - others.len().min(most);
            let short = wanted
                .len()
                .saturating_sub(most)
                .max(fewest.saturating_sub(wanted.len()));
            let bound = 1.0 - short as f64 / most.max(wanted.len()).max(1) as f64;
            if bound <= beaten && !wanted.is_empty() && fewest > 0 {
                continue;
            }
            window.clear();
            for c in std::iter::once(first)
                .chain(others.iter().map(|forms| &forms[0]))
                .flat_map(|form| &form.sounds)
            {
                if window.last() != Some(c) {
                    window.push(*c);
                }
            }
            let longest = window.len().max(wanted.len());
            let score = if window.is_empty() || wanted.is_empty() {
                f64::from(u8::from(self.words[start..end].concat() == phrase.letters))
            } else if window.len().min(wanted.len()) * 2 < longest {
                // Half the sounds are missing whatever the letters: not worth comparing.
                0.0
            } else {
                1.0 - edit_distance(&window, wanted) as f64 / longest as f64
            };
            // A prefix taken off is a guess: at equal sound the whole word wins.
            best = best.max(score - 0.01 * stripped as f64);
        }
        best
    }

    /// Whether the sounds of a keyword stand in the sentence wherever the transcriber put the spaces: `למקורדירה` holds
    /// למכור. Five sounds at least, and every one of them: fewer would be found across any two words.
    pub fn sounds_within(&self, phrase: &Phrase) -> bool {
        let wanted = phrase.sounds.as_slice();
        wanted.len() >= 5 && self.sounds.windows(wanted.len()).any(|part| part == wanted)
    }

    /// Whether a keyword or short phrase was said somewhere: short keys (few sounds) must be exact, longer ones may be
    /// misspelt. Returns where.
    pub fn says(&self, phrase: &Phrase) -> Option<Window> {
        let needed = match phrase.sounds.len() {
            0..=3 => 0.97,
            4 => 0.74,
            5..=7 => 0.7,
            _ => 0.65,
        };
        let found = self.find(phrase, needed)?;
        // One or two sounds are shared by too many words ("לא" and "עלה"): the letters must agree as well.
        if phrase.sounds.len() <= 2 && !self.letters_agree(&found, phrase) {
            return None;
        }
        Some(found)
    }

    /// How alike a window and the phrase are spelt, 0.0 to 1.0, prefix letters aside: letters that sound alike count
    /// as the same, and those that the key drops count too. It tells להסכיר from להשכרה where the key can't.
    pub fn spelling(&self, window: &Window, phrase: &Phrase) -> f64 {
        self.spelt(window)
            .map(|spelt| spelling(&spelt, &phrase.letters))
            .fold(0.0, f64::max)
    }

    /// Whether a window has the phrase's own letters, its prefix letters aside.
    pub fn letters_agree(&self, window: &Window, phrase: &Phrase) -> bool {
        self.spelt(window).any(|spelt| spelt == phrase.letters)
    }

    /// The letters of a window: as it is, then without the prefix letters of its first word.
    fn spelt(&self, window: &Window) -> impl Iterator<Item = String> {
        let tail = self.words[window.start + 1..window.end].concat();
        let forms = self.forms[window.start].iter();
        forms.map(move |first| format!("{}{tail}", first.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_inside_a_longer_sentence() {
        let check = |sentence: &str, phrase: &str, expected: Option<(usize, usize)>| {
            let found = Heard::new(sentence)
                .says(&Phrase::new(phrase))
                .map(|w| (w.start, w.end));
            assert_eq!(found, expected, "{sentence} / {phrase}");
        };
        check("שלום אני מחפש דירה להשכרה בצפון", "להשכרה", Some((4, 5)));
        check("שלום אני מחפס דירה להסקרה בצפון", "להשכרה", Some((4, 5)));
        check("רציתי לדבר עם נציג בבקשה", "נציג", Some((3, 4)));
        check("אני גר בקריית ביאליק", "קריית ביאליק", Some((2, 4)));
        check("אני עולה במדרגות", "לא", None);
        check("לא תודה", "לא", Some((0, 1)));
        check("", "דירה", None);
    }
}
