//! The verbs of TwiML with their attributes as types. Attributes as in Twilio's own builders (Python library 9.13.0).
//! Filled in by the webhook edge, written by `Response`. They never hold a value that Twilio doesn't document.

use super::TwimlError;
use super::write::{Address, Xml, check, keys, within};

/// Whether silence at both ends of a recording is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trim {
    TrimSilence,
    DoNotTrim,
}

/// When a recording's status callback is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingEvent {
    InProgress,
    Completed,
    Absent,
}

impl RecordingEvent {
    fn as_str(self) -> &'static str {
        match self {
            RecordingEvent::InProgress => "in-progress",
            RecordingEvent::Completed => "completed",
            RecordingEvent::Absent => "absent",
        }
    }
}

/// `<Record>` (Twilio docs `voice/twiml/record`). Methods are always POST; `transcribe` is always false: it is English only.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Where the recording is announced, and which answers with what comes next.
    pub action: &'a str,
    /// Seconds, 2 to 14400.
    pub max_length: u32,
    /// Seconds of silence that end it; 0 is never.
    pub timeout: u32,
    /// Keys that end it; empty is none.
    pub finish_on_key: &'a str,
    pub play_beep: bool,
    pub trim: Trim,
    /// Where the finished file is announced.
    pub recording_status_callback: Option<&'a str>,
    /// For which events; empty is Twilio's default, `completed`.
    pub recording_status_callback_events: &'a [RecordingEvent],
}

impl Record<'_> {
    pub(super) fn write(&self, xml: &mut Xml) -> Result<(), TwimlError> {
        check(self.action, Address::Callback, "Record")?;
        within(self.max_length, 2..=14_400, ("Record", "maxLength"))?;
        within(self.timeout, 0..=600, ("Record", "timeout"))?;
        keys(self.finish_on_key, "Record")?;
        let mut tag = xml
            .element("Record")
            .attribute("action", self.action)
            .attribute("method", "POST")
            .number("maxLength", self.max_length)
            .number("timeout", self.timeout)
            .attribute("finishOnKey", self.finish_on_key)
            .flag("playBeep", self.play_beep)
            .attribute(
                "trim",
                match self.trim {
                    Trim::TrimSilence => "trim-silence",
                    Trim::DoNotTrim => "do-not-trim",
                },
            )
            .flag("transcribe", false);
        if let Some(callback) = self.recording_status_callback {
            check(callback, Address::Callback, "Record")?;
            tag = tag
                .attribute("recordingStatusCallback", callback)
                .attribute("recordingStatusCallbackMethod", "POST");
            if !self.recording_status_callback_events.is_empty() {
                let events: Vec<&str> = self
                    .recording_status_callback_events
                    .iter()
                    .map(|e| e.as_str())
                    .collect();
                tag = tag.attribute("recordingStatusCallbackEvent", &events.join(" "));
            }
        }
        tag.empty();
        Ok(())
    }
}

/// The language of `<Say>` and `<Gather>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    HeIl,
    EnUs,
}

impl Language {
    fn as_str(self) -> &'static str {
        match self {
            Language::HeIl => "he-IL",
            Language::EnUs => "en-US",
        }
    }
}

/// A voice of `<Say>`. There is no Amazon voice for Hebrew; these are the ones in Twilio's own lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    HeIlStandardA,
    HeIlStandardB,
    HeIlStandardC,
    HeIlStandardD,
    HeIlWavenetA,
    HeIlWavenetB,
    HeIlWavenetC,
    HeIlWavenetD,
    /// Twilio's plain English voices.
    Man,
    Woman,
}

impl Voice {
    /// The eight Hebrew ones.
    pub const HEBREW: [Voice; 8] = [
        Voice::HeIlStandardA,
        Voice::HeIlStandardB,
        Voice::HeIlStandardC,
        Voice::HeIlStandardD,
        Voice::HeIlWavenetA,
        Voice::HeIlWavenetB,
        Voice::HeIlWavenetC,
        Voice::HeIlWavenetD,
    ];

    /// Twilio's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Voice::HeIlStandardA => "Google.he-IL-Standard-A",
            Voice::HeIlStandardB => "Google.he-IL-Standard-B",
            Voice::HeIlStandardC => "Google.he-IL-Standard-C",
            Voice::HeIlStandardD => "Google.he-IL-Standard-D",
            Voice::HeIlWavenetA => "Google.he-IL-Wavenet-A",
            Voice::HeIlWavenetB => "Google.he-IL-Wavenet-B",
            Voice::HeIlWavenetC => "Google.he-IL-Wavenet-C",
            Voice::HeIlWavenetD => "Google.he-IL-Wavenet-D",
            Voice::Man => "man",
            Voice::Woman => "woman",
        }
    }

    /// The Hebrew voice of this name, as a business may have chosen it.
    pub fn parse(name: &str) -> Option<Voice> {
        Voice::HEBREW
            .into_iter()
            .chain([Voice::Man, Voice::Woman])
            .find(|voice| voice.as_str() == name)
    }

    fn speaks(self, language: Language) -> bool {
        matches!(self, Voice::Man | Voice::Woman) == (language == Language::EnUs)
    }
}

/// `<Say>` (Twilio docs `voice/twiml/say`). A voice of another language makes the verb fail, so it is refused here.
#[derive(Debug, Clone, Copy)]
pub struct Say<'a> {
    /// At most 4,096 characters.
    pub text: &'a str,
    pub language: Language,
    pub voice: Voice,
}

impl Say<'_> {
    pub(super) fn write(&self, xml: &mut Xml) -> Result<(), TwimlError> {
        let refuse = |attribute, why| {
            Err(TwimlError::Value {
                verb: "Say",
                attribute,
                why,
            })
        };
        if self.text.len() > 4096 && self.text.chars().count() > 4096 {
            return refuse("text", "more than 4,096 characters");
        }
        if !self.voice.speaks(self.language) {
            return refuse("voice", "the voice does not speak the language");
        }
        xml.element("Say")
            .attribute("language", self.language.as_str())
            .attribute("voice", self.voice.as_str())
            .text(self.text);
        xml.close("Say");
        Ok(())
    }
}

/// Why a call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectReason {
    Rejected,
    Busy,
}

impl RejectReason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            RejectReason::Rejected => "rejected",
            RejectReason::Busy => "busy",
        }
    }
}

/// Who is rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialTarget<'a> {
    /// E.164 (`+972…`), or a short code of digits.
    Number(&'a str),
    /// A browser client by its identity.
    Client(&'a str),
    /// A conference room by name: how an agent takes a running call over.
    Conference(&'a str),
}

/// From when the two sides are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialRecord {
    FromAnswer,
    FromAnswerDual,
    FromRinging,
}

/// `<Dial>` (Twilio docs `voice/twiml/dial`).
#[derive(Debug, Clone, Copy)]
pub struct Dial<'a> {
    pub target: DialTarget<'a>,
    /// What is asked when the other side has hung up or never answered.
    pub action: Option<&'a str>,
    /// Seconds of ringing, 5 to 600.
    pub timeout: u32,
    /// A number of the account, in E.164; without one Twilio shows the caller's.
    pub caller_id: Option<&'a str>,
    /// The caller hears ringing, and is charged for the leg only once it is answered.
    pub answer_on_bridge: bool,
    /// Seconds that the two may talk.
    pub time_limit: Option<u32>,
    pub record: Option<DialRecord>,
    pub recording_status_callback: Option<&'a str>,
    /// Where the rung side's progress is announced (numbers and clients).
    pub status_callback: Option<&'a str>,
    /// A number's own document, which who answers hears before the two are put together; hanging up there is no answer.
    pub screen: Option<&'a str>,
}

impl<'a> Dial<'a> {
    /// A plain transfer to one target, ringing for 25 seconds.
    pub fn to(target: DialTarget<'a>) -> Dial<'a> {
        Dial {
            target,
            action: None,
            timeout: 25,
            caller_id: None,
            answer_on_bridge: true,
            time_limit: None,
            record: None,
            recording_status_callback: None,
            status_callback: None,
            screen: None,
        }
    }

    pub(super) fn write(&self, xml: &mut Xml) -> Result<(), TwimlError> {
        self.check_values()?;
        let mut tag = xml.element("Dial");
        if let Some(action) = self.action {
            tag = tag.attribute("action", action).attribute("method", "POST");
        }
        tag = tag
            .number("timeout", self.timeout)
            .maybe("callerId", self.caller_id);
        tag = tag.flag("answerOnBridge", self.answer_on_bridge);
        if let Some(limit) = self.time_limit {
            tag = tag.number("timeLimit", limit);
        }
        tag = tag.maybe(
            "record",
            self.record.map(|record| match record {
                DialRecord::FromAnswer => "record-from-answer",
                DialRecord::FromAnswerDual => "record-from-answer-dual",
                DialRecord::FromRinging => "record-from-ringing",
            }),
        );
        if let Some(callback) = self.recording_status_callback {
            tag = tag.attribute("recordingStatusCallback", callback);
            tag = tag.attribute("recordingStatusCallbackMethod", "POST");
        }
        tag.children();
        let (name, text) = match self.target {
            DialTarget::Number(number) => ("Number", number),
            DialTarget::Client(identity) => ("Client", identity),
            DialTarget::Conference(room) => ("Conference", room),
        };
        let mut tag = xml.element(name);
        if let Some(callback) = self.status_callback {
            tag = tag
                .attribute("statusCallback", callback)
                .attribute("statusCallbackMethod", "POST");
        }
        if let (Some(screen), DialTarget::Number(_)) = (self.screen, self.target) {
            tag = tag.attribute("url", screen).attribute("method", "POST");
        }
        tag.text(text);
        xml.close(name);
        xml.close("Dial");
        Ok(())
    }

    fn check_values(&self) -> Result<(), TwimlError> {
        for url in [
            self.action,
            self.recording_status_callback,
            self.status_callback,
            self.screen,
        ]
        .into_iter()
        .flatten()
        {
            check(url, Address::Callback, "Dial")?;
        }
        within(self.timeout, 5..=600, ("Dial", "timeout"))?;
        if let Some(limit) = self.time_limit {
            within(limit, 1..=14_400, ("Dial", "timeLimit"))?;
        }
        let number = |text: &str| {
            let digits = text.strip_prefix('+').unwrap_or(text);
            (3..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        };
        let refuse = |attribute, why| {
            Err(TwimlError::Value {
                verb: "Dial",
                attribute,
                why,
            })
        };
        match self.target {
            DialTarget::Number(text) if !number(text) => {
                return refuse("Number", "not a number in E.164 (error 13224)");
            }
            DialTarget::Client("") | DialTarget::Conference("") => return refuse("target", "empty"),
            _ => {}
        }
        match self.caller_id {
            Some(caller) if !number(caller) => refuse("callerId", "not a number in E.164 (error 13214)"),
            _ => Ok(()),
        }
    }
}

/// What `<Gather>` listens for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatherInput {
    Keys,
    Speech,
    KeysOrSpeech,
}

/// `<Gather>` (Twilio docs `voice/twiml/gather`). Silence falls through to the next verb.
#[derive(Debug, Clone, Copy)]
pub struct Gather<'a> {
    pub action: &'a str,
    pub input: GatherInput,
    /// Seconds of waiting for the first key or word.
    pub timeout: u32,
    /// Keys after which it is done at once.
    pub num_digits: Option<u32>,
    pub finish_on_key: &'a str,
    /// Sounds that play while it listens.
    pub play: &'a [&'a str],
    /// What is said after them.
    pub say: Option<Say<'a>>,
}

impl Gather<'_> {
    pub(super) fn write(&self, xml: &mut Xml) -> Result<(), TwimlError> {
        check(self.action, Address::Callback, "Gather")?;
        within(self.timeout, 1..=600, ("Gather", "timeout"))?;
        keys(self.finish_on_key, "Gather")?;
        let (input, speech) = match self.input {
            GatherInput::Keys => ("dtmf", false),
            GatherInput::Speech => ("speech", true),
            GatherInput::KeysOrSpeech => ("dtmf speech", true),
        };
        let mut tag = xml
            .element("Gather")
            .attribute("input", input)
            .attribute("action", self.action)
            .attribute("method", "POST")
            .number("timeout", self.timeout)
            .attribute("finishOnKey", self.finish_on_key);
        if let Some(count) = self.num_digits {
            within(count, 1..=32, ("Gather", "numDigits"))?;
            tag = tag.number("numDigits", count);
        }
        if speech {
            tag = tag
                .attribute("language", Language::HeIl.as_str())
                .attribute("speechTimeout", "auto");
        }
        tag.children();
        for url in self.play {
            check(url, Address::Callback, "Play")?;
            xml.element("Play").text(url);
            xml.close("Play");
        }
        if let Some(say) = &self.say {
            say.write(xml)?;
        }
        xml.close("Gather");
        Ok(())
    }
}

/// One `<Parameter>` of a stream, which arrives in its `start` message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

/// `<Connect><Stream>` (Twilio docs `voice/twiml/stream`).
#[derive(Debug, Clone, Copy)]
pub struct Stream<'a> {
    /// `wss://…` without a query.
    pub url: &'a str,
    pub parameters: &'a [Parameter<'a>],
    /// Where start, stop and errors of the stream are announced.
    pub status_callback: Option<&'a str>,
}

impl Stream<'_> {
    pub(super) fn write(&self, xml: &mut Xml) -> Result<(), TwimlError> {
        check(self.url, Address::Socket, "Stream")?;
        xml.element("Connect").children();
        let mut tag = xml.element("Stream").attribute("url", self.url);
        if let Some(callback) = self.status_callback {
            check(callback, Address::Callback, "Stream")?;
            tag = tag
                .attribute("statusCallback", callback)
                .attribute("statusCallbackMethod", "POST");
        }
        tag.children();
        for Parameter { name, value } in self.parameters {
            if name.is_empty() {
                return Err(TwimlError::Value {
                    verb: "Parameter",
                    attribute: "name",
                    why: "empty",
                });
            }
            xml.element("Parameter")
                .attribute("name", name)
                .attribute("value", value)
                .empty();
        }
        xml.close("Stream");
        xml.close("Connect");
        Ok(())
    }
}
