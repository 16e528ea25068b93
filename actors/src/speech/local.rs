//! The models on this machine as ear and voice: Silero, whisper.cpp, nakdimon and Kokoro, behind
//! one short queue each, because two at once on few cores are slower than one after the other.

use super::{Audio, Sentence, Spoken, Synthesiser, Transcriber};
use async_trait::async_trait;
use gateways::provider::ProviderError;
use media::{LocalSpeech, wav};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The name under which its sentences are cached and its turns are marked.
pub const NAME: &str = "local";
/// Jobs that may wait for a model; the next one is sent on, or told to come again.
const QUEUE: usize = 8;

/// The local chain. Cheap to clone.
#[derive(Clone)]
pub struct LocalVoice {
    speech: LocalSpeech,
    ears: Arc<Queue>,
    mouth: Arc<Queue>,
}

/// One job at a time, a few waiting.
struct Queue {
    places: Semaphore,
    turn: Semaphore,
}

impl Queue {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            places: Semaphore::new(QUEUE),
            turn: Semaphore::new(1),
        })
    }

    /// Runs blocking work when its turn comes.
    async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce() -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, ProviderError> {
        let busy = |_| ProviderError::RetryAfter(Some(Duration::from_secs(1)));
        let _place = self.places.try_acquire().map_err(busy)?;
        let queue = self.clone();
        let _turn = queue
            .turn
            .acquire()
            .await
            .map_err(|_| ProviderError::Unreachable)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| ProviderError::Garbage("the model panicked"))?
    }
}

impl LocalVoice {
    /// Over these models.
    pub fn new(speech: LocalSpeech) -> Self {
        Self {
            speech,
            ears: Queue::new(),
            mouth: Queue::new(),
        }
    }
}

#[async_trait]
impl Transcriber for LocalVoice {
    async fn transcribe(&self, audio: Audio) -> Result<String, ProviderError> {
        let speech = self.speech.clone();
        self.ears
            .run(move || {
                let sound = wav::decode(&audio.wav)
                    .map_err(|_| ProviderError::Garbage("the recording can't be read"))?;
                let heard = speech
                    .transcribe(&sound)
                    .map_err(|error| ProviderError::Refused(error.to_string()))?;
                Ok(heard.text)
            })
            .await
    }
}

#[async_trait]
impl Synthesiser for LocalVoice {
    async fn speak(&self, sentence: Sentence) -> Result<Spoken, ProviderError> {
        let speech = self.speech.clone();
        self.mouth
            .run(move || {
                let voice = if sentence.voice.is_empty() {
                    media::speak::DEFAULT_VOICE
                } else {
                    &sentence.voice
                };
                let sound = speech
                    .synthesise(&sentence.text, voice, media::speak::DEFAULT_SPEED)
                    .map_err(|error| ProviderError::Refused(error.to_string()))?;
                let millis = i32::try_from(sound.duration_ms()).unwrap_or(i32::MAX);
                Ok(Spoken {
                    wav: wav::encode_for_telephone(&sound).into(),
                    millis,
                })
            })
            .await
    }
}
