-- Businesses, calls, recordings and what follows from them.
-- Every row that belongs to a business carries business_id.

CREATE TABLE media (
    sha256 bytea PRIMARY KEY,
    mime text NOT NULL,
    millis integer NOT NULL,
    bytes bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- Sound does not shrink: trying to costs processor time on every reply.
ALTER TABLE media ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE businesses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    active boolean NOT NULL DEFAULT true,
    time_zone text NOT NULL DEFAULT 'Asia/Jerusalem',
    voice text NOT NULL DEFAULT '',
    script text NOT NULL,
    greeting bytea REFERENCES media,
    turn_limit smallint NOT NULL DEFAULT 12 CHECK (turn_limit > 0),
    on_failure text NOT NULL DEFAULT 'message' CHECK (on_failure IN ('message', 'transfer', 'hang_up')),
    transfer_to text CHECK (on_failure <> 'transfer' OR transfer_to IS NOT NULL),
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE phone_numbers (
    number text PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses
);

-- One notice per change of a business or a number: engines hold them in memory.
-- These tables change by a person's hand, so NOTIFY is far from any hot transaction.
CREATE FUNCTION directory_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY directory;
    RETURN NULL;
END $$;
CREATE TRIGGER directory_changed AFTER INSERT OR UPDATE OR DELETE ON businesses
    FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();
CREATE TRIGGER directory_changed AFTER INSERT OR UPDATE OR DELETE ON phone_numbers
    FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

-- Every webhook event, once, by its natural key; the answer given first is the answer for ever.
CREATE TABLE webhook_events (
    natural_key text PRIMARY KEY,
    kind text NOT NULL,
    call_sid text NOT NULL,
    form text NOT NULL,
    answer text NOT NULL,
    request_id text NOT NULL,
    deliveries integer NOT NULL DEFAULT 1,
    received_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 90);

CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    name text NOT NULL DEFAULT '',
    details jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE customer_identities (
    business_id bigint NOT NULL REFERENCES businesses,
    kind text NOT NULL CHECK (kind IN ('phone', 'email', 'whatsapp')),
    value text NOT NULL,
    customer_id bigint NOT NULL REFERENCES customers,
    PRIMARY KEY (business_id, kind, value)
);

-- No foreign keys on what a webhook writes: each would lock one and the same business row per call.
CREATE TABLE calls (
    call_sid text PRIMARY KEY,
    business_id bigint,
    caller text NOT NULL DEFAULT '',
    called text NOT NULL DEFAULT '',
    direction text NOT NULL DEFAULT 'inbound',
    status_rank smallint NOT NULL DEFAULT 0,
    duration_s integer,
    started_at timestamptz NOT NULL DEFAULT now(),
    last_event_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    dialogue jsonb,
    dialogue_turn smallint NOT NULL DEFAULT 0,
    -- The wrap-up (summary, customer, tasks): once per call, fenced by its claim.
    wrapped_at timestamptz,
    wrap_claim integer NOT NULL DEFAULT 0,
    wrap_lease_until timestamptz,
    wrap_node text,
    wrap_incarnation text,
    summary text,
    intent text,
    details jsonb,
    customer_id bigint REFERENCES customers
) WITH (fillfactor = 80);
CREATE INDEX calls_to_wrap ON calls (started_at) WHERE wrapped_at IS NULL;
CREATE INDEX calls_over ON calls (ended_at) WHERE wrapped_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX calls_by_business ON calls (business_id, started_at);

-- A recording is a row, and the row is the work: each stage fills its columns once.
CREATE TABLE recordings (
    recording_sid text PRIMARY KEY,
    call_sid text NOT NULL,
    business_id bigint,
    turn smallint NOT NULL,
    purpose text NOT NULL DEFAULT 'turn' CHECK (purpose IN ('turn', 'message')),
    state text NOT NULL DEFAULT 'received' CHECK (state IN
        ('received', 'downloaded', 'validated', 'transcribed', 'replied', 'synthesised', 'done', 'rejected', 'dead')),
    request_id text NOT NULL DEFAULT '',
    carrier_seconds integer,
    received_at timestamptz NOT NULL DEFAULT now(),
    -- downloaded
    audio bytea,
    downloaded_ms integer,
    -- validated
    audio_ms integer,
    speech_ms integer,
    -- transcribed
    transcript text,
    transcribed_by text,
    transcribed_ms integer,
    -- replied
    reply text,
    reply_then text,
    understood boolean,
    intent text,
    replied_by text,
    replied_ms integer,
    -- synthesised
    reply_audio bytea,
    synthesised_by text,
    synthesised_ms integer,
    -- ended
    finished_at timestamptz,
    reason text,
    -- what the caller was told after this turn: the first answer stands
    answer text,
    answered_at timestamptz,
    -- the lease: claim_no is the fence, attempt only the budget
    attempt smallint NOT NULL DEFAULT 0,
    claim_no integer NOT NULL DEFAULT 0,
    lease_node text,
    lease_incarnation text,
    lease_until timestamptz,
    next_run_at timestamptz NOT NULL DEFAULT now(),
    errors jsonb NOT NULL DEFAULT '[]'
) WITH (fillfactor = 60);
CREATE INDEX recordings_to_do ON recordings (received_at) WHERE finished_at IS NULL;
CREATE INDEX recordings_of_call ON recordings (call_sid, turn);

-- The same sentence in the same voice is synthesised once.
CREATE TABLE speech_cache (
    key bytea PRIMARY KEY,
    audio bytea NOT NULL REFERENCES media,
    made_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tasks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    customer_id bigint REFERENCES customers,
    call_sid text,
    title text NOT NULL,
    notes text NOT NULL DEFAULT '',
    channel text NOT NULL CHECK (channel IN ('call', 'whatsapp', 'meeting')),
    source text NOT NULL CHECK (source IN ('person', 'call', 'rule')),
    state text NOT NULL DEFAULT 'open',
    due_at timestamptz NOT NULL,
    -- "<call sid>:<ordinal>" for what a call promised: a promise becomes one task.
    effect_key text UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tasks_due ON tasks (business_id, due_at);

CREATE TABLE timeline (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    customer_id bigint REFERENCES customers,
    kind text NOT NULL,
    ts timestamptz NOT NULL,
    ref text NOT NULL,
    title text NOT NULL,
    meta jsonb NOT NULL DEFAULT '{}',
    UNIQUE (business_id, kind, ref)
);
CREATE INDEX timeline_of_customer ON timeline (customer_id, ts DESC);

-- Engines that hold leases. An engine frees the leases of its own earlier life at start.
CREATE TABLE nodes (
    node text PRIMARY KEY,
    incarnation text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
);
