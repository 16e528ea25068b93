//! Tasks as people read, make and change them. Each change names the version it was made from, is told to the audit log
//! and to whom it concerns, and closes what rang for it, in one transaction.

use crate::audit::{By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::streams::Told;
use crate::tenant::TenantTx;
use domain::access::{UserId, Whose};
use domain::ids::BusinessId;
use domain::task::{Channel, Priority, ReminderState, Repeats, Source, Status};
use serde_json::{Value, json};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// A task with its reminders.
#[derive(Debug, Clone)]
pub struct TaskRow {
    pub id: i64,
    pub title: String,
    pub notes: String,
    pub channel: Channel,
    pub status: Status,
    pub priority: Priority,
    pub source: Source,
    pub due_at: jiff::Timestamp,
    pub assignee: Option<UserId>,
    /// Id, name, phone number.
    pub customer: Option<(i64, String, Option<String>)>,
    pub call_sid: Option<String>,
    pub repeats: Option<Repeats>,
    pub remind_before: Vec<i32>,
    pub reminders: Vec<ReminderLine>,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub completed_at: Option<jiff::Timestamp>,
    pub version: i64,
}

/// A reminder of a task.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct ReminderLine {
    pub id: i64,
    pub remind_at: jiff::Timestamp,
    pub state: ReminderState,
    pub snooze_count: i32,
    pub fired_at: Option<jiff::Timestamp>,
}

/// A task to be made by a person.
#[derive(Debug, Clone)]
pub struct TaskToMake {
    pub title: String,
    pub notes: String,
    pub channel: Channel,
    pub priority: Priority,
    pub due_at: jiff::Timestamp,
    pub assignee: Option<UserId>,
    pub customer: Option<i64>,
    /// How it repeats, and what the wall clock shows the first time.
    pub repeats: Option<(Repeats, jiff::civil::DateTime)>,
    pub remind_before: Vec<i32>,
}

/// A change: what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct TaskChange {
    pub title: Option<String>,
    pub notes: Option<String>,
    pub channel: Option<Channel>,
    pub priority: Option<Priority>,
    pub status: Option<Status>,
    pub due_at: Option<jiff::Timestamp>,
    /// `Some(None)`: nobody's.
    pub assignee: Option<Option<UserId>>,
    pub customer: Option<Option<i64>>,
    pub repeats: Option<Option<Repeats>>,
    /// What the wall clock shows at the (new) time it is due; a series counts from it.
    pub first_local: Option<jiff::civil::DateTime>,
    pub remind_before: Option<Vec<i32>>,
    /// What rings, or has been acknowledged, rings again then.
    pub snooze_until: Option<jiff::Timestamp>,
}

/// How a change ended.
#[derive(Debug, Clone)]
pub enum Changed {
    /// The task as it is now, and what people are told.
    Done(Box<TaskRow>, Vec<Told>),
    /// It is at another version.
    Meanwhile(Box<TaskRow>),
    NotThere,
}

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct TaskQuery {
    pub status: Option<Status>,
    /// Due from a moment on, and before another.
    pub due: [Option<jiff::Timestamp>; 2],
    /// The column that `from` and `to` are about, from the list that the edge knows.
    pub by: &'static str,
    pub from: Option<jiff::Timestamp>,
    pub to: Option<jiff::Timestamp>,
    pub done_by: Option<UserId>,
    pub whose: Whose,
    pub customer: Option<i64>,
    pub priority: Option<Priority>,
    /// In title, notes or the customer's name.
    pub text: Option<String>,
    /// Column and direction, from the list that the edge knows.
    pub sort: (&'static str, bool),
    pub limit: i64,
    pub offset: i64,
}

const FROM: &str =
    "FROM tasks t LEFT JOIN customers c ON c.business_id = t.business_id AND c.id = t.customer_id";
const COLUMNS: &str = "t.id, t.title, t.notes, t.channel, t.state, t.priority, t.source, t.due_at, t.assignee, t.customer_id, c.name,
    (SELECT i.value FROM customer_identities i WHERE i.business_id = t.business_id AND i.customer_id = t.customer_id
        AND i.kind = 'phone' ORDER BY i.is_primary DESC, i.value LIMIT 1),
    t.call_sid, t.repeats, t.remind_before, t.created_at, t.updated_at, t.completed_at, t.version,
    COALESCE((SELECT json_agg(json_build_object('id', r.id, 'remind_at', r.remind_at, 'state', r.state,
        'snooze_count', r.snooze_count, 'fired_at', r.fired_at) ORDER BY r.remind_at)
        FROM reminders r WHERE r.task_id = t.id), '[]')";
/// `BY` is the moment that is asked about.
const ASKED: &str = "WHERE t.business_id = $1 AND ($2::text IS NULL OR t.state = $2)
    AND ($3::timestamptz IS NULL OR t.due_at >= $3) AND ($4::timestamptz IS NULL OR t.due_at < $4)
    AND ($5::bigint IS NULL OR CASE WHEN $5 = 0 THEN t.assignee IS NULL ELSE t.assignee = $5 END)
    AND ($6::bigint IS NULL OR t.customer_id = $6) AND ($7::text IS NULL OR t.priority = $7)
    AND ($8::text IS NULL OR strpos(lower(t.title || ' ' || t.notes || ' ' || COALESCE(c.name, '')), lower($8)) > 0)
    AND ($9::timestamptz IS NULL OR BY >= $9) AND ($10::timestamptz IS NULL OR BY < $10)
    AND ($11::bigint IS NULL OR t.completed_by = $11)";

fn task(row: &Row) -> Result<TaskRow, StoreError> {
    let odd = || StoreError::Refused("a task has a word that nobody knows".into());
    let customer = row.get::<_, Option<i64>>(9).map(|id| {
        (
            id,
            row.get::<_, Option<String>>(10).unwrap_or_default(),
            row.get(11),
        )
    });
    Ok(TaskRow {
        id: row.get(0),
        title: row.get(1),
        notes: row.get(2),
        channel: Channel::parse(row.get(3)).ok_or_else(odd)?,
        status: Status::parse(row.get(4)).ok_or_else(odd)?,
        priority: Priority::parse(row.get(5)).ok_or_else(odd)?,
        source: Source::parse(row.get(6)).ok_or_else(odd)?,
        due_at: row.get(7),
        assignee: row.get::<_, Option<i64>>(8).map(UserId),
        customer,
        call_sid: row.get(12),
        repeats: row.get::<_, Option<&str>>(13).and_then(Repeats::parse),
        remind_before: row.get(14),
        created_at: row.get(15),
        updated_at: row.get(16),
        completed_at: row.get(17),
        version: row.get(18),
        reminders: serde_json::from_value(row.get::<_, Value>(19)).map_err(|_| odd())?,
    })
}

impl TenantTx<'_> {
    /// A page of tasks, and how many match.
    pub async fn tasks(&self, query: &TaskQuery) -> Result<(Vec<TaskRow>, i64), StoreError> {
        limited(async {
            let business = self.business().0;
            let (status, priority) = (query.status.map(Status::as_str), query.priority.map(Priority::as_str));
            let whose = match query.whose {
                Whose::Everybodys => None,
                Whose::Nobodys => Some(0),
                Whose::Of(user) => Some(user.0),
            };
            let by = if query.by.is_empty() { "t.due_at" } else { query.by };
            let asked = ASKED.replace("BY", by);
            let done_by = query.done_by.map(|user| user.0);
            let [due_from, due_to] = &query.due;
            let parameters: [&(dyn ToSql + Sync); 13] = [
                &business,
                &status,
                due_from,
                due_to,
                &whose,
                &query.customer,
                &priority,
                &query.text,
                &query.from,
                &query.to,
                &done_by,
                &query.limit,
                &query.offset,
            ];
            let count = format!("SELECT count(*) {FROM} {asked}");
            let total = self.sql().query_one(&count, &parameters[..11]).await?;
            let (column, descending) = query.sort;
            let direction = if descending { "DESC" } else { "ASC" };
            let page =
                format!("SELECT {COLUMNS} {FROM} {asked} ORDER BY {column} {direction}, t.due_at, t.id LIMIT $12 OFFSET $13");
            let rows = self.sql().query(&page, &parameters).await?;
            let tasks: Result<Vec<TaskRow>, StoreError> = rows.iter().map(task).collect();
            Ok((tasks?, total.get(0)))
        })
        .await
    }

    /// One task.
    pub async fn task(&self, id: i64) -> Result<Option<TaskRow>, StoreError> {
        limited(async {
            let sql = format!("SELECT {COLUMNS} {FROM} WHERE t.business_id = $1 AND t.id = $2");
            let row = self.sql().query_opt(&sql, &[&self.business().0, &id]).await?;
            row.as_ref().map(task).transpose()
        })
        .await
    }

    /// Open tasks that are this person's or nobody's: how many in each of these spans, and how many ring.
    pub async fn task_counts(
        &self,
        user: UserId,
        spans: &[(jiff::Timestamp, jiff::Timestamp)],
    ) -> Result<(Vec<i64>, i64), StoreError> {
        limited(async {
            let (from, to): (Vec<_>, Vec<_>) = spans.iter().copied().unzip();
            let counted = "SELECT (SELECT count(*) FROM tasks t WHERE t.business_id = $1 AND t.state = 'open'
                               AND (t.assignee = $2 OR t.assignee IS NULL) AND t.due_at >= s.f AND t.due_at < s.t)
                           FROM unnest($3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS s(f, t, n) ORDER BY s.n";
            let rows = self.sql().query(counted, &[&self.business().0, &user.0, &from, &to]).await?;
            let ringing = "SELECT count(*) FROM reminders r JOIN tasks t ON t.business_id = r.business_id AND t.id = r.task_id
                           WHERE r.business_id = $1 AND r.state = 'fired' AND (t.assignee = $2 OR t.assignee IS NULL)";
            let ringing = self.sql().query_one(ringing, &[&self.business().0, &user.0]).await?;
            Ok((rows.iter().map(|row| row.get(0)).collect(), ringing.get(0)))
        })
        .await
    }

    /// Makes a task; its id.
    ///
    /// # Errors
    /// `NotThere` as `None`: the customer or the assignee is not of this business.
    pub async fn make_task(&self, by: &By, new: &TaskToMake) -> Result<Option<i64>, StoreError> {
        limited(async {
            if !self.are_ours(new.customer, new.assignee).await? {
                return Ok(None);
            }
            let (repeats, first) = new.repeats.unzip();
            let row = self
                .sql()
                .query_one(
                    "INSERT INTO tasks (business_id, customer_id, title, notes, channel, source, due_at, assignee, priority,
                                        remind_before, created_by, repeats, first_local)
                     VALUES ($1, $2, $3, $4, $5, 'person', $6, $7, $8, $9, $10, $11, $12) RETURNING id",
                    &[
                        &self.business().0,
                        &new.customer,
                        &new.title,
                        &new.notes,
                        &new.channel.as_str(),
                        &new.due_at,
                        &new.assignee.map(|user| user.0),
                        &new.priority.as_str(),
                        &new.remind_before,
                        &by.actor,
                        &repeats.map(Repeats::as_str),
                        &first,
                    ],
                )
                .await?;
            let id: i64 = row.get(0);
            let happened = Happened {
                action: "task.created",
                subject: format!("task:{id}"),
                detail: json!({ "due_at": new.due_at, "assignee": new.assignee }),
            };
            self.audit(by, happened).await?;
            Ok(Some(id))
        })
        .await
    }

    async fn are_ours(&self, customer: Option<i64>, assignee: Option<UserId>) -> Result<bool, StoreError> {
        let sql = "SELECT ($2::bigint IS NULL OR EXISTS (SELECT FROM customers WHERE business_id = $1 AND id = $2))
                      AND ($3::bigint IS NULL OR EXISTS (SELECT FROM memberships WHERE business_id = $1 AND user_id = $3 AND active))";
        let row = self
            .sql()
            .query_one(
                sql,
                &[&self.business().0, &customer, &assignee.map(|user| user.0)],
            )
            .await?;
        Ok(row.get(0))
    }

    /// Changes a task if it is still at this version (`None`: whatever its version).
    ///
    /// # Errors
    /// `Refused` for a customer or an assignee that is not of this business.
    pub async fn change_task(
        &self,
        by: &By,
        (id, version): (i64, Option<i64>),
        change: &TaskChange,
    ) -> Result<Changed, StoreError> {
        limited(async {
            let business = self.business().0;
            let locked = "SELECT version, concerned(business_id, assignee) FROM tasks WHERE business_id = $1 AND id = $2 FOR UPDATE";
            let Some(row) = self.sql().query_opt(locked, &[&business, &id]).await? else {
                return Ok(Changed::NotThere);
            };
            if version.is_some_and(|version| version != row.get::<_, i64>(0)) {
                let now = self.task(id).await?.ok_or(StoreError::Fenced)?;
                return Ok(Changed::Meanwhile(Box::new(now)));
            }
            let mut whom: Vec<i64> = row.get(1);
            if !self.are_ours(change.customer.flatten(), change.assignee.flatten()).await? {
                return Ok(Changed::NotThere);
            }
            let rang = self.ringing_of(id).await?;
            self.write_change(by, id, change).await?;
            if let Some(until) = change.snooze_until {
                let sql = "UPDATE reminders SET state = 'snoozed', remind_at = $3, push_at = NULL, snooze_count = snooze_count + 1,
                                  acknowledged_at = now(), acknowledged_by = $4
                           WHERE business_id = $1 AND task_id = $2 AND state IN ('fired', 'acknowledged', 'snoozed')";
                self.sql().execute(sql, &[&business, &id, &until, &by.actor]).await?;
            }
            let now = self.task(id).await?.ok_or(StoreError::Fenced)?;
            let concerned = "SELECT concerned(business_id, assignee) FROM tasks WHERE business_id = $1 AND id = $2";
            whom.extend(self.sql().query_one(concerned, &[&business, &id]).await?.get::<_, Vec<i64>>(0));
            let mut told = Vec::new();
            for reminder in rang {
                let line = now.reminders.iter().find(|line| line.id == reminder);
                let state = line.map_or("moved", |line| match line.state {
                    ReminderState::Pending => "moved",
                    state => state.as_str(),
                });
                if state != "fired" {
                    let data = json!({ "reminder_id": reminder, "task_id": id, "state": state,
                                       "remind_at": line.map(|line| line.remind_at), "by": by.actor });
                    told.extend(self.tell(&whom, "reminder:closed", &data).await?);
                }
            }
            let data = json!({ "task_id": id, "version": now.version, "status": now.status.as_str() });
            told.extend(self.tell(&whom, "task:updated", &data).await?);
            Ok(Changed::Done(Box::new(now), told))
        })
        .await
    }

    async fn ringing_of(&self, task: i64) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT id FROM reminders WHERE business_id = $1 AND task_id = $2 AND state = 'fired' ORDER BY id";
        let rows = self.sql().query(sql, &[&self.business().0, &task]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    async fn write_change(&self, by: &By, id: i64, change: &TaskChange) -> Result<(), StoreError> {
        let (sets_assignee, assignee) = (
            change.assignee.is_some(),
            change.assignee.flatten().map(|user| user.0),
        );
        let (sets_customer, customer) = (change.customer.is_some(), change.customer.flatten());
        let (sets_repeats, repeats) = (
            change.repeats.is_some(),
            change.repeats.flatten().map(Repeats::as_str),
        );
        self.sql()
            .execute(
                "UPDATE tasks SET title = COALESCE($3, title), notes = COALESCE($4, notes), channel = COALESCE($5, channel),
                    priority = COALESCE($6, priority), state = COALESCE($7, state), due_at = COALESCE($8, due_at),
                    assignee = CASE WHEN $9 THEN $10 ELSE assignee END,
                    customer_id = CASE WHEN $11 THEN $12 ELSE customer_id END,
                    repeats = CASE WHEN $13 THEN $14 ELSE repeats END,
                    first_local = COALESCE($15, first_local),
                    occurrence = CASE WHEN $15::timestamp IS NOT NULL AND $15 IS DISTINCT FROM first_local THEN 0 ELSE occurrence END,
                    continued = continued AND $15::timestamp IS NULL,
                    remind_before = COALESCE($16, remind_before),
                    completed_at = CASE $7 WHEN 'done' THEN COALESCE(completed_at, now()) WHEN 'open' THEN NULL ELSE completed_at END,
                    completed_by = CASE $7 WHEN 'done' THEN COALESCE(completed_by, $17) WHEN 'open' THEN NULL ELSE completed_by END,
                    version = version + 1, updated_at = now()
                 WHERE business_id = $1 AND id = $2",
                &[
                    &self.business().0,
                    &id,
                    &change.title,
                    &change.notes,
                    &change.channel.map(Channel::as_str),
                    &change.priority.map(Priority::as_str),
                    &change.status.map(Status::as_str),
                    &change.due_at,
                    &sets_assignee,
                    &assignee,
                    &sets_customer,
                    &customer,
                    &sets_repeats,
                    &repeats,
                    &change.first_local,
                    &change.remind_before,
                    &by.actor,
                ],
            )
            .await?;
        let happened = Happened {
            action: "task.changed",
            subject: format!("task:{id}"),
            detail: json!({ "status": change.status, "due_at": change.due_at, "snoozed": change.snooze_until }),
        };
        self.audit(by, happened).await
    }
}

impl Store {
    /// Who may be given a task in this business: ids and names.
    pub async fn assignees(&self, business: BusinessId) -> Result<Vec<(UserId, String)>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = "SELECT u.id, u.name FROM memberships m JOIN users u ON u.id = m.user_id
                       WHERE m.business_id = $1 AND m.active AND u.active ORDER BY u.name, u.id";
            let rows = client.query(sql, &[&business.0]).await?;
            Ok(rows.iter().map(|row| (UserId(row.get(0)), row.get(1))).collect())
        })
        .await
    }
}
