//! `/api/notifications`: which browsers of whoever asks are told when no tab is open, and how. Everybody has his own only.

use super::super::Edge;
use super::super::PushDesk;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::who::{Who, tenant};
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use garde::Validate;
use gateways::web_push::EndpointRefusal;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use store::audit::Happened;
use store::people::push_subscriptions::{NewSubscription, Preferences};
use store::people::throttle::Allowed;
use utoipa::ToSchema;

const HOUR: Duration = Duration::from_secs(3600);
/// New browsers of one person.
const SUBSCRIBES: Allowed = Allowed {
    tries: 10,
    within: HOUR,
};
/// Tests of one person.
const TESTS: Allowed = Allowed {
    tries: 30,
    within: HOUR,
};
/// Characters that are kept of what a browser says it is.
const USER_AGENT_LENGTH: usize = 300;

fn desk(edge: &Edge) -> Result<&PushDesk, ApiError> {
    edge.push.as_ref().ok_or_else(|| {
        ApiError::new(
            Code::NotFound,
            "push is off here: VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are not set",
        )
    })
}

/// The key that browsers subscribe with.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushKey {
    /// `applicationServerKey`, in base64url.
    key: String,
}

/// The key that browsers subscribe with. 404 where push is off.
#[utoipa::path(tag = "notifications", responses((status = 200, body = PushKey)))]
#[get("/api/notifications/key")]
pub async fn key(edge: web::Data<Edge>, who: Who) -> Result<web::Json<PushKey>, ApiError> {
    who.business()?;
    let key = desk(&edge)?.service.public_key().to_owned();
    Ok(web::Json(PushKey { key }))
}

/// A subscription: flat, or as the browser's own `toJSON()` has it.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBrowser {
    #[garde(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    endpoint: String,
    /// Base64url; here or in `keys`.
    #[garde(inner(length(max = 200)))]
    #[schema(max_length = 200)]
    p256dh: Option<String>,
    #[garde(inner(length(max = 200)))]
    #[schema(max_length = 200)]
    auth: Option<String>,
    #[garde(dive)]
    keys: Option<BrowserKeys>,
    /// The browser's; nobody sets it.
    #[garde(skip)]
    #[serde(rename = "expirationTime")]
    #[schema(value_type = Option<f64>)]
    _expiration_time: Option<f64>,
}

/// The keys as the browser nests them.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BrowserKeys {
    #[garde(length(max = 200))]
    #[schema(max_length = 200)]
    p256dh: String,
    #[garde(length(max = 200))]
    #[schema(max_length = 200)]
    auth: String,
}

impl NewBrowser {
    fn keys(&self) -> Result<(&str, &str), ApiError> {
        let nested = self.keys.as_ref();
        let p256dh = self.p256dh.as_deref().or(nested.map(|keys| keys.p256dh.as_str()));
        let auth = self.auth.as_deref().or(nested.map(|keys| keys.auth.as_str()));
        Ok((
            p256dh.ok_or_else(|| ApiError::field("p256dh", "the browser's public key is missing"))?,
            auth.ok_or_else(|| ApiError::field("auth", "the browser's secret is missing"))?,
        ))
    }
}

/// How many browsers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Browsers {
    browsers: u64,
}

/// Has a browser of whoever asks told when no tab is open. Whoever was told there before is not any more. A person has 20
/// at most, the oldest goes; 10 new ones an hour.
#[utoipa::path(tag = "notifications", request_body = NewBrowser, responses((status = 201, body = Browsers)))]
#[post("/api/notifications/subscribe")]
pub async fn subscribe(
    edge: web::Data<Edge>,
    request: HttpRequest,
    who: Who,
    body: Body<NewBrowser>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let (p256dh, auth) = body.0.keys()?;
    let endpoints = desk(&edge)?.service.endpoints();
    let browser = endpoints
        .subscriber(&body.0.endpoint, p256dh, auth)
        .map_err(|refusal| {
            let field = match refusal {
                EndpointRefusal::Key => "p256dh",
                EndpointRefusal::Auth => "auth",
                _ => "endpoint",
            };
            ApiError::field(field, refusal.to_string())
        })?;
    let agent = request.headers().get(USER_AGENT);
    let agent: String = agent
        .map(|agent| String::from_utf8_lossy(agent.as_bytes()))
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(USER_AGENT_LENGTH)
        .collect();
    let new = NewSubscription {
        endpoint: &browser.endpoint,
        p256dh: &browser.p256dh,
        auth: &browser.auth,
        user_agent: &agent,
    };
    let store = &edge.switchboard.store;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    // A page that says again what is known costs nothing.
    if !transaction.knows_browser(who.user, new).await? {
        let tried = format!("push-subscribe:{}", who.user);
        if let Some(wait) = store.tried(&tried, SUBSCRIBES).await? {
            return Err(ApiError::rate_limited(wait));
        }
        transaction.subscribe(who.user, new).await?;
        let happened = Happened {
            action: "push.subscribed",
            subject: format!("user:{}", who.user),
            detail: json!({}),
        };
        transaction.audit(&who.by, happened).await?;
    }
    let browsers = transaction.browsers(who.user).await?;
    transaction.commit().await?;
    store.take_browser_over(who.user, new).await?;
    Ok(HttpResponse::Created().json(Browsers { browsers }))
}

/// A browser.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    #[garde(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    endpoint: String,
}

/// Has a browser of whoever asks told no more. The second time nothing happens.
#[utoipa::path(tag = "notifications", request_body = Endpoint, responses((status = 204)))]
#[post("/api/notifications/unsubscribe")]
pub async fn unsubscribe(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<Endpoint>,
) -> Result<HttpResponse, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    if transaction.unsubscribe(who.user, &body.0.endpoint).await? {
        let happened = Happened {
            action: "push.unsubscribed",
            subject: format!("user:{}", who.user),
            detail: json!({}),
        };
        transaction.audit(&who.by, happened).await?;
    }
    transaction.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Tells every browser of whoever asks that it works; how many there are. 30 an hour.
#[utoipa::path(tag = "notifications", responses((status = 202, body = Browsers)))]
#[post("/api/notifications/test")]
pub async fn test(edge: web::Data<Edge>, who: Who) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let desk = desk(&edge)?;
    let tried = format!("push-test:{}", who.user);
    if let Some(wait) = edge.switchboard.store.tried(&tried, TESTS).await? {
        return Err(ApiError::rate_limited(wait));
    }
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let browsers = transaction.test_push(who.user).await?;
    transaction.commit().await?;
    desk.bell.ring();
    Ok(HttpResponse::Accepted().json(Browsers { browsers }))
}

/// How somebody wants to be told, in the business that he looks at.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationPreferences {
    /// `22:00`, by the clock of the business's zone; both or none. Urgent tasks ring all the same.
    #[garde(inner(length(max = 5)))]
    #[schema(max_length = 5, pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    quiet_from: Option<String>,
    /// `07:00`; over midnight where it is the earlier one.
    #[garde(inner(length(max = 5)))]
    #[schema(max_length = 5, pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    quiet_to: Option<String>,
    #[garde(skip)]
    sound: bool,
}

impl From<Preferences> for NotificationPreferences {
    fn from(kept: Preferences) -> Self {
        let shown = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        Self {
            quiet_from: kept.quiet.map(|(from, _)| shown(from)),
            quiet_to: kept.quiet.map(|(_, to)| shown(to)),
            sound: kept.sound,
        }
    }
}

impl NotificationPreferences {
    fn checked(&self) -> Result<Preferences, ApiError> {
        let quiet = match (&self.quiet_from, &self.quiet_to) {
            (None, None) => None,
            (Some(from), Some(to)) => {
                let (from, to) = (clock("quiet_from", from)?, clock("quiet_to", to)?);
                if from == to {
                    return Err(ApiError::field("quiet_to", "it ends when it begins"));
                }
                Some((from, to))
            }
            (Some(_), None) => return Err(ApiError::field("quiet_to", "needed beside quiet_from")),
            (None, Some(_)) => return Err(ApiError::field("quiet_from", "needed beside quiet_to")),
        };
        Ok(Preferences {
            quiet,
            sound: self.sound,
        })
    }
}

/// `HH:MM`.
fn clock(field: &str, text: &str) -> Result<Time, ApiError> {
    let parsed = text.split_once(':').and_then(|(hour, minute)| {
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let two = |part: &str| digits(part).then(|| part.parse().ok()).flatten();
        Time::new(two(hour)?, two(minute)?, 0, 0).ok()
    });
    parsed.ok_or_else(|| ApiError::field(field, "expected a time such as 22:00"))
}

/// How whoever asks wants to be told.
#[utoipa::path(tag = "notifications", responses((status = 200, body = NotificationPreferences)))]
#[get("/api/notifications/preferences")]
pub async fn preferences(
    edge: web::Data<Edge>,
    who: Who,
) -> Result<web::Json<NotificationPreferences>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let kept = tenant.begin().await?.preferences(who.user).await?;
    Ok(web::Json(kept.into()))
}

/// Keeps how whoever asks wants to be told.
#[utoipa::path(tag = "notifications", request_body = NotificationPreferences, responses((status = 200, body = NotificationPreferences)))]
#[put("/api/notifications/preferences")]
pub async fn set_preferences(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<NotificationPreferences>,
) -> Result<web::Json<NotificationPreferences>, ApiError> {
    let wanted = body.0.checked()?;
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    transaction.set_preferences(who.user, wanted).await?;
    transaction.commit().await?;
    Ok(web::Json(wanted.into()))
}
