//! Writes that wait at the same time share one statement and one commit. The inbox and the turn
//! answers write through it; it knows neither, only batches, and it never answers before the commit.

use crate::connect::Connector;
use crate::error::StoreError;
use std::collections::HashSet;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_postgres::{Client, Statement};

/// A kind of write that can be done for many items in one statement.
pub(crate) trait Batched: Send + Sync + 'static {
    type Item: Send + Sync + 'static;
    type Reply: Send + 'static;
    /// Name of its queue in metrics.
    const NAME: &'static str;
    const SQL: &'static str;

    /// Two items with one key never share a batch: a statement can't write one row twice.
    fn key(item: &Self::Item) -> &str;

    /// Writes the batch, which is sorted by key (so that two engines can't deadlock), and gives
    /// the replies in the same order.
    fn write(
        client: &Client,
        statement: &Statement,
        items: &[&Self::Item],
    ) -> impl Future<Output = Result<Vec<Self::Reply>, StoreError>> + Send;
}

struct Waiting<B: Batched> {
    item: B::Item,
    reply: oneshot::Sender<Result<B::Reply, StoreError>>,
}

/// The queue and its writers. Cheap to clone.
pub(crate) struct GroupCommit<B: Batched> {
    queue: mpsc::Sender<Waiting<B>>,
}

impl<B: Batched> Clone for GroupCommit<B> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
        }
    }
}

/// Items that may wait; beyond it a write is refused at once and the caller spools.
pub(crate) const QUEUE: usize = 16_384;
/// Items of one statement.
const BATCH: usize = 256;
/// Commits under way at once: while one waits for the disk the next one gathers.
const WRITERS: usize = 2;

impl<B: Batched> GroupCommit<B> {
    pub(crate) fn start(connector: Connector) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..WRITERS {
            let writer = Writer::<B> {
                connector: connector.clone(),
                waiting: waiting.clone(),
                held: VecDeque::new(),
                link: None,
            };
            tokio::spawn(writer.run());
        }
        Self { queue }
    }

    /// Writes one item and returns when it is committed.
    ///
    /// # Errors
    /// `Away` when the queue is full or Postgres is, `Slow` after `limit`: the write may still
    /// happen then, so it must be one that can be repeated.
    pub(crate) async fn write(&self, item: B::Item, limit: Duration) -> Result<B::Reply, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .try_send(Waiting { item, reply })
            .map_err(|_| StoreError::Away(format!("the queue {} is full", B::NAME)))?;
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::Away("the writer stopped".into())),
            Err(_) => Err(StoreError::Slow(limit)),
        }
    }

    /// Items that wait now.
    pub(crate) fn depth(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }
}

struct Writer<B: Batched> {
    connector: Connector,
    waiting: Arc<Mutex<mpsc::Receiver<Waiting<B>>>>,
    /// Items whose key was in the last batch already.
    held: VecDeque<Waiting<B>>,
    link: Option<(Client, Statement)>,
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
        let mut batch: Vec<Waiting<B>> = Vec::new();
        let mut keys = HashSet::new();
        for _ in 0..self.held.len() {
            if let Some(item) = self.held.pop_front() {
                self.place(item, &mut keys, &mut batch);
            }
        }
        let queue = self.waiting.clone();
        let mut queue = if batch.is_empty() {
            let mut queue = queue.lock().await;
            let first = queue.recv().await?;
            self.place(first, &mut keys, &mut batch);
            queue
        } else {
            // Another writer may be waiting for an item with the queue in its hand: ours can't wait for that.
            match queue.try_lock() {
                Ok(queue) => queue,
                Err(_) => return Some(batch),
            }
        };
        while batch.len() < BATCH {
            match queue.try_recv() {
                Ok(item) => self.place(item, &mut keys, &mut batch),
                Err(_) => break,
            }
        }
        drop(queue);
        Some(batch)
    }

    fn place(&mut self, item: Waiting<B>, keys: &mut HashSet<String>, batch: &mut Vec<Waiting<B>>) {
        // Nobody waits for it any more (its deadline passed and it was spooled): don't write it twice.
        if item.reply.is_closed() {
            return;
        }
        if keys.insert(B::key(&item.item).to_owned()) {
            batch.push(item);
        } else {
            self.held.push_back(item);
        }
    }

    async fn commit(&mut self, mut batch: Vec<Waiting<B>>) {
        batch.sort_by(|a, b| B::key(&a.item).cmp(B::key(&b.item)));
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
            let (client, statement) = match self.link.take().filter(|(client, _)| !client.is_closed()) {
                Some(link) => link,
                None => self.connect().await?,
            };
            match crate::connect::limited(B::write(&client, &statement, &items)).await {
                Ok(replies) => {
                    self.link = Some((client, statement));
                    return Ok(replies);
                }
                Err(error @ StoreError::Refused(_)) => {
                    self.link = Some((client, statement));
                    return Err(error);
                }
                // A link that broke while idle, or a deadlock: once more on a new connection.
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn connect(&self) -> Result<(Client, Statement), StoreError> {
        let client = self.connector.client().await?;
        let statement = client.prepare(B::SQL).await?;
        Ok((client, statement))
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
