//! The carrier's REST as the engine uses it: recordings and calls of one account, and the record of every request.
//! Twilio's clients and the engine call it over HTTP. It never reaches into the engine.
//!
//! Source: Twilio docs `voice/api/recording`, `voice/api/call-resource`; twilio-oai `twilio_api_v2010.json`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::middleware::{self, Next};
use axum::routing::{get, post};
use axum::{Form, Json};
use base64::Engine as _;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::state::{CallRow, Inner, LedgerEntry, RecordingFault, RecordingRow, Update, rfc2822};
use super::{control, messages, placing, serving};
use crate::whatsapp;

pub(crate) type Answer = Response<Body>;
type Shared = State<Arc<Inner>>;

/// All routes, the ledger around them.
pub(super) fn router(inner: Arc<Inner>) -> Router {
    let account = Router::new()
        .route(
            "/2010-04-01/Accounts/{account}/Recordings.json",
            get(list_recordings),
        )
        .route(
            "/2010-04-01/Accounts/{account}/Recordings/{file}",
            get(recording).delete(delete_recording),
        )
        .route(
            "/2010-04-01/Accounts/{account}/Calls.json",
            get(list_calls).post(placing::create_call),
        )
        .route(
            "/2010-04-01/Accounts/{account}/Calls/{file}",
            get(call).post(update_call),
        )
        .route(
            "/2010-04-01/Accounts/{account}/Messages.json",
            post(messages::send).get(whatsapp::list_of_twilio),
        )
        .layer(middleware::from_fn_with_state(
            inner.clone(),
            account_and_credentials,
        ));
    Router::new()
        .merge(account)
        .merge(control::router())
        .merge(whatsapp::control_router())
        .merge(whatsapp::router())
        .route("/simulator/messages", get(messages::received))
        .layer(middleware::from_fn_with_state(inner.clone(), in_ledger))
        .with_state(inner)
}

async fn in_ledger(State(inner): Shared, request: Request, next: Next) -> Answer {
    let method = request.method().to_string();
    let path = request.uri().to_string();
    let authorised = inner.knows(request.headers());
    let request_id = request
        .headers()
        .get("x-request-id")
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    let answer = next.run(request).await;
    let status = answer.status().as_u16();
    inner.books().ledger.push(LedgerEntry {
        method,
        path,
        authorised,
        status,
        request_id,
    });
    answer
}

async fn account_and_credentials(State(inner): Shared, request: Request, next: Next) -> Answer {
    if !inner.knows(request.headers()) {
        let mut answer = twilio_error(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
        let realm = header::HeaderValue::from_static("Basic realm=\"Twilio API\"");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
        return answer;
    }
    if !request
        .uri()
        .path()
        .starts_with(&format!("{}/", inner.account_path()))
    {
        return not_found();
    }
    next.run(request).await
}

impl Inner {
    /// Whether the request carries the account's credentials (HTTP Basic).
    pub(crate) fn knows(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let pair = format!("{}:{}", self.options.account_sid, self.options.auth_token);
        let expected = base64::engine::general_purpose::STANDARD.encode(pair);
        given
            .and_then(|v| v.strip_prefix("Basic "))
            .is_some_and(|v| v.trim() == expected)
    }
}

/// An error as Twilio's REST writes it.
pub(crate) fn twilio_error(status: StatusCode, code: u32, message: &str) -> Answer {
    let info = format!("https://www.twilio.com/docs/errors/{code}");
    let body = json!({"code": code, "message": message, "more_info": info, "status": status.as_u16()});
    with_json(status, &body)
}

fn not_found() -> Answer {
    twilio_error(
        StatusCode::NOT_FOUND,
        20404,
        "The requested resource was not found",
    )
}

pub(crate) fn with_json(status: StatusCode, body: &Value) -> Answer {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

async fn recording(State(inner): Shared, Path(path): Path<(String, String)>, request: Request) -> Answer {
    let file = path.1;
    let (sid, ending) = file.split_once('.').unwrap_or((&file, "wav"));
    let mut books = inner.books();
    let global = books.fault.clone();
    let any = books.any_recording.clone();
    let Some(row) = books.recording(sid) else {
        // Load runs invent their recordings: whatever is asked for then exists.
        return match any {
            Some(wav) if ending == "wav" => serving::serve(&wav, &global, request.uri().path()),
            _ => not_found(),
        };
    };
    let fault = row.fault.clone().unwrap_or(global);
    let there = row.available <= Instant::now() && fault != RecordingFault::Never && !row.deleted;
    match ending {
        "json" => with_json(StatusCode::OK, &recording_json(row, &inner)),
        "wav" if there => serving::serve(&row.wav, &fault, request.uri().path()),
        "mp3" if there => serving::serve(&row.wav, &RecordingFault::Mp3, request.uri().path()),
        _ => not_found(),
    }
}

async fn delete_recording(State(inner): Shared, Path(path): Path<(String, String)>) -> Answer {
    let file = path.1;
    let sid = file.split('.').next().unwrap_or("");
    match inner.books().recording(sid) {
        Some(row) if !row.deleted => {
            row.deleted = true;
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        _ => not_found(),
    }
}

async fn list_recordings(State(inner): Shared, Query(query): Query<HashMap<String, String>>) -> Answer {
    let books = inner.books();
    let rows: Vec<Value> = books
        .recordings
        .values()
        .rev()
        .filter(|row| !row.deleted && within(&query, "DateCreated", row.created))
        .filter(|row| query.get("CallSid").is_none_or(|sid| *sid == row.call_sid))
        .map(|row| recording_json(row, &inner))
        .collect();
    page(
        "recordings",
        &rows,
        &query,
        &format!("{}/Recordings.json", inner.account_path()),
    )
}

async fn list_calls(State(inner): Shared, Query(query): Query<HashMap<String, String>>) -> Answer {
    let books = inner.books();
    let rows: Vec<Value> = books
        .calls
        .values()
        .rev()
        .filter(|row| within(&query, "StartTime", row.created))
        .filter(|row| query.get("Status").is_none_or(|status| *status == row.status))
        .filter(|row| query.get("To").is_none_or(|to| *to == row.to))
        .filter(|row| query.get("From").is_none_or(|from| *from == row.from))
        .map(|row| call_json(row, &inner))
        .collect();
    page(
        "calls",
        &rows,
        &query,
        &format!("{}/Calls.json", inner.account_path()),
    )
}

async fn call(State(inner): Shared, Path(path): Path<(String, String)>) -> Answer {
    let sid = path.1.trim_end_matches(".json").to_owned();
    match inner.books().call(&sid) {
        Some(row) => with_json(StatusCode::OK, &call_json(row, &inner)),
        None => not_found(),
    }
}

async fn update_call(
    State(inner): Shared,
    Path(path): Path<(String, String)>,
    Form(form): Form<HashMap<String, String>>,
) -> Answer {
    let sid = path.1.trim_end_matches(".json").to_owned();
    let given = |name: &str| form.get(name).filter(|v| !v.is_empty()).cloned();
    let mut books = inner.books();
    let Some(row) = books.call(&sid) else {
        return not_found();
    };
    if row.ended.is_some() {
        return twilio_error(
            StatusCode::BAD_REQUEST,
            21220,
            "Call is not in-progress. Cannot redirect.",
        );
    }
    let update = match (given("Status").as_deref(), given("Url"), given("Twiml")) {
        (Some("completed" | "canceled"), _, _) => Some(Update::Complete),
        (Some(_), _, _) => return twilio_error(StatusCode::BAD_REQUEST, 20001, "Status is not valid"),
        (None, Some(_), Some(_)) => {
            return twilio_error(
                StatusCode::BAD_REQUEST,
                21219,
                "Url and Twiml exclude one another",
            );
        }
        (None, Some(url), None) => Some(Update::Url {
            url,
            get: given("Method").as_deref() == Some("GET"),
        }),
        (None, None, Some(twiml)) => Some(Update::Twiml(twiml)),
        (None, None, None) => None,
    };
    if let Some(update) = update
        && row.updates.try_send(update).is_err()
    {
        return twilio_error(
            StatusCode::TOO_MANY_REQUESTS,
            20429,
            "Too many updates of one call at once",
        );
    }
    with_json(StatusCode::OK, &call_json(row, &inner))
}

fn recording_json(row: &RecordingRow, inner: &Inner) -> Value {
    let there = row.available <= Instant::now();
    let status = match (row.deleted, there) {
        (true, _) => "deleted",
        (false, true) => "completed",
        (false, false) => "processing",
    };
    let uri = format!("{}/Recordings/{}", inner.account_path(), row.sid);
    json!({
        "account_sid": inner.options.account_sid, "api_version": "2010-04-01", "call_sid": row.call_sid,
        "channels": 1, "conference_sid": null, "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.created), "start_time": rfc2822(row.created),
        "duration": if there { json!(row.seconds.to_string()) } else { json!("-1") },
        "sid": row.sid, "source": "RecordVerb", "status": status, "price": null, "price_unit": "USD",
        "error_code": null, "media_url": format!("{}{uri}", inner.base), "uri": format!("{uri}.json"),
    })
}

fn call_json(row: &CallRow, inner: &Inner) -> Value {
    let uri = format!("{}/Calls/{}", inner.account_path(), row.sid);
    json!({
        "account_sid": inner.options.account_sid, "api_version": "2010-04-01", "sid": row.sid,
        "from": row.from, "to": row.to, "status": row.status, "direction": row.direction,
        "date_created": rfc2822(row.created), "start_time": rfc2822(row.created),
        "end_time": row.ended.map(|(at, _)| rfc2822(at)),
        "duration": row.ended.map(|(_, seconds)| seconds.to_string()),
        "price": null, "price_unit": "USD", "answered_by": null, "parent_call_sid": null,
        "subresource_uris": {"recordings": format!("{uri}/Recordings.json")}, "uri": format!("{uri}.json"),
    })
}

/// `Name`, `Name>` and `Name<` (inclusive, as Twilio means them) with a date `YYYY-MM-DD` or a time, in UTC.
fn within(query: &HashMap<String, String>, name: &str, at: Timestamp) -> bool {
    let text = at.to_string();
    let compared = |limit: &String| text[..text.len().min(limit.trim_end_matches('Z').len())].to_owned();
    let limit = |suffix: &str| query.get(&format!("{name}{suffix}"));
    limit("").is_none_or(|day| compared(day) == day.trim_end_matches('Z'))
        && limit(">").is_none_or(|least| compared(least).as_str() >= least.trim_end_matches('Z'))
        && limit("<").is_none_or(|most| compared(most).as_str() <= most.trim_end_matches('Z'))
}

/// A page as Twilio lists it: `PageSize` 50 (at most 1,000), `next_page_uri` relative to the host until null.
fn page(name: &str, rows: &[Value], query: &HashMap<String, String>, path: &str) -> Answer {
    let number = |name: &str| query.get(name).and_then(|v| v.parse::<usize>().ok());
    let size = number("PageSize").unwrap_or(50).clamp(1, 1_000);
    let at = number("Page").unwrap_or(0);
    let start = at.saturating_mul(size).min(rows.len());
    let end = (start + size).min(rows.len());
    let uri = |page: usize| {
        let mut kept: Vec<_> = query
            .iter()
            .filter(|(n, _)| !matches!(n.as_str(), "Page" | "PageSize"))
            .collect();
        kept.sort();
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(kept)
            .append_pair("PageSize", &size.to_string())
            .append_pair("Page", &page.to_string());
        format!("{path}?{}", text.finish())
    };
    let body = Json(json!({
        name: rows[start..end], "page": at, "page_size": size, "start": start, "end": end.saturating_sub(1),
        "uri": uri(at), "first_page_uri": uri(0),
        "previous_page_uri": (at > 0).then(|| uri(at - 1)), "next_page_uri": (end < rows.len()).then(|| uri(at + 1)),
    }));
    with_json(StatusCode::OK, &body.0)
}
