//! Pointed Hebrew to sounds (IPA), by the rules of modern Israeli speech. Used by `speak`; pure. It reads what is
//! written: wrong niqqud gives wrong sounds, which is what the lexicon ahead of it is for.
//!
//! The approach (pointed text, rules, marks for stress and spoken shva) was learned from phonikud (CC BY 4.0); the rules
//! here are our own. Sounds: a e i o u, b v ɡ d h z χ t j k l m n s p f ts ʃ ʁ, dʒ ʒ tʃ; ˈ before the stressed vowel.
//! א and ע are not sounded.

use super::pointed::{Letter, letters, mark};

/// A sound of a word, with what stress needs to know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    Consonant(&'static str),
    Vowel {
        sound: char,
        mark: char,
        letter: usize,
        stressed: bool,
    },
}

/// A word's sounds in IPA; empty when it has no Hebrew letter.
pub(crate) fn word_to_ipa(word: &str) -> String {
    let letters = letters(word);
    let mut reader = Reader {
        letters: &letters,
        sounds: Vec::new(),
    };
    (0..letters.len()).for_each(|at| reader.letter(at));
    let sounds = reader.sounds;
    let stressed = stressed_vowel(&letters, &sounds);
    let mut ipa = String::new();
    for (at, sound) in sounds.iter().enumerate() {
        match sound {
            Sound::Consonant(text) => ipa.push_str(text),
            Sound::Vowel { sound, .. } => {
                if Some(at) == stressed {
                    ipa.push('ˈ');
                }
                ipa.push(*sound);
            }
        }
    }
    ipa
}

fn vowel_sound(vowel: char) -> Option<char> {
    match vowel {
        mark::PATAH | mark::QAMATS | mark::HATAF_PATAH => Some('a'),
        mark::TSERE | mark::SEGOL | mark::HATAF_SEGOL => Some('e'),
        mark::HIRIQ => Some('i'),
        mark::HOLAM | mark::HOLAM_HASER | mark::HATAF_QAMATS | mark::QAMATS_QATAN => Some('o'),
        mark::QUBUTS => Some('u'),
        _ => None,
    }
}

fn consonant(letter: &Letter) -> &'static str {
    match (letter.base, letter.geresh) {
        ('ג', true) => "dʒ",
        ('ז', true) => "ʒ",
        ('צ' | 'ץ', true) => "tʃ",
        ('ב', _) => {
            if letter.dagesh {
                "b"
            } else {
                "v"
            }
        }
        ('ג', _) => "ɡ",
        ('ד', _) => "d",
        ('ה', _) => "h",
        ('ו', _) => "v",
        ('ז', _) => "z",
        ('ח', _) => "χ",
        ('ט' | 'ת', _) => "t",
        ('י', _) => "j",
        ('כ' | 'ך', _) => {
            if letter.dagesh {
                "k"
            } else {
                "χ"
            }
        }
        ('ל', _) => "l",
        ('מ' | 'ם', _) => "m",
        ('נ' | 'ן', _) => "n",
        ('ס', _) => "s",
        ('פ' | 'ף', _) => {
            if letter.dagesh {
                "p"
            } else {
                "f"
            }
        }
        ('צ' | 'ץ', _) => "ts",
        ('ק', _) => "k",
        ('ר', _) => "ʁ",
        ('ש', _) => {
            if letter.sin {
                "s"
            } else {
                "ʃ"
            }
        }
        _ => "",
    }
}

struct Reader<'l> {
    letters: &'l [Letter],
    sounds: Vec<Sound>,
}

impl Reader<'_> {
    fn is_last(&self, at: usize) -> bool {
        at + 1 == self.letters.len()
    }

    fn before(&self, at: usize) -> Option<&Letter> {
        at.checked_sub(1).and_then(|i| self.letters.get(i))
    }

    /// The letter before has a vowel of its own (a shva is none).
    fn after_vowel(&self, at: usize) -> bool {
        self.before(at)
            .and_then(|l| l.vowel)
            .is_some_and(|v| v != mark::SHVA)
    }

    fn consonant(&mut self, at: usize) {
        let sound = consonant(&self.letters[at]);
        if !sound.is_empty() {
            self.sounds.push(Sound::Consonant(sound));
        }
    }

    fn vowel(&mut self, sound: char, at: usize) {
        let letter = &self.letters[at];
        let mark = letter.vowel.unwrap_or(mark::DAGESH);
        // The stress of וֹ and וּ may be marked on the consonant that they follow.
        let carried = is_vav_vowel(letter) && self.before(at).is_some_and(|l| l.stressed);
        self.sounds.push(Sound::Vowel {
            sound,
            mark,
            letter: at,
            stressed: letter.stressed || carried,
        });
    }

    fn letter(&mut self, at: usize) {
        let letter = self.letters[at];
        match letter.base {
            'ו' if self.vav(at) => return,
            'י' if letter.vowel.is_none() && !letter.dagesh => return self.bare_yod(at),
            'ה' if letter.vowel.is_none() => {
                // It only carries the vowel before it, unless it has a dot or a ו for its own vowel: מַשֶּׁהוּ.
                if letter.dagesh || self.letters.get(at + 1).is_some_and(is_vav_vowel) {
                    self.consonant(at);
                }
                return;
            }
            'ח' | 'ע' | 'ה' if self.is_furtive(at) => {
                self.vowel('a', at);
                self.consonant(at);
                return;
            }
            _ => {}
        }
        self.consonant(at);
        match letter.vowel {
            Some(mark::SHVA) if self.is_spoken_shva(at) => self.vowel('e', at),
            Some(mark::SHVA) => {}
            Some(mark::QAMATS) if self.is_short_qamats(at) => self.vowel('o', at),
            Some(vowel) => {
                if let Some(sound) = vowel_sound(vowel) {
                    self.vowel(sound, at);
                }
            }
            None => {}
        }
    }

    /// ו as a vowel. False when it is the consonant.
    fn vav(&mut self, at: usize) -> bool {
        let letter = self.letters[at];
        let holam = matches!(letter.vowel, Some(mark::HOLAM | mark::HOLAM_HASER));
        let free = self
            .before(at)
            .is_some_and(|l| l.vowel.is_none() && !is_vav_vowel(l));
        // Full spelling writes the consonant twice: תִּקְוָוה; and of two dotted ones the first is the consonant: צִוּוּי.
        let doubled = self
            .before(at)
            .is_some_and(|l| l.base == 'ו' && l.vowel.is_some() && !is_vav_vowel(l));
        if doubled && letter.vowel.is_none() && !letter.dagesh {
            return true;
        }
        let shuruk = |l: &Letter| l.base == 'ו' && l.dagesh && l.vowel.is_none();
        if shuruk(&letter) && at > 0 && self.letters.get(at + 1).is_some_and(shuruk) {
            return false;
        }
        if letter.dagesh && letter.vowel.is_none() && (at == 0 || !self.after_vowel(at)) {
            self.vowel('u', at);
            return true;
        }
        if holam && !letter.dagesh && free {
            self.vowel('o', at);
            return true;
        }
        // After a holam on the letter itself the ו is only how it is spelt.
        letter.vowel.is_none()
            && !letter.dagesh
            && self
                .before(at)
                .is_some_and(|l| matches!(l.vowel, Some(mark::HOLAM | mark::HOLAM_HASER)))
    }

    /// י without marks: part of the vowel before it, or the end of a diphthong.
    fn bare_yod(&mut self, at: usize) {
        let before = self.before(at).copied();
        let vowel = before.and_then(|l| l.vowel);
        let follows = self.letters.get(at + 1);
        match vowel {
            // Full spelling writes the consonant twice: קְנִיָּיה, בִּנְיַין.
            Some(found) if found != mark::SHVA && before.is_some_and(|l| l.base == 'י') => {}
            Some(mark::HIRIQ | mark::SEGOL) => {}
            // דִּבְרֵי ends in a diphthong, בֵּיצָה does not have to.
            Some(mark::TSERE) if self.is_last(at) => self.consonant(at),
            Some(mark::TSERE) => {}
            // עָלָיו: only the spelling.
            Some(mark::QAMATS)
                if follows.is_some_and(|l| l.base == 'ו' && l.vowel.is_none() && !l.dagesh) => {}
            Some(mark::SHVA) | None if before.is_some_and(|l| !is_vav_vowel(&l) && l.vowel.is_none()) => {}
            _ => self.consonant(at),
        }
    }

    /// The patah under a last guttural is spoken before it: רוּחַ.
    fn is_furtive(&self, at: usize) -> bool {
        let letter = &self.letters[at];
        self.is_last(at)
            && letter.vowel == Some(mark::PATAH)
            && (letter.base != 'ה' || letter.dagesh)
            && matches!(
                self.sounds.last(),
                Some(Sound::Vowel {
                    sound: 'i' | 'e' | 'o' | 'u',
                    ..
                })
            )
    }

    /// A qamats is `o` before a hataf qamats (צָהֳרַיִם) and in כָּל.
    fn is_short_qamats(&self, at: usize) -> bool {
        let next = self.letters.get(at + 1);
        let all = self.letters[at].base == 'כ'
            && next.is_some_and(|l| l.base == 'ל' && l.vowel.is_none())
            && at + 2 == self.letters.len();
        let prefixes_only = self.letters[..at].iter().all(|l| "ובלמשהכ".contains(l.base));
        next.is_some_and(|l| l.vowel == Some(mark::HATAF_QAMATS)) || (all && prefixes_only)
    }

    fn is_spoken_shva(&self, at: usize) -> bool {
        let letter = &self.letters[at];
        let Some(next) = self.letters.get(at + 1) else {
            return false;
        };
        if letter.vocal {
            return true;
        }
        if at == 0 {
            return is_spoken_at_start(letter, next);
        }
        let before = &self.letters[at - 1];
        // Two shvas: the first closes a syllable, the second opens one. Twins would melt together.
        if before.vowel == Some(mark::SHVA) || same_sound(letter, next) {
            return true;
        }
        // Behind a one-letter word that is written on: וּ, הַ, שֶׁ.
        let and = at == 1 && before.base == 'ו' && before.dagesh && before.vowel.is_none();
        let article = at == 1
            && letter.dagesh
            && matches!(
                (before.base, before.vowel),
                ('ה', Some(mark::PATAH)) | ('ש', Some(mark::SEGOL))
            );
        (and || article) && "למנירב".contains(letter.base) && is_spoken_at_start(letter, next)
    }
}

fn is_vav_vowel(letter: &Letter) -> bool {
    letter.base == 'ו'
        && ((letter.dagesh && letter.vowel.is_none())
            || matches!(letter.vowel, Some(mark::HOLAM | mark::HOLAM_HASER)))
}

/// The shva under a first letter is `e` before a letter without a sound of its own, under the soft consonants, and in
/// the words that are written on to the next: וְ, לְ, בְּ, מְ. Elsewhere the consonants stand together: שְׁתַּיִם.
fn is_spoken_at_start(letter: &Letter, next: &Letter) -> bool {
    if "אעה".contains(next.base) {
        return true;
    }
    match letter.base {
        'ו' | 'ל' | 'מ' | 'נ' | 'י' | 'ר' => true,
        'ב' => !"רלנ".contains(next.base),
        _ => false,
    }
}

fn same_sound(one: &Letter, other: &Letter) -> bool {
    let sound = consonant(one);
    !sound.is_empty() && sound == consonant(other) && !is_vav_vowel(other)
}

/// Index of the stressed vowel among the sounds: where it is marked, else the last one, else the one before where the
/// word's ending says so. One-syllable words carry it too.
fn stressed_vowel(letters: &[Letter], sounds: &[Sound]) -> Option<usize> {
    // A spoken shva is never stressed.
    let vowels: Vec<usize> = (0..sounds.len())
        .filter(|i| matches!(sounds[*i], Sound::Vowel { mark, .. } if mark != mark::SHVA))
        .collect();
    let marked = vowels
        .iter()
        .copied()
        .find(|i| matches!(sounds[*i], Sound::Vowel { stressed: true, .. }));
    let last = vowels.last().copied();
    let early = vowels.len() >= 2 && stress_is_early(letters, sounds, &vowels);
    marked.or(if early {
        vowels.get(vowels.len() - 2).copied()
    } else {
        last
    })
}

fn stress_is_early(letters: &[Letter], sounds: &[Sound], vowels: &[usize]) -> bool {
    let describe = |from_end: usize| match sounds[vowels[vowels.len() - from_end]] {
        Sound::Vowel {
            mark, letter, sound, ..
        } => (mark, letter, sound),
        Sound::Consonant(_) => (mark::SHVA, 0, ' '),
    };
    let (vowel, at, _) = describe(1);
    let (earlier, earlier_at, earlier_sound) = describe(2);
    let count = letters.len();
    // A last ה or א without a dot only carries the vowel before it: רוֹצֶה ends open.
    let open_end = letters
        .last()
        .is_some_and(|l| "הא".contains(l.base) && !l.dagesh && l.vowel.is_none());
    let closed = at + 1 < count
        && !open_end
        && letters[at + 1..]
            .iter()
            .all(|l| l.vowel.is_none_or(|v| v == mark::SHVA));
    let guttural = |base: char| "אהחע".contains(base);
    // Furtive patah: the guttural is last and follows its vowel.
    if at + 1 == count && vowel == mark::PATAH && "חעה".contains(letters[at].base) {
        return earlier_sound != 'a';
    }
    // Marks of the past tense and of "us": כָּתַבְתִּי, קָנִיתָ, שֶׁלָּנוּ.
    if is_unstressed_ending(letters, at) {
        return true;
    }
    if !closed || earlier_at + 3 < at {
        return false;
    }
    let adjacent = earlier_at + 1 == at || (earlier_at + 2 == at && is_vav_vowel(&letters[earlier_at]));
    match vowel {
        // מֶלֶךְ, סֵפֶר, בֹּקֶר, מְדַבֶּרֶת.
        mark::SEGOL => {
            adjacent && matches!(earlier_sound, 'e' | 'o')
                || adjacent && earlier == mark::PATAH && guttural(letters[at].base)
        }
        // שֶׁבַע, תֵּשַׁע; נַעַר, לַחַץ.
        mark::PATAH if adjacent => {
            (guttural(letters[at].base) && earlier == mark::PATAH)
                || letters[at + 1..].first().is_some_and(|l| "חע".contains(l.base))
                    && matches!(earlier_sound, 'e' | 'o')
        }
        // בַּיִת, שְׁתַּיִם.
        mark::HIRIQ => adjacent && letters[at].base == 'י' && !letters[at].dagesh && earlier == mark::PATAH,
        _ => false,
    }
}

fn is_unstressed_ending(letters: &[Letter], at: usize) -> bool {
    let count = letters.len();
    let Some(before) = at.checked_sub(1).and_then(|i| letters.get(i)) else {
        return false;
    };
    let here = &letters[at];
    let after_long_i = before.base == 'י' && before.vowel.is_none();
    let after_closed =
        before.vowel == Some(mark::SHVA) || after_long_i || (before.base == 'א' && before.vowel.is_none());
    let first_person =
        here.base == 'ת' && here.vowel == Some(mark::HIRIQ) && at + 2 == count && letters[at + 1].base == 'י';
    let second_person = here.base == 'ת' && here.vowel == Some(mark::QAMATS) && at + 1 == count;
    let us = at + 1 == count
        && is_vav_vowel(here)
        && here.dagesh
        && before.base == 'נ'
        && before.vowel.is_none()
        && count > 3;
    us || ((first_person || second_person) && after_closed)
}

#[cfg(test)]
mod tests;
