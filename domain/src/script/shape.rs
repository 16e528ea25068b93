//! The shape of a script: which keys there are, what they hold, how long a text may be.
//!
//! Called by `parse`. It reports every problem it finds with its place, and never stops at the first.

use super::ScriptError;
use super::source::{Node, Tree};

/// What a key holds.
enum Kind {
    /// Text of 1 to this many characters.
    Text(usize),
    /// 1 to 60 texts of at most 200 characters.
    Texts,
    /// Ids of slots, maybe none.
    Ids,
    /// An id: lower-case Latin letters, digits and underscores.
    Id,
    Flag,
    Whole(i64, i64),
    OneOf(&'static [&'static str]),
    Table(&'static Shape),
    Tables(&'static Shape),
    Hours,
}

struct Shape {
    what: &'static str,
    keys: &'static [(&'static str, bool, Kind)],
}

const ENDINGS: &[&str] = &["end", "transfer", "message", "call_back"];
const WEEKDAYS: &[&str] = &[
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

const SCRIPT: Shape = Shape {
    what: "the script",
    keys: &[
        ("business", true, Kind::Table(&BUSINESS)),
        ("phrases", true, Kind::Table(&PHRASES)),
        ("question", false, Kind::Tables(&QUESTION)),
        ("intent", true, Kind::Tables(&INTENT)),
        ("slot", false, Kind::Tables(&SLOT)),
    ],
};

const BUSINESS: Shape = Shape {
    what: "business",
    keys: &[
        ("name", true, Kind::Text(100)),
        ("greeting", true, Kind::Text(400)),
        ("turn_limit", false, Kind::Whole(1, 100)),
        ("hours", false, Kind::Hours),
    ],
};

const PHRASES: Shape = Shape {
    what: "phrases",
    keys: &[
        ("fallback", true, Kind::Texts),
        ("give_up", true, Kind::OneOf(ENDINGS)),
        ("sorry", true, Kind::Text(300)),
        ("anything_else", true, Kind::Text(300)),
        ("what_for", true, Kind::Text(300)),
        ("closing", true, Kind::Text(300)),
        ("transfer", true, Kind::Text(300)),
        ("promise", true, Kind::Text(300)),
        ("closed_now", true, Kind::Text(300)),
        ("message_taken", true, Kind::Text(300)),
        ("too_long", true, Kind::Text(300)),
    ],
};

const QUESTION: Shape = Shape {
    what: "question",
    keys: &[
        ("id", true, Kind::Id),
        ("phrases", true, Kind::Texts),
        ("keywords", false, Kind::Texts),
        ("answer", true, Kind::Text(500)),
    ],
};

const INTENT: Shape = Shape {
    what: "intent",
    keys: &[
        ("id", true, Kind::Id),
        ("title", true, Kind::Text(80)),
        ("phrases", true, Kind::Texts),
        ("keywords", false, Kind::Texts),
        ("answer", false, Kind::Text(500)),
        ("question", false, Kind::Id),
        ("ask", false, Kind::Ids),
        ("then", false, Kind::OneOf(ENDINGS)),
        ("task", false, Kind::Text(120)),
    ],
};

const SLOT: Shape = Shape {
    what: "slot",
    keys: &[
        ("id", true, Kind::Id),
        (
            "kind",
            true,
            Kind::OneOf(&["name", "phone", "id", "city", "rooms", "budget", "time", "text"]),
        ),
        ("label", true, Kind::Text(60)),
        ("question", true, Kind::Text(300)),
        ("again", true, Kind::Text(300)),
        ("read_back", false, Kind::Flag),
        ("from_caller", false, Kind::Flag),
    ],
};

/// Every place where the tree is not a script.
pub fn problems(source: &str, root: &Node) -> Vec<ScriptError> {
    let mut walk = Walk {
        source,
        errors: Vec::new(),
    };
    walk.table(root, &SCRIPT);
    walk.errors
}

struct Walk<'a> {
    source: &'a str,
    errors: Vec<ScriptError>,
}

impl Walk<'_> {
    fn report(&mut self, at: usize, message: String) {
        self.errors.push(ScriptError::at(self.source, at, message));
    }

    fn table(&mut self, node: &Node, shape: &Shape) {
        let Tree::Table(entries) = &node.tree else {
            return self.report(
                node.at,
                format!("{} must be a table, not {}", shape.what, node.kind()),
            );
        };
        for (i, (key, value)) in entries.iter().enumerate() {
            match shape.keys.iter().find(|(name, ..)| *name == key.name) {
                _ if entries[..i].iter().any(|(before, _)| before.name == key.name) => {
                    self.report(key.at, format!("`{}` stands twice in {}", key.name, shape.what));
                }
                Some((name, _, kind)) => self.value(name, value, kind),
                None => {
                    let known: Vec<&str> = shape.keys.iter().map(|(name, ..)| *name).collect();
                    let message = format!(
                        "unknown key `{}` in {}; known: {}",
                        key.name,
                        shape.what,
                        known.join(", ")
                    );
                    self.report(key.at, message);
                }
            }
        }
        for (name, _, _) in shape
            .keys
            .iter()
            .filter(|(name, required, _)| *required && node.get(name).is_none())
        {
            self.report(node.at, format!("{} has no `{name}`", shape.what));
        }
    }

    fn value(&mut self, name: &str, node: &Node, kind: &Kind) {
        match (kind, &node.tree) {
            (Kind::Text(limit), Tree::Text(text)) => self.text(name, node.at, text, *limit),
            (Kind::Id, Tree::Text(text)) => self.id(name, node.at, text),
            (Kind::Texts, Tree::List(items)) => {
                if items.is_empty() || items.len() > 60 {
                    self.report(
                        node.at,
                        format!("`{name}` must hold 1 to 60 texts, not {}", items.len()),
                    );
                }
                items
                    .iter()
                    .for_each(|item| self.value(name, item, &Kind::Text(200)));
            }
            (Kind::Ids, Tree::List(items)) => items.iter().for_each(|item| self.value(name, item, &Kind::Id)),
            (Kind::Flag, Tree::Flag(_)) => {}
            (Kind::Whole(low, high), Tree::Whole(n)) if (low..=high).contains(&n) => {}
            (Kind::Whole(low, high), Tree::Whole(_)) => {
                self.report(node.at, format!("`{name}` must be {low} to {high}"));
            }
            (Kind::OneOf(choices), Tree::Text(text)) if choices.contains(&text.as_str()) => {}
            (Kind::OneOf(choices), Tree::Text(text)) => {
                self.report(
                    node.at,
                    format!("`{name}` is `{text}`; it must be one of: {}", choices.join(", ")),
                );
            }
            (Kind::Table(shape), _) => self.table(node, shape),
            (Kind::Tables(shape), Tree::List(items)) => items.iter().for_each(|item| self.table(item, shape)),
            (Kind::Hours, Tree::Table(_)) => self.hours(node),
            _ => self.report(
                node.at,
                format!("`{name}` must be {}, not {}", wanted(kind), node.kind()),
            ),
        }
    }

    fn text(&mut self, name: &str, at: usize, text: &str, limit: usize) {
        let length = text.chars().count();
        if text.trim().is_empty() {
            self.report(at, format!("`{name}` is empty"));
        } else if length > limit {
            self.report(at, format!("`{name}` has {length} characters; at most {limit}"));
        } else if text.chars().any(|c| c.is_control() && c != '\n') {
            self.report(at, format!("`{name}` holds control characters"));
        }
    }

    fn id(&mut self, name: &str, at: usize, text: &str) {
        let fits = !text.is_empty()
            && text.len() <= 40
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !fits {
            self.report(
                at,
                format!("`{name}` must be lower-case Latin letters, digits and underscores, not `{text}`"),
            );
        }
    }

    fn hours(&mut self, node: &Node) {
        let Tree::Table(entries) = &node.tree else { return };
        for (key, value) in entries {
            if !WEEKDAYS.contains(&key.name.as_str()) {
                self.report(
                    key.at,
                    format!("unknown weekday `{}`; known: {}", key.name, WEEKDAYS.join(", ")),
                );
            }
            match value.text() {
                Some(text) if super::hours::span(text).is_some() => {}
                Some(text) => self.report(
                    value.at,
                    format!("`{text}` is no opening time; write \"09:00-18:00\""),
                ),
                None => self.report(
                    value.at,
                    format!("`{}` must be text, not {}", key.name, value.kind()),
                ),
            }
        }
    }
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text(_) | Kind::Id | Kind::OneOf(_) => "text",
        Kind::Texts | Kind::Ids => "a list of texts",
        Kind::Flag => "true or false",
        Kind::Whole(..) => "a whole number",
        Kind::Table(_) | Kind::Hours => "a table",
        Kind::Tables(_) => "a list of tables",
    }
}
