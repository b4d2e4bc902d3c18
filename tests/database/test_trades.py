"""The table trades: one closing deal a row, in order, never changed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.both_databases import Database, Sql, accepted, refusal, value
from tests.database.rows import (
    ENDED,
    add_active_challenge,
    add_trade,
    fail,
    insert_refusal,
    new_id,
    trade_columns,
)


@pytest.fixture
def challenge(both: Database) -> str:
    return add_active_challenge(both)


def test_trade_of_the_fewest_columns_gets_the_defaults(both: Database, challenge: str) -> None:
    columns = trade_columns(challenge)
    del columns["id"], columns["commission"]
    both.execute(
        f"INSERT INTO trades ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", *columns.values()
    )

    ((created_at, executed_at, external, position, opened_at, open_price, commission),) = both.execute(
        "SELECT created_at, executed_at, external_trade_id, position_id, opened_at, open_price, commission FROM trades"
    )

    assert (external, position, opened_at, open_price) == (None, None, None, None)
    assert commission == 0
    assert created_at >= executed_at == datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "symbol", ["EURUSD", "eurusd", "EURUSD.r", "#US30", "XAU/USD", "S&P 500", "x", "x" * 64, "日経225"]
)
def test_symbol_keeps_its_case_and_suffix(both: Database, challenge: str, symbol: str) -> None:
    add_trade(both, challenge, symbol=symbol)

    assert value(both, "SELECT symbol FROM trades") == symbol


@pytest.mark.parametrize("symbol", ["", " ", " EURUSD", "EURUSD ", "\tEURUSD", "EURUSD\n", "x" * 65, None])
def test_symbol_that_is_blank_untrimmed_or_too_long_is_refused(
    both: Database, challenge: str, symbol: str | None
) -> None:
    assert insert_refusal(both, "trades", trade_columns(challenge, symbol=symbol)).kind in {"check", "not null"}


@pytest.mark.parametrize("side", ["", "buy", "Sell", "LONG", "BUY ", "B", "BUYSELL", None])
def test_side_is_buy_or_sell(both: Database, challenge: str, side: str | None) -> None:
    add_trade(both, challenge, 1, side="SELL")

    assert insert_refusal(both, "trades", trade_columns(challenge, 2, side=side)).kind in {"check", "not null"}


@pytest.mark.parametrize("column", ["quantity", "price"])
@pytest.mark.parametrize("amount", ["0", "-1", "-0.00000001", "0.000000001", "NULL"])
def test_quantity_and_price_are_more_than_nothing(both: Database, challenge: str, column: str, amount: str) -> None:
    found = insert_refusal(both, "trades", trade_columns(challenge) | {column: Sql(amount)})

    assert found.kind in {"check", "not null"}


@pytest.mark.parametrize("result", ["-99999.99", "0", "0.01"])
def test_result_may_be_a_loss_nothing_or_a_gain(both: Database, challenge: str, result: str) -> None:
    add_trade(both, challenge, realized_pnl=result)

    assert value(both, "SELECT realized_pnl FROM trades") == Decimal(result)


@pytest.mark.parametrize(
    "changed",
    [
        {"trade_id": None},
        {"trade_id": ""},
        {"trade_id": "  "},
        {"realized_pnl": None},
        {"executed_at": None},
        {"sequence_number": None},
        {"sequence_number": 0},
        {"sequence_number": -1},
        {"sequence_number": 2},
        {"sequence_number": Sql("'first'")},
        {"challenge_id": None},
        {"created_at": "2026-01-05 09:59:59.999999"},
        {"created_at": "2020-01-01 00:00:00"},
    ],
    ids=str,
)
def test_impossible_rows_are_refused(both: Database, challenge: str, changed: dict[str, Any]) -> None:
    insert_refusal(both, "trades", trade_columns(challenge) | changed)


def test_challenge_of_a_trade_must_exist(both: Database) -> None:
    insert_refusal(both, "trades", trade_columns(new_id()))


@pytest.mark.parametrize(
    "created_at", ["2026-01-05 10:00:00", "2026-01-05 10:00:00.000000", "2026-01-05 10:00:00.000001"]
)
@pytest.mark.parametrize("executed_at", ["2026-01-05 10:00:00", "2026-01-05 10:00:00.000000"])
def test_row_made_at_the_very_moment_of_the_trade_is_accepted(
    both: Database, challenge: str, created_at: str, executed_at: str
) -> None:
    """Text of 19 and of 26 characters is one instant: '…00' is less than '…00.000000' as text, not as time."""
    add_trade(both, challenge, created_at=created_at, executed_at=executed_at)


def test_numbers_of_trades_start_at_one_and_have_no_gap(both: Database, challenge: str) -> None:
    add_trade(both, challenge, 1)
    add_trade(both, challenge, 2)

    insert_refusal(both, "trades", trade_columns(challenge, 4))
    insert_refusal(both, "trades", trade_columns(challenge, 2, trade_id="other"))
    insert_refusal(both, "trades", trade_columns(challenge, 0, trade_id="zero"))
    add_trade(both, challenge, 3)


def test_each_challenge_counts_its_own_trades(both: Database, challenge: str) -> None:
    add_trade(both, challenge, 1)
    other = add_active_challenge(both)

    add_trade(both, other, 1)
    insert_refusal(both, "trades", trade_columns(other, 3))


def test_rows_of_one_statement_are_numbered_in_order(both: Database, challenge: str) -> None:
    rows = [trade_columns(challenge, number) for number in (1, 2, 3, 4)]
    places = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in rows)
    both.execute(
        f"INSERT INTO trades ({', '.join(rows[0])}) VALUES {places}", *[cell for row in rows for cell in row.values()]
    )

    assert both.execute("SELECT sequence_number FROM trades ORDER BY sequence_number") == [(1,), (2,), (3,), (4,)]


def test_gap_within_one_statement_is_refused(both: Database, challenge: str) -> None:
    rows = [trade_columns(challenge, number) for number in (1, 2, 4)]
    places = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in rows)

    refusal(
        both,
        f"INSERT INTO trades ({', '.join(rows[0])}) VALUES {places}",
        *[cell for row in rows for cell in row.values()],
    )


def test_trade_id_is_unique_within_a_challenge_only(both: Database, challenge: str) -> None:
    add_trade(both, challenge, 1, trade_id="7")
    other = add_active_challenge(both)

    add_trade(both, other, 1, trade_id="7")
    insert_refusal(both, "trades", trade_columns(challenge, 2, trade_id="7"))


def test_identical_fills_with_numbers_of_their_own_are_real(both: Database, challenge: str) -> None:
    add_trade(both, challenge, 1)
    add_trade(both, challenge, 2)

    assert value(both, "SELECT COUNT(*) FROM trades") == 2


def clock(offset: timedelta) -> str:
    return (datetime.now(UTC) + offset).strftime("%Y-%m-%d %H:%M:%S.%f")


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=59)])
def test_trade_up_to_an_hour_ahead_of_the_clock_is_accepted(both: Database, challenge: str, ahead: timedelta) -> None:
    moment = clock(ahead)
    add_trade(both, challenge, executed_at=moment, created_at=moment)


@pytest.mark.parametrize("ahead", [timedelta(minutes=61), timedelta(hours=2), timedelta(days=400)])
def test_trade_over_an_hour_ahead_of_the_clock_is_refused(both: Database, challenge: str, ahead: timedelta) -> None:
    moment = clock(ahead)

    found = insert_refusal(both, "trades", trade_columns(challenge, executed_at=moment, created_at=moment))

    assert "hour" in found.message or "future" in found.message


def test_trade_at_the_moment_of_the_end_is_accepted_and_a_later_one_refused(both: Database, challenge: str) -> None:
    fail(both, challenge, ENDED)

    add_trade(both, challenge, 1, executed_at=ENDED)
    insert_refusal(both, "trades", trade_columns(challenge, 2, executed_at="2026-01-09 17:00:00.000001"))
    insert_refusal(both, "trades", trade_columns(challenge, 2, executed_at="2026-01-09 17:00:01"))


def test_a_microsecond_separates_end_and_trade_however_they_are_spelled(both: Database, challenge: str) -> None:
    fail(both, challenge, "2026-01-09 17:00:00.000000")

    accepted(both, "UPDATE challenges SET archived_at = NULL WHERE id = ?", challenge)
    add_trade(both, challenge, 1, executed_at="2026-01-09 17:00:00")


@pytest.mark.parametrize(
    "change",
    [
        "realized_pnl = 1000000",
        "price = price",
        "symbol = 'GBPUSD'",
        "metadata = NULL",
        "id = '3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f'",
        "sequence_number = 2",
        "created_at = CURRENT_TIMESTAMP",
    ],
)
def test_update_says_that_trades_are_immutable(both: Database, challenge: str, change: str) -> None:
    add_trade(both, challenge)

    assert refusal(both, f"UPDATE trades SET {change}").message.startswith("Trades are immutable")


def test_delete_says_that_trades_are_immutable(both: Database, challenge: str) -> None:
    trade = add_trade(both, challenge)

    assert refusal(both, "DELETE FROM trades WHERE id = ?", trade).message.startswith("Trades are immutable")
    assert refusal(both, "DELETE FROM trades").message.startswith("Trades are immutable")
