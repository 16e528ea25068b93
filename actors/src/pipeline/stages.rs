//! The stages of one recording: download, validate, transcribe (`hearing`), reply, synthesise (`answering`). Each is
//! done if its column is empty. What was paid for is kept before the next thing that is paid for, all else with it or at
//! the end, so a recording is taken up where the last worker, here or elsewhere, alive or killed, left it. Runs beside
//! the pipeline's actor.

use super::retry::{self, StageError};
use crate::faults;
use crate::registry::CallRegistry;
use crate::speech::Speech;
use bytes::Bytes;
use domain::call::{Outcome, Purpose, Spoken, Then};
use gateways::chain::{AllFailed, Failure};
use gateways::provider::ProviderError;
use gateways::twilio::recordings::RecordingSource;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};
use store::directory::Directory;
use store::recordings::{Claimed, Progress, Worker};
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, field};

/// Tells whether there is speech in a recording.
pub trait Judge: Send + Sync {
    /// Length and speech in milliseconds; the error says what is wrong with the audio.
    fn inspect(&self, wav: &[u8]) -> Result<(u32, u32), String>;

    /// It takes less time than handing the work to another thread would.
    fn is_quick(&self) -> bool {
        false
    }
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
    /// Recordings that the pipeline could work on beside those that it does.
    pub places: AtomicUsize,
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

pub(super) fn took(since: Instant) -> i32 {
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
        self.try_to_work_out(UnderWay::of(claimed)).instrument(span).await;
    }

    async fn try_to_work_out(&self, mut work: UnderWay) {
        let begun = Instant::now();
        let mut tries = 0;
        let error = loop {
            match self.stages(&mut work).await {
                Ok(()) => {
                    let age = Duration::from_millis(work.claimed.age_ms.unsigned_abs());
                    metrics::histogram!("turn_seconds").record((age + begun.elapsed()).as_secs_f64());
                    return;
                }
                Err(error) => match retry::at_once(tries, &error) {
                    Some(wait) => {
                        tracing::debug!(
                            recording = work.claimed.recording_sid,
                            ?error,
                            "again in {wait:?}"
                        );
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
        let claimed = &work.claimed;
        if let Err(error) = self.give_back(claimed, error).await {
            tracing::warn!(recording = claimed.recording_sid, %error, "a recording was not given back");
        }
    }

    /// All stages that are left, and one commit at their end. A stage that is paid for has all kept before it begins; a
    /// stage that fails has all kept that came before it.
    async fn stages(&self, work: &mut UnderWay) -> Result<(), StageError> {
        let worked = match self.worked(work).await {
            Ok(outcome) => {
                work.unsaved.done = true;
                Ok(outcome)
            }
            Err(StageError::Fenced) => return Err(StageError::Fenced),
            Err(error) => Err(error),
        };
        match (worked, self.keep(work).await) {
            (Ok(outcome), Ok(())) => {
                if let Some(outcome) = outcome {
                    self.tell(&work.claimed, outcome(&work.claimed));
                }
                Ok(())
            }
            (Err(error), Ok(())) => Err(error),
            (_, Err(error)) => {
                // It is not the end after all.
                work.unsaved.done = false;
                Err(error)
            }
        }
    }

    async fn worked(&self, work: &mut UnderWay) -> Result<Option<Told>, StageError> {
        let todo = work.claimed.audio.is_none();
        stage("download", todo, self.download(work)).await?;
        let todo = work.claimed.speech_ms.is_none();
        stage("validate", todo, self.validate(work)).await?;
        let todo = work.claimed.transcript.is_none();
        stage("transcribe", todo, self.transcribe(work)).await?;
        let business = work.claimed.business.and_then(|id| self.directory.by_id(id));
        match business {
            Some(business) if work.claimed.purpose == Purpose::Turn => {
                let todo = work.claimed.reply.is_none();
                stage("reply", todo, self.reply(work, &business)).await?;
                let todo = work.claimed.state != "synthesised";
                stage("synthesise", todo, self.synthesise(work, &business)).await?;
                Ok(Some(outcome))
            }
            _ => Ok(None),
        }
    }

    /// Keeps what was worked out since the last time, in one commit.
    pub(super) async fn keep(&self, work: &mut UnderWay) -> Result<(), StageError> {
        let stages: Vec<&str> = work.unsaved.stages().collect();
        if stages.is_empty() {
            return Ok(());
        }
        stages.iter().for_each(|stage| faults::pass(stage, "before"));
        let claimed = &mut work.claimed;
        let standing = self
            .store
            .checkpoint(&claimed.recording_sid, claimed.claim_no, &work.unsaved)
            .await?;
        stages.iter().for_each(|stage| faults::pass(stage, "after"));
        claimed.reply_audio = standing;
        work.unsaved = Progress::default();
        Ok(())
    }

    /// An engine that stops begins no further stage.
    pub(super) fn go_on(&self) -> Result<(), StageError> {
        if self.stop.is_cancelled() {
            return Err(StageError::Again {
                why: "the engine stops".into(),
                after: None,
            });
        }
        Ok(())
    }
}

/// A recording that is being worked on: what its row says, with what was worked out since and is not in the row yet.
pub(super) struct UnderWay {
    pub(super) claimed: Claimed,
    pub(super) unsaved: Progress,
    /// The sound, once it was fetched or read.
    pub(super) wav: Option<Bytes>,
}

impl UnderWay {
    fn of(claimed: Claimed) -> Self {
        Self {
            claimed,
            unsaved: Progress::default(),
            wav: None,
        }
    }
}

/// What the caller's actor is told of a recording that is done.
type Told = fn(&Claimed) -> Outcome;

fn outcome(claimed: &Claimed) -> Outcome {
    let spoken = match claimed.reply_audio {
        Some(audio) => Spoken::Audio(audio),
        None => Spoken::Text(claimed.reply.clone().unwrap_or_default().into()),
    };
    Outcome::Replied {
        spoken,
        then: then_of(claimed.reply_then.as_deref()),
        understood: claimed.understood.unwrap_or(true),
    }
}

/// Nobody answered. If all of them asked for a pause, the shortest one is kept.
pub(super) fn provider_failed(error: AllFailed) -> StageError {
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

pub(super) fn then_word(then: Then) -> &'static str {
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
