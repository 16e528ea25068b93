-- WhatsApp: numbers of a business, conversations with customers, messages in both directions, and what is still to be sent.

-- A number that a business writes from, at one provider. Its secret is sealed by the engine before it gets here.
CREATE TABLE whatsapp_channels (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    provider text NOT NULL CHECK (provider IN ('twilio', 'meta', 'bridge')),
    number text NOT NULL CHECK (number ~ '^\+[0-9]{6,15}$'),
    name text NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    -- The assistant answers conversations that no person took.
    assistant boolean NOT NULL DEFAULT false,
    -- What Meta calls the number and its account; a bridge's address.
    phone_number_id text CHECK (phone_number_id <> ''),
    account_id text NOT NULL DEFAULT '', base_url text NOT NULL DEFAULT '',
    secret bytea,
    -- The last failure that a person has to mend: {code, at, reason}.
    last_error jsonb,
    -- The provider asked to be left alone until then.
    wait_until timestamptz,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    UNIQUE (business_id, id)
);
-- Webhooks name the number: it is one business's.
CREATE UNIQUE INDEX whatsapp_channels_number ON whatsapp_channels (number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX whatsapp_channels_meta ON whatsapp_channels (phone_number_id) WHERE deleted_at IS NULL;
CREATE INDEX whatsapp_channels_of ON whatsapp_channels (business_id, id);

-- With somebody at one of the numbers. Who writes may have no phone number: then by what the provider calls him.
CREATE TABLE whatsapp_conversations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL, channel_id bigint NOT NULL, customer_id bigint NOT NULL,
    phone text, user_id text,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'snoozed', 'closed')),
    snoozed_until timestamptz CHECK (status <> 'snoozed' OR snoozed_until IS NOT NULL),
    assignee bigint,
    handled_by text NOT NULL DEFAULT 'person' CHECK (handled_by IN ('person', 'assistant')),
    -- Free text may be sent for a day after it.
    last_inbound_at timestamptz,
    last_message bigint,
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    -- The assistant: where its conversation stands, the message that it is to answer, and who works on that.
    dialogue jsonb,
    assistant_for bigint, assistant_claim integer NOT NULL DEFAULT 0, assistant_lease_until timestamptz,
    CHECK (num_nonnulls(phone, user_id) > 0),
    UNIQUE (business_id, id),
    FOREIGN KEY (business_id, channel_id) REFERENCES whatsapp_channels (business_id, id),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
    FOREIGN KEY (business_id, assignee) REFERENCES memberships (business_id, user_id) ON DELETE SET NULL (assignee)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX whatsapp_conversations_phone ON whatsapp_conversations (channel_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX whatsapp_conversations_user ON whatsapp_conversations (channel_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX whatsapp_conversations_newest ON whatsapp_conversations (business_id, updated_at DESC, id DESC);
CREATE INDEX whatsapp_conversations_of ON whatsapp_conversations (business_id, customer_id);
CREATE INDEX whatsapp_conversations_to_answer ON whatsapp_conversations (assistant_for) WHERE assistant_for IS NOT NULL;

-- A message is there once for each id of its provider, or for each key of who sends it. Its times are written once each,
-- in whatever order they are told, and its status is what follows from them. No foreign keys on what a webhook writes.
CREATE TABLE whatsapp_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL, channel_id bigint NOT NULL, conversation_id bigint NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    -- A reaction is a row for its own id, and is shown at what it reacts to.
    kind text NOT NULL CHECK (kind IN ('text', 'image', 'audio', 'video', 'document', 'sticker', 'location', 'contacts',
                                       'interactive', 'button', 'template', 'unsupported', 'reaction')),
    body text NOT NULL DEFAULT '',
    provider_id text, client_key text,
    -- The provider's id of the message that this one answers, or reacts to.
    reply_to text,
    -- A place, cards of people, the choice that was made.
    content jsonb,
    template jsonb,
    media_id bigint,
    sent_at timestamptz, delivered_at timestamptz, read_at timestamptz, failed_at timestamptz,
    -- It may have been sent, and nobody can tell: a person decides.
    uncertain_at timestamptz,
    status text GENERATED ALWAYS AS (CASE
        WHEN read_at IS NOT NULL THEN 'read' WHEN delivered_at IS NOT NULL THEN 'delivered' WHEN failed_at IS NOT NULL THEN 'failed'
        WHEN sent_at IS NOT NULL THEN 'sent' WHEN uncertain_at IS NOT NULL THEN 'uncertain' ELSE 'queued' END) STORED,
    error_code text, error_detail text,
    sender_kind text NOT NULL CHECK (sender_kind IN ('customer', 'person', 'assistant', 'rule')),
    sender_id bigint,
    -- How often a person had it sent again: each is a message of its own to the provider.
    resent smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, id)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX whatsapp_messages_provider ON whatsapp_messages (provider_id, channel_id) WHERE provider_id IS NOT NULL;
CREATE UNIQUE INDEX whatsapp_messages_key ON whatsapp_messages (conversation_id, client_key) WHERE client_key IS NOT NULL;
CREATE INDEX whatsapp_messages_shown ON whatsapp_messages (conversation_id, id) WHERE kind <> 'reaction';
CREATE INDEX whatsapp_messages_in ON whatsapp_messages (conversation_id, id) WHERE direction = 'in' AND kind <> 'reaction';

-- The last reaction of each side, by the provider's id of the message: it may be told of before the message is.
CREATE TABLE whatsapp_reactions (
    business_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    provider_id text NOT NULL,
    side text NOT NULL CHECK (side IN ('customer', 'us')),
    -- Empty: it was taken back.
    emoji text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (channel_id, provider_id, side)
);

-- How far each person has read; the number of a message.
CREATE TABLE whatsapp_reads (
    business_id bigint NOT NULL,
    conversation_id bigint NOT NULL REFERENCES whatsapp_conversations ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES users,
    message_id bigint NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) WITH (fillfactor = 80);

-- What is to be sent: in each conversation one after the other. A row that was claimed may have gone out: who takes it up
-- again looks at the provider's before it sends.
CREATE TABLE whatsapp_outbox (
    message_id bigint PRIMARY KEY, business_id bigint NOT NULL, channel_id bigint NOT NULL, conversation_id bigint NOT NULL,
    request_id text NOT NULL DEFAULT '',
    not_before timestamptz NOT NULL DEFAULT now(), attempt smallint NOT NULL DEFAULT 0, claim_no integer NOT NULL DEFAULT 0,
    -- When a request first went out of which nothing is known.
    begun_at timestamptz,
    lease_node text, lease_incarnation text, lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (business_id, message_id) REFERENCES whatsapp_messages (business_id, id) ON DELETE CASCADE
) WITH (fillfactor = 60);
CREATE INDEX whatsapp_outbox_to_send ON whatsapp_outbox (not_before);
CREATE INDEX whatsapp_outbox_of ON whatsapp_outbox (conversation_id, message_id);

-- Statuses of messages whose sending is not recorded yet, and webhooks for a number that is nobody's yet: the engine's alone.
CREATE TABLE whatsapp_early_statuses (
    provider_id text NOT NULL, status text NOT NULL, item jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider_id, status)
);
CREATE INDEX whatsapp_early_by_time ON whatsapp_early_statuses (received_at);
CREATE TABLE whatsapp_unplaced (
    address text NOT NULL, provider_id text NOT NULL, item jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (address, provider_id)
);
CREATE INDEX whatsapp_unplaced_by_time ON whatsapp_unplaced (received_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON whatsapp_early_statuses, whatsapp_unplaced TO al_engine;

-- Files. The bytes are in `media` by their hash.
CREATE TABLE whatsapp_media (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL, channel_id bigint, conversation_id bigint,
    kind text NOT NULL DEFAULT '',
    -- What it was said to be, and when it is stored what it is.
    mime text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    size bigint,
    state text NOT NULL CHECK (state IN ('fetching', 'stored', 'refused')),
    reason text,
    -- Where the provider has it.
    reference jsonb,
    sha256 bytea, thumbnail bytea, transcript text,
    uploaded_by bigint,
    request_id text NOT NULL DEFAULT '',
    not_before timestamptz NOT NULL DEFAULT now(), attempt smallint NOT NULL DEFAULT 0, claim_no integer NOT NULL DEFAULT 0,
    lease_node text, lease_incarnation text, lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, id)
) WITH (fillfactor = 70);
CREATE INDEX whatsapp_media_to_fetch ON whatsapp_media (not_before) WHERE state = 'fetching';

-- What may be sent when the day is over, as the provider approved it.
CREATE TABLE whatsapp_templates (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    provider_id text NOT NULL DEFAULT '',
    name text NOT NULL, language text NOT NULL, category text NOT NULL DEFAULT '', status text NOT NULL, body text NOT NULL DEFAULT '',
    -- [{name, example}]
    parameters jsonb NOT NULL DEFAULT '[]',
    header jsonb,
    buttons jsonb NOT NULL DEFAULT '[]',
    rejected_reason text,
    synced_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, channel_id, name, language),
    FOREIGN KEY (business_id, channel_id) REFERENCES whatsapp_channels (business_id, id)
);
CREATE TABLE whatsapp_replies (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    shortcut text NOT NULL, text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX whatsapp_replies_shortcut ON whatsapp_replies (business_id, lower(shortcut));

CREATE TABLE whatsapp_search (
    business_id bigint NOT NULL, message_id bigint PRIMARY KEY, doc tsvector NOT NULL
);
CREATE INDEX whatsapp_search_doc ON whatsapp_search USING gin (doc) WITH (gin_pending_list_limit = 256);

CALL keep_apart('whatsapp_channels', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('whatsapp_conversations', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('whatsapp_messages', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('whatsapp_reactions', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('whatsapp_reads', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('whatsapp_outbox', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL keep_apart('whatsapp_media', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('whatsapp_templates', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL keep_apart('whatsapp_replies', 'business_id', 'SELECT, INSERT, DELETE');
CALL keep_apart('whatsapp_search', 'business_id', 'SELECT, INSERT');

-- A message that is shown is found by its words, is the newest of its conversation, and begins an entry of the timeline when
-- an hour of silence was before it.
CREATE FUNCTION whatsapp_messages_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lexemes text[]; quiet boolean; whose bigint;
BEGIN
    IF NEW.body <> '' THEN
        lexemes := spoken_lexemes(NEW.business_id, left(NEW.body, 4000));
        IF cardinality(lexemes) > 0 THEN
            INSERT INTO whatsapp_search VALUES (NEW.business_id, NEW.id, array_to_tsvector(lexemes));
        END IF;
    END IF;
    SELECT c.customer_id, NOT EXISTS (SELECT FROM whatsapp_messages m WHERE m.id = c.last_message
                                      AND m.created_at > NEW.created_at - interval '1 hour')
    INTO whose, quiet FROM whatsapp_conversations c WHERE c.id = NEW.conversation_id;
    IF quiet THEN
        INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
        VALUES (NEW.business_id, whose, 'whatsapp', NEW.created_at, NEW.conversation_id || ':' || NEW.id, left(NEW.body, 200),
                jsonb_build_object('conversation_id', NEW.conversation_id, 'message_id', NEW.id, 'direction', NEW.direction,
                                   'kind', NEW.kind))
        ON CONFLICT DO NOTHING;
    END IF;
    UPDATE whatsapp_conversations SET last_message = NEW.id, updated_at = NEW.created_at WHERE id = NEW.conversation_id;
    RETURN NULL;
END $$;
CREATE TRIGGER whatsapp_messages_follow AFTER INSERT ON whatsapp_messages
    FOR EACH ROW WHEN (NEW.kind <> 'reaction') EXECUTE FUNCTION whatsapp_messages_follow();

-- Two customers are one person, says the provider, who knows: what the one has becomes the other's, as by a merge.
CREATE FUNCTION whatsapp_joined(b bigint, keep bigint, gone bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    merge bigint;
BEGIN
    INSERT INTO customer_merges (business_id, keep, merged) VALUES (b, keep, ARRAY[gone]) RETURNING id INTO merge;
    WITH moved AS (UPDATE calls SET customer_id = keep WHERE business_id = b AND customer_id = gone RETURNING call_sid)
    INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT b, merge, 'call', call_sid, gone FROM moved;
    WITH moved AS (UPDATE tasks SET customer_id = keep WHERE business_id = b AND customer_id = gone RETURNING id)
    INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT b, merge, 'task', id::text, gone FROM moved;
    WITH moved AS (UPDATE customer_notes SET customer_id = keep WHERE business_id = b AND customer_id = gone RETURNING id)
    INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT b, merge, 'note', id::text, gone FROM moved;
    WITH moved AS (UPDATE whatsapp_conversations SET customer_id = keep WHERE business_id = b AND customer_id = gone RETURNING id)
    INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT b, merge, 'conversation', id::text, gone FROM moved;
    INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id, was_primary)
    SELECT b, merge, 'identity', i.id::text, gone, i.is_primary FROM customer_identities i WHERE i.business_id = b AND i.customer_id = gone;
    UPDATE customer_identities i SET customer_id = keep, is_primary = false WHERE i.business_id = b AND i.customer_id = gone;
    UPDATE customer_identities i SET is_primary = true WHERE i.business_id = b AND i.customer_id = keep
        AND NOT EXISTS (SELECT FROM customer_identities o WHERE o.business_id = b AND o.customer_id = keep AND o.kind = i.kind
                        AND (o.is_primary OR o.id < i.id));
    UPDATE customers c SET name = CASE WHEN c.name = '' THEN g.name ELSE c.name END, details = g.details || c.details,
           version = c.version + 1, updated_at = now()
    FROM customers g WHERE c.business_id = b AND c.id = keep AND g.business_id = b AND g.id = gone;
    UPDATE customers SET merged_into = keep, version = version + 1, updated_at = now() WHERE business_id = b AND id = gone;
    INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
    SELECT b, keep, 'merged', now(), merge::text, name, jsonb_build_object('merge_id', merge, 'merged', ARRAY[gone], 'event', 'merged')
    FROM customers WHERE business_id = b AND id = gone;
END $$;

-- Who writes: found by number or by the provider's id, known by both from now on, or made. Called under the locks of both.
CREATE FUNCTION whatsapp_customer(b bigint, from_phone text, from_id text, given_name text, at timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    by_phone bigint; by_id bigint; customer bigint; same_as bigint;
    was_deleted boolean;
BEGIN
    SELECT i.customer_id INTO by_phone FROM customer_identities i
    WHERE i.business_id = b AND i.value = from_phone AND i.kind IN ('phone', 'whatsapp') ORDER BY i.kind LIMIT 1;
    SELECT i.customer_id INTO by_id FROM customer_identities i
    WHERE i.business_id = b AND i.kind = 'whatsapp' AND i.value = from_id;
    customer := COALESCE(by_phone, by_id);
    IF customer IS NULL THEN
        INSERT INTO customers (business_id, name, source) VALUES (b, given_name, 'whatsapp') RETURNING id INTO customer;
        INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
        VALUES (b, customer, 'created', at, customer::text, given_name, '{"source":"whatsapp"}') ON CONFLICT DO NOTHING;
    ELSE
        LOOP
            SELECT c.deleted_at IS NOT NULL, c.merged_into INTO was_deleted, same_as FROM customers c WHERE c.id = customer FOR UPDATE;
            EXIT WHEN same_as IS NULL;
            customer := same_as;
        END LOOP;
        IF by_id <> customer AND by_phone IS NOT NULL
           AND EXISTS (SELECT FROM customers c WHERE c.id = by_id AND c.merged_into IS NULL) THEN
            PERFORM whatsapp_joined(b, customer, by_id);
        END IF;
        IF was_deleted OR given_name <> '' THEN
            UPDATE customers c SET name = CASE WHEN c.name = '' THEN given_name ELSE c.name END, deleted_at = NULL,
                   version = c.version + 1, updated_at = now()
            WHERE c.id = customer AND (c.name = '' OR c.deleted_at IS NOT NULL);
        END IF;
        IF was_deleted THEN
            INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
            VALUES (b, customer, 'status', now(), 'restored:whatsapp:' || customer || ':' || extract(epoch FROM now()), 'restored',
                    '{"field":"deleted"}') ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    INSERT INTO customer_identities (business_id, kind, value, customer_id, is_primary)
    SELECT b, n.kind, n.value, customer, NOT EXISTS (SELECT FROM customer_identities o
        WHERE o.business_id = b AND o.customer_id = customer AND o.kind = n.kind)
    FROM (VALUES ('phone', from_phone), ('whatsapp', from_id)) AS n (kind, value) WHERE n.value IS NOT NULL
    ON CONFLICT (business_id, kind, value) DO NOTHING;
    RETURN customer;
END $$;

-- The conversation with who writes, held until the end of the transaction. What was two because the number was not known is one.
CREATE FUNCTION whatsapp_conversation(c whatsapp_channels, from_phone text, from_id text, whose bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    kept bigint; other bigint;
BEGIN
    SELECT v.id INTO kept FROM whatsapp_conversations v WHERE v.channel_id = c.id AND v.phone = from_phone FOR UPDATE;
    SELECT v.id INTO other FROM whatsapp_conversations v WHERE v.channel_id = c.id AND v.user_id = from_id FOR UPDATE;
    IF kept IS NULL AND other IS NULL THEN
        INSERT INTO whatsapp_conversations (business_id, channel_id, customer_id, phone, user_id, handled_by)
        VALUES (c.business_id, c.id, whose, from_phone, from_id, CASE WHEN c.assistant THEN 'assistant' ELSE 'person' END)
        RETURNING id INTO kept;
        RETURN kept;
    END IF;
    IF kept <> other THEN
        UPDATE whatsapp_messages SET conversation_id = kept WHERE conversation_id = other;
        UPDATE whatsapp_outbox SET conversation_id = kept WHERE conversation_id = other;
        UPDATE whatsapp_media SET conversation_id = kept WHERE conversation_id = other;
        UPDATE whatsapp_conversations k SET last_message = GREATEST(k.last_message, o.last_message),
               last_inbound_at = GREATEST(k.last_inbound_at, o.last_inbound_at)
        FROM whatsapp_conversations o WHERE k.id = kept AND o.id = other;
        DELETE FROM whatsapp_conversations WHERE id = other;
    END IF;
    kept := COALESCE(kept, other);
    UPDATE whatsapp_conversations v SET phone = COALESCE(v.phone, from_phone), user_id = COALESCE(v.user_id, from_id), customer_id = whose
    WHERE v.id = kept AND (v.customer_id <> whose OR v.phone IS NULL AND from_phone IS NOT NULL OR v.user_id IS NULL AND from_id IS NOT NULL);
    RETURN kept;
END $$;

-- What became of a message of ours. Each time is written once, whenever it is told; before our own record of the sending the
-- message is known by the reference that it carried, and else the status waits for that record.
CREATE FUNCTION take_whatsapp_status(item jsonb, only_channel bigint,
    OUT news text, OUT business bigint, OUT conversation bigint, OUT message bigint, OUT customer bigint)
LANGUAGE plpgsql AS $$
DECLARE
    told text := item ->> 'status';
    pid text := item ->> 'provider_id';
    moment timestamptz := COALESCE((item ->> 'at')::timestamptz, now());
BEGIN
    SELECT w.id INTO message FROM whatsapp_messages w
    WHERE w.provider_id = pid AND w.direction = 'out' AND (only_channel IS NULL OR w.channel_id = only_channel);
    IF NOT FOUND AND item ->> 'reference' ~ '^[0-9]{1,18}$' THEN
        SELECT w.id INTO message FROM whatsapp_messages w
        WHERE w.id = (item ->> 'reference')::bigint AND w.provider_id IS NULL AND w.direction = 'out'
          AND (only_channel IS NULL OR w.channel_id = only_channel);
    END IF;
    IF message IS NULL THEN
        INSERT INTO whatsapp_early_statuses (provider_id, status, item) VALUES (pid, told, item) ON CONFLICT DO NOTHING;
        news := 'early';
        RETURN;
    END IF;
    UPDATE whatsapp_messages w SET provider_id = COALESCE(w.provider_id, pid),
           sent_at = CASE WHEN told = 'sent' OR w.provider_id IS NULL THEN COALESCE(w.sent_at, moment) ELSE w.sent_at END,
           delivered_at = CASE WHEN told = 'delivered' THEN COALESCE(w.delivered_at, moment) ELSE w.delivered_at END,
           read_at = CASE WHEN told = 'read' THEN COALESCE(w.read_at, moment) ELSE w.read_at END,
           failed_at = CASE WHEN told = 'failed' THEN COALESCE(w.failed_at, moment) ELSE w.failed_at END,
           error_code = CASE WHEN told = 'failed' THEN item ->> 'code' ELSE w.error_code END,
           error_detail = CASE WHEN told = 'failed' THEN left(item ->> 'detail', 500) ELSE w.error_detail END
    WHERE w.id = message AND (w.provider_id IS NULL OR CASE told WHEN 'sent' THEN w.sent_at WHEN 'delivered' THEN w.delivered_at
                              WHEN 'read' THEN w.read_at WHEN 'failed' THEN w.failed_at ELSE moment END IS NULL)
    RETURNING w.business_id, w.conversation_id INTO business, conversation;
    IF NOT FOUND THEN
        news := 'again';
        RETURN;
    END IF;
    -- Whoever is sending it finds that this is done.
    DELETE FROM whatsapp_outbox o WHERE o.message_id = message;
    news := 'status';
END $$;

-- One thing that a webhook told: a message or a status, once however often it comes.
CREATE FUNCTION take_whatsapp(item jsonb,
    OUT news text, OUT business bigint, OUT conversation bigint, OUT message bigint, OUT customer bigint)
LANGUAGE plpgsql AS $$
DECLARE
    channel whatsapp_channels;
    address text := item ->> 'channel';
    by_id bigint := (item ->> 'channel_id')::bigint;
    pid text := item ->> 'provider_id';
    moment timestamptz := LEAST(COALESCE((item ->> 'at')::timestamptz, now()), now());
    from_phone text := item ->> 'phone';
    from_id text := item ->> 'user_id';
    kind text := item ->> 'kind';
    file bigint;
BEGIN
    IF item ->> 'what' = 'status' THEN
        SELECT t.* INTO news, business, conversation, message, customer FROM take_whatsapp_status(item, by_id) t;
        RETURN;
    END IF;
    IF by_id IS NOT NULL THEN
        SELECT * INTO channel FROM whatsapp_channels h WHERE h.id = by_id AND h.deleted_at IS NULL;
    ELSE
        SELECT * INTO channel FROM whatsapp_channels h WHERE h.deleted_at IS NULL AND (h.number = address OR h.phone_number_id = address);
    END IF;
    IF channel.id IS NULL THEN
        INSERT INTO whatsapp_unplaced (address, provider_id, item) VALUES (COALESCE(address, by_id::text), pid, item) ON CONFLICT DO NOTHING;
        news := 'unplaced';
        RETURN;
    END IF;
    business := channel.business_id;
    -- One lock for each name of who writes, the number's the same as a call's: identity, customer and conversation come to be
    -- together or not at all, and the same message is waited for.
    IF from_phone IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(business || '/' || from_phone, 0));
    END IF;
    IF from_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(business || '/' || from_id, 0));
    END IF;
    SELECT m.id, m.conversation_id INTO message, conversation FROM whatsapp_messages m WHERE m.provider_id = pid AND m.channel_id = channel.id;
    IF FOUND THEN
        news := 'again';
        RETURN;
    END IF;
    customer := whatsapp_customer(business, from_phone, from_id, COALESCE(item ->> 'name', ''), moment);
    conversation := whatsapp_conversation(channel, from_phone, from_id, customer);
    IF kind = 'reaction' THEN
        INSERT INTO whatsapp_reactions AS r VALUES (business, channel.id, item ->> 'reply_to', 'customer', COALESCE(item ->> 'body', ''), moment)
        ON CONFLICT (channel_id, provider_id, side) DO UPDATE SET emoji = EXCLUDED.emoji, at = EXCLUDED.at WHERE r.at <= EXCLUDED.at;
    ELSE
        UPDATE whatsapp_conversations v SET last_inbound_at = GREATEST(v.last_inbound_at, moment), status = 'open', snoozed_until = NULL,
               version = v.version + (v.status <> 'open')::int
        WHERE v.id = conversation;
    END IF;
    IF item -> 'media' <> 'null' THEN
        INSERT INTO whatsapp_media (business_id, channel_id, conversation_id, kind, mime, name, state, reference, request_id)
        VALUES (business, channel.id, conversation, kind, COALESCE(item #>> '{media,mime}', ''), COALESCE(item #>> '{media,name}', ''),
                'fetching', item #> '{media,reference}', COALESCE(item ->> 'request_id', ''))
        RETURNING id INTO file;
    END IF;
    INSERT INTO whatsapp_messages (business_id, channel_id, conversation_id, direction, kind, body, provider_id, reply_to, content, media_id,
                                   delivered_at, sender_kind)
    VALUES (business, channel.id, conversation, 'in', kind, COALESCE(item ->> 'body', ''), pid, item ->> 'reply_to',
            NULLIF(item -> 'content', 'null'), file, moment, 'customer')
    RETURNING id INTO message;
    news := CASE kind WHEN 'reaction' THEN 'reaction' ELSE 'message' END;
    -- One word that takes consent back, or gives it again: the message is the evidence.
    IF item ->> 'consent' = 'opt_out' THEN
        INSERT INTO opt_outs AS o (business_id, customer_id, means, evidence)
        VALUES (business, customer, 'whatsapp', 'whatsapp ' || pid || ': ' || (item ->> 'body'))
        ON CONFLICT (business_id, customer_id, means) DO UPDATE SET at = now(), evidence = EXCLUDED.evidence;
    ELSIF item ->> 'consent' = 'opt_in' THEN
        DELETE FROM opt_outs o WHERE o.business_id = business AND o.means = 'whatsapp'
            AND o.customer_id IN (SELECT c.id FROM customers c WHERE c.business_id = business AND (c.id = customer OR c.merged_into = customer));
    END IF;
    IF item ->> 'consent' IS NOT NULL THEN
        PERFORM audit_append(business, NULL, 'customer.wishes', 'customer:' || customer,
            jsonb_build_object('means', 'whatsapp', 'said', item ->> 'consent', 'message', message), '', COALESCE(item ->> 'request_id', ''));
    END IF;
    IF channel.assistant AND kind IN ('text', 'button', 'interactive') THEN
        UPDATE whatsapp_conversations v SET assistant_for = message WHERE v.id = conversation AND v.handled_by = 'assistant';
    END IF;
END $$;

-- The same as in V013, and by what was written.
CREATE OR REPLACE FUNCTION find_customers(token integer[], lexeme text[], spoken text[], most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = public, pg_temp SET enable_seqscan = off
SET gin_fuzzy_search_limit = 20000 AS $$
DECLARE
    b bigint := current_business();
    asked tsquery; said tsquery;
BEGIN
    IF b IS NULL THEN
        RETURN;
    END IF;
    SELECT string_agg('(' || one.lexemes || ')', ' & ')::tsquery INTO asked
    FROM (SELECT string_agg('''' || b || '/' || replace(replace(rtrim(u.l, '*'), '\', '\\'), '''', '''''') || ''''
                            || CASE WHEN u.l LIKE '%*' THEN ':*' ELSE '' END, ' | ') AS lexemes
          FROM unnest(token, lexeme) AS u (t, l) GROUP BY u.t) AS one;
    RETURN QUERY SELECT s.customer_id FROM customer_search s WHERE s.doc @@ asked AND s.business_id + 0 = b LIMIT most;
    IF cardinality(spoken) > 0 THEN
        SELECT string_agg('''' || b || '/' || replace(replace(w, '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery INTO said
        FROM unnest(spoken) AS w;
        RETURN QUERY SELECT c.customer_id FROM call_search s JOIN calls c ON c.call_sid = s.call_sid
            WHERE s.doc @@ said AND s.business_id + 0 = b AND c.business_id = b AND c.customer_id IS NOT NULL
            LIMIT least(most, 1000);
        RETURN QUERY SELECT v.customer_id FROM whatsapp_search s JOIN whatsapp_messages m ON m.id = s.message_id
            JOIN whatsapp_conversations v ON v.id = m.conversation_id
            WHERE s.doc @@ said AND s.business_id + 0 = b AND v.business_id = b
            LIMIT least(most, 1000);
    END IF;
END $$;
