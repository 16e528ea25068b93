//! Everything that is kept of one person, as one document: what somebody is owed who asks what is known of him.

use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use serde_json::{Value, json};

/// The customer and all who were merged into it; `$1` is the business, `$2` the customer.
const PERSON: &str = "WITH RECURSIVE person (id) AS (
        SELECT c.id FROM customers c WHERE c.business_id = $1 AND c.id = $2
        UNION
        SELECT c.id FROM customers c JOIN person p ON c.merged_into = p.id WHERE c.business_id = $1
    ), rang AS (
        SELECT * FROM calls k WHERE k.business_id = $1 AND k.customer_id IN (SELECT id FROM person)
    )";
const PARTS: &str = "SELECT json_build_object(
        'customers', (SELECT json_agg(to_jsonb(c) - 'business_id' ORDER BY c.id) FROM customers c
            WHERE c.business_id = $1 AND c.id IN (SELECT id FROM person)),
        'identities', (SELECT COALESCE(json_agg(to_jsonb(i) - 'business_id' ORDER BY i.id), '[]') FROM customer_identities i
            WHERE i.business_id = $1 AND i.customer_id IN (SELECT id FROM person)),
        'stages', (SELECT COALESCE(json_agg(to_jsonb(s) - 'business_id' ORDER BY s.id), '[]') FROM customer_stages s
            WHERE s.business_id = $1 AND s.customer_id IN (SELECT id FROM person)),
        'notes', (SELECT COALESCE(json_agg(to_jsonb(n) - 'business_id' ORDER BY n.id), '[]') FROM customer_notes n
            WHERE n.business_id = $1 AND n.customer_id IN (SELECT id FROM person)),
        'tasks', (SELECT COALESCE(json_agg(to_jsonb(t) - 'business_id' - 'effect_key' ORDER BY t.id), '[]') FROM tasks t
            WHERE t.business_id = $1 AND t.customer_id IN (SELECT id FROM person)),
        'timeline', (SELECT COALESCE(json_agg(to_jsonb(e) - 'business_id' ORDER BY e.ts, e.id), '[]') FROM timeline e
            WHERE e.business_id = $1 AND e.customer_id IN (SELECT id FROM person)),
        'imported', (SELECT COALESCE(json_agg(to_jsonb(r) - 'business_id' ORDER BY r.import_id, r.line), '[]') FROM customer_import_rows r
            WHERE r.business_id = $1 AND r.customer_id IN (SELECT id FROM person)),
        'documents', (SELECT COALESCE(json_agg(to_jsonb(d) - 'business_id' ORDER BY d.id), '[]') FROM documents d
            WHERE d.business_id = $1 AND d.customer_id IN (SELECT id FROM person)),
        'whatsapp', (SELECT COALESCE(json_agg(to_jsonb(m) - '{business_id,media_id,resent}'::text[] || jsonb_build_object(
                'transcript', f.transcript, 'file', f.name) ORDER BY m.id), '[]')
            FROM whatsapp_messages m JOIN whatsapp_conversations v ON v.id = m.conversation_id
            LEFT JOIN whatsapp_media f ON f.business_id = m.business_id AND f.id = m.media_id
            WHERE m.business_id = $1 AND v.business_id = $1 AND v.customer_id IN (SELECT id FROM person)),
        'signings', (SELECT COALESCE(json_agg(to_jsonb(s) - '{business_id,code_hash,verified_by,head}'::text[] ORDER BY s.id), '[]')
            FROM signings s JOIN documents d ON d.business_id = s.business_id AND d.id = s.document_id
            WHERE s.business_id = $1 AND d.customer_id IN (SELECT id FROM person)),
        'consents', (SELECT COALESCE(json_agg(to_jsonb(a) - 'business_id' ORDER BY a.id), '[]') FROM consents a
            WHERE a.business_id = $1 AND a.customer_id IN (SELECT id FROM person)),
        'opt_outs', (SELECT COALESCE(json_agg(to_jsonb(o) - 'business_id' ORDER BY o.at), '[]') FROM opt_outs o
            WHERE o.business_id = $1 AND o.customer_id IN (SELECT id FROM person)),
        'calls', (SELECT COALESCE(json_agg(json_build_object(
                'id', k.call_sid, 'caller', k.caller, 'called', k.called, 'direction', k.direction, 'started_at', k.started_at,
                'ended_at', k.ended_at, 'duration_s', k.duration_s, 'intent', k.intent, 'summary', k.summary, 'details', k.details,
                'turns', (SELECT COALESCE(json_agg(json_build_object(
                        'turn', r.turn, 'purpose', r.purpose, 'received_at', r.received_at, 'heard', r.transcript, 'answered', r.reply,
                        'recording', CASE WHEN r.audio IS NOT NULL THEN '/api/calls/' || k.call_sid || '/recording?turn=' || r.turn END)
                        ORDER BY r.turn, r.received_at), '[]')
                    FROM recordings r WHERE r.business_id = $1 AND r.call_sid = k.call_sid)) ORDER BY k.started_at), '[]') FROM rang k))";

impl TenantTx<'_> {
    /// All that is kept of this customer and of those who were merged into it, also when it was deleted. `None` when there is
    /// none. That it was handed out is told to the audit log.
    pub async fn person_data(&self, by: &By, id: i64) -> Result<Option<Value>, StoreError> {
        limited(async {
            let there = "SELECT FROM customers WHERE business_id = $1 AND id = $2 AND erased_at IS NULL";
            if self
                .sql()
                .query_opt(there, &[&self.business().0, &id])
                .await?
                .is_none()
            {
                return Ok(None);
            }
            let sql = format!("{PERSON} {PARTS}");
            let row = self.sql().query_one(&sql, &[&self.business().0, &id]).await?;
            let happened = Happened {
                action: "customer.handed_out",
                subject: format!("customer:{id}"),
                detail: json!({}),
            };
            self.audit(by, happened).await?;
            Ok(Some(row.get(0)))
        })
        .await
    }
}
