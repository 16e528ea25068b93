//! One reminder that is due soon, as an actor with a timer. Started and told by the registry; at its moment it says
//! "due" and waits to be let go. It knows no row and does no IO: the claim is the keeper's.

use actix::prelude::*;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Between two tries to say "due" while the keeper's queue is full.
const AGAIN: Duration = Duration::from_millis(50);

/// A reminder's clock.
pub struct TaskActor {
    id: i64,
    due: Instant,
    keeper: mpsc::Sender<i64>,
    timer: Option<SpawnHandle>,
}

/// It is due at another moment now.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Moved {
    pub due: Instant,
}

/// It rang, or never will.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Over;

impl TaskActor {
    /// For this reminder, due then; `keeper` is told.
    pub fn new(id: i64, due: Instant, keeper: mpsc::Sender<i64>) -> Self {
        Self {
            id,
            due,
            keeper,
            timer: None,
        }
    }

    fn arm(&mut self, wait: Duration, ctx: &mut Context<Self>) {
        if let Some(timer) = self.timer.take() {
            ctx.cancel_future(timer);
        }
        self.timer = Some(ctx.run_later(wait, Self::ring));
    }

    fn ring(&mut self, ctx: &mut Context<Self>) {
        self.timer = None;
        if self.keeper.try_send(self.id).is_err() {
            self.arm(AGAIN, ctx);
        }
    }
}

impl Actor for TaskActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.arm(self.due.saturating_duration_since(Instant::now()), ctx);
    }
}

impl Handler<Moved> for TaskActor {
    type Result = ();

    fn handle(&mut self, Moved { due }: Moved, ctx: &mut Self::Context) {
        self.due = due;
        self.arm(due.saturating_duration_since(Instant::now()), ctx);
    }
}

impl Handler<Over> for TaskActor {
    type Result = ();

    fn handle(&mut self, _: Over, ctx: &mut Self::Context) {
        ctx.stop();
    }
}
