//! The web application: its files are part of the program. What has a hash in its name may be kept
//! for a year, the page itself is asked for each time, and every address that is nobody else's is the application's.

use super::errors::{self, Code};
use super::hex::hex;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH,
    VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `npm run build` made; read from the folder in development, part of the program in a release.
#[derive(RustEmbed)]
#[folder = "client/dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";
/// First words of addresses that are never the application's.
const OTHERS: [&str; 9] = [
    "api", "auth", "webhook", "files", "static", "server", "ws", "media", "metrics",
];
const NOT_BUILT: &str = "<!doctype html><meta charset=\"utf-8\"><title>AgentLocator</title>\
    <p dir=\"rtl\" lang=\"he\">המנוע פועל. היישום לא נבנה: npm --prefix client ci ואז npm --prefix client run build.</p>";

/// Every address that no other route has.
pub async fn page(request: HttpRequest) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    let first = path.split('/').next().unwrap_or("");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if OTHERS.contains(&first) || !reads {
        return errors::respond(&request, Code::NotFound, "there is nothing here");
    }
    if let Some(response) = file(&request, path) {
        return response;
    }
    let wants_page = request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"));
    // A missing asset must not be answered with a page: the browser would try to run it.
    if !wants_page || path.starts_with("assets/") {
        return errors::respond(&request, Code::NotFound, "there is nothing here");
    }
    file(&request, PAGE).unwrap_or_else(|| {
        HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(NOT_BUILT)
    })
}

fn file(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    if path.is_empty() || path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let (found, encoding) = encoded(request, path).or_else(|| Some((Files::get(path)?, None)))?;
    let tag = format!("\"{}\"", hex(&found.metadata.sha256_hash()[..12]));
    let cache = if path.starts_with("assets/") {
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
        .insert_header((CACHE_CONTROL, cache))
        .insert_header((ETAG, tag))
        .insert_header((VARY, ACCEPT_ENCODING.as_str()));
    if path == "sw.js" {
        response.insert_header((HeaderName::from_static("service-worker-allowed"), "/"));
    }
    if unchanged {
        return Some(response.finish());
    }
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    response.insert_header((CONTENT_TYPE, kind(path)));
    Some(response.body(found.data.into_owned()))
}

/// The file as the build compressed it, if the browser takes that.
fn encoded(request: &HttpRequest, path: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = request.headers().get(ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |name: &str| {
        accepted
            .split(',')
            .any(|one| one.split(';').next().is_some_and(|word| word.trim() == name))
    };
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .find_map(|(encoding, ending)| {
            let file = takes(encoding)
                .then(|| Files::get(&format!("{path}.{ending}")))
                .flatten()?;
            Some((file, Some(encoding)))
        })
}

/// By its name: these are files of our own build.
fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        _ => "application/octet-stream",
    }
}
