-- Who owns what, what PUBLIC loses, and what each group and ts_writer may touch at all; policies narrow it to rows.

DO $owner$
DECLARE
    thing record;
BEGIN
    FOR thing IN
        SELECT class.oid::regclass AS name, class.relkind FROM pg_class AS class
        WHERE class.relnamespace = 'public'::regnamespace AND class.relkind IN ('r', 'p', 'v', 'm', 'S')
            AND class.relowner <> 'ts_owner'::regrole
            -- Partitions too; a sequence of a column follows its table.
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = class.oid AND deptype IN ('a', 'e') AND class.relkind = 'S')
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO ts_owner',
            CASE thing.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
            thing.name);
    END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER ROUTINE %s OWNER TO ts_owner', thing.name);
        EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', thing.name);
    END LOOP;
    FOR thing IN
        SELECT format('%I.%I', 'public', typname) AS name FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype = 'd'
    LOOP
        EXECUTE format('ALTER DOMAIN %s OWNER TO ts_owner', thing.name);
    END LOOP;
END
$owner$;

-- ---------------------------------------------------------------------------------------------------------------
-- What PUBLIC has by PostgreSQL's own defaults.
-- ---------------------------------------------------------------------------------------------------------------

DO $public$
DECLARE
    routine regprocedure;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO ts_trader, ts_auditor, ts_admin, ts_superadmin', current_database());
    -- REFRESH … CONCURRENTLY compares through a temporary table.
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO ts_owner', current_database());
    -- How values are spelt does not depend on how the server was set up.
    EXECUTE format('ALTER DATABASE %I SET datestyle = ''ISO, YMD''', current_database());
    EXECUTE format('ALTER DATABASE %I SET intervalstyle = ''postgres''', current_database());
    EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database());
    EXECUTE format('ALTER DATABASE %I SET bytea_output = ''hex''', current_database());
    -- Advisory locks hang whoever waits for one; large objects and WAL messages fill the disk.
    FOR routine IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
            AND (proname ~ '^pg_(try_)?advisory_' OR proname ~ '^lo_' OR proname ~ '^be_lo_'
                OR proname IN ('loread', 'lowrite', 'pg_logical_emit_message', 'pg_export_snapshot'))
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', routine);
    END LOOP;
END
$public$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
-- DO blocks of a person would be harmless and have no use.
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
REVOKE USAGE ON LANGUAGE sql FROM PUBLIC;

-- ---------------------------------------------------------------------------------------------------------------
-- People read; nobody reads password_hash, and nobody writes a table.
-- ---------------------------------------------------------------------------------------------------------------

GRANT USAGE ON SCHEMA public TO ts_owner, ts_writer, ts_trader, ts_auditor, ts_admin, ts_superadmin;
GRANT USAGE ON SCHEMA ts_api TO ts_writer, ts_registrar, ts_trader, ts_auditor, ts_admin, ts_superadmin;
GRANT USAGE ON SCHEMA ts_private TO ts_writer, ts_registrar;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ts_writer, ts_registrar, ts_trader, ts_auditor, ts_admin, ts_superadmin;

GRANT SELECT ON
    challenges, trades, challenge_events, payments, risk_alerts, audit_log, import_history, command_results,
    sync_stream, sync_log, sync_device, sync_op, schema_version, challenge_performance_analytics
TO ts_trader, ts_auditor, ts_admin, ts_superadmin;
GRANT SELECT (id, email, role, status, created_at, updated_at, last_login_at, deleted_at, deleted_reason, metadata, version, db_role)
ON users TO ts_trader, ts_auditor, ts_admin, ts_superadmin;
GRANT SELECT ON settings, log_leaves, checkpoints, challenge_leaderboard TO ts_auditor, ts_admin, ts_superadmin;
GRANT EXECUTE ON FUNCTION tradesense_rounded_percentage(numeric) TO ts_trader, ts_auditor, ts_admin, ts_superadmin;

ALTER VIEW challenge_performance_analytics SET (security_invoker = true);

-- ---------------------------------------------------------------------------------------------------------------
-- The writer: no DELETE anywhere; the owner of a challenge and the link between a person and a login never change.
-- ---------------------------------------------------------------------------------------------------------------

GRANT SELECT (id, email, role, status, created_at, updated_at, last_login_at, deleted_at, deleted_reason, metadata, version, db_role)
ON users TO ts_writer;
GRANT INSERT ON users TO ts_writer;
GRANT UPDATE (email, role, status, updated_at, last_login_at, deleted_at, deleted_reason, metadata, version) ON users TO ts_writer;
GRANT SELECT, INSERT ON
    challenges, trades, challenge_events, payments, risk_alerts, audit_log, import_history, command_results, settings,
    sync_device, sync_op
TO ts_writer;
GRANT SELECT ON sync_stream, sync_log, schema_version, replica_apply TO ts_writer;
GRANT UPDATE ON payments, risk_alerts TO ts_writer;
GRANT UPDATE (value, updated_at) ON settings TO ts_writer;
GRANT UPDATE (public_key, last_op_no, revoked_at) ON sync_device TO ts_writer;
DO $columns$
DECLARE
    names text;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ') INTO names FROM pg_attribute
    WHERE attrelid = 'public.challenges'::regclass AND attnum > 0 AND NOT attisdropped
        AND attname NOT IN ('id', 'user_id', 'created_at');
    EXECUTE format('GRANT UPDATE (%s) ON public.challenges TO ts_writer', names);
END
$columns$;
-- The tables' own triggers run as whoever writes.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ts_writer;
