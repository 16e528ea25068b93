//! The typed verbs that a checked document holds, and how each is made from its element.
//! `grammar::check` makes them, the call runner follows them. Nothing is judged here: a value that was refused has been
//! reported already and its verb never arrives.
//!
//! Source: Twilio docs `voice/twiml/*`; defaults are Twilio's.

use serde::{Deserialize, Serialize};

use super::tree::Element;

/// How a URL in TwiML is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Method {
    /// Parameters in the query.
    #[serde(rename = "GET")]
    Get,
    /// Parameters in a form body; Twilio's default.
    #[default]
    #[serde(rename = "POST")]
    Post,
}

/// One verb of a document, in the order in which it would be run.
#[derive(Debug, Clone, PartialEq)]
pub enum Verb {
    /// Plays a file, or key tones when `digits` is given.
    Play(Play),
    /// Speaks text with Twilio's own voices.
    Say(Say),
    /// Waits for that many seconds in silence.
    Pause {
        /// Seconds, 1 when left out.
        length: u32,
    },
    /// Records the caller.
    Record(Record),
    /// Collects keys or speech, while nested verbs play.
    Gather(Gather),
    /// Goes on with another document.
    Redirect(Target),
    /// Connects the caller to somebody.
    Dial(Dial),
    /// Ends the call.
    Hangup,
    /// Refuses the call before it is answered.
    Reject {
        /// `rejected` or `busy`.
        reason: String,
    },
    /// `<Connect><Stream>`: a media stream in both directions.
    ConnectStream {
        /// The `wss:` address.
        url: String,
    },
    /// A verb of TwiML that the simulator checks but can't run.
    Other {
        /// Its tag.
        name: String,
    },
}

/// A URL with its method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Absolute or relative to the current document; empty means the current document itself.
    pub url: String,
    /// GET or POST.
    pub method: Method,
}

/// `<Play>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    /// Address of the file; empty when only digits are played.
    pub url: String,
    /// Times; 0 means 1,000 times or until the call ends.
    pub times: u32,
    /// Keys to be played as tones (`w` is half a second).
    pub digits: Option<String>,
}

/// `<Say>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// All the words, SSML tags left out.
    pub text: String,
    /// Twilio's name of the voice.
    pub voice: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Times; 0 means 1,000.
    pub times: u32,
}

/// `<Record>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `None`: the current document is requested again.
    pub action: Option<Target>,
    /// Seconds of silence that end it; 0 means that silence never does.
    pub timeout: u32,
    /// Keys that end it.
    pub finish_on_key: String,
    /// Longest recording in seconds.
    pub max_length: u32,
    /// Whether a beep comes first.
    pub play_beep: bool,
    /// Whether silence at both ends is cut off.
    pub trim: bool,
    /// Address told of the recording itself.
    pub status_callback: Option<Target>,
    /// Of `in-progress`, `completed`, `absent`.
    pub status_callback_events: Vec<String>,
}

/// `<Gather>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gather {
    /// `None`: the current document is requested again.
    pub action: Option<Target>,
    /// Whether speech is taken.
    pub speech: bool,
    /// Whether keys are taken.
    pub dtmf: bool,
    /// Seconds.
    pub timeout: u32,
    /// Whether `action` is requested after nothing came, too.
    pub action_on_empty_result: bool,
    /// `<Say>`, `<Play>` and `<Pause>` inside.
    pub prompts: Vec<Verb>,
}

/// `<Dial>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    /// Whom: numbers, clients, addresses, as written.
    pub whom: Vec<String>,
    /// `None`: the next verb follows when the other party is gone.
    pub action: Option<Target>,
    /// Seconds of ringing.
    pub timeout: u32,
    /// Number shown to the person called.
    pub caller_id: Option<String>,
    /// Status callback of the first `<Number>` or `<Client>`, with the events asked for.
    pub status_callback: Option<(Target, Vec<String>)>,
    /// The own document of the first `<Number>` that has one: heard by who answers, before the two are put together.
    pub screen: Option<Target>,
}

impl Verb {
    /// The verb of an element whose name and values were already judged.
    pub(super) fn from(element: &Element) -> Self {
        match element.name.as_str() {
            "Play" => Self::Play(Play {
                url: element.text.trim().to_owned(),
                times: number(element, "loop", 1),
                digits: element.attribute("digits").map(str::to_owned),
            }),
            "Say" => Self::Say(Say {
                text: element.whole_text(),
                voice: element.attribute("voice").map(str::to_owned),
                language: element.attribute("language").map(str::to_owned),
                times: number(element, "loop", 1),
            }),
            "Pause" => Self::Pause {
                length: number(element, "length", 1),
            },
            "Record" => Self::Record(record(element)),
            "Gather" => Self::Gather(gather(element)),
            "Redirect" => Self::Redirect(Target {
                url: element.text.trim().to_owned(),
                method: method(element, "method"),
            }),
            "Dial" => Self::Dial(dial(element)),
            "Hangup" => Self::Hangup,
            "Reject" => Self::Reject {
                reason: element.attribute("reason").unwrap_or("rejected").to_owned(),
            },
            "Connect" => match element.children.iter().find(|c| c.name == "Stream") {
                Some(stream) => Self::ConnectStream {
                    url: stream.attribute("url").unwrap_or("").to_owned(),
                },
                None => Self::Other {
                    name: "Connect".into(),
                },
            },
            other => Self::Other {
                name: other.to_owned(),
            },
        }
    }

    /// Its tag.
    pub fn name(&self) -> &str {
        match self {
            Self::Play(_) => "Play",
            Self::Say(_) => "Say",
            Self::Pause { .. } => "Pause",
            Self::Record(_) => "Record",
            Self::Gather(_) => "Gather",
            Self::Redirect(_) => "Redirect",
            Self::Dial(_) => "Dial",
            Self::Hangup => "Hangup",
            Self::Reject { .. } => "Reject",
            Self::ConnectStream { .. } => "Connect",
            Self::Other { name } => name,
        }
    }
}

fn record(element: &Element) -> Record {
    Record {
        action: target(element, "action", "method"),
        timeout: number(element, "timeout", 5),
        finish_on_key: element
            .attribute("finishOnKey")
            .unwrap_or("1234567890*#")
            .to_owned(),
        max_length: number(element, "maxLength", 3600),
        play_beep: element.attribute("playBeep") != Some("false"),
        trim: element.attribute("trim") != Some("do-not-trim"),
        status_callback: target(
            element,
            "recordingStatusCallback",
            "recordingStatusCallbackMethod",
        ),
        status_callback_events: words(element, "recordingStatusCallbackEvent", "completed"),
    }
}

fn gather(element: &Element) -> Gather {
    let input = element.attribute("input").unwrap_or("dtmf");
    Gather {
        action: target(element, "action", "method"),
        speech: input.contains("speech"),
        dtmf: input.contains("dtmf"),
        timeout: number(element, "timeout", 5),
        action_on_empty_result: element.attribute("actionOnEmptyResult") == Some("true"),
        prompts: element.children.iter().map(Verb::from).collect(),
    }
}

fn dial(element: &Element) -> Dial {
    let direct = element.text.trim();
    let nouns = element.children.iter().map(|child| child.whole_text());
    let whom = (!direct.is_empty())
        .then(|| direct.to_owned())
        .into_iter()
        .chain(nouns)
        .collect();
    let noun = element
        .children
        .iter()
        .find(|child| child.attribute("statusCallback").is_some());
    Dial {
        whom,
        action: target(element, "action", "method"),
        timeout: number(element, "timeout", 30),
        caller_id: element.attribute("callerId").map(str::to_owned),
        status_callback: noun.and_then(|noun| {
            let to = target(noun, "statusCallback", "statusCallbackMethod")?;
            Some((to, words(noun, "statusCallbackEvent", "completed")))
        }),
        screen: element
            .children
            .iter()
            .find_map(|child| target(child, "url", "method")),
    }
}

fn target(element: &Element, url: &str, by: &str) -> Option<Target> {
    let url = element.attribute(url).filter(|url| !url.is_empty())?;
    Some(Target {
        url: url.to_owned(),
        method: method(element, by),
    })
}

fn method(element: &Element, name: &str) -> Method {
    if element.attribute(name) == Some("GET") {
        Method::Get
    } else {
        Method::Post
    }
}

fn number(element: &Element, name: &str, default: u32) -> u32 {
    element
        .attribute(name)
        .and_then(|v| v.parse().ok())
        .unwrap_or(default)
}

fn words(element: &Element, name: &str, default: &str) -> Vec<String> {
    element
        .attribute(name)
        .unwrap_or(default)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}
