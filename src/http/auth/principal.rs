//! Who asks: put into the request by the middleware that reads cookies and bearer tokens, taken out
//! by handlers. A handler that names a `Principal` can't be reached by nobody.

use super::super::errors::{ApiError, Code};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use actors::sessions::Proof;
use domain::access::{Feature, Role};
use domain::ids::BusinessId;
use std::future::{Ready, ready};
use store::people::sessions::Standing;

/// How the request proved whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A browser's session.
    Cookie,
    /// An access token or an API client's token.
    Bearer,
}

/// A person, or a program that acts for one.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Whom it stands for at this moment, and in which business.
    pub standing: Standing,
    pub proof: Proof,
    pub via: Via,
}

impl std::ops::Deref for Principal {
    type Target = Standing;
    fn deref(&self) -> &Standing {
        &self.standing
    }
}

impl Principal {
    /// The business of a member of any role, or the one that an administrator looks into.
    ///
    /// # Errors
    /// 403 `no_business_context`.
    pub fn business(&self) -> Result<BusinessId, ApiError> {
        self.business
            .ok_or_else(|| ApiError::new(Code::NoBusinessContext, "choose a business first"))
    }

    /// The business, for who may change it.
    ///
    /// # Errors
    /// 403 for an agent.
    pub fn manager(&self) -> Result<BusinessId, ApiError> {
        let business = self.business()?;
        if self.admin || self.role == Some(Role::Manager) {
            Ok(business)
        } else {
            Err(ApiError::new(Code::Forbidden, "managers only"))
        }
    }

    /// The business, if this feature is on there.
    ///
    /// # Errors
    /// 403 `feature_disabled`, with the feature's name.
    pub fn with_feature(&self, feature: Feature) -> Result<BusinessId, ApiError> {
        let business = self.business()?;
        if self.features.contains(&feature) {
            return Ok(business);
        }
        let error = ApiError::new(Code::FeatureDisabled, "this is switched off for the business");
        Err(error.with("feature", feature.as_str()))
    }

    /// The session of a person; a program's token has none, and may not do what a person does with his own log-in.
    ///
    /// # Errors
    /// 403 for an API client.
    pub fn session(&self) -> Result<uuid::Uuid, ApiError> {
        match self.proof {
            Proof::Session(id) => Ok(id),
            Proof::Token(_) => Err(ApiError::new(
                Code::Forbidden,
                "a person does this, not a program's token",
            )),
        }
    }

    /// Nothing, for an administrator of the platform.
    ///
    /// # Errors
    /// 403 for everybody else.
    pub fn admin(&self) -> Result<(), ApiError> {
        if self.admin {
            Ok(())
        } else {
            Err(ApiError::new(Code::Forbidden, "administrators only"))
        }
    }
}

impl FromRequest for Principal {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or_else(|| ApiError::new(Code::Unauthenticated, "log in first")))
    }
}
