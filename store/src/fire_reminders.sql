-- The only gate: a reminder rings because this statement took it, and it takes each ring once. Whoever is concerned is
-- told in the same commit; more than five at once are one digest. It takes whatever is due, not only what was asked
-- for: so that what comes due at one moment is told as one.
WITH picked AS (
    SELECT r.id FROM reminders r
    WHERE r.state IN ('pending', 'snoozed') AND r.remind_at <= now()
    ORDER BY r.remind_at, r.id LIMIT $1 FOR UPDATE SKIP LOCKED
), fired AS (
    UPDATE reminders r
    SET state = 'fired', fired_at = now(), rings = r.rings + 1, seen_at = NULL, acknowledged_at = NULL, acknowledged_by = NULL,
        push_at = now() + interval '5 seconds', push_stage = 0
    FROM picked WHERE r.id = picked.id
    RETURNING r.*
), concerned AS (
    SELECT f.business_id, u.user_id, reminder_told(f::reminders) AS data,
           row_number() OVER w AS place, count(*) OVER (PARTITION BY f.business_id, u.user_id) AS many
    FROM fired f JOIN tasks t ON t.business_id = f.business_id AND t.id = f.task_id
    -- As `concerned` in V015, joined rather than called: a call for each costs more than all else together.
    CROSS JOIN LATERAL (
        SELECT m.user_id FROM memberships m WHERE m.business_id = t.business_id AND m.user_id = t.assignee AND m.active
        UNION ALL
        SELECT m.user_id FROM memberships m WHERE t.assignee IS NULL AND m.business_id = t.business_id AND m.active
    ) AS u
    WINDOW w AS (PARTITION BY f.business_id, u.user_id ORDER BY f.remind_at, f.id)
), news AS (
    SELECT business_id, user_id, place, many, 'task:due' AS kind, data FROM concerned WHERE many <= 5
    UNION ALL
    SELECT business_id, user_id, 1, 1, 'task:digest',
           json_build_object('count', max(many), 'tasks', json_agg(data ORDER BY place) FILTER (WHERE place <= 20))
    FROM concerned WHERE many > 5 GROUP BY business_id, user_id
), moved AS (
    INSERT INTO user_streams AS s (business_id, user_id, seq)
    SELECT business_id, user_id, count(*) FROM news GROUP BY business_id, user_id ORDER BY business_id, user_id
    ON CONFLICT (business_id, user_id) DO UPDATE SET seq = s.seq + EXCLUDED.seq
    RETURNING s.business_id, s.user_id, s.epoch, s.seq
), written AS (
    INSERT INTO user_events (business_id, user_id, seq, kind, data)
    SELECT n.business_id, n.user_id, m.seq - n.many + n.place, n.kind, n.data
    FROM news n JOIN moved m ON m.business_id = n.business_id AND m.user_id = n.user_id
    RETURNING business_id, user_id, seq, at, kind, data
)
SELECT w.business_id, w.user_id, m.epoch, w.seq, w.at, w.kind, w.data::text
FROM written w JOIN moved m ON m.business_id = w.business_id AND m.user_id = w.user_id
ORDER BY w.business_id, w.user_id, w.seq
