//! What a simulated caller sounds like, and what was heard. The carrier speaks through a [`CallerVoice`]; the real one
//! is made of the local speech of `media` by whoever starts the carrier, [`Babble`] needs no model. It never decides what is said.

use std::f32::consts::TAU;

use media::Sound;
use media::sound::TELEPHONE_RATE;

/// Turns a caller's words into sound, at any rate; the telephone band is made afterwards.
pub trait CallerVoice: Send + Sync {
    /// The words spoken; an error is a sentence. Called on a blocking thread.
    fn speak(&self, text: &str) -> Result<Sound, String>;
}

/// Turns what the engine played into words, for `heard_text` of a report.
pub trait Listener: Send + Sync {
    /// The words heard; an error is a sentence. Called on a blocking thread.
    fn hear(&self, sound: &Sound) -> Result<String, String>;
}

/// Speech-like sound without words: voiced syllables, about as long as the text would take. For tests in which only
/// the presence of speech matters. No transcriber understands it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Babble;

impl CallerVoice for Babble {
    fn speak(&self, text: &str) -> Result<Sound, String> {
        let syllables = (text.chars().filter(|c| c.is_alphabetic()).count() / 2).clamp(2, 120);
        let length = TELEPHONE_RATE as usize * 18 / 100;
        let mut samples = Vec::with_capacity(syllables * length);
        for syllable in 0..syllables {
            let pitch = 110.0 + 12.0 * ((syllable * 7) % 5) as f32;
            samples.extend((0..length).map(|i| {
                let t = i as f32 / TELEPHONE_RATE as f32;
                let envelope = (i as f32 / length as f32 * TAU / 2.0).sin();
                let voiced = (1..8)
                    .map(|n| (TAU * pitch * n as f32 * t).sin() / n as f32)
                    .sum::<f32>();
                0.25 * envelope * voiced
            }));
        }
        Ok(Sound::new(TELEPHONE_RATE, samples))
    }
}

/// Where a sound is loud enough to be heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sounding {
    /// Whole length, seconds.
    pub total_s: f64,
    /// Seconds of quiet before the first sound; the whole length when there is none.
    pub lead_s: f64,
    /// Seconds of quiet after the last sound.
    pub trail_s: f64,
    /// Seconds that are loud enough to be heard.
    pub sounding_s: f64,
    /// Longest quiet between two sounds, seconds.
    pub gap_s: f64,
}

const FRAMES_A_SECOND: usize = 50;
/// Below this RMS a telephone listener hears nothing, dBFS.
const AUDIBLE_DBFS: f32 = -50.0;

/// One entry for each 20 ms: whether it can be heard.
pub(crate) fn audible_frames(sound: &Sound) -> Vec<bool> {
    let frame = (sound.rate as usize / FRAMES_A_SECOND).max(1);
    let least = media::sound::amplitude(AUDIBLE_DBFS);
    sound
        .samples
        .chunks(frame)
        .map(|frame| media::sound::rms(frame) >= least)
        .collect()
}

/// Measures where a sound can be heard.
pub fn sounding(sound: &Sound) -> Sounding {
    let frames = audible_frames(sound);
    let seconds = |frames: usize| frames as f64 / FRAMES_A_SECOND as f64;
    let total_s = sound.duration_ms() as f64 / 1000.0;
    let Some(first) = frames.iter().position(|a| *a) else {
        return Sounding {
            total_s,
            lead_s: total_s,
            trail_s: 0.0,
            sounding_s: 0.0,
            gap_s: 0.0,
        };
    };
    let last = frames.iter().rposition(|a| *a).unwrap_or(first);
    let longest = frames[first..=last]
        .split(|audible| *audible)
        .map(<[bool]>::len)
        .max()
        .unwrap_or(0);
    Sounding {
        total_s,
        lead_s: seconds(first),
        trail_s: (total_s - seconds(last + 1)).max(0.0),
        sounding_s: seconds(frames.iter().filter(|a| **a).count()),
        gap_s: seconds(longest),
    }
}

/// The part of an utterance until the caller has been quiet for `timeout_s` (0: never), as `<Record timeout>` ends it,
/// and at most `max_s`. The bool says whether silence ended it.
pub(crate) fn until_quiet(sound: &Sound, timeout_s: u32, max_s: u32) -> (Sound, bool) {
    let frames = audible_frames(sound);
    let patience = timeout_s as usize * FRAMES_A_SECOND;
    let mut quiet = 0;
    let mut end = frames.len();
    for (at, audible) in frames.iter().enumerate() {
        quiet = if *audible { 0 } else { quiet + 1 };
        if patience > 0 && quiet >= patience {
            end = at + 1 - quiet;
            break;
        }
    }
    let per_frame = (sound.rate as usize / FRAMES_A_SECOND).max(1);
    let most = max_s as usize * sound.rate as usize;
    let wanted = (end * per_frame).min(sound.samples.len());
    let samples = sound.samples[..wanted.min(most)].to_vec();
    (Sound::new(sound.rate, samples), wanted < most && timeout_s > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use media::signals::silence;

    #[test]
    fn babble_is_heard_and_silence_is_not() {
        let speech = Babble.speak("שלום, אני מחפש דירה").unwrap();
        let whole = silence(8_000, 1_000).then(&speech).then(&silence(8_000, 2_000));
        let measured = sounding(&whole);
        assert!((0.9..1.2).contains(&measured.lead_s), "{measured:?}");
        assert!((1.9..2.2).contains(&measured.trail_s), "{measured:?}");
        assert!(measured.gap_s < 0.2 && measured.sounding_s > 0.7, "{measured:?}");
        assert_eq!(sounding(&silence(8_000, 500)).sounding_s, 0.0);
    }

    #[test]
    fn a_pause_longer_than_the_timeout_ends_the_recording() {
        let speech = Babble.speak("שלום שלום").unwrap();
        let length = speech.samples.len();
        let paused = speech.clone().then(&silence(8_000, 3_000)).then(&speech);
        let (cut, by_silence) = until_quiet(&paused, 2, 30);
        assert!(
            by_silence && cut.samples.len() <= length,
            "{} of {length}",
            cut.samples.len()
        );
        let (whole, _) = until_quiet(&paused, 5, 30);
        assert_eq!(whole.samples.len(), paused.samples.len());
        let (bounded, by_silence) = until_quiet(&paused, 5, 1);
        assert!(!by_silence && bounded.samples.len() == 8_000);
    }
}
