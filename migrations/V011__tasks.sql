-- Tasks as people work with them, their reminders, and what each person is told of.

ALTER TABLE tasks
    ADD COLUMN assignee bigint,
    ADD COLUMN priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    -- Seconds before it is due at which it reminds; none: never.
    ADD COLUMN remind_before integer[] NOT NULL DEFAULT '{0}' CHECK (cardinality(remind_before) <= 5 AND 0 <= ALL (remind_before)),
    ADD COLUMN created_by bigint,
    ADD COLUMN completed_at timestamptz,
    ADD COLUMN completed_by bigint,
    ADD COLUMN version bigint NOT NULL DEFAULT 1,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN repeats text CHECK (repeats IN ('daily', 'weekly', 'monthly')),
    -- A series counts from what the clock on the wall showed the first time: a daily 08:00 stays at 08:00.
    ADD COLUMN first_local timestamp CHECK (repeats IS NULL OR first_local IS NOT NULL),
    ADD COLUMN series bigint,
    ADD COLUMN occurrence integer NOT NULL DEFAULT 0,
    -- Whether the next one of the series has been made.
    ADD COLUMN continued boolean NOT NULL DEFAULT false,
    ADD CHECK (state IN ('open', 'done', 'canceled')),
    ADD UNIQUE (business_id, id),
    -- Who leaves a business leaves his tasks to everybody in it.
    ADD FOREIGN KEY (business_id, assignee) REFERENCES memberships (business_id, user_id) ON DELETE SET NULL (assignee);
DROP INDEX tasks_due;
CREATE INDEX tasks_open ON tasks (business_id, due_at) WHERE state = 'open';
CREATE INDEX tasks_by_time ON tasks (business_id, due_at, id);
CREATE INDEX tasks_of_customer ON tasks (business_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX tasks_to_continue ON tasks (due_at) WHERE repeats IS NOT NULL AND NOT continued;

-- When a task rings. A reminder is claimed by one statement (`store/src/reminders.rs`), and nothing else makes it ring.
CREATE TABLE reminders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL,
    task_id bigint NOT NULL,
    before_s integer NOT NULL,
    remind_at timestamptz NOT NULL,
    channel text NOT NULL DEFAULT 'modal' CHECK (channel IN ('modal', 'push')),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'fired', 'acknowledged', 'snoozed', 'done')),
    rings integer NOT NULL DEFAULT 0,
    fired_at timestamptz,
    -- A tab in sight has shown it.
    seen_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by bigint,
    snooze_count integer NOT NULL DEFAULT 0,
    -- When it is pushed to closed tabs, and how often it has been for this ring.
    push_at timestamptz,
    push_stage smallint NOT NULL DEFAULT 0,
    UNIQUE (task_id, before_s),
    FOREIGN KEY (business_id, task_id) REFERENCES tasks (business_id, id) ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX reminders_ahead ON reminders (remind_at) WHERE state IN ('pending', 'snoozed');
CREATE INDEX reminders_ringing ON reminders (business_id, task_id) WHERE state = 'fired';
CREATE INDEX reminders_to_push ON reminders (push_at) WHERE state = 'fired' AND push_at IS NOT NULL;

-- Whoever writes a task, a page or the end of a call, its reminders follow in the same transaction.
CREATE FUNCTION reminders_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'open' THEN
        UPDATE reminders r SET state = 'done', push_at = NULL
        WHERE r.task_id = NEW.id AND r.state IN ('pending', 'fired', 'snoozed');
        RETURN NULL;
    END IF;
    DELETE FROM reminders r WHERE r.task_id = NEW.id AND r.before_s <> ALL (NEW.remind_before);
    INSERT INTO reminders AS r (business_id, task_id, before_s, remind_at)
    SELECT NEW.business_id, NEW.id, s, NEW.due_at - s * interval '1 second' FROM unnest(NEW.remind_before) AS s
    ON CONFLICT (task_id, before_s) DO UPDATE
        SET remind_at = EXCLUDED.remind_at, state = 'pending', push_at = NULL, acknowledged_at = NULL, acknowledged_by = NULL
        WHERE r.remind_at <> EXCLUDED.remind_at AND r.state <> 'snoozed' OR r.state = 'done'
           OR OLD.due_at <> NEW.due_at;
    RETURN NULL;
END $$;
CREATE TRIGGER reminders_follow AFTER INSERT OR UPDATE OF state, due_at, remind_before ON tasks
    FOR EACH ROW EXECUTE FUNCTION reminders_follow();
INSERT INTO reminders (business_id, task_id, before_s, remind_at)
SELECT business_id, id, 0, due_at FROM tasks WHERE state = 'open' AND due_at > now() - interval '1 day';

-- What each person is told, per business: numbered without gaps in the order of commits, because the number is taken
-- under the row's lock in the transaction of the cause. Another epoch: the numbers began anew, and nothing can be resumed.
CREATE TABLE user_streams (
    business_id bigint NOT NULL,
    user_id bigint NOT NULL,
    epoch bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    seq bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (business_id, user_id)
) WITH (fillfactor = 70);
CREATE TABLE user_events (
    business_id bigint NOT NULL,
    user_id bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (business_id, user_id, seq)
);
CREATE INDEX user_events_by_time ON user_events (at);

-- Tells these people one thing; the numbers that it got.
CREATE FUNCTION tell(b bigint, whom bigint[], what text, told json)
RETURNS TABLE (told_user bigint, told_epoch bigint, told_seq bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR told_user IN SELECT DISTINCT w FROM unnest(whom) AS w ORDER BY w LOOP
        INSERT INTO user_streams AS s (business_id, user_id, seq) VALUES (b, told_user, 1)
        ON CONFLICT (business_id, user_id) DO UPDATE SET seq = s.seq + 1
        RETURNING s.epoch, s.seq INTO told_epoch, told_seq;
        INSERT INTO user_events (business_id, user_id, seq, kind, data) VALUES (b, told_user, told_seq, what, told);
        RETURN NEXT;
    END LOOP;
END $$;

-- Whom a task concerns: its assignee, or everybody when it has none.
CREATE FUNCTION concerned(b bigint, assignee bigint) RETURNS bigint[] LANGUAGE sql STABLE
    RETURN ARRAY(SELECT m.user_id FROM memberships m
                 WHERE m.business_id = b AND m.active AND (assignee IS NULL OR m.user_id = assignee) ORDER BY 1);

-- A ringing reminder with its task, as people are told of it.
CREATE FUNCTION reminder_told(r reminders) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'reminder_id', r.id, 'task_id', t.id, 'title', t.title, 'notes', left(t.notes, 500), 'channel', t.channel,
        'priority', t.priority, 'due_at', t.due_at, 'remind_at', r.remind_at,
        'late_s', GREATEST(0, floor(extract(epoch FROM r.fired_at - r.remind_at)))::bigint,
        'rings', r.rings, 'snooze_count', r.snooze_count, 'assignee', t.assignee, 'call_id', t.call_sid,
        'modal', r.channel = 'modal',
        'customer', CASE WHEN c.id IS NOT NULL THEN json_build_object('id', c.id, 'name', c.name, 'phone',
            (SELECT i.value FROM customer_identities i
             WHERE i.business_id = c.business_id AND i.customer_id = c.id AND i.kind = 'phone' ORDER BY i.value LIMIT 1)) END)
    FROM tasks t LEFT JOIN customers c ON c.business_id = t.business_id AND c.id = t.customer_id
    WHERE t.business_id = r.business_id AND t.id = r.task_id
$$;
CREATE INDEX identities_of_customer ON customer_identities (business_id, customer_id);

CALL keep_apart('reminders', 'business_id', 'SELECT, INSERT, UPDATE, DELETE');
CALL keep_apart('user_streams', 'business_id', 'SELECT, INSERT, UPDATE');
CALL keep_apart('user_events', 'business_id', 'SELECT, INSERT');
