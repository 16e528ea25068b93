//! What the caller was told after each turn. The first answer stands: whoever asks again, on any
//! replica, is told the same. The `next_turn` webhook writes and reads it.

use crate::connect::Connector;
use crate::error::StoreError;
use crate::group_commit::{Batched, GroupCommit, Link};
use domain::ids::CallSid;
use std::collections::HashMap;
use std::time::Duration;

/// An answer about to be given.
#[derive(Debug, Clone)]
pub struct TurnAnswer {
    pub call_sid: CallSid,
    pub turn: u16,
    /// The TwiML.
    pub answer: String,
}

/// Keeps answers. Cheap to clone.
#[derive(Clone)]
pub struct TurnAnswers {
    commits: GroupCommit<Answers>,
}

impl TurnAnswers {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            commits: GroupCommit::new(connector),
        }
    }

    /// Keeps the answer unless there is one, and returns the one that stands.
    ///
    /// # Errors
    /// `Away` or `Slow`: give the answer all the same, the caller is waiting.
    pub async fn settle(&self, answer: TurnAnswer, limit: Duration) -> Result<String, StoreError> {
        self.commits.write(answer, limit).await
    }

    /// Answers that wait for a commit.
    pub fn depth(&self) -> usize {
        self.commits.depth()
    }
}

struct Answers;

impl Batched for Answers {
    type Item = TurnAnswer;
    type Reply = String;
    const NAME: &'static str = "turn_answers";
    const SQL: &'static str = "
        UPDATE recordings r
        SET answer = COALESCE(r.answer, a.answer), answered_at = COALESCE(r.answered_at, now())
        FROM unnest($1::text[], $2::smallint[], $3::text[]) AS a(call_sid, turn, answer)
        WHERE r.call_sid = a.call_sid AND r.turn = a.turn
        RETURNING r.call_sid, r.turn, r.answer";
    const ONE: &'static str = "
        UPDATE recordings
        SET answer = COALESCE(answer, $3), answered_at = COALESCE(answered_at, now())
        WHERE call_sid = $1 AND turn = $2
        RETURNING answer";

    /// By call. Of several answers to one turn Postgres keeps one, and all are told that one.
    fn order(answer: &TurnAnswer) -> (&str, &str) {
        (answer.call_sid.as_str(), "")
    }

    async fn write(link: &Link, answers: &[&TurnAnswer]) -> Result<Vec<String>, StoreError> {
        if let [one] = answers {
            let (turn, sid) = (as_column(one.turn), one.call_sid.as_str());
            let rows = link.client.query(&link.one, &[&sid, &turn, &one.answer]).await?;
            let standing = rows.first().map_or_else(|| one.answer.clone(), |row| row.get(0));
            return Ok(vec![standing]);
        }
        let sids: Vec<&str> = answers.iter().map(|a| a.call_sid.as_str()).collect();
        let turns: Vec<i16> = answers.iter().map(|a| as_column(a.turn)).collect();
        let texts: Vec<&str> = answers.iter().map(|a| a.answer.as_str()).collect();
        let rows = link.client.query(&link.many, &[&sids, &turns, &texts]).await?;
        let settled: HashMap<(String, i16), String> = rows
            .iter()
            .map(|row| ((row.get(0), row.get(1)), row.get(2)))
            .collect();
        Ok(answers
            .iter()
            .map(|a| {
                let key = (a.call_sid.to_string(), as_column(a.turn));
                settled.get(&key).cloned().unwrap_or_else(|| a.answer.clone())
            })
            .collect())
    }
}

/// A turn as Postgres keeps it.
fn as_column(turn: u16) -> i16 {
    i16::try_from(turn).unwrap_or(i16::MAX)
}
