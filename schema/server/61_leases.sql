-- Devices of people, and the lease by which one device reserves the ledger of a challenge while it is offline.
--
-- A lease stands in challenges.writer_device_id alone and leaves the version as it is: a command that the holder computed
-- before still fits, and one of another device is refused as leased whatever it was computed on. Errors are sentences:
-- TS400 not well formed, TS403 role or device, TS404 no such thing for whoever asks, TS423 reserved, archived or ended.

-- Makes a device known, or finds it known with the same key; gives the number of its last op. A key never changes.
CREATE OR REPLACE FUNCTION ts_api.register_device(device_id uuid, public_key text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    most_devices CONSTANT bigint := 50;
    person public.users := ts_private.acting_person();
    known public.sync_device;
BEGIN
    IF register_device.device_id IS NULL OR coalesce(
        register_device.public_key !~ '^[!-~]+$' OR length(register_device.public_key) NOT BETWEEN 16 AND 500, true) THEN
        RAISE EXCEPTION 'A device has an id and a public key' USING ERRCODE = 'TS400';
    END IF;
    SELECT each.* INTO known FROM public.sync_device AS each
    WHERE each.device_id = register_device.device_id AND each.user_id = person.id;
    IF NOT FOUND THEN
        IF (SELECT count(*) FROM public.sync_device AS each WHERE each.user_id = person.id AND each.revoked_at IS NULL)
            >= most_devices
        THEN
            RAISE EXCEPTION 'You have % devices already; revoke one first', most_devices USING ERRCODE = 'TS403';
        END IF;
        BEGIN
            INSERT INTO public.sync_device (device_id, user_id, public_key)
            VALUES (register_device.device_id, person.id, register_device.public_key);
        EXCEPTION WHEN unique_violation THEN
            RAISE EXCEPTION 'This device is not one of yours, or was revoked' USING ERRCODE = 'TS403';
        END;
        RETURN 0;
    END IF;
    IF known.revoked_at IS NOT NULL OR known.public_key <> register_device.public_key THEN
        RAISE EXCEPTION 'This device is not one of yours, or was revoked' USING ERRCODE = 'TS403';
    END IF;
    RETURN known.last_op_no;
END
$$;

-- Takes a device out of use, for good: the own, or as an administrator anybody's. What it had reserved is free again.
CREATE OR REPLACE FUNCTION ts_api.revoke_device(device_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person public.users := ts_private.acting_person();
    is_admin CONSTANT boolean := person.role IN ('ADMIN', 'SUPERADMIN');
    device public.sync_device;
BEGIN
    PERFORM ts_private.push_wait_for_locks();
    SELECT each.* INTO device FROM public.sync_device AS each
    WHERE each.device_id = revoke_device.device_id AND (is_admin OR each.user_id = person.id)
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such device' USING ERRCODE = 'TS404';
    ELSIF device.revoked_at IS NOT NULL THEN
        RETURN;
    END IF;
    UPDATE public.sync_device AS each SET revoked_at = greatest(clock_timestamp(), each.registered_at)
    WHERE each.device_id = device.device_id;
    IF is_admin THEN
        UPDATE public.challenges AS challenge SET writer_device_id = NULL
        WHERE challenge.writer_device_id = device.device_id AND challenge.status IN ('PENDING', 'ACTIVE');
    END IF;
    PERFORM ts_api.chain_audit(person.id, NULL, gen_random_uuid(), 'DEVICE_REVOKED', 'sync_device', device.device_id::text,
        jsonb_build_object('user_id', device.user_id), clock_timestamp());
END
$$;

-- Which of these commands were applied for whoever asks, from whichever device: what a device asks after a new epoch.
CREATE OR REPLACE FUNCTION ts_api.applied_commands(device_id uuid, command_ids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person public.users := ts_private.acting_person();
BEGIN
    IF NOT EXISTS (SELECT FROM public.sync_device AS own
                   WHERE own.device_id = applied_commands.device_id AND own.user_id = person.id)
    THEN
        RAISE EXCEPTION 'This device is not one of yours, or was revoked' USING ERRCODE = 'TS403';
    END IF;
    RETURN QUERY
        SELECT op.command_id FROM public.sync_op AS op
        JOIN public.sync_device AS own ON own.device_id = op.device_id AND own.user_id = person.id
        WHERE op.command_id = ANY (command_ids) AND op.verdict = 'applied'
        UNION
        SELECT result.command_id FROM public.command_results AS result
        WHERE result.command_id = ANY (command_ids) AND result.actor_id = person.id;
END
$$;

CREATE OR REPLACE FUNCTION ts_private.push_wait_for_locks() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('lock_timeout') IN ('0', '0ms') THEN
        PERFORM set_config('lock_timeout', '10s', true);
    END IF;
END
$$;

-- The challenge, locked, for somebody who records what traders did.
CREATE OR REPLACE FUNCTION ts_private.lease_challenge(person public.users, challenge_id uuid) RETURNS public.challenges
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    challenge public.challenges;
BEGIN
    IF person.role NOT IN ('ADMIN', 'SUPERADMIN') THEN
        RAISE EXCEPTION 'Only those who record trades reserve a challenge' USING ERRCODE = 'TS403';
    END IF;
    PERFORM ts_private.push_wait_for_locks();
    SELECT each.* INTO challenge FROM public.challenges AS each WHERE each.id = challenge_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such challenge' USING ERRCODE = 'TS404';
    END IF;
    RETURN challenge;
END
$$;

CREATE OR REPLACE FUNCTION ts_private.lease_check_device(person public.users, device uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.sync_device AS own
                   WHERE own.device_id = device AND own.user_id = person.id AND own.revoked_at IS NULL)
    THEN
        RAISE EXCEPTION 'This device is not one of yours, or was revoked' USING ERRCODE = 'TS403';
    END IF;
END
$$;

-- Reserves the ledger of a challenge for one device; again for the same device changes nothing.
CREATE OR REPLACE FUNCTION ts_api.take_lease(challenge_id uuid, device_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person public.users := ts_private.acting_person();
    challenge public.challenges;
BEGIN
    PERFORM ts_private.lease_check_device(person, take_lease.device_id);
    challenge := ts_private.lease_challenge(person, take_lease.challenge_id);
    IF challenge.user_id = person.id THEN
        RAISE EXCEPTION 'Nobody records trades of a challenge of their own' USING ERRCODE = 'TS403';
    ELSIF challenge.status NOT IN ('PENDING', 'ACTIVE') THEN
        RAISE EXCEPTION 'The challenge is %; nothing is added to its ledger any more', challenge.status USING ERRCODE = 'TS423';
    ELSIF challenge.archived_at IS NOT NULL THEN
        RAISE EXCEPTION 'The challenge is archived' USING ERRCODE = 'TS423';
    ELSIF challenge.writer_device_id <> take_lease.device_id THEN
        RAISE EXCEPTION 'Another device has reserved this challenge; it gives it back, or an administrator breaks it'
            USING ERRCODE = 'TS423';
    ELSIF challenge.writer_device_id IS NULL THEN
        UPDATE public.challenges AS each SET writer_device_id = take_lease.device_id WHERE each.id = challenge.id;
    END IF;
END
$$;

-- Gives a challenge back; one that the device has not reserved stays as it is.
CREATE OR REPLACE FUNCTION ts_api.release_lease(challenge_id uuid, device_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person public.users := ts_private.acting_person();
    challenge public.challenges;
BEGIN
    PERFORM ts_private.lease_check_device(person, release_lease.device_id);
    challenge := ts_private.lease_challenge(person, release_lease.challenge_id);
    IF challenge.writer_device_id = release_lease.device_id AND challenge.status IN ('PENDING', 'ACTIVE') THEN
        UPDATE public.challenges AS each SET writer_device_id = NULL WHERE each.id = challenge.id;
    END IF;
END
$$;

-- Takes a reserved challenge from the device that holds it, with a reason that stays in the audit log.
CREATE OR REPLACE FUNCTION ts_api.break_lease(challenge_id uuid, reason text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person public.users := ts_private.acting_person();
    challenge public.challenges;
BEGIN
    IF coalesce(btrim(reason, E' \t\n\r\f\v') = '' OR length(reason) > 500, true) THEN
        RAISE EXCEPTION 'Breaking a reservation needs a reason of at most 500 characters' USING ERRCODE = 'TS400';
    END IF;
    challenge := ts_private.lease_challenge(person, break_lease.challenge_id);
    IF challenge.writer_device_id IS NULL OR challenge.status NOT IN ('PENDING', 'ACTIVE') THEN
        RAISE EXCEPTION 'Nobody has reserved this challenge' USING ERRCODE = 'TS404';
    END IF;
    UPDATE public.challenges AS each SET writer_device_id = NULL WHERE each.id = challenge.id;
    PERFORM ts_api.chain_audit(person.id, NULL, gen_random_uuid(), 'LEASE_BROKEN', 'challenges', challenge.id::text,
        jsonb_build_object('device_id', challenge.writer_device_id, 'reason', break_lease.reason), clock_timestamp());
END
$$;

ALTER FUNCTION ts_api.register_device(uuid, text) OWNER TO ts_writer;
ALTER FUNCTION ts_api.revoke_device(uuid) OWNER TO ts_writer;
ALTER FUNCTION ts_api.applied_commands(uuid, uuid[]) OWNER TO ts_writer;
ALTER FUNCTION ts_api.take_lease(uuid, uuid) OWNER TO ts_writer;
ALTER FUNCTION ts_api.release_lease(uuid, uuid) OWNER TO ts_writer;
ALTER FUNCTION ts_api.break_lease(uuid, text) OWNER TO ts_writer;
GRANT EXECUTE ON FUNCTION
    ts_api.register_device(uuid, text), ts_api.revoke_device(uuid), ts_api.applied_commands(uuid, uuid[])
TO ts_trader, ts_auditor, ts_admin, ts_superadmin;
GRANT EXECUTE ON FUNCTION
    ts_api.take_lease(uuid, uuid), ts_api.release_lease(uuid, uuid), ts_api.break_lease(uuid, text)
TO ts_admin, ts_superadmin;
