//! A strict reader of TwiML: takes a webhook's whole answer and says what Twilio would refuse or warn of, with Twilio's
//! error code and a sentence. The call runner and the load generator call it, and any test may.
//! It never forgives what Twilio does not, and never imports the engine's own writer.
//!
//! Source: Twilio docs `voice/twiml`, the API error pages, the grammar of the official Python library 9.13.0.

// Tables of names, kept as rows: one name a line would be 300 lines that nobody reads.
#[rustfmt::skip]
mod schema;
mod tree;
mod values;
mod verbs;

#[cfg(test)]
mod tests;

pub use verbs::{Dial, Gather, Method, Play, Record, Say, Target, Verb};

use serde::{Deserialize, Serialize};
use tree::Element;

/// The largest document that Twilio takes, in bytes (error 11750).
pub const LARGEST_BYTES: usize = 64 * 1024;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing, and no fault by itself.
    Note,
    /// Twilio logs it and skips or bends the verb: the caller may hear nothing.
    Warning,
    /// Twilio stops here: the caller hears "an application error has occurred".
    Refusal,
}

/// One thing that Twilio would say about an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Twilio's error code; notes have none.
    pub code: Option<u32>,
    /// What is wrong, in one sentence.
    pub sentence: String,
}

impl Finding {
    fn refusal(code: u32, sentence: impl Into<String>) -> Self {
        Self {
            severity: Severity::Refusal,
            code: Some(code),
            sentence: sentence.into(),
        }
    }

    fn warning(code: u32, sentence: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            code: Some(code),
            sentence: sentence.into(),
        }
    }

    fn note(sentence: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            code: None,
            sentence: sentence.into(),
        }
    }
}

/// An answer as Twilio reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The verbs Twilio would run, in order; empty when the answer was refused, and when the document is empty
    /// (which hangs up).
    pub verbs: Vec<Verb>,
    /// Everything that was found, worst not necessarily first.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether Twilio would stop at this answer.
    pub fn refused(&self) -> bool {
        self.worst() == Some(Severity::Refusal)
    }

    /// Whether there is neither a refusal nor a warning.
    pub fn clean(&self) -> bool {
        self.worst().is_none_or(|worst| worst == Severity::Note)
    }

    fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    fn refuse(finding: Finding) -> Self {
        Self {
            verbs: Vec::new(),
            findings: vec![finding],
        }
    }
}

/// Reads the answer to a request for TwiML: status, `Content-Type` and body.
pub fn check(status: u16, content_type: Option<&str>, body: &[u8]) -> Checked {
    match acceptable(status, content_type, body) {
        Ok(text) => check_document(text),
        Err(finding) => Checked::refuse(finding),
    }
}

/// Reads a document alone, as when TwiML is given over REST.
pub fn check_document(text: &str) -> Checked {
    if text.starts_with(char::is_whitespace) {
        return Checked::refuse(Finding::refusal(12100, "white space before the document"));
    }
    let root = match tree::parse(text) {
        Ok(root) => root,
        Err(why) => return Checked::refuse(Finding::refusal(12100, format!("not well-formed XML: {why}"))),
    };
    if root.name != "Response" {
        let sentence = format!("the root is <{}>, not <Response>", root.name);
        return Checked::refuse(Finding::refusal(12100, sentence));
    }
    let mut findings = Vec::new();
    names(&root, "", &mut findings);
    let verbs = root
        .children
        .iter()
        .filter(|child| schema::of(&child.name, "Response").is_some());
    let verbs: Vec<Verb> = verbs.map(|child| Verb::from(&without_strangers(child))).collect();
    reachable(&verbs, &mut findings);
    Checked { verbs, findings }
}

fn acceptable<'a>(status: u16, content_type: Option<&str>, body: &'a [u8]) -> Result<&'a str, Finding> {
    if !(200..300).contains(&status) {
        return Err(Finding::refusal(
            11200,
            format!("HTTP status {status} instead of 2xx"),
        ));
    }
    let Some(content_type) = content_type else {
        return Err(Finding::refusal(12300, "no Content-Type"));
    };
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    if !matches!(essence.as_str(), "text/xml" | "application/xml") {
        let sentence = format!("Content-Type {content_type:?} is neither text/xml nor application/xml");
        return Err(Finding::refusal(12300, sentence));
    }
    if let Some((_, charset)) = content_type.to_ascii_lowercase().split_once("charset=")
        && charset.trim_matches(['"', ' ']) != "utf-8"
    {
        return Err(Finding::refusal(
            12300,
            format!("Content-Type {content_type:?}: only UTF-8 is safe"),
        ));
    }
    if body.len() > LARGEST_BYTES {
        return Err(Finding::refusal(
            11750,
            format!("{} bytes of TwiML, more than {LARGEST_BYTES}", body.len()),
        ));
    }
    let text = std::str::from_utf8(body).map_err(|_| Finding::refusal(12100, "the document is not UTF-8"))?;
    if text.starts_with('\u{FEFF}') {
        return Err(Finding::refusal(12100, "a byte order mark before the document"));
    }
    Ok(text)
}

/// Judges names, nesting, stray text and values of an element and what it holds.
fn names(element: &Element, parent: &str, findings: &mut Vec<Finding>) {
    let name = &element.name;
    let Some(shape) = schema::of(name, parent) else {
        let sentence = if schema::known(name) {
            format!("<{name}> may not stand inside <{parent}>")
        } else {
            format!("<{name}> is no verb or noun of TwiML (names are case-sensitive)")
        };
        return findings.push(Finding::warning(12200, sentence));
    };
    for (attribute, _) in &element.attributes {
        let xmlns = attribute.starts_with("xmlns") || attribute.starts_with("xsi:");
        let of_root = parent.is_empty() && xmlns;
        if !of_root && !shape.attributes.contains(&attribute.as_str()) {
            let sentence = format!("<{name}> has no attribute {attribute:?} (names are case-sensitive)");
            findings.push(Finding::warning(12200, sentence));
        }
    }
    if !shape.text && !element.text.trim().is_empty() {
        let sentence = format!("text {:?} directly inside <{name}>", element.text.trim());
        findings.push(Finding::warning(12200, sentence));
    }
    values::judge(element, findings);
    for child in &element.children {
        names(child, name, findings);
    }
}

/// The element as Twilio goes on with it: children that have no place there are skipped.
fn without_strangers(element: &Element) -> Element {
    let mut kept = element.clone();
    kept.children = element
        .children
        .iter()
        .filter(|child| schema::of(&child.name, &element.name).is_some())
        .map(without_strangers)
        .collect();
    kept
}

/// Notes the verbs that can never run, or only when the caller says nothing.
fn reachable(verbs: &[Verb], findings: &mut Vec<Finding>) {
    for (at, verb) in verbs.iter().enumerate() {
        let after: Vec<&str> = verbs[at + 1..].iter().map(Verb::name).collect();
        if matches!(verb, Verb::Reject { .. }) && at > 0 {
            findings.push(Finding::warning(
                12200,
                "<Reject> after another verb: the call is already answered",
            ));
        }
        if after.is_empty() {
            if matches!(verb, Verb::Record(_)) {
                findings.push(Finding::note(
                    "<Record> is the last verb: a silent caller is hung up on",
                ));
            }
            continue;
        }
        let list = after.join(", ");
        match verb {
            Verb::Redirect(_) | Verb::Hangup | Verb::Reject { .. } => {
                findings.push(Finding::note(format!(
                    "never reached after <{}>: {list}",
                    verb.name()
                )));
                return;
            }
            Verb::Record(_) => {
                findings.push(Finding::note(format!(
                    "reached only when the caller says nothing: {list}"
                )));
            }
            _ => {}
        }
    }
}
