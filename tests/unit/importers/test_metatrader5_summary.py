"""What stands outside the tables of a MetaTrader 5 report, found by its shape."""

from decimal import Decimal

import pytest

from tradesense_desktop.importers.metatrader5_summary import (
    Account,
    Bookkeeping,
    Run,
    find_account,
    find_balance,
    find_net,
    find_run,
    find_trades,
)

SETTINGS = [
    ["Отчет Тестера стратегий"],
    ["Made-Up Server (Build 5000)"],
    ["Советник:", "Grid"],
    ["Символ:", "EURUSD"],
    ["Период:", "M5 (2024.01.01 - 2024.02.01)"],
    ["Параметры:", "Lots=1.0"],
    ["Magic=1:100"],
    ["Компания:", "Nobody Ltd."],
    ["Валюта:", "usd"],
    ["Начальный депозит:", "10 000.00"],
    ["Плечо:", "1:100"],
]


@pytest.mark.parametrize(
    ("value", "account"),
    [
        ("7001 (EUR, Server-Demo, demo, Hedge)", Account("7001", "EUR", "Server-Demo", Bookkeeping.HEDGING)),
        ("7001 (usd, Server, real, Netting)", Account("7001", "USD", "Server", Bookkeeping.NETTING)),
        ("7001 (USDT, A Server, real, Exchange)", Account("7001", "USDT", "A Server", Bookkeeping.NETTING)),
        ("7001 (USD)", Account("7001", "USD", None, None)),
        ("7001(2 Server)", Account("7001", None, "2 Server", None)),
        ("7001", Account("7001", None, None, None)),
    ],
)
def test_the_account_is_a_number_with_details(value: str, account: Account) -> None:
    assert find_account([["Account:", value], ["Date:", "2024.01.01 10:00"]]) == account


def test_a_name_that_is_a_number_is_not_taken_for_the_account() -> None:
    account = find_account([["Name:", "12345 (me)"], ["Account:", "7001 (EUR, Server, demo, Hedge)"]])

    assert account is not None
    assert account.number == "7001"


def test_without_a_number_there_is_no_account() -> None:
    assert find_account([["Title"], ["Name:", "Somebody"]]) is None


def test_a_run_is_known_by_its_leverage_with_the_deposit_before_it() -> None:
    assert find_run(SETTINGS) == Run("Grid", "EURUSD", "M5 (2024.01.01 - 2024.02.01)", "USD", Decimal("10000.00"))


def test_a_history_has_no_run() -> None:
    assert find_run([["Name:", "Somebody"], ["Account:", "7001 (EUR)"], ["Leverage:", "1:100"]]) is None


@pytest.mark.parametrize(
    "rows",
    [
        [["a", "-50.84", "b", "157.73", "c", "-208.57"]],
        [["title"], ["a", "-50.84", "x", "1 (2%)"], ["b", "157.73", "y", "2"], ["c", "-208.57", "z", "3"]],
        [["Bars:", "180620", "Ticks:", "68487176", "Symbols:", "1"], ["a", "-50.84", "b", "157.73", "c", "-208.57"]],
    ],
    ids=["in a row", "one below the other", "after other numbers"],
)
def test_the_net_result_is_the_sum_of_the_gain_and_the_loss_beside_it(rows: list[list[str]]) -> None:
    assert find_net(rows, is_tester=True) == Decimal("-50.84")


def test_a_net_result_that_is_no_sum_is_taken_so_that_the_comparison_shows_it() -> None:
    assert find_net([["a", "-50.84", "b", "157.73", "c", "-208.58"]], is_tester=False) == Decimal("-50.84")


def test_the_account_s_balance_credit_and_floating_result_are_no_net_result() -> None:
    block = [["Balance", "10000.00"], ["Credit", "0.00"], ["Floating", "-20.00"]]

    assert find_net(block, is_tester=False) is None


def test_the_trades_are_the_sum_of_the_shorts_and_longs_beside_them() -> None:
    rows = [
        ["Deals", "802", "a", "278 (69.33%)", "b", "123 (30.67%)"],
        ["n", "401", "s", "208 (70.67%)", "l", "193 (67.88%)"],
    ]

    assert find_trades(rows) == 401
    assert find_trades(rows[:1]) == 802


def test_the_balance_is_the_first_of_the_block_below_the_tables() -> None:
    block = [
        ["Баланс:", "9 949.16", "Свободная маржа:", "8 846.01"],
        ["Кредит:", "0.00", "Маржа:", "1 081.91"],
        ["P/L:", "-20.68", "Уровень:", "917.63%"],
        ["Средства:", "9 927.92"],
    ]

    assert find_balance(block) == Decimal("9949.16")
    assert find_balance([["Net:", "1.00", "Gain:", "2.00", "Loss:", "-1.00"]]) is None
