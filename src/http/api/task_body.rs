//! A task as it is sent and received.

use super::super::errors::ApiError;
use super::body::{readable, word};
use domain::access::UserId;
use garde::Validate;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::tasks::{ReminderLine, TaskChange, TaskRow, TaskToMake};
use utoipa::ToSchema;

word!(
    /// How the customer is to be met.
    TaskChannel of domain::task::Channel: Call, Whatsapp, Meeting
);
word!(
    /// Whether it is still to be done.
    TaskStatus of domain::task::Status: Open, Done, Canceled
);
word!(
    /// How much it matters; what is urgent rings in quiet hours, too.
    TaskPriority of domain::task::Priority: Low, Normal, High, Urgent
);
word!(
    /// Where it came from.
    TaskSource of domain::task::Source: Person, Call, Rule
);
word!(
    /// Where a reminder stands.
    ReminderState of domain::task::ReminderState: Pending, Fired, Acknowledged, Snoozed, Done
);

/// How a series goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskRepeats {
    None,
    Daily,
    Weekly,
    Monthly,
}

impl TaskRepeats {
    fn of(repeats: Option<domain::task::Repeats>) -> Self {
        match repeats {
            None => Self::None,
            Some(domain::task::Repeats::Daily) => Self::Daily,
            Some(domain::task::Repeats::Weekly) => Self::Weekly,
            Some(domain::task::Repeats::Monthly) => Self::Monthly,
        }
    }

    fn rule(self) -> Option<domain::task::Repeats> {
        match self {
            Self::None => None,
            Self::Daily => Some(domain::task::Repeats::Daily),
            Self::Weekly => Some(domain::task::Repeats::Weekly),
            Self::Monthly => Some(domain::task::Repeats::Monthly),
        }
    }
}

/// A person who may be given a task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Assignee {
    pub id: i64,
    pub name: String,
}

/// The customer of a task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskCustomer {
    pub id: i64,
    pub name: String,
    /// E.164.
    pub phone: Option<String>,
}

/// A reminder of a task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskReminder {
    pub id: i64,
    pub remind_at: jiff::Timestamp,
    pub state: ReminderState,
    pub snooze_count: i32,
    pub fired_at: Option<jiff::Timestamp>,
}

impl From<ReminderLine> for TaskReminder {
    fn from(line: ReminderLine) -> Self {
        Self {
            id: line.id,
            remind_at: line.remind_at,
            state: line.state.into(),
            snooze_count: line.snooze_count,
            fired_at: line.fired_at,
        }
    }
}

/// A task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Task {
    pub id: i64,
    pub title: String,
    pub notes: String,
    pub channel: TaskChannel,
    pub status: TaskStatus,
    pub priority: TaskPriority,
    pub source: TaskSource,
    pub due_at: jiff::Timestamp,
    /// Open and due.
    pub overdue: bool,
    /// Null: everybody's.
    pub assignee: Option<Assignee>,
    pub customer: Option<TaskCustomer>,
    /// The call that promised it.
    pub call_id: Option<String>,
    pub repeats: TaskRepeats,
    /// Seconds before it is due at which it reminds.
    pub remind_before: Vec<i32>,
    pub reminders: Vec<TaskReminder>,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub completed_at: Option<jiff::Timestamp>,
    /// Rises with each change; sent back with the next one.
    pub version: i64,
}

impl Task {
    /// The row, with the name of its assignee among these.
    pub fn of(row: TaskRow, people: &[(UserId, String)]) -> Self {
        let assignee = row.assignee.map(|user| Assignee {
            id: user.0,
            name: people
                .iter()
                .find(|(id, _)| *id == user)
                .map_or_else(String::new, |(_, name)| name.clone()),
        });
        Self {
            id: row.id,
            title: row.title,
            notes: row.notes,
            channel: row.channel.into(),
            status: row.status.into(),
            priority: row.priority.into(),
            source: row.source.into(),
            overdue: row.status == domain::task::Status::Open && row.due_at < jiff::Timestamp::now(),
            due_at: row.due_at,
            assignee,
            customer: row
                .customer
                .map(|(id, name, phone)| TaskCustomer { id, name, phone }),
            call_id: row.call_sid,
            repeats: TaskRepeats::of(row.repeats),
            remind_before: row.remind_before,
            reminders: row.reminders.into_iter().map(Into::into).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            completed_at: row.completed_at,
            version: row.version,
        }
    }
}

/// Titles have so many characters at most.
const TITLE: usize = 200;
const NOTES: usize = 10_000;
/// A month: nobody is reminded earlier.
const EARLIEST: i32 = 31 * 24 * 3600;

/// A task to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    #[garde(length(chars, min = 1, max = TITLE), custom(readable))]
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[garde(skip)]
    due_at: jiff::Timestamp,
    #[garde(skip)]
    customer_id: Option<i64>,
    #[garde(length(chars, max = NOTES))]
    #[schema(max_length = 10000)]
    notes: Option<String>,
    /// `call` when not said.
    #[garde(skip)]
    channel: Option<TaskChannel>,
    /// The one who makes it when not said; 0: everybody's.
    #[garde(skip)]
    assignee_user_id: Option<i64>,
    #[garde(skip)]
    priority: Option<TaskPriority>,
    #[garde(skip)]
    repeats: Option<TaskRepeats>,
    /// Seconds before it is due, five at most; `[0]` when not said.
    #[garde(inner(length(max = 5), inner(range(min = 0, max = EARLIEST))))]
    #[schema(max_items = 5)]
    remind_before: Option<Vec<i32>>,
}

impl NewTask {
    /// What is to be kept, made by this person in a business of this zone.
    ///
    /// # Errors
    /// 422 for a moment that no calendar of ours has.
    pub fn checked(self, maker: UserId, zone: &TimeZone) -> Result<TaskToMake, ApiError> {
        let due_at = moment("due_at", self.due_at)?;
        let local = due_at.to_zoned(zone.clone()).datetime();
        Ok(TaskToMake {
            title: self.title.trim().to_owned(),
            notes: self.notes.unwrap_or_default(),
            channel: self.channel.unwrap_or(TaskChannel::Call).into(),
            priority: self.priority.unwrap_or(TaskPriority::Normal).into(),
            due_at,
            assignee: match self.assignee_user_id {
                None => Some(maker),
                Some(0) => None,
                Some(id) => Some(UserId(id)),
            },
            customer: self.customer_id,
            repeats: self.repeats.and_then(TaskRepeats::rule).map(|rule| (rule, local)),
            remind_before: distinct(self.remind_before.unwrap_or_else(|| vec![0])),
        })
    }
}

/// A change; what is left out stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    /// The version that it was made from; without it, whatever the version.
    #[garde(skip)]
    version: Option<i64>,
    #[garde(skip)]
    status: Option<TaskStatus>,
    /// What rings, or rang, rings again then.
    #[garde(skip)]
    snooze_until: Option<jiff::Timestamp>,
    #[garde(inner(length(chars, min = 1, max = TITLE), custom(readable)))]
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    #[garde(length(chars, max = NOTES))]
    #[schema(max_length = 10000)]
    notes: Option<String>,
    #[garde(skip)]
    channel: Option<TaskChannel>,
    #[garde(skip)]
    priority: Option<TaskPriority>,
    #[garde(skip)]
    due_at: Option<jiff::Timestamp>,
    /// 0: everybody's.
    #[garde(skip)]
    assignee_user_id: Option<i64>,
    /// 0: no customer's.
    #[garde(skip)]
    customer_id: Option<i64>,
    #[garde(skip)]
    repeats: Option<TaskRepeats>,
    /// Seconds before it is due, five at most.
    #[garde(inner(length(max = 5), inner(range(min = 0, max = EARLIEST))))]
    #[schema(max_items = 5)]
    remind_before: Option<Vec<i32>>,
}

impl TaskPatch {
    /// The version that it was made from.
    pub fn version(&self) -> Option<i64> {
        self.version
    }

    /// The time from which a series counts has to be known: when the task moves, or begins to repeat.
    pub fn moves_series(&self) -> bool {
        self.due_at.is_some() || self.repeats.is_some()
    }

    /// What is to be changed, on a task that is due `due_at` now.
    ///
    /// # Errors
    /// 422 for a moment that no calendar of ours has, or a snooze that has passed.
    pub fn checked(self, due_at: Option<jiff::Timestamp>, zone: &TimeZone) -> Result<TaskChange, ApiError> {
        let new_due = self.due_at.map(|at| moment("due_at", at)).transpose()?;
        let local = new_due.or(due_at).map(|at| at.to_zoned(zone.clone()).datetime());
        Ok(TaskChange {
            title: self.title.map(|title| title.trim().to_owned()),
            notes: self.notes,
            channel: self.channel.map(Into::into),
            priority: self.priority.map(Into::into),
            status: self.status.map(Into::into),
            due_at: new_due,
            assignee: self.assignee_user_id.map(|id| (id != 0).then_some(UserId(id))),
            customer: self.customer_id.map(|id| (id != 0).then_some(id)),
            first_local: local.filter(|_| new_due.is_some() || self.repeats.is_some()),
            repeats: self.repeats.map(TaskRepeats::rule),
            remind_before: self.remind_before.map(distinct),
            snooze_until: self.snooze_until.map(later).transpose()?,
        })
    }
}

fn distinct(mut seconds: Vec<i32>) -> Vec<i32> {
    seconds.sort_unstable();
    seconds.dedup();
    seconds
}

/// A moment that people make tasks for: this century and the next.
fn moment(field: &str, at: jiff::Timestamp) -> Result<jiff::Timestamp, ApiError> {
    let (first, last) = (946_684_800, 7_258_118_400);
    if (first..last).contains(&at.as_second()) {
        // Postgres keeps microseconds.
        return Ok(at.round(jiff::Unit::Microsecond).unwrap_or(at));
    }
    Err(ApiError::field(field, "a moment between the years 2000 and 2200"))
}

/// A moment to be reminded at again: from now to a year.
///
/// # Errors
/// 422 for any other.
pub fn later(until: jiff::Timestamp) -> Result<jiff::Timestamp, ApiError> {
    let ahead = until.as_second() - jiff::Timestamp::now().as_second();
    if (0..=366 * 24 * 3600).contains(&ahead) {
        return moment("snooze_until", until);
    }
    Err(ApiError::field(
        "snooze_until",
        "a moment from now to a year ahead",
    ))
}
