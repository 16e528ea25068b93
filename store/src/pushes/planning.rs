//! From reminders that ring and that nobody has answered to pushes: one statement, so that two engines never plan the
//! same stage and a kill leaves it planned or not begun.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::recordings::Worker;
use crate::streams::Person;

/// What a round of planning did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Reminders that were looked at; as many as the limit: there may be more.
    pub reminders: i64,
    /// Pushes that were made.
    pub pushes: i64,
}

/// More than so many for one person at once are one push.
const AT_ONCE: i64 = 5;

/// Everybody concerned who has a browser is told, or, in his quiet hours, when they end; the reminder moves to its next
/// stage. When it is quiet for all of them, the stage waits for the first who wakes. What rang for a day unheard is let be.
const PLAN: &str = "
    WITH due AS MATERIALIZED (
        SELECT id, business_id, task_id, rings, push_stage, fired_at FROM reminders
        WHERE state = 'fired' AND push_at <= now() ORDER BY push_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), whom AS MATERIALIZED (
        -- Whom `concerned` names, without going through everybody for a task that is somebody's.
        SELECT d.id, d.business_id, d.task_id, d.rings, d.push_stage, who.user_id, t.priority, b.time_zone
        FROM due d
        JOIN tasks t ON t.id = d.task_id
        JOIN businesses b ON b.id = d.business_id AND b.active AND b.deleted_at IS NULL
        CROSS JOIN LATERAL (
            SELECT m.user_id FROM memberships m WHERE m.business_id = d.business_id AND m.user_id = t.assignee AND m.active
            UNION ALL
            SELECT m.user_id FROM memberships m WHERE t.assignee IS NULL AND m.business_id = d.business_id AND m.active
        ) who
        WHERE d.fired_at > now() - interval '1 day'
    ), concerning AS MATERIALIZED (
        SELECT w.id, w.business_id, w.task_id, w.rings, w.push_stage, w.user_id,
               CASE WHEN w.priority <> 'urgent' AND q.quiet_from IS NOT NULL
                    THEN quiet_until(now(), w.time_zone, q.quiet_from, q.quiet_to) END AS until
        FROM whom w
        JOIN users u ON u.id = w.user_id AND u.active
        LEFT JOIN notification_preferences q ON q.business_id = w.business_id AND q.user_id = w.user_id
        -- OFFSET: looked up for each, whatever the planner thinks of how many there are.
        WHERE EXISTS (SELECT FROM push_subscriptions s WHERE s.business_id = w.business_id AND s.user_id = w.user_id OFFSET 0)
    ), asleep AS MATERIALIZED (
        SELECT id, min(until) AS until FROM concerning GROUP BY id HAVING bool_and(until IS NOT NULL)
    ), moved AS (
        UPDATE reminders r
        SET push_at = CASE WHEN d.fired_at <= now() - interval '1 day' THEN NULL ELSE COALESCE(a.until, now() +
                      CASE d.push_stage WHEN 0 THEN interval '60 seconds' WHEN 1 THEN interval '5 minutes'
                                        WHEN 2 THEN interval '30 minutes' END) END,
            push_stage = d.push_stage + CASE WHEN a.until IS NULL THEN 1 ELSE 0 END
        FROM due d LEFT JOIN asleep a ON a.id = d.id WHERE r.id = d.id
    ), woken AS MATERIALIZED (
        DELETE FROM quiet_reminders q USING (
            SELECT reminder_id, user_id FROM quiet_reminders WHERE until <= now() ORDER BY until LIMIT $1
            FOR UPDATE SKIP LOCKED
        ) w WHERE q.reminder_id = w.reminder_id AND q.user_id = w.user_id
        RETURNING q.business_id, q.user_id, q.reminder_id, q.ring
    ), slept AS (
        INSERT INTO quiet_reminders AS q (business_id, user_id, reminder_id, ring, until)
        SELECT c.business_id, c.user_id, c.id, c.rings, c.until FROM concerning c
        WHERE c.until IS NOT NULL AND NOT EXISTS (SELECT FROM asleep a WHERE a.id = c.id)
          AND NOT EXISTS (SELECT FROM woken w WHERE w.reminder_id = c.id AND w.user_id = c.user_id)
        ON CONFLICT (reminder_id, user_id) DO UPDATE SET ring = EXCLUDED.ring, until = EXCLUDED.until
    ), told AS (
        SELECT DISTINCT ON (business_id, user_id, id) *, count(*) OVER (PARTITION BY business_id, user_id) AS n FROM (
            SELECT business_id, user_id, id, task_id, rings, push_stage FROM concerning WHERE until IS NULL
            UNION ALL
            SELECT w.business_id, w.user_id, w.reminder_id, r.task_id, w.ring, -1 FROM woken w
            JOIN reminders r ON r.id = w.reminder_id AND r.state = 'fired' AND r.rings = w.ring
        ) AS e ORDER BY business_id, user_id, id, push_stage DESC
    ), said AS MATERIALIZED (
        SELECT business_id, user_id, 'due' AS kind, id AS reminder_id, rings AS ring,
               format('due:%s:%s:%s', id, rings, push_stage) AS key, 'task-' || task_id AS topic
        FROM told WHERE n <= $2
        UNION ALL
        SELECT business_id, user_id, 'digest', NULL, 0,
               'digest:' || md5(string_agg(format('%s:%s:%s', id, rings, push_stage), ',' ORDER BY id)), 'digest-' || business_id
        FROM told WHERE n > $2 GROUP BY business_id, user_id
    ), made AS (
        INSERT INTO pushes (business_id, user_id, subscription_id, kind, reminder_id, ring, key, topic)
        SELECT said.business_id, said.user_id, s.id, said.kind, said.reminder_id, said.ring, said.key, said.topic
        FROM said JOIN push_subscriptions s ON s.business_id = said.business_id AND s.user_id = said.user_id
        ON CONFLICT (subscription_id, key) DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM due) + (SELECT count(*) FROM woken), (SELECT count(*) FROM made)";

/// What has just rung for one of these people, and for nobody else, who would be told by a push. Only while no other engine
/// lives: of the pages that are open there this one knows nothing.
const NOW: &str = "
    UPDATE reminders r SET push_at = now()
    FROM tasks t JOIN unnest($1::bigint[], $2::bigint[]) AS a(b, u) ON t.business_id = a.b AND t.assignee = a.u
    WHERE t.id = r.task_id AND r.state = 'fired' AND r.push_stage = 0 AND r.seen_at IS NULL
      AND r.push_at > now() AND r.push_at <= now() + interval '5 seconds'
      AND EXISTS (SELECT FROM push_subscriptions s WHERE s.business_id = a.b AND s.user_id = a.u OFFSET 0)
      AND NOT EXISTS (SELECT FROM nodes n WHERE n.node <> $3 AND n.seen_at > now() - interval '15 seconds')";

impl Store {
    /// Has pushed at once what has just rung for these people, none of whom has a page open on this engine; how many
    /// reminders. None while another engine lives: what rings is pushed after the seconds that are given to pages.
    pub async fn push_now(&self, this: &Worker, people: &[Person]) -> Result<u64, StoreError> {
        limited(async {
            let client = self.client().await?;
            let businesses: Vec<i64> = people.iter().map(|person| person.business.0).collect();
            let users: Vec<i64> = people.iter().map(|person| person.user.0).collect();
            let statement = client.prepare_cached(NOW).await?;
            Ok(client
                .execute(&statement, &[&businesses, &users, &this.node])
                .await?)
        })
        .await
    }

    /// Plans the pushes of up to `limit` reminders whose time has come.
    pub async fn plan_pushes(&self, limit: i64) -> Result<Planned, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(PLAN).await?;
            let row = client.query_one(&statement, &[&limit, &AT_ONCE]).await?;
            Ok(Planned {
                reminders: row.get(0),
                pushes: row.get(1),
            })
        })
        .await
    }
}
