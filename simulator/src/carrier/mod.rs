//! The carrier: an HTTP server on loopback that plays Twilio's REST and recording storage, and places calls at an
//! engine. Tests, the demo and the benches start one. It never listens on, nor contacts, anything but loopback.

mod control;
mod messages;
mod placing;
mod rest;
mod serving;
mod state;

#[cfg(test)]
mod tests;

pub use control::{CallRequest, Line};
pub use messages::Message;
pub(crate) use rest::{Answer, twilio_error, with_json};
#[cfg(test)]
pub(crate) use serving::silent_mp3;
pub(crate) use state::{CachedMedia, CallRow, Inner, Update, millis, new_sid, rfc2822};
pub use state::{LedgerEntry, RecordingFault};

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::call::{CallPlan, CallReport};
use crate::voice::{Babble, CallerVoice, Listener};
use crate::whatsapp::WhatsApp;

/// How a carrier is set up.
#[derive(Clone)]
pub struct CarrierOptions {
    /// Where to listen; port 0 takes any free one.
    pub address: SocketAddr,
    /// `AC…`, 34 characters: also the user name of REST.
    pub account_sid: String,
    /// The primary auth token: signs webhooks, and is the password of REST.
    pub auth_token: String,
    /// Real time from the end of a recording until its media is there; 404 before.
    pub recording_delay: Duration,
    /// How callers speak.
    pub voice: Arc<dyn CallerVoice>,
    /// Hears what is played, for `heard_text`; `None`: nobody listens.
    pub listener: Option<Arc<dyn Listener>>,
}

impl CarrierOptions {
    /// Any free port, babbling callers, recordings at once.
    pub fn new(account_sid: impl Into<String>, auth_token: impl Into<String>) -> Self {
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            account_sid: account_sid.into(),
            auth_token: auth_token.into(),
            recording_delay: Duration::ZERO,
            voice: Arc::new(Babble),
            listener: None,
        }
    }
}

impl std::fmt::Debug for CarrierOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CarrierOptions")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// A running carrier. Clones are the same carrier; it stops when the last one is dropped.
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use simulator::{CallPlan, Carrier, CarrierOptions, Engine};
///
/// let carrier = Carrier::start(CarrierOptions::new("AC00000000000000000000000000000001", "token")).await?;
/// let engine = Engine::behind("http://127.0.0.1:8080", "https://phone.example");
/// let plan = CallPlan::new(engine, "+972501234567", "+97231234567").saying(["אני מחפש דירה בתל אביב"]);
/// let report = carrier.place_call(plan).await;
/// report.assert_clean();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Carrier {
    inner: Arc<Inner>,
    address: SocketAddr,
    _server: Arc<Server>,
}

struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Carrier {
    /// Binds and serves. An address that is not loopback is refused with `InvalidInput`.
    pub async fn start(options: CarrierOptions) -> io::Result<Self> {
        if !options.address.ip().is_loopback() {
            let why = format!("{} is not loopback", options.address);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let listener = TcpListener::bind(options.address).await?;
        let address = listener.local_addr()?;
        let inner = Inner::new(options, format!("http://{address}"));
        let router = rest::router(inner.clone());
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the carrier stopped serving");
            }
        });
        Ok(Self {
            inner,
            address,
            _server: Arc::new(Server(server)),
        })
    }

    /// `http://127.0.0.1:PORT`: what `TWILIO_API_BASE` of the engine must be.
    pub fn base(&self) -> &str {
        &self.inner.base
    }

    /// The WhatsApp side of it: Twilio's, Meta's and a bridge's.
    pub fn whatsapp(&self) -> WhatsApp {
        WhatsApp::of(self.inner.clone())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Places a call and follows it to its end. Whatever goes wrong is in the report.
    pub async fn place_call(&self, plan: CallPlan) -> CallReport {
        crate::call::place(self.inner.clone(), plan).await
    }

    /// How recordings are served from now on, unless their call's plan says otherwise.
    pub fn serve_recordings(&self, fault: RecordingFault) {
        self.inner.books().fault = fault;
    }

    /// From now on every unknown recording exists and is this WAV: for load, which invents its identifiers.
    pub fn answer_any_recording(&self, wav: Bytes) {
        self.inner.books().any_recording = Some(wav);
    }

    /// Makes a recording that no callback tells of, as after a lost one: for reconciliation. Gives its `RE…`.
    pub fn make_recording(&self, call_sid: &str, wav: Bytes, seconds: u64) -> String {
        self.inner.keep_recording(call_sid, (wav, seconds), None)
    }

    /// Every request received so far, in the order of their answers.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.inner.books().ledger.clone()
    }

    /// `RecordingUrl` of a recording.
    pub fn recording_url(&self, sid: &str) -> String {
        self.inner.recording_url(sid)
    }

    /// The WAV of a recording as it was made, whatever faults it is served with. `None` when there is none.
    pub fn media_of(&self, sid: &str) -> Option<Bytes> {
        self.inner.books().recording(sid).map(|row| row.wav.clone())
    }

    /// Identifiers of all recordings that are not deleted.
    pub fn recordings(&self) -> Vec<String> {
        let books = self.inner.books();
        books
            .recordings
            .values()
            .filter(|row| !row.deleted)
            .map(|row| row.sid.clone())
            .collect()
    }
}
