//! Open pages: a `SessionActor` each, found by the person in a business. What people are told is handed to the pages here
//! and hinted to the other replicas, whose pages read it. Every page of a person whose log-in ends is left.

mod actor;
mod frames;
mod reader;

pub use actor::{Frame, Goodbye, Heard, Leave, Outlet, SessionActor, SessionTiming};
pub use frames::Said;

use crate::reminders::Reminders;
use crate::supervision::{Arbiters, Birth, Ended, next_generation, spawn_watched};
use actix::Addr;
use actor::{Behind, LookAgain, News};
use domain::access::UserId;
use domain::hint::Hint;
use domain::ids::BusinessId;
use gateways::bus::Bus;
pub use reader::QUEUE as READER_QUEUE;
use reader::Reader;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::people::SecretHash;
use store::streams::{Person, Told};
use store::{Store, StoreError};
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

/// Words that may wait for a page's actor; beyond it the page is behind, and reads what it missed.
const MAILBOX: usize = 64;
/// Pages of one person; with one more the oldest goes.
const PAGES: usize = 10;
/// People that one statement asks about; between two of them others have their turn.
const AT_ONCE: usize = 500;
/// Pages that come back in a second when the engine stops.
const BACK_A_SECOND: f64 = 200.0;

/// What a page came in by; asked about again while it is open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Proof {
    Session(Uuid),
    Token(SecretHash),
}

struct Page {
    generation: u64,
    address: Addr<SessionActor>,
    /// What it has been sent up to.
    at: Arc<AtomicI64>,
    proof: Proof,
}

type People = HashMap<UserId, Vec<Page>>;

struct Inner {
    arbiters: Arc<Arbiters>,
    store: Store,
    bus: Bus,
    reader: Reader,
    timing: SessionTiming,
    pages: Mutex<HashMap<BusinessId, People>>,
}

/// The open pages of this replica. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    inner: Arc<Inner>,
}

impl Sessions {
    /// Nobody is here yet. Starts the reader, on the runtime of whoever calls.
    pub fn start(arbiters: Arc<Arbiters>, store: Store, bus: Bus, timing: SessionTiming) -> Self {
        let reader = Reader::start(store.clone());
        Self {
            inner: Arc::new(Inner {
                arbiters,
                store,
                bus,
                reader,
                timing,
                pages: Mutex::default(),
            }),
        }
    }

    /// A page opens. Its actor lives on the thread that asks, where it can.
    pub fn open(&self, person: Person, proof: Proof, outlet: Box<dyn Outlet>) -> Addr<SessionActor> {
        let generation = next_generation();
        let (reader, timing) = (self.inner.reader.clone(), self.inner.timing);
        let sessions = self.clone();
        let at = Arc::new(AtomicI64::new(0));
        let told = at.clone();
        let address = spawn_watched(
            Birth {
                arbiter: &self.inner.arbiters.near(""),
                mailbox: MAILBOX,
                generation,
            },
            move |_| SessionActor::new(person, outlet, reader, timing, told),
            move |end| sessions.forget(person, end),
        );
        let mut pages = self.pages();
        let of_person = pages
            .entry(person.business)
            .or_default()
            .entry(person.user)
            .or_default();
        of_person.push(Page {
            generation,
            address: address.clone(),
            at,
            proof,
        });
        let oldest = (of_person.len() > PAGES).then(|| of_person.remove(0));
        drop(pages);
        metrics::gauge!("sessions_open").increment(1.0);
        if let Some(page) = oldest {
            metrics::gauge!("sessions_open").decrement(1.0);
            Leave::tell(&page.address, Goodbye::TooMany, None);
        }
        address
    }

    fn forget(&self, person: Person, end: Ended) {
        let mut pages = self.pages();
        let Some(people) = pages.get_mut(&person.business) else {
            return;
        };
        let Some(of_person) = people.get_mut(&person.user) else {
            return;
        };
        let before = of_person.len();
        of_person.retain(|page| page.generation != end.generation);
        if of_person.len() < before {
            metrics::gauge!("sessions_open").decrement(1.0);
        }
        if of_person.is_empty() {
            people.remove(&person.user);
        }
        if people.is_empty() {
            pages.remove(&person.business);
        }
    }

    fn pages(&self) -> MutexGuard<'_, HashMap<BusinessId, People>> {
        // A map is whole after every statement: a panic elsewhere did not break it.
        self.inner.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a page of this person's is open here.
    pub fn is_here(&self, person: Person) -> bool {
        let pages = self.pages();
        let people = pages.get(&person.business);
        people.is_some_and(|people| people.contains_key(&person.user))
    }

    fn of_person(&self, person: Person) -> Vec<Addr<SessionActor>> {
        let pages = self.pages();
        let found = pages
            .get(&person.business)
            .and_then(|people| people.get(&person.user));
        found.map_or_else(Vec::new, |found| {
            found.iter().map(|page| page.address.clone()).collect()
        })
    }

    /// Pages that wait to be told what they missed; [`READER_QUEUE`] at most.
    pub fn waiting(&self) -> usize {
        self.inner.reader.waiting()
    }

    /// Open pages here.
    pub fn len(&self) -> usize {
        self.pages()
            .values()
            .flat_map(HashMap::values)
            .map(Vec::len)
            .sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pages().is_empty()
    }

    /// People were told this, and it is committed: their pages here are sent it, those elsewhere hear that it is there.
    pub fn tell(&self, told: Vec<Told>) {
        for one in &told {
            let pages = self.of_person(one.to);
            if !pages.is_empty() {
                let news = News::from(one);
                for page in pages {
                    // A page whose mailbox is full finds the gap with the next one, or with its next hello.
                    if page.try_send(news.clone()).is_err() {
                        metrics::counter!("session_messages_dropped_total").increment(1);
                    }
                }
            }
            self.inner.bus.tell_others(Hint::Events {
                business: one.to.business,
                user: one.to.user,
                seq: one.seq,
            });
        }
    }

    /// Something of this business is to be looked at again, by every page on every replica.
    pub fn hint(&self, business: BusinessId, what: &str) {
        self.inner.bus.publish(Hint::Business {
            business,
            what: what.to_owned(),
        });
    }

    fn look_again(&self, business: BusinessId, what: &str) {
        let pages: Vec<Addr<SessionActor>> = {
            let pages = self.pages();
            let Some(people) = pages.get(&business) else {
                return;
            };
            people
                .values()
                .flatten()
                .map(|page| page.address.clone())
                .collect()
        };
        let frame = match what.split_once(':') {
            Some(("call", id)) => frames::hint("calls", Some(id)),
            Some(("customer", id)) => frames::hint("customers", Some(id)),
            // `whatsapp:message:7`: something about the messages of a conversation.
            Some(("whatsapp", _)) => match what.rsplit_once(':') {
                Some((what, id)) => frames::hint(what, Some(id)),
                None => frames::hint(what, None),
            },
            _ => frames::hint(what, None),
        };
        for page in pages {
            let _ = page.try_send(LookAgain(frame.clone()));
        }
    }

    /// Follows what the bus says, until it ends.
    pub async fn follow(self, reminders: Reminders) {
        let mut hints = self.inner.bus.listen();
        loop {
            match hints.recv().await {
                Ok(Hint::Events { business, user, seq }) => {
                    for page in self.of_person(Person { business, user }) {
                        let _ = page.try_send(Behind(seq));
                    }
                }
                Ok(Hint::Reminders { ids }) => reminders.look_at(&ids).await,
                Ok(Hint::Business { business, what }) => self.look_again(business, &what),
                // What was missed: reminders by their tick, pages by the watch below.
                Err(RecvError::Lagged(hints)) => {
                    metrics::counter!("hints_missed_total").increment(hints);
                }
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Tells pages that are behind their person's stream how far it is: whatever hint was lost costs no more than the time
    /// between two calls.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let people: Vec<Person> = {
            let pages = self.pages();
            pages
                .iter()
                .flat_map(|(business, people)| {
                    people.keys().map(|user| Person {
                        business: *business,
                        user: *user,
                    })
                })
                .collect()
        };
        for some in people.chunks(AT_ONCE) {
            for (person, seq) in self.inner.store.newest(some).await? {
                for page in self.behind(person, seq) {
                    let _ = page.try_send(Behind(seq));
                }
            }
        }
        Ok(())
    }

    /// The pages of this person that were sent less.
    fn behind(&self, person: Person, seq: i64) -> Vec<Addr<SessionActor>> {
        let pages = self.pages();
        let of_person = pages
            .get(&person.business)
            .and_then(|people| people.get(&person.user));
        let behind = of_person
            .into_iter()
            .flatten()
            .filter(|page| page.at.load(Ordering::Relaxed) < seq);
        behind.map(|page| page.address.clone()).collect()
    }

    /// Leaves the pages whose log-in has ended, or whose person has left the business.
    ///
    /// # Errors
    /// When the store is away: that says nothing about anybody.
    pub async fn leave_the_unwelcome(&self) -> Result<(), StoreError> {
        let asked: Vec<(BusinessId, Proof)> = {
            let pages = self.pages();
            let all = pages.iter().flat_map(|(business, people)| {
                let of_business = people.values().flatten();
                of_business.map(|page| (*business, page.proof.clone()))
            });
            all.collect()
        };
        let mut gone = Vec::new();
        for (business, proof) in asked.iter().filter(|(_, proof)| matches!(proof, Proof::Token(_))) {
            let Proof::Token(secret) = proof else { continue };
            let standing = self.inner.store.standing_of_token(secret).await?;
            if standing.is_none_or(|standing| standing.business != Some(*business)) {
                gone.push((*business, proof.clone()));
            }
        }
        let sessions: Vec<(BusinessId, Uuid)> = asked
            .iter()
            .filter_map(|(business, proof)| match proof {
                Proof::Session(id) => Some((*business, *id)),
                Proof::Token(_) => None,
            })
            .collect();
        for some in sessions.chunks(AT_ONCE) {
            let ids: Vec<Uuid> = some.iter().map(|(_, id)| *id).collect();
            let welcome: HashMap<Uuid, Option<BusinessId>> = self
                .inner
                .store
                .businesses_of_sessions(&ids)
                .await?
                .into_iter()
                .collect();
            for (business, id) in some {
                if welcome.get(id).copied().flatten() != Some(*business) {
                    gone.push((*business, Proof::Session(*id)));
                }
            }
        }
        for (business, proof) in gone {
            let pages: Vec<Addr<SessionActor>> = {
                let pages = self.pages();
                let people = pages.get(&business).into_iter().flat_map(HashMap::values);
                let of_proof = people.flatten().filter(|page| page.proof == proof);
                of_proof.map(|page| page.address.clone()).collect()
            };
            for page in pages {
                Leave::tell(&page, Goodbye::SessionOver, None);
            }
        }
        Ok(())
    }

    /// The engine stops: pages are told when to come back, so that they don't all come at once.
    pub fn leave_all(&self) {
        let pages: Vec<Addr<SessionActor>> = {
            let pages = self.pages();
            pages
                .values()
                .flat_map(HashMap::values)
                .flatten()
                .map(|page| page.address.clone())
                .collect()
        };
        let spread = (pages.len() as f64 / BACK_A_SECOND).max(0.5);
        for page in pages {
            let back_in = Duration::from_secs_f64(rand::random::<f64>() * spread);
            Leave::tell(&page, Goodbye::Leaving, Some(back_in));
        }
    }
}
