//! What a customer is known by: added, and taken away. One identity is one customer's in a business, whoever asks first.

use super::CustomerLine;
use super::changing::Changed;
use crate::audit::By;
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::customer::Identity;
use serde_json::json;

/// How adding one ended.
#[derive(Debug, Clone)]
pub enum Added {
    /// The customer as it is now.
    Done(Changed),
    /// It is this customer's already.
    Duplicate(Box<CustomerLine>),
}

impl TenantTx<'_> {
    /// Adds an identity; one that the customer has already changes nothing.
    pub async fn add_identity(&self, by: &By, id: i64, identity: &Identity) -> Result<Added, StoreError> {
        limited(async {
            self.hold_identity(identity).await?;
            if let Err(not) = self.hold_customer(id, None).await? {
                return Ok(Added::Done(not));
            }
            match self.customer_of(identity.kind(), identity.value()).await? {
                Some(owner) if owner.id == id => {
                    let row = self.customer(id).await?.ok_or(StoreError::Fenced)?;
                    return Ok(Added::Done(Changed::Done(Box::new(row))));
                }
                Some(owner) => return Ok(Added::Duplicate(Box::new(owner))),
                None => {}
            }
            self.write_identity(id, identity).await?;
            self.touch_customer(id).await?;
            let detail = json!({ "added": identity.kind() });
            let changed = self
                .customer_changed(by, id, "customer.identities", detail)
                .await?;
            Ok(Added::Done(changed))
        })
        .await
    }

    /// Takes an identity away; the oldest of its kind that is left is shown then.
    pub async fn remove_identity(&self, by: &By, id: i64, identity: i64) -> Result<Changed, StoreError> {
        limited(async {
            if let Err(not) = self.hold_customer(id, None).await? {
                return Ok(not);
            }
            let sql = "DELETE FROM customer_identities WHERE business_id = $1 AND customer_id = $2 AND id = $3 RETURNING kind";
            let row = self.sql().query_opt(sql, &[&self.business().0, &id, &identity]).await?;
            let Some(kind) = row.map(|row| row.get::<_, String>(0)) else {
                return Ok(Changed::NotThere);
            };
            self.choose_primary(id, &kind).await?;
            self.touch_customer(id).await?;
            self.customer_changed(by, id, "customer.identities", json!({ "removed": kind })).await
        })
        .await
    }

    /// Sees to it that one of these is the first.
    pub(super) async fn choose_primary(&self, id: i64, kind: &str) -> Result<(), StoreError> {
        let sql = "UPDATE customer_identities SET is_primary = true WHERE id =
                       (SELECT min(id) FROM customer_identities WHERE business_id = $1 AND customer_id = $2 AND kind = $3)
                   AND business_id = $1 AND NOT EXISTS (SELECT FROM customer_identities
                       WHERE business_id = $1 AND customer_id = $2 AND kind = $3 AND is_primary)";
        self.sql().execute(sql, &[&self.business().0, &id, &kind]).await?;
        Ok(())
    }

    pub(super) async fn write_identity(&self, id: i64, identity: &Identity) -> Result<(), StoreError> {
        let sql = "INSERT INTO customer_identities (business_id, kind, value, customer_id, is_primary)
                   VALUES ($1, $2, $3, $4, NOT EXISTS (SELECT FROM customer_identities
                       WHERE business_id = $1 AND customer_id = $4 AND kind = $2 AND is_primary))";
        let statement = self.sql().prepare_cached(sql).await?;
        self.sql()
            .execute(
                &statement,
                &[
                    &self.business().0,
                    &identity.kind().as_str(),
                    &identity.value(),
                    &id,
                ],
            )
            .await?;
        Ok(())
    }

    pub(super) async fn touch_customer(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE customers SET version = version + 1, updated_at = now() WHERE business_id = $1 AND id = $2";
        self.sql().execute(sql, &[&self.business().0, &id]).await?;
        Ok(())
    }
}
