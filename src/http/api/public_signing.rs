//! `/api/public/sign/…`: what a signer does without a log-in. The link's secret
//! is exchanged for a session of half an hour; nothing is signed before a code that went to the phone was given in that session.

use super::super::Edge;
use super::super::auth::secrets::{hash_of, new_secret};
use super::super::errors::{ApiError, Code};
use super::super::hex::hex;
use super::body::Body;
use super::customers::look_again;
use super::document_body::{DocumentKind, field_error};
use super::documents::{office, original, sent};
use super::signature_body::{CodeGivenBack, SigningState};
use super::signatures::{hint, message, signed_file};
use super::who::traces;
use actix_web::http::header::{AUTHORIZATION, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::document::{CONSENT, Fields, Signature, SigningStatus, checked_fields, number_text};
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::documents::{
    BETWEEN_CODES, CodeGiven, Ended, NewSignature, Opened, SignedNow, Signer, SigningRow,
};
use store::tenant::TenantTx;
use utoipa::ToSchema;

/// A link's secret.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignToken {
    #[garde(length(max = 100))]
    #[schema(max_length = 100)]
    token: String,
}

/// The paper that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignDocument {
    kind: DocumentKind,
    title: String,
    number: Option<String>,
    business: String,
    customer: String,
    /// Agorot; 0 when it is not about a sum.
    total: i64,
    pdf_url: &'static str,
    pages: i32,
}

/// A session of half an hour, to be sent as `Authorization: Bearer …`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignSession {
    session: String,
    document: SignDocument,
    status: SigningState,
    /// Where codes go: the last digits.
    phone_hint: String,
    expires_at: jiff::Timestamp,
    /// What is agreed to by signing.
    consent: &'static str,
}

const PDF: &str = "/api/public/sign/pdf";

fn gone(status: SigningStatus) -> ApiError {
    ApiError::new(Code::Gone, "this request is over").with("status", status.as_str())
}

/// How it ended, told to whoever comes later.
fn end_of(row: &SigningRow) -> SigningStatus {
    if row.status.is_open() {
        SigningStatus::Expired
    } else {
        row.status
    }
}

fn signer(request: &HttpRequest, signing: i64, key: [u8; 32]) -> Signer {
    let device = request
        .headers()
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    Signer {
        signing,
        by: traces(request, None),
        device: device.unwrap_or_default().chars().take(300).collect(),
        session: key,
    }
}

/// A signer in his session.
struct Desk {
    opened: Opened,
    signer: Signer,
}

async fn desk(edge: &Edge, request: &HttpRequest) -> Result<Desk, ApiError> {
    let token = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = token
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    let key = hash_of(token);
    let opened = edge.switchboard.store.signing_session(&key).await?;
    let opened = opened.ok_or_else(|| ApiError::new(Code::Unauthenticated, "open the link again"))?;
    Ok(Desk {
        signer: signer(request, opened.signing, key),
        opened,
    })
}

/// Opens a link: the paper and a session. 404 for a link that is none, 410 `gone` with `status` when it is over.
#[utoipa::path(tag = "signing", request_body = SignToken, responses((status = 200, body = SignSession)))]
#[post("/api/public/sign/session")]
pub async fn session(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<SignToken>,
) -> Result<web::Json<SignSession>, ApiError> {
    let store = &edge.switchboard.store;
    let opened = store.signing_link(&hash_of(&body.0.token)).await?;
    let opened = opened.ok_or_else(ApiError::not_found)?;
    let mut tenant = store.tenant(opened.business).await?;
    let transaction = tenant.begin().await?;
    let row = transaction
        .signing(opened.signing)
        .await?
        .ok_or_else(ApiError::not_found)?;
    if row.over {
        let end = end_of(&row);
        if row.status.is_open() {
            transaction.expire_signing(row.id).await?;
            transaction.commit().await?;
            look_again(&edge, opened.business, row.customer);
        }
        return Err(gone(end));
    }
    let (token, key) = new_secret("");
    transaction.begin_session(row.id, &key).await?;
    transaction.view_signing(&signer(&request, row.id, key)).await?;
    let document = transaction
        .document(row.document)
        .await?
        .ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    drop(tenant);
    look_again(&edge, opened.business, row.customer);
    let file = original(&edge, opened.business, &document).await?;
    let paper = document.snapshot.ok_or_else(ApiError::not_found)?;
    Ok(web::Json(SignSession {
        session: token,
        document: SignDocument {
            kind: document.kind.into(),
            title: document.title,
            number: document.number.map(number_text),
            business: paper.business.name,
            customer: paper.customer.name,
            total: document.totals.total,
            pdf_url: PDF,
            pages: file.pages,
        },
        status: SigningState::Viewed,
        phone_hint: row.phone.as_deref().map(hint).unwrap_or_default(),
        expires_at: row.expires_at,
        consent: CONSENT,
    }))
}

/// The paper; once it is signed, the signed one.
#[utoipa::path(tag = "signing", responses((status = 200, content_type = "application/pdf", body = [u8])))]
#[get("/api/public/sign/pdf")]
pub async fn pdf(edge: web::Data<Edge>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let desk = desk(&edge, &request).await?;
    let mut tenant = edge.switchboard.store.tenant(desk.opened.business).await?;
    let transaction = tenant.begin().await?;
    let row = transaction
        .signing(desk.opened.signing)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let document = transaction
        .document(row.document)
        .await?
        .ok_or_else(ApiError::not_found)?;
    drop(transaction);
    drop(tenant);
    let file = match row.status {
        SigningStatus::Signed => signed_file(&edge, desk.opened.business, &row).await?,
        _ if row.over => return Err(gone(end_of(&row))),
        _ => original(&edge, desk.opened.business, &document).await?,
    };
    Ok(sent(file.bytes))
}

/// Where a code went.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSent {
    /// The last digits of the phone.
    sent_to: String,
    /// Seconds.
    resend_after: i64,
}

fn code_hash(signing: i64, digits: &str) -> [u8; 32] {
    hash_of(&format!("code/{signing}/{digits}"))
}

/// Sends a one-time code to the phone, at most one in half a minute.
#[utoipa::path(tag = "signing", responses((status = 200, body = CodeSent)))]
#[post("/api/public/sign/code")]
pub async fn code(edge: web::Data<Edge>, request: HttpRequest) -> Result<web::Json<CodeSent>, ApiError> {
    let desk = desk(&edge, &request).await?;
    let digits = format!("{:06}", rand::random_range(0..1_000_000));
    let mut tenant = edge.switchboard.store.tenant(desk.opened.business).await?;
    let transaction = tenant.begin().await?;
    let hash = code_hash(desk.opened.signing, &digits);
    let phone = match transaction.give_code(&desk.signer, &hash).await? {
        CodeGiven::Done(phone) => phone,
        CodeGiven::TooSoon(seconds) => {
            return Err(ApiError::rate_limited(Duration::from_secs(
                seconds.unsigned_abs(),
            )));
        }
        CodeGiven::TooMany => return Err(ApiError::rate_limited(Duration::from_secs(24 * 3600))),
        CodeGiven::Over => return Err(over_now(&transaction, desk.opened.signing).await?),
    };
    let office = office(&transaction).await?;
    transaction.commit().await?;
    drop(tenant);
    let text = format!(
        "{digits} הוא קוד האימות לחתימה על מסמך של {}",
        office.settings.legal_name
    );
    message(
        &edge,
        desk.opened.business,
        (&phone, &text),
        &desk.signer.by.request_id,
    )
    .await?;
    Ok(web::Json(CodeSent {
        sent_to: hint(&phone),
        resend_after: BETWEEN_CODES,
    }))
}

async fn over_now(transaction: &TenantTx<'_>, signing: i64) -> Result<ApiError, ApiError> {
    let row = transaction.signing(signing).await?;
    Ok(row.map_or_else(ApiError::not_found, |row| gone(end_of(&row))))
}

/// Whether the code was right.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeVerified {
    verified: bool,
}

/// Gives the code. 422 `wrong_code` with `left`; five tries for each code.
#[utoipa::path(tag = "signing", request_body = CodeGivenBack, responses((status = 200, body = CodeVerified)))]
#[post("/api/public/sign/verify")]
pub async fn verify(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<CodeGivenBack>,
) -> Result<web::Json<CodeVerified>, ApiError> {
    let desk = desk(&edge, &request).await?;
    let digits: String = body.0.code.chars().filter(char::is_ascii_digit).collect();
    let mut tenant = edge.switchboard.store.tenant(desk.opened.business).await?;
    let transaction = tenant.begin().await?;
    let hash = code_hash(desk.opened.signing, &digits);
    let wrong =
        |left: i32| ApiError::new(Code::WrongCode, "it is not the code that was sent").with("left", left);
    let tried = transaction.try_code(&desk.signer, &hash).await?;
    // A try counts, also a wrong one.
    transaction.commit().await?;
    match tried {
        Ended::Done => Ok(web::Json(CodeVerified { verified: true })),
        Ended::Wrong(left) => Err(wrong(left)),
        Ended::NoCode => Err(wrong(0)),
        Ended::Over => Err(over_now(&tenant.begin().await?, desk.opened.signing).await?),
    }
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InkKind {
    Drawn,
    Typed,
}

/// A signature: `drawn` with `strokes` or `png`, `typed` with `text`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InkGiven {
    kind: InkKind,
    /// Lines of points `[x, y]` in a box of 1000 by 300.
    strokes: Option<Vec<Vec<[i32; 2]>>>,
    /// Base64, also as a `data:` address; at most 200 kB and 2000 by 1000 points.
    png: Option<String>,
    text: Option<String>,
}

/// What a signer gives.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureGiven {
    #[garde(length(chars, min = 2, max = 120), custom(super::body::readable))]
    #[schema(min_length = 2, max_length = 120)]
    name: String,
    #[garde(inner(length(max = 20)))]
    #[schema(max_length = 20)]
    id_number: Option<String>,
    #[garde(skip)]
    signature: InkGiven,
    #[garde(skip)]
    consent: bool,
}

impl InkGiven {
    fn checked(self) -> Result<Signature, ApiError> {
        let wrong = |why: String| ApiError::field("signature", why);
        let signature = match (self.kind, self.strokes, self.png) {
            (InkKind::Typed, _, _) => Signature::Typed {
                text: self.text.unwrap_or_default().trim().to_owned(),
            },
            (InkKind::Drawn, Some(strokes), _) => Signature::Drawn { strokes },
            (InkKind::Drawn, None, Some(png)) => {
                let png = png.split_once("base64,").map_or(png.as_str(), |(_, png)| png);
                let png = STANDARD
                    .decode(png)
                    .map_err(|_| wrong("png is no base64".into()))?;
                Signature::Picture { png }
            }
            (InkKind::Drawn, None, None) => return Err(wrong("it has strokes or a png".into())),
        };
        signature.check().map_err(|error| wrong(error.to_string()))?;
        Ok(signature)
    }
}

/// The paper is signed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedAnswer {
    status: SigningState,
    signed_at: Option<jiff::Timestamp>,
    /// Of the signed file, hexadecimal.
    sha256: String,
    pdf_url: &'static str,
}

/// Signs. 403 before a code was given in this session, 410 `gone` when it is over.
#[utoipa::path(tag = "signing", request_body = SignatureGiven, responses((status = 200, body = SignedAnswer)))]
#[post("/api/public/sign/sign")]
pub async fn sign(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<SignatureGiven>,
) -> Result<web::Json<SignedAnswer>, ApiError> {
    let desk = desk(&edge, &request).await?;
    let given = body.0;
    if !given.consent {
        return Err(ApiError::field("consent", "a signature wants it"));
    }
    let id_number = given
        .id_number
        .as_deref()
        .map(str::trim)
        .filter(|id| !id.is_empty());
    if let Some(id) = id_number {
        checked_fields(Fields::from([("client_id".to_owned(), id.to_owned())])).map_err(|mut error| {
            error.field = "id_number".into();
            field_error(error)
        })?;
    }
    let ink = given.signature.checked()?;
    let business = desk.opened.business;
    let store = &edge.switchboard.store;
    let document = {
        let mut tenant = store.tenant(business).await?;
        let transaction = tenant.begin().await?;
        let row = transaction.signing(desk.opened.signing).await?;
        let row = row.ok_or_else(ApiError::not_found)?;
        transaction
            .document(row.document)
            .await?
            .ok_or_else(ApiError::not_found)?
    };
    let shown = original(&edge, business, &document).await?;
    let new = NewSignature {
        name: given.name.trim().to_owned(),
        id_number: id_number.map(str::to_owned),
        signature: serde_json::to_value(&ink).unwrap_or_default(),
        consent: CONSENT.to_owned(),
        original: hex(&shown.sha256),
    };
    let mut tenant = store.tenant(business).await?;
    let transaction = tenant.begin().await?;
    let row = match transaction.sign_document(&desk.signer, &new).await? {
        SignedNow::Done(row) => *row,
        SignedNow::NotVerified => {
            return Err(ApiError::new(
                Code::Forbidden,
                "give the code that was sent to the phone first",
            ));
        }
        SignedNow::Over => return Err(over_now(&transaction, desk.opened.signing).await?),
    };
    transaction.commit().await?;
    drop(tenant);
    look_again(&edge, business, row.customer);
    let file = signed_file(&edge, business, &row).await?;
    Ok(web::Json(SignedAnswer {
        status: SigningState::Signed,
        signed_at: row.signed_at,
        sha256: hex(&file.sha256),
        pdf_url: PDF,
    }))
}

/// Why somebody does not sign.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineReason {
    #[garde(length(chars, min = 1, max = 1_000))]
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// The paper is declined.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclinedAnswer {
    status: SigningState,
}

/// Declines, with a reason.
#[utoipa::path(tag = "signing", request_body = DeclineReason, responses((status = 200, body = DeclinedAnswer)))]
#[post("/api/public/sign/decline")]
pub async fn decline(
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body<DeclineReason>,
) -> Result<web::Json<DeclinedAnswer>, ApiError> {
    let desk = desk(&edge, &request).await?;
    let mut tenant = edge.switchboard.store.tenant(desk.opened.business).await?;
    let transaction = tenant.begin().await?;
    match transaction
        .decline_document(&desk.signer, body.0.reason.trim())
        .await?
    {
        Ended::Done => {}
        _ => return Err(over_now(&transaction, desk.opened.signing).await?),
    }
    let row = transaction.signing(desk.opened.signing).await?;
    transaction.commit().await?;
    if let Some(row) = row {
        look_again(&edge, desk.opened.business, row.customer);
    }
    Ok(web::Json(DeclinedAnswer {
        status: SigningState::Declined,
    }))
}
