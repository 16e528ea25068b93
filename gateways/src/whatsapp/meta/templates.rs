//! Templates of a WhatsApp business account (Meta, "Message templates"): read page by page, by cursor. An address that Meta gives for
//! the next page is not visited: the cursor is enough, and the token goes nowhere else.

use domain::whatsapp::{MediaKind, TemplateStatus};
use reqwest::Method;
use serde_json::Value;

use super::super::exchange;
use super::super::provider::{ReadError, Template, TemplateButton, TemplateParameter};
use super::super::reading::{self, placeholders};
use super::client::{MetaClient, told};
use super::events::template_status;

/// Templates a page, and pages: an account may have 6,000.
const PAGE: &str = "200";
const MOST_PAGES: usize = 40;

/// All of them, or none.
pub(super) async fn all(client: &MetaClient, request_id: &str) -> Result<Vec<Template>, ReadError> {
    let mut found = Vec::new();
    let mut after = String::new();
    for _ in 0..MOST_PAGES {
        let mut url = client.address(&[&client.access.account_id, "message_templates"]);
        let fields = "id,name,language,category,status,components,rejected_reason";
        url.query_pairs_mut()
            .append_pair("limit", PAGE)
            .append_pair("fields", fields);
        if !after.is_empty() {
            url.query_pairs_mut().append_pair("after", &after);
        }
        let answer = exchange::read(client.request(Method::GET, url, request_id)).await?;
        let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let Some(rows) = json["data"].as_array().filter(|_| answer.status.is_success()) else {
            return Err(match told(&json) {
                Some(error) if error.code == "190" => ReadError::Credentials,
                error => answer.unread(error),
            });
        };
        found.extend(rows.iter().filter_map(template));
        match json["paging"]["cursors"]["after"].as_str() {
            Some(cursor) if !json["paging"]["next"].is_null() && cursor != after => {
                after = cursor.to_owned();
            }
            _ => return Ok(found),
        }
    }
    Err(ReadError::Garbage("more than 8,000 templates"))
}

fn template(row: &Value) -> Option<Template> {
    let mut template = Template {
        provider_id: reading::id(&row["id"])?,
        name: reading::name(&row["name"])?,
        language: reading::name(&row["language"])?,
        category: reading::word(&row["category"]),
        status: row["status"]
            .as_str()
            .map_or(TemplateStatus::Unavailable, template_status),
        header: None,
        header_media: None,
        body: String::new(),
        footer: None,
        buttons: Vec::new(),
        parameters: Vec::new(),
        rejected_reason: reading::name(&row["rejected_reason"]).filter(|reason| reason != "NONE"),
    };
    for component in row["components"].as_array().into_iter().flatten() {
        let word = component["type"].as_str().unwrap_or("").to_ascii_lowercase();
        match word.as_str() {
            "header" => header(&mut template, component),
            "body" => {
                template.body = reading::text(&component["text"]).unwrap_or_default();
                let examples = &component["example"];
                let places = placeholders(&template.body);
                template
                    .parameters
                    .extend(examples_of("", &places, examples, "body_text"));
            }
            "footer" => template.footer = reading::text(&component["text"]),
            "buttons" => buttons(&mut template, component),
            _ => {}
        }
    }
    Some(template)
}

fn header(template: &mut Template, component: &Value) {
    let format = component["format"].as_str().unwrap_or("").to_ascii_lowercase();
    if format == "text" {
        let text = reading::text(&component["text"]).unwrap_or_default();
        let places = placeholders(&text);
        let parameters = examples_of("header.", &places, &component["example"], "header_text");
        template.parameters.extend(parameters);
        template.header = Some(text);
    } else if let Some(kind) = MediaKind::parse(&format) {
        template.header_media = Some(kind);
        template.parameters.push(TemplateParameter {
            key: format!("header.{format}"),
            example: None,
        });
    }
}

fn buttons(template: &mut Template, component: &Value) {
    let all = component["buttons"].as_array().into_iter().flatten().take(10);
    for (index, button) in all.enumerate() {
        let url = reading::name(&button["url"]);
        for place in placeholders(url.as_deref().unwrap_or("")) {
            template.parameters.push(TemplateParameter {
                key: format!("button.{index}.{place}"),
                example: reading::name(&button["example"][0]),
            });
        }
        template.buttons.push(TemplateButton {
            kind: reading::word(&button["type"]),
            text: reading::name(&button["text"]).unwrap_or_default(),
            url,
        });
    }
}

/// With their examples: by position (`body_text` is a list of lists, `header_text` a list) or by name.
fn examples_of(place: &str, keys: &[String], examples: &Value, list: &str) -> Vec<TemplateParameter> {
    let named = &examples[format!("{list}_named_params")];
    let positional = match examples[list][0].is_array() {
        true => &examples[list][0],
        false => &examples[list],
    };
    let example = |index: usize, key: &str| {
        let by_name = named.as_array().into_iter().flatten();
        by_name
            .filter(|entry| entry["param_name"] == key)
            .find_map(|entry| reading::name(&entry["example"]))
            .or_else(|| reading::name(&positional[index]))
    };
    keys.iter()
        .enumerate()
        .map(|(index, key)| TemplateParameter {
            key: format!("{place}{key}"),
            example: example(index, key),
        })
        .collect()
}
