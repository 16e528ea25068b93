//! What log-in and the pages about people send and receive, where more than one of them does.

use super::super::api::body::readable;
use super::super::api::business_body::FeatureName;
use super::super::errors::ApiError;
use domain::email::Email;
use domain::password;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person is in a business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Role)]
pub enum RoleName {
    Agent,
    Manager,
}

impl From<domain::access::Role> for RoleName {
    fn from(role: domain::access::Role) -> Self {
        match role {
            domain::access::Role::Agent => Self::Agent,
            domain::access::Role::Manager => Self::Manager,
        }
    }
}

impl From<RoleName> for domain::access::Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Agent => Self::Agent,
            RoleName::Manager => Self::Manager,
        }
    }
}

/// The language of a person's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    He,
    En,
}

impl Locale {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::He => "he",
            Self::En => "en",
        }
    }

    /// As it was stored; Hebrew for anything else.
    pub fn of(text: &str) -> Self {
        if text == "en" { Self::En } else { Self::He }
    }
}

/// Who is logged in, and where he is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub user: Person,
    /// Administrator of the platform.
    pub admin: bool,
    /// The business that the pages are about; null: none chosen, or none to choose.
    pub business: Option<OwnBusiness>,
    pub memberships: Vec<Membership>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub locale: Locale,
    /// Where the phone rings when one calls from a card; E.164.
    pub phone: Option<String>,
}

/// The business that the pages are about.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnBusiness {
    pub id: i64,
    pub name: String,
    /// Null: an administrator looks in.
    pub role: Option<RoleName>,
    pub features: Vec<FeatureName>,
    /// IANA name.
    pub time_zone: String,
}

/// A business that a person belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Membership {
    pub business_id: i64,
    pub business_name: String,
    pub role: RoleName,
}

/// Logged in. The same tokens are in cookies; a browser needs no other.
#[derive(Debug, Serialize, ToSchema)]
pub struct Login {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    pub me: Me,
}

/// A link to be given to somebody, once: it can't be shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    pub link: String,
}

/// The secret of a link.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkToken {
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200)]
    pub token: String,
}

/// Somebody new: a name and a password.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Newcomer {
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200)]
    pub token: String,
    #[garde(length(chars, max = 100), custom(readable))]
    #[schema(max_length = 100)]
    pub name: String,
    #[garde(length(chars, max = 1024))]
    #[schema(max_length = 1024)]
    pub password: String,
}

/// An e-mail address out of a field of that name.
///
/// # Errors
/// 422 that names the field.
pub fn email(text: &str) -> Result<Email, ApiError> {
    Email::parse(text).map_err(|error| ApiError::field("email", error.to_string()))
}

/// Whether this may be a password.
///
/// # Errors
/// 422 that names the field.
pub fn fit(field: &str, text: &str, email: &str) -> Result<(), ApiError> {
    password::check(text, email).map_err(|error| ApiError::field(field, error.to_string()))
}
