//! Hints between engines that share a database and no other server: the store's notices as a transport of the bus.
//! Woken by the bus; it keeps no state but the store.

use async_trait::async_trait;
use bytes::Bytes;
use gateways::bus::{Lost, Pace, Receiving, Sending, Transport};
use std::time::Duration;
use store::hints::{HintReceiver, HintSender, LONGEST};
use store::{Store, StoreError};

/// Each batch is a commit, and commits with notices go one after the other: fifty a second and engine cost nothing
/// that can be measured.
const PACE: Pace = Pace {
    debounce: Duration::from_millis(20),
    largest: LONGEST,
};

/// The transport.
pub struct PostgresHints(pub Store);

#[async_trait]
impl Transport for PostgresHints {
    fn kind(&self) -> &'static str {
        "postgres"
    }

    fn pace(&self) -> Pace {
        PACE
    }

    async fn connect(&mut self) -> Result<(Box<dyn Sending>, Box<dyn Receiving>), Lost> {
        let (sender, receiver) = self.0.hints().await.map_err(lost)?;
        Ok((Box::new(Notifier(sender)), Box::new(Listener(receiver))))
    }
}

fn lost(error: StoreError) -> Lost {
    Lost(error.to_string())
}

struct Notifier(HintSender);

#[async_trait]
impl Sending for Notifier {
    async fn send(&mut self, messages: &[String]) -> Result<(), Lost> {
        self.0.send(messages).await.map_err(lost)
    }
}

struct Listener(HintReceiver);

#[async_trait]
impl Receiving for Listener {
    async fn receive(&mut self) -> Result<Bytes, Lost> {
        self.0.receive().await.map(Bytes::from).map_err(lost)
    }
}
