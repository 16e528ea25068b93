//! The policy gate at the edge: `/api/customers/{id}/consents` and `…/standing`, and `pass`, which whatever goes out asks.

use super::super::Edge;
use super::super::errors::ApiError;
use super::body::{Body, readable, word};
use super::customers::look_again;
use super::paging::{Paged, whole};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, delete, get, patch, post, web};
use domain::policy::{Means, Nights, Outgoing, Place, Purpose, QuietRules, Standing, judge};
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::policy::{ConsentRow, NewConsent, WishesChange};
use store::tenant::TenantTx;
use utoipa::ToSchema;

word!(
    /// By whose sunset days of rest begin.
    QuietPlace of Place: Jerusalem, TelAviv, Haifa, BeerSheva, Eilat
);
word!(
    /// What something goes out for.
    OutgoingPurpose of Purpose: Reply, Service, Marketing
);

/// By what something goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutgoingMeans {
    Call,
    AutomaticCall,
    Whatsapp,
    Sms,
    Email,
}

impl From<Means> for OutgoingMeans {
    fn from(means: Means) -> Self {
        match means {
            Means::Call => Self::Call,
            Means::AutomaticCall => Self::AutomaticCall,
            Means::WhatsApp => Self::Whatsapp,
            Means::Sms => Self::Sms,
            Means::Email => Self::Email,
        }
    }
}

impl From<OutgoingMeans> for Means {
    fn from(means: OutgoingMeans) -> Self {
        match means {
            OutgoingMeans::Call => Self::Call,
            OutgoingMeans::AutomaticCall => Self::AutomaticCall,
            OutgoingMeans::Whatsapp => Self::WhatsApp,
            OutgoingMeans::Sms => Self::Sms,
            OutgoingMeans::Email => Self::Email,
        }
    }
}

/// From an hour of the evening until one of the morning.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietNights {
    #[garde(skip)]
    #[schema(value_type = String, example = "20:00")]
    pub from: jiff::civil::Time,
    #[garde(skip)]
    #[schema(value_type = String, example = "08:00")]
    pub to: jiff::civil::Time,
}

/// When nothing goes out. Nights bind what the engine sends and whatever sells; days of rest bind people as well, unless
/// they answer.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// Null: none.
    #[garde(dive)]
    pub nights: Option<QuietNights>,
    /// From an hour before sunset until nightfall.
    #[garde(skip)]
    pub shabbat: bool,
    #[garde(skip)]
    pub holidays: bool,
    #[garde(skip)]
    pub place: QuietPlace,
    /// Days of the business's own.
    #[garde(length(max = 100))]
    #[schema(max_items = 100)]
    pub days: Vec<jiff::civil::Date>,
}

impl QuietHours {
    /// As they are kept.
    ///
    /// # Errors
    /// 422 for a night that is none.
    pub fn rules(self) -> Result<QuietRules, ApiError> {
        if self.nights.is_some_and(|nights| nights.from == nights.to) {
            return Err(ApiError::field(
                "quiet",
                "a night begins and ends at different hours",
            ));
        }
        Ok(QuietRules {
            nights: self.nights.map(|QuietNights { from, to }| Nights { from, to }),
            shabbat: self.shabbat,
            holidays: self.holidays,
            place: self.place.into(),
            days: self.days,
        })
    }
}

impl From<QuietRules> for QuietHours {
    fn from(rules: QuietRules) -> Self {
        Self {
            nights: rules.nights.map(|Nights { from, to }| QuietNights { from, to }),
            shabbat: rules.shabbat,
            holidays: rules.holidays,
            place: rules.place.into(),
            days: rules.days,
        }
    }
}

/// A consent in the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Consent {
    pub id: i64,
    pub purpose: OutgoingPurpose,
    pub means: OutgoingMeans,
    /// The wording that was agreed to.
    pub text_version: String,
    /// How it is proven.
    pub evidence: String,
    pub given_at: jiff::Timestamp,
    pub expires_at: Option<jiff::Timestamp>,
    pub revoked_at: Option<jiff::Timestamp>,
    pub recorded_by: Option<i64>,
}

impl From<ConsentRow> for Consent {
    fn from(row: ConsentRow) -> Self {
        Self {
            id: row.id,
            purpose: row.consent.purpose.into(),
            means: row.consent.means.into(),
            text_version: row.text_version,
            evidence: row.evidence,
            given_at: row.consent.given_at,
            expires_at: row.consent.expires_at,
            revoked_at: row.consent.revoked_at,
            recorded_by: row.recorded_by,
        }
    }
}

/// A consent to be written into the ledger.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentToAdd {
    #[garde(skip)]
    purpose: OutgoingPurpose,
    #[garde(skip)]
    means: OutgoingMeans,
    #[garde(length(chars, min = 1, max = 60), custom(readable))]
    #[schema(min_length = 1, max_length = 60)]
    text_version: String,
    #[garde(length(chars, min = 1, max = 500), custom(readable))]
    #[schema(min_length = 1, max_length = 500)]
    evidence: String,
    /// Now when not said.
    #[garde(skip)]
    given_at: Option<jiff::Timestamp>,
    #[garde(skip)]
    expires_at: Option<jiff::Timestamp>,
}

/// Why something would not go out at this moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyRefusal {
    /// `do_not_call`, `opted_out`, `no_consent`, `consent_expired`, `registry_check_old`, `quiet_hours`, `shabbat`, `holiday`.
    pub reason: String,
    /// When it would be allowed; null: time alone does not do it.
    pub until: Option<jiff::Timestamp>,
}

/// Whether something would go out at this moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Judgement {
    pub means: OutgoingMeans,
    pub purpose: OutgoingPurpose,
    /// Null: it may.
    pub refusal: Option<PolicyRefusal>,
}

/// What a customer wants, and what may therefore go out now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerStanding {
    pub do_not_call: bool,
    pub opted_out: Vec<OutgoingMeans>,
    pub registry_checked_at: Option<jiff::Timestamp>,
    /// For service and for marketing, by each means; automatic calls as the engine's.
    pub judgements: Vec<Judgement>,
}

impl From<&Standing> for CustomerStanding {
    fn from(found: &Standing) -> Self {
        let judged = |means: Means, purpose: Purpose| {
            let outgoing = Outgoing {
                means,
                purpose,
                by_engine: means == Means::AutomaticCall,
            };
            Judgement {
                means: means.into(),
                purpose: purpose.into(),
                refusal: judge(&outgoing, found).err().map(|refusal| PolicyRefusal {
                    reason: refusal.code.to_owned(),
                    until: refusal.until,
                }),
            }
        };
        let all = Means::ALL
            .iter()
            .flat_map(|means| [Purpose::Service, Purpose::Marketing].map(|purpose| judged(*means, purpose)));
        Self {
            do_not_call: found.do_not_call,
            opted_out: found.opted_out.iter().map(|out| out.means.into()).collect(),
            registry_checked_at: found.registry_checked_at,
            judgements: all.collect(),
        }
    }
}

/// What a person notes of a customer's wishes; what is left out stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandingPatch {
    #[garde(skip)]
    do_not_call: Option<bool>,
    /// All of them.
    #[garde(inner(length(max = 5)))]
    #[schema(max_items = 5)]
    opted_out: Option<Vec<OutgoingMeans>>,
    /// True: the registry of those who want no calls was looked into just now.
    #[garde(skip)]
    #[serde(default)]
    registry_checked: bool,
}

/// Lets it go out, or says why not. Asked in the transaction that makes the row of what goes out.
///
/// # Errors
/// 409 `policy_refused` with `reason` and `until`; 404 for a customer who is not there.
pub async fn pass(transaction: &TenantTx<'_>, customer: i64, outgoing: &Outgoing) -> Result<(), ApiError> {
    let found = transaction.standing(customer).await?;
    let found = found.ok_or_else(ApiError::not_found)?;
    judge(outgoing, &found).map_err(|refusal| {
        metrics::counter!("outgoing_refused_total", "reason" => refusal.code).increment(1);
        ApiError::policy(&refusal)
    })
}

/// The ledger of a customer's consents, the newest first.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 200, body = Paged<Consent>)))]
#[get("/api/customers/{id}/consents")]
pub async fn consents(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Paged<Consent>>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    transaction.customer(*id).await?.ok_or_else(ApiError::not_found)?;
    let rows = transaction.consents(*id).await?;
    Ok(web::Json(whole(rows.into_iter().map(Into::into).collect())))
}

/// Writes a consent into the ledger.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), request_body = ConsentToAdd, responses((status = 201, body = Consent)))]
#[post("/api/customers/{id}/consents")]
pub async fn add_consent(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<ConsentToAdd>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let ConsentToAdd {
        purpose,
        means,
        text_version,
        evidence,
        given_at,
        expires_at,
    } = body.0;
    let new = NewConsent {
        purpose: purpose.into(),
        means: means.into(),
        text_version,
        evidence,
        given_at,
        expires_at,
    };
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    // First whose it is: to a stranger nothing is said of what would fit.
    transaction.customer(*id).await?.ok_or_else(ApiError::not_found)?;
    let now = jiff::Timestamp::now();
    let begins = given_at.unwrap_or(now);
    if begins > now {
        return Err(ApiError::field("given_at", "a consent was given before now"));
    }
    if expires_at.is_some_and(|expires| expires <= begins) {
        return Err(ApiError::field("expires_at", "it expires after it was given"));
    }
    let row = transaction.add_consent(&who.by, *id, &new).await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    look_again(&edge, business, *id);
    Ok(HttpResponse::Created().json(Consent::from(row)))
}

/// Revokes a consent; the ledger keeps it.
#[utoipa::path(tag = "customers", params(("id" = i64, Path), ("consent" = i64, Path)), responses((status = 204, description = "Revoked")))]
#[delete("/api/customers/{id}/consents/{consent}")]
pub async fn revoke_consent(
    edge: web::Data<Edge>,
    who: Who,
    path: web::Path<(i64, i64)>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let (id, consent) = path.into_inner();
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    if !transaction.revoke_consent(&who.by, id, consent).await? {
        return Err(ApiError::not_found());
    }
    transaction.commit().await?;
    look_again(&edge, business, id);
    Ok(HttpResponse::NoContent().finish())
}

/// What a customer wants, and what may go out now.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 200, body = CustomerStanding)))]
#[get("/api/customers/{id}/standing")]
pub async fn standing(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<CustomerStanding>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let found = tenant.begin().await?.standing(*id).await?;
    let found = found.ok_or_else(ApiError::not_found)?;
    Ok(web::Json((&found).into()))
}

/// Notes what a customer wants.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), request_body = StandingPatch, responses((status = 200, body = CustomerStanding)))]
#[patch("/api/customers/{id}/standing")]
pub async fn set_standing(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<StandingPatch>,
) -> Result<web::Json<CustomerStanding>, ApiError> {
    let business = who.business()?;
    let change = WishesChange {
        do_not_call: body.0.do_not_call,
        opted_out: body
            .0
            .opted_out
            .map(|means| means.into_iter().map(Into::into).collect()),
        registry_checked: body.0.registry_checked,
    };
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    if !transaction.note_wishes(&who.by, *id, &change).await? {
        return Err(ApiError::not_found());
    }
    let found = transaction.standing(*id).await?.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    look_again(&edge, business, *id);
    Ok(web::Json((&found).into()))
}
