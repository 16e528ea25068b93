//! `/auth/password` and `/auth/reset`: a new password, by the old one or by a link. Either ends the
//! other sessions: whoever had the old password is out.

use super::super::Edge;
use super::super::api::body::Body;
use super::super::api::who::{Who, traces};
use super::super::errors::ApiError;
use super::body::fit;
use super::login::busy;
use super::secrets::hash_of;
use super::throttling::Tries;
use actix_web::{HttpRequest, HttpResponse, post, web};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A change of one's own password.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    #[garde(length(chars, max = 1024))]
    #[schema(max_length = 1024)]
    current: String,
    /// 8 to 128 characters, and none of the commonest.
    #[garde(length(chars, max = 1024))]
    #[schema(max_length = 1024)]
    new: String,
}

/// Changes one's own password; other sessions end.
#[utoipa::path(tag = "auth", request_body = PasswordChange, responses((status = 204)))]
#[post("/auth/password")]
pub async fn change(
    edge: web::Data<Edge>,
    request: HttpRequest,
    who: Who,
    body: Body<PasswordChange>,
) -> Result<HttpResponse, ApiError> {
    let session = who.session()?;
    let store = &edge.switchboard.store;
    let user = store.user(who.user).await?.ok_or_else(ApiError::not_found)?;
    let tries = Tries::of_account(&edge, &request, &user.email);
    tries.count(&edge).await?;
    let passwords = &edge.door.passwords;
    let right = passwords
        .verify(&body.0.current, Some(&user.password_hash))
        .await
        .map_err(busy)?;
    if !right {
        return Err(ApiError::field("current", "this is not the password"));
    }
    tries.was_right(&edge).await?;
    fit("new", &body.0.new, &user.email)?;
    let hash = passwords.hash(&body.0.new).await.map_err(busy)?;
    store.set_password(&who.by, user.id, &hash, Some(session)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A new password by a link.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200)]
    token: String,
    /// 8 to 128 characters, and none of the commonest.
    #[garde(length(chars, max = 1024))]
    #[schema(max_length = 1024)]
    password: String,
}

/// Sets a password by a link that works once; all sessions end. 404 for a link that doesn't work any more.
#[utoipa::path(tag = "auth", request_body = Reset, responses((status = 204)))]
#[post("/auth/reset")]
pub async fn reset(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<Reset>,
) -> Result<HttpResponse, ApiError> {
    let tries = Tries::of_address(&edge, &request);
    tries.count(&edge).await?;
    let store = &edge.switchboard.store;
    let secret = hash_of(&body.0.token);
    // Looked at first: nobody has us compute hashes for links that don't exist.
    let email = store
        .email_of_reset(&secret)
        .await?
        .ok_or_else(ApiError::not_found)?;
    fit("password", &body.0.password, &email)?;
    let hash = edge.door.passwords.hash(&body.0.password).await.map_err(busy)?;
    if !store.use_reset(&traces(&request, None), &secret, &hash).await? {
        return Err(ApiError::not_found());
    }
    tries.was_right(&edge).await?;
    Ok(HttpResponse::NoContent().finish())
}
