//! `/api/whatsapp/conversations`: the inbox. Lists, one, who has it, how far somebody has read, that somebody writes.

use super::super::Edge;
use super::super::errors::ApiError;
use super::body::Body;
use super::paging::{Page, Paged, searched, whose};
use super::whatsapp_body::{Conversation, ConversationPatch, ConversationStatus};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, get, patch, post, web};
use domain::access::UserId;
use domain::ids::BusinessId;
use domain::search::Search;
use gateways::whatsapp::Signal;
use serde::Deserialize;
use store::whatsapp::{ConversationChange, ConversationChanged, ConversationQuery, ConversationRow};
use utoipa::IntoParams;

/// What a list of conversations is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConversationList {
    page: Option<i64>,
    limit: Option<i64>,
    /// A name, a number, or words that were written or said.
    q: Option<String>,
    status: Option<ConversationStatus>,
    /// `me`, `none`, or a person's number.
    assignee: Option<String>,
    /// Only those with something unread.
    unread: Option<bool>,
    customer: Option<i64>,
}

/// Conversations, the one where something happened last first.
#[utoipa::path(tag = "whatsapp", params(ConversationList), responses((status = 200, body = Paged<Conversation>)))]
#[get("/api/whatsapp/conversations")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<ConversationList>,
) -> Result<web::Json<Paged<Conversation>>, ApiError> {
    let business = who.business()?;
    let query = query.into_inner();
    let page = Page::of(query.page, query.limit)?;
    let asked = ConversationQuery {
        search: searched(query.q)?.map(|text| Search::parse(&text)),
        status: query.status.map(|status| status.as_str().to_owned()),
        whose: whose(query.assignee.as_deref(), who.user)?,
        unread: query.unread.unwrap_or(false),
        customer: query.customer,
        limit: page.limit,
        offset: page.offset(),
    };
    let mut tenant = tenant(&edge, business).await?;
    let (rows, total) = tenant.begin().await?.conversations(who.user, &asked).await?;
    let people = edge.switchboard.store.assignees(business).await?;
    let rows = rows
        .into_iter()
        .map(|row| Conversation::of(row, &people))
        .collect();
    Ok(web::Json(page.with(rows, total)))
}

/// The row with names.
pub async fn shown(
    edge: &Edge,
    business: BusinessId,
    row: ConversationRow,
) -> Result<Conversation, ApiError> {
    let people = edge.switchboard.store.assignees(business).await?;
    Ok(Conversation::of(row, &people))
}

/// One conversation.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), responses((status = 200, body = Conversation)))]
#[get("/api/whatsapp/conversations/{id}")]
pub async fn get_one(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Conversation>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let row = tenant.begin().await?.conversation(who.user, *id).await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    Ok(web::Json(shown(&edge, business, row).await?))
}

/// Changes a conversation. 409 with `current` when it was changed meanwhile.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), request_body = ConversationPatch, responses((status = 200, body = Conversation)))]
#[patch("/api/whatsapp/conversations/{id}")]
pub async fn update(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<ConversationPatch>,
) -> Result<web::Json<Conversation>, ApiError> {
    let business = who.business()?;
    let patch = body.0;
    if patch.status == Some(ConversationStatus::Snoozed) && patch.snoozed_until.is_none() {
        return Err(ApiError::field("snoozed_until", "it says until when"));
    }
    let change = ConversationChange {
        status: patch.status.map(|status| status.as_str().to_owned()),
        assignee: patch.assignee_user_id.map(|id| (id != 0).then_some(UserId(id))),
        snoozed_until: patch.snoozed_until,
        handled_by: patch.handled_by.map(|by| by.as_str().to_owned()),
    };
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    match transaction
        .change_conversation(&who.by, (*id, patch.version), &change)
        .await?
    {
        ConversationChanged::Done(row) => {
            transaction.commit().await?;
            edge.sessions
                .hint(business, &format!("whatsapp:conversation:{}", row.id));
            Ok(web::Json(shown(&edge, business, *row).await?))
        }
        ConversationChanged::Meanwhile(row) => Err(ApiError::conflict(shown(&edge, business, *row).await?)),
        ConversationChanged::NotThere => Err(ApiError::not_found()),
    }
}

/// Who asks has read all that is there; the customer's phone is told so, if the provider can.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), responses((status = 204)))]
#[post("/api/whatsapp/conversations/{id}/read")]
pub async fn read(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    signalled(&edge, &who, *id, false).await
}

/// Who asks writes: the customer is shown that, if the provider can.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), responses((status = 204)))]
#[post("/api/whatsapp/conversations/{id}/typing")]
pub async fn typing(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    signalled(&edge, &who, *id, true).await
}

async fn signalled(
    edge: &web::Data<Edge>,
    who: &Who,
    id: i64,
    writes: bool,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(edge, business).await?;
    let transaction = tenant.begin().await?;
    let row = transaction.conversation(who.user, id).await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    let newest = transaction.read_conversation(who.user, id).await?;
    let newest = newest.ok_or_else(ApiError::not_found)?;
    let channel = transaction.channel(row.channel).await?;
    transaction.commit().await?;
    if row.unread > 0 {
        edge.sessions
            .hint(business, &format!("whatsapp:conversation:{id}"));
    }
    let wanted = writes || row.unread > 0;
    if let (Some(channel), Some(provider_id), true) = (channel, newest, wanted) {
        signal(edge, &channel, provider_id, writes, &who.by.request_id);
    }
    Ok(HttpResponse::NoContent().finish())
}

/// A sign that may be lost: nobody waits for it.
fn signal(
    edge: &web::Data<Edge>,
    channel: &store::whatsapp::ChannelRow,
    provider_id: String,
    writes: bool,
    request_id: &str,
) {
    let Ok(provider) = edge.whatsapp.providers.of(channel) else {
        return;
    };
    let abilities = provider.abilities();
    let signal = match writes {
        true if abilities.typing => Signal::Typing { provider_id },
        false if abilities.read_receipts => Signal::Read { provider_id },
        _ => return,
    };
    let request_id = request_id.to_owned();
    actix_web::rt::spawn(async move {
        if let Err(error) = provider.signal(&signal, &request_id).await {
            tracing::debug!(%error, "a sign to a customer was lost");
        }
    });
}
