-- Push: what a device's people did, applied in order, each command once and with one verdict (spec/sync.md, "Push").
--
-- People call ts_api.push; everything named ts_private.push_… is its inside and runs as ts_writer. What grew in a person's
-- stream is told by the streams' own triggers (50_streams.sql), once a push. SQLSTATEs of the
-- protocol: TS400 no list of ops, TS403 device, TS409 other content under a used number, TS410 a gap, TS413 too much,
-- TS426 an unknown version of the request. Within: TSREJ carries a rejection (MESSAGE the reason, HINT the code).

-- One row for each kind of command: who may send it, about what, and all that it may write.
--   reach     'any' or 'others': whose challenges an administrator may do it to; a trader's reach is the own, always
--   traders   whether a trader may send it, about the own
--   auditors  whether an auditor may
--   records   whether it appends to the ledger, which a lease reserves for one device
--   archived  whether it may still come for a challenge that is archived
--   ended     whether it may still come for one that has ended
--   creates   'never', 'always', 'may': whether it brings a new challenge
--   columns   what it may change in the row of the challenge
CREATE OR REPLACE FUNCTION ts_private.push_rules()
RETURNS TABLE (
    kind text, reach text, traders boolean, auditors boolean, records boolean, archived boolean, ended boolean,
    creates text, tables text[], events text[], columns text[], actions text[]
)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH of AS (
        SELECT
            '{current_balance,floating_pnl,current_equity,max_equity_ever,daily_start_equity,daily_max_equity,
              daily_min_equity,trading_date,total_trades,total_pnl,outside_money,adjustments_total,win_rate,
              avg_trade_pnl,status,started_at,ended_at,last_trade_at,failure_reason,profit_target_reached_at,
              rule_state}'::text[] AS ledger,
            '{status,started_at,trading_date,rule_state,max_equity_ever,daily_start_equity,daily_max_equity,
              daily_min_equity}'::text[] AS start,
            '{max_equity_ever,daily_max_equity,daily_min_equity,status,ended_at,failure_reason,funded_at,
              profit_target_reached_at,rule_state}'::text[] AS decision,
            '{CHALLENGE_STATUS_CHANGED,DAILY_PNL_CALCULATED,RISK_VIOLATION_DETECTED,PROFIT_TARGET_REACHED,
              CHALLENGE_FAILED,RISK_ALERT_RAISED}'::text[] AS judged,
            '{challenges,trades,challenge_events,risk_alerts,command_results}'::text[] AS recorded,
            '{challenges,challenge_events,payments,command_results,audit_log}'::text[] AS paid,
            '{PAYMENT_STATUS_CHANGED,CHALLENGE_STATUS_CHANGED}'::text[] AS payment,
            '{PAYMENT_RECORDED,PAYMENT_CHANGED}'::text[] AS payment_deeds
    )
    SELECT rule.* FROM of, LATERAL (VALUES
        ('ExecuteTrade', 'others', false, false, true, false, false, 'never',
            of.recorded, of.judged || '{TRADE_EXECUTED}'::text[], of.ledger, '{}'::text[]),
        ('ExecuteTrades', 'others', false, false, true, false, false, 'never',
            of.recorded, of.judged || '{TRADE_EXECUTED,BALANCE_ADJUSTED}'::text[], of.ledger, '{}'),
        ('ImportStatement', 'others', false, false, true, false, false, 'may',
            of.recorded || '{import_history}'::text[],
            of.judged || '{CHALLENGE_CREATED,TRADE_EXECUTED,BALANCE_ADJUSTED}'::text[], of.ledger, '{}'),
        ('AdjustBalance', 'others', false, false, true, false, false, 'never',
            of.recorded, of.judged || '{BALANCE_ADJUSTED}'::text[], of.ledger, '{}'),
        ('RecordEquity', 'others', false, false, true, false, false, 'never',
            of.recorded, of.judged || '{EQUITY_RECORDED}'::text[], of.ledger, '{}'),
        ('StartChallenge', 'others', false, false, true, false, false, 'never',
            '{challenges,challenge_events,command_results}', '{CHALLENGE_STATUS_CHANGED}', of.start, '{}'),
        ('CreateChallenge', 'others', false, false, false, true, true, 'always',
            '{challenges,challenge_events,command_results}', '{CHALLENGE_CREATED}', of.ledger, '{}'),
        ('CloseDay', 'any', false, false, true, false, false, 'never',
            of.recorded, of.judged, of.ledger, '{}'),
        ('ExpireChallenge', 'any', false, false, true, false, false, 'never',
            of.recorded, of.judged, of.ledger, '{}'),
        ('FailChallenge', 'others', false, false, false, false, false, 'never',
            '{challenges,challenge_events,command_results}', '{CHALLENGE_FAILED}', of.decision, '{}'),
        ('ArchiveChallenge', 'any', false, false, false, false, true, 'never',
            '{challenges,challenge_events,command_results}', '{NOTE_ADDED}', '{archived_at}', '{}'),
        ('AddNote', 'any', true, false, false, true, true, 'never',
            '{challenge_events,command_results}', '{NOTE_ADDED}', '{}', '{}'),
        ('RaiseAlert', 'any', false, false, false, true, true, 'never',
            '{challenge_events,risk_alerts,command_results}', '{RISK_ALERT_RAISED}', '{}', '{}'),
        ('WatchActivity', 'any', false, false, false, true, true, 'never',
            '{challenge_events,risk_alerts,command_results}', '{RISK_ALERT_RAISED}', '{}', '{}'),
        ('AcknowledgeAlert', 'any', true, false, false, true, true, 'never',
            '{challenge_events,risk_alerts,command_results}', '{RISK_ALERT_UPDATED}', '{}', '{}'),
        ('ResolveAlert', 'any', false, false, false, true, true, 'never',
            '{challenge_events,risk_alerts,command_results}', '{RISK_ALERT_UPDATED}', '{}', '{}'),
        ('MarkFalsePositive', 'any', false, false, false, true, true, 'never',
            '{challenge_events,risk_alerts,command_results}', '{RISK_ALERT_UPDATED}', '{}', '{}'),
        ('ApproveFunding', 'others', false, false, false, false, false, 'never',
            '{challenges,challenge_events,command_results,audit_log}', '{FUNDING_APPROVED,CHALLENGE_FUNDED}',
            of.decision, '{FUNDING_APPROVED}'),
        ('RejectFunding', 'others', false, false, false, false, false, 'never',
            '{challenges,challenge_events,command_results,audit_log}', '{FUNDING_REJECTED,CHALLENGE_FAILED}',
            of.decision, '{FUNDING_REJECTED}'),
        ('OpenNextPhase', 'others', false, false, false, true, true, 'always',
            '{challenges,challenge_events,command_results,audit_log}', '{CHALLENGE_CREATED}', of.ledger,
            '{NEXT_PHASE_OPENED}'),
        ('RecordPayment', 'others', false, false, false, true, true, 'never',
            of.paid, of.payment, of.start, of.payment_deeds),
        ('UpdatePaymentStatus', 'others', false, false, false, true, true, 'never',
            of.paid, of.payment, of.start, of.payment_deeds),
        ('ReceiveWebhook', 'others', false, false, false, true, true, 'never',
            of.paid, of.payment, of.start, of.payment_deeds),
        ('AuditEntry', 'any', true, true, false, true, true, 'never', '{audit_log}', '{}', '{}', '{}')
    ) AS rule (kind, reach, traders, auditors, records, archived, ended, creates, tables, events, columns, actions)
$$;

-- Ends the command with a verdict; the reason is a sentence for the person who sent it.
CREATE OR REPLACE FUNCTION ts_private.push_reject(code text, reason text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'TSREJ', MESSAGE = reason, HINT = code;
END
$$;

-- What an error of a statement means: NULL for one that is no verdict, because the same batch may go through later.
CREATE OR REPLACE FUNCTION ts_private.push_verdict_of(state text, message text, constraint_name text, context text)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE
    WHEN state = '23505' AND constraint_name IN ('sync_op_command_id_key', 'idx_audit_log_stream_sequence_lock') THEN
        RETURN NULL;  -- another device of the same person was at it at the same moment
    WHEN state = '23505' THEN
        RETURN jsonb_build_object('code', 'duplicate', 'reason', 'Something with the same identity is recorded already.');
    WHEN state = '23001' THEN
        -- The tables' own triggers; what they say names nothing but what was sent.
        RETURN jsonb_build_object(
            'code', CASE WHEN context LIKE '%tradesense_seal_%' OR message LIKE '%leaves a gap%' THEN 'chain' ELSE 'state' END,
            'reason', CASE WHEN message ~ '^(previous_)?hash ' THEN 'The ' || message
                           ELSE upper(left(message, 1)) || substr(message, 2) END || '.');
    WHEN state = '23503' THEN
        RETURN jsonb_build_object('code', 'invalid', 'reason', 'It refers to something that is not there.');
    WHEN state IN ('23514', '23502') THEN
        RETURN jsonb_build_object('code', 'invalid', 'reason', 'A value breaks a rule of its table'
            || coalesce(' (' || nullif(constraint_name, '') || ')', '') || '.');
    WHEN left(state, 2) IN ('21', '22', '23', '54', 'P0') THEN
        RETURN jsonb_build_object('code', 'invalid', 'reason', 'The command cannot be read as what it says it is.');
    ELSE
        -- Rolled back, out of resources, cancelled, shut down, a server whose parts do not fit: never a verdict.
        RETURN NULL;
    END CASE;
END
$$;

-- The RFC 8785 text of a document; a number that is no integer within 2^53-1 leaves a hole, so that no text is equal.
-- The schema's own function looks for itself in the path, which has no schema of ours here; this one is called with
-- the path of a push, and sets none for each of its many calls.
CREATE OR REPLACE FUNCTION ts_private.push_canonical(document jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    written text;
BEGIN
    CASE jsonb_typeof(document)
    WHEN 'object' THEN
        SELECT string_agg(to_json(key)::text || ':' || CASE jsonb_typeof(item)
                   WHEN 'object' THEN ts_private.push_canonical(item)
                   WHEN 'array' THEN ts_private.push_canonical(item)
                   WHEN 'number' THEN CASE
                       WHEN item::text ~ '^(0|-?[1-9][0-9]{0,15})$' AND abs(item::text::numeric) <= 9007199254740991
                       THEN item::text ELSE '' END
                   ELSE item::text END, ',' ORDER BY key COLLATE "C")
        INTO written FROM jsonb_each(document) AS member (key, item);
        RETURN '{' || coalesce(written, '') || '}';
    WHEN 'array' THEN
        SELECT string_agg(CASE jsonb_typeof(item)
                   WHEN 'object' THEN ts_private.push_canonical(item)
                   WHEN 'array' THEN ts_private.push_canonical(item)
                   WHEN 'number' THEN CASE WHEN item::text ~ '^(0|-?[1-9][0-9]{0,15})$' THEN item::text ELSE '' END
                   ELSE item::text END, ',' ORDER BY place)
        INTO written FROM jsonb_array_elements(document) WITH ORDINALITY AS element (item, place);
        RETURN '[' || coalesce(written, '') || ']';
    ELSE
        RETURN document::text;
    END CASE;
END
$$;

-- An id for what has to stand in sync_op but has no command_id of its own to stand under.
CREATE OR REPLACE FUNCTION ts_private.push_own_id(device uuid, number bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT md5('sync_op/' || device || '/' || number)::uuid
$$;

-- The one way into the audit log of a firm: the next entry of a person's chain. The lock on the person's own row
-- orders the entries of two devices; it stands in nobody else's way.
CREATE OR REPLACE FUNCTION ts_api.chain_audit(
    actor uuid, device uuid, entry_id uuid, action text, target_table text, target_id text, details jsonb,
    occurred_at timestamptz
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.users AS person WHERE person.id = actor FOR NO KEY UPDATE;
    INSERT INTO public.audit_log AS entry (id, stream, sequence_number, actor_id, action, target_table, target_id,
                                           details, occurred_at, recorded_at, device_id)
    SELECT entry_id, actor::text, coalesce(max(before.sequence_number), 0) + 1, actor, chain_audit.action,
           chain_audit.target_table, chain_audit.target_id, chain_audit.details, chain_audit.occurred_at,
           greatest(clock_timestamp(), chain_audit.occurred_at), device
    FROM public.audit_log AS before WHERE before.stream = actor::text;
END
$$;

-- Verdicts come back in the order of the ops, up to the first that is stale.
CREATE OR REPLACE FUNCTION ts_api.push(device_id uuid, ops jsonb)
RETURNS TABLE (op_no bigint, verdict text, code text, detail jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    largest_push CONSTANT bigint := 128 * 1024 * 1024;
    largest_push_of_others CONSTANT bigint := 4 * 1024 * 1024;
    person public.users;
    device public.sync_device;
    sent jsonb;
    number bigint;
    stored public.sync_op;
    outcome record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'A push runs in a READ COMMITTED transaction' USING ERRCODE = 'TS400';
    END IF;
    PERFORM ts_private.push_wait_for_locks();
    person := ts_private.acting_person();
    SELECT each.* INTO device FROM public.sync_device AS each
    WHERE each.device_id = push.device_id AND each.user_id = person.id AND each.revoked_at IS NULL
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This device is not one of yours, or was revoked' USING ERRCODE = 'TS403';
    END IF;
    PERFORM ts_private.push_check_batch(ops, CASE WHEN person.role IN ('ADMIN', 'SUPERADMIN') THEN largest_push
                                              ELSE largest_push_of_others END);
    FOR sent IN SELECT each FROM jsonb_array_elements(ops) AS each LOOP
        number := (sent ->> 'op_no')::bigint;
        IF number <= device.last_op_no THEN
            SELECT each.* INTO stored FROM public.sync_op AS each
            WHERE each.device_id = device.device_id AND each.op_no = number;
            IF NOT FOUND OR stored.request_sha256 <> sent ->> 'sha256' THEN
                RAISE EXCEPTION 'Op % of this device was sent before with other content', number USING ERRCODE = 'TS409';
            END IF;
        ELSIF number <> device.last_op_no + 1 THEN
            RAISE EXCEPTION 'Op % leaves a gap: % is expected', number, device.last_op_no + 1
                USING ERRCODE = 'TS410', DETAIL = (device.last_op_no + 1)::text;
        ELSE
            outcome := ts_private.push_one(person, device.device_id, number, sent);
            IF outcome.stale IS NOT NULL THEN
                RETURN QUERY SELECT number, 'stale'::text, NULL::text, outcome.stale;
                EXIT;
            END IF;
            device.last_op_no := number;
            stored := outcome.stored;
            UPDATE public.sync_device AS each SET last_op_no = number WHERE each.device_id = device.device_id;
        END IF;
        RETURN QUERY SELECT number, stored.verdict, stored.detail ->> 'code',
                            stored.detail - '{code,signature}'::text[];
    END LOOP;
END
$$;

-- Who calls, if still a member of the firm in good standing.
CREATE OR REPLACE FUNCTION ts_private.acting_person() RETURNS public.users
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person public.users;
BEGIN
    SELECT each.id, each.role, each.status, each.deleted_at
    INTO person.id, person.role, person.status, person.deleted_at
    FROM public.users AS each WHERE each.id = ts_api.me();
    IF NOT FOUND OR person.status <> 'ACTIVE' OR person.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'Your account on this server is not active' USING ERRCODE = 'TS403';
    END IF;
    RETURN person;
END
$$;

-- The envelope of a push: ops with a number, a text, its hash and a signature, and nothing else.
CREATE OR REPLACE FUNCTION ts_private.push_check_batch(ops jsonb, largest bigint) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    size bigint;
BEGIN
    IF jsonb_typeof(ops) IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'A push is a list of ops' USING ERRCODE = 'TS400';
    END IF;
    IF jsonb_array_length(ops) > 200 THEN
        RAISE EXCEPTION 'A push has at most 200 ops' USING ERRCODE = 'TS413';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(ops) AS op
        WHERE jsonb_typeof(op) <> 'object'
    ) OR EXISTS (
        SELECT FROM jsonb_array_elements(ops) AS op
        WHERE (SELECT array_agg(name ORDER BY name COLLATE "C") FROM jsonb_object_keys(op) AS name)
                IS DISTINCT FROM '{op_no,request,sha256,signature}'::text[]
            OR jsonb_typeof(op -> 'op_no') <> 'number' OR op ->> 'op_no' !~ '^[1-9][0-9]{0,15}$'
            OR jsonb_typeof(op -> 'request') <> 'string'
            OR jsonb_typeof(op -> 'sha256') <> 'string' OR op ->> 'sha256' !~ '^[0-9a-f]{64}$'
            OR jsonb_typeof(op -> 'signature') <> 'string' OR op ->> 'signature' !~ '^[0-9a-f]{128}$'
    ) THEN
        RAISE EXCEPTION 'An op is an object of op_no, request, sha256 and signature' USING ERRCODE = 'TS400';
    END IF;
    SELECT sum(octet_length(op ->> 'request')) INTO size FROM jsonb_array_elements(ops) AS op;
    IF size > largest THEN
        RAISE EXCEPTION 'A push holds at most % bytes of requests', largest USING ERRCODE = 'TS413';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(ops) AS op
        WHERE encode(sha256(convert_to(op ->> 'request', 'UTF8')), 'hex') <> op ->> 'sha256'
    ) THEN
        RAISE EXCEPTION 'The sha256 of an op is not that of its request' USING ERRCODE = 'TS400';
    END IF;
END
$$;

-- One op in one subtransaction: applied, rejected, or stale (then nothing is written and the number is not used up).
CREATE OR REPLACE FUNCTION ts_private.push_one(
    person public.users, device uuid, number bigint, sent jsonb,
    OUT stored public.sync_op, OUT stale jsonb
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    request jsonb;
    known jsonb;
    told jsonb;
    message text;
    hint text;
    constraint_name text;
    context text;
BEGIN
    stored.device_id := device;
    stored.op_no := number;
    stored.request_sha256 := sent ->> 'sha256';
    stored.command_id := ts_private.push_own_id(device, number);
    BEGIN
        request := (sent ->> 'request')::jsonb;
        PERFORM ts_private.push_check_request(request, sent ->> 'request', person.id, device);
        known := ts_private.push_known((request ->> 'command_id')::uuid, person.id);
        IF known IS NOT NULL THEN
            stored.verdict := known ->> 'verdict';
            told := known - 'verdict';
        ELSE
            stored.command_id := (request ->> 'command_id')::uuid;
            SELECT done.stale, done.detail INTO stale, told
            FROM ts_private.push_apply(person, device, request) AS done;
            IF stale IS NOT NULL THEN
                RETURN;
            END IF;
            stored.verdict := 'applied';
        END IF;
        stored.detail := told || jsonb_build_object('signature', sent -> 'signature');
        INSERT INTO public.sync_op (device_id, op_no, command_id, request_sha256, verdict, detail)
        VALUES (device, number, stored.command_id, stored.request_sha256, stored.verdict, stored.detail);
        RETURN;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT,
            constraint_name = CONSTRAINT_NAME, context = PG_EXCEPTION_CONTEXT;
        IF SQLSTATE = 'TSREJ' THEN
            told := jsonb_build_object('code', hint, 'reason', message);
        ELSE
            told := ts_private.push_verdict_of(SQLSTATE, message, constraint_name, context);
            IF constraint_name = 'sync_op_command_id_key' AND ts_private.push_known(stored.command_id, person.id) IS NULL THEN
                told := jsonb_build_object('code', 'duplicate', 'reason', 'The id of this command is that of another one.');
                stored.command_id := ts_private.push_own_id(device, number);
            ELSIF told IS NULL AND SQLSTATE = '23505' THEN
                RAISE EXCEPTION 'Another device of yours was at it at the same moment'
                    USING ERRCODE = 'serialization_failure';
            ELSIF told IS NULL THEN
                RAISE;
            END IF;
        END IF;
    END;
    stored.verdict := 'rejected';
    stored.detail := told || jsonb_build_object('signature', sent -> 'signature');
    BEGIN
        INSERT INTO public.sync_op (device_id, op_no, command_id, request_sha256, verdict, detail)
        VALUES (device, number, stored.command_id, stored.request_sha256, stored.verdict, stored.detail);
    EXCEPTION WHEN unique_violation THEN
        IF ts_private.push_known(stored.command_id, person.id) IS NOT NULL THEN
            RAISE EXCEPTION 'Another device of yours was at it at the same moment' USING ERRCODE = 'serialization_failure';
        END IF;
        -- The id is taken by somebody whom this person may not see.
        stored.command_id := ts_private.push_own_id(device, number);
        INSERT INTO public.sync_op (device_id, op_no, command_id, request_sha256, verdict, detail)
        VALUES (device, number, stored.command_id, stored.request_sha256, stored.verdict, stored.detail);
    END;
END
$$;

-- What became of a command that was sent before, under another number or from another device; NULL for a new one.
CREATE OR REPLACE FUNCTION ts_private.push_known(command uuid, person_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before record;
BEGIN
    SELECT op.verdict, op.detail, device.user_id INTO before
    FROM public.sync_op AS op JOIN public.sync_device AS device ON device.device_id = op.device_id
    WHERE op.command_id = command;
    IF NOT FOUND THEN
        SELECT 'applied' AS verdict, '{}'::jsonb AS detail, result.actor_id AS user_id INTO before
        FROM public.command_results AS result WHERE result.command_id = command;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    IF before.user_id IS DISTINCT FROM person_id THEN
        RETURN jsonb_build_object('verdict', 'rejected', 'code', 'duplicate',
            'reason', 'The id of this command is that of another one.');
    END IF;
    RETURN (before.detail - 'signature')
        || jsonb_build_object('verdict', before.verdict, 'known', true, 'command_id', command);
END
$$;

ALTER FUNCTION ts_api.push(uuid, jsonb) OWNER TO ts_writer;
ALTER FUNCTION ts_api.chain_audit(uuid, uuid, uuid, text, text, text, jsonb, timestamptz) OWNER TO ts_writer;
GRANT EXECUTE ON FUNCTION ts_api.push(uuid, jsonb) TO ts_trader, ts_auditor, ts_admin, ts_superadmin;
