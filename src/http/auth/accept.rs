//! `/auth/invitations/look` and `/auth/invitations/accept`: what somebody does with the link that he
//! was sent. Who is known here proves it with his password and keeps it; who is new chooses one.

use super::super::Edge;
use super::super::api::body::Body;
use super::super::api::who::traces;
use super::super::errors::ApiError;
use super::body::{LinkToken, Login, Newcomer, RoleName, fit};
use super::login::{begin, busy, proven};
use super::secrets::hash_of;
use super::throttling::Tries;
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::Serialize;
use store::people::SecretHash;
use store::people::invitations::{Accepted, Invitation};
use utoipa::ToSchema;

/// What an invitation is to.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationLook {
    email: String,
    business_name: String,
    role: RoleName,
    name: String,
    /// There is a person with this address already: his own password is asked for.
    known: bool,
}

async fn open(edge: &Edge, secret: &SecretHash) -> Result<Invitation, ApiError> {
    let found = edge.switchboard.store.invitation_by_secret(secret).await?;
    found.ok_or_else(ApiError::not_found)
}

/// What an invitation is to. 404 when it can't be used any more.
#[utoipa::path(tag = "auth", request_body = LinkToken, responses((status = 200, body = InvitationLook)))]
#[post("/auth/invitations/look")]
pub async fn look(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<LinkToken>,
) -> Result<web::Json<InvitationLook>, ApiError> {
    let tries = Tries::of_address(&edge, &request);
    tries.count(&edge).await?;
    let invitation = open(&edge, &hash_of(&body.0.token)).await?;
    tries.was_right(&edge).await?;
    let known = edge.switchboard.store.user_by_email(&invitation.email).await?;
    Ok(web::Json(InvitationLook {
        email: invitation.email,
        business_name: invitation.business_name,
        role: invitation.role.into(),
        name: invitation.name,
        known: known.is_some(),
    }))
}

/// Accepts an invitation, once, and logs in.
#[utoipa::path(tag = "auth", request_body = Newcomer, responses((status = 200, body = Login)))]
#[post("/auth/invitations/accept")]
pub async fn accept(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<Newcomer>,
) -> Result<HttpResponse, ApiError> {
    let Newcomer {
        token,
        name,
        password,
    } = body.0;
    let tries = Tries::of_address(&edge, &request);
    tries.count(&edge).await?;
    let secret = hash_of(&token);
    let invitation = open(&edge, &secret).await?;
    tries.was_right(&edge).await?;
    let store = &edge.switchboard.store;
    let wrong = || {
        ApiError::field(
            "password",
            "this address is known here: its own password is asked for",
        )
    };
    let (known, hash) = if store.user_by_email(&invitation.email).await?.is_some() {
        let user = proven(&edge, &request, &invitation.email, &password).await?;
        (Some(user.ok_or_else(wrong)?.id), String::new())
    } else {
        fit("password", &password, &invitation.email)?;
        (None, edge.door.passwords.hash(&password).await.map_err(busy)?)
    };
    let by = traces(&request, None);
    let accepted = store
        .accept_invitation(&by, &secret, known, (name.trim(), &hash))
        .await?;
    match accepted {
        Accepted::In { user, .. } => begin(&edge, &request, user, Some(invitation.business)).await,
        // Somebody took the address between our look and now.
        Accepted::PasswordNeeded => Err(wrong()),
        Accepted::Over => Err(ApiError::not_found()),
    }
}
