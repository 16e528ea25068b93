//! `/api/whatsapp/…/messages`: what is read and written in a conversation, and decided about what may not have arrived.
//! Free text after the day is over is refused here, with the templates that would do; so is what the policy gate refuses.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::whatsapp_body::Message;
use super::whatsapp_template_body::{FilledTemplate, WhatsappTemplate};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, get, post, web};
use domain::ids::BusinessId;
use domain::policy::Purpose;
use domain::whatsapp::rules::{window_expires_at, window_is_open};
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::tenant::TenantTx;
use store::whatsapp::{ConversationRow, Decided, NewMessage, Posted, Sender, TemplateRow};
use utoipa::{IntoParams, ToSchema};

/// Messages of a page, and the largest.
const USUAL: i64 = 50;
const MOST: i64 = 200;
/// The longest text that WhatsApp takes.
pub const TEXT: usize = 4096;

/// Where a page of messages begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessageList {
    /// Only older ones than this.
    before: Option<i64>,
    /// 1 to 200, 50 when not said.
    limit: Option<i64>,
}

/// A page of messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagePage {
    /// Newest first.
    items: Vec<Message>,
    /// `before` of the next page, when there is one.
    next: Option<i64>,
}

/// A conversation's messages, newest first.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path), MessageList), responses((status = 200, body = MessagePage)))]
#[get("/api/whatsapp/conversations/{id}/messages")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    query: web::Query<MessageList>,
) -> Result<web::Json<MessagePage>, ApiError> {
    let business = who.business()?;
    let limit = query.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::new(
            Code::BadRequest,
            format!("limit is from 1 to {MOST}"),
        ));
    }
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let conversation = transaction.conversation(who.user, *id).await?;
    let conversation = conversation.ok_or_else(ApiError::not_found)?;
    let mut rows = transaction.messages(*id, query.before, limit + 1).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| row.id);
    let people = edge.switchboard.store.assignees(business).await?;
    let items = rows
        .into_iter()
        .map(|row| Message::of(row, conversation.provider, &edge, business).named(&people))
        .collect();
    Ok(web::Json(MessagePage { items, next }))
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    Text,
    Template,
    Media,
    Reaction,
}

/// A message to be sent.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageToSend {
    /// Made by who sends: the same one again is the same message.
    #[garde(length(min = 8, max = 64))]
    #[schema(min_length = 8, max_length = 64)]
    client_key: String,
    #[garde(skip)]
    kind: MessageKind,
    #[garde(inner(length(chars, min = 1, max = TEXT)))]
    text: Option<String>,
    #[garde(dive)]
    template: Option<FilledTemplate>,
    #[garde(skip)]
    media_id: Option<i64>,
    #[garde(inner(length(chars, max = 1024)))]
    caption: Option<String>,
    /// The message that is answered or reacted to.
    #[garde(skip)]
    reply_to: Option<i64>,
    /// Empty: the reaction is taken back.
    #[garde(inner(length(chars, max = 16)))]
    emoji: Option<String>,
}

impl MessageToSend {
    /// A text, with a key of its own.
    pub fn text(text: String) -> Self {
        Self {
            client_key: uuid::Uuid::now_v7().to_string(),
            kind: MessageKind::Text,
            text: Some(text),
            template: None,
            media_id: None,
            caption: None,
            reply_to: None,
            emoji: None,
        }
    }

    /// A template, with a key of its own.
    pub fn template(template: FilledTemplate) -> Self {
        Self {
            kind: MessageKind::Template,
            template: Some(template),
            text: None,
            ..Self::text(String::new())
        }
    }
}

/// What is written, checked against the conversation.
struct Checked {
    kind: String,
    body: String,
    template: Option<Value>,
    media: Option<i64>,
    purpose: Purpose,
}

/// 409 with the templates that may be sent instead.
fn window_closed(conversation: &ConversationRow, templates: Vec<TemplateRow>) -> ApiError {
    let templates: Vec<WhatsappTemplate> = templates
        .into_iter()
        .filter(|one| one.status == "approved")
        .map(Into::into)
        .collect();
    let expired = window_expires_at(conversation.provider, conversation.last_inbound_at);
    ApiError::new(
        Code::WindowClosed,
        "the customer's last message is more than a day old: only a template reaches him",
    )
    .with("templates", json!(templates))
    .with("window_expires_at", json!(expired))
}

async fn template(
    transaction: &TenantTx<'_>,
    conversation: &ConversationRow,
    filled: &FilledTemplate,
) -> Result<Checked, ApiError> {
    let rows = transaction.whatsapp_templates(Some(conversation.channel)).await?;
    let row = rows
        .iter()
        .find(|row| row.name == filled.name && row.language == filled.language);
    let row = row.ok_or_else(|| ApiError::field("template", "there is no such template at this number"))?;
    if row.status != "approved" {
        return Err(ApiError::field("template", "the template is not approved"));
    }
    let (kept, body) = filled
        .filled(row)
        .map_err(|missing| ApiError::field("template", format!("missing: {}", missing.join(", "))))?;
    Ok(Checked {
        kind: "template".into(),
        body,
        template: Some(kept),
        media: None,
        purpose: match row.category.as_str() {
            "marketing" => Purpose::Marketing,
            _ => Purpose::Service,
        },
    })
}

/// What it is, and whether it may be: first the day, then the gate.
async fn checked(
    transaction: &TenantTx<'_>,
    conversation: &ConversationRow,
    body: &MessageToSend,
) -> Result<Checked, ApiError> {
    let plain = |kind: &str, body: String, media| Checked {
        kind: kind.into(),
        body,
        template: None,
        media,
        purpose: Purpose::Reply,
    };
    let checked = match body.kind {
        MessageKind::Text => {
            let text = body.text.clone().filter(|text| !text.trim().is_empty());
            let text = text.ok_or_else(|| ApiError::field("text", "there is nothing to send"))?;
            plain("text", text, None)
        }
        MessageKind::Template => {
            let filled = body.template.as_ref();
            let filled = filled.ok_or_else(|| ApiError::field("template", "which template"))?;
            template(transaction, conversation, filled).await?
        }
        MessageKind::Media => {
            let id = body
                .media_id
                .ok_or_else(|| ApiError::field("media_id", "which file"))?;
            let file = transaction
                .whatsapp_file(id)
                .await?
                .ok_or_else(ApiError::not_found)?;
            plain(&file.kind, body.caption.clone().unwrap_or_default(), Some(id))
        }
        MessageKind::Reaction => {
            body.reply_to
                .ok_or_else(|| ApiError::field("reply_to", "which message it is for"))?;
            plain("reaction", body.emoji.clone().unwrap_or_default(), None)
        }
    };
    let open = window_is_open(
        conversation.provider,
        conversation.last_inbound_at,
        Timestamp::now(),
    );
    if !open && matches!(body.kind, MessageKind::Text | MessageKind::Media) {
        let templates = transaction.whatsapp_templates(Some(conversation.channel)).await?;
        return Err(window_closed(conversation, templates));
    }
    gate(transaction, conversation.customer, checked.purpose).await?;
    Ok(checked)
}

/// 409 when the policy gate refuses what a person writes.
async fn gate(transaction: &TenantTx<'_>, customer: i64, purpose: Purpose) -> Result<(), ApiError> {
    match transaction.whatsapp_refusal(customer, purpose, false).await? {
        None => Ok(()),
        Some(refusal) => Err(ApiError::policy(&refusal)),
    }
}

/// Writes it, commits, and has it sent: the message, and whether it is new.
pub async fn post(
    edge: &Edge,
    (who, business): (&Who, BusinessId),
    transaction: TenantTx<'_>,
    conversation: &ConversationRow,
    body: &MessageToSend,
) -> Result<(Message, bool), ApiError> {
    let known = transaction
        .message_of_key(conversation.id, &body.client_key)
        .await?;
    if let Some(known) = known {
        return Ok((Message::of(known, conversation.provider, edge, business), false));
    }
    let checked = checked(&transaction, conversation, body).await?;
    let new = NewMessage {
        conversation: conversation.id,
        client_key: &body.client_key,
        kind: &checked.kind,
        body: &checked.body,
        template: checked.template,
        media: checked.media,
        reply_to: body.reply_to,
        sender: Sender::Person(who.user.0),
    };
    let (row, is_new) = match transaction.post_message(&who.by, &new).await? {
        Posted::New(row) => (row, true),
        Posted::Known(row) => (row, false),
        Posted::NotThere => return Err(ApiError::not_found()),
        Posted::NotAnswerable => {
            return Err(ApiError::field(
                "reply_to",
                "that message never reached the provider",
            ));
        }
    };
    transaction.commit().await?;
    edge.whatsapp.bell.written();
    edge.sessions
        .hint(business, &format!("whatsapp:message:{}", conversation.id));
    if is_new {
        super::customers::look_again(edge, business, conversation.customer);
    }
    Ok((Message::of(*row, conversation.provider, edge, business), is_new))
}

/// Writes a message. 200 when it was written before with the same key; 409 `window_closed` with `templates`, or
/// `policy_refused` with `reason` and `until`.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), request_body = MessageToSend, responses((status = 201, body = Message), (status = 200, body = Message)))]
#[post("/api/whatsapp/conversations/{id}/messages")]
pub async fn create(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<MessageToSend>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let conversation = transaction.conversation(who.user, *id).await?;
    let conversation = conversation.ok_or_else(ApiError::not_found)?;
    let (message, is_new) = post(&edge, (&who, business), transaction, &conversation, &body.0).await?;
    let message = message.named(&edge.switchboard.store.assignees(business).await?);
    Ok(match is_new {
        true => HttpResponse::Created().json(message),
        false => HttpResponse::Ok().json(message),
    })
}

/// What a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Resend,
    Leave,
}

/// A person's word on a message.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDecision {
    #[garde(skip)]
    action: Decision,
}

/// Decides about a message that may have been sent, or has failed. 409 when there is nothing to decide.
#[utoipa::path(tag = "whatsapp", params(("id" = i64, Path)), request_body = MessageDecision, responses((status = 200, body = Message)))]
#[post("/api/whatsapp/messages/{id}/decide")]
pub async fn decide(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<MessageDecision>,
) -> Result<web::Json<Message>, ApiError> {
    let business = who.business()?;
    let resend = body.0.action == Decision::Resend;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let message = transaction.message(*id).await?.ok_or_else(ApiError::not_found)?;
    let conversation = transaction.conversation(who.user, message.conversation).await?;
    let conversation = conversation.ok_or_else(ApiError::not_found)?;
    if resend {
        let free = matches!(message.kind.as_str(), "template" | "reaction");
        if !free
            && !window_is_open(
                conversation.provider,
                conversation.last_inbound_at,
                Timestamp::now(),
            )
        {
            let templates = transaction.whatsapp_templates(Some(conversation.channel)).await?;
            return Err(window_closed(&conversation, templates));
        }
        gate(&transaction, conversation.customer, Purpose::Reply).await?;
    }
    let row = match transaction.decide_message(&who.by, *id, resend).await? {
        Decided::Done(row) => row,
        Decided::Not(row) => {
            let now = Message::of(*row, conversation.provider, &edge, business);
            return Err(ApiError::conflict(now));
        }
        Decided::NotThere => return Err(ApiError::not_found()),
    };
    transaction.commit().await?;
    edge.whatsapp.bell.written();
    edge.sessions
        .hint(business, &format!("whatsapp:status:{}", conversation.id));
    Ok(web::Json(Message::of(
        *row,
        conversation.provider,
        &edge,
        business,
    )))
}
