-- People of the firm: a row in users and a login of PostgreSQL's own, made, changed and closed together.
--
-- ts_registrar may make roles and nothing else: it calls what ts_writer does for it (the row, the right of who asks, the
-- audit log), and only then touches the login. A password comes as a SCRAM verifier that the client made: neither the
-- server nor its log ever holds one. Who may do what is tradesense_desktop/domain/permissions.py.

CREATE OR REPLACE FUNCTION ts_private.group_of(role text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE role WHEN 'USER' THEN 'ts_trader' WHEN 'AUDITOR' THEN 'ts_auditor'
        WHEN 'ADMIN' THEN 'ts_admin' WHEN 'SUPERADMIN' THEN 'ts_superadmin' END
$$;

CREATE OR REPLACE FUNCTION ts_private.check_verifier(verifier text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(verifier !~ '^SCRAM-SHA-256\$[1-9][0-9]{3,6}:[A-Za-z0-9+/]{16,}={0,2}\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$', true)
        OR length(verifier) > 300 OR substring(verifier FROM '\$([0-9]+):')::integer < 4096
    THEN
        RAISE EXCEPTION 'The password has to come as a SCRAM-SHA-256 verifier.' USING ERRCODE = 'TS400';
    END IF;
END
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Logins; ts_registrar's, and nobody may call them but its own functions and who installs the server.
-- ---------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION ts_private.join_group(login text, role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    former text;
BEGIN
    FOREACH former IN ARRAY ARRAY['ts_trader', 'ts_auditor', 'ts_admin', 'ts_superadmin'] LOOP
        IF pg_has_role(login, former, 'MEMBER') AND former IS DISTINCT FROM ts_private.group_of(role) THEN
            EXECUTE format('REVOKE %I FROM %I', former, login);
        END IF;
    END LOOP;
    IF role IS NOT NULL THEN
        EXECUTE format('GRANT %I TO %I %s', ts_private.group_of(role), login,
            CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'WITH INHERIT TRUE, SET FALSE' ELSE '' END);
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION ts_private.make_login(login text, role text, scram_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ts_private.check_verifier(scram_verifier);
    EXECUTE format(
        'CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT CONNECTION LIMIT 4 PASSWORD %L',
        login, scram_verifier);
    PERFORM ts_private.join_group(login, role);
END
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Rows; ts_writer's, callable by ts_registrar alone.
-- ---------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION ts_private.enter_person(person uuid, address text, new_role text, login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := ts_api.me();
    my_role text := ts_api.my_role();
BEGIN
    IF me IS NULL OR my_role NOT IN ('ADMIN', 'SUPERADMIN') OR my_role = 'ADMIN' AND new_role IS DISTINCT FROM 'USER' THEN
        RAISE EXCEPTION 'Your role may not register this person.' USING ERRCODE = 'TS403';
    END IF;
    IF ts_private.group_of(new_role) IS NULL OR coalesce(lower(address) LIKE '%.invalid', true) THEN
        RAISE EXCEPTION 'This is no role or no e-mail address.' USING ERRCODE = 'TS400';
    END IF;
    BEGIN
        INSERT INTO public.users (id, email, password_hash, role, status, db_role)
        VALUES (person, address, '!', new_role, 'ACTIVE', login);
    EXCEPTION
        WHEN unique_violation THEN
            RAISE EXCEPTION 'There is an account with this address already.' USING ERRCODE = 'unique_violation';
        WHEN check_violation THEN
            RAISE EXCEPTION 'This is no role or no e-mail address.' USING ERRCODE = 'TS400';
    END;
    PERFORM ts_api.chain_audit(me, NULL, gen_random_uuid(), 'USER_REGISTERED', 'users', person::text,
        jsonb_build_object('role', new_role, 'status', 'ACTIVE'), clock_timestamp());
END
$$;

-- Changes the row of `person` and gives the login that goes with it.
CREATE OR REPLACE FUNCTION ts_private.change_person(person uuid, act text, value text, reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := ts_api.me();
    my_role text := ts_api.my_role();
    target record;
    standing uuid[];
    words text := btrim(coalesce(reason, ''), E' \t\n\r\f\v');
    details jsonb := '{}';
    needed text;
    new_role text;
    new_status text;
BEGIN
    IF me IS NULL OR my_role NOT IN ('ADMIN', 'SUPERADMIN') OR my_role = 'ADMIN' AND act IN ('role', 'delete') THEN
        RAISE EXCEPTION 'Your role may not do this.' USING ERRCODE = 'TS403';
    END IF;
    -- In one order, so that of two who remove each other one waits and then finds the other gone.
    PERFORM 1 FROM public.users AS person_ WHERE person_.role = 'SUPERADMIN' AND my_role = 'SUPERADMIN' OR person_.id = person
    ORDER BY person_.id FOR NO KEY UPDATE;
    IF ts_api.me() IS NULL THEN
        RAISE EXCEPTION 'Your account is no longer open.' USING ERRCODE = 'TS403';
    END IF;
    SELECT row_.id, row_.role, row_.status, row_.deleted_at, row_.db_role INTO target
    FROM public.users AS row_ WHERE row_.id = person;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is nobody with this id.' USING ERRCODE = 'TS404';
    ELSIF target.id = me THEN
        RAISE EXCEPTION 'Nobody changes the role or the status of their own account; ask another administrator.'
            USING ERRCODE = 'TS403';
    ELSIF my_role = 'ADMIN' AND target.role IN ('ADMIN', 'SUPERADMIN') THEN
        RAISE EXCEPTION 'Accounts of the role % are changed by a super-administrator only.', target.role USING ERRCODE = 'TS403';
    ELSIF target.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'Nothing was changed: the account is deleted.' USING ERRCODE = 'TS409';
    END IF;
    IF act IN ('suspend', 'delete') AND words = '' OR length(words) > 2000 THEN
        RAISE EXCEPTION 'This needs a reason, of at most 2000 characters.' USING ERRCODE = 'TS400';
    END IF;

    needed := CASE act WHEN 'suspend' THEN 'ACTIVE' WHEN 'readmit' THEN 'SUSPENDED' WHEN 'verify' THEN 'PENDING_VERIFICATION' END;
    IF needed IS NOT NULL AND target.status <> needed THEN
        RAISE EXCEPTION 'Nothing was changed: the account is % and not %.', target.status, needed USING ERRCODE = 'TS409';
    END IF;
    new_role := CASE act WHEN 'role' THEN value ELSE target.role END;
    IF act = 'role' AND (ts_private.group_of(new_role) IS NULL OR new_role = target.role) THEN
        RAISE EXCEPTION 'Nothing was changed: that is no role, or the role already.' USING ERRCODE = 'TS409';
    END IF;
    new_status := CASE act WHEN 'suspend' THEN 'SUSPENDED' WHEN 'readmit' THEN 'ACTIVE' WHEN 'verify' THEN 'ACTIVE'
        WHEN 'delete' THEN 'CLOSED' ELSE target.status END;
    SELECT array_agg(row_.id) INTO standing FROM public.users AS row_
    WHERE row_.role = 'SUPERADMIN' AND row_.status = 'ACTIVE' AND row_.deleted_at IS NULL;
    IF standing = ARRAY[target.id] AND (new_role <> 'SUPERADMIN' OR new_status <> 'ACTIVE') THEN
        RAISE EXCEPTION 'This is the last super-administrator; make another one first.' USING ERRCODE = 'TS409';
    END IF;
    details := CASE act WHEN 'suspend' THEN jsonb_build_object('reason', words)
        WHEN 'role' THEN jsonb_build_object('from', target.role, 'to', new_role) ELSE '{}' END;
    IF act <> 'password' THEN
        UPDATE public.users AS row_ SET
            role = new_role,
            status = new_status,
            deleted_at = CASE act WHEN 'delete' THEN greatest(clock_timestamp(), row_.created_at) END,
            deleted_reason = CASE act WHEN 'delete' THEN words END,
            version = row_.version + 1
        WHERE row_.id = target.id;
    END IF;
    PERFORM ts_api.chain_audit(me, NULL, gen_random_uuid(),
        CASE act WHEN 'suspend' THEN 'USER_SUSPENDED' WHEN 'readmit' THEN 'USER_READMITTED' WHEN 'verify' THEN 'USER_VERIFIED'
            WHEN 'role' THEN 'ROLE_CHANGED' WHEN 'delete' THEN 'USER_DELETED' ELSE 'PASSWORD_CHANGED' END,
        'users', target.id::text, details, clock_timestamp());
    RETURN target.db_role;
END
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- What administrators call.
-- ---------------------------------------------------------------------------------------------------------------

-- TS403 not allowed, TS400 what was given is wrong, 23505 the address is taken.
CREATE OR REPLACE FUNCTION ts_api.register_person(email text, role text, scram_verifier text)
RETURNS TABLE (id uuid, db_role text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
BEGIN
    id := gen_random_uuid();
    -- Not made from the id: everybody can read the names of roles.
    db_role := 'u_' || replace(gen_random_uuid()::text, '-', '');
    PERFORM ts_private.enter_person(id, email, role, db_role);
    PERFORM ts_private.make_login(db_role, role, scram_verifier);
    RETURN NEXT;
END
$$;

-- `act`: suspend, readmit, verify, role (value: the new one), password (value: a SCRAM verifier), delete.
-- TS403 not allowed, TS404 nobody, TS409 not from this state, TS400 what was given is wrong.
CREATE OR REPLACE FUNCTION ts_api.govern_person(id uuid, act text, value text, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    login text;
BEGIN
    IF coalesce(act NOT IN ('suspend', 'readmit', 'verify', 'role', 'password', 'delete'), true) THEN
        RAISE EXCEPTION 'This is nothing that can be done with a person.' USING ERRCODE = 'TS400';
    END IF;
    IF act = 'password' THEN
        PERFORM ts_private.check_verifier(value);
    END IF;
    login := ts_private.change_person(id, act, value, reason);
    -- Somebody who was entered without a login has none to change.
    IF login IS NULL OR to_regrole(login) IS NULL THEN
        RETURN;
    END IF;
    CASE act
        WHEN 'suspend' THEN EXECUTE format('ALTER ROLE %I NOLOGIN', login);
        WHEN 'readmit', 'verify' THEN EXECUTE format('ALTER ROLE %I LOGIN', login);
        WHEN 'role' THEN PERFORM ts_private.join_group(login, value);
        WHEN 'password' THEN EXECUTE format('ALTER ROLE %I PASSWORD %L', login, value);
        ELSE
            EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', login);
            PERFORM ts_private.join_group(login, NULL);
    END CASE;
END
$$;

-- The person has signed in on this device: the time of it, and an entry in the audit log.
CREATE OR REPLACE FUNCTION ts_api.signed_in(device_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := ts_api.me();
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'This account is not open.' USING ERRCODE = 'TS403';
    END IF;
    UPDATE public.users AS person SET last_login_at = greatest(clock_timestamp(), person.created_at) WHERE person.id = me;
    PERFORM ts_api.chain_audit(me, device_id, gen_random_uuid(), 'SIGNED_IN', NULL, NULL, '{}', clock_timestamp());
END
$$;

ALTER FUNCTION ts_private.group_of(text) OWNER TO ts_owner;
ALTER FUNCTION ts_private.check_verifier(text) OWNER TO ts_owner;
ALTER FUNCTION ts_private.join_group(text, text) OWNER TO ts_registrar;
ALTER FUNCTION ts_private.make_login(text, text, text) OWNER TO ts_registrar;
ALTER FUNCTION ts_private.enter_person(uuid, text, text, text) OWNER TO ts_writer;
ALTER FUNCTION ts_private.change_person(uuid, text, text, text) OWNER TO ts_writer;
ALTER FUNCTION ts_api.register_person(text, text, text) OWNER TO ts_registrar;
ALTER FUNCTION ts_api.govern_person(uuid, text, text, text) OWNER TO ts_registrar;
ALTER FUNCTION ts_api.signed_in(uuid) OWNER TO ts_writer;

GRANT EXECUTE ON FUNCTION ts_private.group_of(text), ts_private.check_verifier(text) TO ts_writer, ts_registrar;
GRANT EXECUTE ON FUNCTION ts_private.enter_person(uuid, text, text, text), ts_private.change_person(uuid, text, text, text)
TO ts_registrar;
GRANT EXECUTE ON FUNCTION ts_api.register_person(text, text, text), ts_api.govern_person(uuid, text, text, text)
TO ts_admin, ts_superadmin;
GRANT EXECUTE ON FUNCTION ts_api.signed_in(uuid) TO ts_trader, ts_auditor, ts_admin, ts_superadmin;
