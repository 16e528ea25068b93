//! `/push/act`: a button of a notification. The browser that shows it may have no log-in any more, so the push brought a
//! link that is signed for one reminder and one person and works for a day. What it does, it does once.

use super::Edge;
use super::api::body::Body;
use super::api::who::traces;
use super::errors::{ApiError, Code};
use super::links::Links;
use actix_web::{HttpRequest, post, web};
use domain::access::UserId;
use domain::task::Status;
use garde::Validate;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::reminders::Answer;
use store::streams::Told;
use store::tasks::{Changed, TaskChange};
use store::tenant::TenantTx;
use utoipa::{IntoParams, ToSchema};

/// How long a link works, in seconds.
const LASTS: i64 = 24 * 3600;
/// Minutes of a snooze that says no number.
const SNOOZE: i64 = 5;

/// The link that answers this reminder for this person, from now.
pub fn action_link(links: &Links, reminder: i64, user: UserId) -> String {
    let signed = links.sign(&signed_path(reminder, user), Timestamp::now().as_second() + LASTS);
    format!("/push/act?{signed}&r={reminder}&u={user}")
}

fn signed_path(reminder: i64, user: UserId) -> String {
    format!("/push/act/{reminder}/{user}")
}

/// The signed part of a link.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Signed {
    /// Until when it works, seconds since 1970.
    e: i64,
    /// The signature.
    s: String,
    /// The reminder.
    r: i64,
    /// The person.
    u: i64,
}

/// Which button.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PushAction {
    Snooze,
    Acknowledge,
    Done,
}

/// What was pressed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pressed {
    #[garde(skip)]
    action: PushAction,
    /// Of a snooze; 5 when not said, a week at most.
    #[garde(inner(range(min = 1, max = 10_080)))]
    #[schema(minimum = 1, maximum = 10_080)]
    minutes: Option<i64>,
}

/// How the reminder stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderStands {
    reminder_id: i64,
    /// `fired`, `acknowledged`, `snoozed` or `done`.
    state: String,
    /// When it rings, or rang.
    remind_at: Timestamp,
}

/// Answers a reminder from a notification, without a log-in. The second time nothing happens, and the answer is the same.
#[utoipa::path(tag = "notifications", params(Signed), request_body = Pressed, responses((status = 200, body = ReminderStands)))]
#[post("/push/act")]
pub async fn act(
    edge: web::Data<Edge>,
    request: HttpRequest,
    signed: web::Query<Signed>,
    body: Body<Pressed>,
) -> Result<web::Json<ReminderStands>, ApiError> {
    let (reminder, user, now) = (signed.r, UserId(signed.u), Timestamp::now());
    let path = signed_path(reminder, user);
    if !edge.links.verify(&path, signed.e, &signed.s, now.as_second()) {
        return Err(ApiError::new(
            Code::Forbidden,
            "the notification is too old: open the application",
        ));
    }
    let store = &edge.switchboard.store;
    let business = store.business_of_reminder(reminder, user).await?;
    let business = business.ok_or_else(ApiError::not_found)?;
    let mut tenant = store.tenant(business).await?;
    let transaction = tenant.begin().await?;
    let stands = transaction.reminder_stands(reminder, user).await?;
    let stands = stands.ok_or_else(ApiError::not_found)?;
    let minutes = SignedDuration::from_mins(body.0.minutes.unwrap_or(SNOOZE));
    let mut customer = None;
    let told = match body.0.action {
        PushAction::Acknowledge => answered(&transaction, (reminder, user), Answer::Acknowledged).await?,
        PushAction::Snooze => {
            answered(&transaction, (reminder, user), Answer::Snoozed(now + minutes)).await?
        }
        PushAction::Done if stands.open => {
            let done = TaskChange {
                status: Some(Status::Done),
                ..TaskChange::default()
            };
            let by = traces(&request, Some(user.0));
            match transaction.change_task(&by, (stands.task, None), &done).await? {
                Changed::Done(row, told) => {
                    customer = row.customer.map(|(id, ..)| id);
                    told
                }
                Changed::Meanwhile(_) | Changed::NotThere => return Err(ApiError::not_found()),
            }
        }
        PushAction::Done => Vec::new(),
    };
    let stands = transaction.reminder_stands(reminder, user).await?;
    let stands = stands.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    if !told.is_empty() {
        edge.sessions.tell(told);
        edge.sessions.hint(business, "tasks");
        if let Some(customer) = customer {
            edge.sessions.hint(business, &format!("customer:{customer}"));
        }
        edge.reminders.changed(vec![reminder]).await;
    }
    Ok(web::Json(ReminderStands {
        reminder_id: reminder,
        state: stands.state,
        remind_at: stands.remind_at,
    }))
}

async fn answered(
    transaction: &TenantTx<'_>,
    (reminder, user): (i64, UserId),
    answer: Answer,
) -> Result<Vec<Told>, ApiError> {
    let answered = transaction.answer_reminder(reminder, user, answer).await?;
    Ok(answered.ok_or_else(ApiError::not_found)?.told)
}
