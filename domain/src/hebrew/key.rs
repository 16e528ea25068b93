//! The phonetic key: which of our phrases a misspelt transcript most sounds like.
//!
//! Called by intent recognition and by every slot. Whisper writes Hebrew by ear (`הדקציב` for `התקציב`), so letters
//! that sound alike share a key letter and silent ones are dropped. It never decides on a near tie.

use super::text::is_letter;

/// A whole-phrase match below this is not understood (measured on recognised speech: 10 of 10 phrases).
pub const ACCEPT: f64 = 0.6;
/// The winner must lead the next different candidate by this much.
pub const MARGIN: f64 = 0.1;

/// The phonetic key of a text: sound-alike letters folded, א ה ע י and spaces dropped, doubles squeezed.
pub fn key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = None;
    for c in text.chars().filter(|&c| is_letter(c)) {
        let sound = sound(c);
        if sound.is_some() && sound != last {
            out.extend(sound);
            last = sound;
        }
    }
    out
}

/// The key letter of a letter; `None` for one that is silent.
fn sound(letter: char) -> Option<char> {
    Some(match letter {
        'א' | 'ה' | 'ע' | 'י' => return None,
        'ט' | 'ת' => 'ת',
        'כ' | 'ק' | 'ח' | 'ך' => 'כ',
        'ס' | 'ש' | 'צ' | 'ז' | 'ץ' => 'ס',
        'ב' | 'פ' | 'ף' => 'ב',
        'ם' => 'מ',
        'ן' => 'נ',
        c => c,
    })
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
        other => sound(other).unwrap_or(other),
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
pub(super) fn edit_distance(a: &[char], b: &[char]) -> usize {
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
}
