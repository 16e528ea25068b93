//! Recordings of people who were erased are deleted at the carrier too. Each is a row until the carrier has it no more; the
//! schedule's tick asks for those that are due.

use gateways::twilio::rest::{RestError, TwilioRest};
use std::time::Duration;
use store::{Store, StoreError};

/// The longest wait after a refusal.
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

/// Asks the carrier to delete what is due, one after the other: it allows about a hundred requests a second for an account, and
/// nobody waits for this. After a refusal it waits for `first`, then each time twice as long.
pub async fn delete_at_carrier(
    store: &Store,
    carrier: &TwilioRest,
    first: Duration,
) -> Result<(), StoreError> {
    for due in store.claim_carrier_deletions().await? {
        let request_id = format!("erasure-{}", due.recording);
        let wait = match carrier.delete_recording(&due.recording, &request_id).await {
            // It is gone, or the carrier never had it.
            Ok(()) | Err(RestError::NotFound) => {
                store.carrier_deleted(&due.recording).await?;
                continue;
            }
            Err(RestError::RetryAfter(Some(asked))) => asked.max(first),
            Err(error) => {
                metrics::counter!("carrier_deletions_refused_total").increment(1);
                tracing::warn!(%error, recording = %due.recording, attempts = due.attempts, "the carrier keeps a recording for now");
                first
                    .saturating_mul(1 << (due.attempts - 1).clamp(0, 12))
                    .min(LONGEST)
            }
        };
        store.delete_at_carrier_later(&due.recording, wait).await?;
    }
    Ok(())
}
