//! The phonetic key: which of our phrases a misspelt transcript most sounds like.
//!
//! Called by intent recognition and by every slot. Whisper writes Hebrew by ear (`הדקציב` for `התקציב`), so letters
//! that sound alike share a key letter and silent ones are dropped. It never decides on a near tie.

use super::text::{is_letter, without_prefixes, words};

/// A whole-phrase match below this is not understood (measured on recognised speech: 10 of 10 phrases).
pub const ACCEPT: f64 = 0.6;
/// The winner must lead the next different candidate by this much.
pub const MARGIN: f64 = 0.1;

/// The phonetic key of a text: sound-alike letters folded, א ה ע י and spaces dropped, doubles squeezed.
pub fn key(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|&c| is_letter(c)) {
        let folded = match c {
            'א' | 'ה' | 'ע' | 'י' => continue,
            'ט' | 'ת' => 'ת',
            'כ' | 'ק' | 'ח' | 'ך' => 'כ',
            'ס' | 'ש' | 'צ' | 'ז' | 'ץ' => 'ס',
            'ב' | 'פ' | 'ף' => 'ב',
            'ם' => 'מ',
            'ן' => 'נ',
            c => c,
        };
        if !out.ends_with(folded) {
            out.push(folded);
        }
    }
    out
}

/// How alike two words are spelt, 0.0 to 1.0, when letters that sound alike count as the same and none is dropped.
pub fn spelling(a: &str, b: &str) -> f64 {
    let (a, b) = (spelt(a), spelt(b));
    1.0 - edit_distance(&a, &b) as f64 / a.len().max(b.len()).max(1) as f64
}

/// The letters of a text, those that sound alike folded as in the key, and none dropped.
fn spelt(text: &str) -> Vec<char> {
    let fold = |c| match c {
        'ע' => 'א',
        'א' | 'ה' | 'י' => c,
        other => key(other.encode_utf8(&mut [0; 4]))
            .chars()
            .next()
            .unwrap_or(other),
    };
    text.chars().filter(|&c| is_letter(c)).map(fold).collect()
}

/// How alike two texts sound, 0.0 to 1.0: `1 - edit distance / longer length` of their keys. Texts whose key is empty
/// (`היי`, `10`) are alike only when they are equal.
pub fn similarity(a: &str, b: &str) -> f64 {
    key_similarity(&key(a), &key(b)).unwrap_or(if a.trim() == b.trim() { 1.0 } else { 0.0 })
}

fn key_similarity(a: &str, b: &str) -> Option<f64> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    Some(1.0 - edit_distance(&a, &b) as f64 / a.len().max(b.len()) as f64)
}

/// Levenshtein's distance, one row at a time.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let (mut small, mut large) = ([0; 64], Vec::new());
    let row = match small.get_mut(..=b.len()) {
        Some(row) => row,
        None => {
            large.resize(b.len() + 1, 0);
            &mut large[..]
        }
    };
    row.iter_mut().enumerate().for_each(|(j, cell)| *cell = j);
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let cost = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// A candidate that was recognised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Its place in the list of candidates.
    pub index: usize,
    /// 0.0 to 1.0.
    pub score: f64,
}

/// The candidate that `heard` sounds like as a whole: at least [`ACCEPT`], and [`MARGIN`] above the second.
/// `None` means: ask again.
pub fn best_match<S: AsRef<str>>(heard: &str, candidates: &[S]) -> Option<Match> {
    let scores = candidates
        .iter()
        .map(|candidate| similarity(heard, candidate.as_ref()));
    decide(scores.collect::<Vec<_>>().as_slice(), ACCEPT)
}

/// The clear winner of a list of scores, if there is one.
pub fn decide(scores: &[f64], accept: f64) -> Option<Match> {
    let mut best: Option<Match> = None;
    let mut second = 0.0_f64;
    for (index, &score) in scores.iter().enumerate() {
        match best {
            Some(b) if score <= b.score => second = second.max(score),
            _ => {
                second = best.map_or(second, |b| second.max(b.score));
                best = Some(Match { index, score });
            }
        }
    }
    // The tolerance is for the last bit of a float, so that "0.1 above" means what it says.
    best.filter(|b| b.score >= accept && b.score - second >= MARGIN - 1e-9)
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

/// A sentence made ready for looking phrases up in it: its words, and the keys of each with and without prefixes.
#[derive(Clone, Debug)]
pub struct Heard {
    words: Vec<String>,
    keys: Vec<Vec<Vec<char>>>,
}

impl Heard {
    /// Splits a sentence. At most 80 words are kept: thirty seconds of quick speech.
    pub fn new(sentence: &str) -> Heard {
        let mut words = words(sentence);
        words.truncate(80);
        let keys = words
            .iter()
            .map(|word| {
                let forms = without_prefixes(word).into_iter();
                forms.map(|form| key(form).chars().collect()).collect()
            })
            .collect();
        Heard { words, keys }
    }

    /// The words, as heard.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The best place of `phrase` in the sentence: a window of its number of words, one fewer or one more, slid over
    /// it; the first word also without its prefix letters. `None` when nothing is alike at all.
    pub fn find(&self, phrase: &str) -> Option<Window> {
        self.find_above(phrase, &key(phrase).chars().collect::<Vec<_>>(), 0.0)
    }

    /// The same, of windows that score at least so much: what can't is not compared sound by sound.
    fn find_above(&self, phrase: &str, wanted_key: &[char], least: f64) -> Option<Window> {
        let wanted = words(phrase);
        let joined = wanted.concat();
        let mut best: Option<Window> = None;
        for length in wanted.len().saturating_sub(1).max(1)..=wanted.len() + 1 {
            for start in 0..(self.words.len() + 1).saturating_sub(length) {
                let end = start + length;
                let beaten = best.map_or(0.0, |b| b.score).max(least - 1e-9);
                let score = self.window_score((start, end), &joined, wanted_key, beaten);
                if score > best.map_or(0.0, |b| b.score) && score >= least {
                    best = Some(Window { start, end, score });
                }
            }
        }
        best
    }

    /// How alike the window is; of one that can't be more alike than `beaten`, some number not above it.
    fn window_score(
        &self,
        (start, end): (usize, usize),
        joined: &str,
        wanted_key: &[char],
        beaten: f64,
    ) -> f64 {
        let tail: usize = self.keys[start + 1..end].iter().map(|forms| forms[0].len()).sum();
        let mut best = 0.0_f64;
        let mut window: Vec<char> = Vec::new();
        for (stripped, first) in self.keys[start].iter().enumerate() {
            // Where words meet a doubled sound is one: the window has these many sounds or a few fewer.
            let most = first.len() + tail;
            let fewest = most - (end - start - 1).min(most);
            let short = wanted_key
                .len()
                .saturating_sub(most)
                .max(fewest.saturating_sub(wanted_key.len()));
            let bound = 1.0 - short as f64 / most.max(wanted_key.len()).max(1) as f64;
            if bound <= beaten && !wanted_key.is_empty() && fewest > 0 {
                continue;
            }
            window.clear();
            for c in std::iter::once(first)
                .chain(self.keys[start + 1..end].iter().map(|forms| &forms[0]))
                .flatten()
            {
                if window.last() != Some(c) {
                    window.push(*c);
                }
            }
            let longest = window.len().max(wanted_key.len());
            let score = if window.is_empty() || wanted_key.is_empty() {
                f64::from(u8::from(self.words[start..end].concat() == joined))
            } else if window.len().min(wanted_key.len()) * 2 < longest {
                // Half the sounds are missing whatever the letters: not worth comparing.
                0.0
            } else {
                1.0 - edit_distance(&window, wanted_key) as f64 / longest as f64
            };
            // A prefix taken off is a guess: at equal sound the whole word wins.
            best = best.max(score - 0.01 * stripped as f64);
        }
        best
    }

    /// Whether the sounds of a keyword stand in the sentence wherever the transcriber put the spaces: `למקורדירה` holds
    /// למכור. Five sounds at least, and every one of them: fewer would be found across any two words.
    pub fn sounds_within(&self, phrase: &str) -> bool {
        let wanted = key(phrase);
        wanted.chars().count() >= 5 && key(&self.words.concat()).contains(&wanted)
    }

    /// Whether a keyword or short phrase was said somewhere: short keys (few sounds) must be exact, longer ones may be
    /// misspelt. Returns where.
    pub fn says(&self, phrase: &str) -> Option<Window> {
        let wanted: Vec<char> = key(phrase).chars().collect();
        let length = wanted.len();
        let needed = match length {
            0..=3 => 0.97,
            4 => 0.74,
            5..=7 => 0.7,
            _ => 0.65,
        };
        let found = self.find_above(phrase, &wanted, needed)?;
        // One or two sounds are shared by too many words ("לא" and "עלה"): the letters must agree as well.
        if length <= 2 && !self.letters_agree(&found, phrase) {
            return None;
        }
        Some(found)
    }

    /// How alike a window and the phrase are spelt, 0.0 to 1.0, prefix letters aside: letters that sound alike count
    /// as the same, and those that the key drops count too. It tells להסכיר from להשכרה where the key can't.
    pub fn spelling(&self, window: &Window, phrase: &str) -> f64 {
        let wanted = words(phrase).concat();
        let tail = self.words[window.start + 1..window.end].concat();
        without_prefixes(&self.words[window.start])
            .iter()
            .map(|first| spelling(&format!("{first}{tail}"), &wanted))
            .fold(0.0, f64::max)
    }

    /// Whether a window has the phrase's own letters, its prefix letters aside.
    pub fn letters_agree(&self, window: &Window, phrase: &str) -> bool {
        let wanted = words(phrase).concat();
        let tail = self.words[window.start + 1..window.end].concat();
        without_prefixes(&self.words[window.start])
            .iter()
            .any(|first| format!("{first}{tail}") == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_sound_alike_share_a_key() {
        let check = |a: &str, b: &str| assert_eq!(key(a), key(b), "{a} {b}");
        check("תקציב", "טקסיב");
        check("חיפה", "כיפה");
        check("שלום", "סלום");
        check("אני מחפש", "אנימכפס");
        check("צפת", "ספט");
        assert_eq!(key("Hello 123"), "");
        assert_eq!(key("הדקציב שלי"), "דכסבסל");
    }

    #[test]
    fn alike_is_a_number_between_nothing_and_one() {
        let check = |a: &str, b: &str, expected: f64| {
            assert!(
                (similarity(a, b) - expected).abs() < 0.005,
                "{a} {b}: {}",
                similarity(a, b)
            );
        };
        check("תקציב", "תקציב", 1.0);
        check("דקציב", "תקציב", 0.75);
        check("שלום", "להתראות", 0.2);
        check("", "", 1.0);
        check("10", "10", 1.0);
        check("10", "11", 0.0);
        check("היי", "שלום", 0.0);
    }

    #[test]
    fn recognised_sentences_find_their_phrase() {
        let phrases = [
            "התקציב שלי הוא מיליון וחצי שקלים",
            "אני מחפש דירה בחיפה",
            "מתי אתם פתוחים",
            "תחזרו אליי בבקשה",
        ];
        let check = |heard: &str, expected: Option<usize>| {
            assert_eq!(best_match(heard, &phrases).map(|m| m.index), expected, "{heard}");
        };
        check("הדקציב שלי הוא מיליון וחצי שקלים", Some(0));
        check("הדקסיב שלי הוא מיליון ורצי שקלים", Some(0));
        check("אני מחבס דירה בכיפה", Some(1));
        check("מטאי אתם פטוחים", Some(2));
        check("תכזרו אלי בבקסה", Some(3));
        check("הוא נראה את זה", None);
    }

    #[test]
    fn a_near_tie_is_not_decided() {
        assert_eq!(best_match("דירה", &["דירה", "דירה"]), None);
        assert!(decide(&[0.9, 0.8], 0.6).is_some());
        assert!(decide(&[0.9, 0.81], 0.6).is_none());
        assert!(decide(&[0.59], 0.6).is_none());
        assert!(decide(&[], 0.6).is_none());
    }

    #[test]
    fn a_phrase_is_found_inside_a_longer_sentence() {
        let check = |sentence: &str, phrase: &str, expected: Option<(usize, usize)>| {
            let found = Heard::new(sentence).says(phrase).map(|w| (w.start, w.end));
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
