-- TradeSense schema 1.0 for PostgreSQL 14 and later.
--
-- One logical design with tradesense_schema_sqlite.sql; schema/README.md says what each table and rule is for.
-- Loads without an error or a warning on an empty database, and again on a loaded one:
--     psql -v ON_ERROR_STOP=1 -f tradesense_schema.sql

SET client_min_messages = warning;

BEGIN;

-- ---------------------------------------------------------------------------------------------------------------
-- Types. `numeric(20,8)` would round what SQLite refuses; a domain refuses on both.
-- ---------------------------------------------------------------------------------------------------------------

DO $types$
BEGIN
    IF to_regtype('exact_decimal') IS NULL THEN
        CREATE DOMAIN exact_decimal AS numeric
            CONSTRAINT exact_decimal_is_exact CHECK (
                VALUE > -1e15 AND VALUE < 1e15
                AND scale(trim_scale(VALUE)) <= 8
                AND length(ltrim(replace(trim_scale(abs(VALUE))::text, '.', ''), '0')) <= 15
            );
    END IF;
    IF to_regtype('utc_instant') IS NULL THEN
        -- Neither an infinity nor a year that SQLite and Python cannot write.
        CREATE DOMAIN utc_instant AS timestamptz
            CONSTRAINT utc_instant_is_a_date CHECK (
                VALUE >= '0001-01-01 00:00:00+00' AND VALUE < '10000-01-01 00:00:00+00'
            );
    END IF;
    IF to_regtype('calendar_day') IS NULL THEN
        CREATE DOMAIN calendar_day AS date
            CONSTRAINT calendar_day_is_a_date CHECK (VALUE >= '0001-01-01' AND VALUE <= '9999-12-31');
    END IF;
    IF to_regtype('sha256_text') IS NULL THEN
        CREATE DOMAIN sha256_text AS text CONSTRAINT sha256_text_is_hexadecimal CHECK (VALUE ~ '^[0-9a-f]{64}$');
    END IF;
END
$types$;

-- ---------------------------------------------------------------------------------------------------------------
-- Canonical JSON (RFC 8785 within the profile of spec/audit.md) and hashes.
-- ---------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION tradesense_canonical_json(document jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    kind text := jsonb_typeof(document);
    written text;
BEGIN
    IF kind = 'object' THEN
        IF EXISTS (SELECT FROM jsonb_object_keys(document) AS name WHERE name ~ E'[^\\x01-\\x7f]') THEN
            RAISE EXCEPTION 'a key of event data is not ASCII text' USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT string_agg(
                   to_json(key)::text || ':' || CASE jsonb_typeof(item)
                       WHEN 'string' THEN item::text
                       ELSE tradesense_canonical_json(item)
                   END,
                   ',' ORDER BY key COLLATE "C")
            INTO written
            FROM jsonb_each(document) AS member(key, item);
        RETURN '{' || coalesce(written, '') || '}';
    ELSIF kind = 'array' THEN
        SELECT string_agg(tradesense_canonical_json(item), ',' ORDER BY place)
            INTO written
            FROM jsonb_array_elements(document) WITH ORDINALITY AS element(item, place);
        RETURN '[' || coalesce(written, '') || ']';
    ELSIF kind = 'number' THEN
        written := document::text;
        IF written !~ '^(0|-?[1-9][0-9]{0,15})$' OR abs(written::numeric) > 9007199254740991 THEN
            RAISE EXCEPTION 'the number % is no integer of at most 2^53-1: write decimals as strings', left(written, 40)
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN written;
    END IF;
    -- Strings: PostgreSQL escapes what RFC 8785 escapes and nothing else. true, false and null stand as they are.
    RETURN document::text;
END
$$;

CREATE OR REPLACE FUNCTION tradesense_instant_text(instant timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- RFC 6962 leaf hash of a body.
CREATE OR REPLACE FUNCTION tradesense_leaf_hash(body text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT encode(sha256(decode('00', 'hex') || convert_to(body, 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION tradesense_genesis_hash(purpose text, chain text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to('tradesense/' || purpose || '/v1' || chr(10) || chain, 'UTF8')), 'hex')
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Tables.
-- ---------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS schema_version (
    version text PRIMARY KEY CHECK (version ~ '^[0-9]+\.[0-9]+$'),
    applied_at utc_instant NOT NULL DEFAULT now()
);
INSERT INTO schema_version (version) SELECT '1.0' WHERE NOT EXISTS (SELECT FROM schema_version);

-- One row; 1 only inside the transaction of a pull (spec/schema.md, "Applying a replica").
CREATE TABLE IF NOT EXISTS replica_apply (
    id integer PRIMARY KEY CHECK (id = 1),
    active integer NOT NULL DEFAULT 0 CHECK (active IN (0, 1))
);
INSERT INTO replica_apply (id, active) SELECT 1, 0 WHERE NOT EXISTS (SELECT FROM replica_apply);

CREATE TABLE IF NOT EXISTS users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL
        CONSTRAINT users_email_is_plausible CHECK (
            length(email) <= 254
            AND email ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$'
            AND email !~ '\n'
        ),
    password_hash text NOT NULL
        CONSTRAINT users_password_is_hashed CHECK (
            password_hash = '!'
            OR (length(password_hash) = 60
                AND password_hash ~ '^\$2b\$(1[2-9]|2[0-9]|3[01])\$[./A-Za-z0-9]{53}$')
            OR (length(password_hash) <= 512
                AND password_hash ~ '^\$scrypt\$ln=[0-9]{1,2},r=[0-9]{1,2},p=[0-9]{1,2}\$[A-Za-z0-9+/]{16,}={0,2}\$[A-Za-z0-9+/]{22,}={0,2}$')
        ),
    role text NOT NULL DEFAULT 'USER'
        CONSTRAINT users_role_is_known CHECK (role IN ('USER', 'ADMIN', 'SUPERADMIN', 'AUDITOR')),
    status text NOT NULL DEFAULT 'ACTIVE'
        CONSTRAINT users_status_is_known CHECK (status IN ('PENDING_VERIFICATION', 'ACTIVE', 'SUSPENDED', 'CLOSED')),
    created_at utc_instant NOT NULL DEFAULT now(),
    updated_at utc_instant NOT NULL DEFAULT now(),
    last_login_at utc_instant,
    deleted_at utc_instant,
    deleted_reason text,
    metadata jsonb,
    version integer NOT NULL DEFAULT 1 CONSTRAINT users_version_is_positive CHECK (version >= 0),
    db_role text CONSTRAINT users_db_role_key UNIQUE,
    CONSTRAINT users_db_role_is_a_name CHECK (btrim(db_role, E' \t\n\r\f\v') <> ''),
    CONSTRAINT users_deletion_has_a_reason CHECK ((deleted_at IS NULL) = (deleted_reason IS NULL)),
    CONSTRAINT users_deletion_reason_is_not_blank CHECK (btrim(deleted_reason, E' \t\n\r\f\v') <> ''),
    CONSTRAINT users_updated_after_created CHECK (updated_at >= created_at)
);
CREATE UNIQUE INDEX IF NOT EXISTS idx_users_email_active ON users (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_users_role_status ON users (role, status) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_users_created_at ON users (created_at);
CREATE INDEX IF NOT EXISTS idx_users_status ON users (status) WHERE deleted_at IS NULL;

CREATE TABLE IF NOT EXISTS challenges (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT challenges_user_id_fkey REFERENCES users (id),
    challenge_type text NOT NULL
        CONSTRAINT challenges_type_is_not_blank CHECK (
            btrim(challenge_type, E' \t\n\r\f\v') <> '' AND length(challenge_type) <= 50
        ),
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT challenges_currency_is_a_code CHECK (currency ~ '^[A-Z]{3,5}$'),
    initial_balance exact_decimal NOT NULL
        CONSTRAINT challenges_initial_balance_is_positive CHECK (initial_balance > 0),
    max_daily_drawdown_percent exact_decimal NOT NULL DEFAULT 0.05
        CONSTRAINT challenges_daily_percent_is_a_fraction CHECK (
            max_daily_drawdown_percent > 0 AND max_daily_drawdown_percent <= 1
            AND scale(trim_scale(max_daily_drawdown_percent)) <= 4
        ),
    max_total_drawdown_percent exact_decimal NOT NULL DEFAULT 0.10
        CONSTRAINT challenges_total_percent_is_a_fraction CHECK (
            max_total_drawdown_percent > 0 AND max_total_drawdown_percent <= 1
            AND scale(trim_scale(max_total_drawdown_percent)) <= 4
        ),
    profit_target_percent exact_decimal NOT NULL DEFAULT 0.08
        CONSTRAINT challenges_target_percent_is_a_fraction CHECK (
            profit_target_percent > 0 AND profit_target_percent <= 1 AND scale(trim_scale(profit_target_percent)) <= 4
        ),
    current_balance exact_decimal NOT NULL CONSTRAINT challenges_balance_is_not_negative CHECK (current_balance >= 0),
    floating_pnl exact_decimal NOT NULL DEFAULT 0,
    current_equity exact_decimal NOT NULL CONSTRAINT challenges_equity_is_not_negative CHECK (current_equity >= 0),
    max_equity_ever exact_decimal NOT NULL CONSTRAINT challenges_peak_is_not_negative CHECK (max_equity_ever >= 0),
    daily_start_equity exact_decimal NOT NULL
        CONSTRAINT challenges_daily_start_is_not_negative CHECK (daily_start_equity >= 0),
    daily_max_equity exact_decimal NOT NULL
        CONSTRAINT challenges_daily_maximum_is_not_negative CHECK (daily_max_equity >= 0),
    daily_min_equity exact_decimal NOT NULL
        CONSTRAINT challenges_daily_minimum_is_not_negative CHECK (daily_min_equity >= 0),
    trading_date calendar_day,
    total_trades integer NOT NULL DEFAULT 0 CONSTRAINT challenges_trades_are_counted CHECK (total_trades >= 0),
    total_pnl exact_decimal NOT NULL DEFAULT 0,
    outside_money exact_decimal NOT NULL DEFAULT 0,
    adjustments_total exact_decimal NOT NULL DEFAULT 0,
    win_rate exact_decimal CONSTRAINT challenges_win_rate_is_a_fraction CHECK (win_rate >= 0 AND win_rate <= 1),
    avg_trade_pnl exact_decimal,
    status text NOT NULL DEFAULT 'PENDING'
        CONSTRAINT challenges_status_is_known CHECK (status IN ('PENDING', 'ACTIVE', 'FAILED', 'FUNDED')),
    created_at utc_instant NOT NULL DEFAULT now(),
    updated_at utc_instant NOT NULL DEFAULT now(),
    started_at utc_instant,
    ended_at utc_instant,
    last_trade_at utc_instant,
    failure_reason text CONSTRAINT challenges_failure_reason_is_not_blank CHECK (btrim(failure_reason, E' \t\n\r\f\v') <> ''),
    profit_target_reached_at utc_instant,
    funded_at utc_instant,
    previous_challenge_id uuid CONSTRAINT challenges_previous_challenge_id_fkey REFERENCES challenges (id),
    writer_device_id uuid,
    archived_at utc_instant,
    rules_config jsonb NOT NULL DEFAULT '{}'
        CONSTRAINT challenges_rules_config_is_an_object CHECK (jsonb_typeof(rules_config) = 'object'),
    rule_state jsonb NOT NULL DEFAULT '{}'
        CONSTRAINT challenges_rule_state_is_an_object CHECK (jsonb_typeof(rule_state) = 'object'),
    metadata jsonb,
    version integer NOT NULL DEFAULT 1 CONSTRAINT challenges_version_is_positive CHECK (version >= 0),
    CONSTRAINT challenges_approvals_are_counted CHECK (
        coalesce(jsonb_typeof(rules_config -> 'approvals'), 'null') = 'null'
        OR (rules_config ->> 'approvals') ~ '^[1-9]$' AND jsonb_typeof(rules_config -> 'approvals') = 'number'
    ),
    CONSTRAINT challenges_equity_under_peak CHECK (current_equity <= max_equity_ever),
    CONSTRAINT challenges_peak_from_start CHECK (max_equity_ever >= initial_balance),
    CONSTRAINT challenges_daily_range CHECK (daily_min_equity <= daily_max_equity),
    CONSTRAINT challenges_ended_exactly_at_an_end CHECK ((ended_at IS NOT NULL) = (status IN ('FAILED', 'FUNDED'))),
    CONSTRAINT challenges_funded_exactly_when_funded CHECK ((funded_at IS NOT NULL) = (status = 'FUNDED')),
    CONSTRAINT challenges_reason_exactly_when_failed CHECK ((failure_reason IS NOT NULL) = (status = 'FAILED')),
    CONSTRAINT challenges_started_unless_pending CHECK (status = 'PENDING' OR started_at IS NOT NULL),
    CONSTRAINT challenges_do_not_follow_themselves CHECK (previous_challenge_id <> id),
    CONSTRAINT challenges_updated_after_created CHECK (updated_at >= created_at)
);
CREATE INDEX IF NOT EXISTS idx_challenges_user_id ON challenges (user_id);
CREATE INDEX IF NOT EXISTS idx_challenges_status ON challenges (status);
CREATE INDEX IF NOT EXISTS idx_challenges_user_status ON challenges (user_id, status);
CREATE INDEX IF NOT EXISTS idx_challenges_created_at ON challenges (created_at);
CREATE INDEX IF NOT EXISTS idx_challenges_trading_date ON challenges (trading_date);
CREATE INDEX IF NOT EXISTS idx_challenges_last_trade_at ON challenges (last_trade_at) WHERE last_trade_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_challenges_active_equity ON challenges (current_equity) WHERE status = 'ACTIVE';
CREATE UNIQUE INDEX IF NOT EXISTS idx_challenges_id_version ON challenges (id, version);
CREATE INDEX IF NOT EXISTS idx_challenges_funding_queue ON challenges (profit_target_reached_at)
    WHERE status = 'ACTIVE' AND profit_target_reached_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_challenges_previous_challenge_id ON challenges (previous_challenge_id)
    WHERE previous_challenge_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS trades (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    challenge_id uuid NOT NULL CONSTRAINT trades_challenge_id_fkey REFERENCES challenges (id),
    trade_id text NOT NULL
        CONSTRAINT trades_trade_id_is_not_blank CHECK (btrim(trade_id, E' \t\n\r\f\v') <> '' AND length(trade_id) <= 100),
    symbol text NOT NULL
        CONSTRAINT trades_symbol_is_trimmed CHECK (
            symbol = btrim(symbol, E' \t\n\r\f\v\u0085\u00a0\u2007\u2028\u2029\u202f\u3000') AND length(symbol) BETWEEN 1 AND 64
        ),
    side text NOT NULL CONSTRAINT trades_side_is_known CHECK (side IN ('BUY', 'SELL')),
    quantity exact_decimal NOT NULL CONSTRAINT trades_quantity_is_positive CHECK (quantity > 0),
    price exact_decimal NOT NULL CONSTRAINT trades_price_is_positive CHECK (price > 0),
    realized_pnl exact_decimal NOT NULL,
    commission exact_decimal NOT NULL DEFAULT 0,
    executed_at utc_instant NOT NULL,
    created_at utc_instant NOT NULL DEFAULT now(),
    sequence_number bigint NOT NULL CONSTRAINT trades_numbered_from_one CHECK (sequence_number >= 1),
    external_trade_id text,
    position_id text,
    opened_at utc_instant,
    open_price exact_decimal CONSTRAINT trades_open_price_is_positive CHECK (open_price > 0),
    metadata jsonb,
    CONSTRAINT trades_created_after_execution CHECK (created_at >= executed_at),
    CONSTRAINT trades_challenge_trade_id_key UNIQUE (challenge_id, trade_id),
    CONSTRAINT idx_trades_challenge_sequence_lock UNIQUE (challenge_id, sequence_number)
);
CREATE INDEX IF NOT EXISTS idx_trades_challenge_executed_at ON trades (challenge_id, executed_at);
CREATE INDEX IF NOT EXISTS idx_trades_executed_at ON trades (executed_at);
CREATE INDEX IF NOT EXISTS idx_trades_symbol ON trades (symbol);

CREATE TABLE IF NOT EXISTS challenge_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    challenge_id uuid NOT NULL CONSTRAINT challenge_events_challenge_id_fkey REFERENCES challenges (id),
    event_type text NOT NULL
        CONSTRAINT challenge_events_type_is_not_blank CHECK (
            btrim(event_type, E' \t\n\r\f\v') <> '' AND length(event_type) <= 100
        ),
    event_version text NOT NULL DEFAULT 'v1'
        CONSTRAINT challenge_events_version_is_not_blank CHECK (btrim(event_version, E' \t\n\r\f\v') <> ''),
    sequence_number bigint NOT NULL CONSTRAINT challenge_events_numbered_from_one CHECK (sequence_number >= 1),
    event_data jsonb NOT NULL
        CONSTRAINT challenge_events_data_is_an_object CHECK (jsonb_typeof(event_data) = 'object'),
    description text,
    user_friendly_message text,
    occurred_at utc_instant NOT NULL,
    recorded_at utc_instant NOT NULL DEFAULT now(),
    correlation_id uuid,
    causation_id uuid,
    metadata jsonb,
    metadata_commitment sha256_text,
    previous_hash sha256_text NOT NULL,
    hash sha256_text NOT NULL,
    CONSTRAINT challenge_events_recorded_after_occurrence CHECK (recorded_at >= occurred_at),
    CONSTRAINT idx_events_challenge_sequence_lock UNIQUE (challenge_id, sequence_number)
);
CREATE INDEX IF NOT EXISTS idx_challenge_events_type ON challenge_events (event_type);
CREATE INDEX IF NOT EXISTS idx_challenge_events_occurred_at ON challenge_events (occurred_at);
CREATE INDEX IF NOT EXISTS idx_challenge_events_correlation_id ON challenge_events (correlation_id)
    WHERE correlation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_events_trade_executed
    ON challenge_events (challenge_id, (event_data -> 'trade' ->> 'sequence_number'))
    WHERE event_type = 'TRADE_EXECUTED';
CREATE INDEX IF NOT EXISTS idx_challenge_events_data_gin ON challenge_events USING gin (event_data jsonb_path_ops);

CREATE TABLE IF NOT EXISTS payments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT payments_user_id_fkey REFERENCES users (id),
    challenge_id uuid CONSTRAINT payments_challenge_id_fkey REFERENCES challenges (id),
    provider text NOT NULL
        CONSTRAINT payments_provider_is_known CHECK (provider IN ('STRIPE', 'PAYPAL', 'BANK_TRANSFER', 'MOCK')),
    provider_payment_id text
        CONSTRAINT payments_provider_payment_id_is_not_blank CHECK (btrim(provider_payment_id, E' \t\n\r\f\v') <> ''),
    provider_transaction_id text,
    external_payment_id text,
    amount exact_decimal NOT NULL CONSTRAINT payments_amount_is_positive CHECK (amount > 0),
    currency text NOT NULL CONSTRAINT payments_currency_is_known CHECK (currency IN ('USD', 'EUR', 'GBP')),
    fee exact_decimal NOT NULL DEFAULT 0 CONSTRAINT payments_fee_is_not_negative CHECK (fee >= 0),
    status text NOT NULL DEFAULT 'PENDING'
        CONSTRAINT payments_status_is_known CHECK (
            status IN ('PENDING', 'PROCESSING', 'SUCCESS', 'FAILED', 'CANCELLED', 'REFUNDED')
        ),
    status_updated_at utc_instant NOT NULL DEFAULT now(),
    initiated_at utc_instant NOT NULL DEFAULT now(),
    processing_started_at utc_instant,
    processed_at utc_instant,
    completed_at utc_instant,
    settled_at utc_instant,
    failed_at utc_instant,
    failure_reason text,
    retry_count integer NOT NULL DEFAULT 0 CONSTRAINT payments_retries_are_counted CHECK (retry_count >= 0),
    refund_amount exact_decimal,
    refunded_at utc_instant,
    webhook_data jsonb,
    provider_metadata jsonb,
    provider_response jsonb,
    created_at utc_instant NOT NULL DEFAULT now(),
    updated_at utc_instant NOT NULL DEFAULT now(),
    metadata jsonb,
    CONSTRAINT payments_refund_within_amount CHECK (refund_amount > 0 AND refund_amount <= amount),
    CONSTRAINT payments_refund_exactly_when_refunded CHECK ((refund_amount IS NOT NULL) = (status = 'REFUNDED')),
    CONSTRAINT payments_success_has_a_challenge CHECK (status <> 'SUCCESS' OR challenge_id IS NOT NULL),
    CONSTRAINT payments_end_is_processed CHECK (
        status NOT IN ('SUCCESS', 'FAILED', 'CANCELLED', 'REFUNDED') OR processed_at IS NOT NULL
    ),
    CONSTRAINT payments_updated_after_created CHECK (updated_at >= created_at)
);
CREATE INDEX IF NOT EXISTS idx_payments_user_id ON payments (user_id);
CREATE INDEX IF NOT EXISTS idx_payments_challenge_id ON payments (challenge_id) WHERE challenge_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_payments_provider_payment_id ON payments (provider_payment_id)
    WHERE provider_payment_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_payments_status ON payments (status);
CREATE INDEX IF NOT EXISTS idx_payments_provider_status ON payments (provider, status);
CREATE INDEX IF NOT EXISTS idx_payments_initiated_at ON payments (initiated_at);
CREATE INDEX IF NOT EXISTS idx_payments_pending_webhooks ON payments (initiated_at, provider)
    WHERE status IN ('PENDING', 'PROCESSING');
CREATE UNIQUE INDEX IF NOT EXISTS idx_payments_provider_lock ON payments (provider, provider_payment_id)
    WHERE provider_payment_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS risk_alerts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    challenge_id uuid CONSTRAINT risk_alerts_challenge_id_fkey REFERENCES challenges (id),
    user_id uuid CONSTRAINT risk_alerts_user_id_fkey REFERENCES users (id),
    alert_type text NOT NULL
        CONSTRAINT risk_alerts_type_is_not_blank CHECK (
            btrim(alert_type, E' \t\n\r\f\v') <> '' AND length(alert_type) <= 100
        ),
    severity text NOT NULL
        CONSTRAINT risk_alerts_severity_is_known CHECK (severity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    title text NOT NULL CONSTRAINT risk_alerts_title_is_not_blank CHECK (btrim(title, E' \t\n\r\f\v') <> ''),
    message text NOT NULL,
    alert_data jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'ACTIVE'
        CONSTRAINT risk_alerts_status_is_known CHECK (
            status IN ('ACTIVE', 'ACKNOWLEDGED', 'RESOLVED', 'FALSE_POSITIVE')
        ),
    acknowledged_at utc_instant,
    acknowledged_by uuid CONSTRAINT risk_alerts_acknowledged_by_fkey REFERENCES users (id),
    resolved_at utc_instant,
    resolved_by uuid CONSTRAINT risk_alerts_resolved_by_fkey REFERENCES users (id),
    recommended_actions text,
    threshold_breached exact_decimal,
    created_at utc_instant NOT NULL DEFAULT now(),
    updated_at utc_instant NOT NULL DEFAULT now(),
    correlation_id uuid,
    rule_id text,
    metadata jsonb,
    CONSTRAINT risk_alerts_acknowledged_by_somebody CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CONSTRAINT risk_alerts_resolved_by_somebody CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
    CONSTRAINT risk_alerts_acknowledged_is_told CHECK (status <> 'ACKNOWLEDGED' OR acknowledged_at IS NOT NULL),
    CONSTRAINT risk_alerts_active_is_untouched CHECK (status <> 'ACTIVE' OR acknowledged_at IS NULL),
    CONSTRAINT risk_alerts_resolved_exactly_at_an_end CHECK (
        (resolved_at IS NOT NULL) = (status IN ('RESOLVED', 'FALSE_POSITIVE'))
    ),
    CONSTRAINT risk_alerts_updated_after_created CHECK (updated_at >= created_at)
);
CREATE INDEX IF NOT EXISTS idx_risk_alerts_challenge_id ON risk_alerts (challenge_id) WHERE challenge_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_risk_alerts_user_id ON risk_alerts (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_risk_alerts_type_severity ON risk_alerts (alert_type, severity);
CREATE INDEX IF NOT EXISTS idx_risk_alerts_status ON risk_alerts (status);
CREATE INDEX IF NOT EXISTS idx_risk_alerts_created_at ON risk_alerts (created_at);
CREATE INDEX IF NOT EXISTS idx_risk_alerts_correlation_id ON risk_alerts (correlation_id)
    WHERE correlation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_risk_alerts_active ON risk_alerts (severity, created_at) WHERE status = 'ACTIVE';
CREATE INDEX IF NOT EXISTS idx_risk_alerts_severity ON risk_alerts (severity);
CREATE INDEX IF NOT EXISTS idx_risk_alerts_acknowledged_by ON risk_alerts (acknowledged_by)
    WHERE acknowledged_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_risk_alerts_resolved_by ON risk_alerts (resolved_by) WHERE resolved_by IS NOT NULL;

CREATE TABLE IF NOT EXISTS audit_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    stream text NOT NULL CONSTRAINT audit_log_stream_is_not_blank CHECK (btrim(stream, E' \t\n\r\f\v') <> ''),
    sequence_number bigint NOT NULL CONSTRAINT audit_log_numbered_from_one CHECK (sequence_number >= 1),
    actor_id uuid CONSTRAINT audit_log_actor_id_fkey REFERENCES users (id),
    action text NOT NULL CONSTRAINT audit_log_action_is_not_blank CHECK (btrim(action, E' \t\n\r\f\v') <> ''),
    target_table text,
    target_id text,
    details jsonb NOT NULL DEFAULT '{}'
        CONSTRAINT audit_log_details_are_an_object CHECK (jsonb_typeof(details) = 'object'),
    occurred_at utc_instant NOT NULL,
    recorded_at utc_instant NOT NULL DEFAULT now(),
    device_id uuid,
    previous_hash sha256_text NOT NULL,
    hash sha256_text NOT NULL,
    CONSTRAINT audit_log_recorded_after_occurrence CHECK (recorded_at >= occurred_at),
    CONSTRAINT idx_audit_log_stream_sequence_lock UNIQUE (stream, sequence_number)
);
CREATE INDEX IF NOT EXISTS idx_audit_log_actor_id ON audit_log (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_audit_log_occurred_at ON audit_log (occurred_at);
CREATE INDEX IF NOT EXISTS idx_audit_log_target ON audit_log (target_table, target_id) WHERE target_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS log_leaves (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    log_index bigint NOT NULL CONSTRAINT log_leaves_numbered_from_zero CHECK (log_index >= 0),
    kind text NOT NULL CONSTRAINT log_leaves_kind_is_known CHECK (kind IN ('EVENT', 'HEADS', 'ORIGIN')),
    event_id uuid CONSTRAINT log_leaves_event_id_fkey REFERENCES challenge_events (id),
    body text,
    leaf sha256_text NOT NULL,
    recorded_at utc_instant NOT NULL DEFAULT now(),
    CONSTRAINT log_leaves_event_exactly_when_event CHECK ((event_id IS NOT NULL) = (kind = 'EVENT')),
    CONSTRAINT log_leaves_body_unless_event CHECK ((body IS NULL) = (kind = 'EVENT')),
    CONSTRAINT idx_log_leaves_log_index_lock UNIQUE (log_index)
);
CREATE UNIQUE INDEX IF NOT EXISTS idx_log_leaves_event_lock ON log_leaves (event_id) WHERE event_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS checkpoints (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    origin text NOT NULL CONSTRAINT checkpoints_origin_is_valid CHECK (
        btrim(origin, E' \t\n\r\f\v') <> '' AND length(origin) <= 200),
    tree_size bigint NOT NULL CONSTRAINT checkpoints_size_is_counted CHECK (tree_size >= 0),
    root sha256_text NOT NULL,
    note text NOT NULL CONSTRAINT checkpoints_note_is_valid CHECK (btrim(note, E' \t\n\r\f\v') <> ''),
    key_id text NOT NULL CONSTRAINT checkpoints_key_id_is_valid CHECK (btrim(key_id, E' \t\n\r\f\v') <> ''),
    source text NOT NULL CONSTRAINT checkpoints_source_is_known CHECK (source IN ('SIGNED', 'WITNESSED', 'IMPORTED')),
    recorded_at utc_instant NOT NULL DEFAULT now(),
    CONSTRAINT idx_checkpoints_root_lock UNIQUE (origin, tree_size, root, source)
);

CREATE TABLE IF NOT EXISTS data_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT data_keys_user_id_fkey REFERENCES users (id),
    algorithm text NOT NULL DEFAULT 'AES-256-KW'
        CONSTRAINT data_keys_algorithm_is_valid CHECK (
            btrim(algorithm, E' \t\n\r\f\v') <> '' AND length(algorithm) <= 50
        ),
    outer_key_id text NOT NULL
        CONSTRAINT data_keys_outer_key_id_is_valid CHECK (
            btrim(outer_key_id, E' \t\n\r\f\v') <> '' AND length(outer_key_id) <= 200
        ),
    wrapped_key text CONSTRAINT data_keys_wrapped_key_is_valid CHECK (btrim(wrapped_key, E' \t\n\r\f\v') <> ''),
    created_at utc_instant NOT NULL DEFAULT now(),
    updated_at utc_instant NOT NULL DEFAULT now(),
    destroyed_at utc_instant,
    CONSTRAINT data_keys_destroyed_exactly_when_gone CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL)),
    CONSTRAINT data_keys_updated_after_created CHECK (updated_at >= created_at)
);
CREATE INDEX IF NOT EXISTS idx_data_keys_user_id ON data_keys (user_id);
CREATE UNIQUE INDEX IF NOT EXISTS idx_data_keys_user_lock ON data_keys (user_id) WHERE wrapped_key IS NOT NULL;

CREATE TABLE IF NOT EXISTS command_results (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    command_id uuid NOT NULL CONSTRAINT idx_command_results_command_lock UNIQUE,
    command_type text NOT NULL
        CONSTRAINT command_results_command_type_is_valid CHECK (
            btrim(command_type, E' \t\n\r\f\v') <> '' AND length(command_type) <= 100
        ),
    actor_id uuid CONSTRAINT command_results_actor_id_fkey REFERENCES users (id),
    challenge_id uuid CONSTRAINT command_results_challenge_id_fkey REFERENCES challenges (id),
    issued_at utc_instant NOT NULL,
    recorded_at utc_instant NOT NULL DEFAULT now(),
    result jsonb NOT NULL DEFAULT 'null'
);
CREATE INDEX IF NOT EXISTS idx_command_results_actor_id ON command_results (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_command_results_challenge_id ON command_results (challenge_id)
    WHERE challenge_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS import_history (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    challenge_id uuid NOT NULL CONSTRAINT import_history_challenge_id_fkey REFERENCES challenges (id),
    command_id uuid NOT NULL CONSTRAINT idx_import_history_command_lock UNIQUE,
    file_name text NOT NULL CONSTRAINT import_history_file_is_named CHECK (btrim(file_name, E' \t\n\r\f\v') <> ''),
    file_sha256 sha256_text NOT NULL,
    format text NOT NULL CONSTRAINT import_history_format_is_named CHECK (btrim(format, E' \t\n\r\f\v') <> ''),
    time_zone text NOT NULL CONSTRAINT import_history_zone_is_named CHECK (btrim(time_zone, E' \t\n\r\f\v') <> ''),
    trades_read integer NOT NULL CONSTRAINT import_history_read_is_counted CHECK (trades_read >= 0),
    trades_added integer NOT NULL CONSTRAINT import_history_added_is_counted CHECK (trades_added >= 0),
    trades_after_end integer NOT NULL CONSTRAINT import_history_after_end_is_counted CHECK (trades_after_end >= 0),
    totals jsonb NOT NULL DEFAULT '{}',
    recorded_at utc_instant NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_import_history_challenge_id ON import_history (challenge_id);
CREATE INDEX IF NOT EXISTS idx_import_history_file_sha256 ON import_history (file_sha256);

CREATE TABLE IF NOT EXISTS settings (
    name text PRIMARY KEY CHECK (btrim(name, E' \t\n\r\f\v') <> ''),
    value jsonb NOT NULL,
    updated_at utc_instant NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS sign_in_attempts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid CONSTRAINT sign_in_attempts_user_id_fkey REFERENCES users (id),
    email text NOT NULL CONSTRAINT sign_in_attempts_email_is_valid CHECK (
        btrim(email, E' \t\n\r\f\v') <> '' AND length(email) <= 254),
    accepted integer NOT NULL CONSTRAINT sign_in_attempts_accepted_or_not CHECK (accepted IN (0, 1)),
    device_id uuid,
    attempted_at utc_instant NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_sign_in_attempts_email ON sign_in_attempts (lower(email), attempted_at);
CREATE INDEX IF NOT EXISTS idx_sign_in_attempts_user_id ON sign_in_attempts (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users (id),
    device_id uuid,
    started_at utc_instant NOT NULL DEFAULT now(),
    last_seen_at utc_instant NOT NULL DEFAULT now(),
    expires_at utc_instant NOT NULL,
    ended_at utc_instant
);
CREATE INDEX IF NOT EXISTS idx_sessions_user_id ON sessions (user_id);

-- The server's own tables (spec/sync.md); a desktop keeps its cursors and its outbox instead.
CREATE TABLE IF NOT EXISTS sync_stream (
    stream_id uuid PRIMARY KEY,
    user_id uuid CONSTRAINT sync_stream_user_id_key UNIQUE CONSTRAINT sync_stream_user_id_fkey REFERENCES users (id),
    epoch uuid NOT NULL,
    head bigint NOT NULL DEFAULT 0 CHECK (head >= 0)
);
CREATE TABLE IF NOT EXISTS sync_log (
    stream_id uuid NOT NULL CONSTRAINT sync_log_stream_id_fkey REFERENCES sync_stream (stream_id),
    seq bigint NOT NULL CHECK (seq >= 1),
    table_no integer NOT NULL CHECK (table_no >= 1),
    row_id uuid NOT NULL,
    CONSTRAINT sync_log_pkey PRIMARY KEY (stream_id, seq)
);
CREATE TABLE IF NOT EXISTS sync_device (
    device_id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sync_device_user_id_fkey REFERENCES users (id),
    public_key text NOT NULL CHECK (btrim(public_key, E' \t\n\r\f\v') <> ''),
    last_op_no bigint NOT NULL DEFAULT 0 CHECK (last_op_no >= 0),
    registered_at utc_instant NOT NULL DEFAULT now(),
    revoked_at utc_instant
);
CREATE INDEX IF NOT EXISTS idx_sync_device_user_id ON sync_device (user_id);
CREATE TABLE IF NOT EXISTS sync_op (
    device_id uuid NOT NULL CONSTRAINT sync_op_device_id_fkey REFERENCES sync_device (device_id),
    op_no bigint NOT NULL CHECK (op_no >= 1),
    command_id uuid NOT NULL CONSTRAINT sync_op_command_id_key UNIQUE,
    request_sha256 sha256_text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('applied', 'rejected')),
    detail jsonb,
    recorded_at utc_instant NOT NULL DEFAULT now(),
    CONSTRAINT sync_op_pkey PRIMARY KEY (device_id, op_no)
);

-- ---------------------------------------------------------------------------------------------------------------
-- Rules that a CHECK cannot state.
-- ---------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION tradesense_applies_replica() RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT FROM replica_apply WHERE active = 1) $$;

-- Refuses the statement with the message given to the trigger.
CREATE OR REPLACE FUNCTION tradesense_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% (% refused)', TG_ARGV[0], TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE OR REPLACE FUNCTION tradesense_touch() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT tradesense_applies_replica() THEN
        -- A row made on a machine whose clock is ahead keeps its order.
        NEW.updated_at := greatest(clock_timestamp(), NEW.created_at);
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION tradesense_guard_users() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'The id of a user never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.version < OLD.version THEN
        RAISE EXCEPTION 'The version of a user never decreases' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.deleted_at IS NOT NULL
        -- to_jsonb makes one of NULL and of JSON's null.
        AND (to_jsonb(NEW) - 'updated_at' IS DISTINCT FROM to_jsonb(OLD) - 'updated_at'
             OR NEW.metadata IS DISTINCT FROM OLD.metadata)
        AND NOT (
            NEW.email = OLD.id || '@erased.invalid'
            AND OLD.email <> NEW.email
            AND to_jsonb(NEW) - '{updated_at,version,email}'::text[] = to_jsonb(OLD) - '{updated_at,version,email}'::text[]
            AND NEW.metadata IS NOT DISTINCT FROM OLD.metadata
        )
    THEN
        RAISE EXCEPTION 'A deleted user never changes again' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION tradesense_begin_challenge() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.status NOT IN ('PENDING', 'ACTIVE') THEN
        RAISE EXCEPTION 'A challenge begins PENDING or ACTIVE, not %', NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.current_balance := coalesce(NEW.current_balance, NEW.initial_balance);
    RETURN NEW;
END
$$;

-- Approvals that count: by different people, none of them the owner, all after the target was last reached or the
-- funding last rejected.
CREATE OR REPLACE FUNCTION tradesense_counted_approvals(challenge uuid, owner uuid) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT count(DISTINCT lower(approval.event_data ->> 'approver_id'))
    FROM challenge_events AS approval
    WHERE approval.challenge_id = challenge
        AND approval.event_type = 'FUNDING_APPROVED'
        AND btrim(approval.event_data ->> 'approver_id') <> ''
        AND lower(approval.event_data ->> 'approver_id') <> owner::text
        AND approval.sequence_number > coalesce(
            (SELECT max(turn.sequence_number) FROM challenge_events AS turn
             WHERE turn.challenge_id = challenge
                AND turn.event_type IN ('PROFIT_TARGET_REACHED', 'FUNDING_REJECTED')), 0)
$$;

CREATE OR REPLACE FUNCTION tradesense_guard_challenges() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    replica boolean := false;
BEGIN
    IF NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'The id of a challenge never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.version < OLD.version THEN
        RAISE EXCEPTION 'The version of a challenge never decreases' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status IN ('FAILED', 'FUNDED') THEN
        IF to_jsonb(NEW) - '{archived_at,updated_at}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{archived_at,updated_at}'::text[]
            -- to_jsonb makes one of NULL and of JSON's null.
            OR NEW.metadata IS DISTINCT FROM OLD.metadata
        THEN
            RAISE EXCEPTION 'A challenge that is % never changes again', OLD.status USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status <> OLD.status THEN
        replica := tradesense_applies_replica();
        IF NOT ((OLD.status, NEW.status) IN (('PENDING', 'ACTIVE'), ('ACTIVE', 'FAILED'), ('ACTIVE', 'FUNDED'))
            OR replica AND OLD.status = 'PENDING')
        THEN
            RAISE EXCEPTION 'A challenge does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF OLD.status <> 'PENDING' AND (
        NEW.user_id, NEW.challenge_type, NEW.initial_balance, NEW.max_daily_drawdown_percent,
        NEW.max_total_drawdown_percent, NEW.profit_target_percent, NEW.rules_config
    ) IS DISTINCT FROM (
        OLD.user_id, OLD.challenge_type, OLD.initial_balance, OLD.max_daily_drawdown_percent,
        OLD.max_total_drawdown_percent, OLD.profit_target_percent, OLD.rules_config
    ) THEN
        RAISE EXCEPTION 'The terms of a challenge never change once it has begun' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.profit_target_reached_at IS NOT NULL
        AND NEW.profit_target_reached_at IS DISTINCT FROM OLD.profit_target_reached_at
        AND NOT (NEW.profit_target_reached_at IS NULL AND 'FUNDING_REJECTED' IS NOT DISTINCT FROM (
            SELECT event_type FROM challenge_events
            WHERE challenge_id = OLD.id AND event_type IN ('PROFIT_TARGET_REACHED', 'FUNDING_REJECTED')
            ORDER BY sequence_number DESC LIMIT 1))
        AND NOT tradesense_applies_replica()
    THEN
        RAISE EXCEPTION 'profit_target_reached_at is cleared by a rejection only' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'FUNDED' THEN
        IF NEW.profit_target_reached_at IS NULL THEN
            RAISE EXCEPTION 'A challenge is funded only after its target was reached' USING ERRCODE = 'restrict_violation';
        END IF;
        IF tradesense_counted_approvals(NEW.id, NEW.user_id)
            < greatest(1, coalesce((NEW.rules_config ->> 'approvals')::integer, 1))
        THEN
            RAISE EXCEPTION 'A challenge is funded only after its funding was approved' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END
$$;

-- Set-wise, so that a bulk load pays for it once.
CREATE OR REPLACE FUNCTION tradesense_check_trades() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT added.challenge_id, added.sequence_number INTO wrong
    FROM added
    WHERE added.sequence_number > 1 AND NOT EXISTS (
        SELECT FROM trades AS before
        WHERE before.challenge_id = added.challenge_id AND before.sequence_number = added.sequence_number - 1)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Trade % of challenge % leaves a gap in the sequence', wrong.sequence_number, wrong.challenge_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT added.challenge_id, added.sequence_number INTO wrong
    FROM added JOIN challenges AS challenge ON challenge.id = added.challenge_id
    WHERE added.executed_at > challenge.ended_at
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Trade % of challenge % lies after the end of the challenge', wrong.sequence_number, wrong.challenge_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT added.challenge_id, added.sequence_number INTO wrong
    FROM added WHERE added.executed_at > clock_timestamp() + interval '1 hour'
    LIMIT 1;
    IF FOUND AND NOT tradesense_applies_replica() THEN
        RAISE EXCEPTION 'Trade % of challenge % lies more than an hour in the future', wrong.sequence_number, wrong.challenge_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;

-- The one place on this database where the body of an event is written (tradesense_desktop/audit/hash_chain.py).
CREATE OR REPLACE FUNCTION tradesense_event_body(event challenge_events) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT '{"causation_id":' || coalesce('"' || event.causation_id || '"', 'null')
        || ',"challenge_id":"' || event.challenge_id
        || '","correlation_id":' || coalesce('"' || event.correlation_id || '"', 'null')
        || ',"description":' || coalesce(to_json(event.description)::text, 'null')
        || ',"event_data":' || tradesense_canonical_json(event.event_data)
        || ',"event_type":' || to_json(event.event_type)::text
        || ',"event_version":' || to_json(event.event_version)::text
        || ',"id":"' || event.id
        || '","metadata_commitment":' || coalesce('"' || event.metadata_commitment || '"', 'null')
        || ',"occurred_at":"' || tradesense_instant_text(event.occurred_at)
        || '","previous_hash":"' || event.previous_hash
        || '","recorded_at":"' || tradesense_instant_text(event.recorded_at)
        || '","sequence_number":' || event.sequence_number || ',"v":1}'
$$;

CREATE OR REPLACE FUNCTION tradesense_seal_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    expected text;
BEGIN
    IF NEW.sequence_number = 1 THEN
        expected := tradesense_genesis_hash('genesis', NEW.challenge_id::text);
    ELSE
        SELECT hash INTO expected FROM challenge_events
        WHERE challenge_id = NEW.challenge_id AND sequence_number = NEW.sequence_number - 1;
        IF expected IS NULL THEN
            RAISE EXCEPTION 'Event % of challenge % leaves a gap in the sequence', NEW.sequence_number, NEW.challenge_id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.previous_hash IS NULL THEN
        NEW.previous_hash := expected;
    ELSIF NEW.previous_hash <> expected THEN
        RAISE EXCEPTION 'previous_hash of event % of challenge % is not the hash of the event before', NEW.sequence_number,
            NEW.challenge_id USING ERRCODE = 'restrict_violation';
    END IF;
    expected := tradesense_leaf_hash(tradesense_event_body(NEW));
    IF NEW.hash IS NULL THEN
        NEW.hash := expected;
    ELSIF NEW.hash <> expected THEN
        RAISE EXCEPTION 'hash of event % of challenge % is not that of its content', NEW.sequence_number, NEW.challenge_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION tradesense_seal_audit_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    expected text;
BEGIN
    IF NEW.sequence_number = 1 THEN
        expected := tradesense_genesis_hash('audit', NEW.stream);
    ELSE
        SELECT hash INTO expected FROM audit_log
        WHERE stream = NEW.stream AND sequence_number = NEW.sequence_number - 1;
        IF expected IS NULL THEN
            RAISE EXCEPTION 'Entry % of stream % leaves a gap in the sequence', NEW.sequence_number, NEW.stream
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.previous_hash IS NULL THEN
        NEW.previous_hash := expected;
    ELSIF NEW.previous_hash <> expected THEN
        RAISE EXCEPTION 'previous_hash of entry % of stream % is not the hash of the entry before', NEW.sequence_number,
            NEW.stream USING ERRCODE = 'restrict_violation';
    END IF;
    expected := tradesense_leaf_hash(tradesense_canonical_json(jsonb_build_object(
        'action', NEW.action, 'actor_id', NEW.actor_id, 'details', NEW.details, 'device_id', NEW.device_id,
        'id', NEW.id, 'occurred_at', tradesense_instant_text(NEW.occurred_at), 'previous_hash', NEW.previous_hash,
        'recorded_at', tradesense_instant_text(NEW.recorded_at), 'sequence_number', NEW.sequence_number,
        'stream', NEW.stream, 'target_id', NEW.target_id, 'target_table', NEW.target_table, 'v', 1)));
    IF NEW.hash IS NULL THEN
        NEW.hash := expected;
    ELSIF NEW.hash <> expected THEN
        RAISE EXCEPTION 'hash of entry % of stream % is not that of its content', NEW.sequence_number, NEW.stream
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION tradesense_check_leaf() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.log_index > 0 AND NOT EXISTS (SELECT FROM log_leaves WHERE log_index = NEW.log_index - 1) THEN
        RAISE EXCEPTION 'Leaf % leaves a gap in the log', NEW.log_index USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION tradesense_guard_payments() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'The id of a payment never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND NOT tradesense_applies_replica() THEN
        IF (OLD.status, NEW.status) NOT IN (
            ('PENDING', 'PROCESSING'), ('PENDING', 'SUCCESS'), ('PENDING', 'FAILED'), ('PENDING', 'CANCELLED'),
            ('PROCESSING', 'SUCCESS'), ('PROCESSING', 'FAILED'), ('PROCESSING', 'CANCELLED'), ('SUCCESS', 'REFUNDED')
        ) THEN
            RAISE EXCEPTION 'A payment does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
        END IF;
        NEW.status_updated_at := greatest(clock_timestamp(), NEW.created_at);
    ELSIF NEW.status <> OLD.status AND (OLD.status IN ('FAILED', 'CANCELLED', 'REFUNDED')
        OR OLD.status = 'SUCCESS' AND NEW.status <> 'REFUNDED'
        OR NEW.status = 'PENDING')
    THEN
        RAISE EXCEPTION 'A payment does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION tradesense_guard_alerts() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'The id of an alert never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND NOT (
        OLD.status = 'ACTIVE' OR OLD.status = 'ACKNOWLEDGED' AND NEW.status IN ('RESOLVED', 'FALSE_POSITIVE')
    ) THEN
        RAISE EXCEPTION 'An alert does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.acknowledged_at IS NOT NULL
        AND (NEW.acknowledged_at, NEW.acknowledged_by) IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by)
        OR OLD.resolved_at IS NOT NULL
        AND (NEW.resolved_at, NEW.resolved_by) IS DISTINCT FROM (OLD.resolved_at, OLD.resolved_by)
    THEN
        RAISE EXCEPTION 'Who dealt with an alert, and when, never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION tradesense_guard_data_keys() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.user_id, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.created_at)
        OR OLD.wrapped_key IS NULL AND NEW IS DISTINCT FROM OLD
    THEN
        RAISE EXCEPTION 'A data key is only wrapped anew or erased, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

-- Triggers of one table fire in the order of their names: what fills and guards comes before what touches.
CREATE OR REPLACE TRIGGER trg_users_guard BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION tradesense_guard_users();
CREATE OR REPLACE TRIGGER trg_users_touch BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION tradesense_touch();
CREATE OR REPLACE TRIGGER trg_users_stay BEFORE DELETE OR TRUNCATE ON users
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Users are never removed: set deleted_at and a reason');

CREATE OR REPLACE TRIGGER trg_challenges_begin BEFORE INSERT ON challenges
    FOR EACH ROW EXECUTE FUNCTION tradesense_begin_challenge();
CREATE OR REPLACE TRIGGER trg_challenges_guard BEFORE UPDATE ON challenges
    FOR EACH ROW EXECUTE FUNCTION tradesense_guard_challenges();
CREATE OR REPLACE TRIGGER trg_challenges_touch BEFORE UPDATE ON challenges
    FOR EACH ROW EXECUTE FUNCTION tradesense_touch();
CREATE OR REPLACE TRIGGER trg_challenges_stay BEFORE DELETE OR TRUNCATE ON challenges
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Challenges are never removed: set archived_at');

CREATE OR REPLACE TRIGGER trg_trades_check AFTER INSERT ON trades
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tradesense_check_trades();
CREATE OR REPLACE TRIGGER trg_trades_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON trades
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Trades are immutable: a recorded trade never changes');

CREATE OR REPLACE TRIGGER trg_challenge_events_seal BEFORE INSERT ON challenge_events
    FOR EACH ROW EXECUTE FUNCTION tradesense_seal_event();
CREATE OR REPLACE TRIGGER trg_challenge_events_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON challenge_events
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Events are immutable: the history never changes');

CREATE OR REPLACE TRIGGER trg_payments_guard BEFORE UPDATE ON payments
    FOR EACH ROW EXECUTE FUNCTION tradesense_guard_payments();
CREATE OR REPLACE TRIGGER trg_payments_touch BEFORE UPDATE ON payments
    FOR EACH ROW EXECUTE FUNCTION tradesense_touch();
CREATE OR REPLACE TRIGGER trg_payments_stay BEFORE DELETE OR TRUNCATE ON payments
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Payments are never removed');

CREATE OR REPLACE TRIGGER trg_risk_alerts_guard BEFORE UPDATE ON risk_alerts
    FOR EACH ROW EXECUTE FUNCTION tradesense_guard_alerts();
CREATE OR REPLACE TRIGGER trg_risk_alerts_touch BEFORE UPDATE ON risk_alerts
    FOR EACH ROW EXECUTE FUNCTION tradesense_touch();
CREATE OR REPLACE TRIGGER trg_risk_alerts_stay BEFORE DELETE OR TRUNCATE ON risk_alerts
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Alerts are never removed');

CREATE OR REPLACE TRIGGER trg_audit_log_seal BEFORE INSERT ON audit_log
    FOR EACH ROW EXECUTE FUNCTION tradesense_seal_audit_entry();
CREATE OR REPLACE TRIGGER trg_audit_log_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Audit log entries are immutable');

CREATE OR REPLACE TRIGGER trg_log_leaves_check BEFORE INSERT ON log_leaves
    FOR EACH ROW EXECUTE FUNCTION tradesense_check_leaf();
CREATE OR REPLACE TRIGGER trg_log_leaves_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON log_leaves
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Log leaves are immutable');
CREATE OR REPLACE TRIGGER trg_checkpoints_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Checkpoints are immutable');
CREATE OR REPLACE TRIGGER trg_command_results_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON command_results
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Command results are immutable');
CREATE OR REPLACE TRIGGER trg_import_history_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON import_history
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('The history of imports is immutable');
CREATE OR REPLACE TRIGGER trg_data_keys_guard BEFORE UPDATE ON data_keys
    FOR EACH ROW EXECUTE FUNCTION tradesense_guard_data_keys();
CREATE OR REPLACE TRIGGER trg_data_keys_touch BEFORE UPDATE ON data_keys
    FOR EACH ROW EXECUTE FUNCTION tradesense_touch();
CREATE OR REPLACE TRIGGER trg_data_keys_stay BEFORE DELETE OR TRUNCATE ON data_keys
    FOR EACH STATEMENT EXECUTE FUNCTION tradesense_refuse('Data keys are never removed: erase the wrapped key');

-- ---------------------------------------------------------------------------------------------------------------
-- Summaries.
-- ---------------------------------------------------------------------------------------------------------------

-- SQLite reckons these quotients in doubles, whose error is far below the nudge: with it a tie goes the same way on both.
CREATE OR REPLACE FUNCTION tradesense_rounded_percentage(percentage numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT round(percentage + sign(percentage) * 1e-9, 2) $$;

CREATE OR REPLACE VIEW challenge_performance_analytics AS
SELECT
    c.id,
    c.user_id,
    c.challenge_type,
    c.status,
    c.initial_balance::numeric AS initial_balance,
    c.current_equity::numeric AS current_equity,
    c.max_equity_ever::numeric AS max_equity_ever,
    tradesense_rounded_percentage((c.current_equity - c.initial_balance) * 100.0 / c.initial_balance)
        AS profit_percentage,
    tradesense_rounded_percentage(CASE WHEN c.max_equity_ever = 0 THEN 0
        ELSE (c.max_equity_ever - c.current_equity) * 100.0 / c.max_equity_ever END) AS drawdown_percentage,
    c.total_trades,
    c.total_pnl::numeric AS total_pnl,
    c.daily_start_equity::numeric AS daily_start_equity,
    c.daily_max_equity::numeric AS daily_max_equity,
    c.daily_min_equity::numeric AS daily_min_equity,
    tradesense_rounded_percentage(CASE WHEN c.daily_start_equity = 0 THEN 0
        ELSE greatest(c.daily_start_equity - c.current_equity, 0) * 100.0 / c.daily_start_equity END)
        AS daily_drawdown_used,
    c.created_at,
    c.started_at,
    c.ended_at,
    c.last_trade_at,
    tradesense_rounded_percentage(
        extract(epoch FROM coalesce(c.ended_at, c.last_trade_at)::timestamptz - c.started_at::timestamptz) / 3600.0)
        AS trading_hours,
    t.total_volume,
    t.win_rate,
    t.avg_trade_size
FROM challenges AS c
LEFT JOIN LATERAL (
    SELECT
        round(sum(quantity), 8) AS total_volume,
        round(count(*) FILTER (WHERE realized_pnl > 0)::numeric / nullif(count(*), 0), 4) AS win_rate,
        round(sum(quantity) / nullif(count(*), 0) + 1e-11, 8) AS avg_trade_size
    FROM trades
    WHERE trades.challenge_id = c.id AND trades.realized_pnl <> 0
) AS t ON true;

CREATE MATERIALIZED VIEW IF NOT EXISTS challenge_leaderboard AS
SELECT
    c.id,
    c.user_id,
    c.challenge_type,
    c.currency,
    c.status,
    c.initial_balance::numeric AS initial_balance,
    c.current_equity::numeric AS current_equity,
    tradesense_rounded_percentage((c.current_equity - c.initial_balance) * 100.0 / c.initial_balance)
        AS profit_percentage,
    c.total_trades,
    c.total_pnl::numeric AS total_pnl,
    c.win_rate::numeric AS win_rate,
    c.started_at,
    c.ended_at
FROM challenges AS c
WHERE c.status IN ('ACTIVE', 'FUNDED') AND c.archived_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS idx_challenge_leaderboard_id ON challenge_leaderboard (id);

COMMIT;
