//! News of calls for whoever watches: "look again", never the thing itself. Losing some costs a
//! watcher a moment, so the queue is short and the slowest reader skips what it missed.

use domain::ids::{BusinessId, CallSid};
use tokio::sync::broadcast;

/// News that may wait for the slowest watcher; beyond it the oldest are skipped.
const WAITING: usize = 256;

/// Something about this call has changed.
#[derive(Debug, Clone)]
pub struct CallChanged {
    pub business: BusinessId,
    pub call: CallSid,
}

/// Where news are told and heard. Cheap to clone.
#[derive(Clone)]
pub struct News {
    sender: broadcast::Sender<CallChanged>,
}

impl Default for News {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(WAITING),
        }
    }
}

impl News {
    /// Tells everybody who listens; nobody does, mostly.
    pub fn tell(&self, business: BusinessId, call: &CallSid) {
        if self.sender.receiver_count() > 0 {
            let call = call.clone();
            let _ = self.sender.send(CallChanged { business, call });
        }
    }

    /// Hears what is told from now on.
    pub fn listen(&self) -> broadcast::Receiver<CallChanged> {
        self.sender.subscribe()
    }
}
