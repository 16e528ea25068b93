//! Ears, minds and voices, chosen from the configuration: services in front, the models on this
//! machine behind them, the rules last. What is missing is said at start and never pretended.

use crate::config::{Service, SpeechConfig};
use actors::pipeline::Judge;
use actors::speech::{
    ChatResponder, GoogleVoice, LOCAL, LocalVoice, RemoteTranscriber, RemoteVoice, Responder, RulesResponder,
    Speech, Synthesiser, Transcriber, WavJudge,
};
use gateways::breaker::BreakerPolicy;
use gateways::chain::{Chain, ChainSettings, Link};
use gateways::google_tts::{self, GoogleAuth, GoogleTts, ServiceAccount};
use gateways::openai::{self, Endpoint};
use media::models::{Engine, ModelSet};
use media::vad::SpeechMeter;
use media::{LocalOptions, LocalSpeech};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What was assembled.
pub struct Assembled {
    pub speech: Speech,
    pub judge: Arc<dyn Judge>,
    /// The models on this machine, for a simulated caller's voice.
    pub local: Option<LocalSpeech>,
}

/// A slow service gets company after this long, for hearing and speaking.
const HEDGE: Duration = Duration::from_secs(1);
/// The rules answer at once, so they would always overtake a model: it gets longer.
const HEDGE_REPLY: Duration = Duration::from_secs(4);
/// One attempt.
const TRANSCRIBE: Duration = Duration::from_secs(20);
const REPLY: Duration = Duration::from_secs(10);
const SPEAK: Duration = Duration::from_secs(8);
/// The local chain is slow on few cores, and there is nobody behind it.
const LOCALLY: Duration = Duration::from_secs(30);

/// A small business's engine makes few calls: four in a minute are enough to judge a provider by.
const POLICY: BreakerPolicy = BreakerPolicy {
    window: Duration::from_secs(60),
    min_calls: 4,
    error_percent: 50,
    latency_budget: None,
    open_for: Duration::from_secs(15),
};

/// Builds the chains.
///
/// # Errors
/// A service's address that can't be used.
pub fn assemble(config: &SpeechConfig) -> anyhow::Result<Assembled> {
    let mut models = ModelSet::find(&config.models_dir);
    if let Some(whisper) = &config.whisper_model {
        models = models.with_whisper(whisper);
    }
    let local = local(&models);
    let mut ears: Vec<Link<Arc<dyn Transcriber>>> = Vec::new();
    let mut minds: Vec<Link<Arc<dyn Responder>>> = Vec::new();
    let mut voices: Vec<Link<Arc<dyn Synthesiser>>> = Vec::new();
    if let Some(service) = &config.stt {
        let ear = RemoteTranscriber(openai::Transcription::new(endpoint(service)?)?);
        ears.push(link("stt", Arc::new(ear), TRANSCRIBE));
    }
    if let Some(service) = &config.llm {
        minds.push(link(
            "llm",
            Arc::new(ChatResponder(openai::Chat::new(endpoint(service)?)?)),
            REPLY,
        ));
    }
    if let Some(service) = &config.tts {
        let voice = if config.tts_voice.is_empty() {
            "alloy".to_owned()
        } else {
            config.tts_voice.clone()
        };
        let voice = RemoteVoice {
            speech: openai::Speech::new(endpoint(service)?)?,
            voice,
        };
        voices.push(link("tts", Arc::new(voice), SPEAK));
    }
    if let Some(file) = &config.google_credentials {
        voices.push(link("google", Arc::new(google(file, &config.tts_voice)?), SPEAK));
    }
    if let Some(speech) = &local {
        let voice = LocalVoice::new(speech.clone());
        if speech.can(Engine::Transcriber) {
            ears.push(link(LOCAL, Arc::new(voice.clone()), LOCALLY));
        }
        if speech.can(Engine::Synthesiser) {
            voices.push(link(LOCAL, Arc::new(voice), LOCALLY));
        }
    }
    minds.push(link("rules", Arc::new(RulesResponder), REPLY));
    report(&ears, &voices, &models);
    let hear = ChainSettings {
        hedge_after: Some(HEDGE),
    };
    let reply = ChainSettings {
        hedge_after: Some(HEDGE_REPLY),
    };
    let judge = local
        .as_ref()
        .map_or_else(SpeechMeter::energy, |speech| speech.meter().clone());
    Ok(Assembled {
        speech: Speech {
            transcribers: (!ears.is_empty()).then(|| Arc::new(Chain::new(ears, hear))),
            responders: Arc::new(Chain::new(minds, reply)),
            synthesisers: (!voices.is_empty()).then(|| Arc::new(Chain::new(voices, hear))),
        },
        judge: Arc::new(WavJudge(judge)),
        local,
    })
}

fn link<P>(name: &str, provider: P, time_limit: Duration) -> Link<P> {
    Link {
        name: name.to_owned(),
        provider,
        time_limit,
        policy: POLICY,
    }
}

fn google(file: &Path, voice: &str) -> anyhow::Result<GoogleVoice> {
    let account = ServiceAccount::parse(&std::fs::read_to_string(file)?)?;
    let service = GoogleTts::new(google_tts::BASE_URL.parse()?, GoogleAuth::ServiceAccount(account))?;
    let voice = if voice.starts_with("he-IL-") {
        voice
    } else {
        GoogleVoice::DEFAULT
    };
    Ok(GoogleVoice {
        service,
        voice: voice.to_owned(),
    })
}

fn endpoint(service: &Service) -> anyhow::Result<Endpoint> {
    Ok(Endpoint {
        base_url: service.base_url.parse()?,
        api_key: service.api_key.clone(),
        model: service.model.clone(),
    })
}

fn local(models: &ModelSet) -> Option<LocalSpeech> {
    match LocalSpeech::load(models, LocalOptions::default()) {
        Ok(speech) => Some(speech),
        Err(error) => {
            tracing::warn!(%error, "no local speech");
            None
        }
    }
}

fn report<E, V>(ears: &[Link<E>], voices: &[Link<V>], models: &ModelSet) {
    let names = |names: Vec<&str>| {
        if names.is_empty() {
            "NONE".to_owned()
        } else {
            names.join(", then ")
        }
    };
    let ears_named = names(ears.iter().map(|link| link.name.as_str()).collect());
    let voices_named = names(voices.iter().map(|link| link.name.as_str()).collect());
    tracing::info!(transcription = ears_named, speech = voices_named, "speech");
    if ears.is_empty() {
        tracing::error!(
            folder = %models.dir().display(),
            "neither speech models nor a provider: callers can only leave a message. Run `agentlocator models prepare`"
        );
    } else if voices.is_empty() {
        tracing::warn!("no voice of our own: the carrier's voice will read the replies");
    }
}

/// The simulated caller's voice, on the same models as the engine's.
pub struct CallerVoice(pub LocalSpeech);

impl simulator::voice::CallerVoice for CallerVoice {
    fn speak(&self, text: &str) -> Result<media::Sound, String> {
        let words = domain::hebrew::spoken(text);
        // The default one: of the model's voices it is the one that is understood best.
        self.0
            .synthesise(&words, media::speak::DEFAULT_VOICE, media::speak::DEFAULT_SPEED)
            .map_err(|error| error.to_string())
    }
}
