"""Every amount: what is exact goes in and comes back to the last digit, anything else is refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.both_databases import Database, Sql, refusal_or_none, value
from tests.database.rows import (
    ACTIVE,
    add_active_challenge,
    add_challenge,
    add_user,
    challenge_columns,
    insert,
    insert_refusal,
    payment_columns,
    trade_columns,
)
from tradesense_desktop.domain.money import is_exact

AMOUNTS = [
    *[
        ("challenges", column)
        for column in (
            "initial_balance",
            "current_balance",
            "floating_pnl",
            "current_equity",
            "max_equity_ever",
            "daily_start_equity",
            "daily_max_equity",
            "daily_min_equity",
            "total_pnl",
            "outside_money",
            "adjustments_total",
            "win_rate",
            "avg_trade_pnl",
        )
    ],
    *[("trades", column) for column in ("quantity", "price", "realized_pnl", "commission", "open_price")],
    *[("payments", column) for column in ("amount", "fee", "refund_amount")],
]


def columns_for(database: Database, table: str) -> dict[str, Any]:
    """An honest row, whose other amounts leave room for any value of the one under test."""
    if table == "trades":
        return trade_columns(add_active_challenge(database))
    if table == "payments":
        return payment_columns(add_user(database))
    return challenge_columns(add_user(database), **ACTIVE)


HOSTILE = [
    "'NaN'",
    "'nan'",
    "'Infinity'",
    "'-Infinity'",
    "'inf'",
    "9e999",
    "-9e999",
    "1e400",
    "-1e400",
    "1e308",
    "'1e400'",
    "''",
    "' '",
    "'abc'",
    "'1,5'",
    "'1 000'",
    "'1.5.5'",
    "'--1'",
    "'12abc'",
    "'１２'",
    "'1.5%'",
    "'$5'",
    "0.123456789",
    "0.1234567891",
    "1e-9",
    "-0.000000001",
    "1234567890123456",
    "12345678901234.56",
    "123456789.12345678",
    "999999999999999.9",
    "9007199254740993",
    "100000000000000000000",
]


@pytest.mark.parametrize(("table", "column"), AMOUNTS)
@pytest.mark.parametrize("literal", HOSTILE)
def test_what_is_no_exact_amount_is_refused(both: Database, table: str, column: str, literal: str) -> None:
    found = insert_refusal(both, table, columns_for(both, table) | {column: Sql(literal)})

    assert found.kind in {"check", "type", "not null"}


@pytest.mark.parametrize(("table", "column"), [amount for amount in AMOUNTS if amount[0] != "challenges"])
def test_noise_of_binary_fractions_is_refused(both: Database, table: str, column: str) -> None:
    """0.1 + 0.2 in a double is 0.30000000000000004; in PostgreSQL's numeric it is 0.3 and honest."""
    columns = columns_for(both, table)
    noise = Sql("0.1 + 0.2" if both.dialect == "sqlite" else "0.30000000000000004")

    assert insert_refusal(both, table, columns | {column: noise}).kind == "check"


@pytest.mark.parametrize("column", ["floating_pnl", "total_pnl", "outside_money", "adjustments_total", "avg_trade_pnl"])
def test_noise_never_stays_in_a_challenge(both: Database, column: str) -> None:
    """Plain SQL adds to a challenge: noise is rounded away there, or refused."""
    columns = challenge_columns(add_user(both)) | {column: Sql("0.1 + 0.2")}
    places = ", ".join(cell.text if isinstance(cell, Sql) else "?" for cell in columns.values())
    parameters = [cell for cell in columns.values() if not isinstance(cell, Sql)]

    found = refusal_or_none(both, f"INSERT INTO challenges ({', '.join(columns)}) VALUES ({places})", *parameters)

    if found is None:
        assert value(both, f"SELECT {column} FROM challenges") == Decimal("0.3")


@pytest.mark.parametrize("column", ["realized_pnl", "commission", "open_price"])
@pytest.mark.parametrize("literal", ["x'31'", "x''"])
def test_blob_is_no_amount(sqlite: Database, column: str, literal: str) -> None:
    insert_refusal(sqlite, "trades", trade_columns(add_active_challenge(sqlite)) | {column: Sql(literal)})


EXACT = [
    "0.00000001",
    "123456789012345",
    "99999999999999.9",
    "1234567.12345678",
    "0.1",
    "0.3",
    "1.085",
    "100000",
    "1e2",
    "1.50",
    "0.10000000",
    "1.5e3",
    "9999999.99999999",
]


@pytest.mark.parametrize("literal", EXACT)
@pytest.mark.parametrize("column", ["quantity", "price", "realized_pnl", "commission", "open_price"])
def test_exact_amounts_come_back_to_the_last_digit(both: Database, column: str, literal: str) -> None:
    insert(both, "trades", trade_columns(add_active_challenge(both)) | {column: Sql(literal)})

    assert value(both, f"SELECT {column} FROM trades") == Decimal(literal)


@pytest.mark.parametrize("zero", ["0", "-0", "0.0", "0.00000000", "-0.0"])
def test_zero_is_zero_however_it_is_spelled(both: Database, zero: str) -> None:
    insert(both, "trades", trade_columns(add_active_challenge(both), realized_pnl=Sql(zero)))

    stored = value(both, "SELECT realized_pnl FROM trades")

    assert stored == 0
    assert value(both, "SELECT COUNT(*) FROM trades WHERE realized_pnl = 0") == 1


BORDERS = [
    "999999999999999",
    "1000000000000000",
    "999999999999999.0",
    "1e14",
    "1e15",
    "1e16",
    "1e20",
    "1e100",
    "1e300",
    "-999999999999999",
    "0.00000001",
    "0.000000001",
    "9999999.99999999",
    "99999999.99999999",
    "0.123456780",
    "123456789012345.000",
    "1234567890123450",
    "4503599627370497.5",
]


@pytest.mark.parametrize("literal", BORDERS)
def test_databases_and_python_draw_the_border_at_the_same_place(both: Database, literal: str) -> None:
    columns = trade_columns(add_active_challenge(both), realized_pnl=Sql(f"'{literal}'"))
    places = ", ".join(column.text if isinstance(column, Sql) else "?" for column in columns.values())
    parameters = [column for column in columns.values() if not isinstance(column, Sql)]

    found = refusal_or_none(both, f"INSERT INTO trades ({', '.join(columns)}) VALUES ({places})", *parameters)

    # A double that reads back as another exact decimal would be a plausible wrong amount: none may be stored.
    digits_survive = both.dialect == "postgresql" or Decimal(repr(float(literal))) == Decimal(literal)
    assert (found is None) == (is_exact(Decimal(literal)) and digits_survive), found


def exact_decimals(least: int = -(10**15) + 1) -> st.SearchStrategy[Decimal]:
    """Decimals of at most 15 digits and 8 decimals, spread over all sizes."""

    def scaled(unscaled: int, decimals: int) -> Decimal:
        return Decimal(unscaled).scaleb(-decimals)

    sizes = st.integers(1, 15).flatmap(lambda digits: st.integers(max(least, -(10**digits) + 1), 10**digits - 1))
    return st.builds(scaled, sizes, st.integers(0, 8))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(exact_decimals(), min_size=1, max_size=40))
@example([Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), Decimal("-99999999999999.9"), Decimal("9999999.99999999")])
def test_random_exact_amounts_written_to_either_are_read_back_the_same(both: Database, amounts: list[Decimal]) -> None:
    with both.undone():
        challenge = add_active_challenge(both)
        for number, amount in enumerate(amounts, start=1):
            insert(both, "trades", trade_columns(challenge, number, realized_pnl=amount))

        stored = [row[0] for row in both.execute("SELECT realized_pnl FROM trades ORDER BY sequence_number")]

        assert stored == amounts
        by_value = [
            both.execute("SELECT COUNT(*) FROM trades WHERE realized_pnl = ?", amount)[0][0] for amount in amounts
        ]
        assert by_value == [amounts.count(amount) for amount in amounts]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exact_decimals(), exact_decimals())
def test_random_amounts_survive_an_update_that_assigns_them(both: Database, first: Decimal, second: Decimal) -> None:
    with both.undone():
        challenge = add_challenge(both, floating_pnl=first)
        assert value(both, "SELECT floating_pnl FROM challenges WHERE id = ?", challenge) == first
        both.execute("UPDATE challenges SET floating_pnl = ?, outside_money = ? WHERE id = ?", second, first, challenge)

        assert both.execute("SELECT floating_pnl, outside_money FROM challenges") == [(second, first)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=12))
def test_random_sums_on_the_row_are_exact(both: Database, cents: list[int]) -> None:
    with both.undone():
        challenge = add_challenge(both)
        for amount in cents:
            both.execute(
                f"UPDATE challenges SET total_pnl = total_pnl + {Decimal(amount) / 100:f} WHERE id = ?", challenge
            )

        assert value(both, "SELECT total_pnl FROM challenges WHERE id = ?", challenge) == Decimal(sum(cents)) / 100
