//! What the players do by themselves; how the engine gets on with them is told in its own stories.

use super::*;
use crate::CarrierOptions;
use crate::carrier::Carrier;

#[test]
fn a_window_is_open_for_who_wrote() {
    let mut desk = Desk {
        enforce_window: true,
        ..Desk::default()
    };
    let message = |kind: &str| Sent {
        line: Line::Meta,
        id: "wamid.A".into(),
        to: "+972501234567".into(),
        kind: kind.into(),
        text: String::new(),
        template: None,
        media: None,
        reply_to: None,
        client_key: None,
        callback: None,
        at: jiff::Timestamp::now(),
    };
    let closed = Some(Fault::FailLater("131047".into()));
    assert_eq!(desk.take(message("text"), "131047").1, closed);
    assert_eq!(desk.take(message("template"), "131047").1, None);
    desk.heard_from(&Person::new("+972501234567", "דנה"));
    assert_eq!(desk.take(message("text"), "131047").1, None);
    desk.faults.push_back(Fault::Server);
    let (taken, fault) = desk.take(message("text"), "131047");
    assert_eq!((taken, fault), (None, Some(Fault::Server)));
    assert_eq!(desk.sent.len(), 3);
}

#[tokio::test]
async fn who_writes_needs_an_engine() {
    let carrier = Carrier::start(CarrierOptions::new("AC00000000000000000000000000000001", "token"))
        .await
        .expect("loopback");
    let dana = Person::new("+972501234567", "דנה");
    let written = Written::text(Line::Twilio, dana, "+97231234567", "שלום");
    assert!(carrier.whatsapp().write(&written).await.is_err());
}
