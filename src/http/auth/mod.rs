//! People at the door: who asks, and whether they may.

pub mod principal;

use utoipa_actix_web::service_config::ServiceConfig;

/// All routes of log-in, sessions and people.
pub fn routes(_config: &mut ServiceConfig) {}
