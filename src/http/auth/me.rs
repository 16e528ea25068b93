//! `/auth/me` and `/auth/business`: who is logged in, what he may change of himself, and which of his
//! businesses he looks at.

use super::super::Edge;
use super::super::api::body::{Body, readable};
use super::super::api::business_body::phone;
use super::super::api::who::Who;
use super::super::errors::{ApiError, Code};
use super::body::{Locale, Login, Me, Membership, OwnBusiness, Person};
use super::login::answer;
use super::principal::Principal;
use actix_web::{HttpResponse, get, patch, post, web};
use domain::ids::BusinessId;
use garde::Validate;
use serde::Deserialize;
use serde_json::json;
use store::audit::{Happened, PLATFORM};
use store::people::sessions::Standing;
use utoipa::ToSchema;

/// Whoever this is, with his businesses.
pub async fn me_of(edge: &Edge, standing: &Standing) -> Result<Me, ApiError> {
    let store = &edge.switchboard.store;
    let user = store
        .user(standing.user)
        .await?
        .ok_or_else(|| ApiError::new(Code::Unauthenticated, "log in again"))?;
    let memberships = store.memberships(standing.user).await?;
    let business = match standing.business {
        Some(id) => own_business(edge, id, standing).await?,
        None => None,
    };
    let membership = |one: store::people::users::Membership| Membership {
        business_id: one.business.0,
        business_name: one.business_name,
        role: one.role.into(),
    };
    Ok(Me {
        user: Person {
            id: user.id.0,
            name: user.name,
            email: user.email,
            locale: Locale::of(&user.locale),
            phone: user.phone,
        },
        admin: standing.admin,
        business,
        memberships: memberships.into_iter().map(membership).collect(),
    })
}

async fn own_business(
    edge: &Edge,
    id: BusinessId,
    standing: &Standing,
) -> Result<Option<OwnBusiness>, ApiError> {
    let mut tenant = edge.switchboard.store.tenant(id).await?;
    let transaction = tenant.begin().await?;
    let record = transaction.business_record().await?;
    transaction.commit().await?;
    Ok(record.map(|record| OwnBusiness {
        id: id.0,
        name: record.row.name,
        role: standing.role.map(Into::into),
        features: standing.features.iter().copied().map(Into::into).collect(),
        time_zone: record.row.time_zone,
    }))
}

/// Who is logged in.
#[utoipa::path(tag = "auth", responses((status = 200, body = Me)))]
#[get("/auth/me")]
pub async fn show(edge: web::Data<Edge>, principal: Principal) -> Result<web::Json<Me>, ApiError> {
    Ok(web::Json(me_of(&edge, &principal.standing).await?))
}

/// What somebody changes of himself; what is left out stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    #[garde(inner(length(chars, max = 100), custom(readable)))]
    #[schema(max_length = 100)]
    name: Option<String>,
    #[garde(skip)]
    locale: Option<Locale>,
    /// Where one's phone rings when one calls from a card; any Israeli spelling or E.164, empty: nowhere.
    #[garde(inner(length(max = 32)))]
    #[schema(max_length = 32)]
    phone: Option<String>,
}

/// Changes one's own name and language.
#[utoipa::path(tag = "auth", request_body = ProfileChange, responses((status = 200, body = Me)))]
#[patch("/auth/me")]
pub async fn update(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<ProfileChange>,
) -> Result<web::Json<Me>, ApiError> {
    who.session()?;
    let name = body.0.name.as_deref().map(str::trim);
    let locale = body.0.locale.map(Locale::as_str);
    let store = &edge.switchboard.store;
    let phone = match body.0.phone.as_deref().map(str::trim) {
        None => None,
        Some("") => Some(None),
        Some(typed) => Some(Some(phone("phone", typed)?)),
    };
    let to = phone.as_ref().map(|phone| phone.as_deref());
    store.change_profile(who.user, (name, locale), to).await?;
    let happened = Happened {
        action: "user.changed",
        subject: format!("user:{}", who.user),
        detail: json!({ "name": name.is_some(), "locale": locale, "phone": phone.is_some() }),
    };
    store.audit(PLATFORM, &who.by, happened).await?;
    Ok(web::Json(me_of(&edge, &who.standing).await?))
}

/// A business to look at.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    #[garde(skip)]
    business_id: i64,
}

/// Switches to another business of one's own; administrators to any. 404 for one that isn't.
#[utoipa::path(tag = "auth", request_body = Choice, responses((status = 200, body = Login)))]
#[post("/auth/business")]
pub async fn choose(edge: web::Data<Edge>, who: Who, body: Body<Choice>) -> Result<HttpResponse, ApiError> {
    let session = who.session()?;
    let business = BusinessId(body.0.business_id);
    let store = &edge.switchboard.store;
    if !store.switch_business(session, business).await? {
        return Err(ApiError::not_found());
    }
    let happened = Happened {
        action: "business.entered",
        subject: format!("business:{business}"),
        detail: json!({}),
    };
    store.audit(business, &who.by, happened).await?;
    answer(&edge, session, None).await
}
