//! The stages of one recording: download, validate, transcribe, reply, synthesise. Each is done if
//! its column is empty and kept before the next begins, so a recording is taken up where the last
//! worker, here or elsewhere, alive or killed, left it. Runs beside the pipeline's actor.

use super::retry::{self, StageError};
use crate::faults;
use crate::registry::CallRegistry;
use crate::speech::{Audio, Reply, Said, Sentence, Speech, speech_key};
use bytes::Bytes;
use domain::business::Business;
use domain::call::{Outcome, Purpose, Spoken, Then};
use domain::entities::CallerId;
use domain::ids::{AudioHash, RecordingSid};
use domain::script::Dialogue;
use gateways::chain::{AllFailed, Failure};
use gateways::provider::ProviderError;
use gateways::twilio::recordings::{FetchError, RecordingSource};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::directory::Directory;
use store::media::Speech as StoredSpeech;
use store::recordings::{Checkpoint, Claimed, End, Replied, Worker};
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, field};

/// Speech found in less than this is a cough, a click or line noise: it never becomes words.
const LEAST_SPEECH_MS: u32 = 250;

/// Tells whether there is speech in a recording.
pub trait Judge: Send + Sync {
    /// Length and speech in milliseconds; the error says what is wrong with the audio.
    fn inspect(&self, wav: &[u8]) -> Result<(u32, u32), String>;
}

/// All that working on recordings needs.
pub struct Works {
    pub store: Store,
    pub worker: Worker,
    /// `None` without carrier credentials: nothing can be downloaded.
    pub source: Option<RecordingSource>,
    pub judge: Arc<dyn Judge>,
    pub speech: Speech,
    pub directory: Directory,
    pub calls: CallRegistry,
    /// Cancelled when the engine stops: what is under way is let go at the next stage.
    pub stop: CancellationToken,
}

impl From<StoreError> for StageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Fenced => Self::Fenced,
            StoreError::Refused(why) => Self::Dead { why },
            other => Self::Again {
                why: other.to_string(),
                after: None,
            },
        }
    }
}

/// One stage as those who watch see it: its time, if there was anything to do and it was done, and
/// its span. `otel` is the target of all spans: without a collector nobody listens and none is made.
async fn stage<T>(
    name: &'static str,
    todo: bool,
    work: impl Future<Output = Result<T, StageError>>,
) -> Result<T, StageError> {
    if !todo {
        return work.await;
    }
    let span = tracing::info_span!(target: "otel", "stage", otel.name = name, error = field::Empty);
    let begun = Instant::now();
    let result = work.instrument(span.clone()).await;
    match &result {
        Ok(_) => {
            metrics::histogram!("turn_stage_seconds", "stage" => name).record(begun.elapsed().as_secs_f64())
        }
        Err(_) => drop(span.record("error", true)),
    }
    result
}

fn took(since: Instant) -> i32 {
    i32::try_from(since.elapsed().as_millis()).unwrap_or(i32::MAX)
}

impl Works {
    /// Works a claimed recording out as far as it goes, and ends it or lets it go.
    pub async fn work_out(&self, claimed: Claimed) {
        let span = tracing::info_span!(
            target: "otel",
            "recording",
            request_id = claimed.request_id,
            recording = claimed.recording_sid,
            call = claimed.call_sid.as_str(),
            turn = claimed.turn,
            attempt = claimed.attempt,
        );
        self.try_to_work_out(claimed).instrument(span).await;
    }

    async fn try_to_work_out(&self, mut claimed: Claimed) {
        let begun = Instant::now();
        let mut tries = 0;
        let error = loop {
            match self.stages(&mut claimed).await {
                Ok(()) => {
                    let age = Duration::from_millis(claimed.age_ms.unsigned_abs());
                    metrics::histogram!("turn_seconds").record((age + begun.elapsed()).as_secs_f64());
                    return;
                }
                Err(error) => match retry::at_once(tries, &error) {
                    Some(wait) => {
                        tracing::debug!(recording = claimed.recording_sid, ?error, "again in {wait:?}");
                        tries += 1;
                        tokio::select! {
                            () = tokio::time::sleep(wait) => {}
                            () = self.stop.cancelled() => break error,
                        }
                    }
                    None => break error,
                },
            }
        };
        if let Err(error) = self.give_back(&claimed, error).await {
            tracing::warn!(recording = claimed.recording_sid, %error, "a recording was not given back");
        }
    }

    async fn stages(&self, claimed: &mut Claimed) -> Result<(), StageError> {
        let todo = claimed.audio.is_none();
        let wav = stage("download", todo, self.download(claimed)).await?;
        let todo = claimed.speech_ms.is_none();
        let wav = stage("validate", todo, self.validate(claimed, wav)).await?;
        let todo = claimed.transcript.is_none();
        stage("transcribe", todo, self.transcribe(claimed, wav)).await?;
        let business = claimed.business.and_then(|id| self.directory.by_id(id));
        if claimed.purpose == Purpose::Turn
            && let Some(business) = business
        {
            let todo = claimed.reply.is_none();
            stage("reply", todo, self.reply(claimed, &business)).await?;
            let todo = claimed.state != "synthesised";
            stage("synthesise", todo, self.synthesise(claimed, &business)).await?;
        }
        faults::pass("done", "before");
        self.store
            .end_recording(&claimed.recording_sid, claimed.claim_no, End::Done)
            .await?;
        faults::pass("done", "after");
        Ok(())
    }

    async fn keep(
        &self,
        claimed: &Claimed,
        stage: &str,
        checkpoint: Checkpoint<'_>,
    ) -> Result<(), StageError> {
        faults::pass(stage, "before");
        self.store
            .checkpoint(&claimed.recording_sid, claimed.claim_no, checkpoint)
            .await?;
        faults::pass(stage, "after");
        if self.stop.is_cancelled() {
            return Err(StageError::Again {
                why: "the engine stops".into(),
                after: None,
            });
        }
        Ok(())
    }

    /// The sound, if it had to be fetched now.
    async fn download(&self, claimed: &mut Claimed) -> Result<Option<Bytes>, StageError> {
        if claimed.audio.is_some() {
            return Ok(None);
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
        let checkpoint = Checkpoint::Downloaded {
            sha256,
            wav: &wav,
            millis,
            took_ms: took(begun),
        };
        self.keep(claimed, "downloaded", checkpoint).await?;
        claimed.audio = Some(AudioHash(sha256));
        Ok(Some(wav))
    }

    async fn load(&self, claimed: &Claimed) -> Result<Bytes, StageError> {
        let audio = claimed.audio.ok_or_else(|| StageError::Dead {
            why: "no audio was kept".into(),
        })?;
        match self.store.media(audio).await? {
            Some(media) => Ok(media.bytes.into()),
            None => Err(StageError::Dead {
                why: "the kept audio is gone".into(),
            }),
        }
    }

    async fn validate(&self, claimed: &mut Claimed, wav: Option<Bytes>) -> Result<Option<Bytes>, StageError> {
        if claimed.speech_ms.is_some() {
            return Ok(wav);
        }
        let wav = match wav {
            Some(wav) => wav,
            None => self.load(claimed).await?,
        };
        let (judge, sound) = (self.judge.clone(), wav.clone());
        let inspected = tokio::task::spawn_blocking(move || judge.inspect(&sound))
            .await
            .map_err(|error| StageError::Again {
                why: format!("inspecting panicked: {error}"),
                after: None,
            })?;
        let (audio_ms, speech_ms) = inspected.map_err(|why| StageError::Rejected { why })?;
        let as_i32 = |ms: u32| i32::try_from(ms).unwrap_or(i32::MAX);
        let checkpoint = Checkpoint::Validated {
            audio_ms: as_i32(audio_ms),
            speech_ms: as_i32(speech_ms),
        };
        self.keep(claimed, "validated", checkpoint).await?;
        if speech_ms < LEAST_SPEECH_MS {
            let why = format!("{speech_ms} ms of speech in {audio_ms} ms of audio");
            return Err(StageError::Rejected { why });
        }
        claimed.speech_ms = Some(as_i32(speech_ms));
        Ok(Some(wav))
    }

    async fn transcribe(&self, claimed: &mut Claimed, wav: Option<Bytes>) -> Result<(), StageError> {
        if claimed
            .speech_ms
            .is_some_and(|ms| ms.unsigned_abs() < LEAST_SPEECH_MS)
        {
            return Err(StageError::Rejected {
                why: "no speech in the audio".into(),
            });
        }
        if claimed.transcript.is_none() {
            // A message of an engine without an ear: the sound is kept, no words are pretended.
            if self.speech.transcribers.is_none() && claimed.purpose == Purpose::Message {
                return Ok(());
            }
            let wav = match wav {
                Some(wav) => wav,
                None => self.load(claimed).await?,
            };
            let begun = Instant::now();
            let audio = Audio {
                wav,
                request_id: claimed.request_id.as_str().into(),
            };
            let heard = self.speech.transcribe(&audio).await.map_err(provider_failed)?;
            let checkpoint = Checkpoint::Transcribed {
                text: &heard.value,
                by: &heard.by,
                took_ms: took(begun),
            };
            self.keep(claimed, "transcribed", checkpoint).await?;
            claimed.transcript = Some(heard.value);
        }
        match claimed.transcript.as_deref() {
            Some("") => Err(StageError::Rejected {
                why: "nothing could be understood".into(),
            }),
            _ => Ok(()),
        }
    }

    async fn reply(&self, claimed: &mut Claimed, business: &Arc<Business>) -> Result<(), StageError> {
        if claimed.reply.is_some() {
            return Ok(());
        }
        let begun = Instant::now();
        let conversation = self.store.conversation(&claimed.call_sid, claimed.turn).await?;
        let dialogue: Dialogue = conversation
            .dialogue
            .and_then(|json| serde_json::from_value(json).ok())
            .unwrap_or_default();
        let said = Said {
            business: business.clone(),
            caller: CallerId::parse(&conversation.caller),
            dialogue,
            turns: conversation.turns,
            heard: claimed.transcript.clone().unwrap_or_default(),
            now: now_in(&business.time_zone),
            request_id: claimed.request_id.as_str().into(),
        };
        let answered = self.speech.reply(&said).await.map_err(provider_failed)?;
        let Reply {
            text,
            then,
            understood,
            intent,
            dialogue,
        } = answered.value;
        let dialogue =
            serde_json::to_value(&dialogue).map_err(|e| StageError::Dead { why: e.to_string() })?;
        let replied = Replied {
            text: &text,
            then: then_word(then),
            understood,
            intent: intent.as_deref(),
            by: &answered.by,
            took_ms: took(begun),
            dialogue: &dialogue,
        };
        self.keep(claimed, "replied", Checkpoint::Replied(replied))
            .await?;
        claimed.reply = Some(text);
        claimed.reply_then = Some(then_word(then).to_owned());
        claimed.understood = Some(understood);
        Ok(())
    }

    async fn synthesise(&self, claimed: &mut Claimed, business: &Business) -> Result<(), StageError> {
        let text: Arc<str> = claimed.reply.clone().unwrap_or_default().into();
        if claimed.state != "synthesised" {
            let begun = Instant::now();
            let sentence = Sentence {
                text: text.clone(),
                voice: business.voice.as_str().into(),
                request_id: claimed.request_id.as_str().into(),
            };
            let (audio, by) = match self.spoken(&sentence).await {
                Ok((audio, by)) => (Some(audio), by),
                Err(StageError::Fenced) => return Err(StageError::Fenced),
                // Nobody here can speak it now: the carrier's own voice reads it, the call goes on.
                Err(error) => {
                    tracing::warn!(
                        recording = claimed.recording_sid,
                        ?error,
                        "the carrier's voice will speak"
                    );
                    (None, "carrier".to_owned())
                }
            };
            let checkpoint = Checkpoint::Synthesised {
                audio,
                by: &by,
                took_ms: took(begun),
            };
            self.keep(claimed, "synthesised", checkpoint).await?;
            claimed.reply_audio = audio;
            "synthesised".clone_into(&mut claimed.state);
        }
        let spoken = match claimed.reply_audio {
            Some(audio) => Spoken::Audio(audio),
            None => Spoken::Text(text),
        };
        let outcome = Outcome::Replied {
            spoken,
            then: then_of(claimed.reply_then.as_deref()),
            understood: claimed.understood.unwrap_or(true),
        };
        self.tell(claimed, outcome);
        Ok(())
    }

    /// The sentence as stored sound: from the cache, or made now and kept.
    pub(crate) async fn spoken(&self, sentence: &Sentence) -> Result<(AudioHash, String), StageError> {
        // Digits, prices and times become words here, for every voice alike.
        let sentence = &Sentence {
            text: domain::hebrew::spoken(&sentence.text).into(),
            ..sentence.clone()
        };
        let first = self.speech.first_voice();
        if let Some((audio, by)) = self.store.cached_speech(&speech_key(&first, sentence)).await? {
            metrics::counter!("speech_cache_total", "hit" => "true").increment(1);
            return Ok((audio, by));
        }
        metrics::counter!("speech_cache_total", "hit" => "false").increment(1);
        let made = self.speech.speak(sentence).await.map_err(provider_failed)?;
        let (sha256, _) = media::wav::fingerprint(&made.value.wav);
        let kept = StoredSpeech {
            // Under the name of who spoke: a stand-in's voice is not taken for the first one's.
            key: speech_key(&made.by, sentence),
            audio: AudioHash(sha256),
            mime: "audio/wav",
            millis: made.value.millis,
            bytes: &made.value.wav,
            made_by: &made.by,
        };
        Ok((self.store.keep_speech(kept).await?, made.by.to_string()))
    }
}

/// Nobody answered. If all of them asked for a pause, the shortest one is kept.
fn provider_failed(error: AllFailed) -> StageError {
    let pauses = error.failures.iter().map(|(_, failure)| match failure {
        Failure::Failed {
            error: ProviderError::RetryAfter(pause),
            ..
        } => *pause,
        _ => None,
    });
    let after = pauses
        .collect::<Option<Vec<Duration>>>()
        .and_then(|all| all.into_iter().min());
    StageError::Again {
        why: error.to_string(),
        after,
    }
}

/// Now, on the business's clock; an unknown zone counts as UTC and is said once, at the directory.
pub(crate) fn now_in(zone: &str) -> jiff::Zoned {
    let now = jiff::Timestamp::now();
    now.in_tz(zone)
        .unwrap_or_else(|_| now.to_zoned(jiff::tz::TimeZone::UTC))
}

fn then_word(then: Then) -> &'static str {
    match then {
        Then::Listen => "listen",
        Then::End => "end",
        Then::Transfer => "transfer",
        Then::TakeMessage => "take_message",
    }
}

fn then_of(word: Option<&str>) -> Then {
    match word {
        Some("end") => Then::End,
        Some("transfer") => Then::Transfer,
        Some("take_message") => Then::TakeMessage,
        _ => Then::Listen,
    }
}
