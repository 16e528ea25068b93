//! A script's source to a checked script, or everything that is wrong with it.
//!
//! Called when a business saves its script and when it is loaded. It never accepts what it does not know.

use super::model::Model;
use super::source::{self, Node, Tree};
use super::{Script, ScriptError, shape};

/// The most bytes of a script's source.
pub const MAX_SOURCE: usize = 256 * 1024;

/// Placeholders that are not slots.
pub const BUILT_IN: &[&str] = &["business", "hours", "due"];

impl Script {
    /// Parses TOML, or JSON when the source begins with `{`. Every problem is reported with its line and column;
    /// unknown keys and references to unknown slots, questions and placeholders are refused.
    pub fn parse(source: &str) -> Result<Script, Vec<ScriptError>> {
        if source.len() > MAX_SOURCE {
            return Err(vec![ScriptError::at(
                source,
                0,
                format!("a script has at most {MAX_SOURCE} bytes"),
            )]);
        }
        let root = source::read(source)?;
        let mut errors = shape::problems(source, &root);
        errors.extend(References::of(source, &root).problems());
        errors.sort_by_key(|error| (error.line, error.column));
        if !errors.is_empty() {
            return Err(errors);
        }
        let model: Model = serde_json::from_value(root.to_json())
            .map_err(|error| vec![ScriptError::at(source, 0, error.to_string())])?;
        Ok(Script::of(model))
    }
}

impl ScriptError {
    /// An error at a byte of the source.
    pub(super) fn at(source: &str, byte: usize, message: String) -> ScriptError {
        let before = source.get(..byte).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        ScriptError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
        }
    }
}

/// Ids that are defined, and everything that refers to them.
struct References<'a> {
    source: &'a str,
    root: &'a Node,
    slots: Vec<&'a str>,
    questions: Vec<&'a str>,
    intents: Vec<&'a str>,
}

impl<'a> References<'a> {
    fn of(source: &'a str, root: &'a Node) -> References<'a> {
        let ids = |list: &str| -> Vec<&'a str> {
            let items = root.get(list).map_or(&[] as &[Node], Node::items);
            items.iter().filter_map(|item| item.get("id")?.text()).collect()
        };
        References {
            source,
            root,
            slots: ids("slot"),
            questions: ids("question"),
            intents: ids("intent"),
        }
    }

    fn problems(&self) -> Vec<ScriptError> {
        let mut errors = Vec::new();
        self.twice("slot", &self.slots, &mut errors);
        // A question and an intent are both recognised: one id, one meaning.
        let recognised: Vec<&str> = self.questions.iter().chain(&self.intents).copied().collect();
        self.twice("question", &recognised, &mut errors);
        self.twice("intent", &recognised, &mut errors);
        for intent in self.root.get("intent").map_or(&[] as &[Node], Node::items) {
            for slot in intent.get("ask").map_or(&[] as &[Node], Node::items) {
                self.known("slot", slot, &self.slots, &mut errors);
            }
            if let Some(question) = intent.get("question") {
                self.known("question", question, &self.questions, &mut errors);
            }
            if intent.get("answer").is_none()
                && intent.get("question").is_none()
                && intent.get("then").is_none()
            {
                let message = "an intent needs an `answer`, a `question` or a `then`".to_owned();
                errors.push(ScriptError::at(self.source, intent.at, message));
            }
        }
        self.placeholders(self.root, &mut errors);
        errors
    }

    fn twice(&self, list: &str, ids: &[&str], errors: &mut Vec<ScriptError>) {
        let items = self.root.get(list).map_or(&[] as &[Node], Node::items);
        let mut seen: Vec<&str> = Vec::new();
        for id in items.iter().filter_map(|item| item.get("id")) {
            let Some(text) = id.text() else { continue };
            let elsewhere = ids.iter().filter(|known| **known == text).count() > 1;
            if seen.contains(&text) || (elsewhere && list == "intent" && self.questions.contains(&text)) {
                errors.push(ScriptError::at(
                    self.source,
                    id.at,
                    format!("the id `{text}` is used twice"),
                ));
            }
            seen.push(text);
        }
    }

    fn known(&self, what: &str, node: &Node, ids: &[&str], errors: &mut Vec<ScriptError>) {
        if let Some(text) = node.text().filter(|text| !ids.contains(text)) {
            errors.push(ScriptError::at(
                self.source,
                node.at,
                format!("there is no {what} `{text}`"),
            ));
        }
    }

    /// `{name}` in any text must be a slot or built in.
    fn placeholders(&self, node: &Node, errors: &mut Vec<ScriptError>) {
        match &node.tree {
            Tree::Text(text) => {
                for name in placeholders(text) {
                    if !self.slots.contains(&name) && !BUILT_IN.contains(&name) {
                        let message = format!("there is no slot `{name}` for the placeholder {{{name}}}");
                        errors.push(ScriptError::at(self.source, node.at, message));
                    }
                }
            }
            Tree::List(items) => items.iter().for_each(|item| self.placeholders(item, errors)),
            Tree::Table(entries) => entries
                .iter()
                .for_each(|(_, value)| self.placeholders(value, errors)),
            _ => {}
        }
    }
}

/// The names between braces in a text.
pub fn placeholders(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}
