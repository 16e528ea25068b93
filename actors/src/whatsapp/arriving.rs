//! Where WhatsApp's webhooks meet the engine: everything that a body holds is committed before the body is answered, or is in
//! the spool when Postgres is away. Nothing is decided here.

use super::{WhatsappBell, tell};
use crate::sessions::Sessions;
use crate::switchboard::{Kept, Switchboard};
use futures_util::future::join_all;
use store::whatsapp::{Arrived, News};

/// Of one body so many wait for their commit at once: others' messages find a place in the queue between them.
const TOGETHER: usize = 512;

impl Switchboard {
    /// Makes all of it durable. Whether it is: what neither Postgres nor the spool took is not, and the provider is to tell it again.
    pub async fn take_whatsapp(
        &self,
        arrived: Vec<Arrived>,
        sessions: &Sessions,
        bell: &WhatsappBell,
    ) -> bool {
        let mut durable = true;
        let mut waiting = arrived.into_iter().peekable();
        while waiting.peek().is_some() {
            let together: Vec<Arrived> = waiting.by_ref().take(TOGETHER).collect();
            let taken = together.into_iter().map(|one| self.take_one(one, sessions, bell));
            durable &= join_all(taken).await.into_iter().all(|kept| kept);
        }
        durable
    }

    async fn take_one(&self, one: Arrived, sessions: &Sessions, bell: &WhatsappBell) -> bool {
        if !self.is_away() {
            match self.store.whatsapp.take(one.clone(), self.commit_limit()).await {
                Ok(took) => {
                    metrics::counter!("whatsapp_arrived_total", "news" => word(took.news)).increment(1);
                    tell(sessions, bell, &took);
                    return true;
                }
                Err(error) => {
                    tracing::warn!(%error, "something of WhatsApp goes to the spool");
                    if error.is_passing() {
                        self.went_away();
                    }
                }
            }
        }
        self.spool_whatsapp(one).await != Kept::Lost
    }
}

/// Words of what comes of it.
pub(super) const NEWS: [&str; 6] = ["message", "reaction", "status", "again", "early", "unplaced"];

fn word(news: News) -> &'static str {
    match news {
        News::Message => "message",
        News::Reaction => "reaction",
        News::Status => "status",
        News::Again => "again",
        News::Early => "early",
        News::Unplaced => "unplaced",
    }
}
