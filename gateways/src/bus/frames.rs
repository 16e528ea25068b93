//! Hints as messages: a batch says each thing once, and becomes as few messages as the transport's size allows.
//! Who reads takes from a message what he understands. No IO.

use domain::access::UserId;
use domain::hint::Hint;
use domain::ids::BusinessId;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// `{"from":"…","hints":[…]}`.
const BEGIN: &str = "{\"from\":\"";
const MIDDLE: &str = "\",\"hints\":[";
const END: &str = "]}";

/// Says each thing once, where it was said first: of a person's events the highest number, of reminders each id.
pub fn say_once(hints: &mut Vec<Hint>) {
    let mut events: HashMap<(BusinessId, UserId), usize> = HashMap::new();
    let mut looks: HashSet<(BusinessId, String)> = HashSet::new();
    let mut reminders: Option<(usize, HashSet<i64>)> = None;
    let mut once: Vec<Hint> = Vec::with_capacity(hints.len());
    for hint in hints.drain(..) {
        match hint {
            Hint::Events { business, user, seq } => {
                let at = *events.entry((business, user)).or_insert(once.len());
                match once.get_mut(at) {
                    Some(Hint::Events { seq: highest, .. }) => *highest = seq.max(*highest),
                    _ => once.push(hint),
                }
            }
            Hint::Business { business, what } => {
                if looks.insert((business, what.clone())) {
                    once.push(Hint::Business { business, what });
                }
            }
            Hint::Reminders { ids } => {
                let (at, known) = reminders.get_or_insert_with(|| {
                    once.push(Hint::Reminders { ids: Vec::new() });
                    (once.len() - 1, HashSet::new())
                });
                if let Some(Hint::Reminders { ids: all }) = once.get_mut(*at) {
                    all.extend(ids.into_iter().filter(|id| known.insert(*id)));
                }
            }
        }
    }
    *hints = once;
}

/// The hints as messages of at most `largest` bytes, in their order, and how many were too large for any.
pub fn messages(from: &str, hints: &[Hint], largest: usize) -> (Vec<String>, usize) {
    let mut writer = Writer {
        from,
        largest,
        done: Vec::new(),
        open: String::new(),
        too_large: 0,
    };
    for hint in hints {
        writer.add(hint);
    }
    writer.close();
    (writer.done, writer.too_large)
}

struct Writer<'a> {
    from: &'a str,
    largest: usize,
    done: Vec<String>,
    open: String,
    too_large: usize,
}

impl Writer<'_> {
    fn add(&mut self, hint: &Hint) {
        // Nothing in a hint can fail to be written.
        let Ok(json) = serde_json::to_string(hint) else {
            return;
        };
        let room = self
            .largest
            .saturating_sub(BEGIN.len() + self.from.len() + MIDDLE.len() + END.len());
        if json.len() > room {
            return self.add_in_parts(hint);
        }
        // With its comma.
        if !self.open.is_empty() && self.open.len() + 1 + json.len() + END.len() > self.largest {
            self.close();
        }
        if self.open.is_empty() {
            self.open.push_str(BEGIN);
            self.open.push_str(self.from);
            self.open.push_str(MIDDLE);
        } else {
            self.open.push(',');
        }
        self.open.push_str(&json);
    }

    fn add_in_parts(&mut self, hint: &Hint) {
        match hint {
            Hint::Reminders { ids } if ids.len() > 1 => {
                let (first, second) = ids.split_at(ids.len() / 2);
                for half in [first, second] {
                    self.add(&Hint::Reminders { ids: half.to_vec() });
                }
            }
            _ => self.too_large += 1,
        }
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.open.push_str(END);
            self.done.push(std::mem::take(&mut self.open));
        }
    }
}

/// What came in one message.
#[derive(Debug, PartialEq, Eq)]
pub struct Heard {
    pub from: String,
    pub hints: Vec<Hint>,
    /// Hints that this engine does not know: a newer one's.
    pub unknown: usize,
}

#[derive(Deserialize)]
struct Message<H> {
    from: String,
    hints: Vec<H>,
}

/// Reads a message; `None` for what is none.
pub fn read(message: &[u8]) -> Option<Heard> {
    if let Ok(Message { from, hints }) = serde_json::from_slice(message) {
        return Some(Heard {
            from,
            hints,
            unknown: 0,
        });
    }
    let Message::<serde_json::Value> { from, hints } = serde_json::from_slice(message).ok()?;
    let all = hints.len();
    let hints: Vec<Hint> = hints
        .into_iter()
        .filter_map(|hint| serde_json::from_value(hint).ok())
        .collect();
    let unknown = all - hints.len();
    Some(Heard { from, hints, unknown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(user: i64, seq: i64) -> Hint {
        Hint::Events {
            business: BusinessId(1),
            user: UserId(user),
            seq,
        }
    }

    fn pages(what: &str) -> Hint {
        Hint::Business {
            business: BusinessId(1),
            what: what.into(),
        }
    }

    fn reminders(ids: &[i64]) -> Hint {
        Hint::Reminders { ids: ids.to_vec() }
    }

    #[test]
    fn a_batch_says_each_thing_once_in_the_order_of_its_first_saying() {
        let check = |mut said: Vec<Hint>, expected: Vec<Hint>| {
            say_once(&mut said);
            assert_eq!(said, expected);
        };
        check(vec![], vec![]);
        check(
            vec![events(1, 5), events(2, 1), events(1, 7), events(1, 6)],
            vec![events(1, 7), events(2, 1)],
        );
        check(
            vec![pages("tasks"), pages("call:CA1"), pages("tasks")],
            vec![pages("tasks"), pages("call:CA1")],
        );
        check(
            vec![
                reminders(&[3, 1]),
                events(1, 1),
                reminders(&[1, 2]),
                reminders(&[3]),
            ],
            vec![reminders(&[3, 1, 2]), events(1, 1)],
        );
    }

    #[test]
    fn what_is_no_message_is_refused_and_a_newer_engines_hints_are_passed_over() {
        let check = |text: &str, expected: Option<(usize, usize)>| {
            let heard = read(text.as_bytes()).map(|heard| (heard.hints.len(), heard.unknown));
            assert_eq!(heard, expected, "{text}");
        };
        check("", None);
        check("{}", None);
        check("[1,2]", None);
        check(r#"{"from":1,"hints":[]}"#, None);
        check(r#"{"from":"a","hints":[]}"#, Some((0, 0)));
        check(
            r#"{"from":"a","hints":[{"e":{"b":1,"u":2,"s":3}}],"at":1}"#,
            Some((1, 0)),
        );
        check(
            r#"{"from":"a","hints":[{"new":{"x":1}},{"r":{"i":[1]}}]}"#,
            Some((1, 1)),
        );
        assert_eq!(read(&[0xff, 0xfe]), None);
    }

    #[test]
    fn a_hint_that_fits_no_message_is_counted_and_the_others_go() {
        let (messages, too_large) = messages("me", &[pages(&"x".repeat(500)), pages("tasks")], 100);
        assert_eq!((messages.len(), too_large), (1, 1));
    }

    fn some_hint() -> impl Strategy<Value = Hint> {
        prop_oneof![
            (0..4_i64, any::<i64>()).prop_map(|(user, seq)| events(user, seq)),
            prop::collection::vec(any::<i64>(), 0..60).prop_map(|ids| reminders(&ids)),
            "[a-z:\"\\\\א-ת\\x00]{0,12}".prop_map(|what| pages(&what)),
        ]
    }

    proptest! {
        #[test]
        fn messages_are_small_enough_and_give_all_hints_back_in_order(
            hints in prop::collection::vec(some_hint(), 0..80), largest in 160_usize..600,
        ) {
            let (messages, too_large) = messages("0123456789abcdef", &hints, largest);
            prop_assert_eq!(too_large, 0);
            let mut back = Vec::new();
            for message in &messages {
                prop_assert!(message.len() <= largest);
                back.extend(read(message.as_bytes()).unwrap().hints);
            }
            let flat = |hints: &[Hint]| -> Vec<String> {
                hints.iter().flat_map(|hint| match hint {
                    Hint::Reminders { ids } => ids.iter().map(i64::to_string).collect(),
                    other => vec![format!("{other:?}")],
                }).collect()
            };
            prop_assert_eq!(flat(&back), flat(&hints));
        }
    }
}
