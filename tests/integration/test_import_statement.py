"""From a file to the ledger: what is added, what is known again, what is refused and then leaves no trace."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.importers.metatrader4_reports import html_of_test, operation, statement_html, step, trade
from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.domain.progress import Cancelled, Progress
from tradesense_desktop.domain.verdict import VerdictStatus
from tradesense_desktop.services.errors import AnswerNeeded, Refused
from tradesense_desktop.services.import_statement import ImportRequest, ImportResult, import_statement
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.preview_import import preview_import
from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.read_ledger import read_trades
from tradesense_desktop.services.replay_challenge import replay_challenge


def _report(*profits: str, **columns: object) -> Report:
    """A history of 10,000 EUR paid in and one closed position a profit, an hour apart."""
    report = Report(**columns)  # type: ignore[arg-type]
    report.operation("balance", "10000.00")
    for hour, profit in enumerate(profits, 1):
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.01.09 {hour:02}:00:00")
        report.deal("sell", "out", "1.00", "1.10100", profit, at=f"2024.01.09 {hour:02}:30:00")
    return report


def _file(folder: Path, report: Report, name: str = "report.html") -> Path:
    path = folder / name
    path.write_text(report.html(), encoding="utf-8")
    return path


def _import(workspace: Workspace, path: Path, **answers: object) -> ImportResult:
    return import_statement(workspace, ImportRequest(path=path, **answers))  # type: ignore[arg-type]


def _assert_untouched(workspace: Workspace) -> None:
    assert read_challenges(workspace, include_archived=True) == ()


def test_history_becomes_a_ledger_with_one_row_a_closing_deal(workspace: Workspace, tmp_path: Path) -> None:
    result = _import(workspace, _file(tmp_path, _report("100.00", "-40.00")))

    assert result.challenge_id is not None
    rows = read_trades(workspace, result.challenge_id)
    assert [(row.trade_id, row.side, row.realized_pnl, row.equity) for row in rows] == [
        ("3", "BUY", Decimal(100), Decimal(10100)),
        ("5", "BUY", Decimal(-40), Decimal(10060)),
    ]
    assert rows[0].executed_at == datetime(2024, 1, 9, 1, 30, tzinfo=UTC)


def test_longer_statement_adds_only_what_is_new(workspace: Workspace, tmp_path: Path) -> None:
    first = _import(workspace, _file(tmp_path, _report("100.00", "-40.00")))
    second = _import(workspace, _file(tmp_path, _report("100.00", "-40.00", "25.00"), "longer.html"))

    assert second.challenge_id == first.challenge_id
    assert (second.trades_read, second.trades_added) == (3, 1)
    assert second.challenge_id is not None
    assert read_challenge(workspace, second.challenge_id).summary.challenge.total_pnl == Decimal(85)
    assert replay_challenge(workspace, second.challenge_id).equals_stored is True


def test_html_and_xlsx_of_one_account_are_the_same_rows(workspace: Workspace, tmp_path: Path) -> None:
    report = _report("100.00", "-40.00")
    workbook = tmp_path / "report.xlsx"
    workbook.write_bytes(report.xlsx())

    first = _import(workspace, _file(tmp_path, report))
    second = _import(workspace, workbook)

    assert (second.challenge_id, second.trades_added) == (first.challenge_id, 0)


def test_statement_with_a_row_missing_from_the_ledger_before_its_end_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = _report("100.00", "-40.00")
    later = replace(report, deals=[row for row in report.deals if row[1] not in {"2", "3"}], balance=Decimal("9960.00"))
    for row in later.deals[1:]:
        row[-2] = "9 960.00" if row[1] == "5" else "10 000.00"
    _import(workspace, _file(tmp_path, later))

    with pytest.raises(Refused, match="not recorded and lies before rows that are"):
        _import(workspace, _file(tmp_path, _report("100.00", "-40.00"), "earlier.html"))

    (summary,) = read_challenges(workspace)
    assert summary.challenge.total_trades == 1


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
    first = _import(workspace, _file(tmp_path, _report("100.00")))
    window = _window("7.00", begins_with="10100.00", first=50, day=4)

    second = _import(workspace, _file(tmp_path, window, "march.html"))

    assert (second.challenge_id, second.trades_added) == (first.challenge_id, 1)


def test_window_with_rows_missing_before_it_is_refused_whole(workspace: Workspace, tmp_path: Path) -> None:
    _import(workspace, _file(tmp_path, _report("100.00")))
    window = _file(tmp_path, _window("7.00", begins_with="10600.00", first=50, day=4), "march.html")

    for dry_run in (True, False):
        with pytest.raises(Refused, match=r"500\.00 EUR above the ledger"):
            _import(workspace, window, dry_run=dry_run)

    (summary,) = read_challenges(workspace)
    assert (summary.challenge.total_trades, summary.challenge.current_balance) == (1, Decimal(10100))
    assert "500.00 EUR above the ledger" in str(preview_import(workspace, ImportRequest(path=window)).refusal)
    assert _import(workspace, window, accept_differences=True).trades_added == 1


def test_account_without_a_closed_trade_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    report = Report()
    report.operation("balance", "10000.00")

    with pytest.raises(Refused, match="no closed trade"):
        _import(workspace, _file(tmp_path, report))
    with pytest.raises(Refused, match="no closed trade"):
        preview_import(workspace, ImportRequest(path=_file(tmp_path, report)))
    _assert_untouched(workspace)


def test_window_after_an_entry_says_that_its_costs_are_recorded_otherwise(workspace: Workspace, tmp_path: Path) -> None:
    whole = Report()
    whole.operation("balance", "10000.00")
    whole.deal("buy", "in", "1.00", "1.10000", at="2024.01.09 01:00:00", commission="-3.00")
    whole.deal("sell", "out", "1.00", "1.10100", "100.00", at="2024.01.09 01:30:00")
    _import(workspace, _file(tmp_path, whole))
    window = replace(whole, deals=whole.deals[2:])
    window.deal("buy", "in", "1.00", "1.10000", at="2024.01.09 02:00:00", number=8)
    window.deal("sell", "out", "1.00", "1.10100", "50.00", at="2024.01.09 02:30:00", number=9)

    result = _import(workspace, _file(tmp_path, window, "window.html"))

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
    _import(workspace, whole)

    result = _import(workspace, later)

    assert (result.trades_added, result.reconciled) == (1, True)


def test_later_window_that_begins_with_a_deposit_is_added_with_it(workspace: Workspace, tmp_path: Path) -> None:
    _import(workspace, _file(tmp_path, _report("100.00")))
    window = Report(balance=Decimal(10100), clock=datetime(2024, 3, 4, 8))  # noqa: DTZ001 - a server's time
    window._deal("", "balance", "", "", "", "", "", "", "", "1000.00", "", number=40)
    window.deal("buy", "in", "1.00", "1.1", at="2024.03.04 09:00:00", number=41)
    window.deal("sell", "out", "1.00", "1.1", "50.00", at="2024.03.04 10:00:00", number=42)
    path = _file(tmp_path, window, "march.html")

    result = _import(workspace, path)
    again = _import(workspace, path)

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
    _import(workspace, whole, preset="tradesense")

    result = _import(workspace, later, preset="tradesense")

    assert (result.trades_added, result.trades_after_end, result.reconciled) == (0, 1, True)


def test_file_accepted_with_its_difference_changes_nothing_the_second_time(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = _file(tmp_path, _report("100.00", stated_net="99.00"))
    first = _import(workspace, path, accept_differences=True)

    second = _import(workspace, path)

    assert (second.challenge_id, second.trades_added, second.reconciled) == (first.challenge_id, 0, False)


def test_time_that_no_platform_writes_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    for at in ("0001.01.01 00:30:00", "9999.12.31 23:00:00"):
        report = Report()
        report.operation("balance", "10000.00")
        report.deal("buy", "in", "1.00", "1.1")
        report.deal("sell", "out", "1.00", "1.1", "1.00")
        report.deals[-1][0] = at
        with pytest.raises(Refused):
            _import(workspace, _file(tmp_path, report), timezone="America/New_York+7h")


def test_file_that_names_no_account_is_never_added_by_itself(workspace: Workspace, tmp_path: Path) -> None:
    report = _report("100.00", account="-5 (EUR, Made-Up Server, demo, Hedge)")
    first = _import(workspace, _file(tmp_path, report), currency="EUR")
    second = _import(workspace, _file(tmp_path, report), currency="EUR")

    assert second.challenge_id != first.challenge_id


def test_same_number_with_other_content_is_refused_showing_both(workspace: Workspace, tmp_path: Path) -> None:
    _import(workspace, _file(tmp_path, _report("100.00")))

    with pytest.raises(Refused) as refused:
        _import(workspace, _file(tmp_path, _report("101.00"), "edited.html"))

    assert "profit 100" in refused.value.sentence
    assert "profit 101" in refused.value.sentence


def test_challenge_takes_rows_of_one_source_only(workspace: Workspace, tmp_path: Path) -> None:
    first = _import(workspace, _file(tmp_path, _report("100.00")))
    other = _report("100.00", account="7002 (EUR, Made-Up Server, demo, Hedge)")

    with pytest.raises(Refused, match="one source only"):
        _import(workspace, _file(tmp_path, other, "other.html"), challenge_id=first.challenge_id)


def test_zone_is_bound_to_the_challenge(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, _report("100.00"))
    first = _import(workspace, path, timezone="Europe/Helsinki")

    with pytest.raises(Refused, match="Europe/Helsinki"):
        _import(workspace, path, timezone="UTC")
    again = _import(workspace, path)

    assert (again.challenge_id, again.timezone, again.trades_added) == (first.challenge_id, "Europe/Helsinki", 0)
    assert first.challenge_id is not None
    (row,) = read_trades(workspace, first.challenge_id)
    assert row.executed_at == datetime(2024, 1, 8, 23, 30, tzinfo=UTC)


def test_wrong_zone_is_mended_by_a_new_challenge(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, _report("100.00"))
    wrong = _import(workspace, path, timezone="Europe/Helsinki")

    right = _import(workspace, path, timezone="UTC", as_new=True)
    again = _import(workspace, path, timezone="UTC", as_new=True)

    assert right.challenge_id != wrong.challenge_id
    assert (again.challenge_id, again.trades_added) == (right.challenge_id, 0)


def test_unknown_zone_and_unknown_preset_are_refused_by_name(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, _report("100.00"))

    with pytest.raises(Refused, match="Mars/Olympus"):
        _import(workspace, path, timezone="Mars/Olympus")
    with pytest.raises(Refused, match="lenient"):
        _import(workspace, path, preset="lenient")
    _assert_untouched(workspace)


def test_breach_ends_the_ledger_and_what_follows_is_counted(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, _report("100.00", "-800.00", "50.00", "60.00"))

    judged = _import(workspace, path, preset="tradesense")
    whole = _import(workspace, path)

    assert (judged.trades_added, judged.trades_after_end) == (2, 2)
    assert (judged.verdict.status, judged.verdict.rule) == (VerdictStatus.FAILED, "daily_loss")
    assert judged.verdict.trade_number == 2
    assert judged.reconciled
    assert (whole.trades_added, whole.challenge_id != judged.challenge_id) == (4, True)


def test_longer_statement_after_the_end_raises_no_alert_and_writes_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = _import(workspace, _file(tmp_path, _report("-800.00")), preset="tradesense")
    assert first.challenge_id is not None
    events = read_all_events(workspace, first.challenge_id)

    second = _import(workspace, _file(tmp_path, _report("-800.00", "10.00"), "longer.html"), preset="tradesense")

    assert (second.trades_added, second.trades_after_end) == (0, 1)
    assert read_all_events(workspace, first.challenge_id) == events


def test_file_that_differs_from_its_totals_is_refused_unless_accepted(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, _report("100.00", stated_net="99.00"))

    with pytest.raises(Refused, match=r"net result of the trades is stated as 99\.00 and adds up to 100\.00"):
        _import(workspace, path)
    _assert_untouched(workspace)

    accepted = _import(workspace, path, accept_differences=True)
    assert (accepted.reconciled, accepted.trades_added) == (False, 1)


@pytest.mark.parametrize(
    ("stated", "edited"), [("Total Net Profit", "60.00"), ("Total Trades", "2"), ("Balance", "10 060.00")]
)
@pytest.mark.parametrize("is_workbook", [False, True])
def test_total_that_was_edited_is_found(
    workspace: Workspace, tmp_path: Path, stated: str, edited: str, *, is_workbook: bool
) -> None:
    """Also where the edited total no longer fits what stands beside it."""
    report = _report("100.00", "-40.00", stated_net="60.00", stated_trades=(1, 1))
    assert _import(workspace, _file(tmp_path, report), dry_run=True).reconciled
    rows = report.rows()
    (place,) = [
        (line, cell + 1)
        for line, row in enumerate(rows)
        for cell, (text, _) in enumerate(row[:-1])
        if text == f"{stated}:" and row[cell + 1][0] == edited
    ]
    line, cell = place
    rows[line][cell] = (edited.replace("6", "7").replace("2", "3"), rows[line][cell][1])
    report.rows = lambda: rows  # type: ignore[method-assign]
    path = tmp_path / "edited"
    path.write_bytes(report.xlsx() if is_workbook else report.html().encode())

    with pytest.raises(Refused, match="does not agree with its own totals"):
        _import(workspace, path)
    _assert_untouched(workspace)


def test_row_in_the_future_is_refused_with_a_question_about_the_zone(workspace: Workspace, tmp_path: Path) -> None:
    report = _report("100.00")
    report.deal("buy", "in", "1.00", "1.1", at="2199.01.01 10:00:00")
    report.deal("sell", "out", "1.00", "1.1", "1.00", at="2199.01.01 11:00:00")

    with pytest.raises(Refused, match="is the server's time zone right"):
        _import(workspace, _file(tmp_path, report))
    _assert_untouched(workspace)


def test_answer_that_contradicts_the_file_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, _report("100.00"))

    with pytest.raises(Refused, match="EUR"):
        _import(workspace, path, currency="USD")
    with pytest.raises(Refused, match=r"10000\.00"):
        _import(workspace, path, initial_balance=Decimal(5000))
    _assert_untouched(workspace)


def test_dry_run_says_what_would_be_and_writes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, _report("100.00", "-800.00", "50.00"))

    result = _import(workspace, path, preset="tradesense", dry_run=True)

    assert (result.challenge_id, result.trades_added, result.trades_after_end) == (None, 2, 1)
    assert result.verdict.status is VerdictStatus.FAILED
    _assert_untouched(workspace)


def test_preview_shows_times_before_and_after_conversion(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, _report("100.00"))

    preview = preview_import(workspace, ImportRequest(path=path, timezone="Europe/Helsinki"))

    assert preview.last is not None
    assert preview.last.stated == datetime(2024, 1, 9, 1, 30)  # noqa: DTZ001 - a server's time
    assert preview.last.understood == datetime(2024, 1, 8, 23, 30, tzinfo=UTC)
    assert (preview.needs, preview.trades, preview.reconciled) == ((), 1, True)
    assert (preview.refusal, preview.outcome) == (None, "This account is recorded and not judged.")
    _assert_untouched(workspace)


def test_cancelling_leaves_no_trace(workspace: Workspace, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.stage.startswith("Judging"):
            raise Cancelled

    path = _file(tmp_path, _report(*["1.00"] * 20))
    with pytest.raises(Cancelled):
        import_statement(workspace, ImportRequest(path=path), stop)

    _assert_untouched(workspace)
    assert _import(workspace, path).trades_added == 20


def test_dividend_between_trades_is_a_result_and_a_deposit_is_not(workspace: Workspace, tmp_path: Path) -> None:
    report = _report("100.00")
    report.operation("dividend", "-2.50")
    report.operation("balance", "500.00")

    result = _import(workspace, _file(tmp_path, report))

    assert result.challenge_id is not None
    challenge = read_challenge(workspace, result.challenge_id).summary.challenge
    assert (challenge.adjustments_total, challenge.outside_money) == (Decimal("-2.5"), Decimal(500))
    assert (challenge.current_balance, challenge.total_pnl) == (Decimal("10097.5"), Decimal(100))
    assert result.reconciled


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 200, b"<html><body><p>Hello</p></body></html>", b"PK\x03\x04 no workbook"],
    ids=["empty", "picture", "page", "broken archive"],
)
def test_what_is_no_statement_is_refused_and_nothing_is_written(
    workspace: Workspace, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "statement.html"
    path.write_bytes(content)

    with pytest.raises(Refused) as refused:
        _import(workspace, path)

    assert "statement.html" in refused.value.sentence
    assert "\n" not in refused.value.sentence
    _assert_untouched(workspace)


def test_truncated_statement_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    text = _report("100.00", "50.00").html()
    path = tmp_path / "cut.html"
    path.write_text(text[: len(text) * 2 // 3], encoding="utf-8")

    with pytest.raises(Refused, match=r"cut\.html"):
        _import(workspace, path)
    _assert_untouched(workspace)


def test_file_without_a_currency_asks_for_it(workspace: Workspace, tmp_path: Path) -> None:
    steps = [
        step(1, "2024.01.08 10:00", "buy", 1, price="1.1000"),
        step(2, "2024.01.08 12:00", "close", 1, price="1.1010", result=("100.00", "10100.00")),
    ]
    path = tmp_path / "StrategyTester.htm"
    path.write_text(html_of_test(steps, net="100.00", trades=1), encoding="utf-8")

    with pytest.raises(AnswerNeeded, match="currency"):
        _import(workspace, path)
    _assert_untouched(workspace)
    assert _import(workspace, path, currency="eur").currency == "EUR"
