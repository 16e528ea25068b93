//! Hints by Postgres's notices, for engines that share a database and nothing else: one connection that notifies, one
//! that listens. A notice is a transaction of its own, never part of another: it would make all commits wait for each
//! other. Who keeps the connections is in `actors::hints`.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use std::collections::VecDeque;
use std::pin::pin;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, Socket, Statement};

/// Bytes of the longest text that one notice carries; Postgres refuses 8,000.
pub const LONGEST: usize = 7_900;
/// How the two connections show in `pg_stat_activity`.
pub const APPLICATION: &str = "agentlocator hints";

/// Notifies.
pub struct HintSender {
    client: Client,
    statement: Statement,
}

/// Listens. Dropped, its connection ends.
pub struct HintReceiver {
    connection: Connection<Socket, NoTlsStream>,
    /// Keeps the connection open.
    _client: Client,
    /// What came while we were asking to listen.
    early: VecDeque<String>,
}

impl Store {
    /// Two connections of their own. When they are there, everything that is sent is heard.
    ///
    /// # Errors
    /// `Away` when nobody answers.
    pub async fn hints(&self) -> Result<(HintSender, HintReceiver), StoreError> {
        let receiver = limited(self.hint_receiver()).await?;
        let sender = limited(async {
            let client = self.connector.client().await?;
            client.batch_execute(&named("")).await?;
            let statement = client
                .prepare("SELECT pg_notify('hints', unnest($1::text[]))")
                .await?;
            Ok(HintSender { client, statement })
        });
        Ok((sender.await?, receiver))
    }

    async fn hint_receiver(&self) -> Result<HintReceiver, StoreError> {
        let (client, mut connection) = self.connector.listening().await?;
        let mut early = VecDeque::new();
        {
            let text = named("; LISTEN hints");
            let mut asked = pin!(client.batch_execute(&text));
            loop {
                tokio::select! {
                    answer = &mut asked => break answer?,
                    notice = notice(&mut connection) => early.extend(notice?),
                }
            }
        }
        Ok(HintReceiver {
            connection,
            _client: client,
            early,
        })
    }
}

impl HintSender {
    /// Sends these texts, each shorter than [`LONGEST`], in this order and in one commit.
    ///
    /// # Errors
    /// `Away` or `Slow`: they may or may not have gone out.
    pub async fn send(&self, texts: &[String]) -> Result<(), StoreError> {
        limited(async {
            self.client.execute(&self.statement, &[&texts]).await?;
            Ok(())
        })
        .await
    }
}

impl HintReceiver {
    /// The next text; our own come as well. Dropped while it waits, it has lost none.
    ///
    /// # Errors
    /// `Away` when the connection has ended.
    pub async fn receive(&mut self) -> Result<String, StoreError> {
        loop {
            if let Some(text) = self.early.pop_front() {
                return Ok(text);
            }
            if let Some(text) = notice(&mut self.connection).await? {
                return Ok(text);
            }
        }
    }
}

/// The next message of the connection, if it is a notice; what else a server says is passed over.
async fn notice(connection: &mut Connection<Socket, NoTlsStream>) -> Result<Option<String>, StoreError> {
    match std::future::poll_fn(|context| connection.poll_message(context)).await {
        Some(Ok(AsyncMessage::Notification(notice))) => Ok(Some(notice.payload().to_owned())),
        Some(Ok(_)) => Ok(None),
        Some(Err(error)) => Err(error.into()),
        None => Err(StoreError::Away("the listening connection ended".into())),
    }
}

fn named(more: &str) -> String {
    format!("SET application_name = '{APPLICATION}'{more}")
}
