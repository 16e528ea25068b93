//! The policy gate for messages: what `domain::policy` judges by, with the last message of the customer in the place of the
//! last call.

use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::policy::{Means, Outgoing, Purpose, Refusal, judge};

impl TenantTx<'_> {
    /// Why nothing may be written to this customer for this purpose now; `None`: it may.
    pub async fn whatsapp_refusal(
        &self,
        customer: i64,
        purpose: Purpose,
        by_engine: bool,
    ) -> Result<Option<Refusal>, StoreError> {
        limited(async {
            let Some(mut standing) = self.standing(customer).await? else {
                return Ok(None);
            };
            let sql = "SELECT max(last_inbound_at) FROM whatsapp_conversations WHERE business_id = $1 AND customer_id = $2";
            let row = self.sql().query_one(sql, &[&self.business().0, &customer]).await?;
            standing.last_inbound_at = row.get(0);
            let outgoing = Outgoing {
                means: Means::WhatsApp,
                purpose,
                by_engine,
            };
            Ok(judge(&outgoing, &standing).err())
        })
        .await
    }
}
