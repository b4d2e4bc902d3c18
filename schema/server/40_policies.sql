-- Rows: one policy for each group and verb, calls wrapped in (SELECT …) so that each runs once a statement.
--
-- The group lets somebody near a table and users.role says whether it still holds: both must agree, so a role taken away
-- in either place is gone, and a login of another firm on the same server is nobody here.

DO $policies$
DECLARE
    mine CONSTANT text := '(SELECT ts_api.me())';
    my_role CONSTANT text := '(SELECT ts_api.my_role())';
    my_challenges CONSTANT text := '(SELECT ts_api.my_challenges())::uuid[]';
    by_challenge CONSTANT text := 'challenge_id = ANY (' || my_challenges || ')';
    decides CONSTANT text := my_role || ' IN (''ADMIN'', ''SUPERADMIN'')';
    is_staff CONSTANT text := my_role || ' IN (''AUDITOR'', ''ADMIN'', ''SUPERADMIN'')';
    is_trader CONSTANT text := my_role || ' = ''USER''';
    each record;
    existing record;
    staff text[];
BEGIN
    FOR existing IN SELECT schemaname, tablename, policyname FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON %I.%I', existing.policyname, existing.schemaname, existing.tablename);
    END LOOP;
    FOR existing IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', existing.relname);
    END LOOP;

    FOR each IN
        SELECT * FROM (VALUES
            -- table, rows of a trader (null: none), what ts_writer may insert, what it may update (null: nothing)
            ('users', 'id = ' || mine,
                my_role || ' = ''SUPERADMIN'' OR ' || my_role || ' = ''ADMIN'' AND role = ''USER''',
                'id = ' || mine || ' AND role = ' || my_role
                || ' OR id <> ' || mine || ' AND (' || my_role || ' = ''SUPERADMIN'' OR '
                || my_role || ' = ''ADMIN'' AND role IN (''USER'', ''AUDITOR''))'),
            -- A trader's own challenges may be locked and noted on; who begins them and records in them are others.
            ('challenges', 'user_id = ' || mine, decides,
                decides || ' OR ' || is_trader || ' AND user_id = ' || mine),
            ('trades', by_challenge, decides, NULL),
            ('challenge_events', by_challenge, decides || ' OR ' || is_trader || ' AND ' || by_challenge, NULL),
            ('import_history', by_challenge, decides, NULL),
            ('payments', 'user_id = ' || mine, decides || ' AND user_id <> ' || mine, decides || ' AND user_id <> ' || mine),
            ('risk_alerts', '(' || by_challenge || ' OR challenge_id IS NULL AND user_id = ' || mine || ')',
                decides || ' OR ' || is_trader || ' AND ' || by_challenge,
                decides || ' OR ' || is_trader || ' AND ' || by_challenge),
            ('audit_log', 'actor_id = ' || mine, 'actor_id = ' || mine, NULL),
            ('command_results', 'actor_id = ' || mine, 'actor_id = ' || mine, NULL),
            ('settings', NULL, my_role || ' = ''SUPERADMIN''', my_role || ' = ''SUPERADMIN'''),
            ('sync_stream', 'stream_id = ' || mine, NULL, NULL),
            ('sync_log', 'stream_id = ' || mine, NULL, NULL),
            ('sync_device', 'user_id = ' || mine, 'user_id = ' || mine, 'user_id = ' || mine || ' OR ' || decides),
            ('sync_op', 'device_id = ANY ((SELECT ts_api.my_devices())::uuid[])',
                'device_id = ANY ((SELECT ts_api.my_devices())::uuid[])', NULL),
            ('log_leaves', NULL, NULL, NULL),
            ('checkpoints', NULL, NULL, NULL)
        ) AS rule (name, own, added, changed)
    LOOP
        IF each.own IS NOT NULL THEN
            EXECUTE format('CREATE POLICY trader_reads ON public.%I FOR SELECT TO ts_trader USING (%s AND %s)',
                each.name, is_trader, each.own);
        END IF;
        FOREACH staff SLICE 1 IN ARRAY ARRAY[
            ['auditor', 'AUDITOR'], ['admin', 'ADMIN'], ['superadmin', 'SUPERADMIN']]
        LOOP
            EXECUTE format('CREATE POLICY %I ON public.%I FOR SELECT TO %I USING (%s = %L)',
                staff[1] || '_reads', each.name, 'ts_' || staff[1], my_role, staff[2]);
        END LOOP;
        EXECUTE format('CREATE POLICY writer_reads ON public.%I FOR SELECT TO ts_writer USING (%s)', each.name,
            is_staff || coalesce(' OR ' || is_trader || ' AND ' || each.own, ''));
        IF each.added IS NOT NULL THEN
            EXECUTE format('CREATE POLICY writer_adds ON public.%I FOR INSERT TO ts_writer WITH CHECK (%s)',
                each.name, each.added);
        END IF;
        IF each.changed IS NOT NULL THEN
            EXECUTE format('CREATE POLICY writer_changes ON public.%I FOR UPDATE TO ts_writer USING (%s) WITH CHECK (%s)',
                each.name, each.changed, each.changed);
        END IF;
    END LOOP;
END
$policies$;

CREATE POLICY people_read ON public.schema_version FOR SELECT
    TO ts_trader, ts_auditor, ts_admin, ts_superadmin, ts_writer USING (true);
CREATE POLICY writer_reads ON public.replica_apply FOR SELECT TO ts_writer USING (true);
