//! The routes as the OpenAPI document tells them, with bodies that fit: what the tenant walk and the
//! table of roles are made from, so that a new route is in both without anybody remembering.

use serde_json::{Map, Value, json};

/// A route.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: String,
    /// With `{names}` in it.
    pub path: String,
    /// A body that fits its schema, if it takes one as JSON.
    pub body: Option<Value>,
    /// Whether the document says that it is open to everybody.
    pub open: bool,
}

impl Route {
    /// `get /api/calls/{id}`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The address with the same value for every name in it.
    pub fn address(&self, value: &str) -> String {
        let mut address = self.path.clone();
        while let (Some(from), Some(to)) = (address.find('{'), address.find('}')) {
            address.replace_range(from..=to, value);
        }
        address
    }

    /// Whether there is a name in the path.
    pub fn has_names(&self) -> bool {
        self.path.contains('{')
    }
}

/// All routes of the document.
pub fn all() -> Vec<Route> {
    let document: Value =
        serde_json::from_str(&agentlocator::http::api::document_text()).expect("a document");
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let content = &operation["requestBody"]["content"];
            let schema = &content["application/json"]["schema"];
            routes.push(Route {
                method: method.clone(),
                path: path.clone(),
                body: (!schema.is_null()).then(|| example(&document, schema, "")),
                open: operation.get("security").is_none(),
            });
        }
    }
    assert!(routes.len() > 20, "the document has lost its routes");
    routes
}

/// Something that fits a schema.
fn example(document: &Value, schema: &Value, name: &str) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or("");
        return example(document, &document["components"]["schemas"][name], name);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values[0].clone();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let real = choices.iter().find(|choice| choice["type"] != "null");
            return example(document, real.unwrap_or(&Value::Null), name);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| **kind != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("object") => {
            let fields = schema["properties"].as_object().cloned().unwrap_or_default();
            let of = |(name, schema): (&String, &Value)| (name.clone(), example(document, schema, name));
            Value::Object(fields.iter().map(of).collect::<Map<_, _>>())
        }
        Some("array") => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            json!(
                (0..least)
                    .map(|_| example(document, &schema["items"], ""))
                    .collect::<Vec<_>>()
            )
        }
        Some("integer" | "number") => schema["minimum"].as_i64().unwrap_or(1).into(),
        Some("boolean") => false.into(),
        _ => match (name, schema["format"].as_str()) {
            ("email", _) => json!("somebody@new.example"),
            ("password" | "new" | "current", _) => json!("ענן כחול מעל ההר"),
            ("number" | "transfer_to" | "value", _) => json!("03-5551234"),
            ("time_zone", _) => json!("Asia/Jerusalem"),
            ("locale", _) => json!("he"),
            ("from", _) => json!("09:00"),
            ("to", _) => json!("18:00"),
            (_, Some("date")) => json!("2026-12-31"),
            (_, Some("date-time")) => json!("2026-12-31T10:00:00Z"),
            (_, Some("uuid")) => json!("00000000-0000-0000-0000-000000000001"),
            _ => json!("טקסט"),
        },
    }
}
