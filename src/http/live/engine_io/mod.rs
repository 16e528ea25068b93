//! The same pages for stock `socket.io-client`s at path `/ws`: Engine.IO 4 by polling and WebSocket, Socket.IO 5 inside,
//! one namespace. What a page is told is an event of that name with its data; `connect` is hello. A client proves whose it
//! is like any other, or in its connect packet (`auth: {ticket}` or `{token}`).

mod link;
mod packets;
mod socket;

use super::super::Edge;
use super::super::api::body::read;
use super::super::auth::{by_bearer, by_ticket};
use super::super::errors::{ApiError, Code};
use super::connection::Wire;
use super::{person_of, visitor};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws;
use actors::sessions::{Heard, Proof, Said};
use link::{Link, LinkOutlet};
use packets::{Auth, Packet};
use serde::Deserialize;
use socket::IoSocket;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::streams::{Person, Place};

/// Clients that may be here; beyond it a new one is told to come back.
const CLIENTS: usize = 30_000;
/// A client that has not connected by then is forgotten.
const TO_CONNECT: Duration = Duration::from_secs(10);
/// A poll is answered by then, with nothing if need be.
const POLL: Duration = Duration::from_secs(20);
/// Largest body and frame that is read.
const LARGEST: usize = 64 * 1024;

/// What an Engine.IO request says of itself.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(rename = "EIO")]
    version: Option<String>,
    transport: Option<String>,
    sid: Option<String>,
    ticket: Option<String>,
}

/// A client that has come, and who it is if it said so on the way.
#[derive(Clone)]
pub struct Arrived {
    link: Arc<Link>,
    edge: web::Data<Edge>,
    person: Option<(Person, Proof)>,
}

/// The clients that are here, by name. One for all workers.
#[derive(Default)]
pub struct Pages {
    by_id: Mutex<HashMap<String, Arrived>>,
}

impl Pages {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arrived>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: &str) -> Option<Arrived> {
        self.lock()
            .get(id)
            .filter(|arrived| !arrived.link.is_closed())
            .cloned()
    }

    fn forget(&self, id: &str) {
        self.lock().remove(id);
    }

    fn heartbeat_ms(&self) -> u128 {
        actors::sessions::SessionTiming::default().heartbeat.as_millis()
    }
}

/// `GET /ws/?EIO=4&…`.
pub async fn get(
    request: HttpRequest,
    stream: web::Payload,
    edge: web::Data<Edge>,
    pages: web::Data<Pages>,
) -> Result<HttpResponse, ApiError> {
    let asked = asked(&request)?;
    let by_socket = asked.transport.as_deref() == Some("websocket");
    let arrived = match &asked.sid {
        Some(id) => pages.find(id).ok_or_else(unknown)?,
        None => arrive(&request, &edge, &pages, &asked).await?,
    };
    if by_socket {
        let wire = request.conn_data::<Wire>().copied();
        let socket = IoSocket::new(arrived, pages, wire, asked.sid.is_some());
        let response = ws::WsResponseBuilder::new(socket, &request, stream)
            .frame_size(LARGEST)
            .start();
        return response
            .map_err(|_| ApiError::new(Code::BadRequest, "transport=websocket is for a WebSocket"));
    }
    if asked.sid.is_none() {
        return Ok(text(packets::open(&arrived.link.id, true, pages.heartbeat_ms())));
    }
    poll(&arrived, &pages).await
}

/// `POST /ws/?EIO=4&transport=polling&sid=…`.
pub async fn post(
    request: HttpRequest,
    payload: web::Payload,
    pages: web::Data<Pages>,
) -> Result<HttpResponse, ApiError> {
    let asked = asked(&request)?;
    let arrived = asked.sid.and_then(|id| pages.find(&id)).ok_or_else(unknown)?;
    let body = read(payload, LARGEST).await?;
    let body = std::str::from_utf8(&body).map_err(|_| ApiError::new(Code::BadRequest, "not a text"))?;
    for packet in body.split(packets::BETWEEN) {
        if !handle(&arrived, &pages, Packet::read(packet)).await {
            arrived.link.close();
            pages.forget(&arrived.link.id);
        }
    }
    Ok(text("ok".into()))
}

fn asked(request: &HttpRequest) -> Result<Asked, ApiError> {
    let asked = web::Query::<Asked>::from_query(request.query_string());
    let asked = asked.map_err(|_| ApiError::new(Code::BadRequest, "the query can't be read"))?;
    if asked.version.as_deref() != Some("4") {
        return Err(ApiError::new(Code::BadRequest, "EIO=4 is spoken here"));
    }
    Ok(asked.into_inner())
}

fn unknown() -> ApiError {
    ApiError::new(Code::BadRequest, "there is no such client: connect again")
}

async fn arrive(
    request: &HttpRequest,
    edge: &web::Data<Edge>,
    pages: &web::Data<Pages>,
    asked: &Asked,
) -> Result<Arrived, ApiError> {
    let person = match visitor(request, edge, asked.ticket.as_deref()).await {
        Ok(visitor) => Some(visitor),
        // It may say who it is when it connects.
        Err(error) if error.code() == Code::Unauthenticated && asked.ticket.is_none() => None,
        Err(error) => return Err(error),
    };
    let arrived = Arrived {
        link: Link::new(uuid::Uuid::new_v4().simple().to_string()),
        edge: edge.clone(),
        person,
    };
    let mut clients = pages.lock();
    if clients.len() >= CLIENTS {
        return Err(ApiError::new(Code::Unavailable, "too many are here: come back"));
    }
    clients.insert(arrived.link.id.clone(), arrived.clone());
    drop(clients);
    let (link, pages) = (arrived.link.clone(), pages.clone());
    actix_web::rt::spawn(async move {
        tokio::time::sleep(TO_CONNECT).await;
        if link.page().is_none() {
            link.close();
            pages.forget(&link.id);
        }
    });
    Ok(arrived)
}

async fn poll(arrived: &Arrived, pages: &Pages) -> Result<HttpResponse, ApiError> {
    arrived.link.heard(None);
    let waited = tokio::time::timeout(POLL, async {
        loop {
            if let Some(packets) = arrived.link.take() {
                return packets;
            }
            arrived.link.changed().await;
        }
    });
    let packets = waited.await.unwrap_or_else(|_| packets::NOOP.into());
    if arrived.link.is_closed() {
        pages.forget(&arrived.link.id);
    }
    Ok(text(packets))
}

fn text(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=UTF-8")
        .insert_header(("cache-control", "no-store"))
        .body(body)
}

/// What a client's packet does; false when it is the last.
async fn handle(arrived: &Arrived, pages: &Pages, packet: Packet) -> bool {
    match packet {
        Packet::Connect(auth) => connect(arrived, auth).await,
        Packet::Event(said) => return arrived.link.heard(Some(said)),
        Packet::Pong => return arrived.link.heard(None),
        Packet::Disconnect | Packet::Close => {
            if let Some(page) = arrived.link.page() {
                actors::sessions::Leave::gone(&page);
            }
            pages.forget(&arrived.link.id);
            return false;
        }
        Packet::Probe | Packet::Upgrade | Packet::Other => {}
    }
    true
}

async fn connect(arrived: &Arrived, auth: Auth) {
    let person = match arrived.person.clone() {
        Some(person) => Ok(person),
        None => prove(&arrived.edge, &auth).await,
    };
    let link = &arrived.link;
    let (person, proof) = match person {
        Ok(person) => person,
        Err(error) => {
            link.push(packets::refused(error.code().parts().0));
            return;
        }
    };
    if link.page().is_some() {
        return;
    }
    link.push(packets::connected(&link.id));
    let outlet = Box::new(LinkOutlet(link.clone()));
    let page = arrived.edge.sessions.open(person, proof, outlet);
    let from = auth.epoch.zip(auth.seq).map(|(epoch, seq)| Place { epoch, seq });
    let _ = page.try_send(Heard(Some(Said::Hello { from, visible: true })));
    link.keep(page);
}

async fn prove(edge: &web::Data<Edge>, auth: &Auth) -> Result<(Person, Proof), ApiError> {
    let principal = match (&auth.ticket, &auth.token) {
        (Some(ticket), _) => by_ticket(edge, ticket).await?,
        (None, Some(token)) => by_bearer(edge, token).await?,
        (None, None) => None,
    };
    let principal = principal.ok_or_else(|| ApiError::new(Code::Unauthenticated, "log in first"))?;
    person_of(principal)
}
