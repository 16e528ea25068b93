//! Carries what the layers give it to where it goes: one thread with a runtime of its own, so that it
//! works while the engine's is busy and still works when that has stopped. Dropped, it carries what
//! waits and ends, within a few seconds.

use super::TelemetryError;
use crate::outbound;
use bytes::Bytes;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, oneshot};

/// One request may take this long.
const LIMIT: Duration = Duration::from_secs(5);
/// Reports that may be on their way at once; what comes beyond it is dropped.
const AT_ONCE: usize = 32;
/// How long a stop waits for what is on its way.
const PATIENCE: Duration = Duration::from_secs(3);

/// The thread's handle. Cheap to clone; the last one dropped ends it.
#[derive(Clone, Debug)]
pub struct Courier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: reqwest::Client,
    runtime: Handle,
    places: Arc<Semaphore>,
    under_way: Arc<AtomicUsize>,
    /// Dropped with us: the thread's sign to end.
    _stop: oneshot::Sender<()>,
}

impl Courier {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the machine gives no thread, or TLS has no provider.
    pub fn start() -> Result<Self, TelemetryError> {
        let failed = |error: &dyn std::fmt::Display| TelemetryError(error.to_string());
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| failed(&e))?;
        let client = outbound::configured_client().map_err(|e| failed(&e))?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::Builder::new()
            .name("telemetry".into())
            .spawn(move || {
                // Ends when the sender is dropped.
                let _ = runtime.block_on(stopped);
            })
            .map_err(|e| failed(&e))?;
        Ok(Self(Arc::new(Inner {
            client,
            runtime: handle,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            under_way: Arc::default(),
            _stop: stop,
        })))
    }

    /// Sends it if there is a place; nobody waits, and nothing is tried twice.
    pub(super) fn send(&self, request: reqwest::RequestBuilder) {
        let Ok(place) = self.0.places.clone().try_acquire_owned() else {
            metrics::counter!("telemetry_dropped_total").increment(1);
            return;
        };
        let under_way = self.0.under_way.clone();
        under_way.fetch_add(1, Ordering::AcqRel);
        self.0.runtime.spawn(async move {
            let sent = request.timeout(LIMIT).send().await;
            if !sent.is_ok_and(|response| response.status().is_success()) {
                metrics::counter!("telemetry_dropped_total").increment(1);
            }
            under_way.fetch_sub(1, Ordering::AcqRel);
            drop(place);
        });
    }

    pub(super) fn post(&self, url: impl reqwest::IntoUrl) -> reqwest::RequestBuilder {
        self.0.client.post(url)
    }

    /// Waits until nothing is on its way, or for as long as a stop waits.
    pub fn finish(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.0.under_way.load(Ordering::Acquire) > 0 && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// How the exporter of spans sends; it waits on a thread of its own.
#[async_trait::async_trait]
impl HttpClient for Courier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let client = self.0.client.clone();
        let sent = self.0.runtime.spawn(async move {
            let asked = async {
                let answer = client.execute(request).await?;
                let status = answer.status();
                Ok::<_, reqwest::Error>((status, answer.bytes().await?))
            };
            tokio::time::timeout(LIMIT, asked).await
        });
        let (status, body) = sent.await???;
        if !status.is_success() {
            metrics::counter!("telemetry_dropped_total").increment(1);
        }
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}
