-- Papers: quotes, orders, contracts and invoices; their numbers, files, payments and signatures. What is issued never changes:
-- the triggers below refuse it to whoever asks, the owner of the tables included.

-- What papers say of the business, and which rates hold from when. Nothing: what `domain::document` knows.
CREATE TABLE document_settings (
    business_id bigint PRIMARY KEY REFERENCES businesses,
    settings jsonb NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Templates have versions; a paper names the one that it was made from.
CREATE TABLE document_templates (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    -- `quote`, `order`, `exclusivity`, `contract`: what every business begins with.
    built_in text,
    kind text NOT NULL CHECK (kind IN ('quote', 'order', 'contract')),
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, id),
    UNIQUE (business_id, built_in)
);
CREATE TABLE document_template_versions (
    business_id bigint NOT NULL,
    template_id bigint NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    created_by bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (business_id, template_id, version),
    FOREIGN KEY (business_id, template_id) REFERENCES document_templates (business_id, id)
);

-- The last number of each series. The row is the lock: who issues waits here for who issued before, and a number is given in
-- the transaction that issues, or not at all.
CREATE TABLE document_numbers (
    business_id bigint NOT NULL REFERENCES businesses,
    series text NOT NULL,
    last bigint NOT NULL DEFAULT 0 CHECK (last >= 0),
    PRIMARY KEY (business_id, series)
);

CREATE TABLE documents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    customer_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('quote', 'order', 'contract', 'invoice')),
    tax_type smallint CHECK (tax_type IN (10, 300, 305, 320, 330, 400)),
    series text NOT NULL,
    number bigint CHECK (number > 0),
    status text NOT NULL DEFAULT 'draft' CHECK (status IN
        ('draft', 'issued', 'sent', 'viewed', 'signed', 'declined', 'expired', 'paid', 'credited')),
    title text NOT NULL,
    template_id bigint,
    template_version integer,
    -- Lines, fields, text, dates: what was written.
    content jsonb NOT NULL,
    net bigint NOT NULL DEFAULT 0,
    vat bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    -- Hundredths of a percent.
    vat_rate integer NOT NULL DEFAULT 0,
    allocation_needed boolean NOT NULL DEFAULT false,
    allocation_number text,
    credit_of bigint,
    credited_by bigint,
    paid bigint NOT NULL DEFAULT 0,
    -- All that is printed, as it was issued: drawn again it gives the same bytes.
    snapshot jsonb,
    sha256 bytea,
    issued_at timestamptz,
    created_by bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    UNIQUE (business_id, id),
    UNIQUE (business_id, series, number),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id),
    FOREIGN KEY (business_id, template_id) REFERENCES document_templates (business_id, id),
    FOREIGN KEY (business_id, credit_of) REFERENCES documents (business_id, id),
    FOREIGN KEY (business_id, credited_by) REFERENCES documents (business_id, id),
    CHECK ((number IS NULL) = (status = 'draft') AND (number IS NULL) = (issued_at IS NULL) AND (number IS NULL) = (snapshot IS NULL))
);
CREATE INDEX documents_of_business ON documents (business_id, kind, created_at DESC, id DESC);
CREATE INDEX documents_of_customer ON documents (business_id, customer_id);

-- The files: what was issued, and what was signed. Their hashes are looked up by whoever checks a paper.
CREATE TABLE document_files (
    business_id bigint NOT NULL,
    document_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('original', 'signed')),
    sha256 bytea NOT NULL,
    pages integer NOT NULL,
    bytes bytea NOT NULL CHECK (sha256 = sha256(bytes)),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (business_id, document_id, kind),
    FOREIGN KEY (business_id, document_id) REFERENCES documents (business_id, id)
);
ALTER TABLE document_files ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX document_files_by_hash ON document_files (sha256);

CREATE TABLE document_payments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    document_id bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    method text NOT NULL,
    paid_on date NOT NULL,
    note text NOT NULL DEFAULT '',
    created_by bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (business_id, document_id) REFERENCES documents (business_id, id)
);
CREATE INDEX payments_of_document ON document_payments (business_id, document_id);

-- Requests to sign. Of links, codes and page sessions only SHA-256 is kept.
CREATE TABLE signings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    document_id bigint NOT NULL,
    status text NOT NULL DEFAULT 'sent' CHECK (status IN ('sent', 'viewed', 'signed', 'declined', 'expired', 'cancelled')),
    channel text NOT NULL CHECK (channel IN ('sms', 'email', 'whatsapp', 'link')),
    sent_to text NOT NULL,
    -- Where the one-time code goes, E.164.
    phone text,
    expires_at timestamptz NOT NULL,
    code_hash bytea,
    code_until timestamptz,
    code_left integer NOT NULL DEFAULT 0,
    codes_sent integer NOT NULL DEFAULT 0,
    code_sent_at timestamptz,
    verified_at timestamptz,
    -- By which session: another one that has the link too is not believed.
    verified_by bytea,
    signed_at timestamptz,
    signer text,
    signer_id text,
    signature jsonb,
    consent text,
    declined_reason text,
    reminders integer NOT NULL DEFAULT 0,
    reminded_at timestamptz,
    created_by bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- The chain's head.
    seq integer NOT NULL DEFAULT 0,
    head bytea NOT NULL DEFAULT '',
    UNIQUE (business_id, id),
    FOREIGN KEY (business_id, document_id) REFERENCES documents (business_id, id)
);
-- One request at a time asks for one paper's signature.
CREATE UNIQUE INDEX signings_open ON signings (business_id, document_id) WHERE status IN ('sent', 'viewed');
CREATE INDEX signings_of_business ON signings (business_id, id DESC);
CREATE INDEX signings_of_document ON signings (business_id, document_id, id DESC);
CREATE INDEX signings_to_end ON signings (expires_at) WHERE status IN ('sent', 'viewed');

-- Links, and the half-hour sessions that they are exchanged for.
CREATE TABLE signing_keys (
    hash bytea PRIMARY KEY,
    business_id bigint NOT NULL,
    signing_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('link', 'session')),
    until timestamptz NOT NULL,
    FOREIGN KEY (business_id, signing_id) REFERENCES signings (business_id, id)
);
CREATE INDEX keys_of_signing ON signing_keys (business_id, signing_id);

CREATE TABLE signing_events (
    business_id bigint NOT NULL,
    signing_id bigint NOT NULL,
    seq integer NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    device text NOT NULL,
    detail jsonb NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (business_id, signing_id, seq),
    FOREIGN KEY (business_id, signing_id) REFERENCES signings (business_id, id)
);

-- Adds an event behind the last one; each text after its length, as in the audit log.
CREATE FUNCTION signing_append(b bigint, s bigint, what text, from_address text, from_device text, told jsonb) RETURNS bytea
LANGUAGE plpgsql AS $$
DECLARE
    last signings;
    moment timestamptz := clock_timestamp();
    next_hash bytea;
BEGIN
    SELECT * INTO STRICT last FROM signings WHERE business_id = b AND id = s FOR UPDATE;
    next_hash := sha256(last.head || audit_field(b::text) || audit_field(s::text) || audit_field((last.seq + 1)::text)
        || audit_field((extract(epoch FROM moment) * 1000000)::bigint::text) || audit_field(what) || audit_field(from_address)
        || audit_field(from_device) || audit_field(told::text));
    INSERT INTO signing_events VALUES (b, s, last.seq + 1, moment, what, from_address, from_device, told, next_hash);
    UPDATE signings SET seq = last.seq + 1, head = next_hash WHERE business_id = b AND id = s;
    RETURN next_hash;
END $$;

-- What is issued stays. Of an issued paper only these may move, and each only forward: how far it has come, what was paid,
-- who took it back, and its file's hash, once.
CREATE FUNCTION documents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{status,paid,credited_by,sha256,version,updated_at}';
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'documents are kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.number IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving OR NEW.status = 'draft'
        OR (OLD.sha256 IS NOT NULL AND NEW.sha256 IS DISTINCT FROM OLD.sha256)
        OR (OLD.credited_by IS NOT NULL AND NEW.credited_by IS DISTINCT FROM OLD.credited_by)
        OR NEW.paid < OLD.paid OR NEW.version < OLD.version
    THEN
        RAISE EXCEPTION 'document % is issued: it does not change', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_stay BEFORE UPDATE OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION documents_stay();
CREATE TRIGGER documents_are_kept BEFORE TRUNCATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION documents_stay();

CREATE FUNCTION rows_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- A number is one more than the one before it.
CREATE FUNCTION numbers_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.last <= 1 OR TG_OP = 'UPDATE' AND NEW.last = OLD.last + 1
        AND (NEW.business_id, NEW.series) = (OLD.business_id, OLD.series)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'numbers run without gaps' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER numbers_run BEFORE INSERT OR UPDATE ON document_numbers FOR EACH ROW EXECUTE FUNCTION numbers_run();

-- What somebody signed, and that he did, stays as well.
CREATE FUNCTION signings_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{seq,head}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status NOT IN ('sent', 'viewed') AND to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving
        OR NEW.seq < OLD.seq OR (NEW.business_id, NEW.document_id) <> (OLD.business_id, OLD.document_id)
    THEN
        RAISE EXCEPTION 'signing % is over: it does not change', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signings_stay BEFORE UPDATE OR DELETE ON signings FOR EACH ROW EXECUTE FUNCTION signings_stay();

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['document_files', 'document_payments', 'document_template_versions', 'signing_events'] LOOP
        EXECUTE format('CREATE TRIGGER rows_stay BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION rows_stay()', t);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER rows_stay', t);
        EXECUTE format('CREATE TRIGGER rows_are_kept BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION rows_stay()', t);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER rows_are_kept', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['document_numbers', 'signings'] LOOP
        EXECUTE format('CREATE TRIGGER rows_are_kept BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION rows_stay()', t);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER rows_are_kept', t);
    END LOOP;
END $$;
CREATE TRIGGER numbers_are_kept BEFORE DELETE ON document_numbers FOR EACH ROW EXECUTE FUNCTION rows_stay();
ALTER TABLE document_numbers ENABLE ALWAYS TRIGGER numbers_are_kept, ENABLE ALWAYS TRIGGER numbers_run;
ALTER TABLE documents ENABLE ALWAYS TRIGGER documents_stay, ENABLE ALWAYS TRIGGER documents_are_kept;
ALTER TABLE signings ENABLE ALWAYS TRIGGER signings_stay;

CALL keep_apart('document_settings', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('document_templates', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('document_template_versions', 'business_id', 'SELECT, INSERT');
CALL keep_apart('document_numbers', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('documents', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL keep_apart('document_files', 'business_id', 'SELECT, INSERT');
CALL keep_apart('document_payments', 'business_id', 'SELECT, INSERT');
CALL keep_apart('signings', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('signing_keys', 'business_id', 'SELECT, INSERT, DELETE');
CALL keep_apart('signing_events', 'business_id', 'SELECT, INSERT');
