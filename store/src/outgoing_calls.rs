//! Calls that people make and take over, as rows: a row before the carrier is asked, one at a time for each customer and each
//! phone (unique indexes of V021), looked after by lease and fence, and ended once, in the transaction that tells the timeline.

use crate::audit::{By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::UserId;
use domain::call::CarrierStatus;
use domain::ids::{BusinessId, CallSid};
use domain::outgoing::{Kind, Outcome, State};
use jiff::Timestamp;
use serde_json::json;
use tokio_postgres::Row;

/// A call to be made or taken over.
#[derive(Debug, Clone)]
pub struct NewOutgoing {
    pub kind: Kind,
    pub customer: Option<i64>,
    pub agent: UserId,
    pub agent_phone: String,
    pub customer_phone: String,
    pub our_number: String,
    pub briefing: String,
    /// Of a take-over: the running call, and the last turn that it had.
    pub taken: Option<(String, i16)>,
}

/// A call as its row tells it.
#[derive(Debug, Clone)]
pub struct OutgoingRow {
    pub id: i64,
    pub business: BusinessId,
    pub kind: Kind,
    pub customer: Option<i64>,
    pub agent: UserId,
    pub agent_phone: String,
    pub customer_phone: String,
    pub our_number: String,
    pub briefing: String,
    pub state: State,
    pub outcome: Option<Outcome>,
    pub call_sid: Option<String>,
    pub turn: i16,
    pub requested_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub talk_s: Option<i32>,
    pub claim_no: i32,
    /// Since the carrier was last asked for it, and since somebody asked us; by the database's clock.
    pub age_ms: i64,
    pub waited_ms: i64,
}

/// How a request to call ended.
#[derive(Debug, Clone)]
pub enum Started {
    Done(Box<OutgoingRow>),
    /// There is one already, to this customer or at this phone.
    InProgress,
}

const COLUMNS: &str = "o.id, o.business_id, o.kind, o.customer_id, o.agent, o.agent_phone, o.customer_phone, o.our_number, o.briefing,
    o.state, o.outcome, o.call_sid, o.turn, o.requested_at, o.accepted_at, o.ended_at, o.talk_s, o.claim_no,
    (extract(epoch FROM now() - COALESCE(o.placed_at, o.requested_at)) * 1000)::bigint,
    (extract(epoch FROM now() - o.requested_at) * 1000)::bigint";
/// A call of which nothing is heard for so long is looked up.
const LOOK_AFTER: &str = "interval '30 seconds'";

fn row(row: &Row) -> Result<OutgoingRow, StoreError> {
    let odd = || StoreError::Refused("a call that goes out has a word that nobody knows".into());
    Ok(OutgoingRow {
        id: row.get(0),
        business: BusinessId(row.get(1)),
        kind: Kind::parse(row.get(2)).ok_or_else(odd)?,
        customer: row.get(3),
        agent: UserId(row.get(4)),
        agent_phone: row.get(5),
        customer_phone: row.get(6),
        our_number: row.get(7),
        briefing: row.get(8),
        state: State::parse(row.get(9)).ok_or_else(odd)?,
        outcome: row.get::<_, Option<&str>>(10).and_then(Outcome::parse),
        call_sid: row.get(11),
        turn: row.get(12),
        requested_at: row.get(13),
        accepted_at: row.get(14),
        ended_at: row.get(15),
        talk_s: row.get(16),
        claim_no: row.get(17),
        age_ms: row.get(18),
        waited_ms: row.get(19),
    })
}

impl TenantTx<'_> {
    /// Makes the row of a call, if there is none under way to this customer or at this phone, and tells the log.
    pub async fn start_outgoing(&self, by: &By, new: &NewOutgoing) -> Result<Started, StoreError> {
        limited(async {
            let running = "SELECT EXISTS (SELECT FROM calls c WHERE c.business_id = $1 AND c.caller = $2 AND c.direction = 'inbound' AND c.ended_at IS NULL
                               AND c.status_rank < 4 AND c.last_event_at > now() - interval '2 hours')";
            if new.taken.is_none() {
                let found = self.sql().query_one(running, &[&self.business().0, &new.customer_phone]).await?;
                if found.get(0) {
                    return Ok(Started::InProgress);
                }
            }
            let (sid, turn) = new.taken.clone().map_or((None, 0), |(sid, turn)| (Some(sid), turn));
            let sql = format!(
                "INSERT INTO outgoing_calls AS o (business_id, kind, customer_id, agent, agent_phone, customer_phone, our_number,
                                                  briefing, call_sid, turn)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING {COLUMNS}"
            );
            let made = self
                .sql()
                .query_opt(
                    &sql,
                    &[
                        &self.business().0,
                        &new.kind.as_str(),
                        &new.customer,
                        &new.agent.0,
                        &new.agent_phone,
                        &new.customer_phone,
                        &new.our_number,
                        &new.briefing,
                        &sid,
                        &turn,
                    ],
                )
                .await?;
            let Some(made) = made else {
                return Ok(Started::InProgress);
            };
            let made = row(&made)?;
            let action = match new.kind {
                Kind::Bridge => "call.started",
                Kind::TakeOver => "call.taken_over",
            };
            let happened = Happened {
                action,
                subject: new.customer.map_or_else(|| format!("outgoing_call:{}", made.id), |id| format!("customer:{id}")),
                detail: json!({ "call": made.id }),
            };
            self.audit(by, happened).await?;
            Ok(Started::Done(Box::new(made)))
        })
        .await
    }

    /// The last call that was made to a customer, running or not.
    pub async fn last_outgoing(&self, customer: i64) -> Result<Option<OutgoingRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS} FROM outgoing_calls o WHERE o.business_id = $1 AND o.customer_id = $2 ORDER BY o.id DESC LIMIT 1"
            );
            let found = self.sql().query_opt(&sql, &[&self.business().0, &customer]).await?;
            found.as_ref().map(row).transpose()
        })
        .await
    }

    /// The last take-over of a running call.
    pub async fn last_take_over(&self, call: &str) -> Result<Option<OutgoingRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS} FROM outgoing_calls o WHERE o.business_id = $1 AND o.call_sid = $2 ORDER BY o.id DESC LIMIT 1"
            );
            let found = self.sql().query_opt(&sql, &[&self.business().0, &call]).await?;
            found.as_ref().map(row).transpose()
        })
        .await
    }
}

impl Store {
    /// Claims a call that nobody looks after: this one, or the next. Gives it as it was before the claim: `placing` means that
    /// somebody asked the carrier before, and may have been heard.
    pub async fn claim_outgoing(&self, id: Option<i64>) -> Result<Option<OutgoingRow>, StoreError> {
        limited(async {
            let sql = format!(
                "WITH found AS (SELECT f.id, f.state FROM outgoing_calls f
                     WHERE f.state <> 'ended' AND f.lease_until <= now() AND ($1::bigint IS NULL OR f.id = $1)
                     ORDER BY f.lease_until FOR UPDATE SKIP LOCKED LIMIT 1),
                 claimed AS (UPDATE outgoing_calls o SET claim_no = o.claim_no + 1, lease_until = now() + interval '20 seconds',
                         state = CASE o.state WHEN 'waiting' THEN 'placing' ELSE o.state END,
                         placed_at = CASE o.state WHEN 'waiting' THEN now() ELSE o.placed_at END
                     FROM found WHERE o.id = found.id RETURNING o.*)
                 SELECT {}, found.state FROM claimed o JOIN found ON found.id = o.id",
                COLUMNS
            );
            let client = self.client().await?;
            let statement = client.prepare_cached(&sql).await?;
            let Some(found) = client.query_opt(&statement, &[&id]).await? else {
                return Ok(None);
            };
            let mut claimed = row(&found)?;
            claimed.state = State::parse(found.get(20)).unwrap_or(claimed.state);
            Ok(Some(claimed))
        })
        .await
    }

    /// It is looked after again in so many milliseconds; `again`: surely nothing was taken, so it begins anew.
    pub async fn put_back_outgoing(
        &self,
        claimed: &OutgoingRow,
        ms: i64,
        again: bool,
    ) -> Result<(), StoreError> {
        limited(async {
            let sql = "UPDATE outgoing_calls SET lease_until = now() + $3::bigint * interval '1 millisecond',
                           state = CASE WHEN $4 AND state = 'placing' THEN 'waiting' ELSE state END
                       WHERE id = $1 AND claim_no = $2 AND state <> 'ended'";
            let client = self.client().await?;
            client
                .execute(sql, &[&claimed.id, &claimed.claim_no, &ms, &again])
                .await?;
            Ok(())
        })
        .await
    }

    /// The carrier has the call: its id is kept, whoever learns of it first, and the call is a call like any other.
    pub async fn outgoing_placed(&self, id: i64, sid: &CallSid) -> Result<Option<OutgoingRow>, StoreError> {
        self.outgoing_came_to(id, sid, State::RingingAgent).await
    }

    /// It has come so far; it never goes back. `None` when it is over, or another call of the carrier's is it.
    pub async fn outgoing_came_to(
        &self,
        id: i64,
        sid: &CallSid,
        state: State,
    ) -> Result<Option<OutgoingRow>, StoreError> {
        limited(async {
            let sql = format!(
                "WITH come AS (UPDATE outgoing_calls o SET call_sid = COALESCE(o.call_sid, $2), lease_until = now() + {LOOK_AFTER},
                         accepted_at = CASE WHEN $3 = 'ringing_customer' THEN COALESCE(o.accepted_at, now()) ELSE o.accepted_at END,
                         state = CASE WHEN array_position({ORDER}, $3) > array_position({ORDER}, o.state) THEN $3 ELSE o.state END
                     WHERE o.id = $1 AND o.state <> 'ended' AND COALESCE(o.call_sid, $2) = $2 RETURNING o.*),
                 call AS (INSERT INTO calls (call_sid, business_id, caller, called, direction, status_rank, customer_id, wrapped_at)
                     SELECT $2, o.business_id, o.customer_phone, o.our_number, 'outbound', 2, o.customer_id, now() FROM come o
                     WHERE o.kind = 'bridge' ON CONFLICT (call_sid) DO NOTHING)
                 SELECT {COLUMNS} FROM come o",
                ORDER = "ARRAY['waiting', 'placing', 'ringing_agent', 'briefing', 'ringing_customer']"
            );
            let client = self.client().await?;
            let statement = client.prepare_cached(&sql).await?;
            let found = client.query_opt(&statement, &[&id, &sid.as_str(), &state.as_str()]).await?;
            found.as_ref().map(row).transpose()
        })
        .await
    }

    /// A call by its number, for the carrier's requests, which name it.
    pub async fn outgoing(&self, id: i64) -> Result<Option<OutgoingRow>, StoreError> {
        limited(async {
            let sql = format!("SELECT {COLUMNS} FROM outgoing_calls o WHERE o.id = $1");
            let client = self.client().await?;
            let found = client.query_opt(&sql, &[&id]).await?;
            found.as_ref().map(row).transpose()
        })
        .await
    }

    /// Ends it, once: the first outcome stands. The timeline is told in the same transaction. `None` when it had ended.
    pub async fn end_outgoing(
        &self,
        id: i64,
        outcome: Outcome,
        talk_s: Option<i32>,
    ) -> Result<Option<OutgoingRow>, StoreError> {
        limited(async {
            let sql = format!(
                "WITH over AS (UPDATE outgoing_calls o SET state = 'ended', outcome = $2, talk_s = $3, ended_at = now()
                     WHERE o.id = $1 AND o.state <> 'ended' RETURNING o.*),
                 -- Its leg ends now, whether or not the carrier's word of that ever comes.
                 leg AS (UPDATE calls c SET ended_at = COALESCE(c.ended_at, now()) FROM over o
                     WHERE c.call_sid = o.call_sid AND o.kind = 'bridge'),
                 told AS (INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
                     SELECT o.business_id, o.customer_id, 'call', o.requested_at, COALESCE(o.call_sid, 'outgoing:' || o.id), '',
                            jsonb_build_object('direction', 'outbound', 'outcome', o.outcome, 'by', o.agent, 'talk_s', o.talk_s)
                     FROM over o WHERE o.kind = 'bridge' AND o.customer_id IS NOT NULL ON CONFLICT DO NOTHING)
                 SELECT {COLUMNS} FROM over o"
            );
            let client = self.client().await?;
            let statement = client.prepare_cached(&sql).await?;
            let found = client.query_opt(&statement, &[&id, &outcome.as_str(), &talk_s]).await?;
            found.as_ref().map(row).transpose()
        })
        .await
    }

    /// What the carrier says of the agent's leg; the lattice only climbs.
    pub async fn outgoing_status(
        &self,
        sid: &CallSid,
        status: CarrierStatus,
        seconds: Option<i32>,
    ) -> Result<(), StoreError> {
        limited(async {
            let sql = "UPDATE calls SET status_rank = GREATEST(status_rank, $2), duration_s = GREATEST(duration_s, $3),
                           ended_at = COALESCE(ended_at, CASE WHEN $2 >= 4 THEN now() END), last_event_at = now()
                       WHERE call_sid = $1";
            let client = self.client().await?;
            client.execute(sql, &[&sid.as_str(), &status.rank(), &seconds]).await?;
            Ok(())
        })
        .await
    }
}
