//! `/api/calls`: what callers said and were told, as it happens and afterwards.

use super::super::errors::{ApiError, Code};
use super::super::{Edge, files};
use super::call_body::{Call, CallDetail, LiveCalls};
use super::csv::Csv;
use super::paging::{Page, Paged, searched, sorted};
use super::tasks::zone_of;
use super::who::{Who, tenant};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, get, web};
use domain::access::UserId;
use domain::call::CarrierStatus;
use domain::ids::{AudioHash, BusinessId};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::json;
use store::audit::Happened;
use store::call_pages::{CallLine, CallQuery, Clock, FollowedBy};
use store::tenant::TenantTx;
use utoipa::{IntoParams, ToSchema};

/// A call's status, as people know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    Ringing,
    InProgress,
    Completed,
    Busy,
    NoAnswer,
    Canceled,
    Failed,
}

impl CallStatus {
    /// Of the carrier's.
    pub fn of(status: CarrierStatus) -> Self {
        match status {
            CarrierStatus::Queued | CarrierStatus::Initiated | CarrierStatus::Ringing => Self::Ringing,
            CarrierStatus::InProgress => Self::InProgress,
            CarrierStatus::Failed => Self::Failed,
            CarrierStatus::Canceled => Self::Canceled,
            CarrierStatus::NoAnswer => Self::NoAnswer,
            CarrierStatus::Busy => Self::Busy,
            CarrierStatus::Completed => Self::Completed,
        }
    }
}

/// How a call began to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Somebody spoke with the caller, or does.
    Answered,
    /// It ended before.
    Missed,
}

impl CallOutcome {
    fn has(self, status: CallStatus) -> bool {
        match status {
            CallStatus::Ringing => false,
            CallStatus::InProgress | CallStatus::Completed => self == Self::Answered,
            CallStatus::Busy | CallStatus::NoAnswer | CallStatus::Canceled | CallStatus::Failed => {
                self == Self::Missed
            }
        }
    }
}

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallDirection {
    Inbound,
    Outbound,
}

/// What a list of calls is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CallList {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
    /// In the caller's number, the customer's name or the summary.
    q: Option<String>,
    /// `started_at`, `duration_s`, `caller`; a minus before it turns the order around. `-started_at` when not said.
    sort: Option<String>,
    status: Option<CallStatus>,
    outcome: Option<CallOutcome>,
    direction: Option<CallDirection>,
    /// 0 is Sunday, by the business's clock when the call began.
    #[param(minimum = 0, maximum = 6)]
    weekday: Option<i32>,
    /// 0 to 23, by the business's clock when the call began.
    #[param(minimum = 0, maximum = 23)]
    hour: Option<i32>,
    /// Whether a message was left.
    message: Option<bool>,
    /// Calls after which somebody wrote a note or did a task of the customer's: `any`, `me`, or the number of who was the first.
    followed_by: Option<String>,
    /// Calls that began at or after this moment.
    from: Option<jiff::Timestamp>,
    /// Calls that began before this moment.
    to: Option<jiff::Timestamp>,
}

const SORTS: [(&str, &str); 3] = [
    ("started_at", "started_at"),
    ("duration_s", "duration_s"),
    ("caller", "caller"),
];
/// Rows of an export.
const MOST_ROWS: i64 = 50_000;

impl CallList {
    fn ranks(&self) -> Vec<i16> {
        if self.status.is_none() && self.outcome.is_none() {
            return Vec::new();
        }
        let fits = |status: CarrierStatus| {
            let status = CallStatus::of(status);
            self.status.is_none_or(|asked| asked == status)
                && self.outcome.is_none_or(|asked| asked.has(status))
        };
        let ranks: Vec<i16> = CarrierStatus::ALL
            .into_iter()
            .filter(|status| fits(*status))
            .map(CarrierStatus::rank)
            .collect();
        // No status fits both: a rank that no call has.
        if ranks.is_empty() { vec![-1] } else { ranks }
    }

    fn asked(
        self,
        (user, zone): (UserId, &TimeZone),
        limit: i64,
        offset: i64,
    ) -> Result<CallQuery, ApiError> {
        let bad = |what: &str| ApiError::new(Code::BadRequest, what);
        let followed_by = match self.followed_by.as_deref() {
            None | Some("") => None,
            Some("any") => Some(FollowedBy::Anybody),
            Some("me") => Some(FollowedBy::User(user)),
            Some(id) => match id.parse() {
                Ok(id) if id > 0 => Some(FollowedBy::User(UserId(id))),
                _ => return Err(bad("followed_by is `any`, `me` or a number")),
            },
        };
        if self.weekday.is_some_and(|day| !(0..=6).contains(&day)) {
            return Err(bad("weekday is from 0, Sunday, to 6"));
        }
        if self.hour.is_some_and(|hour| !(0..=23).contains(&hour)) {
            return Err(bad("hour is from 0 to 23"));
        }
        Ok(CallQuery {
            ranks: self.ranks(),
            text: searched(self.q)?,
            from: self.from,
            to: self.to,
            direction: self.direction.map(|direction| match direction {
                CallDirection::Inbound => "inbound",
                CallDirection::Outbound => "outbound",
            }),
            clock: Clock {
                zone: zone.iana_name().unwrap_or("UTC").to_owned(),
                weekday: self.weekday,
                hour: self.hour,
            },
            message: self.message,
            followed_by,
            sort: sorted(self.sort.as_deref(), &SORTS, ("started_at", true))?,
            limit,
            offset,
        })
    }
}

/// Calls, newest first.
#[utoipa::path(tag = "calls", params(CallList), responses((status = 200, body = Paged<Call>)))]
#[get("/api/calls")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<CallList>,
) -> Result<web::Json<Paged<Call>>, ApiError> {
    let business = who.business()?;
    let query = query.into_inner();
    let page = Page::of(query.page, query.limit)?;
    let asked = query.asked((who.user, &zone_of(&edge, business)), page.limit, page.offset())?;
    let mut tenant = tenant(&edge, business).await?;
    let (rows, total) = tenant.begin().await?.calls(&asked).await?;
    Ok(web::Json(
        page.with(rows.into_iter().map(Call::from).collect(), total),
    ))
}

/// The same calls as a CSV file for a spreadsheet, at most 50,000; told to the audit log.
#[utoipa::path(tag = "calls", params(CallList), responses((status = 200, content_type = "text/csv", body = String)))]
#[get("/api/calls.csv")]
pub async fn export(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<CallList>,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let query = query.into_inner();
    Page::of(query.page, query.limit)?;
    let asked = query.asked((who.user, &zone_of(&edge, business)), MOST_ROWS, 0)?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let (rows, total) = transaction.calls(&asked).await?;
    let happened = Happened {
        action: "calls.exported",
        subject: "calls".into(),
        detail: json!({ "rows": rows.len(), "of": total }),
    };
    transaction.audit(&who.by, happened).await?;
    transaction.commit().await?;
    let mut csv = Csv::new(&[
        "id",
        "started_at",
        "caller",
        "called",
        "status",
        "duration_s",
        "turns",
        "customer",
        "intent",
        "summary",
    ]);
    for row in rows {
        let call = Call::from(row);
        csv.row(&call.cells());
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"calls.csv\""))
        .body(csv.finish()))
}

/// The calls that run now, each with its turns so far; newest first, fifty at most.
#[utoipa::path(tag = "calls", responses((status = 200, body = LiveCalls)))]
#[get("/api/calls/live")]
pub async fn live(edge: web::Data<Edge>, who: Who) -> Result<web::Json<LiveCalls>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let lines = transaction.live_calls().await?;
    let results = with_turns(&edge, business, &transaction, lines).await?;
    Ok(web::Json(LiveCalls { results }))
}

/// One call with its turns, what was found in it, and the tasks it promised.
#[utoipa::path(tag = "calls", params(("id" = String, Path, description = "CA…")), responses((status = 200, body = CallDetail)))]
#[get("/api/calls/{id}")]
pub async fn get_one(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<String>,
) -> Result<web::Json<CallDetail>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let line = transaction
        .call_line(&id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let mut call = with_turns(&edge, business, &transaction, vec![line])
        .await?
        .remove(0);
    call.tasks = transaction
        .tasks_of_call(&id)
        .await?
        .into_iter()
        .map(Into::into)
        .collect();
    Ok(web::Json(call))
}

/// Which recording of a call.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordingOf {
    /// From 1; 1 when not said.
    turn: Option<i16>,
    /// The caller's words, or the reply; the caller's when not said.
    side: Option<Side>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Caller,
    Reply,
}

/// A link to the sound of one turn, as a redirect; listening is told to the audit log.
#[utoipa::path(tag = "calls", params(("id" = String, Path), RecordingOf),
    responses((status = 303, description = "`Location` is a signed link that works for ten minutes")))]
#[get("/api/calls/{id}/recording")]
pub async fn recording(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<String>,
    query: web::Query<RecordingOf>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let turns = transaction
        .turns_of(&[id.as_str()])
        .await?
        .remove(id.as_str())
        .unwrap_or_default();
    let wanted = query.turn.unwrap_or(1);
    let turn = turns
        .into_iter()
        .find(|turn| turn.turn == wanted)
        .ok_or_else(ApiError::not_found)?;
    let sound = match query.side.unwrap_or(Side::Caller) {
        Side::Caller => turn.caller_audio,
        Side::Reply => turn.reply_audio,
    };
    let sound = sound.ok_or_else(ApiError::not_found)?;
    let happened = Happened {
        action: "recording.listened",
        subject: format!("call:{}", *id),
        detail: json!({ "turn": wanted }),
    };
    transaction.audit(&who.by, happened).await?;
    transaction.commit().await?;
    Ok(HttpResponse::SeeOther()
        .insert_header(("Location", files::link(&edge, business, &id, sound)))
        .finish())
}

async fn with_turns(
    edge: &Edge,
    business: BusinessId,
    transaction: &TenantTx<'_>,
    lines: Vec<CallLine>,
) -> Result<Vec<CallDetail>, ApiError> {
    let sids: Vec<&str> = lines.iter().map(|line| line.call_sid.as_str()).collect();
    let mut turns = transaction.turns_of(&sids).await?;
    let details = lines.into_iter().map(|line| {
        let turns = turns.remove(&line.call_sid).unwrap_or_default();
        let call = line.call_sid.clone();
        let link = |sound: AudioHash| files::link(edge, business, &call, sound);
        CallDetail::of(line, turns, &link)
    });
    Ok(details.collect())
}
