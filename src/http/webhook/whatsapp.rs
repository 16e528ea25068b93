//! WhatsApp's webhooks: Twilio's, Meta's and a bridge's. Each proves the request over the raw body, takes everything in that
//! it holds, and answers 200 after the commit, whatever is in it: only a forged or too large request is refused. 503 when
//! neither Postgres nor the disk took it: then it is to be told again.

mod arrived;

use super::super::Edge;
use super::super::errors::{self, Code};
use super::super::request_id::RequestId;
use super::call_status::EMPTY;
use super::received::{proven_ours, too_many_unsigned};
use super::render;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use arrived::{Sorted, sorted};
use domain::entities::Phone;
use gateways::whatsapp::{Batch, ChannelKey, bridge as bridges, meta as metas, twilio as twilios};
use jiff::Timestamp;

/// `POST /webhook/whatsapp/twilio`: a message of a customer's.
pub async fn twilio(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let body = match proven_ours(&request, payload, &edge).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    match take(&edge, &request, twilios::inbound(&body), None).await {
        true => render::respond(EMPTY.into()),
        false => unkept(&request),
    }
}

/// `POST /webhook/whatsapp/status`: how far a message of ours came, from Twilio.
pub async fn status(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let body = match proven_ours(&request, payload, &edge).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let query = request.uri().query().unwrap_or("");
    match take(&edge, &request, twilios::status(query, &body), None).await {
        true => render::respond(EMPTY.into()),
        false => unkept(&request),
    }
}

/// `GET /webhook/whatsapp/meta`: Meta asks whether the address is ours.
pub async fn verify(request: HttpRequest, edge: web::Data<Edge>) -> HttpResponse {
    let query = request.uri().query().unwrap_or("");
    match metas::challenge(query, &edge.whatsapp.meta.verify_token) {
        Some(challenge) => HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body(challenge),
        None => forged(&request, "the verify token is another one"),
    }
}

/// `POST /webhook/whatsapp/meta`: messages and statuses of all numbers of our app.
pub async fn meta(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let body = match whole(&request, payload, metas::LIMIT_BYTES).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let signature = header(&request, "x-hub-signature-256");
    if !edge.whatsapp.app_secrets.signed(&body, signature) {
        return forged(&request, "the signature is wrong");
    }
    answered(&edge, &request, metas::inbound(&body), None).await
}

/// `POST /webhook/whatsapp/bridge/{channel}`: what the bridge of this number tells.
pub async fn bridge(
    request: HttpRequest,
    payload: web::Payload,
    channel: web::Path<i64>,
    edge: web::Data<Edge>,
) -> HttpResponse {
    let body = match whole(&request, payload, bridges::LIMIT_BYTES).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let row = match edge.switchboard.store.whatsapp_channel(*channel).await {
        Ok(row) => row,
        // Without the secret nothing is proven, and nothing unproven is kept.
        Err(_) => return unkept(&request),
    };
    let Some(row) = row else {
        return forged(&request, "there is no such bridge");
    };
    let signed = bridges::SignedBridgeRequest {
        method: request.method().as_str(),
        raw_target: request
            .uri()
            .path_and_query()
            .map_or("/", |target| target.as_str()),
        timestamp: header(&request, bridges::TIMESTAMP_HEADER),
        signature: header(&request, bridges::SIGNATURE_HEADER),
        body: &body,
    };
    let secrets = edge.whatsapp.bridge_secrets(&row);
    let (true, Ok(number)) = (
        secrets.signed(&signed, Timestamp::now()),
        Phone::parse(&row.number),
    ) else {
        return forged(&request, "the signature is wrong");
    };
    let batch = bridges::inbound(&ChannelKey::Number(number), &body);
    answered(&edge, &request, batch, Some(row.id)).await
}

async fn answered(
    edge: &web::Data<Edge>,
    request: &HttpRequest,
    batch: Batch,
    channel: Option<i64>,
) -> HttpResponse {
    match take(edge, request, batch, channel).await {
        true => HttpResponse::Ok().finish(),
        false => unkept(request),
    }
}

/// Takes everything in; whether all that is to be kept is.
async fn take(edge: &web::Data<Edge>, request: &HttpRequest, batch: Batch, channel: Option<i64>) -> bool {
    if batch.dropped > 0 {
        tracing::warn!(
            path = request.path(),
            dropped = batch.dropped,
            "parts of a webhook could not be read"
        );
        metrics::counter!("webhooks_malformed_total", "kind" => "whatsapp")
            .increment(u64::try_from(batch.dropped).unwrap_or(u64::MAX));
    }
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.as_str().to_owned());
    let Sorted {
        arrived,
        troubles,
        templates,
    } = sorted(batch, channel, &id.unwrap_or_default());
    let durable = edge
        .switchboard
        .take_whatsapp(arrived, &edge.sessions, &edge.whatsapp.bell)
        .await;
    let store = &edge.switchboard.store;
    for (address, error) in troubles {
        if let Err(error) = store.whatsapp_trouble(&address, &error.code, &error.detail).await {
            tracing::debug!(%error, "a number's trouble was not kept");
        }
    }
    for one in templates {
        let key = (one.account.as_str(), one.name.as_str(), one.language.as_str());
        let kept = store
            .template_looked_at(key, one.status.as_str(), one.reason.as_deref())
            .await;
        if let Err(error) = kept {
            tracing::debug!(%error, "what became of a template is known with the next synchronisation");
        }
    }
    durable
}

async fn whole(
    request: &HttpRequest,
    payload: web::Payload,
    limit: usize,
) -> Result<web::Bytes, HttpResponse> {
    match payload.to_bytes_limited(limit).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(errors::respond(
            request,
            Code::BadRequest,
            "the body could not be read",
        )),
        Err(_) => Err(errors::respond(
            request,
            Code::TooLarge,
            "the body is larger than a webhook's can be",
        )),
    }
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

fn forged(request: &HttpRequest, why: &'static str) -> HttpResponse {
    metrics::counter!("webhooks_refused_total").increment(1);
    if let Some(refused) = too_many_unsigned(request) {
        return refused;
    }
    tracing::warn!(path = request.path(), why, "a webhook was refused");
    errors::respond(request, Code::BadSignature, why)
}

fn unkept(request: &HttpRequest) -> HttpResponse {
    errors::respond(request, Code::Unavailable, "it could not be kept: tell it again")
}
