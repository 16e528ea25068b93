//! The engine behind nginx, as it is deployed: TLS, signatures, the long poll, WebSockets, audio and
//! its caching, limits that never touch the carrier, and no POST sent twice.

use crate::call::Call;
use crate::nginx_process::{Nginx, Upstream};
use crate::parties::{ACCOUNT, Manner};
use crate::world::{BUSINESS, CALLER, EngineProcess, PUBLIC_HOST, World};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn in_front_of(engine: &EngineProcess) -> Nginx {
    Nginx::in_front_of(&[engine.base.trim_start_matches("http://")])
}

fn form<'a>(call: &'a Call, status: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("AccountSid", ACCOUNT),
        ("CallSid", &call.sid),
        ("CallStatus", status),
        ("From", CALLER),
        ("To", BUSINESS),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_served_over_tls_under_one_name_and_figures_are_not() {
    let world = World::new().await;
    let engine = world.engine();
    let nginx = in_front_of(&engine);
    let health = nginx
        .get("/health")
        .header("x-request-id", "story-0001")
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), 200);
    assert_eq!(health.headers()["x-request-id"], "story-0001");
    assert!(health.headers().contains_key("x-revision"));
    let strict: Vec<_> = health
        .headers()
        .get_all("strict-transport-security")
        .iter()
        .collect();
    assert_eq!(strict.len(), 1, "{strict:?}");
    assert_eq!(health.text().await.unwrap(), "{\"ok\":true}");
    assert_eq!(nginx.get("/metrics").send().await.unwrap().status(), 404);

    let plain = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let moved = plain
        .get(format!("http://{}/calls?page=2", nginx.http))
        .send()
        .await
        .unwrap();
    assert_eq!(moved.status(), 308);
    assert_eq!(moved.headers()["location"], format!("{PUBLIC_HOST}/calls?page=2"));
    let proof = plain.get(format!("http://{}/.well-known/acme-challenge/proof", nginx.http));
    assert_eq!(proof.send().await.unwrap().text().await.unwrap(), "proven");
    let other_name = nginx
        .client
        .get(format!("https://localhost:{}/health", nginx.https.port()));
    assert!(
        other_name.send().await.is_err(),
        "another name gets no certificate"
    );
    assert!(nginx.access_log().contains("\"request_id\":\"story-0001\""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_call_passes_and_its_long_poll_is_held_until_the_reply() {
    let world = World::new().await;
    let engine = world.engine();
    let nginx = in_front_of(&engine);
    let call = Call::new(1);
    let send = |request| engine.send(request);
    let answer = send(nginx.signed("/webhook/incoming_call", &form(&call, "ringing"))).await;
    answer.assert_spoken();
    let forged = nginx.signed("/webhook/incoming_call?x=1", &form(&call, "ringing"));
    let forged = forged.header("x-forwarded-host", "evil.example").build().unwrap();
    let mut other = forged.try_clone().unwrap();
    *other.url_mut() = format!("{PUBLIC_HOST}/webhook/incoming_call?x=2")
        .parse()
        .unwrap();
    assert_eq!(nginx.client.execute(forged).await.unwrap().status(), 200);
    assert_eq!(
        nginx.client.execute(other).await.unwrap().status(),
        403,
        "the query is signed"
    );

    let recording = call.recording(1);
    // The carrier has the recording a little later: the caller's request waits for it.
    world.parties.recording_is(&recording, Manner::NotYet(2));
    let mut spoken = form(&call, "in-progress");
    spoken.extend([("RecordingSid", recording.as_str()), ("RecordingDuration", "4")]);
    send(nginx.signed("/webhook/handle_recording?turn=1", &spoken))
        .await
        .assert_spoken();
    let mut held = None;
    for wait in 0..=5 {
        let path = format!("/webhook/next_turn?turn=1&wait={wait}");
        let answer = send(nginx.signed(&path, &form(&call, "in-progress"))).await;
        answer.assert_spoken_late();
        if !answer.body.contains("/webhook/next_turn?") {
            held = Some(answer);
            break;
        }
    }
    let held = held.expect("the reply comes");
    assert!(held.names().starts_with("Play Record"), "{}", held.names());

    let url = held
        .body
        .split("<Play>")
        .nth(1)
        .and_then(|rest| rest.split("</Play>").next())
        .unwrap();
    let path = url
        .strip_prefix(PUBLIC_HOST)
        .expect("the address that the carrier is given");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let audio = nginx.get(path).send().await.unwrap();
        assert_eq!(audio.status(), 200);
        assert_eq!(audio.headers()["content-type"], "audio/wav");
        assert_eq!(
            audio.headers()["cache-control"],
            "public, max-age=31536000, immutable"
        );
        assert!(audio.headers().contains_key("etag"));
        ids.push(audio.headers()["x-request-id"].clone());
        assert!(audio.bytes().await.unwrap().starts_with(b"RIFF"));
    }
    assert_ne!(ids[0], ids[1], "each request has its own id, also from the cache");
    let business = path.split('/').nth(3).unwrap();
    for _ in 0..2 {
        let greeting = nginx.get(&format!("/static/voice_responses/{business}/welcome.mp3"));
        let greeting = greeting.send().await.unwrap();
        assert_eq!(greeting.headers()["content-type"], "audio/wav");
        assert_eq!(greeting.headers()["cache-control"], "no-cache");
    }
    assert_eq!(
        nginx.access_log().matches("\"cache\":\"HIT\"").count(),
        1,
        "{}",
        nginx.access_log()
    );
    assert!(
        !nginx.access_log().contains(&CALLER[1..]),
        "the log has no number of a caller"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_limited_by_address_and_refusals_have_the_one_shape() {
    let world = World::new().await;
    let engine = world.engine();
    let nginx = in_front_of(&engine);
    let check = async |path: &str, bytes: usize, refused: bool| {
        let sent = nginx
            .post(path)
            .body(vec![b'x'; bytes])
            .send()
            .await
            .expect("an answer");
        assert_eq!(sent.status() == 413, refused, "{path} {bytes}: {}", sent.status());
        if refused {
            let id = sent.headers()["x-request-id"].to_str().unwrap().to_owned();
            let body: serde_json::Value = sent.json().await.unwrap();
            assert_eq!(body["error"], "too_large");
            assert_eq!(body["request_id"], id);
        }
    };
    check("/webhook/incoming_call", 60 * 1024, false).await;
    check("/webhook/incoming_call", 70 * 1024, true).await;
    check("/api/businesses", 300 * 1024, true).await;
    check("/auth/login", 300 * 1024, true).await;
    check("/api/business/greeting", 7 * 1024 * 1024, true).await;
    check("/api/business/greeting", 1024 * 1024, false).await;
    engine.stop();
    let away = nginx.get("/api/health").send().await.unwrap();
    assert_eq!(away.status(), 503);
    assert_eq!(
        away.json::<serde_json::Value>().await.unwrap()["error"],
        "unavailable"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_is_slowed_down_and_the_carrier_never() {
    let upstream = Upstream::start().await;
    let nginx = Nginx::in_front_of(&[&upstream.address]);
    let mut refused = 0;
    for n in 0..60 {
        let forged = format!("10.0.0.{n}");
        let answer = nginx
            .post("/auth/login")
            .header("x-forwarded-for", forged)
            .body("{}")
            .send()
            .await
            .unwrap();
        if answer.status() == 429 {
            refused += 1;
            assert!(answer.headers().contains_key("retry-after"));
            assert_eq!(
                answer.json::<serde_json::Value>().await.unwrap()["error"],
                "rate_limited"
            );
        }
    }
    assert!(refused >= 40, "{refused} of 60, whatever address they claim");
    let webhooks = (0..300).map(|_| nginx.post("/webhook/incoming_call").body("a=b").send());
    let answers = futures_util::future::join_all(webhooks).await;
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.is_ok_and(|a| a.status() == 200))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_client_says_of_itself_is_overwritten() {
    let upstream = Upstream::start().await;
    let nginx = Nginx::in_front_of(&[&upstream.address]);
    let request = nginx
        .get("/api/health")
        .header("x-forwarded-for", "198.51.100.7")
        .header("x-real-ip", "198.51.100.7")
        .header("x-forwarded-proto", "http")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "for=198.51.100.7;host=evil.example")
        .header("x-request-id", "not fit for a log")
        .header("upgrade", "h2c")
        .header("connection", "Upgrade");
    let answer = request.send().await.unwrap();
    assert_eq!(
        answer.headers()["strict-transport-security"],
        "max-age=63072000; includeSubDomains"
    );
    let head = upstream.heads().remove(0);
    for line in [
        "x-forwarded-for: 127.0.0.1",
        "x-real-ip: 127.0.0.1",
        "x-forwarded-proto: https",
        "x-forwarded-host: calls.example.co.il",
        "host: calls.example.co.il",
    ] {
        assert!(head.lines().any(|l| l == line), "{line} in\n{head}");
    }
    for word in ["198.51.100.7", "evil.example", "not fit", "h2c", "upgrade"] {
        assert!(!head.contains(word), "{word} in\n{head}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_websocket_is_upgraded_and_carries_both_ways() {
    let upstream = Upstream::start().await;
    let nginx = Nginx::in_front_of(&[&upstream.address]);
    for path in ["/ws?ticket=t", "/media", "/media/CA1"] {
        let asked = nginx
            .get(path)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 101, "{path}");
        let mut socket = answer.upgrade().await.unwrap();
        for frame in [&b"one"[..], b"two"] {
            socket.write_all(frame).await.unwrap();
            let mut echoed = [0; 3];
            let read = tokio::time::timeout(Duration::from_secs(10), socket.read_exact(&mut echoed));
            read.await.expect("at once").unwrap();
            assert_eq!(echoed, *frame);
        }
        let head = upstream.heads().pop().unwrap();
        assert!(
            head.contains("\nupgrade: websocket") && head.contains("sec-websocket-key"),
            "{head}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_was_sent_is_never_sent_again() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    let nginx = Nginx::in_front_of(&[&one.address, &two.address]);
    for _ in 0..8 {
        // Connections that are kept open: a retry over these is what one forgets.
        assert_eq!(nginx.get("/api/health").send().await.unwrap().status(), 200);
    }
    for path in ["/webhook/die", "/api/die", "/auth/die"] {
        let answer = nginx.post(path).body("a=b").send().await.unwrap();
        assert_eq!(answer.status(), 503, "the carrier goes to its fallback address");
        let heads: Vec<String> = one.heads().into_iter().chain(two.heads()).collect();
        let sent = heads
            .iter()
            .filter(|head| head.starts_with(&format!("post {path} ")))
            .count();
        assert_eq!(sent, 1, "{path}");
    }
    let gone = {
        std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
    };
    let nginx = Nginx::in_front_of(&[&gone.to_string(), &one.address]);
    for _ in 0..4 {
        let answer = nginx
            .post("/webhook/incoming_call")
            .body("a=b")
            .send()
            .await
            .unwrap();
        assert_eq!(
            answer.status(),
            200,
            "an engine that isn't there was sent nothing: the other one answers"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_commands_that_tell_whether_it_is_well_answer_as_the_page_says() {
    let page = include_str!("../../README-DEPLOY.md");
    let world = World::new().await;
    let engine = world.engine();
    let nginx = in_front_of(&engine);
    let commands: Vec<&str> = page.lines().filter(|line| line.starts_with("curl ")).collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        let (asked, expected) = command.split_once(" # ").expect("what must come");
        let url = asked
            .split_whitespace()
            .find(|word| word.starts_with("http"))
            .expect("an address");
        let method = if asked.contains("-X POST") { "POST" } else { "GET" };
        // Plain HTTP has another port here; the name is the page's.
        let url = url.replace("http://calls.example.co.il", &format!("http://{}", nginx.http));
        let answer = nginx
            .client
            .request(method.parse().unwrap(), url)
            .send()
            .await
            .unwrap();
        let (status, part) = expected.trim().split_once(' ').expect("a status and a part");
        assert_eq!(answer.status().as_u16().to_string(), status, "{command}");
        let head = format!("{:?}", answer.headers());
        let body = String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned();
        assert!(
            head.contains(part) || body.contains(part),
            "{command}\n{head}\n{body}"
        );
    }
}
