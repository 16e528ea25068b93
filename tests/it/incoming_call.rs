//! Somebody rings: greeted at once, whoever they are, and only the carrier may say that they do.

use crate::call::Call;
use crate::parties::TOKEN;
use crate::world::{PUBLIC_HOST, World};

#[tokio::test]
async fn a_caller_is_greeted_and_listened_to() {
    let world = World::new().await;
    let engine = world.engine();
    let answer = Call::new(1).ring(&engine).await;
    answer.assert_spoken();
    assert_eq!(
        answer.names(),
        "Play Pause Record Play Record Play Play Record Play Hangup",
        "the greeting, listening, and what a silent caller hears"
    );
    assert!(
        answer
            .body
            .contains(&format!("{PUBLIC_HOST}/static/voice_responses/"))
    );
    assert_eq!(
        world
            .count("SELECT count(*) FROM calls WHERE business_id IS NOT NULL")
            .await,
        1
    );
}

#[tokio::test]
async fn the_greeting_of_the_business_is_synthesised_ahead_and_played() {
    let world = World::new().await;
    let engine = world.engine();
    world
        .eventually("SELECT greeting IS NOT NULL FROM businesses")
        .await;
    // The directory follows by itself.
    let mut found = false;
    for call in 0..100 {
        let answer = Call::new(call).ring(&engine).await;
        found = answer.body.contains("/greeting.mp3");
        if found {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(found, "the greeting is played once it is there");
    let id = world.count("SELECT id FROM businesses").await;
    for prefix in ["/static", "/server/static"] {
        let audio = engine
            .get(&format!("{prefix}/voice_responses/{id}/greeting.mp3"))
            .await;
        assert_eq!(audio.status(), 200);
        assert_eq!(
            audio.headers()["content-type"],
            "audio/wav",
            "the type is what the bytes are"
        );
        assert_eq!(
            audio.headers()["cache-control"],
            "no-cache",
            "its name stays while its sound changes"
        );
        assert!(audio.headers().contains_key("etag"));
        assert!(audio.bytes().await.is_ok_and(|bytes| bytes.starts_with(b"RIFF")));
    }
}

#[tokio::test]
async fn a_forged_signature_is_refused_and_leaves_no_trace() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    let form = vec![
        ("CallSid".to_owned(), call.sid.clone()),
        ("To".into(), "+97237654321".into()),
    ];
    let good = simulator::signature::form(TOKEN, &format!("{PUBLIC_HOST}/webhook/incoming_call"), &form);
    for signature in [
        "",
        "AAAA",
        &good.to_lowercase(),
        &simulator::signature::form("other", PUBLIC_HOST, &form),
    ] {
        let answer = engine
            .post_signed("/webhook/incoming_call", &form, signature)
            .await;
        assert_eq!(answer.status, 403, "{signature:?}");
        assert!(
            answer.body.contains("\"error\":\"bad_signature\""),
            "{}",
            answer.body
        );
    }
    let mut changed = form.clone();
    changed[1].1 = "+97239999999".into();
    assert_eq!(
        engine
            .post_signed("/webhook/incoming_call", &changed, &good)
            .await
            .status,
        403
    );
    assert_eq!(world.count("SELECT count(*) FROM webhook_events").await, 0);
}

#[tokio::test]
async fn during_a_rotation_both_tokens_sign() {
    let mut world = World::new().await;
    world.set("TWILIO_AUTH_TOKEN_NEXT", "the-next-token");
    let engine = world.engine();
    let form = vec![
        ("CallSid".to_owned(), Call::new(1).sid),
        ("AccountSid".into(), crate::parties::ACCOUNT.into()),
        ("To".into(), "+97237654321".into()),
    ];
    for token in [TOKEN, "the-next-token"] {
        let signature =
            simulator::signature::form(token, &format!("{PUBLIC_HOST}/webhook/incoming_call"), &form);
        assert_eq!(
            engine
                .post_signed("/webhook/incoming_call", &form, &signature)
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn a_number_that_belongs_to_nobody_takes_a_message() {
    let world = World::new().await;
    let engine = world.engine();
    let form = [
        ("CallSid", "CA00000000000000000000000000000009"),
        ("AccountSid", crate::parties::ACCOUNT),
        ("From", "anonymous"),
        ("To", "+97230000000"),
    ];
    let answer = engine.post("/webhook/incoming_call", &form).await;
    answer.assert_spoken();
    assert!(answer.body.contains("message=1"));
}

#[tokio::test]
async fn statuses_by_post_and_get_end_in_one_true_state() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    for status in ["completed", "ringing", "in-progress", "completed"] {
        assert_eq!(call.status(&engine, status).await.status, 200);
    }
    let path = format!(
        "/webhook/call_status?CallSid={}&AccountSid={}&CallStatus=ringing",
        call.sid,
        crate::parties::ACCOUNT
    );
    let signature = simulator::signature::get(TOKEN, &format!("{PUBLIC_HOST}{path}"));
    let client = reqwest::Client::new();
    let answer = client
        .get(format!("{}{path}", engine.base))
        .header("x-twilio-signature", signature);
    assert_eq!(engine.send(answer).await.status, 200);
    assert_eq!(
        world.count("SELECT status_rank::bigint FROM calls").await,
        8,
        "completed"
    );
    assert_eq!(world.count("SELECT duration_s::bigint FROM calls").await, 31);
}
