//! `/api/tasks`: what is to be done for whom and when. A change is committed first; then its reminders' clocks are set
//! anew everywhere, and whom it concerns is told.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::paging::{Page, Paged, searched, sorted, whole, whose};
use super::task_body::{Assignee, NewTask, Task, TaskPatch, TaskPriority, TaskStatus};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, get, patch, post, web};
use domain::access::UserId;
use domain::ids::BusinessId;
use domain::task::Range;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::streams::Told;
use store::tasks::{Changed, TaskQuery, TaskRow};
use utoipa::{IntoParams, ToSchema};

/// A part of the calendar, in the business's time zone; the week begins on Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskRange {
    Overdue,
    Today,
    Week,
}

/// A moment of a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskMoment {
    #[default]
    Due,
    Created,
    Completed,
}

/// What a list of tasks is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskList {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
    /// In the title, the notes or the customer's name.
    q: Option<String>,
    /// `due_at`, `created_at`, `priority`, `title`; a minus before it turns the order around. `due_at` when not said.
    sort: Option<String>,
    /// Open tasks of this part of the calendar, unless `status` says otherwise.
    range: Option<TaskRange>,
    status: Option<TaskStatus>,
    /// `me`, `none`, or a person's number.
    assignee: Option<String>,
    customer_id: Option<i64>,
    priority: Option<TaskPriority>,
    /// Tasks whose moment is at or after this one.
    from: Option<jiff::Timestamp>,
    /// Tasks whose moment is before this one.
    to: Option<jiff::Timestamp>,
    /// Which moment that is; when they are due, when not said. `completed` is tasks that are done.
    by: Option<TaskMoment>,
    /// Who did it: `me`, or a person's number.
    done_by: Option<String>,
}

const SORTS: [(&str, &str); 4] = [
    ("due_at", "t.due_at"),
    ("created_at", "t.created_at"),
    (
        "priority",
        "array_position(ARRAY['urgent', 'high', 'normal', 'low'], t.priority)",
    ),
    ("title", "lower(t.title)"),
];

impl TaskList {
    fn asked(self, page: Page, user: UserId, zone: &TimeZone) -> Result<TaskQuery, ApiError> {
        let whose = whose(self.assignee.as_deref(), user)?;
        let range = self.range.map(|range| match range {
            TaskRange::Overdue => Range::Overdue,
            TaskRange::Today => Range::Today,
            TaskRange::Week => Range::Week,
        });
        let bounds = range.map(|range| range.bounds(jiff::Timestamp::now(), zone));
        let open = range.map(|_| domain::task::Status::Open);
        let by = self.by.unwrap_or_default();
        let done = (by == TaskMoment::Completed).then_some(domain::task::Status::Done);
        let done_by = match self.done_by.as_deref() {
            None | Some("") => None,
            Some("me") => Some(user),
            Some(id) => Some(
                id.parse()
                    .map(UserId)
                    .map_err(|_| ApiError::new(Code::BadRequest, "done_by is `me` or a number"))?,
            ),
        };
        Ok(TaskQuery {
            status: self.status.map(Into::into).or(open).or(done),
            due: [
                bounds
                    .map(|(from, _)| from)
                    .filter(|from| *from > jiff::Timestamp::MIN),
                bounds.map(|(_, to)| to),
            ],
            by: match by {
                TaskMoment::Due => "t.due_at",
                TaskMoment::Created => "t.created_at",
                TaskMoment::Completed => "t.completed_at",
            },
            from: self.from,
            to: self.to,
            done_by,
            whose,
            customer: self.customer_id,
            priority: self.priority.map(Into::into),
            text: searched(self.q)?,
            sort: sorted(self.sort.as_deref(), &SORTS, ("t.due_at", false))?,
            limit: page.limit,
            offset: page.offset(),
        })
    }
}

/// The zone of a business's clock.
pub fn zone_of(edge: &Edge, business: BusinessId) -> TimeZone {
    let known = edge.switchboard.directory.by_id(business);
    known
        .and_then(|business| TimeZone::get(&business.time_zone).ok())
        .or_else(|| TimeZone::get("Asia/Jerusalem").ok())
        .unwrap_or(TimeZone::UTC)
}

/// Tasks, the one that is due first first.
#[utoipa::path(tag = "tasks", params(TaskList), responses((status = 200, body = Paged<Task>)))]
#[get("/api/tasks")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<TaskList>,
) -> Result<web::Json<Paged<Task>>, ApiError> {
    let business = who.business()?;
    let query = query.into_inner();
    let page = Page::of(query.page, query.limit)?;
    let asked = query.asked(page, who.user, &zone_of(&edge, business))?;
    let mut tenant = tenant(&edge, business).await?;
    let (rows, total) = tenant.begin().await?.tasks(&asked).await?;
    let people = edge.switchboard.store.assignees(business).await?;
    let tasks = rows.into_iter().map(|row| Task::of(row, &people)).collect();
    Ok(web::Json(page.with(tasks, total)))
}

/// Open tasks that are one's own or everybody's.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskCounts {
    overdue: i64,
    today: i64,
    week: i64,
    /// Reminders that ring and nobody has answered.
    ringing: i64,
}

/// What the bell counts.
#[utoipa::path(tag = "tasks", responses((status = 200, body = TaskCounts)))]
#[get("/api/tasks/counts")]
pub async fn counts(edge: web::Data<Edge>, who: Who) -> Result<web::Json<TaskCounts>, ApiError> {
    let business = who.business()?;
    let (now, zone) = (jiff::Timestamp::now(), zone_of(&edge, business));
    let mut spans = [Range::Overdue, Range::Today, Range::Week].map(|range| range.bounds(now, &zone));
    // Postgres's calendar begins later than ours.
    spans[0].0 = jiff::Timestamp::UNIX_EPOCH;
    let mut tenant = tenant(&edge, business).await?;
    let (counted, ringing) = tenant.begin().await?.task_counts(who.user, &spans).await?;
    let count = |n: usize| counted.get(n).copied().unwrap_or(0);
    Ok(web::Json(TaskCounts {
        overdue: count(0),
        today: count(1),
        week: count(2),
        ringing,
    }))
}

/// Who may be given a task.
#[utoipa::path(tag = "tasks", responses((status = 200, body = Paged<Assignee>)))]
#[get("/api/tasks/assignees")]
pub async fn assignees(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<Assignee>>, ApiError> {
    let people = edge.switchboard.store.assignees(who.business()?).await?;
    let assignee = |(user, name): (UserId, String)| Assignee { id: user.0, name };
    Ok(web::Json(whole(people.into_iter().map(assignee).collect())))
}

/// Makes a task. 404 for a customer or an assignee that is not of the business.
#[utoipa::path(tag = "tasks", request_body = NewTask, responses((status = 201, body = Task)))]
#[post("/api/tasks")]
pub async fn create(edge: web::Data<Edge>, who: Who, body: Body<NewTask>) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let mut new = body.0.checked(who.user, &zone_of(&edge, business))?;
    // An administrator who looks in is nobody's assignee.
    if who.role.is_none() && new.assignee == Some(who.user) {
        new.assignee = None;
    }
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let made = transaction.make_task(&who.by, &new).await?;
    let id = made.ok_or_else(ApiError::not_found)?;
    let row = transaction.task(id).await?.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    announce(&edge, business, &row, Vec::new()).await;
    let people = edge.switchboard.store.assignees(business).await?;
    Ok(HttpResponse::Created().json(Task::of(row, &people)))
}

/// One task.
#[utoipa::path(tag = "tasks", params(("id" = i64, Path)), responses((status = 200, body = Task)))]
#[get("/api/tasks/{id}")]
pub async fn get_one(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Task>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let row = tenant.begin().await?.task(*id).await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    let people = edge.switchboard.store.assignees(business).await?;
    Ok(web::Json(Task::of(row, &people)))
}

/// Changes a task. 409 with `current` when it was changed meanwhile.
#[utoipa::path(tag = "tasks", params(("id" = i64, Path)), request_body = TaskPatch, responses((status = 200, body = Task)))]
#[patch("/api/tasks/{id}")]
pub async fn update(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<TaskPatch>,
) -> Result<web::Json<Task>, ApiError> {
    let business = who.business()?;
    let patch = body.0;
    let version = patch.version();
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let due_at = match patch.moves_series() {
        true => transaction.task(*id).await?.map(|row| row.due_at),
        false => None,
    };
    let change = patch.checked(due_at, &zone_of(&edge, business))?;
    let people = edge.switchboard.store.assignees(business).await?;
    match transaction.change_task(&who.by, (*id, version), &change).await? {
        Changed::Done(row, told) => {
            transaction.commit().await?;
            announce(&edge, business, &row, told).await;
            Ok(web::Json(Task::of(*row, &people)))
        }
        Changed::Meanwhile(row) => Err(ApiError::conflict(Task::of(*row, &people))),
        Changed::NotThere => Err(ApiError::not_found()),
    }
}

/// After the commit: clocks are set, people are told, lists are looked at again.
async fn announce(edge: &Edge, business: BusinessId, row: &TaskRow, told: Vec<Told>) {
    edge.sessions.tell(told);
    edge.sessions.hint(business, "tasks");
    if let Some((customer, ..)) = row.customer {
        super::customers::look_again(edge, business, customer);
    }
    edge.reminders
        .changed(row.reminders.iter().map(|line| line.id).collect())
        .await;
}
