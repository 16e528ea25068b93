-- Who may do what in the database. Run before every migration; does nothing when all is there.
--   al_owner   owns the tables; nobody logs in as it, migrations run as it
--   al_engine  answers calls for all businesses: sees every row, changes no table
--   al_app     serves people: sees one business's rows, and none without a business
-- The engine's connections take one of the two last as their role when they open. Postgres keeps
-- roles by cluster, so databases that migrate at the same moment meet here.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['al_owner', 'al_engine', 'al_app'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', name);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
        BEGIN
            IF NOT pg_has_role(current_user, name, 'MEMBER') THEN
                EXECUTE format('GRANT %I TO %I', name, current_user);
            END IF;
        EXCEPTION WHEN unique_violation OR internal_error THEN
            NULL;
        END;
    END LOOP;
END $$;
GRANT CREATE, USAGE ON SCHEMA public TO al_owner;
GRANT USAGE ON SCHEMA public TO al_engine, al_app;
-- What was made before there was an owner.
DO $$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT c.relname, c.relkind FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
          AND pg_get_userbyid(c.relowner) <> 'al_owner'
    LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO al_owner', made.relname);
    END LOOP;
    FOR made IN
        SELECT p.oid::regprocedure AS signature FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND pg_get_userbyid(p.proowner) <> 'al_owner'
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO al_owner', made.signature);
    END LOOP;
END $$;
SET ROLE al_owner;
