-- Figures that are asked for over weeks and months. What is counted of calls is summed up by quarters of an hour, of which any zone's
-- hours and days are made, in the transaction that ends each call: a month is a few thousand short rows, however many calls it had.

CREATE TABLE call_quarters (
    business_id bigint NOT NULL,
    -- When the quarter begins in which the calls did.
    quarter timestamptz NOT NULL,
    -- Callers', and how they ended; `answered` and `missed` are not all, as a call may have no end that is known.
    calls integer NOT NULL,
    answered integer NOT NULL,
    missed integer NOT NULL,
    -- Ours.
    outgoing integer NOT NULL,
    -- Of callers' calls: how long they were, how often callers spoke, calls in which a message was left.
    seconds bigint NOT NULL,
    turns integer NOT NULL,
    messages integer NOT NULL,
    -- How many replies took how long: see `reply_bucket`.
    replies integer[] NOT NULL
) WITH (fillfactor = 60);
CREATE INDEX quarters_of_business ON call_quarters (business_id, quarter);

-- Waiting times by their size: bucket 1 is up to 100 ms, each one reaches ten per cent farther, the last is all from a minute on.
-- `domain::stats` knows the same bounds, and a test holds them together.
CREATE FUNCTION reply_bucket(ms float8) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ms <= 100 THEN 1 ELSE LEAST(70, 1 + ceil(ln(ms / 100) / ln(1.1::float8))::integer) END;

-- Adds to a quarter's sums. Who finds its row taken at this moment makes another: sums are read over all of them, and nobody waits.
CREATE FUNCTION add_to_quarter(b bigint, q timestamptz, n integer[], more_seconds bigint, waits integer[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place tid;
    sums integer[];
    bucket integer;
BEGIN
    SELECT k.ctid, k.replies INTO place, sums FROM call_quarters k
    WHERE k.business_id = b AND k.quarter = q LIMIT 1 FOR UPDATE SKIP LOCKED;
    sums := COALESCE(sums, array_fill(0, ARRAY[70]));
    FOREACH bucket IN ARRAY waits LOOP
        sums[bucket] := sums[bucket] + 1;
    END LOOP;
    IF place IS NULL THEN
        INSERT INTO call_quarters VALUES (b, q, n[1], n[2], n[3], n[4], more_seconds, n[5], n[6], sums);
    ELSE
        UPDATE call_quarters k SET calls = k.calls + n[1], answered = k.answered + n[2], missed = k.missed + n[3],
            outgoing = k.outgoing + n[4], seconds = k.seconds + more_seconds, turns = k.turns + n[5],
            messages = k.messages + n[6], replies = sums
        WHERE k.ctid = place AND k.business_id = b;
    END IF;
END $$;

CREATE FUNCTION call_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    q timestamptz := date_bin('15 minutes', NEW.started_at, '2000-01-01 00:00Z');
    spoken integer := 0;
    left_word boolean := false;
    waits integer[] := '{}';
    was_answered integer := 0;
    was_missed integer := 0;
    was_long integer := 0;
    once integer := 1;
BEGIN
    IF NEW.direction <> 'inbound' THEN
        IF TG_OP = 'INSERT' OR OLD.wrapped_at IS NULL THEN
            PERFORM add_to_quarter(NEW.business_id, q, '{0,0,0,1,0,0}', 0, '{}');
        END IF;
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.wrapped_at IS NOT NULL THEN
        -- Counted already: the carrier said more of it afterwards.
        once := 0;
        was_answered := (OLD.status_rank IN (3, 8))::integer;
        was_missed := (OLD.status_rank BETWEEN 4 AND 7)::integer;
        was_long := COALESCE(OLD.duration_s, 0);
    ELSE
        SELECT count(*), COALESCE(bool_or(r.purpose = 'message'), false),
               COALESCE(array_agg(reply_bucket(extract(epoch FROM r.answered_at - r.received_at) * 1000))
                        FILTER (WHERE r.answered_at IS NOT NULL), '{}')
        INTO spoken, left_word, waits FROM recordings r WHERE r.call_sid = NEW.call_sid;
    END IF;
    PERFORM add_to_quarter(NEW.business_id, q,
        ARRAY[once, (NEW.status_rank IN (3, 8))::integer - was_answered, (NEW.status_rank BETWEEN 4 AND 7)::integer - was_missed,
              0, spoken, left_word::integer], COALESCE(NEW.duration_s, 0) - was_long, waits);
    RETURN NULL;
END $$;
CREATE TRIGGER call_made_is_counted AFTER INSERT ON calls
    FOR EACH ROW WHEN (NEW.wrapped_at IS NOT NULL AND NEW.business_id IS NOT NULL) EXECUTE FUNCTION call_is_counted();
CREATE TRIGGER call_is_counted AFTER UPDATE OF wrapped_at, status_rank, duration_s ON calls
    FOR EACH ROW WHEN (NEW.wrapped_at IS NOT NULL AND NEW.business_id IS NOT NULL
        AND (OLD.wrapped_at IS NULL OR OLD.status_rank <> NEW.status_rank OR OLD.duration_s IS DISTINCT FROM NEW.duration_s))
    EXECUTE FUNCTION call_is_counted();

INSERT INTO call_quarters
SELECT c.business_id, c.q, count(*) FILTER (WHERE c.came), count(*) FILTER (WHERE c.came AND c.status_rank IN (3, 8)),
       count(*) FILTER (WHERE c.came AND c.status_rank BETWEEN 4 AND 7), count(*) FILTER (WHERE NOT c.came),
       COALESCE(sum(c.duration_s) FILTER (WHERE c.came), 0), COALESCE(sum(t.turns) FILTER (WHERE c.came), 0),
       count(*) FILTER (WHERE c.came AND t.left_word), array_fill(0, ARRAY[70])
FROM (SELECT *, direction = 'inbound' AS came, date_bin('15 minutes', started_at, '2000-01-01 00:00Z') AS q FROM calls
      WHERE wrapped_at IS NOT NULL AND business_id IS NOT NULL) AS c
LEFT JOIN (SELECT r.call_sid, count(*) AS turns, bool_or(r.purpose = 'message') AS left_word
           FROM recordings r GROUP BY 1) AS t ON t.call_sid = c.call_sid
GROUP BY c.business_id, c.q;
UPDATE call_quarters k SET replies = w.sums
FROM (SELECT f.business_id, f.q, array_agg(COALESCE(n.n, 0) ORDER BY f.bucket) AS sums
      FROM (SELECT k.business_id, k.quarter AS q, g.bucket FROM call_quarters k, generate_series(1, 70) AS g(bucket)) AS f
      LEFT JOIN (SELECT c.business_id, date_bin('15 minutes', c.started_at, '2000-01-01 00:00Z') AS q,
                        reply_bucket(extract(epoch FROM r.answered_at - r.received_at) * 1000) AS bucket, count(*)::integer AS n
                 FROM calls c JOIN recordings r ON r.call_sid = c.call_sid
                 WHERE c.wrapped_at IS NOT NULL AND c.direction = 'inbound' AND r.answered_at IS NOT NULL
                 GROUP BY 1, 2, 3) AS n ON n.business_id = f.business_id AND n.q = f.q AND n.bucket = f.bucket
      GROUP BY 1, 2) AS w
WHERE w.business_id = k.business_id AND w.q = k.quarter;

-- What people did first after a call of a customer's: a note, or a task that was done. At most thirty days after it.
CREATE TABLE call_follow_ups (
    business_id bigint NOT NULL,
    call_sid text PRIMARY KEY,
    called_at timestamptz NOT NULL,
    by_user bigint NOT NULL,
    seconds integer NOT NULL
);
CREATE INDEX follow_ups_of_business ON call_follow_ups (business_id, called_at) INCLUDE (by_user, seconds);

CREATE FUNCTION calls_followed_up(b bigint, c bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO call_follow_ups
    SELECT b, k.call_sid, k.started_at, f.who, floor(extract(epoch FROM f.at - k.started_at))::integer
    FROM calls k CROSS JOIN LATERAL (
        SELECT n.created_at AS at, n.created_by AS who FROM customer_notes n
        WHERE n.business_id = b AND n.customer_id = c AND n.deleted_at IS NULL AND n.created_by IS NOT NULL
          AND n.created_at >= k.started_at
        UNION ALL
        SELECT t.completed_at, t.completed_by FROM tasks t
        WHERE t.business_id = b AND t.customer_id = c AND t.state = 'done' AND t.completed_by IS NOT NULL
          AND t.completed_at >= k.started_at
        ORDER BY 1 LIMIT 1) AS f
    WHERE k.business_id = b AND k.customer_id = c AND k.direction = 'inbound' AND k.started_at > now() - interval '30 days'
    ON CONFLICT DO NOTHING
$$;
-- What is taken back was no follow-up: what came next is, if anything did.
CREATE FUNCTION calls_followed_up_anew(b bigint, c bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM call_follow_ups f USING calls k
    WHERE k.business_id = b AND k.customer_id = c AND k.started_at > now() - interval '30 days'
      AND f.business_id = b AND f.call_sid = k.call_sid;
    PERFORM calls_followed_up(b, c);
END $$;
CREATE FUNCTION note_follows_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM calls_followed_up(NEW.business_id, NEW.customer_id);
    ELSE
        PERFORM calls_followed_up_anew(NEW.business_id, NEW.customer_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_follows_up AFTER INSERT ON customer_notes FOR EACH ROW EXECUTE FUNCTION note_follows_up();
CREATE TRIGGER note_taken_away AFTER UPDATE OF deleted_at ON customer_notes
    FOR EACH ROW WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION note_follows_up();
CREATE FUNCTION task_follows_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'done' THEN
        PERFORM calls_followed_up(NEW.business_id, NEW.customer_id);
    ELSE
        PERFORM calls_followed_up_anew(NEW.business_id, NEW.customer_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER task_follows_up AFTER UPDATE OF state ON tasks
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL AND OLD.state <> NEW.state AND 'done' IN (OLD.state, NEW.state))
    EXECUTE FUNCTION task_follows_up();
INSERT INTO call_follow_ups
SELECT DISTINCT ON (k.call_sid) k.business_id, k.call_sid, k.started_at, f.who, floor(extract(epoch FROM f.at - k.started_at))::integer
FROM calls k JOIN (
    SELECT business_id, customer_id, created_at AS at, created_by AS who FROM customer_notes
    WHERE deleted_at IS NULL AND created_by IS NOT NULL
    UNION ALL
    SELECT business_id, customer_id, completed_at, completed_by FROM tasks WHERE state = 'done' AND completed_by IS NOT NULL
) AS f ON f.business_id = k.business_id AND f.customer_id = k.customer_id
      AND f.at >= k.started_at AND f.at < k.started_at + interval '30 days'
WHERE k.direction = 'inbound'
ORDER BY k.call_sid, f.at;

CREATE INDEX tasks_by_making ON tasks (business_id, created_at);
CREATE INDEX tasks_by_doing ON tasks (business_id, completed_at) INCLUDE (completed_by, state) WHERE completed_at IS NOT NULL;

CREATE INDEX customers_in_hand ON customers (business_id, assignee)
    WHERE assignee IS NOT NULL AND deleted_at IS NULL AND merged_into IS NULL;

-- How far a customer has ever come on the way to a deal, 1 to 6; who is lost, or goes back, has come as far as before.
CREATE FUNCTION stage_rank(stage text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(array_position(ARRAY['new', 'contacted', 'qualified', 'viewing', 'negotiation', 'won'], stage), 1)::smallint;
ALTER TABLE customers ADD COLUMN stage_reached smallint NOT NULL DEFAULT 1;
UPDATE customers c SET stage_reached = r.rank
FROM (SELECT c.id, GREATEST(stage_rank(c.stage), max(GREATEST(stage_rank(s.stage), stage_rank(s.from_stage)))) AS rank
      FROM customers c LEFT JOIN customer_stages s ON s.business_id = c.business_id AND s.customer_id = c.id
      GROUP BY c.id) AS r
WHERE r.id = c.id AND r.rank > 1;
CREATE FUNCTION stage_is_reached() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stage_reached := GREATEST(NEW.stage_reached, stage_rank(NEW.stage));
    RETURN NEW;
END $$;
CREATE TRIGGER stage_is_reached BEFORE INSERT OR UPDATE OF stage ON customers
    FOR EACH ROW WHEN (NEW.stage <> 'new') EXECUTE FUNCTION stage_is_reached();
CREATE INDEX stages_by_time ON customer_stages (business_id, at) INCLUDE (from_stage, seconds);

CALL keep_apart('call_quarters', 'business_id', 'SELECT');
CALL keep_apart('call_follow_ups', 'business_id', 'SELECT, INSERT, DELETE');
