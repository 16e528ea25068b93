//! `/ws`: the way from the engine to an open page. Who opens it proves himself by cookie (on a page of ours), by a ticket,
//! or by a bearer token; what is said there is `actors::sessions`' business.

mod connection;
pub mod engine_io;
mod socket;

pub use connection::Wire;

use super::Edge;
use super::auth::by_ticket;
use super::auth::principal::{Principal, Via};
use super::errors::{ApiError, Code};
use actix_web::http::header::ORIGIN;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use actix_web_actors::ws;
use actors::sessions::Proof;
use serde::Deserialize;
use socket::PageSocket;
use store::streams::Person;

/// Largest frame that is read: a page has little to say.
const FRAME: usize = 16 * 1024;

/// How a socket may prove whose it is when it brings no cookie.
#[derive(Deserialize)]
pub struct Ticket {
    ticket: Option<String>,
    /// The version of Engine.IO, for a client that speaks it.
    #[serde(rename = "EIO")]
    engine_io: Option<String>,
}

/// Whose page this is, and by what it came in.
///
/// # Errors
/// 401 for nobody's, 403 for a cookie on another's page, or without a business.
pub async fn visitor(
    request: &HttpRequest,
    edge: &web::Data<Edge>,
    ticket: Option<&str>,
) -> Result<(Person, Proof), ApiError> {
    let principal = match ticket {
        Some(ticket) => by_ticket(edge, ticket).await?,
        None => request.extensions().get::<Principal>().cloned(),
    };
    let principal = principal.ok_or_else(|| ApiError::new(Code::Unauthenticated, "log in first"))?;
    // A cookie is sent by any page's socket: only ours may listen with it.
    let origin = request
        .headers()
        .get(ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    if principal.via == Via::Cookie && !origin.is_some_and(|origin| edge.door.origins.allow(origin)) {
        return Err(ApiError::new(
            Code::BadOrigin,
            "this socket was not opened by a page of ours",
        ));
    }
    person_of(principal)
}

/// Whose stream it hears.
fn person_of(principal: Principal) -> Result<(Person, Proof), ApiError> {
    let person = Person {
        business: principal.business()?,
        user: principal.user,
    };
    Ok((person, principal.proof))
}

/// `GET /ws`, upgraded; or a client that speaks Engine.IO.
pub async fn socket(
    request: HttpRequest,
    stream: web::Payload,
    edge: web::Data<Edge>,
    pages: web::Data<engine_io::Pages>,
    proof: web::Query<Ticket>,
) -> Result<HttpResponse, ApiError> {
    if proof.engine_io.is_some() {
        return engine_io::get(request, stream, edge, pages).await;
    }
    let (person, proof) = visitor(&request, &edge, proof.ticket.as_deref()).await?;
    let wire = request.conn_data::<Wire>().copied();
    let socket = PageSocket::new(edge.sessions.clone(), person, proof, wire);
    let response = ws::WsResponseBuilder::new(socket, &request, stream)
        .frame_size(FRAME)
        .start();
    response.map_err(|_| ApiError::new(Code::BadRequest, "this address is for a WebSocket"))
}
