//! Sessions: what a request's token is checked against, and the rotation of refresh tokens under
//! the session's row lock. Whatever ends a session is committed although the request fails.

use crate::audit::{self, By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::people::SecretHash;
use domain::access::{Feature, Role, UserId};
use domain::ids::BusinessId;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    pub id: Uuid,
    pub user: UserId,
    pub key: [u8; 32],
    pub address: &'a str,
    pub user_agent: &'a str,
}

/// Who a session stands for at this moment.
#[derive(Debug, Clone)]
pub struct Standing {
    pub user: UserId,
    pub admin: bool,
    pub business: Option<BusinessId>,
    /// In that business; `None` for an administrator who is no member.
    pub role: Option<Role>,
    /// What that business may use.
    pub features: Vec<Feature>,
}

/// Names as they are stored; one of a later version is left out.
pub(crate) fn features(names: Option<Vec<&str>>) -> Vec<Feature> {
    let known = |name: &str| Feature::ALL.into_iter().find(|feature| feature.as_str() == name);
    names.unwrap_or_default().into_iter().filter_map(known).collect()
}

/// A session in a list.
#[derive(Debug, Clone)]
pub struct SessionLine {
    pub id: Uuid,
    pub created_at: jiff::Timestamp,
    pub last_seen_at: jiff::Timestamp,
    pub address: String,
    pub user_agent: String,
}

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
pub struct Lasting {
    /// The parent of the newest token still gets the newest one: tabs, and answers that got lost.
    pub grace: Duration,
    /// Without a refresh.
    pub idle: Duration,
    /// From log-in.
    pub longest: Duration,
}

/// What became of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The counter of the token to be given out now, and the key that it is made with.
    Goes {
        counter: i32,
        key: Vec<u8>,
        user: UserId,
    },
    /// An old token was used: the whole family has ended, and the audit log says so.
    Stolen(UserId),
    /// The session has ended, or never was.
    Over,
}

/// Checks a token's proof against the session's key; the store keeps the key, not the way to sign.
pub type Proof<'a> = &'a (dyn Fn(&[u8]) -> bool + Send + Sync);

impl Store {
    /// Begins a session, in the first of the person's businesses.
    pub async fn create_session(&self, new: NewSession<'_>) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "INSERT INTO sessions (id, user_id, key, address, user_agent, business_id)
                     VALUES ($1, $2, $3, $4, $5, (SELECT m.business_id FROM memberships m JOIN businesses b ON b.id = m.business_id
                         WHERE m.user_id = $2 AND m.active AND b.active AND b.deleted_at IS NULL ORDER BY b.name, b.id LIMIT 1))",
                    &[&new.id, &new.user.0, &&new.key[..], &new.address, &new.user_agent],
                )
                .await?;
            client.execute("UPDATE users SET last_seen_at = now() WHERE id = $1", &[&new.user.0]).await?;
            Ok(())
        })
        .await
    }

    /// Who this session stands for; `None` when it has ended or its person may not come in any more.
    /// Asked for each request, so that what ends here ends everywhere at once.
    pub async fn standing(&self, id: Uuid) -> Result<Option<Standing>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client
                .prepare_cached(
                    "SELECT u.id, u.admin, b.id, m.role, b.features FROM sessions s JOIN users u ON u.id = s.user_id
                     LEFT JOIN memberships m ON m.user_id = u.id AND m.business_id = s.business_id AND m.active
                     LEFT JOIN businesses b ON b.id = s.business_id AND b.deleted_at IS NULL
                         AND (u.admin OR (m.role IS NOT NULL AND b.active))
                     WHERE s.id = $1 AND s.ended_at IS NULL AND u.active",
                )
                .await?;
            let row = client.query_opt(&statement, &[&id]).await?;
            Ok(row.map(|row| {
                let business = row.get::<_, Option<i64>>(2).map(BusinessId);
                let role = row.get::<_, Option<&str>>(3).and_then(Role::parse);
                Standing {
                    user: UserId(row.get(0)),
                    admin: row.get(1),
                    business,
                    role: role.filter(|_| business.is_some()),
                    features: features(row.get(4)),
                }
            }))
        })
        .await
    }

    /// Of these sessions those that have not ended, with the business that each is welcome in; in one statement.
    pub async fn businesses_of_sessions(
        &self,
        ids: &[Uuid],
    ) -> Result<Vec<(Uuid, Option<BusinessId>)>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client
                .prepare_cached(
                    "SELECT s.id, b.id FROM sessions s JOIN users u ON u.id = s.user_id
                     LEFT JOIN memberships m ON m.user_id = u.id AND m.business_id = s.business_id AND m.active
                     LEFT JOIN businesses b ON b.id = s.business_id AND b.deleted_at IS NULL
                         AND (u.admin OR (m.role IS NOT NULL AND b.active))
                     WHERE s.id = ANY ($1) AND s.ended_at IS NULL AND u.active",
                )
                .await?;
            let rows = client.query(&statement, &[&ids]).await?;
            let one = |row: &tokio_postgres::Row| (row.get(0), row.get::<_, Option<i64>>(1).map(BusinessId));
            Ok(rows.iter().map(one).collect())
        })
        .await
    }

    /// Takes a refresh token: `proof` is asked with the session's key whether it was ours.
    pub async fn refresh_session(
        &self,
        by: &By,
        (id, counter): (Uuid, i32),
        proof: Proof<'_>,
        lasting: impl Fn(bool) -> Lasting,
    ) -> Result<Refreshed, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let row = transaction
                .query_opt(
                    "SELECT s.key, s.counter, extract(epoch FROM now() - s.rotated_at)::float8,
                            extract(epoch FROM now() - s.last_seen_at)::float8, extract(epoch FROM now() - s.created_at)::float8,
                            u.id, u.admin
                     FROM sessions s JOIN users u ON u.id = s.user_id
                     WHERE s.id = $1 AND s.ended_at IS NULL AND u.active FOR UPDATE OF s",
                    &[&id],
                )
                .await?;
            let Some(row) = row else { return Ok(Refreshed::Over) };
            if !proof(row.get(0)) {
                return Ok(Refreshed::Over);
            }
            let (newest, user) = (row.get::<_, i32>(1), UserId(row.get(5)));
            let lasting = lasting(row.get(6));
            let age = |column: usize| Duration::from_secs_f64(row.get::<_, f64>(column).max(0.0));
            if age(3) > lasting.idle || age(4) > lasting.longest {
                end(&transaction, id, "expired").await?;
                transaction.commit().await?;
                return Ok(Refreshed::Over);
            }
            let goes = |counter: i32| Refreshed::Goes {
                counter,
                key: row.get(0),
                user,
            };
            let (result, sql) = if counter == newest {
                (
                    goes(newest + 1),
                    "UPDATE sessions SET counter = counter + 1, rotated_at = now(), last_seen_at = now() WHERE id = $1",
                )
            } else if counter == newest - 1 && age(2) <= lasting.grace {
                (
                    goes(newest),
                    "UPDATE sessions SET last_seen_at = now() WHERE id = $1",
                )
            } else {
                (
                    Refreshed::Stolen(user),
                    "UPDATE sessions SET ended_at = now(), end_reason = 'token used twice' WHERE id = $1",
                )
            };
            transaction.execute(sql, &[&id]).await?;
            if let Refreshed::Stolen(user) = &result {
                let by = By {
                    actor: Some(user.0),
                    ..by.clone()
                };
                let happened = Happened {
                    action: "session.stolen",
                    subject: format!("session:{id}"),
                    detail: json!({ "counter": counter, "newest": newest }),
                };
                audit::append(&*transaction, audit::PLATFORM, &by, happened).await?;
            }
            transaction.commit().await?;
            Ok(result)
        })
        .await
    }

    /// Whose session it is that has not ended, and the key of its tokens.
    pub async fn session_key(&self, id: Uuid) -> Result<Option<(UserId, Vec<u8>)>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = "SELECT user_id, key FROM sessions WHERE id = $1 AND ended_at IS NULL";
            let row = client.query_opt(sql, &[&id]).await?;
            Ok(row.map(|row| (UserId(row.get(0)), row.get(1))))
        })
        .await
    }

    /// Ends a session of this person; false when there was none.
    pub async fn end_session(&self, user: UserId, id: Uuid, reason: &str) -> Result<bool, StoreError> {
        limited(async {
            let client = self.client().await?;
            let ended = client
                .execute(
                    "UPDATE sessions SET ended_at = now(), end_reason = $3
                     WHERE id = $2 AND user_id = $1 AND ended_at IS NULL",
                    &[&user.0, &id, &reason],
                )
                .await?;
            Ok(ended > 0)
        })
        .await
    }

    /// Ends all sessions of this person but one.
    pub async fn end_sessions(
        &self,
        user: UserId,
        keep: Option<Uuid>,
        reason: &str,
    ) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "UPDATE sessions SET ended_at = now(), end_reason = $3
                     WHERE user_id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR id <> $2)",
                    &[&user.0, &keep, &reason],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// Looks at another business from now on; false when the person has no place there.
    pub async fn switch_business(&self, id: Uuid, business: BusinessId) -> Result<bool, StoreError> {
        limited(async {
            let client = self.client().await?;
            let switched = client
                .execute(
                    "UPDATE sessions s SET business_id = $2 FROM users u
                     WHERE s.id = $1 AND u.id = s.user_id AND s.ended_at IS NULL
                       AND EXISTS (SELECT FROM businesses b WHERE b.id = $2 AND b.deleted_at IS NULL AND (u.admin OR b.active))
                       AND (u.admin OR EXISTS (SELECT FROM memberships m
                            WHERE m.business_id = $2 AND m.user_id = u.id AND m.active))",
                    &[&id, &business.0],
                )
                .await?;
            Ok(switched > 0)
        })
        .await
    }

    /// Sessions whose tokens were renewed within a day.
    pub async fn live_sessions(&self) -> Result<i64, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = "SELECT count(*) FROM sessions WHERE ended_at IS NULL AND last_seen_at > now() - interval '1 day'";
            Ok(client.query_one(sql, &[]).await?.get(0))
        })
        .await
    }

    /// The sessions of a person, the last seen first.
    pub async fn sessions_of(&self, user: UserId) -> Result<Vec<SessionLine>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query(
                    "SELECT id, created_at, last_seen_at, address, user_agent FROM sessions
                     WHERE user_id = $1 AND ended_at IS NULL ORDER BY last_seen_at DESC LIMIT 100",
                    &[&user.0],
                )
                .await?;
            let line = |row: &tokio_postgres::Row| SessionLine {
                id: row.get(0),
                created_at: row.get(1),
                last_seen_at: row.get(2),
                address: row.get(3),
                user_agent: row.get(4),
            };
            Ok(rows.iter().map(line).collect())
        })
        .await
    }

    /// Keeps a ticket for half a minute.
    pub async fn create_ticket(&self, session: Uuid, secret: &SecretHash) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "INSERT INTO tickets (token_hash, session_id, expires_at) VALUES ($1, $2, now() + interval '30 seconds')",
                    &[&&secret[..], &session],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// Uses a ticket once: the session that it was for.
    pub async fn use_ticket(&self, secret: &SecretHash) -> Result<Option<Uuid>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let row = client
                .query_opt(
                    "DELETE FROM tickets WHERE token_hash = $1 RETURNING session_id, expires_at > now()",
                    &[&&secret[..]],
                )
                .await?;
            Ok(row.filter(|row| row.get(1)).map(|row| row.get(0)))
        })
        .await
    }
}

async fn end(
    transaction: &deadpool_postgres::Transaction<'_>,
    id: Uuid,
    reason: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET ended_at = now(), end_reason = $2 WHERE id = $1";
    transaction.execute(sql, &[&id, &reason]).await?;
    Ok(())
}
