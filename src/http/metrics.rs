//! `/metrics`, as Prometheus reads it.

use super::Edge;
use actix_web::{HttpResponse, web};

/// `GET /metrics`.
pub async fn metrics(edge: web::Data<Edge>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(edge.metrics.render())
}
