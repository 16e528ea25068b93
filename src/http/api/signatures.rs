//! `/api/signatures`: papers sent to be signed, reminded of and called off. The link is told once, to whoever makes it; what goes out goes
//! out after the commit, and whether it did is in the answer.

use super::super::Edge;
use super::super::auth::secrets::new_secret;
use super::super::errors::{ApiError, Code};
use super::super::hex::hex;
use super::body::Body;
use super::customer_body::identity;
use super::customers::look_again;
use super::documents::{drawn, issue_within, office, original, sent};
use super::paging::{Page, Paged};
use super::policy::pass;
use super::signature_body::{Signing, SigningChannel, SigningState, SigningToMake};
use super::whatsapp_messages::MessageToSend;
use super::whatsapp_starting::written_to;
use super::who::{Who, tenant};
use actix_web::{HttpResponse, get, post, web};
use domain::access::Feature;
use domain::customer::IdentityKind;
use domain::document::{Certificate, CertificateEvent, Channel, Signature, SigningStatus};
use domain::entities::Phone;
use domain::ids::BusinessId;
use domain::policy::{Means, Outgoing, Purpose};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use store::documents::{
    Drawn, EventLine, File, FileKind, NewSigning, Requested, SigningQuery, SigningRow, TimelyEnd,
};
use store::tenant::TenantTx;
use utoipa::IntoParams;

/// Days that a request is open when nobody says otherwise.
const DAYS: i32 = 7;

/// What a list of requests is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SigningList {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
    status: Option<SigningState>,
    customer: Option<i64>,
    document: Option<i64>,
}

/// A phone of somebody who is to get a message.
fn phone(text: &str) -> Result<Phone, ApiError> {
    let known = identity("to", IdentityKind::Phone, text)?;
    Phone::parse(known.value()).map_err(|error| ApiError::field("to", error.to_string()))
}

/// Where a request goes, and where its codes go.
fn way(
    body: &SigningToMake,
    known: (Option<&str>, Option<&str>),
) -> Result<(String, Option<String>), ApiError> {
    let (known_phone, known_email) = known;
    let given = body.to.as_deref().map(str::trim).filter(|to| !to.is_empty());
    if Channel::from(body.channel) == Channel::Email {
        let email = given.or(known_email);
        let email = email.ok_or_else(|| ApiError::field("to", "the customer has no address of mail"))?;
        let email = identity("to", IdentityKind::Email, email)?.value().to_owned();
        let codes = known_phone.ok_or_else(|| {
            ApiError::field(
                "to",
                "the one-time code goes to a phone, and the customer has none",
            )
        })?;
        return Ok((email, Some(codes.to_owned())));
    }
    let to = given.or(known_phone);
    let to = to.ok_or_else(|| ApiError::field("to", "the customer has no phone"))?;
    let to = phone(to)?.as_e164().to_owned();
    Ok((to.clone(), Some(to)))
}

/// Sends a paper to be signed; a draft that is whole is issued first. 422 `missing_fields`, 409 when one is open or signed.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), request_body = SigningToMake, responses((status = 201, body = Signing)))]
#[post("/api/customers/{id}/signatures")]
pub async fn create(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<SigningToMake>,
) -> Result<HttpResponse, ApiError> {
    let business = who.with_feature(Feature::Signatures)?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let customer = transaction.customer(*id).await?.ok_or_else(ApiError::not_found)?;
    let document = transaction.document(body.0.document_id).await?;
    let mut document = document
        .filter(|document| document.customer == *id)
        .ok_or_else(ApiError::not_found)?;
    may_go(&transaction, *id, body.0.channel).await?;
    let known = (customer.line.phone.as_deref(), customer.line.email.as_deref());
    let (to, phone) = way(&body.0, known)?;
    if document.number.is_none() && document.kind.is_signed() {
        document = issue_within(&transaction, &who, document.id).await?;
    }
    let (token, link) = new_secret("");
    let new = NewSigning {
        document: document.id,
        channel: body.0.channel.into(),
        to,
        phone,
        days: body.0.days.unwrap_or(DAYS),
        link,
    };
    let row = match transaction.request_signing(&who.by, &new).await? {
        Requested::Done(row) => *row,
        Requested::Open => return Err(ApiError::new(Code::Conflict, "it waits for a signature already")),
        Requested::Not(_) => {
            return Err(ApiError::new(
                Code::Conflict,
                "it is no paper that waits for a signature",
            ));
        }
        Requested::NotThere => return Err(ApiError::not_found()),
    };
    let office = office(&transaction).await?;
    transaction.commit().await?;
    drop(tenant);
    look_again(&edge, business, *id);
    original(&edge, business, &document).await?;
    let signing = handed_on(
        &edge,
        (business, &who),
        row,
        (&token, &office.settings.legal_name),
    )
    .await?;
    Ok(HttpResponse::Created().json(signing))
}

/// A request to sign belongs to a deal that goes on; a link that somebody hands over passes by nobody's gate.
async fn may_go(transaction: &TenantTx<'_>, customer: i64, channel: SigningChannel) -> Result<(), ApiError> {
    let means = match channel {
        SigningChannel::Sms => Means::Sms,
        SigningChannel::Whatsapp => Means::WhatsApp,
        SigningChannel::Email => Means::Email,
        SigningChannel::Link => return Ok(()),
    };
    let outgoing = Outgoing {
        means,
        purpose: Purpose::Service,
        by_engine: false,
    };
    pass(transaction, customer, &outgoing).await
}

/// The link goes out, or is told how somebody can send it on.
async fn handed_on(
    edge: &Edge,
    (business, who): (BusinessId, &Who),
    row: SigningRow,
    (token, name): (&str, &str),
) -> Result<Signing, ApiError> {
    let link = format!("{}/sign#{token}", edge.public_host);
    let text = format!("{name}: {} לחתימה: {link}", row.title);
    let to = row.to.clone();
    let mut signing = Signing::from(row);
    match signing.channel {
        SigningChannel::Sms => {
            let sent = message(edge, business, (&to, &text), &who.by.request_id).await;
            signing.delivered = sent.is_ok();
        }
        SigningChannel::Whatsapp => {
            let message = MessageToSend::text(text.clone());
            signing.delivered = written_to(edge, (who, business), (signing.customer_id, &to), &message).await;
            let text = utf8_percent_encode(&text, NON_ALPHANUMERIC);
            signing.whatsapp = Some(format!(
                "https://wa.me/{}?text={text}",
                to.trim_start_matches('+')
            ));
        }
        SigningChannel::Email | SigningChannel::Link => {}
    }
    signing.link = Some(link);
    Ok(signing)
}

/// Sends a short message from the business's first number.
///
/// # Errors
/// 503 when there is no account or number to send from, or the carrier does not take it.
pub async fn message(
    edge: &Edge,
    business: BusinessId,
    (to, text): (&str, &str),
    request_id: &str,
) -> Result<(), ApiError> {
    let away = |why: &str| ApiError::new(Code::Unavailable, why);
    let Some(messages) = &edge.messages else {
        return Err(away("no carrier is set up that could send a message"));
    };
    let record = {
        let mut tenant = edge.switchboard.store.tenant(business).await?;
        tenant.begin().await?.business_record().await?
    };
    let from = record.and_then(|record| record.row.numbers.first().cloned());
    let phones = from.as_deref().map(Phone::parse).zip(Some(Phone::parse(to)));
    let Some((Ok(from), Ok(to))) = phones else {
        return Err(away("the business has no number to send a message from"));
    };
    match messages.send_message((&from, &to), text, request_id).await {
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::warn!(%error, "a message was not taken");
            Err(away(
                "the carrier did not take the message: try again in a moment",
            ))
        }
    }
}

/// Requests to sign, the newest first.
#[utoipa::path(tag = "documents", params(SigningList), responses((status = 200, body = Paged<Signing>)))]
#[get("/api/signatures")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<SigningList>,
) -> Result<web::Json<Paged<Signing>>, ApiError> {
    let business = who.business()?;
    let page = Page::of(query.page, query.limit)?;
    let asked = SigningQuery {
        status: query.status.map(Into::into),
        customer: query.customer,
        document: query.document,
        limit: page.limit,
        offset: page.offset(),
    };
    let mut tenant = tenant(&edge, business).await?;
    let (rows, total) = tenant.begin().await?.signings(&asked).await?;
    Ok(web::Json(
        page.with(rows.into_iter().map(Into::into).collect(), total),
    ))
}

/// A request with all that happened to it.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), responses((status = 200, body = Signing)))]
#[get("/api/signatures/{id}")]
pub async fn get_one(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Signing>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let row = tenant.begin().await?.signing(*id).await?;
    Ok(web::Json(row.ok_or_else(ApiError::not_found)?.into()))
}

fn over(row: SigningRow) -> ApiError {
    ApiError::conflict(Signing::from(row))
}

/// Calls a request off: its link is dead. 409 when it is over.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), responses((status = 200, body = Signing)))]
#[post("/api/signatures/{id}/cancel")]
pub async fn cancel(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Signing>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    match transaction.cancel_signing(&who.by, *id).await? {
        TimelyEnd::Done(row) => {
            transaction.commit().await?;
            look_again(&edge, business, row.customer);
            Ok(web::Json((*row).into()))
        }
        TimelyEnd::Over(row) => Err(over(*row)),
        TimelyEnd::NotThere => Err(ApiError::not_found()),
    }
}

/// Sends another link for an open request; the ones before it work as well. 409 when it is over.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), responses((status = 200, body = Signing)))]
#[post("/api/signatures/{id}/remind")]
pub async fn remind(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Signing>, ApiError> {
    let business = who.business()?;
    let (token, link) = new_secret("");
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let row = match transaction.remind_signing(&who.by, *id, &link).await? {
        TimelyEnd::Done(row) => *row,
        TimelyEnd::Over(row) => return Err(over(*row)),
        TimelyEnd::NotThere => return Err(ApiError::not_found()),
    };
    may_go(&transaction, row.customer, row.channel.into()).await?;
    let office = office(&transaction).await?;
    transaction.commit().await?;
    drop(tenant);
    let signing = handed_on(
        &edge,
        (business, &who),
        row,
        (&token, &office.settings.legal_name),
    )
    .await?;
    Ok(web::Json(signing))
}

/// The signed PDF with its certificate. 409 while it is not signed.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), responses((status = 200, content_type = "application/pdf", body = [u8])))]
#[get("/api/signatures/{id}/pdf")]
pub async fn pdf(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let row = tenant(&edge, business).await?.begin().await?.signing(*id).await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    if row.status != SigningStatus::Signed {
        return Err(over(row));
    }
    let file = signed_file(&edge, business, &row).await?;
    Ok(sent(file.bytes))
}

/// The signed file: kept, or drawn from what was frozen and kept now, with its hash in the request's chain.
pub async fn signed_file(edge: &Edge, business: BusinessId, row: &SigningRow) -> Result<File, ApiError> {
    let store = &edge.switchboard.store;
    let (document, certificate) = {
        let mut tenant = store.tenant(business).await?;
        let transaction = tenant.begin().await?;
        if let Some(file) = transaction.file(row.document, FileKind::Signed).await? {
            return Ok(file);
        }
        let document = transaction.document(row.document).await?;
        let document = document.ok_or_else(ApiError::not_found)?;
        let certificate = certificate(edge, &transaction, row, document.sha256.as_deref()).await?;
        (document, certificate)
    };
    drawn(
        edge,
        business,
        (&document, Drawn::Signed(row.id)),
        Some(certificate),
    )
    .await
}

async fn certificate(
    edge: &Edge,
    transaction: &TenantTx<'_>,
    row: &SigningRow,
    original: Option<&[u8]>,
) -> Result<Certificate, ApiError> {
    let office = office(transaction).await?;
    let ink: Option<Signature> = row
        .signature
        .clone()
        .and_then(|signature| serde_json::from_value(signature).ok());
    let (Some(ink), Some(signed_at)) = (ink, row.signed_at) else {
        return Err(ApiError::not_found());
    };
    let event = |line: &EventLine| CertificateEvent {
        at: line.at,
        kind: line.kind.clone(),
        address: line.address.clone(),
        device: line.device.clone(),
        hash: hex(&line.hash),
    };
    // What came after the signature is not on it: drawn again it is the same.
    let last = row.events.iter().position(|event| event.kind == "signed");
    let events = row.events.iter().take(last.map_or(usize::MAX, |last| last + 1));
    Ok(Certificate {
        signer: row.signer.clone().unwrap_or_default(),
        signer_id: row.signer_id.clone().unwrap_or_default(),
        sent_to: row.phone.as_deref().map(hint).unwrap_or_default(),
        signed_at,
        time_zone: office.time_zone,
        consent: row.consent.clone().unwrap_or_default(),
        ink,
        original_sha256: original.map(hex).unwrap_or_default(),
        verify_at: format!("{}/verify", edge.public_host),
        events: events.map(event).collect(),
    })
}

/// The last digits of a phone.
pub fn hint(phone: &str) -> String {
    let last = phone.len().saturating_sub(4);
    format!("•••{}", phone.get(last..).unwrap_or_default())
}
