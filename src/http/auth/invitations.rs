//! `/api/invitations`: who was invited to the business, by its managers. The link is shown once and
//! only its hash is kept.

use super::super::Edge;
use super::super::api::body::{Body, readable};
use super::super::api::paging::{Page, Paged};
use super::super::api::who::Who;
use super::super::errors::{ApiError, Code};
use super::body::{RoleName, email};
use super::secrets::new_secret;
use actix_web::{HttpResponse, delete, get, post, web};
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::people::invitations::NewInvitation;
use utoipa::{IntoParams, ToSchema};

/// What became of an invitation.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    Pending,
    Accepted,
    Expired,
    Revoked,
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    id: i64,
    email: String,
    name: String,
    role: RoleName,
    state: InvitationState,
    created_at: jiff::Timestamp,
    expires_at: jiff::Timestamp,
    /// Name of who invited.
    invited_by: Option<String>,
}

impl From<store::people::invitations::Invitation> for Invitation {
    fn from(invitation: store::people::invitations::Invitation) -> Self {
        Self {
            id: invitation.id,
            email: invitation.email,
            name: invitation.name,
            role: invitation.role.into(),
            state: match invitation.state.as_str() {
                "accepted" => InvitationState::Accepted,
                "expired" => InvitationState::Expired,
                "revoked" => InvitationState::Revoked,
                _ => InvitationState::Pending,
            },
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            invited_by: invitation.invited_by,
        }
    }
}

/// An invitation and its link, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeInvitation {
    invitation: Invitation,
    /// Works once and for a week.
    link: String,
}

/// Somebody to be invited.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGuest {
    #[garde(length(chars, max = 254))]
    #[schema(max_length = 254)]
    email: String,
    #[garde(length(chars, max = 100), custom(readable))]
    #[schema(max_length = 100)]
    name: String,
    #[garde(skip)]
    role: RoleName,
}

/// What a list of invitations is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InvitationList {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
}

/// The invitations of the business, the newest first.
#[utoipa::path(tag = "people", params(InvitationList), responses((status = 200, body = Paged<Invitation>)))]
#[get("/api/invitations")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<InvitationList>,
) -> Result<web::Json<Paged<Invitation>>, ApiError> {
    let business = who.manager()?;
    let page = Page::of(query.page, query.limit)?;
    let store = &edge.switchboard.store;
    let (rows, total) = store.invitations(business, page.limit, page.offset()).await?;
    Ok(web::Json(
        page.with(rows.into_iter().map(Into::into).collect(), total),
    ))
}

/// Invites somebody; an earlier invitation of the same address ends. 409 for who is a member already.
#[utoipa::path(tag = "people", request_body = NewGuest, responses((status = 201, body = MadeInvitation)))]
#[post("/api/invitations")]
pub async fn create(edge: web::Data<Edge>, who: Who, body: Body<NewGuest>) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let email = email(&body.0.email)?;
    let store = &edge.switchboard.store;
    if let Some(user) = store.user_by_email(email.as_str()).await?
        && store.is_member(business, user.id).await?
    {
        return Err(ApiError::new(Code::Taken, "this person is a member already"));
    }
    let (token, hash) = new_secret("");
    let new = NewInvitation {
        email: email.as_str(),
        name: body.0.name.trim(),
        role: body.0.role.into(),
        secret: &hash,
    };
    let invitation = store.invite(&who.by, business, new).await?;
    Ok(HttpResponse::Created().json(MadeInvitation {
        invitation: invitation.into(),
        link: format!("{}/invite#{token}", edge.public_host),
    }))
}

/// Takes an invitation back.
#[utoipa::path(tag = "people", params(("id" = i64, Path)), responses((status = 204)))]
#[delete("/api/invitations/{id}")]
pub async fn revoke(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let store = &edge.switchboard.store;
    if !store.revoke_invitation(&who.by, business, *id).await? {
        return Err(ApiError::not_found());
    }
    Ok(HttpResponse::NoContent().finish())
}
