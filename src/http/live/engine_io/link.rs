//! The way to one Socket.IO client: a short queue that its polls empty, until it has moved to a WebSocket. The page's
//! actor fills it as its outlet; nobody waits.

use super::super::connection::Wire;
use super::packets;
use super::socket::{IoSocket, Write};
use actix::Addr;
use actors::sessions::{Frame, Goodbye, Heard, Outlet, Said, SessionActor};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Packets that wait for a poll; the page's own outbox is behind them.
const QUEUE: usize = 64;

/// A client.
pub struct Link {
    pub id: String,
    inner: Mutex<Inner>,
    wake: Notify,
}

#[derive(Default)]
struct Inner {
    queue: VecDeque<String>,
    socket: Option<(Addr<IoSocket>, Option<Wire>)>,
    page: Option<Addr<SessionActor>>,
    closed: bool,
}

impl Link {
    /// A client by this name, of whom nothing is known.
    pub fn new(id: String) -> Arc<Self> {
        Arc::new(Self {
            id,
            inner: Mutex::default(),
            wake: Notify::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a packet, or puts it where a poll finds it; false when there is no room.
    pub fn push(&self, packet: String) -> bool {
        let mut inner = self.lock();
        if inner.closed {
            return true;
        }
        if let Some((socket, _)) = &inner.socket {
            return !matches!(
                socket.try_send(Write(packet)),
                Err(actix::dev::SendError::Full(_))
            );
        }
        if inner.queue.len() >= QUEUE {
            return false;
        }
        inner.queue.push_back(packet);
        drop(inner);
        self.wake.notify_one();
        true
    }

    /// What waits, for one poll; `None` when there is nothing yet.
    pub fn take(&self) -> Option<String> {
        let mut inner = self.lock();
        if inner.socket.is_some() {
            return Some(packets::NOOP.into());
        }
        if inner.queue.is_empty() {
            return inner.closed.then(|| packets::CLOSE.into());
        }
        let packets: Vec<String> = inner.queue.drain(..).collect();
        Some(packets.join(&packets::BETWEEN.to_string()))
    }

    /// Until something may be there.
    pub async fn changed(&self) {
        self.wake.notified().await;
    }

    /// The client has moved to this socket: what waits goes there, and a poll that is held ends.
    pub fn move_to(&self, socket: Addr<IoSocket>, wire: Option<Wire>) {
        let mut inner = self.lock();
        for packet in inner.queue.drain(..) {
            let _ = socket.try_send(Write(packet));
        }
        inner.socket = Some((socket, wire));
        drop(inner);
        self.wake.notify_one();
    }

    /// The page's actor, once the client has connected.
    pub fn page(&self) -> Option<Addr<SessionActor>> {
        self.lock().page.clone()
    }

    /// Keeps the page's actor; false when there is one already.
    pub fn keep(&self, page: Addr<SessionActor>) -> bool {
        let mut inner = self.lock();
        if inner.page.is_some() || inner.closed {
            return false;
        }
        inner.page = Some(page);
        true
    }

    /// The client said something, or gave a sign of life; false when its page is gone or hears nothing.
    pub fn heard(&self, said: Option<Said>) -> bool {
        self.page().is_none_or(|page| page.try_send(Heard(said)).is_ok())
    }

    /// Nothing more comes or goes.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        if let Some((socket, _)) = inner.socket.take() {
            let _ = socket.try_send(Write(packets::CLOSE.into()));
        }
        drop(inner);
        self.wake.notify_one();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn cut(&self) {
        let wire = self.lock().socket.as_ref().and_then(|(_, wire)| *wire);
        if let Some(wire) = wire {
            wire.shut();
        }
    }
}

/// The page's outlet.
pub struct LinkOutlet(pub Arc<Link>);

impl Outlet for LinkOutlet {
    fn send(&mut self, frame: Frame) -> Result<(), Frame> {
        if self.0.push(packets::event(&frame)) {
            Ok(())
        } else {
            Err(frame)
        }
    }

    fn ping(&mut self) {
        self.0.push(packets::PING.into());
    }

    fn close(&mut self, _: Goodbye) {
        self.0.close();
    }

    fn cut(&mut self) {
        self.0.cut();
        self.0.close();
    }
}
