//! Templates and kept answers as pages see them, and a template with its parameters as it is sent in.

use super::body::readable;
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::whatsapp::{CannedReply, TemplateRow};
use utoipa::ToSchema;

/// Something to fill in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TemplateParameter {
    pub name: String,
    pub example: Option<String>,
}

/// A template as the provider approved it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhatsappTemplate {
    id: i64,
    channel_id: i64,
    name: String,
    language: String,
    category: String,
    /// `approved`, `pending`, `rejected`, `paused`, `disabled`, `unavailable`.
    status: String,
    /// With its parameters as `{{1}}` or `{{name}}`.
    body: String,
    parameters: Vec<TemplateParameter>,
    /// `{text, media, footer}`.
    #[schema(value_type = Option<Object>)]
    header: Option<Value>,
    /// `[{kind, text, url}]`.
    #[schema(value_type = Vec<Object>)]
    buttons: Value,
    rejected_reason: Option<String>,
}

impl From<TemplateRow> for WhatsappTemplate {
    fn from(row: TemplateRow) -> Self {
        Self {
            id: row.id,
            channel_id: row.channel,
            name: row.name,
            language: row.language,
            category: row.category,
            status: row.status,
            body: row.body,
            parameters: serde_json::from_value(row.parameters).unwrap_or_default(),
            header: row.header,
            buttons: row.buttons,
            rejected_reason: row.rejected_reason,
        }
    }
}

/// A value of a parameter.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilledParameter {
    #[garde(length(chars, min = 1, max = 64))]
    pub name: String,
    #[garde(length(chars, min = 1, max = 1024))]
    pub value: String,
}

/// A template that is filled in.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilledTemplate {
    #[garde(length(chars, min = 1, max = 512))]
    pub name: String,
    #[garde(length(chars, min = 1, max = 16))]
    pub language: String,
    #[garde(length(max = 50), dive)]
    #[serde(default)]
    pub parameters: Vec<FilledParameter>,
}

impl FilledTemplate {
    /// What is kept of it, and the words that the customer will read. `Err`: names of parameters that are missing.
    pub fn filled(&self, row: &TemplateRow) -> Result<(Value, String), Vec<String>> {
        let wanted: Vec<TemplateParameter> =
            serde_json::from_value(row.parameters.clone()).unwrap_or_default();
        let given = |name: &str| self.parameters.iter().find(|one| one.name == name);
        let missing: Vec<String> = wanted
            .iter()
            .filter(|one| given(&one.name).is_none())
            .map(|one| one.name.clone())
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut body = row.body.clone();
        for one in &wanted {
            if let Some(filled) = given(&one.name) {
                body = body.replace(&format!("{{{{{}}}}}", one.name), &filled.value);
            }
        }
        let kept: Vec<&FilledParameter> = wanted.iter().filter_map(|one| given(&one.name)).collect();
        let kept = json!({ "provider_id": row.provider_id, "name": row.name, "language": row.language, "parameters": kept });
        Ok((kept, body))
    }
}

/// A kept answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhatsappReply {
    id: i64,
    shortcut: String,
    text: String,
}

impl From<CannedReply> for WhatsappReply {
    fn from(row: CannedReply) -> Self {
        Self {
            id: row.id,
            shortcut: row.shortcut,
            text: row.text,
        }
    }
}

/// An answer to be kept.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWhatsappReply {
    #[garde(length(chars, min = 1, max = 40), custom(readable))]
    pub shortcut: String,
    #[garde(length(chars, min = 1, max = 4000))]
    pub text: String,
}
