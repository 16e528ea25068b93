//! The second half of a recording's stages: its words are answered, and the answer is spoken. `stages` calls them in
//! their order. What was paid for before is kept before anything here is paid for.

use super::retry::StageError;
use super::stages::{UnderWay, Works, now_in, provider_failed, then_word, took};
use crate::speech::{Reply, Said, Sentence, speech_key};
use domain::business::Business;
use domain::entities::CallerId;
use domain::ids::AudioHash;
use domain::script::Dialogue;
use std::sync::Arc;
use std::time::Instant;
use store::media::Speech as StoredSpeech;
use store::recordings::{MadeSpeech, Replied, Synthesised};

impl Works {
    /// What is said to the caller's words.
    pub(super) async fn reply(
        &self,
        work: &mut UnderWay,
        business: &Arc<Business>,
    ) -> Result<(), StageError> {
        if work.claimed.reply.is_some() {
            return Ok(());
        }
        if !self.speech.replies_cost_nothing() {
            self.keep(work).await?;
        }
        let begun = Instant::now();
        let claimed = &mut work.claimed;
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
        claimed.reply = Some(text.clone());
        claimed.reply_then = Some(then_word(then).to_owned());
        claimed.understood = Some(understood);
        work.unsaved.replied = Some(Replied {
            text,
            then: then_word(then),
            understood,
            intent,
            by: answered.by.to_string(),
            took_ms: took(begun),
            dialogue,
        });
        self.go_on()
    }

    /// The reply as sound.
    pub(super) async fn synthesise(
        &self,
        work: &mut UnderWay,
        business: &Business,
    ) -> Result<(), StageError> {
        if work.claimed.state == "synthesised" {
            return Ok(());
        }
        let begun = Instant::now();
        let sentence = as_spoken(&Sentence {
            text: work.claimed.reply.clone().unwrap_or_default().into(),
            voice: business.voice.as_str().into(),
            request_id: work.claimed.request_id.as_str().into(),
        });
        let mut synthesised = match self.in_cache(&sentence).await {
            Ok(Some((audio, by))) => Synthesised {
                audio: Some(audio),
                made: None,
                by,
                took_ms: 0,
            },
            Ok(None) => {
                self.keep(work).await?;
                self.made_now(&sentence)
                    .await
                    .unwrap_or_else(|error| carrier_speaks(work, &error))
            }
            Err(error) => carrier_speaks(work, &error),
        };
        synthesised.took_ms = took(begun);
        work.claimed.reply_audio = synthesised.audio;
        "synthesised".clone_into(&mut work.claimed.state);
        work.unsaved.synthesised = Some(synthesised);
        Ok(())
    }

    async fn in_cache(&self, sentence: &Sentence) -> Result<Option<(AudioHash, String)>, StageError> {
        let first = self.speech.first_voice();
        let found = self.store.cached_speech(&speech_key(&first, sentence)).await?;
        let hit = if found.is_some() { "true" } else { "false" };
        metrics::counter!("speech_cache_total", "hit" => hit).increment(1);
        Ok(found)
    }

    async fn made_now(&self, sentence: &Sentence) -> Result<Synthesised, StageError> {
        let made = self.speech.speak(sentence).await.map_err(provider_failed)?;
        let (sha256, _) = media::wav::fingerprint(&made.value.wav);
        Ok(Synthesised {
            audio: Some(AudioHash(sha256)),
            made: Some(MadeSpeech {
                // Under the name of who spoke: a stand-in's voice is not taken for the first one's.
                key: speech_key(&made.by, sentence),
                wav: made.value.wav,
                millis: made.value.millis,
            }),
            by: made.by.to_string(),
            took_ms: 0,
        })
    }

    /// A sentence of the business's own as stored sound: from the cache, or made now and kept.
    pub(crate) async fn spoken(&self, sentence: &Sentence) -> Result<AudioHash, StageError> {
        let sentence = as_spoken(sentence);
        if let Some((audio, _)) = self.in_cache(&sentence).await? {
            return Ok(audio);
        }
        let synthesised = self.made_now(&sentence).await?;
        let (Some(audio), Some(made)) = (synthesised.audio, &synthesised.made) else {
            return Err(StageError::Dead {
                why: "nothing was spoken".into(),
            });
        };
        let kept = StoredSpeech {
            key: made.key,
            audio,
            mime: "audio/wav",
            millis: made.millis,
            bytes: &made.wav,
            made_by: &synthesised.by,
        };
        Ok(self.store.keep_speech(kept).await?)
    }
}

/// Digits, prices and times become words here, for every voice alike.
fn as_spoken(sentence: &Sentence) -> Sentence {
    Sentence {
        text: domain::hebrew::spoken(&sentence.text).into(),
        ..sentence.clone()
    }
}

/// Nobody here can speak it now: the carrier's own voice reads it, the call goes on.
fn carrier_speaks(work: &UnderWay, error: &StageError) -> Synthesised {
    tracing::warn!(
        recording = work.claimed.recording_sid,
        ?error,
        "the carrier's voice will speak"
    );
    Synthesised {
        audio: None,
        made: None,
        by: "carrier".into(),
        took_ms: 0,
    }
}
