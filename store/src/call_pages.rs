//! Calls as people read them: lists, one call with its turns, and the calls that run now. Each query
//! is of one business; nothing here writes.

use crate::connect::limited;
use crate::error::StoreError;
use crate::recordings::hash;
use crate::tenant::TenantTx;
use domain::access::UserId;
use domain::call::CarrierStatus;
use domain::ids::AudioHash;
use serde_json::Value;
use std::collections::HashMap;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// A call in a list.
#[derive(Debug, Clone)]
pub struct CallLine {
    pub call_sid: String,
    pub caller: String,
    pub called: String,
    pub direction: String,
    pub status: CarrierStatus,
    pub started_at: jiff::Timestamp,
    pub ended_at: Option<jiff::Timestamp>,
    pub duration_s: Option<i32>,
    pub turns: i64,
    pub customer: Option<(i64, String)>,
    pub intent: Option<String>,
    pub summary: Option<String>,
    pub details: Option<Value>,
}

/// A turn of a call.
#[derive(Debug, Clone)]
pub struct TurnLine {
    pub turn: i16,
    pub state: String,
    pub purpose: String,
    pub received_at: jiff::Timestamp,
    pub answered_at: Option<jiff::Timestamp>,
    pub heard: Option<String>,
    pub answered: Option<String>,
    pub intent: Option<String>,
    pub understood: Option<bool>,
    pub reason: Option<String>,
    pub audio_ms: Option<i32>,
    pub speech_ms: Option<i32>,
    /// Milliseconds: download, transcription, reply, synthesis.
    pub took_ms: [Option<i32>; 4],
    pub made_by: [Option<String>; 3],
    pub caller_audio: Option<AudioHash>,
    pub reply_audio: Option<AudioHash>,
}

/// A task that a call promised.
#[derive(Debug, Clone)]
pub struct TaskLine {
    pub id: i64,
    pub title: String,
    pub channel: String,
    pub due_at: jiff::Timestamp,
}

/// What a list of calls is asked for.
#[derive(Debug, Clone, Default)]
pub struct CallQuery {
    /// In the caller's number, the customer's name, or the summary.
    pub text: Option<String>,
    /// Ranks of the lattice; empty is any.
    pub ranks: Vec<i16>,
    pub from: Option<jiff::Timestamp>,
    pub to: Option<jiff::Timestamp>,
    /// `inbound` or `outbound`.
    pub direction: Option<&'static str>,
    /// Of the clock in a zone when the call began: the weekday, Sunday being 0, and the hour.
    pub clock: Clock,
    /// Whether somebody left a message in it.
    pub message: Option<bool>,
    /// Who followed it up first.
    pub followed_by: Option<FollowedBy>,
    /// Column and whether it descends, from the list that the edge knows.
    pub sort: (&'static str, bool),
    pub limit: i64,
    pub offset: i64,
}

/// What a clock showed.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// A zone's name in the IANA database.
    pub zone: String,
    pub weekday: Option<i32>,
    pub hour: Option<i32>,
}

/// Who followed a call up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowedBy {
    Anybody,
    User(UserId),
}

const LINE: &str = "SELECT c.call_sid, c.caller, c.called, c.direction, c.status_rank, c.started_at, c.ended_at, c.duration_s,
        (SELECT count(*) FROM recordings r WHERE r.call_sid = c.call_sid AND r.business_id = c.business_id),
        u.id, u.name, c.intent, c.summary, c.details
     FROM calls c LEFT JOIN customers u ON u.id = c.customer_id AND u.business_id = c.business_id";
const ASKED: &str = "c.business_id = $1 AND (cardinality($2::smallint[]) = 0 OR c.status_rank = ANY ($2))
     AND ($3::timestamptz IS NULL OR c.started_at >= $3) AND ($4::timestamptz IS NULL OR c.started_at < $4)
     AND ($5::text IS NULL OR position($5 IN c.caller) > 0 OR position($6 IN c.caller) > 0
          OR position(lower($5) IN lower(COALESCE(c.summary, ''))) > 0
          OR EXISTS (SELECT FROM customers n WHERE n.id = c.customer_id AND n.business_id = c.business_id
                     AND position(lower($5) IN lower(n.name)) > 0))
     AND ($7::text IS NULL OR c.direction = $7)
     AND ($8::integer IS NULL OR extract(dow FROM c.started_at AT TIME ZONE $10::text) = $8)
     AND ($9::integer IS NULL OR extract(hour FROM c.started_at AT TIME ZONE $10::text) = $9)
     AND ($11::boolean IS NULL OR $11 = EXISTS (SELECT FROM recordings r WHERE r.business_id = $1 AND r.call_sid = c.call_sid
                                                AND r.purpose = 'message'))
     AND ($12::bigint IS NULL OR EXISTS (SELECT FROM call_follow_ups f WHERE f.business_id = $1 AND f.call_sid = c.call_sid
                                         AND ($12 = 0 OR f.by_user = $12)))";
/// After so long without an event a call is not running any more, whatever its status says.
const STALE: &str = "interval '2 hours'";

fn line(row: &Row) -> CallLine {
    CallLine {
        call_sid: row.get(0),
        caller: row.get(1),
        called: row.get(2),
        direction: row.get(3),
        status: CarrierStatus::from_rank(row.get(4)).unwrap_or(CarrierStatus::Queued),
        started_at: row.get(5),
        ended_at: row.get(6),
        duration_s: row.get(7),
        turns: row.get(8),
        customer: row.get::<_, Option<i64>>(9).map(|id| (id, row.get(10))),
        intent: row.get(11),
        summary: row.get(12),
        details: row.get(13),
    }
}

fn turn(row: &Row) -> TurnLine {
    TurnLine {
        turn: row.get(1),
        state: row.get(2),
        purpose: row.get(3),
        received_at: row.get(4),
        answered_at: row.get(5),
        heard: row.get(6),
        answered: row.get(7),
        intent: row.get(8),
        understood: row.get(9),
        reason: row.get(10),
        audio_ms: row.get(11),
        speech_ms: row.get(12),
        took_ms: [row.get(13), row.get(14), row.get(15), row.get(16)],
        made_by: [row.get(17), row.get(18), row.get(19)],
        caller_audio: hash(row.get(20)),
        reply_audio: hash(row.get(21)),
    }
}

/// Digits of a number that is typed as people write it: `050-123` finds `+97250123…`.
fn international(text: &Option<String>) -> Option<String> {
    let text = text.as_deref()?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let typed = text.chars().all(|c| c.is_ascii_digit() || " -+()".contains(c));
    match digits.strip_prefix('0') {
        Some(rest) if typed && !rest.is_empty() => Some(format!("972{rest}")),
        _ if typed && digits.len() >= 3 => Some(digits),
        _ => Some(text.to_owned()),
    }
}

impl TenantTx<'_> {
    /// Calls, a page of them, and how many match.
    pub async fn calls(&self, query: &CallQuery) -> Result<(Vec<CallLine>, i64), StoreError> {
        limited(async {
            let business = self.business().0;
            let digits = international(&query.text);
            let followed_by = query.followed_by.map(|by| match by {
                FollowedBy::Anybody => 0,
                FollowedBy::User(user) => user.0,
            });
            let zone = if query.clock.zone.is_empty() { "UTC" } else { &query.clock.zone };
            let parameters: [&(dyn ToSql + Sync); 14] = [
                &business,
                &query.ranks,
                &query.from,
                &query.to,
                &query.text,
                &digits,
                &query.direction,
                &query.clock.weekday,
                &query.clock.hour,
                &zone,
                &query.message,
                &followed_by,
                &query.limit,
                &query.offset,
            ];
            let count = format!("SELECT count(*) FROM calls c WHERE {ASKED}");
            let total = self.sql().query_one(&count, &parameters[..12]).await?;
            let (column, descending) = query.sort;
            let direction = if descending { "DESC" } else { "ASC" };
            // Only a call's length may be unknown; without a word on nulls the index gives the order.
            let nulls = if column == "duration_s" { "NULLS LAST" } else { "" };
            let order = format!("c.{column} {direction} {nulls}, c.call_sid");
            // Of the calls that are passed over nothing is looked at but what orders them.
            let page = format!(
                "{LINE} WHERE c.business_id = $1 AND c.call_sid IN (
                     SELECT c.call_sid FROM calls c WHERE {ASKED} ORDER BY {order} LIMIT $13 OFFSET $14) ORDER BY {order}"
            );
            let rows = self.sql().query(&page, &parameters).await?;
            Ok((rows.iter().map(line).collect(), total.get(0)))
        })
        .await
    }

    /// One call.
    pub async fn call_line(&self, sid: &str) -> Result<Option<CallLine>, StoreError> {
        limited(async {
            let sql = format!("{LINE} WHERE c.business_id = $1 AND c.call_sid = $2");
            let row = self.sql().query_opt(&sql, &[&self.business().0, &sid]).await?;
            Ok(row.as_ref().map(line))
        })
        .await
    }

    /// Calls that run now, newest first, fifty at most.
    pub async fn live_calls(&self) -> Result<Vec<CallLine>, StoreError> {
        limited(async {
            let sql = format!(
                "{LINE} WHERE c.business_id = $1 AND c.wrapped_at IS NULL AND c.ended_at IS NULL
                    AND c.last_event_at > now() - {STALE} ORDER BY c.started_at DESC LIMIT 50"
            );
            let rows = self.sql().query(&sql, &[&self.business().0]).await?;
            Ok(rows.iter().map(line).collect())
        })
        .await
    }

    /// The turns of these calls, oldest first.
    pub async fn turns_of(&self, sids: &[&str]) -> Result<HashMap<String, Vec<TurnLine>>, StoreError> {
        limited(async {
            let sql = "SELECT call_sid, turn, state, purpose, received_at, answered_at, transcript, reply, intent, understood,
                        reason, audio_ms, speech_ms, downloaded_ms, transcribed_ms, replied_ms, synthesised_ms,
                        transcribed_by, replied_by, synthesised_by, audio, reply_audio
                 FROM recordings WHERE business_id = $1 AND call_sid = ANY ($2) ORDER BY turn, received_at";
            let rows = self.sql().query(sql, &[&self.business().0, &sids]).await?;
            let mut turns: HashMap<String, Vec<TurnLine>> = HashMap::new();
            for row in &rows {
                turns.entry(row.get(0)).or_default().push(turn(row));
            }
            Ok(turns)
        })
        .await
    }

    /// The tasks that a call promised.
    pub async fn tasks_of_call(&self, sid: &str) -> Result<Vec<TaskLine>, StoreError> {
        limited(async {
            let sql = "SELECT id, title, channel, due_at FROM tasks WHERE business_id = $1 AND call_sid = $2 ORDER BY id";
            let rows = self.sql().query(sql, &[&self.business().0, &sid]).await?;
            let task = |row: &Row| TaskLine {
                id: row.get(0),
                title: row.get(1),
                channel: row.get(2),
                due_at: row.get(3),
            };
            Ok(rows.iter().map(task).collect())
        })
        .await
    }

    /// Whether this sound was heard or said in this call of this business.
    pub async fn has_sound(&self, call: &str, sound: AudioHash) -> Result<bool, StoreError> {
        limited(async {
            let sql = "SELECT EXISTS (SELECT FROM recordings
                           WHERE business_id = $1 AND call_sid = $2 AND (audio = $3 OR reply_audio = $3))";
            let row = self
                .sql()
                .query_one(sql, &[&self.business().0, &call, &&sound.0[..]])
                .await?;
            Ok(row.get(0))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_as_people_write_it() {
        let found = |text: &str| international(&Some(text.into())).unwrap();
        assert_eq!(found("050-123"), "97250123");
        assert_eq!(found("+972 50"), "97250");
        assert_eq!(found("דנה"), "דנה");
        assert_eq!(found("0"), "0");
    }
}
