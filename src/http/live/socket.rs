//! The WebSocket of a page: thin, and knows nothing. It passes texts on to the page's `SessionActor` and writes what it is
//! given. Its context is polled as the body of a response, so a client that stops reading freezes it: that is why whoever
//! decides lives beside it, with a bounded way in.

use super::connection::Wire;
use actix::{Actor, ActorContext, Addr, AsyncContext, Handler, Message, StreamHandler};
use actix_web_actors::ws;
use actors::sessions::{Frame, Goodbye, Heard, Leave, Outlet, Proof, Said, SessionActor, Sessions};
use std::sync::Arc;
use store::streams::Person;

/// A page's socket.
pub struct PageSocket {
    /// Whose it is; taken when it opens.
    opening: Option<(Sessions, Person, Proof)>,
    wire: Option<Wire>,
    page: Option<Addr<SessionActor>>,
}

impl PageSocket {
    /// A socket for this person.
    pub fn new(sessions: Sessions, person: Person, proof: Proof, wire: Option<Wire>) -> Self {
        Self {
            opening: Some((sessions, person, proof)),
            wire,
            page: None,
        }
    }

    fn pass(&self, said: Option<Said>, context: &mut ws::WebsocketContext<Self>) {
        let Some(page) = &self.page else { return };
        if page.try_send(Heard(said)).is_err() {
            // It says more than anybody has to say, or its page has ended.
            context.close(Some(ws::CloseCode::Policy.into()));
            context.stop();
        }
    }
}

impl Actor for PageSocket {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        if let Some((sessions, person, proof)) = self.opening.take() {
            let outlet = SocketOutlet {
                socket: context.address(),
                wire: self.wire,
            };
            self.page = Some(sessions.open(person, proof, Box::new(outlet)));
        }
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        if let Some(page) = &self.page {
            Leave::gone(page);
        }
    }
}

/// A frame to be written.
#[derive(Message)]
#[rtype(result = "()")]
struct Write(Arc<str>);

#[derive(Message)]
#[rtype(result = "()")]
struct Ping;

#[derive(Message)]
#[rtype(result = "()")]
struct Close(Goodbye);

impl Handler<Write> for PageSocket {
    type Result = ();

    fn handle(&mut self, Write(text): Write, context: &mut Self::Context) {
        context.text(&*text);
    }
}

impl Handler<Ping> for PageSocket {
    type Result = ();

    fn handle(&mut self, _: Ping, context: &mut Self::Context) {
        context.ping(b"");
    }
}

impl Handler<Close> for PageSocket {
    type Result = ();

    fn handle(&mut self, Close(why): Close, context: &mut Self::Context) {
        context.close(Some(ws::CloseReason {
            code: ws::CloseCode::from(why.code()),
            description: None,
        }));
        context.stop();
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for PageSocket {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, context: &mut Self::Context) {
        match message {
            Ok(ws::Message::Text(text)) => self.pass(Said::read(&text), context),
            Ok(ws::Message::Ping(bytes)) => {
                context.pong(&bytes);
                self.pass(None, context);
            }
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => self.pass(None, context),
            Ok(ws::Message::Close(reason)) => {
                context.close(reason);
                context.stop();
            }
            // Nobody has anything binary to say.
            Ok(ws::Message::Binary(_) | ws::Message::Continuation(_)) => {
                context.close(Some(ws::CloseCode::Unsupported.into()));
                context.stop();
            }
            Err(_) => context.stop(),
        }
    }
}

/// The way to the socket: as many frames as its mailbox holds may be under way.
struct SocketOutlet {
    socket: Addr<PageSocket>,
    wire: Option<Wire>,
}

impl Outlet for SocketOutlet {
    fn send(&mut self, frame: Frame) -> Result<(), Frame> {
        match self.socket.try_send(Write(frame.text.clone())) {
            // To one that is gone everything has been said.
            Ok(()) | Err(actix::dev::SendError::Closed(_)) => Ok(()),
            Err(actix::dev::SendError::Full(_)) => Err(frame),
        }
    }

    fn ping(&mut self) {
        let _ = self.socket.try_send(Ping);
    }

    fn close(&mut self, why: Goodbye) {
        let _ = self.socket.try_send(Close(why));
    }

    fn cut(&mut self) {
        if let Some(wire) = self.wire {
            wire.shut();
        }
    }
}
