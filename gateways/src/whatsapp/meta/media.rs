//! Files of the Cloud API come in two steps (Meta, "Media"): an id gives an address that lives for five minutes, the address gives the
//! bytes. The token goes with both, so the address is visited only where it is Meta's; and what came is what Meta had.

use reqwest::Method;
use sha2::{Digest, Sha256};
use url::Url;

use super::super::exchange;
use super::super::inbound::MediaReference;
use super::super::provider::{Fetched, MediaError, ReadError};
use super::client::MetaClient;
use crate::outbound::{check_url, request_id_header};

impl MetaClient {
    pub(super) async fn fetch(
        &self,
        reference: &MediaReference,
        limit: usize,
        request_id: &str,
    ) -> Result<Fetched, MediaError> {
        let mut url = self.address(&[&reference.0]);
        url.query_pairs_mut()
            .append_pair("phone_number_id", &self.access.phone_number_id);
        let answer = exchange::read(self.request(Method::GET, url, request_id))
            .await
            .map_err(|error| match error {
                ReadError::RetryAfter(wait) => MediaError::Retry(wait),
                _ => MediaError::Forbidden("the Graph API itself is not public"),
            })?;
        let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if !answer.status.is_success() {
            return Err(match answer.unread(None) {
                ReadError::Credentials => MediaError::Credentials,
                ReadError::RetryAfter(wait) => MediaError::Retry(wait),
                // 100 with subcode 33: no such thing, or not any more.
                _ if matches!(answer.status.as_u16(), 400 | 404 | 410) => MediaError::Gone,
                _ => MediaError::Refused(answer.status.as_u16()),
            });
        }
        if json["file_size"].as_u64().is_some_and(|size| size > limit as u64) {
            return Err(MediaError::TooLarge);
        }
        let link = json["url"].as_str().and_then(|text| Url::parse(text).ok());
        let link = link.ok_or(MediaError::Retry(None))?;
        let mut fetched = self.download(link, limit, request_id).await?;
        check_hash(json["sha256"].as_str(), &fetched)?;
        fetched.mime = json["mime_type"]
            .as_str()
            .map(|mime| mime.split(';').next().unwrap_or("").trim().to_ascii_lowercase())
            .filter(|mime| (1..=100).contains(&mime.len()))
            .or(fetched.mime);
        Ok(fetched)
    }

    async fn download(&self, link: Url, limit: usize, request_id: &str) -> Result<Fetched, MediaError> {
        let response = self.visit(&link, request_id)?.send().await;
        let response = response.map_err(|error| exchange::no_file(&error))?;
        let Some(target) = exchange::redirect(&response, &link) else {
            return exchange::file(response, limit).await;
        };
        let response = self.visit(&target?, request_id)?.send().await;
        exchange::file(response.map_err(|error| exchange::no_file(&error))?, limit).await
    }

    /// A request that carries the token: to the Graph API's own origin, or to one that is listed, which must then be public.
    fn visit(&self, url: &Url, request_id: &str) -> Result<reqwest::RequestBuilder, MediaError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(MediaError::Forbidden("an address with a password"));
        }
        let client = if url.origin() == self.access.graph.origin() {
            &self.configured
        } else if self
            .access
            .media_origins
            .iter()
            .any(|listed| listed.origin() == url.origin())
        {
            check_url(url).map_err(|_| MediaError::Forbidden("an address that is not public https"))?;
            &self.guarded
        } else {
            return Err(MediaError::Forbidden("a host that is not the provider's"));
        };
        let request = client.get(url.clone()).headers(request_id_header(request_id));
        Ok(request.headers(self.bearer()))
    }
}

/// Meta tells the hash in hexadecimal; a file that came otherwise is fetched again.
fn check_hash(told: Option<&str>, fetched: &Fetched) -> Result<(), MediaError> {
    let Some(told) = told.filter(|hash| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
    else {
        return Ok(());
    };
    let hash: String = Sha256::digest(&fetched.bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    match hash.eq_ignore_ascii_case(told) {
        true => Ok(()),
        false => Err(MediaError::Retry(None)),
    }
}
