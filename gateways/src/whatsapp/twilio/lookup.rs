//! Whether Twilio took a message whose answer was lost: Messages has no idempotency key, but a list by sender and recipient. What is
//! there from the time of the attempts, has the same words and is nobody else's is ours.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::Deserialize;

use super::super::exchange;
use super::super::outgoing::OutgoingContent;
use super::super::provider::{Accepted, Found, Lookup, ReadError};
use super::client::{TwilioClient, address, recipient, told};

/// Messages between two numbers, newest first, that are looked through: far more than a person sends in an hour.
const PAGE: usize = 200;
/// How far the clocks of the two sides may be apart.
const SLACK: SignedDuration = SignedDuration::from_secs(30);

#[derive(Deserialize)]
struct Page {
    messages: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    sid: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    direction: String,
    /// Digits, as text.
    #[serde(default)]
    num_media: Option<String>,
    /// RFC 2822. There from the start, while `date_sent` of what waits is null.
    #[serde(default)]
    date_created: Option<String>,
}

pub(super) async fn find(client: &TwilioClient, wanted: &Lookup<'_>) -> Result<Found, ReadError> {
    let mut url = client.rest.address("Messages.json");
    url.query_pairs_mut()
        .append_pair("From", &address(client.number.as_e164()))
        .append_pair("To", &recipient(wanted.to))
        .append_pair("PageSize", &PAGE.to_string());
    let request = client.rest.request(Method::GET, url, wanted.request_id);
    let answer = exchange::read(request).await?;
    if !answer.status.is_success() {
        return Err(answer.unread(told(&answer.body)));
    }
    let page: Page =
        serde_json::from_slice(&answer.body).map_err(|_| ReadError::Garbage("not the documented JSON"))?;
    Ok(judge(&page.messages, wanted))
}

fn judge(rows: &[Row], wanted: &Lookup<'_>) -> Found {
    let known: HashSet<&str> = wanted.known.iter().map(String::as_str).collect();
    let (from, until) = (wanted.from - SLACK, wanted.until + SLACK);
    let ours = rows
        .iter()
        .filter(|row| row.direction.starts_with("outbound") && !known.contains(row.sid.as_str()))
        .filter(|row| created(row).is_some_and(|at| at >= from && at <= until))
        // The oldest of equal ones: the first attempt's.
        .rfind(|row| fits(wanted.content, row));
    if let Some(row) = ours {
        let provider_id = row.sid.clone();
        return Found::Taken(Accepted { provider_id });
    }
    // A full page that does not reach back to the attempt proves nothing.
    let oldest = rows.last().and_then(created);
    match rows.len() >= PAGE && oldest.is_none_or(|at| at >= from) {
        true => Found::CantTell,
        false => Found::NotTaken,
    }
}

fn created(row: &Row) -> Option<Timestamp> {
    let text = row.date_created.as_deref()?;
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(zoned.timestamp())
}

fn fits(content: &OutgoingContent, row: &Row) -> bool {
    let body = joined(row.body.as_deref().unwrap_or(""));
    let files = row.num_media.as_deref().is_some_and(|n| n != "0");
    match content {
        OutgoingContent::Text(text) => !files && joined(text) == body,
        OutgoingContent::Media { caption, name, .. } => {
            let mut written = [caption, name].into_iter().flatten();
            files && (body.is_empty() || written.any(|text| joined(text) == body))
        }
        // The list shows the words that the template came to: each value that was filled in is among them.
        OutgoingContent::Template(template) => {
            let mut values = template.parameters.iter();
            values.all(|(key, value)| key.contains('.') || body.contains(&joined(value)))
        }
        OutgoingContent::Reaction { .. } => false,
    }
}

/// Spaces and line ends are not kept faithfully on the way.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
