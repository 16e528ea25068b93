//! `/auth/sessions`: where somebody is logged in, and how he ends it. `/auth/ticket`: proof for one
//! WebSocket of a session, for clients that can't send the cookie.

use super::super::Edge;
use super::super::api::paging::{Paged, whole};
use super::super::api::who::Who;
use super::super::errors::ApiError;
use super::secrets::new_secret;
use actix_web::{HttpResponse, delete, get, post, web};
use serde::Serialize;
use serde_json::json;
use store::audit::{Happened, PLATFORM};
use utoipa::ToSchema;
use uuid::Uuid;

/// A browser in which somebody is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    id: Uuid,
    created_at: jiff::Timestamp,
    /// When its tokens were renewed last.
    last_seen_at: jiff::Timestamp,
    address: String,
    user_agent: String,
    /// The one that asks.
    current: bool,
}

/// One's own sessions, the last seen first.
#[utoipa::path(tag = "auth", responses((status = 200, body = Paged<Session>)))]
#[get("/auth/sessions")]
pub async fn list(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<Session>>, ApiError> {
    let own = who.session()?;
    let lines = edge.switchboard.store.sessions_of(who.user).await?;
    let sessions = lines.into_iter().map(|line| Session {
        current: line.id == own,
        id: line.id,
        created_at: line.created_at,
        last_seen_at: line.last_seen_at,
        address: line.address,
        user_agent: line.user_agent,
    });
    Ok(web::Json(whole(sessions.collect())))
}

/// Ends one of one's own sessions.
#[utoipa::path(tag = "auth", params(("id" = Uuid, Path)), responses((status = 204)))]
#[delete("/auth/sessions/{id}")]
pub async fn end(edge: web::Data<Edge>, who: Who, id: web::Path<Uuid>) -> Result<HttpResponse, ApiError> {
    who.session()?;
    let store = &edge.switchboard.store;
    if !store.end_session(who.user, *id, "ended by its person").await? {
        return Err(ApiError::not_found());
    }
    ended(&edge, &who, format!("session:{id}")).await
}

/// Ends all of one's own sessions but this one.
#[utoipa::path(tag = "auth", responses((status = 204)))]
#[delete("/auth/sessions")]
pub async fn end_others(edge: web::Data<Edge>, who: Who) -> Result<HttpResponse, ApiError> {
    let own = who.session()?;
    let store = &edge.switchboard.store;
    store
        .end_sessions(who.user, Some(own), "ended by its person")
        .await?;
    ended(&edge, &who, format!("user:{}", who.user)).await
}

async fn ended(edge: &Edge, who: &Who, subject: String) -> Result<HttpResponse, ApiError> {
    let happened = Happened {
        action: "session.ended",
        subject,
        detail: json!({}),
    };
    edge.switchboard.store.audit(PLATFORM, &who.by, happened).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Proof for one WebSocket.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ticket {
    /// For `/ws?ticket=…`, once.
    ticket: String,
    /// Seconds.
    expires_in: u32,
}

/// A ticket for a WebSocket: it works once and for half a minute.
#[utoipa::path(tag = "auth", responses((status = 200, body = Ticket)))]
#[post("/auth/ticket")]
pub async fn make_ticket(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Ticket>, ApiError> {
    let session = who.session()?;
    let (ticket, hash) = new_secret("");
    edge.switchboard.store.create_ticket(session, &hash).await?;
    Ok(web::Json(Ticket {
        ticket,
        expires_in: 30,
    }))
}
