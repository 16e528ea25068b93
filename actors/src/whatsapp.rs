//! WhatsApp as it lives: what arrives is made durable and told, what was written is sent, files are fetched, and the assistant
//! answers where a business wants it. Rows first in all of it; a kill anywhere costs time, and a message only where
//! the provider can't be asked, which a person is then shown.

mod answering;
mod arriving;
mod fetching;
mod sending;

pub use sending::SendingLimits;

use crate::sessions::Sessions;
use crate::speech::Speech;
use futures_util::FutureExt;
use gateways::whatsapp::Provider;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use store::directory::Directory;
use store::recordings::Worker;
use store::whatsapp::{ChannelRow, News, Took};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Why a number has no client: what a person has to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct NoClient {
    pub code: &'static str,
    pub detail: String,
}

/// Makes clients of numbers: what they need of secrets and addresses is known to who wires the engine.
pub trait Providers: Send + Sync {
    /// The client of a number.
    ///
    /// # Errors
    /// When something that it needs is not set.
    fn of(&self, channel: &ChannelRow) -> Result<Arc<dyn Provider>, NoClient>;

    /// Where a provider fetches a file of ours from, for some minutes.
    fn link(&self, business: i64, file: i64) -> String;

    /// Where a provider tells how far a message came, if it wants to be told where.
    fn status_callback(&self) -> Option<String>;
}

/// Says that there may be something to do. Cheap to clone; a missed one costs a tick.
#[derive(Clone, Default)]
pub struct WhatsappBell {
    send: Arc<Notify>,
    fetch: Arc<Notify>,
    answer: Arc<Notify>,
}

impl WhatsappBell {
    /// Something was written.
    pub fn written(&self) {
        self.send.notify_one();
    }

    fn arrived(&self) {
        self.fetch.notify_one();
        self.answer.notify_one();
    }
}

/// What the workers need.
#[derive(Clone)]
pub struct Whatsapp {
    pub store: Store,
    pub worker: Worker,
    pub providers: Arc<dyn Providers>,
    pub sessions: Sessions,
    pub speech: Speech,
    pub directory: Directory,
    pub limits: SendingLimits,
    pub bell: WhatsappBell,
}

/// Running.
pub struct WhatsappTasks {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl WhatsappTasks {
    /// Claims nothing more, and waits a little for what is on its way.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

impl Whatsapp {
    /// Starts the sender, the fetcher and the assistant on the current runtime.
    pub fn start(self) -> WhatsappTasks {
        let (this, stop) = (Arc::new(self), CancellationToken::new());
        for (queue, bound) in [
            ("whatsapp_send", this.limits.at_once),
            ("whatsapp_fetch", fetching::AT_ONCE),
        ] {
            metrics::gauge!("queue_bound", "queue" => queue).set(bound as f64);
            metrics::gauge!("queue_depth", "queue" => queue).set(0.0);
        }
        for outcome in sending::OUTCOMES {
            metrics::counter!("whatsapp_sends_total", "outcome" => outcome).increment(0);
        }
        for news in arriving::NEWS {
            metrics::counter!("whatsapp_arrived_total", "news" => news).increment(0);
        }
        let (sender, fetcher, assistant) = (this.clone(), this.clone(), this);
        let (send, fetch, answer) = (stop.clone(), stop.clone(), stop.clone());
        let tasks = vec![
            watched("sending", stop.clone(), move || {
                sender.clone().send_all(send.clone())
            }),
            watched("fetching", stop.clone(), move || {
                fetcher.clone().fetch_all(fetch.clone())
            }),
            watched("answering", stop.clone(), move || {
                assistant.clone().answer_all(answer.clone())
            }),
        ];
        WhatsappTasks { stop, tasks }
    }

    /// Pages look again at a conversation.
    fn hint(&self, business: domain::ids::BusinessId, what: &str, conversation: i64) {
        self.sessions.hint(business, &format!("{what}:{conversation}"));
    }
}

/// Runs it until it is stopped; one that panics begins anew.
fn watched<F, W>(what: &'static str, stop: CancellationToken, work: F) -> JoinHandle<()>
where
    F: Fn() -> W + Send + 'static,
    W: Future<Output = ()> + Send,
{
    tokio::spawn(async move {
        while !stop.is_cancelled() {
            if AssertUnwindSafe(work()).catch_unwind().await.is_err() {
                tracing::error!(what, "WhatsApp's worker panicked: it begins anew");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    })
}

/// What pages look at again after this; `None`: nothing changed.
fn look_at(took: &Took) -> Option<&'static str> {
    match took.news {
        News::Message | News::Reaction => Some("whatsapp:message"),
        News::Status => Some("whatsapp:status"),
        News::Again | News::Early | News::Unplaced => None,
    }
}

/// Tells pages of what was taken in.
pub fn tell(sessions: &Sessions, bell: &WhatsappBell, took: &Took) {
    let (Some(what), Some(business), Some(conversation)) = (look_at(took), took.business, took.conversation)
    else {
        return;
    };
    sessions.hint(business, &format!("{what}:{conversation}"));
    if took.news == News::Message {
        if let Some(customer) = took.customer {
            sessions.hint(business, &format!("customer:{customer}"));
        }
        bell.arrived();
    }
}
