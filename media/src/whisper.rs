//! Speech to Hebrew text with whisper.cpp. Called by `LocalSpeech`, which has made sure that there is speech: Whisper
//! itself turns silence, keys and noise into confident words. One call at a time, one thread; it never detects language.
//!
//! The settings were measured on 8 kHz μ-law with one busy core: the encoder window is cut to the sound's own length but
//! never below 512 (shorter ones loop for half a minute), temperature fallback is off (each retry costs a second), and
//! one thread is faster than two beside any other work, because ggml's threads spin.

use std::path::Path;
use std::sync::Once;

use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState};

use crate::sound::Sound;
use crate::vad::Segment;

/// What Whisper wants, Hz.
pub(crate) const RATE: u32 = 16_000;
/// Whisper sees 30 s at a time; a little is left for the margins.
const LONGEST_MS: u64 = 28_000;
/// Kept around speech: the first and last consonants are soft.
const MARGIN_MS: u64 = 250;
/// A shorter sound is padded: whisper.cpp refuses less than 100 ms, and words at the very end get lost.
const SHORTEST_MS: u64 = 1_100;

/// A loaded model and its working state.
pub(crate) struct Whisper {
    state: WhisperState,
    language: String,
    prompt: Option<String>,
}

impl Whisper {
    /// Reads a ggml file: about 0.2 s and 160 MB for the base model. The error is in words.
    pub(crate) fn load(path: &Path, language: &str, prompt: Option<&str>) -> Result<Whisper, String> {
        static LOGGING: Once = Once::new();
        LOGGING.call_once(whisper_rs::install_logging_hooks);
        let mut parameters = WhisperContextParameters::default();
        parameters.use_gpu(false);
        let context = WhisperContext::new_with_params(path, parameters)
            .map_err(|e| format!("{} can't be loaded: {e}", path.display()))?;
        let state = context.create_state().map_err(|e| format!("no state: {e}"))?;
        Ok(Whisper {
            state,
            language: language.to_owned(),
            prompt: prompt.map(str::to_owned),
        })
    }

    /// The words of a sound at 16 kHz of at most 30 s; empty when what came out can't be true.
    pub(crate) fn transcribe(&mut self, sound: &Sound) -> Result<String, String> {
        let mut samples = sound.samples.clone();
        let shortest = (SHORTEST_MS * u64::from(RATE) / 1000) as usize;
        samples.resize(samples.len().max(shortest), 0.0);
        let seconds = samples.len() as f32 / RATE as f32;
        let parameters = parameters(seconds, &self.language, self.prompt.as_deref());
        self.state.full(parameters, &samples).map_err(|e| e.to_string())?;
        let text: String = self
            .state
            .as_iter()
            .filter_map(|s| s.to_str_lossy().ok().map(|t| t.into_owned()))
            .collect();
        Ok(plausible(&text))
    }
}

fn parameters<'a>(seconds: f32, language: &'a str, prompt: Option<&str>) -> FullParams<'a, 'a> {
    let mut p = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    p.set_n_threads(1);
    p.set_language(Some(language));
    p.set_translate(false);
    p.set_no_context(true);
    p.set_no_timestamps(true);
    p.set_single_segment(true);
    p.set_temperature(0.0);
    p.set_temperature_inc(0.0);
    p.set_audio_ctx(audio_context(seconds));
    p.set_max_tokens(most_tokens(seconds));
    p.set_print_special(false);
    p.set_print_progress(false);
    p.set_print_realtime(false);
    p.set_print_timestamps(false);
    if let Some(prompt) = prompt {
        p.set_initial_prompt(prompt);
    }
    p
}

/// Encoder positions for this length: 50 a second and some slack, from 512 to Whisper's 1500.
fn audio_context(seconds: f32) -> i32 {
    ((50.0 * seconds) as i32 + 64).clamp(512, 1500)
}

/// More than anybody says in this time; a loop ends here.
fn most_tokens(seconds: f32) -> i32 {
    8 + (12.0 * seconds) as i32
}

/// The text without the space in front; nothing when it is a loop (a word four times running) or a stage direction.
fn plausible(text: &str) -> String {
    let text = text.trim();
    let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let words: Vec<String> = text
        .split_whitespace()
        .map(bare)
        .filter(|w| !w.is_empty())
        .collect();
    let looping = words.windows(4).any(|four| four.iter().all(|w| *w == four[0])) || repeats_phrase(&words);
    let direction = text.starts_with(['[', '(']) && text.ends_with([']', ')']);
    if looping || direction || words.is_empty() {
        String::new()
    } else {
        text.to_owned()
    }
}

/// Whether two or three words come four times running.
fn repeats_phrase(words: &[String]) -> bool {
    (2..=3).any(|length| {
        words
            .windows(length * 4)
            .any(|window| window.chunks(length).all(|phrase| *phrase == window[..length]))
    })
}

/// Stretches to transcribe one by one: speech with a margin, joined as long as they fit into Whisper's window. What is
/// longer than the window is cut at its length.
pub(crate) fn windows(segments: &[Segment], duration_ms: u64) -> Vec<Segment> {
    let mut windows: Vec<Segment> = Vec::new();
    for segment in segments {
        let mut start_ms = segment.start_ms.saturating_sub(MARGIN_MS);
        let end_ms = (segment.end_ms + MARGIN_MS).min(duration_ms);
        if let Some(last) = windows.last_mut() {
            if end_ms - last.start_ms <= LONGEST_MS {
                last.end_ms = end_ms;
                continue;
            }
            start_ms = start_ms.max(last.end_ms);
        }
        while end_ms > start_ms {
            let cut = end_ms.min(start_ms + LONGEST_MS);
            windows.push(Segment {
                start_ms,
                end_ms: cut,
            });
            start_ms = cut;
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_follow_the_length() {
        for (seconds, context, tokens) in [
            (0.3, 512, 11),
            (5.0, 512, 68),
            (10.0, 564, 128),
            (30.0, 1500, 368),
        ] {
            assert_eq!((audio_context(seconds), most_tokens(seconds)), (context, tokens));
        }
    }

    #[test]
    fn loops_and_stage_directions_are_nothing() {
        let table = [
            (" שלום, מה שלומך?", "שלום, מה שלומך?"),
            ("כן כן כן", "כן כן כן"),
            ("תודה תודה, תודה. תודה!", ""),
            ("אני אומר כן כן כן כן", ""),
            ("תודה רבה. תודה רבה. תודה רבה. תודה רבה.", ""),
            ("[מוזיקה]", ""),
            (" ... ", ""),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(plausible(text), expected, "{text}");
        }
    }

    fn check(segments: &[(u64, u64)], duration_ms: u64, expected: &[(u64, u64)]) {
        let segments: Vec<Segment> = segments
            .iter()
            .map(|(start_ms, end_ms)| Segment {
                start_ms: *start_ms,
                end_ms: *end_ms,
            })
            .collect();
        let found: Vec<(u64, u64)> = windows(&segments, duration_ms)
            .into_iter()
            .map(|w| (w.start_ms, w.end_ms))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn speech_is_gathered_into_windows() {
        check(&[], 5000, &[]);
        check(&[(100, 900)], 1000, &[(0, 1000)]);
        check(&[(1000, 2000), (3000, 4000)], 9000, &[(750, 4250)]);
        check(
            &[(1000, 20_000), (21_000, 40_000)],
            60_000,
            &[(750, 20_250), (20_750, 40_250)],
        );
        check(
            &[(0, 60_000)],
            60_000,
            &[(0, 28_000), (28_000, 56_000), (56_000, 60_000)],
        );
    }
}
