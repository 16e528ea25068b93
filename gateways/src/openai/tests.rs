//! Contracts of the OpenAI-compatible clients against stand-ins: what is sent, and what every answer means.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use url::Url;
use wiremock::matchers::{any, body_partial_json, body_string_contains, header, header_regex, method, path};
use wiremock::{Mock, ResponseTemplate};

use super::*;
use crate::provider::{AudioFormat, Cause, ProviderError, Sound};
use crate::stub;

pub(super) const CAUSE: Cause<'static> = Cause {
    request_id: "req-7",
    time_limit: Duration::from_secs(5),
};

pub(super) fn endpoint(base_url: Url) -> Endpoint {
    Endpoint {
        base_url,
        api_key: Some(SecretString::from("sk-secret")),
        model: "model-1".to_owned(),
    }
}

async fn transcribe(url: Url, cause: Cause<'_>) -> Result<Transcript, ProviderError> {
    let request = TranscriptionRequest {
        wav: Bytes::from_static(b"RIFFwav"),
        language: "he",
        prompt: Some("נדל\"ן"),
    };
    Transcription::new(endpoint(url))
        .expect("a client")
        .transcribe(request, cause)
        .await
}

async fn speak(url: Url, wav: bool) -> Result<Sound, ProviderError> {
    let request = SpeechRequest {
        text: "שלום",
        voice: "alloy",
        instructions: None,
        wav,
    };
    Speech::new(endpoint(url))
        .expect("a client")
        .synthesise(request, CAUSE)
        .await
}

async fn transcribed(template: ResponseTemplate, cause: Cause<'_>) -> Result<Transcript, ProviderError> {
    let (server, url) = stub::server().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    transcribe(url, cause).await
}

#[tokio::test]
async fn a_recording_is_sent_as_a_named_wav_file_and_its_text_comes_back() {
    let (server, url) = stub::server().await;
    Mock::given(method("POST"))
        .and(path("/v1/audio/transcriptions"))
        .and(header("Authorization", "Bearer sk-secret"))
        .and(header("X-Request-ID", "req-7"))
        .and(header_regex("content-type", "^multipart/form-data; boundary="))
        .and(body_string_contains(
            "name=\"file\"; filename=\"recording.wav\"\r\nContent-Type: audio/wav",
        ))
        .and(body_string_contains("name=\"model\"\r\n\r\nmodel-1"))
        .and(body_string_contains("name=\"language\"\r\n\r\nhe"))
        .and(body_string_contains("name=\"response_format\"\r\n\r\njson"))
        .and(body_string_contains("נדל\"ן"))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!({"text": " שלום, אני מחפש דירה \n", "usage": {"type": "x"}})),
        )
        .expect(1)
        .mount(&server)
        .await;
    let transcript = transcribe(url, CAUSE).await.expect("a transcript");
    assert_eq!(transcript.text, "שלום, אני מחפש דירה");
}

#[tokio::test]
async fn a_base_with_a_path_is_taken_as_it_is() {
    for (base, expected) in [
        ("", "/v1"),
        ("/", "/v1"),
        ("/v1", "/v1"),
        ("/openai/v1/", "/openai/v1"),
    ] {
        let (server, url) = stub::server().await;
        Mock::given(path(format!("{expected}/audio/transcriptions")))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"text": "כן"})))
            .expect(1)
            .mount(&server)
            .await;
        let url = if base.is_empty() {
            url
        } else {
            url.join(base).expect("url")
        };
        assert!(transcribe(url, CAUSE).await.is_ok(), "{base}");
    }
}

#[tokio::test]
async fn every_refusal_says_what_to_do_next() {
    let error = |code: &str| json!({"error": {"message": "said: סודי", "type": "t_x", "code": code}});
    let check = async |template: ResponseTemplate, expected: ProviderError| {
        assert_eq!(transcribed(template, CAUSE).await, Err(expected));
    };
    let limited = ResponseTemplate::new(429)
        .insert_header("Retry-After", "3")
        .set_body_json(error("rate_limit_exceeded"));
    check(limited, ProviderError::RetryAfter(Some(Duration::from_secs(3)))).await;
    let broke = ResponseTemplate::new(429).set_body_json(error("insufficient_quota"));
    check(broke, ProviderError::Credentials).await;
    check(ResponseTemplate::new(500), ProviderError::RetryAfter(None)).await;
    check(
        ResponseTemplate::new(503).set_body_string("<html>busy</html>"),
        ProviderError::RetryAfter(None),
    )
    .await;
    check(
        ResponseTemplate::new(401).set_body_json(error("invalid_api_key")),
        ProviderError::Credentials,
    )
    .await;
    check(ResponseTemplate::new(403), ProviderError::Credentials).await;
    let unknown = ResponseTemplate::new(404).set_body_json(error("model_not_found"));
    check(
        unknown,
        ProviderError::Refused("HTTP 404 model_not_found".to_owned()),
    )
    .await;
    check(
        ResponseTemplate::new(400).set_body_json(error("no identifier")),
        ProviderError::Refused("HTTP 400 t_x".to_owned()),
    )
    .await;
    check(
        ResponseTemplate::new(302).insert_header("Location", "/x"),
        ProviderError::Refused("HTTP 302".to_owned()),
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_is_not_what_was_promised_is_garbage() {
    let garbage = Err(ProviderError::Garbage("not the expected JSON"));
    let html = ResponseTemplate::new(200).set_body_raw("<html>Welcome</html>", "text/html");
    assert_eq!(transcribed(html, CAUSE).await, garbage);
    assert_eq!(
        transcribed(
            ResponseTemplate::new(200).set_body_json(json!({"txt": "x"})),
            CAUSE
        )
        .await,
        garbage
    );
    assert_eq!(
        transcribed(
            ResponseTemplate::new(200).set_body_json(json!({"text": null})),
            CAUSE
        )
        .await,
        garbage
    );
    assert_eq!(transcribed(ResponseTemplate::new(200), CAUSE).await, garbage);
    let large = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 1024 * 1024 + 1]);
    assert_eq!(
        transcribed(large, CAUSE).await,
        Err(ProviderError::Garbage("larger than allowed"))
    );
}

#[tokio::test]
async fn silence_beyond_the_limit_is_a_timeout_before_and_within_the_body() {
    let short = Cause {
        time_limit: Duration::from_millis(150),
        ..CAUSE
    };
    let late = ResponseTemplate::new(200)
        .set_body_json(json!({"text": "x"}))
        .set_delay(Duration::from_secs(3));
    assert_eq!(transcribed(late, short).await, Err(ProviderError::Timeout));
    let url = stub::stalling("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"text\"".to_owned()).await;
    assert_eq!(transcribe(url, short).await, Err(ProviderError::Timeout));
}

#[tokio::test]
async fn half_an_answer_and_no_answer_are_told_apart() {
    let half = stub::raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"text\":").await;
    assert_eq!(
        transcribe(half, CAUSE).await,
        Err(ProviderError::Garbage("the body was cut short"))
    );
    assert_eq!(
        transcribe(stub::nobody().await, CAUSE).await,
        Err(ProviderError::Unreachable)
    );
    let nonsense = stub::raw(b"220 smtp ready\r\n").await;
    assert_eq!(transcribe(nonsense, CAUSE).await, Err(ProviderError::Unreachable));
}

#[tokio::test]
async fn speech_is_asked_for_as_samples_or_as_a_file() {
    for (wav, name, body, format) in [
        (
            false,
            "pcm",
            &b"\x01\x00\x02\x00"[..],
            AudioFormat::Pcm16 { sample_rate: 24_000 },
        ),
        (
            true,
            "wav",
            &b"RIFF\x04\x00\x00\x00WAVEfmt "[..],
            AudioFormat::Wav,
        ),
        (
            false,
            "pcm",
            &b"RIFF\x04\x00\x00\x00WAVEfmt "[..],
            AudioFormat::Wav,
        ),
    ] {
        let (server, url) = stub::server().await;
        let expected =
            json!({"model": "model-1", "input": "שלום", "voice": "alloy", "response_format": name});
        Mock::given(path("/v1/audio/speech"))
            .and(body_partial_json(expected))
            .and(header("X-Request-ID", "req-7"))
            .respond_with(ResponseTemplate::new(200).set_body_raw(body, "audio/pcm"))
            .mount(&server)
            .await;
        assert_eq!(
            speak(url, wav).await,
            Ok(Sound {
                bytes: Bytes::copy_from_slice(body),
                format
            })
        );
    }
}

#[tokio::test]
async fn what_is_not_sound_is_never_played_as_sound() {
    let answers: [(&[u8], &str); 7] = [
        (b"{\"error\":{}}", "application/json"),
        (b"<html>", "text/html; charset=utf-8"),
        (b"", "audio/pcm"),
        (b"\x01\x02\x03", "audio/pcm"),
        (b"ID3\x03", "audio/pcm"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"OggS", "application/octet-stream"),
    ];
    for (body, kind) in answers {
        let (server, url) = stub::server().await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(200).set_body_raw(body, kind))
            .mount(&server)
            .await;
        assert!(
            matches!(speak(url, false).await, Err(ProviderError::Garbage(_))),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_text_beyond_the_interface_is_refused_before_it_is_sent() {
    let speech = Speech::new(endpoint(stub::nobody().await)).expect("a client");
    let text = "א".repeat(4097);
    let request = SpeechRequest {
        text: &text,
        voice: "v",
        instructions: None,
        wav: false,
    };
    assert!(matches!(
        speech.synthesise(request, CAUSE).await,
        Err(ProviderError::Refused(_))
    ));
}

#[test]
fn the_key_is_in_no_debug_output() {
    stub::ring();
    let endpoint = endpoint(Url::parse("http://127.0.0.1:1").expect("url"));
    let shown = format!(
        "{endpoint:?} {:?}",
        Chat::new(endpoint.clone()).expect("a client")
    );
    assert!(!shown.contains("sk-secret"), "{shown}");
}
