//! Somebody calls a customer from the card, and takes a running call over: at the carrier's wire, with each way in which either
//! phone does not answer, and an engine that is killed in between.

use crate::call::Call;
use crate::documents::customer;
use crate::office::{Office, Person, ask};
use crate::parties::Manner;
use crate::world::{Answer, EngineProcess};
use serde_json::{Value, json};

const AGENT: &str = "+972541112233";
const CUSTOMER: &str = "+972507000001";

/// An office whose agent has a phone, and a customer: the token and the customer's number.
async fn desk() -> (Office, String, i64) {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let id = customer(
        &office,
        &token,
        json!({ "name": "דנה כהן", "phones": [CUSTOMER] }),
    )
    .await;
    (office, token, id)
}

async fn has_phone(office: &Office, token: &str) {
    let body = json!({ "phone": "054-111-2233" });
    let (status, me) = office.ask("PATCH", "/auth/me", Some(token), Some(&body)).await;
    assert_eq!((status, &me["user"]["phone"]), (200, &json!(AGENT)));
}

async fn start(office: &Office, token: &str, customer: i64) -> (u16, Value) {
    let path = format!("/api/customers/{customer}/call/start");
    office.ask("POST", &path, Some(token), None).await
}

async fn last(engine: &EngineProcess, token: &str, customer: i64) -> Value {
    let path = format!("/api/customers/{customer}/call");
    ask(engine, "GET", &path, Some(token), None).await.1["call"].clone()
}

/// What the carrier posts about this call.
async fn told(
    engine: &EngineProcess,
    what: &str,
    (call, sid): (&Value, &str),
    more: &[(&str, &str)],
) -> Answer {
    let mut form = vec![
        ("CallSid", sid),
        ("AccountSid", crate::parties::ACCOUNT),
        ("From", crate::world::BUSINESS),
        ("To", AGENT),
        ("CallStatus", "in-progress"),
    ];
    for (name, value) in more {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    engine
        .post(&format!("/webhook/outgoing/{what}?call={}", call["id"]), &form)
        .await
}

/// Asked for, and with the carrier: the call and the id of the agent's leg.
async fn placed(office: &Office, token: &str, customer: i64) -> (Value, String) {
    let (status, call) = start(office, token, customer).await;
    assert_eq!(status, 201, "{call}");
    let rings = format!(
        "SELECT state = 'ringing_agent' FROM outgoing_calls WHERE id = {}",
        call["id"]
    );
    office.world.eventually(&rings).await;
    let sid = office.world.parties.placed().pop().expect("placed");
    (call, sid)
}

#[tokio::test]
async fn the_agents_phone_rings_and_each_end_of_the_call_has_its_name() {
    let (office, token, id) = desk().await;
    let (status, refused) = start(&office, &token, id).await;
    assert_eq!(
        (status, &refused["error"], &refused["whose"]),
        (409, &json!("no_phone"), &json!("agent"))
    );
    has_phone(&office, &token).await;
    let engine = &office.engine;

    let (call, sid) = placed(&office, &token, id).await;
    let asked = office.world.parties.asked("calls");
    assert!(
        asked[0].what.contains(AGENT) && asked[0].what.contains("/webhook/outgoing/agent?call="),
        "{asked:?}"
    );
    assert_eq!(start(&office, &token, id).await.1["error"], "call_in_progress");
    let forged = engine
        .post_signed(
            &format!("/webhook/outgoing/agent?call={}", call["id"]),
            &[],
            "forged",
        )
        .await;
    assert_eq!(forged.status, 403);
    let briefing = told(engine, "agent", (&call, &sid), &[]).await;
    assert_eq!(briefing.names(), "Gather Hangup");
    assert!(briefing.body.contains("דנה כהן"), "{}", briefing.body);
    let bridge = told(engine, "accept", (&call, &sid), &[("Digits", "1")]).await;
    assert_eq!(bridge.names(), "Dial");
    for part in [CUSTOMER, "record-from-answer-dual", "callerId"] {
        assert!(bridge.body.contains(part), "{part}: {}", bridge.body);
    }
    assert_eq!(last(engine, &token, id).await["state"], "ringing_customer");
    let done = [("DialCallStatus", "completed"), ("DialCallDuration", "42")];
    told(engine, "done", (&call, &sid), &done).await;
    told(engine, "done", (&call, &sid), &[("DialCallStatus", "no-answer")]).await;
    told(
        engine,
        "status",
        (&call, &sid),
        &[("CallStatus", "completed"), ("CallDuration", "60")],
    )
    .await;
    let over = last(engine, &token, id).await;
    assert_eq!(
        (&over["outcome"], &over["talk_s"]),
        (&json!("completed"), &json!(42)),
        "the first end stands"
    );
    // Recorded as any call: what was said is read by the same pipeline, and makes no task of its own.
    let recording = format!("RE{:032x}", 7);
    let form = [
        ("CallSid", sid.as_str()),
        ("AccountSid", crate::parties::ACCOUNT),
        ("RecordingSid", &recording),
        ("RecordingStatus", "completed"),
        ("RecordingDuration", "42"),
    ];
    engine
        .post("/webhook/recording_status?turn=1&message=1", &form)
        .await;
    office
        .world
        .eventually("SELECT transcript IS NOT NULL FROM recordings WHERE state = 'done'")
        .await;
    let page = ask(engine, "GET", &format!("/api/calls/{sid}"), Some(&token), None)
        .await
        .1;
    assert_eq!(
        (&page["direction"], &page["customer"]["id"]),
        (&json!("outbound"), &json!(id)),
        "{page}"
    );

    for (how, outcome) in [
        (
            &[
                ("agent", "CallStatus", "in-progress"),
                ("status", "CallStatus", "completed"),
            ][..],
            "agent_declined",
        ),
        (&[("status", "CallStatus", "no-answer")], "agent_no_answer"),
        (&[("status", "CallStatus", "busy")], "agent_busy"),
        (&[("status", "CallStatus", "failed")], "agent_failed"),
        (
            &[("accept", "Digits", "5"), ("status", "CallStatus", "completed")],
            "agent_hung_up",
        ),
        (
            &[("accept", "Digits", "5"), ("done", "DialCallStatus", "no-answer")],
            "customer_no_answer",
        ),
        (
            &[("accept", "Digits", "5"), ("done", "DialCallStatus", "busy")],
            "customer_busy",
        ),
        (
            &[("accept", "Digits", "5"), ("done", "DialCallStatus", "failed")],
            "customer_failed",
        ),
    ] {
        let (call, sid) = placed(&office, &token, id).await;
        for (what, name, value) in how {
            told(engine, what, (&call, &sid), &[(name, value)]).await;
        }
        assert_eq!(last(engine, &token, id).await["outcome"], outcome);
        let late = told(engine, "accept", (&call, &sid), &[("Digits", "1")]).await;
        assert_eq!(late.names(), "Hangup", "no leg is left over");
    }
    office.world.parties.dialling_is(Manner::Status(400));
    start(&office, &token, id).await;
    office
        .world
        .eventually("SELECT bool_or(outcome = 'carrier_refused') FROM outgoing_calls")
        .await;
    let told = office
        .world
        .count("SELECT count(*) FROM timeline WHERE kind = 'call' AND meta->>'direction' = 'outbound'")
        .await;
    assert_eq!(told, 10, "each call once");

    let path = format!("/api/customers/{id}/standing");
    let wishes = json!({ "do_not_call": true });
    office.ask("PATCH", &path, Some(&token), Some(&wishes)).await;
    assert_eq!(start(&office, &token, id).await.1["reason"], "do_not_call");
}

#[tokio::test]
async fn a_killed_engine_neither_loses_a_call_nor_places_it_twice() {
    let (mut office, token, id) = desk().await;
    has_phone(&office, &token).await;
    // Taken by the carrier, whose answer is lost with the engine.
    office.world.parties.dialling_is(Manner::Hang);
    let (status, _) = start(&office, &token, id).await;
    assert_eq!(status, 201);
    office
        .world
        .eventually("SELECT state = 'placing' FROM outgoing_calls WHERE state <> 'ended'")
        .await;
    while office.world.parties.placed().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    office.engine.kill();
    office.world.parties.dialling_is(Manner::Well);
    let rows = office.world.rows().await;
    rows.execute("UPDATE outgoing_calls SET lease_until = now()", &[])
        .await
        .expect("its lease ran out");
    let engine = office.world.engine();
    office
        .world
        .eventually("SELECT state = 'ringing_agent' AND call_sid IS NOT NULL FROM outgoing_calls WHERE state <> 'ended'")
        .await;
    assert_eq!(
        office.world.parties.placed().len(),
        1,
        "found, and not placed again"
    );
    // One that was never asked for is placed.
    let first = office.world.parties.placed().remove(0);
    let call = last(&engine, &token, id).await;
    told(&engine, "status", (&call, &first), &[("CallStatus", "busy")]).await;
    let more = format!(
        "INSERT INTO outgoing_calls (business_id, kind, customer_id, agent, agent_phone, customer_phone, our_number, briefing)
         SELECT business_id, kind, customer_id, agent, '+972541112299', customer_phone, our_number, briefing FROM outgoing_calls WHERE id = {}",
        call["id"]
    );
    rows.execute(&more, &[])
        .await
        .expect("a row that an engine left behind");
    office
        .world
        .eventually("SELECT state = 'ringing_agent' FROM outgoing_calls WHERE state <> 'ended'")
        .await;
    assert_eq!(office.world.parties.placed().len(), 2);
}

#[tokio::test]
async fn a_running_call_is_taken_over_or_falls_back_to_the_engine() {
    let (office, token, _) = desk().await;
    has_phone(&office, &token).await;
    let engine = &office.engine;
    let running = Call::new(1);
    running.ring(engine).await;
    let path = format!("/api/calls/{}/take-over", running.sid);
    for (keys, said, outcome, names) in [
        (
            false,
            "no-answer",
            "agent_no_answer",
            "Say Record Play Record Play",
        ),
        (
            false,
            "completed",
            "agent_declined",
            "Say Record Play Record Play",
        ),
        (true, "completed", "completed", "Hangup"),
    ] {
        let (status, call) = office.ask("POST", &path, Some(&token), None).await;
        assert_eq!(status, 201, "{call}");
        assert_eq!(
            office.ask("POST", &path, Some(&token), None).await.0,
            409,
            "one at a time"
        );
        office
            .world
            .eventually(&format!(
                "SELECT state = 'ringing_agent' FROM outgoing_calls WHERE id = {}",
                call["id"]
            ))
            .await;
        let moved = office.world.parties.asked("call updates");
        assert!(
            moved
                .last()
                .expect("moved")
                .what
                .contains("/webhook/outgoing/caller?call="),
            "{moved:?}"
        );
        let inbound = [("From", crate::world::CALLER), ("To", crate::world::BUSINESS)];
        let hold = told(engine, "caller", (&call, &running.sid), &inbound).await;
        assert_eq!(hold.names(), "Say Dial");
        assert!(
            hold.body.contains(AGENT) && hold.body.contains("/webhook/outgoing/screen"),
            "{}",
            hold.body
        );
        let leg = format!("CA{:032x}", 0xa9e7);
        let screen = told(engine, "screen", (&call, &leg), &[]).await;
        assert_eq!(screen.names(), "Gather Hangup");
        if keys {
            let taken = told(engine, "take", (&call, &leg), &[("Digits", "1")]).await;
            assert_eq!(taken.names(), "");
        }
        let form = [inbound[0], inbound[1], ("DialCallStatus", said)];
        let back = told(engine, "returned", (&call, &running.sid), &form).await;
        assert!(back.names().starts_with(names), "{}: {}", back.names(), back.body);
        let (_, shown) = office.ask("GET", &path, Some(&token), None).await;
        assert_eq!(shown["call"]["outcome"], outcome);
    }
    let hang_up = format!("/api/calls/{}/hang-up", running.sid);
    assert_eq!(office.ask("POST", &hang_up, Some(&token), None).await.0, 204);
    let ended = office.world.parties.asked("call updates");
    assert!(
        ended.last().expect("ended").what.ends_with("completed"),
        "{ended:?}"
    );
}
