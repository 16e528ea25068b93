//! Hebrew letters with their marks. Used by `niqqud`, `lexicon` and `g2p`; it knows the writing and not the sounds.

/// Marks of Hebrew, by their Unicode names.
pub(crate) mod mark {
    pub(crate) const SHVA: char = '\u{05b0}';
    pub(crate) const HATAF_SEGOL: char = '\u{05b1}';
    pub(crate) const HATAF_PATAH: char = '\u{05b2}';
    pub(crate) const HATAF_QAMATS: char = '\u{05b3}';
    pub(crate) const HIRIQ: char = '\u{05b4}';
    pub(crate) const TSERE: char = '\u{05b5}';
    pub(crate) const SEGOL: char = '\u{05b6}';
    pub(crate) const PATAH: char = '\u{05b7}';
    pub(crate) const QAMATS: char = '\u{05b8}';
    pub(crate) const HOLAM: char = '\u{05b9}';
    pub(crate) const HOLAM_HASER: char = '\u{05ba}';
    pub(crate) const QUBUTS: char = '\u{05bb}';
    pub(crate) const DAGESH: char = '\u{05bc}';
    /// Under a shva: it is spoken. (Its use for that, and of OLE for stress, follows phonikud.)
    pub(crate) const METEG: char = '\u{05bd}';
    pub(crate) const SHIN_DOT: char = '\u{05c1}';
    pub(crate) const SIN_DOT: char = '\u{05c2}';
    pub(crate) const QAMATS_QATAN: char = '\u{05c7}';
    /// Above a letter: its syllable is stressed.
    pub(crate) const OLE: char = '\u{05ab}';
}

/// A Hebrew letter, א to ת.
pub(crate) fn is_letter(c: char) -> bool {
    ('\u{05d0}'..='\u{05ea}').contains(&c)
}

/// A point or accent.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}' | '\u{05c2}' | '\u{05c4}' | '\u{05c5}' | '\u{05c7}'
    )
}

/// The text without any mark.
pub(crate) fn bare(text: &str) -> String {
    text.chars().filter(|c| !is_mark(*c)).collect()
}

/// A letter and what stands on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letter {
    /// With final forms as they are written.
    pub(crate) base: char,
    pub(crate) dagesh: bool,
    /// The dot of ש stands on the left.
    pub(crate) sin: bool,
    pub(crate) vowel: Option<char>,
    /// ג׳, ז׳, צ׳ and the like.
    pub(crate) geresh: bool,
    /// Marked as stressed.
    pub(crate) stressed: bool,
    /// A shva marked as spoken.
    pub(crate) vocal: bool,
}

/// The letters of a word, marks in any order. Anything else in the word is left out.
pub(crate) fn letters(word: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    for c in word.chars() {
        if is_letter(c) {
            letters.push(Letter {
                base: c,
                dagesh: false,
                sin: false,
                vowel: None,
                geresh: false,
                stressed: false,
                vocal: false,
            });
            continue;
        }
        let Some(letter) = letters.last_mut() else {
            continue;
        };
        match c {
            mark::DAGESH => letter.dagesh = true,
            mark::SIN_DOT => letter.sin = true,
            mark::SHIN_DOT => {}
            mark::OLE => letter.stressed = true,
            mark::METEG => letter.vocal = true,
            '\'' | '׳' | '’' | '´' => letter.geresh = true,
            '\u{05b0}'..='\u{05bb}' | mark::QAMATS_QATAN => letter.vowel = Some(c),
            _ => {}
        }
    }
    letters
}
