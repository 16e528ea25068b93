//! The durable inbox: every webhook event is a row before it is a message, and one natural key is
//! one row for ever. Together with the event its call and its recording come to be, in one commit
//! shared by all events that wait. The webhooks write to it; it decides nothing.

use crate::connect::Connector;
use crate::error::StoreError;
use crate::group_commit::{Batched, GroupCommit};
use domain::call::{CarrierStatus, Purpose};
use domain::ids::{BusinessId, CallSid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;
use tokio_postgres::{Client, Statement};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The answer given first.
    pub answer: String,
    /// How often the event has come, this time included.
    pub deliveries: i32,
}

/// Takes events in. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    commits: GroupCommit<Events>,
}

impl Inbox {
    pub(crate) fn start(connector: Connector) -> Self {
        Self {
            commits: GroupCommit::start(connector),
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
    const SQL: &'static str = include_str!("inbox.sql");

    /// By call: two events of one call change one row of `calls`.
    fn key(event: &Event) -> &str {
        event.call_sid.as_str()
    }

    async fn write(
        client: &Client,
        statement: &Statement,
        events: &[&Event],
    ) -> Result<Vec<Taken>, StoreError> {
        let c = Columns::of(events);
        let rows = client
            .query(
                statement,
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
                ],
            )
            .await?;
        let mut taken: HashMap<String, Taken> = rows
            .iter()
            .map(|row| {
                (
                    row.get(0),
                    Taken {
                        answer: row.get(1),
                        deliveries: row.get(2),
                    },
                )
            })
            .collect();
        events
            .iter()
            .map(|event| {
                taken
                    .remove(&event.natural_key)
                    .ok_or_else(|| StoreError::Refused("an event gave no row".into()))
            })
            .collect()
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
}

impl<'a> Columns<'a> {
    fn of(events: &[&'a Event]) -> Self {
        let mut c = Self::default();
        for event in events {
            c.natural_key.push(&event.natural_key);
            c.kind.push(&event.kind);
            c.call_sid.push(event.call_sid.as_str());
            c.business.push(event.business.map(|b| b.0));
            c.caller.push(&event.caller);
            c.called.push(&event.called);
            c.status.push(event.status.map_or(0, CarrierStatus::rank));
            c.duration.push(event.duration_s);
            c.form.push(&event.form);
            c.answer.push(&event.answer);
            c.request_id.push(&event.request_id);
            let recording = event.recording.as_ref();
            c.recording.push(recording.map(|r| r.key.as_str()));
            c.turn
                .push(recording.map(|r| i16::try_from(r.turn).unwrap_or(i16::MAX)));
            c.purpose
                .push(recording.map(|r| if r.is_message { "message" } else { "turn" }));
            c.seconds.push(recording.and_then(|r| r.carrier_seconds));
            c.rejected.push(recording.and_then(|r| r.rejected.as_deref()));
        }
        c
    }
}
