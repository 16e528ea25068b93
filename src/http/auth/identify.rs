//! Who asks: reads the access cookie or the bearer token of each request for `/api`, `/auth` and
//! `/ws`, asks the store whom it stands for at this moment, and leaves a `Principal` in the request.
//! It is looked up each time and kept nowhere: what ends, ends on every replica with the next request.

use super::super::Edge;
use super::super::errors::ApiError;
use super::principal::{Principal, Via};
use super::secrets::{API_TOKEN, hash_of};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use actors::sessions::Proof;
use store::people::sessions::Standing;
use uuid::Uuid;

/// Leaves a `Principal` in the request when it proves whose it is.
pub async fn identify(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = request.path();
    // Health is told to anybody, also while the database is away.
    let asks = (path.starts_with("/api/") && path != "/api/health")
        || path.starts_with("/auth/")
        || matches!(path, "/ws" | "/ws/");
    if asks {
        match who(request.request()).await {
            Ok(Some(principal)) => drop(request.extensions_mut().insert(principal)),
            Ok(None) => {}
            Err(error) => return Ok(request.error_response(error)),
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

async fn who(request: &HttpRequest) -> Result<Option<Principal>, ApiError> {
    let Some(edge) = request.app_data::<web::Data<Edge>>() else {
        return Ok(None);
    };
    // A request that brings its own proof is not judged by a cookie beside it.
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        let token = edge.door.cookies.access_of(request);
        return by_access_token(edge, token.as_deref(), Via::Cookie).await;
    };
    let token = header
        .to_str()
        .ok()
        .and_then(|value| value.strip_prefix("Bearer "));
    match token {
        Some(token) => by_bearer(edge, token).await,
        None => Ok(None),
    }
}

/// Who a bearer token stands for: a program's, or an access token.
///
/// # Errors
/// When the store is away.
pub async fn by_bearer(edge: &Edge, token: &str) -> Result<Option<Principal>, ApiError> {
    if !token.starts_with(API_TOKEN) {
        return by_access_token(edge, Some(token), Via::Bearer).await;
    }
    let secret = hash_of(token);
    let standing = edge.switchboard.store.standing_of_token(&secret).await?;
    Ok(standing.map(|standing| principal(standing, Proof::Token(secret), Via::Bearer)))
}

async fn by_access_token(edge: &Edge, token: Option<&str>, via: Via) -> Result<Option<Principal>, ApiError> {
    match token.and_then(|token| edge.door.access.read(token)) {
        Some(session) => by_session(edge, session, via).await,
        None => Ok(None),
    }
}

async fn by_session(edge: &Edge, session: Uuid, via: Via) -> Result<Option<Principal>, ApiError> {
    let standing = edge.switchboard.store.standing(session).await?;
    Ok(standing.map(|standing| principal(standing, Proof::Session(session), via)))
}

/// Who a ticket for a WebSocket was made for; it is used up by asking.
///
/// # Errors
/// When the store is away.
pub async fn by_ticket(edge: &Edge, ticket: &str) -> Result<Option<Principal>, ApiError> {
    match edge.switchboard.store.use_ticket(&hash_of(ticket)).await? {
        Some(session) => by_session(edge, session, Via::Bearer).await,
        None => Ok(None),
    }
}

fn principal(standing: Standing, proof: Proof, via: Via) -> Principal {
    Principal { standing, proof, via }
}
