//! `/api/business/greeting`: the first thing that callers hear, as a text that the engine speaks or
//! as a sound that somebody recorded.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::{Body, read, readable};
use super::business::record;
use super::business_body::Business;
use super::businesses::changed;
use super::ranged;
use super::who::{Who, tenant};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use domain::ids::AudioHash;
use garde::Validate;
use serde::Deserialize;
use store::business_records::BusinessChange;
use store::media::NewMedia;
use utoipa::ToSchema;

/// The largest upload.
const LIMIT: usize = 5 * 1024 * 1024;

/// A greeting's words.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    #[garde(length(chars, min = 1, max = 500), custom(readable))]
    #[schema(min_length = 1, max_length = 500)]
    pub text: String,
}

/// The greeting as callers hear it. 404 until it has been synthesised.
#[utoipa::path(tag = "business", responses((status = 200, content_type = "audio/wav", body = Vec<u8>)))]
#[get("/api/business/greeting")]
pub async fn listen(edge: web::Data<Edge>, who: Who, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let record = record(&edge, who.business()?).await?;
    let hash = record.row.greeting.ok_or_else(ApiError::not_found)?;
    let sound = edge
        .switchboard
        .store
        .media(hash)
        .await?
        .ok_or_else(ApiError::not_found)?;
    ranged::serve(&request, sound.bytes.into(), "private, no-cache")
}

/// Uploads a greeting: WAV or MP3 of at most a minute and 5 MB, with sound in it. It is kept as the telephone carries it.
#[utoipa::path(tag = "business", request_body(content = Vec<u8>, content_type = "audio/wav"),
    responses((status = 200, body = Business)))]
#[put("/api/business/greeting")]
pub async fn upload(
    edge: web::Data<Edge>,
    who: Who,
    payload: web::Payload,
) -> Result<web::Json<Business>, ApiError> {
    let business = who.manager()?;
    record(&edge, business).await?;
    let bytes = read(payload, LIMIT).await?;
    let wav = web::block(move || media::upload::for_telephone(&bytes))
        .await
        .map_err(|_| ApiError::new(Code::Unavailable, "too busy to convert a sound: try again"))?
        .map_err(|error| ApiError::new(Code::Invalid, error.to_string()))?;
    let (sha256, millis) = media::wav::fingerprint(&wav);
    let hash = AudioHash(sha256);
    let sound = NewMedia {
        hash,
        mime: "audio/wav",
        millis,
        bytes: &wav,
    };
    edge.switchboard.store.keep_media(sound).await?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    transaction.upload_greeting(&who.by, Some(hash)).await?;
    transaction.commit().await?;
    Ok(web::Json(record(&edge, business).await?.into()))
}

/// Lets the engine speak these words from now on; `greeting_ready` tells when they are synthesised.
#[utoipa::path(tag = "business", request_body = Words, responses((status = 200, body = Business)))]
#[post("/api/business/greeting/speak")]
pub async fn speak(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<Words>,
) -> Result<web::Json<Business>, ApiError> {
    let business = who.manager()?;
    let change = BusinessChange {
        greeting_text: Some(body.0.text.trim().to_owned()),
        ..BusinessChange::default()
    };
    changed(&edge, &who, business, None, &change).await
}

/// Back to the script's first words.
#[utoipa::path(tag = "business", responses((status = 200, body = Business)))]
#[delete("/api/business/greeting")]
pub async fn reset(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Business>, ApiError> {
    let business = who.manager()?;
    record(&edge, business).await?;
    let change = BusinessChange {
        greeting_text: Some(String::new()),
        ..BusinessChange::default()
    };
    changed(&edge, &who, business, None, &change).await
}
