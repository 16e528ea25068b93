//! Figures of a business over days. Calls are read from the sums that V017 keeps by quarters of an hour, to which calls that
//! are not over are added as they are now; all else is counted on indexes. Nothing here writes.

use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::UserId;
use domain::customer::Stage;
use domain::stats::{BUCKETS, CallSums};
use jiff::Timestamp;
use std::collections::HashMap;
use tokio_postgres::Row;

/// When days begin, and last when the day after them does.
pub type Beginnings<'a> = &'a [Timestamp];

/// What was made and done on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkDone {
    /// Customers that came to be.
    pub leads: i64,
    pub tasks_made: i64,
    pub tasks_done: i64,
}

/// How soon somebody was there after calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FollowUps {
    /// Calls after which there was a note or a task that was done.
    pub calls: i64,
    /// Seconds that half of them, and nine tenths, did not pass.
    pub half_s: Option<i32>,
    pub most_s: Option<i32>,
}

/// What one person did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PersonFigures {
    /// Customers that are this person's now.
    pub customers: i64,
    pub tasks_done: i64,
    pub follow_ups: FollowUps,
}

/// How far the customers of some days have come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageFigures {
    /// By how far they came, from `new` to `won`: how many came exactly so far.
    pub reached: [i64; 6],
    /// Those who are lost.
    pub lost: i64,
    /// By where they are now.
    pub here: HashMap<Stage, i64>,
    /// By the stage that was left in these days: how often, and the median of the seconds there.
    pub left: HashMap<Stage, (i64, i64)>,
}

/// `REPLIES` is the column of waiting times, or none of them: they are most of what is read.
const QUARTERS: &str =
    "SELECT quarter, calls::bigint, answered::bigint, missed::bigint, outgoing::bigint, seconds, turns::bigint, messages::bigint, REPLIES
     FROM call_quarters WHERE business_id = $1 AND quarter >= $2 AND quarter < $3";
/// Calls that run, or are not wrapped up yet.
const RUNNING: &str = "SELECT c.started_at, (c.direction = 'inbound')::int::bigint,
        (c.direction = 'inbound' AND c.status_rank IN (3, 8))::int::bigint,
        (c.direction = 'inbound' AND c.status_rank BETWEEN 4 AND 7)::int::bigint,
        (c.direction <> 'inbound')::int::bigint,
        CASE WHEN c.direction = 'inbound' THEN COALESCE(c.duration_s, 0) ELSE 0 END::bigint,
        (SELECT count(*) FROM recordings r WHERE r.business_id = $1 AND r.call_sid = c.call_sid),
        EXISTS (SELECT FROM recordings r WHERE r.business_id = $1 AND r.call_sid = c.call_sid AND r.purpose = 'message')::int::bigint,
        '{}'::integer[]
     FROM calls c WHERE c.business_id = $1 AND c.wrapped_at IS NULL AND c.started_at >= $2 AND c.started_at < $3";

fn sums(row: &Row) -> (Timestamp, CallSums) {
    let mut replies = [0; BUCKETS];
    for (sum, n) in replies.iter_mut().zip(row.get::<_, Vec<i32>>(8)) {
        *sum = n.into();
    }
    let sums = CallSums {
        calls: row.get(1),
        answered: row.get(2),
        missed: row.get(3),
        outgoing: row.get(4),
        seconds: row.get(5),
        turns: row.get(6),
        messages: row.get(7),
        replies,
    };
    (row.get(0), sums)
}

fn span(days: Beginnings<'_>) -> (Timestamp, Timestamp) {
    let first = days.first().copied().unwrap_or(Timestamp::UNIX_EPOCH);
    (first, days.last().copied().unwrap_or(first))
}

impl TenantTx<'_> {
    /// Compiling such statements takes longer than running them.
    async fn without_compiling(&self) -> Result<(), StoreError> {
        let statement = self
            .sql()
            .prepare_cached("SELECT set_config('jit', 'off', true)")
            .await?;
        self.sql().query_one(&statement, &[]).await?;
        Ok(())
    }

    async fn counted(
        &self,
        sql: &str,
        parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        let statement = self.sql().prepare_cached(sql).await?;
        Ok(self.sql().query(&statement, parameters).await?)
    }

    /// Calls that began in these days, by quarters of an hour and, of those that are not over, one by one; in no order.
    pub async fn call_sums(&self, days: Beginnings<'_>) -> Result<Vec<(Timestamp, CallSums)>, StoreError> {
        self.quarters(days, "replies").await
    }

    /// The same without how long replies took.
    pub async fn call_counts(&self, days: Beginnings<'_>) -> Result<Vec<(Timestamp, CallSums)>, StoreError> {
        self.quarters(days, "'{}'::integer[]").await
    }

    async fn quarters(
        &self,
        days: Beginnings<'_>,
        replies: &str,
    ) -> Result<Vec<(Timestamp, CallSums)>, StoreError> {
        limited(async {
            self.without_compiling().await?;
            let (business, (from, to)) = (self.business().0, span(days));
            let ended = QUARTERS.replace("REPLIES", replies);
            let mut rows = self.counted(&ended, &[&business, &from, &to]).await?;
            rows.extend(self.counted(RUNNING, &[&business, &from, &to]).await?);
            Ok(rows.iter().map(sums).collect())
        })
        .await
    }

    /// What was made and done on each of these days.
    pub async fn work_done(&self, days: Beginnings<'_>) -> Result<Vec<WorkDone>, StoreError> {
        limited(async {
            self.without_compiling().await?;
            let (business, (from, to)) = (self.business().0, span(days));
            let sql = "SELECT 0, width_bucket(created_at, $4::timestamptz[]), count(*) FROM customers
                       WHERE business_id = $1 AND deleted_at IS NULL AND merged_into IS NULL AND created_at >= $2 AND created_at < $3
                       GROUP BY 2
                       UNION ALL
                       SELECT 1, width_bucket(created_at, $4::timestamptz[]), count(*) FROM tasks
                       WHERE business_id = $1 AND created_at >= $2 AND created_at < $3 GROUP BY 2
                       UNION ALL
                       SELECT 2, width_bucket(completed_at, $4::timestamptz[]), count(*) FROM tasks
                       WHERE business_id = $1 AND state = 'done' AND completed_at >= $2 AND completed_at < $3 GROUP BY 2";
            let mut work = vec![WorkDone::default(); days.len().saturating_sub(1)];
            for row in self.counted(sql, &[&business, &from, &to, &days]).await? {
                let (what, day, n): (i32, i32, i64) = (row.get(0), row.get(1), row.get(2));
                let day = usize::try_from(day - 1).ok().and_then(|day| work.get_mut(day));
                let Some(day) = day else { continue };
                match what {
                    0 => day.leads = n,
                    1 => day.tasks_made = n,
                    _ => day.tasks_done = n,
                }
            }
            Ok(work)
        })
        .await
    }

    /// Tasks that were due in these days, whose time has passed, and that are still open.
    pub async fn tasks_overdue(&self, days: Beginnings<'_>) -> Result<i64, StoreError> {
        limited(async {
            let (from, to) = span(days);
            let sql = "SELECT count(*) FROM tasks WHERE business_id = $1 AND state = 'open' AND due_at >= $2 AND due_at < LEAST($3, now())";
            let rows = self.counted(sql, &[&self.business().0, &from, &to]).await?;
            Ok(rows.first().map_or(0, |row| row.get(0)))
        })
        .await
    }

    /// How soon calls of these days were followed up, by whoever it was.
    pub async fn follow_ups(&self, days: Beginnings<'_>) -> Result<FollowUps, StoreError> {
        limited(async {
            self.without_compiling().await?;
            let (from, to) = span(days);
            let sql = "SELECT count(*), percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) FROM call_follow_ups
                       WHERE business_id = $1 AND called_at >= $2 AND called_at < $3";
            let rows = self.counted(sql, &[&self.business().0, &from, &to]).await?;
            Ok(rows.first().map_or_else(FollowUps::default, |row| follow_ups(row, 0)))
        })
        .await
    }

    /// What each person did in these days, or this one.
    pub async fn person_figures(
        &self,
        days: Beginnings<'_>,
        only: Option<UserId>,
    ) -> Result<HashMap<UserId, PersonFigures>, StoreError> {
        limited(async {
            self.without_compiling().await?;
            let (business, (from, to), only) = (self.business().0, span(days), only.map(|user| user.0));
            let mut people: HashMap<UserId, PersonFigures> = HashMap::new();
            let sql = "SELECT by_user, count(*), percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) FROM call_follow_ups
                       WHERE business_id = $1 AND called_at >= $2 AND called_at < $3 AND ($4::bigint IS NULL OR by_user = $4)
                       GROUP BY by_user";
            for row in self.counted(sql, &[&business, &from, &to, &only]).await? {
                people.entry(UserId(row.get(0))).or_default().follow_ups = follow_ups(&row, 1);
            }
            let sql = "SELECT completed_by, count(*) FROM tasks
                       WHERE business_id = $1 AND state = 'done' AND completed_at >= $2 AND completed_at < $3
                         AND completed_by IS NOT NULL AND ($4::bigint IS NULL OR completed_by = $4) GROUP BY completed_by";
            for row in self.counted(sql, &[&business, &from, &to, &only]).await? {
                people.entry(UserId(row.get(0))).or_default().tasks_done = row.get(1);
            }
            let sql = "SELECT assignee, count(*) FROM customers
                       WHERE business_id = $1 AND deleted_at IS NULL AND merged_into IS NULL AND assignee IS NOT NULL
                         AND ($2::bigint IS NULL OR assignee = $2) GROUP BY assignee";
            for row in self.counted(sql, &[&business, &only]).await? {
                people.entry(UserId(row.get(0))).or_default().customers = row.get(1);
            }
            Ok(people)
        })
        .await
    }

    /// How far the customers came that came to be in these days, and how long stages lasted that were left in them.
    pub async fn stage_figures(&self, days: Beginnings<'_>) -> Result<StageFigures, StoreError> {
        limited(async {
            self.without_compiling().await?;
            let (business, (from, to)) = (self.business().0, span(days));
            let mut figures = StageFigures::default();
            let sql = "SELECT stage_reached, stage, count(*) FROM customers
                       WHERE business_id = $1 AND deleted_at IS NULL AND merged_into IS NULL AND created_at >= $2 AND created_at < $3
                       GROUP BY 1, 2";
            for row in self.counted(sql, &[&business, &from, &to]).await? {
                let (reached, n): (i16, i64) = (row.get(0), row.get(2));
                let place = usize::try_from(reached - 1).ok();
                if let Some(sum) = place.and_then(|place| figures.reached.get_mut(place)) {
                    *sum += n;
                }
                if let Some(stage) = Stage::parse(row.get(1)) {
                    *figures.here.entry(stage).or_default() += n;
                }
            }
            figures.lost = figures.here.get(&Stage::Lost).copied().unwrap_or(0);
            let sql = "SELECT from_stage, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds) FROM customer_stages
                       WHERE business_id = $1 AND at >= $2 AND at < $3 GROUP BY 1";
            for row in self.counted(sql, &[&business, &from, &to]).await? {
                if let Some(stage) = Stage::parse(row.get(0)) {
                    figures.left.insert(stage, (row.get(1), row.get(2)));
                }
            }
            Ok(figures)
        })
        .await
    }
}

fn follow_ups(row: &Row, first: usize) -> FollowUps {
    let waits: Option<Vec<i32>> = row.get(first + 1);
    FollowUps {
        calls: row.get(first),
        half_s: waits.as_ref().and_then(|waits| waits.first().copied()),
        most_s: waits.as_ref().and_then(|waits| waits.get(1).copied()),
    }
}
