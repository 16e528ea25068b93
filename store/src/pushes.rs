//! Pushes: what people are told of when no tab is open, planned from reminders that ring, claimed by lease and fence,
//! sent by `actors::pushing`. A row says what about; what it says is read when it is sent, so that it is true then.

mod acting;
mod planning;

pub use acting::Stands;
pub use planning::Planned;

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::recordings::Worker;
use domain::access::UserId;
use domain::ids::BusinessId;
use jiff::Timestamp;
use std::time::Duration;
use tokio_postgres::Row;

/// A push under our claim, with all that it needs.
#[derive(Debug, Clone)]
pub struct ClaimedPush {
    pub id: i64,
    /// The fence: rises with every claim.
    pub claim_no: i32,
    /// Claims spent, this one included.
    pub attempt: i16,
    /// Since it was planned.
    pub age: Duration,
    pub business: BusinessId,
    pub user: UserId,
    pub subscription: i64,
    pub endpoint: String,
    pub p256dh: Vec<u8>,
    pub auth: Vec<u8>,
    pub topic: String,
    /// The business's, as IANA names it.
    pub time_zone: String,
    pub about: About,
}

/// What a push is about, as it is now.
#[derive(Debug, Clone)]
pub enum About {
    Due(Box<DueReminder>),
    /// Many at once: how many ring for this person, and the first titles of them.
    Digest {
        count: i64,
        titles: Vec<String>,
    },
    Test,
    /// Nothing any more: it was answered meanwhile, or is somebody else's.
    Over,
    /// A later push of the same topic waits for this browser.
    Replaced,
}

/// A reminder that rings.
#[derive(Debug, Clone)]
pub struct DueReminder {
    pub reminder: i64,
    pub task: i64,
    pub title: String,
    pub due_at: Timestamp,
    pub remind_at: Timestamp,
    pub fired_at: Timestamp,
    pub customer: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Where the customer writes from, else the phone.
    pub whatsapp: Option<String>,
}

/// How a push ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushEnd<'a> {
    /// The push service has it.
    Sent,
    /// There was nothing to tell any more.
    Answered,
    /// A later one says it.
    Replaced,
    /// The service will not take it; the browser is forgotten after some of these.
    Refused(&'a str),
    /// The message's fault, not the browser's.
    Unfit(&'a str),
    /// After the last try.
    GivenUp,
}

/// A browser whose pushes were refused so many times in a row is forgotten.
const REFUSALS: i32 = 5;
/// The oldest that are looked at when claiming.
const LOOKED_AT: i64 = 1_000;

const CLAIM: &str = "
    WITH busy AS (
        SELECT business_id AS b, count(*) AS n FROM pushes WHERE state = 'waiting' AND lease_until > now() GROUP BY 1
    ), ready AS (
        SELECT p.id, p.business_id, p.not_before FROM pushes p JOIN push_subscriptions s ON s.id = p.subscription_id
        WHERE p.state = 'waiting' AND p.not_before <= now() AND (p.lease_until IS NULL OR p.lease_until < now())
          AND (s.wait_until IS NULL OR s.wait_until <= now())
        ORDER BY p.not_before, p.id LIMIT $6
    ), placed AS (
        SELECT ready.*, COALESCE(busy.n, 0) + row_number()
               OVER (PARTITION BY ready.business_id ORDER BY ready.not_before, ready.id) AS place
        FROM ready LEFT JOIN busy ON busy.b = ready.business_id
    ), pick AS MATERIALIZED (
        SELECT p.id FROM pushes p JOIN placed ON placed.id = p.id
        WHERE placed.place <= $5 AND p.state = 'waiting' AND (p.lease_until IS NULL OR p.lease_until < now())
        ORDER BY placed.place, placed.not_before, p.id LIMIT $4 FOR UPDATE OF p SKIP LOCKED
    ), claimed AS (
        UPDATE pushes p SET claim_no = claim_no + 1, attempt = attempt + 1, lease_node = $1, lease_incarnation = $2,
               lease_until = now() + $3::float8 * interval '1 millisecond'
        FROM pick WHERE p.id = pick.id
        RETURNING p.id, p.claim_no, p.attempt, p.created_at, p.business_id, p.user_id, p.subscription_id, p.kind,
                  p.reminder_id, p.ring, p.topic
    ), ringing AS MATERIALIZED (
        -- From the reminders to their tasks, whatever the planner thinks of how many there are.
        SELECT f.business_id, o.* FROM (SELECT DISTINCT business_id FROM claimed WHERE kind = 'digest') many
        JOIN reminders f ON f.business_id = many.business_id AND f.state = 'fired'
        CROSS JOIN LATERAL (SELECT t.id, t.title, t.due_at, t.assignee FROM tasks t WHERE t.id = f.task_id OFFSET 0) o
    )
    SELECT p.id, p.claim_no, p.attempt, extract(epoch FROM now() - p.created_at)::float8, p.business_id, p.user_id,
           p.subscription_id, s.endpoint, s.p256dh, s.auth, p.topic, b.time_zone, p.kind,
           u.active AND b.active AND b.deleted_at IS NULL AND (p.kind = 'test' OR EXISTS (SELECT FROM memberships m
               WHERE m.business_id = p.business_id AND m.user_id = p.user_id AND m.active)) AS still,
           r.id, t.id, t.title, t.due_at, r.remind_at, r.fired_at, c.name, phone.value, whatsapp.value,
           many.n, many.titles,
           EXISTS (SELECT FROM pushes later WHERE later.subscription_id = p.subscription_id AND later.topic = p.topic
                   AND later.state = 'waiting' AND later.id > p.id AND p.kind <> 'test')
    FROM claimed p
    JOIN push_subscriptions s ON s.id = p.subscription_id
    JOIN businesses b ON b.id = p.business_id
    JOIN users u ON u.id = p.user_id
    LEFT JOIN reminders r ON r.id = p.reminder_id AND r.business_id = p.business_id AND r.state = 'fired' AND r.rings = p.ring
    LEFT JOIN tasks t ON t.id = r.task_id AND (t.assignee IS NULL OR t.assignee = p.user_id)
    LEFT JOIN customers c ON c.business_id = t.business_id AND c.id = t.customer_id
    LEFT JOIN customer_identities phone
        ON phone.business_id = c.business_id AND phone.customer_id = c.id AND phone.kind = 'phone' AND phone.is_primary
    LEFT JOIN customer_identities whatsapp
        ON whatsapp.business_id = c.business_id AND whatsapp.customer_id = c.id AND whatsapp.kind = 'whatsapp' AND whatsapp.is_primary
    LEFT JOIN LATERAL (
        SELECT count(*) AS n, (array_agg(o.title ORDER BY o.due_at, o.id))[1:3] AS titles FROM ringing o
        WHERE p.kind = 'digest' AND o.business_id = p.business_id AND (o.assignee IS NULL OR o.assignee = p.user_id)
    ) many ON p.kind = 'digest'";

fn claimed(row: &Row) -> ClaimedPush {
    let about = match (row.get::<_, &str>(12), row.get::<_, bool>(13)) {
        (_, false) => About::Over,
        _ if row.get(25) => About::Replaced,
        ("test", _) => About::Test,
        ("digest", _) => match row.get::<_, i64>(23) {
            0 => About::Over,
            count => About::Digest {
                count,
                titles: row.get(24),
            },
        },
        _ => due(row).map_or(About::Over, |due| About::Due(Box::new(due))),
    };
    ClaimedPush {
        id: row.get(0),
        claim_no: row.get(1),
        attempt: row.get(2),
        age: Duration::try_from_secs_f64(row.get(3)).unwrap_or_default(),
        business: BusinessId(row.get(4)),
        user: UserId(row.get(5)),
        subscription: row.get(6),
        endpoint: row.get(7),
        p256dh: row.get(8),
        auth: row.get(9),
        topic: row.get(10),
        time_zone: row.get(11),
        about,
    }
}

/// `None` when it rings no more, or not for this person.
fn due(row: &Row) -> Option<DueReminder> {
    let reminder = row.get::<_, Option<i64>>(14)?;
    let task = row.get::<_, Option<i64>>(15)?;
    let remind_at = row.get(18);
    let phone: Option<String> = row.get(21);
    Some(DueReminder {
        reminder,
        task,
        title: row.get(16),
        due_at: row.get(17),
        remind_at,
        fired_at: row.get::<_, Option<Timestamp>>(19).unwrap_or(remind_at),
        customer: row
            .get::<_, Option<String>>(20)
            .filter(|name| !name.trim().is_empty()),
        whatsapp: row.get::<_, Option<String>>(22).or_else(|| phone.clone()),
        phone,
    })
}

impl Store {
    /// Claims up to `limit` pushes that may go now, the oldest of each business first and no business more than `share`
    /// at once over all engines.
    pub async fn claim_pushes(
        &self,
        worker: &Worker,
        lease: Duration,
        limit: i64,
        share: i64,
    ) -> Result<Vec<ClaimedPush>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(CLAIM).await?;
            let lease = lease.as_secs_f64() * 1000.0;
            let rows = client
                .query(
                    &statement,
                    &[
                        &worker.node,
                        &worker.incarnation,
                        &lease,
                        &limit,
                        &share,
                        &LOOKED_AT,
                    ],
                )
                .await?;
            Ok(rows.iter().map(claimed).collect())
        })
        .await
    }

    /// Frees what earlier lives of this engine held; how many.
    pub async fn free_pushes(&self, worker: &Worker) -> Result<u64, StoreError> {
        limited(async {
            let client = self.client().await?;
            let freed = "UPDATE pushes SET lease_until = NULL
                WHERE state = 'waiting' AND lease_node = $1 AND lease_incarnation <> $2 AND lease_until > now()";
            Ok(client.execute(freed, &[&worker.node, &worker.incarnation]).await?)
        })
        .await
    }

    /// Ends a push, and keeps what it tells of its browser.
    ///
    /// # Errors
    /// `Fenced` when it was replaced by a later one, or somebody else sends it now.
    pub async fn end_push(&self, push: &ClaimedPush, end: PushEnd<'_>) -> Result<(), StoreError> {
        let (state, reason) = match end {
            PushEnd::Sent => ("sent", None),
            PushEnd::Answered => ("answered", None),
            PushEnd::Replaced => ("replaced", None),
            PushEnd::Refused(reason) | PushEnd::Unfit(reason) => ("refused", Some(reason)),
            PushEnd::GivenUp => ("given_up", None),
        };
        let of_browser = match end {
            PushEnd::Sent => "last_ok_at = now(), fail_count = 0, wait_until = NULL",
            PushEnd::Refused(_) => "fail_count = fail_count + 1",
            _ => "fail_count = fail_count",
        };
        let sql = format!(
            "WITH browser AS (UPDATE push_subscriptions SET {of_browser} WHERE id = $5 RETURNING fail_count),
                  ended AS (UPDATE pushes SET state = $3, reason = $4, ended_at = now(), lease_until = NULL
                            WHERE id = $1 AND claim_no = $2 AND state = 'waiting' RETURNING 1)
             SELECT (SELECT count(*) FROM ended), (SELECT fail_count FROM browser)"
        );
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(&sql).await?;
            let row = client
                .query_one(
                    &statement,
                    &[&push.id, &push.claim_no, &state, &reason, &push.subscription],
                )
                .await?;
            let refusals: Option<i32> = row.get(1);
            if matches!(end, PushEnd::Refused(_)) && refusals.is_some_and(|refusals| refusals >= REFUSALS) {
                let forgotten = "DELETE FROM push_subscriptions WHERE id = $1";
                client.execute(forgotten, &[&push.subscription]).await?;
            }
            if row.get::<_, i64>(0) == 0 {
                return Err(StoreError::Fenced);
            }
            Ok(())
        })
        .await
    }

    /// Puts a push off; its browser's others wait with it when its service asked for that.
    ///
    /// # Errors
    /// `Fenced` as above.
    pub async fn put_push_off(
        &self,
        push: &ClaimedPush,
        wait: Duration,
        asked: bool,
    ) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            let wait = wait.as_secs_f64();
            let put_off = "WITH alone AS (
                    UPDATE push_subscriptions SET wait_until = now() + $3::float8 * interval '1 second' WHERE id = $4 AND $5
                 )
                 UPDATE pushes SET not_before = now() + $3::float8 * interval '1 second', lease_until = NULL
                 WHERE id = $1 AND claim_no = $2 AND state = 'waiting'";
            let statement = client.prepare_cached(put_off).await?;
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
                [&push.id, &push.claim_no, &wait, &push.subscription, &asked];
            if client.execute(&statement, &values).await? == 0 {
                return Err(StoreError::Fenced);
            }
            Ok(())
        })
        .await
    }

    /// A browser is not subscribed any more: it goes, with what was to be sent to it.
    pub async fn browser_gone(&self, subscription: i64) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            let gone = "DELETE FROM push_subscriptions WHERE id = $1";
            client.execute(gone, &[&subscription]).await?;
            Ok(())
        })
        .await
    }
}
