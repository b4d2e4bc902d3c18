"""Statements of an account that has a ledger already: later windows, gaps, payments, and files that tell little."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.histories import assert_untouched, history, imported, written
from tests.unit.importers.metatrader4_reports import operation, statement_html, trade
from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.import_statement import ImportRequest
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.preview_import import preview_import
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_ledger import read_trades


def _window(*profits: str, begins_with: str, first: int, day: int) -> Report:
    """A later window of the account: no deposit in it, deals from number `first` on."""
    report = Report(balance=Decimal(begins_with))
    for place, profit in enumerate(profits):
        number = first + 2 * place
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.03.{day:02} {place:02}:00:00", number=number)
        report.deal(
            "sell", "out", "1.00", "1.10100", profit, at=f"2024.03.{day:02} {place:02}:30:00", number=number + 1
        )
    return report


def test_window_that_begins_where_the_ledger_ends_is_added(workspace: Workspace, tmp_path: Path) -> None:
    first = imported(workspace, written(tmp_path, history("100.00")))
    window = _window("7.00", begins_with="10100.00", first=50, day=4)

    second = imported(workspace, written(tmp_path, window, "march.html"))

    assert (second.challenge_id, second.trades_added) == (first.challenge_id, 1)


def test_window_with_rows_missing_before_it_is_refused_whole(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, written(tmp_path, history("100.00")))
    window = written(tmp_path, _window("7.00", begins_with="10600.00", first=50, day=4), "march.html")

    for dry_run in (True, False):
        with pytest.raises(Refused, match=r"500\.00 EUR above the ledger"):
            imported(workspace, window, dry_run=dry_run)

    (summary,) = read_challenges(workspace)
    assert (summary.challenge.total_trades, summary.challenge.current_balance) == (1, Decimal(10100))
    assert "500.00 EUR above the ledger" in str(preview_import(workspace, ImportRequest(path=window)).refusal)
    assert imported(workspace, window, accept_differences=True).trades_added == 1


def test_account_without_a_closed_trade_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    report = Report()
    report.operation("balance", "10000.00")

    with pytest.raises(Refused, match="no closed trade"):
        imported(workspace, written(tmp_path, report))
    with pytest.raises(Refused, match="no closed trade"):
        preview_import(workspace, ImportRequest(path=written(tmp_path, report)))
    assert_untouched(workspace)


def test_window_after_an_entry_says_that_its_costs_are_recorded_otherwise(workspace: Workspace, tmp_path: Path) -> None:
    whole = Report()
    whole.operation("balance", "10000.00")
    whole.deal("buy", "in", "1.00", "1.10000", at="2024.01.09 01:00:00", commission="-3.00")
    whole.deal("sell", "out", "1.00", "1.10100", "100.00", at="2024.01.09 01:30:00")
    imported(workspace, written(tmp_path, whole))
    window = replace(whole, deals=whole.deals[2:])
    window.deal("buy", "in", "1.00", "1.10000", at="2024.01.09 02:00:00", number=8)
    window.deal("sell", "out", "1.00", "1.10100", "50.00", at="2024.01.09 02:30:00", number=9)

    result = imported(workspace, written(tmp_path, window, "window.html"))

    assert result.trades_added == 1
    (line,) = [line for line in result.reconciliation if line.label == "Entry costs recorded otherwise"]
    assert line.found == Decimal(-3)
    assert result.challenge_id is not None
    assert [row.realized_pnl for row in read_trades(workspace, result.challenge_id)] == [Decimal(97), Decimal(50)]


def test_metatrader_4_window_is_added_to_its_challenge(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        trade(number, f"2018.01.{number:02} 10:00:00", "buy", f"2018.01.{number:02} 12:00:00", profit)
        for number, profit in ((2, "100.00"), (3, "-30.00"), (4, "20.00"))
    ]
    deposit = operation(1, "2018.01.01 10:00:00", "10000.00")
    whole, later = tmp_path / "whole.htm", tmp_path / "later.htm"
    whole.write_text(statement_html([deposit, *rows[:2]], net="70.00", balance="10 070.00"), encoding="utf-8")
    later.write_text(statement_html(rows[1:], net="-10.00", balance="10 090.00"), encoding="utf-8")
    imported(workspace, whole)

    result = imported(workspace, later)

    assert (result.trades_added, result.reconciled) == (1, True)


def test_later_window_that_begins_with_a_deposit_is_added_with_it(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, written(tmp_path, history("100.00")))
    window = Report(balance=Decimal(10100), clock=datetime(2024, 3, 4, 8))  # noqa: DTZ001 - a server's time
    window._deal("", "balance", "", "", "", "", "", "", "", "1000.00", "", number=40)
    window.deal("buy", "in", "1.00", "1.1", at="2024.03.04 09:00:00", number=41)
    window.deal("sell", "out", "1.00", "1.1", "50.00", at="2024.03.04 10:00:00", number=42)
    path = written(tmp_path, window, "march.html")

    result = imported(workspace, path)
    again = imported(workspace, path)

    assert (result.trades_added, result.reconciled, again.trades_added) == (1, True, 0)
    (summary,) = read_challenges(workspace)
    assert (summary.challenge.outside_money, summary.challenge.current_balance) == (Decimal(1000), Decimal(10150))


def test_metatrader_4_window_after_the_end_is_counted_and_done(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        trade(number, f"2018.01.{number:02} 10:00:00", "buy", f"2018.01.{number:02} 12:00:00", profit)
        for number, profit in ((2, "-600.00"), (3, "-30.00"), (4, "20.00"))
    ]
    deposit = operation(1, "2018.01.01 10:00:00", "10000.00")
    whole, later = tmp_path / "whole.htm", tmp_path / "later.htm"
    whole.write_text(statement_html([deposit, *rows[:2]], net="-630.00", balance="9 370.00"), encoding="utf-8")
    later.write_text(statement_html(rows[2:], net="20.00", balance="9 390.00"), encoding="utf-8")
    imported(workspace, whole, preset="tradesense")

    result = imported(workspace, later, preset="tradesense")

    assert (result.trades_added, result.trades_after_end, result.reconciled) == (0, 1, True)


def test_file_accepted_with_its_difference_changes_nothing_the_second_time(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = written(tmp_path, history("100.00", stated_net="99.00"))
    first = imported(workspace, path, accept_differences=True)

    second = imported(workspace, path)

    assert (second.challenge_id, second.trades_added, second.reconciled) == (first.challenge_id, 0, False)


def test_time_that_no_platform_writes_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    for at in ("0001.01.01 00:30:00", "9999.12.31 23:00:00"):
        report = Report()
        report.operation("balance", "10000.00")
        report.deal("buy", "in", "1.00", "1.1")
        report.deal("sell", "out", "1.00", "1.1", "1.00")
        report.deals[-1][0] = at
        with pytest.raises(Refused):
            imported(workspace, written(tmp_path, report), timezone="America/New_York+7h")


def test_file_that_names_no_account_is_never_added_by_itself(workspace: Workspace, tmp_path: Path) -> None:
    report = history("100.00", account="-5 (EUR, Made-Up Server, demo, Hedge)")
    first = imported(workspace, written(tmp_path, report), currency="EUR")
    second = imported(workspace, written(tmp_path, report), currency="EUR")

    assert second.challenge_id != first.challenge_id
