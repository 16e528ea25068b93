//! `POST /api/whatsapp/media` and `/files/whatsapp/{business}/{file}`: files that people send, and all files by signed links
//! that expire. What a file is was read from its bytes; what a browser would run is never among them.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::read;
use super::whatsapp_body::file_path;
use super::who::Who;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpRequest, HttpResponse, post, web};
use domain::ids::BusinessId;
use domain::whatsapp::MediaKind;
use media::attachment::{self, Examined, Refusal, Said};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use store::whatsapp::NewFile;
use utoipa::{IntoParams, ToSchema};

/// The largest file that is taken: WhatsApp's own limit for documents.
const FILE: usize = 100 * 1024 * 1024;

/// What a file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileName {
    /// As the customer will see it.
    name: Option<String>,
}

/// A file that can be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptFile {
    id: i64,
    /// What it will be sent as.
    kind: String,
    mime: String,
    size: usize,
    name: String,
}

/// What it is, and a small picture of it: as the first kind that it fits.
fn examined(bytes: &[u8], name: Option<&str>) -> Result<(Examined, Option<Vec<u8>>), Refusal> {
    let mut refusal = Refusal::UnknownType;
    for kind in [
        MediaKind::Image,
        MediaKind::Audio,
        MediaKind::Video,
        MediaKind::Document,
    ] {
        let said = Said { kind, mime: "", name };
        match attachment::examine(said, bytes) {
            Ok(found) => {
                let small = match found.size {
                    Some(_) => Some(attachment::thumbnail(found.mime, bytes)?.bytes),
                    None => None,
                };
                return Ok((found, small));
            }
            Err(Refusal::NotWhatItSays | Refusal::UnknownType | Refusal::TooLarge)
                if kind != MediaKind::Document => {}
            Err(other) => {
                refusal = other;
                break;
            }
        }
    }
    Err(refusal)
}

fn refused(refusal: Refusal) -> ApiError {
    let code = match refusal {
        Refusal::TooLarge => Code::TooLarge,
        _ => Code::UnsupportedMedia,
    };
    ApiError::new(code, refusal.to_string()).with("reason", refusal.code())
}

/// Keeps a file to be sent: the body is the file. 415 when it is something that is not kept.
#[utoipa::path(tag = "whatsapp", params(FileName), request_body(content = [u8], content_type = "application/octet-stream"), responses((status = 201, body = KeptFile)))]
#[post("/api/whatsapp/media")]
pub async fn upload(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<FileName>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let bytes = read(payload, FILE).await?;
    let name = query.into_inner().name;
    let looked_at = web::block({
        let (bytes, name) = (bytes.clone(), name.clone());
        move || examined(&bytes, name.as_deref())
    });
    let looked_at = looked_at
        .await
        .map_err(|_| ApiError::new(Code::Unavailable, "too many files at once: try again"))?;
    let (found, small) = looked_at.map_err(refused)?;
    let name = attachment::safe_name(name.as_deref(), found.extension);
    let (kind, mime) = (found.kind.as_str(), found.mime);
    let file = NewFile {
        kind,
        mime,
        name: &name,
        bytes: &bytes,
        thumbnail: small.as_deref(),
        by: Some(who.user.0),
    };
    let id = edge.switchboard.store.keep_file(business, file).await?;
    Ok(HttpResponse::Created().json(KeptFile {
        id,
        kind: kind.into(),
        mime: mime.into(),
        size: bytes.len(),
        name,
    }))
}

/// The signed part of a link.
#[derive(Deserialize)]
pub struct Signed {
    e: i64,
    s: String,
}

/// `GET /files/whatsapp/{business}/{file}?e=…&s=…`.
pub async fn file(
    edge: web::Data<Edge>,
    request: HttpRequest,
    path: web::Path<(i64, i64)>,
    signed: Option<web::Query<Signed>>,
) -> Result<HttpResponse, ApiError> {
    serve(&edge, &request, path.into_inner(), (signed, false)).await
}

/// `GET /files/whatsapp/{business}/{file}/thumbnail?e=…&s=…`.
pub async fn thumbnail(
    edge: web::Data<Edge>,
    request: HttpRequest,
    path: web::Path<(i64, i64)>,
    signed: Option<web::Query<Signed>>,
) -> Result<HttpResponse, ApiError> {
    serve(&edge, &request, path.into_inner(), (signed, true)).await
}

async fn serve(
    edge: &Edge,
    request: &HttpRequest,
    (business, file): (i64, i64),
    (signed, small): (Option<web::Query<Signed>>, bool),
) -> Result<HttpResponse, ApiError> {
    let now = jiff::Timestamp::now().as_second();
    let path = file_path(BusinessId(business), file, small);
    let good = signed.is_some_and(|signed| edge.links.verify(&path, signed.e, &signed.s, now));
    if !good || request.path() != path {
        return Err(ApiError::new(
            Code::Forbidden,
            "the link has expired: open the page again",
        ));
    }
    let store = &edge.switchboard.store;
    let kept = store.file_bytes(BusinessId(business), file, small).await?;
    let (mime, name, bytes) = kept.ok_or_else(ApiError::not_found)?;
    // Pictures, sound and films are shown; papers are handed over.
    let shown = ["image/", "audio/", "video/"]
        .iter()
        .any(|kind| mime.starts_with(kind))
        || mime == "application/pdf";
    let way = if shown { "inline" } else { "attachment" };
    let name = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, mime))
        .insert_header((CACHE_CONTROL, "private, max-age=600"))
        .insert_header((CONTENT_DISPOSITION, format!("{way}; filename*=UTF-8''{name}")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes))
}
