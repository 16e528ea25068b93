//! `/api/business`: the business of whoever asks. Its people read it; its managers change it.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::business_body::{Business, BusinessPatch, phone};
use super::businesses::changed;
use super::paging::{Paged, whole};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use domain::ids::BusinessId;
use domain::script::{Script, ScriptError};
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::business_records::{BusinessChange, BusinessRecord};
use utoipa::ToSchema;

/// The business as it is now.
///
/// # Errors
/// 404 when it was removed meanwhile.
pub(super) async fn record(edge: &web::Data<Edge>, id: BusinessId) -> Result<BusinessRecord, ApiError> {
    let mut tenant = tenant(edge, id).await?;
    let record = tenant.begin().await?.business_record().await?;
    record.ok_or_else(ApiError::not_found)
}

/// The business.
#[utoipa::path(tag = "business", responses((status = 200, body = Business)))]
#[get("/api/business")]
pub async fn show(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Business>, ApiError> {
    Ok(web::Json(record(&edge, who.business()?).await?.into()))
}

/// Changes what is named in the body. 409 with `current` when it was changed meanwhile.
#[utoipa::path(tag = "business", request_body = BusinessPatch, responses((status = 200, body = Business)))]
#[patch("/api/business")]
pub async fn update(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<BusinessPatch>,
) -> Result<web::Json<Business>, ApiError> {
    let business = who.manager()?;
    let version = body.0.version;
    let change = body.0.change()?;
    if change.on_failure.as_deref() == Some("transfer") && matches!(change.transfer_to, None | Some(None)) {
        let now = record(&edge, business).await?;
        if change.transfer_to.is_some() || now.row.transfer_to.is_none() {
            return Err(ApiError::field(
                "transfer_to",
                "a transfer needs a number to ring",
            ));
        }
    }
    changed(&edge, &who, business, Some(version), &change).await
}

/// A phone number.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// In any Israeli spelling or E.164; kept as E.164.
    #[garde(length(min = 1, max = 32))]
    #[schema(min_length = 1, max_length = 32)]
    pub number: String,
}

/// The numbers that are answered for the business.
#[utoipa::path(tag = "business", responses((status = 200, body = Paged<Number>)))]
#[get("/api/business/numbers")]
pub async fn numbers(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<Number>>, ApiError> {
    let record = record(&edge, who.business()?).await?;
    let numbers = record.row.numbers.into_iter().map(|number| Number { number });
    Ok(web::Json(whole(numbers.collect())))
}

/// Adds a number. 409 when any business has it.
#[utoipa::path(tag = "business", request_body = Number, responses((status = 201, body = Number)))]
#[post("/api/business/numbers")]
pub async fn add_number(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<Number>,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let number = phone("number", &body.0.number)?;
    record(&edge, business).await?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    transaction.add_number(&who.by, &number).await?;
    transaction.commit().await?;
    Ok(HttpResponse::Created().json(Number { number }))
}

/// Takes a number away: it is answered as nobody's from then on.
#[utoipa::path(tag = "business", params(("number" = String, Path)), responses((status = 204)))]
#[delete("/api/business/numbers/{number}")]
pub async fn remove_number(
    edge: web::Data<Edge>,
    who: Who,
    number: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let Ok(number) = phone("number", &number) else {
        return Err(ApiError::not_found());
    };
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    if !transaction.remove_number(&who.by, &number).await? {
        return Err(ApiError::not_found());
    }
    transaction.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A script with the business's version.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptBody {
    /// TOML, or JSON of the same shape.
    #[garde(length(bytes, max = domain::script::MAX_SOURCE))]
    pub source: String,
    #[garde(skip)]
    pub version: i64,
}

/// A script to be checked.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptSource {
    #[garde(length(bytes, max = domain::script::MAX_SOURCE))]
    pub source: String,
}

/// What is wrong at one place.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScriptProblem {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    pub problem: String,
}

/// Whether a script can be used.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScriptCheck {
    pub ok: bool,
    pub problems: Vec<ScriptProblem>,
}

fn problems(errors: &[ScriptError]) -> Vec<ScriptProblem> {
    let problem = |error: &ScriptError| ScriptProblem {
        line: error.line,
        column: error.column,
        problem: error.message.clone(),
    };
    errors.iter().map(problem).collect()
}

/// The script.
#[utoipa::path(tag = "business", responses((status = 200, body = ScriptBody)))]
#[get("/api/business/script")]
pub async fn script(edge: web::Data<Edge>, who: Who) -> Result<web::Json<ScriptBody>, ApiError> {
    let record = record(&edge, who.business()?).await?;
    Ok(web::Json(ScriptBody {
        source: record.row.script,
        version: record.row.version,
    }))
}

/// Replaces the script, if it can be used: 422 with `problems` otherwise. The next turn of every call follows it.
#[utoipa::path(tag = "business", request_body = ScriptBody, responses((status = 200, body = ScriptBody)))]
#[put("/api/business/script")]
pub async fn set_script(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<ScriptBody>,
) -> Result<web::Json<ScriptBody>, ApiError> {
    let business = who.manager()?;
    let ScriptBody { source, version } = body.0;
    if let Err(errors) = Script::parse(&source) {
        let problems = serde_json::to_value(problems(&errors)).unwrap_or_default();
        return Err(
            ApiError::new(Code::Invalid, "the script can't be used as it is").with("problems", problems)
        );
    }
    let change = BusinessChange {
        script: Some(source.clone()),
        ..BusinessChange::default()
    };
    let business = changed(&edge, &who, business, Some(version), &change).await?;
    Ok(web::Json(ScriptBody {
        source,
        version: business.version,
    }))
}

/// Tells what is wrong with a script, with lines, and changes nothing.
#[utoipa::path(tag = "business", request_body = ScriptSource, responses((status = 200, body = ScriptCheck)))]
#[post("/api/business/script/check")]
pub async fn check_script(who: Who, body: Body<ScriptSource>) -> Result<web::Json<ScriptCheck>, ApiError> {
    who.business()?;
    let problems = match Script::parse(&body.0.source) {
        Ok(_) => Vec::new(),
        Err(errors) => problems(&errors),
    };
    Ok(web::Json(ScriptCheck {
        ok: problems.is_empty(),
        problems,
    }))
}

/// A voice that a business can have.
#[derive(Debug, Serialize, ToSchema)]
pub struct Voice {
    /// As `voice` of the business.
    pub id: String,
    /// Who speaks with it.
    pub by: String,
}

/// The voices there are.
#[utoipa::path(tag = "business", responses((status = 200, body = Paged<Voice>)))]
#[get("/api/voices")]
pub async fn voices(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<Voice>>, ApiError> {
    who.business()?;
    let voices = edge.speech.voices();
    let voice = |(id, by): (String, String)| Voice { id, by };
    Ok(web::Json(whole(voices.into_iter().map(voice).collect())))
}
