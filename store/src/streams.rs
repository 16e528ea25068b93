//! What each person is told, per business: events numbered without gaps, kept for a day. They are written in the
//! transaction of their cause; sessions read here what they missed.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::UserId;
use domain::ids::BusinessId;
use serde_json::Value;
use tokio_postgres::Row;

/// A person in a business: whose stream it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person {
    pub business: BusinessId,
    pub user: UserId,
}

/// One thing that a person was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub to: Person,
    /// Numbers of another epoch are not comparable.
    pub epoch: i64,
    pub seq: i64,
    pub at: jiff::Timestamp,
    /// `task:due`, …
    pub kind: String,
    /// JSON.
    pub data: String,
}

/// Where a session stands in its person's stream; nought of epoch nought is before the stream's beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub epoch: i64,
    pub seq: i64,
}

/// What a session that says where it stands is to be sent.
#[derive(Debug, Clone)]
pub struct Missed {
    pub person: Person,
    /// The stream's newest number.
    pub newest: Place,
    /// Whether `events` is all that came after the session's place; else it must look at everything anew.
    pub whole: bool,
    pub events: Vec<Told>,
}

/// Events that are sent again to one session; who missed more looks at everything anew.
const MOST: i64 = 500;

pub(crate) fn told(row: &Row) -> Told {
    Told {
        to: Person {
            business: BusinessId(row.get(0)),
            user: UserId(row.get(1)),
        },
        epoch: row.get(2),
        seq: row.get(3),
        at: row.get(4),
        kind: row.get(5),
        data: row.get(6),
    }
}

impl TenantTx<'_> {
    /// Tells these people of this business one thing, when the transaction commits.
    pub async fn tell(&self, whom: &[i64], kind: &str, data: &Value) -> Result<Vec<Told>, StoreError> {
        limited(async {
            let statement = self
                .sql()
                .prepare_cached(
                    "SELECT $1::bigint, told_user, told_epoch, told_seq, now(), $3::text, $4::json::text FROM tell($1, $2, $3, $4)",
                )
                .await?;
            let rows = self
                .sql()
                .query(&statement, &[&self.business().0, &whom, &kind, data])
                .await?;
            Ok(rows.iter().map(told).collect())
        })
        .await
    }
}

impl Store {
    /// What these sessions missed since they stood there; `None` for one that comes for the first time. In one statement
    /// for all that ask at once.
    pub async fn missed(&self, asked: &[(Person, Option<Place>)]) -> Result<Vec<Missed>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let businesses: Vec<i64> = asked.iter().map(|(person, _)| person.business.0).collect();
            let users: Vec<i64> = asked.iter().map(|(person, _)| person.user.0).collect();
            let epochs: Vec<i64> = asked.iter().map(|(_, place)| place.map_or(-1, |at| at.epoch)).collect();
            let seqs: Vec<i64> = asked.iter().map(|(_, place)| place.map_or(0, |at| at.seq)).collect();
            let statement = client
                .prepare_cached(
                    "SELECT a.n, COALESCE(s.epoch, 0), COALESCE(s.seq, 0), e.seq, e.at, e.kind, e.data::text
                     FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS a(b, u, epoch, seq, n)
                     LEFT JOIN user_streams s ON s.business_id = a.b AND s.user_id = a.u
                     LEFT JOIN LATERAL (
                         SELECT e.seq, e.at, e.kind, e.data FROM user_events e
                         WHERE (s.epoch = a.epoch OR a.epoch = 0) AND e.business_id = a.b AND e.user_id = a.u AND e.seq > a.seq AND e.seq <= s.seq
                         ORDER BY e.seq LIMIT $5
                     ) e ON true
                     ORDER BY a.n, e.seq",
                )
                .await?;
            let rows = client
                .query(&statement, &[&businesses, &users, &epochs, &seqs, &MOST])
                .await?;
            let mut rows = rows.iter().peekable();
            let mut found = Vec::with_capacity(asked.len());
            for (n, (person, place)) in (1_i64..).zip(asked) {
                let mut missed = Missed {
                    person: *person,
                    newest: Place { epoch: 0, seq: 0 },
                    whole: false,
                    events: Vec::new(),
                };
                while let Some(row) = rows.next_if(|row| row.get::<_, i64>(0) == n) {
                    missed.newest = Place { epoch: row.get(1), seq: row.get(2) };
                    if let Some(seq) = row.get(3) {
                        missed.events.push(Told {
                            to: *person,
                            epoch: row.get(1),
                            seq,
                            at: row.get(4),
                            kind: row.get(5),
                            data: row.get(6),
                        });
                    }
                }
                missed.whole = place.is_some_and(|at| {
                    let next_is_there = missed.events.first().is_none_or(|first| first.seq == at.seq + 1);
                    let last = missed.events.last().map_or(at.seq, |last| last.seq);
                    (at.epoch == missed.newest.epoch || at.epoch == 0) && next_is_there && last == missed.newest.seq
                });
                found.push(missed);
            }
            Ok(found)
        })
        .await
    }

    /// How far the streams of these people are; who was never told anything is left out.
    pub async fn newest(&self, people: &[Person]) -> Result<Vec<(Person, i64)>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let businesses: Vec<i64> = people.iter().map(|person| person.business.0).collect();
            let users: Vec<i64> = people.iter().map(|person| person.user.0).collect();
            let statement = client
                .prepare_cached(
                    "SELECT s.business_id, s.user_id, s.seq FROM unnest($1::bigint[], $2::bigint[]) AS a(b, u)
                     JOIN user_streams s ON s.business_id = a.b AND s.user_id = a.u",
                )
                .await?;
            let rows = client.query(&statement, &[&businesses, &users]).await?;
            let newest = |row: &Row| {
                let (business, user) = (BusinessId(row.get(0)), UserId(row.get(1)));
                (Person { business, user }, row.get(2))
            };
            Ok(rows.iter().map(newest).collect())
        })
        .await
    }
}
