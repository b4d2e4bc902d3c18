-- Last of all: what must hold whatever the files before did. An installation that does not hold it does not happen.

DO $closing$
DECLARE
    wrong text;
BEGIN
    SELECT string_agg(routine.oid::regprocedure::text, ', ') INTO wrong
    FROM pg_proc AS routine, aclexplode(coalesce(routine.proacl, acldefault('f', routine.proowner))) AS grant_
    WHERE routine.pronamespace IN ('public'::regnamespace, 'ts_api'::regnamespace, 'ts_private'::regnamespace)
        AND grant_.grantee = 0;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'everybody may execute %', wrong;
    END IF;
    SELECT string_agg(routine.oid::regprocedure::text, ', ') INTO wrong
    FROM pg_proc AS routine
    WHERE routine.pronamespace IN ('ts_api'::regnamespace, 'ts_private'::regnamespace)
        AND (routine.prosecdef AND 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(routine.proconfig, '{}'))
            OR routine.proowner NOT IN ('ts_owner'::regrole, 'ts_writer'::regrole, 'ts_registrar'::regrole));
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'without a search_path and an owner of their own: %', wrong;
    END IF;
    SELECT string_agg(class.oid::regclass::text, ', ') INTO wrong
    FROM pg_class AS class
    WHERE class.relnamespace IN ('public'::regnamespace, 'ts_private'::regnamespace)
        AND class.relkind IN ('r', 'p') AND NOT class.relrowsecurity;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'without row security: %', wrong;
    END IF;
    SELECT string_agg(class.oid::regclass::text, ', ') INTO wrong
    FROM pg_class AS class
    WHERE class.relnamespace = 'public'::regnamespace AND class.relkind = 'v'
        AND NOT coalesce(class.reloptions::text ~ 'security_invoker=(true|on|1)', false);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'views that read as their owner: %', wrong;
    END IF;
END
$closing$;
