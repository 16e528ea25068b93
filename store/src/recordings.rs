//! Recordings as work: claimed by lease and fence, carried from stage to stage, ended once.
//! The pipeline is the only caller. Every write names the claim it was made under, so that a
//! worker that was paused, killed or overtaken can never write over its successor.

use crate::connect::{Store, limited};
use crate::error::StoreError;
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

const CLAIMED: &str = "r.recording_sid, r.claim_no, r.attempt, r.call_sid, \
    COALESCE(r.business_id, (SELECT c.business_id FROM calls c WHERE c.call_sid = r.call_sid)), r.turn, r.purpose, \
    r.request_id, r.state, r.audio, r.speech_ms, r.transcript, r.reply, r.reply_then, r.understood, \
    r.reply_audio, (extract(epoch FROM now() - r.received_at) * 1000)::bigint";

/// What a stage leaves behind.
#[derive(Debug, Clone)]
pub enum Checkpoint<'a> {
    Downloaded {
        sha256: [u8; 32],
        wav: &'a [u8],
        millis: i32,
        took_ms: i32,
    },
    Validated {
        audio_ms: i32,
        speech_ms: i32,
    },
    Transcribed {
        text: &'a str,
        by: &'a str,
        took_ms: i32,
    },
    Replied(Replied<'a>),
    /// `audio` is `None` when nobody here could speak it and the carrier's voice will.
    Synthesised {
        audio: Option<AudioHash>,
        by: &'a str,
        took_ms: i32,
    },
}

/// The reply, and the conversation after it: one commit.
#[derive(Debug, Clone)]
pub struct Replied<'a> {
    pub text: &'a str,
    /// `listen`, `end`, `transfer` or `take_message`.
    pub then: &'a str,
    pub understood: bool,
    pub intent: Option<&'a str>,
    pub by: &'a str,
    pub took_ms: i32,
    pub dialogue: &'a serde_json::Value,
}

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

    /// Keeps what a stage made, under its claim.
    ///
    /// # Errors
    /// `Fenced` when somebody else holds the recording now.
    pub async fn checkpoint(
        &self,
        sid: &str,
        claim_no: i32,
        checkpoint: Checkpoint<'_>,
    ) -> Result<(), StoreError> {
        let written = limited(async {
            let client = self.client().await?;
            match checkpoint {
                Checkpoint::Downloaded { sha256, wav, millis, took_ms } => {
                    let sql = "WITH m AS (
                            INSERT INTO media (sha256, mime, millis, bytes) VALUES ($3, 'audio/wav', $5, $4)
                            ON CONFLICT DO NOTHING)
                        UPDATE recordings SET state = 'downloaded', audio = $3, downloaded_ms = $6
                        WHERE recording_sid = $1 AND claim_no = $2 AND finished_at IS NULL";
                    let statement = client.prepare_cached(sql).await?;
                    let key = &sha256[..];
                    Ok(client.execute(&statement, &[&sid, &claim_no, &key, &wav, &millis, &took_ms]).await?)
                }
                Checkpoint::Validated { audio_ms, speech_ms } => {
                    let sql = "UPDATE recordings SET state = 'validated', audio_ms = $3, speech_ms = $4
                        WHERE recording_sid = $1 AND claim_no = $2 AND finished_at IS NULL";
                    let statement = client.prepare_cached(sql).await?;
                    Ok(client.execute(&statement, &[&sid, &claim_no, &audio_ms, &speech_ms]).await?)
                }
                Checkpoint::Transcribed { text, by, took_ms } => {
                    let sql = "UPDATE recordings
                        SET state = 'transcribed', transcript = $3, transcribed_by = $4, transcribed_ms = $5
                        WHERE recording_sid = $1 AND claim_no = $2 AND finished_at IS NULL";
                    let statement = client.prepare_cached(sql).await?;
                    Ok(client.execute(&statement, &[&sid, &claim_no, &text, &by, &took_ms]).await?)
                }
                Checkpoint::Replied(r) => {
                    let sql = "WITH r AS (
                            UPDATE recordings SET state = 'replied', reply = $3, reply_then = $4, understood = $5,
                                   intent = $6, replied_by = $7, replied_ms = $8
                            WHERE recording_sid = $1 AND claim_no = $2 AND finished_at IS NULL
                            RETURNING call_sid, turn
                        ), c AS (
                            UPDATE calls SET dialogue = $9, dialogue_turn = r.turn
                            FROM r WHERE calls.call_sid = r.call_sid AND calls.dialogue_turn < r.turn
                        ) SELECT count(*) FROM r";
                    let statement = client.prepare_cached(sql).await?;
                    let row = client
                        .query_one(
                            &statement,
                            &[
                                &sid, &claim_no, &r.text, &r.then, &r.understood, &r.intent, &r.by, &r.took_ms,
                                &r.dialogue,
                            ],
                        )
                        .await?;
                    Ok(row.get::<_, i64>(0).unsigned_abs())
                }
                Checkpoint::Synthesised { audio, by, took_ms } => {
                    let sql = "UPDATE recordings
                        SET state = 'synthesised', reply_audio = $3, synthesised_by = $4, synthesised_ms = $5
                        WHERE recording_sid = $1 AND claim_no = $2 AND finished_at IS NULL";
                    let statement = client.prepare_cached(sql).await?;
                    let audio = audio.as_ref().map(|hash| &hash.0[..]);
                    Ok(client.execute(&statement, &[&sid, &claim_no, &audio, &by, &took_ms]).await?)
                }
            }
        })
        .await?;
        if written == 0 {
            Err(StoreError::Fenced)
        } else {
            Ok(())
        }
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
                WHERE calls.call_sid = r.call_sid AND calls.wrapped_at IS NOT NULL
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
