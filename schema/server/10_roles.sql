-- Roles of a firm's server (they belong to the whole PostgreSQL, so they may be there already).
--
-- ts_owner owns the tables, ts_writer the functions that write and is fenced by policies, ts_registrar makes logins.
-- Nobody signs in as one of these. A person has a login of their own, member of exactly one of the four groups.

DO $roles$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'ts_owner', 'ts_writer', 'ts_registrar', 'ts_trader', 'ts_auditor', 'ts_admin', 'ts_superadmin'
    ] LOOP
        IF to_regrole(name) IS NULL THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
        EXECUTE format(
            'ALTER ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS INHERIT PASSWORD NULL %s',
            name, CASE name WHEN 'ts_registrar' THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['ts_trader', 'ts_auditor', 'ts_admin', 'ts_superadmin'] LOOP
        -- 16 tells apart who may hand a role on, who has its rights and who may become it; before, CREATEROLE is all.
        EXECUTE format('GRANT %I TO ts_registrar WITH %s', name,
            CASE WHEN current_setting('server_version_num')::integer >= 160000
                THEN 'ADMIN TRUE, INHERIT FALSE, SET FALSE' ELSE 'ADMIN OPTION' END);
    END LOOP;
END
$roles$;

CREATE SCHEMA IF NOT EXISTS ts_api;
CREATE SCHEMA IF NOT EXISTS ts_private;
ALTER SCHEMA ts_api OWNER TO ts_owner;
ALTER SCHEMA ts_private OWNER TO ts_owner;

-- What the installer makes from here on is nobody's until it is given.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE ts_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE ts_writer REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE ts_registrar REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
