//! The local speech of `media` as a caller's voice and as a listener. The demo and the command line give it to a
//! carrier. In a build without `embedded-speech` it can be named, and says that it can't speak.

use media::Sound;
use media::local::LocalSpeech;
use media::speak::{DEFAULT_SPEED, DEFAULT_VOICE};

use crate::voice::{CallerVoice, Listener};

/// A caller who speaks with Kokoro and can hear with Whisper.
#[derive(Clone)]
pub struct LocalVoice {
    speech: LocalSpeech,
    voice: String,
}

impl LocalVoice {
    /// A caller with the voice that is understood best. It is the engine's own: of the five voices the other four were
    /// hardly understood by Whisper through a telephone, and a caller is there to be understood.
    pub fn new(speech: LocalSpeech) -> Self {
        Self::with_voice(speech, DEFAULT_VOICE)
    }

    /// A caller with this voice; see `LocalSpeech::voices`.
    pub fn with_voice(speech: LocalSpeech, voice: impl Into<String>) -> Self {
        Self {
            speech,
            voice: voice.into(),
        }
    }
}

impl CallerVoice for LocalVoice {
    fn speak(&self, text: &str) -> Result<Sound, String> {
        self.speech
            .synthesise(text, &self.voice, DEFAULT_SPEED)
            .map_err(|error| error.to_string())
    }
}

impl Listener for LocalVoice {
    fn hear(&self, sound: &Sound) -> Result<String, String> {
        self.speech
            .transcribe(sound)
            .map(|heard| heard.text)
            .map_err(|error| error.to_string())
    }
}

#[cfg(all(test, feature = "embedded-speech"))]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use media::local::{LocalOptions, default_models_dir};
    use media::models::ModelSet;

    use super::*;
    use crate::fake::{ACCOUNT, FakeEngine, TOKEN, Told};
    use crate::{CallPlan, Carrier, CarrierOptions};

    #[tokio::test]
    #[ignore = "needs the prepared models"]
    async fn what_a_local_caller_says_is_recorded_and_what_is_played_is_heard() {
        let home = |name| std::env::var_os(name).map(PathBuf::from);
        let dir = default_models_dir(home("XDG_CACHE_HOME"), home("HOME")).unwrap();
        let speech = LocalSpeech::load(&ModelSet::find(&dir), LocalOptions::default()).unwrap();
        let prompt = speech
            .synthesise_for_telephone("שלום, איך אפשר לעזור?", "", DEFAULT_SPEED)
            .unwrap();
        let engine = FakeEngine::start(move |asked| match asked.path.split('?').next().unwrap_or("") {
            "/webhook/incoming_call" => Told::twiml("<Play>/a.wav</Play><Record action=\"/r\"/><Hangup/>"),
            "/a.wav" => Told::file("audio/wav", prompt.clone()),
            "/r" => Told::twiml("<Hangup/>"),
            _ => Told::status(204),
        })
        .await;
        let mut options = CarrierOptions::new(ACCOUNT, TOKEN);
        let voice = Arc::new(LocalVoice::new(speech.clone()));
        options.voice = voice.clone();
        options.listener = Some(voice);
        let carrier = Carrier::start(options).await.unwrap();
        let plan = CallPlan::new(engine.engine.clone(), "+972501234567", "+97231234567");
        let report = carrier.place_call(plan.saying(["אני מחפש דירה בתל אביב"])).await;
        report.assert_clean();
        let heard = report.played().next().unwrap().heard_text.clone().unwrap();
        assert!(heard.contains("שלום"), "{heard}");
        let wav = carrier.media_of(&report.recordings[0]).unwrap();
        let words = speech
            .transcribe(&media::wav::decode(&wav).unwrap())
            .unwrap()
            .text;
        assert!(words.contains("דירה") || words.contains("אביב"), "{words}");
    }
}
