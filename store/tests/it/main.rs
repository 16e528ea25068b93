//! The store against a real Postgres: idempotent events, fenced claims, one of every effect.

mod audit;
#[path = "../../../tests/it/cluster.rs"]
mod cluster;
mod customers;
mod directory;
mod embedded;
mod forgetting;
mod inbox;
mod pushes;
mod recordings;
mod spool;
mod tenants;
mod wrap_ups;

use domain::call::CarrierStatus;
use domain::ids::{BusinessId, CallSid};
use store::businesses::NewBusiness;
use store::inbox::{Event, NewRecording};
use store::{Store, StoreOptions};

/// A store over a fresh database, and its address.
fn store() -> (Store, String) {
    let url = cluster::fresh_database();
    (
        Store::new(&StoreOptions {
            url: url.clone(),
            pool_size: 8,
        })
        .unwrap(),
        url,
    )
}

async fn business(store: &Store) -> BusinessId {
    let number = domain::entities::Phone::parse("03-7654321").unwrap();
    let new = NewBusiness {
        name: "תיווך הגליל",
        number: &number,
        script: domain::script::REAL_ESTATE,
        voice: "",
    };
    store.ensure_business(new).await.unwrap()
}

fn call_sid(n: u32) -> CallSid {
    CallSid::parse(&format!("CA{n:032x}")).unwrap()
}

fn recording_sid(n: u32) -> String {
    format!("RE{n:032x}")
}

/// An event of this call without anything special.
fn event(kind: &str, call: u32) -> Event {
    Event {
        natural_key: format!("{kind}:{}", call_sid(call)),
        kind: kind.into(),
        call_sid: call_sid(call),
        business: None,
        caller: "+972501234567".into(),
        called: "+97237654321".into(),
        status: None,
        duration_s: None,
        form: "CallSid=x".into(),
        answer: format!("<answer to=\"{kind}\"/>"),
        request_id: "test".into(),
        recording: None,
    }
}

fn status(call: u32, status: CarrierStatus) -> Event {
    Event {
        natural_key: format!("call_status:{}:{}", call_sid(call), status.as_str()),
        status: Some(status),
        ..event("call_status", call)
    }
}

fn recording(call: u32, recording: u32, turn: u16) -> Event {
    Event {
        natural_key: format!("recording:{}", recording_sid(recording)),
        recording: Some(NewRecording {
            key: recording_sid(recording),
            turn,
            is_message: false,
            carrier_seconds: Some(3),
            rejected: None,
            claim_for: None,
        }),
        ..event("handle_recording", call)
    }
}

const LIMIT: std::time::Duration = std::time::Duration::from_secs(10);
