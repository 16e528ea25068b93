//! TwiML as a typed writer: what the carrier is told to do next (Twilio docs, "TwiML for Programmable Voice").
//! Called by the webhook edge with what `domain::call` decided. It can't write a verb or attribute that Twilio doesn't know,
//! because Twilio skips such a verb without a word (warning 12200); it never decides and never waits.

mod verbs;
mod write;

#[cfg(test)]
mod tests;

pub use verbs::{
    Dial, DialRecord, DialTarget, Gather, GatherInput, Language, Parameter, Record, RecordingEvent,
    RejectReason, Say, Stream, Trim, Voice,
};
use write::{Address, Xml};

/// The longest document that Twilio takes: 64 kB (error 11750).
pub const LIMIT_BYTES: usize = 64 * 1024;

/// Why a document can't be sent. The caller answers with a fixed one instead and logs this: it is a fault of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TwimlError {
    /// An address is not one that Twilio would call. The address itself is left out: it may carry a signed link.
    #[error("{verb}: {why}")]
    Address { verb: &'static str, why: &'static str },
    /// A value is outside what Twilio documents.
    #[error("{verb} {attribute}: {why}")]
    Value {
        verb: &'static str,
        attribute: &'static str,
        why: &'static str,
    },
    /// `<Reject>` only works as the first verb.
    #[error("Reject must be the first verb")]
    RejectNotFirst,
    /// More than [`LIMIT_BYTES`].
    #[error("{0} bytes of TwiML, and Twilio takes 65536")]
    TooLong(usize),
}

/// A document being written. The first thing that is wrong is kept and comes out of [`Response::finish`].
pub struct Response {
    xml: Xml,
    verbs: usize,
    error: Option<TwimlError>,
}

impl Default for Response {
    fn default() -> Self {
        Response::new()
    }
}

impl Response {
    /// An empty document. Left empty it hangs up.
    pub fn new() -> Response {
        Response {
            xml: Xml::document(),
            verbs: 0,
            error: None,
        }
    }

    /// `<Play>`: an absolute http(s) address, or a path on this host.
    pub fn play(self, url: &str) -> Response {
        self.verb(|xml| {
            write::check(url, Address::Callback, "Play")?;
            xml.element("Play").text(url);
            xml.close("Play");
            Ok(())
        })
    }

    /// `<Pause>`: seconds of silence, 1 or more.
    pub fn pause(self, seconds: u32) -> Response {
        self.verb(|xml| {
            write::within(seconds, 1..=600, ("Pause", "length"))?;
            xml.element("Pause").number("length", seconds).empty();
            Ok(())
        })
    }

    /// `<Record>`: listens. When nothing is said Twilio goes on to the next verb and never calls `action`: put one there.
    pub fn record(self, record: Record<'_>) -> Response {
        self.verb(|xml| record.write(xml))
    }

    /// `<Redirect method="POST">`: go on with the document of this address.
    pub fn redirect(self, url: &str) -> Response {
        self.verb(|xml| {
            write::check(url, Address::Callback, "Redirect")?;
            xml.element("Redirect").attribute("method", "POST").text(url);
            xml.close("Redirect");
            Ok(())
        })
    }

    /// `<Dial>`: puts the caller through.
    pub fn dial(self, dial: Dial<'_>) -> Response {
        self.verb(|xml| dial.write(xml))
    }

    /// `<Say>`: speech by Twilio.
    pub fn say(self, say: Say<'_>) -> Response {
        self.verb(|xml| say.write(xml))
    }

    /// `<Gather>`: keys or words, with the prompts that play meanwhile.
    pub fn gather(self, gather: Gather<'_>) -> Response {
        self.verb(|xml| gather.write(xml))
    }

    /// `<Connect><Stream>`: both ways sound over a WebSocket; the verbs after it run when our side closes the socket.
    pub fn connect_stream(self, stream: Stream<'_>) -> Response {
        self.verb(|xml| stream.write(xml))
    }

    /// `<Hangup>`.
    pub fn hangup(self) -> Response {
        self.verb(|xml| {
            xml.element("Hangup").empty();
            Ok(())
        })
    }

    /// `<Reject>`: refuses the call unanswered; only as the first verb.
    pub fn reject(self, reason: RejectReason) -> Response {
        let first = self.verbs == 0;
        self.verb(|xml| {
            if !first {
                return Err(TwimlError::RejectNotFirst);
            }
            xml.element("Reject").attribute("reason", reason.as_str()).empty();
            Ok(())
        })
    }

    /// The document: UTF-8, first byte `<`, at most 64 kB. To be sent as `text/xml`.
    pub fn finish(self) -> Result<String, TwimlError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let document = self.xml.finish();
        if document.len() > LIMIT_BYTES {
            Err(TwimlError::TooLong(document.len()))
        } else {
            Ok(document)
        }
    }

    fn verb(mut self, write: impl FnOnce(&mut Xml) -> Result<(), TwimlError>) -> Response {
        if self.error.is_none() {
            self.error = write(&mut self.xml).err();
            self.verbs += 1;
        }
        self
    }
}
