//! `POST /api/whatsapp/send` and a customer's `/whatsapp/start`: what is written to somebody with whom there may be no
//! conversation yet. What may be written is decided where all messages are.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::whatsapp_body::Conversation;
use super::whatsapp_conversations::shown;
use super::whatsapp_messages::{MessageToSend, TEXT};
use super::whatsapp_template_body::FilledTemplate;
use super::who::{Who, tenant};
use actix_web::{HttpResponse, post, web};
use domain::access::Feature;
use domain::entities::Phone;
use domain::ids::BusinessId;
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::tenant::TenantTx;
use utoipa::ToSchema;

/// A text to a number.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextToSend {
    #[garde(length(chars, min = 3, max = 40))]
    to: String,
    #[garde(length(chars, min = 1, max = TEXT))]
    #[schema(min_length = 1)]
    text: String,
}

/// It will be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextQueued {
    ok: bool,
    /// The message's number.
    id: i64,
}

/// The number that a business writes from when nobody says which: its first active one.
///
/// # Errors
/// 409 when it has none.
pub async fn first_channel(transaction: &TenantTx<'_>) -> Result<i64, ApiError> {
    let channels = transaction.channels().await?;
    let channel = channels.iter().find(|channel| channel.active);
    channel
        .map(|channel| channel.id)
        .ok_or_else(|| ApiError::new(Code::NoChannel, "the business has no WhatsApp number yet"))
}

/// Writes a text to a number of a customer. 404 when nobody here is known by it; 409 as with any message.
#[utoipa::path(tag = "whatsapp", request_body = TextToSend, responses((status = 201, body = TextQueued)))]
#[post("/api/whatsapp/send")]
pub async fn send(edge: web::Data<Edge>, who: Who, body: Body<TextToSend>) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let phone = Phone::parse(&body.0.to).map_err(|error| ApiError::field("to", error.to_string()))?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let customer = transaction
        .customer_of(domain::customer::IdentityKind::Phone, phone.as_e164())
        .await?
        .ok_or_else(ApiError::not_found)?;
    let channel = first_channel(&transaction).await?;
    let conversation = transaction
        .conversation_with(who.user, customer.id, channel)
        .await?;
    let conversation = conversation.ok_or_else(ApiError::not_found)?;
    let message = MessageToSend::text(body.0.text);
    let (message, _) =
        super::whatsapp_messages::post(&edge, (&who, business), transaction, &conversation, &message).await?;
    Ok(HttpResponse::Created().json(TextQueued {
        ok: true,
        id: message.id,
    }))
}

/// How a conversation begins.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConversationStart {
    /// Of which number; the first when not said.
    #[garde(skip)]
    channel_id: Option<i64>,
    #[garde(dive)]
    template: Option<FilledTemplate>,
    #[garde(inner(length(chars, min = 1, max = TEXT)))]
    text: Option<String>,
}

/// Opens the conversation with a customer, and writes a template or a text there, if one is given.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), request_body = ConversationStart, responses((status = 201, body = Conversation)))]
#[post("/api/customers/{id}/whatsapp/start")]
pub async fn start(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<ConversationStart>,
) -> Result<HttpResponse, ApiError> {
    let business = who.with_feature(Feature::Whatsapp)?;
    let body = body.0;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    transaction.customer(*id).await?.ok_or_else(ApiError::not_found)?;
    let channel = match body.channel_id {
        Some(channel) => channel,
        None => first_channel(&transaction).await?,
    };
    let conversation = transaction.conversation_with(who.user, *id, channel).await?;
    let conversation = conversation.ok_or_else(ApiError::not_found)?;
    let message = match (body.template, body.text) {
        (Some(template), _) => Some(MessageToSend::template(template)),
        (None, Some(text)) => Some(MessageToSend::text(text)),
        (None, None) => None,
    };
    match message {
        Some(message) => {
            super::whatsapp_messages::post(&edge, (&who, business), transaction, &conversation, &message)
                .await?;
        }
        None => transaction.commit().await?,
    }
    let row = {
        let transaction = tenant.begin().await?;
        transaction.conversation(who.user, conversation.id).await?
    };
    let row = row.ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Created().json(shown(&edge, business, row).await?))
}

/// Writes to a customer where he may be written to just now: the business has a number, the phone is his, the day is not over
/// and the gate lets it pass. Whether it was written; otherwise somebody hands it on.
pub async fn written_to(
    edge: &Edge,
    (who, business): (&Who, BusinessId),
    (customer, to): (i64, &str),
    message: &MessageToSend,
) -> bool {
    let write = async {
        let mut tenant = edge.switchboard.store.tenant(business).await?;
        let transaction = tenant.begin().await?;
        let channel = first_channel(&transaction).await?;
        let conversation = transaction.conversation_with(who.user, customer, channel).await?;
        let conversation = conversation
            .filter(|one| one.customer_phone.as_deref() == Some(to))
            .ok_or_else(ApiError::not_found)?;
        super::whatsapp_messages::post(edge, (who, business), transaction, &conversation, message).await
    };
    match write.await {
        Ok(_) => true,
        Err(error) => {
            tracing::debug!(%error, "it is not written by WhatsApp");
            false
        }
    }
}
