//! `POST /auth/login`: e-mail and password for a session. Whatever is wrong, the answer and the work
//! behind it are the same, so that nobody learns who has an account here.

use super::super::Edge;
use super::super::api::body::Body;
use super::super::api::who::traces;
use super::super::errors::{ApiError, Code};
use super::body::Login;
use super::me::me_of;
use super::secrets::{ACCESS_LASTS, RefreshToken};
use super::throttling::Tries;
use crate::passwords::Busy;
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, post, web};
use domain::access::UserId;
use domain::ids::BusinessId;
use garde::Validate;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use store::audit::{Happened, PLATFORM};
use store::people::sessions::NewSession;
use store::people::users::User;
use utoipa::ToSchema;
use uuid::Uuid;

/// A log-in.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[garde(length(chars, max = 254))]
    #[schema(max_length = 254)]
    email: String,
    #[garde(length(chars, max = 1024))]
    #[schema(max_length = 1024)]
    password: String,
}

/// Logs in. 401 for any wrong pair, 429 for too many tries.
#[utoipa::path(tag = "auth", request_body = Credentials, responses((status = 200, body = Login)))]
#[post("/auth/login")]
pub async fn log_in(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<Credentials>,
) -> Result<HttpResponse, ApiError> {
    let Credentials { email, password } = body.0;
    match proven(&edge, &request, &email, &password).await? {
        Some(user) => begin(&edge, &request, user.id, None).await,
        None => Err(ApiError::new(
            Code::Unauthenticated,
            "the e-mail address and the password don't belong together",
        )),
    }
}

/// The active person whose password this is. One hash is computed whether there is such a person or not.
pub async fn proven(
    edge: &Edge,
    request: &HttpRequest,
    email: &str,
    password: &str,
) -> Result<Option<User>, ApiError> {
    let tries = Tries::of_account(edge, request, email);
    tries.count(edge).await?;
    let store = &edge.switchboard.store;
    let user = store
        .user_by_email(email.trim())
        .await?
        .filter(|user| user.active);
    let kept = user.as_ref().map(|user| user.password_hash.as_str());
    let right = edge.door.passwords.verify(password, kept).await.map_err(busy)?;
    let user = user.filter(|_| right);
    if user.is_some() {
        tries.was_right(edge).await?;
    } else {
        metrics::counter!("logins_refused_total").increment(1);
        let happened = Happened {
            action: "login.failed",
            subject: String::new(),
            detail: json!({}),
        };
        store.audit(PLATFORM, &traces(request, None), happened).await?;
    }
    Ok(user)
}

/// Too many hash at once.
pub fn busy(_: Busy) -> ApiError {
    ApiError::rate_limited(Duration::from_secs(2))
}

/// Begins a session of this person, in this business or in the first of his.
pub async fn begin(
    edge: &Edge,
    request: &HttpRequest,
    user: UserId,
    business: Option<BusinessId>,
) -> Result<HttpResponse, ApiError> {
    let by = traces(request, Some(user.0));
    let agent = request
        .headers()
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or("");
    let agent: String = agent.chars().take(300).collect();
    let new = NewSession {
        id: Uuid::now_v7(),
        user,
        key: rand::random(),
        address: &by.address,
        user_agent: &agent,
    };
    let refresh = RefreshToken::of(new.id, 1, &new.key);
    let session = new.id;
    let store = &edge.switchboard.store;
    store.create_session(new).await?;
    if let Some(business) = business {
        store.switch_business(session, business).await?;
    }
    metrics::counter!("logins_total").increment(1);
    let happened = Happened {
        action: "login",
        subject: format!("session:{session}"),
        detail: json!({}),
    };
    store.audit(PLATFORM, &by, happened).await?;
    answer(edge, session, Some(refresh)).await
}

/// The tokens of a session, in cookies and in the body.
pub async fn answer(
    edge: &Edge,
    session: Uuid,
    refresh: Option<RefreshToken>,
) -> Result<HttpResponse, ApiError> {
    let standing = edge.switchboard.store.standing(session).await?;
    let Some(standing) = standing else {
        return Err(ApiError::new(Code::Unauthenticated, "log in again"));
    };
    let now = jiff::Timestamp::now().as_second();
    let access = edge.door.access.issue(standing.user, session, now);
    let login = Login {
        access_token: access.clone(),
        expires_in: ACCESS_LASTS,
        me: me_of(edge, &standing).await?,
    };
    let cookies = edge.door.cookies;
    let mut response = HttpResponse::Ok();
    response.cookie(cookies.access(access));
    if let Some(refresh) = refresh {
        response.cookie(cookies.refresh(refresh.as_text()));
    }
    Ok(response.json(login))
}
