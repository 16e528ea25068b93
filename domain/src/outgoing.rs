//! A call that somebody of the business makes, or takes over, from the request to its end: how far it is, and how it ended. The
//! carrier's words about both legs become one of these outcomes here, and nowhere else.

use crate::call::CarrierStatus;
use crate::customer::words;
use serde::{Deserialize, Serialize};

words!(
    /// What is done.
    Kind:
    /// The agent's phone rings, then the customer's.
    Bridge = "bridge",
    /// A running call is put through to the agent's phone.
    TakeOver = "take_over"
);
words!(
    /// How far it is.
    State:
    Waiting = "waiting",
    Placing = "placing",
    RingingAgent = "ringing_agent",
    Briefing = "briefing",
    RingingCustomer = "ringing_customer",
    Ended = "ended"
);
words!(
    /// How it ended.
    Outcome:
    Completed = "completed",
    AgentNoAnswer = "agent_no_answer",
    AgentBusy = "agent_busy",
    /// Answered, and did not press a key: it may have been a voicemail.
    AgentDeclined = "agent_declined",
    AgentFailed = "agent_failed",
    /// Accepted, and gone before the customer answered.
    AgentHungUp = "agent_hung_up",
    CustomerNoAnswer = "customer_no_answer",
    CustomerBusy = "customer_busy",
    CustomerFailed = "customer_failed",
    /// The caller was gone before the agent came.
    CallerHungUp = "caller_hung_up",
    Canceled = "canceled",
    CarrierRefused = "carrier_refused",
    /// The carrier was not reached in time, and has no such call.
    CarrierAway = "carrier_away"
);

/// How the call ended when the agent's leg did, by how far it was.
pub fn agent_leg_ended(state: State, status: CarrierStatus) -> Outcome {
    match (state, status) {
        (_, CarrierStatus::NoAnswer) => Outcome::AgentNoAnswer,
        (_, CarrierStatus::Busy) => Outcome::AgentBusy,
        (_, CarrierStatus::Canceled) => Outcome::Canceled,
        (State::RingingCustomer, _) => Outcome::AgentHungUp,
        (_, CarrierStatus::Completed) => Outcome::AgentDeclined,
        _ => Outcome::AgentFailed,
    }
}

/// How the call ended when the customer's leg did, in the carrier's words for a `<Dial>`.
pub fn customer_leg_ended(dial_status: &str) -> Outcome {
    match dial_status {
        "completed" | "answered" => Outcome::Completed,
        "busy" => Outcome::CustomerBusy,
        "no-answer" => Outcome::CustomerNoAnswer,
        _ => Outcome::CustomerFailed,
    }
}

/// How a take-over ended: the agent's leg in the carrier's words, and whether the agent pressed a key. A voicemail that answers
/// is no answer.
pub fn take_over_ended(dial_status: &str, accepted: bool) -> Outcome {
    match dial_status {
        "completed" | "answered" if accepted => Outcome::Completed,
        "completed" | "answered" => Outcome::AgentDeclined,
        "busy" => Outcome::AgentBusy,
        "no-answer" => Outcome::AgentNoAnswer,
        _ => Outcome::AgentFailed,
    }
}

impl Outcome {
    /// What the agent's phone is told when the customer was not reached; `None`: nothing is left to say.
    pub fn told(self) -> Option<&'static str> {
        match self {
            Self::CustomerNoAnswer => Some("הלקוח לא ענה."),
            Self::CustomerBusy => Some("הקו של הלקוח תפוס."),
            Self::CustomerFailed => Some("לא היה אפשר להתקשר למספר של הלקוח."),
            _ => None,
        }
    }
}

/// What the agent hears before the two are put together: who it is, what it was about, and what to do. Names are data: they are
/// read out, cut short, and nothing in them is a word of ours.
pub fn briefing(kind: Kind, name: &str, about: &str) -> String {
    let short = |text: &str, most: usize| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(most)
            .collect::<String>()
    };
    let who = match short(name, 60) {
        name if name.is_empty() => "לקוח ללא שם".to_owned(),
        name => name,
    };
    let about = match short(about, 160) {
        about if about.is_empty() => String::new(),
        about => format!(" {about}."),
    };
    let (begins, press) = match kind {
        Kind::Bridge => ("שיחה יוצאת אל", "להתקשרות"),
        Kind::TakeOver => ("העברת שיחה מאת", "לקבלת השיחה"),
    };
    format!("{begins} {who}.{about} {press} אפשר להקיש על מקש כלשהו.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_of_a_leg_is_one_outcome() {
        use {CarrierStatus as Said, Outcome as Came, State as Was};
        for (state, status, outcome) in [
            (Was::RingingAgent, Said::NoAnswer, Came::AgentNoAnswer),
            (Was::RingingAgent, Said::Busy, Came::AgentBusy),
            (Was::RingingAgent, Said::Failed, Came::AgentFailed),
            (Was::RingingAgent, Said::Canceled, Came::Canceled),
            (Was::Briefing, Said::Completed, Came::AgentDeclined),
            (Was::RingingCustomer, Said::Completed, Came::AgentHungUp),
        ] {
            assert_eq!(agent_leg_ended(state, status), outcome, "{state:?} {status:?}");
        }
        assert_eq!(customer_leg_ended("no-answer"), Came::CustomerNoAnswer);
        assert_eq!(customer_leg_ended("canceled"), Came::CustomerFailed);
        assert_eq!(take_over_ended("completed", true), Came::Completed);
        assert_eq!(take_over_ended("completed", false), Came::AgentDeclined);
        assert_eq!(take_over_ended("no-answer", false), Came::AgentNoAnswer);
    }

    #[test]
    fn a_briefing_says_who_and_what_and_reads_names_as_they_are() {
        assert_eq!(
            briefing(Kind::Bridge, "דנה  כהן", ""),
            "שיחה יוצאת אל דנה כהן. להתקשרות אפשר להקיש על מקש כלשהו."
        );
        let told = briefing(Kind::TakeOver, &"ארוך ".repeat(100), "מחפש דירה בחיפה");
        assert!(
            told.contains("מחפש דירה בחיפה.") && told.chars().count() < 200,
            "{told}"
        );
    }
}
