-- A task that is taken back from done, or changed while its reminder is put off, keeps what was told and what was decided.
-- As V011, but for the parts that say so.

-- See V011: reminders follow their task, whoever writes it.
CREATE OR REPLACE FUNCTION reminders_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'open' THEN
        UPDATE reminders r SET state = 'done', push_at = NULL
        WHERE r.task_id = NEW.id AND r.state IN ('pending', 'fired', 'snoozed');
        -- Another moment meanwhile: what was put off before counts no more.
        IF OLD.due_at <> NEW.due_at THEN
            UPDATE reminders r SET remind_at = NEW.due_at - r.before_s * interval '1 second'
            WHERE r.task_id = NEW.id AND r.state = 'done';
        END IF;
        RETURN NULL;
    END IF;
    DELETE FROM reminders r WHERE r.task_id = NEW.id AND r.before_s <> ALL (NEW.remind_before);
    -- Undone. What was put off comes when it was to come. What rang some minutes ago stays quiet: whoever takes "done" back
    -- has just had it before his eyes, and a second ring with its sound, on every page and every device, would tell nobody
    -- anything; the task is among the overdue ones of the bell again. All else rings: it was never told, or is forgotten.
    IF OLD.state <> 'open' AND OLD.due_at = NEW.due_at THEN
        UPDATE reminders r SET state = 'acknowledged', acknowledged_at = OLD.completed_at, acknowledged_by = OLD.completed_by
        WHERE r.task_id = NEW.id AND r.state = 'done' AND r.fired_at >= r.remind_at AND r.fired_at > now() - interval '10 minutes';
        UPDATE reminders r SET state = 'snoozed'
        WHERE r.task_id = NEW.id AND r.state = 'done' AND r.remind_at > now()
          AND r.remind_at <> NEW.due_at - r.before_s * interval '1 second';
    END IF;
    INSERT INTO reminders AS r (business_id, task_id, before_s, remind_at)
    SELECT NEW.business_id, NEW.id, s, NEW.due_at - s * interval '1 second' FROM unnest(NEW.remind_before) AS s
    ON CONFLICT (task_id, before_s) DO UPDATE
        SET remind_at = EXCLUDED.remind_at, state = 'pending', push_at = NULL, acknowledged_at = NULL, acknowledged_by = NULL
        -- What was put off has another moment than the task, and keeps it when something else is changed.
        WHERE r.state = 'done' OR OLD.due_at <> NEW.due_at;
    RETURN NULL;
END $$;

-- See V011. Two branches, so that each is found by an index.
CREATE OR REPLACE FUNCTION concerned(b bigint, assignee bigint) RETURNS bigint[] LANGUAGE sql STABLE
    RETURN ARRAY(SELECT m.user_id FROM memberships m WHERE m.business_id = b AND m.active AND m.user_id = assignee
                 UNION ALL
                 SELECT m.user_id FROM memberships m WHERE m.business_id = b AND m.active AND assignee IS NULL ORDER BY 1);

-- See V011. The number is the one that is called: the first of its kind.
CREATE OR REPLACE FUNCTION reminder_told(r reminders) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'reminder_id', r.id, 'task_id', t.id, 'title', t.title, 'notes', left(t.notes, 500), 'channel', t.channel,
        'priority', t.priority, 'due_at', t.due_at, 'remind_at', r.remind_at,
        'late_s', GREATEST(0, floor(extract(epoch FROM r.fired_at - r.remind_at)))::bigint,
        'rings', r.rings, 'snooze_count', r.snooze_count, 'assignee', t.assignee, 'call_id', t.call_sid,
        'modal', r.channel = 'modal',
        'customer', CASE WHEN c.id IS NOT NULL THEN json_build_object('id', c.id, 'name', c.name, 'phone',
            (SELECT i.value FROM customer_identities i
             WHERE i.business_id = c.business_id AND i.customer_id = c.id AND i.kind = 'phone' AND i.is_primary)) END)
    FROM tasks t LEFT JOIN customers c ON c.business_id = t.business_id AND c.id = t.customer_id
    WHERE t.business_id = r.business_id AND t.id = r.task_id
$$;
