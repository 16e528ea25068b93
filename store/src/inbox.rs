//! The durable inbox: every webhook event is a row before it is a message, and one natural key is
//! one row for ever. Together with the event its call and its recording come to be, in one commit
//! shared by all events that wait. The webhooks write to it; it decides nothing.

use crate::connect::Connector;
use crate::error::StoreError;
use crate::group_commit::{Batched, GroupCommit, Link};
use crate::recordings::{Claimed, Worker};
use domain::call::{CarrierStatus, Purpose};
use domain::ids::{BusinessId, CallSid};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio_postgres::Row;

/// One webhook event, checked and understood.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// What makes it the same event when it comes again, e.g. `recording:RE…`.
    pub natural_key: String,
    /// The webhook's name, e.g. `handle_recording`.
    pub kind: String,
    pub call_sid: CallSid,
    pub business: Option<BusinessId>,
    /// `From` and `To` as the carrier gave them; empty where the event has none.
    pub caller: String,
    pub called: String,
    pub status: Option<CarrierStatus>,
    pub duration_s: Option<i32>,
    /// The body as it came.
    pub form: String,
    /// What the carrier is told, now and whenever the event comes again.
    pub answer: String,
    pub request_id: String,
    pub recording: Option<NewRecording>,
}

/// A recording that an event brings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewRecording {
    /// `RE…`; a recording without one is kept under the call and turn, and is `rejected` at once.
    pub key: String,
    pub turn: u16,
    pub is_message: bool,
    pub carrier_seconds: Option<i32>,
    pub rejected: Option<String>,
    /// Who begins to work on it at once, and for how long it is theirs; not what comes back from the spool.
    #[serde(skip)]
    pub claim_for: Option<(Worker, Duration)>,
}

impl NewRecording {
    /// Whether the caller converses or leaves a message.
    pub fn purpose(&self) -> Purpose {
        if self.is_message {
            Purpose::Message
        } else {
            Purpose::Turn
        }
    }
}

/// The event is in Postgres.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The answer given first.
    pub answer: String,
    /// How often the event has come, this time included.
    pub deliveries: i32,
    /// The recording that this event brought, if it is new and was claimed with it.
    pub claimed: Option<Box<Claimed>>,
}

/// Takes events in. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    commits: GroupCommit<Events>,
}

impl Inbox {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            commits: GroupCommit::new(connector),
        }
    }

    /// Returns when the event is committed.
    ///
    /// # Errors
    /// `Away` or `Slow`: the event must be spooled. `Refused`: Postgres will never take it.
    pub async fn take(&self, event: Event, limit: Duration) -> Result<Taken, StoreError> {
        self.commits.write(event, limit).await
    }

    /// Events that wait for a commit.
    pub fn depth(&self) -> usize {
        self.commits.depth()
    }
}

struct Events;

impl Batched for Events {
    type Item = Event;
    type Reply = Taken;
    const NAME: &'static str = "inbox";
    const SQL: &'static str = "
        SELECT t.first_answer, t.times, t.claimed, t.of_business
        FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::smallint[],
                    $8::int[], $9::text[], $10::text[], $11::text[], $12::text[], $13::smallint[], $14::text[],
                    $15::int[], $16::text[], $17::text[], $18::text[], $19::float8[])
             WITH ORDINALITY AS e(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, place),
             LATERAL take_event(a, b, c, d, e.e, f, g, h, i, j, k, l, m, n, o, p, q, r, s) AS t
        ORDER BY place";
    const ONE: &'static str = "
        SELECT first_answer, times, claimed, of_business
        FROM take_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

    /// By call, whose row all its events change; then by event.
    fn order(event: &Event) -> (&str, &str) {
        (event.call_sid.as_str(), &event.natural_key)
    }

    async fn write(link: &Link, events: &[&Event]) -> Result<Vec<Taken>, StoreError> {
        if let [event] = events {
            return Ok(vec![one(link, event).await?]);
        }
        let c = Columns::of(events);
        let rows = link
            .client
            .query(
                &link.many,
                &[
                    &c.natural_key,
                    &c.kind,
                    &c.call_sid,
                    &c.business,
                    &c.caller,
                    &c.called,
                    &c.status,
                    &c.duration,
                    &c.form,
                    &c.answer,
                    &c.request_id,
                    &c.recording,
                    &c.turn,
                    &c.purpose,
                    &c.seconds,
                    &c.rejected,
                    &c.node,
                    &c.incarnation,
                    &c.lease_ms,
                ],
            )
            .await?;
        if rows.len() != events.len() {
            return Err(StoreError::Refused("an event gave no row".into()));
        }
        events
            .iter()
            .zip(&rows)
            .map(|(event, row)| taken(event, row))
            .collect()
    }
}

async fn one(link: &Link, event: &Event) -> Result<Taken, StoreError> {
    let c = OneRow::of(event);
    let row = link
        .client
        .query_one(
            &link.one,
            &[
                &event.natural_key,
                &event.kind,
                &event.call_sid.as_str(),
                &c.business,
                &event.caller,
                &event.called,
                &c.status,
                &event.duration_s,
                &event.form,
                &event.answer,
                &event.request_id,
                &c.recording,
                &c.turn,
                &c.purpose,
                &c.seconds,
                &c.rejected,
                &c.node,
                &c.incarnation,
                &c.lease_ms,
            ],
        )
        .await?;
    taken(event, &row)
}

/// From a row with the answer, the deliveries, whether the recording was claimed, and its business.
fn taken(event: &Event, row: &Row) -> Result<Taken, StoreError> {
    let Some(deliveries) = row.get(1) else {
        return Err(StoreError::Away("an event went while it was taken".into()));
    };
    let claimed = event.recording.as_ref().filter(|_| row.get(2));
    Ok(Taken {
        answer: row.get(0),
        deliveries,
        claimed: claimed.map(|recording| {
            let business = row.get::<_, Option<i64>>(3).map(BusinessId);
            Box::new(Claimed::new(event, recording, business))
        }),
    })
}

/// Columns of one event that are not in it as they are.
#[derive(Default)]
struct OneRow<'a> {
    business: Option<i64>,
    status: i16,
    recording: Option<&'a str>,
    turn: Option<i16>,
    purpose: Option<&'a str>,
    seconds: Option<i32>,
    rejected: Option<&'a str>,
    node: Option<&'a str>,
    incarnation: Option<&'a str>,
    lease_ms: Option<f64>,
}

impl<'a> OneRow<'a> {
    fn of(event: &'a Event) -> Self {
        let row = Self {
            business: event.business.map(|b| b.0),
            status: event.status.map_or(0, CarrierStatus::rank),
            ..Self::default()
        };
        let Some(recording) = &event.recording else {
            return row;
        };
        let claim = recording
            .claim_for
            .as_ref()
            .filter(|_| recording.rejected.is_none());
        Self {
            recording: Some(&recording.key),
            turn: Some(i16::try_from(recording.turn).unwrap_or(i16::MAX)),
            purpose: Some(if recording.is_message { "message" } else { "turn" }),
            seconds: recording.carrier_seconds,
            rejected: recording.rejected.as_deref(),
            node: claim.map(|(worker, _)| worker.node.as_str()),
            incarnation: claim.map(|(worker, _)| worker.incarnation.as_str()),
            lease_ms: claim.map(|(_, lease)| lease.as_secs_f64() * 1000.0),
            ..row
        }
    }
}

/// The batch by columns, as `unnest` takes it.
#[derive(Default)]
struct Columns<'a> {
    natural_key: Vec<&'a str>,
    kind: Vec<&'a str>,
    call_sid: Vec<&'a str>,
    business: Vec<Option<i64>>,
    caller: Vec<&'a str>,
    called: Vec<&'a str>,
    status: Vec<i16>,
    duration: Vec<Option<i32>>,
    form: Vec<&'a str>,
    answer: Vec<&'a str>,
    request_id: Vec<&'a str>,
    recording: Vec<Option<&'a str>>,
    turn: Vec<Option<i16>>,
    purpose: Vec<Option<&'a str>>,
    seconds: Vec<Option<i32>>,
    rejected: Vec<Option<&'a str>>,
    node: Vec<Option<&'a str>>,
    incarnation: Vec<Option<&'a str>>,
    lease_ms: Vec<Option<f64>>,
}

impl<'a> Columns<'a> {
    fn of(events: &[&'a Event]) -> Self {
        let mut c = Self::default();
        for event in events {
            let one = OneRow::of(event);
            c.natural_key.push(&event.natural_key);
            c.kind.push(&event.kind);
            c.call_sid.push(event.call_sid.as_str());
            c.business.push(one.business);
            c.caller.push(&event.caller);
            c.called.push(&event.called);
            c.status.push(one.status);
            c.duration.push(event.duration_s);
            c.form.push(&event.form);
            c.answer.push(&event.answer);
            c.request_id.push(&event.request_id);
            c.recording.push(one.recording);
            c.turn.push(one.turn);
            c.purpose.push(one.purpose);
            c.seconds.push(one.seconds);
            c.rejected.push(one.rejected);
            c.node.push(one.node);
            c.incarnation.push(one.incarnation);
            c.lease_ms.push(one.lease_ms);
        }
        c
    }
}
