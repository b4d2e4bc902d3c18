-- TradeSense schema 1.0 for SQLite 3.35 and later.
--
-- One logical design with tradesense_schema.sql; schema/README.md says what each table and rule is for.
-- Loads without an error or a warning on an empty database, and again on a loaded one:
--     sqlite3 workspace.sqlite ".read tradesense_schema_sqlite.sql"
--
-- Everything works in any SQLite shell but one thing: an event (or an entry of audit_log) cannot be inserted without the
-- hash functions that every connection of the program registers (tradesense_desktop/store/schema_functions.py).
--
-- How values stand here (a CHECK refuses every other form):
--   UUID      36 lower-case characters with dashes (CAST AS BLOB: a text with a NUL inside is longer than it looks).
--   time      UTC, 19 characters or 26 with microseconds; two are compared as substr(x || '.000000', 1, 26).
--   decimal   REAL that at most 15 significant digits and 8 decimals give exactly.
--   amount    of a challenge, which plain SQL adds to: noise of a few binary digits is accepted and rounded away.

BEGIN IMMEDIATE;

-- -----------------------------------------------------------------------------------------------------------------
-- The version of this schema, and whether a replica is being applied (one row each).
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS schema_version (
    version TEXT NOT NULL PRIMARY KEY CONSTRAINT schema_version_is_a_number CHECK (version GLOB '[0-9]*.[0-9]*'),
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
);
INSERT INTO schema_version (version) SELECT '1.0' WHERE NOT EXISTS (SELECT 1 FROM schema_version);

-- 1 only inside the transaction of a pull: then clock and updated_at triggers stand aside and a state machine
-- accepts any legal path. A table and not a function, so that the file stays usable in any shell.
CREATE TABLE IF NOT EXISTS replica_apply (
    id INTEGER NOT NULL PRIMARY KEY CONSTRAINT replica_apply_has_one_row CHECK (id = 1),
    active INTEGER NOT NULL DEFAULT 0 CONSTRAINT replica_apply_is_a_switch CHECK (active IN (0, 1))
);
INSERT INTO replica_apply (id, active) SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM replica_apply);

CREATE TRIGGER IF NOT EXISTS trg_replica_apply_no_delete
BEFORE DELETE ON replica_apply
BEGIN
    SELECT RAISE(ABORT, 'replica_apply keeps its one row');
END;

-- -----------------------------------------------------------------------------------------------------------------
-- People.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS users (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT users_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    email TEXT NOT NULL
        CONSTRAINT users_email_is_plausible CHECK (
            typeof(email) = 'text' AND instr(email, char(0)) = 0 AND length(email) <= 254
            AND email NOT GLOB '*[^A-Za-z0-9.!#$%&''*+/=?^_`{|}~@-]*' AND email GLOB '?*@?*.?*'
            AND length(email) - length(replace(email, '@', '')) = 1
            AND substr(email, instr(email, '@') + 1) NOT GLOB '*[^A-Za-z0-9.-]*'
            AND email NOT GLOB '*@.*' AND email NOT GLOB '*.' AND substr(email, instr(email, '@')) NOT GLOB '*..*'
        ),
    password_hash TEXT NOT NULL
        CONSTRAINT users_password_is_hashed CHECK (
            typeof(password_hash) = 'text' AND instr(password_hash, char(0)) = 0 AND (
                password_hash = '!'
                OR (length(password_hash) = 60 AND substr(password_hash, 8) NOT GLOB '*[^./A-Za-z0-9]*'
                    AND (password_hash GLOB '$2b$1[2-9]$*' OR password_hash GLOB '$2b$2[0-9]$*'
                    OR password_hash GLOB '$2b$3[01]$*'))
                OR (length(password_hash) <= 512
                    AND password_hash GLOB '$scrypt$ln=[0-9]*,r=[0-9]*,p=[0-9]*$????????????????*$??????????????????????*'
                    AND password_hash NOT GLOB '*[^A-Za-z0-9+/=,$]*'
                    AND length(password_hash) - length(replace(password_hash, '$', '')) = 4
                    AND length(password_hash) - length(replace(password_hash, ',', '')) = 2)
            )
        ),
    role TEXT NOT NULL DEFAULT 'USER'
        CONSTRAINT users_role_is_known CHECK (
            role IN ('USER', 'ADMIN', 'SUPERADMIN', 'AUDITOR')
        ),
    status TEXT NOT NULL DEFAULT 'ACTIVE'
        CONSTRAINT users_status_is_known CHECK (
            status IN ('PENDING_VERIFICATION', 'ACTIVE', 'SUSPENDED', 'CLOSED')
        ),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT users_created_at_is_valid CHECK (
            typeof(created_at) = 'text'
            AND (length(CAST(created_at AS BLOB)) = 19
                OR (length(CAST(created_at AS BLOB)) = 26
                AND substr(created_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 19)
            AND created_at >= '0001-01-01'
        ),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT users_updated_at_is_valid CHECK (
            typeof(updated_at) = 'text'
            AND (length(CAST(updated_at AS BLOB)) = 19
                OR (length(CAST(updated_at AS BLOB)) = 26
                AND substr(updated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(updated_at, 1, 19), '+0 days') IS substr(updated_at, 1, 19)
            AND updated_at >= '0001-01-01'
        ),
    last_login_at TEXT
        CONSTRAINT users_last_login_at_is_valid CHECK (
            last_login_at IS NULL
            OR (typeof(last_login_at) = 'text'
            AND (length(CAST(last_login_at AS BLOB)) = 19
                OR (length(CAST(last_login_at AS BLOB)) = 26
                AND substr(last_login_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(last_login_at, 1, 19), '+0 days') IS substr(last_login_at, 1, 19)
            AND last_login_at >= '0001-01-01')
        ),
    deleted_at TEXT
        CONSTRAINT users_deleted_at_is_valid CHECK (
            deleted_at IS NULL
            OR (typeof(deleted_at) = 'text'
            AND (length(CAST(deleted_at AS BLOB)) = 19
                OR (length(CAST(deleted_at AS BLOB)) = 26
                AND substr(deleted_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(deleted_at, 1, 19), '+0 days') IS substr(deleted_at, 1, 19)
            AND deleted_at >= '0001-01-01')
        ),
    deleted_reason TEXT
        CONSTRAINT users_deleted_reason_is_valid CHECK (
            deleted_reason IS NULL
            OR (typeof(deleted_reason) = 'text' AND instr(deleted_reason, char(0)) = 0
            AND trim(deleted_reason, char(32, 9, 10, 13, 12, 11)) <> '')
        ),
    metadata TEXT
        CONSTRAINT users_metadata_is_valid CHECK (
            metadata IS NULL
            OR (typeof(metadata) = 'text' AND json_valid(metadata)
            AND instr(replace(metadata, '\\', ''), '\u0000') = 0)
        ),
    version INTEGER NOT NULL DEFAULT 1
        CONSTRAINT users_version_is_positive CHECK (
            typeof(version) = 'integer' AND version BETWEEN 0 AND 2147483647
        ),
    db_role TEXT
        CONSTRAINT users_db_role_is_valid CHECK (
            db_role IS NULL
            OR (typeof(db_role) = 'text' AND instr(db_role, char(0)) = 0
            AND trim(db_role, char(32, 9, 10, 13, 12, 11)) <> '')
        ),
    CONSTRAINT users_db_role_key UNIQUE (db_role),
    CONSTRAINT users_deletion_has_a_reason CHECK ((deleted_at IS NULL) = (deleted_reason IS NULL)),
    CONSTRAINT users_updated_after_created CHECK (substr(updated_at || '.000000', 1, 26) >= substr(created_at
        || '.000000', 1, 26))
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_users_email_active ON users (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_users_role_status ON users (role, status) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_users_created_at ON users (created_at);
CREATE INDEX IF NOT EXISTS idx_users_status ON users (status) WHERE deleted_at IS NULL;

-- -----------------------------------------------------------------------------------------------------------------
-- Challenges.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS challenges (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT challenges_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    user_id TEXT NOT NULL REFERENCES users (id),
    challenge_type TEXT NOT NULL
        CONSTRAINT challenges_challenge_type_is_valid CHECK (
            typeof(challenge_type) = 'text' AND instr(challenge_type, char(0)) = 0
            AND trim(challenge_type, char(32, 9, 10, 13, 12, 11)) <> '' AND length(challenge_type) <= 50
        ),
    currency TEXT NOT NULL DEFAULT 'USD'
        CONSTRAINT challenges_currency_is_a_code CHECK (
            typeof(currency) = 'text' AND instr(currency, char(0)) = 0 AND length(currency) BETWEEN 3 AND 5
            AND currency NOT GLOB '*[^A-Z]*'
        ),
    initial_balance REAL NOT NULL
        CONSTRAINT challenges_initial_balance_is_positive CHECK (
            initial_balance = CAST(printf('%.15g', initial_balance) AS REAL)
            AND round(initial_balance, 8) = initial_balance AND abs(initial_balance) < 1e15 AND initial_balance > 0
        ),
    max_daily_drawdown_percent REAL NOT NULL DEFAULT 0.05
        CONSTRAINT challenges_daily_percent_is_a_fraction CHECK (
            typeof(max_daily_drawdown_percent) = 'real'
            AND max_daily_drawdown_percent = CAST(printf('%.4f', max_daily_drawdown_percent) AS REAL)
            AND max_daily_drawdown_percent > 0 AND max_daily_drawdown_percent <= 1
        ),
    max_total_drawdown_percent REAL NOT NULL DEFAULT 0.1
        CONSTRAINT challenges_total_percent_is_a_fraction CHECK (
            typeof(max_total_drawdown_percent) = 'real'
            AND max_total_drawdown_percent = CAST(printf('%.4f', max_total_drawdown_percent) AS REAL)
            AND max_total_drawdown_percent > 0 AND max_total_drawdown_percent <= 1
        ),
    profit_target_percent REAL NOT NULL DEFAULT 0.08
        CONSTRAINT challenges_target_percent_is_a_fraction CHECK (
            typeof(profit_target_percent) = 'real'
            AND profit_target_percent = CAST(printf('%.4f', profit_target_percent) AS REAL)
            AND profit_target_percent > 0 AND profit_target_percent <= 1
        ),
    -- NULL only until the end of an INSERT that leaves it out: a trigger makes it initial_balance.
    current_balance REAL
        CONSTRAINT challenges_balance_is_not_negative CHECK (
            current_balance IS NULL
            OR (typeof(current_balance) = 'real' AND abs(current_balance) < 1e15
            AND abs(current_balance - CAST(printf('%.15g', round(current_balance, 8)) AS REAL))
                <= 5e-9 + abs(current_balance) * 1e-15
            AND round(current_balance, 8) >= 0)
        ),
    floating_pnl REAL NOT NULL DEFAULT 0
        CONSTRAINT challenges_floating_pnl_is_valid CHECK (
            typeof(floating_pnl) = 'real' AND abs(floating_pnl) < 1e15
            AND abs(floating_pnl - CAST(printf('%.15g', round(floating_pnl, 8)) AS REAL))
                <= 5e-9 + abs(floating_pnl) * 1e-15
        ),
    current_equity REAL NOT NULL
        CONSTRAINT challenges_equity_is_not_negative CHECK (
            typeof(current_equity) = 'real' AND abs(current_equity) < 1e15
            AND abs(current_equity - CAST(printf('%.15g', round(current_equity, 8)) AS REAL))
                <= 5e-9 + abs(current_equity) * 1e-15
            AND round(current_equity, 8) >= 0
        ),
    max_equity_ever REAL NOT NULL
        CONSTRAINT challenges_peak_is_not_negative CHECK (
            typeof(max_equity_ever) = 'real' AND abs(max_equity_ever) < 1e15
            AND abs(max_equity_ever - CAST(printf('%.15g', round(max_equity_ever, 8)) AS REAL))
                <= 5e-9 + abs(max_equity_ever) * 1e-15
            AND round(max_equity_ever, 8) >= 0
        ),
    daily_start_equity REAL NOT NULL
        CONSTRAINT challenges_daily_start_is_not_negative CHECK (
            typeof(daily_start_equity) = 'real' AND abs(daily_start_equity) < 1e15
            AND abs(daily_start_equity - CAST(printf('%.15g', round(daily_start_equity, 8)) AS REAL))
                <= 5e-9 + abs(daily_start_equity) * 1e-15
            AND round(daily_start_equity, 8) >= 0
        ),
    daily_max_equity REAL NOT NULL
        CONSTRAINT challenges_daily_maximum_is_not_negative CHECK (
            typeof(daily_max_equity) = 'real' AND abs(daily_max_equity) < 1e15
            AND abs(daily_max_equity - CAST(printf('%.15g', round(daily_max_equity, 8)) AS REAL))
                <= 5e-9 + abs(daily_max_equity) * 1e-15
            AND round(daily_max_equity, 8) >= 0
        ),
    daily_min_equity REAL NOT NULL
        CONSTRAINT challenges_daily_minimum_is_not_negative CHECK (
            typeof(daily_min_equity) = 'real' AND abs(daily_min_equity) < 1e15
            AND abs(daily_min_equity - CAST(printf('%.15g', round(daily_min_equity, 8)) AS REAL))
                <= 5e-9 + abs(daily_min_equity) * 1e-15
            AND round(daily_min_equity, 8) >= 0
        ),
    trading_date TEXT
        CONSTRAINT challenges_trading_date_is_valid CHECK (
            trading_date IS NULL
            OR (typeof(trading_date) = 'text' AND length(CAST(trading_date AS BLOB)) = 10
            AND date(trading_date, '+0 days') IS trading_date AND trading_date >= '0001-01-01')
        ),
    total_trades INTEGER NOT NULL DEFAULT 0
        CONSTRAINT challenges_trades_are_counted CHECK (
            typeof(total_trades) = 'integer' AND total_trades BETWEEN 0 AND 2147483647
        ),
    total_pnl REAL NOT NULL DEFAULT 0
        CONSTRAINT challenges_total_pnl_is_valid CHECK (
            typeof(total_pnl) = 'real' AND abs(total_pnl) < 1e15
            AND abs(total_pnl - CAST(printf('%.15g', round(total_pnl, 8)) AS REAL))
                <= 5e-9 + abs(total_pnl) * 1e-15
        ),
    outside_money REAL NOT NULL DEFAULT 0
        CONSTRAINT challenges_outside_money_is_valid CHECK (
            typeof(outside_money) = 'real' AND abs(outside_money) < 1e15
            AND abs(outside_money - CAST(printf('%.15g', round(outside_money, 8)) AS REAL))
                <= 5e-9 + abs(outside_money) * 1e-15
        ),
    adjustments_total REAL NOT NULL DEFAULT 0
        CONSTRAINT challenges_adjustments_total_is_valid CHECK (
            typeof(adjustments_total) = 'real' AND abs(adjustments_total) < 1e15
            AND abs(adjustments_total - CAST(printf('%.15g', round(adjustments_total, 8)) AS REAL))
                <= 5e-9 + abs(adjustments_total) * 1e-15
        ),
    win_rate REAL
        CONSTRAINT challenges_win_rate_is_a_fraction CHECK (
            win_rate IS NULL
            OR (typeof(win_rate) = 'real' AND abs(win_rate) < 1e15
            AND abs(win_rate - CAST(printf('%.15g', round(win_rate, 8)) AS REAL))
                <= 5e-9 + abs(win_rate) * 1e-15 AND round(win_rate, 8) BETWEEN 0 AND 1)
        ),
    avg_trade_pnl REAL
        CONSTRAINT challenges_avg_trade_pnl_is_valid CHECK (
            avg_trade_pnl IS NULL
            OR (typeof(avg_trade_pnl) = 'real' AND abs(avg_trade_pnl) < 1e15
            AND abs(avg_trade_pnl - CAST(printf('%.15g', round(avg_trade_pnl, 8)) AS REAL))
                <= 5e-9 + abs(avg_trade_pnl) * 1e-15)
        ),
    status TEXT NOT NULL DEFAULT 'PENDING'
        CONSTRAINT challenges_status_is_known CHECK (
            status IN ('PENDING', 'ACTIVE', 'FAILED', 'FUNDED')
        ),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT challenges_created_at_is_valid CHECK (
            typeof(created_at) = 'text'
            AND (length(CAST(created_at AS BLOB)) = 19
                OR (length(CAST(created_at AS BLOB)) = 26
                AND substr(created_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 19)
            AND created_at >= '0001-01-01'
        ),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT challenges_updated_at_is_valid CHECK (
            typeof(updated_at) = 'text'
            AND (length(CAST(updated_at AS BLOB)) = 19
                OR (length(CAST(updated_at AS BLOB)) = 26
                AND substr(updated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(updated_at, 1, 19), '+0 days') IS substr(updated_at, 1, 19)
            AND updated_at >= '0001-01-01'
        ),
    started_at TEXT
        CONSTRAINT challenges_started_at_is_valid CHECK (
            started_at IS NULL
            OR (typeof(started_at) = 'text'
            AND (length(CAST(started_at AS BLOB)) = 19
                OR (length(CAST(started_at AS BLOB)) = 26
                AND substr(started_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(started_at, 1, 19), '+0 days') IS substr(started_at, 1, 19)
            AND started_at >= '0001-01-01')
        ),
    ended_at TEXT
        CONSTRAINT challenges_ended_at_is_valid CHECK (
            ended_at IS NULL
            OR (typeof(ended_at) = 'text'
            AND (length(CAST(ended_at AS BLOB)) = 19
                OR (length(CAST(ended_at AS BLOB)) = 26
                AND substr(ended_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(ended_at, 1, 19), '+0 days') IS substr(ended_at, 1, 19)
            AND ended_at >= '0001-01-01')
        ),
    last_trade_at TEXT
        CONSTRAINT challenges_last_trade_at_is_valid CHECK (
            last_trade_at IS NULL
            OR (typeof(last_trade_at) = 'text'
            AND (length(CAST(last_trade_at AS BLOB)) = 19
                OR (length(CAST(last_trade_at AS BLOB)) = 26
                AND substr(last_trade_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(last_trade_at, 1, 19), '+0 days') IS substr(last_trade_at, 1, 19)
            AND last_trade_at >= '0001-01-01')
        ),
    failure_reason TEXT
        CONSTRAINT challenges_failure_reason_is_valid CHECK (
            failure_reason IS NULL
            OR (typeof(failure_reason) = 'text' AND instr(failure_reason, char(0)) = 0
            AND trim(failure_reason, char(32, 9, 10, 13, 12, 11)) <> '')
        ),
    profit_target_reached_at TEXT
        CONSTRAINT challenges_profit_target_reached_at_is_valid CHECK (
            profit_target_reached_at IS NULL
            OR (typeof(profit_target_reached_at) = 'text'
            AND (length(CAST(profit_target_reached_at AS BLOB)) = 19
                OR (length(CAST(profit_target_reached_at AS BLOB)) = 26
                AND substr(profit_target_reached_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(profit_target_reached_at, 1, 19), '+0 days') IS substr(profit_target_reached_at, 1, 19)
            AND profit_target_reached_at >= '0001-01-01')
        ),
    funded_at TEXT
        CONSTRAINT challenges_funded_at_is_valid CHECK (
            funded_at IS NULL
            OR (typeof(funded_at) = 'text'
            AND (length(CAST(funded_at AS BLOB)) = 19
                OR (length(CAST(funded_at AS BLOB)) = 26
                AND substr(funded_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(funded_at, 1, 19), '+0 days') IS substr(funded_at, 1, 19)
            AND funded_at >= '0001-01-01')
        ),
    previous_challenge_id TEXT REFERENCES challenges (id),
    writer_device_id TEXT
        CONSTRAINT challenges_writer_device_id_is_valid CHECK (
            writer_device_id IS NULL
            OR (typeof(writer_device_id) = 'text' AND length(CAST(writer_device_id AS BLOB)) = 36
            AND writer_device_id GLOB '????????-????-????-????-????????????'
            AND writer_device_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(writer_device_id, '-', '')) = 32)
        ),
    archived_at TEXT
        CONSTRAINT challenges_archived_at_is_valid CHECK (
            archived_at IS NULL
            OR (typeof(archived_at) = 'text'
            AND (length(CAST(archived_at AS BLOB)) = 19
                OR (length(CAST(archived_at AS BLOB)) = 26
                AND substr(archived_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(archived_at, 1, 19), '+0 days') IS substr(archived_at, 1, 19)
            AND archived_at >= '0001-01-01')
        ),
    rules_config TEXT NOT NULL DEFAULT '{}'
        CONSTRAINT challenges_rules_config_is_valid CHECK (
            typeof(rules_config) = 'text' AND json_valid(rules_config)
            AND instr(replace(rules_config, '\\', ''), '\u0000') = 0 AND json_type(rules_config) = 'object'
        ),
    rule_state TEXT NOT NULL DEFAULT '{}'
        CONSTRAINT challenges_rule_state_is_valid CHECK (
            typeof(rule_state) = 'text' AND json_valid(rule_state)
            AND instr(replace(rule_state, '\\', ''), '\u0000') = 0 AND json_type(rule_state) = 'object'
        ),
    metadata TEXT
        CONSTRAINT challenges_metadata_is_valid CHECK (
            metadata IS NULL
            OR (typeof(metadata) = 'text' AND json_valid(metadata)
            AND instr(replace(metadata, '\\', ''), '\u0000') = 0)
        ),
    version INTEGER NOT NULL DEFAULT 1
        CONSTRAINT challenges_version_is_positive CHECK (
            typeof(version) = 'integer' AND version BETWEEN 0 AND 2147483647
        ),
    CONSTRAINT challenges_approvals_are_counted CHECK (
        coalesce(json_type(rules_config, '$.approvals'), 'null') = 'null'
        OR (json_type(rules_config, '$.approvals') = 'integer'
        AND json_extract(rules_config, '$.approvals') BETWEEN 1 AND 9)
    ),
    CONSTRAINT challenges_equity_under_peak CHECK (round(current_equity, 8) <= round(max_equity_ever, 8)),
    CONSTRAINT challenges_peak_from_start CHECK (round(max_equity_ever, 8) >= initial_balance),
    CONSTRAINT challenges_daily_range CHECK (round(daily_min_equity, 8) <= round(daily_max_equity, 8)),
    CONSTRAINT challenges_ended_exactly_at_an_end CHECK ((ended_at IS NOT NULL) = (status IN ('FAILED', 'FUNDED'))),
    CONSTRAINT challenges_funded_exactly_when_funded CHECK ((funded_at IS NOT NULL) = (status = 'FUNDED')),
    CONSTRAINT challenges_reason_exactly_when_failed CHECK ((failure_reason IS NOT NULL) = (status = 'FAILED')),
    CONSTRAINT challenges_started_unless_pending CHECK (status = 'PENDING' OR started_at IS NOT NULL),
    CONSTRAINT challenges_do_not_follow_themselves CHECK (previous_challenge_id <> id),
    CONSTRAINT challenges_updated_after_created CHECK (substr(updated_at || '.000000', 1, 26) >= substr(created_at
        || '.000000', 1, 26))
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

-- -----------------------------------------------------------------------------------------------------------------
-- Trades: the ledger, append-only.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS trades (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT trades_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    challenge_id TEXT NOT NULL REFERENCES challenges (id),
    trade_id TEXT NOT NULL
        CONSTRAINT trades_trade_id_is_valid CHECK (
            typeof(trade_id) = 'text' AND instr(trade_id, char(0)) = 0
            AND trim(trade_id, char(32, 9, 10, 13, 12, 11)) <> '' AND length(trade_id) <= 100
        ),
    symbol TEXT NOT NULL
        CONSTRAINT trades_symbol_is_trimmed CHECK (
            typeof(symbol) = 'text' AND instr(symbol, char(0)) = 0
            AND symbol = trim(symbol, char(32, 9, 10, 13, 12, 11, 133, 160, 8199, 8232, 8233, 8239, 12288))
            AND length(symbol) BETWEEN 1 AND 64
        ),
    side TEXT NOT NULL
        CONSTRAINT trades_side_is_known CHECK (
            side IN ('BUY', 'SELL')
        ),
    quantity REAL NOT NULL
        CONSTRAINT trades_quantity_is_positive CHECK (
            quantity = CAST(printf('%.15g', quantity) AS REAL) AND round(quantity, 8) = quantity
            AND abs(quantity) < 1e15 AND quantity > 0
        ),
    price REAL NOT NULL
        CONSTRAINT trades_price_is_positive CHECK (
            price = CAST(printf('%.15g', price) AS REAL) AND round(price, 8) = price AND abs(price) < 1e15
            AND price > 0
        ),
    realized_pnl REAL NOT NULL
        CONSTRAINT trades_realized_pnl_is_valid CHECK (
            realized_pnl = CAST(printf('%.15g', realized_pnl) AS REAL) AND round(realized_pnl, 8) = realized_pnl
            AND abs(realized_pnl) < 1e15
        ),
    commission REAL NOT NULL DEFAULT 0
        CONSTRAINT trades_commission_is_valid CHECK (
            commission = CAST(printf('%.15g', commission) AS REAL) AND round(commission, 8) = commission
            AND abs(commission) < 1e15
        ),
    executed_at TEXT NOT NULL
        CONSTRAINT trades_executed_at_is_valid CHECK (
            typeof(executed_at) = 'text'
            AND (length(CAST(executed_at AS BLOB)) = 19
                OR (length(CAST(executed_at AS BLOB)) = 26
                AND substr(executed_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(executed_at, 1, 19), '+0 days') IS substr(executed_at, 1, 19)
            AND executed_at >= '0001-01-01'
        ),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT trades_created_at_is_valid CHECK (
            typeof(created_at) = 'text'
            AND (length(CAST(created_at AS BLOB)) = 19
                OR (length(CAST(created_at AS BLOB)) = 26
                AND substr(created_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 19)
            AND created_at >= '0001-01-01'
        ),
    sequence_number INTEGER NOT NULL
        CONSTRAINT trades_numbered_from_one CHECK (
            typeof(sequence_number) = 'integer' AND sequence_number >= 1
        ),
    external_trade_id TEXT
        CONSTRAINT trades_external_trade_id_is_valid CHECK (
            external_trade_id IS NULL
            OR (typeof(external_trade_id) = 'text' AND instr(external_trade_id, char(0)) = 0)
        ),
    position_id TEXT
        CONSTRAINT trades_position_id_is_valid CHECK (
            position_id IS NULL
            OR (typeof(position_id) = 'text' AND instr(position_id, char(0)) = 0)
        ),
    opened_at TEXT
        CONSTRAINT trades_opened_at_is_valid CHECK (
            opened_at IS NULL
            OR (typeof(opened_at) = 'text'
            AND (length(CAST(opened_at AS BLOB)) = 19
                OR (length(CAST(opened_at AS BLOB)) = 26
                AND substr(opened_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(opened_at, 1, 19), '+0 days') IS substr(opened_at, 1, 19)
            AND opened_at >= '0001-01-01')
        ),
    open_price REAL
        CONSTRAINT trades_open_price_is_positive CHECK (
            open_price IS NULL
            OR (open_price = CAST(printf('%.15g', open_price) AS REAL) AND round(open_price, 8) = open_price
            AND abs(open_price) < 1e15 AND open_price > 0)
        ),
    metadata TEXT
        CONSTRAINT trades_metadata_is_valid CHECK (
            metadata IS NULL
            OR (typeof(metadata) = 'text' AND json_valid(metadata)
            AND instr(replace(metadata, '\\', ''), '\u0000') = 0)
        ),
    CONSTRAINT trades_created_after_execution CHECK (substr(created_at || '.000000', 1, 26) >= substr(executed_at
        || '.000000', 1, 26))
);

-- Named indexes and no constraints: a constraint's own index cannot be dropped and rebuilt for a bulk load.

CREATE UNIQUE INDEX IF NOT EXISTS trades_challenge_trade_id_key ON trades (challenge_id, trade_id);
CREATE UNIQUE INDEX IF NOT EXISTS idx_trades_challenge_sequence_lock ON trades (challenge_id, sequence_number);
CREATE INDEX IF NOT EXISTS idx_trades_challenge_executed_at ON trades (challenge_id, executed_at);
CREATE INDEX IF NOT EXISTS idx_trades_executed_at ON trades (executed_at);
CREATE INDEX IF NOT EXISTS idx_trades_symbol ON trades (symbol);

-- -----------------------------------------------------------------------------------------------------------------
-- Events: what happened, append-only, each bound to the one before by its hash.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS challenge_events (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT challenge_events_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    challenge_id TEXT NOT NULL REFERENCES challenges (id),
    event_type TEXT NOT NULL
        CONSTRAINT challenge_events_event_type_is_valid CHECK (
            typeof(event_type) = 'text' AND instr(event_type, char(0)) = 0
            AND trim(event_type, char(32, 9, 10, 13, 12, 11)) <> '' AND length(event_type) <= 100
        ),
    event_version TEXT NOT NULL DEFAULT 'v1'
        CONSTRAINT challenge_events_event_version_is_valid CHECK (
            typeof(event_version) = 'text' AND instr(event_version, char(0)) = 0
            AND trim(event_version, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    sequence_number INTEGER NOT NULL
        CONSTRAINT challenge_events_numbered_from_one CHECK (
            typeof(sequence_number) = 'integer' AND sequence_number >= 1
        ),
    event_data TEXT NOT NULL
        CONSTRAINT challenge_events_data_is_an_object CHECK (
            typeof(event_data) = 'text' AND json_valid(event_data)
            AND ltrim(event_data, char(32, 9, 10, 13)) GLOB '{*'
        ),
    description TEXT
        CONSTRAINT challenge_events_description_is_valid CHECK (
            description IS NULL
            OR (typeof(description) = 'text' AND instr(description, char(0)) = 0)
        ),
    user_friendly_message TEXT
        CONSTRAINT challenge_events_user_friendly_message_is_valid CHECK (
            user_friendly_message IS NULL
            OR (typeof(user_friendly_message) = 'text' AND instr(user_friendly_message, char(0)) = 0)
        ),
    occurred_at TEXT NOT NULL
        CONSTRAINT challenge_events_occurred_at_is_valid CHECK (
            typeof(occurred_at) = 'text'
            AND (length(CAST(occurred_at AS BLOB)) = 19
                OR (length(CAST(occurred_at AS BLOB)) = 26
                AND substr(occurred_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(occurred_at, 1, 19), '+0 days') IS substr(occurred_at, 1, 19)
            AND occurred_at >= '0001-01-01'
        ),
    recorded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT challenge_events_recorded_at_is_valid CHECK (
            typeof(recorded_at) = 'text'
            AND (length(CAST(recorded_at AS BLOB)) = 19
                OR (length(CAST(recorded_at AS BLOB)) = 26
                AND substr(recorded_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(recorded_at, 1, 19), '+0 days') IS substr(recorded_at, 1, 19)
            AND recorded_at >= '0001-01-01'
        ),
    correlation_id TEXT
        CONSTRAINT challenge_events_correlation_id_is_valid CHECK (
            correlation_id IS NULL
            OR (typeof(correlation_id) = 'text' AND length(CAST(correlation_id AS BLOB)) = 36
            AND correlation_id GLOB '????????-????-????-????-????????????'
            AND correlation_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(correlation_id, '-', '')) = 32)
        ),
    causation_id TEXT
        CONSTRAINT challenge_events_causation_id_is_valid CHECK (
            causation_id IS NULL
            OR (typeof(causation_id) = 'text' AND length(CAST(causation_id AS BLOB)) = 36
            AND causation_id GLOB '????????-????-????-????-????????????'
            AND causation_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(causation_id, '-', '')) = 32)
        ),
    metadata TEXT
        CONSTRAINT challenge_events_metadata_is_valid CHECK (
            metadata IS NULL
            OR (typeof(metadata) = 'text' AND json_valid(metadata)
            AND instr(replace(metadata, '\\', ''), '\u0000') = 0)
        ),
    metadata_commitment TEXT
        CONSTRAINT challenge_events_metadata_commitment_is_valid CHECK (
            metadata_commitment IS NULL
            OR (typeof(metadata_commitment) = 'text' AND length(CAST(metadata_commitment AS BLOB)) = 64
            AND metadata_commitment NOT GLOB '*[^0-9a-f]*')
        ),
    previous_hash TEXT
        CONSTRAINT challenge_events_previous_hash_is_valid CHECK (
            previous_hash IS NULL
            OR (typeof(previous_hash) = 'text' AND length(CAST(previous_hash AS BLOB)) = 64
            AND previous_hash NOT GLOB '*[^0-9a-f]*')
        ),
    hash TEXT
        CONSTRAINT challenge_events_hash_is_valid CHECK (
            hash IS NULL
            OR (typeof(hash) = 'text' AND length(CAST(hash AS BLOB)) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
        ),
    CONSTRAINT challenge_events_recorded_after_occurrence CHECK (substr(recorded_at
        || '.000000', 1, 26) >= substr(occurred_at || '.000000', 1, 26))
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_events_challenge_sequence_lock ON challenge_events (challenge_id, sequence_number);
CREATE INDEX IF NOT EXISTS idx_challenge_events_type ON challenge_events (event_type);
CREATE INDEX IF NOT EXISTS idx_challenge_events_occurred_at ON challenge_events (occurred_at);
CREATE INDEX IF NOT EXISTS idx_challenge_events_correlation_id ON challenge_events (correlation_id)
    WHERE correlation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_events_trade_executed
    ON challenge_events (challenge_id, json_extract(event_data, '$.trade.sequence_number'))
    WHERE event_type = 'TRADE_EXECUTED';

-- -----------------------------------------------------------------------------------------------------------------
-- Payments.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS payments (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT payments_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    user_id TEXT NOT NULL REFERENCES users (id),
    challenge_id TEXT REFERENCES challenges (id),
    provider TEXT NOT NULL
        CONSTRAINT payments_provider_is_valid CHECK (
            provider IN ('STRIPE', 'PAYPAL', 'BANK_TRANSFER', 'MOCK')
        ),
    provider_payment_id TEXT
        CONSTRAINT payments_provider_payment_id_is_valid CHECK (
            provider_payment_id IS NULL
            OR (typeof(provider_payment_id) = 'text' AND instr(provider_payment_id, char(0)) = 0
            AND trim(provider_payment_id, char(32, 9, 10, 13, 12, 11)) <> '')
        ),
    provider_transaction_id TEXT
        CONSTRAINT payments_provider_transaction_id_is_valid CHECK (
            provider_transaction_id IS NULL
            OR (typeof(provider_transaction_id) = 'text' AND instr(provider_transaction_id, char(0)) = 0)
        ),
    external_payment_id TEXT
        CONSTRAINT payments_external_payment_id_is_valid CHECK (
            external_payment_id IS NULL
            OR (typeof(external_payment_id) = 'text' AND instr(external_payment_id, char(0)) = 0)
        ),
    amount REAL NOT NULL
        CONSTRAINT payments_amount_is_positive CHECK (
            amount = CAST(printf('%.15g', amount) AS REAL) AND round(amount, 8) = amount AND abs(amount) < 1e15
            AND amount > 0
        ),
    currency TEXT NOT NULL
        CONSTRAINT payments_currency_is_valid CHECK (
            currency IN ('USD', 'EUR', 'GBP')
        ),
    fee REAL NOT NULL DEFAULT 0
        CONSTRAINT payments_fee_is_not_negative CHECK (
            fee = CAST(printf('%.15g', fee) AS REAL) AND round(fee, 8) = fee AND abs(fee) < 1e15 AND fee >= 0
        ),
    status TEXT NOT NULL DEFAULT 'PENDING'
        CONSTRAINT payments_status_is_known CHECK (
            status IN ('PENDING', 'PROCESSING', 'SUCCESS', 'FAILED', 'CANCELLED', 'REFUNDED')
        ),
    status_updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT payments_status_updated_at_is_valid CHECK (
            typeof(status_updated_at) = 'text'
            AND (length(CAST(status_updated_at AS BLOB)) = 19
                OR (length(CAST(status_updated_at AS BLOB)) = 26
                AND substr(status_updated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(status_updated_at, 1, 19), '+0 days') IS substr(status_updated_at, 1, 19)
            AND status_updated_at >= '0001-01-01'
        ),
    initiated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT payments_initiated_at_is_valid CHECK (
            typeof(initiated_at) = 'text'
            AND (length(CAST(initiated_at AS BLOB)) = 19
                OR (length(CAST(initiated_at AS BLOB)) = 26
                AND substr(initiated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(initiated_at, 1, 19), '+0 days') IS substr(initiated_at, 1, 19)
            AND initiated_at >= '0001-01-01'
        ),
    processing_started_at TEXT
        CONSTRAINT payments_processing_started_at_is_valid CHECK (
            processing_started_at IS NULL
            OR (typeof(processing_started_at) = 'text'
            AND (length(CAST(processing_started_at AS BLOB)) = 19
                OR (length(CAST(processing_started_at AS BLOB)) = 26
                AND substr(processing_started_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(processing_started_at, 1, 19), '+0 days') IS substr(processing_started_at, 1, 19)
            AND processing_started_at >= '0001-01-01')
        ),
    processed_at TEXT
        CONSTRAINT payments_processed_at_is_valid CHECK (
            processed_at IS NULL
            OR (typeof(processed_at) = 'text'
            AND (length(CAST(processed_at AS BLOB)) = 19
                OR (length(CAST(processed_at AS BLOB)) = 26
                AND substr(processed_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(processed_at, 1, 19), '+0 days') IS substr(processed_at, 1, 19)
            AND processed_at >= '0001-01-01')
        ),
    completed_at TEXT
        CONSTRAINT payments_completed_at_is_valid CHECK (
            completed_at IS NULL
            OR (typeof(completed_at) = 'text'
            AND (length(CAST(completed_at AS BLOB)) = 19
                OR (length(CAST(completed_at AS BLOB)) = 26
                AND substr(completed_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(completed_at, 1, 19), '+0 days') IS substr(completed_at, 1, 19)
            AND completed_at >= '0001-01-01')
        ),
    settled_at TEXT
        CONSTRAINT payments_settled_at_is_valid CHECK (
            settled_at IS NULL
            OR (typeof(settled_at) = 'text'
            AND (length(CAST(settled_at AS BLOB)) = 19
                OR (length(CAST(settled_at AS BLOB)) = 26
                AND substr(settled_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(settled_at, 1, 19), '+0 days') IS substr(settled_at, 1, 19)
            AND settled_at >= '0001-01-01')
        ),
    failed_at TEXT
        CONSTRAINT payments_failed_at_is_valid CHECK (
            failed_at IS NULL
            OR (typeof(failed_at) = 'text'
            AND (length(CAST(failed_at AS BLOB)) = 19
                OR (length(CAST(failed_at AS BLOB)) = 26
                AND substr(failed_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(failed_at, 1, 19), '+0 days') IS substr(failed_at, 1, 19)
            AND failed_at >= '0001-01-01')
        ),
    failure_reason TEXT
        CONSTRAINT payments_failure_reason_is_valid CHECK (
            failure_reason IS NULL
            OR (typeof(failure_reason) = 'text' AND instr(failure_reason, char(0)) = 0)
        ),
    retry_count INTEGER NOT NULL DEFAULT 0
        CONSTRAINT payments_retries_are_counted CHECK (
            typeof(retry_count) = 'integer' AND retry_count BETWEEN 0 AND 2147483647
        ),
    refund_amount REAL
        CONSTRAINT payments_refund_amount_is_valid CHECK (
            refund_amount IS NULL
            OR (refund_amount = CAST(printf('%.15g', refund_amount) AS REAL)
            AND round(refund_amount, 8) = refund_amount AND abs(refund_amount) < 1e15)
        ),
    refunded_at TEXT
        CONSTRAINT payments_refunded_at_is_valid CHECK (
            refunded_at IS NULL
            OR (typeof(refunded_at) = 'text'
            AND (length(CAST(refunded_at AS BLOB)) = 19
                OR (length(CAST(refunded_at AS BLOB)) = 26
                AND substr(refunded_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(refunded_at, 1, 19), '+0 days') IS substr(refunded_at, 1, 19)
            AND refunded_at >= '0001-01-01')
        ),
    webhook_data TEXT
        CONSTRAINT payments_webhook_data_is_valid CHECK (
            webhook_data IS NULL
            OR (typeof(webhook_data) = 'text' AND json_valid(webhook_data)
            AND instr(replace(webhook_data, '\\', ''), '\u0000') = 0)
        ),
    provider_metadata TEXT
        CONSTRAINT payments_provider_metadata_is_valid CHECK (
            provider_metadata IS NULL
            OR (typeof(provider_metadata) = 'text' AND json_valid(provider_metadata)
            AND instr(replace(provider_metadata, '\\', ''), '\u0000') = 0)
        ),
    provider_response TEXT
        CONSTRAINT payments_provider_response_is_valid CHECK (
            provider_response IS NULL
            OR (typeof(provider_response) = 'text' AND json_valid(provider_response)
            AND instr(replace(provider_response, '\\', ''), '\u0000') = 0)
        ),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT payments_created_at_is_valid CHECK (
            typeof(created_at) = 'text'
            AND (length(CAST(created_at AS BLOB)) = 19
                OR (length(CAST(created_at AS BLOB)) = 26
                AND substr(created_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 19)
            AND created_at >= '0001-01-01'
        ),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT payments_updated_at_is_valid CHECK (
            typeof(updated_at) = 'text'
            AND (length(CAST(updated_at AS BLOB)) = 19
                OR (length(CAST(updated_at AS BLOB)) = 26
                AND substr(updated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(updated_at, 1, 19), '+0 days') IS substr(updated_at, 1, 19)
            AND updated_at >= '0001-01-01'
        ),
    metadata TEXT
        CONSTRAINT payments_metadata_is_valid CHECK (
            metadata IS NULL
            OR (typeof(metadata) = 'text' AND json_valid(metadata)
            AND instr(replace(metadata, '\\', ''), '\u0000') = 0)
        ),
    CONSTRAINT payments_refund_within_amount CHECK (refund_amount > 0 AND refund_amount <= amount),
    CONSTRAINT payments_refund_exactly_when_refunded CHECK ((refund_amount IS NOT NULL) = (status = 'REFUNDED')),
    CONSTRAINT payments_success_has_a_challenge CHECK (status <> 'SUCCESS' OR challenge_id IS NOT NULL),
    CONSTRAINT payments_end_is_processed CHECK (status IN ('PENDING', 'PROCESSING') OR processed_at IS NOT NULL),
    CONSTRAINT payments_updated_after_created CHECK (substr(updated_at || '.000000', 1, 26) >= substr(created_at
        || '.000000', 1, 26))
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

-- -----------------------------------------------------------------------------------------------------------------
-- Risk alerts.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS risk_alerts (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT risk_alerts_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    challenge_id TEXT REFERENCES challenges (id),
    user_id TEXT REFERENCES users (id),
    alert_type TEXT NOT NULL
        CONSTRAINT risk_alerts_alert_type_is_valid CHECK (
            typeof(alert_type) = 'text' AND instr(alert_type, char(0)) = 0
            AND trim(alert_type, char(32, 9, 10, 13, 12, 11)) <> '' AND length(alert_type) <= 100
        ),
    severity TEXT NOT NULL
        CONSTRAINT risk_alerts_severity_is_known CHECK (
            severity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')
        ),
    title TEXT NOT NULL
        CONSTRAINT risk_alerts_title_is_valid CHECK (
            typeof(title) = 'text' AND instr(title, char(0)) = 0 AND trim(title, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    message TEXT NOT NULL
        CONSTRAINT risk_alerts_message_is_valid CHECK (
            typeof(message) = 'text' AND instr(message, char(0)) = 0
        ),
    alert_data TEXT NOT NULL DEFAULT '{}'
        CONSTRAINT risk_alerts_alert_data_is_valid CHECK (
            typeof(alert_data) = 'text' AND json_valid(alert_data)
            AND instr(replace(alert_data, '\\', ''), '\u0000') = 0
        ),
    status TEXT NOT NULL DEFAULT 'ACTIVE'
        CONSTRAINT risk_alerts_status_is_known CHECK (
            status IN ('ACTIVE', 'ACKNOWLEDGED', 'RESOLVED', 'FALSE_POSITIVE')
        ),
    acknowledged_at TEXT
        CONSTRAINT risk_alerts_acknowledged_at_is_valid CHECK (
            acknowledged_at IS NULL
            OR (typeof(acknowledged_at) = 'text'
            AND (length(CAST(acknowledged_at AS BLOB)) = 19
                OR (length(CAST(acknowledged_at AS BLOB)) = 26
                AND substr(acknowledged_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(acknowledged_at, 1, 19), '+0 days') IS substr(acknowledged_at, 1, 19)
            AND acknowledged_at >= '0001-01-01')
        ),
    acknowledged_by TEXT REFERENCES users (id),
    resolved_at TEXT
        CONSTRAINT risk_alerts_resolved_at_is_valid CHECK (
            resolved_at IS NULL
            OR (typeof(resolved_at) = 'text'
            AND (length(CAST(resolved_at AS BLOB)) = 19
                OR (length(CAST(resolved_at AS BLOB)) = 26
                AND substr(resolved_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(resolved_at, 1, 19), '+0 days') IS substr(resolved_at, 1, 19)
            AND resolved_at >= '0001-01-01')
        ),
    resolved_by TEXT REFERENCES users (id),
    recommended_actions TEXT
        CONSTRAINT risk_alerts_recommended_actions_is_valid CHECK (
            recommended_actions IS NULL
            OR (typeof(recommended_actions) = 'text' AND instr(recommended_actions, char(0)) = 0)
        ),
    threshold_breached REAL
        CONSTRAINT risk_alerts_threshold_breached_is_valid CHECK (
            threshold_breached IS NULL
            OR (threshold_breached = CAST(printf('%.15g', threshold_breached) AS REAL)
            AND round(threshold_breached, 8) = threshold_breached AND abs(threshold_breached) < 1e15)
        ),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT risk_alerts_created_at_is_valid CHECK (
            typeof(created_at) = 'text'
            AND (length(CAST(created_at AS BLOB)) = 19
                OR (length(CAST(created_at AS BLOB)) = 26
                AND substr(created_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 19)
            AND created_at >= '0001-01-01'
        ),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT risk_alerts_updated_at_is_valid CHECK (
            typeof(updated_at) = 'text'
            AND (length(CAST(updated_at AS BLOB)) = 19
                OR (length(CAST(updated_at AS BLOB)) = 26
                AND substr(updated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(updated_at, 1, 19), '+0 days') IS substr(updated_at, 1, 19)
            AND updated_at >= '0001-01-01'
        ),
    correlation_id TEXT
        CONSTRAINT risk_alerts_correlation_id_is_valid CHECK (
            correlation_id IS NULL
            OR (typeof(correlation_id) = 'text' AND length(CAST(correlation_id AS BLOB)) = 36
            AND correlation_id GLOB '????????-????-????-????-????????????'
            AND correlation_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(correlation_id, '-', '')) = 32)
        ),
    rule_id TEXT
        CONSTRAINT risk_alerts_rule_id_is_valid CHECK (
            rule_id IS NULL
            OR (typeof(rule_id) = 'text' AND instr(rule_id, char(0)) = 0)
        ),
    metadata TEXT
        CONSTRAINT risk_alerts_metadata_is_valid CHECK (
            metadata IS NULL
            OR (typeof(metadata) = 'text' AND json_valid(metadata)
            AND instr(replace(metadata, '\\', ''), '\u0000') = 0)
        ),
    CONSTRAINT risk_alerts_acknowledged_by_somebody CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CONSTRAINT risk_alerts_resolved_by_somebody CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
    CONSTRAINT risk_alerts_acknowledged_is_told CHECK (status <> 'ACKNOWLEDGED' OR acknowledged_at IS NOT NULL),
    CONSTRAINT risk_alerts_active_is_untouched CHECK (status <> 'ACTIVE' OR acknowledged_at IS NULL),
    CONSTRAINT risk_alerts_resolved_exactly_at_an_end CHECK ((resolved_at IS NOT NULL) = (status IN ('RESOLVED', 'FALSE_POSITIVE'))),
    CONSTRAINT risk_alerts_updated_after_created CHECK (substr(updated_at || '.000000', 1, 26) >= substr(created_at
        || '.000000', 1, 26))
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

-- -----------------------------------------------------------------------------------------------------------------
-- Who did what (append-only): one chain a `stream`, which is a person's id, or a device's where nobody is known.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS audit_log (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT audit_log_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    stream TEXT NOT NULL
        CONSTRAINT audit_log_stream_is_valid CHECK (
            typeof(stream) = 'text' AND instr(stream, char(0)) = 0 AND trim(stream, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    sequence_number INTEGER NOT NULL
        CONSTRAINT audit_log_numbered_from_one CHECK (
            typeof(sequence_number) = 'integer' AND sequence_number >= 1
        ),
    actor_id TEXT REFERENCES users (id),
    action TEXT NOT NULL
        CONSTRAINT audit_log_action_is_valid CHECK (
            typeof(action) = 'text' AND instr(action, char(0)) = 0 AND trim(action, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    target_table TEXT
        CONSTRAINT audit_log_target_table_is_valid CHECK (
            target_table IS NULL
            OR (typeof(target_table) = 'text' AND instr(target_table, char(0)) = 0)
        ),
    target_id TEXT
        CONSTRAINT audit_log_target_id_is_valid CHECK (
            target_id IS NULL
            OR (typeof(target_id) = 'text' AND instr(target_id, char(0)) = 0)
        ),
    details TEXT NOT NULL DEFAULT '{}'
        CONSTRAINT audit_log_details_is_valid CHECK (
            typeof(details) = 'text' AND json_valid(details) AND instr(replace(details, '\\', ''), '\u0000') = 0
            AND json_type(details) = 'object'
        ),
    occurred_at TEXT NOT NULL
        CONSTRAINT audit_log_occurred_at_is_valid CHECK (
            typeof(occurred_at) = 'text'
            AND (length(CAST(occurred_at AS BLOB)) = 19
                OR (length(CAST(occurred_at AS BLOB)) = 26
                AND substr(occurred_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(occurred_at, 1, 19), '+0 days') IS substr(occurred_at, 1, 19)
            AND occurred_at >= '0001-01-01'
        ),
    recorded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT audit_log_recorded_at_is_valid CHECK (
            typeof(recorded_at) = 'text'
            AND (length(CAST(recorded_at AS BLOB)) = 19
                OR (length(CAST(recorded_at AS BLOB)) = 26
                AND substr(recorded_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(recorded_at, 1, 19), '+0 days') IS substr(recorded_at, 1, 19)
            AND recorded_at >= '0001-01-01'
        ),
    device_id TEXT
        CONSTRAINT audit_log_device_id_is_valid CHECK (
            device_id IS NULL
            OR (typeof(device_id) = 'text' AND length(CAST(device_id AS BLOB)) = 36
            AND device_id GLOB '????????-????-????-????-????????????'
            AND device_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(device_id, '-', '')) = 32)
        ),
    previous_hash TEXT
        CONSTRAINT audit_log_previous_hash_is_valid CHECK (
            previous_hash IS NULL
            OR (typeof(previous_hash) = 'text' AND length(CAST(previous_hash AS BLOB)) = 64
            AND previous_hash NOT GLOB '*[^0-9a-f]*')
        ),
    hash TEXT
        CONSTRAINT audit_log_hash_is_valid CHECK (
            hash IS NULL
            OR (typeof(hash) = 'text' AND length(CAST(hash AS BLOB)) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
        ),
    CONSTRAINT audit_log_recorded_after_occurrence CHECK (substr(recorded_at
        || '.000000', 1, 26) >= substr(occurred_at || '.000000', 1, 26))
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_audit_log_stream_sequence_lock ON audit_log (stream, sequence_number);
CREATE INDEX IF NOT EXISTS idx_audit_log_actor_id ON audit_log (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_audit_log_occurred_at ON audit_log (occurred_at);
CREATE INDEX IF NOT EXISTS idx_audit_log_target ON audit_log (target_table, target_id) WHERE target_id IS NOT NULL;

-- -----------------------------------------------------------------------------------------------------------------
-- The log over all events, and the signed checkpoints of it (append-only).
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS log_leaves (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT log_leaves_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    log_index INTEGER NOT NULL
        CONSTRAINT log_leaves_numbered_from_zero CHECK (
            typeof(log_index) = 'integer' AND log_index >= 0
        ),
    kind TEXT NOT NULL
        CONSTRAINT log_leaves_kind_is_known CHECK (
            kind IN ('EVENT', 'HEADS', 'ORIGIN')
        ),
    event_id TEXT REFERENCES challenge_events (id),
    body TEXT
        CONSTRAINT log_leaves_body_is_valid CHECK (
            body IS NULL
            OR (typeof(body) = 'text' AND instr(body, char(0)) = 0)
        ),
    leaf TEXT NOT NULL
        CONSTRAINT log_leaves_leaf_is_valid CHECK (
            typeof(leaf) = 'text' AND length(CAST(leaf AS BLOB)) = 64 AND leaf NOT GLOB '*[^0-9a-f]*'
        ),
    recorded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT log_leaves_recorded_at_is_valid CHECK (
            typeof(recorded_at) = 'text'
            AND (length(CAST(recorded_at AS BLOB)) = 19
                OR (length(CAST(recorded_at AS BLOB)) = 26
                AND substr(recorded_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(recorded_at, 1, 19), '+0 days') IS substr(recorded_at, 1, 19)
            AND recorded_at >= '0001-01-01'
        ),
    CONSTRAINT log_leaves_event_exactly_when_event CHECK ((event_id IS NOT NULL) = (kind = 'EVENT')),
    CONSTRAINT log_leaves_body_unless_event CHECK ((body IS NULL) = (kind = 'EVENT'))
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_log_leaves_log_index_lock ON log_leaves (log_index);
CREATE UNIQUE INDEX IF NOT EXISTS idx_log_leaves_event_lock ON log_leaves (event_id) WHERE event_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS checkpoints (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT checkpoints_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    origin TEXT NOT NULL
        CONSTRAINT checkpoints_origin_is_valid CHECK (
            typeof(origin) = 'text' AND instr(origin, char(0)) = 0
            AND trim(origin, char(32, 9, 10, 13, 12, 11)) <> '' AND length(origin) <= 200
        ),
    tree_size INTEGER NOT NULL
        CONSTRAINT checkpoints_size_is_counted CHECK (
            typeof(tree_size) = 'integer' AND tree_size >= 0
        ),
    root TEXT NOT NULL
        CONSTRAINT checkpoints_root_is_valid CHECK (
            typeof(root) = 'text' AND length(CAST(root AS BLOB)) = 64 AND root NOT GLOB '*[^0-9a-f]*'
        ),
    note TEXT NOT NULL
        CONSTRAINT checkpoints_note_is_valid CHECK (
            typeof(note) = 'text' AND instr(note, char(0)) = 0 AND trim(note, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    key_id TEXT NOT NULL
        CONSTRAINT checkpoints_key_id_is_valid CHECK (
            typeof(key_id) = 'text' AND instr(key_id, char(0)) = 0 AND trim(key_id, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    source TEXT NOT NULL
        CONSTRAINT checkpoints_source_is_known CHECK (
            source IN ('SIGNED', 'WITNESSED', 'IMPORTED')
        ),
    recorded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT checkpoints_recorded_at_is_valid CHECK (
            typeof(recorded_at) = 'text'
            AND (length(CAST(recorded_at AS BLOB)) = 19
                OR (length(CAST(recorded_at AS BLOB)) = 26
                AND substr(recorded_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(recorded_at, 1, 19), '+0 days') IS substr(recorded_at, 1, 19)
            AND recorded_at >= '0001-01-01'
        )
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_checkpoints_root_lock ON checkpoints (origin, tree_size, root, source);

-- -----------------------------------------------------------------------------------------------------------------
-- Keys that seal personal data: destroying the wrapped key erases the person, once and for all.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS data_keys (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT data_keys_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    user_id TEXT NOT NULL REFERENCES users (id),
    algorithm TEXT NOT NULL DEFAULT 'AES-256-KW'
        CONSTRAINT data_keys_algorithm_is_valid CHECK (
            typeof(algorithm) = 'text' AND instr(algorithm, char(0)) = 0
            AND trim(algorithm, char(32, 9, 10, 13, 12, 11)) <> '' AND length(algorithm) <= 50
        ),
    outer_key_id TEXT NOT NULL
        CONSTRAINT data_keys_outer_key_id_is_valid CHECK (
            typeof(outer_key_id) = 'text' AND instr(outer_key_id, char(0)) = 0
            AND trim(outer_key_id, char(32, 9, 10, 13, 12, 11)) <> '' AND length(outer_key_id) <= 200
        ),
    wrapped_key TEXT
        CONSTRAINT data_keys_wrapped_key_is_valid CHECK (
            wrapped_key IS NULL
            OR (typeof(wrapped_key) = 'text' AND instr(wrapped_key, char(0)) = 0
            AND trim(wrapped_key, char(32, 9, 10, 13, 12, 11)) <> '')
        ),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT data_keys_created_at_is_valid CHECK (
            typeof(created_at) = 'text'
            AND (length(CAST(created_at AS BLOB)) = 19
                OR (length(CAST(created_at AS BLOB)) = 26
                AND substr(created_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 19)
            AND created_at >= '0001-01-01'
        ),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT data_keys_updated_at_is_valid CHECK (
            typeof(updated_at) = 'text'
            AND (length(CAST(updated_at AS BLOB)) = 19
                OR (length(CAST(updated_at AS BLOB)) = 26
                AND substr(updated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(updated_at, 1, 19), '+0 days') IS substr(updated_at, 1, 19)
            AND updated_at >= '0001-01-01'
        ),
    destroyed_at TEXT
        CONSTRAINT data_keys_destroyed_at_is_valid CHECK (
            destroyed_at IS NULL
            OR (typeof(destroyed_at) = 'text'
            AND (length(CAST(destroyed_at AS BLOB)) = 19
                OR (length(CAST(destroyed_at AS BLOB)) = 26
                AND substr(destroyed_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(destroyed_at, 1, 19), '+0 days') IS substr(destroyed_at, 1, 19)
            AND destroyed_at >= '0001-01-01')
        ),
    CONSTRAINT data_keys_destroyed_exactly_when_gone CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL)),
    CONSTRAINT data_keys_updated_after_created CHECK (substr(updated_at || '.000000', 1, 26) >= substr(created_at
        || '.000000', 1, 26))
);

CREATE INDEX IF NOT EXISTS idx_data_keys_user_id ON data_keys (user_id);
CREATE UNIQUE INDEX IF NOT EXISTS idx_data_keys_user_lock ON data_keys (user_id) WHERE wrapped_key IS NOT NULL;

-- -----------------------------------------------------------------------------------------------------------------
-- Commands: each is done once; its result is what a repetition gets (append-only).
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS command_results (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT command_results_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    command_id TEXT NOT NULL
        CONSTRAINT command_results_command_id_is_valid CHECK (
            typeof(command_id) = 'text' AND length(CAST(command_id AS BLOB)) = 36
            AND command_id GLOB '????????-????-????-????-????????????'
            AND command_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(command_id, '-', '')) = 32
        ),
    command_type TEXT NOT NULL
        CONSTRAINT command_results_command_type_is_valid CHECK (
            typeof(command_type) = 'text' AND instr(command_type, char(0)) = 0
            AND trim(command_type, char(32, 9, 10, 13, 12, 11)) <> '' AND length(command_type) <= 100
        ),
    actor_id TEXT REFERENCES users (id),
    challenge_id TEXT REFERENCES challenges (id),
    issued_at TEXT NOT NULL
        CONSTRAINT command_results_issued_at_is_valid CHECK (
            typeof(issued_at) = 'text'
            AND (length(CAST(issued_at AS BLOB)) = 19
                OR (length(CAST(issued_at AS BLOB)) = 26
                AND substr(issued_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(issued_at, 1, 19), '+0 days') IS substr(issued_at, 1, 19)
            AND issued_at >= '0001-01-01'
        ),
    recorded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT command_results_recorded_at_is_valid CHECK (
            typeof(recorded_at) = 'text'
            AND (length(CAST(recorded_at AS BLOB)) = 19
                OR (length(CAST(recorded_at AS BLOB)) = 26
                AND substr(recorded_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(recorded_at, 1, 19), '+0 days') IS substr(recorded_at, 1, 19)
            AND recorded_at >= '0001-01-01'
        ),
    result TEXT NOT NULL DEFAULT 'null'
        CONSTRAINT command_results_result_is_valid CHECK (
            typeof(result) = 'text' AND json_valid(result) AND instr(replace(result, '\\', ''), '\u0000') = 0
        )
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_command_results_command_lock ON command_results (command_id);
CREATE INDEX IF NOT EXISTS idx_command_results_actor_id ON command_results (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_command_results_challenge_id ON command_results (challenge_id)
    WHERE challenge_id IS NOT NULL;

-- Files that were imported (append-only).
CREATE TABLE IF NOT EXISTS import_history (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT import_history_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    challenge_id TEXT NOT NULL REFERENCES challenges (id),
    command_id TEXT NOT NULL
        CONSTRAINT import_history_command_id_is_valid CHECK (
            typeof(command_id) = 'text' AND length(CAST(command_id AS BLOB)) = 36
            AND command_id GLOB '????????-????-????-????-????????????'
            AND command_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(command_id, '-', '')) = 32
        ),
    file_name TEXT NOT NULL
        CONSTRAINT import_history_file_name_is_valid CHECK (
            typeof(file_name) = 'text' AND instr(file_name, char(0)) = 0
            AND trim(file_name, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    file_sha256 TEXT NOT NULL
        CONSTRAINT import_history_file_sha256_is_valid CHECK (
            typeof(file_sha256) = 'text' AND length(CAST(file_sha256 AS BLOB)) = 64
            AND file_sha256 NOT GLOB '*[^0-9a-f]*'
        ),
    format TEXT NOT NULL
        CONSTRAINT import_history_format_is_valid CHECK (
            typeof(format) = 'text' AND instr(format, char(0)) = 0 AND trim(format, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    time_zone TEXT NOT NULL
        CONSTRAINT import_history_time_zone_is_valid CHECK (
            typeof(time_zone) = 'text' AND instr(time_zone, char(0)) = 0
            AND trim(time_zone, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    trades_read INTEGER NOT NULL
        CONSTRAINT import_history_read_is_counted CHECK (
            typeof(trades_read) = 'integer' AND trades_read BETWEEN 0 AND 2147483647
        ),
    trades_added INTEGER NOT NULL
        CONSTRAINT import_history_added_is_counted CHECK (
            typeof(trades_added) = 'integer' AND trades_added BETWEEN 0 AND 2147483647
        ),
    trades_after_end INTEGER NOT NULL
        CONSTRAINT import_history_after_end_is_counted CHECK (
            typeof(trades_after_end) = 'integer' AND trades_after_end BETWEEN 0 AND 2147483647
        ),
    totals TEXT NOT NULL DEFAULT '{}'
        CONSTRAINT import_history_totals_is_valid CHECK (
            typeof(totals) = 'text' AND json_valid(totals) AND instr(replace(totals, '\\', ''), '\u0000') = 0
        ),
    recorded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT import_history_recorded_at_is_valid CHECK (
            typeof(recorded_at) = 'text'
            AND (length(CAST(recorded_at AS BLOB)) = 19
                OR (length(CAST(recorded_at AS BLOB)) = 26
                AND substr(recorded_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(recorded_at, 1, 19), '+0 days') IS substr(recorded_at, 1, 19)
            AND recorded_at >= '0001-01-01'
        )
);

CREATE INDEX IF NOT EXISTS idx_import_history_challenge_id ON import_history (challenge_id);
CREATE INDEX IF NOT EXISTS idx_import_history_file_sha256 ON import_history (file_sha256);
CREATE UNIQUE INDEX IF NOT EXISTS idx_import_history_command_lock ON import_history (command_id);

-- -----------------------------------------------------------------------------------------------------------------
-- What may be deleted from: commands that wait, settings, sign-in attempts, sessions.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS outbox (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT outbox_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    device_id TEXT NOT NULL
        CONSTRAINT outbox_device_id_is_valid CHECK (
            typeof(device_id) = 'text' AND length(CAST(device_id AS BLOB)) = 36
            AND device_id GLOB '????????-????-????-????-????????????'
            AND device_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(device_id, '-', '')) = 32
        ),
    epoch TEXT NOT NULL
        CONSTRAINT outbox_epoch_is_valid CHECK (
            typeof(epoch) = 'text' AND instr(epoch, char(0)) = 0 AND trim(epoch, char(32, 9, 10, 13, 12, 11)) <> ''
            AND length(epoch) <= 100
        ),
    op_no INTEGER NOT NULL
        CONSTRAINT outbox_numbered_from_one CHECK (
            typeof(op_no) = 'integer' AND op_no >= 1
        ),
    command_id TEXT NOT NULL
        CONSTRAINT outbox_command_id_is_valid CHECK (
            typeof(command_id) = 'text' AND length(CAST(command_id AS BLOB)) = 36
            AND command_id GLOB '????????-????-????-????-????????????'
            AND command_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(command_id, '-', '')) = 32
        ),
    request TEXT NOT NULL
        CONSTRAINT outbox_request_is_valid CHECK (
            typeof(request) = 'text' AND json_valid(request) AND instr(replace(request, '\\', ''), '\u0000') = 0
        ),
    request_sha256 TEXT NOT NULL
        CONSTRAINT outbox_request_sha256_is_valid CHECK (
            typeof(request_sha256) = 'text' AND length(CAST(request_sha256 AS BLOB)) = 64
            AND request_sha256 NOT GLOB '*[^0-9a-f]*'
        ),
    signature TEXT
        CONSTRAINT outbox_signature_is_valid CHECK (
            signature IS NULL
            OR (typeof(signature) = 'text' AND instr(signature, char(0)) = 0)
        ),
    state TEXT NOT NULL DEFAULT 'queued'
        CONSTRAINT outbox_state_is_known CHECK (
            state IN ('queued', 'sent', 'applied', 'rejected')
        ),
    rejection_code TEXT
        CONSTRAINT outbox_rejection_code_is_valid CHECK (
            rejection_code IS NULL
            OR (typeof(rejection_code) = 'text' AND instr(rejection_code, char(0)) = 0)
        ),
    server_row TEXT
        CONSTRAINT outbox_server_row_is_valid CHECK (
            server_row IS NULL
            OR (typeof(server_row) = 'text' AND json_valid(server_row)
            AND instr(replace(server_row, '\\', ''), '\u0000') = 0)
        ),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT outbox_created_at_is_valid CHECK (
            typeof(created_at) = 'text'
            AND (length(CAST(created_at AS BLOB)) = 19
                OR (length(CAST(created_at AS BLOB)) = 26
                AND substr(created_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(created_at, 1, 19), '+0 days') IS substr(created_at, 1, 19)
            AND created_at >= '0001-01-01'
        ),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT outbox_updated_at_is_valid CHECK (
            typeof(updated_at) = 'text'
            AND (length(CAST(updated_at AS BLOB)) = 19
                OR (length(CAST(updated_at AS BLOB)) = 26
                AND substr(updated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(updated_at, 1, 19), '+0 days') IS substr(updated_at, 1, 19)
            AND updated_at >= '0001-01-01'
        ),
    CONSTRAINT outbox_rejected_for_a_reason CHECK ((rejection_code IS NOT NULL) = (state = 'rejected')),
    CONSTRAINT outbox_updated_after_created CHECK (substr(updated_at || '.000000', 1, 26) >= substr(created_at
        || '.000000', 1, 26))
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_outbox_op_lock ON outbox (device_id, epoch, op_no);
CREATE UNIQUE INDEX IF NOT EXISTS idx_outbox_command_lock ON outbox (command_id);
CREATE INDEX IF NOT EXISTS idx_outbox_state ON outbox (state);

CREATE TABLE IF NOT EXISTS settings (
    name TEXT NOT NULL PRIMARY KEY
        CONSTRAINT settings_name_is_valid CHECK (
            typeof(name) = 'text' AND instr(name, char(0)) = 0 AND trim(name, char(32, 9, 10, 13, 12, 11)) <> ''
        ),
    value TEXT NOT NULL
        CONSTRAINT settings_value_is_valid CHECK (
            typeof(value) = 'text' AND json_valid(value) AND instr(replace(value, '\\', ''), '\u0000') = 0
        ),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT settings_updated_at_is_valid CHECK (
            typeof(updated_at) = 'text'
            AND (length(CAST(updated_at AS BLOB)) = 19
                OR (length(CAST(updated_at AS BLOB)) = 26
                AND substr(updated_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(updated_at, 1, 19), '+0 days') IS substr(updated_at, 1, 19)
            AND updated_at >= '0001-01-01'
        )
);

CREATE TABLE IF NOT EXISTS sign_in_attempts (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT sign_in_attempts_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    user_id TEXT REFERENCES users (id),
    email TEXT NOT NULL
        CONSTRAINT sign_in_attempts_email_is_valid CHECK (
            typeof(email) = 'text' AND instr(email, char(0)) = 0 AND trim(email, char(32, 9, 10, 13, 12, 11)) <> ''
            AND length(email) <= 254
        ),
    accepted INTEGER NOT NULL
        CONSTRAINT sign_in_attempts_accepted_or_not CHECK (
            accepted IN (0, 1)
        ),
    device_id TEXT
        CONSTRAINT sign_in_attempts_device_id_is_valid CHECK (
            device_id IS NULL
            OR (typeof(device_id) = 'text' AND length(CAST(device_id AS BLOB)) = 36
            AND device_id GLOB '????????-????-????-????-????????????'
            AND device_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(device_id, '-', '')) = 32)
        ),
    attempted_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT sign_in_attempts_attempted_at_is_valid CHECK (
            typeof(attempted_at) = 'text'
            AND (length(CAST(attempted_at AS BLOB)) = 19
                OR (length(CAST(attempted_at AS BLOB)) = 26
                AND substr(attempted_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(attempted_at, 1, 19), '+0 days') IS substr(attempted_at, 1, 19)
            AND attempted_at >= '0001-01-01'
        )
);

CREATE INDEX IF NOT EXISTS idx_sign_in_attempts_email ON sign_in_attempts (lower(email), attempted_at);
CREATE INDEX IF NOT EXISTS idx_sign_in_attempts_user_id ON sign_in_attempts (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS sessions (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
        || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))
        CONSTRAINT sessions_id_is_valid CHECK (
            typeof(id) = 'text' AND length(CAST(id AS BLOB)) = 36 AND id GLOB '????????-????-????-????-????????????'
            AND id NOT GLOB '*[^-0-9a-f]*' AND length(replace(id, '-', '')) = 32
        ),
    user_id TEXT NOT NULL REFERENCES users (id),
    device_id TEXT
        CONSTRAINT sessions_device_id_is_valid CHECK (
            device_id IS NULL
            OR (typeof(device_id) = 'text' AND length(CAST(device_id AS BLOB)) = 36
            AND device_id GLOB '????????-????-????-????-????????????'
            AND device_id NOT GLOB '*[^-0-9a-f]*' AND length(replace(device_id, '-', '')) = 32)
        ),
    started_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT sessions_started_at_is_valid CHECK (
            typeof(started_at) = 'text'
            AND (length(CAST(started_at AS BLOB)) = 19
                OR (length(CAST(started_at AS BLOB)) = 26
                AND substr(started_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(started_at, 1, 19), '+0 days') IS substr(started_at, 1, 19)
            AND started_at >= '0001-01-01'
        ),
    last_seen_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now') || '999')
        CONSTRAINT sessions_last_seen_at_is_valid CHECK (
            typeof(last_seen_at) = 'text'
            AND (length(CAST(last_seen_at AS BLOB)) = 19
                OR (length(CAST(last_seen_at AS BLOB)) = 26
                AND substr(last_seen_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(last_seen_at, 1, 19), '+0 days') IS substr(last_seen_at, 1, 19)
            AND last_seen_at >= '0001-01-01'
        ),
    expires_at TEXT NOT NULL
        CONSTRAINT sessions_expires_at_is_valid CHECK (
            typeof(expires_at) = 'text'
            AND (length(CAST(expires_at AS BLOB)) = 19
                OR (length(CAST(expires_at AS BLOB)) = 26
                AND substr(expires_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(expires_at, 1, 19), '+0 days') IS substr(expires_at, 1, 19)
            AND expires_at >= '0001-01-01'
        ),
    ended_at TEXT
        CONSTRAINT sessions_ended_at_is_valid CHECK (
            ended_at IS NULL
            OR (typeof(ended_at) = 'text'
            AND (length(CAST(ended_at AS BLOB)) = 19
                OR (length(CAST(ended_at AS BLOB)) = 26
                AND substr(ended_at, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'))
            AND datetime(substr(ended_at, 1, 19), '+0 days') IS substr(ended_at, 1, 19)
            AND ended_at >= '0001-01-01')
        )
);

CREATE INDEX IF NOT EXISTS idx_sessions_user_id ON sessions (user_id);

-- -----------------------------------------------------------------------------------------------------------------
-- Nothing of the record is removed. REPLACE fires no delete trigger, so inserts and updates are guarded, rowid too.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TRIGGER IF NOT EXISTS trg_users_stay
BEFORE DELETE ON users
BEGIN
    SELECT RAISE(ABORT, 'Users are never removed: set deleted_at and a reason');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_stay
BEFORE DELETE ON challenges
BEGIN
    SELECT RAISE(ABORT, 'Challenges are never removed: set archived_at');
END;

CREATE TRIGGER IF NOT EXISTS trg_payments_stay
BEFORE DELETE ON payments
BEGIN
    SELECT RAISE(ABORT, 'Payments are never removed');
END;

CREATE TRIGGER IF NOT EXISTS trg_risk_alerts_stay
BEFORE DELETE ON risk_alerts
BEGIN
    SELECT RAISE(ABORT, 'Alerts are never removed');
END;

CREATE TRIGGER IF NOT EXISTS trg_data_keys_stay
BEFORE DELETE ON data_keys
BEGIN
    SELECT RAISE(ABORT, 'Data keys are never removed: destroy the wrapped key');
END;

CREATE TRIGGER IF NOT EXISTS trg_trades_immutable_delete
BEFORE DELETE ON trades
BEGIN
    SELECT RAISE(ABORT, 'Trades are immutable: a recorded trade is never deleted');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenge_events_immutable_delete
BEFORE DELETE ON challenge_events
BEGIN
    SELECT RAISE(ABORT, 'Events are immutable: a recorded event is never deleted');
END;

CREATE TRIGGER IF NOT EXISTS trg_users_no_replace_insert
BEFORE INSERT ON users
WHEN EXISTS (SELECT 1 FROM users WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM users WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM users WHERE lower(email) = lower(NEW.email) AND deleted_at IS NULL
    AND NEW.deleted_at IS NULL)
    OR EXISTS (SELECT 1 FROM users WHERE db_role = NEW.db_role)
BEGIN
    SELECT RAISE(ABORT, 'Users are never removed: the id, the address or the login is taken, or the id would change');
END;

CREATE TRIGGER IF NOT EXISTS trg_users_rowid
AFTER INSERT ON users
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'users: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_users_no_replace_update
BEFORE UPDATE ON users
WHEN NEW.id IS NOT OLD.id
    OR NEW.rowid <> OLD.rowid
    OR EXISTS (SELECT 1 FROM users WHERE lower(email) = lower(NEW.email) AND deleted_at IS NULL
    AND NEW.deleted_at IS NULL AND rowid <> OLD.rowid)
    OR EXISTS (SELECT 1 FROM users WHERE db_role = NEW.db_role AND rowid <> OLD.rowid)
BEGIN
    SELECT RAISE(ABORT, 'Users are never removed: the id, the address or the login is taken, or the id would change');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_no_replace_insert
BEFORE INSERT ON challenges
WHEN EXISTS (SELECT 1 FROM challenges WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM challenges WHERE rowid = NEW.rowid)
BEGIN
    SELECT RAISE(ABORT, 'Challenges are never removed: the id is taken, or would change');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_rowid
AFTER INSERT ON challenges
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'challenges: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_no_replace_update
BEFORE UPDATE ON challenges
WHEN NEW.id IS NOT OLD.id
    OR NEW.rowid <> OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'Challenges are never removed: the id is taken, or would change');
END;

CREATE TRIGGER IF NOT EXISTS trg_payments_no_replace_insert
BEFORE INSERT ON payments
WHEN EXISTS (SELECT 1 FROM payments WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM payments WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM payments WHERE provider = NEW.provider AND provider_payment_id = NEW.provider_payment_id)
BEGIN
    SELECT RAISE(ABORT, 'Payments are never removed: the id or the provider number is taken, or the id would change');
END;

CREATE TRIGGER IF NOT EXISTS trg_payments_rowid
AFTER INSERT ON payments
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'payments: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_payments_no_replace_update
BEFORE UPDATE ON payments
WHEN NEW.id IS NOT OLD.id
    OR NEW.rowid <> OLD.rowid
    OR EXISTS (SELECT 1 FROM payments WHERE provider = NEW.provider AND provider_payment_id = NEW.provider_payment_id
    AND rowid <> OLD.rowid)
BEGIN
    SELECT RAISE(ABORT, 'Payments are never removed: the id or the provider number is taken, or the id would change');
END;

CREATE TRIGGER IF NOT EXISTS trg_risk_alerts_no_replace_insert
BEFORE INSERT ON risk_alerts
WHEN EXISTS (SELECT 1 FROM risk_alerts WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM risk_alerts WHERE rowid = NEW.rowid)
BEGIN
    SELECT RAISE(ABORT, 'Alerts are never removed: the id is taken, or would change');
END;

CREATE TRIGGER IF NOT EXISTS trg_risk_alerts_rowid
AFTER INSERT ON risk_alerts
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'risk_alerts: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_risk_alerts_no_replace_update
BEFORE UPDATE ON risk_alerts
WHEN NEW.id IS NOT OLD.id
    OR NEW.rowid <> OLD.rowid
BEGIN
    SELECT RAISE(ABORT, 'Alerts are never removed: the id is taken, or would change');
END;

CREATE TRIGGER IF NOT EXISTS trg_data_keys_no_replace_insert
BEFORE INSERT ON data_keys
WHEN EXISTS (SELECT 1 FROM data_keys WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM data_keys WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM data_keys WHERE user_id = NEW.user_id AND wrapped_key IS NOT NULL
    AND NEW.wrapped_key IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'Data keys are never removed: the id is taken or would change, or the person has a key');
END;

CREATE TRIGGER IF NOT EXISTS trg_data_keys_rowid
AFTER INSERT ON data_keys
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'data_keys: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_data_keys_no_replace_update
BEFORE UPDATE ON data_keys
WHEN NEW.id IS NOT OLD.id
    OR NEW.rowid <> OLD.rowid
    OR EXISTS (SELECT 1 FROM data_keys WHERE user_id = NEW.user_id AND wrapped_key IS NOT NULL
    AND NEW.wrapped_key IS NOT NULL AND rowid <> OLD.rowid)
BEGIN
    SELECT RAISE(ABORT, 'Data keys are never removed: the id is taken or would change, or the person has a key');
END;

CREATE TRIGGER IF NOT EXISTS trg_audit_log_immutable_delete
BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'Audit log entries are immutable: none is ever deleted');
END;

CREATE TRIGGER IF NOT EXISTS trg_audit_log_no_replace_insert
BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'Audit log entries are immutable: the id or another unique key is taken');
END;

CREATE TRIGGER IF NOT EXISTS trg_audit_log_rowid
AFTER INSERT ON audit_log
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'audit_log: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_checkpoints_immutable_delete
BEFORE DELETE ON checkpoints
BEGIN
    SELECT RAISE(ABORT, 'Checkpoints are immutable: none is ever deleted');
END;

CREATE TRIGGER IF NOT EXISTS trg_checkpoints_immutable_update
BEFORE UPDATE ON checkpoints
BEGIN
    SELECT RAISE(ABORT, 'Checkpoints are immutable: none is ever changed');
END;

CREATE TRIGGER IF NOT EXISTS trg_checkpoints_no_replace_insert
BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM checkpoints WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM checkpoints WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM checkpoints WHERE origin = NEW.origin AND tree_size = NEW.tree_size AND root = NEW.root
    AND source = NEW.source)
BEGIN
    SELECT RAISE(ABORT, 'Checkpoints are immutable: the id or another unique key is taken');
END;

CREATE TRIGGER IF NOT EXISTS trg_checkpoints_rowid
AFTER INSERT ON checkpoints
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'checkpoints: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_command_results_immutable_delete
BEFORE DELETE ON command_results
BEGIN
    SELECT RAISE(ABORT, 'Command results are immutable: none is ever deleted');
END;

CREATE TRIGGER IF NOT EXISTS trg_command_results_immutable_update
BEFORE UPDATE ON command_results
BEGIN
    SELECT RAISE(ABORT, 'Command results are immutable: none is ever changed');
END;

CREATE TRIGGER IF NOT EXISTS trg_command_results_no_replace_insert
BEFORE INSERT ON command_results
WHEN EXISTS (SELECT 1 FROM command_results WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM command_results WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM command_results WHERE command_id = NEW.command_id)
BEGIN
    SELECT RAISE(ABORT, 'Command results are immutable: the id or another unique key is taken');
END;

CREATE TRIGGER IF NOT EXISTS trg_command_results_rowid
AFTER INSERT ON command_results
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'command_results: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_import_history_immutable_delete
BEFORE DELETE ON import_history
BEGIN
    SELECT RAISE(ABORT, 'The history of imports is immutable: none is ever deleted');
END;

CREATE TRIGGER IF NOT EXISTS trg_import_history_immutable_update
BEFORE UPDATE ON import_history
BEGIN
    SELECT RAISE(ABORT, 'The history of imports is immutable: none is ever changed');
END;

CREATE TRIGGER IF NOT EXISTS trg_import_history_no_replace_insert
BEFORE INSERT ON import_history
WHEN EXISTS (SELECT 1 FROM import_history WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM import_history WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM import_history WHERE command_id = NEW.command_id)
BEGIN
    SELECT RAISE(ABORT, 'The history of imports is immutable: the id or another unique key is taken');
END;

CREATE TRIGGER IF NOT EXISTS trg_import_history_rowid
AFTER INSERT ON import_history
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'import_history: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_log_leaves_immutable_delete
BEFORE DELETE ON log_leaves
BEGIN
    SELECT RAISE(ABORT, 'Log leaves are immutable: none is ever deleted');
END;

CREATE TRIGGER IF NOT EXISTS trg_log_leaves_immutable_update
BEFORE UPDATE ON log_leaves
BEGIN
    SELECT RAISE(ABORT, 'Log leaves are immutable: none is ever changed');
END;

CREATE TRIGGER IF NOT EXISTS trg_trades_immutable_update
BEFORE UPDATE ON trades
BEGIN
    SELECT RAISE(ABORT, 'Trades are immutable: a recorded trade is never changed');
END;

CREATE TRIGGER IF NOT EXISTS trg_trades_rowid
AFTER INSERT ON trades
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'trades: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenge_events_rowid
AFTER INSERT ON challenge_events
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'challenge_events: a rowid below 1 is refused');
END;

-- -----------------------------------------------------------------------------------------------------------------
-- Users.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TRIGGER IF NOT EXISTS trg_users_deleted_is_final
BEFORE UPDATE OF id, email, password_hash, role, status, created_at, last_login_at, deleted_at, deleted_reason, metadata,
    version, db_role
ON users
WHEN OLD.deleted_at IS NOT NULL AND (
    OLD.email = OLD.id || '@erased.invalid'
    OR NEW.email <> NEW.id || '@erased.invalid'
    OR NEW.password_hash IS NOT OLD.password_hash
    OR NEW.role IS NOT OLD.role
    OR NEW.status IS NOT OLD.status
    OR NEW.created_at IS NOT OLD.created_at
    OR NEW.last_login_at IS NOT OLD.last_login_at
    OR NEW.deleted_at IS NOT OLD.deleted_at
    OR NEW.deleted_reason IS NOT OLD.deleted_reason
    OR NEW.metadata IS NOT OLD.metadata
    OR NEW.db_role IS NOT OLD.db_role
)
BEGIN
    SELECT RAISE(ABORT, 'A deleted user is never changed, but for one change of the address to <id>@erased.invalid');
END;

CREATE TRIGGER IF NOT EXISTS trg_users_version
BEFORE UPDATE OF version ON users
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'The version of a user never decreases');
END;

CREATE TRIGGER IF NOT EXISTS trg_users_updated_at
AFTER UPDATE OF id, email, password_hash, role, status, created_at, last_login_at, deleted_at, deleted_reason, metadata,
    version, db_role ON users
WHEN (SELECT active FROM replica_apply) = 0
BEGIN
    UPDATE users SET updated_at = max(strftime('%Y-%m-%d %H:%M:%f', 'now')
    || '999', substr(created_at || '.000000', 1, 26)) WHERE rowid = NEW.rowid;
END;

-- -----------------------------------------------------------------------------------------------------------------
-- Challenges: state machine, what is frozen, funding, exact amounts.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TRIGGER IF NOT EXISTS trg_challenges_insert_state
BEFORE INSERT ON challenges
WHEN NEW.status NOT IN ('PENDING', 'ACTIVE')
BEGIN
    SELECT RAISE(ABORT, 'A new challenge is PENDING or ACTIVE');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_state
BEFORE UPDATE OF status ON challenges
WHEN NEW.status IS NOT OLD.status
    AND NOT (OLD.status = 'PENDING' AND NEW.status = 'ACTIVE')
    AND NOT (OLD.status = 'ACTIVE' AND NEW.status IN ('FAILED', 'FUNDED'))
    AND NOT (OLD.status = 'PENDING' AND NEW.status IN ('FAILED', 'FUNDED') AND (SELECT active FROM replica_apply) = 1)
BEGIN
    SELECT RAISE(ABORT, 'A challenge goes from PENDING to ACTIVE, and from ACTIVE to FAILED or FUNDED');
END;

-- A pure rounding passes: the end state was written with the noise of plain SQL and trg_challenges_round_update follows.

CREATE TRIGGER IF NOT EXISTS trg_challenges_end_is_final
BEFORE UPDATE OF id, user_id, challenge_type, currency, initial_balance, max_daily_drawdown_percent,
    max_total_drawdown_percent, profit_target_percent, current_balance, floating_pnl, current_equity,
    max_equity_ever, daily_start_equity, daily_max_equity, daily_min_equity, trading_date, total_trades,
    total_pnl, outside_money, adjustments_total, win_rate, avg_trade_pnl, status, created_at, started_at,
    ended_at, last_trade_at, failure_reason, profit_target_reached_at, funded_at, previous_challenge_id,
    writer_device_id, archived_at, rules_config, rule_state, metadata, version
ON challenges
WHEN OLD.status IN ('FAILED', 'FUNDED') AND (
    NEW.user_id IS NOT OLD.user_id
    OR NEW.challenge_type IS NOT OLD.challenge_type
    OR NEW.currency IS NOT OLD.currency
    OR NEW.initial_balance IS NOT OLD.initial_balance
    OR NEW.max_daily_drawdown_percent IS NOT OLD.max_daily_drawdown_percent
    OR NEW.max_total_drawdown_percent IS NOT OLD.max_total_drawdown_percent
    OR NEW.profit_target_percent IS NOT OLD.profit_target_percent
    OR NEW.trading_date IS NOT OLD.trading_date
    OR NEW.total_trades IS NOT OLD.total_trades
    OR NEW.status IS NOT OLD.status
    OR NEW.created_at IS NOT OLD.created_at
    OR NEW.started_at IS NOT OLD.started_at
    OR NEW.ended_at IS NOT OLD.ended_at
    OR NEW.last_trade_at IS NOT OLD.last_trade_at
    OR NEW.failure_reason IS NOT OLD.failure_reason
    OR NEW.profit_target_reached_at IS NOT OLD.profit_target_reached_at
    OR NEW.funded_at IS NOT OLD.funded_at
    OR NEW.previous_challenge_id IS NOT OLD.previous_challenge_id
    OR NEW.writer_device_id IS NOT OLD.writer_device_id
    OR NEW.rules_config IS NOT OLD.rules_config
    OR NEW.rule_state IS NOT OLD.rule_state
    OR NEW.metadata IS NOT OLD.metadata
    OR NEW.version IS NOT OLD.version
    OR NEW.current_balance IS NOT OLD.current_balance
    AND NEW.current_balance IS NOT CAST(printf('%.15g', round(OLD.current_balance, 8)) AS REAL)
    OR NEW.floating_pnl IS NOT OLD.floating_pnl
    AND NEW.floating_pnl IS NOT CAST(printf('%.15g', round(OLD.floating_pnl, 8)) AS REAL)
    OR NEW.current_equity IS NOT OLD.current_equity
    AND NEW.current_equity IS NOT CAST(printf('%.15g', round(OLD.current_equity, 8)) AS REAL)
    OR NEW.max_equity_ever IS NOT OLD.max_equity_ever
    AND NEW.max_equity_ever IS NOT CAST(printf('%.15g', round(OLD.max_equity_ever, 8)) AS REAL)
    OR NEW.daily_start_equity IS NOT OLD.daily_start_equity
    AND NEW.daily_start_equity IS NOT CAST(printf('%.15g', round(OLD.daily_start_equity, 8)) AS REAL)
    OR NEW.daily_max_equity IS NOT OLD.daily_max_equity
    AND NEW.daily_max_equity IS NOT CAST(printf('%.15g', round(OLD.daily_max_equity, 8)) AS REAL)
    OR NEW.daily_min_equity IS NOT OLD.daily_min_equity
    AND NEW.daily_min_equity IS NOT CAST(printf('%.15g', round(OLD.daily_min_equity, 8)) AS REAL)
    OR NEW.total_pnl IS NOT OLD.total_pnl
    AND NEW.total_pnl IS NOT CAST(printf('%.15g', round(OLD.total_pnl, 8)) AS REAL)
    OR NEW.outside_money IS NOT OLD.outside_money
    AND NEW.outside_money IS NOT CAST(printf('%.15g', round(OLD.outside_money, 8)) AS REAL)
    OR NEW.adjustments_total IS NOT OLD.adjustments_total
    AND NEW.adjustments_total IS NOT CAST(printf('%.15g', round(OLD.adjustments_total, 8)) AS REAL)
    OR NEW.win_rate IS NOT OLD.win_rate AND NEW.win_rate IS NOT CASE WHEN OLD.win_rate IS NOT NULL
    THEN CAST(printf('%.15g', round(OLD.win_rate, 8)) AS REAL) END
    OR NEW.avg_trade_pnl IS NOT OLD.avg_trade_pnl
    AND NEW.avg_trade_pnl IS NOT CASE WHEN OLD.avg_trade_pnl IS NOT NULL
    THEN CAST(printf('%.15g', round(OLD.avg_trade_pnl, 8)) AS REAL) END
)
BEGIN
    SELECT RAISE(ABORT, 'A challenge that is FAILED or FUNDED never changes again');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_terms_are_frozen
BEFORE UPDATE OF user_id, challenge_type, initial_balance, max_daily_drawdown_percent, max_total_drawdown_percent,
    profit_target_percent, rules_config
ON challenges
WHEN OLD.status <> 'PENDING' AND (
    NEW.user_id IS NOT OLD.user_id
    OR NEW.challenge_type IS NOT OLD.challenge_type
    OR NEW.initial_balance IS NOT OLD.initial_balance
    OR NEW.max_daily_drawdown_percent IS NOT OLD.max_daily_drawdown_percent
    OR NEW.max_total_drawdown_percent IS NOT OLD.max_total_drawdown_percent
    OR NEW.profit_target_percent IS NOT OLD.profit_target_percent
    OR NEW.rules_config IS NOT OLD.rules_config
)
BEGIN
    SELECT RAISE(ABORT, 'The terms of a challenge never change once it has left PENDING');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_version
BEFORE UPDATE OF version ON challenges
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'The version of a challenge never decreases');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_funding
BEFORE UPDATE OF status ON challenges
WHEN NEW.status = 'FUNDED' AND OLD.status IS NOT 'FUNDED'
BEGIN
    SELECT CASE
        WHEN NEW.profit_target_reached_at IS NULL THEN
            RAISE(ABORT, 'A challenge is FUNDED only after its profit target was reached')
        WHEN (
            SELECT count(DISTINCT lower(json_extract(approval.event_data, '$.approver_id')))
            FROM challenge_events AS approval
            WHERE approval.event_type = 'FUNDING_APPROVED'
                AND approval.challenge_id = NEW.id
                AND trim(json_extract(approval.event_data, '$.approver_id')) <> ''
                AND lower(json_extract(approval.event_data, '$.approver_id')) <> NEW.user_id
                AND approval.sequence_number > coalesce((
                    SELECT max(mark.sequence_number)
                    FROM challenge_events AS mark
                    WHERE mark.event_type IN ('FUNDING_REJECTED', 'PROFIT_TARGET_REACHED')
                        AND mark.challenge_id = NEW.id
                ), 0)
        ) < coalesce(json_extract(NEW.rules_config, '$.approvals'), 1) THEN
            RAISE(ABORT, 'A challenge is FUNDED only when enough people other than its owner have approved it')
    END;
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_target_stays
BEFORE UPDATE OF profit_target_reached_at ON challenges
WHEN OLD.profit_target_reached_at IS NOT NULL
    AND NEW.profit_target_reached_at IS NOT OLD.profit_target_reached_at
    AND (SELECT active FROM replica_apply) = 0
    AND NOT (NEW.profit_target_reached_at IS NULL AND EXISTS (
        SELECT 1
        FROM challenge_events AS rejection
        WHERE rejection.event_type = 'FUNDING_REJECTED'
            AND rejection.challenge_id = NEW.id
            AND rejection.sequence_number > coalesce((
                SELECT max(mark.sequence_number)
                FROM challenge_events AS mark
                WHERE mark.event_type = 'PROFIT_TARGET_REACHED' AND mark.challenge_id = NEW.id
            ), 0)
    ))
BEGIN
    SELECT RAISE(ABORT, 'profit_target_reached_at is cleared by a rejection only');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_balance_stays
BEFORE UPDATE OF current_balance ON challenges
WHEN NEW.current_balance IS NULL
BEGIN
    SELECT RAISE(ABORT, 'current_balance is never NULL');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_exact_insert
BEFORE INSERT ON challenges
WHEN NEW.current_balance <> CAST(printf('%.15g', round(NEW.current_balance, 8)) AS REAL)
    OR NEW.floating_pnl <> CAST(printf('%.15g', round(NEW.floating_pnl, 8)) AS REAL)
    OR NEW.current_equity <> CAST(printf('%.15g', round(NEW.current_equity, 8)) AS REAL)
    OR NEW.max_equity_ever <> CAST(printf('%.15g', round(NEW.max_equity_ever, 8)) AS REAL)
    OR NEW.daily_start_equity <> CAST(printf('%.15g', round(NEW.daily_start_equity, 8)) AS REAL)
    OR NEW.daily_max_equity <> CAST(printf('%.15g', round(NEW.daily_max_equity, 8)) AS REAL)
    OR NEW.daily_min_equity <> CAST(printf('%.15g', round(NEW.daily_min_equity, 8)) AS REAL)
    OR NEW.total_pnl <> CAST(printf('%.15g', round(NEW.total_pnl, 8)) AS REAL)
    OR NEW.outside_money <> CAST(printf('%.15g', round(NEW.outside_money, 8)) AS REAL)
    OR NEW.adjustments_total <> CAST(printf('%.15g', round(NEW.adjustments_total, 8)) AS REAL)
    OR NEW.win_rate <> CAST(printf('%.15g', round(NEW.win_rate, 8)) AS REAL)
    OR NEW.avg_trade_pnl <> CAST(printf('%.15g', round(NEW.avg_trade_pnl, 8)) AS REAL)
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: amounts of a new challenge are exact decimals');
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_balance_insert
AFTER INSERT ON challenges
WHEN NEW.current_balance IS NULL
BEGIN
    UPDATE challenges SET current_balance = initial_balance WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_round_update
AFTER UPDATE OF current_balance, floating_pnl, current_equity, max_equity_ever, daily_start_equity, daily_max_equity,
    daily_min_equity, total_pnl, outside_money, adjustments_total, win_rate, avg_trade_pnl
ON challenges
WHEN NEW.current_balance <> CAST(printf('%.15g', round(NEW.current_balance, 8)) AS REAL)
    OR NEW.floating_pnl <> CAST(printf('%.15g', round(NEW.floating_pnl, 8)) AS REAL)
    OR NEW.current_equity <> CAST(printf('%.15g', round(NEW.current_equity, 8)) AS REAL)
    OR NEW.max_equity_ever <> CAST(printf('%.15g', round(NEW.max_equity_ever, 8)) AS REAL)
    OR NEW.daily_start_equity <> CAST(printf('%.15g', round(NEW.daily_start_equity, 8)) AS REAL)
    OR NEW.daily_max_equity <> CAST(printf('%.15g', round(NEW.daily_max_equity, 8)) AS REAL)
    OR NEW.daily_min_equity <> CAST(printf('%.15g', round(NEW.daily_min_equity, 8)) AS REAL)
    OR NEW.total_pnl <> CAST(printf('%.15g', round(NEW.total_pnl, 8)) AS REAL)
    OR NEW.outside_money <> CAST(printf('%.15g', round(NEW.outside_money, 8)) AS REAL)
    OR NEW.adjustments_total <> CAST(printf('%.15g', round(NEW.adjustments_total, 8)) AS REAL)
    OR NEW.win_rate <> CAST(printf('%.15g', round(NEW.win_rate, 8)) AS REAL)
    OR NEW.avg_trade_pnl <> CAST(printf('%.15g', round(NEW.avg_trade_pnl, 8)) AS REAL)
BEGIN
    UPDATE challenges SET
        current_balance = CAST(printf('%.15g', round(current_balance, 8)) AS REAL),
        floating_pnl = CAST(printf('%.15g', round(floating_pnl, 8)) AS REAL),
        current_equity = CAST(printf('%.15g', round(current_equity, 8)) AS REAL),
        max_equity_ever = CAST(printf('%.15g', round(max_equity_ever, 8)) AS REAL),
        daily_start_equity = CAST(printf('%.15g', round(daily_start_equity, 8)) AS REAL),
        daily_max_equity = CAST(printf('%.15g', round(daily_max_equity, 8)) AS REAL),
        daily_min_equity = CAST(printf('%.15g', round(daily_min_equity, 8)) AS REAL),
        total_pnl = CAST(printf('%.15g', round(total_pnl, 8)) AS REAL),
        outside_money = CAST(printf('%.15g', round(outside_money, 8)) AS REAL),
        adjustments_total = CAST(printf('%.15g', round(adjustments_total, 8)) AS REAL),
        win_rate = CASE WHEN win_rate IS NOT NULL THEN CAST(printf('%.15g', round(win_rate, 8)) AS REAL) END,
        avg_trade_pnl = CASE WHEN avg_trade_pnl IS NOT NULL
        THEN CAST(printf('%.15g', round(avg_trade_pnl, 8)) AS REAL) END
    WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER IF NOT EXISTS trg_challenges_updated_at
AFTER UPDATE OF id, user_id, challenge_type, currency, initial_balance, max_daily_drawdown_percent,
    max_total_drawdown_percent, profit_target_percent, current_balance, floating_pnl, current_equity,
    max_equity_ever, daily_start_equity, daily_max_equity, daily_min_equity, trading_date, total_trades,
    total_pnl, outside_money, adjustments_total, win_rate, avg_trade_pnl, status, created_at, started_at,
    ended_at, last_trade_at, failure_reason, profit_target_reached_at, funded_at, previous_challenge_id,
    writer_device_id, archived_at, rules_config, rule_state, metadata, version ON challenges
WHEN (SELECT active FROM replica_apply) = 0 AND OLD.current_balance IS NOT NULL
BEGIN
    UPDATE challenges SET updated_at = max(strftime('%Y-%m-%d %H:%M:%f', 'now')
    || '999', substr(created_at || '.000000', 1, 26)) WHERE rowid = NEW.rowid;
END;

-- -----------------------------------------------------------------------------------------------------------------
-- Trades: no key twice, no gap, not from the future, not after the end.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TRIGGER IF NOT EXISTS trg_trades_insert
BEFORE INSERT ON trades
BEGIN
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM trades WHERE id = NEW.id) THEN
            RAISE(ABORT, 'Trades are immutable: the id is taken')
        WHEN EXISTS (SELECT 1 FROM trades WHERE rowid = NEW.rowid) THEN
            RAISE(ABORT, 'Trades are immutable: the rowid is taken')
        WHEN EXISTS (SELECT 1 FROM trades WHERE challenge_id = NEW.challenge_id AND trade_id = NEW.trade_id) THEN
            RAISE(ABORT, 'Trades are immutable: the challenge has a trade with this trade_id')
        -- One look at the end of the index answers for a number that is taken and for a gap.
        WHEN NEW.sequence_number - 1 <> coalesce((
            SELECT sequence_number FROM trades
            WHERE challenge_id = NEW.challenge_id ORDER BY sequence_number DESC LIMIT 1
        ), 0) THEN CASE
            WHEN EXISTS (
                SELECT 1 FROM trades WHERE challenge_id = NEW.challenge_id AND sequence_number = NEW.sequence_number
            ) THEN
                RAISE(ABORT, 'Trades are immutable: the challenge has a trade with this sequence number')
            ELSE
                RAISE(ABORT, 'The sequence numbers of trades start at 1 and have no gap')
        END
        WHEN NEW.executed_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '+1 hour')
            AND (SELECT active FROM replica_apply) = 0 THEN
            RAISE(ABORT, 'A trade lies more than 1 hour in the future')
        WHEN substr(NEW.executed_at || '.000000', 1, 26) > (
            SELECT substr(ended_at || '.000000', 1, 26) FROM challenges WHERE id = NEW.challenge_id
        ) THEN
            RAISE(ABORT, 'A trade lies after the end of its challenge')
    END;
END;

-- -----------------------------------------------------------------------------------------------------------------
-- Events: no key twice, no gap, the right link and hash.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TRIGGER IF NOT EXISTS trg_challenge_events_insert
BEFORE INSERT ON challenge_events
BEGIN
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM challenge_events WHERE id = NEW.id) THEN
            RAISE(ABORT, 'Events are immutable: the id is taken')
        WHEN EXISTS (SELECT 1 FROM challenge_events WHERE rowid = NEW.rowid) THEN
            RAISE(ABORT, 'Events are immutable: the rowid is taken')
        -- One look at the end of the chain answers for a number that is taken, a gap and a wrong link: the first event
        -- of a chain and one without hashes are looked at more closely.
        WHEN NEW.previous_hash IS NOT (
            SELECT hash FROM challenge_events
            WHERE challenge_id = NEW.challenge_id AND sequence_number >= NEW.sequence_number - 1
            ORDER BY sequence_number DESC LIMIT 1
        ) THEN CASE
            WHEN EXISTS (
                SELECT 1 FROM challenge_events
                WHERE challenge_id = NEW.challenge_id AND sequence_number = NEW.sequence_number
            ) THEN
                RAISE(ABORT, 'Events are immutable: the challenge has an event with this sequence number')
            WHEN NEW.sequence_number <> 1 AND NOT EXISTS (
                SELECT 1 FROM challenge_events
                WHERE challenge_id = NEW.challenge_id AND sequence_number = NEW.sequence_number - 1
            ) THEN
                RAISE(ABORT, 'The sequence numbers of events start at 1 and have no gap')
            WHEN NEW.previous_hash <> CASE NEW.sequence_number
                WHEN 1 THEN tradesense_genesis_hash(NEW.challenge_id)
                ELSE (
                    SELECT previous.hash FROM challenge_events AS previous
                    WHERE previous.challenge_id = NEW.challenge_id
                    AND previous.sequence_number = NEW.sequence_number - 1
                )
            END THEN
                RAISE(ABORT, 'previous_hash is not the hash of the event before')
            WHEN NEW.hash IS NOT NULL AND NEW.previous_hash IS NULL THEN
                RAISE(ABORT, 'An event with a hash needs its previous_hash')
        END
    END;
    SELECT CASE tradesense_event_hash(
        NEW.id, NEW.challenge_id, NEW.sequence_number, NEW.event_type, NEW.event_version,
        NEW.event_data,
        NEW.description, NEW.occurred_at, NEW.recorded_at, NEW.correlation_id, NEW.causation_id,
        NEW.metadata_commitment, NEW.previous_hash, NEW.hash IS NULL
    )
        WHEN NEW.hash THEN NULL
        WHEN 'number'
            THEN RAISE(ABORT, 'event_data holds a number that is no integer below 2^53: write decimals as strings')
        WHEN 'profile'
            THEN RAISE(ABORT, 'The event holds what its hash cannot: a key that is not ASCII, U+0000 or half a surrogate pair')
        WHEN 'form' THEN RAISE(ABORT, 'event_data is not in canonical form (RFC 8785)')
        WHEN 'open' THEN NULL
        ELSE RAISE(ABORT, 'hash is not the hash of the event')
    END;
END;

CREATE TRIGGER IF NOT EXISTS trg_challenge_events_fill
AFTER INSERT ON challenge_events
WHEN NEW.hash IS NULL
BEGIN
    UPDATE challenge_events SET
        event_data = tradesense_canonical_json(event_data),
        previous_hash = CASE NEW.sequence_number
            WHEN 1 THEN tradesense_genesis_hash(NEW.challenge_id)
            ELSE (
                SELECT previous.hash FROM challenge_events AS previous
                WHERE previous.challenge_id = NEW.challenge_id AND previous.sequence_number = NEW.sequence_number - 1
            )
        END,
        hash = tradesense_event_hash(
            NEW.id, NEW.challenge_id, NEW.sequence_number, NEW.event_type, NEW.event_version,
            tradesense_canonical_json(NEW.event_data),
            NEW.description, NEW.occurred_at, NEW.recorded_at, NEW.correlation_id, NEW.causation_id,
            NEW.metadata_commitment, CASE NEW.sequence_number
                WHEN 1 THEN tradesense_genesis_hash(NEW.challenge_id)
                ELSE (
                    SELECT previous.hash FROM challenge_events AS previous
                    WHERE previous.challenge_id = NEW.challenge_id
                    AND previous.sequence_number = NEW.sequence_number - 1
                )
            END, 0
        )
    WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER IF NOT EXISTS trg_challenge_events_immutable_update
BEFORE UPDATE ON challenge_events
WHEN OLD.hash IS NOT NULL
    OR NEW.hash IS NULL
    OR NEW.previous_hash IS NULL
    OR NEW.rowid <> OLD.rowid
    OR NEW.id IS NOT OLD.id
    OR NEW.challenge_id IS NOT OLD.challenge_id
    OR NEW.event_type IS NOT OLD.event_type
    OR NEW.event_version IS NOT OLD.event_version
    OR NEW.sequence_number IS NOT OLD.sequence_number
    OR NEW.description IS NOT OLD.description
    OR NEW.user_friendly_message IS NOT OLD.user_friendly_message
    OR NEW.occurred_at IS NOT OLD.occurred_at
    OR NEW.recorded_at IS NOT OLD.recorded_at
    OR NEW.correlation_id IS NOT OLD.correlation_id
    OR NEW.causation_id IS NOT OLD.causation_id
    OR NEW.metadata IS NOT OLD.metadata
    OR NEW.metadata_commitment IS NOT OLD.metadata_commitment
BEGIN
    SELECT RAISE(ABORT, 'Events are immutable: a recorded event is never changed');
END;

-- -----------------------------------------------------------------------------------------------------------------
-- Payments and risk alerts: state machines.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TRIGGER IF NOT EXISTS trg_payments_state
BEFORE UPDATE OF status ON payments
WHEN NEW.status IS NOT OLD.status
    AND NOT (OLD.status = 'PENDING' AND NEW.status IN ('PROCESSING', 'SUCCESS', 'FAILED', 'CANCELLED'))
    AND NOT (OLD.status = 'PROCESSING' AND NEW.status IN ('SUCCESS', 'FAILED', 'CANCELLED'))
    AND NOT (OLD.status = 'SUCCESS' AND NEW.status = 'REFUNDED')
    AND NOT (OLD.status IN ('PENDING', 'PROCESSING') AND NEW.status = 'REFUNDED'
    AND (SELECT active FROM replica_apply) = 1)
BEGIN
    SELECT RAISE(ABORT, 'A payment goes from PENDING or PROCESSING to SUCCESS, FAILED or CANCELLED, and from SUCCESS to REFUNDED');
END;

CREATE TRIGGER IF NOT EXISTS trg_payments_status_updated_at
AFTER UPDATE OF status ON payments
WHEN NEW.status IS NOT OLD.status AND (SELECT active FROM replica_apply) = 0
BEGIN
    UPDATE payments SET status_updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now') || '999' WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER IF NOT EXISTS trg_payments_updated_at
AFTER UPDATE OF id, user_id, challenge_id, provider, provider_payment_id, provider_transaction_id, external_payment_id,
    amount, currency, fee, status, status_updated_at, initiated_at, processing_started_at, processed_at,
    completed_at, settled_at, failed_at, failure_reason, retry_count, refund_amount, refunded_at, webhook_data,
    provider_metadata, provider_response, created_at, metadata ON payments
WHEN (SELECT active FROM replica_apply) = 0
BEGIN
    UPDATE payments SET updated_at = max(strftime('%Y-%m-%d %H:%M:%f', 'now')
    || '999', substr(created_at || '.000000', 1, 26)) WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER IF NOT EXISTS trg_risk_alerts_state
BEFORE UPDATE OF status ON risk_alerts
WHEN NEW.status IS NOT OLD.status
    AND NOT (OLD.status = 'ACTIVE' AND NEW.status IN ('ACKNOWLEDGED', 'RESOLVED', 'FALSE_POSITIVE'))
    AND NOT (OLD.status = 'ACKNOWLEDGED' AND NEW.status IN ('RESOLVED', 'FALSE_POSITIVE'))
BEGIN
    SELECT RAISE(ABORT, 'A risk alert goes from ACTIVE to ACKNOWLEDGED, and from either to RESOLVED or FALSE_POSITIVE');
END;

CREATE TRIGGER IF NOT EXISTS trg_risk_alerts_acknowledgement_stays
BEFORE UPDATE OF acknowledged_at, acknowledged_by, resolved_at, resolved_by ON risk_alerts
WHEN (OLD.acknowledged_at IS NOT NULL
    AND (NEW.acknowledged_at IS NOT OLD.acknowledged_at OR NEW.acknowledged_by IS NOT OLD.acknowledged_by))
    OR (OLD.resolved_at IS NOT NULL
    AND (NEW.resolved_at IS NOT OLD.resolved_at OR NEW.resolved_by IS NOT OLD.resolved_by))
BEGIN
    SELECT RAISE(ABORT, 'Who acknowledged or resolved a risk alert, and when, never changes');
END;

CREATE TRIGGER IF NOT EXISTS trg_risk_alerts_updated_at
AFTER UPDATE OF id, challenge_id, user_id, alert_type, severity, title, message, alert_data, status, acknowledged_at,
    acknowledged_by, resolved_at, resolved_by, recommended_actions, threshold_breached, created_at,
    correlation_id, rule_id, metadata ON risk_alerts
WHEN (SELECT active FROM replica_apply) = 0
BEGIN
    UPDATE risk_alerts SET updated_at = max(strftime('%Y-%m-%d %H:%M:%f', 'now')
    || '999', substr(created_at || '.000000', 1, 26)) WHERE rowid = NEW.rowid;
END;

-- -----------------------------------------------------------------------------------------------------------------
-- audit_log, log_leaves, data_keys.
-- -----------------------------------------------------------------------------------------------------------------

CREATE TRIGGER IF NOT EXISTS trg_audit_log_insert
BEFORE INSERT ON audit_log
BEGIN
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM audit_log WHERE stream = NEW.stream AND sequence_number = NEW.sequence_number) THEN
            RAISE(ABORT, 'Audit log entries are immutable: the stream has an entry with this sequence number')
        WHEN NEW.sequence_number > 1 AND NOT EXISTS (
            SELECT 1 FROM audit_log WHERE stream = NEW.stream AND sequence_number = NEW.sequence_number - 1
        ) THEN
            RAISE(ABORT, 'The sequence numbers of audit log entries have no gap')
        WHEN NEW.previous_hash <> CASE NEW.sequence_number
            WHEN 1 THEN tradesense_audit_genesis_hash(NEW.stream)
            ELSE (
                SELECT previous.hash FROM audit_log AS previous
                WHERE previous.stream = NEW.stream AND previous.sequence_number = NEW.sequence_number - 1
            )
        END THEN
            RAISE(ABORT, 'previous_hash is not the hash of the audit entry before')
        WHEN NEW.hash IS NOT NULL AND NEW.previous_hash IS NULL THEN
            RAISE(ABORT, 'An audit entry with a hash needs its previous_hash')
    END;
    SELECT CASE tradesense_audit_hash(
        NEW.id, NEW.stream, NEW.sequence_number, NEW.actor_id, NEW.action, NEW.target_table, NEW.target_id,
        NEW.details,
        NEW.occurred_at, NEW.recorded_at, NEW.device_id, NEW.previous_hash, NEW.hash IS NULL
    )
        WHEN NEW.hash THEN NULL
        WHEN 'number'
            THEN RAISE(ABORT, 'details holds a number that is no integer below 2^53: write decimals as strings')
        WHEN 'profile'
            THEN RAISE(ABORT, 'The entry holds what its hash cannot: a key that is not ASCII, U+0000 or half a surrogate pair')
        WHEN 'form' THEN RAISE(ABORT, 'details is not in canonical form (RFC 8785)')
        WHEN 'open' THEN NULL
        ELSE RAISE(ABORT, 'hash is not the hash of the audit entry')
    END;
END;

CREATE TRIGGER IF NOT EXISTS trg_audit_log_fill
AFTER INSERT ON audit_log
WHEN NEW.hash IS NULL
BEGIN
    UPDATE audit_log SET
        details = tradesense_canonical_json(details),
        previous_hash = CASE NEW.sequence_number
            WHEN 1 THEN tradesense_audit_genesis_hash(NEW.stream)
            ELSE (
                SELECT previous.hash FROM audit_log AS previous
                WHERE previous.stream = NEW.stream AND previous.sequence_number = NEW.sequence_number - 1
            )
        END,
        hash = tradesense_audit_hash(
            NEW.id, NEW.stream, NEW.sequence_number, NEW.actor_id, NEW.action, NEW.target_table, NEW.target_id,
            tradesense_canonical_json(NEW.details),
            NEW.occurred_at, NEW.recorded_at, NEW.device_id, CASE NEW.sequence_number
                WHEN 1 THEN tradesense_audit_genesis_hash(NEW.stream)
                ELSE (
                    SELECT previous.hash FROM audit_log AS previous
                    WHERE previous.stream = NEW.stream AND previous.sequence_number = NEW.sequence_number - 1
                )
            END, 0
        )
    WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER IF NOT EXISTS trg_audit_log_immutable_update
BEFORE UPDATE ON audit_log
WHEN OLD.hash IS NOT NULL
    OR NEW.hash IS NULL
    OR NEW.previous_hash IS NULL
    OR NEW.rowid <> OLD.rowid
    OR NEW.id IS NOT OLD.id
    OR NEW.stream IS NOT OLD.stream
    OR NEW.sequence_number IS NOT OLD.sequence_number
    OR NEW.actor_id IS NOT OLD.actor_id
    OR NEW.action IS NOT OLD.action
    OR NEW.target_table IS NOT OLD.target_table
    OR NEW.target_id IS NOT OLD.target_id
    OR NEW.occurred_at IS NOT OLD.occurred_at
    OR NEW.recorded_at IS NOT OLD.recorded_at
    OR NEW.device_id IS NOT OLD.device_id
BEGIN
    SELECT RAISE(ABORT, 'Audit log entries are immutable: none is ever changed');
END;

CREATE TRIGGER IF NOT EXISTS trg_log_leaves_insert
BEFORE INSERT ON log_leaves
BEGIN
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM log_leaves WHERE id = NEW.id) THEN
            RAISE(ABORT, 'Log leaves are immutable: the id is taken')
        WHEN EXISTS (SELECT 1 FROM log_leaves WHERE rowid = NEW.rowid) THEN
            RAISE(ABORT, 'Log leaves are immutable: the rowid is taken')
        WHEN EXISTS (SELECT 1 FROM log_leaves WHERE log_index = NEW.log_index) THEN
            RAISE(ABORT, 'Log leaves are immutable: the log_index is taken')
        WHEN EXISTS (SELECT 1 FROM log_leaves WHERE event_id = NEW.event_id) THEN
            RAISE(ABORT, 'Log leaves are immutable: the event is in the log')
        WHEN NEW.log_index > 0 AND NOT EXISTS (SELECT 1 FROM log_leaves WHERE log_index = NEW.log_index - 1) THEN
            RAISE(ABORT, 'The log_index of log leaves has no gap')
    END;
END;

CREATE TRIGGER IF NOT EXISTS trg_log_leaves_rowid
AFTER INSERT ON log_leaves
WHEN NEW.rowid < 1
BEGIN
    SELECT RAISE(ABORT, 'log_leaves: a rowid below 1 is refused');
END;

CREATE TRIGGER IF NOT EXISTS trg_data_keys_destroyed_is_final
BEFORE UPDATE ON data_keys
WHEN NEW.user_id IS NOT OLD.user_id
    OR NEW.created_at IS NOT OLD.created_at
    OR (OLD.wrapped_key IS NULL AND (
        NEW.algorithm IS NOT OLD.algorithm
        OR NEW.outer_key_id IS NOT OLD.outer_key_id
        OR NEW.wrapped_key IS NOT OLD.wrapped_key
        OR NEW.destroyed_at IS NOT OLD.destroyed_at
    ))
BEGIN
    SELECT RAISE(ABORT, 'A data key is only wrapped anew or destroyed, once');
END;

CREATE TRIGGER IF NOT EXISTS trg_data_keys_updated_at
AFTER UPDATE OF id, user_id, algorithm, outer_key_id, wrapped_key, created_at, destroyed_at ON data_keys
WHEN (SELECT active FROM replica_apply) = 0
BEGIN
    UPDATE data_keys SET updated_at = max(strftime('%Y-%m-%d %H:%M:%f', 'now')
    || '999', substr(created_at || '.000000', 1, 26)) WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER IF NOT EXISTS trg_outbox_updated_at
AFTER UPDATE OF state, rejection_code, server_row ON outbox
BEGIN
    UPDATE outbox SET updated_at = max(strftime('%Y-%m-%d %H:%M:%f', 'now')
    || '999', substr(created_at || '.000000', 1, 26)) WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER IF NOT EXISTS trg_settings_updated_at
AFTER UPDATE OF name, value ON settings
WHEN (SELECT active FROM replica_apply) = 0
BEGIN
    UPDATE settings SET updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now') || '999' WHERE rowid = NEW.rowid;
END;

-- -----------------------------------------------------------------------------------------------------------------
-- Views. The double of a decimal tie lies above or below it: before rounding 1e-9 is added, on both databases.
-- -----------------------------------------------------------------------------------------------------------------

CREATE VIEW IF NOT EXISTS challenge_performance_analytics AS
SELECT
    id,
    user_id,
    challenge_type,
    status,
    initial_balance,
    current_equity,
    max_equity_ever,
    round(profit + sign(profit) * 1e-9, 2) AS profit_percentage,
    round(drawdown + sign(drawdown) * 1e-9, 2) AS drawdown_percentage,
    total_trades,
    total_pnl,
    daily_start_equity,
    daily_max_equity,
    daily_min_equity,
    round(daily_drawdown + sign(daily_drawdown) * 1e-9, 2) AS daily_drawdown_used,
    created_at,
    started_at,
    ended_at,
    last_trade_at,
    sign(microseconds) * ((abs(microseconds) * 200 + 3600000000) / 7200000000) / 100.0 AS trading_hours,
    (
        SELECT round(sum(quantity), 8)
        FROM trades
        WHERE trades.challenge_id = challenge.id AND realized_pnl <> 0
    ) AS total_volume,
    (
        SELECT (sum(realized_pnl > 0) * 20000 + count(*)) / (2 * count(*)) / 10000.0
        FROM trades
        WHERE trades.challenge_id = challenge.id AND realized_pnl <> 0
    ) AS win_rate,
    (
        SELECT round(sum(quantity) / count(*) + 1e-11, 8)
        FROM trades
        WHERE trades.challenge_id = challenge.id AND realized_pnl <> 0
    ) AS avg_trade_size
FROM (
    SELECT
        *,
        (current_equity - initial_balance) * 100.0 / initial_balance AS profit,
        coalesce((max_equity_ever - current_equity) * 100.0 / nullif(max_equity_ever, 0), 0.0) AS drawdown,
        coalesce(max(daily_start_equity - current_equity, 0.0) * 100.0 / nullif(daily_start_equity, 0), 0.0)
            AS daily_drawdown,
        (strftime('%s', substr(last_at, 1, 19)) - strftime('%s', substr(started_at, 1, 19))) * 1000000
            + CAST(substr(last_at || '.000000', 21, 6) AS INTEGER)
            - CAST(substr(started_at || '.000000', 21, 6) AS INTEGER) AS microseconds
    FROM (SELECT *, coalesce(ended_at, last_trade_at) AS last_at FROM challenges)
) AS challenge;

CREATE VIEW IF NOT EXISTS challenge_leaderboard AS
SELECT
    id,
    user_id,
    challenge_type,
    currency,
    status,
    initial_balance,
    current_equity,
    round(profit + sign(profit) * 1e-9, 2) AS profit_percentage,
    total_trades,
    total_pnl,
    win_rate,
    started_at,
    ended_at
FROM (SELECT *, (current_equity - initial_balance) * 100.0 / initial_balance AS profit FROM challenges)
WHERE status IN ('ACTIVE', 'FUNDED') AND archived_at IS NULL;

COMMIT;
