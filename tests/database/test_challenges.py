"""The table challenges: defaults and every CHECK."""

from decimal import Decimal
from typing import Any

import pytest

from tests.both_databases import Database, Sql, accepted, refusal, value
from tests.database.rows import (
    ACTIVE,
    ENDED,
    add_active_challenge,
    add_challenge,
    add_user,
    challenge_columns,
    insert,
    insert_refusal,
    new_id,
)

NOT_ACCEPTED = {"check", "not null", "type", "trigger"}


def test_challenge_of_the_fewest_columns_gets_the_defaults(both: Database) -> None:
    columns = challenge_columns(add_user(both))
    del columns["id"]
    challenge = insert(both, "challenges", columns)

    ((currency, balance, floating, trades, outside, adjustments, status),) = both.execute(
        "SELECT currency, current_balance, floating_pnl, total_trades, outside_money, adjustments_total, status"
        " FROM challenges WHERE id = ?",
        challenge,
    )
    ((win_rate, average, started, ended, failure, target, funded, archived, trading_date),) = both.execute(
        "SELECT win_rate, avg_trade_pnl, started_at, ended_at, failure_reason, profit_target_reached_at, funded_at,"
        " archived_at, trading_date FROM challenges WHERE id = ?",
        challenge,
    )

    assert (currency, balance, floating, trades, outside, adjustments, status) == ("USD", 100000, 0, 0, 0, 0, "PENDING")
    assert (win_rate, average, started, ended, failure, target, funded, archived, trading_date) == (None,) * 9
    assert value(both, "SELECT total_pnl FROM challenges") == 0


def test_balance_left_out_is_the_initial_balance(both: Database) -> None:
    challenge = add_challenge(both, initial_balance="5000.25", current_equity="5000.25", max_equity_ever="5000.25")

    assert value(both, "SELECT current_balance FROM challenges WHERE id = ?", challenge) == Decimal("5000.25")


def test_balance_that_is_given_stands(both: Database) -> None:
    challenge = add_challenge(both, current_balance="99000.5")

    assert value(both, "SELECT current_balance FROM challenges WHERE id = ?", challenge) == Decimal("99000.5")


@pytest.mark.parametrize("challenge_type", ["s", "two-step 100k", "x" * 50, "é" * 50])
def test_type_of_up_to_fifty_characters_is_accepted(both: Database, challenge_type: str) -> None:
    add_challenge(both, challenge_type=challenge_type)


@pytest.mark.parametrize("challenge_type", ["", " ", "\t", "\n \t", "x" * 51, None])
def test_blank_or_longer_type_is_refused(both: Database, challenge_type: str | None) -> None:
    assert insert_refusal(both, "challenges", challenge_columns(add_user(both), challenge_type=challenge_type))


@pytest.mark.parametrize("currency", ["USD", "EUR", "JPY", "USC", "USDT", "USDTX"])
def test_currency_of_three_to_five_capitals_is_accepted(both: Database, currency: str) -> None:
    add_challenge(both, currency=currency)


@pytest.mark.parametrize("currency", ["", " ", "US", "USDTXY", "usd", "Usd", "U$D", "US1", "ÜSD", "USD ", " USD", None])
def test_any_other_currency_is_refused(both: Database, currency: str | None) -> None:
    found = insert_refusal(both, "challenges", challenge_columns(add_user(both), currency=currency))

    assert found.kind in {"check", "not null"}


PERCENTS = ["max_daily_drawdown_percent", "max_total_drawdown_percent", "profit_target_percent"]


@pytest.mark.parametrize("column", PERCENTS)
@pytest.mark.parametrize("fraction", ["0.0001", "0.05", "0.3333", "0.9999", "1", "1.0000"])
def test_fraction_of_four_decimals_up_to_one_is_accepted(both: Database, column: str, fraction: str) -> None:
    challenge = add_challenge(both, **{column: fraction})

    assert value(both, f"SELECT {column} FROM challenges WHERE id = ?", challenge) == Decimal(fraction)


@pytest.mark.parametrize("column", PERCENTS)
@pytest.mark.parametrize(
    "fraction",
    ["0", "-0.05", "1.0001", "5", "100", "0.00001", "0.05001", "0.33333", "1e400", "9e999", "-9e999", "'NaN'", "NULL",
     "'Infinity'", "'-Infinity'", "''", "' '", "'5%'", "'abc'", "0.1 + 0.20001"],
)  # fmt: skip
def test_any_other_fraction_is_refused(both: Database, column: str, fraction: str) -> None:
    found = insert_refusal(both, "challenges", challenge_columns(add_user(both), **{column: Sql(fraction)}))

    assert found.kind in NOT_ACCEPTED


@pytest.mark.parametrize(
    "changed",
    [
        {"initial_balance": 0},
        {"initial_balance": "-1"},
        {"current_equity": "-0.01", "daily_min_equity": "-0.01"},
        {"current_equity": "-0.00000001"},
        {"daily_start_equity": "-1"},
        {"daily_min_equity": "-1"},
        {"daily_max_equity": "-1", "daily_min_equity": "-2"},
        {"max_equity_ever": "-1"},
        {"current_equity": "100000.01"},
        {"current_equity": "100000.00000001"},
        {"max_equity_ever": "99999.99", "current_equity": "99999"},
        {"daily_min_equity": "100000.01"},
        {"daily_max_equity": "99999.99"},
        {"total_trades": -1},
        {"total_trades": Sql("'many'")},
        {"win_rate": "-0.1"},
        {"win_rate": "1.1"},
        {"status": "ACTIVE"},
        {"status": "ACTIVE", "started_at": None, "trading_date": "2026-01-05"},
        {"ended_at": ENDED},
        {"failure_reason": "Daily loss"},
        {"funded_at": ENDED},
        {**ACTIVE, "ended_at": ENDED},
        {**ACTIVE, "failure_reason": "Daily loss"},
        {**ACTIVE, "funded_at": ENDED},
    ],
    ids=str,
)
def test_impossible_combinations_are_refused(both: Database, changed: dict[str, Any]) -> None:
    found = insert_refusal(both, "challenges", challenge_columns(add_user(both), **changed))

    assert found.kind == "check" or (found.kind == "type" and both.dialect == "postgresql")


@pytest.mark.parametrize(
    "changed",
    [
        {"initial_balance": "0.01"},
        {"current_equity": 0, "daily_min_equity": 0},
        {"current_equity": 0, "current_balance": 0},
        {"max_equity_ever": "120000.5", "current_equity": "120000.5"},
        {"daily_min_equity": "99999.99", "daily_max_equity": "100000.01"},
        {"daily_start_equity": 0},
        {"floating_pnl": "-500.25"},
        {"total_pnl": "-99999.99"},
        {"outside_money": "-5000", "adjustments_total": "-12.34"},
        {"win_rate": 0},
        {"win_rate": 1},
        {"win_rate": "0.33333333"},
        {"avg_trade_pnl": "-0.33333333"},
        {"max_equity_ever": "99999999999999.9", "avg_trade_pnl": "1234567.12345678"},
        ACTIVE,
    ],
    ids=str,
)
def test_honest_combinations_are_accepted(both: Database, changed: dict[str, Any]) -> None:
    add_challenge(both, **changed)


@pytest.mark.parametrize("status", ["", "pending", "Active", "ACTIVE ", "CLOSED", "PASSED", None])
def test_unknown_status_is_refused(both: Database, status: str | None) -> None:
    columns = challenge_columns(add_user(both), **{**ACTIVE, "status": status})

    assert insert_refusal(both, "challenges", columns).kind in NOT_ACCEPTED


def test_user_of_a_challenge_must_exist(both: Database) -> None:
    assert insert_refusal(both, "challenges", challenge_columns(new_id())).kind == "foreign key"


def test_previous_challenge_must_exist(both: Database) -> None:
    columns = challenge_columns(add_user(both), previous_challenge_id=new_id())

    assert insert_refusal(both, "challenges", columns).kind == "foreign key"


def test_phases_are_linked(both: Database) -> None:
    first = add_challenge(both)
    second = add_challenge(both, previous_challenge_id=first)

    assert value(both, "SELECT previous_challenge_id FROM challenges WHERE id = ?", second) == first


def test_history_may_lie_years_before_the_row_was_made(both: Database) -> None:
    add_active_challenge(both, started_at="2009-03-01 00:00:00", trading_date="2009-03-01")


def test_sum_of_two_decimals_reaches_the_bound_it_equals(both: Database) -> None:
    """0.1 + 0.2 in a double is more than 0.3: the CHECK must not mistake noise for money."""
    challenge = add_active_challenge(
        both,
        initial_balance="0.3",
        current_equity="0.1",
        max_equity_ever="0.3",
        daily_start_equity="0.3",
        daily_max_equity="0.3",
        daily_min_equity="0.1",
    )

    both.execute(
        "UPDATE challenges SET current_equity = current_equity + 0.2, version = version + 1 WHERE id = ?", challenge
    )

    assert value(both, "SELECT current_equity FROM challenges WHERE id = ?", challenge) == Decimal("0.3")


def test_noise_of_arithmetic_on_the_row_is_rounded_away(both: Database) -> None:
    challenge = add_active_challenge(both, max_equity_ever=200000)
    for _ in range(30):
        both.execute(
            "UPDATE challenges SET current_equity = current_equity + 0.1, total_pnl = total_pnl + 0.1,"
            " current_balance = current_balance + 0.1, floating_pnl = floating_pnl - 0.7, version = version + 1"
            " WHERE id = ?",
            challenge,
        )

    rows = both.execute("SELECT current_equity, total_pnl, current_balance, floating_pnl FROM challenges")

    assert rows == [(100003, 3, 100003, -21)]


@pytest.mark.parametrize("column", ["rules_config", "rule_state", "metadata"])
@pytest.mark.parametrize("text", ["", " ", "{", "{'a':1}", "NaN", '{"a":}', "nul", "[1,]", '{"a":1}}'])
def test_text_that_is_no_json_is_refused(both: Database, column: str, text: str) -> None:
    found = insert_refusal(both, "challenges", challenge_columns(add_user(both), **{column: text}))

    assert found.kind == ("check" if both.dialect == "sqlite" else "type")


def test_json_comes_back_as_it_went(both: Database) -> None:
    rules = {"judge": False, "approvals": 2, "reset": "Europe/Prague 00:00", "text": 'é "quoted" \\ 📈'}
    challenge = add_challenge(both, rules_config=rules)

    assert value(both, "SELECT rules_config FROM challenges WHERE id = ?", challenge) == rules


def test_id_and_version_are_unique_together(both: Database) -> None:
    challenge = add_challenge(both)

    accepted(both, "UPDATE challenges SET version = version + 1 WHERE id = ?", challenge)
    refusal(both, "UPDATE challenges SET version = version - 1 WHERE id = ?", challenge)
