//! The rules of a call as tables: what happened, what the caller hears next.

use super::*;

fn policy(on_failure: OnFailure) -> CallPolicy {
    CallPolicy {
        turn_limit: 4,
        on_failure,
        waits: 2,
    }
}

fn state() -> CallState {
    CallState::new(policy(OnFailure::Message))
}

const AUDIO: AudioHash = AudioHash([7; 32]);

fn replied(then: Then) -> Outcome {
    Outcome::Replied {
        spoken: Spoken::Audio(AUDIO),
        then,
        understood: true,
    }
}

fn puzzled() -> Outcome {
    Outcome::Replied {
        spoken: Spoken::Audio(AUDIO),
        then: Then::Listen,
        understood: false,
    }
}

/// The answer in one line, for tables.
fn line(answer: &Answer) -> String {
    let word = |step: &Step| match step {
        Step::Play(Clip::Greeting) => "greeting".to_owned(),
        Step::Play(Clip::Prompt(prompt)) => prompt.name().to_owned(),
        Step::Play(Clip::Speech(_)) => "reply".to_owned(),
        Step::Play(Clip::Say(_)) => "say".to_owned(),
        Step::Pause(seconds) => format!("pause{seconds}"),
        Step::Listen {
            turn,
            purpose: Purpose::Turn,
        } => format!("listen{turn}"),
        Step::Listen {
            turn,
            purpose: Purpose::Message,
        } => format!("message{turn}"),
        Step::Ask { turn, wait } => format!("ask{turn}/{wait}"),
        Step::Transfer { turn, .. } => format!("transfer{turn}"),
        Step::HangUp => "hangup".to_owned(),
    };
    answer.steps.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn check(outcomes: &[Outcome], expected: &str) {
    let mut state = state();
    for (turn, outcome) in (1..).zip(outcomes) {
        state.recording_came(turn);
        state.turn_ended(turn, outcome.clone());
    }
    let turn = u16::try_from(outcomes.len()).unwrap();
    assert_eq!(line(&state.answer(turn).unwrap()), expected, "{outcomes:?}");
}

#[test]
fn a_caller_is_greeted_and_listened_to_and_silence_is_not_the_end() {
    assert_eq!(
        line(&greet(&policy(OnFailure::Message), Ability::Converse)),
        "greeting pause1 listen1 fallback listen1 apology leave_message message2 goodbye hangup"
    );
    assert_eq!(
        line(&greet(&policy(OnFailure::HangUp), Ability::Converse)),
        "greeting pause1 listen1 fallback listen1 apology goodbye hangup"
    );
    let to = Phone::parse("050-1234567").unwrap();
    assert_eq!(
        line(&greet(&policy(OnFailure::Transfer(to)), Ability::Converse)),
        "greeting pause1 listen1 fallback listen1 apology transferring transfer1"
    );
}

#[test]
fn an_engine_without_an_ear_takes_a_message_and_says_so() {
    assert_eq!(
        line(&greet(&policy(OnFailure::Message), Ability::MessageOnly)),
        "message message1 goodbye hangup"
    );
}

#[test]
fn a_recording_is_held_kept_or_answered_to_nobody() {
    let check = |purpose, gone, expected| assert_eq!(line(&take_recording(3, purpose, gone)), expected);
    check(Purpose::Turn, false, "hold ask3/0");
    check(Purpose::Message, false, "message_kept hangup");
    check(Purpose::Turn, true, "");
    check(Purpose::Message, true, "");
}

#[test]
fn replies_lead_where_the_responder_says() {
    check(
        &[replied(Then::Listen)],
        "reply listen2 fallback listen2 apology leave_message message3 goodbye hangup",
    );
    check(&[replied(Then::End)], "reply hangup");
    check(
        &[replied(Then::TakeMessage)],
        "reply leave_message message2 goodbye hangup",
    );
    check(
        &[replied(Then::Transfer)],
        "reply leave_message message2 goodbye hangup",
    );
}

#[test]
fn once_not_heard_is_asked_again_and_twice_is_the_business_s_choice() {
    check(
        &[Outcome::NotHeard],
        "fallback listen2 apology leave_message message3 goodbye hangup",
    );
    check(
        &[Outcome::NotHeard, Outcome::NotHeard],
        "apology leave_message message3 goodbye hangup",
    );
    check(
        &[puzzled()],
        "reply listen2 apology leave_message message3 goodbye hangup",
    );
    check(
        &[puzzled(), Outcome::NotHeard],
        "apology leave_message message3 goodbye hangup",
    );
    check(
        &[Outcome::NotHeard, replied(Then::Listen), Outcome::NotHeard],
        "fallback listen4 apology leave_message message5 goodbye hangup",
    );
}

#[test]
fn every_provider_down_is_an_apology_and_a_way_on() {
    check(
        &[Outcome::Failed],
        "apology leave_message message2 goodbye hangup",
    );
}

#[test]
fn a_reply_nobody_here_could_speak_is_read_by_the_carrier() {
    let outcome = Outcome::Replied {
        spoken: Spoken::Text("שלום".into()),
        then: Then::End,
        understood: true,
    };
    check(&[outcome], "say hangup");
}

#[test]
fn the_turn_limit_ends_politely() {
    let talk = [
        replied(Then::Listen),
        replied(Then::Listen),
        replied(Then::Listen),
        replied(Then::Listen),
    ];
    check(&talk, "reply limit hangup");
}

#[test]
fn a_late_reply_is_announced_then_given_up() {
    let check = |wait, expected| assert_eq!(line(&late(&policy(OnFailure::Message), 1, wait)), expected);
    check(0, "late ask1/1");
    check(1, "hold ask1/2");
    check(2, "apology leave_message message2 goodbye hangup");
    check(200, "apology leave_message message2 goodbye hangup");
}

#[test]
fn after_a_transfer_the_call_ends_or_a_message_is_taken() {
    assert_eq!(line(&after_transfer(true, 2)), "hangup");
    assert_eq!(
        line(&after_transfer(false, 2)),
        "leave_message message3 goodbye hangup"
    );
}

#[test]
fn the_first_outcome_of_a_turn_stands() {
    let mut state = state();
    state.turn_ended(1, replied(Then::End));
    let first = state.answer(1);
    state.recording_came(1);
    state.turn_ended(1, Outcome::Failed);
    assert_eq!(state.answer(1), first);
}

#[test]
fn a_turn_without_an_outcome_has_no_answer_yet() {
    let mut state = state();
    assert_eq!(state.answer(1), None);
    state.recording_came(1);
    assert_eq!(state.answer(1), None);
}

#[test]
fn only_the_first_final_status_ends_a_call() {
    let mut state = state();
    assert!(!state.status_came(CarrierStatus::Ringing));
    assert!(state.status_came(CarrierStatus::Completed));
    assert!(!state.status_came(CarrierStatus::InProgress));
    assert!(!state.status_came(CarrierStatus::Completed));
    assert!(state.is_over());
}

#[test]
fn every_answer_to_a_caller_who_is_there_speaks() {
    for then in [Then::Listen, Then::End, Then::Transfer, Then::TakeMessage] {
        let mut state = state();
        state.turn_ended(1, replied(then));
        assert!(state.answer(1).is_some_and(|answer| answer.speaks()));
    }
    assert!((0..4).all(|wait| late(&policy(OnFailure::HangUp), 1, wait).speaks()));
}
