//! People at the door and in their businesses: log-in, sessions, tokens, invitations, members. Each
//! file is named after the last word of its address; what they share is the `Door`.

mod accept;
mod body;
pub mod cookies;
pub mod door;
mod first_run;
mod identify;
mod invitations;
mod login;
mod me;
pub mod origin;
mod password;
mod people;
pub mod principal;
mod refresh;
pub mod secrets;
mod sessions;
mod throttling;
mod tokens;

pub use identify::{by_bearer, by_ticket, identify};
pub use origin::origin_check;

use utoipa_actix_web::service_config::ServiceConfig;

/// All routes of log-in, sessions and people.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(first_run::options)
        .service(first_run::first_run)
        .service(login::log_in)
        .service(refresh::refresh)
        .service(refresh::logout)
        .service(me::show)
        .service(me::update)
        .service(me::choose)
        .service(password::change)
        .service(password::reset)
        .service(sessions::list)
        .service(sessions::end)
        .service(sessions::end_others)
        .service(sessions::make_ticket)
        .service(tokens::list)
        .service(tokens::create)
        .service(tokens::revoke)
        .service(accept::look)
        .service(accept::accept)
        .service(people::list)
        .service(people::update)
        .service(people::remove)
        .service(people::reset_link)
        .service(invitations::list)
        .service(invitations::create)
        .service(invitations::revoke);
}
