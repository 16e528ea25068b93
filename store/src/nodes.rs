//! Engines and the leases they hold. An engine that starts frees what its own earlier life held;
//! what another engine left behind frees itself when the lease runs out.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::recordings::Worker;
use std::time::Duration;

impl Store {
    /// Announces this life of the engine and frees the leases of its earlier ones. Returns how many.
    pub async fn node_started(&self, worker: &Worker) -> Result<u64, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            transaction
                .execute(
                    "INSERT INTO nodes (node, incarnation) VALUES ($1, $2)
                     ON CONFLICT (node) DO UPDATE SET incarnation = EXCLUDED.incarnation, seen_at = now()",
                    &[&worker.node, &worker.incarnation],
                )
                .await?;
            let freed = transaction
                .execute(
                    "UPDATE recordings SET lease_until = NULL
                     WHERE finished_at IS NULL AND lease_node = $1 AND lease_incarnation <> $2",
                    &[&worker.node, &worker.incarnation],
                )
                .await?;
            transaction
                .execute(
                    "UPDATE calls SET wrap_lease_until = NULL
                     WHERE wrapped_at IS NULL AND wrap_node = $1 AND wrap_incarnation <> $2",
                    &[&worker.node, &worker.incarnation],
                )
                .await?;
            transaction.commit().await?;
            Ok(freed)
        })
        .await
    }

    /// The heartbeat: one statement prolongs all that this engine is working on.
    pub async fn prolong_leases(
        &self,
        worker: &Worker,
        held: &[(String, i32)],
        lease: Duration,
    ) -> Result<u64, StoreError> {
        let sids: Vec<&str> = held.iter().map(|(sid, _)| sid.as_str()).collect();
        let claims: Vec<i32> = held.iter().map(|(_, claim)| *claim).collect();
        let lease = lease.as_secs_f64() * 1000.0;
        limited(async {
            let client = self.client().await?;
            client
                .execute("UPDATE nodes SET seen_at = now() WHERE node = $1", &[&worker.node])
                .await?;
            let statement = client
                .prepare_cached(
                    "UPDATE recordings r SET lease_until = now() + $3::float8 * interval '1 millisecond'
                     FROM unnest($1::text[], $2::int[]) AS h(recording_sid, claim_no)
                     WHERE r.recording_sid = h.recording_sid AND r.claim_no = h.claim_no AND r.finished_at IS NULL",
                )
                .await?;
            Ok(client.execute(&statement, &[&sids, &claims, &lease]).await?)
        })
        .await
    }
}
