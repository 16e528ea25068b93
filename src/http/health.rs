//! `/health` for load balancers, `/api/health` for people: each part of the engine with its state.

use super::Edge;
use actix_web::{HttpResponse, get, web};
use domain::call::Ability;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// A sign of life.
#[derive(Serialize, ToSchema)]
pub struct Alive {
    ok: bool,
}

/// `GET /health`: the process answers.
#[utoipa::path(tag = "watching", responses((status = 200, body = Alive)))]
#[get("/health")]
pub async fn health() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body("{\"ok\":true}")
}

/// `GET /api/health`: `ok` when callers are answered as they should be, and each part's state.
#[utoipa::path(tag = "watching", responses((status = 200, body = Object)))]
#[get("/api/health")]
pub async fn api_health(edge: web::Data<Edge>) -> HttpResponse {
    let board = &edge.switchboard;
    let database = board.store.ping().await;
    let spooled = board.spool.waiting().await;
    let (in_use, open) = board.store.pool_use();
    let converses = edge.speech.ability() == Ability::Converse;
    // Without it news between engines come by the sweeps, a few seconds later: callers hear nothing of that.
    let bus = edge.bus.state();
    let ok = database.is_ok() && spooled == 0 && converses;
    let body = json!({
        "ok": ok,
        "revision": edge.revision,
        "database": {
            "ok": database.is_ok(),
            "detail": database.err().map(|error| error.to_string()),
            "connections": { "in_use": in_use, "open": open },
            "inbox_waiting": board.store.inbox.depth(),
        },
        "spool": { "ok": spooled == 0, "waiting": spooled },
        "bus": { "ok": bus.ok, "kind": bus.kind, "waiting": bus.waiting },
        "speech": edge.speech.health(),
        "carrier": edge.carrier_health,
        "push": {
            "ok": edge.push.is_some(),
            "detail": edge.push.is_none().then_some("VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are not set: closed tabs are not told"),
        },
        "businesses": board.directory.all().len(),
        "calls": { "live": board.calls.len(), "crashes": actors::supervision::crashes() },
    });
    HttpResponse::Ok().json(body)
}
