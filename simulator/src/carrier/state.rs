//! What the carrier remembers: calls, recordings, its ledger of requests and its cache of played files. The REST side
//! and the call runner share it. It is memory only, and gone with the process, as a test wants it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::CarrierOptions;
use crate::whatsapp::Desk;

/// How the media of a recording is served.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingFault {
    /// As Twilio serves it.
    #[default]
    None,
    /// 302 to this address (with the file's path added when it ends with `/`).
    RedirectTo(String),
    /// A WAV whose header promises an hour.
    LyingLength,
    /// An MP3 called `.wav` and `audio/x-wav`.
    Mp3,
    /// 200 and no bytes.
    Empty,
    /// 200 and bytes that are no sound.
    Garbage,
    /// The head comes, the body never does.
    Hang,
    /// A status such as 500 or 429, with Twilio's error body.
    Status(u16),
    /// This many bytes a second.
    Slow(u32),
    /// 404 for ever.
    Never,
}

/// One request that the carrier received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// HTTP method.
    pub method: String,
    /// Path, and query if any.
    pub path: String,
    /// Whether it carried the account's credentials.
    pub authorised: bool,
    /// What was answered.
    pub status: u16,
    /// `X-Request-ID`, if any.
    pub request_id: Option<String>,
}

/// A change of a live call over REST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Update {
    Complete,
    Url { url: String, get: bool },
    Twiml(String),
}

/// A call as REST shows it.
#[derive(Debug)]
pub(crate) struct CallRow {
    pub sid: String,
    pub from: String,
    pub to: String,
    pub status: String,
    pub direction: &'static str,
    pub created: Timestamp,
    pub ended: Option<(Timestamp, u64)>,
    pub updates: mpsc::Sender<Update>,
}

/// A recording and its file.
#[derive(Debug, Clone)]
pub(crate) struct RecordingRow {
    pub sid: String,
    pub call_sid: String,
    pub wav: Bytes,
    pub seconds: u64,
    pub created: Timestamp,
    pub available: Instant,
    pub fault: Option<RecordingFault>,
    pub deleted: bool,
}

/// A played file as Twilio caches it.
#[derive(Debug, Clone)]
pub(crate) struct CachedMedia {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// `Cache-Control: no-cache`, `max-age=0` or age over: asks again with its validators.
    pub revalidate: bool,
    pub fresh_until: Option<Instant>,
    pub content_type: String,
    pub bytes: Bytes,
}

#[derive(Debug, Default)]
pub(crate) struct Books {
    pub calls: BTreeMap<u64, CallRow>,
    pub recordings: BTreeMap<u64, RecordingRow>,
    by_sid: HashMap<String, u64>,
    next: u64,
    pub ledger: Vec<LedgerEntry>,
    pub messages: Vec<super::messages::Message>,
    pub media: HashMap<String, CachedMedia>,
    pub fault: RecordingFault,
    pub any_recording: Option<Bytes>,
}

/// The carrier's state, shared by its server and its calls.
pub(crate) struct Inner {
    pub options: CarrierOptions,
    pub base: String,
    books: Mutex<Books>,
    whatsapp: Mutex<Desk>,
}

impl Inner {
    pub fn new(options: CarrierOptions, base: String) -> Arc<Self> {
        Arc::new(Self {
            options,
            base,
            books: Mutex::default(),
            whatsapp: Mutex::default(),
        })
    }

    /// The books; a panic of another holder does not make them unreadable.
    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the providers of WhatsApp know.
    pub fn whatsapp(&self) -> MutexGuard<'_, Desk> {
        self.whatsapp.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The path below which all of the account's resources are.
    pub fn account_path(&self) -> String {
        format!("/2010-04-01/Accounts/{}", self.options.account_sid)
    }

    /// `RecordingUrl` of a recording.
    pub fn recording_url(&self, sid: &str) -> String {
        format!("{}{}/Recordings/{sid}", self.base, self.account_path())
    }

    pub fn keep_recording(
        &self,
        call_sid: &str,
        media: (Bytes, u64),
        fault: Option<RecordingFault>,
    ) -> String {
        let sid = new_sid("RE");
        let (wav, seconds) = media;
        let available = Instant::now() + self.options.recording_delay;
        let (call_sid, created) = (call_sid.to_owned(), Timestamp::now());
        let row = RecordingRow {
            sid: sid.clone(),
            call_sid,
            wav,
            seconds,
            created,
            available,
            fault,
            deleted: false,
        };
        let mut books = self.books();
        let key = books.key(&sid);
        books.recordings.insert(key, row);
        sid
    }
}

impl Books {
    fn key(&mut self, sid: &str) -> u64 {
        self.next += 1;
        self.by_sid.insert(sid.to_owned(), self.next);
        self.next
    }

    pub fn keep_call(&mut self, row: CallRow) {
        let key = self.key(&row.sid);
        self.calls.insert(key, row);
    }

    pub fn call(&mut self, sid: &str) -> Option<&mut CallRow> {
        let key = self.by_sid.get(sid)?;
        self.calls.get_mut(key)
    }

    pub fn recording(&mut self, sid: &str) -> Option<&mut RecordingRow> {
        let key = self.by_sid.get(sid)?;
        self.recordings.get_mut(key)
    }
}

/// A new identifier as Twilio makes them: two letters and 32 hexadecimal digits.
pub(crate) fn new_sid(prefix: &str) -> String {
    format!("{prefix}{}", uuid::Uuid::new_v4().simple())
}

/// A time as Twilio writes it (RFC 2822, UTC).
pub(crate) fn rfc2822(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Real seconds of a duration for a report.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
