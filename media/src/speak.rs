//! Hebrew text to sound: niqqud, fixed words, sounds, voice. Called by `LocalSpeech`. The text must be words already:
//! digits are not read out (the caller spells them), and nothing here knows numbers, dates or money.

// These rules are tested in every build; only the chain calls them.
#[cfg_attr(not(feature = "embedded-speech"), allow(dead_code))]
mod clauses;
mod g2p;
#[cfg(feature = "embedded-speech")]
pub(crate) mod kokoro;
#[cfg_attr(not(feature = "embedded-speech"), allow(dead_code))]
mod lexicon;
#[cfg(feature = "embedded-speech")]
mod niqqud;
#[cfg_attr(not(feature = "embedded-speech"), allow(dead_code))]
mod pointed;

use g2p::word_to_ipa;

/// The engine's own voice: of the five the one that was understood best.
pub const DEFAULT_VOICE: &str = "jm_kumo";
/// The tempo at which it was understood best; 1.0 is the model's own.
pub const DEFAULT_SPEED: f32 = 0.9;

/// Pointed text to the phonemes that Kokoro was trained with: IPA without the glottal stop, affricates as one letter, ʁ
/// as a flap and χ as x, which its voices know. Punctuation that shapes the melody stays.
pub fn phonemes(pointed_text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in pointed_text.chars().chain([' ']) {
        let geresh = matches!(c, '\'' | '׳' | '’' | '´') && !word.is_empty();
        if pointed::is_letter(c) || pointed::is_mark(c) || geresh {
            word.push(c);
            continue;
        }
        if matches!(c, '"' | '״' | '“' | '”') && !word.is_empty() {
            continue;
        }
        if !word.is_empty() {
            out.push_str(&for_voice(&word_to_ipa(&word)));
            word.clear();
        }
        match c {
            '.' | ',' | '!' | '?' | ';' | ':' => out.push(c),
            'a'..='z' | 'A'..='Z' => out.push_str(latin(c)),
            _ if !out.ends_with(' ') && !out.is_empty() => out.push(' '),
            _ => {}
        }
    }
    out.trim_end().to_owned()
}

fn for_voice(ipa: &str) -> String {
    ipa.replace("ts", "ʦ")
        .replace("tʃ", "ʧ")
        .replace("dʒ", "ʤ")
        .replace('χ', "x")
        .replace('ʁ', "ɾ")
}

/// A Latin letter as it is most often sounded: brand names come out recognisable, no more.
fn latin(letter: char) -> &'static str {
    match letter.to_ascii_lowercase() {
        'a' => "a",
        'b' => "b",
        'c' | 'k' | 'q' => "k",
        'd' => "d",
        'e' => "e",
        'f' => "f",
        'g' => "ɡ",
        'h' => "h",
        'i' | 'y' => "i",
        'j' => "ʤ",
        'l' => "l",
        'm' => "m",
        'n' => "n",
        'o' => "o",
        'p' => "p",
        'r' => "ɾ",
        's' => "s",
        't' => "t",
        'u' => "u",
        'v' => "v",
        'w' => "w",
        'x' => "ks",
        'z' => "z",
        _ => "",
    }
}

#[cfg(feature = "embedded-speech")]
pub(crate) use speaker::Speaker;

#[cfg(feature = "embedded-speech")]
mod speaker {
    use super::clauses::clauses;
    use super::kokoro::{self, Kokoro};
    use super::niqqud::Pointer;
    use super::{lexicon, phonemes};
    use crate::models::ModelSet;
    use crate::sound::Sound;

    /// The loaded chain.
    pub(crate) struct Speaker {
        pointer: Pointer,
        kokoro: Kokoro,
    }

    impl Speaker {
        pub(crate) fn load(models: &ModelSet) -> Result<Speaker, String> {
            let pointer = Pointer::load(&models.niqqud())?;
            let kokoro = Kokoro::load(&models.kokoro(), &models.voices(), &models.voice_table())?;
            Ok(Speaker { pointer, kokoro })
        }

        /// The text with niqqud: the model's, the lexicon's over it, the author's own over both.
        pub(crate) fn pointed(&self, text: &str) -> Result<String, String> {
            let given = text.chars().any(super::pointed::is_mark);
            if !given {
                return Ok(lexicon::apply(&self.pointer.point(text)?));
            }
            // A text pointed in part: fixed words first, so that only what the author left bare is replaced.
            let fixed = lexicon::fix(text, |word| !word.chars().any(super::pointed::is_mark));
            self.pointer.point(&fixed)
        }

        /// Place of a voice.
        pub(crate) fn voice(&self, name: &str) -> Option<usize> {
            self.kokoro.voice(name)
        }

        /// Sound of the whole text at 24 kHz, with short silences between its pieces.
        pub(crate) fn say(&self, text: &str, voice: usize, speed: f32) -> Result<Sound, String> {
            let pointed = self.pointed(text)?;
            let mut sound = Sound::new(kokoro::RATE, Vec::new());
            for clause in clauses(&pointed) {
                let piece = self.kokoro.say(&phonemes(clause.text), voice, speed)?;
                sound.samples.extend_from_slice(&piece.samples);
                let pause = kokoro::RATE as usize * clause.pause_ms as usize / 1000;
                sound.samples.resize(sound.samples.len() + pause, 0.0);
            }
            Ok(sound)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_what_the_voice_reads() {
        let table = [
            ("שָׁלוֹם, מַה שְּׁלוֹמְךָ?", "ʃalˈom, mˈa ʃlomxˈa?"),
            ("צ׳ֶק בְּתֵל־אָבִיב.", "ʧˈek betˈel avˈiv."),
            ("רוּחַ צִיּוּץ", "ɾˈuax ʦijˈuʦ"),
            ("SMS", "sms"),
            ("  123 ", ""),
            ("צַהַ״ל", "ʦˈahal"),
        ];
        for (text, expected) in table {
            assert_eq!(phonemes(text), expected, "{text}");
        }
    }
}
