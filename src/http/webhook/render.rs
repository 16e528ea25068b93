//! A call's answer as TwiML: the only place where addresses of webhooks and audio are written.

use actix_web::HttpResponse;
use actors::speech::PromptBook;
use domain::business::Business;
use domain::call::{Answer, Clip, Prompt, Purpose, Step};
use domain::ids::BusinessId;
use gateways::twilio::twiml::{
    Dial, DialTarget, Language, Record, RecordingEvent, Response, Say, Trim, TwimlError, Voice,
};

/// Where sound is found and how addresses begin.
pub struct Clips<'a> {
    /// Scheme and host, or nothing: then addresses are paths.
    pub public_host: &'a str,
    pub business: Option<&'a Business>,
    pub prompts: &'a PromptBook,
}

/// The longest turn and the longest message, in seconds.
const TURN_SECONDS: u32 = 30;
const MESSAGE_SECONDS: u32 = 120;
/// Silence after which a recording ends, in seconds.
const SILENCE_SECONDS: u32 = 5;
/// How long a person's phone rings, in seconds.
const RING_SECONDS: u32 = 25;

impl Clips<'_> {
    fn id(&self) -> BusinessId {
        self.business.map_or(BusinessId(0), |business| business.id)
    }

    fn voice_response(&self, file: impl std::fmt::Display) -> String {
        format!("{}/static/voice_responses/{}/{file}", self.public_host, self.id())
    }

    fn play(&self, response: Response, clip: &Clip) -> Response {
        match clip {
            Clip::Greeting if self.business.is_some_and(|b| b.greeting.is_some()) => {
                response.play(&self.voice_response("greeting.mp3"))
            }
            Clip::Greeting => response.play(&self.voice_response("welcome.mp3")),
            Clip::Prompt(prompt) => {
                let hash = self.prompts.clip(self.id(), *prompt);
                response.play(&self.voice_response(format_args!("{hash}.wav")))
            }
            Clip::Speech(hash) => response.play(&self.voice_response(format_args!("{hash}.wav"))),
            Clip::Say(text) => response.say(Say {
                text,
                language: Language::HeIl,
                voice: Voice::HeIlWavenetA,
            }),
        }
    }

    fn record(&self, response: Response, turn: u16, purpose: Purpose) -> Response {
        let kind = if purpose == Purpose::Message {
            "&message=1"
        } else {
            ""
        };
        let action = format!("{}/webhook/handle_recording?turn={turn}{kind}", self.public_host);
        let status = format!("{}/webhook/recording_status?turn={turn}{kind}", self.public_host);
        response.record(Record {
            action: &action,
            max_length: if purpose == Purpose::Message {
                MESSAGE_SECONDS
            } else {
                TURN_SECONDS
            },
            timeout: SILENCE_SECONDS,
            finish_on_key: "*",
            play_beep: true,
            trim: Trim::TrimSilence,
            recording_status_callback: Some(&status),
            recording_status_callback_events: &[RecordingEvent::Completed, RecordingEvent::Absent],
        })
    }

    fn step(&self, response: Response, step: &Step) -> Response {
        match step {
            Step::Play(clip) => self.play(response, clip),
            Step::Pause(seconds) => response.pause((*seconds).into()),
            Step::Listen { turn, purpose } => self.record(response, *turn, *purpose),
            Step::Ask { turn, wait } => response.redirect(&format!(
                "{}/webhook/next_turn?turn={turn}&wait={wait}",
                self.public_host
            )),
            Step::Transfer { to, turn } => {
                let action = format!("{}/webhook/next_turn?turn={turn}&transfer=1", self.public_host);
                response.dial(Dial {
                    action: Some(&action),
                    timeout: RING_SECONDS,
                    ..Dial::to(DialTarget::Number(to.as_e164()))
                })
            }
            Step::HangUp => response.hangup(),
        }
    }
}

/// The answer as a document. What can't be written is a fault of ours: the caller hears the
/// recorded apology, and the log says why.
pub fn twiml(answer: &Answer, clips: &Clips<'_>) -> String {
    write(answer, clips).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer could not be written as TwiML");
        apology(clips)
    })
}

fn write(answer: &Answer, clips: &Clips<'_>) -> Result<String, TwimlError> {
    answer
        .steps
        .iter()
        .fold(Response::new(), |response, step| clips.step(response, step))
        .finish()
}

/// What a caller hears when nothing better can be said.
pub fn apology(clips: &Clips<'_>) -> String {
    let sorry = Answer::of([Answer::prompt(Prompt::Apology), Step::HangUp]);
    // Plain steps with our own addresses; the fixed text stands behind a host that is malformed.
    write(&sorry, clips).unwrap_or_else(|_| "<Response><Hangup/></Response>".into())
}

/// A TwiML response.
pub fn respond(twiml: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/xml; charset=utf-8")
        .body(twiml)
}
