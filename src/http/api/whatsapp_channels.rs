//! `/api/whatsapp/channels`, `/templates`, `/replies`: what a business writes from and with. Numbers are a manager's; a
//! secret comes in and never goes out.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::paging::{Paged, whole};
use super::whatsapp_body::{NewWhatsappChannel, WhatsappChannel, WhatsappChannelPatch};
use super::whatsapp_template_body::{NewWhatsappReply, TemplateParameter, WhatsappReply, WhatsappTemplate};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, delete, get, patch, post, web};
use domain::entities::Phone;
use domain::whatsapp::ProviderName;
use gateways::whatsapp::{ReadError, Template};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use store::whatsapp::{ChannelChange, ChannelRow, NewChannel, NewTemplate};
use utoipa::IntoParams;

/// The business's numbers.
#[utoipa::path(tag = "whatsapp", responses((status = 200, body = Paged<WhatsappChannel>)))]
#[get("/api/whatsapp/channels")]
pub async fn list(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<WhatsappChannel>>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let rows = tenant.begin().await?.channels().await?;
    Ok(web::Json(whole(rows.into_iter().map(Into::into).collect())))
}

fn sealed(edge: &Edge, number: &str, secret: Option<String>) -> Result<Option<Vec<u8>>, ApiError> {
    let Some(secret) = secret else { return Ok(None) };
    let sealed = edge.whatsapp.seal.seal(number, &SecretString::from(secret));
    sealed.map(Some).map_err(|error| {
        tracing::error!(%error, "a secret could not be sealed");
        ApiError::new(Code::Internal, "something went wrong here: it is in the log")
    })
}

fn address(given: Option<String>) -> Result<Option<String>, ApiError> {
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    let good = given
        .strip_prefix("https://")
        .or_else(|| given.strip_prefix("http://"))
        .is_some_and(|rest| !rest.is_empty() && !rest.contains(['@', '?', '#', ' ']));
    match good {
        true => Ok(Some(given.trim_end_matches('/').to_owned())),
        false => Err(ApiError::field(
            "base_url",
            "an address such as https://bridge.example.co.il",
        )),
    }
}

/// Adds a number. 409 `taken` when it is somebody's already.
#[utoipa::path(tag = "whatsapp", request_body = NewWhatsappChannel, responses((status = 201, body = WhatsappChannel)))]
#[post("/api/whatsapp/channels")]
pub async fn create(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<NewWhatsappChannel>,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let body = body.0;
    let number = Phone::parse(&body.number).map_err(|error| ApiError::field("number", error.to_string()))?;
    let number = number.as_e164().to_owned();
    let provider = body.provider.map_or(edge.whatsapp.provider, Into::into);
    let (of_meta, defaults) = (provider == ProviderName::Meta, &edge.whatsapp.meta);
    let phone_number_id = body.phone_number_id.or_else(|| defaults.phone_number_id.clone());
    if of_meta && phone_number_id.is_none() {
        return Err(ApiError::field(
            "phone_number_id",
            "Meta's id of the number is needed",
        ));
    }
    let base_url = address(body.base_url)?;
    if provider == ProviderName::Bridge && (base_url.is_none() || body.secret.is_none()) {
        return Err(ApiError::field(
            "base_url",
            "a bridge needs its address and the shared secret",
        ));
    }
    let new = NewChannel {
        provider,
        phone_number_id: phone_number_id.filter(|_| of_meta),
        account_id: body
            .account_id
            .or_else(|| defaults.account_id.clone().filter(|_| of_meta))
            .unwrap_or_default(),
        name: body.name,
        assistant: body.assistant,
        base_url: base_url.unwrap_or_default(),
        secret: sealed(&edge, &number, body.secret)?,
        number,
    };
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let row = transaction.make_channel(&who.by, &new).await?;
    transaction.commit().await?;
    // What came for it before it was here.
    let mut addresses = vec![row.number.as_str()];
    addresses.extend(row.phone_number_id.as_deref());
    for took in edge.switchboard.store.take_unplaced(&addresses).await? {
        actors::whatsapp::tell(&edge.sessions, &edge.whatsapp.bell, &took);
    }
    Ok(HttpResponse::Created().json(WhatsappChannel::from(row)))
}

/// Changes a number; what stopped it is forgotten, and it is tried again.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), request_body = WhatsappChannelPatch, responses((status = 200, body = WhatsappChannel)))]
#[patch("/api/whatsapp/channels/{id}")]
pub async fn update(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<WhatsappChannelPatch>,
) -> Result<web::Json<WhatsappChannel>, ApiError> {
    let business = who.manager()?;
    let body = body.0;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let known = transaction.channel(*id).await?.ok_or_else(ApiError::not_found)?;
    let change = ChannelChange {
        name: body.name,
        active: body.active,
        assistant: body.assistant,
        phone_number_id: body.phone_number_id,
        account_id: body.account_id,
        base_url: address(body.base_url)?,
        secret: sealed(&edge, &known.number, body.secret)?,
    };
    let row = transaction.change_channel(&who.by, *id, &change).await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    edge.whatsapp.bell.written();
    Ok(web::Json(row.into()))
}

/// Takes a number away; its conversations stay to be read.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), responses((status = 204)))]
#[delete("/api/whatsapp/channels/{id}")]
pub async fn remove(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let mut tenant = tenant(&edge, who.manager()?).await?;
    let transaction = tenant.begin().await?;
    if !transaction.remove_channel(&who.by, *id).await? {
        return Err(ApiError::not_found());
    }
    transaction.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which templates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TemplateList {
    /// Of this number.
    channel: Option<i64>,
}

/// Templates, those that may be used first.
#[utoipa::path(tag = "whatsapp", params(TemplateList), responses((status = 200, body = Paged<WhatsappTemplate>)))]
#[get("/api/whatsapp/templates")]
pub async fn templates(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<TemplateList>,
) -> Result<web::Json<Paged<WhatsappTemplate>>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let rows = tenant.begin().await?.whatsapp_templates(query.channel).await?;
    Ok(web::Json(whole(rows.into_iter().map(Into::into).collect())))
}

fn kept(one: Template) -> NewTemplate {
    let parameters: Vec<TemplateParameter> = one
        .parameters
        .into_iter()
        .map(|parameter| TemplateParameter {
            name: parameter.key,
            example: parameter.example,
        })
        .collect();
    let has_header = one.header.is_some() || one.header_media.is_some() || one.footer.is_some();
    let header = json!({ "text": one.header, "media": one.header_media, "footer": one.footer });
    NewTemplate {
        provider_id: one.provider_id,
        name: one.name,
        language: one.language,
        category: one.category,
        status: one.status.as_str().to_owned(),
        body: one.body,
        parameters: json!(parameters),
        header: has_header.then_some(header),
        buttons: json!(one.buttons),
        rejected_reason: one.rejected_reason,
    }
}

/// Asks the providers of all numbers for their templates. 503 when one can't be asked: its templates stay as they were.
#[utoipa::path(tag = "whatsapp", responses((status = 200, body = Paged<WhatsappTemplate>)))]
#[post("/api/whatsapp/templates/sync")]
pub async fn sync(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<WhatsappTemplate>>, ApiError> {
    let business = who.business()?;
    let channels: Vec<ChannelRow> = {
        let mut tenant = tenant(&edge, business).await?;
        tenant.begin().await?.channels().await?
    };
    for channel in channels.iter().filter(|channel| channel.active) {
        let asked = match edge.whatsapp.providers.of(channel) {
            Ok(provider) => provider.templates(&who.by.request_id).await,
            Err(error) => return Err(away(&error.to_string())),
        };
        let told = match asked {
            Ok(told) => told,
            Err(ReadError::NotSupported) => continue,
            Err(error) => return Err(away(&error.to_string())),
        };
        let ours: Vec<NewTemplate> = told.into_iter().map(kept).collect();
        let mut tenant = tenant(&edge, business).await?;
        let transaction = tenant.begin().await?;
        transaction.sync_templates(&who.by, channel.id, &ours).await?;
        transaction.commit().await?;
    }
    let mut tenant = tenant(&edge, business).await?;
    let rows = tenant.begin().await?.whatsapp_templates(None).await?;
    Ok(web::Json(whole(rows.into_iter().map(Into::into).collect())))
}

fn away(why: &str) -> ApiError {
    ApiError::new(Code::Unavailable, format!("the provider was not asked: {why}"))
}

/// Kept answers.
#[utoipa::path(tag = "whatsapp", responses((status = 200, body = Paged<WhatsappReply>)))]
#[get("/api/whatsapp/replies")]
pub async fn replies(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<WhatsappReply>>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let rows = tenant.begin().await?.canned_replies().await?;
    Ok(web::Json(whole(rows.into_iter().map(Into::into).collect())))
}

/// Keeps an answer. 409 `taken` when the shortcut is another's.
#[utoipa::path(tag = "whatsapp", request_body = NewWhatsappReply, responses((status = 201, body = WhatsappReply)))]
#[post("/api/whatsapp/replies")]
pub async fn add_reply(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<NewWhatsappReply>,
) -> Result<HttpResponse, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    let (shortcut, text) = (body.0.shortcut.trim().to_owned(), body.0.text);
    let id = transaction.keep_reply(&who.by, &shortcut, &text).await?;
    transaction.commit().await?;
    let kept = store::whatsapp::CannedReply { id, shortcut, text };
    Ok(HttpResponse::Created().json(WhatsappReply::from(kept)))
}

/// Takes an answer away.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), responses((status = 204)))]
#[delete("/api/whatsapp/replies/{id}")]
pub async fn remove_reply(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<HttpResponse, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    if !transaction.remove_reply(&who.by, *id).await? {
        return Err(ApiError::not_found());
    }
    transaction.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
