//! Papers as they are sent and taken: drafts, lists, what is still missing, payments, and what papers say of the business.

use super::super::errors::{ApiError, Code};
use super::super::hex::hex;
use super::body::word;
use super::signature_body::Signing;
use domain::document::{
    Content, FieldError, Fields, Kind, Line, Method, Percent, Quantity, Rules, Since, Status, TaxType,
    checked_fields, missing,
};
use garde::Validate;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::documents::{DocumentRow, PaymentLine, SettingsRow, TemplateRow};
use utoipa::ToSchema;

word!(
    /// What a paper is.
    DocumentKind of Kind: Quote, Order, Contract, Invoice
);
word!(
    /// How far a paper has come.
    DocumentStatus of Status: Draft, Issued, Sent, Viewed, Signed, Declined, Expired, Paid, Credited
);
word!(
    /// How something was paid.
    PaymentMethod of Method: Cash, Transfer, Card, Cheque, Bit, Other
);

/// A line of a quote or an invoice.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentLine {
    #[schema(min_length = 1, max_length = 500)]
    pub description: String,
    /// Like `1.5`: at most three decimals.
    pub quantity: String,
    /// Agorot, before VAT; below zero for a discount.
    pub unit_price: i64,
    /// Whether VAT is added.
    pub vat: bool,
}

/// Whom a paper is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentCustomer {
    pub id: i64,
    pub name: String,
    /// E.164.
    pub phone: Option<String>,
}

/// The template that a paper was made from.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentTemplateName {
    pub id: i64,
    pub name: String,
    pub version: i32,
}

/// The number that the tax authority gives to invoices from a sum on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Allocation {
    pub needed: bool,
    pub number: Option<String>,
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Payment {
    /// Agorot.
    pub amount: i64,
    pub method: PaymentMethod,
    pub on: Date,
    pub note: String,
    pub created_at: jiff::Timestamp,
}

impl From<PaymentLine> for Payment {
    fn from(line: PaymentLine) -> Self {
        Self {
            amount: line.amount,
            method: line.method.into(),
            on: line.on,
            note: line.note,
            created_at: line.created_at,
        }
    }
}

/// A paper. In lists without `lines`, `fields` and `body`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    pub id: i64,
    pub kind: DocumentKind,
    /// Of the tax authority's list: 10, 300, 305, 320, 330, 400.
    pub tax_type: Option<i16>,
    pub series: String,
    /// Null on a draft.
    pub number: Option<String>,
    pub status: DocumentStatus,
    pub title: String,
    pub customer: DocumentCustomer,
    pub lines: Vec<DocumentLine>,
    /// By name.
    #[schema(value_type = Object)]
    pub fields: Fields,
    pub template: Option<DocumentTemplateName>,
    /// With its fields' names in braces.
    pub body: String,
    /// Agorot.
    pub net: i64,
    /// Percent, like `18`.
    pub vat_rate: String,
    /// Agorot.
    pub vat: i64,
    /// Agorot.
    pub total: i64,
    /// `ILS`.
    pub currency: &'static str,
    pub valid_until: Option<Date>,
    pub due_on: Option<Date>,
    pub allocation: Allocation,
    pub payment_link: Option<String>,
    /// Agorot.
    pub paid: i64,
    pub payments: Vec<Payment>,
    pub credit_of: Option<i64>,
    pub credited_by: Option<i64>,
    pub issued_at: Option<jiff::Timestamp>,
    pub created_at: jiff::Timestamp,
    pub created_by: Option<i64>,
    pub updated_at: jiff::Timestamp,
    pub version: i64,
    /// Of the issued file, hexadecimal.
    pub sha256: Option<String>,
    pub signing: Option<Signing>,
    /// What must be filled in before it can be issued: names of fields, `lines`, `body`.
    pub missing: Vec<String>,
}

impl Document {
    /// A whole paper.
    pub fn whole(row: DocumentRow, payments: Vec<PaymentLine>, signing: Option<Signing>) -> Self {
        let content = row.content.clone();
        let draft = row.number.is_none();
        let mut document = Self::listed(row);
        if draft {
            let kind = document.kind.into();
            document.missing = missing(kind, &content.fields, !content.lines.is_empty(), &content.body);
        }
        let line = |line: Line| DocumentLine {
            description: line.description,
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price,
            vat: line.vat,
        };
        document.lines = content.lines.into_iter().map(line).collect();
        document.fields = content.fields;
        document.body = content.body;
        document.payments = payments.into_iter().map(Into::into).collect();
        document.signing = signing;
        document
    }

    /// A paper in a list.
    pub fn listed(row: DocumentRow) -> Self {
        Self {
            number: row.number_text(),
            id: row.id,
            kind: row.kind.into(),
            tax_type: row.tax_type.map(TaxType::code),
            series: row.series,
            status: row.status.into(),
            title: row.title,
            customer: DocumentCustomer {
                id: row.customer,
                name: row.customer_name,
                phone: row.customer_phone,
            },
            lines: Vec::new(),
            fields: Fields::new(),
            template: row
                .template
                .map(|(id, name, version)| DocumentTemplateName { id, name, version }),
            body: String::new(),
            net: row.totals.net,
            vat_rate: row.vat_rate.to_string(),
            vat: row.totals.vat,
            total: row.totals.total,
            currency: "ILS",
            valid_until: row.content.valid_until,
            due_on: row.content.due_on,
            allocation: Allocation {
                needed: row.allocation_needed,
                number: row.allocation_number,
            },
            payment_link: row.content.payment_link,
            paid: row.paid,
            payments: Vec::new(),
            credit_of: row.credit_of,
            credited_by: row.credited_by,
            issued_at: row.issued_at,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            version: row.version,
            sha256: row.sha256.as_deref().map(hex),
            signing: None,
            missing: Vec::new(),
        }
    }
}

/// A draft as it is written; of a change, what is left out stays.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentDraft {
    /// Of a change: the version that it was made from.
    #[garde(skip)]
    pub version: Option<i64>,
    #[garde(inner(length(chars, min = 1, max = 200)))]
    #[schema(min_length = 1, max_length = 200)]
    pub title: Option<String>,
    #[garde(inner(length(max = 200)))]
    #[schema(max_items = 200)]
    pub lines: Option<Vec<DocumentLine>>,
    /// By name; what is left out of it is taken away.
    #[garde(skip)]
    #[schema(value_type = Option<Object>)]
    pub fields: Option<Fields>,
    /// Of a new one: the template that it is made from.
    #[garde(skip)]
    pub template_id: Option<i64>,
    #[garde(inner(length(chars, max = 50_000)))]
    #[schema(max_length = 50000)]
    pub body: Option<String>,
    #[garde(skip)]
    pub valid_until: Option<Date>,
    #[garde(skip)]
    pub due_on: Option<Date>,
    /// https only; empty takes it away.
    #[garde(inner(length(max = 500)))]
    #[schema(max_length = 500)]
    pub payment_link: Option<String>,
    /// Of a new invoice: 300 when not said.
    #[garde(skip)]
    pub tax_type: Option<i16>,
}

/// 422 that names a field of a paper.
pub fn field_error(error: FieldError) -> ApiError {
    ApiError::field(&error.field, error.reason)
}

impl DocumentDraft {
    /// What was written put over what was there.
    ///
    /// # Errors
    /// 422 for what can't be kept.
    pub fn over(self, was: Content) -> Result<Content, ApiError> {
        let lines = self
            .lines
            .map(|lines| lines.into_iter().map(line).collect())
            .transpose()?;
        let fields = self.fields.map(checked_fields).transpose().map_err(field_error)?;
        let payment_link = match self.payment_link.as_deref().map(str::trim) {
            None => was.payment_link,
            Some("") => None,
            Some(link) if link.starts_with("https://") && !link.contains(char::is_whitespace) => {
                Some(link.to_owned())
            }
            Some(_) => return Err(ApiError::field("payment_link", "it begins with https://")),
        };
        Ok(Content {
            lines: lines.unwrap_or(was.lines),
            fields: fields.unwrap_or(was.fields),
            body: self.body.unwrap_or(was.body),
            valid_until: self.valid_until.or(was.valid_until),
            due_on: self.due_on.or(was.due_on),
            payment_link,
        })
    }
}

fn line(line: DocumentLine) -> Result<Line, ApiError> {
    if !(1..=500).contains(&line.description.trim().chars().count()) {
        return Err(ApiError::field("description", "it has 1 to 500 characters"));
    }
    let quantity = Quantity::parse(line.quantity.trim());
    Ok(Line {
        description: line.description,
        quantity: quantity.ok_or_else(|| {
            ApiError::field("quantity", "it is a number like 1.5, with at most three decimals")
        })?,
        unit_price: line.unit_price,
        vat: line.vat,
    })
}

/// 422 `missing_fields`, with their names.
pub fn missing_fields(names: Vec<String>) -> ApiError {
    ApiError::new(
        Code::MissingFields,
        "it can't be issued while something is missing",
    )
    .with("missing", names)
}

/// A rate from a day on.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VatRate {
    #[garde(skip)]
    pub from: Date,
    /// Like `18`.
    #[garde(length(max = 6))]
    pub percent: String,
}

/// A threshold from a day on.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocationThreshold {
    #[garde(skip)]
    pub from: Date,
    /// Agorot, before VAT.
    #[garde(range(min = 0))]
    #[schema(minimum = 0)]
    pub amount: i64,
}

/// What papers say of the business, and which rates hold from when.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DocumentSettings {
    /// The business's name when empty.
    #[garde(length(chars, max = 200))]
    pub legal_name: String,
    #[garde(length(chars, max = 20))]
    pub tax_id: String,
    #[garde(length(chars, max = 200))]
    pub address: String,
    #[garde(length(chars, max = 40))]
    pub phone: String,
    #[garde(length(chars, max = 254))]
    pub email: String,
    #[garde(length(chars, max = 20))]
    pub broker_license: String,
    /// עוסק פטור: no VAT at all.
    #[garde(skip)]
    pub vat_exempt: bool,
    /// Empty: as the law has them.
    #[garde(length(max = 50), dive)]
    pub vat_rates: Vec<VatRate>,
    /// Empty: as the law has them.
    #[garde(length(max = 50), dive)]
    pub allocation_thresholds: Vec<AllocationThreshold>,
    /// 0 until somebody has written it.
    #[garde(skip)]
    pub version: i64,
}

impl DocumentSettings {
    /// As it is kept.
    pub fn of(row: &SettingsRow) -> Self {
        let mut settings: Self = serde_json::from_value(row.settings.clone()).unwrap_or_default();
        if settings.legal_name.is_empty() {
            settings.legal_name.clone_from(&row.name);
        }
        let rules = settings.rules().unwrap_or_default();
        let rate = |since: &Since<Percent>| VatRate {
            from: since.from,
            percent: since.value.to_string(),
        };
        let threshold = |since: &Since<i64>| AllocationThreshold {
            from: since.from,
            amount: since.value,
        };
        if !settings.vat_exempt {
            settings.vat_rates = rules.vat.iter().map(rate).collect();
        }
        settings.allocation_thresholds = rules.allocation.iter().map(threshold).collect();
        settings.version = row.version;
        settings
    }

    /// Rates and thresholds by date.
    ///
    /// # Errors
    /// 422 for a percentage that is none.
    pub fn rules(&self) -> Result<Rules, ApiError> {
        let usual = Rules::default();
        let rate = |rate: &VatRate| {
            let value = Percent::parse(&rate.percent);
            let value = value.ok_or_else(|| ApiError::field("vat_rates", "a percentage is like 18"))?;
            Ok::<_, ApiError>(Since {
                from: rate.from,
                value,
            })
        };
        let vat: Result<Vec<_>, ApiError> = self.vat_rates.iter().map(rate).collect();
        let vat = match vat? {
            _ if self.vat_exempt => Vec::new(),
            vat if vat.is_empty() => usual.vat,
            vat => vat,
        };
        let threshold = |threshold: &AllocationThreshold| Since {
            from: threshold.from,
            value: threshold.amount,
        };
        let allocation: Vec<_> = self.allocation_thresholds.iter().map(threshold).collect();
        Ok(Rules {
            vat,
            allocation: if allocation.is_empty() {
                usual.allocation
            } else {
                allocation
            },
        })
    }
}

/// A template at its newest version.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentTemplate {
    pub id: i64,
    pub kind: DocumentKind,
    pub name: String,
    pub title: String,
    pub body: String,
    /// The fields that a form for it asks for.
    pub fields: Vec<String>,
    /// `quote`, `order`, `exclusivity`, `contract`: what every business begins with.
    pub built_in: Option<String>,
    pub version: i32,
    pub updated_at: jiff::Timestamp,
}

impl From<TemplateRow> for DocumentTemplate {
    fn from(row: TemplateRow) -> Self {
        Self {
            fields: missing(row.kind, &Fields::new(), true, &row.body),
            id: row.id,
            kind: row.kind.into(),
            name: row.name,
            title: row.title,
            body: row.body,
            built_in: row.built_in,
            version: row.version,
            updated_at: row.updated_at,
        }
    }
}
