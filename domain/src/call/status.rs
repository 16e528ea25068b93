//! The carrier's call status as a lattice: it only climbs, however late, doubled or
//! disordered the events come. `store` writes what `join` says; nobody writes the last one seen.

use serde::{Deserialize, Serialize};

/// `CallStatus` as Twilio names it (<https://www.twilio.com/docs/voice/api/call-resource#call-status-values>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CarrierStatus {
    Queued,
    Initiated,
    Ringing,
    InProgress,
    Failed,
    Canceled,
    NoAnswer,
    Busy,
    Completed,
}

impl CarrierStatus {
    /// All of them, in the order of the lattice.
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Initiated,
        Self::Ringing,
        Self::InProgress,
        Self::Failed,
        Self::Canceled,
        Self::NoAnswer,
        Self::Busy,
        Self::Completed,
    ];

    /// Twilio's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::NoAnswer => "no-answer",
            Self::Busy => "busy",
            Self::Completed => "completed",
        }
    }

    /// Reads Twilio's word; `answered` is the event name of `in-progress`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "answered" {
            return Some(Self::InProgress);
        }
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The height in the lattice, 0 to 8. Every final state has a height of its own, so that two
    /// final states that contradict each other end the same way in whichever order they come.
    pub fn rank(self) -> i16 {
        self as i16
    }

    /// The status of this height.
    pub fn from_rank(rank: i16) -> Option<Self> {
        usize::try_from(rank)
            .ok()
            .and_then(|rank| Self::ALL.get(rank).copied())
    }

    /// Whether the call is over.
    pub fn is_final(self) -> bool {
        self.rank() >= Self::Failed.rank()
    }

    /// The higher of two: commutative, associative, idempotent.
    pub fn join(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_and_doubling_of_events_ends_in_the_same_state() {
        use CarrierStatus::*;
        let events = [Queued, Initiated, Ringing, InProgress, Completed];
        let mut orders = vec![vec![]];
        for event in events {
            orders = orders
                .into_iter()
                .flat_map(|order: Vec<CarrierStatus>| {
                    (0..=order.len()).map(move |at| {
                        let mut next = order.clone();
                        next.insert(at, event);
                        next
                    })
                })
                .collect();
        }
        assert_eq!(orders.len(), 120);
        for order in orders {
            let doubled = order.iter().chain(order.iter().rev());
            assert_eq!(doubled.copied().reduce(CarrierStatus::join), Some(Completed));
        }
    }

    #[test]
    fn final_states_are_never_left() {
        for from in CarrierStatus::ALL.into_iter().filter(|s| s.is_final()) {
            for to in CarrierStatus::ALL.into_iter().filter(|s| !s.is_final()) {
                assert_eq!(from.join(to), from);
                assert_eq!(to.join(from), from);
            }
        }
    }

    #[test]
    fn words_and_ranks_read_back() {
        for status in CarrierStatus::ALL {
            assert_eq!(CarrierStatus::parse(status.as_str()), Some(status));
            assert_eq!(CarrierStatus::from_rank(status.rank()), Some(status));
        }
        assert_eq!(CarrierStatus::parse("answered"), Some(CarrierStatus::InProgress));
        assert_eq!(CarrierStatus::parse("COMPLETED"), None);
        assert_eq!(CarrierStatus::from_rank(-1), None);
    }
}
