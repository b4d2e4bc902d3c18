-- Who asks: the login that PostgreSQL let in, never a setting (a client can SET one).
--
-- Owned by ts_owner, so that no policy calls a function that the same policy fences. Somebody who is suspended, deleted
-- or not verified is nobody from the next statement on, whatever connection is still open.

CREATE OR REPLACE FUNCTION ts_api.me() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT person.id FROM public.users AS person
    WHERE person.db_role = session_user::text AND person.status = 'ACTIVE' AND person.deleted_at IS NULL
$$;

CREATE OR REPLACE FUNCTION ts_api.my_role() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT person.role FROM public.users AS person
    WHERE person.db_role = session_user::text AND person.status = 'ACTIVE' AND person.deleted_at IS NULL
$$;

CREATE OR REPLACE FUNCTION ts_api.my_challenges() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(challenge.id), '{}') FROM public.challenges AS challenge
    WHERE challenge.user_id = ts_api.me()
$$;

CREATE OR REPLACE FUNCTION ts_api.my_devices() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(device.device_id), '{}') FROM public.sync_device AS device
    WHERE device.user_id = ts_api.me()
$$;

CREATE TABLE IF NOT EXISTS ts_private.installation (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    instance uuid NOT NULL DEFAULT gen_random_uuid(),
    api_version integer NOT NULL,
    installed_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE ts_private.installation OWNER TO ts_owner;
ALTER TABLE ts_private.installation ENABLE ROW LEVEL SECURITY;
INSERT INTO ts_private.installation (api_version) VALUES (1) ON CONFLICT (id) DO UPDATE SET api_version = excluded.api_version;

CREATE OR REPLACE FUNCTION ts_api.server_state()
RETURNS TABLE (schema_version text, api_version integer, instance uuid, now timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT
        (SELECT applied.version FROM public.schema_version AS applied
         ORDER BY string_to_array(applied.version, '.')::integer[] DESC LIMIT 1),
        installation.api_version, installation.instance, clock_timestamp()
    FROM ts_private.installation
$$;

-- Stubs of the people whom rows visible to me name and whom I may not see: enough for a replica's foreign keys.
CREATE OR REPLACE FUNCTION ts_api.hidden_people()
RETURNS TABLE (id uuid, email text, role text, status text, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH mine AS MATERIALIZED (SELECT ts_api.me() AS person, ts_api.my_challenges() AS challenges),
    named AS (
        SELECT unnest(ARRAY[alert.user_id, alert.acknowledged_by, alert.resolved_by]) AS person
        FROM public.risk_alerts AS alert, mine
        WHERE alert.challenge_id = ANY (mine.challenges) OR alert.challenge_id IS NULL AND alert.user_id = mine.person
        UNION
        SELECT payment.user_id FROM public.payments AS payment, mine WHERE payment.user_id = mine.person
        UNION
        -- Who decided is named in the event's data.
        SELECT (event.event_data ->> 'approver_id')::uuid
        FROM public.challenge_events AS event, mine
        WHERE event.challenge_id = ANY (mine.challenges)
            AND event.event_type IN ('FUNDING_APPROVED', 'FUNDING_REJECTED')
            AND event.event_data ->> 'approver_id' ~ '^[0-9a-fA-F-]{36}$'
    )
    SELECT person.id, person.id || '@hidden.invalid', person.role, person.status, person.created_at::timestamptz
    FROM public.users AS person
    WHERE ts_api.my_role() = 'USER' AND person.id IN (SELECT named.person FROM named) AND person.id <> ts_api.me()
$$;

CREATE OR REPLACE FUNCTION ts_api.refresh_leaderboard() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
BEGIN
    IF coalesce(ts_api.my_role() NOT IN ('AUDITOR', 'ADMIN', 'SUPERADMIN'), true) THEN
        RAISE EXCEPTION 'The leaderboard is for staff.' USING ERRCODE = 'TS403';
    END IF;
    REFRESH MATERIALIZED VIEW CONCURRENTLY public.challenge_leaderboard;
END
$$;

ALTER FUNCTION ts_api.me() OWNER TO ts_owner;
ALTER FUNCTION ts_api.my_role() OWNER TO ts_owner;
ALTER FUNCTION ts_api.my_challenges() OWNER TO ts_owner;
ALTER FUNCTION ts_api.my_devices() OWNER TO ts_owner;
ALTER FUNCTION ts_api.server_state() OWNER TO ts_owner;
ALTER FUNCTION ts_api.hidden_people() OWNER TO ts_owner;
ALTER FUNCTION ts_api.refresh_leaderboard() OWNER TO ts_owner;

GRANT EXECUTE ON FUNCTION ts_api.me(), ts_api.my_role(), ts_api.my_challenges(), ts_api.my_devices()
TO ts_owner, ts_writer, ts_registrar, ts_trader, ts_auditor, ts_admin, ts_superadmin;
GRANT EXECUTE ON FUNCTION ts_api.server_state(), ts_api.hidden_people()
TO ts_trader, ts_auditor, ts_admin, ts_superadmin;
GRANT EXECUTE ON FUNCTION ts_api.refresh_leaderboard() TO ts_auditor, ts_admin, ts_superadmin;
