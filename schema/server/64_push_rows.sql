-- The other rows of an op: alerts, payments, the result of the command, the import, and what the audit log keeps of it.

-- Alerts: new ones as their RISK_ALERT_RAISED events hold them, or the one that a person has handled.
CREATE OR REPLACE FUNCTION ts_private.push_write_alerts(
    person_id uuid, kind text, command uuid, before public.challenges, first bigint, brought jsonb
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    status_due CONSTANT text := CASE kind WHEN 'AcknowledgeAlert' THEN 'ACKNOWLEDGED' WHEN 'ResolveAlert' THEN 'RESOLVED'
        WHEN 'MarkFalsePositive' THEN 'FALSE_POSITIVE' END;
    told bigint;
BEGIN
    IF status_due IS NOT NULL THEN
        PERFORM ts_private.push_handle_alert(person_id, status_due, before.id, first, brought);
        RETURN;
    END IF;
    SELECT count(*) INTO told FROM public.challenge_events AS event
    WHERE event.challenge_id = before.id AND event.sequence_number >= first AND event.event_type = 'RISK_ALERT_RAISED';
    IF told <> coalesce(jsonb_array_length(brought -> 'risk_alerts'), 0) OR EXISTS (
        SELECT FROM jsonb_array_elements(brought -> 'risk_alerts') AS sent (item)
        WHERE sent.item ->> 'challenge_id' IS DISTINCT FROM before.id::text
            OR sent.item ->> 'user_id' IS DISTINCT FROM before.user_id::text
            OR sent.item ->> 'correlation_id' IS DISTINCT FROM command::text
            OR sent.item ->> 'status' <> 'ACTIVE'
            OR NOT EXISTS (
                SELECT FROM public.challenge_events AS event
                WHERE event.challenge_id = before.id AND event.sequence_number >= first
                    AND event.event_type = 'RISK_ALERT_RAISED'
                    AND (event.event_data -> 'alert') - '{metadata,updated_at}'::text[]
                        = sent.item - '{metadata,updated_at}'::text[]))
    THEN
        PERFORM ts_private.push_reject('invalid', 'An alert and its event do not say the same.');
    END IF;
    INSERT INTO public.risk_alerts
    SELECT each.* FROM jsonb_populate_recordset(NULL::public.risk_alerts, brought -> 'risk_alerts') AS each;
END
$$;

CREATE OR REPLACE FUNCTION ts_private.push_handle_alert(
    person_id uuid, status_due text, challenge uuid, first bigint, brought jsonb
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moving CONSTANT text[] := '{status,acknowledged_at,acknowledged_by,resolved_at,resolved_by,updated_at}';
    alert public.risk_alerts;
    after public.risk_alerts;
    told record;
BEGIN
    IF jsonb_array_length(brought -> 'risk_alerts') IS DISTINCT FROM 1 THEN
        PERFORM ts_private.push_reject('invalid', 'The command handles one alert.');
    END IF;
    after := jsonb_populate_record(NULL::public.risk_alerts, brought -> 'risk_alerts' -> 0);
    SELECT each.* INTO alert FROM public.risk_alerts AS each
    WHERE each.id = after.id AND each.challenge_id = challenge FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM ts_private.push_reject('invalid', 'The challenge has no such alert.');
    END IF;
    SELECT count(*) AS number, min(event.event_data ->> 'alert_id') AS alert_id, min(event.event_data ->> 'to') AS status,
           min(event.event_data ->> 'from') AS status_before
    INTO told FROM public.challenge_events AS event
    WHERE event.challenge_id = challenge AND event.sequence_number >= first;
    IF alert.status NOT IN ('ACTIVE', 'ACKNOWLEDGED') OR alert.status = status_due THEN
        PERFORM ts_private.push_reject('conflict', 'The alert was handled before.');
    ELSIF after.status <> status_due OR to_jsonb(after) - moving <> to_jsonb(alert) - moving
        OR (told.number, told.alert_id, told.status, told.status_before)
            IS DISTINCT FROM (1::bigint, alert.id::text, status_due, alert.status)
        OR status_due = 'ACKNOWLEDGED' AND (after.acknowledged_by IS DISTINCT FROM person_id OR after.resolved_by IS NOT NULL)
        OR status_due <> 'ACKNOWLEDGED' AND (after.resolved_by IS DISTINCT FROM person_id
            OR (after.acknowledged_at, after.acknowledged_by) IS DISTINCT FROM (alert.acknowledged_at, alert.acknowledged_by))
    THEN
        PERFORM ts_private.push_reject('invalid', 'The alert is not what handling it leads to.');
    END IF;
    UPDATE public.risk_alerts AS each SET
        status = after.status, acknowledged_at = after.acknowledged_at, acknowledged_by = after.acknowledged_by,
        resolved_at = after.resolved_at, resolved_by = after.resolved_by
    WHERE each.id = alert.id;
END
$$;

-- Payments, in the order in which they were written. One whose money went back before it was told to have come in is
-- SUCCESS on the way.
CREATE OR REPLACE FUNCTION ts_private.push_write_payments(
    kind text, before public.challenges, first bigint, brought jsonb
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moving CONSTANT text[] := '{provider_payment_id,provider_transaction_id,external_payment_id,fee,status,
        status_updated_at,processing_started_at,processed_at,completed_at,settled_at,failed_at,failure_reason,
        refund_amount,refunded_at,webhook_data,updated_at}';
    sent jsonb;
    after public.payments;
    payment public.payments;
    told record;
    news integer := 0;
    said bigint := 0;
BEGIN
    FOR sent IN SELECT item FROM jsonb_array_elements(brought -> 'payments') AS element (item) LOOP
        after := jsonb_populate_record(NULL::public.payments, sent);
        IF after.challenge_id IS DISTINCT FROM before.id OR after.user_id <> before.user_id THEN
            PERFORM ts_private.push_reject('invalid', 'The payment is for another challenge or from another person.');
        END IF;
        SELECT each.* INTO payment FROM public.payments AS each WHERE each.id = after.id FOR NO KEY UPDATE;
        SELECT count(*) AS number,
               coalesce(bool_or((event.event_data ->> 'amount')::numeric <> after.amount
                   OR event.event_data ->> 'currency' <> after.currency), false) AS is_other,
               (array_agg(event.event_data ->> 'from' ORDER BY event.sequence_number))[1] AS status_before,
               (array_agg(event.event_data ->> 'to' ORDER BY event.sequence_number DESC))[1] AS status
        INTO told FROM public.challenge_events AS event
        WHERE event.challenge_id = before.id AND event.sequence_number >= first
            AND event.event_type = 'PAYMENT_STATUS_CHANGED' AND event.event_data ->> 'payment_id' = after.id::text;
        said := said + told.number;
        IF told.is_other OR told.number > 0
            AND (told.status IS DISTINCT FROM after.status OR told.status_before IS DISTINCT FROM payment.status)
        THEN
            PERFORM ts_private.push_reject('invalid', 'A payment and its event do not say the same.');
        END IF;
        IF payment.id IS NULL THEN
            news := news + 1;
            IF kind = 'UpdatePaymentStatus' OR told.number = 0 OR news > 1 THEN
                PERFORM ts_private.push_reject('invalid', 'A command of this kind records no such payment.');
            END IF;
            INSERT INTO public.payments SELECT after.*;
            CONTINUE;
        END IF;
        IF kind = 'RecordPayment' THEN
            PERFORM ts_private.push_reject('duplicate', 'Something with the same identity is recorded already.');
        ELSIF to_jsonb(after) - moving <> to_jsonb(payment) - moving
            OR told.number = 0 AND after.status <> payment.status
            OR payment.refund_amount > coalesce(after.refund_amount, 0)
        THEN
            PERFORM ts_private.push_reject('conflict', 'The payment has changed otherwise since.');
        END IF;
        IF payment.status IN ('PENDING', 'PROCESSING') AND after.status = 'REFUNDED' THEN
            UPDATE public.payments AS each SET status = 'SUCCESS', processed_at = after.processed_at,
                completed_at = after.completed_at WHERE each.id = after.id;
        END IF;
        UPDATE public.payments AS each SET
            provider_payment_id = after.provider_payment_id, provider_transaction_id = after.provider_transaction_id,
            external_payment_id = after.external_payment_id, fee = after.fee, status = after.status,
            processing_started_at = after.processing_started_at, processed_at = after.processed_at,
            completed_at = after.completed_at, settled_at = after.settled_at, failed_at = after.failed_at,
            failure_reason = after.failure_reason, refund_amount = after.refund_amount, refunded_at = after.refunded_at,
            webhook_data = after.webhook_data
        WHERE each.id = after.id;
    END LOOP;
    IF said <> (SELECT count(*) FROM public.challenge_events AS event
                WHERE event.challenge_id = before.id AND event.sequence_number >= first
                    AND event.event_type = 'PAYMENT_STATUS_CHANGED')
        OR kind IN ('RecordPayment', 'UpdatePaymentStatus', 'ReceiveWebhook') AND NOT brought ? 'payments'
    THEN
        PERFORM ts_private.push_reject('invalid', 'A payment and its event do not say the same.');
    END IF;
END
$$;

-- What the command came to, under its own id, and the file that it read.
CREATE OR REPLACE FUNCTION ts_private.push_write_results(
    person_id uuid, command uuid, before public.challenges, first bigint, brought jsonb
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    result CONSTANT jsonb := brought -> 'command_results' -> 0;
    import CONSTANT jsonb := brought -> 'import_history' -> 0;
BEGIN
    IF result IS NOT NULL AND (result ->> 'command_id', result ->> 'actor_id', result ->> 'challenge_id')
            IS DISTINCT FROM (command::text, person_id::text, before.id::text)
        OR import IS NOT NULL AND (import ->> 'command_id', import ->> 'challenge_id', (import ->> 'trades_added')::numeric)
            IS DISTINCT FROM (command::text, before.id::text,
                coalesce(jsonb_array_length(brought -> 'trades'), 0)::numeric)
    THEN
        PERFORM ts_private.push_reject('invalid', 'What the command came to is told of another one.');
    END IF;
    INSERT INTO public.command_results
    SELECT (jsonb_populate_record(NULL::public.command_results, result)).* WHERE result IS NOT NULL;
    INSERT INTO public.import_history
    SELECT (jsonb_populate_record(NULL::public.import_history, import)).* WHERE import IS NOT NULL;
END
$$;

-- Entries of the audit log: the acting person's, about what the command is about, chained here.
CREATE OR REPLACE FUNCTION ts_private.push_write_audit(
    person_id uuid, device uuid, kind text, allowed text[], challenge uuid, brought jsonb
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry jsonb;
BEGIN
    FOR entry IN SELECT item FROM jsonb_array_elements(brought -> 'audit_log') AS element (item) LOOP
        IF entry ->> 'actor_id' IS DISTINCT FROM person_id::text THEN
            PERFORM ts_private.push_reject('not_allowed', 'An entry of the audit log names another person than the one who acts.');
        ELSIF kind = 'AuditEntry' AND (
            -- Deeds that are done through commands of their own are told by those alone.
            entry ->> 'action' ~ '^(USER_|FUNDING_|PAYMENT_|NEXT_PHASE_|ROLE_|LEASE_|DEVICE_|POLICY_|ACCOUNTS_)'
            OR entry ->> 'action' !~ '^[A-Z][A-Z_]{1,59}$')
            OR kind <> 'AuditEntry' AND NOT (
                entry ->> 'action' = ANY (allowed)
                AND coalesce(
                    entry ->> 'target_table' = 'challenges' AND entry ->> 'target_id' = challenge::text
                    OR entry ->> 'target_table' = 'payments' AND EXISTS (
                        SELECT FROM public.payments AS payment
                        WHERE payment.id::text = entry ->> 'target_id' AND payment.challenge_id = challenge), false))
            OR octet_length((entry -> 'details')::text) > 20000
        THEN
            PERFORM ts_private.push_reject('invalid', 'A command of this kind leads to no such entry of the audit log.');
        END IF;
        PERFORM ts_api.chain_audit(person_id, device, (entry ->> 'id')::uuid, entry ->> 'action', entry ->> 'target_table',
            entry ->> 'target_id', entry -> 'details', (entry ->> 'occurred_at')::timestamptz);
    END LOOP;
END
$$;
