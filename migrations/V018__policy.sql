-- What may go out to whom: what customers agreed to, what they want no more of, and when a business is quiet.

-- Null: what `domain::policy` begins with.
ALTER TABLE businesses ADD COLUMN quiet jsonb;

ALTER TABLE customers
    ADD COLUMN do_not_call_at timestamptz,
    -- When the registry of those who want no calls was last looked into for this customer.
    ADD COLUMN registry_checked_at timestamptz;

-- The ledger: a consent is added and revoked, and nothing else of it ever changes; it has to be proven years later.
CREATE TABLE consents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    customer_id bigint NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('reply', 'service', 'marketing')),
    means text NOT NULL CHECK (means IN ('call', 'automatic_call', 'whatsapp', 'sms', 'email')),
    -- Which wording was agreed to, and how that is proven: a call, a form, a letter.
    text_version text NOT NULL,
    evidence text NOT NULL,
    given_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    recorded_by bigint,
    revoked_by bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, id),
    CHECK (expires_at IS NULL OR expires_at > given_at),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE INDEX consents_of_customer ON consents (business_id, customer_id, id);

CREATE FUNCTION consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL
       OR to_jsonb(NEW) - '{revoked_at,revoked_by}'::text[] <> to_jsonb(OLD) - '{revoked_at,revoked_by}'::text[] THEN
        RAISE EXCEPTION 'a consent is revoked once and otherwise never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consents_stay BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION consents_stay();

-- Who wants nothing more by some means, however it was said: a reply, a link, a person who noted it.
CREATE TABLE opt_outs (
    business_id bigint NOT NULL REFERENCES businesses,
    customer_id bigint NOT NULL,
    means text NOT NULL CHECK (means IN ('call', 'automatic_call', 'whatsapp', 'sms', 'email')),
    at timestamptz NOT NULL DEFAULT now(),
    evidence text NOT NULL DEFAULT '',
    PRIMARY KEY (business_id, customer_id, means),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);

CALL keep_apart('consents', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('opt_outs', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
