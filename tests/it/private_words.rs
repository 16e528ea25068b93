//! People and their words never reach the log at INFO: a call with a number, a name and words that
//! occur nowhere else, things going wrong on the way, and then every log is searched for them.

use crate::call::Call;
use crate::cluster;
use crate::parties::{ACCOUNT, Manner};
use crate::world::{BUSINESS, World};

/// Nobody else's: as it comes, as it is written here, and as it stands in a form.
const NUMBER: &str = "+972547712399";
const WORDS: &str = "קוראים לי ישראלה קנריבסקי ואני מחפשת דירה בדימונה";
const TRACES: [&str; 6] = [
    "547712399",
    "54-771-2399",
    "ישראלה",
    "קנריבסקי",
    "דימונה",
    "%D7%99%D7%A9",
];

fn form(call: &Call) -> Vec<(String, String)> {
    [
        ("AccountSid", ACCOUNT),
        ("CallSid", &call.sid),
        ("CallStatus", "in-progress"),
        ("From", NUMBER),
        ("Caller", NUMBER),
        ("CallerName", "ישראלה קנריבסקי"),
        ("To", BUSINESS),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_number_name_or_word_of_a_caller_is_in_any_log() {
    let mut world = World::new().await;
    let folder = cluster::folder("private");
    world.set("LOG_DIR", &folder.display().to_string());
    world.set("LOG_LEVEL", "info");
    world.set("DB_SLOW_MS", "0");
    world.parties.caller_says(WORDS);
    let engine = world.engine();
    let post = async |path: &str, form: &[(String, String)]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        engine.post(path, &form).await
    };
    let manners = [
        Manner::Well,
        Manner::Status(403),
        Manner::Garbage,
        Manner::Redirect(format!("https://elsewhere.example/?From={NUMBER}")),
        Manner::Bytes(WORDS.as_bytes().to_vec()),
    ];
    for (n, manner) in (1..).zip(manners) {
        let call = Call::new(n);
        let recording = call.recording(1);
        world.parties.recording_is(&recording, manner);
        post("/webhook/incoming_call", &form(&call)).await.assert_spoken();
        let mut spoken = form(&call);
        spoken.push(("RecordingSid".into(), recording));
        post("/webhook/handle_recording?turn=1", &spoken)
            .await
            .assert_spoken();
        for wait in 0..=5 {
            let next = post(&format!("/webhook/next_turn?turn=1&wait={wait}"), &form(&call)).await;
            if !next.body.contains("/webhook/next_turn?") {
                break;
            }
        }
        let mut over = form(&call);
        over[2].1 = "completed".into();
        post("/webhook/call_status", &over).await;
    }
    // Fields that can't be what they must be, with a number or a word in their place.
    for field in [
        "CallSid",
        "AccountSid",
        "To",
        "CallStatus",
        "RecordingSid",
        "RecordingDuration",
        "SequenceNumber",
    ] {
        for value in [NUMBER, WORDS] {
            for path in [
                "incoming_call",
                "handle_recording",
                "next_turn",
                "call_status",
                "recording_status",
            ] {
                let mut wrong = form(&Call::new(90));
                wrong.retain(|(name, _)| name != field);
                wrong.push((field.to_owned(), value.to_owned()));
                post(&format!("/webhook/{path}"), &wrong).await;
            }
        }
    }
    let _ = engine.get(&format!("/api/calls?q={NUMBER}")).await;
    let _ = engine.get(&format!("/webhook/call_status?From={NUMBER}")).await;
    // The query has words of its own here so that the wait is for this call.
    world
        .eventually("SELECT bool_and(summary IS NOT NULL) FROM calls WHERE call_sid LIKE '%01'")
        .await;
    let seen = engine.log();
    assert_eq!(engine.stop().code(), Some(0));
    let files = std::fs::read_dir(&folder).unwrap().flatten();
    let mut texts: Vec<String> = files
        .map(|file| std::fs::read_to_string(file.path()).unwrap())
        .collect();
    texts.push(seen);
    assert!(
        texts
            .iter()
            .all(|text| text.contains("/webhook/handle_recording")),
        "these are the logs"
    );
    for line in texts.iter().flat_map(|text| text.lines()) {
        for trace in TRACES {
            assert!(!line.contains(trace), "{trace} in the log: {line}");
        }
    }
}
