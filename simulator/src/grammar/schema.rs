//! The shape of TwiML for voice: which element may stand in which, and which attributes each may carry.
//! `grammar::check` reads it. It holds names only; values are judged in `grammar::values`.
//! Never taken from the engine: it was read off the classes of Twilio's official Python library, 9.13.0.

/// What may be inside an element.
pub(super) struct Shape {
    pub attributes: &'static [&'static str],
    pub children: &'static [&'static str],
    /// Whether text directly inside means something.
    pub text: bool,
}

const fn shape(attributes: &'static [&'static str], children: &'static [&'static str], text: bool) -> Shape {
    Shape { attributes, children, text }
}

const VERBS: &[&str] = &[
    "Connect", "Dial", "Echo", "Enqueue", "Gather", "Hangup", "Leave", "Pause", "Play", "Queue", "Record", "Redirect",
    "Reject", "Say", "Sms", "Pay", "Prompt", "Start", "Stop", "Refer",
];
const SSML: &[&str] = &["break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"];
const STREAM: &[&str] = &[
    "name",
    "connectorName",
    "url",
    "track",
    "statusCallback",
    "statusCallbackMethod",
    "audioFormat",
    "sampleRate",
];
const SIPREC: &[&str] = &["name", "connectorName", "track", "statusCallback", "statusCallbackMethod"];
const TRANSCRIPTION: &[&str] = &[
    "name", "track", "statusCallbackUrl", "statusCallbackMethod", "inboundTrackLabel", "outboundTrackLabel",
    "partialResults", "languageCode", "transcriptionEngine", "profanityFilter", "speechModel", "hints",
    "enableAutomaticPunctuation", "intelligenceService",
];
const START_RECORDING: &[&str] = &[
    "recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent", "trim", "track",
    "channels", "recordingConfigurationId",
];
const DIAL: &[&str] = &[
    "action", "method", "timeout", "hangupOnStar", "timeLimit", "callerId", "record", "trim",
    "recordingStatusCallback", "recordingConfigurationId", "recordingStatusCallbackMethod",
    "recordingStatusCallbackEvent", "answerOnBridge", "ringTone", "recordingTrack", "sequential", "referUrl",
    "referMethod", "events", "passports",
];
const NUMBER: &[&str] = &[
    "sendDigits", "url", "method", "statusCallbackEvent", "statusCallback", "statusCallbackMethod", "byoc",
    "machineDetection", "amdStatusCallbackMethod", "amdStatusCallback", "machineDetectionTimeout",
    "machineDetectionSpeechThreshold", "machineDetectionSpeechEndThreshold", "machineDetectionSilenceTimeout",
];
const SIP: &[&str] = &[
    "username", "password", "url", "method", "statusCallbackEvent", "statusCallback", "statusCallbackMethod",
    "machineDetection", "amdStatusCallbackMethod", "amdStatusCallback", "machineDetectionTimeout",
    "machineDetectionSpeechThreshold", "machineDetectionSpeechEndThreshold", "machineDetectionSilenceTimeout",
];
const CONFERENCE: &[&str] = &[
    "muted", "beep", "startConferenceOnEnter", "endConferenceOnExit", "waitUrl", "waitMethod", "maxParticipants",
    "record", "recordingConfigurationId", "region", "coach", "trim", "statusCallbackEvent", "statusCallback",
    "statusCallbackMethod", "recordingStatusCallback", "recordingStatusCallbackMethod",
    "recordingStatusCallbackEvent", "eventCallbackUrl", "jitterBufferSize", "participantLabel",
];
const GATHER: &[&str] = &[
    "input", "action", "method", "timeout", "speechTimeout", "maxSpeechTime", "profanityFilter", "finishOnKey",
    "numDigits", "partialResultCallback", "partialResultCallbackMethod", "language", "hints", "bargeIn", "debug",
    "actionOnEmptyResult", "speechModel", "enhanced",
];
const RECORD: &[&str] = &[
    "action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim", "recordingStatusCallback",
    "recordingStatusCallbackMethod", "recordingStatusCallbackEvent", "transcribe", "transcribeCallback",
    "recordingConfigurationId",
];
const PAY: &[&str] = &[
    "input", "action", "bankAccountType", "statusCallback", "statusCallbackMethod", "timeout", "maxAttempts",
    "securityCode", "postalCode", "minPostalCodeLength", "paymentConnector", "paymentMethod", "tokenType",
    "chargeAmount", "currency", "description", "validCardTypes", "language",
];
const RELAY: &[&str] = &[
    "url", "language", "ttsLanguage", "transcriptionLanguage", "ttsProvider", "voice", "transcriptionProvider",
    "speechModel", "profanityFilter", "dtmfDetection", "welcomeGreeting", "partialPrompts",
    "welcomeGreetingInterruptible", "interruptible", "preemptible", "hints", "intelligenceService",
    "reportInputDuringAgentSpeech", "elevenlabsTextNormalization", "interruptSensitivity", "debug",
    "backgroundNoiseReduction", "speechTimeout", "deepgramSmartFormat", "ignoreBackchannel", "events",
    "partialPromptOnHangup", "eagerEotThreshold", "asrSmartFormat", "ttsTextNormalization",
    "ttsLanguageTextNormalization", "elevenlabsLanguageTextNormalization", "includeInPrompt", "customerName",
    "applicationReconnect", "echoPromptFiltering", "turnDetection",
];
const CONVERSATION: &[&str] = &[
    "serviceInstanceSid", "inboundAutocreation", "routingAssignmentTimeout", "inboundTimeout", "url", "method",
    "record", "trim", "recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent",
    "statusCallback", "statusCallbackMethod", "statusCallbackEvent",
];
const APPLICATION: &[&str] = &[
    "url", "method", "statusCallbackEvent", "statusCallback", "statusCallbackMethod", "customerId", "copyParentTo",
];
const CALLED: &[&str] = &["url", "method", "statusCallbackEvent", "statusCallback", "statusCallbackMethod"];

/// The shape of an element that stands in `parent`, or `None` when nothing of that name is known there.
pub(super) fn of(name: &str, parent: &str) -> Option<Shape> {
    let in_schema = match parent {
        "" => name == "Response",
        _ => children_of(parent).contains(&name),
    };
    in_schema.then(|| element(name, parent)).flatten()
}

/// The children that `parent` may have; names are unique enough to be looked up without their own parents.
fn children_of(parent: &str) -> &'static [&'static str] {
    element(parent, "").or_else(|| element(parent, "Dial")).map_or(&[], |shape| shape.children)
}

fn element(name: &str, parent: &str) -> Option<Shape> {
    let nested_sip = parent == "Refer";
    Some(match name {
        "Response" => shape(&[], VERBS, false),
        "Say" => shape(&["voice", "loop", "language"], SSML, true),
        "Play" => shape(&["loop", "digits"], &[], true),
        "Pause" => shape(&["length"], &[], false),
        "Record" => shape(RECORD, &[], false),
        "Redirect" => shape(&["method"], &[], true),
        "Hangup" => shape(&[], &["Parameter"], false),
        "Reject" => shape(&["reason"], &["Parameter"], false),
        "Gather" => shape(GATHER, &["Say", "Pause", "Play"], false),
        "Dial" => shape(
            DIAL,
            &["Client", "Conference", "Number", "Queue", "Sim", "Sip", "Application", "WhatsApp"],
            true,
        ),
        "Number" => shape(NUMBER, &[], true),
        "Client" => shape(CALLED, &["Identity", "Parameter"], true),
        "WhatsApp" => shape(CALLED, &[], true),
        "Conference" => shape(CONFERENCE, &[], true),
        "Queue" => shape(&["url", "method", "reservationSid", "postWorkActivitySid"], &[], true),
        "Sip" if nested_sip => shape(&[], &[], true),
        "Sip" => shape(SIP, &["Uri", "Headers"], true),
        "Application" => shape(APPLICATION, &["ApplicationSid", "Parameter"], true),
        "Connect" => shape(
            &["action", "method"],
            &[
                "Room", "Autopilot", "Stream", "VirtualAgent", "Conversation", "ConversationRelay", "AiSession",
                "ConversationRelaySession",
            ],
            false,
        ),
        "Start" => shape(&["action", "method"], &["Stream", "Siprec", "Transcription", "Recording"], false),
        "Stop" => shape(&[], &["Stream", "Siprec", "Transcription"], false),
        "Stream" => shape(STREAM, &["Parameter"], false),
        "Siprec" => shape(SIPREC, &["Parameter"], false),
        "Transcription" => shape(TRANSCRIPTION, &["Config", "Parameter"], false),
        "Recording" => shape(START_RECORDING, &[], false),
        "ConversationRelay" => shape(RELAY, &["Language", "Parameter"], false),
        "Conversation" => shape(CONVERSATION, &[], false),
        _ => return rare(name),
    })
}

/// Elements that a phone-answering engine hardly meets.
fn rare(name: &str) -> Option<Shape> {
    Some(match name {
        "Echo" | "Leave" => shape(&[], &[], false),
        "Sim" | "Uri" | "Identity" | "ApplicationSid" | "Autopilot" => shape(&[], &[], true),
        "Room" => shape(&["participantIdentity"], &[], true),
        "Enqueue" => shape(
            &["action", "maxQueueSize", "method", "waitUrl", "waitUrlMethod", "workflowSid"],
            &["Task"],
            true,
        ),
        "Task" => shape(&["priority", "timeout"], &[], true),
        "Sms" => shape(&["to", "from", "action", "method", "statusCallback"], &[], true),
        "Pay" => shape(PAY, &["Prompt", "Parameter"], false),
        "Prompt" => shape(
            &["for", "errorType", "cardType", "attempt", "requireMatchingInputs"],
            &["Say", "Play", "Pause"],
            false,
        ),
        "Refer" => shape(&["action", "method"], &["Sip"], false),
        "Headers" => shape(&[], &["Header"], false),
        "Header" | "Parameter" | "Config" => shape(&["name", "value"], &[], false),
        "Language" => shape(
            &["code", "ttsProvider", "voice", "transcriptionProvider", "speechModel", "hints", "asrSmartFormat",
              "ttsTextNormalization", "ttsLanguageTextNormalization"],
            &[],
            false,
        ),
        "VirtualAgent" => shape(
            &["connectorName", "language", "sentimentAnalysis", "statusCallback", "statusCallbackMethod"],
            &["Config", "Parameter"],
            false,
        ),
        "AiSession" => shape(&["aiConnector", "aiSessionConfiguration"], &[], false),
        "ConversationRelaySession" => shape(&["connector", "sessionConfiguration"], &[], false),
        "break" => shape(&["strength", "time"], &[], false),
        "emphasis" => shape(&["level"], SSML, true),
        "lang" => shape(&["xml:lang"], SSML, true),
        "p" | "s" => shape(&[], SSML, true),
        "phoneme" => shape(&["alphabet", "ph"], &[], true),
        "prosody" => shape(&["volume", "rate", "pitch"], SSML, true),
        "say-as" => shape(&["interpret-as", "role"], &[], true),
        "sub" => shape(&["alias"], &[], true),
        "w" => shape(&["role"], SSML, true),
        _ => return None,
    })
}

/// Whether the name is an element of TwiML anywhere, to tell bad nesting from a misspelling.
pub(super) fn known(name: &str) -> bool {
    element(name, "").is_some()
}
