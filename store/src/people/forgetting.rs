//! What is over and long past goes: sessions that ended, tickets and reset links that nobody used, what people were told
//! a day ago, tries that have been paid for. The schedule asks for it; a bounded number goes each time, so that no statement is long.

use crate::connect::{Store, limited};
use crate::error::StoreError;

/// Rows of one kind that go in one statement.
const AT_ONCE: i64 = 5_000;
/// Statements of one kind; more goes the next time.
const ROUNDS: usize = 40;

/// What goes, and when. A session that ended stays for a month for whoever looks into what happened.
const PAST: [&str; 9] = [
    "DELETE FROM tickets WHERE ctid IN (SELECT ctid FROM tickets WHERE expires_at < now() LIMIT $1)",
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions s
         WHERE (ended_at < now() - interval '30 days' OR last_seen_at < now() - interval '90 days')
           AND NOT EXISTS (SELECT FROM tickets t WHERE t.session_id = s.id) LIMIT $1)",
    "DELETE FROM password_resets WHERE ctid IN
         (SELECT ctid FROM password_resets WHERE expires_at < now() - interval '1 day' LIMIT $1)",
    "DELETE FROM user_events WHERE ctid IN (SELECT ctid FROM user_events WHERE at < now() - interval '1 day' LIMIT $1)",
    "DELETE FROM throttles WHERE key IN (SELECT key FROM throttles WHERE tat < now() LIMIT $1)",
    "DELETE FROM pushes WHERE id IN
         (SELECT id FROM pushes WHERE state <> 'waiting' AND ended_at < now() - interval '7 days' LIMIT $1)",
    // Statuses of messages that were sent elsewhere, and what came for numbers that nobody has taken since.
    "DELETE FROM whatsapp_early_statuses WHERE ctid IN
         (SELECT ctid FROM whatsapp_early_statuses WHERE received_at < now() - interval '2 days' LIMIT $1)",
    "DELETE FROM whatsapp_unplaced WHERE ctid IN
         (SELECT ctid FROM whatsapp_unplaced WHERE received_at < now() - interval '30 days' LIMIT $1)",
    // Browsers of people who have left the business; administrators look into businesses without being of them.
    "DELETE FROM push_subscriptions WHERE id IN
         (SELECT s.id FROM push_subscriptions s JOIN users u ON u.id = s.user_id
          WHERE NOT u.admin AND NOT EXISTS (SELECT FROM memberships m
                WHERE m.business_id = s.business_id AND m.user_id = s.user_id) LIMIT $1)",
];

impl Store {
    /// Forgets what is past; how many rows went.
    pub async fn forget_the_past(&self) -> Result<u64, StoreError> {
        let mut gone = 0;
        for sql in PAST {
            for _ in 0..ROUNDS {
                let went = limited(async {
                    let client = self.client().await?;
                    Ok(client.execute(sql, &[&AT_ONCE]).await?)
                })
                .await?;
                gone += went;
                if went < AT_ONCE.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(gone)
    }
}
