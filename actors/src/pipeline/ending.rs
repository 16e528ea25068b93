//! How a claimed recording ends when its stages could not: given back for a later try, rejected, or
//! dead; and how its call is told. Called by `stages`; the caller is never left waiting for a later try.

use super::retry::{self, StageError};
use super::stages::Works;
use crate::call::TurnEnded;
use domain::call::Outcome;
use std::time::Duration;
use store::StoreError;
use store::recordings::{Claimed, End, Release};

impl Works {
    /// A claim that could not be worked out: given back for a later try, or ended for good.
    pub(super) async fn give_back(&self, claimed: &Claimed, error: StageError) -> Result<(), StoreError> {
        let (sid, claim) = (claimed.recording_sid.as_str(), claimed.claim_no);
        let age = Duration::from_millis(claimed.age_ms.unsigned_abs());
        let (why, after, spent) = match error {
            StageError::Fenced => {
                metrics::counter!("pipeline_fenced_total").increment(1);
                return Ok(());
            }
            StageError::Rejected { why } => {
                tracing::info!(recording = sid, why, "a recording was rejected");
                self.store.end_recording(sid, claim, End::Rejected(&why)).await?;
                self.tell(claimed, Outcome::NotHeard);
                return Ok(());
            }
            StageError::Dead { why } => return self.bury(claimed, &why).await,
            StageError::Again { why, .. } if self.stop.is_cancelled() => (why, Some(Duration::ZERO), false),
            StageError::Again { why, after } => (why, after, true),
            StageError::NotYet { why } => (why, Some(Duration::from_secs(5)), true),
        };
        // The caller is not left waiting for a later try; the recording is.
        if !self.stop.is_cancelled() {
            self.tell(claimed, Outcome::Failed);
        }
        match retry::later(claimed.attempt, age) {
            Some(wait) => {
                let wait = after.unwrap_or(wait);
                tracing::warn!(
                    recording = sid,
                    why,
                    attempt = claimed.attempt,
                    ?wait,
                    "a recording will be tried again"
                );
                metrics::counter!("pipeline_retries_total").increment(1);
                self.store
                    .release_recording(
                        sid,
                        claim,
                        Release {
                            wait,
                            why: &why,
                            spent,
                        },
                    )
                    .await
            }
            None => self.bury(claimed, &why).await,
        }
    }

    async fn bury(&self, claimed: &Claimed, why: &str) -> Result<(), StoreError> {
        tracing::error!(
            recording = claimed.recording_sid,
            why,
            attempt = claimed.attempt,
            "a recording is dead"
        );
        metrics::counter!("pipeline_dead_total").increment(1);
        self.store
            .end_recording(&claimed.recording_sid, claimed.claim_no, End::Dead(why))
            .await?;
        self.tell(claimed, Outcome::Failed);
        Ok(())
    }

    /// Tells the call, if it is here, how its turn ended.
    pub(super) fn tell(&self, claimed: &Claimed, outcome: Outcome) {
        let word = match &outcome {
            Outcome::Replied { .. } => "answered",
            Outcome::NotHeard => "not_heard",
            Outcome::Failed => "failed",
        };
        metrics::counter!("turns_total", "outcome" => word).increment(1);
        self.calls.tell(
            &claimed.call_sid,
            TurnEnded {
                turn: claimed.turn,
                outcome,
            },
        );
    }
}
