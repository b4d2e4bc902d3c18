"""Guards of a writing connection that look at rows: temporary triggers that know who writes.

They stand beside the rules of the schema, on this connection alone, and hold for plain SQL as for the services: a
trader writes the own challenges only, a decision bears the name of the one who decides, the last super-administrator
stays. `temp.acting` says who writes; the authorizer lets nobody but store/connection.py change it.
"""

import re
from typing import Final

SET_ACTING: Final = "UPDATE temp.acting SET authority = ?, user_id = ?"

_EVERYWHERE: Final = """
CREATE TEMP TABLE acting (authority TEXT NOT NULL, user_id TEXT NOT NULL);
INSERT INTO temp.acting VALUES ('SIGN_IN', '');
CREATE TEMP TRIGGER own_challenges_insert BEFORE INSERT ON main.challenges
WHEN (SELECT authority FROM temp.acting) IN ('USER', 'OWNER') AND NEW.user_id IS NOT (SELECT user_id FROM
    temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'What belongs to others is not yours to change');
END;
CREATE TEMP TRIGGER own_trades_insert BEFORE INSERT ON main.trades
WHEN (SELECT authority FROM temp.acting) IN ('USER', 'OWNER') AND (SELECT user_id FROM main.challenges WHERE id =
    NEW.challenge_id) IS NOT (SELECT user_id FROM temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'What belongs to others is not yours to change');
END;
CREATE TEMP TRIGGER own_challenge_events_insert BEFORE INSERT ON main.challenge_events
WHEN (SELECT authority FROM temp.acting) IN ('USER', 'OWNER') AND (SELECT user_id FROM main.challenges WHERE id =
    NEW.challenge_id) IS NOT (SELECT user_id FROM temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'What belongs to others is not yours to change');
END;
CREATE TEMP TRIGGER own_risk_alerts_insert BEFORE INSERT ON main.risk_alerts
WHEN (SELECT authority FROM temp.acting) IN ('USER', 'OWNER') AND (SELECT user_id FROM main.challenges WHERE id =
    NEW.challenge_id) IS NOT (SELECT user_id FROM temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'What belongs to others is not yours to change');
END;
CREATE TEMP TRIGGER own_import_history_insert BEFORE INSERT ON main.import_history
WHEN (SELECT authority FROM temp.acting) IN ('USER', 'OWNER') AND (SELECT user_id FROM main.challenges WHERE id =
    NEW.challenge_id) IS NOT (SELECT user_id FROM temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'What belongs to others is not yours to change');
END;
CREATE TEMP TRIGGER own_challenges_update BEFORE UPDATE ON main.challenges
WHEN (SELECT authority FROM temp.acting) IN ('USER', 'OWNER') AND (OLD.user_id IS NOT (SELECT user_id FROM
    temp.acting) OR NEW.status = 'FUNDED')
BEGIN
    SELECT RAISE(ABORT, 'A trader changes the own challenges only and never makes one FUNDED');
END;
CREATE TEMP TRIGGER challenges_stay_whose_they_are BEFORE UPDATE OF user_id, previous_challenge_id ON main.challenges
WHEN (OLD.status = 'PENDING' AND NEW.user_id IS NOT OLD.user_id)
    OR NEW.previous_challenge_id IS NOT OLD.previous_challenge_id
BEGIN
    SELECT RAISE(ABORT, 'Whose a challenge is, and after which one it comes, never changes');
END;
CREATE TEMP TRIGGER own_risk_alerts_update BEFORE UPDATE ON main.risk_alerts
WHEN (SELECT authority FROM temp.acting) IN ('USER', 'OWNER') AND (OLD.user_id IS NOT (SELECT user_id FROM
    temp.acting) OR NEW.status NOT IN ('ACTIVE', 'ACKNOWLEDGED'))
BEGIN
    SELECT RAISE(ABORT, 'A trader acknowledges the own alerts and resolves none');
END;
CREATE TEMP TRIGGER alerts_begin_active BEFORE INSERT ON main.risk_alerts
WHEN NEW.status <> 'ACTIVE' OR NEW.acknowledged_by IS NOT NULL OR NEW.resolved_by IS NOT NULL
    OR ((SELECT authority FROM temp.acting) = 'USER' AND NEW.user_id IS NOT NULL
    AND NEW.user_id IS NOT (SELECT user_id FROM temp.acting))
BEGIN
    SELECT RAISE(ABORT, 'An alert begins ACTIVE, and a trader raises none for another');
END;
CREATE TEMP TRIGGER alerts_name_who_handles_them BEFORE UPDATE ON main.risk_alerts
WHEN (NEW.acknowledged_by IS NOT OLD.acknowledged_by AND NEW.acknowledged_by IS NOT (SELECT user_id FROM
    temp.acting)) OR (NEW.resolved_by IS NOT OLD.resolved_by AND NEW.resolved_by IS NOT (SELECT user_id FROM
    temp.acting))
BEGIN
    SELECT RAISE(ABORT, 'Nobody handles an alert in the name of another');
END;
CREATE TEMP TRIGGER decisions_are_for_administrators BEFORE INSERT ON main.challenge_events
WHEN NEW.event_type IN ('FUNDING_APPROVED', 'FUNDING_REJECTED', 'CHALLENGE_FUNDED', 'PAYMENT_STATUS_CHANGED') AND
    NOT (SELECT authority FROM temp.acting) IN ('ADMIN', 'SUPERADMIN')
BEGIN
    SELECT RAISE(ABORT, 'Funding and payments are recorded by an administrator');
END;
CREATE TEMP TRIGGER decisions_name_who_decides BEFORE INSERT ON main.challenge_events
WHEN (NEW.event_type IN ('FUNDING_APPROVED', 'FUNDING_REJECTED', 'CHALLENGE_FUNDED', 'PAYMENT_STATUS_CHANGED')
    AND (SELECT user_id FROM main.challenges WHERE id = NEW.challenge_id) IS (SELECT user_id FROM temp.acting))
    OR (NEW.event_type IN ('FUNDING_APPROVED', 'FUNDING_REJECTED')
    -- As it will be stored: of a key that stands twice SQLite reads the first, and the canonical form keeps the last.
    AND json_extract(tradesense_canonical_json(NEW.event_data), '$.approver_id')
    IS NOT (SELECT user_id FROM temp.acting))
BEGIN
    SELECT RAISE(ABORT, 'Nobody decides in the name of another, nor about the own challenge');
END;
CREATE TEMP TRIGGER own_payments_insert BEFORE INSERT ON main.payments
WHEN NEW.user_id IS (SELECT user_id FROM temp.acting) OR (NEW.challenge_id IS NOT NULL AND (SELECT user_id FROM
    main.challenges WHERE id = NEW.challenge_id) IS NOT NEW.user_id)
BEGIN
    SELECT RAISE(ABORT, 'Nobody records the own payment, nor one for the challenge of somebody else');
END;
CREATE TEMP TRIGGER own_payments_update BEFORE UPDATE ON main.payments
WHEN (SELECT user_id FROM temp.acting) IN (OLD.user_id, NEW.user_id) OR (NEW.challenge_id IS NOT NULL AND (SELECT
    user_id FROM main.challenges WHERE id = NEW.challenge_id) IS NOT NEW.user_id)
BEGIN
    SELECT RAISE(ABORT, 'Nobody records the own payment, nor one for the challenge of somebody else');
END;
CREATE TEMP TRIGGER own_secrets_update BEFORE UPDATE OF password_hash, last_login_at ON main.users
WHEN (SELECT authority FROM temp.acting) <> 'SET_UP' AND OLD.id IS NOT (SELECT user_id FROM temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'A password is changed by its owner alone');
END;
CREATE TEMP TRIGGER user_versions_go_up_by_one BEFORE UPDATE OF version ON main.users
WHEN NEW.version NOT IN (OLD.version, OLD.version + 1) OR (OLD.id IS NOT (SELECT user_id FROM temp.acting)
    AND (SELECT authority FROM temp.acting) NOT IN ('SET_UP', 'ADMIN', 'SUPERADMIN'))
BEGIN
    SELECT RAISE(ABORT, 'The version of an account goes up by one, by whoever may change it');
END;
CREATE TEMP TRIGGER implicit_owner_insert BEFORE INSERT ON main.users
WHEN (SELECT authority FROM temp.acting) <> 'SET_UP' AND lower(NEW.email) = 'owner@localhost.invalid'
BEGIN
    SELECT RAISE(ABORT, 'Nobody becomes the owner of a workspace without accounts');
END;
CREATE TEMP TRIGGER implicit_owner_update BEFORE UPDATE OF email ON main.users
WHEN (SELECT authority FROM temp.acting) <> 'SET_UP' AND lower(NEW.email) = 'owner@localhost.invalid'
BEGIN
    SELECT RAISE(ABORT, 'Nobody becomes the owner of a workspace without accounts');
END;
CREATE TEMP TRIGGER own_account_update BEFORE UPDATE OF role, status, email, deleted_at ON main.users
WHEN (SELECT authority FROM temp.acting) NOT IN ('SIGN_IN', 'SET_UP') AND OLD.id IS (SELECT user_id FROM
    temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'Nobody changes the own role or status');
END;
CREATE TEMP TRIGGER users_by_rank_insert BEFORE INSERT ON main.users
WHEN (SELECT authority FROM temp.acting) NOT IN ('SET_UP', 'SUPERADMIN') AND NEW.role <> 'USER'
BEGIN
    SELECT RAISE(ABORT, 'Auditors and administrators are registered by a super-administrator');
END;
CREATE TEMP TRIGGER users_by_rank_update BEFORE UPDATE OF role, status, email, deleted_at ON main.users
WHEN (SELECT authority FROM temp.acting) = 'ADMIN' AND OLD.role IN ('ADMIN', 'SUPERADMIN')
BEGIN
    SELECT RAISE(ABORT, 'An administrator is changed by a super-administrator');
END;
CREATE TEMP TRIGGER last_super_administrator BEFORE UPDATE OF role, status, deleted_at ON main.users
WHEN OLD.role = 'SUPERADMIN' AND OLD.status = 'ACTIVE' AND OLD.deleted_at IS NULL AND (NEW.role <> 'SUPERADMIN'
    OR NEW.status <> 'ACTIVE' OR NEW.deleted_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM main.users AS
    other WHERE other.role = 'SUPERADMIN' AND other.status = 'ACTIVE' AND other.deleted_at IS NULL AND
    other.id <> OLD.id)
BEGIN
    SELECT RAISE(ABORT, 'The last super-administrator stays');
END;
CREATE TEMP TRIGGER audit_log_names_who_acts BEFORE INSERT ON main.audit_log
WHEN (SELECT authority FROM temp.acting) <> 'SET_UP' AND ((NEW.actor_id IS NOT (SELECT user_id FROM temp.acting)
    -- Who has not proved to be anybody writes as nobody.
    AND NOT ((SELECT authority FROM temp.acting) = 'SIGN_IN' AND NEW.actor_id IS NULL))
    OR NEW.stream IS NOT coalesce(NEW.actor_id, 'device:' || NEW.device_id))
BEGIN
    SELECT RAISE(ABORT, 'Nobody writes the audit log in the name of another, nor in their chain');
END;
CREATE TEMP TRIGGER command_results_name_who_acts BEFORE INSERT ON main.command_results
WHEN NEW.actor_id IS NOT NULL AND NEW.actor_id IS NOT (SELECT user_id FROM temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'Nobody carries a command out in the name of another');
END;
CREATE TEMP TRIGGER own_data_keys_insert BEFORE INSERT ON main.data_keys
WHEN (SELECT authority FROM temp.acting) <> 'SUPERADMIN' AND (NEW.destroyed_at IS NOT NULL OR (SELECT authority FROM
    temp.acting) = 'USER' AND NEW.user_id IS NOT (SELECT user_id FROM temp.acting))
BEGIN
    SELECT RAISE(ABORT, 'A trader makes no key for another, and a super-administrator alone destroys one');
END;
CREATE TEMP TRIGGER own_sessions_insert BEFORE INSERT ON main.sessions
WHEN (SELECT authority FROM temp.acting) <> 'SET_UP' AND (NEW.user_id IS NOT (SELECT user_id FROM temp.acting)
    OR EXISTS (SELECT 1 FROM main.sessions WHERE id = NEW.id))
BEGIN
    SELECT RAISE(ABORT, 'Nobody opens a session for another, nor in the place of one');
END;
CREATE TEMP TRIGGER own_sessions_update BEFORE UPDATE ON main.sessions
WHEN OLD.user_id IS NOT (SELECT user_id FROM temp.acting) AND ((SELECT authority FROM temp.acting) NOT IN ('ADMIN',
    'SUPERADMIN') OR NEW.expires_at > OLD.expires_at OR ((SELECT authority FROM temp.acting) = 'ADMIN'
    AND (SELECT role FROM main.users WHERE id = OLD.user_id) IN ('ADMIN', 'SUPERADMIN')))
BEGIN
    SELECT RAISE(ABORT, 'A session of another is ended by an administrator of higher rank');
END;
CREATE TEMP TRIGGER sessions_that_ended_stay_ended BEFORE UPDATE ON main.sessions
WHEN OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at
BEGIN
    SELECT RAISE(ABORT, 'A session that has ended stays ended');
END;
CREATE TEMP TRIGGER sessions_go_on_by_password BEFORE UPDATE OF expires_at ON main.sessions
WHEN NEW.expires_at > OLD.expires_at AND (SELECT authority FROM temp.acting) <> 'UNLOCK'
BEGIN
    SELECT RAISE(ABORT, 'A session goes on for longer only after the password was given again');
END;
"""

_AT_HOME: Final = """
CREATE TEMP TRIGGER challenges_are_opened_by_traders BEFORE INSERT ON main.challenges
WHEN CASE WHEN (SELECT authority FROM temp.acting) IN ('USER', 'OWNER') THEN NEW.previous_challenge_id IS NOT NULL
    ELSE NEW.previous_challenge_id IS NULL OR NEW.user_id IS (SELECT user_id FROM temp.acting) END
BEGIN
    SELECT RAISE(ABORT, 'A challenge is opened by its trader; an administrator opens the next phase of somebody else');
END;
CREATE TEMP TRIGGER trades_are_recorded_by_traders BEFORE INSERT ON main.challenge_events
WHEN NEW.event_type IN ('TRADE_EXECUTED', 'EQUITY_RECORDED', 'BALANCE_ADJUSTED') AND NOT (SELECT authority FROM
    temp.acting) IN ('USER', 'OWNER')
BEGIN
    SELECT RAISE(ABORT, 'Trades and equity are recorded by the trader');
END;
"""
_IN_FIRM: Final = """
CREATE TEMP TRIGGER challenges_are_opened_by_administrators BEFORE INSERT ON main.challenges
WHEN NOT (SELECT authority FROM temp.acting) IN ('ADMIN', 'SUPERADMIN')
    OR NEW.user_id IS (SELECT user_id FROM temp.acting)
BEGIN
    SELECT RAISE(ABORT, 'A challenge is opened by an administrator, for somebody else');
END;
CREATE TEMP TRIGGER trades_are_recorded_by_administrators BEFORE INSERT ON main.challenge_events
WHEN NEW.event_type IN ('TRADE_EXECUTED', 'EQUITY_RECORDED', 'BALANCE_ADJUSTED') AND NOT (SELECT authority FROM
    temp.acting) IN ('ADMIN', 'SUPERADMIN')
BEGIN
    SELECT RAISE(ABORT, 'Trades and equity are recorded by an administrator');
END;
"""

ROW_GUARDS: Final = _EVERYWHERE + _AT_HOME
"""A script that a writing connection runs once, before its authorizer is set."""

_CONDITION: Final = re.compile(r"^WHEN (.*?)\nBEGIN$", re.MULTILINE | re.DOTALL)

REPLICA_GUARDS: Final = _CONDITION.sub(
    r"WHEN (SELECT authority FROM temp.acting) <> 'PULL' AND (\1)\nBEGIN", _EVERYWHERE + _IN_FIRM
)
"""As ROW_GUARDS, for a firm's replica: its own rules of who opens and records, and a pull is spared by each of them."""
