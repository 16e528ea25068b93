//! What quotes, contracts and invoices have in common: drafts are made, changed and thrown away, issued with their number, and
//! drawn. Their addresses are in `papers.rs`; lists and cards are told to look again after each commit.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::customers::look_again;
use super::document_body::{Document, DocumentDraft, DocumentSettings, DocumentStatus, missing_fields};
use super::paging::{Page, Paged, searched, sorted};
use super::prefilling::prefilled;
use super::who::{Who, tenant};
use crate::drawing::DrawingError;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use domain::access::Feature;
use domain::document::{Certificate, Content, Kind, Rules, TaxType};
use domain::ids::BusinessId;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::documents::{
    DocumentChange, DocumentChanged, DocumentQuery, DocumentRow, Drawn, File, Issued, NewDocument,
};
use store::tenant::TenantTx;
use utoipa::IntoParams;

/// One of the three lists that papers are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    Quotes,
    Contracts,
    Invoices,
}

impl Shelf {
    fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Quotes => &[Kind::Quote],
            Self::Contracts => &[Kind::Contract, Kind::Order],
            Self::Invoices => &[Kind::Invoice],
        }
    }

    fn feature(self) -> Feature {
        match self {
            Self::Invoices => Feature::Invoices,
            Self::Quotes | Self::Contracts => Feature::Signatures,
        }
    }
}

/// What a list of papers is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentList {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
    /// In the title, the number or the customer's name.
    q: Option<String>,
    /// `created_at`, `number`, `total`, `status`, `title`; a minus before it turns the order around. `-created_at` when not said.
    sort: Option<String>,
    status: Option<DocumentStatus>,
    /// A customer's number.
    customer: Option<i64>,
    /// Made at or after this moment.
    from: Option<jiff::Timestamp>,
    /// Made before this moment.
    to: Option<jiff::Timestamp>,
}

const SORTS: [(&str, &str); 5] = [
    ("created_at", "d.created_at"),
    ("number", "d.number"),
    ("total", "d.total"),
    ("status", "d.status"),
    ("title", "lower(d.title)"),
];

/// Rates, the business's name, and which day it is there.
pub struct Office {
    pub settings: DocumentSettings,
    pub rules: Rules,
    pub time_zone: String,
    pub today: Date,
}

/// What is known of the business at this moment.
pub async fn office(transaction: &TenantTx<'_>) -> Result<Office, ApiError> {
    let row = transaction.document_settings().await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    let settings = DocumentSettings::of(&row);
    let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
    Ok(Office {
        rules: settings.rules()?,
        settings,
        time_zone: row.time_zone,
        today: jiff::Timestamp::now().to_zoned(zone).date(),
    })
}

fn on_shelf(shelf: Shelf, row: Option<DocumentRow>) -> Result<DocumentRow, ApiError> {
    row.filter(|row| shelf.kinds().contains(&row.kind))
        .ok_or_else(ApiError::not_found)
}

/// A paper with its payments and its newest request to sign.
pub async fn whole(transaction: &TenantTx<'_>, row: DocumentRow) -> Result<Document, ApiError> {
    let payments = transaction.payments(row.id).await?;
    let signing = transaction.signing_of(row.id).await?;
    Ok(Document::whole(row, payments, signing.map(Into::into)))
}

/// 409 `issued`, with the paper as it is.
pub fn issued(row: DocumentRow) -> ApiError {
    let current = serde_json::to_value(Document::listed(row)).unwrap_or_default();
    ApiError::new(Code::Issued, "it is issued: it does not change any more").with("current", current)
}

/// 409 `registration_needed`.
pub fn registration_needed() -> ApiError {
    ApiError::new(
        Code::RegistrationNeeded,
        "tax documents are issued by software that is registered with the tax authority: this one issues quotes and 300 only",
    )
}

fn too_much() -> ApiError {
    ApiError::field("lines", "they come to less than nothing, or to too much")
}

pub async fn list(
    edge: &web::Data<Edge>,
    who: &Who,
    shelf: Shelf,
    query: DocumentList,
) -> Result<Paged<Document>, ApiError> {
    let business = who.business()?;
    let page = Page::of(query.page, query.limit)?;
    let asked = DocumentQuery {
        kinds: shelf.kinds(),
        text: searched(query.q)?,
        status: query.status.map(Into::into),
        customer: query.customer,
        from: query.from,
        to: query.to,
        sort: sorted(query.sort.as_deref(), &SORTS, ("d.created_at", true))?,
        limit: page.limit,
        offset: page.offset(),
    };
    let mut tenant = tenant(edge, business).await?;
    let (rows, total) = tenant.begin().await?.documents(&asked).await?;
    Ok(page.with(rows.into_iter().map(Document::listed).collect(), total))
}

pub async fn create(
    edge: &web::Data<Edge>,
    who: &Who,
    (shelf, customer): (Shelf, i64),
    draft: DocumentDraft,
) -> Result<Document, ApiError> {
    let business = who.with_feature(shelf.feature())?;
    let mut tenant = tenant(edge, business).await?;
    let transaction = tenant.begin().await?;
    let office = office(&transaction).await?;
    let known = transaction
        .customer(customer)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let templates = transaction.templates().await?;
    let template = match draft.template_id {
        Some(id) => {
            let found = templates.iter().find(|template| template.id == id);
            let fits = found.filter(|template| shelf.kinds().contains(&template.kind));
            Some(fits.ok_or_else(ApiError::not_found)?)
        }
        None => {
            let usual = match shelf {
                Shelf::Quotes => Some("quote"),
                Shelf::Contracts => Some("contract"),
                Shelf::Invoices => None,
            };
            templates
                .iter()
                .find(|template| template.built_in.as_deref() == usual && usual.is_some())
        }
    };
    let kind = template.map_or(shelf.kinds()[0], |template| template.kind);
    let tax_type = match (shelf, draft.tax_type) {
        (Shelf::Invoices, None) => Some(TaxType::ProForma),
        (Shelf::Invoices, Some(code)) => {
            let known = TaxType::of(code).filter(|tax| *tax != TaxType::Quote && *tax != TaxType::CreditNote);
            Some(known.ok_or_else(|| ApiError::field("tax_type", "it is one of 300, 305, 320, 400"))?)
        }
        (Shelf::Quotes, _) => Some(TaxType::Quote),
        (Shelf::Contracts, _) => None,
    };
    let mut fields = prefilled(&transaction, &office, &known).await?;
    if kind != Kind::Order {
        let of_orders = ["property", "price", "deal_type"];
        fields.retain(|name, _| !name.starts_with("broker_") && !of_orders.contains(&name.as_str()));
    }
    fields.extend(draft.fields.clone().unwrap_or_default());
    let title = draft.title.clone();
    let written = DocumentDraft {
        fields: Some(fields),
        ..draft
    };
    let body = template.map(|template| template.body.clone()).unwrap_or_default();
    let content = written.over(Content {
        body,
        ..Content::default()
    })?;
    let usual_title = match (template, tax_type) {
        (Some(template), _) => template.title.clone(),
        (None, Some(tax)) => tax.title().to_owned(),
        (None, None) => kind.title().to_owned(),
    };
    let vat_rate = office.rules.vat_on(office.today);
    let new = NewDocument {
        customer,
        kind,
        tax_type,
        title: title.unwrap_or(usual_title),
        template: template.map(|template| (template.id, template.version)),
        totals: domain::document::totals(&content.lines, vat_rate).ok_or_else(too_much)?,
        content,
        vat_rate,
    };
    let made = transaction.make_document(&who.by, &new).await?;
    let made = whole(&transaction, made.ok_or_else(ApiError::not_found)?).await?;
    transaction.commit().await?;
    look_again(edge, business, customer);
    Ok(made)
}

pub async fn get_one(
    edge: &web::Data<Edge>,
    who: &Who,
    (shelf, id): (Shelf, i64),
) -> Result<Document, ApiError> {
    let mut tenant = tenant(edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    let row = on_shelf(shelf, transaction.document(id).await?)?;
    whole(&transaction, row).await
}

pub async fn update(
    edge: &web::Data<Edge>,
    who: &Who,
    (shelf, id): (Shelf, i64),
    draft: DocumentDraft,
) -> Result<Document, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(edge, business).await?;
    let transaction = tenant.begin().await?;
    let was = on_shelf(shelf, transaction.document(id).await?)?;
    let office = office(&transaction).await?;
    let version = draft.version.unwrap_or(was.version);
    let title = draft.title.clone();
    let content = draft.over(was.content.clone())?;
    let vat_rate = office.rules.vat_on(office.today);
    let change = DocumentChange {
        title,
        totals: domain::document::totals(&content.lines, vat_rate).ok_or_else(too_much)?,
        content,
        vat_rate,
    };
    match transaction
        .change_document(&who.by, (id, version), &change)
        .await?
    {
        DocumentChanged::Done(row) => {
            let changed = whole(&transaction, *row).await?;
            transaction.commit().await?;
            look_again(edge, business, changed.customer.id);
            Ok(changed)
        }
        DocumentChanged::Meanwhile(row) => Err(ApiError::conflict(whole(&transaction, *row).await?)),
        DocumentChanged::Issued(row) => Err(issued(*row)),
        DocumentChanged::NotThere => Err(ApiError::not_found()),
    }
}

pub async fn remove(
    edge: &web::Data<Edge>,
    who: &Who,
    (shelf, id): (Shelf, i64),
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(edge, business).await?;
    let transaction = tenant.begin().await?;
    on_shelf(shelf, transaction.document(id).await?)?;
    match transaction.remove_document(&who.by, id).await? {
        DocumentChanged::Done(row) => {
            transaction.commit().await?;
            look_again(edge, business, row.customer);
            Ok(HttpResponse::NoContent().finish())
        }
        DocumentChanged::Issued(row) | DocumentChanged::Meanwhile(row) => Err(issued(*row)),
        DocumentChanged::NotThere => Err(ApiError::not_found()),
    }
}

pub async fn issue(
    edge: &web::Data<Edge>,
    who: &Who,
    (shelf, id): (Shelf, i64),
) -> Result<Document, ApiError> {
    let business = who.business()?;
    let row = {
        let mut tenant = tenant(edge, business).await?;
        let transaction = tenant.begin().await?;
        on_shelf(shelf, transaction.document(id).await?)?;
        let row = issue_within(&transaction, who, id).await?;
        transaction.commit().await?;
        row
    };
    look_again(edge, business, row.customer);
    // The number is given; the file follows from it, now or when it is asked for.
    original(edge, business, &row).await?;
    get_one(edge, who, (shelf, id)).await
}

/// Issues a draft in this transaction.
///
/// # Errors
/// 409 and 422 for what can't be issued.
pub async fn issue_within(transaction: &TenantTx<'_>, who: &Who, id: i64) -> Result<DocumentRow, ApiError> {
    let office = office(transaction).await?;
    let done = transaction
        .issue_document(&who.by, id, office.today, &office.rules)
        .await?;
    match done {
        Issued::Done(row) => Ok(*row),
        Issued::Already(row) => Err(issued(*row)),
        Issued::Missing(names) => Err(missing_fields(names)),
        Issued::Registration => Err(registration_needed()),
        Issued::Sums => Err(too_much()),
        Issued::NotThere => Err(ApiError::not_found()),
    }
}

impl From<DrawingError> for ApiError {
    fn from(error: DrawingError) -> Self {
        match error {
            DrawingError::Busy => Self::new(
                Code::Unavailable,
                "many papers are being drawn: try again in a moment",
            ),
            DrawingError::Refused(error) => {
                tracing::error!(%error, "a paper can't be drawn");
                Self::new(Code::Internal, "something went wrong here: it is in the log")
            }
        }
    }
}

/// The issued file: kept, or drawn and kept now.
pub async fn original(edge: &Edge, business: BusinessId, row: &DocumentRow) -> Result<File, ApiError> {
    drawn(edge, business, (row, Drawn::Original), None).await
}

/// A file of an issued paper: kept, or drawn from what was frozen and kept now. The first one that is kept is the one. No
/// connection is held while it is drawn: who calls this holds none either.
pub async fn drawn(
    edge: &Edge,
    business: BusinessId,
    (row, how): (&DocumentRow, Drawn),
    certificate: Option<Certificate>,
) -> Result<File, ApiError> {
    let store = &edge.switchboard.store;
    if let Some(file) = store
        .tenant(business)
        .await?
        .begin()
        .await?
        .file(row.id, how.kind())
        .await?
    {
        return Ok(file);
    }
    let paper = row.snapshot.clone().ok_or_else(ApiError::not_found)?;
    let pdf = edge.drawing.draw(paper, certificate).await?;
    let file = File {
        sha256: sha256(&pdf.bytes),
        pages: i32::try_from(pdf.pages).unwrap_or(i32::MAX),
        bytes: pdf.bytes,
    };
    let mut tenant = store.tenant(business).await?;
    let transaction = tenant.begin().await?;
    transaction.keep_file(row.id, how, &file).await?;
    let kept = transaction.file(row.id, how.kind()).await?;
    transaction.commit().await?;
    Ok(kept.unwrap_or(file))
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).to_vec()
}

pub async fn pdf(
    edge: &web::Data<Edge>,
    who: &Who,
    (shelf, id): (Shelf, i64),
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let (row, rate) = {
        let mut tenant = tenant(edge, business).await?;
        let transaction = tenant.begin().await?;
        let row = on_shelf(shelf, transaction.document(id).await?)?;
        let office = office(&transaction).await?;
        (row, office.rules.vat_on(office.today))
    };
    if row.number.is_some() {
        let file = original(edge, business, &row).await?;
        return Ok(sent(file.bytes));
    }
    let draft = row.draft(rate).ok_or_else(too_much)?;
    let pdf = edge.drawing.draw(draft, None).await?;
    Ok(sent(pdf.bytes))
}

/// A PDF as an answer.
pub fn sent(bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/pdf"))
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"document.pdf\""))
        .body(bytes)
}
