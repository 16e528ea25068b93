//! What a signer does: opens the paper, has a code sent, gives it, signs or declines. Each is an event in the request's chain.
//! Codes are limited in number and time, and believed only in the session that gave them.

use super::sending::SigningRow;
use crate::audit::By;
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::document::{SigningStatus, Status};
use serde_json::{Value, json};

/// Tries for one code.
const TRIES: i32 = 5;
/// Codes of one request.
const CODES: i32 = 10;
/// Seconds between two codes.
pub const BETWEEN_CODES: i64 = 30;

/// Who asks, from where, and with what.
#[derive(Debug, Clone)]
pub struct Signer {
    pub signing: i64,
    pub by: By,
    /// What the browser says it is.
    pub device: String,
    /// SHA-256 of the session's secret.
    pub session: [u8; 32],
}

/// How sending a code ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeGiven {
    /// It goes to this phone.
    Done(String),
    /// After so many seconds.
    TooSoon(i64),
    /// No more for this request.
    TooMany,
    Over,
}

/// A signature, checked.
#[derive(Debug, Clone)]
pub struct NewSignature {
    pub name: String,
    pub id_number: Option<String>,
    pub signature: Value,
    pub consent: String,
    /// Hexadecimal SHA-256 of the file that was shown.
    pub original: String,
}

/// How signing ended.
#[derive(Debug, Clone)]
pub enum SignedNow {
    Done(Box<SigningRow>),
    /// This session has not given the code, or it was too long ago.
    NotVerified,
    Over,
}

/// How giving a code, or declining, ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    Done,
    /// The code was wrong; so many tries are left.
    Wrong(i32),
    /// There is no code that could be tried.
    NoCode,
    Over,
}

impl TenantTx<'_> {
    async fn open_signing(&self, id: i64) -> Result<Option<SigningRow>, StoreError> {
        let held = self.signing_at(id, "FOR UPDATE OF s").await?;
        Ok(held.filter(|held| !held.over))
    }

    /// The paper is looked at: the first time it is told.
    pub async fn view_signing(&self, signer: &Signer) -> Result<(), StoreError> {
        limited(async {
            let Some(was) = self.open_signing(signer.signing).await? else {
                return Ok(());
            };
            self.signed_event(signer, "viewed", json!({})).await?;
            if was.status != SigningStatus::Sent {
                return Ok(());
            }
            let sql = "UPDATE signings SET status = 'viewed' WHERE business_id = $1 AND id = $2";
            self.sql().execute(sql, &[&self.business().0, &was.id]).await?;
            self.paper_follows(signer, &was, (Status::Viewed, "viewed")).await
        })
        .await
    }

    async fn paper_follows(
        &self,
        signer: &Signer,
        signing: &SigningRow,
        (status, event): (Status, &str),
    ) -> Result<(), StoreError> {
        if let Some(document) = self.hold_document(signing.document).await?
            && document.status.may_become(status)
        {
            let document = self.document_becomes(&document, status).await?;
            let detail = json!({ "signing": signing.id });
            self.document_told(&signer.by, &document, event, detail).await?;
        }
        Ok(())
    }

    async fn signed_event(&self, signer: &Signer, kind: &str, detail: Value) -> Result<(), StoreError> {
        let from = (signer.by.address.as_str(), signer.device.as_str());
        self.add_event(signer.signing, kind, from, detail).await
    }

    /// A code of which this is the hash is about to be sent.
    pub async fn give_code(&self, signer: &Signer, hash: &[u8; 32]) -> Result<CodeGiven, StoreError> {
        limited(async {
            let Some(was) = self.open_signing(signer.signing).await? else {
                return Ok(CodeGiven::Over);
            };
            let Some(phone) = was.phone else {
                return Ok(CodeGiven::TooMany);
            };
            let sql = "SELECT codes_sent, extract(epoch FROM now() - code_sent_at)::bigint FROM signings WHERE business_id = $1 AND id = $2";
            let row = self.sql().query_one(sql, &[&self.business().0, &signer.signing]).await?;
            if row.get::<_, i32>(0) >= CODES {
                return Ok(CodeGiven::TooMany);
            }
            if let Some(age) = row.get::<_, Option<i64>>(1)
                && age < BETWEEN_CODES
            {
                return Ok(CodeGiven::TooSoon(BETWEEN_CODES - age));
            }
            let sql = "UPDATE signings SET code_hash = $3, code_until = now() + interval '10 minutes', code_left = $4,
                              codes_sent = codes_sent + 1, code_sent_at = now()
                       WHERE business_id = $1 AND id = $2";
            self.sql()
                .execute(sql, &[&self.business().0, &signer.signing, &hash.as_slice(), &TRIES])
                .await?;
            self.signed_event(signer, "code_sent", json!({})).await?;
            Ok(CodeGiven::Done(phone))
        })
        .await
    }

    /// A code is tried. Right or wrong, what it cost is to be committed.
    pub async fn try_code(&self, signer: &Signer, hash: &[u8; 32]) -> Result<Ended, StoreError> {
        limited(async {
            if self.open_signing(signer.signing).await?.is_none() {
                return Ok(Ended::Over);
            }
            let sql = "UPDATE signings SET code_left = code_left - 1 WHERE business_id = $1 AND id = $2 AND code_left > 0 AND code_until > now()
                       RETURNING code_left, code_hash = $3";
            let tried = self
                .sql()
                .query_opt(sql, &[&self.business().0, &signer.signing, &hash.as_slice()])
                .await?;
            let Some(tried) = tried else {
                return Ok(Ended::NoCode);
            };
            if tried.get::<_, Option<bool>>(1) != Some(true) {
                self.signed_event(signer, "code_wrong", json!({})).await?;
                return Ok(Ended::Wrong(tried.get(0)));
            }
            let sql = "UPDATE signings SET code_hash = NULL, code_left = 0, verified_at = now(), verified_by = $3
                       WHERE business_id = $1 AND id = $2";
            self.sql()
                .execute(sql, &[&self.business().0, &signer.signing, &signer.session.as_slice()])
                .await?;
            self.signed_event(signer, "verified", json!({})).await?;
            Ok(Ended::Done)
        })
        .await
    }

    /// The paper is signed.
    pub async fn sign_document(&self, signer: &Signer, new: &NewSignature) -> Result<SignedNow, StoreError> {
        limited(async {
            let Some(was) = self.open_signing(signer.signing).await? else {
                return Ok(SignedNow::Over);
            };
            let sql = "SELECT verified_by = $3 AND verified_at > now() - interval '30 minutes' FROM signings
                       WHERE business_id = $1 AND id = $2";
            let verified = self
                .sql()
                .query_one(sql, &[&self.business().0, &signer.signing, &signer.session.as_slice()])
                .await?;
            if verified.get::<_, Option<bool>>(0) != Some(true) {
                return Ok(SignedNow::NotVerified);
            }
            self.signed_event(signer, "consented", json!({ "text": new.consent })).await?;
            let detail = json!({ "name": new.name, "original": new.original });
            self.signed_event(signer, "signed", detail).await?;
            let sql = "UPDATE signings SET status = 'signed', signed_at = now(), signer = $3, signer_id = $4, signature = $5, consent = $6
                       WHERE business_id = $1 AND id = $2";
            self.sql()
                .execute(
                    sql,
                    &[
                        &self.business().0,
                        &signer.signing,
                        &new.name,
                        &new.id_number,
                        &new.signature,
                        &new.consent,
                    ],
                )
                .await?;
            self.paper_follows(signer, &was, (Status::Signed, "signed")).await?;
            let now = self.signing_at(signer.signing, "").await?;
            Ok(now.map_or(SignedNow::Over, |now| SignedNow::Done(Box::new(now))))
        })
        .await
    }

    /// The paper is declined, for this reason.
    pub async fn decline_document(&self, signer: &Signer, reason: &str) -> Result<Ended, StoreError> {
        limited(async {
            let Some(was) = self.open_signing(signer.signing).await? else {
                return Ok(Ended::Over);
            };
            self.signed_event(signer, "declined", json!({ "reason": reason })).await?;
            let sql = "UPDATE signings SET status = 'declined', declined_reason = $3 WHERE business_id = $1 AND id = $2";
            self.sql()
                .execute(sql, &[&self.business().0, &signer.signing, &reason])
                .await?;
            self.paper_follows(signer, &was, (Status::Declined, "declined")).await?;
            Ok(Ended::Done)
        })
        .await
    }
}
