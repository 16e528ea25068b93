//! What may lie between engines: a hub in this process, a nats-server, a Postgres; each of which can die, come back, or
//! break its connections. For the stories of the bus.

use crate::cluster;
use crate::nats_process::NatsProcess;
use actors::hints::PostgresHints;
use async_trait::async_trait;
use bytes::Bytes;
use gateways::bus::{Bus, Lost, Nats, Pace, Receiving, Sending, Transport};
use std::time::Duration;
use store::{Store, StoreOptions};
use tokio::sync::{broadcast, watch};

/// Several buses of one process, for what needs neither server nor database.
#[derive(Clone)]
pub struct Hub {
    messages: broadcast::Sender<Bytes>,
    alive: watch::Sender<bool>,
}

#[async_trait]
impl Transport for Hub {
    fn kind(&self) -> &'static str {
        "hub"
    }

    fn pace(&self) -> Pace {
        Pace {
            debounce: Duration::from_millis(5),
            largest: 4096,
        }
    }

    async fn connect(&mut self) -> Result<(Box<dyn Sending>, Box<dyn Receiving>), Lost> {
        let alive = self.alive.subscribe();
        if !*alive.borrow() {
            return Err(Lost("the hub is dead".into()));
        }
        let ear = HubEar {
            messages: self.messages.subscribe(),
            alive,
        };
        Ok((Box::new(self.clone()), Box::new(ear)))
    }
}

#[async_trait]
impl Sending for Hub {
    async fn send(&mut self, messages: &[String]) -> Result<(), Lost> {
        for message in messages {
            if !*self.alive.borrow() {
                return Err(Lost("the hub died".into()));
            }
            let _ = self.messages.send(Bytes::copy_from_slice(message.as_bytes()));
        }
        Ok(())
    }
}

struct HubEar {
    messages: broadcast::Receiver<Bytes>,
    alive: watch::Receiver<bool>,
}

#[async_trait]
impl Receiving for HubEar {
    async fn receive(&mut self) -> Result<Bytes, Lost> {
        tokio::select! {
            message = self.messages.recv() => message.map_err(|_| Lost("too slow for the hub".into())),
            _ = self.alive.wait_for(|alive| !alive) => Err(Lost("the hub died".into())),
        }
    }
}

/// What lies between the engines of a story.
pub enum Between {
    Hub(Hub),
    Nats(NatsProcess),
    Postgres { database: String, store: Box<Store> },
}

impl Between {
    pub fn hub() -> Self {
        Self::Hub(Hub {
            messages: broadcast::Sender::new(4096),
            alive: watch::Sender::new(true),
        })
    }

    pub fn nats() -> Self {
        Self::Nats(NatsProcess::start())
    }

    pub async fn postgres() -> Self {
        let database = tokio::task::spawn_blocking(cluster::fresh_database)
            .await
            .expect("a database");
        let options = StoreOptions {
            url: database.clone(),
            pool_size: 1,
        };
        let store = Store::new(&options).expect("a store");
        Self::Postgres {
            database,
            store: Box::new(store),
        }
    }

    pub fn transport(&self) -> Box<dyn Transport> {
        match self {
            Self::Hub(hub) => Box::new(hub.clone()),
            Self::Nats(server) => Box::new(Nats::parse(&server.url().into()).expect("an address")),
            Self::Postgres { store, .. } => Box::new(PostgresHints(store.as_ref().clone())),
        }
    }

    pub fn bus(&self) -> Bus {
        Bus::over(self.transport())
    }

    /// Nobody reaches anybody from now on.
    pub async fn dies(&mut self) {
        match self {
            Self::Hub(hub) => drop(hub.alive.send_replace(false)),
            Self::Nats(server) => server.kill(),
            Self::Postgres { database, .. } => {
                administer(database, "ALTER DATABASE {} ALLOW_CONNECTIONS false").await;
                administer(database, CUT).await;
            }
        }
    }

    pub async fn comes_back(&mut self) {
        match self {
            Self::Hub(hub) => drop(hub.alive.send_replace(true)),
            Self::Nats(server) => server.start_again(),
            Self::Postgres { database, .. } => {
                administer(database, "ALTER DATABASE {} ALLOW_CONNECTIONS true").await;
            }
        }
    }

    /// Connections break, and could be made again at once.
    pub async fn breaks(&mut self) {
        match self {
            Self::Postgres { database, .. } => administer(database, CUT).await,
            Self::Hub(_) | Self::Nats(_) => {
                self.dies().await;
                self.comes_back().await;
            }
        }
    }
}

/// Ends all that hints go over, in this database.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = '{}' AND application_name = 'agentlocator hints'";

/// Runs a statement about this story's database from beside it.
async fn administer(database: &str, sql: &str) {
    let (before, name) = database.rsplit_once("dbname=").expect("the address names it");
    let name = name.split(' ').next().expect("a name");
    let beside = cluster::client(&format!("{before}dbname=postgres")).await;
    beside
        .batch_execute(&sql.replace("{}", name))
        .await
        .expect("administered");
}
