//! `/api/public/verify`: whether a file that somebody holds is one of ours, byte for byte. Found by its hash; nothing is told that is
//! not on the paper itself, and the file is not kept.

use super::super::Edge;
use super::super::errors::ApiError;
use super::super::hex::hex;
use super::body::read;
use super::document_body::DocumentKind;
use super::documents::sha256;
use actix_web::{post, web};
use domain::document::number_text;
use serde::Serialize;
use utoipa::ToSchema;

/// The largest file that is checked.
const LARGEST: usize = 10 * 1024 * 1024;

/// What a file is.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperChecked {
    valid: bool,
    /// `signed`: as it was signed; `issued`: as it was issued, without a signature; `unknown`: no file of ours, or one that was
    /// changed; `not_pdf`.
    reason: &'static str,
    kind: Option<DocumentKind>,
    title: Option<String>,
    number: Option<String>,
    business: Option<String>,
    signed_at: Option<jiff::Timestamp>,
    signer: Option<String>,
    /// Of the file that was sent, hexadecimal.
    sha256: String,
}

/// Whether a file is one of ours, byte for byte. Nothing is told that is not on the paper itself.
#[utoipa::path(tag = "signing", request_body(content = [u8], content_type = "application/pdf"), responses((status = 200, body = PaperChecked)))]
#[post("/api/public/verify")]
pub async fn verify(
    edge: web::Data<Edge>,
    payload: web::Payload,
) -> Result<web::Json<PaperChecked>, ApiError> {
    let bytes = read(payload, LARGEST).await?;
    let hash = sha256(&bytes);
    let mut answer = PaperChecked {
        valid: false,
        reason: "unknown",
        kind: None,
        title: None,
        number: None,
        business: None,
        signed_at: None,
        signer: None,
        sha256: hex(&hash),
    };
    if !bytes.starts_with(b"%PDF-") {
        answer.reason = "not_pdf";
        return Ok(web::Json(answer));
    }
    if let Some(proof) = edge.switchboard.store.proof(&hash).await? {
        answer.valid = true;
        answer.reason = if proof.signed { "signed" } else { "issued" };
        answer.kind = Some(proof.kind.into());
        answer.title = Some(proof.title);
        answer.number = proof.number.map(number_text);
        answer.business = Some(proof.business);
        answer.signed_at = proof.signed_at;
        answer.signer = proof.signer;
    }
    Ok(web::Json(answer))
}
