//! `/ws`: news of calls for a page that is open. A frame says which call to look at again; what is
//! true comes from the API. The socket knows one business, and ends when its session does.

use super::Edge;
use super::auth::by_ticket;
use super::auth::principal::{Principal, Via};
use super::errors::{ApiError, Code};
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, StreamHandler, WrapFuture};
use actix_web::http::header::ORIGIN;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use actix_web_actors::ws;
use domain::access::Feature;
use domain::hint::Hint;
use domain::ids::BusinessId;
use futures_util::stream;
use serde::Deserialize;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// Between two pings; proxies in front cut what is silent for longer than a minute.
const PING: Duration = Duration::from_secs(20);
/// A client that has not been heard for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// Largest frame that is read: a client has nothing to say but pongs.
const FRAME: usize = 1024;

/// How a socket may prove whose it is when it brings no cookie.
#[derive(Deserialize)]
pub struct Proof {
    ticket: Option<String>,
}

/// `GET /ws`, upgraded.
pub async fn socket(
    request: HttpRequest,
    stream: web::Payload,
    edge: web::Data<Edge>,
    proof: web::Query<Proof>,
) -> Result<HttpResponse, ApiError> {
    let principal = match &proof.ticket {
        Some(ticket) => by_ticket(&edge, ticket).await?,
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
    let business = principal.with_feature(Feature::Calls)?;
    let news = edge.bus.listen();
    let socket = LiveSocket {
        edge,
        principal,
        business,
        news: Some(news),
        heard: Instant::now(),
    };
    let response = ws::WsResponseBuilder::new(socket, &request, stream)
        .frame_size(FRAME)
        .start();
    response.map_err(|_| ApiError::new(Code::BadRequest, "this address is for a WebSocket"))
}

/// One open page.
struct LiveSocket {
    edge: web::Data<Edge>,
    principal: Principal,
    business: BusinessId,
    news: Option<Receiver<Hint>>,
    heard: Instant,
}

impl Actor for LiveSocket {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        metrics::gauge!("sockets_live").increment(1.0);
        if let Some(news) = self.news.take() {
            context.add_stream(stream::unfold(news, |mut news| async move {
                let told = match news.recv().await {
                    Ok(changed) => Some(changed),
                    // Too slow: "look at everything again".
                    Err(RecvError::Lagged(_)) => None,
                    Err(RecvError::Closed) => return None,
                };
                Some((Told(told), news))
            }));
        }
        context.run_interval(PING, |socket, context| {
            if socket.heard.elapsed() > SILENCE {
                context.stop();
                return;
            }
            context.ping(b"");
            socket.still_welcome(context);
        });
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        metrics::gauge!("sockets_live").decrement(1.0);
    }
}

impl LiveSocket {
    /// A session that has ended, or a person who has left the business, hears nothing more.
    fn still_welcome(&self, context: &mut ws::WebsocketContext<Self>) {
        let Some(session) = self.principal.session else {
            return;
        };
        let (store, business) = (self.edge.switchboard.store.clone(), self.business);
        let asked = async move { store.standing(session).await };
        let answer = asked.into_actor(self).map(move |standing, _, context: &mut ws::WebsocketContext<Self>| {
            // A store that is away says nothing about the session.
            let gone = matches!(&standing, Ok(found) if found.as_ref().is_none_or(|s| s.business != Some(business)));
            if gone {
                context.close(Some(ws::CloseCode::Policy.into()));
                context.stop();
            }
        });
        context.spawn(answer);
    }
}

/// A call to look at again; `None`: all of them.
struct Told(Option<Hint>);

impl StreamHandler<Told> for LiveSocket {
    fn handle(&mut self, Told(changed): Told, context: &mut Self::Context) {
        let data = match changed.as_ref().map(Hint::changed_call) {
            Some(Some((business, call))) if business == self.business => serde_json::json!({ "id": call }),
            Some(_) => return,
            None => serde_json::json!({ "id": null }),
        };
        context.text(serde_json::json!({ "type": "call:updated", "data": data }).to_string());
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for LiveSocket {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, context: &mut Self::Context) {
        self.heard = Instant::now();
        match message {
            Ok(ws::Message::Ping(bytes)) => context.pong(&bytes),
            Ok(ws::Message::Close(reason)) => {
                context.close(reason);
                context.stop();
            }
            Err(_) => context.stop(),
            Ok(_) => {}
        }
    }
}
