//! `/auth/options` and `/auth/first-run`: the first administrator, made on a page by whoever can read
//! the code that the engine printed. Once there is anybody, it does not exist any more.

use super::super::Edge;
use super::super::api::body::{Body, readable};
use super::super::api::who::traces;
use super::super::errors::ApiError;
use super::body::{Login, email, fit};
use super::login::{begin, busy};
use super::throttling::Tries;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::people::users::NewUser;
use utoipa::ToSchema;

/// What the log-in page needs to know.
#[derive(Debug, Serialize, ToSchema)]
pub struct Options {
    /// Nobody can log in yet: the first-run page comes first.
    first_run: bool,
    /// The program's revision.
    revision: String,
}

/// What the log-in page needs to know. For everybody.
#[utoipa::path(tag = "auth", responses((status = 200, body = Options)))]
#[get("/auth/options")]
pub async fn options(edge: web::Data<Edge>) -> Result<web::Json<Options>, ApiError> {
    Ok(web::Json(Options {
        first_run: !edge.switchboard.store.has_users().await?,
        revision: edge.revision.clone(),
    }))
}

/// The first administrator.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstRun {
    /// As the engine printed it when it started.
    #[garde(length(chars, max = 100))]
    #[schema(max_length = 100)]
    code: String,
    #[garde(length(chars, max = 100), custom(readable))]
    #[schema(max_length = 100)]
    name: String,
    #[garde(length(chars, max = 254))]
    #[schema(max_length = 254)]
    email: String,
    #[garde(length(chars, max = 1024))]
    #[schema(max_length = 1024)]
    password: String,
}

/// Makes the first administrator and logs in. 404 when there is anybody already.
#[utoipa::path(tag = "auth", request_body = FirstRun, responses((status = 200, body = Login)))]
#[post("/auth/first-run")]
pub async fn first_run(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<FirstRun>,
) -> Result<HttpResponse, ApiError> {
    let store = &edge.switchboard.store;
    if store.has_users().await? {
        return Err(ApiError::not_found());
    }
    let tries = Tries::of_address(&edge, &request);
    tries.count(&edge).await?;
    if !edge.door.is_first_run_code(&body.0.code) {
        return Err(ApiError::field(
            "code",
            "this is not the code that the engine printed",
        ));
    }
    let email = email(&body.0.email)?;
    fit("password", &body.0.password, email.as_str())?;
    let hash = edge.door.passwords.hash(&body.0.password).await.map_err(busy)?;
    let new = NewUser {
        email: email.as_str(),
        name: body.0.name.trim(),
        password_hash: &hash,
        admin: true,
    };
    let made = store.create_user(&traces(&request, None), new, true).await?;
    let user = made.ok_or_else(ApiError::not_found)?;
    tries.was_right(&edge).await?;
    begin(&edge, &request, user, None).await
}
