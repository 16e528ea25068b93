-- What is kept of one person, and its end. People who serve requests may not change what was said in calls, nor the timeline: this
-- function alone may, for one customer of the business that the policies read.

ALTER TABLE customers ADD COLUMN erased_at timestamptz;

-- The carrier keeps recordings too: each is deleted there as well, tried again until the carrier has none.
CREATE TABLE carrier_deletions (
    recording_sid text PRIMARY KEY,
    business_id bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- When to ask next; also the lease of who asks.
    next_try_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX carrier_deletions_to_do ON carrier_deletions (next_try_at);
CALL keep_apart('carrier_deletions', 'business_id', 'SELECT');

-- The customer and all who were merged into it.
CREATE FUNCTION one_person(b bigint, c bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE all_of (id) AS (
        SELECT k.id FROM customers k WHERE k.business_id = b AND k.id = c
        UNION
        SELECT k.id FROM customers k JOIN all_of a ON k.merged_into = a.id WHERE k.business_id = b
    )
    SELECT COALESCE(array_agg(id), '{}') FROM all_of
$$;

-- Names, numbers, words and sounds of a person, gone. That there were calls and tasks, and when, stays, and so do the audit log and
-- papers that were issued, which the law wants kept; what sessions were told of them goes within a day, as always. What went and what stays, by number; `busy` while a call of theirs is not over;
-- null when there is no such customer.
CREATE FUNCTION erase_person(c bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b bigint := current_business();
    people bigint[];
    numbers text[];
    sids text[];
    sounds bytea[];
    jobs bigint[];
    chats bigint[];
    taped integer;
    noted integer;
    written integer;
    drafts integer;
    issued integer;
BEGIN
    IF b IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM customers k WHERE k.business_id = b AND k.id = c AND k.merged_into IS NULL AND k.erased_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    people := one_person(b, c);
    SELECT COALESCE(array_agg(i.value), '{}') INTO numbers FROM customer_identities i
    WHERE i.business_id = b AND i.customer_id = ANY (people);
    -- Also calls that nobody was found for, from these numbers.
    SELECT COALESCE(array_agg(k.call_sid), '{}') INTO sids FROM calls k
    WHERE k.business_id = b AND (k.customer_id = ANY (people) OR (k.customer_id IS NULL AND k.caller = ANY (numbers)));
    IF EXISTS (SELECT FROM calls k WHERE k.business_id = b AND k.call_sid = ANY (sids) AND k.wrapped_at IS NULL) THEN
        RETURN '{"busy": true}';
    END IF;
    IF EXISTS (SELECT FROM outgoing_calls o WHERE o.business_id = b AND o.customer_id = ANY (people) AND o.state <> 'ended') THEN
        RETURN '{"busy": true}';
    END IF;

    SELECT COALESCE(array_agg(DISTINCT s.sound), '{}') INTO sounds
    FROM recordings r CROSS JOIN LATERAL (VALUES (r.audio), (r.reply_audio)) AS s(sound)
    WHERE r.business_id = b AND r.call_sid = ANY (sids) AND s.sound IS NOT NULL;
    SELECT COALESCE(array_agg(v.id), '{}') INTO chats FROM whatsapp_conversations v
    WHERE v.business_id = b AND v.customer_id = ANY (people);
    SELECT sounds || COALESCE(array_agg(DISTINCT f.file), '{}') INTO sounds
    FROM whatsapp_media m CROSS JOIN LATERAL (VALUES (m.sha256), (m.thumbnail)) AS f(file)
    WHERE m.business_id = b AND m.conversation_id = ANY (chats) AND f.file IS NOT NULL;
    INSERT INTO carrier_deletions (recording_sid, business_id)
    SELECT r.recording_sid, b FROM recordings r WHERE r.business_id = b AND r.call_sid = ANY (sids) ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS taped = ROW_COUNT;
    UPDATE recordings SET transcript = NULL, reply = NULL, answer = NULL, audio = NULL, reply_audio = NULL, errors = '[]'
    WHERE business_id = b AND call_sid = ANY (sids);
    -- Messages go altogether; what of them was still to be sent is not.
    DELETE FROM whatsapp_search s USING whatsapp_messages m
    WHERE s.business_id = b AND m.business_id = b AND m.conversation_id = ANY (chats) AND s.message_id = m.id;
    DELETE FROM whatsapp_reactions r USING whatsapp_messages m
    WHERE r.business_id = b AND m.business_id = b AND m.conversation_id = ANY (chats)
      AND r.channel_id = m.channel_id AND r.provider_id = m.provider_id;
    DELETE FROM whatsapp_outbox WHERE business_id = b AND conversation_id = ANY (chats);
    DELETE FROM whatsapp_messages WHERE business_id = b AND conversation_id = ANY (chats);
    GET DIAGNOSTICS written = ROW_COUNT;
    DELETE FROM whatsapp_media WHERE business_id = b AND conversation_id = ANY (chats);
    DELETE FROM whatsapp_conversations WHERE business_id = b AND id = ANY (chats);
    UPDATE outgoing_calls SET customer_phone = '', briefing = '' WHERE business_id = b AND customer_id = ANY (people);

    -- A sentence that is spoken to others too stays theirs.
    DELETE FROM speech_cache k WHERE k.audio = ANY (sounds)
        AND NOT EXISTS (SELECT FROM recordings r WHERE r.reply_audio = k.audio);
    DELETE FROM media m WHERE m.sha256 = ANY (sounds)
        AND NOT EXISTS (SELECT FROM recordings r WHERE r.audio = m.sha256 OR r.reply_audio = m.sha256)
        AND NOT EXISTS (SELECT FROM businesses o WHERE o.greeting = m.sha256)
        AND NOT EXISTS (SELECT FROM whatsapp_media w WHERE w.sha256 = m.sha256 OR w.thumbnail = m.sha256)
        AND NOT EXISTS (SELECT FROM speech_cache k WHERE k.audio = m.sha256);
    UPDATE webhook_events SET form = '', answer = '' WHERE call_sid = ANY (sids);
    UPDATE calls SET caller = '', summary = NULL, intent = NULL, details = NULL, dialogue = NULL
    WHERE business_id = b AND call_sid = ANY (sids);
    DELETE FROM call_search WHERE business_id = b AND call_sid = ANY (sids);

    UPDATE customer_notes SET text = '', deleted_at = COALESCE(deleted_at, now()), updated_at = now(), version = version + 1
    WHERE business_id = b AND customer_id = ANY (people);
    GET DIAGNOSTICS noted = ROW_COUNT;
    SELECT COALESCE(array_agg(t.id), '{}') INTO jobs FROM tasks t
    WHERE t.business_id = b AND (t.customer_id = ANY (people) OR t.call_sid = ANY (sids));
    UPDATE tasks SET title = '', notes = '', state = CASE state WHEN 'open' THEN 'canceled' ELSE state END,
        repeats = NULL, version = version + 1, updated_at = now()
    WHERE business_id = b AND id = ANY (jobs);
    UPDATE customer_stages SET reason = '' WHERE business_id = b AND customer_id = ANY (people);
    SELECT count(*) INTO issued FROM documents d
    WHERE d.business_id = b AND d.customer_id = ANY (people) AND d.status <> 'draft';
    DELETE FROM documents d WHERE d.business_id = b AND d.customer_id = ANY (people) AND d.status = 'draft';
    GET DIAGNOSTICS drafts = ROW_COUNT;

    UPDATE timeline SET title = '', meta = '{}'
    WHERE business_id = b AND (customer_id = ANY (people) OR (kind = 'call' AND ref = ANY (sids)));
    UPDATE customer_import_rows SET cells = '[]', error = NULL WHERE business_id = b AND customer_id = ANY (people);
    UPDATE customer_merges SET undone_at = COALESCE(undone_at, now()) WHERE business_id = b AND keep = ANY (people);
    DELETE FROM consents WHERE business_id = b AND customer_id = ANY (people);
    DELETE FROM opt_outs WHERE business_id = b AND customer_id = ANY (people);
    DELETE FROM customer_identities WHERE business_id = b AND customer_id = ANY (people);
    UPDATE customers SET name = '', details = '{}', tags = '{}', stage_reason = '', assignee = NULL,
        deleted_at = COALESCE(deleted_at, now()), erased_at = now(), updated_at = now(), version = version + 1
    WHERE business_id = b AND id = ANY (people);
    RETURN jsonb_build_object('calls', cardinality(sids), 'recordings', taped, 'messages', written, 'notes', noted, 'tasks', cardinality(jobs),
                              'drafts', drafts, 'papers_kept', issued);
END $$;
REVOKE EXECUTE ON FUNCTION erase_person FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_person TO al_app;
