-- Everything inside a push is ts_writer's and nobody else's to call.

DO $owner$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN
        SELECT each.oid FROM pg_catalog.pg_proc AS each
        WHERE each.pronamespace = 'ts_private'::pg_catalog.regnamespace
            AND (each.proname LIKE 'push\_%' OR each.proname LIKE 'lease\_%' OR each.proname = 'acting_person')
    LOOP
        EXECUTE pg_catalog.format('ALTER FUNCTION %s OWNER TO ts_writer', made);
        EXECUTE pg_catalog.format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made);
    END LOOP;
END
$owner$;
