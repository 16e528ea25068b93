//! The chat client against recorded shapes: whole and streamed replies, tool calls good and bad, streams that break.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use url::Url;
use wiremock::matchers::{any, body_partial_json, header, path};
use wiremock::{Mock, ResponseTemplate};

use super::tests::{CAUSE, endpoint};
use super::*;
use crate::provider::{Cause, ProviderError};
use crate::stub;

fn tools() -> Vec<Tool> {
    let parameters = json!({"type": "object", "properties": {"text": {"type": "string"}}});
    vec![Tool {
        name: "take_message".to_owned(),
        description: "Keep a message".to_owned(),
        parameters,
    }]
}

fn messages() -> Vec<Message> {
    vec![
        Message {
            role: Role::System,
            content: "ענה בקצרה".to_owned(),
        },
        Message {
            role: Role::User,
            content: "שלום".to_owned(),
        },
    ]
}

async fn ask(url: Url) -> Result<ChatReply, ProviderError> {
    let (messages, tools) = (messages(), tools());
    let request = ChatRequest {
        messages: &messages,
        tools: &tools,
        temperature: 0.2,
        max_tokens: 200,
    };
    Chat::new(endpoint(url))
        .expect("a client")
        .reply(&request, CAUSE)
        .await
}

async fn deltas(url: Url, cause: Cause<'_>) -> Result<Vec<Result<ChatDelta, ProviderError>>, ProviderError> {
    let (messages, tools) = (messages(), tools());
    let request = ChatRequest {
        messages: &messages,
        tools: &tools,
        temperature: 0.2,
        max_tokens: 200,
    };
    let stream = Chat::new(endpoint(url))
        .expect("a client")
        .stream(&request, cause)
        .await?;
    Ok(stream.collect().await)
}

async fn answering(body: &str, kind: &str) -> (wiremock::MockServer, Url) {
    let (server, url) = stub::server().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_raw(body, kind))
        .mount(&server)
        .await;
    (server, url)
}

fn whole(message: Value, reason: &str) -> String {
    json!({"id": "chatcmpl-1", "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {"total_tokens": 9}})
    .to_string()
}

fn call(name: &str, arguments: &str) -> Value {
    json!({"role": "assistant", "content": null,
        "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}]})
}

#[tokio::test]
async fn a_conversation_with_tools_is_sent_as_documented() {
    let (server, url) = stub::server().await;
    let expected = json!({
        "model": "model-1", "stream": false, "max_tokens": 200,
        "messages": [{"role": "system", "content": "ענה בקצרה"}, {"role": "user", "content": "שלום"}],
        "tools": [{"type": "function", "function": {"name": "take_message", "description": "Keep a message",
            "parameters": {"type": "object", "properties": {"text": {"type": "string"}}}}}],
    });
    let answer = whole(json!({"role": "assistant", "content": " שלום לך "}), "stop");
    Mock::given(path("/v1/chat/completions"))
        .and(body_partial_json(expected))
        .and(header("Authorization", "Bearer sk-secret"))
        .and(header("X-Request-ID", "req-7"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(answer, "application/json"))
        .expect(1)
        .mount(&server)
        .await;
    let reply = ask(url).await.expect("a reply");
    assert_eq!(
        reply,
        ChatReply {
            text: "שלום לך".to_owned(),
            tool_calls: vec![],
            finish: Finish::Stop
        }
    );
}

#[tokio::test]
async fn a_tool_call_comes_with_its_arguments() {
    let (_server, url) = answering(
        &whole(call("take_message", "{\"text\":\"חזרו אליי\"}"), "tool_calls"),
        "application/json",
    )
    .await;
    let reply = ask(url).await.expect("a reply");
    assert_eq!((reply.finish, reply.tool_calls.len()), (Finish::ToolCalls, 1));
    assert_eq!(reply.tool_calls[0].arguments["text"], "חזרו אליי");
    assert_eq!(
        (reply.tool_calls[0].id.as_str(), reply.tool_calls[0].name.as_str()),
        ("call_1", "take_message")
    );
}

#[tokio::test]
async fn a_tool_call_that_is_not_well_formed_is_not_believed() {
    let bodies = [
        whole(call("delete_everything", "{}"), "tool_calls"),
        whole(call("take_message", "{\"text\":"), "tool_calls"),
        whole(call("take_message", "[1]"), "tool_calls"),
        whole(call("take_message", "\"text\""), "tool_calls"),
        whole(call("take_message", "{\"text\":\"x\"}"), "length"),
        whole(
            json!({"tool_calls": [{"id": "1", "type": "retrieval"}]}),
            "tool_calls",
        ),
        whole(
            json!({"tool_calls": [{"id": "1", "type": "function"}]}),
            "tool_calls",
        ),
        whole(json!({"role": "assistant", "content": "  "}), "stop"),
        whole(json!({"role": "assistant"}), "stop"),
        json!({"choices": []}).to_string(),
        json!({"error": {"message": "x"}}).to_string(),
        "<html>".to_owned(),
        String::new(),
    ];
    for body in bodies {
        let (_server, url) = answering(&body, "application/json").await;
        assert!(matches!(ask(url).await, Err(ProviderError::Garbage(_))), "{body}");
    }
}

fn event(delta: Value, reason: Option<&str>) -> String {
    format!(
        "data: {}\n\n",
        json!({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
    )
}

const SSE: &str = "text/event-stream; charset=utf-8";

#[tokio::test]
async fn words_come_as_they_are_said_and_the_end_says_why() {
    let stream = [
        ": keep-alive\n\n".to_owned(),
        event(json!({"role": "assistant", "content": ""}), None),
        event(json!({"content": "של"}), None),
        event(json!({"content": "ום"}), None),
        event(json!({}), Some("stop")),
        "data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n".to_owned(),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat();
    let (_server, url) = answering(&stream, SSE).await;
    let found = deltas(url.clone(), CAUSE).await.expect("a stream");
    let text: String = found
        .iter()
        .flatten()
        .filter_map(|d| {
            if let ChatDelta::Text(t) = d {
                Some(t.as_str())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(text, "שלום");
    assert_eq!(
        found.last(),
        Some(&Ok(ChatDelta::End {
            tool_calls: vec![],
            finish: Finish::Stop
        }))
    );
    assert_eq!(
        found
            .iter()
            .filter(|d| !matches!(d, Ok(ChatDelta::Text(_))))
            .count(),
        1
    );
    let reply = ask(url).await.expect("streamed although not asked to");
    assert_eq!((reply.text.as_str(), reply.finish), ("שלום", Finish::Stop));
}

#[tokio::test]
async fn a_tool_call_in_pieces_is_put_together() {
    let piece = |p: Value| event(json!({"tool_calls": [p]}), None);
    let stream = [
        piece(json!({"index": 0, "id": "call_9", "type": "function", "function": {"name": "take_message", "arguments": ""}})),
        piece(json!({"index": 0, "function": {"arguments": "{\"te"}})),
        piece(json!({"index": 0, "function": {"arguments": "xt\":\"כן\"}"}})),
        piece(json!({"index": 1, "id": "call_10", "type": "function", "function": {"name": "take_message", "arguments": "{}"}})),
        event(json!({}), Some("tool_calls")),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat();
    let (_server, url) = answering(&stream, SSE).await;
    let found = deltas(url, CAUSE).await.expect("a stream");
    let Some(Ok(ChatDelta::End {
        tool_calls,
        finish: Finish::ToolCalls,
    })) = found.last()
    else {
        panic!("{found:?}")
    };
    assert_eq!(
        tool_calls.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(),
        ["call_9", "call_10"]
    );
    assert_eq!(tool_calls[0].arguments["text"], "כן");
}

#[tokio::test]
async fn a_whole_answer_to_a_streamed_question_is_understood() {
    let (_server, url) = answering(&whole(json!({"content": "שלום"}), "stop"), "application/json").await;
    let found = deltas(url, CAUSE).await.expect("a stream");
    assert_eq!(found.first(), Some(&Ok(ChatDelta::Text("שלום".to_owned()))));
    assert!(matches!(
        found.last(),
        Some(Ok(ChatDelta::End {
            finish: Finish::Stop,
            ..
        }))
    ));
}

#[tokio::test]
async fn a_stream_that_breaks_ends_with_an_error_after_its_words() {
    let said = event(json!({"content": "אני"}), None);
    let check = async |tail: &str, expected: &'static str| {
        let (_server, url) = answering(&format!("{said}{tail}"), SSE).await;
        let found = deltas(url, CAUSE).await.expect("a stream");
        assert_eq!(
            found.last(),
            Some(&Err(ProviderError::Garbage(expected))),
            "{tail}"
        );
    };
    check("", "the stream was cut short").await;
    check("data: <html>\n\n", "not the expected JSON in an event").await;
    check(
        "data: {\"error\":{\"message\":\"overloaded\"}}\n\n",
        "an error in the middle of a stream",
    )
    .await;
    let torn: &'static str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 500\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    let found = deltas(stub::raw(torn.as_bytes()).await, CAUSE)
        .await
        .expect("a stream");
    assert_eq!(
        found,
        [
            Ok(ChatDelta::Text("a".to_owned())),
            Err(ProviderError::Garbage("the body was cut short"))
        ]
    );
}

#[tokio::test]
async fn a_stream_that_stalls_is_a_timeout() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    let url = stub::stalling(format!("{head}{}", event(json!({"content": "רגע"}), None))).await;
    let found = deltas(
        url,
        Cause {
            time_limit: Duration::from_millis(300),
            ..CAUSE
        },
    )
    .await
    .expect("a stream");
    assert_eq!(
        found,
        [Ok(ChatDelta::Text("רגע".to_owned())), Err(ProviderError::Timeout)]
    );
}

#[tokio::test]
async fn refusals_come_before_any_word() {
    let (server, url) = stub::server().await;
    let limited = ResponseTemplate::new(429).insert_header("Retry-After", "1.5");
    Mock::given(any()).respond_with(limited).mount(&server).await;
    let expected = ProviderError::RetryAfter(Some(Duration::from_millis(1500)));
    assert_eq!(deltas(url.clone(), CAUSE).await, Err(expected.clone()));
    assert_eq!(ask(url).await, Err(expected));
}
