-- Businesses are kept apart by Postgres too. Each table with a business in it has row-level security,
-- forced: al_app sees the rows of `app.business_id` only (no business, no rows), al_engine all of them.
-- A migration that makes such a table calls `keep_apart`, and a test looks for one that was forgotten.

-- After a commit the setting is '' rather than null: hence NULLIF.
CREATE FUNCTION current_business() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('app.business_id', true), '')::bigint;

CREATE PROCEDURE keep_apart(t regclass, business_column name, app_may text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY engine ON %s TO al_engine, al_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY tenant ON %s TO al_app USING (%I = current_business()) WITH CHECK (%2$I = current_business())',
                   t, business_column);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO al_engine', t);
    EXECUTE format('GRANT %s ON %s TO al_app', app_may, t);
END $$;

-- Nobody but the owner changes what the database is.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- What belongs to no single business is the engine's alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON media, webhook_events, speech_cache, nodes TO al_engine;

ALTER TABLE businesses
    DROP CONSTRAINT businesses_name_key,
    ADD COLUMN deleted_at timestamptz,
    -- Empty: the script's own first words. An uploaded sound stands until it is taken away.
    ADD COLUMN greeting_text text NOT NULL DEFAULT '',
    ADD COLUMN greeting_uploaded boolean NOT NULL DEFAULT false,
    ADD COLUMN features text[] NOT NULL DEFAULT '{calls,crm,whatsapp,signatures,invoices}',
    -- Null: the hours that the script says.
    ADD COLUMN hours jsonb,
    ADD COLUMN concurrent_calls integer NOT NULL DEFAULT 20 CHECK (concurrent_calls > 0),
    ADD COLUMN calls_per_day integer NOT NULL DEFAULT 2000 CHECK (calls_per_day > 0);
CREATE UNIQUE INDEX businesses_name_taken ON businesses (lower(name)) WHERE deleted_at IS NULL;

-- A customer of another business can't be named, by whatever mistake.
ALTER TABLE customers ADD UNIQUE (business_id, id);
ALTER TABLE customer_identities DROP CONSTRAINT customer_identities_customer_id_fkey,
    ADD FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id);
ALTER TABLE calls DROP CONSTRAINT calls_customer_id_fkey,
    ADD FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id);
ALTER TABLE tasks DROP CONSTRAINT tasks_customer_id_fkey,
    ADD FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id);
ALTER TABLE timeline DROP CONSTRAINT timeline_customer_id_fkey,
    ADD FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id);

CALL keep_apart('businesses', 'id', 'SELECT, UPDATE');
CALL keep_apart('phone_numbers', 'business_id', 'SELECT, INSERT, DELETE');
CALL keep_apart('customers', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('customer_identities', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL keep_apart('calls', 'business_id', 'SELECT');
CALL keep_apart('recordings', 'business_id', 'SELECT');
CALL keep_apart('tasks', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('timeline', 'business_id', 'SELECT, INSERT');

-- Every change, log-in, export and administrative read, chained by hash: one chain per business, and
-- the platform's own under 0. Rows are added by `store::audit` only, under the lock of the chain's head.
CREATE TABLE audit_heads (
    business_id bigint PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE audit (
    business_id bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor bigint,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL,
    address text NOT NULL,
    request_id text NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (business_id, seq)
);
CREATE INDEX audit_by_time ON audit (business_id, at DESC);
CALL keep_apart('audit', 'business_id', 'SELECT, INSERT');
CALL keep_apart('audit_heads', 'business_id', 'SELECT, INSERT, UPDATE');
-- What happened stays: nobody who serves requests can change or remove it.
REVOKE UPDATE, DELETE ON audit FROM al_engine;
REVOKE DELETE ON audit_heads FROM al_engine;

-- One text of the chain's canonical form: its length in bytes, then the bytes.
CREATE FUNCTION audit_field(t text) RETURNS bytea LANGUAGE sql IMMUTABLE
    RETURN int4send(octet_length(t)) || convert_to(t, 'UTF8');

-- Appends under the lock of the chain's head, which is held until the transaction ends: no two rows follow the same one.
CREATE FUNCTION audit_append(b bigint, who bigint, what text, about text, told jsonb, from_address text, request text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    head audit_heads;
    -- Microseconds, as Postgres keeps them.
    moment timestamptz := clock_timestamp();
    next_hash bytea;
BEGIN
    INSERT INTO audit_heads AS h VALUES (b, 0, '') ON CONFLICT (business_id) DO UPDATE SET seq = h.seq RETURNING * INTO head;
    next_hash := sha256(head.hash || audit_field(b::text) || audit_field((head.seq + 1)::text)
        || audit_field((extract(epoch FROM moment) * 1000000)::bigint::text) || audit_field(coalesce(who::text, ''))
        || audit_field(what) || audit_field(about) || audit_field(told::text) || audit_field(from_address)
        || audit_field(request));
    INSERT INTO audit VALUES (b, head.seq + 1, moment, who, what, about, told, from_address, request, head.hash, next_hash);
    UPDATE audit_heads SET seq = head.seq + 1, hash = next_hash WHERE business_id = b;
    RETURN head.seq + 1;
END $$;
