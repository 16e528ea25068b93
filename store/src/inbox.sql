WITH e AS MATERIALIZED (
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::smallint[], $8::int[],
        $9::text[], $10::text[], $11::text[], $12::text[], $13::smallint[], $14::text[], $15::int[], $16::text[],
        $17::text[], $18::text[], $19::float8[])
    AS e(natural_key, kind, call_sid, business_id, caller, called, status_rank, duration_s,
         form, answer, request_id, recording_sid, turn, purpose, carrier_seconds, rejected,
         lease_node, lease_incarnation, lease_ms)
), taken AS (
    INSERT INTO webhook_events AS w (natural_key, kind, call_sid, form, answer, request_id)
    SELECT natural_key, kind, call_sid, form, answer, request_id FROM e
    ON CONFLICT (natural_key) DO UPDATE SET deliveries = w.deliveries + 1
    RETURNING w.natural_key, w.answer, w.deliveries
), call AS (
    INSERT INTO calls AS c (call_sid, business_id, caller, called, status_rank, duration_s, ended_at)
    SELECT call_sid, business_id, caller, called, status_rank, duration_s,
           CASE WHEN status_rank >= 4 THEN now() END
    FROM e
    ON CONFLICT (call_sid) DO UPDATE SET
        business_id = COALESCE(c.business_id, EXCLUDED.business_id),
        caller = CASE WHEN c.caller = '' THEN EXCLUDED.caller ELSE c.caller END,
        called = CASE WHEN c.called = '' THEN EXCLUDED.called ELSE c.called END,
        status_rank = GREATEST(c.status_rank, EXCLUDED.status_rank),
        duration_s = GREATEST(c.duration_s, EXCLUDED.duration_s),
        ended_at = COALESCE(c.ended_at, EXCLUDED.ended_at),
        last_event_at = now()
    RETURNING c.call_sid, c.business_id
), recording AS (
    INSERT INTO recordings AS r (recording_sid, call_sid, business_id, turn, purpose, carrier_seconds,
                                 request_id, state, reason, finished_at,
                                 claim_no, attempt, lease_node, lease_incarnation, lease_until)
    SELECT recording_sid, call_sid, business_id, turn, purpose, carrier_seconds, request_id,
           CASE WHEN rejected IS NULL THEN 'received' ELSE 'rejected' END, rejected,
           CASE WHEN rejected IS NOT NULL THEN now() END,
           CASE WHEN lease_ms IS NULL THEN 0 ELSE 1 END, CASE WHEN lease_ms IS NULL THEN 0 ELSE 1 END,
           lease_node, lease_incarnation, now() + lease_ms * interval '1 millisecond'
    FROM e WHERE recording_sid IS NOT NULL
    -- The carrier says that there will never be any audio of it.
    ON CONFLICT (recording_sid) DO UPDATE SET state = 'rejected', reason = EXCLUDED.reason, finished_at = now()
    WHERE EXCLUDED.state = 'rejected' AND r.finished_at IS NULL AND r.audio IS NULL
    RETURNING r.recording_sid, r.lease_until IS NOT NULL AND r.claim_no = 1 AND r.finished_at IS NULL AS claimed
)
SELECT taken.natural_key, taken.answer, taken.deliveries, COALESCE(recording.claimed, false), call.business_id
FROM taken JOIN e USING (natural_key) LEFT JOIN recording USING (recording_sid) LEFT JOIN call USING (call_sid)
