//! `/auth/tokens`: secrets for programs. Each acts for its person in one business and is never more
//! there than the person is at that moment.

use super::super::Edge;
use super::super::api::body::{Body, readable};
use super::super::api::paging::{Paged, whole};
use super::super::api::who::Who;
use super::super::errors::{ApiError, Code};
use super::body::RoleName;
use super::secrets::{API_TOKEN, new_secret};
use actix_web::{HttpResponse, delete, get, post, web};
use domain::access::Role;
use domain::ids::BusinessId;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A program's token. Its secret is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiToken {
    id: i64,
    name: String,
    business_id: i64,
    role: RoleName,
    created_at: jiff::Timestamp,
    last_used_at: Option<jiff::Timestamp>,
}

impl From<store::people::api_tokens::ApiToken> for ApiToken {
    fn from(token: store::people::api_tokens::ApiToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            business_id: token.business.0,
            role: token.role.into(),
            created_at: token.created_at,
            last_used_at: token.last_used_at,
        }
    }
}

/// A token to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    #[garde(length(chars, max = 100), custom(readable))]
    #[schema(max_length = 100)]
    name: String,
    #[garde(skip)]
    business_id: i64,
    #[garde(skip)]
    role: RoleName,
}

/// A token and its secret, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeToken {
    token: ApiToken,
    /// `al_…`, for `Authorization: Bearer`.
    secret: String,
}

/// One's own tokens, the newest first.
#[utoipa::path(tag = "auth", responses((status = 200, body = Paged<ApiToken>)))]
#[get("/auth/tokens")]
pub async fn list(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<ApiToken>>, ApiError> {
    who.session()?;
    let tokens = edge.switchboard.store.api_tokens(who.user).await?;
    Ok(web::Json(whole(tokens.into_iter().map(Into::into).collect())))
}

/// Makes a token for a program, in a business of one's own and with no more than one's own role there.
#[utoipa::path(tag = "auth", request_body = NewToken, responses((status = 201, body = MadeToken)))]
#[post("/auth/tokens")]
pub async fn create(edge: web::Data<Edge>, who: Who, body: Body<NewToken>) -> Result<HttpResponse, ApiError> {
    who.session()?;
    let store = &edge.switchboard.store;
    let (business, role) = (BusinessId(body.0.business_id), Role::from(body.0.role));
    let memberships = store.memberships(who.user).await?;
    let own = memberships
        .iter()
        .find(|membership| membership.business == business)
        .ok_or_else(ApiError::not_found)?;
    if role > own.role {
        return Err(ApiError::new(
            Code::Forbidden,
            "a token can't be more than its person",
        ));
    }
    let (secret, hash) = new_secret(API_TOKEN);
    let name = body.0.name.trim();
    let token = store
        .create_api_token(&who.by, who.user, (business, role), (name, &hash))
        .await?;
    Ok(HttpResponse::Created().json(MadeToken {
        token: token.into(),
        secret,
    }))
}

/// Ends a token at once.
#[utoipa::path(tag = "auth", params(("id" = i64, Path)), responses((status = 204)))]
#[delete("/auth/tokens/{id}")]
pub async fn revoke(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    who.session()?;
    let store = &edge.switchboard.store;
    if !store.revoke_api_token(&who.by, who.user, *id).await? {
        return Err(ApiError::not_found());
    }
    Ok(HttpResponse::NoContent().finish())
}
