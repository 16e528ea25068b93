-- Browsers that are told of reminders when no tab is open, and the pushes to them.

-- A browser belongs to who is logged in there: it can be of one person in several businesses.
CREATE TABLE push_subscriptions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    user_id bigint NOT NULL REFERENCES users,
    endpoint text NOT NULL CHECK (octet_length(endpoint) <= 2000),
    p256dh bytea NOT NULL CHECK (octet_length(p256dh) = 65),
    auth bytea NOT NULL CHECK (octet_length(auth) = 16),
    user_agent text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    last_ok_at timestamptz,
    -- Refusals since the last push that was taken.
    fail_count integer NOT NULL DEFAULT 0,
    -- Its push service asked to be left alone until then.
    wait_until timestamptz,
    UNIQUE (business_id, user_id, endpoint)
);
CREATE INDEX push_subscriptions_by_endpoint ON push_subscriptions (endpoint);

CREATE TABLE notification_preferences (
    business_id bigint NOT NULL REFERENCES businesses,
    user_id bigint NOT NULL REFERENCES users,
    -- By the clock of the business's zone; from 22:00 to 07:00 goes over midnight.
    quiet_from time,
    quiet_to time,
    sound boolean NOT NULL DEFAULT true,
    PRIMARY KEY (business_id, user_id),
    CHECK (num_nulls(quiet_from, quiet_to) <> 1 AND quiet_from <> quiet_to)
);

-- What is to be sent: a row for each browser and ring and stage. It says what about; the words are made when it is sent.
CREATE TABLE pushes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    user_id bigint NOT NULL,
    subscription_id bigint NOT NULL REFERENCES push_subscriptions ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('due', 'digest', 'test')),
    -- 'due': which, and the how-manieth ring of it.
    reminder_id bigint CHECK ((reminder_id IS NOT NULL) = (kind = 'due')),
    ring integer NOT NULL DEFAULT 0,
    -- What it is about and how often it has been said: a second planner makes nothing.
    key text NOT NULL,
    -- In the browser a later one of a topic takes the place of the earlier one.
    topic text NOT NULL CHECK (topic ~ '^[A-Za-z0-9_-]{1,32}$'),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'answered', 'replaced', 'refused', 'given_up')),
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    not_before timestamptz NOT NULL DEFAULT now(),
    attempt smallint NOT NULL DEFAULT 0,
    claim_no integer NOT NULL DEFAULT 0,
    lease_node text,
    lease_incarnation text,
    lease_until timestamptz,
    ended_at timestamptz,
    UNIQUE (subscription_id, key)
) WITH (fillfactor = 80);
CREATE INDEX pushes_to_send ON pushes (not_before) WHERE state = 'waiting';
CREATE INDEX pushes_of_topic ON pushes (subscription_id, topic) WHERE state = 'waiting';
CREATE INDEX pushes_ended ON pushes (ended_at) WHERE state <> 'waiting';

-- Reminders of people who don't want to be woken, until when they don't.
CREATE TABLE quiet_reminders (
    business_id bigint NOT NULL,
    user_id bigint NOT NULL,
    reminder_id bigint NOT NULL REFERENCES reminders ON DELETE CASCADE,
    ring integer NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (reminder_id, user_id)
);
CREATE INDEX quiet_reminders_ending ON quiet_reminders (until);

-- When somebody's quiet hours end; null when it isn't quiet. A zone that this server doesn't know has no night.
CREATE FUNCTION quiet_until(at timestamptz, zone text, quiet_from time, quiet_to time) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
    over_midnight boolean := quiet_from > quiet_to;
    wall timestamp;
    ends timestamptz;
BEGIN
    wall := at AT TIME ZONE zone;
    IF over_midnight AND wall::time >= quiet_from THEN
        ends := (wall::date + 1 + quiet_to) AT TIME ZONE zone;
    ELSIF wall::time < quiet_to AND (over_midnight OR wall::time >= quiet_from) THEN
        ends := (wall::date + quiet_to) AT TIME ZONE zone;
    END IF;
    RETURN CASE WHEN ends > at THEN ends END;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN NULL;
END $$;

CALL keep_apart('push_subscriptions', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL keep_apart('notification_preferences', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('pushes', 'business_id', 'SELECT, INSERT');
CALL keep_apart('quiet_reminders', 'business_id', 'SELECT');
