//! People whose reminder rings while no page of theirs is open: nobody can answer it in a page, so it need not wait the
//! seconds that are given for that. The reminders' keeper tells of them; a task of its own moves their pushes nearer and
//! rings the bell, so that the keeper waits for nothing. What is lost here is pushed those seconds later.

use super::PushBell;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::Store;
use store::recordings::Worker;
use store::streams::Person;
use tokio::sync::Notify;

/// People that are remembered between two statements; beyond it somebody is pushed to some seconds later.
const MOST: usize = 10_000;

/// After a start nobody is here yet, and all who had pages come back: so long nobody counts as absent.
pub const PAGES_RETURN: Duration = Duration::from_secs(10);

/// Where the keeper says who is absent. Cheap to clone.
#[derive(Clone)]
pub struct Absent(Arc<Inner>);

struct Inner {
    /// Nobody is absent before.
    from: Instant,
    people: Mutex<HashSet<Person>>,
    told: Notify,
}

impl Absent {
    /// Starts moving their pushes nearer, on the runtime of whoever calls; nobody counts as absent for this time from now.
    pub fn start(store: Store, worker: Worker, bell: PushBell, pages_return: Duration) -> Self {
        let absent = Self(Arc::new(Inner {
            from: Instant::now() + pages_return,
            people: Mutex::default(),
            told: Notify::new(),
        }));
        tokio::spawn(absent.clone().hasten(store, worker, bell));
        absent
    }

    /// Reminders have just rung for these people, and no page of theirs is open here.
    pub fn rang(&self, whom: impl IntoIterator<Item = Person>) {
        if Instant::now() < self.0.from {
            return;
        }
        // A set is whole after every statement: a panic elsewhere did not break it.
        let mut people = self.0.people.lock().unwrap_or_else(PoisonError::into_inner);
        let before = people.len();
        people.extend(whom.into_iter().take(MOST.saturating_sub(before)));
        if people.len() > before {
            self.0.told.notify_one();
        }
    }

    async fn hasten(self, store: Store, worker: Worker, bell: PushBell) {
        loop {
            self.0.told.notified().await;
            let people: Vec<Person> = {
                let mut people = self.0.people.lock().unwrap_or_else(PoisonError::into_inner);
                people.drain().collect()
            };
            match store.push_now(&worker, &people).await {
                Ok(0) => {}
                Ok(_) => bell.ring(),
                Err(error) => tracing::debug!(%error, "who has no page open is pushed to as others are"),
            }
        }
    }
}
