-- What happens for every event and at the end of every call, each as one function: Postgres keeps the plans of the
-- statements inside, so that few short statements cost little where one statement of many parts costs its set-up anew.

-- One webhook event: the event, its call and its recording, as `store/src/inbox.sql` writes many of them. A new recording
-- is claimed at once for the engine that took the event in, if it says for how long.
CREATE FUNCTION take_event(
    event_key text, event_kind text, sid text, business bigint, from_number text, to_number text, rank smallint,
    seconds integer, body text, told text, request text,
    recording text, of_turn smallint, what_for text, of_seconds integer, refused text,
    by_node text, by_incarnation text, lease_ms float8,
    OUT first_answer text, OUT times integer, OUT claimed boolean, OUT of_business bigint
) LANGUAGE plpgsql AS $$
DECLARE
    new_call boolean := event_kind = 'incoming_call';
    over_at timestamptz := CASE WHEN rank >= 4 THEN now() END;
BEGIN
    INSERT INTO webhook_events (natural_key, kind, call_sid, form, answer, request_id)
    VALUES (event_key, event_kind, sid, body, told, request)
    ON CONFLICT (natural_key) DO NOTHING;
    IF FOUND THEN
        first_answer := told;
        times := 1;
    ELSE
        UPDATE webhook_events w SET deliveries = w.deliveries + 1 WHERE w.natural_key = event_key
        RETURNING w.answer, w.deliveries INTO first_answer, times;
    END IF;

    LOOP
        IF new_call THEN
            of_business := business;
            INSERT INTO calls (call_sid, business_id, caller, called, status_rank, duration_s, ended_at)
            VALUES (sid, business, from_number, to_number, rank, seconds, over_at)
            ON CONFLICT (call_sid) DO NOTHING;
            EXIT WHEN FOUND;
        END IF;
        UPDATE calls c SET
            business_id = COALESCE(c.business_id, business),
            caller = CASE WHEN c.caller = '' THEN from_number ELSE c.caller END,
            called = CASE WHEN c.called = '' THEN to_number ELSE c.called END,
            status_rank = GREATEST(c.status_rank, rank),
            duration_s = GREATEST(c.duration_s, seconds),
            ended_at = COALESCE(c.ended_at, over_at),
            last_event_at = now()
        WHERE c.call_sid = sid
        RETURNING c.business_id INTO of_business;
        EXIT WHEN FOUND;
        new_call := true;
    END LOOP;

    claimed := false;
    IF recording IS NULL THEN
        RETURN;
    END IF;
    IF refused IS NOT NULL OR lease_ms IS NULL THEN
        by_node := NULL;
    END IF;
    INSERT INTO recordings (recording_sid, call_sid, business_id, turn, purpose, carrier_seconds, request_id, state,
                            reason, finished_at, claim_no, attempt, lease_node, lease_incarnation, lease_until)
    VALUES (recording, sid, business, of_turn, what_for, of_seconds, request,
            CASE WHEN refused IS NULL THEN 'received' ELSE 'rejected' END, refused,
            CASE WHEN refused IS NOT NULL THEN now() END,
            CASE WHEN by_node IS NULL THEN 0 ELSE 1 END, CASE WHEN by_node IS NULL THEN 0 ELSE 1 END, by_node,
            CASE WHEN by_node IS NOT NULL THEN by_incarnation END,
            CASE WHEN by_node IS NOT NULL THEN now() + lease_ms * interval '1 millisecond' END)
    ON CONFLICT (recording_sid) DO NOTHING;
    IF FOUND THEN
        claimed := by_node IS NOT NULL;
    ELSIF refused IS NOT NULL THEN
        -- The carrier says that there will never be any audio of it.
        UPDATE recordings r SET state = 'rejected', reason = refused, finished_at = now()
        WHERE r.recording_sid = recording AND r.finished_at IS NULL AND r.audio IS NULL;
    END IF;
END $$;

-- What came out of a call, under the claim of who thought it out; false, and nothing written, when that claim is not
-- the newest any more.
CREATE FUNCTION wrap_up(
    sid text, claim integer, business bigint, phone text, given_name text, validated jsonb,
    told_summary text, told_intent text, told_details jsonb,
    titles text[], notes_of text[], channels text[], due timestamptz[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    customer bigint;
    began timestamptz;
    task bigint;
BEGIN
    UPDATE calls c SET wrapped_at = now(), wrap_lease_until = NULL
    WHERE c.call_sid = sid AND c.wrap_claim = claim AND c.wrapped_at IS NULL
    RETURNING c.started_at INTO began;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF business IS NULL OR told_summary IS NULL THEN
        RETURN true;
    END IF;
    IF phone IS NOT NULL THEN
        -- One lock per number: the identity and its customer come to be together or not at all.
        PERFORM pg_advisory_xact_lock(hashtextextended(business || '/' || phone, 0));
        SELECT i.customer_id INTO customer FROM customer_identities i
        WHERE i.business_id = business AND i.kind = 'phone' AND i.value = phone;
        IF FOUND THEN
            UPDATE customers c SET name = CASE WHEN c.name = '' THEN given_name ELSE c.name END,
                   details = c.details || validated, updated_at = now()
            WHERE c.id = customer;
        ELSE
            INSERT INTO customers (business_id, name, details) VALUES (business, given_name, validated)
            RETURNING id INTO customer;
            INSERT INTO customer_identities (business_id, kind, value, customer_id)
            VALUES (business, 'phone', phone, customer);
        END IF;
    END IF;
    UPDATE calls c SET summary = told_summary, intent = told_intent, details = told_details, customer_id = customer
    WHERE c.call_sid = sid;
    -- A promise becomes one task however often the call is wrapped up.
    FOR n IN 1 .. COALESCE(array_length(titles, 1), 0) LOOP
        INSERT INTO tasks (business_id, customer_id, call_sid, title, notes, channel, source, due_at, effect_key)
        VALUES (business, customer, sid, titles[n], notes_of[n], channels[n], 'call', due[n], sid || ':' || n - 1)
        ON CONFLICT (effect_key) DO NOTHING RETURNING id INTO task;
        IF FOUND THEN
            INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title)
            VALUES (business, customer, 'task', now(), task::text, titles[n]) ON CONFLICT DO NOTHING;
        END IF;
    END LOOP;
    INSERT INTO timeline AS t (business_id, customer_id, kind, ts, ref, title, meta)
    VALUES (business, customer, 'call', began, sid, told_summary, told_details)
    ON CONFLICT (business_id, kind, ref) DO UPDATE SET title = EXCLUDED.title, meta = EXCLUDED.meta,
        customer_id = COALESCE(EXCLUDED.customer_id, t.customer_id);
    RETURN true;
END $$;
