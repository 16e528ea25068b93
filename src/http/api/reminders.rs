//! `/api/reminders`: what rings for a person now, and what he answers. An answer closes it on every page of everybody whom
//! the task concerns; the second answer changes nothing.

use super::super::Edge;
use super::super::errors::ApiError;
use super::body::Body;
use super::paging::{Paged, whole};
use super::task_body::{Task, later};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, get, post, web};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::reminders::Answer;
use utoipa::ToSchema;

/// A reminder that rings, as `task:due` tells it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ringing {
    /// `reminder_id`, `task_id`, `title`, `notes`, `channel`, `priority`, `due_at`, `remind_at`, `late_s`, `rings`,
    /// `snooze_count`, `customer`, `assignee`, `call_id`, `modal`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    told: Value,
}

/// What rings for me and nobody has answered, the oldest first, 100 at most.
#[utoipa::path(tag = "reminders", responses((status = 200, body = Paged<Ringing>)))]
#[get("/api/reminders")]
pub async fn list(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<Ringing>>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let ringing = tenant.begin().await?.ringing(who.user).await?;
    let ringing = ringing.into_iter().map(|told| Ringing { told }).collect();
    Ok(web::Json(whole(ringing)))
}

/// It was seen and is being done.
#[utoipa::path(tag = "reminders", params(("id" = i64, Path)), responses((status = 200, body = Task)))]
#[post("/api/reminders/{id}/acknowledge")]
pub async fn acknowledge(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Task>, ApiError> {
    answered(&edge, &who, *id, Answer::Acknowledged).await
}

/// When it is to ring again: at a moment, or after so many minutes.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    #[garde(inner(range(min = 1, max = 527_040)))]
    #[schema(minimum = 1, maximum = 527040)]
    minutes: Option<i64>,
    #[garde(skip)]
    until: Option<jiff::Timestamp>,
}

/// It rings again later.
#[utoipa::path(tag = "reminders", params(("id" = i64, Path)), request_body = Snooze, responses((status = 200, body = Task)))]
#[post("/api/reminders/{id}/snooze")]
pub async fn snooze(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<Snooze>,
) -> Result<web::Json<Task>, ApiError> {
    let now = jiff::Timestamp::now();
    let until = match (body.0.until, body.0.minutes) {
        // What has passed meanwhile is now.
        (Some(until), _) => until.max(now),
        (None, Some(minutes)) => now
            .checked_add(jiff::SignedDuration::from_mins(minutes))
            .map_err(|_| ApiError::field("minutes", "too far ahead"))?,
        (None, None) => return Err(ApiError::field("minutes", "either `minutes` or `until`")),
    };
    answered(&edge, &who, *id, Answer::Snoozed(later(until)?)).await
}

/// A page in sight shows it: a push can wait a minute.
#[utoipa::path(tag = "reminders", params(("id" = i64, Path)), responses((status = 204)))]
#[post("/api/reminders/{id}/shown")]
pub async fn shown(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    if transaction.reminders_shown(who.user, &[*id]).await? == 0 {
        return Err(ApiError::not_found());
    }
    transaction.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn answered(
    edge: &web::Data<Edge>,
    who: &Who,
    id: i64,
    answer: Answer,
) -> Result<web::Json<Task>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(edge, business).await?;
    let transaction = tenant.begin().await?;
    let answered = transaction.answer_reminder(id, who.user, answer).await?;
    let answered = answered.ok_or_else(ApiError::not_found)?;
    let row = transaction
        .task(answered.task)
        .await?
        .ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    if answered.first {
        edge.sessions.tell(answered.told);
        edge.sessions.hint(business, "tasks");
        edge.reminders.changed(vec![id]).await;
    }
    let people = edge.switchboard.store.assignees(business).await?;
    Ok(web::Json(Task::of(row, &people)))
}
