//! What can go wrong with the store, by what the caller does next.

use std::time::Duration;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Postgres is away, full or too slow. Spool what must not be lost, try again later.
    #[error("the database is away: {0}")]
    Away(String),
    /// Postgres refused the statement: trying again gives the same. A bug, or bad data.
    #[error("the database refused: {0}")]
    Refused(String),
    /// The answer did not come within the deadline. The write may still have happened.
    #[error("the database did not answer within {0:?}")]
    Slow(Duration),
    /// Somebody has it already: the constraint that says so.
    #[error("taken: {0}")]
    Taken(String),
    /// Somebody else holds this work now: stop working on it, write nothing more.
    #[error("the claim was lost")]
    Fenced,
    /// The configuration or the data directory can't be used as it is.
    #[error("{0}")]
    Setup(String),
}

impl StoreError {
    /// Whether waiting can help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Slow(_))
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            // Class 08 connection, 53 resources, 57 operator, 58 system, 25006 read-only, 40 rollback.
            Some(db) => {
                let code = db.code().code();
                let text = format!("{code} {}", db.message());
                if db.code() == &tokio_postgres::error::SqlState::UNIQUE_VIOLATION {
                    Self::Taken(db.constraint().unwrap_or_default().to_owned())
                } else if ["08", "53", "57", "58", "40"]
                    .iter()
                    .any(|class| code.starts_with(class))
                    || code == "25006"
                {
                    Self::Away(text)
                } else {
                    Self::Refused(text)
                }
            }
            None if error.is_closed() => Self::Away("connection closed".into()),
            None => match std::error::Error::source(&error) {
                Some(source) if source.downcast_ref::<std::io::Error>().is_some() => {
                    Self::Away(format!("{error}: {source}"))
                }
                Some(source) => Self::Refused(format!("{error}: {source}")),
                None => Self::Away(error.to_string()),
            },
        }
    }
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            other => Self::Away(other.to_string()),
        }
    }
}
