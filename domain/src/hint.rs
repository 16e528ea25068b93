//! Hints between engines: "look again", never the thing itself. Whoever changed something publishes one on the bus,
//! whoever shows it looks into the store. A hint may be lost, doubled or late: a sweep stands behind each.

use crate::access::UserId;
use crate::ids::{BusinessId, CallSid};
use serde::{Deserialize, Serialize};

/// What to look at again. Written with short names: hundreds of them share one message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Hint {
    /// Somebody was told something: his stream has reached this number, and what is below it can be read.
    #[serde(rename = "e")]
    Events {
        #[serde(rename = "b")]
        business: BusinessId,
        #[serde(rename = "u")]
        user: UserId,
        #[serde(rename = "s")]
        seq: i64,
    },
    /// These reminders were made, moved or answered.
    #[serde(rename = "r")]
    Reminders {
        #[serde(rename = "i")]
        ids: Vec<i64>,
    },
    /// Pages of this business look again at what is named: `tasks`, `call:CA…`, `customer:7`.
    #[serde(rename = "p")]
    Business {
        #[serde(rename = "b")]
        business: BusinessId,
        #[serde(rename = "w")]
        what: String,
    },
}

/// In front of a call's id.
const CALL: &str = "call:";

impl Hint {
    /// This call has changed.
    pub fn call(business: BusinessId, call: &CallSid) -> Self {
        let mut what = String::with_capacity(CALL.len() + call.as_str().len());
        what.push_str(CALL);
        what.push_str(call.as_str());
        Self::Business { business, what }
    }

    /// Something happened to this customer.
    pub fn customer(business: BusinessId, customer: i64) -> Self {
        let what = format!("customer:{customer}");
        Self::Business { business, what }
    }

    /// The call that a page is to look at again, if this is about one.
    pub fn changed_call(&self) -> Option<(BusinessId, &str)> {
        match self {
            Self::Business { business, what } => Some((*business, what.strip_prefix(CALL)?)),
            Self::Events { .. } | Self::Reminders { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_reads_back_what_it_writes_and_is_short() {
        let check = |hint: Hint, json: &str| {
            assert_eq!(serde_json::to_string(&hint).unwrap(), json);
            assert_eq!(serde_json::from_str::<Hint>(json).unwrap(), hint);
        };
        check(
            Hint::Events {
                business: BusinessId(1),
                user: UserId(2),
                seq: 3,
            },
            r#"{"e":{"b":1,"u":2,"s":3}}"#,
        );
        check(Hint::Reminders { ids: vec![4, 5] }, r#"{"r":{"i":[4,5]}}"#);
        check(
            Hint::Business {
                business: BusinessId(1),
                what: "tasks".into(),
            },
            r#"{"p":{"b":1,"w":"tasks"}}"#,
        );
    }

    #[test]
    fn a_calls_hint_names_the_call() {
        let sid = CallSid::parse("CA0123456789abcdefABCDEF0123456789").unwrap();
        let hint = Hint::call(BusinessId(7), &sid);
        assert_eq!(hint.changed_call(), Some((BusinessId(7), sid.as_str())));
        let other = Hint::Business {
            business: BusinessId(7),
            what: "tasks".into(),
        };
        assert_eq!(other.changed_call(), None);
    }
}
