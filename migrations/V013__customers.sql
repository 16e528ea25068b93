-- Customers as people work with them: who they are, where they stand, what happened, and how they are found.

ALTER TABLE customers
    ADD COLUMN status text NOT NULL DEFAULT 'lead' CHECK (status IN ('lead', 'active', 'inactive', 'blocked')),
    ADD COLUMN stage text NOT NULL DEFAULT 'new'
        CHECK (stage IN ('new', 'contacted', 'qualified', 'viewing', 'negotiation', 'won', 'lost')),
    ADD COLUMN stage_reason text NOT NULL DEFAULT '',
    ADD COLUMN stage_since timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 30),
    ADD COLUMN assignee bigint,
    ADD COLUMN source text NOT NULL DEFAULT 'call' CHECK (source IN ('call', 'person', 'import', 'whatsapp')),
    ADD COLUMN last_activity_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN version bigint NOT NULL DEFAULT 1,
    -- Removed by somebody: kept, and out of every list, until it is restored or calls again.
    ADD COLUMN deleted_at timestamptz,
    -- It was the same person as this one; its calls, tasks and identities are there, its timeline is read with it.
    ADD COLUMN merged_into bigint,
    ADD FOREIGN KEY (business_id, assignee) REFERENCES memberships (business_id, user_id) ON DELETE SET NULL (assignee),
    ADD FOREIGN KEY (business_id, merged_into) REFERENCES customers (business_id, id);
UPDATE customers SET stage_since = created_at, last_activity_at = updated_at;
CREATE INDEX customers_by_activity ON customers (business_id, last_activity_at DESC, id DESC)
    WHERE deleted_at IS NULL AND merged_into IS NULL;
CREATE INDEX customers_by_age ON customers (business_id, created_at DESC, id DESC)
    WHERE deleted_at IS NULL AND merged_into IS NULL;
CREATE INDEX customers_by_name ON customers (business_id, lower(name), id)
    WHERE deleted_at IS NULL AND merged_into IS NULL;
-- How many are at a stage, or of a status, is counted in the index alone.
CREATE INDEX customers_by_stage ON customers (business_id, stage, status)
    WHERE deleted_at IS NULL AND merged_into IS NULL;
CREATE INDEX customers_of_assignee ON customers (business_id, assignee) WHERE assignee IS NOT NULL;
CREATE INDEX customers_merged ON customers (business_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX calls_of_customer ON calls (business_id, customer_id) WHERE customer_id IS NOT NULL;

ALTER TABLE customer_identities
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    -- The one that is called, written to and shown; the first of its kind.
    ADD COLUMN is_primary boolean NOT NULL DEFAULT true,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
UPDATE customer_identities i SET is_primary = false
WHERE EXISTS (SELECT FROM customer_identities o WHERE o.business_id = i.business_id AND o.customer_id = i.customer_id
              AND o.kind = i.kind AND o.value < i.value);
CREATE UNIQUE INDEX identities_primary ON customer_identities (business_id, customer_id, kind) WHERE is_primary;

-- Each change of stage, and how long the one before lasted.
CREATE TABLE customer_stages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    from_stage text NOT NULL,
    stage text NOT NULL,
    reason text NOT NULL DEFAULT '',
    seconds bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    by_user bigint,
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE INDEX stages_of_customer ON customer_stages (business_id, customer_id, id);

-- What people write down about a customer. The timeline names the note; the words are here, as they are now.
CREATE TABLE customer_notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    text text NOT NULL,
    created_by bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (business_id, id),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE INDEX notes_of_customer ON customer_notes (business_id, customer_id) WHERE deleted_at IS NULL;

-- Customers that were one: what came from where, so that it can be taken apart again.
CREATE TABLE customer_merges (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    keep bigint NOT NULL,
    merged bigint[] NOT NULL,
    by_user bigint,
    at timestamptz NOT NULL DEFAULT now(),
    undone_at timestamptz,
    FOREIGN KEY (business_id, keep) REFERENCES customers (business_id, id),
    UNIQUE (business_id, id)
);
CREATE INDEX merges_of_customer ON customer_merges (business_id, keep);
CREATE TABLE customer_merge_rows (
    business_id bigint NOT NULL,
    merge_id bigint NOT NULL,
    -- `identity`, `call`, `task`, `note`, `customer` (merged earlier into one of the merged).
    kind text NOT NULL,
    ref text NOT NULL,
    -- Whose it was.
    customer_id bigint NOT NULL,
    -- Of an identity: whether it was the first of its kind.
    was_primary boolean NOT NULL DEFAULT false,
    PRIMARY KEY (business_id, merge_id, kind, ref),
    FOREIGN KEY (business_id, merge_id) REFERENCES customer_merges (business_id, id)
);

-- A question about customers that somebody keeps.
CREATE TABLE customer_views (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    user_id bigint NOT NULL REFERENCES users,
    name text NOT NULL,
    query jsonb NOT NULL,
    shared boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX views_of_business ON customer_views (business_id, user_id);

-- What is done to many customers at once, a part at a time: a row before it is work.
CREATE TABLE customer_jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    by_user bigint,
    address text NOT NULL DEFAULT '',
    request_id text NOT NULL DEFAULT '',
    what jsonb NOT NULL,
    ids bigint[] NOT NULL,
    done integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    lease_until timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, id)
);
CREATE INDEX customer_jobs_to_do ON customer_jobs (lease_until) WHERE finished_at IS NULL;

-- The timeline is read newest first, from a place on; by kind within the index.
DROP INDEX timeline_of_customer;
CREATE INDEX timeline_pages ON timeline (business_id, customer_id, ts DESC, id DESC, kind);

-- How many customers a business has: what is added is a row of its own, so that nobody waits for anybody; somebody in
-- thirty adds the rows up.
CREATE TABLE customer_totals (
    business_id bigint NOT NULL,
    n bigint NOT NULL
) WITH (autovacuum_vacuum_threshold = 200);
CREATE INDEX totals_of_business ON customer_totals (business_id);
INSERT INTO customer_totals SELECT business_id, count(*) FROM customers GROUP BY business_id;

-- What follows a call is written for every call, so these are in plpgsql, which keeps the plans of its bodies, and letters
-- that are rare are looked for before they are replaced.
--
-- Words of a text as they are compared: without points, marks and quotes, final letters as the others, small letters.
-- `domain::search` folds what is asked in the same way, and a test holds them together.
CREATE FUNCTION folded_words(t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v text := lower(t COLLATE "C");
BEGIN
    v := regexp_replace(v, '[\u0591-\u05bd\u05bf-\u05c7\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff''"`\u00b4\u05f3\u05f4\u2018\u2019\u201c-\u201e]', '', 'g');
    v := replace(replace(replace(replace(replace(v, 'ך', 'כ'), 'ם', 'מ'), 'ן', 'נ'), 'ף', 'פ'), 'ץ', 'צ');
    IF v ~ '[А-Я]' THEN
        v := translate(v, 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ', 'абвгдежзийклмнопрстуфхцчшщъыьэюя');
    END IF;
    RETURN array_remove(regexp_split_to_array(v,
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u05be\u2000-\u206f\u2212\u20aa]+'), '');
END $$;

-- Lexemes begin with the business: what belongs to others is not even looked at.
CREATE FUNCTION name_lexemes(b bigint, t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    w text;
    lexemes text[] := '{}';
BEGIN
    FOREACH w IN ARRAY folded_words(t) LOOP
        lexemes := lexemes || (b || '/n' || left(w, 40));
    END LOOP;
    RETURN lexemes;
END $$;

-- Any part of a number or an address is found: its ends from each letter on; of numbers also what has two and three
-- digits, which too many ends begin with.
CREATE FUNCTION identity_lexemes(b bigint, kind text, value text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v text := lower(value);
    before text;
    last integer;
    lexemes text[] := '{}';
BEGIN
    IF value ~ '^\+[0-9]+$' THEN
        v := CASE WHEN starts_with(value, '+972') THEN '0' || substr(value, 5) ELSE substr(value, 2) END;
        last := length(v);
        FOR n IN 1 .. last - 1 LOOP
            lexemes := lexemes || (b || '/2' || substr(v, n, 2));
            IF n <= last - 2 THEN
                lexemes := lexemes || (b || '/3' || substr(v, n, 3));
            END IF;
            IF n <= last - 3 THEN
                lexemes := lexemes || (b || '/#' || substr(v, n));
            END IF;
        END LOOP;
        RETURN lexemes;
    END IF;
    before := b || '/@';
    FOR n IN 1 .. least(length(v) - 1, 64) LOOP
        lexemes := lexemes || (before || substr(v, n, 20));
    END LOOP;
    RETURN lexemes;
END $$;

-- What was said in a call: words of three letters or more, also without a letter that Hebrew joins to them.
CREATE FUNCTION spoken_lexemes(b bigint, t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    w text;
    lexemes text[] := '{}';
BEGIN
    FOREACH w IN ARRAY folded_words(t) LOOP
        IF length(w) >= 3 THEN
            lexemes := lexemes || (b || '/' || left(w, 24));
            IF length(w) >= 4 AND strpos('הובלמכש', left(w, 1)) > 0 THEN
                lexemes := lexemes || (b || '/' || substr(w, 2, 24));
            END IF;
        END IF;
    END LOOP;
    RETURN lexemes;
END $$;

-- How customers are found. Apart from their own rows, which change with every call.
CREATE TABLE customer_search (
    business_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    doc tsvector NOT NULL,
    PRIMARY KEY (business_id, customer_id)
);
CREATE TABLE call_search (
    business_id bigint NOT NULL,
    call_sid text PRIMARY KEY,
    doc tsvector NOT NULL
);

CREATE FUNCTION customer_doc(b bigint, c bigint) RETURNS tsvector LANGUAGE sql STABLE
    RETURN array_to_tsvector(
        (SELECT name_lexemes(b, name) FROM customers WHERE business_id = b AND id = c)
        || ARRAY(SELECT unnest(identity_lexemes(b, i.kind, i.value)) FROM customer_identities i
                 WHERE i.business_id = b AND i.customer_id = c));

INSERT INTO customer_search SELECT business_id, id, customer_doc(business_id, id) FROM customers;
INSERT INTO call_search
SELECT c.business_id, c.call_sid, array_to_tsvector(spoken_lexemes(c.business_id, COALESCE(c.summary, '') || ' ' || COALESCE(
    (SELECT string_agg(r.transcript, ' ') FROM recordings r WHERE r.call_sid = c.call_sid), '')))
FROM calls c WHERE c.customer_id IS NOT NULL AND c.business_id IS NOT NULL;
-- A short list of what is not in the index yet: every search reads it.
CREATE INDEX customer_search_doc ON customer_search USING gin (doc) WITH (gin_pending_list_limit = 256);
CREATE INDEX call_search_doc ON call_search USING gin (doc) WITH (gin_pending_list_limit = 256);

-- Whoever writes a customer or an identity, a page, a call or an import, search and totals follow in the same transaction.
CREATE FUNCTION customer_total(b bigint, more bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF more = 0 THEN
        RETURN;
    END IF;
    INSERT INTO customer_totals VALUES (b, more);
    IF random() < 0.033 THEN
        -- Rows that somebody else adds up at this moment are his: nobody waits.
        WITH mine AS (
            SELECT ctid FROM customer_totals WHERE business_id = b FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM customer_totals t USING mine WHERE t.ctid = mine.ctid AND t.business_id = b RETURNING t.n
        )
        INSERT INTO customer_totals SELECT b, sum(n) FROM gone HAVING sum(n) <> 0;
    END IF;
END $$;

CREATE FUNCTION customers_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customer_search VALUES (NEW.business_id, NEW.id, array_to_tsvector(name_lexemes(NEW.business_id, NEW.name)));
    IF NEW.deleted_at IS NULL AND NEW.merged_into IS NULL THEN
        PERFORM customer_total(NEW.business_id, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customers_made AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION customers_follow();

CREATE FUNCTION customer_name_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE customer_search SET doc = customer_doc(NEW.business_id, NEW.id)
    WHERE business_id = NEW.business_id AND customer_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER customer_named AFTER UPDATE OF name ON customers
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION customer_name_follows();

CREATE FUNCTION customer_total_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM customer_total(NEW.business_id, (NEW.deleted_at IS NULL AND NEW.merged_into IS NULL)::int
                                          - (OLD.deleted_at IS NULL AND OLD.merged_into IS NULL)::int);
    RETURN NULL;
END $$;
CREATE TRIGGER customer_counted AFTER UPDATE OF deleted_at, merged_into ON customers
    FOR EACH ROW WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at OR OLD.merged_into IS DISTINCT FROM NEW.merged_into)
    EXECUTE FUNCTION customer_total_follows();

CREATE FUNCTION identities_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE customer_search SET doc = doc || array_to_tsvector(identity_lexemes(NEW.business_id, NEW.kind, NEW.value))
        WHERE business_id = NEW.business_id AND customer_id = NEW.customer_id;
        RETURN NULL;
    END IF;
    UPDATE customer_search SET doc = customer_doc(OLD.business_id, OLD.customer_id)
    WHERE business_id = OLD.business_id AND customer_id = OLD.customer_id;
    IF TG_OP = 'UPDATE' THEN
        UPDATE customer_search SET doc = customer_doc(NEW.business_id, NEW.customer_id)
        WHERE business_id = NEW.business_id AND customer_id = NEW.customer_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER identities_follow AFTER INSERT OR DELETE OR UPDATE OF customer_id, value ON customer_identities
    FOR EACH ROW EXECUTE FUNCTION identities_follow();

-- A task is told in the timeline of its customer when it is made, done, given up or opened again.
CREATE FUNCTION tasks_are_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
        VALUES (NEW.business_id, NEW.customer_id, 'task', now(), NEW.id::text, NEW.title,
                jsonb_build_object('task_id', NEW.id, 'event', 'created', 'channel', NEW.channel, 'due_at', NEW.due_at, 'by', NEW.created_by))
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
        VALUES (NEW.business_id, NEW.customer_id, 'task', now(), NEW.id || ':' || NEW.version, NEW.title,
                jsonb_build_object('task_id', NEW.id, 'event', CASE NEW.state WHEN 'open' THEN 'reopened' ELSE NEW.state END,
                                   'channel', NEW.channel, 'due_at', NEW.due_at, 'by', NEW.completed_by))
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tasks_made_are_told AFTER INSERT ON tasks
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION tasks_are_told();
CREATE TRIGGER tasks_are_told AFTER UPDATE OF state ON tasks
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL AND OLD.state <> NEW.state) EXECUTE FUNCTION tasks_are_told();

-- What happens to a customer is activity of his.
CREATE FUNCTION timeline_is_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE customers c SET last_activity_at = NEW.ts
    WHERE c.business_id = NEW.business_id AND c.id = NEW.customer_id AND c.last_activity_at < NEW.ts;
    RETURN NULL;
END $$;
CREATE TRIGGER timeline_is_activity AFTER INSERT ON timeline
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION timeline_is_activity();

INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
SELECT business_id, id, 'created', created_at, id::text, name, '{"source":"call"}' FROM customers ON CONFLICT DO NOTHING;

CALL keep_apart('customer_stages', 'business_id', 'SELECT, INSERT');
CALL keep_apart('customer_notes', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('customer_merges', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('customer_merge_rows', 'business_id', 'SELECT, INSERT');
CALL keep_apart('customer_views', 'business_id', 'SELECT, INSERT, DELETE');
CALL keep_apart('customer_jobs', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('customer_totals', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL keep_apart('customer_search', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL keep_apart('call_search', 'business_id', 'SELECT, INSERT, UPDATE');
-- Whose call it is changes when two customers turn out to be one; nothing else of a call does.
GRANT UPDATE (customer_id) ON calls TO al_app;

-- Customers that fit: every token in the name, a number or an address, or all words in one call. Each token is what it may
-- mean, as beginnings (`*`) or whole lexemes. With the owner's rights, because under row-level security Postgres
-- may not use this index: the business comes from the setting that the policies read, and is in every lexeme.
CREATE FUNCTION find_customers(token integer[], lexeme text[], spoken text[], most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = public, pg_temp SET enable_seqscan = off
-- Two digits are in nearly every number: of what fits far more than is shown, not all is looked at.
SET gin_fuzzy_search_limit = 20000 AS $$
DECLARE
    b bigint := current_business();
    asked tsquery;
    said tsquery;
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
            -- A word of thousands of calls leads to some of them: each costs a look at its call.
            LIMIT least(most, 1000);
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION find_customers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_customers TO al_app, al_engine;

-- What came out of a call (see V010), with what people see of it on the customer's card, and whose call it was. A customer
-- that was merged while we waited for its row is the one it was merged into.
DROP FUNCTION wrap_up;
CREATE FUNCTION wrap_up(
    sid text, claim integer, business bigint, phone text, given_name text, validated jsonb,
    told_summary text, told_intent text, told_details jsonb,
    titles text[], notes_of text[], channels text[], due timestamptz[],
    OUT wrapped boolean, OUT customer bigint
) LANGUAGE plpgsql AS $$
DECLARE
    same_as bigint;
    began timestamptz;
    said text;
    was_deleted boolean;
BEGIN
    UPDATE calls c SET wrapped_at = now(), wrap_lease_until = NULL
    WHERE c.call_sid = sid AND c.wrap_claim = claim AND c.wrapped_at IS NULL
    RETURNING c.started_at INTO began;
    wrapped := FOUND;
    IF NOT wrapped OR business IS NULL OR told_summary IS NULL THEN
        RETURN;
    END IF;
    IF phone IS NOT NULL THEN
        -- One lock per number: the identity and its customer come to be together or not at all.
        PERFORM pg_advisory_xact_lock(hashtextextended(business || '/' || phone, 0));
        SELECT i.customer_id INTO customer FROM customer_identities i
        WHERE i.business_id = business AND i.kind = 'phone' AND i.value = phone;
        IF FOUND THEN
            LOOP
                SELECT c.deleted_at IS NOT NULL, c.merged_into INTO was_deleted, same_as
                FROM customers c WHERE c.id = customer FOR UPDATE;
                EXIT WHEN same_as IS NULL;
                customer := same_as;
            END LOOP;
            UPDATE customers c SET name = CASE WHEN c.name = '' THEN given_name ELSE c.name END,
                   details = c.details || validated, updated_at = now(), last_activity_at = now(), version = c.version + 1,
                   deleted_at = NULL
            WHERE c.id = customer;
            IF was_deleted THEN
                INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
                VALUES (business, customer, 'status', now(), 'restored:' || sid, 'restored', '{"field":"deleted"}') ON CONFLICT DO NOTHING;
            END IF;
        ELSE
            INSERT INTO customers (business_id, name, details, source) VALUES (business, given_name, validated, 'call')
            RETURNING id INTO customer;
            INSERT INTO customer_identities (business_id, kind, value, customer_id)
            VALUES (business, 'phone', phone, customer);
            INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
            VALUES (business, customer, 'created', began, customer::text, given_name, '{"source":"call"}') ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    UPDATE calls c SET summary = told_summary, intent = told_intent, details = told_details, customer_id = customer
    WHERE c.call_sid = sid;
    IF customer IS NOT NULL THEN
        SELECT string_agg(r.transcript, ' ') INTO said FROM recordings r WHERE r.call_sid = sid;
        INSERT INTO call_search VALUES (business, sid, array_to_tsvector(spoken_lexemes(business, told_summary || ' ' || COALESCE(said, ''))))
        ON CONFLICT (call_sid) DO UPDATE SET doc = EXCLUDED.doc;
    END IF;
    -- A promise becomes one task however often the call is wrapped up; the timeline follows by the task's own trigger.
    FOR n IN 1 .. COALESCE(array_length(titles, 1), 0) LOOP
        INSERT INTO tasks (business_id, customer_id, call_sid, title, notes, channel, source, due_at, effect_key)
        VALUES (business, customer, sid, titles[n], notes_of[n], channels[n], 'call', due[n], sid || ':' || n - 1)
        ON CONFLICT (effect_key) DO NOTHING;
    END LOOP;
    INSERT INTO timeline AS t (business_id, customer_id, kind, ts, ref, title, meta)
    VALUES (business, customer, 'call', began, sid, told_summary, told_details)
    ON CONFLICT (business_id, kind, ref) DO UPDATE SET title = EXCLUDED.title, meta = EXCLUDED.meta,
        customer_id = COALESCE(EXCLUDED.customer_id, t.customer_id);
END $$;
