-- What an op does: everything that it brings is written, checked as it then stands, or nothing of it stays.

-- The envelope of a request: canonical text, of the version that this server speaks, from this person and device.
CREATE OR REPLACE FUNCTION ts_private.push_check_request(request jsonb, sent text, person_id uuid, device uuid)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    uuid_form CONSTANT text := '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
    base jsonb := request -> 'base';
BEGIN
    IF jsonb_typeof(request) <> 'object' THEN
        PERFORM ts_private.push_reject('invalid', 'The request is no JSON object.');
    END IF;
    IF request -> 'v' IS DISTINCT FROM '1' THEN
        RAISE EXCEPTION 'This server speaks version 1 of a request' USING ERRCODE = 'TS426';
    END IF;
    IF (SELECT array_agg(name ORDER BY name COLLATE "C") FROM jsonb_object_keys(request) AS name)
            <> '{actor_id,base,challenge_id,command_id,device_id,issued_at,kind,rows,v}'::text[]
        OR jsonb_typeof(request -> 'command_id') <> 'string' OR request ->> 'command_id' !~ uuid_form
        OR jsonb_typeof(request -> 'kind') <> 'string'
        OR jsonb_typeof(request -> 'actor_id') <> 'string' OR request ->> 'actor_id' !~ uuid_form
        OR jsonb_typeof(request -> 'device_id') <> 'string' OR request ->> 'device_id' !~ uuid_form
        OR jsonb_typeof(request -> 'challenge_id') NOT IN ('string', 'null') OR request ->> 'challenge_id' !~ uuid_form
        OR jsonb_typeof(request -> 'issued_at') <> 'string'
        OR request ->> 'issued_at' !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$'
        OR jsonb_typeof(request -> 'rows') <> 'object'
        OR jsonb_typeof(base) NOT IN ('object', 'null')
    THEN
        PERFORM ts_private.push_reject('invalid', 'The request has not the form of a command.');
    END IF;
    IF jsonb_typeof(base) = 'object' AND (
        (SELECT array_agg(name ORDER BY name COLLATE "C") FROM jsonb_object_keys(base) AS name)
            IS DISTINCT FROM '{hash,sequence_number,version}'::text[]
        OR jsonb_typeof(base -> 'version') <> 'number' OR jsonb_typeof(base -> 'sequence_number') <> 'number'
        OR jsonb_typeof(base -> 'hash') <> 'string')
    THEN
        PERFORM ts_private.push_reject('invalid', 'The request does not say what state it was computed on.');
    END IF;
    -- Whatever is written twice or at greater length than canonical JSON (a key again, an escape, a line feed) leaves a
    -- difference here, spaces aside; only a number that is no plain integer could make up for it (one with an exponent
    -- is read at greater length, also behind a space), and has the whole document written anew. This is far cheaper
    -- than to do that always.
    IF octet_length(replace(sent, ' ', '')) <> octet_length(replace(request::text, ' ', ''))
        OR (sent ~ '(":|[,[])-?([0-9]+[.eE]|[0-9]{16})' OR sent ~ '[:,[]\s*-?[0-9]+(\.[0-9]+)?[eE]')
            AND ts_private.push_canonical(request) <> sent
    THEN
        PERFORM ts_private.push_reject('invalid', 'The request is not written in canonical JSON.');
    END IF;
    IF (request ->> 'actor_id')::uuid <> person_id OR (request ->> 'device_id')::uuid <> device THEN
        PERFORM ts_private.push_reject('not_allowed', 'The command names another person or device than the one that sent it.');
    END IF;
END
$$;

-- Carries a command out. `stale` is set, and nothing written, where it was computed on another state than this one.
CREATE OR REPLACE FUNCTION ts_private.push_apply(
    person public.users, device uuid, request jsonb, OUT stale jsonb, OUT detail jsonb
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rule record;
    brought jsonb := request -> 'rows';
    command CONSTANT uuid := (request ->> 'command_id')::uuid;
    challenge_id CONSTANT uuid := (request ->> 'challenge_id')::uuid;
    before public.challenges;
    after public.challenges;
    is_moved boolean;
    first bigint;
BEGIN
    detail := '{}';
    SELECT each.* INTO rule FROM ts_private.push_rules() AS each WHERE each.kind = request ->> 'kind';
    IF NOT FOUND THEN
        PERFORM ts_private.push_reject('invalid', 'This server knows no command of that kind.');
    END IF;
    IF NOT (CASE person.role WHEN 'USER' THEN rule.traders WHEN 'AUDITOR' THEN rule.auditors ELSE true END) THEN
        PERFORM ts_private.push_reject('not_allowed', 'Your role may not do this.');
    END IF;
    PERFORM ts_private.push_check_form(brought, rule.tables);
    IF challenge_id IS NULL THEN
        IF rule.kind <> 'AuditEntry' OR brought = '{}' THEN
            PERFORM ts_private.push_reject('invalid', 'The command names no challenge.');
        END IF;
        PERFORM ts_private.push_write_audit(person.id, device, rule.kind, rule.actions, NULL, brought);
        RETURN;
    ELSIF rule.kind = 'AuditEntry' THEN
        PERFORM ts_private.push_reject('invalid', 'An entry of the audit log is no command on a challenge.');
    END IF;

    is_moved := brought ? 'challenges';
    IF jsonb_typeof(request -> 'base') = 'null' THEN
        IF rule.creates = 'never' OR NOT is_moved THEN
            PERFORM ts_private.push_reject('invalid', 'The request does not say what state it was computed on.');
        END IF;
        after := jsonb_populate_record(NULL::public.challenges, brought -> 'challenges' -> 0);
        before := ts_private.push_open_challenge(person, rule.kind, challenge_id, after);
        first := 1;
    ELSE
        IF rule.creates = 'always' THEN
            PERFORM ts_private.push_reject('invalid', 'A new challenge is computed on nothing.');
        END IF;
        SELECT each.* INTO before FROM public.challenges AS each
        WHERE each.id = challenge_id AND (person.role <> 'USER' OR each.user_id = person.id)
        FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            PERFORM ts_private.push_reject('unknown_challenge', 'There is no such challenge.');
        END IF;
        stale := ts_private.push_check_standing(person, device, rule.reach, rule.records, rule.archived, rule.ended,
                                                before, request -> 'base');
        IF stale IS NOT NULL THEN
            RETURN;
        END IF;
        first := (request -> 'base' ->> 'sequence_number')::bigint + 1;
        after := CASE WHEN is_moved THEN jsonb_populate_record(NULL::public.challenges, brought -> 'challenges' -> 0) ELSE before END;
    END IF;
    IF is_moved THEN
        PERFORM ts_private.push_check_columns(rule.columns, before, after);
    END IF;

    PERFORM ts_private.push_write_history(before.id, command, first, rule.events, brought);
    PERFORM ts_private.push_check_trades(before, first);
    PERFORM ts_private.push_check_amounts(before, after, first);
    PERFORM ts_private.push_check_state(person.id, rule.kind, rule.records, before, after, first);
    IF is_moved THEN
        PERFORM ts_private.push_move_challenge(before, after);
    END IF;
    PERFORM ts_private.push_write_alerts(person.id, rule.kind, command, before, first, brought);
    PERFORM ts_private.push_write_payments(rule.kind, before, first, brought);
    PERFORM ts_private.push_write_results(person.id, command, before, first, brought);
    PERFORM ts_private.push_write_audit(person.id, device, rule.kind, rule.actions, before.id, brought);
    detail := jsonb_build_object('version', after.version);
END
$$;

-- Whether the command may come for the challenge as it stands; what the server has where it was computed on other.
CREATE OR REPLACE FUNCTION ts_private.push_check_standing(
    person public.users, device uuid, reach text, records boolean, archived boolean, ended boolean,
    before public.challenges, base jsonb
) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head record;
BEGIN
    IF reach = 'others' AND before.user_id = person.id THEN
        PERFORM ts_private.push_reject('not_allowed', 'Nobody does this to a challenge of their own.');
    ELSIF before.archived_at IS NOT NULL AND NOT archived THEN
        PERFORM ts_private.push_reject('archived', 'The challenge is archived.');
    ELSIF records AND before.writer_device_id <> device AND before.status IN ('PENDING', 'ACTIVE') THEN
        PERFORM ts_private.push_reject('leased', 'Another device has reserved the ledger of this challenge for itself.');
    END IF;
    SELECT event.sequence_number, event.hash INTO head FROM public.challenge_events AS event
    WHERE event.challenge_id = before.id ORDER BY event.sequence_number DESC LIMIT 1;
    IF (base ->> 'version')::numeric <> before.version
        OR (base ->> 'sequence_number')::numeric <> coalesce(head.sequence_number, 0)
        OR base ->> 'hash' IS DISTINCT FROM head.hash
    THEN
        RETURN jsonb_build_object('reason', 'The challenge has changed since the command was computed.',
            'version', before.version, 'sequence_number', coalesce(head.sequence_number, 0));
    END IF;
    IF before.status IN ('FAILED', 'FUNDED') AND NOT ended THEN
        PERFORM ts_private.push_reject('ended', 'The challenge is ' || before.status || '; nothing is added to it any more.');
    END IF;
    RETURN NULL;
END
$$;

-- Writes the row of a new challenge as nothing has happened to it yet, and gives it.
CREATE OR REPLACE FUNCTION ts_private.push_open_challenge(
    person public.users, kind text, challenge_id uuid, sent public.challenges
) RETURNS public.challenges
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    opened public.challenges := sent;
    passed public.challenges;
BEGIN
    IF sent.id <> challenge_id THEN
        PERFORM ts_private.push_reject('invalid', 'The row of the challenge is that of another one.');
    ELSIF sent.user_id = person.id THEN
        PERFORM ts_private.push_reject('not_allowed', 'Nobody opens a challenge of their own in a firm.');
    ELSIF NOT EXISTS (SELECT FROM public.users AS owner WHERE owner.id = sent.user_id AND owner.deleted_at IS NULL) THEN
        PERFORM ts_private.push_reject('invalid', 'There is nobody whose challenge this could be.');
    ELSIF sent.archived_at IS NOT NULL OR (sent.previous_challenge_id IS NOT NULL) <> (kind = 'OpenNextPhase') THEN
        PERFORM ts_private.push_reject('invalid', 'A new challenge follows another one only as its next phase.');
    END IF;
    IF kind = 'OpenNextPhase' THEN
        SELECT each.* INTO passed FROM public.challenges AS each WHERE each.id = sent.previous_challenge_id
        FOR NO KEY UPDATE;
        IF NOT FOUND OR passed.user_id <> sent.user_id THEN
            PERFORM ts_private.push_reject('unknown_challenge', 'There is no such challenge.');
        ELSIF passed.status <> 'FUNDED' THEN
            PERFORM ts_private.push_reject('state', 'The next phase comes after a challenge that is FUNDED.');
        ELSIF EXISTS (SELECT FROM public.challenges AS next
                      WHERE next.previous_challenge_id = passed.id AND next.archived_at IS NULL)
        THEN
            PERFORM ts_private.push_reject('conflict', 'The next phase of this challenge is open already.');
        END IF;
    END IF;
    opened.status := 'PENDING';
    opened.version := 0;
    opened.writer_device_id := NULL;
    opened.current_balance := sent.initial_balance;
    opened.current_equity := sent.initial_balance;
    opened.max_equity_ever := sent.initial_balance;
    opened.daily_start_equity := sent.initial_balance;
    opened.daily_max_equity := sent.initial_balance;
    opened.daily_min_equity := sent.initial_balance;
    opened.floating_pnl := 0;
    opened.total_pnl := 0;
    opened.outside_money := 0;
    opened.adjustments_total := 0;
    opened.total_trades := 0;
    opened.win_rate := NULL;
    opened.avg_trade_pnl := NULL;
    opened.trading_date := NULL;
    opened.started_at := NULL;
    opened.ended_at := NULL;
    opened.last_trade_at := NULL;
    opened.failure_reason := NULL;
    opened.profit_target_reached_at := NULL;
    opened.funded_at := NULL;
    opened.rule_state := '{}';
    INSERT INTO public.challenges SELECT opened.*;
    RETURN opened;
END
$$;

-- Trades and events, in order; what is wrong with a link or a hash the tables' own triggers say.
CREATE OR REPLACE FUNCTION ts_private.push_write_history(
    challenge uuid, command uuid, first bigint, allowed text[], brought jsonb
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    IF brought ? 'trades' THEN
        PERFORM ts_private.push_insert_trades(brought -> 'trades');
    END IF;
    INSERT INTO public.challenge_events
    SELECT each.* FROM jsonb_populate_recordset(NULL::public.challenge_events, brought -> 'challenge_events') AS each
    ORDER BY each.sequence_number;
    IF EXISTS (SELECT FROM jsonb_array_elements(brought -> 'trades') AS sent (item)
               WHERE sent.item ->> 'challenge_id' <> challenge::text)
        OR EXISTS (SELECT FROM jsonb_array_elements(brought -> 'challenge_events') AS sent (item)
                   WHERE sent.item ->> 'challenge_id' <> challenge::text)
    THEN
        PERFORM ts_private.push_reject('invalid', 'A row belongs to another challenge than the command.');
    END IF;
    SELECT
        count(*) AS number, min(event.sequence_number) AS lowest,
        bool_and(event.correlation_id IS NOT DISTINCT FROM command) AS is_of_command,
        bool_and(event.event_type = ANY (allowed)) AS is_allowed,
        bool_and(event.event_version = 'v1') AS is_known
    INTO wrong
    FROM public.challenge_events AS event WHERE event.challenge_id = challenge AND event.sequence_number >= first;
    IF wrong.number <> coalesce(jsonb_array_length(brought -> 'challenge_events'), 0)
        OR wrong.number > 0 AND wrong.lowest <> first
    THEN
        PERFORM ts_private.push_reject('chain', 'The events do not follow on the last one that is recorded.');
    ELSIF NOT wrong.is_allowed THEN
        PERFORM ts_private.push_reject('invalid', 'A command of this kind leads to no event of that type.');
    ELSIF NOT (wrong.is_of_command AND wrong.is_known) THEN
        PERFORM ts_private.push_reject('invalid', 'An event does not name the command that it comes from.');
    END IF;
END
$$;

-- The statement trigger that looks for gaps joins the new trades with the old. Where the planner knows nothing of the
-- tables yet it takes a nested loop for that, and keeps it: many rows would be quadratic.
CREATE OR REPLACE FUNCTION ts_private.push_insert_trades(sent jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_bulk CONSTANT boolean := jsonb_array_length(sent) > 100;
    loops CONSTANT text := current_setting('enable_nestloop');
BEGIN
    IF is_bulk THEN
        PERFORM set_config('enable_nestloop', 'off', true);
        DISCARD PLANS;
    END IF;
    INSERT INTO public.trades SELECT each.* FROM jsonb_populate_recordset(NULL::public.trades, sent) AS each;
    IF is_bulk THEN
        PERFORM set_config('enable_nestloop', loops, true);
        DISCARD PLANS;
    END IF;
END
$$;

-- Which columns of the challenge may differ, and by how much its version grows.
CREATE OR REPLACE FUNCTION ts_private.push_check_columns(
    allowed text[], before public.challenges, after public.challenges
) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_over CONSTANT boolean := before.status IN ('FAILED', 'FUNDED');
    free CONSTANT text[] := allowed || '{updated_at,version,writer_device_id}'::text[];
BEGIN
    IF after.id <> before.id OR to_jsonb(after) - free <> to_jsonb(before) - free THEN
        PERFORM ts_private.push_reject('invalid', 'A command of this kind changes no such column of the challenge.');
    ELSIF is_over AND 'archived_at' <> ALL (allowed) THEN
        PERFORM ts_private.push_reject('ended', 'The challenge is ' || before.status || '; it never changes again.');
    ELSIF after.version <> before.version + (NOT is_over)::integer THEN
        PERFORM ts_private.push_reject('invalid', 'The version of the challenge does not follow on the one before.');
    END IF;
END
$$;

-- The final state of the challenge; one that ends in the command that starts it is ACTIVE on the way. A challenge that
-- has ended is reserved for nobody any more.
CREATE OR REPLACE FUNCTION ts_private.push_move_challenge(before public.challenges, after public.challenges)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF before.status IN ('FAILED', 'FUNDED') THEN
        UPDATE public.challenges AS each SET archived_at = after.archived_at WHERE each.id = before.id;
        RETURN;
    END IF;
    IF before.status = 'PENDING' AND after.status IN ('FAILED', 'FUNDED') THEN
        UPDATE public.challenges AS each SET status = 'ACTIVE', started_at = after.started_at WHERE each.id = before.id;
    END IF;
    UPDATE public.challenges AS each SET
        current_balance = after.current_balance,
        floating_pnl = after.floating_pnl,
        current_equity = after.current_equity,
        max_equity_ever = after.max_equity_ever,
        daily_start_equity = after.daily_start_equity,
        daily_max_equity = after.daily_max_equity,
        daily_min_equity = after.daily_min_equity,
        trading_date = after.trading_date,
        total_trades = after.total_trades,
        total_pnl = after.total_pnl,
        outside_money = after.outside_money,
        adjustments_total = after.adjustments_total,
        win_rate = after.win_rate,
        avg_trade_pnl = after.avg_trade_pnl,
        status = after.status,
        started_at = after.started_at,
        ended_at = after.ended_at,
        last_trade_at = after.last_trade_at,
        failure_reason = after.failure_reason,
        profit_target_reached_at = after.profit_target_reached_at,
        funded_at = after.funded_at,
        archived_at = after.archived_at,
        rule_state = after.rule_state,
        version = after.version,
        writer_device_id = CASE WHEN after.status IN ('PENDING', 'ACTIVE') THEN each.writer_device_id END
    WHERE each.id = before.id;
END
$$;
