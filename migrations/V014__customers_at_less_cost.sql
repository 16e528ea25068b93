-- What follows a call is written for every call: the same documents and entries as V013's, at a fraction of the time. Bodies in
-- plpgsql keep their plans, rows are looked at one by one, and letters that are rare are looked for before they are replaced.

CREATE OR REPLACE FUNCTION folded_words(t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v text := lower(t COLLATE "C");
BEGIN
    v := regexp_replace(v, '[\u0591-\u05bd\u05bf-\u05c7\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff''"`\u00b4\u05f3\u05f4\u2018\u2019\u201c-\u201e]', '', 'g');
    v := replace(replace(replace(replace(replace(v, 'ך', 'כ'), 'ם', 'מ'), 'ן', 'נ'), 'ף', 'פ'), 'ץ', 'צ');
    IF v ~ '[А-Я]' THEN
        v := translate(v, 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ', 'абвгдежзийклмнопрстуфхцчшщъыьэюя');
    END IF;
    RETURN array_remove(regexp_split_to_array(v,
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u05be\u2000-\u206f\u2212\u20aa]+'), '');
END $$;

CREATE OR REPLACE FUNCTION name_lexemes(b bigint, t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    w text;
    lexemes text[] := '{}';
BEGIN
    FOREACH w IN ARRAY folded_words(t) LOOP
        lexemes := lexemes || (b || '/n' || left(w, 40));
    END LOOP;
    RETURN lexemes;
END $$;

CREATE OR REPLACE FUNCTION identity_lexemes(b bigint, kind text, value text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v text := lower(value);
    before text;
    last integer;
    lexemes text[] := '{}';
BEGIN
    IF value ~ '^\+[0-9]+$' THEN
        v := CASE WHEN starts_with(value, '+972') THEN '0' || substr(value, 5) ELSE substr(value, 2) END;
        last := length(v);
        FOR n IN 1 .. last - 1 LOOP
            lexemes := lexemes || (b || '/2' || substr(v, n, 2));
            IF n <= last - 2 THEN
                lexemes := lexemes || (b || '/3' || substr(v, n, 3));
            END IF;
            IF n <= last - 3 THEN
                lexemes := lexemes || (b || '/#' || substr(v, n));
            END IF;
        END LOOP;
        RETURN lexemes;
    END IF;
    before := b || '/@';
    FOR n IN 1 .. least(length(v) - 1, 64) LOOP
        lexemes := lexemes || (before || substr(v, n, 20));
    END LOOP;
    RETURN lexemes;
END $$;

CREATE OR REPLACE FUNCTION spoken_lexemes(b bigint, t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    w text;
    lexemes text[] := '{}';
BEGIN
    FOREACH w IN ARRAY folded_words(t) LOOP
        IF length(w) >= 3 THEN
            lexemes := lexemes || (b || '/' || left(w, 24));
            IF length(w) >= 4 AND strpos('הובלמכש', left(w, 1)) > 0 THEN
                lexemes := lexemes || (b || '/' || substr(w, 2, 24));
            END IF;
        END IF;
    END LOOP;
    RETURN lexemes;
END $$;

DROP TRIGGER customers_made ON customers;
CREATE OR REPLACE FUNCTION customers_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customer_search VALUES (NEW.business_id, NEW.id, array_to_tsvector(name_lexemes(NEW.business_id, NEW.name)));
    IF NEW.deleted_at IS NULL AND NEW.merged_into IS NULL THEN
        PERFORM customer_total(NEW.business_id, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customers_made AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION customers_follow();

DROP TRIGGER timeline_is_activity ON timeline;
CREATE OR REPLACE FUNCTION timeline_is_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE customers c SET last_activity_at = NEW.ts
    WHERE c.business_id = NEW.business_id AND c.id = NEW.customer_id AND c.last_activity_at < NEW.ts;
    RETURN NULL;
END $$;
-- What happened long ago, or in the transaction that made the customer, is no news.
CREATE TRIGGER timeline_is_activity AFTER INSERT ON timeline
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION timeline_is_activity();

-- Two digits are in nearly every number: of what fits far more than is shown, not all is looked at.
ALTER FUNCTION find_customers(integer[], text[], text[], integer) SET gin_fuzzy_search_limit = 20000;
