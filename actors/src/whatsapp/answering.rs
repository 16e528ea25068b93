//! The assistant: answers what customers write where a number has it on and no person took the conversation, by the same
//! responder, script and rules as on the phone. Its answer is written only if the conversation is still its own.

use super::Whatsapp;
use crate::speech::Said;
use domain::entities::CallerId;
use domain::script::Dialogue;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::whatsapp::{ClaimedAnswer, WrittenAnswer};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Longer than one answer may take.
const LEASE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_secs(2);
/// Conversations that are answered in one look, one after the other.
const AT_ONCE: i64 = 16;

impl Whatsapp {
    pub(super) async fn answer_all(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            match self.store.claim_answers(LEASE, AT_ONCE).await {
                Ok(claimed) => {
                    for one in claimed {
                        if let Err(error) = self.answer(&one).await {
                            tracing::warn!(%error, conversation = one.conversation, "the assistant answers later");
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, "the assistant waits for the store"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                _ = ticks.tick() => {}
                () = self.bell.answer.notified() => {}
            }
        }
    }

    async fn answer(&self, one: &ClaimedAnswer) -> Result<(), StoreError> {
        let Some(business) = self.directory.by_id(one.business) else {
            return Ok(());
        };
        let zone = TimeZone::get(&business.time_zone).unwrap_or(TimeZone::UTC);
        let dialogue: Dialogue = one
            .dialogue
            .clone()
            .and_then(|kept| serde_json::from_value(kept).ok())
            .unwrap_or_default();
        let said = Said {
            business: business.clone(),
            caller: CallerId::parse(one.phone.as_deref().unwrap_or_default()),
            dialogue,
            turns: one.turns.clone(),
            heard: one.heard.clone(),
            now: jiff::Timestamp::now().to_zoned(zone),
            request_id: format!("whatsapp-{}", one.message).into(),
        };
        let Ok(answered) = self.speech.reply(&said).await else {
            return Err(StoreError::Away("no responder answered".into()));
        };
        let reply = answered.value;
        let dialogue = serde_json::to_value(&reply.dialogue).unwrap_or_default();
        // Who asks for a person, or has said everything, is a person's now.
        let hand_over = reply.then != domain::call::Then::Listen;
        match self
            .store
            .write_answer(one, &reply.text, &dialogue, hand_over)
            .await?
        {
            WrittenAnswer::Written => {
                self.bell.written();
                self.hint(one.business, "whatsapp:message", one.conversation);
            }
            WrittenAnswer::Refused(code) => {
                tracing::info!(
                    code,
                    conversation = one.conversation,
                    "the assistant may not answer"
                );
                self.hint(one.business, "whatsapp:conversation", one.conversation);
            }
            WrittenAnswer::NotOurs => {}
        }
        Ok(())
    }
}
