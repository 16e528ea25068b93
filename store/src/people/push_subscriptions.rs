//! The browsers of people, as push services know them, and how each person wants to be told. Written by the people
//! themselves, in their business's transaction; what a browser is sent is in `pushes`.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::UserId;
use jiff::civil::Time;

/// Browsers of one person in one business; beyond it the oldest goes.
const MOST: i64 = 20;

/// A browser that wants to be told.
#[derive(Debug, Clone, Copy)]
pub struct NewSubscription<'a> {
    /// At most 2000 bytes.
    pub endpoint: &'a str,
    /// 65 bytes.
    pub p256dh: &'a [u8],
    /// 16 bytes.
    pub auth: &'a [u8],
    pub user_agent: &'a str,
}

/// How somebody wants to be told, in one business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// From and to, by the clock of the business's zone; over midnight where the first is the later one.
    pub quiet: Option<(Time, Time)>,
    pub sound: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            quiet: None,
            sound: true,
        }
    }
}

impl TenantTx<'_> {
    /// Whether this browser is known already as it is.
    pub async fn knows_browser(&self, user: UserId, new: NewSubscription<'_>) -> Result<bool, StoreError> {
        limited(async {
            let known = "SELECT EXISTS (SELECT FROM push_subscriptions
                 WHERE business_id = $1 AND user_id = $2 AND endpoint = $3 AND p256dh = $4 AND auth = $5)";
            let row = self
                .sql()
                .query_one(
                    known,
                    &[&self.business().0, &user.0, &new.endpoint, &new.p256dh, &new.auth],
                )
                .await?;
            Ok(row.get(0))
        })
        .await
    }

    /// Adds a person's browser, or renews it; the oldest of too many goes.
    pub async fn subscribe(&self, user: UserId, new: NewSubscription<'_>) -> Result<(), StoreError> {
        limited(async {
            let business = self.business().0;
            self.sql()
                .execute(
                    "INSERT INTO push_subscriptions (business_id, user_id, endpoint, p256dh, auth, user_agent)
                     VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (business_id, user_id, endpoint) DO UPDATE
                     SET p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth, user_agent = EXCLUDED.user_agent,
                         created_at = now(), fail_count = 0, wait_until = NULL",
                    &[&business, &user.0, &new.endpoint, &new.p256dh, &new.auth, &new.user_agent],
                )
                .await?;
            self.sql()
                .execute(
                    "DELETE FROM push_subscriptions WHERE business_id = $1 AND id IN
                        (SELECT id FROM push_subscriptions WHERE business_id = $1 AND user_id = $2
                         ORDER BY created_at DESC, id DESC OFFSET $3)",
                    &[&business, &user.0, &MOST],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// How many browsers of a person are told.
    pub async fn browsers(&self, user: UserId) -> Result<u64, StoreError> {
        limited(async {
            let count = "SELECT count(*) FROM push_subscriptions WHERE business_id = $1 AND user_id = $2";
            let row = self
                .sql()
                .query_one(count, &[&self.business().0, &user.0])
                .await?;
            Ok(row.get::<_, i64>(0).unsigned_abs())
        })
        .await
    }

    /// Forgets one browser of a person; whether there was one.
    pub async fn unsubscribe(&self, user: UserId, endpoint: &str) -> Result<bool, StoreError> {
        limited(async {
            let gone = self
                .sql()
                .execute(
                    "DELETE FROM push_subscriptions WHERE business_id = $1 AND user_id = $2 AND endpoint = $3",
                    &[&self.business().0, &user.0, &endpoint],
                )
                .await?;
            Ok(gone > 0)
        })
        .await
    }

    /// Has every browser of a person told that it works; how many there are.
    pub async fn test_push(&self, user: UserId) -> Result<u64, StoreError> {
        limited(async {
            let made = self
                .sql()
                .execute(
                    "INSERT INTO pushes (business_id, user_id, subscription_id, kind, key, topic)
                     SELECT business_id, user_id, id, 'test', 'test:' || gen_random_uuid(), 'test'
                     FROM push_subscriptions WHERE business_id = $1 AND user_id = $2",
                    &[&self.business().0, &user.0],
                )
                .await?;
            Ok(made)
        })
        .await
    }

    /// How this person wants to be told.
    pub async fn preferences(&self, user: UserId) -> Result<Preferences, StoreError> {
        limited(async {
            let row = self
                .sql()
                .query_opt(
                    "SELECT quiet_from, quiet_to, sound FROM notification_preferences
                     WHERE business_id = $1 AND user_id = $2",
                    &[&self.business().0, &user.0],
                )
                .await?;
            Ok(row.map_or_else(Preferences::default, |row| Preferences {
                quiet: row.get::<_, Option<Time>>(0).zip(row.get(1)),
                sound: row.get(2),
            }))
        })
        .await
    }

    /// Keeps how this person wants to be told.
    pub async fn set_preferences(&self, user: UserId, wanted: Preferences) -> Result<(), StoreError> {
        let (from, to) = wanted.quiet.unzip();
        limited(async {
            self.sql()
                .execute(
                    "INSERT INTO notification_preferences (business_id, user_id, quiet_from, quiet_to, sound)
                     VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (business_id, user_id) DO UPDATE
                     SET quiet_from = EXCLUDED.quiet_from, quiet_to = EXCLUDED.quiet_to, sound = EXCLUDED.sound",
                    &[&self.business().0, &user.0, &from, &to, &wanted.sound],
                )
                .await?;
            Ok(())
        })
        .await
    }
}

impl Store {
    /// This browser is now this person's: whoever was logged in there before is not told on it any more, in whichever
    /// business. Only who shows its keys takes it over.
    pub async fn take_browser_over(&self, user: UserId, new: NewSubscription<'_>) -> Result<u64, StoreError> {
        limited(async {
            let client = self.client().await?;
            let taken = "DELETE FROM push_subscriptions
                WHERE endpoint = $1 AND p256dh = $2 AND auth = $3 AND user_id <> $4";
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
                [&new.endpoint, &new.p256dh, &new.auth, &user.0];
            Ok(client.execute(taken, &values).await?)
        })
        .await
    }
}
