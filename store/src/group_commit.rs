//! Writes that wait at the same time share one statement and one commit. The inbox and the turn
//! answers write through it; it knows neither, only batches, and it never answers before the commit.

use crate::connect::Connector;
use crate::error::StoreError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{Client, Statement};

/// A kind of write that can be done for many items in one statement.
pub(crate) trait Batched: Send + Sync + 'static {
    type Item: Send + Sync + 'static;
    type Reply: Send + 'static;
    /// Name of its queue in metrics.
    const NAME: &'static str;
    /// For many items.
    const SQL: &'static str;
    /// For one, which at a low rate is nearly always what there is.
    const ONE: &'static str;

    /// Rows are locked in this order, so that two engines can't deadlock.
    fn order(item: &Self::Item) -> (&str, &str);

    /// Writes the batch, which is in that order, and gives the replies in the same one. The same item may be in it
    /// more than once.
    fn write(
        link: &Link,
        items: &[&Self::Item],
    ) -> impl Future<Output = Result<Vec<Self::Reply>, StoreError>> + Send;
}

/// A writer's connection, and its two statements there.
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) many: Statement,
    pub(crate) one: Statement,
}

struct Waiting<B: Batched> {
    item: B::Item,
    reply: oneshot::Sender<Result<B::Reply, StoreError>>,
}

/// The queues and their writers: one of each for every thread that writes. What a request brings is written on the
/// thread that serves the request, so that nobody else has to be woken for it; when few requests come that is most of
/// what a commit costs here. Cheap to clone.
pub(crate) struct GroupCommit<B: Batched> {
    lanes: Arc<Lanes<B>>,
}

struct Lanes<B: Batched> {
    connector: Connector,
    by_thread: Mutex<HashMap<ThreadId, mpsc::Sender<Waiting<B>>>>,
}

impl<B: Batched> Clone for GroupCommit<B> {
    fn clone(&self) -> Self {
        Self {
            lanes: self.lanes.clone(),
        }
    }
}

/// Items that may wait in one lane; beyond it a write is refused at once and the caller spools.
pub(crate) const QUEUE: usize = 16_384;
/// Items of one statement.
const BATCH: usize = 256;

impl<B: Batched> GroupCommit<B> {
    pub(crate) fn new(connector: Connector) -> Self {
        let lanes = Lanes {
            connector,
            by_thread: Mutex::default(),
        };
        Self {
            lanes: Arc::new(lanes),
        }
    }

    /// Writes one item and returns when it is committed.
    ///
    /// # Errors
    /// `Away` when the queue is full or Postgres is, `Slow` after `limit`: the write may still
    /// happen then, so it must be one that can be repeated.
    pub(crate) async fn write(&self, item: B::Item, limit: Duration) -> Result<B::Reply, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.lane()
            .try_send(Waiting { item, reply })
            .map_err(|_| StoreError::Away(format!("the queue {} is full", B::NAME)))?;
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::Away("the writer stopped".into())),
            Err(_) => Err(StoreError::Slow(limit)),
        }
    }

    /// This thread's lane. Its writer lives on the thread's runtime and ends with it.
    fn lane(&self) -> mpsc::Sender<Waiting<B>> {
        let mut lanes = self.lock();
        let here = std::thread::current().id();
        if let Some(lane) = lanes.get(&here).filter(|lane| !lane.is_closed()) {
            return lane.clone();
        }
        lanes.retain(|_, lane| !lane.is_closed());
        let (lane, waiting) = mpsc::channel(QUEUE);
        let writer = Writer::<B> {
            connector: self.lanes.connector.clone(),
            waiting,
            link: None,
        };
        tokio::spawn(writer.run());
        lanes.insert(here, lane.clone());
        lane
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ThreadId, mpsc::Sender<Waiting<B>>>> {
        // A map is whole after every statement: a panic elsewhere did not break it.
        self.lanes
            .by_thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Items that wait now, on all threads.
    pub(crate) fn depth(&self) -> usize {
        let lanes = self.lock();
        lanes
            .values()
            .map(|lane| lane.max_capacity() - lane.capacity())
            .sum()
    }
}

struct Writer<B: Batched> {
    connector: Connector,
    waiting: mpsc::Receiver<Waiting<B>>,
    link: Option<Link>,
}

impl<B: Batched> Writer<B> {
    async fn run(mut self) {
        while let Some(batch) = self.gather().await {
            metrics::histogram!("group_commit_batch", "queue" => B::NAME).record(batch.len() as f64);
            self.commit(batch).await;
        }
    }

    /// Waits for one item and takes all that wait with it; `None` when nobody can ask any more.
    async fn gather(&mut self) -> Option<Vec<Waiting<B>>> {
        let mut batch = vec![self.waiting.recv().await?];
        while batch.len() < BATCH {
            match self.waiting.try_recv() {
                Ok(item) => batch.push(item),
                Err(_) => break,
            }
        }
        // Whom nobody waits for any more (its deadline passed and it was spooled) is not written twice.
        batch.retain(|waiting| !waiting.reply.is_closed());
        Some(batch)
    }

    async fn commit(&mut self, mut batch: Vec<Waiting<B>>) {
        if batch.is_empty() {
            return;
        }
        batch.sort_by(|a, b| B::order(&a.item).cmp(&B::order(&b.item)));
        match self.try_commit(&batch).await {
            Ok(replies) => answer(batch, replies),
            // One item that Postgres refuses must not take its neighbours with it.
            Err(StoreError::Refused(why)) if batch.len() > 1 => {
                tracing::warn!(queue = B::NAME, why, "a batch was refused: each by itself");
                for item in batch {
                    let one = [item];
                    let result = self.try_commit(&one).await;
                    finish(one, result);
                }
            }
            Err(error) => {
                tracing::warn!(queue = B::NAME, %error, items = batch.len(), "a batch was not written");
                finish(batch, Err(error));
            }
        }
    }

    async fn try_commit(&mut self, batch: &[Waiting<B>]) -> Result<Vec<B::Reply>, StoreError> {
        let items: Vec<&B::Item> = batch.iter().map(|w| &w.item).collect();
        let mut last = StoreError::Away("not tried".into());
        for _ in 0..2 {
            let link = match self.link.take().filter(|link| !link.client.is_closed()) {
                Some(link) => link,
                None => self.connect().await?,
            };
            match crate::connect::limited(B::write(&link, &items)).await {
                Ok(replies) => {
                    self.link = Some(link);
                    return Ok(replies);
                }
                Err(error @ StoreError::Refused(_)) => {
                    self.link = Some(link);
                    return Err(error);
                }
                // A link that broke while idle, or a deadlock: once more on a new connection.
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn connect(&self) -> Result<Link, StoreError> {
        let client = self.connector.client().await?;
        let (many, one) = (client.prepare(B::SQL).await?, client.prepare(B::ONE).await?);
        Ok(Link { client, many, one })
    }
}

fn answer<B: Batched>(batch: Vec<Waiting<B>>, replies: Vec<B::Reply>) {
    for (waiting, reply) in batch.into_iter().zip(replies) {
        let _ = waiting.reply.send(Ok(reply));
    }
}

fn finish<B: Batched>(
    batch: impl IntoIterator<Item = Waiting<B>>,
    result: Result<Vec<B::Reply>, StoreError>,
) {
    match result {
        Ok(replies) => answer(batch.into_iter().collect::<Vec<_>>(), replies),
        Err(error) => {
            let (refused, why) = (matches!(error, StoreError::Refused(_)), error.to_string());
            for waiting in batch {
                let error = if refused {
                    StoreError::Refused(why.clone())
                } else {
                    StoreError::Away(why.clone())
                };
                let _ = waiting.reply.send(Err(error));
            }
        }
    }
}
