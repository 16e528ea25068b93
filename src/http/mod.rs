//! The HTTP edge: it translates, it never decides. One table of all routes, one place where the
//! socket is opened; what a route does is in the file named after the last word of its address.

pub mod api;
mod audio;
pub mod auth;
pub mod client_address;
pub mod errors;
mod files;
mod health;
mod hex;
pub mod links;
mod live;
mod metrics;
mod pages;
mod push_actions;
pub mod rate_limits;
mod refusals;
pub mod request_id;
mod security;
pub mod webhook;

pub use metrics::Figures;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use actors::dialing::Dialer;
use actors::reminders::Reminders;
use actors::sessions::Sessions;
use actors::speech::{PromptBook, Speech};
use actors::switchboard::Switchboard;
use domain::call::{CallPolicy, OnFailure};
use gateways::bus::Bus;
use gateways::twilio::signature::Verifier;
use std::net::TcpListener;
use std::sync::Arc;
use utoipa_actix_web::AppExt;

pub use push_actions::action_link;

/// Where browsers subscribe.
pub struct PushDesk {
    pub service: Arc<gateways::web_push::PushService>,
    pub bell: actors::pushing::PushBell,
}

/// What the handlers share.
pub struct Edge {
    pub switchboard: Arc<Switchboard>,
    /// Hints: what changed, here and on other engines.
    pub bus: Bus,
    pub speech: Speech,
    pub prompts: Arc<PromptBook>,
    /// `None` only outside production and without a token: signatures are not checked then.
    pub verifier: Option<Verifier>,
    /// The account that signs; events of another one are refused.
    pub account: Option<domain::ids::AccountSid>,
    /// Scheme and host in front of the addresses that the carrier is given; without it they are
    /// paths, which the carrier resolves against the address it asked.
    pub public_host: String,
    pub revision: String,
    pub carrier_health: serde_json::Value,
    pub figures: Figures,
    /// Whose word for a client's address is taken.
    pub proxies: client_address::TrustedProxies,
    /// Open pages.
    pub sessions: Sessions,
    /// Reminders that are due soon.
    pub reminders: Reminders,
    /// Closed tabs are told; `None` without keys in production.
    pub push: Option<PushDesk>,
    /// Signs and checks links to sounds, and those that answer a reminder.
    pub links: links::Links,
    /// Whether browsers reach us by https only.
    pub https: bool,
    /// Papers are drawn there.
    pub drawing: crate::drawing::Drawing,
    /// Short messages; `None` without an account.
    pub messages: Option<gateways::twilio::rest::TwilioRest>,
    /// Numbers of WhatsApp: their clients, who signs for them, who is rung.
    pub whatsapp: crate::whatsapp::Desk,
    /// Calls that people make and take over.
    pub dialer: Dialer,
    /// Log-in, and whatever belongs to it.
    pub door: auth::door::Door,
    /// Other origins whose pages may use the API.
    pub cors_origins: Vec<String>,
    /// Requests a second that one person may make.
    pub requests_per_second: u32,
}

impl Edge {
    /// The rules for a number that belongs to nobody: a message is taken, nothing is promised.
    pub fn unknown_policy(&self) -> CallPolicy {
        CallPolicy {
            turn_limit: 1,
            on_failure: OnFailure::HangUp,
            waits: 1,
        }
    }
}

/// All routes.
fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/webhook/incoming_call", web::post().to(webhook::incoming_call))
        .route(
            "/webhook/handle_recording",
            web::post().to(webhook::handle_recording),
        )
        .route("/webhook/next_turn", web::post().to(webhook::next_turn))
        .route("/webhook/call_status", web::post().to(webhook::call_status))
        .route("/webhook/call_status", web::get().to(webhook::call_status))
        .route(
            "/webhook/recording_status",
            web::post().to(webhook::recording_status),
        )
        .configure(webhook::outgoing_calls)
        .route(
            "/webhook/whatsapp/twilio",
            web::post().to(webhook::whatsapp::twilio),
        )
        .route(
            "/webhook/whatsapp/status",
            web::post().to(webhook::whatsapp::status),
        )
        .route("/webhook/whatsapp/meta", web::get().to(webhook::whatsapp::verify))
        .route("/webhook/whatsapp/meta", web::post().to(webhook::whatsapp::meta))
        .route(
            "/webhook/whatsapp/bridge/{channel}",
            web::post().to(webhook::whatsapp::bridge),
        )
        .route(
            "/static/voice_responses/{business}/{file}",
            web::get().to(audio::voice_response),
        )
        .route(
            "/static/voice_responses/{business}/{file}",
            web::head().to(audio::voice_response),
        )
        .route(
            "/server/static/voice_responses/{business}/{file}",
            web::get().to(audio::voice_response),
        )
        .route(
            "/server/static/voice_responses/{business}/{file}",
            web::head().to(audio::voice_response),
        )
        .route(
            "/files/whatsapp/{business}/{file}",
            web::get().to(api::whatsapp_files::file),
        )
        .route(
            "/files/whatsapp/{business}/{file}/thumbnail",
            web::get().to(api::whatsapp_files::thumbnail),
        )
        .route("/files/{business}/{call}/{file}", web::get().to(files::file))
        .route("/ws", web::get().to(live::socket))
        .route("/ws/", web::get().to(live::socket))
        .route("/ws/", web::post().to(live::engine_io::post))
        .route("/api/openapi.json", web::get().to(api::openapi_json))
        .route("/metrics", web::get().to(metrics::metrics))
        .route("/api/docs", web::get().to(api::documentation))
        .service(api::documentation_pages())
        .default_service(web::to(pages::page));
}

/// The server over this socket, not yet running. It handles no signal: the process stops it.
///
/// # Errors
/// When the socket can't be listened on.
pub fn server(edge: Edge, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let revision = actix_web::http::header::HeaderValue::from_str(&edge.revision)
        .unwrap_or_else(|_| actix_web::http::header::HeaderValue::from_static("unknown"));
    let revision = web::Data::new(request_id::Revision(revision));
    let https = web::Data::new(security::Https(edge.https));
    let limits = web::Data::new(rate_limits::RateLimits::new(edge.requests_per_second));
    let proxies = web::Data::new(edge.proxies.clone());
    let edge = web::Data::new(edge);
    let clients = web::Data::new(live::engine_io::Pages::default());
    forget_quiet_ones(limits.clone());
    let origins = edge.cors_origins.clone();
    let server = HttpServer::new(move || {
        let (app, _) = App::new()
            .into_utoipa_app()
            .configure(api::routes)
            .configure(auth::routes)
            .split_for_parts();
        // The last wrapped is the first that a request meets.
        app.configure(routes)
            .app_data(edge.clone())
            .app_data(proxies.clone())
            .app_data(revision.clone())
            .app_data(https.clone())
            .app_data(limits.clone())
            .app_data(clients.clone())
            .app_data(refusals::query())
            .app_data(refusals::path())
            .wrap(from_fn(api::feature_gate))
            .wrap(from_fn(rate_limits::rate_limits))
            .wrap(from_fn(auth::identify))
            .wrap(from_fn(auth::origin_check))
            .wrap(from_fn(rate_limits::flood_limits))
            .wrap(security::cors(&origins))
            .wrap(from_fn(security::security_headers))
            .wrap(from_fn(request_id::request_id))
    })
    .on_connect(|io, data| {
        if let Some(wire) = live::Wire::of(io) {
            data.insert(wire);
        }
    })
    .workers(workers)
    .shutdown_timeout(20)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

/// Once a minute, until the runtime ends: the limits' memory is that of who asked lately.
fn forget_quiet_ones(limits: web::Data<rate_limits::RateLimits>) {
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(std::time::Duration::from_secs(60)).await;
            limits.forget_the_quiet();
        }
    });
}
