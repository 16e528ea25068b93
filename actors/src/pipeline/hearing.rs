//! The first half of a recording's stages: its sound is fetched, looked at and made words of. `stages` calls them in
//! their order; each does nothing if the row has its result already, and keeps nothing by itself.

use super::retry::StageError;
use super::stages::{UnderWay, Works, provider_failed, took};
use crate::speech::Audio;
use bytes::Bytes;
use domain::call::Purpose;
use domain::ids::{AudioHash, RecordingSid};
use gateways::twilio::recordings::FetchError;
use std::time::Instant;
use store::recordings::{Downloaded, Transcribed, Validated};

/// Speech found in less than this is a cough, a click or line noise: it never becomes words.
const LEAST_SPEECH_MS: u32 = 250;

/// Half a minute of what the carrier records: 8 kHz, 16 bits.
const SHORT_BYTES: usize = 512 * 1024;

fn as_i32(ms: u32) -> i32 {
    i32::try_from(ms).unwrap_or(i32::MAX)
}

impl Works {
    /// Fetches the sound from the carrier.
    pub(super) async fn download(&self, work: &mut UnderWay) -> Result<(), StageError> {
        let claimed = &mut work.claimed;
        if claimed.audio.is_some() {
            return Ok(());
        }
        let begun = Instant::now();
        let sid = RecordingSid::parse(&claimed.recording_sid).map_err(|error| StageError::Rejected {
            why: error.to_string(),
        })?;
        let Some(source) = &self.source else {
            return Err(StageError::Dead {
                why: "no carrier credentials: the recording can't be fetched".into(),
            });
        };
        let wav = source
            .fetch(&sid, &claimed.request_id)
            .await
            .map_err(|error| match error {
                FetchError::NotYet => StageError::NotYet {
                    why: "the carrier does not have it yet".into(),
                },
                FetchError::Refused(why) => StageError::Dead { why: why.into() },
                FetchError::Gone => StageError::Rejected {
                    why: "the recording was deleted".into(),
                },
                FetchError::TooLarge => StageError::Rejected {
                    why: "the recording is too large".into(),
                },
                FetchError::Retry { after } => StageError::Again {
                    why: "the carrier failed".into(),
                    after,
                },
                other => StageError::Again {
                    why: other.to_string(),
                    after: None,
                },
            })?;
        let (sha256, millis) = media::wav::fingerprint(&wav);
        let audio = AudioHash(sha256);
        work.unsaved.downloaded = Some(Downloaded {
            audio,
            wav: wav.clone(),
            millis,
            took_ms: took(begun),
        });
        claimed.audio = Some(audio);
        work.wav = Some(wav);
        self.go_on()
    }

    /// The sound: at hand, or read from the store.
    async fn sound(&self, work: &mut UnderWay) -> Result<Bytes, StageError> {
        if let Some(wav) = &work.wav {
            return Ok(wav.clone());
        }
        let audio = work.claimed.audio.ok_or_else(|| StageError::Dead {
            why: "no audio was kept".into(),
        })?;
        let media = self.store.media(audio).await?.ok_or_else(|| StageError::Dead {
            why: "the kept audio is gone".into(),
        })?;
        let wav = Bytes::from(media.bytes);
        work.wav = Some(wav.clone());
        Ok(wav)
    }

    /// Whether there is speech in it.
    pub(super) async fn validate(&self, work: &mut UnderWay) -> Result<(), StageError> {
        if work.claimed.speech_ms.is_none() {
            let (judge, sound) = (self.judge.clone(), self.sound(work).await?);
            // A quick one judges half a minute in a few milliseconds; a message of more goes aside all the same.
            let inspected = if judge.is_quick() && sound.len() < SHORT_BYTES {
                judge.inspect(&sound)
            } else {
                let work = tokio::task::spawn_blocking(move || judge.inspect(&sound));
                work.await.map_err(|error| StageError::Again {
                    why: format!("inspecting panicked: {error}"),
                    after: None,
                })?
            };
            let (audio_ms, speech_ms) = inspected.map_err(|why| StageError::Rejected { why })?;
            let (audio_ms, speech_ms) = (as_i32(audio_ms), as_i32(speech_ms));
            work.unsaved.validated = Some(Validated { audio_ms, speech_ms });
            work.claimed.speech_ms = Some(speech_ms);
        }
        let speech_ms = work.claimed.speech_ms.unwrap_or(0);
        if speech_ms.unsigned_abs() < LEAST_SPEECH_MS {
            return Err(StageError::Rejected {
                why: format!("only {speech_ms} ms of speech in the audio"),
            });
        }
        self.go_on()
    }

    /// Its words.
    pub(super) async fn transcribe(&self, work: &mut UnderWay) -> Result<(), StageError> {
        if work.claimed.transcript.is_none() {
            // A message of an engine without an ear: the sound is kept, no words are pretended.
            if self.speech.transcribers.is_none() && work.claimed.purpose == Purpose::Message {
                return Ok(());
            }
            let audio = Audio {
                wav: self.sound(work).await?,
                request_id: work.claimed.request_id.as_str().into(),
            };
            let begun = Instant::now();
            let heard = self.speech.transcribe(&audio).await.map_err(provider_failed)?;
            work.claimed.transcript = Some(heard.value.clone());
            work.unsaved.transcribed = Some(Transcribed {
                text: heard.value,
                by: heard.by.to_string(),
                took_ms: took(begun),
            });
        }
        match work.claimed.transcript.as_deref() {
            Some("") => Err(StageError::Rejected {
                why: "nothing could be understood".into(),
            }),
            _ => self.go_on(),
        }
    }
}
