//! Hearing, answering and speaking, as the pipeline asks for them: each a chain of providers in the
//! order configured, with the next one behind it. The pipeline knows these three traits; what stands
//! behind them (a model here, a service elsewhere, the rules) is wired at start.

mod judge;
mod local;
mod prompts;
mod remote;
mod rules;

pub use judge::WavJudge;
pub use local::{LocalVoice, NAME as LOCAL};
pub use prompts::{PromptBook, speech_key};
pub use remote::{ChatResponder, GoogleVoice, RemoteTranscriber, RemoteVoice};
pub use rules::RulesResponder;

use async_trait::async_trait;
use bytes::Bytes;
use domain::business::Business;
use domain::call::{Ability, Then};
use domain::entities::CallerId;
use domain::script::Dialogue;
use gateways::breaker::BreakerState;
use gateways::chain::{AllFailed, Answered, Chain};
use gateways::provider::ProviderError;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A recording that speech was found in.
#[derive(Debug, Clone)]
pub struct Audio {
    /// As it was downloaded: any WAV that `media::wav` reads.
    pub wav: Bytes,
    /// The request that caused the work: every outgoing request carries it.
    pub request_id: Arc<str>,
}

/// What the caller said, and all that is known when it is answered.
#[derive(Debug, Clone)]
pub struct Said {
    pub business: Arc<Business>,
    pub caller: CallerId,
    pub dialogue: Dialogue,
    /// What was heard and answered before, oldest first.
    pub turns: Vec<(String, String)>,
    pub heard: String,
    pub now: jiff::Zoned,
    pub request_id: Arc<str>,
}

/// The answer to what the caller said.
#[derive(Debug, Clone)]
pub struct Reply {
    pub text: String,
    pub then: Then,
    pub understood: bool,
    pub intent: Option<String>,
    pub dialogue: Dialogue,
}

/// A sentence to be spoken.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// As it is written: digits and all.
    pub text: Arc<str>,
    /// Name of the voice; empty for the provider's own.
    pub voice: Arc<str>,
    pub request_id: Arc<str>,
}

/// A spoken sentence: a WAV that Twilio plays.
#[derive(Debug, Clone)]
pub struct Spoken {
    pub wav: Bytes,
    pub millis: i32,
}

/// Sound to words. An empty text means: there was speech, and nothing could be made of it.
#[async_trait]
pub trait Transcriber: Send + Sync {
    async fn transcribe(&self, audio: Audio) -> Result<String, ProviderError>;
}

/// Words to an answer.
#[async_trait]
pub trait Responder: Send + Sync {
    async fn reply(&self, said: Said) -> Result<Reply, ProviderError>;
}

/// Words to sound.
#[async_trait]
pub trait Synthesiser: Send + Sync {
    async fn speak(&self, sentence: Sentence) -> Result<Spoken, ProviderError>;
}

/// The three chains. A chain without providers is `None`: the engine can't do that, and says so.
#[derive(Clone)]
pub struct Speech {
    pub transcribers: Option<Arc<Chain<Arc<dyn Transcriber>>>>,
    pub responders: Arc<Chain<Arc<dyn Responder>>>,
    pub synthesisers: Option<Arc<Chain<Arc<dyn Synthesiser>>>>,
}

impl Speech {
    /// Whether a conversation is possible. Without an ear it is not; without a voice the carrier's
    /// own one reads the replies.
    pub fn ability(&self) -> Ability {
        if self.transcribers.is_some() {
            Ability::Converse
        } else {
            Ability::MessageOnly
        }
    }

    /// Only the rules answer: an answer that is lost is found again for nothing.
    pub fn replies_cost_nothing(&self) -> bool {
        self.responders.len() == 1
    }

    /// What was said, and by which provider it was understood.
    pub async fn transcribe(&self, audio: &Audio) -> Result<Answered<String>, AllFailed> {
        let Some(chain) = &self.transcribers else {
            return Err(nobody());
        };
        chain
            .run(TRANSCRIBE, |provider, _| {
                let audio = audio.clone();
                async move { provider.transcribe(audio).await }
            })
            .await
    }

    /// The reply; the rules stand last in the chain and never fail.
    pub async fn reply(&self, said: &Said) -> Result<Answered<Reply>, AllFailed> {
        self.responders
            .run(REPLY, |provider, _| {
                let said = said.clone();
                async move { provider.reply(said).await }
            })
            .await
    }

    /// The sentence as sound.
    pub async fn speak(&self, sentence: &Sentence) -> Result<Answered<Spoken>, AllFailed> {
        let Some(chain) = &self.synthesisers else {
            return Err(nobody());
        };
        chain
            .run(SPEAK, |provider, _| {
                let sentence = sentence.clone();
                async move { provider.speak(sentence).await }
            })
            .await
    }

    /// Voices that a business may choose, and who speaks with each: the provider's usual one first.
    pub fn voices(&self) -> Vec<(String, String)> {
        let Some(chain) = &self.synthesisers else {
            return Vec::new();
        };
        let speakers: Vec<String> = chain.health().iter().map(|(name, _)| name.to_string()).collect();
        let first = speakers.first().cloned().unwrap_or_default();
        let mut voices = vec![(String::new(), first)];
        if speakers.iter().any(|name| name == local::NAME) {
            voices.push((media::speak::DEFAULT_VOICE.to_owned(), local::NAME.to_owned()));
        }
        voices
    }

    /// Who hears, answers and speaks, and how each of them is: for `/api/health`.
    pub fn health(&self) -> Value {
        let ear = self.transcribers.as_ref().map(|chain| states(chain.health()));
        let voice = self.synthesisers.as_ref().map(|chain| states(chain.health()));
        let converses = ear.is_some();
        json!({
            "ok": converses,
            "detail": if converses { None } else {
                Some("neither a speech model nor a provider: callers can only leave a message (run `agentlocator models prepare`)")
            },
            "transcription": ear,
            "replies": states(self.responders.health()),
            "speech": voice,
        })
    }
}

fn states(health: Vec<(Arc<str>, BreakerState)>) -> Value {
    health
        .iter()
        .map(|(name, state)| json!({ "name": &**name, "state": format!("{state:?}") }))
        .collect()
}

/// A chain that does not exist answers nobody.
fn nobody() -> AllFailed {
    AllFailed { failures: Vec::new() }
}

/// The longest that each step may take over all its providers.
const TRANSCRIBE: Duration = Duration::from_secs(30);
const REPLY: Duration = Duration::from_secs(12);
const SPEAK: Duration = Duration::from_secs(20);
