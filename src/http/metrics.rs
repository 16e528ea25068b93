//! `/metrics`, as Prometheus reads it. For the machine and the private network it is on, or for
//! whoever brings `METRICS_TOKEN`; to anybody else, and to whoever came through a proxy, it does not
//! exist. And what every request adds to the figures.

use super::Edge;
use super::client_address::is_inside;
use super::errors::{self, Code};
use crate::{figures, logging};
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// The figures and who may read them.
pub struct Figures {
    pub handle: PrometheusHandle,
    pub token: Option<SecretString>,
}

/// `GET /metrics`.
pub async fn metrics(request: HttpRequest, edge: web::Data<Edge>) -> HttpResponse {
    if !may_read(&request, edge.figures.token.as_ref()) {
        return errors::respond(&request, Code::NotFound, "there is no such thing here");
    }
    look(&edge).await;
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(edge.figures.handle.render())
}

fn may_read(request: &HttpRequest, token: Option<&SecretString>) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(token) = token
        && let Some(given) = header(AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "))
    {
        // Hashed first, so that the comparison tells nothing about the token.
        return Sha256::digest(given.as_bytes()) == Sha256::digest(token.expose_secret().as_bytes());
    }
    let through_a_proxy = ["x-forwarded-for", "forwarded", "x-real-ip", "via"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    !through_a_proxy && request.peer_addr().is_some_and(|peer| is_inside(peer.ip()))
}

/// What is looked up rather than counted.
async fn look(edge: &Edge) {
    let board = &edge.switchboard;
    for queue in board.store.queues() {
        metrics::gauge!("queue_depth", "queue" => queue.name).set(queue.now as f64);
        metrics::gauge!("queue_bound", "queue" => queue.name).set(queue.bound as f64);
    }
    metrics::gauge!("queue_depth", "queue" => "hints").set(edge.bus.state().waiting as f64);
    metrics::gauge!("queue_bound", "queue" => "hints").set(gateways::bus::QUEUE as f64);
    metrics::gauge!("queue_depth", "queue" => "reminders").set(edge.reminders.waiting() as f64);
    metrics::gauge!("queue_bound", "queue" => "reminders").set(actors::reminders::QUEUE as f64);
    metrics::gauge!("queue_depth", "queue" => "pages").set(edge.sessions.waiting() as f64);
    metrics::gauge!("queue_bound", "queue" => "pages").set(actors::sessions::READER_QUEUE as f64);
    metrics::gauge!("queue_bound", "queue" => "log").set(logging::WAITING_LINES as f64);
    for pool in board.store.pools() {
        metrics::gauge!("db_pool_in_use", "pool" => pool.name).set(pool.in_use as f64);
        metrics::gauge!("db_pool_open", "pool" => pool.name).set(pool.open as f64);
        metrics::gauge!("db_pool_bound", "pool" => pool.name).set(pool.bound as f64);
        metrics::gauge!("db_pool_waiting", "pool" => pool.name).set(pool.waiting as f64);
    }
    metrics::gauge!("spool_waiting").set(board.spool.waiting().await as f64);
    // Without a database the last number stands.
    if let Ok(sessions) = board.store.live_sessions().await {
        metrics::gauge!("sessions_live").set(sessions as f64);
    }
    metrics::gauge!("calls_live").set(board.calls.len() as f64);
    metrics::counter!("log_lines_dropped_total").absolute(logging::dropped_lines());
    metrics::gauge!("build_info", "revision" => edge.revision.clone()).set(1.0);
    figures::look_at_process();
}

/// Counts a request. Addresses are told by their class: there are few of them whatever is asked.
pub fn count(path: &str, method: &str, status: StatusCode, time: Duration) {
    let class = class_of(path);
    let method = match method {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        _ => "other",
    };
    metrics::histogram!("http_request_seconds", "class" => class).record(time.as_secs_f64());
    metrics::counter!("http_requests_total", "class" => class, "method" => method, "status" => word(status))
        .increment(1);
}

fn class_of(path: &str) -> &'static str {
    // A long poll and an answer at once have nothing in common.
    if path == "/webhook/next_turn" {
        return "next_turn";
    }
    let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
    match first {
        "webhook" => "webhook",
        "api" => "api",
        "auth" => "auth",
        "static" | "server" | "files" => "audio",
        "ws" | "media" => "socket",
        "health" | "metrics" => "watching",
        _ => "page",
    }
}

/// The usual ones without a new string for each request.
fn word(status: StatusCode) -> std::borrow::Cow<'static, str> {
    match status.as_u16() {
        200 => "200".into(),
        201 => "201".into(),
        204 => "204".into(),
        206 => "206".into(),
        304 => "304".into(),
        400 => "400".into(),
        401 => "401".into(),
        403 => "403".into(),
        404 => "404".into(),
        other => other.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_of_few_classes() {
        let check = |path, expected| assert_eq!(class_of(path), expected, "{path}");
        check("/webhook/incoming_call", "webhook");
        check("/webhook/next_turn", "next_turn");
        check("/server/static/voice_responses/1/a.wav", "audio");
        check("/api/calls/CA1", "api");
        check("/", "page");
        check("//metrics", "watching");
        check("/wp-login.php", "page");
    }
}
