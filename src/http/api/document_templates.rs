//! `/api/document-templates` and `/api/document-settings`: the texts that papers begin with, version by version and as they look when
//! printed, and what papers say of the business. Everybody reads them; managers change them.

use super::super::Edge;
use super::super::errors::ApiError;
use super::body::{Body, readable};
use super::document_body::{DocumentSettings, DocumentTemplate};
use super::documents::{office, sent};
use super::paging::{Paged, whole};
use super::prefilling::of_the_business;
use super::who::{Who, tenant};
use actix_web::{HttpResponse, get, post, put, web};
use domain::document::{Content, Issue, Kind, Paper, Rules};
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::documents::{NewTemplate, TemplateChanged, VersionRow};
use utoipa::ToSchema;

/// What a template may be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemplateKind {
    Quote,
    Order,
    Contract,
}

impl From<TemplateKind> for Kind {
    fn from(kind: TemplateKind) -> Self {
        match kind {
            TemplateKind::Quote => Self::Quote,
            TemplateKind::Order => Self::Order,
            TemplateKind::Contract => Self::Contract,
        }
    }
}

/// A template to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateToMake {
    #[garde(skip)]
    kind: TemplateKind,
    #[garde(length(chars, min = 1, max = 120), custom(readable))]
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[garde(length(chars, min = 1, max = 200), custom(readable))]
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[garde(length(chars, max = 50_000))]
    #[schema(max_length = 50000)]
    body: String,
}

/// A new version of a template.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateVersion {
    #[garde(length(chars, min = 1, max = 120), custom(readable))]
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[garde(length(chars, min = 1, max = 200), custom(readable))]
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[garde(length(chars, max = 50_000))]
    #[schema(max_length = 50000)]
    body: String,
    /// The version that it was made from.
    #[garde(skip)]
    version: i32,
}

/// A template as it is written, to be looked at.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateToSee {
    #[garde(skip)]
    kind: TemplateKind,
    #[garde(length(chars, max = 200), custom(readable))]
    #[schema(max_length = 200)]
    title: String,
    #[garde(length(chars, max = 50_000))]
    #[schema(max_length = 50000)]
    body: String,
}

/// What a template said at one of its versions.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateVersionRow {
    version: i32,
    name: String,
    title: String,
    body: String,
    /// Who wrote it: null of what was there from the start.
    created_by: Option<i64>,
    created_at: jiff::Timestamp,
}

impl From<VersionRow> for TemplateVersionRow {
    fn from(row: VersionRow) -> Self {
        Self {
            version: row.version,
            name: row.name,
            title: row.title,
            body: row.body,
            created_by: row.created_by,
            created_at: row.created_at,
        }
    }
}

/// All templates; four are there from the start.
#[utoipa::path(tag = "documents", responses((status = 200, body = Paged<DocumentTemplate>)))]
#[get("/api/document-templates")]
pub async fn list(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<DocumentTemplate>>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    let rows = transaction.templates().await?;
    transaction.commit().await?;
    Ok(web::Json(whole(rows.into_iter().map(Into::into).collect())))
}

/// Makes a template. Managers.
#[utoipa::path(tag = "documents", request_body = TemplateToMake, responses((status = 201, body = DocumentTemplate)))]
#[post("/api/document-templates")]
pub async fn create(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<TemplateToMake>,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let TemplateToMake {
        kind,
        name,
        title,
        body,
    } = body.0;
    let new = NewTemplate {
        kind: kind.into(),
        name,
        title,
        body,
    };
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let made = transaction.make_template(&who.by, &new).await?;
    transaction.commit().await?;
    Ok(HttpResponse::Created().json(DocumentTemplate::from(made)))
}

/// A new version; papers that were made keep theirs. Managers. 409 `conflict` at another version.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), request_body = TemplateVersion, responses((status = 200, body = DocumentTemplate)))]
#[put("/api/document-templates/{id}")]
pub async fn replace(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<TemplateVersion>,
) -> Result<web::Json<DocumentTemplate>, ApiError> {
    let business = who.manager()?;
    let new = NewTemplate {
        kind: Kind::Contract,
        name: body.0.name,
        title: body.0.title,
        body: body.0.body,
    };
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    match transaction
        .change_template(&who.by, (*id, body.0.version), &new)
        .await?
    {
        TemplateChanged::Done(row) => {
            transaction.commit().await?;
            Ok(web::Json(row.into()))
        }
        TemplateChanged::Meanwhile(row) => Err(ApiError::conflict(DocumentTemplate::from(row))),
        TemplateChanged::NotThere => Err(ApiError::not_found()),
    }
}

/// What it said so far, the newest first, a hundred at most.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), responses((status = 200, body = Paged<TemplateVersionRow>)))]
#[get("/api/document-templates/{id}/versions")]
pub async fn versions(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Paged<TemplateVersionRow>>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let rows = tenant.begin().await?.template_versions(*id).await?;
    if rows.is_empty() {
        return Err(ApiError::not_found());
    }
    Ok(web::Json(whole(rows.into_iter().map(Into::into).collect())))
}

/// The PDF of a draft that would be made from it, with the business's own details and nothing of a customer. Managers.
#[utoipa::path(tag = "documents", request_body = TemplateToSee, responses((status = 200, content_type = "application/pdf", body = [u8])))]
#[post("/api/document-templates/preview")]
pub async fn preview(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<TemplateToSee>,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let TemplateToSee { kind, title, body } = body.0;
    let office = {
        let mut tenant = tenant(&edge, business).await?;
        office(&tenant.begin().await?).await?
    };
    let issue = Issue {
        kind: kind.into(),
        tax_type: None,
        title,
        number: None,
        day: None,
        vat_rate: office.rules.vat_on(office.today),
        allocation_number: None,
        credit_of: None,
    };
    let content = Content {
        fields: of_the_business(&office),
        body,
        ..Content::default()
    };
    let paper = Paper::of(issue, content).ok_or_else(ApiError::not_found)?;
    Ok(sent(edge.drawing.draw(paper, None).await?.bytes))
}

/// What papers say of the business, and which rates hold from when.
#[utoipa::path(tag = "documents", responses((status = 200, body = DocumentSettings)))]
#[get("/api/document-settings")]
pub async fn settings(edge: web::Data<Edge>, who: Who) -> Result<web::Json<DocumentSettings>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let row = tenant.begin().await?.document_settings().await?;
    Ok(web::Json(DocumentSettings::of(
        &row.ok_or_else(ApiError::not_found)?,
    )))
}

/// Replaces it. Managers. 409 `conflict` at another version.
#[utoipa::path(tag = "documents", request_body = DocumentSettings, responses((status = 200, body = DocumentSettings)))]
#[put("/api/document-settings")]
pub async fn set_settings(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<DocumentSettings>,
) -> Result<web::Json<DocumentSettings>, ApiError> {
    let business = who.manager()?;
    let mut given = body.0;
    let (rules, usual) = (given.rules()?, Rules::default());
    // What is as the law has it follows the law.
    if rules.vat == usual.vat {
        given.vat_rates.clear();
    }
    if rules.allocation == usual.allocation {
        given.allocation_thresholds.clear();
    }
    let version = given.version;
    let kept = serde_json::to_value(&given).unwrap_or_default();
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let written = transaction.set_document_settings(&who.by, version, &kept).await?;
    let row = transaction
        .document_settings()
        .await?
        .ok_or_else(ApiError::not_found)?;
    let now = DocumentSettings::of(&row);
    if !written {
        return Err(ApiError::conflict(now));
    }
    transaction.commit().await?;
    Ok(web::Json(now))
}
