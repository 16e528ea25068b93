//! Recordings as work: one worker at a time, the newest claim alone writes, nobody starves.

use super::*;
use domain::ids::AudioHash;
use std::time::Duration;
use store::StoreError;
use store::recordings::{
    Downloaded, End, MadeSpeech, Progress, Release, Replied, Synthesised, Transcribed, Validated, Worker,
};

fn worker(node: &str, incarnation: &str) -> Worker {
    Worker {
        node: node.into(),
        incarnation: incarnation.into(),
    }
}

const LEASE: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(50);

fn transcribed(text: &str) -> Progress {
    Progress {
        transcribed: Some(Transcribed {
            text: text.into(),
            by: "test".into(),
            took_ms: 1,
        }),
        ..Progress::default()
    }
}

fn downloaded() -> Progress {
    Progress {
        downloaded: Some(Downloaded {
            audio: AudioHash([1; 32]),
            wav: b"RIFF".as_slice().into(),
            millis: 10,
            took_ms: 1,
        }),
        ..Progress::default()
    }
}

#[tokio::test]
async fn of_many_claimers_one_wins() {
    let (store, _) = store();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let (sid, worker) = (recording_sid(1), worker("a", "1"));
    let claims = (0..20).map(|_| store.claim_recording(&sid, &worker, LEASE));
    let won = futures_util::future::join_all(claims)
        .await
        .into_iter()
        .filter(|c| matches!(c, Ok(Some(_))))
        .count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn an_overtaken_worker_writes_nothing() {
    let (store, _) = store();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let sid = recording_sid(1);
    let slow = store
        .claim_recording(&sid, &worker("a", "1"), SHORT)
        .await
        .unwrap()
        .unwrap();
    tokio::time::sleep(SHORT * 3).await;
    let next = store
        .claim_recording(&sid, &worker("b", "1"), LEASE)
        .await
        .unwrap()
        .unwrap();
    assert!(next.claim_no > slow.claim_no);
    let stale = store.checkpoint(&sid, slow.claim_no, &transcribed("old")).await;
    assert!(matches!(stale, Err(StoreError::Fenced)), "{stale:?}");
    assert!(matches!(
        store.end_recording(&sid, slow.claim_no, End::Done).await,
        Err(StoreError::Fenced)
    ));
    store
        .checkpoint(&sid, next.claim_no, &transcribed("new"))
        .await
        .unwrap();
    store.end_recording(&sid, next.claim_no, End::Done).await.unwrap();
    let after = store.checkpoint(&sid, next.claim_no, &transcribed("again")).await;
    assert!(
        matches!(after, Err(StoreError::Fenced)),
        "an ended recording is not written to"
    );
}

fn replied(dialogue: serde_json::Value) -> Replied {
    Replied {
        text: "בשמחה".into(),
        then: "listen",
        understood: true,
        intent: Some("buy".into()),
        by: "rules".into(),
        took_ms: 1,
        dialogue,
    }
}

fn spoken(audio: u8) -> Synthesised {
    Synthesised {
        audio: Some(AudioHash([audio; 32])),
        made: Some(MadeSpeech {
            key: [9; 32],
            wav: vec![audio; 4].into(),
            millis: 10,
        }),
        by: "tts".into(),
        took_ms: 1,
    }
}

#[tokio::test]
async fn a_whole_recording_is_kept_in_one_commit_and_of_one_sentence_the_first_sound_stands() {
    let (store, url) = store();
    let client = cluster::client(&url).await;
    for n in [1, 2] {
        store.inbox.take(recording(n, n, 1), LIMIT).await.unwrap();
        let (sid, worker) = (recording_sid(n), worker("a", "1"));
        let claim = store
            .claim_recording(&sid, &worker, LEASE)
            .await
            .unwrap()
            .unwrap();
        let whole = Progress {
            validated: Some(Validated {
                audio_ms: 900,
                speech_ms: 500,
            }),
            replied: Some(replied(serde_json::json!({ "turn": n }))),
            synthesised: Some(spoken(u8::try_from(n + 1).unwrap())),
            done: true,
            ..downloaded()
        };
        let whole = Progress {
            transcribed: transcribed("שלום").transcribed,
            ..whole
        };
        let standing = store.checkpoint(&sid, claim.claim_no, &whole).await.unwrap();
        assert_eq!(standing, Some(AudioHash([2; 32])), "the sound of the first one");
        let row = client
            .query_one(
                "SELECT r.state, r.reply, r.finished_at IS NOT NULL AND r.lease_until IS NULL, c.dialogue, c.dialogue_turn
                 FROM recordings r JOIN calls c USING (call_sid) WHERE recording_sid = $1",
                &[&sid],
            )
            .await
            .unwrap();
        assert_eq!(row.get::<_, &str>(0), "done");
        assert_eq!(row.get::<_, &str>(1), "בשמחה");
        assert!(row.get::<_, bool>(2), "it is finished and nobody's");
        assert_eq!(
            row.get::<_, serde_json::Value>(3),
            serde_json::json!({ "turn": n })
        );
        assert_eq!(row.get::<_, i16>(4), 1);
    }
    let cached = store.cached_speech(&[9; 32]).await.unwrap();
    assert_eq!(cached, Some((AudioHash([2; 32]), "tts".into())));
}

#[tokio::test]
async fn what_ends_late_has_its_call_wrapped_up_again_and_an_older_turn_changes_no_conversation() {
    let (store, url) = store();
    let client = cluster::client(&url).await;
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let sid = recording_sid(1);
    client
        .execute(
            "UPDATE calls SET wrapped_at = now(), dialogue_turn = 5, dialogue = '\"newer\"'",
            &[],
        )
        .await
        .unwrap();
    let claim = store
        .claim_recording(&sid, &worker("a", "1"), LEASE)
        .await
        .unwrap()
        .unwrap();
    let late = Progress {
        replied: Some(replied(serde_json::json!("older"))),
        done: true,
        ..Progress::default()
    };
    store.checkpoint(&sid, claim.claim_no, &late).await.unwrap();
    let row = client
        .query_one(
            "SELECT wrapped_at IS NULL, dialogue, dialogue_turn FROM calls",
            &[],
        )
        .await
        .unwrap();
    assert!(row.get::<_, bool>(0));
    assert_eq!(row.get::<_, serde_json::Value>(1), serde_json::json!("newer"));
    assert_eq!(row.get::<_, i16>(2), 5);
}

#[tokio::test]
async fn stages_are_kept_and_found_by_the_next_worker() {
    let (store, _) = store();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let sid = recording_sid(1);
    let first = store
        .claim_recording(&sid, &worker("a", "1"), SHORT)
        .await
        .unwrap()
        .unwrap();
    store
        .checkpoint(&sid, first.claim_no, &downloaded())
        .await
        .unwrap();
    store
        .checkpoint(&sid, first.claim_no, &transcribed("שלום"))
        .await
        .unwrap();
    tokio::time::sleep(SHORT * 3).await;
    let second = store
        .claim_recording(&sid, &worker("b", "1"), LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(second.transcript.as_deref(), Some("שלום"));
    assert_eq!(second.audio, Some(AudioHash([1; 32])));
    assert_eq!(
        second.attempt, 2,
        "an attempt is spent at the claim, so a killer of processes is not tried for ever"
    );
    assert_eq!(
        store.media(AudioHash([1; 32])).await.unwrap().unwrap().bytes,
        b"RIFF"
    );
}

#[tokio::test]
async fn an_engine_that_starts_again_frees_what_its_earlier_life_held() {
    let (store, _) = store();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    store.inbox.take(recording(2, 2, 1), LIMIT).await.unwrap();
    store
        .claim_recording(&recording_sid(1), &worker("a", "1"), LEASE)
        .await
        .unwrap()
        .unwrap();
    store
        .claim_recording(&recording_sid(2), &worker("b", "1"), LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(store.node_started(&worker("a", "2")).await.unwrap(), 1);
    let again = store
        .claim_recording(&recording_sid(1), &worker("a", "2"), LEASE)
        .await
        .unwrap();
    assert!(again.is_some());
    let other = store
        .claim_recording(&recording_sid(2), &worker("a", "2"), LEASE)
        .await
        .unwrap();
    assert!(other.is_none(), "another engine's lease holds");
}

#[tokio::test]
async fn a_heartbeat_prolongs_and_a_released_recording_waits_its_time() {
    let (store, _) = store();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let (sid, a) = (recording_sid(1), worker("a", "1"));
    let claim = store.claim_recording(&sid, &a, SHORT).await.unwrap().unwrap();
    assert_eq!(
        store
            .prolong_leases(&a, &[(sid.clone(), claim.claim_no)], LEASE)
            .await
            .unwrap(),
        1
    );
    tokio::time::sleep(SHORT * 3).await;
    assert!(store.claim_recording(&sid, &a, LEASE).await.unwrap().is_none());
    store
        .release_recording(
            &sid,
            claim.claim_no,
            Release {
                wait: LEASE,
                why: "503",
                spent: true,
            },
        )
        .await
        .unwrap();
    assert!(
        store.claim_recording(&sid, &a, LEASE).await.unwrap().is_none(),
        "it is not due yet"
    );
}

#[tokio::test]
async fn an_attempt_that_was_not_made_is_given_back() {
    let (store, _) = store();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let (sid, a) = (recording_sid(1), worker("a", "1"));
    let claim = store.claim_recording(&sid, &a, LEASE).await.unwrap().unwrap();
    store
        .release_recording(
            &sid,
            claim.claim_no,
            Release {
                wait: Duration::ZERO,
                why: "stopping",
                spent: false,
            },
        )
        .await
        .unwrap();
    let next = store.claim_recording(&sid, &a, LEASE).await.unwrap().unwrap();
    assert_eq!(
        (next.attempt, next.claim_no),
        (1, 2),
        "the budget is given back, the fence is not"
    );
}

#[tokio::test]
async fn the_sweep_is_fair_between_businesses() {
    let (store, _) = store();
    for n in 0..10 {
        store
            .inbox
            .take(
                Event {
                    business: Some(BusinessId(1)),
                    ..recording(n, n, 1)
                },
                LIMIT,
            )
            .await
            .unwrap();
    }
    store
        .inbox
        .take(
            Event {
                business: Some(BusinessId(2)),
                ..recording(50, 50, 1)
            },
            LIMIT,
        )
        .await
        .unwrap();
    let claimed = store
        .claim_due_recordings(&worker("a", "1"), LEASE, 8, 3)
        .await
        .unwrap();
    let of = |id| {
        claimed
            .iter()
            .filter(|c| c.business == Some(BusinessId(id)))
            .count()
    };
    assert_eq!((of(1), of(2)), (3, 1));
    let more = store
        .claim_due_recordings(&worker("b", "1"), LEASE, 8, 3)
        .await
        .unwrap();
    assert!(
        more.is_empty(),
        "the share counts what other engines hold: {more:?}"
    );
}

#[tokio::test]
async fn two_sweeps_at_once_never_claim_the_same() {
    let (store, _) = store();
    for n in 0..40 {
        store
            .inbox
            .take(
                Event {
                    business: Some(BusinessId(n.into())),
                    ..recording(n, n, 1)
                },
                LIMIT,
            )
            .await
            .unwrap();
    }
    let (one, two) = (worker("a", "1"), worker("b", "1"));
    let (one, two) = tokio::join!(
        store.claim_due_recordings(&one, LEASE, 20, 8),
        store.claim_due_recordings(&two, LEASE, 20, 8),
    );
    let sids = |claimed: Vec<store::recordings::Claimed>| claimed.into_iter().map(|c| c.recording_sid);
    let all: Vec<String> = sids(one.unwrap()).chain(sids(two.unwrap())).collect();
    let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(all.len(), distinct.len());
}

#[tokio::test]
async fn a_recording_known_only_by_its_status_callback_finds_its_business() {
    let (store, _) = store();
    store
        .inbox
        .take(
            Event {
                business: Some(BusinessId(7)),
                ..event("incoming_call", 1)
            },
            LIMIT,
        )
        .await
        .unwrap();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let claimed = store
        .claim_recording(&recording_sid(1), &worker("a", "1"), LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(claimed.business, Some(BusinessId(7)));
}

#[tokio::test]
async fn the_first_answer_after_a_turn_stands() {
    let (store, _) = store();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let answer = |text: &str| store::turn_answers::TurnAnswer {
        call_sid: call_sid(1),
        turn: 1,
        answer: text.into(),
    };
    assert_eq!(
        store.turn_answers.settle(answer("first"), LIMIT).await.unwrap(),
        "first"
    );
    assert_eq!(
        store.turn_answers.settle(answer("second"), LIMIT).await.unwrap(),
        "first"
    );
    let unknown = store::turn_answers::TurnAnswer {
        turn: 9,
        ..answer("nobody's")
    };
    assert_eq!(
        store.turn_answers.settle(unknown, LIMIT).await.unwrap(),
        "nobody's"
    );
}
