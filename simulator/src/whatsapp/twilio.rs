//! Twilio's Messages for WhatsApp numbers, Content API, signs and media, as the engine meets them (Twilio docs,
//! `messaging/api/message-resource`, `content/content-api-resources`, `whatsapp/api/typing-indicators-resource`).

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::customer::Line;
use super::deliver::follow;
use super::sent::{Fault, Sent};
use crate::carrier::{Answer, Inner, new_sid, rfc2822, twilio_error, with_json};

type Shared = State<Arc<Inner>>;
type Fields = HashMap<String, String>;

pub(super) fn router() -> Router<Arc<Inner>> {
    Router::new()
        .route(
            "/2010-04-01/Accounts/{account}/Messages/{message}/Media/{file}",
            get(media),
        )
        .route("/simulator/whatsapp/files/{file}", get(file))
        .route("/v1/ContentAndApprovals", get(contents))
        .route("/v2/Indicators/Typing.json", post(typing))
}

/// `POST …/Messages.json` from a WhatsApp number.
pub(crate) fn send(inner: &Arc<Inner>, form: &Fields) -> Answer {
    let given = |name: &str| form.get(name).filter(|value| !value.is_empty()).cloned();
    let bare = |name: &str| given(name).and_then(|value| value.strip_prefix("whatsapp:").map(str::to_owned));
    let (Some(from), Some(to)) = (bare("From"), bare("To")) else {
        return twilio_error(
            StatusCode::BAD_REQUEST,
            21910,
            "'From' and 'To' are of different channels",
        );
    };
    let (text, media, content) = (given("Body"), given("MediaUrl"), given("ContentSid"));
    if text.as_ref().is_some_and(|text| text.chars().count() > 1600) {
        return twilio_error(
            StatusCode::BAD_REQUEST,
            21617,
            "The concatenated message body exceeds the 1600 character limit",
        );
    }
    let (kind, words) = match (&content, &media, &text) {
        (Some(sid), _, _) => match rendered(sid, given("ContentVariables")) {
            Some(words) => ("template", words),
            None => return twilio_error(StatusCode::BAD_REQUEST, 21655, "The ContentSid is Invalid"),
        },
        (None, Some(_), text) => ("media", text.clone().unwrap_or_default()),
        (None, None, Some(text)) => ("text", text.clone()),
        (None, None, None) => {
            return twilio_error(
                StatusCode::BAD_REQUEST,
                21619,
                "A text message body or media urls must be specified.",
            );
        }
    };
    let callback = given("StatusCallback");
    let key = callback
        .as_deref()
        .and_then(|url| url.split_once("key=").map(|(_, key)| key.to_owned()));
    let message = Sent {
        line: Line::Twilio,
        id: new_sid(if media.is_some() { "MM" } else { "SM" }),
        to,
        kind: kind.to_owned(),
        text: words,
        template: content,
        media,
        reply_to: None,
        client_key: key,
        callback,
        at: Timestamp::now(),
    };
    let (taken, fault) = inner.whatsapp().take(message, "63016");
    let answer = taken.map(|message| {
        let row = row(&message, &from, inner);
        follow(inner, message, fault.clone());
        row
    });
    respond(answer.unwrap_or_default(), StatusCode::CREATED, fault)
}

fn respond(answer: Value, good: StatusCode, fault: Option<Fault>) -> Answer {
    match fault {
        Some(Fault::Throttle(wait)) => {
            let mut refusal = twilio_error(StatusCode::TOO_MANY_REQUESTS, 20429, "Too Many Requests");
            if let Some(value) = wait.and_then(|seconds| seconds.to_string().parse().ok()) {
                refusal.headers_mut().insert(header::RETRY_AFTER, value);
            }
            refusal
        }
        Some(Fault::Code(code)) => {
            let number = code.parse().unwrap_or(20_001);
            twilio_error(StatusCode::BAD_REQUEST, number, "played by the simulator")
        }
        Some(Fault::Server | Fault::ServerAfterTaking) => {
            twilio_error(StatusCode::INTERNAL_SERVER_ERROR, 20_500, "Internal Server Error")
        }
        fault => spoiled(with_json(good, &answer), fault.as_ref()),
    }
}

/// An answer that breaks off, or comes late.
pub(super) fn spoiled(answer: Answer, fault: Option<&Fault>) -> Answer {
    let (parts, body) = answer.into_parts();
    let wait = match fault {
        Some(Fault::AnswerLost) => {
            let torn =
                futures_util::stream::once(async { Err::<bytes::Bytes, _>(std::io::Error::other("torn")) });
            return Response::from_parts(parts, Body::from_stream(torn));
        }
        Some(Fault::Late(ms)) => std::time::Duration::from_millis(*ms),
        _ => return Response::from_parts(parts, body),
    };
    // The head goes at once; who waits for the whole of it waits.
    let late = futures_util::stream::once(async move {
        tokio::time::sleep(wait).await;
        axum::body::to_bytes(body, 1024 * 1024)
            .await
            .map_err(std::io::Error::other)
    });
    Response::from_parts(parts, Body::from_stream(late))
}

fn row(message: &Sent, from: &str, inner: &Inner) -> Value {
    json!({
        "account_sid": inner.options.account_sid, "api_version": "2010-04-01", "sid": message.id,
        "from": format!("whatsapp:{from}"), "to": format!("whatsapp:{}", message.to), "body": message.text,
        "status": "queued", "direction": "outbound-api", "error_code": null, "error_message": null,
        "num_media": if message.media.is_some() { "1" } else { "0" }, "num_segments": "1",
        "date_created": rfc2822(message.at), "date_sent": null, "date_updated": rfc2822(message.at),
    })
}

/// `GET …/Messages.json`: newest first, of one pair of numbers.
pub(crate) async fn list(State(inner): Shared, Query(query): Query<Fields>) -> Answer {
    let wanted = |name: &str| {
        query
            .get(name)
            .map(|value| value.trim_start_matches("whatsapp:").to_owned())
    };
    let (from, to) = (wanted("From").unwrap_or_default(), wanted("To"));
    let desk = inner.whatsapp();
    let ours = desk.sent.iter().rev().filter(|one| one.line == Line::Twilio);
    let rows: Vec<Value> = ours
        .filter(|one| to.as_ref().is_none_or(|to| *to == one.to))
        .take(200)
        .map(|one| row(one, &from, &inner))
        .collect();
    with_json(
        StatusCode::OK,
        &json!({"messages": rows, "page": 0, "page_size": 200, "next_page_uri": null}),
    )
}

/// A file is behind a redirect to a link that needs no credentials, as it is at Twilio.
async fn media(
    State(inner): Shared,
    Path((_, _, file)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Answer {
    if !inner.knows(&headers) {
        return twilio_error(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
    }
    let Some(kept) = inner.whatsapp().files.get(&file).cloned() else {
        return twilio_error(
            StatusCode::NOT_FOUND,
            20404,
            "The requested resource was not found",
        );
    };
    let own = format!("{}/simulator/whatsapp/files/{file}", inner.base);
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    if let Ok(value) = kept.redirect.unwrap_or(own).parse() {
        answer.headers_mut().insert(header::LOCATION, value);
    }
    answer
}

async fn file(State(inner): Shared, Path(file): Path<String>) -> Answer {
    serve(&inner, &file)
}

/// The bytes of a file under what is said of it.
pub(super) fn serve(inner: &Inner, file: &str) -> Answer {
    let Some(kept) = inner.whatsapp().files.get(file).cloned() else {
        return twilio_error(
            StatusCode::NOT_FOUND,
            20404,
            "The requested resource was not found",
        );
    };
    let mut answer = Response::new(Body::from(kept.bytes));
    if let Ok(value) = kept.mime.parse() {
        answer.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    answer
}

async fn typing(State(inner): Shared, headers: HeaderMap, Form(form): Form<Fields>) -> Answer {
    if !inner.knows(&headers) {
        return twilio_error(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
    }
    match form.get("messageId").is_some_and(|id| id.len() == 34) && form.contains_key("channel") {
        true => with_json(StatusCode::OK, &json!({"success": true})),
        false => twilio_error(StatusCode::BAD_REQUEST, 20001, "messageId is required"),
    }
}

/// `HX…`, name, language, WhatsApp's word, body.
const CONTENTS: [(&str, &str, &str, &str); 3] = [
    (
        "HX00000000000000000000000000000001",
        "viewing_reminder",
        "approved",
        "שלום {{1}}, תזכורת לביקור בדירה ב{{2}}. נתראה!",
    ),
    (
        "HX00000000000000000000000000000002",
        "follow_up",
        "approved",
        "שלום {{1}}, חזרנו אליך בהמשך לשיחה.",
    ),
    (
        "HX00000000000000000000000000000003",
        "discount",
        "rejected",
        "מבצע! {{1}}",
    ),
];

fn rendered(sid: &str, variables: Option<String>) -> Option<String> {
    let (_, _, _, body) = CONTENTS.iter().find(|content| content.0 == sid)?;
    let variables: Value = variables
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let mut text = (*body).to_owned();
    for (key, value) in variables.as_object().into_iter().flatten() {
        text = text.replace(&format!("{{{{{key}}}}}"), value.as_str().unwrap_or(""));
    }
    Some(text)
}

async fn contents(State(inner): Shared, headers: HeaderMap) -> Answer {
    if !inner.knows(&headers) {
        return twilio_error(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
    }
    let contents: Vec<Value> = CONTENTS
        .iter()
        .map(|(sid, name, status, body)| {
            json!({"sid": sid, "friendly_name": name, "language": "he", "variables": {"1": "דנה", "2": "הרצל 1"},
                "types": {"twilio/text": {"body": body}},
                "approval_requests": {"name": name, "category": "UTILITY", "content_type": "twilio/text", "status": status,
                    "rejection_reason": if *status == "rejected" { "the category is wrong" } else { "" }}})
        })
        .collect();
    let meta = json!({"page": 0, "page_size": 500, "next_page_url": null, "key": "contents"});
    with_json(StatusCode::OK, &json!({"contents": contents, "meta": meta}))
}
