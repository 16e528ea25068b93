//! The fixed sentences: recorded ones that are part of the program, so that a caller is spoken to
//! whatever is dead, and synthesised ones in a business's own voice, made ahead and cached by
//! content. The HTTP edge asks which sound stands for a prompt and serves the recorded ones.

use super::{Sentence, Speech};
use crate::pipeline::Works;
use bytes::Bytes;
use domain::business::Business;
use domain::call::Prompt;
use domain::ids::{AudioHash, BusinessId};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// What a caller hears of a business that has no greeting yet.
const WELCOME: &[u8] = include_bytes!("../../../media/prompts/welcome.wav");

/// The recorded sentence, spoken by our own chain ahead of time (`media/examples/record_prompts.rs`).
fn recording(prompt: Prompt) -> &'static [u8] {
    match prompt {
        Prompt::Message => include_bytes!("../../../media/prompts/message.wav"),
        Prompt::Hold => include_bytes!("../../../media/prompts/hold.wav"),
        Prompt::Late => include_bytes!("../../../media/prompts/late.wav"),
        Prompt::Fallback => include_bytes!("../../../media/prompts/fallback.wav"),
        Prompt::Apology => include_bytes!("../../../media/prompts/apology.wav"),
        Prompt::LeaveMessage => include_bytes!("../../../media/prompts/leave_message.wav"),
        Prompt::MessageKept => include_bytes!("../../../media/prompts/message_kept.wav"),
        Prompt::Transferring => include_bytes!("../../../media/prompts/transferring.wav"),
        Prompt::Limit => include_bytes!("../../../media/prompts/limit.wav"),
        Prompt::Goodbye => include_bytes!("../../../media/prompts/goodbye.wav"),
    }
}

fn hash(sound: &[u8]) -> AudioHash {
    AudioHash(media::wav::fingerprint(sound).0)
}

/// The key under which a sentence is cached: who speaks, in which voice, which words.
pub fn speech_key(speaker: &str, sentence: &Sentence) -> [u8; 32] {
    media::wav::fingerprint(format!("{speaker}\0{}\0{}", sentence.voice, sentence.text).as_bytes()).0
}

/// Which sound stands for which prompt.
pub struct PromptBook {
    recorded: HashMap<AudioHash, Bytes>,
    by_prompt: HashMap<Prompt, AudioHash>,
    welcome: AudioHash,
    /// Those that were synthesised in a business's own voice.
    own: RwLock<HashMap<(BusinessId, Prompt), AudioHash>>,
}

impl PromptBook {
    /// The recorded ones.
    pub fn recorded_ones() -> Self {
        let by_prompt: HashMap<Prompt, AudioHash> = Prompt::ALL
            .into_iter()
            .map(|prompt| (prompt, hash(recording(prompt))))
            .collect();
        let mut recorded: HashMap<AudioHash, Bytes> = Prompt::ALL
            .into_iter()
            .map(|prompt| (by_prompt[&prompt], Bytes::from_static(recording(prompt))))
            .collect();
        let welcome = hash(WELCOME);
        recorded.insert(welcome, Bytes::from_static(WELCOME));
        Self {
            recorded,
            by_prompt,
            welcome,
            own: RwLock::new(HashMap::new()),
        }
    }

    /// The sound for this prompt of this business.
    pub fn clip(&self, business: BusinessId, prompt: Prompt) -> AudioHash {
        let own = self
            .own
            .read()
            .ok()
            .and_then(|own| own.get(&(business, prompt)).copied());
        own.unwrap_or_else(|| self.by_prompt[&prompt])
    }

    /// The greeting of a business that has none of its own.
    pub fn welcome(&self) -> AudioHash {
        self.welcome
    }

    /// A recorded sound by its hash.
    pub fn recorded(&self, hash: AudioHash) -> Option<Bytes> {
        self.recorded.get(&hash).cloned()
    }

    /// What is played when a sound can't be read.
    pub fn apology(&self) -> Bytes {
        Bytes::from_static(recording(Prompt::Apology))
    }

    /// Synthesises what this business says always: its greeting, and the prompts where its voice is
    /// not the recorded one. What is in the cache costs one look-up.
    pub async fn prepare(&self, works: &Works, business: &Business) {
        if works.speech.synthesisers.is_none() {
            return;
        }
        let sentence = |text: &str| Sentence {
            text: text.into(),
            voice: business.voice.as_str().into(),
            request_id: format!("prompts-{}", business.id).into(),
        };
        if !business.greeting_uploaded
            && let Some(greeting) = self.made(works, &sentence(&business.greeting_words())).await
            && business.greeting != Some(greeting)
            && let Err(error) = works.store.set_greeting(business.id, greeting).await
        {
            tracing::warn!(%error, business = %business.id, "a greeting could not be kept");
        }
        if !works.speech.speaks_otherwise_than_recorded(&business.voice) {
            return;
        }
        for prompt in Prompt::ALL {
            if let Some(hash) = self.made(works, &sentence(prompt.text())).await
                && let Ok(mut own) = self.own.write()
            {
                own.insert((business.id, prompt), hash);
            }
        }
    }

    async fn made(&self, works: &Works, sentence: &Sentence) -> Option<AudioHash> {
        match works.spoken(sentence).await {
            Ok(hash) => Some(hash),
            Err(error) => {
                tracing::warn!(
                    ?error,
                    "a fixed sentence could not be synthesised: the recorded one stands"
                );
                None
            }
        }
    }
}

impl Speech {
    /// The name of the voice that is asked first; empty where there is none.
    pub(crate) fn first_voice(&self) -> Arc<str> {
        let first = self
            .synthesisers
            .as_ref()
            .and_then(|chain| chain.health().into_iter().next());
        first.map_or_else(|| "".into(), |(name, _)| name)
    }

    /// Whether the prompts would sound different from the recorded ones, which our own chain
    /// spoke in its default voice.
    fn speaks_otherwise_than_recorded(&self, voice: &str) -> bool {
        &*self.first_voice() != super::local::NAME
            || !(voice.is_empty() || voice == media::speak::DEFAULT_VOICE)
    }
}
