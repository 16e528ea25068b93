//! Recordings as work: claimed by lease and fence, carried from stage to stage, ended once.
//! The pipeline is the only caller. Every write names the claim it was made under, so that a
//! worker that was paused, killed or overtaken can never write over its successor.

mod progress;

pub use progress::{Downloaded, MadeSpeech, Progress, Replied, Synthesised, Transcribed, Validated};

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::inbox::{Event, NewRecording};
use domain::call::Purpose;
use domain::ids::{AudioHash, BusinessId, CallSid};
use std::time::Duration;
use tokio_postgres::Row;

/// Who claims: an engine in one of its lives.
#[derive(Debug, Clone)]
pub struct Worker {
    pub node: String,
    pub incarnation: String,
}

/// A recording under our claim, with what its earlier stages left.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub recording_sid: String,
    /// The fence: rises with every claim, so only the newest claim can write.
    pub claim_no: i32,
    /// Claims spent, this one included.
    pub attempt: i16,
    pub call_sid: CallSid,
    pub business: Option<BusinessId>,
    pub turn: u16,
    pub purpose: Purpose,
    pub request_id: String,
    pub state: String,
    pub audio: Option<AudioHash>,
    pub speech_ms: Option<i32>,
    pub transcript: Option<String>,
    pub reply: Option<String>,
    pub reply_then: Option<String>,
    pub understood: Option<bool>,
    pub reply_audio: Option<AudioHash>,
    /// Milliseconds since the recording came in.
    pub age_ms: i64,
}

impl Claimed {
    /// A recording that was claimed as it came in: nothing was done for it yet.
    pub(crate) fn new(event: &Event, recording: &NewRecording, business: Option<BusinessId>) -> Self {
        Self {
            recording_sid: recording.key.clone(),
            claim_no: 1,
            attempt: 1,
            call_sid: event.call_sid.clone(),
            business,
            turn: recording.turn,
            purpose: recording.purpose(),
            request_id: event.request_id.clone(),
            state: "received".into(),
            audio: None,
            speech_ms: None,
            transcript: None,
            reply: None,
            reply_then: None,
            understood: None,
            reply_audio: None,
            age_ms: 0,
        }
    }
}

const CLAIMED: &str = "r.recording_sid, r.claim_no, r.attempt, r.call_sid, \
    COALESCE(r.business_id, (SELECT c.business_id FROM calls c WHERE c.call_sid = r.call_sid)), r.turn, r.purpose, \
    r.request_id, r.state, r.audio, r.speech_ms, r.transcript, r.reply, r.reply_then, r.understood, \
    r.reply_audio, (extract(epoch FROM now() - r.received_at) * 1000)::bigint";

/// How a recording is let go.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// Until it is due again.
    pub wait: Duration,
    pub why: &'a str,
    /// False gives the attempt back: nothing was tried, the engine is stopping.
    pub spent: bool,
}

/// How a recording ends.
#[derive(Debug, Clone)]
pub enum End<'a> {
    Done,
    /// The audio is at fault.
    Rejected(&'a str),
    /// We are, after the last try.
    Dead(&'a str),
}

fn claimed(row: &Row) -> Result<Claimed, StoreError> {
    let sid: String = row.get(3);
    Ok(Claimed {
        recording_sid: row.get(0),
        claim_no: row.get(1),
        attempt: row.get(2),
        call_sid: CallSid::parse(&sid).map_err(|e| StoreError::Refused(e.to_string()))?,
        business: row.get::<_, Option<i64>>(4).map(BusinessId),
        turn: row.get::<_, i16>(5).unsigned_abs(),
        purpose: if row.get::<_, &str>(6) == "message" {
            Purpose::Message
        } else {
            Purpose::Turn
        },
        request_id: row.get(7),
        state: row.get(8),
        audio: hash(row.get(9)),
        speech_ms: row.get(10),
        transcript: row.get(11),
        reply: row.get(12),
        reply_then: row.get(13),
        understood: row.get(14),
        reply_audio: hash(row.get(15)),
        age_ms: row.get(16),
    })
}

/// A stored hash; a column that holds something else counts as empty.
pub(crate) fn hash(bytes: Option<&[u8]>) -> Option<AudioHash> {
    bytes.and_then(|b| b.try_into().ok()).map(AudioHash)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

impl Store {
    /// Claims one recording if it is due and nobody holds it.
    pub async fn claim_recording(
        &self,
        sid: &str,
        worker: &Worker,
        lease: Duration,
    ) -> Result<Option<Claimed>, StoreError> {
        let sql = format!(
            "UPDATE recordings r SET claim_no = claim_no + 1, attempt = attempt + 1, lease_node = $2,
                    lease_incarnation = $3, lease_until = now() + $4::float8 * interval '1 millisecond'
             WHERE recording_sid = $1 AND finished_at IS NULL AND next_run_at <= now()
               AND (lease_until IS NULL OR lease_until < now())
             RETURNING {CLAIMED}"
        );
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(&sql).await?;
            let row = client
                .query_opt(
                    &statement,
                    &[&sid, &worker.node, &worker.incarnation, &millis(lease)],
                )
                .await?;
            row.as_ref().map(claimed).transpose()
        })
        .await
    }

    /// Claims up to `limit` due recordings, the oldest of each business first and no business
    /// more than `share` at once over all engines.
    pub async fn claim_due_recordings(
        &self,
        worker: &Worker,
        lease: Duration,
        limit: i64,
        share: i64,
    ) -> Result<Vec<Claimed>, StoreError> {
        let sql = format!(
            "WITH busy AS (
                SELECT COALESCE(business_id, 0) AS b, count(*) AS n FROM recordings
                WHERE finished_at IS NULL AND lease_until > now() GROUP BY 1
            ), due AS (
                SELECT recording_sid, received_at, COALESCE(busy.n, 0) + row_number()
                       OVER (PARTITION BY COALESCE(business_id, 0) ORDER BY received_at) AS place
                FROM recordings LEFT JOIN busy ON busy.b = COALESCE(business_id, 0)
                WHERE finished_at IS NULL AND next_run_at <= now() AND (lease_until IS NULL OR lease_until < now())
            ), pick AS MATERIALIZED (
                SELECT r.recording_sid FROM recordings r JOIN due USING (recording_sid)
                WHERE due.place <= $5 AND r.finished_at IS NULL AND r.next_run_at <= now()
                  AND (r.lease_until IS NULL OR r.lease_until < now())
                ORDER BY due.place, due.received_at LIMIT $4
                FOR UPDATE OF r SKIP LOCKED
            )
            UPDATE recordings r SET claim_no = claim_no + 1, attempt = attempt + 1, lease_node = $1,
                    lease_incarnation = $2, lease_until = now() + $3::float8 * interval '1 millisecond'
            FROM pick WHERE r.recording_sid = pick.recording_sid
            RETURNING {CLAIMED}"
        );
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(&sql).await?;
            let rows = client
                .query(
                    &statement,
                    &[&worker.node, &worker.incarnation, &millis(lease), &limit, &share],
                )
                .await?;
            rows.iter().map(claimed).collect()
        })
        .await
    }

    /// Keeps what was worked out, under its claim, and gives the reply's sound that stands: of two engines that speak
    /// one sentence at once, the first one's.
    ///
    /// # Errors
    /// `Fenced` when somebody else holds the recording now.
    pub async fn checkpoint(
        &self,
        sid: &str,
        claim_no: i32,
        progress: &Progress,
    ) -> Result<Option<AudioHash>, StoreError> {
        let keys = progress::Keys::of(progress);
        let written = progress::Written::of(progress, &keys, (&sid, &claim_no));
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(&written.sql).await?;
            let row = client.query_one(&statement, &written.values).await?;
            if row.get::<_, i64>(0) == 0 {
                return Err(StoreError::Fenced);
            }
            Ok(hash(row.get(1)))
        })
        .await
    }

    /// Ends a recording, and has its call wrapped up again if it was already.
    pub async fn end_recording(&self, sid: &str, claim_no: i32, end: End<'_>) -> Result<(), StoreError> {
        let (state, reason) = match end {
            End::Done => ("done", None),
            End::Rejected(why) => ("rejected", Some(why)),
            End::Dead(why) => ("dead", Some(why)),
        };
        let sql = "WITH r AS (
                UPDATE recordings SET state = $3, reason = $4, finished_at = now(), lease_until = NULL
                WHERE recording_sid = $1 AND claim_no = $2 AND finished_at IS NULL RETURNING call_sid
            ), c AS (
                UPDATE calls SET wrapped_at = NULL FROM r
                WHERE calls.call_sid = r.call_sid AND calls.wrapped_at IS NOT NULL AND calls.direction = 'inbound'
            ) SELECT count(*) FROM r";
        let ended = limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(sql).await?;
            let row = client
                .query_one(&statement, &[&sid, &claim_no, &state, &reason])
                .await?;
            Ok(row.get::<_, i64>(0))
        })
        .await?;
        if ended == 0 {
            Err(StoreError::Fenced)
        } else {
            Ok(())
        }
    }

    /// Lets a recording go, to be taken up again later.
    pub async fn release_recording(
        &self,
        sid: &str,
        claim_no: i32,
        release: Release<'_>,
    ) -> Result<(), StoreError> {
        let Release { wait, why, spent } = release;
        let sql = "UPDATE recordings SET lease_until = NULL,
                   next_run_at = now() + $3::float8 * interval '1 millisecond',
                   attempt = attempt - CASE WHEN $5 THEN 0 ELSE 1 END,
                   errors = CASE WHEN jsonb_array_length(errors) < 20
                       THEN errors || jsonb_build_array(jsonb_build_object('at', now(), 'state', state, 'why', $4::text))
                       ELSE errors END
             WHERE recording_sid = $1 AND claim_no = $2 AND finished_at IS NULL";
        let released = limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(sql).await?;
            Ok(client
                .execute(&statement, &[&sid, &claim_no, &millis(wait), &why, &spent])
                .await?)
        })
        .await?;
        if released == 0 {
            Err(StoreError::Fenced)
        } else {
            Ok(())
        }
    }

    /// The outcomes of those of these turns that have ended, by call and turn.
    pub async fn ended_turns(&self, turns: &[(CallSid, u16)]) -> Result<Vec<EndedTurn>, StoreError> {
        let sids: Vec<&str> = turns.iter().map(|(sid, _)| sid.as_str()).collect();
        let numbers: Vec<i16> = turns
            .iter()
            .map(|(_, turn)| i16::try_from(*turn).unwrap_or(i16::MAX))
            .collect();
        limited(async {
            let client = self.client().await?;
            let statement = client
                .prepare_cached(
                    "SELECT r.call_sid, r.turn, r.recording_sid, r.state, r.reply_then, r.understood,
                            r.reply_audio, r.answer, r.purpose, r.reply
                     FROM recordings r JOIN unnest($1::text[], $2::smallint[]) AS w(call_sid, turn)
                       ON r.call_sid = w.call_sid AND r.turn = w.turn
                     WHERE r.state IN ('synthesised', 'done', 'rejected', 'dead')",
                )
                .await?;
            let rows = client.query(&statement, &[&sids, &numbers]).await?;
            rows.iter()
                .map(|row| {
                    let sid: &str = row.get(0);
                    Ok(EndedTurn {
                        call_sid: CallSid::parse(sid).map_err(|e| StoreError::Refused(e.to_string()))?,
                        row: crate::calls::turn_row(row),
                    })
                })
                .collect()
        })
        .await
    }

    /// Recordings by state: what `/metrics` and the tests' oracle count.
    pub async fn recording_counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query(
                    "SELECT state, count(*) FROM recordings GROUP BY state ORDER BY 1",
                    &[],
                )
                .await?;
            Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
        })
        .await
    }
}

/// A turn that has ended, wherever it was worked on.
#[derive(Debug, Clone)]
pub struct EndedTurn {
    pub call_sid: CallSid,
    pub row: crate::calls::TurnRow,
}
