-- The firm's policies: settings that a super-administrator sets for everybody, and that desktops read from their copy.

-- `name`: funding.approvals (a whole number from 1 to 9) or alerts.thresholds (an object). Their meaning is
-- tradesense_desktop/domain's: what stands here only keeps nonsense out.
-- TS403 not allowed, TS400 what was given is wrong.
CREATE OR REPLACE FUNCTION ts_api.set_policy(name text, value jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
#variable_conflict use_column
DECLARE
    me uuid := ts_api.me();
    former jsonb;
BEGIN
    IF me IS NULL OR coalesce(ts_api.my_role() <> 'SUPERADMIN', true) THEN
        RAISE EXCEPTION 'Policies are set by a super-administrator.' USING ERRCODE = 'TS403';
    END IF;
    IF NOT coalesce(CASE set_policy.name
        WHEN 'funding.approvals' THEN set_policy.value::text ~ '^[1-9]$'
        WHEN 'alerts.thresholds' THEN jsonb_typeof(set_policy.value) = 'object' AND length(set_policy.value::text) <= 2000
    END, false) THEN
        RAISE EXCEPTION 'This is no policy, or no value that it can have.' USING ERRCODE = 'TS400';
    END IF;
    SELECT setting.value INTO former FROM public.settings AS setting WHERE setting.name = set_policy.name;
    IF former IS NOT DISTINCT FROM set_policy.value THEN
        RETURN;
    END IF;
    INSERT INTO public.settings (name, value) VALUES (set_policy.name, set_policy.value)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;
    PERFORM ts_api.chain_audit(me, NULL, gen_random_uuid(), 'POLICY_SET', 'settings', NULL,
        jsonb_build_object('name', set_policy.name, 'from', former, 'to', set_policy.value), clock_timestamp());
END
$$;

ALTER FUNCTION ts_api.set_policy(text, jsonb) OWNER TO ts_writer;
GRANT EXECUTE ON FUNCTION ts_api.set_policy(text, jsonb) TO ts_superadmin;
