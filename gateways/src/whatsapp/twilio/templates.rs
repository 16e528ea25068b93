//! Templates of an account (Twilio docs, `content/content-api-resources`): what was written, and what WhatsApp says to it, in one list.
//! A content may have several forms; the one is taken that WhatsApp was asked about.

use std::collections::BTreeSet;

use domain::whatsapp::{MediaKind, TemplateStatus};
use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::super::exchange;
use super::super::provider::{ReadError, Template, TemplateButton, TemplateParameter};
use super::super::reading::{self, placeholders};
use super::client::{TwilioClient, told};

/// Where what was written is listed together with WhatsApp's answer.
const PATH: &str = "/v1/ContentAndApprovals";
const PAGE: &str = "500";
const MOST_PAGES: usize = 20;

/// All of them, or none.
pub(super) async fn all(client: &TwilioClient, request_id: &str) -> Result<Vec<Template>, ReadError> {
    let mut url = client.sister("content", PATH);
    url.query_pairs_mut().append_pair("PageSize", PAGE);
    let origin = url.origin();
    let mut found = Vec::new();
    for _ in 0..MOST_PAGES {
        let answer = exchange::read(client.rest.request(Method::GET, url, request_id)).await?;
        let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let rows = json["contents"].as_array();
        let Some(rows) = rows.filter(|_| answer.status.is_success()) else {
            return Err(answer.unread(told(&answer.body)));
        };
        found.extend(rows.iter().filter_map(template));
        let Some(next) = json["meta"]["next_page_url"].as_str() else {
            return Ok(found);
        };
        // The request carries our credentials: it stays where it was.
        url = Url::parse(next)
            .ok()
            .filter(|next| next.origin() == origin && next.path() == PATH)
            .ok_or(ReadError::Garbage("next_page_url leaves the Content API"))?;
    }
    Err(ReadError::Garbage("more than 10,000 templates"))
}

fn template(row: &Value) -> Option<Template> {
    let approval = &row["approval_requests"];
    let forms = row["types"].as_object()?;
    // WhatsApp was asked about one form, unless the content was never sent to it.
    let asked = approval["content_type"].as_str();
    let asked = asked.and_then(|kind| forms.get(kind));
    let form = asked.or_else(|| forms.values().next())?;
    let body = ["body", "title"]
        .iter()
        .find_map(|field| reading::text(&form[*field]));
    let header = reading::text(&form["header_text"]);
    let media = form["media"][0].as_str();
    let buttons = buttons(form);
    let texts = [header.as_deref(), body.as_deref(), media];
    let links = buttons.iter().filter_map(|button| button.url.as_deref());
    let keys = texts
        .into_iter()
        .flatten()
        .chain(links)
        .flat_map(placeholders)
        .collect();
    let name = reading::name(&approval["name"]).or_else(|| reading::name(&row["friendly_name"]))?;
    Some(Template {
        provider_id: reading::id(&row["sid"])?,
        name,
        language: reading::name(&row["language"]).unwrap_or_default(),
        category: reading::word(&approval["category"]),
        status: status(approval["status"].as_str().unwrap_or("")),
        header,
        header_media: media.map(media_kind),
        body: body.unwrap_or_default(),
        footer: reading::text(&form["footer"]).or_else(|| reading::text(&form["subtitle"])),
        buttons,
        parameters: parameters(keys, &row["variables"]),
        rejected_reason: reading::name(&approval["rejection_reason"]),
    })
}

fn status(word: &str) -> TemplateStatus {
    match word {
        "approved" => TemplateStatus::Approved,
        "received" | "pending" => TemplateStatus::Pending,
        "rejected" => TemplateStatus::Rejected,
        "paused" => TemplateStatus::Paused,
        "disabled" => TemplateStatus::Disabled,
        // `unsubmitted`: usable in the window only, where a text does as well.
        _ => TemplateStatus::Unavailable,
    }
}

fn media_kind(link: &str) -> MediaKind {
    let ending = link.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    match ending.as_str() {
        "pdf" | "docx" | "xlsx" => MediaKind::Document,
        "mp4" | "3gp" => MediaKind::Video,
        _ => MediaKind::Image,
    }
}

fn buttons(form: &Value) -> Vec<TemplateButton> {
    let all = form["actions"].as_array().into_iter().flatten().take(10);
    let button = |action: &Value| TemplateButton {
        kind: match reading::word(&action["type"]) {
            kind if kind.is_empty() => "quick_reply".to_owned(),
            kind => kind,
        },
        text: reading::name(&action["title"]).unwrap_or_default(),
        url: reading::name(&action["url"]),
    };
    all.map(button).collect()
}

/// Each key once, numbers by value, with the default value that was given as its example.
fn parameters(keys: Vec<String>, examples: &Value) -> Vec<TemplateParameter> {
    let place = |key: String| (key.parse::<u32>().unwrap_or(u32::MAX), key);
    let keys: BTreeSet<(u32, String)> = keys.into_iter().map(place).collect();
    let parameter = |key: String| TemplateParameter {
        example: reading::name(&examples[&key]),
        key,
    };
    keys.into_iter().map(|(_, key)| parameter(key)).collect()
}
