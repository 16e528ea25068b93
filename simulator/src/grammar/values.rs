//! Judges attribute values and texts of one element, as Twilio would when it runs the verb.
//! `grammar::check` calls it for each element whose name and place are right. It never changes a value.
//!
//! Source: Twilio docs `voice/twiml/record`, `play`, `say`, `gather`, `stream`, `dial`; API error pages.

use super::Finding;
use super::tree::Element;

/// The Google voices that Twilio lists for Hebrew; it has no Polly voice for it.
const HEBREW_VOICES: &[&str] = &[
    "Google.he-IL-Standard-A",
    "Google.he-IL-Standard-B",
    "Google.he-IL-Standard-C",
    "Google.he-IL-Standard-D",
    "Google.he-IL-Wavenet-A",
    "Google.he-IL-Wavenet-B",
    "Google.he-IL-Wavenet-C",
    "Google.he-IL-Wavenet-D",
];
const SCHEMA_WARNING: u32 = 12200;

/// What is wrong with the values of this element.
pub(super) fn judge(element: &Element, findings: &mut Vec<Finding>) {
    let mut judge = Judge { element, findings };
    judge.common();
    match element.name.as_str() {
        "Record" => judge.record(),
        "Say" => judge.say(),
        "Play" => judge.play(),
        "Pause" => judge.number("length", 0, 14_400),
        "Redirect" => judge.redirect(),
        "Reject" => judge.one_of("reason", &["rejected", "busy"]),
        "Gather" => judge.gather(),
        "Dial" => judge.dial(),
        "Number" => judge.phone(13224, "the number", element.text.trim()),
        "Stream" => judge.stream(),
        _ => {}
    }
}

struct Judge<'a> {
    element: &'a Element,
    findings: &'a mut Vec<Finding>,
}

impl Judge<'_> {
    fn warn(&mut self, code: u32, sentence: String) {
        let name = &self.element.name;
        self.findings
            .push(Finding::warning(code, format!("<{name}>: {sentence}")));
    }

    fn text_of(&self, name: &str) -> Option<String> {
        self.element.attribute(name).map(str::to_owned)
    }

    fn common(&mut self) {
        let named = |suffix: &'static str| {
            let all = self.element.attributes.iter();
            all.filter(move |(n, _)| n.to_ascii_lowercase().ends_with(suffix))
                .cloned()
                .collect::<Vec<_>>()
        };
        for (name, _) in named("method").into_iter().filter(|(n, _)| n != "paymentMethod") {
            self.one_of(&name, &["GET", "POST"]);
        }
        for (name, value) in named("callback")
            .into_iter()
            .chain(named("action"))
            .chain(named("url"))
        {
            if !value.is_empty() && self.element.name != "Stream" {
                self.address(&name, &value);
            }
        }
    }

    /// An http address, absolute or relative. Twilio refuses callback hosts with an underscore.
    fn address(&mut self, name: &str, value: &str) {
        if value != value.trim() || value.contains(char::is_whitespace) {
            return self.warn(11100, format!("{name} has white space in its address: {value:?}"));
        }
        let Some((scheme, rest)) = value.split_once("://") else {
            return;
        };
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        if !matches!(scheme, "http" | "https") || host.is_empty() {
            self.warn(11100, format!("{name} is not an http(s) address: {value:?}"));
        } else if host.contains('_') {
            self.warn(
                11100,
                format!("{name}: host names with an underscore are refused: {host}"),
            );
        }
    }

    fn one_of(&mut self, name: &str, allowed: &[&str]) {
        if let Some(value) = self.text_of(name)
            && !allowed.contains(&value.as_str())
        {
            self.warn(
                SCHEMA_WARNING,
                format!("{name}={value:?} is not one of {}", allowed.join(", ")),
            );
        }
    }

    fn number(&mut self, name: &str, least: u32, most: u32) {
        let Some(value) = self.text_of(name) else { return };
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        match value.parse::<u32>() {
            Ok(n) if digits && (least..=most).contains(&n) => {}
            _ => self.warn(
                SCHEMA_WARNING,
                format!("{name}={value:?} is not a whole number {least} to {most}"),
            ),
        }
    }

    fn characters(&mut self, name: &str, allowed: &str) {
        if let Some(value) = self.text_of(name)
            && let Some(bad) = value.chars().find(|c| !allowed.contains(*c))
        {
            self.warn(
                SCHEMA_WARNING,
                format!("{name}={value:?} holds {bad:?}; allowed are {allowed}"),
            );
        }
    }

    fn words(&mut self, name: &str, allowed: &[&str]) {
        let Some(value) = self.text_of(name) else { return };
        for word in value.split(' ').filter(|word| !allowed.contains(word)) {
            let list = allowed.join(" ");
            self.warn(
                SCHEMA_WARNING,
                format!("{name}: {word:?} is not one of (space-separated) {list}"),
            );
        }
    }

    fn boolean(&mut self, name: &str) {
        self.one_of(name, &["true", "false"]);
    }

    fn record(&mut self) {
        // 86400 needs an account with 24-hour calls; an answering engine never has a reason for it.
        self.number("maxLength", 2, 14_400);
        self.number("timeout", 0, 14_400);
        self.characters("finishOnKey", "0123456789#*");
        self.boolean("playBeep");
        self.one_of("trim", &["trim-silence", "do-not-trim"]);
        self.boolean("transcribe");
        self.words(
            "recordingStatusCallbackEvent",
            &["in-progress", "completed", "absent"],
        );
        if self.text_of("transcribe").as_deref() == Some("true") {
            self.warn(
                SCHEMA_WARNING,
                "transcribe=\"true\" understands American English only".into(),
            );
        }
        if self.text_of("action").is_none_or(|action| action.is_empty()) {
            let why = "no action: Twilio asks for the current document again, a loop in waiting";
            self.findings.push(Finding::note(format!("<Record>: {why}")));
        }
    }

    fn say(&mut self) {
        self.number("loop", 0, 1_000);
        let text = self.element.whole_text();
        if text.is_empty() {
            self.warn(SCHEMA_WARNING, "nothing to say".into());
        }
        if text.chars().count() > 4_096 {
            self.warn(SCHEMA_WARNING, "the text is longer than 4,096 characters".into());
        }
        let hebrew_text = text.chars().any(|c| ('\u{5D0}'..='\u{5EA}').contains(&c));
        let language = self.text_of("language");
        let voice = self.text_of("voice");
        let hebrew = language.as_deref() == Some("he-IL");
        let hebrew_voice = voice
            .as_deref()
            .is_some_and(|voice| HEBREW_VOICES.contains(&voice));
        if hebrew && !hebrew_voice {
            let voice = voice.as_deref().unwrap_or("(default)");
            let sentence = format!(
                "voice {voice:?} does not speak he-IL: a Google.he-IL-Standard or -Wavenet A to D does"
            );
            self.warn(SCHEMA_WARNING, sentence);
        } else if hebrew_voice && !hebrew {
            let language = language.as_deref().unwrap_or("(default en-US)");
            self.warn(
                SCHEMA_WARNING,
                format!("a Hebrew voice with the language {language:?}"),
            );
        } else if hebrew_text && !hebrew {
            let language = language.as_deref().unwrap_or("(default en-US)");
            self.warn(
                SCHEMA_WARNING,
                format!("Hebrew words would be spoken in {language:?}"),
            );
        }
    }

    fn play(&mut self) {
        self.number("loop", 0, 1_000);
        self.characters("digits", "0123456789ABCDwW#*");
        let url = self.element.text.trim().to_owned();
        if url.is_empty() && self.text_of("digits").is_none() {
            self.warn(11100, "no address to play".into());
        }
        self.address("text", &url);
    }

    fn redirect(&mut self) {
        let url = self.element.text.trim().to_owned();
        if url.is_empty() {
            self.warn(
                11100,
                "no address to go to (Twilio would ask for the current document again)".into(),
            );
        }
        self.address("text", &url);
    }

    fn gather(&mut self) {
        self.one_of("input", &["dtmf", "speech", "dtmf speech", "speech dtmf"]);
        self.number("timeout", 0, 600);
        self.number("numDigits", 1, 1_000);
        self.characters("finishOnKey", "0123456789#*");
        for name in ["profanityFilter", "bargeIn", "actionOnEmptyResult", "enhanced"] {
            self.boolean(name);
        }
        let speech_timeout = self.text_of("speechTimeout");
        if speech_timeout.as_deref() != Some("auto") {
            self.number("speechTimeout", 1, 600);
        } else if self.text_of("speechModel").is_some() {
            self.warn(
                13327,
                "speechTimeout=\"auto\" can't be used with speechModel".into(),
            );
        }
    }

    fn dial(&mut self) {
        self.number("timeout", 1, 600);
        self.number("timeLimit", 1, 14_400);
        self.boolean("hangupOnStar");
        self.boolean("answerOnBridge");
        self.one_of("trim", &["trim-silence", "do-not-trim"]);
        self.words(
            "recordingStatusCallbackEvent",
            &["in-progress", "completed", "absent"],
        );
        let direct = self.element.text.trim().to_owned();
        if direct.is_empty() && self.element.children.is_empty() {
            self.warn(13224, "nobody to call".into());
        }
        if !direct.is_empty() {
            self.phone(13224, "the number", &direct);
        }
        if let Some(caller) = self.text_of("callerId")
            && !caller.starts_with("client:")
        {
            self.phone(13214, "callerId", &caller);
        }
    }

    /// E.164, or digits in national form as Twilio tolerates them.
    fn phone(&mut self, code: u32, what: &str, value: &str) {
        let digits = value.strip_prefix('+').unwrap_or(value);
        let plain: String = digits
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.'))
            .collect();
        let good = (3..=15).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_digit());
        if !good {
            self.warn(code, format!("{what} {value:?} is not a telephone number"));
        }
    }

    fn stream(&mut self) {
        let url = self.text_of("url").unwrap_or_default();
        if !url.starts_with("wss://") {
            self.warn(11100, format!("url {url:?}: a stream wants wss://"));
        }
        if url.contains('?') {
            self.warn(
                SCHEMA_WARNING,
                "the query of a stream's url is thrown away; use <Parameter>".into(),
            );
        }
        self.one_of("track", &["inbound_track", "outbound_track", "both_tracks"]);
    }
}
