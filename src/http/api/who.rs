//! Who asks, and what the audit log is told about it: taken by every handler that changes something.

use super::super::Edge;
use super::super::auth::principal::Principal;
use super::super::client_address::client_address;
use super::super::errors::ApiError;
use super::super::request_id::RequestId;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use domain::ids::BusinessId;
use std::future::{Ready, ready};
use store::audit::By;
use store::tenant::Tenant;

/// A person with the traces that a change leaves.
pub struct Who {
    pub principal: Principal,
    pub by: By,
}

impl std::ops::Deref for Who {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl FromRequest for Who {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let principal = Principal::from_request(request, payload).into_inner();
        ready(principal.map(|principal| Self {
            by: traces(request, Some(principal.user.0)),
            principal,
        }))
    }
}

/// What the audit log is told about this request.
pub fn traces(request: &HttpRequest, actor: Option<i64>) -> By {
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.as_str().to_owned());
    By {
        actor,
        address: client_address(request).to_string(),
        request_id: id.unwrap_or_default(),
    }
}

/// A connection of the tenant's.
pub async fn tenant(edge: &web::Data<Edge>, business: BusinessId) -> Result<Tenant, ApiError> {
    Ok(edge.switchboard.store.tenant(business).await?)
}
