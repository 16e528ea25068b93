//! The text of a script as a tree that remembers where everything stands.
//!
//! Called by `parse` only. TOML and JSON become the same tree, so that one check finds the same problems with line and
//! column in both. It never interprets a value.

use toml::de::{DeTable, DeValue};

use super::ScriptError;

/// A value and the byte where it begins.
pub struct Node {
    pub at: usize,
    pub tree: Tree,
}

/// A key and the byte where it begins.
pub struct Key {
    pub name: String,
    pub at: usize,
}

pub enum Tree {
    Text(String),
    Whole(i64),
    Flag(bool),
    List(Vec<Node>),
    Table(Vec<(Key, Node)>),
    /// Numbers with a point, dates, null: nothing that a script holds.
    Other(&'static str),
}

impl Node {
    /// The value under a key of a table.
    pub fn get(&self, name: &str) -> Option<&Node> {
        match &self.tree {
            Tree::Table(entries) => entries
                .iter()
                .find(|(key, _)| key.name == name)
                .map(|(_, node)| node),
            _ => None,
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.tree {
            Tree::List(items) => items,
            _ => &[],
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What the value is, for an error message.
    pub fn kind(&self) -> &'static str {
        match &self.tree {
            Tree::Text(_) => "text",
            Tree::Whole(_) => "a whole number",
            Tree::Flag(_) => "true or false",
            Tree::List(_) => "a list",
            Tree::Table(_) => "a table",
            Tree::Other(kind) => kind,
        }
    }

    /// The same value without positions, for serde.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.tree {
            Tree::Text(text) => text.clone().into(),
            Tree::Whole(whole) => (*whole).into(),
            Tree::Flag(flag) => (*flag).into(),
            Tree::List(items) => items.iter().map(Node::to_json).collect(),
            Tree::Table(entries) => serde_json::Value::Object(
                entries
                    .iter()
                    .map(|(key, node)| (key.name.clone(), node.to_json()))
                    .collect(),
            ),
            Tree::Other(_) => serde_json::Value::Null,
        }
    }
}

/// Reads TOML, or JSON when the first character is `{`. All syntax errors that can be found are reported.
pub fn read(source: &str) -> Result<Node, Vec<ScriptError>> {
    if source
        .trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t'])
        .starts_with('{')
    {
        return read_json(source);
    }
    let (table, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        let report = |error: toml::de::Error| {
            ScriptError::at(
                source,
                error.span().map_or(0, |span| span.start),
                error.message().to_owned(),
            )
        };
        return Err(errors.into_iter().map(report).collect());
    }
    Ok(Node {
        at: 0,
        tree: toml_table(table.into_inner()),
    })
}

fn toml_table(table: DeTable<'_>) -> Tree {
    let entries = table.into_iter().map(|(key, value)| {
        let at = key.span().start;
        (
            Key {
                name: key.into_inner().into_owned(),
                at,
            },
            toml_value(value),
        )
    });
    Tree::Table(entries.collect())
}

fn toml_value(value: toml::Spanned<DeValue<'_>>) -> Node {
    let at = value.span().start;
    let tree = match value.into_inner() {
        DeValue::String(text) => Tree::Text(text.into_owned()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(whole) => Tree::Whole(whole),
            Err(_) => Tree::Other("a number that is too large"),
        },
        DeValue::Boolean(flag) => Tree::Flag(flag),
        DeValue::Array(items) => Tree::List(items.into_iter().map(toml_value).collect()),
        DeValue::Table(table) => toml_table(table),
        DeValue::Float(_) => Tree::Other("a number with a point"),
        DeValue::Datetime(_) => Tree::Other("a date or time"),
    };
    Node { at, tree }
}

fn read_json(source: &str) -> Result<Node, Vec<ScriptError>> {
    // serde_json judges the syntax (and the depth); what follows may rely on it.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(source) {
        let message = error.to_string();
        let message = message
            .split(" at line")
            .next()
            .unwrap_or("malformed JSON")
            .to_owned();
        return Err(vec![ScriptError {
            line: error.line(),
            column: error.column().max(1),
            message,
        }]);
    }
    Ok(JsonWalk { source, at: 0 }.value())
}

/// A walk over JSON that is known to be well formed.
struct JsonWalk<'a> {
    source: &'a str,
    at: usize,
}

impl JsonWalk<'_> {
    fn next(&mut self) -> u8 {
        while self.byte().is_ascii_whitespace() || matches!(self.byte(), b',' | b':') {
            self.at += 1;
        }
        self.byte()
    }

    fn byte(&self) -> u8 {
        self.source.as_bytes().get(self.at).copied().unwrap_or(b'}')
    }

    fn value(&mut self) -> Node {
        let first = self.next();
        let at = self.at;
        let tree = match first {
            b'{' => self.table(),
            b'[' => self.list(),
            b'"' => Tree::Text(self.string()),
            _ => self.scalar(),
        };
        Node { at, tree }
    }

    fn table(&mut self) -> Tree {
        self.at += 1;
        let mut entries = Vec::new();
        while self.at < self.source.len() && self.next() != b'}' {
            let at = self.at;
            let name = self.string();
            entries.push((Key { name, at }, self.value()));
        }
        self.at += 1;
        Tree::Table(entries)
    }

    fn list(&mut self) -> Tree {
        self.at += 1;
        let mut items = Vec::new();
        while self.at < self.source.len() && self.next() != b']' {
            items.push(self.value());
        }
        self.at += 1;
        Tree::List(items)
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while self.at < self.source.len() && self.byte() != b'"' {
            self.at += if self.byte() == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.source.len());
        self.source
            .get(start..self.at)
            .and_then(|raw| serde_json::from_str(raw).ok())
            .unwrap_or_default()
    }

    fn scalar(&mut self) -> Tree {
        let start = self.at;
        while self.at < self.source.len()
            && !matches!(self.byte(), b',' | b']' | b'}')
            && !self.byte().is_ascii_whitespace()
        {
            self.at += 1;
        }
        match &self.source[start..self.at] {
            "true" => Tree::Flag(true),
            "false" => Tree::Flag(false),
            "null" => Tree::Other("null"),
            number => number
                .parse()
                .map_or(Tree::Other("a number with a point"), Tree::Whole),
        }
    }
}
