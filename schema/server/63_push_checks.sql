-- What an op brings, looked at as it stands in the tables: the ledger agrees with the history, and both with the row.

-- The rows of an op: only tables that the kind may write, one row or a list of them, every column there, each value in
-- the one form that it has (decimals as texts, instants to the microsecond: no 'now', no 'NaN', no JSON number).
CREATE OR REPLACE FUNCTION ts_private.push_check_form(brought jsonb, allowed text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    each record;
    names text[];
    kinds text[];
    patterns text[];
    wrong text;
BEGIN
    FOR each IN SELECT key AS name, value AS items FROM jsonb_each(brought) LOOP
        IF each.name <> ALL (allowed) THEN
            PERFORM ts_private.push_reject('invalid', 'A command of this kind writes no rows of that table.');
        ELSIF jsonb_typeof(each.items) <> 'array' OR jsonb_array_length(each.items) = 0 THEN
            PERFORM ts_private.push_reject('invalid', 'The rows of a table are a list that is not empty.');
        ELSIF each.name IN ('challenges', 'command_results', 'import_history') AND jsonb_array_length(each.items) > 1 THEN
            PERFORM ts_private.push_reject('invalid', 'A command writes one row of that table.');
        END IF;
        SELECT
            array_agg(attribute.attname::text), array_agg(form.kind), array_agg(form.pattern) INTO names, kinds, patterns
        FROM pg_attribute AS attribute
        LEFT JOIN (VALUES
            ('exact_decimal', 'string', '^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,8})?$'),
            ('utc_instant', 'string', '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$'),
            ('calendar_day', 'string', '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
            ('uuid', 'string', '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'),
            ('sha256_text', 'string', ''), ('text', 'string', ''), ('int4', 'number', ''), ('int8', 'number', '')
        ) AS form (type, kind, pattern) ON form.type = (SELECT typname FROM pg_type WHERE oid = attribute.atttypid)
        WHERE attribute.attrelid = ('public.' || quote_ident(each.name))::regclass
            AND attribute.attnum > 0 AND NOT attribute.attisdropped
            AND NOT (each.name = 'audit_log'
                     AND attribute.attname IN ('stream', 'sequence_number', 'recorded_at', 'previous_hash', 'hash'));
        IF EXISTS (SELECT FROM jsonb_array_elements(each.items) AS item WHERE jsonb_typeof(item) <> 'object')
            OR EXISTS (
                SELECT FROM jsonb_array_elements(each.items) AS item
                WHERE NOT item ?& names
                    OR (SELECT count(*) FROM jsonb_object_keys(item)) <> cardinality(names))
        THEN
            PERFORM ts_private.push_reject('invalid', 'A row of ' || each.name || ' has not all of its columns, or others.');
        END IF;
        SELECT field.name INTO wrong
        FROM jsonb_array_elements(each.items) AS item
        CROSS JOIN unnest(names, kinds, patterns) AS field (name, kind, pattern)
        WHERE field.kind IS NOT NULL AND CASE jsonb_typeof(item -> field.name)
            WHEN 'null' THEN false
            WHEN field.kind THEN field.pattern <> '' AND item ->> field.name !~ field.pattern
            ELSE true END
        LIMIT 1;
        IF FOUND THEN
            PERFORM ts_private.push_reject('invalid',
                'The column ' || wrong || ' of ' || each.name || ' is not written as such a value is.');
        END IF;
    END LOOP;
END
$$;

-- Every new trade has its event and every TRADE_EXECUTED its trade, equal in every column, numbered in the same order.
CREATE OR REPLACE FUNCTION ts_private.push_check_trades(before public.challenges, first bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT coalesce(told.number, trade.sequence_number) INTO wrong
    FROM (
        SELECT
            event.event_data -> 'trade' AS data, event.occurred_at,
            before.total_trades + row_number() OVER (ORDER BY event.sequence_number) AS number
        FROM public.challenge_events AS event
        WHERE event.challenge_id = before.id AND event.sequence_number >= first AND event.event_type = 'TRADE_EXECUTED'
    ) AS told
    FULL JOIN (
        SELECT each.* FROM public.trades AS each
        WHERE each.challenge_id = before.id AND each.sequence_number > before.total_trades
    ) AS trade ON trade.sequence_number = told.number
    WHERE (
        trade.id::text, trade.challenge_id::text, trade.trade_id, trade.symbol, trade.side, trade.sequence_number::text,
        trim_scale(trade.quantity)::text, trim_scale(trade.price)::text, trim_scale(trade.realized_pnl)::text,
        trim_scale(trade.commission)::text, public.tradesense_instant_text(trade.executed_at),
        public.tradesense_instant_text(trade.created_at), trade.external_trade_id, trade.position_id,
        public.tradesense_instant_text(trade.opened_at), trim_scale(trade.open_price)::text, trade.metadata
    ) IS DISTINCT FROM (
        told.data ->> 'id', told.data ->> 'challenge_id', told.data ->> 'trade_id', told.data ->> 'symbol',
        told.data ->> 'side', told.data ->> 'sequence_number',
        told.data ->> 'quantity', told.data ->> 'price', told.data ->> 'realized_pnl',
        told.data ->> 'commission', told.data ->> 'executed_at',
        told.data ->> 'created_at', told.data ->> 'external_trade_id', told.data ->> 'position_id',
        told.data ->> 'opened_at', told.data ->> 'open_price', told.data -> 'metadata'
    )
        OR trade.executed_at IS DISTINCT FROM told.occurred_at
        OR (SELECT count(*) FROM jsonb_object_keys(told.data)) <> 17
    LIMIT 1;
    IF FOUND THEN
        PERFORM ts_private.push_reject('invalid', 'Trade ' || wrong || ' and its event do not say the same.');
    END IF;
END
$$;

-- Balance and equity, row by row as domain.md step 5 has them, and the sums of the challenge's row.
CREATE OR REPLACE FUNCTION ts_private.push_check_amounts(
    before public.challenges, after public.challenges, first bigint
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sums record;
BEGIN
    WITH told AS (
        SELECT
            event.sequence_number AS place, event.event_type AS kind, event.occurred_at::timestamptz AS at,
            event.event_data AS data, event.event_data -> 'adjustment' ->> 'kind' AS operation,
            ts_private.push_decimal(CASE event.event_type
                WHEN 'TRADE_EXECUTED' THEN event.event_data -> 'trade' ->> 'realized_pnl'
                WHEN 'BALANCE_ADJUSTED' THEN event.event_data -> 'adjustment' ->> 'amount'
                ELSE event.event_data ->> 'sample' END) AS amount,
            ts_private.push_decimal(CASE event.event_type
                WHEN 'EQUITY_RECORDED' THEN event.event_data ->> 'balance'
                ELSE event.event_data ->> 'balance_after' END) AS balance,
            ts_private.push_decimal(event.event_data ->> 'equity_after') AS equity,
            CASE event.event_type WHEN 'TRADE_EXECUTED' THEN 0
                ELSE ts_private.push_decimal(event.event_data ->> 'floating_pnl') END AS floating
        FROM public.challenge_events AS event
        WHERE event.challenge_id = before.id AND event.sequence_number >= first
            AND event.event_type IN ('TRADE_EXECUTED', 'BALANCE_ADJUSTED', 'EQUITY_RECORDED')
    ),
    chained AS (
        SELECT
            told.*,
            coalesce(told.operation IN ('DEPOSIT', 'WITHDRAWAL', 'CREDIT'), false) AS is_outside,
            lag(told.balance, 1, before.current_balance::numeric) OVER in_order AS balance_before,
            lag(told.equity, 1, before.current_equity::numeric) OVER in_order AS equity_before,
            -- A floating result that a sample told holds until the next trade.
            count(*) FILTER (WHERE told.kind <> 'BALANCE_ADJUSTED') OVER in_order AS since,
            max(told.at) FILTER (WHERE told.kind <> 'EQUITY_RECORDED')
                OVER (ORDER BY told.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_at
        FROM told WINDOW in_order AS (ORDER BY told.place)
    ),
    floated AS (
        SELECT chained.*, CASE chained.since WHEN 0 THEN before.floating_pnl::numeric
            ELSE first_value(chained.floating) OVER (PARTITION BY chained.since ORDER BY chained.place) END AS floats
        FROM chained
    ),
    expected AS (
        SELECT floated.*,
            CASE WHEN floated.kind = 'EQUITY_RECORDED' OR floated.is_outside THEN floated.balance_before
                ELSE greatest(0, floated.balance_before + floated.amount) END AS balance_due
        FROM floated
    )
    SELECT
        min(place) FILTER (WHERE
            amount IS NULL OR balance IS DISTINCT FROM balance_due
            OR equity IS DISTINCT FROM CASE
                WHEN kind = 'TRADE_EXECUTED' THEN balance_due
                WHEN kind = 'EQUITY_RECORDED' THEN greatest(0, amount)
                WHEN is_outside THEN equity_before
                ELSE greatest(0, balance_due + floats) END
            OR ts_private.push_decimal(data ->> 'equity_before') IS DISTINCT FROM equity_before
            OR kind <> 'EQUITY_RECORDED'
                AND ts_private.push_decimal(data ->> 'balance_before') IS DISTINCT FROM balance_before
            OR kind = 'EQUITY_RECORDED' AND floating IS DISTINCT FROM amount - balance_before
            OR kind <> 'TRADE_EXECUTED' AND public.tradesense_instant_text(at) IS DISTINCT FROM CASE kind
                WHEN 'EQUITY_RECORDED' THEN data ->> 'at' ELSE data -> 'adjustment' ->> 'executed_at' END
            OR kind = 'BALANCE_ADJUSTED' AND (
                operation IS NULL
                OR operation NOT IN ('DEPOSIT', 'WITHDRAWAL', 'CREDIT', 'DIVIDEND', 'CORRECTION', 'INTEREST', 'CHARGE',
                                     'COMMISSION', 'AGENT', 'BONUS', 'TAX', 'PAYOUT')
                OR data -> 'outside_money' IS DISTINCT FROM to_jsonb(is_outside))) AS wrong,
        min(place) FILTER (WHERE kind <> 'EQUITY_RECORDED' AND at < greatest(
            last_at, before.last_trade_at, (before.rule_state ->> 'last_row_at')::timestamptz)) AS early,
        count(*) FILTER (WHERE kind = 'TRADE_EXECUTED') AS trades,
        count(*) FILTER (WHERE kind = 'TRADE_EXECUTED' AND amount > 0) AS wins,
        count(*) FILTER (WHERE kind = 'TRADE_EXECUTED' AND amount < 0) AS losses,
        coalesce(sum(amount) FILTER (WHERE kind = 'TRADE_EXECUTED'), 0) AS pnl,
        coalesce(sum(amount) FILTER (WHERE is_outside), 0) AS outside,
        coalesce(sum(amount) FILTER (WHERE kind = 'BALANCE_ADJUSTED' AND NOT is_outside AND operation <> 'PAYOUT'), 0) AS adjusted,
        max(at) FILTER (WHERE kind = 'TRADE_EXECUTED') AS last_trade_at,
        max(equity) AS highest,
        coalesce((array_agg(balance ORDER BY place DESC))[1], before.current_balance) AS balance,
        coalesce((array_agg(equity ORDER BY place DESC))[1], before.current_equity) AS equity,
        coalesce((array_agg(floats ORDER BY place DESC))[1], before.floating_pnl) AS floats
    INTO sums FROM expected;
    IF sums.wrong IS NOT NULL THEN
        PERFORM ts_private.push_reject('arithmetic', 'Event ' || sums.wrong || ' does not follow from the balance before it.');
    ELSIF sums.early IS NOT NULL THEN
        PERFORM ts_private.push_reject('state', 'Event ' || sums.early || ' lies before the row that comes before it.');
    ELSIF (after.current_balance, after.current_equity, after.floating_pnl, after.total_trades, after.total_pnl,
           after.outside_money, after.adjustments_total)
        IS DISTINCT FROM (sums.balance, sums.equity, sums.floats, before.total_trades + sums.trades, before.total_pnl + sums.pnl,
                          before.outside_money + sums.outside, before.adjustments_total + sums.adjusted)
        OR after.last_trade_at IS DISTINCT FROM coalesce(sums.last_trade_at, before.last_trade_at)
    THEN
        PERFORM ts_private.push_reject('arithmetic', 'The row of the challenge is not what its events add up to.');
    END IF;
    PERFORM ts_private.push_check_figures(before, after, sums.wins, sums.losses, sums.highest);
END
$$;

-- What else of the row follows from the trades: the peak, wins and losses, and the two quotients of them.
CREATE OR REPLACE FUNCTION ts_private.push_check_figures(
    before public.challenges, after public.challenges, new_wins bigint, new_losses bigint, highest numeric
) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wins CONSTANT bigint := coalesce(ts_private.push_decimal(before.rule_state ->> 'wins'), 0) + new_wins;
    losses CONSTANT bigint := coalesce(ts_private.push_decimal(before.rule_state ->> 'losses'), 0) + new_losses;
    -- While the rows of one time are not all there, the row's peak may be higher than what is settled.
    settled CONSTANT numeric := coalesce(ts_private.push_decimal(before.rule_state ->> 'settled_peak'), before.max_equity_ever);
    average CONSTANT numeric := after.total_pnl::numeric / nullif(after.total_trades, 0);
BEGIN
    IF after.max_equity_ever < greatest(settled, after.current_equity::numeric)
        OR after.max_equity_ever > greatest(before.max_equity_ever::numeric, highest)
        OR after.rule_state <> '{}' AND (
            after.rule_state ->> 'wins' IS DISTINCT FROM wins::text OR after.rule_state ->> 'losses' IS DISTINCT FROM losses::text)
        OR (after.win_rate IS NULL) <> (wins + losses = 0)
        OR abs(after.win_rate - wins::numeric / nullif(wins + losses, 0)) > 1e-8
        OR (after.avg_trade_pnl IS NULL) <> (average IS NULL)
        OR abs(after.avg_trade_pnl - average) > greatest(1e-8, abs(average) * 1e-14)
    THEN
        PERFORM ts_private.push_reject('arithmetic', 'The figures of the challenge are not what its trades lead to.');
    END IF;
END
$$;

-- A decimal as event data holds it, else NULL. Without a path of its own it is inlined.
CREATE OR REPLACE FUNCTION ts_private.push_decimal(written text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN written ~ '^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,8})?$' THEN written::numeric END
$$;

-- The state machine: the row's state and the events that lead to it say the same, and name who acts.
CREATE OR REPLACE FUNCTION ts_private.push_check_state(
    person_id uuid, kind text, records boolean, before public.challenges, after public.challenges, first bigint
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    told record;
    is_new CONSTANT boolean := before.version = 0 AND first = 1;
BEGIN
    SELECT
        count(*) FILTER (WHERE type = 'CHALLENGE_CREATED') AS created,
        count(*) FILTER (WHERE type = 'CHALLENGE_STATUS_CHANGED') AS started,
        count(*) FILTER (WHERE type = 'CHALLENGE_FAILED') AS failed,
        count(*) FILTER (WHERE type = 'CHALLENGE_FUNDED') AS funded,
        count(*) FILTER (WHERE type = 'PROFIT_TARGET_REACHED') AS reached,
        count(*) FILTER (WHERE type = 'FUNDING_APPROVED') AS approved,
        count(*) FILTER (WHERE type = 'FUNDING_REJECTED') AS rejected,
        count(*) FILTER (WHERE type = 'NOTE_ADDED') AS notes,
        min(place) FILTER (WHERE type = 'CHALLENGE_CREATED') AS created_at,
        max(data ->> 'started_at') FILTER (WHERE type = 'CHALLENGE_STATUS_CHANGED') AS started_at,
        max(data ->> 'ended_at') FILTER (WHERE type = 'CHALLENGE_FAILED') AS failed_at,
        max(data ->> 'failure_reason') FILTER (WHERE type = 'CHALLENGE_FAILED') AS reason,
        max(data ->> 'funded_at') FILTER (WHERE type = 'CHALLENGE_FUNDED') AS funded_at,
        max(data ->> 'reached_at') FILTER (WHERE type = 'PROFIT_TARGET_REACHED') AS reached_at,
        max(data ->> 'outcome') FILTER (WHERE type = 'FUNDING_REJECTED') AS outcome,
        bool_or(place > ended) FILTER (WHERE type NOT IN ('RISK_ALERT_RAISED', 'CHALLENGE_FAILED', 'CHALLENGE_FUNDED')) AS goes_on,
        bool_or(CASE type
            WHEN 'FUNDING_APPROVED' THEN data ->> 'approver_id' IS DISTINCT FROM person_id::text
            WHEN 'FUNDING_REJECTED' THEN data ->> 'approver_id' IS DISTINCT FROM person_id::text
            WHEN 'NOTE_ADDED' THEN data ->> 'author_id' IS DISTINCT FROM person_id::text
                OR data ->> 'kind' IS DISTINCT FROM CASE kind WHEN 'ArchiveChallenge' THEN 'archived' ELSE 'note' END
            WHEN 'RISK_ALERT_UPDATED' THEN data ->> 'actor_id' IS DISTINCT FROM person_id::text
            WHEN 'CHALLENGE_FAILED' THEN data ->> 'actor_id'
                IS DISTINCT FROM CASE WHEN NOT records THEN person_id::text END
            ELSE false END) AS is_another
    INTO told
    FROM (
        SELECT event.event_type AS type, event.event_data AS data, event.sequence_number AS place,
               min(event.sequence_number) FILTER (WHERE event.event_type IN ('CHALLENGE_FAILED', 'CHALLENGE_FUNDED')) OVER () AS ended
        FROM public.challenge_events AS event
        WHERE event.challenge_id = before.id AND event.sequence_number >= first
    ) AS event;
    IF told.is_another THEN
        PERFORM ts_private.push_reject('not_allowed', 'An event names another person than the one who acts.');
    ELSIF told.created <> is_new::integer OR is_new AND (told.created_at <> 1 OR NOT ts_private.push_holds_terms(after)) THEN
        PERFORM ts_private.push_reject('invalid', 'The first event of a challenge holds its terms, and no other one.');
    ELSIF told.goes_on THEN
        PERFORM ts_private.push_reject('state', 'The history goes on after the end of the challenge.');
    ELSIF told.started <> (before.status = 'PENDING' AND after.status <> 'PENDING')::integer
        OR public.tradesense_instant_text(after.started_at)
            IS DISTINCT FROM (CASE told.started WHEN 0 THEN public.tradesense_instant_text(before.started_at)
                ELSE told.started_at END)
        OR told.failed <> (after.status = 'FAILED' AND before.status <> 'FAILED')::integer
        OR told.funded <> (after.status = 'FUNDED' AND before.status <> 'FUNDED')::integer
        OR told.failed = 1 AND (public.tradesense_instant_text(after.ended_at), after.failure_reason)
            IS DISTINCT FROM (told.failed_at, told.reason)
        OR told.funded = 1 AND (public.tradesense_instant_text(after.ended_at), public.tradesense_instant_text(after.funded_at))
            IS DISTINCT FROM (told.funded_at, told.funded_at)
    THEN
        PERFORM ts_private.push_reject('state', 'The status of the challenge is not what its events say.');
    ELSIF told.reached > (before.profit_target_reached_at IS NULL)::integer
        OR public.tradesense_instant_text(after.profit_target_reached_at) IS DISTINCT FROM (CASE
            WHEN told.outcome = 'BACK_TO_TRADING' THEN NULL
            WHEN told.reached = 1 THEN told.reached_at
            ELSE public.tradesense_instant_text(before.profit_target_reached_at) END)
    THEN
        PERFORM ts_private.push_reject('state', 'Whether the target is reached is not what the events say.');
    ELSIF told.approved <> (kind = 'ApproveFunding')::integer OR told.rejected <> (kind = 'RejectFunding')::integer
        OR told.failed <> 1 AND (told.outcome = 'FAILED' OR kind = 'FailChallenge')
        OR told.failed = 1 AND told.outcome IS DISTINCT FROM 'FAILED' AND kind = 'RejectFunding'
        OR told.notes <> (kind IN ('AddNote', 'ArchiveChallenge'))::integer
        OR kind = 'ArchiveChallenge' AND after.archived_at IS NULL
        OR kind IN ('ApproveFunding', 'RejectFunding')
            AND (before.status <> 'ACTIVE' OR before.profit_target_reached_at IS NULL)
    THEN
        PERFORM ts_private.push_reject('state', 'The command does not lead to what it is named for.');
    END IF;
END
$$;

-- Whether CHALLENGE_CREATED holds the terms that stand in the row.
CREATE OR REPLACE FUNCTION ts_private.push_holds_terms(row_ public.challenges) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((
        SELECT (data ->> 'user_id', data ->> 'challenge_type', data ->> 'currency', data -> 'rules_config',
                data ->> 'previous_challenge_id', data ->> 'initial_balance', data ->> 'max_daily_drawdown_percent',
                data ->> 'max_total_drawdown_percent', data ->> 'profit_target_percent')
            IS NOT DISTINCT FROM
               (row_.user_id::text, row_.challenge_type, row_.currency, row_.rules_config, row_.previous_challenge_id::text,
                trim_scale(row_.initial_balance)::text, trim_scale(row_.max_daily_drawdown_percent)::text,
                trim_scale(row_.max_total_drawdown_percent)::text, trim_scale(row_.profit_target_percent)::text)
        FROM (SELECT event.event_data AS data FROM public.challenge_events AS event
              WHERE event.challenge_id = row_.id AND event.sequence_number = 1) AS created
    ), false)
$$;
