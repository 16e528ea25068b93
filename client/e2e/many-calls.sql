-- For measuring only: 100,000 calls of the demo's business over the last three years, 5,000 customers, two turns a call.
SET ROLE al_owner;
BEGIN;
CREATE TEMP TABLE words ON COMMIT DROP AS
SELECT ARRAY['דנה', 'יוסי', 'מרים', 'אבי', 'נטע', 'עומר', 'רונית', 'גיל', 'שירה', 'אלון'] AS first,
       ARRAY['כהן', 'לוי', 'מזרחי', 'פרץ', 'ביטון', 'אברהם', 'פרידמן', 'אזולאי', 'דהן', 'שפירא'] AS last,
       ARRAY['דירה לקנייה בחיפה, שלושה חדרים, עד מיליון וחצי', 'שאלה על שעות הפתיחה של המשרד ביום שישי',
             'דירה להשכרה בנשר, כניסה מיידית, עם חניה ומרפסת', 'תיאום ביקור בנכס ברחוב הגפן מחר בעשר בבוקר',
             'הודעה לבעל הנכס: לחזור אחרי ארבע'] AS asked,
       (SELECT id FROM businesses ORDER BY id LIMIT 1) AS business;
INSERT INTO customers (business_id, name)
SELECT business, first[1 + n % 10] || ' ' || last[1 + n / 10 % 10]
FROM words, generate_series(1, 5000) AS n;
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY id) AS place FROM customers;
INSERT INTO calls (call_sid, business_id, caller, called, direction, status_rank, duration_s, started_at, last_event_at,
                   ended_at, wrapped_at, summary, intent, details, customer_id)
SELECT 'CA' || md5(n::text), business, '+97250' || lpad((n * 7919 % 10000000)::text, 7, '0'), '+97249876543',
       CASE WHEN n % 9 = 0 THEN 'outbound' ELSE 'inbound' END, CASE WHEN n % 17 = 0 THEN 6 ELSE 8 END, n * 31 % 600,
       at, at + interval '5 minutes', at + interval '5 minutes', at + interval '6 minutes',
       asked[1 + n % 5], 'שאלה', '{}', known.id
FROM words, generate_series(1, 100000) AS n
     CROSS JOIN LATERAL (SELECT now() - n * interval '16 minutes' AS at) AS moment
     LEFT JOIN known ON known.place = n % 7000;
INSERT INTO recordings (recording_sid, call_sid, business_id, turn, state, received_at, transcript, reply, finished_at)
SELECT 'RE' || md5(c.call_sid || turn), c.call_sid, c.business_id, turn, 'done', c.started_at, c.summary, c.summary, c.ended_at
FROM calls c, generate_series(1, 2) AS turn
WHERE NOT EXISTS (SELECT FROM recordings r WHERE r.call_sid = c.call_sid);
COMMIT;
RESET ROLE;
ANALYZE calls, recordings, customers;
