-- People, what they are in which business, and how they prove it. Only hashes of secrets are kept.

CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    -- argon2id, in PHC form; empty: nobody can log in with a password yet.
    password_hash text NOT NULL DEFAULT '',
    admin boolean NOT NULL DEFAULT false,
    active boolean NOT NULL DEFAULT true,
    locale text NOT NULL DEFAULT 'he' CHECK (locale IN ('he', 'en')),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE memberships (
    business_id bigint NOT NULL REFERENCES businesses,
    user_id bigint NOT NULL REFERENCES users,
    role text NOT NULL CHECK (role IN ('manager', 'agent')),
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (business_id, user_id)
);
CREATE INDEX memberships_of_user ON memberships (user_id);

-- A browser's log-in: the family of its refresh tokens. A token is the id, the counter and an HMAC of both
-- under the session's key, so the successor can be computed again and no token is kept.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users,
    key bytea NOT NULL,
    counter integer NOT NULL DEFAULT 1,
    rotated_at timestamptz NOT NULL DEFAULT now(),
    -- The business that the person looks at.
    business_id bigint REFERENCES businesses,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    end_reason text,
    address text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_of_user ON sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE invitations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('manager', 'agent')),
    token_hash bytea NOT NULL UNIQUE,
    invited_by bigint REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX invitations_of_business ON invitations (business_id, created_at DESC);

CREATE TABLE password_resets (
    token_hash bytea PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

-- For programs. A token acts for its person, in one business, with a role no higher than the person's.
CREATE TABLE api_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users,
    business_id bigint NOT NULL REFERENCES businesses,
    role text NOT NULL CHECK (role IN ('manager', 'agent')),
    name text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);

-- Proof for one WebSocket, used once.
CREATE TABLE tickets (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions,
    expires_at timestamptz NOT NULL
);

-- Attempts, as the moment at which they will have been paid for (GCRA): the same on every replica.
CREATE TABLE throttles (
    key text PRIMARY KEY,
    tat timestamptz NOT NULL
);

CALL keep_apart('memberships', 'business_id', 'SELECT');
CALL keep_apart('invitations', 'business_id', 'SELECT');
-- A session or a token belongs to a person, who may be of several businesses: the engine's alone.
CALL keep_apart('sessions', 'business_id', 'SELECT');
CALL keep_apart('api_tokens', 'business_id', 'SELECT');
REVOKE SELECT ON sessions, api_tokens FROM al_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON users, password_resets, tickets, throttles TO al_engine;
