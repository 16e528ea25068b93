//! Audio for the carrier: `/static/voice_responses/{business}/{file}`. A reply is named by its hash
//! and may be kept for ever; `greeting.mp3` and `welcome.mp3` keep their names while their sound
//! changes, so the carrier asks again each time. The type is what the bytes are, not what the name says.

use super::Edge;
use super::errors::{self, Code};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use domain::ids::{AudioHash, BusinessId};

/// Which sound a name means, and whether the name may ever mean another.
struct Named {
    hash: AudioHash,
    immutable: bool,
}

/// `GET /static/voice_responses/{business}/{file}`.
pub async fn voice_response(
    request: HttpRequest,
    path: web::Path<(i64, String)>,
    edge: web::Data<Edge>,
) -> HttpResponse {
    let (business, file) = path.into_inner();
    let Some(named) = named(&edge, BusinessId(business), &file) else {
        return errors::respond(&request, Code::NotFound, "no such audio");
    };
    match load(&edge, named.hash).await {
        Ok(Some(sound)) => serve(&request, &named, sound),
        Ok(None) => errors::respond(&request, Code::NotFound, "no such audio"),
        Err(error) => {
            tracing::warn!(%error, "audio could not be read: a recorded apology is played");
            serve(
                &request,
                &Named {
                    immutable: false,
                    ..named
                },
                edge.prompts.apology(),
            )
        }
    }
}

fn named(edge: &Edge, business: BusinessId, file: &str) -> Option<Named> {
    let changing = |hash| {
        Some(Named {
            hash,
            immutable: false,
        })
    };
    match file {
        "greeting.mp3" => {
            let greeting = edge
                .switchboard
                .directory
                .by_id(business)
                .and_then(|business| business.greeting);
            changing(greeting.unwrap_or_else(|| edge.prompts.welcome()))
        }
        "welcome.mp3" => changing(edge.prompts.welcome()),
        _ => {
            let hash = AudioHash::parse(file.strip_suffix(".wav")?)?;
            Some(Named {
                hash,
                immutable: true,
            })
        }
    }
}

async fn load(edge: &Edge, hash: AudioHash) -> Result<Option<Bytes>, store::StoreError> {
    if let Some(recorded) = edge.prompts.recorded(hash) {
        return Ok(Some(recorded));
    }
    Ok(edge
        .switchboard
        .store
        .media(hash)
        .await?
        .map(|media| media.bytes.into()))
}

fn serve(request: &HttpRequest, named: &Named, sound: Bytes) -> HttpResponse {
    let tag = format!("\"{}\"", named.hash);
    let cache = if named.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok());
    let unchanged = known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let mut response = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((CACHE_CONTROL, HeaderValue::from_static(cache)))
        .insert_header((ETAG, tag))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")));
    if unchanged {
        return response.finish();
    }
    let mime = media::mime::sniff(&sound).unwrap_or("application/octet-stream");
    response
        .insert_header((CONTENT_TYPE, HeaderValue::from_static(mime)))
        .body(sound)
}
