//! `/files/{business}/{call}/{sound}`: what was heard and said in a call, by signed links that expire. The link was made
//! for somebody who may see the call; the call must still be that business's, and the sound one of it.

use super::Edge;
use super::api::ranged;
use super::errors::{ApiError, Code};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::ids::{AudioHash, BusinessId};
use serde::Deserialize;

/// How long a link works, in seconds.
const LASTS: i64 = 600;

/// The signed part of a link.
#[derive(Deserialize)]
pub struct Signed {
    e: i64,
    s: String,
}

/// A link to this sound of this call, from now.
pub fn link(edge: &Edge, business: BusinessId, call: &str, sound: AudioHash) -> String {
    let path = format!("/files/{business}/{call}/{sound}.wav");
    let until = jiff::Timestamp::now().as_second() + LASTS;
    let signed = edge.links.sign(&path, until);
    format!("{path}?{signed}")
}

/// `GET /files/{business}/{call}/{sound}.wav?e=…&s=…`.
pub async fn file(
    edge: web::Data<Edge>,
    request: HttpRequest,
    path: web::Path<(i64, String, String)>,
    signed: Option<web::Query<Signed>>,
) -> Result<HttpResponse, ApiError> {
    let now = jiff::Timestamp::now().as_second();
    let good = signed.is_some_and(|signed| edge.links.verify(request.path(), signed.e, &signed.s, now));
    if !good {
        return Err(ApiError::new(
            Code::Forbidden,
            "the link has expired: open the page again",
        ));
    }
    let (business, call, file) = path.into_inner();
    let sound = file
        .strip_suffix(".wav")
        .and_then(AudioHash::parse)
        .ok_or_else(ApiError::not_found)?;
    let store = &edge.switchboard.store;
    let mut tenant = store.tenant(BusinessId(business)).await?;
    if !tenant.begin().await?.has_sound(&call, sound).await? {
        return Err(ApiError::not_found());
    }
    let bytes = match edge.prompts.recorded(sound) {
        Some(recorded) => recorded,
        None => store
            .media(sound)
            .await?
            .ok_or_else(ApiError::not_found)?
            .bytes
            .into(),
    };
    ranged::serve(&request, bytes, "private, max-age=600")
}
