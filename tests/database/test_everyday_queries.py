"""The queries of schema.md, "Queries that run unchanged on both": the same words and the same answers on both.

Expected answers are written out, so that each database is held to them by itself.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.both_databases import Database, Sql, value
from tests.database.rows import (
    FUND,
    HASH,
    add_active_challenge,
    add_alert,
    add_challenge,
    add_event,
    add_payment,
    add_trade,
    add_user,
    approve,
    new_id,
    reach_target,
)


def test_create_a_user_and_a_challenge_with_the_fewest_columns(both: Database) -> None:
    user = value(both, "INSERT INTO users (email, password_hash) VALUES ('ada@example.com', ?) RETURNING id", HASH)
    ((challenge, status),) = both.execute(
        "INSERT INTO challenges (user_id, challenge_type, initial_balance, max_daily_drawdown_percent,"
        " max_total_drawdown_percent, profit_target_percent, current_equity, max_equity_ever, daily_start_equity,"
        " daily_max_equity, daily_min_equity)"
        " VALUES (?, 'standard', 100000.00, 0.05, 0.10, 0.08, 100000.00, 100000.00, 100000.00, 100000.00, 100000.00)"
        " RETURNING id, status",
        user,
    )

    assert both.execute("SELECT id, email, role FROM users WHERE lower(email) = lower('ADA@example.com')") == [
        (user, "ada@example.com", "USER")
    ]
    assert status == "PENDING"
    assert both.execute("SELECT id, initial_balance FROM challenges WHERE user_id = ?", user) == [(challenge, 100000)]


def test_start_a_challenge(both: Database) -> None:
    challenge = add_challenge(both)

    changed = both.changed(
        "UPDATE challenges SET status = 'ACTIVE', started_at = CURRENT_TIMESTAMP, trading_date = CURRENT_DATE,"
        " version = version + 1 WHERE id = ? AND status = 'PENDING'",
        challenge,
    )

    assert changed == 1
    ((status, started_at, trading_date),) = both.execute("SELECT status, started_at, trading_date FROM challenges")
    assert status == "ACTIVE"
    assert abs((datetime.now(UTC) - started_at).total_seconds()) < 60
    assert trading_date == started_at.date()


def test_fail_a_challenge(both: Database) -> None:
    challenge = add_active_challenge(both)

    changed = both.changed(
        "UPDATE challenges SET status = 'FAILED', ended_at = CURRENT_TIMESTAMP, failure_reason = 'Daily loss exceeded',"
        " current_equity = 94000.00, daily_min_equity = LEAST(daily_min_equity, 94000.00), version = version + 1"
        " WHERE id = ? AND status = 'ACTIVE'",
        challenge,
    )

    assert changed == 1
    assert both.execute("SELECT status, current_equity, daily_min_equity FROM challenges") == [("FAILED", 94000, 94000)]


def test_fund_a_challenge(both: Database) -> None:
    challenge = add_active_challenge(both)
    reach_target(both, challenge, 1)
    approve(both, challenge, 2, new_id())

    assert both.changed(FUND, challenge) == 1
    assert value(both, "SELECT COUNT(*) FROM challenges WHERE status = 'FUNDED' AND funded_at IS NOT NULL") == 1


def test_insert_a_trade(both: Database) -> None:
    challenge = add_active_challenge(both)
    both.execute(
        "INSERT INTO trades (challenge_id, trade_id, symbol, side, quantity, price, realized_pnl, commission,"
        " executed_at, sequence_number) VALUES (?, '1001', 'EURUSD', 'BUY', 10000, 1.0850, 200.00, 2.50,"
        " CURRENT_TIMESTAMP, 1)",
        challenge,
    )

    assert both.execute("SELECT trade_id, quantity, price, realized_pnl FROM trades") == [
        ("1001", 10000, Decimal("1.085"), 200)
    ]


EQUITY_UPDATE = (
    "UPDATE challenges SET current_equity = current_equity + 200.00,"
    " max_equity_ever = GREATEST(max_equity_ever, current_equity + 200.00), total_trades = total_trades + 1,"
    " version = version + 1 WHERE id = ? AND version = ?"
)


def test_equity_update_wins_once_per_version(both: Database) -> None:
    challenge = add_active_challenge(both)
    version = value(both, "SELECT version FROM challenges WHERE id = ?", challenge)

    assert both.changed(EQUITY_UPDATE, challenge, version) == 1
    assert both.changed(EQUITY_UPDATE, challenge, version) == 0
    assert both.changed(EQUITY_UPDATE, challenge, version + 1) == 1
    assert both.execute("SELECT current_equity, max_equity_ever, total_trades FROM challenges") == [(100400, 100400, 2)]


def test_equity_update_by_fractions_leaves_no_noise(both: Database) -> None:
    challenge = add_active_challenge(both)
    for _ in range(10):
        both.execute(
            "UPDATE challenges SET current_equity = current_equity + 0.1,"
            " max_equity_ever = GREATEST(max_equity_ever, current_equity + 0.1), version = version + 1 WHERE id = ?",
            challenge,
        )

    assert both.execute("SELECT current_equity, max_equity_ever FROM challenges") == [(100001, 100001)]


def test_insert_an_event_by_plain_sql(both: Database) -> None:
    challenge = add_active_challenge(both)
    both.execute(
        "INSERT INTO challenge_events (challenge_id, event_type, sequence_number, event_data, description,"
        " user_friendly_message, occurred_at) SELECT ?, 'NOTE_ADDED', COALESCE(MAX(sequence_number), 0) + 1,"
        " '{\"text\": \"hello\"}', 'Note added', 'You added a note.', '2026-01-05 10:00:00'"
        " FROM challenge_events WHERE challenge_id = ?",
        challenge,
        challenge,
    )

    ((number, data, own_hash),) = both.execute("SELECT sequence_number, event_data, hash FROM challenge_events")
    assert (number, data, len(own_hash)) == (1, {"text": "hello"}, 64)


def test_replay_events_in_order(both: Database) -> None:
    challenge = add_active_challenge(both)
    for number in range(1, 13):
        add_event(both, challenge, number, event_data={"n": number})

    rows = both.execute(
        "SELECT sequence_number, event_type, event_data FROM challenge_events WHERE challenge_id = ?"
        " ORDER BY sequence_number ASC",
        challenge,
    )

    assert rows == [(number, "NOTE_ADDED", {"n": number}) for number in range(1, 13)]


# symbol, side, quantity, price, realized_pnl, executed_at
TRADES = [
    ("EURUSD", "BUY", "1.5", "1.085", "200.25", "2026-01-05 10:00:00.000000"),
    ("EURUSD", "SELL", "0.1", "1.09", "-100.1", "2026-01-05 23:59:59.999999"),
    ("XAUUSD", "BUY", "0.2", "2650.55", "0", "2026-01-06 00:00:00.000000"),
    ("EURUSD", "BUY", "0.3", "1.0801", "33.33", "2026-01-06 12:30:00.500000"),
    ("XAUUSD", "SELL", "0.7", "2601.1", "-0.01", "2026-01-07 08:00:00.000000"),
    ("eurusd", "SELL", "2", "1.1", "12", "2026-01-07 08:00:00.000000"),
]


@pytest.fixture
def traded(both: Database) -> str:
    """A challenge with the six trades."""
    challenge = add_active_challenge(both)
    for number, (symbol, side, quantity, price, result, moment) in enumerate(TRADES, start=1):
        add_trade(
            both,
            challenge,
            number,
            symbol=symbol,
            side=side,
            quantity=quantity,
            price=price,
            realized_pnl=result,
            executed_at=moment,
        )
    other = add_active_challenge(both)
    add_trade(both, other, 1, symbol="GBPUSD", quantity=99)
    return challenge


def test_recent_trades(both: Database, traded: str) -> None:
    rows = both.execute(
        "SELECT sequence_number, symbol, executed_at FROM trades WHERE challenge_id = ?"
        " ORDER BY executed_at DESC, sequence_number DESC LIMIT 3",
        traded,
    )

    assert rows == [
        (6, "eurusd", datetime(2026, 1, 7, 8, tzinfo=UTC)),
        (5, "XAUUSD", datetime(2026, 1, 7, 8, tzinfo=UTC)),
        (4, "EURUSD", datetime(2026, 1, 6, 12, 30, 0, 500000, tzinfo=UTC)),
    ]


def test_daily_volume(both: Database, traded: str) -> None:
    rows = both.execute(
        "SELECT DATE(executed_at) AS day, COUNT(*), ROUND(SUM(quantity), 8), ROUND(SUM(realized_pnl), 8) FROM trades"
        " WHERE challenge_id = ? GROUP BY DATE(executed_at) ORDER BY day",
        traded,
    )

    assert rows == [
        (date(2026, 1, 5), 2, Decimal("1.6"), Decimal("100.15")),
        (date(2026, 1, 6), 2, Decimal("0.5"), Decimal("33.33")),
        (date(2026, 1, 7), 2, Decimal("2.7"), Decimal("11.99")),
    ]


def test_trades_of_a_time_are_found_by_text_that_any_person_would_write(both: Database, traded: str) -> None:
    statement = "SELECT COUNT(*) FROM trades WHERE challenge_id = ? AND executed_at >= ? AND executed_at < ?"

    assert value(both, statement, traded, "2026-01-06 00:00:00.000000", "2026-01-07 00:00:00.000000") == 2
    assert value(both, statement, traded, "2026-01-05 10:00:00", "2026-01-06 00:00:00") == 2
    assert value(both, statement, traded, "2026-01-05", "2026-01-06") == 2


def test_most_traded_symbols(both: Database, traded: str) -> None:
    rows = both.execute(
        "SELECT symbol, COUNT(*) AS trades, ROUND(SUM(quantity), 8) AS volume, ROUND(AVG(realized_pnl), 2) FROM trades"
        " WHERE challenge_id = ? GROUP BY symbol ORDER BY trades DESC, volume DESC LIMIT 2",
        traded,
    )

    assert rows == [("EURUSD", 3, Decimal("1.9"), Decimal("44.49")), ("XAUUSD", 2, Decimal("0.9"), Decimal("-0.01"))]


def test_win_rate(both: Database, traded: str) -> None:
    statement = (
        "SELECT COUNT(*), SUM(CASE WHEN realized_pnl > 0 THEN 1 ELSE 0 END),"
        " ROUND(SUM(CASE WHEN realized_pnl > 0 THEN 1.0 ELSE 0.0 END) / COUNT(*), 4)"
        " FROM trades WHERE challenge_id = ? AND realized_pnl <> 0"
    )

    assert both.execute(statement, traded) == [(5, 3, Decimal("0.6"))]


def test_user_statistics(both: Database) -> None:
    ada, bob = add_user(both, email="ada@example.com"), add_user(both, email="bob@example.com")
    add_active_challenge(both, ada, total_pnl="0.1")
    add_active_challenge(both, ada, total_pnl="0.2")
    add_challenge(both, ada, total_pnl="-5.5")

    rows = both.execute(
        "SELECT u.email, COUNT(c.id), SUM(CASE WHEN c.status = 'ACTIVE' THEN 1 ELSE 0 END),"
        " ROUND(COALESCE(SUM(c.total_pnl), 0), 8), MAX(c.initial_balance)"
        " FROM users u LEFT JOIN challenges c ON c.user_id = u.id WHERE u.deleted_at IS NULL AND u.id IN (?, ?)"
        " GROUP BY u.id, u.email ORDER BY u.email",
        ada,
        bob,
    )

    assert rows == [("ada@example.com", 3, 2, Decimal("-5.2"), 100000), ("bob@example.com", 0, 0, 0, None)]


def test_payment_by_the_number_of_the_provider(both: Database) -> None:
    payment = add_payment(both, provider_payment_id="pi_1")
    add_payment(both, provider="PAYPAL", provider_payment_id="pi_1")

    rows = both.execute(
        "SELECT id, amount, currency, status FROM payments WHERE provider = ? AND provider_payment_id = ?",
        "STRIPE",
        "pi_1",
    )

    assert rows == [(payment, Decimal("99.5"), "USD", "PENDING")]


def test_open_alerts_by_severity(both: Database) -> None:
    challenge, user = add_challenge(both), add_user(both)
    for severity in ("LOW", "CRITICAL", "HIGH", "LOW", "MEDIUM"):
        add_alert(both, challenge, user, severity=severity)
    closed = add_alert(both, challenge, user, severity="CRITICAL")
    both.execute(
        "UPDATE risk_alerts SET status = 'RESOLVED', resolved_at = CURRENT_TIMESTAMP, resolved_by = user_id WHERE id = ?",
        closed,
    )

    rows = both.execute(
        "SELECT severity, COUNT(*) FROM risk_alerts WHERE status IN ('ACTIVE', 'ACKNOWLEDGED') AND user_id = ?"
        " GROUP BY severity ORDER BY CASE severity WHEN 'CRITICAL' THEN 1 WHEN 'HIGH' THEN 2 WHEN 'MEDIUM' THEN 3"
        " ELSE 4 END",
        user,
    )

    assert rows == [("CRITICAL", 1), ("HIGH", 1), ("MEDIUM", 1), ("LOW", 2)]


def test_analytics_of_a_user(both: Database) -> None:
    user = add_user(both)
    challenge = add_active_challenge(
        both,
        user,
        current_equity="98765.43",
        max_equity_ever="104000",
        daily_start_equity="101000",
        daily_max_equity="102000",
        daily_min_equity="98000",
        total_trades=4,
        total_pnl="-1234.57",
        last_trade_at="2026-01-05 15:30:00",
    )
    for number, (quantity, result) in enumerate(
        [("1.5", "200.25"), ("0.1", "-1434.82"), ("0.2", "0"), ("0.7", "0.01")], start=1
    ):
        add_trade(both, challenge, number, quantity=quantity, realized_pnl=result)

    rows = both.execute(
        "SELECT id, profit_percentage, drawdown_percentage, daily_drawdown_used, total_trades, total_pnl, total_volume"
        " FROM challenge_performance_analytics WHERE user_id = ?",
        user,
    )

    assert rows == [
        (challenge, Decimal("-1.23"), Decimal("5.03"), Decimal("2.21"), 4, Decimal("-1234.57"), Decimal("2.3"))
    ]
    ((win_rate, average),) = both.execute(
        "SELECT ROUND(win_rate, 4), ROUND(avg_trade_size, 6) FROM challenge_performance_analytics WHERE user_id = ?",
        user,
    )
    assert win_rate in {Decimal("0.6667"), Decimal("66.67")}
    assert average == Decimal("0.766667")


def test_analytics_of_a_challenge_without_a_trade(both: Database) -> None:
    user = add_user(both)
    add_challenge(both, user)

    ((profit, drawdown, used, hours, win_rate, average),) = both.execute(
        "SELECT profit_percentage, drawdown_percentage, daily_drawdown_used, trading_hours, win_rate, avg_trade_size"
        " FROM challenge_performance_analytics WHERE user_id = ?",
        user,
    )

    assert (profit, drawdown, used) == (0, 0, 0)
    assert hours in (None, 0)
    assert win_rate in (None, 0)
    assert average in (None, 0)


def test_ten_best_funded(both: Database) -> None:
    for number in range(12):
        challenge = add_active_challenge(
            both, current_equity=100000 + number * 100, max_equity_ever=100000 + number * 100
        )
        reach_target(both, challenge, 1)
        approve(both, challenge, 2, new_id())
        both.execute(FUND, challenge)
    add_active_challenge(both, current_equity=200000, max_equity_ever=200000)

    rows = both.execute(
        "SELECT profit_percentage FROM challenge_performance_analytics WHERE status = 'FUNDED'"
        " ORDER BY profit_percentage DESC LIMIT 10"
    )

    assert [row[0] for row in rows] == [Decimal(number) / 10 for number in range(11, 1, -1)]


def test_current_timestamp_can_be_stored_and_compared(both: Database) -> None:
    challenge = add_active_challenge(both)
    add_trade(both, challenge, executed_at=Sql("CURRENT_TIMESTAMP"))

    assert value(both, "SELECT COUNT(*) FROM trades WHERE executed_at <= CURRENT_TIMESTAMP") == 1


def test_returning_gives_what_was_stored(both: Database) -> None:
    challenge = add_active_challenge(both)

    rows = both.execute(
        "UPDATE challenges SET total_trades = total_trades + 1, version = version + 1 WHERE id = ? RETURNING id, total_trades",
        challenge,
    )

    assert rows == [(challenge, 1)]
