//! `/api/imports`: customers that come in a file. It is kept as it came, looked through with what each column means, then
//! written a part at a time with what is wrong with each line, and taken back as a whole if that is wished. Managers only.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::{Body, read};
use super::paging::{Page, Paged, whole};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, get, post, web};
use domain::import::Mapping;
use domain::table::Table;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::customers::{ImportError, ImportRow};
use utoipa::{IntoParams, ToSchema};

/// The largest file.
const LIMIT: usize = 20 * 1024 * 1024;
/// Lines that are shown of a file.
const SAMPLE: i64 = 10;

/// Which columns are what, by their place from nought.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportMapping {
    /// Joined by spaces: a given name and a family name.
    #[garde(length(max = 50))]
    #[serde(default)]
    name: Vec<usize>,
    #[garde(length(max = 50))]
    #[serde(default)]
    phones: Vec<usize>,
    #[garde(length(max = 50))]
    #[serde(default)]
    emails: Vec<usize>,
    /// Commas part the tags of one cell.
    #[garde(length(max = 50))]
    #[serde(default)]
    tags: Vec<usize>,
    #[garde(skip)]
    status: Option<usize>,
    /// Kept as details under these names.
    #[garde(skip)]
    #[serde(default)]
    details: BTreeMap<String, usize>,
}

impl From<Mapping> for ImportMapping {
    fn from(mapping: Mapping) -> Self {
        Self {
            name: mapping.name,
            phones: mapping.phones,
            emails: mapping.emails,
            tags: mapping.tags,
            status: mapping.status,
            details: mapping.details,
        }
    }
}

impl ImportMapping {
    fn checked(self, columns: usize) -> Result<Mapping, ApiError> {
        let mapping = Mapping {
            name: self.name,
            phones: self.phones,
            emails: self.emails,
            tags: self.tags,
            status: self.status,
            details: self.details,
        };
        let named = |name: &String| (1..=60).contains(&name.chars().count());
        if mapping.fits(columns) && mapping.details.keys().all(named) {
            return Ok(mapping);
        }
        Err(ApiError::field(
            "mapping",
            format!(
                "places from 0 to {}, and a column that says who it is",
                columns.saturating_sub(1)
            ),
        ))
    }
}

/// Which columns are what.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapped {
    #[garde(dive)]
    mapping: ImportMapping,
}

/// Where a file is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Uploaded,
    Running,
    Done,
    Reverting,
    Reverted,
}

/// A file of customers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Import {
    id: i64,
    file: String,
    columns: Vec<String>,
    /// Lines below the head.
    rows: i32,
    /// What it is or was written with; before that, what the heads say.
    mapping: ImportMapping,
    state: ImportState,
    /// Lines that have been worked on, of writing or of taking back.
    done: i32,
    /// Customers that came of it.
    made: i32,
    /// Lines that were not taken.
    failed: i32,
    /// Customers that were taken back.
    reverted: i32,
    /// Those that were not, because somebody has worked with them since.
    kept: i32,
    /// The first lines; of one file only.
    sample: Vec<Vec<String>>,
    created_at: jiff::Timestamp,
    finished_at: Option<jiff::Timestamp>,
}

/// A line that is not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportLineError {
    /// In the file, the head being 1.
    line: i32,
    /// `name`, `phone`, `email`, `tags`, `status`, `identity`.
    field: String,
    error: String,
    cells: Vec<String>,
}

/// What would come of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportPreview {
    /// Customers that would be made.
    good: i64,
    /// Lines that would not be taken.
    bad: i64,
    /// The first hundred of them.
    errors: Vec<ImportLineError>,
}

impl Import {
    fn of(row: ImportRow, sample: Vec<Vec<String>>) -> Self {
        let mapping = row.mapping.unwrap_or_else(|| Mapping::guess(&row.columns));
        Self {
            id: row.id,
            file: row.file,
            columns: row.columns,
            rows: row.rows,
            mapping: mapping.into(),
            state: match row.state.as_str() {
                "running" => ImportState::Running,
                "done" => ImportState::Done,
                "reverting" => ImportState::Reverting,
                "reverted" => ImportState::Reverted,
                _ => ImportState::Uploaded,
            },
            done: row.done,
            made: row.made,
            failed: row.failed,
            reverted: row.reverted,
            kept: row.kept,
            sample,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

impl From<ImportError> for ImportLineError {
    fn from(error: ImportError) -> Self {
        Self {
            line: error.line,
            field: error.field,
            error: error.error,
            cells: error.cells,
        }
    }
}

/// What a file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileName {
    file: Option<String>,
}

/// Takes a file in: CSV in UTF-8, at most 50,000 lines, 50 columns and 20 MB, with a head line. Nothing is written yet.
#[utoipa::path(tag = "imports", params(FileName), request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = Import)))]
#[post("/api/imports")]
pub async fn upload(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<FileName>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let file: String = query.into_inner().file.unwrap_or_default();
    let file: String = file.chars().filter(|c| !c.is_control()).take(200).collect();
    let bytes = read(payload, LIMIT).await?;
    let table = web::block(move || {
        let text = std::str::from_utf8(&bytes).map_err(|_| "the file is not UTF-8".to_owned())?;
        Table::parse(text).map_err(|error| error.to_string())
    });
    let table = table
        .await
        .map_err(|_| ApiError::new(Code::Unavailable, "too busy to read a file: try again"))?
        .map_err(|why| ApiError::new(Code::Invalid, why))?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let row = transaction.keep_import(&who.by, &file, &table).await?;
    transaction.commit().await?;
    let sample = table
        .rows
        .into_iter()
        .take(SAMPLE as usize)
        .map(|(_, cells)| cells);
    Ok(HttpResponse::Created().json(Import::of(row, sample.collect())))
}

/// The files of the business, the newest first.
#[utoipa::path(tag = "imports", responses((status = 200, body = Paged<Import>)))]
#[get("/api/imports")]
pub async fn list(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<Import>>, ApiError> {
    let mut tenant = tenant(&edge, who.manager()?).await?;
    let rows = tenant.begin().await?.imports().await?;
    let imports = rows.into_iter().map(|row| Import::of(row, Vec::new()));
    Ok(web::Json(whole(imports.collect())))
}

/// One file: its first lines, and how far it is.
#[utoipa::path(tag = "imports", params(("id" = i64, Path)), responses((status = 200, body = Import)))]
#[get("/api/imports/{id}")]
pub async fn get_one(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Import>, ApiError> {
    let mut tenant = tenant(&edge, who.manager()?).await?;
    let transaction = tenant.begin().await?;
    let row = transaction.import(*id).await?.ok_or_else(ApiError::not_found)?;
    let sample = transaction.import_lines(*id, 0, SAMPLE).await?;
    Ok(web::Json(Import::of(
        row,
        sample.into_iter().map(|(_, cells)| cells).collect(),
    )))
}

/// Which page of errors.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ErrorPage {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
}

/// The lines that were not taken, and what is wrong with each.
#[utoipa::path(tag = "imports", params(("id" = i64, Path), ErrorPage), responses((status = 200, body = Paged<ImportLineError>)))]
#[get("/api/imports/{id}/errors")]
pub async fn errors(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    query: web::Query<ErrorPage>,
) -> Result<web::Json<Paged<ImportLineError>>, ApiError> {
    let business = who.manager()?;
    let page = Page::of(query.page, query.limit)?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let row = transaction.import(*id).await?.ok_or_else(ApiError::not_found)?;
    let lines = transaction.import_errors(*id, page.limit, page.offset()).await?;
    let lines = lines.into_iter().map(Into::into).collect();
    Ok(web::Json(page.with(lines, i64::from(row.failed))))
}

/// Looks through a file that was not written yet: what would become of each line. Nothing is written.
#[utoipa::path(tag = "imports", params(("id" = i64, Path)), request_body = Mapped, responses((status = 200, body = ImportPreview)))]
#[post("/api/imports/{id}/preview")]
pub async fn preview(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<Mapped>,
) -> Result<web::Json<ImportPreview>, ApiError> {
    let mut tenant = tenant(&edge, who.manager()?).await?;
    let transaction = tenant.begin().await?;
    let row = transaction.import(*id).await?.ok_or_else(ApiError::not_found)?;
    let mapping = body.0.mapping.checked(row.columns.len())?;
    let seen = transaction.preview_import(*id, &mapping).await?;
    Ok(web::Json(ImportPreview {
        good: seen.good,
        bad: seen.bad,
        errors: seen.errors.into_iter().map(Into::into).collect(),
    }))
}

/// Writes a file: 202, and it goes on by itself. 409 for one that was written already.
#[utoipa::path(tag = "imports", params(("id" = i64, Path)), request_body = Mapped, responses((status = 202, body = Import)))]
#[post("/api/imports/{id}/run")]
pub async fn run(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<Mapped>,
) -> Result<HttpResponse, ApiError> {
    let mut tenant = tenant(&edge, who.manager()?).await?;
    let transaction = tenant.begin().await?;
    let row = transaction.import(*id).await?.ok_or_else(ApiError::not_found)?;
    let mapping = body.0.mapping.checked(row.columns.len())?;
    let started = transaction.start_import(&who.by, *id, &mapping).await?;
    let row = started.ok_or_else(|| ApiError::new(Code::Conflict, "it was written already"))?;
    transaction.commit().await?;
    Ok(HttpResponse::Accepted().json(Import::of(row, Vec::new())))
}

/// Takes a written file back: customers that nobody has worked with since are deleted, and their numbers and addresses are
/// free again. 202, and it goes on by itself; 409 for one that was not written.
#[utoipa::path(tag = "imports", params(("id" = i64, Path)), responses((status = 202, body = Import)))]
#[post("/api/imports/{id}/revert")]
pub async fn revert(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let mut tenant = tenant(&edge, who.manager()?).await?;
    let transaction = tenant.begin().await?;
    transaction.import(*id).await?.ok_or_else(ApiError::not_found)?;
    let started = transaction.revert_import(&who.by, *id).await?;
    let row =
        started.ok_or_else(|| ApiError::new(Code::Conflict, "only what was written can be taken back"))?;
    transaction.commit().await?;
    Ok(HttpResponse::Accepted().json(Import::of(row, Vec::new())))
}
