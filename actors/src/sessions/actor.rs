//! One open page. It says where it stands in its person's stream, is sent what it missed, then what comes, in order and
//! without gaps. It owns its timers and does no IO: what it missed is read for it, and what it says goes into an outlet
//! that takes it or does not. A page that takes nothing for long is cut off and recovers like any other.

use super::frames::{self, Said};
use super::reader::{Ask, Reader};
use actix::prelude::*;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use store::streams::{Missed, Person, Place, Told};

/// The way to one page: a WebSocket, or a Socket.IO client over whatever it came by.
pub trait Outlet: Send {
    /// Takes a frame, or gives it back when it has no room.
    ///
    /// # Errors
    /// The frame, to be offered again.
    fn send(&mut self, frame: Frame) -> Result<(), Frame>;
    /// Asks for a sign of life.
    fn ping(&mut self);
    /// Says goodbye with this code.
    fn close(&mut self, why: Goodbye);
    /// Ends the connection below, whatever it waits for.
    fn cut(&mut self);
}

/// What a page is sent; shared by all who are sent the same.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Socket.IO clients are sent this and [`Frame::data`] instead of the text.
    pub event: Arc<str>,
    /// The whole frame, JSON.
    pub text: Arc<str>,
    /// Where in the text the data stands.
    pub(super) data: Range<usize>,
}

impl Frame {
    /// What the event is about, JSON.
    pub fn data(&self) -> &str {
        &self.text[self.data.clone()]
    }
}

/// Why a page is left: the close codes of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goodbye {
    /// The log-in has ended.
    SessionOver,
    TooSlow,
    /// The person has opened more pages than are served; the oldest goes.
    TooMany,
    /// Nothing was said after the connection was made.
    NoHello,
    /// The engine stops.
    Leaving,
}

impl Goodbye {
    /// The WebSocket close code.
    pub fn code(self) -> u16 {
        match self {
            Self::SessionOver => 4001,
            Self::TooSlow => 4008,
            Self::TooMany => 4009,
            Self::NoHello => 4010,
            Self::Leaving => 1001,
        }
    }
}

/// How long a page may take for what.
#[derive(Debug, Clone, Copy)]
pub struct SessionTiming {
    /// To say where it stands.
    pub hello: Duration,
    /// Between two signs of life that are asked for.
    pub heartbeat: Duration,
    /// Without any sign of life.
    pub silence: Duration,
    /// With frames that it does not take.
    pub stuck: Duration,
}

impl Default for SessionTiming {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(5),
            heartbeat: Duration::from_secs(15),
            silence: Duration::from_secs(40),
            stuck: Duration::from_secs(20),
        }
    }
}

/// Frames that wait for a page that is slow; one more and it is cut off.
const OUTBOX: usize = 256;
/// Their bytes.
const OUTBOX_BYTES: usize = 256 * 1024;
/// Between two offers of what waits.
const OFFER: Duration = Duration::from_millis(50);

/// An open page.
pub struct SessionActor {
    pub(super) person: Person,
    outlet: Box<dyn Outlet>,
    reader: Reader,
    timing: SessionTiming,
    /// What it has been sent up to; `None` before it said hello.
    place: Option<Place>,
    /// The number of that, for who looks whether it is behind.
    at: Arc<AtomicI64>,
    /// It waits for the reader.
    reading: bool,
    /// Somebody can see it: what it shows out of sight is seen by nobody.
    visible: bool,
    /// It was told of more than it has while it was reading.
    behind: i64,
    outbox: VecDeque<Frame>,
    outbox_bytes: usize,
    /// Since when nothing was taken.
    stuck: Option<Instant>,
    heard: Instant,
}

/// The page said something.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Heard(pub Option<Said>);

/// Its person is told something.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub struct News {
    pub place: Place,
    pub frame: Frame,
}

/// Its person was told something on another replica, up to this number.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct Behind(pub i64);

/// Something to look at again; not part of the stream.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub struct LookAgain(pub Frame);

/// What it missed.
#[derive(Message)]
#[rtype(result = "()")]
pub struct CaughtUp(pub Missed);

/// It is to end.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct Leave {
    pub why: Goodbye,
    /// When it may come back.
    pub back_in: Option<Duration>,
}

impl SessionActor {
    /// A page of this person's, which says in `at` what it has been sent up to.
    pub fn new(
        person: Person,
        outlet: Box<dyn Outlet>,
        reader: Reader,
        timing: SessionTiming,
        at: Arc<AtomicI64>,
    ) -> Self {
        Self {
            person,
            at,
            outlet,
            reader,
            timing,
            place: None,
            reading: false,
            visible: true,
            behind: 0,
            outbox: VecDeque::new(),
            outbox_bytes: 0,
            stuck: None,
            heard: Instant::now(),
        }
    }

    fn stands_at(&mut self, place: Place) {
        self.place = Some(place);
        self.at.store(place.seq, Ordering::Relaxed);
    }

    fn send(&mut self, frame: Frame, ctx: &mut Context<Self>) {
        if self.outbox.is_empty() {
            match self.outlet.send(frame) {
                Ok(()) => return,
                Err(frame) => {
                    self.stuck = Some(Instant::now());
                    self.hold(frame);
                    ctx.run_later(OFFER, Self::offer);
                }
            }
        } else {
            self.hold(frame);
        }
        if self.outbox.len() > OUTBOX || self.outbox_bytes > OUTBOX_BYTES {
            self.cut(ctx);
        }
    }

    fn hold(&mut self, frame: Frame) {
        self.outbox_bytes += frame.text.len();
        self.outbox.push_back(frame);
    }

    fn offer(&mut self, ctx: &mut Context<Self>) {
        while let Some(frame) = self.outbox.pop_front() {
            let bytes = frame.text.len();
            match self.outlet.send(frame) {
                Ok(()) => {
                    self.outbox_bytes -= bytes;
                    self.stuck = Some(Instant::now());
                }
                Err(frame) => {
                    self.outbox.push_front(frame);
                    break;
                }
            }
        }
        if self.outbox.is_empty() {
            self.stuck = None;
            self.outbox = VecDeque::new();
        } else if self
            .stuck
            .is_some_and(|since| since.elapsed() > self.timing.stuck)
        {
            self.cut(ctx);
        } else {
            ctx.run_later(OFFER, Self::offer);
        }
    }

    /// Nothing is said to a page that takes nothing: the connection ends below it.
    fn cut(&mut self, ctx: &mut Context<Self>) {
        metrics::counter!("sessions_cut_total").increment(1);
        self.outlet.close(Goodbye::TooSlow);
        self.outlet.cut();
        ctx.stop();
    }

    fn leave(&mut self, why: Goodbye, ctx: &mut Context<Self>) {
        self.outlet.close(why);
        ctx.stop();
    }

    fn read(&mut self, from: Option<Place>, ctx: &mut Context<Self>) {
        self.reading = true;
        let ask = Ask {
            person: self.person,
            from,
            page: ctx.address(),
        };
        if !self.reader.ask(ask) {
            // Too many read at once: it comes back with what it has.
            self.leave(Goodbye::Leaving, ctx);
        }
    }

    fn watch(&mut self, ctx: &mut Context<Self>) {
        let silent = self.heard.elapsed();
        if self.place.is_none() && !self.reading && silent > self.timing.hello {
            self.leave(Goodbye::NoHello, ctx);
        } else if silent > self.timing.silence {
            self.cut(ctx);
        } else {
            self.outlet.ping();
        }
    }
}

impl Actor for SessionActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_later(self.timing.hello, |page, ctx| {
            if page.place.is_none() && !page.reading {
                page.leave(Goodbye::NoHello, ctx);
            }
        });
        ctx.run_interval(self.timing.heartbeat, Self::watch);
    }
}

impl Handler<Heard> for SessionActor {
    type Result = ();

    fn handle(&mut self, Heard(said): Heard, ctx: &mut Self::Context) {
        self.heard = Instant::now();
        match said {
            Some(Said::Hello { from, visible }) if self.place.is_none() && !self.reading => {
                self.visible = visible;
                self.read(from, ctx);
            }
            Some(Said::Visible { visible }) => self.visible = visible,
            Some(Said::Ping) => self.send(frames::pong(), ctx),
            Some(Said::Shown { reminders }) if self.visible => self.reader.shown(self.person, reminders),
            Some(Said::Shown { .. } | Said::Hello { .. }) | None => {}
        }
    }
}

impl Handler<CaughtUp> for SessionActor {
    type Result = ();

    fn handle(&mut self, CaughtUp(missed): CaughtUp, ctx: &mut Self::Context) {
        self.reading = false;
        let first = self.place.is_none();
        if first {
            self.send(frames::welcome(self.person, &missed, self.timing.heartbeat), ctx);
        } else if !missed.whole {
            self.send(frames::resync(missed.newest), ctx);
        }
        if missed.whole {
            for told in &missed.events {
                self.send(frames::event(told), ctx);
            }
        }
        self.stands_at(missed.newest);
        if self.behind > missed.newest.seq {
            self.read(self.place, ctx);
        }
        self.behind = 0;
    }
}

impl Handler<News> for SessionActor {
    type Result = ();

    fn handle(&mut self, News { place, frame }: News, ctx: &mut Self::Context) {
        let Some(at) = self.place.filter(|_| !self.reading) else {
            self.behind = self.behind.max(place.seq);
            return;
        };
        // A stream begins with its first event: until then there is no epoch.
        let same = at.epoch == place.epoch || at.epoch == 0;
        if same && place.seq == at.seq + 1 {
            self.stands_at(place);
            self.send(frame, ctx);
        } else if !same || place.seq > at.seq {
            self.read(Some(at), ctx);
        }
    }
}

impl Handler<Behind> for SessionActor {
    type Result = ();

    fn handle(&mut self, Behind(seq): Behind, ctx: &mut Self::Context) {
        match self.place {
            Some(at) if !self.reading && seq > at.seq => self.read(Some(at), ctx),
            _ => self.behind = self.behind.max(seq),
        }
    }
}

impl Handler<LookAgain> for SessionActor {
    type Result = ();

    fn handle(&mut self, LookAgain(frame): LookAgain, ctx: &mut Self::Context) {
        // A page that is behind will look at everything anyway.
        if self.place.is_some() && self.outbox.is_empty() {
            self.send(frame, ctx);
        }
    }
}

impl Handler<Leave> for SessionActor {
    type Result = ();

    fn handle(&mut self, leave: Leave, ctx: &mut Self::Context) {
        if let Some(back_in) = leave.back_in {
            let _ = self.outlet.send(frames::reconnect(back_in));
        }
        self.leave(leave.why, ctx);
    }
}

impl Leave {
    /// Tells a page's actor that its connection has ended. Also when its mailbox is full: it must not outlive it.
    pub fn gone(page: &Addr<SessionActor>) {
        Self::tell(page, Goodbye::Leaving, None);
    }

    /// Tells a page's actor to end, now or as soon as it listens.
    pub(super) fn tell(page: &Addr<SessionActor>, why: Goodbye, back_in: Option<Duration>) {
        let leave = Self { why, back_in };
        if let Err(actix::dev::SendError::Full(leave)) = page.try_send(leave) {
            let page = page.clone();
            actix::spawn(async move {
                let _ = tokio::time::timeout(Duration::from_secs(30), page.send(leave)).await;
            });
        }
    }
}

/// A frame of something that was told.
impl From<&Told> for News {
    fn from(told: &Told) -> Self {
        Self {
            place: Place {
                epoch: told.epoch,
                seq: told.seq,
            },
            frame: frames::event(told),
        }
    }
}
