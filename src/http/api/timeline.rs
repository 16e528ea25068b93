//! `/api/customers/{id}/timeline` and notes: what happened to a customer, newest first, and what people wrote down.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::{Body, word};
use super::customers::look_again;
use super::who::{Who, tenant};
use actix_web::{HttpResponse, delete, get, patch, post, web};
use domain::access::Role;
use domain::customer::Event;
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::timeline::{NoteChanged, NoteLine, TimelineLine, TimelineQuery};
use utoipa::{IntoParams, ToSchema};

word!(
    /// What an entry tells of.
    TimelineKind of Event: Call, Task, Note, Status, Created, Merged, Document, Whatsapp
);

/// What a timeline is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineAsked {
    /// Kinds with commas between them; all when not said.
    types: Option<String>,
    /// What happened at or after this moment.
    from: Option<jiff::Timestamp>,
    /// What happened before this moment.
    to: Option<jiff::Timestamp>,
    /// 1 to 500, 50 when not said.
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineItem {
    id: i64,
    kind: TimelineKind,
    ts: jiff::Timestamp,
    /// What it is about: a call's id, a task's number, …
    #[serde(rename = "ref")]
    reference: String,
    /// The call's summary, the task's title, the note's text, the new stage or status.
    title: String,
    #[schema(value_type = Object)]
    meta: Value,
}

/// A page of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    items: Vec<TimelineItem>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

impl From<TimelineLine> for TimelineItem {
    fn from(line: TimelineLine) -> Self {
        Self {
            id: line.id,
            kind: line.kind.into(),
            ts: line.ts,
            reference: line.reference,
            title: line.title,
            meta: line.meta,
        }
    }
}

const MOST: i64 = 500;
const USUAL: i64 = 50;

impl TimelineAsked {
    fn checked(self) -> Result<TimelineQuery, ApiError> {
        let bad = |why: String| ApiError::new(Code::BadRequest, why);
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(bad(format!("limit is from 1 to {MOST}")));
        }
        let kinds = self.types.unwrap_or_default();
        let kinds = kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty());
        let kinds: Option<Vec<Event>> = kinds.map(Event::parse).collect();
        let known: Vec<&str> = Event::ALL.iter().map(|kind| kind.as_str()).collect();
        Ok(TimelineQuery {
            kinds: kinds.ok_or_else(|| bad(format!("types are of {}", known.join(", "))))?,
            from: self.from,
            to: self.to,
            after: match self.cursor.as_deref() {
                None | Some("") => None,
                Some(cursor) => {
                    Some(place(cursor).ok_or_else(|| bad("cursor is `next` of the page before".into()))?)
                }
            },
            limit,
        })
    }
}

/// A place in a timeline, as text: microseconds and the entry's number.
fn cursor((ts, id): (jiff::Timestamp, i64)) -> String {
    format!("{}.{id}", ts.as_microsecond())
}

fn place(cursor: &str) -> Option<(jiff::Timestamp, i64)> {
    let (micros, id) = cursor.split_once('.')?;
    let ts = jiff::Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
    // Postgres's calendar has bounds of its own.
    (ts.as_second().abs() < 100_000_000_000).then_some((ts, id.parse().ok()?))
}

/// What happened to a customer, newest first.
#[utoipa::path(tag = "customers", params(("id" = i64, Path), TimelineAsked), responses((status = 200, body = Timeline)))]
#[get("/api/customers/{id}/timeline")]
pub async fn timeline(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    query: web::Query<TimelineAsked>,
) -> Result<web::Json<Timeline>, ApiError> {
    let business = who.business()?;
    let asked = query.into_inner().checked()?;
    let mut tenant = tenant(&edge, business).await?;
    let page = tenant.begin().await?.timeline(*id, &asked).await?;
    let page = page.ok_or_else(ApiError::not_found)?;
    Ok(web::Json(Timeline {
        items: page.lines.into_iter().map(Into::into).collect(),
        next: page.next.map(cursor),
    }))
}

/// Something to be written down.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteText {
    #[garde(length(chars, min = 1, max = 10_000), custom(said))]
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
    /// Of a change: the version that it was made from; without it, whatever the version.
    #[garde(skip)]
    version: Option<i64>,
}

fn said(text: &str, (): &()) -> garde::Result {
    if text.trim().is_empty() {
        return Err(garde::Error::new("it is empty"));
    }
    Ok(())
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
pub struct Note {
    id: i64,
    text: String,
    created_by: Option<i64>,
    created_at: jiff::Timestamp,
    updated_at: jiff::Timestamp,
    version: i64,
}

impl From<NoteLine> for Note {
    fn from(line: NoteLine) -> Self {
        Self {
            id: line.id,
            text: line.text,
            created_by: line.created_by,
            created_at: line.created_at,
            updated_at: line.updated_at,
            version: line.version,
        }
    }
}

/// Writes a note down.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), request_body = NoteText, responses((status = 201, body = Note)))]
#[post("/api/customers/{id}/notes")]
pub async fn add_note(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<NoteText>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let note = transaction.add_note(&who.by, *id, body.0.text.trim()).await?;
    let note = note.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    look_again(&edge, business, *id);
    Ok(HttpResponse::Created().json(Note::from(note)))
}

/// Changes a note: its writer, or a manager. 409 with `current` when it was changed meanwhile.
#[utoipa::path(tag = "customers", params(("id" = i64, Path), ("note" = i64, Path)), request_body = NoteText, responses((status = 200, body = Note)))]
#[patch("/api/customers/{id}/notes/{note}")]
pub async fn change_note(
    edge: web::Data<Edge>,
    who: Who,
    path: web::Path<(i64, i64)>,
    body: Body<NoteText>,
) -> Result<web::Json<Note>, ApiError> {
    let text = body.0.text.trim();
    let note = write_note(&edge, &who, path.into_inner(), (Some(text), body.0.version)).await?;
    Ok(web::Json(note.into()))
}

/// Takes a note away: its writer, or a manager.
#[utoipa::path(tag = "customers", params(("id" = i64, Path), ("note" = i64, Path)), responses((status = 204, description = "Taken away")))]
#[delete("/api/customers/{id}/notes/{note}")]
pub async fn remove_note(
    edge: web::Data<Edge>,
    who: Who,
    path: web::Path<(i64, i64)>,
) -> Result<HttpResponse, ApiError> {
    write_note(&edge, &who, path.into_inner(), (None, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn write_note(
    edge: &web::Data<Edge>,
    who: &Who,
    (customer, note): (i64, i64),
    (text, version): (Option<&str>, Option<i64>),
) -> Result<NoteLine, ApiError> {
    let business = who.business()?;
    let any = who.admin || who.role == Some(Role::Manager);
    let mut tenant = tenant(edge, business).await?;
    let transaction = tenant.begin().await?;
    let done = transaction
        .change_note(&who.by, (customer, note, version), text, any)
        .await?;
    match done {
        NoteChanged::Done(note) => {
            transaction.commit().await?;
            look_again(edge, business, customer);
            Ok(note)
        }
        NoteChanged::Meanwhile(note) => Err(ApiError::conflict(Note::from(note))),
        NoteChanged::NotYours => Err(ApiError::new(
            Code::Forbidden,
            "its writer or a manager changes a note",
        )),
        NoteChanged::NotThere => Err(ApiError::not_found()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_and_nonsense_is_none() {
        let at = (
            jiff::Timestamp::from_microsecond(1_790_000_000_123_456).unwrap(),
            77,
        );
        assert_eq!(place(&cursor(at)), Some(at));
        for text in [
            "",
            "a.b",
            "1",
            "99999999999999999999.1",
            "1.",
            "9223372036854775807.1",
        ] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}
