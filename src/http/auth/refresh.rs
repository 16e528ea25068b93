//! `POST /auth/refresh` and `POST /auth/logout`: the refresh cookie for new tokens, or for nothing
//! any more. A token that was rotated away and comes back was stolen, by whoever brings it now or by
//! whoever rotated it: nobody can tell which, so the whole family ends.

use super::super::Edge;
use super::super::api::who::traces;
use super::super::errors::{ApiError, Code};
use super::body::Login;
use super::login::answer;
use super::principal::Principal;
use super::secrets::RefreshToken;
use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse, ResponseError, post, web};
use serde_json::json;
use std::time::Duration;
use store::audit::{Happened, PLATFORM};
use store::people::sessions::{Lasting, Refreshed};

const HOUR: u64 = 3600;

/// How long the sessions of administrators, and of everybody else, last.
fn lasting(admin: bool) -> Lasting {
    let (idle, longest) = if admin { (2, 12) } else { (24, 14 * 24) };
    Lasting {
        grace: Duration::from_secs(10),
        idle: Duration::from_secs(idle * HOUR),
        longest: Duration::from_secs(longest * HOUR),
    }
}

/// New tokens for the refresh cookie's. 401 when the session is over.
#[utoipa::path(tag = "auth", responses((status = 200, body = Login)))]
#[post("/auth/refresh")]
pub async fn refresh(edge: web::Data<Edge>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let token = edge.door.cookies.refresh_of(&request);
    let Some(token) = token.and_then(|token| RefreshToken::parse(&token)) else {
        return Ok(over(&edge));
    };
    let by = traces(&request, None);
    let ours = |key: &[u8]| token.is_of(key);
    let refreshed = edge
        .switchboard
        .store
        .refresh_session(&by, (token.session, token.counter), &ours, lasting)
        .await?;
    match refreshed {
        Refreshed::Goes { counter, key, .. } => {
            let next = RefreshToken::of(token.session, counter, &key);
            answer(&edge, token.session, Some(next)).await
        }
        Refreshed::Stolen(user) => {
            metrics::counter!("sessions_stolen_total").increment(1);
            tracing::warn!(%user, session = %token.session, "a refresh token was used again: its session has ended");
            Ok(over(&edge))
        }
        Refreshed::Over => Ok(over(&edge)),
    }
}

/// 401 that takes the cookies away, so that a browser stops asking.
fn over(edge: &Edge) -> HttpResponse {
    let error = ApiError::new(Code::Unauthenticated, "the session is over: log in again");
    let mut response = error.error_response();
    for cookie in edge.door.cookies.gone() {
        if let Ok(value) = cookie.to_string().parse() {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}

/// Ends the session, and takes the cookies away.
#[utoipa::path(tag = "auth", responses((status = 204)))]
#[post("/auth/logout")]
pub async fn logout(
    edge: web::Data<Edge>,
    request: HttpRequest,
    principal: Option<Principal>,
) -> Result<HttpResponse, ApiError> {
    let store = &edge.switchboard.store;
    let known = principal.and_then(|principal| Some((principal.user, principal.session().ok()?)));
    let known = match known {
        Some(known) => Some(known),
        // The access token has expired meanwhile: the refresh token says whose session it is.
        None => of_refresh_token(&edge, &request).await?,
    };
    if let Some((user, session)) = known
        && store.end_session(user, session, "log-out").await?
    {
        let happened = Happened {
            action: "logout",
            subject: format!("session:{session}"),
            detail: json!({}),
        };
        store
            .audit(PLATFORM, &traces(&request, Some(user.0)), happened)
            .await?;
    }
    let mut response = HttpResponse::NoContent();
    for cookie in edge.door.cookies.gone() {
        response.cookie(cookie);
    }
    Ok(response.finish())
}

async fn of_refresh_token(
    edge: &Edge,
    request: &HttpRequest,
) -> Result<Option<(domain::access::UserId, uuid::Uuid)>, ApiError> {
    let token = edge.door.cookies.refresh_of(request);
    let Some(token) = token.and_then(|token| RefreshToken::parse(&token)) else {
        return Ok(None);
    };
    let key = edge.switchboard.store.session_key(token.session).await?;
    Ok(key
        .filter(|(_, key)| token.is_of(key))
        .map(|(user, _)| (user, token.session)))
}
