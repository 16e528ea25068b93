//! Makes the sounds of the caller before the call begins, so that speaking never delays it. The runner calls it once.
//! It decides nothing: the plan says what the caller does.

use std::sync::Arc;
use std::time::Duration;

use media::sound::TELEPHONE_RATE;
use media::{Sound, phone, signals};

use super::Run;
use super::plan::Utterance;
use crate::grammar::Severity;
use crate::voice::CallerVoice;

/// What the caller does, ready to be heard.
#[derive(Debug, Clone)]
pub(super) enum Prepared {
    Speak {
        what: String,
        words: String,
        sound: Sound,
        key: Option<char>,
        hang_up: bool,
    },
    Silence,
    HangUpDuringWait(Duration),
}

impl Run {
    pub(super) async fn prepare_caller(&mut self) {
        for utterance in std::mem::take(&mut self.plan.caller) {
            let voice = self.carrier.options.voice.clone();
            let ready = tokio::task::spawn_blocking(move || prepare(&utterance, &voice)).await;
            match ready {
                Ok(Ok(prepared)) => self.caller.push_back(prepared),
                Ok(Err(why)) => {
                    let sentence = format!("the caller could not speak: {why}");
                    self.violation(Severity::Refusal, None, sentence, "").await;
                    self.caller.push_back(Prepared::Silence);
                }
                Err(_) => {
                    self.violation(Severity::Refusal, None, "the caller's voice panicked", "")
                        .await;
                    self.caller.push_back(Prepared::Silence);
                }
            }
        }
    }
}

fn prepare(utterance: &Utterance, voice: &Arc<dyn CallerVoice>) -> Result<Prepared, String> {
    let speak = |text: &str| -> Result<Sound, String> {
        if text.is_empty() {
            return Ok(Sound::new(TELEPHONE_RATE, Vec::new()));
        }
        Ok(phone::through_telephone(&voice.speak(text)?))
    };
    let heard = |what: String, words: &str, sound: Sound| Prepared::Speak {
        what,
        words: words.to_owned(),
        sound,
        key: None,
        hang_up: false,
    };
    let millis = |seconds: f32| (seconds * 1000.0) as u32;
    Ok(match utterance {
        Utterance::Say(text) => heard(text.clone(), text, speak(text)?),
        Utterance::Wav(bytes) => {
            let sound = media::wav::decode(bytes).map_err(|error| error.to_string())?;
            // Digital silence stays as it is: the line makes no sound of its own.
            let sound = if sound.peak_dbfs() < -90.0 {
                media::resample::resample(&sound, TELEPHONE_RATE)
            } else {
                phone::through_telephone(&sound)
            };
            heard("(a WAV file)".into(), "", sound)
        }
        Utterance::Silence => Prepared::Silence,
        Utterance::Tone { hz, seconds } => {
            let sound = signals::tone(TELEPHONE_RATE, &[*hz], millis(*seconds), -10.0);
            heard(format!("(a tone of {hz} Hz)"), "", sound)
        }
        Utterance::Noise { dbfs, seconds } => {
            let sound = signals::line_noise(TELEPHONE_RATE, millis(*seconds), *dbfs, 7);
            heard(format!("(noise at {dbfs} dBFS)"), "", sound)
        }
        Utterance::SayAndPress { text, key } => Prepared::Speak {
            what: format!("{text} [{key}]"),
            words: text.clone(),
            sound: speak(text)?,
            key: Some(*key),
            hang_up: false,
        },
        Utterance::HangUpWhileRecording(text) => Prepared::Speak {
            what: format!("{text} [hangs up]"),
            words: text.clone(),
            sound: speak(text)?,
            key: None,
            hang_up: true,
        },
        Utterance::HangUpDuringWait(after) => Prepared::HangUpDuringWait(*after),
    })
}
