//! Files of WhatsApp messages at Twilio (Twilio docs, `messaging/api/media-resource`): an address of our account, which redirects to a
//! signed link elsewhere. The credentials go to the configured origin alone; the link is visited guarded and without them.

use reqwest::RequestBuilder;
use secrecy::ExposeSecret;
use url::Url;

use super::super::exchange;
use super::super::inbound::MediaReference;
use super::super::provider::{Fetched, MediaError};
use super::client::TwilioClient;
use crate::outbound::{check_url, request_id_header};

pub(super) async fn fetch(
    client: &TwilioClient,
    reference: &MediaReference,
    limit: usize,
    request_id: &str,
) -> Result<Fetched, MediaError> {
    let url = inside(client, &reference.0)?;
    let auth = client.rest.auth();
    let request = client.rest.client().get(url.clone());
    let request = request
        .headers(request_id_header(request_id))
        .basic_auth(&auth.user, Some(auth.secret.expose_secret()));
    let response = request.send().await.map_err(|error| exchange::no_file(&error))?;
    let Some(target) = exchange::redirect(&response, &url) else {
        return exchange::file(response, limit).await;
    };
    let response = outside(client, target?)?.send().await;
    let response = response.map_err(|error| exchange::no_file(&error))?;
    exchange::file(response, limit).await
}

/// The address of a file, when it is one of our own account's.
fn inside(client: &TwilioClient, text: &str) -> Result<Url, MediaError> {
    let url = Url::parse(text).map_err(|_| MediaError::Forbidden("no address"))?;
    let ours = format!("/2010-04-01/Accounts/{}/Messages/", client.account);
    let plain = url.username().is_empty() && url.password().is_none();
    match plain && url.origin() == client.rest.base().origin() && url.path().starts_with(&ours) {
        true => Ok(url),
        false => Err(MediaError::Forbidden("a host that is not the provider's")),
    }
}

/// Where the redirect points: public https, or the configured origin itself.
fn outside(client: &TwilioClient, target: Url) -> Result<RequestBuilder, MediaError> {
    let plain = target.username().is_empty() && target.password().is_none();
    if plain && target.origin() == client.rest.base().origin() {
        return Ok(client.rest.client().get(target));
    }
    check_url(&target).map_err(|_| MediaError::Forbidden("an address that is not public https"))?;
    Ok(client.guarded.get(target))
}
