//! REST against a stand-in with the documented JSON shapes.

use serde_json::{Value, json};
use wiremock::matchers::{basic_auth, body_string_contains, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::stub;

const CALL: &str = "CA0000000000000000000000000000000a";

fn account() -> AccountSid {
    AccountSid::parse("AC00000000000000000000000000000001").expect("sid")
}

fn rest(base: &Url) -> TwilioRest {
    let auth = BasicAuth {
        user: account().to_string(),
        secret: SecretString::from("s3cret"),
    };
    TwilioRest::new(base, account(), auth).expect("a client")
}

fn in_account(rest: &str) -> String {
    format!("/2010-04-01/Accounts/{}/{rest}", account())
}

fn call_json(status: &str) -> Value {
    json!({"sid": CALL, "status": status, "direction": "inbound", "duration": "31", "from": "+972501234567",
        "start_time": "Sat, 21 Nov 2026 07:41:23 +0000", "end_time": null, "price": null, "annotation": null})
}

async fn mount(server: &MockServer, verb: &str, at: &str, template: ResponseTemplate) {
    Mock::given(method(verb))
        .and(path(in_account(at)))
        .respond_with(template)
        .mount(server)
        .await;
}

fn sid() -> CallSid {
    CallSid::parse(CALL).expect("sid")
}

#[tokio::test]
async fn recordings_are_listed_page_by_page() {
    let (server, url) = stub::server().await;
    let row = |sid: &str| json!({"sid": sid, "call_sid": CALL, "status": "completed", "duration": "7", "channels": 1});
    let next = in_account("Recordings.json?PageSize=1000&Page=1&PageToken=PT1");
    let (first, second) = (
        "RE0000000000000000000000000000000b",
        "RE0000000000000000000000000000000c",
    );
    Mock::given(path(in_account("Recordings.json")))
        .and(query_param("DateCreated>", "2026-11-20"))
        .and(basic_auth("AC00000000000000000000000000000001", "s3cret"))
        .and(header("X-Request-ID", "r1"))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!({"recordings": [row(first)], "next_page_uri": next})),
        )
        .mount(&server)
        .await;
    Mock::given(query_param("PageToken", "PT1"))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!({"recordings": [row(second)], "next_page_uri": null})),
        )
        .mount(&server)
        .await;
    let rest = rest(&url);
    let page = rest.recordings("2026-11-20", None, "r1").await.expect("a page");
    assert_eq!(page.rows[0].sid.as_str(), first);
    let page = rest
        .recordings("2026-11-20", page.next.as_ref(), "r1")
        .await
        .expect("a page");
    assert_eq!((page.rows[0].sid.as_str(), page.next), (second, None));
}

#[tokio::test]
async fn a_next_page_outside_the_account_is_not_visited() {
    for uri in [
        "https://evil.example/x",
        "//evil.example/x",
        "/2010-04-01/Accounts/AC2/Calls.json",
        "/x/../../etc",
    ] {
        let (server, url) = stub::server().await;
        let body = json!({"calls": [call_json("completed")], "next_page_uri": uri});
        mount(
            &server,
            "GET",
            "Calls.json",
            ResponseTemplate::new(200).set_body_json(body),
        )
        .await;
        let error = rest(&url).calls("2026-11-20", None, "r1").await.expect_err(uri);
        assert_eq!(error, RestError::Garbage("next_page_uri leaves the account"));
    }
}

#[tokio::test]
async fn a_live_call_is_redirected_and_ended() {
    let (server, url) = stub::server().await;
    let at = in_account(&format!("Calls/{CALL}.json"));
    for part in [
        "Url=https%3A%2F%2Fh%2Fnext&Method=POST",
        "Status=completed",
        "Status=canceled",
        "Twiml=%3CResponse",
    ] {
        Mock::given(method("POST"))
            .and(path(at.clone()))
            .and(body_string_contains(part))
            .respond_with(ResponseTemplate::new(200).set_body_json(call_json("in-progress")))
            .expect(1)
            .mount(&server)
            .await;
    }
    let rest = rest(&url);
    for update in [
        CallUpdate::Redirect {
            url: "https://h/next",
        },
        CallUpdate::Complete,
        CallUpdate::Cancel,
        CallUpdate::Twiml("<Response/>"),
    ] {
        assert_eq!(rest.update_call(&sid(), update, "r1").await, Ok(()), "{update:?}");
    }
}

#[tokio::test]
async fn a_refused_update_of_an_ended_call_says_that_it_is_over() {
    for (status, expected) in [
        ("completed", RestError::CallOver),
        (
            "in-progress",
            RestError::Refused {
                status: 400,
                code: 21220,
            },
        ),
    ] {
        let (server, url) = stub::server().await;
        let at = format!("Calls/{CALL}.json");
        let refusal = json!({"code": 21220, "message": "Call is not in-progress", "status": 400});
        mount(
            &server,
            "POST",
            &at,
            ResponseTemplate::new(400).set_body_json(refusal),
        )
        .await;
        mount(
            &server,
            "GET",
            &at,
            ResponseTemplate::new(200).set_body_json(call_json(status)),
        )
        .await;
        assert_eq!(
            rest(&url).update_call(&sid(), CallUpdate::Complete, "r1").await,
            Err(expected)
        );
    }
}

#[tokio::test]
async fn every_answer_says_what_to_do_next() {
    let check = async |template: ResponseTemplate, expected: RestError| {
        let (server, url) = stub::server().await;
        mount(&server, "GET", &format!("Calls/{CALL}.json"), template).await;
        assert_eq!(rest(&url).call(&sid(), "r1").await, Err(expected));
    };
    check(ResponseTemplate::new(401), RestError::Credentials).await;
    check(ResponseTemplate::new(404), RestError::NotFound).await;
    let limited = ResponseTemplate::new(429)
        .insert_header("Retry-After", "2")
        .set_body_json(json!({"code": 20429}));
    check(limited, RestError::RetryAfter(Some(Duration::from_secs(2)))).await;
    check(
        ResponseTemplate::new(502).set_body_string("<html>"),
        RestError::RetryAfter(None),
    )
    .await;
    check(
        ResponseTemplate::new(400).set_body_string("<html>"),
        RestError::Refused { status: 400, code: 0 },
    )
    .await;
    let garbage = RestError::Garbage("not the documented JSON");
    check(
        ResponseTemplate::new(200).set_body_string("<html>"),
        garbage.clone(),
    )
    .await;
    check(
        ResponseTemplate::new(200).set_body_json(json!({"sid": "CA1"})),
        garbage,
    )
    .await;
    assert_eq!(
        rest(&stub::nobody().await).call(&sid(), "r1").await,
        Err(RestError::Unreachable)
    );
}

#[tokio::test]
async fn a_call_row_reads_its_status() {
    let (server, url) = stub::server().await;
    mount(
        &server,
        "GET",
        &format!("Calls/{CALL}.json"),
        ResponseTemplate::new(200).set_body_json(call_json("no-answer")),
    )
    .await;
    let row = rest(&url).call(&sid(), "r1").await.expect("a call");
    assert_eq!(row.carrier_status(), Some(CarrierStatus::NoAnswer));
}

#[tokio::test]
async fn a_message_is_sent_once_and_a_refusal_is_told_from_a_wait() {
    let phone = |text: &str| domain::entities::Phone::parse(text).expect("a number");
    let (from, to) = (phone("+97237654321"), phone("050-123-4567"));
    for (status, body, expected) in [
        (201, json!({ "sid": "SM1", "status": "queued" }), None),
        (
            201,
            json!({ "sid": "SM1", "status": "failed" }),
            Some(RestError::Garbage("it failed at once")),
        ),
        (
            400,
            json!({ "code": 21211 }),
            Some(RestError::Refused {
                status: 400,
                code: 21211,
            }),
        ),
        (429, json!({}), Some(RestError::RetryAfter(None))),
        (401, json!({}), Some(RestError::Credentials)),
    ] {
        let (server, url) = stub::server().await;
        Mock::given(method("POST"))
            .and(path(in_account("Messages.json")))
            .and(body_string_contains("To=%2B972501234567"))
            .and(body_string_contains("From=%2B97237654321"))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .expect(1)
            .mount(&server)
            .await;
        let sent = rest(&url).send_message((&from, &to), "הקוד 123456", "r1").await;
        assert_eq!(sent.err(), expected);
    }
}
