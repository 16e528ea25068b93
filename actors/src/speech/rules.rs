//! The responder that needs no model: the business's script. It stands last in the chain, answers
//! at once and never fails.

use super::{Reply, Responder, Said};
use async_trait::async_trait;
use domain::call::Then;
use domain::script::{Outcome, Understanding};
use gateways::provider::ProviderError;

/// Answers by the business's script.
pub struct RulesResponder;

#[async_trait]
impl Responder for RulesResponder {
    async fn reply(&self, said: Said) -> Result<Reply, ProviderError> {
        let step = said
            .business
            .script
            .reply(&said.dialogue, &said.heard, &said.now, &said.caller);
        Ok(Reply {
            understood: step.understood != Understanding::NotUnderstood,
            intent: step.dialogue.intent.clone(),
            then: match step.outcome {
                Outcome::Continue => Then::Listen,
                Outcome::End => Then::End,
                Outcome::Transfer => Then::Transfer,
                Outcome::TakeMessage => Then::TakeMessage,
            },
            text: step.reply,
            dialogue: step.dialogue,
        })
    }
}
