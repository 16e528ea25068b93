//! A Socket.IO client's WebSocket: its packets go to `handle`, what its link is given is written.

use super::super::connection::Wire;
use super::packets::{self, Packet};
use super::{Arrived, Pages, handle};
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Handler, Message, StreamHandler, WrapFuture};
use actix_web::web;
use actix_web_actors::ws;
use actors::sessions::Leave;
use std::sync::Arc;

/// The socket.
pub struct IoSocket {
    pub arrived: Arrived,
    pub pages: web::Data<Pages>,
    pub wire: Option<Wire>,
    /// It came to take over from polling: it becomes the link's when the client says so.
    pub upgrades: bool,
}

/// A packet to be written.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Write(pub String);

impl Actor for IoSocket {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        if !self.upgrades {
            let link = &self.arrived.link;
            context.text(packets::open(&link.id, false, self.pages.heartbeat_ms()));
            link.move_to(context.address(), self.wire);
        }
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        let link = &self.arrived.link;
        if let Some(page) = link.page() {
            Leave::gone(&page);
        }
        link.close();
        self.pages.forget(&link.id);
    }
}

impl Handler<Write> for IoSocket {
    type Result = ();

    fn handle(&mut self, Write(packet): Write, context: &mut Self::Context) {
        let ends = packet == packets::CLOSE;
        context.text(packet);
        if ends {
            context.close(None);
            context.stop();
        }
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for IoSocket {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, context: &mut Self::Context) {
        match message {
            Ok(ws::Message::Text(text)) => {
                match Packet::read(&text) {
                    Packet::Probe => context.text(packets::PROBED),
                    Packet::Upgrade => self.arrived.link.move_to(context.address(), self.wire),
                    packet => {
                        // In order: what comes behind a connect waits until it is judged.
                        let (arrived, pages) = (self.arrived.clone(), self.pages.clone());
                        let handled = async move { handle(&arrived, &pages, packet).await };
                        context.wait(handled.into_actor(self).map(
                            |goes_on, _, context: &mut Self::Context| {
                                if !goes_on {
                                    context.close(None);
                                    context.stop();
                                }
                            },
                        ));
                    }
                }
            }
            Ok(ws::Message::Ping(bytes)) => context.pong(&bytes),
            Ok(ws::Message::Close(reason)) => {
                context.close(reason);
                context.stop();
            }
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => {}
            Ok(ws::Message::Binary(_) | ws::Message::Continuation(_)) | Err(_) => context.stop(),
        }
    }
}

impl IoSocket {
    /// For a link that is there already, or a new one.
    pub fn new(arrived: Arrived, pages: web::Data<Pages>, wire: Option<Wire>, upgrades: bool) -> Self {
        Self {
            arrived: Arrived {
                link: Arc::clone(&arrived.link),
                ..arrived
            },
            pages,
            wire,
            upgrades,
        }
    }
}
