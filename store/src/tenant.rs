//! A transaction that can see one business and nothing else: what pages and API clients are served
//! with. The role of its connection is bound to `app.business_id` by row-level security, and the
//! setting ends with the transaction. Every query on it names the business besides.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use deadpool_postgres::{Object, Transaction};
use domain::ids::BusinessId;

/// A connection set aside for one business's transaction.
pub struct Tenant {
    client: Object,
    business: BusinessId,
}

/// A transaction of one business. Rolled back unless it is committed.
pub struct TenantTx<'a> {
    transaction: Transaction<'a>,
    business: BusinessId,
}

impl Store {
    /// A connection for this business.
    ///
    /// # Errors
    /// `Away` when there is none to be had.
    pub async fn tenant(&self, business: BusinessId) -> Result<Tenant, StoreError> {
        let client = limited(self.tenant_client()).await?;
        Ok(Tenant { client, business })
    }
}

impl Tenant {
    /// Begins: from here to the end only this business's rows exist.
    pub async fn begin(&mut self) -> Result<TenantTx<'_>, StoreError> {
        let business = self.business;
        limited(async {
            let transaction = self.client.transaction().await?;
            let set = transaction
                .prepare_cached("SELECT set_config('app.business_id', $1, true)")
                .await?;
            transaction.query_one(&set, &[&business.0.to_string()]).await?;
            Ok(TenantTx {
                transaction,
                business,
            })
        })
        .await
    }
}

impl<'a> TenantTx<'a> {
    /// Whose rows these are.
    pub fn business(&self) -> BusinessId {
        self.business
    }

    /// Makes what was done permanent.
    ///
    /// # Errors
    /// When Postgres did not confirm: what was done may or may not be there.
    pub async fn commit(self) -> Result<(), StoreError> {
        limited(async { Ok(self.transaction.commit().await?) }).await
    }

    pub(crate) fn sql(&self) -> &Transaction<'a> {
        &self.transaction
    }
}
