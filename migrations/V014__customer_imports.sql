-- Customers that come in a file: every line is kept as it came, with what became of it, so that all of it can be taken back.

CREATE TABLE customer_imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    by_user bigint,
    address text NOT NULL DEFAULT '',
    request_id text NOT NULL DEFAULT '',
    file text NOT NULL,
    columns text[] NOT NULL,
    rows integer NOT NULL,
    -- Which column is what; none until it is run.
    mapping jsonb,
    state text NOT NULL DEFAULT 'uploaded' CHECK (state IN ('uploaded', 'running', 'done', 'reverting', 'reverted')),
    -- Lines that have been worked on, and what became of them.
    done integer NOT NULL DEFAULT 0,
    made integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    -- Customers that were taken back, and those that were not because somebody has worked with them since.
    reverted integer NOT NULL DEFAULT 0,
    kept integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    lease_until timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, id)
);
CREATE INDEX imports_of_business ON customer_imports (business_id, id DESC);
CREATE INDEX imports_to_do ON customer_imports (lease_until) WHERE state IN ('running', 'reverting');

CREATE TABLE customer_import_rows (
    business_id bigint NOT NULL,
    import_id bigint NOT NULL,
    -- The line in the file, the head being the first.
    line integer NOT NULL,
    cells jsonb NOT NULL,
    -- What is wrong with it, and in which column.
    error text,
    field text,
    customer_id bigint,
    PRIMARY KEY (business_id, import_id, line),
    FOREIGN KEY (business_id, import_id) REFERENCES customer_imports (business_id, id)
);
CREATE INDEX import_errors ON customer_import_rows (business_id, import_id, line) WHERE error IS NOT NULL;

CALL keep_apart('customer_imports', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('customer_import_rows', 'business_id', 'SELECT, INSERT, UPDATE');
