"""From a file to the ledger: what is added, what is known again, what is refused and then leaves no trace."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.histories import assert_untouched, history, imported, written
from tests.unit.importers.metatrader4_reports import html_of_test, step
from tradesense_desktop.domain.progress import Cancelled, Progress
from tradesense_desktop.domain.verdict import VerdictStatus
from tradesense_desktop.services.errors import AnswerNeeded, Refused
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.preview_import import preview_import
from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.read_ledger import read_trades
from tradesense_desktop.services.replay_challenge import replay_challenge


def test_history_becomes_a_ledger_with_one_row_a_closing_deal(workspace: Workspace, tmp_path: Path) -> None:
    result = imported(workspace, written(tmp_path, history("100.00", "-40.00")))

    assert result.challenge_id is not None
    rows = read_trades(workspace, result.challenge_id)
    assert [(row.trade_id, row.side, row.realized_pnl, row.equity) for row in rows] == [
        ("3", "BUY", Decimal(100), Decimal(10100)),
        ("5", "BUY", Decimal(-40), Decimal(10060)),
    ]
    assert rows[0].executed_at == datetime(2024, 1, 9, 1, 30, tzinfo=UTC)


def test_longer_statement_adds_only_what_is_new(workspace: Workspace, tmp_path: Path) -> None:
    first = imported(workspace, written(tmp_path, history("100.00", "-40.00")))
    second = imported(workspace, written(tmp_path, history("100.00", "-40.00", "25.00"), "longer.html"))

    assert second.challenge_id == first.challenge_id
    assert (second.trades_read, second.trades_added) == (3, 1)
    assert second.challenge_id is not None
    assert read_challenge(workspace, second.challenge_id).summary.challenge.total_pnl == Decimal(85)
    assert replay_challenge(workspace, second.challenge_id).equals_stored is True


def test_html_and_xlsx_of_one_account_are_the_same_rows(workspace: Workspace, tmp_path: Path) -> None:
    report = history("100.00", "-40.00")
    workbook = tmp_path / "report.xlsx"
    workbook.write_bytes(report.xlsx())

    first = imported(workspace, written(tmp_path, report))
    second = imported(workspace, workbook)

    assert (second.challenge_id, second.trades_added) == (first.challenge_id, 0)


def test_statement_with_a_row_missing_from_the_ledger_before_its_end_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = history("100.00", "-40.00")
    later = replace(report, deals=[row for row in report.deals if row[1] not in {"2", "3"}], balance=Decimal("9960.00"))
    for row in later.deals[1:]:
        row[-2] = "9 960.00" if row[1] == "5" else "10 000.00"
    imported(workspace, written(tmp_path, later))

    with pytest.raises(Refused, match="not recorded and lies before rows that are"):
        imported(workspace, written(tmp_path, history("100.00", "-40.00"), "earlier.html"))

    (summary,) = read_challenges(workspace)
    assert summary.challenge.total_trades == 1


def test_same_number_with_other_content_is_refused_showing_both(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, written(tmp_path, history("100.00")))

    with pytest.raises(Refused) as refused:
        imported(workspace, written(tmp_path, history("101.00"), "edited.html"))

    assert "profit 100" in refused.value.sentence
    assert "profit 101" in refused.value.sentence


def test_challenge_takes_rows_of_one_source_only(workspace: Workspace, tmp_path: Path) -> None:
    first = imported(workspace, written(tmp_path, history("100.00")))
    other = history("100.00", account="7002 (EUR, Made-Up Server, demo, Hedge)")

    with pytest.raises(Refused, match="one source only"):
        imported(workspace, written(tmp_path, other, "other.html"), challenge_id=first.challenge_id)


def test_zone_is_bound_to_the_challenge(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, history("100.00"))
    first = imported(workspace, path, timezone="Europe/Helsinki")

    with pytest.raises(Refused, match="Europe/Helsinki"):
        imported(workspace, path, timezone="UTC")
    again = imported(workspace, path)

    assert (again.challenge_id, again.timezone, again.trades_added) == (first.challenge_id, "Europe/Helsinki", 0)
    assert first.challenge_id is not None
    (row,) = read_trades(workspace, first.challenge_id)
    assert row.executed_at == datetime(2024, 1, 8, 23, 30, tzinfo=UTC)


def test_wrong_zone_is_mended_by_a_new_challenge(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, history("100.00"))
    wrong = imported(workspace, path, timezone="Europe/Helsinki")

    right = imported(workspace, path, timezone="UTC", as_new=True)
    again = imported(workspace, path, timezone="UTC", as_new=True)

    assert right.challenge_id != wrong.challenge_id
    assert (again.challenge_id, again.trades_added) == (right.challenge_id, 0)


def test_unknown_zone_and_unknown_preset_are_refused_by_name(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, history("100.00"))

    with pytest.raises(Refused, match="Mars/Olympus"):
        imported(workspace, path, timezone="Mars/Olympus")
    with pytest.raises(Refused, match="lenient"):
        imported(workspace, path, preset="lenient")
    assert_untouched(workspace)


def test_breach_ends_the_ledger_and_what_follows_is_counted(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, history("100.00", "-800.00", "50.00", "60.00"))

    judged = imported(workspace, path, preset="tradesense")
    whole = imported(workspace, path)

    assert (judged.trades_added, judged.trades_after_end) == (2, 2)
    assert (judged.verdict.status, judged.verdict.rule) == (VerdictStatus.FAILED, "daily_loss")
    assert judged.verdict.trade_number == 2
    assert judged.reconciled
    assert (whole.trades_added, whole.challenge_id != judged.challenge_id) == (4, True)


def test_longer_statement_after_the_end_raises_no_alert_and_writes_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = imported(workspace, written(tmp_path, history("-800.00")), preset="tradesense")
    assert first.challenge_id is not None
    events = read_all_events(workspace, first.challenge_id)

    second = imported(workspace, written(tmp_path, history("-800.00", "10.00"), "longer.html"), preset="tradesense")

    assert (second.trades_added, second.trades_after_end) == (0, 1)
    assert read_all_events(workspace, first.challenge_id) == events


def test_file_that_differs_from_its_totals_is_refused_unless_accepted(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, history("100.00", stated_net="99.00"))

    with pytest.raises(Refused, match=r"net result of the trades is stated as 99\.00 and adds up to 100\.00"):
        imported(workspace, path)
    assert_untouched(workspace)

    accepted = imported(workspace, path, accept_differences=True)
    assert (accepted.reconciled, accepted.trades_added) == (False, 1)


@pytest.mark.parametrize(
    ("stated", "edited"), [("Total Net Profit", "60.00"), ("Total Trades", "2"), ("Balance", "10 060.00")]
)
@pytest.mark.parametrize("is_workbook", [False, True])
def test_total_that_was_edited_is_found(
    workspace: Workspace, tmp_path: Path, stated: str, edited: str, *, is_workbook: bool
) -> None:
    """Also where the edited total no longer fits what stands beside it."""
    report = history("100.00", "-40.00", stated_net="60.00", stated_trades=(1, 1))
    assert imported(workspace, written(tmp_path, report), dry_run=True).reconciled
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
        imported(workspace, path)
    assert_untouched(workspace)


def test_row_in_the_future_is_refused_with_a_question_about_the_zone(workspace: Workspace, tmp_path: Path) -> None:
    report = history("100.00")
    report.deal("buy", "in", "1.00", "1.1", at="2199.01.01 10:00:00")
    report.deal("sell", "out", "1.00", "1.1", "1.00", at="2199.01.01 11:00:00")

    with pytest.raises(Refused, match="is the server's time zone right"):
        imported(workspace, written(tmp_path, report))
    assert_untouched(workspace)


def test_answer_that_contradicts_the_file_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, history("100.00"))

    with pytest.raises(Refused, match="EUR"):
        imported(workspace, path, currency="USD")
    with pytest.raises(Refused, match=r"10000\.00"):
        imported(workspace, path, initial_balance=Decimal(5000))
    assert_untouched(workspace)


def test_dry_run_says_what_would_be_and_writes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, history("100.00", "-800.00", "50.00"))

    result = imported(workspace, path, preset="tradesense", dry_run=True)

    assert (result.challenge_id, result.trades_added, result.trades_after_end) == (None, 2, 1)
    assert result.verdict.status is VerdictStatus.FAILED
    assert_untouched(workspace)


def test_preview_shows_times_before_and_after_conversion(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, history("100.00"))

    preview = preview_import(workspace, ImportRequest(path=path, timezone="Europe/Helsinki"))

    assert preview.last is not None
    assert preview.last.stated == datetime(2024, 1, 9, 1, 30)  # noqa: DTZ001 - a server's time
    assert preview.last.understood == datetime(2024, 1, 8, 23, 30, tzinfo=UTC)
    assert (preview.needs, preview.trades, preview.reconciled) == ((), 1, True)
    assert (preview.refusal, preview.outcome) == (None, "This account is recorded and not judged.")
    assert_untouched(workspace)


def test_cancelling_leaves_no_trace(workspace: Workspace, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.stage.startswith("Judging"):
            raise Cancelled

    path = written(tmp_path, history(*["1.00"] * 20))
    with pytest.raises(Cancelled):
        import_statement(workspace, ImportRequest(path=path), stop)

    assert_untouched(workspace)
    assert imported(workspace, path).trades_added == 20


def test_dividend_between_trades_is_a_result_and_a_deposit_is_not(workspace: Workspace, tmp_path: Path) -> None:
    report = history("100.00")
    report.operation("dividend", "-2.50")
    report.operation("balance", "500.00")

    result = imported(workspace, written(tmp_path, report))

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
        imported(workspace, path)

    assert "statement.html" in refused.value.sentence
    assert "\n" not in refused.value.sentence
    assert_untouched(workspace)


def test_truncated_statement_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    text = history("100.00", "50.00").html()
    path = tmp_path / "cut.html"
    path.write_text(text[: len(text) * 2 // 3], encoding="utf-8")

    with pytest.raises(Refused, match=r"cut\.html"):
        imported(workspace, path)
    assert_untouched(workspace)


def test_file_without_a_currency_asks_for_it(workspace: Workspace, tmp_path: Path) -> None:
    steps = [
        step(1, "2024.01.08 10:00", "buy", 1, price="1.1000"),
        step(2, "2024.01.08 12:00", "close", 1, price="1.1010", result=("100.00", "10100.00")),
    ]
    path = tmp_path / "StrategyTester.htm"
    path.write_text(html_of_test(steps, net="100.00", trades=1), encoding="utf-8")

    with pytest.raises(AnswerNeeded, match="currency"):
        imported(workspace, path)
    assert_untouched(workspace)
    assert imported(workspace, path, currency="eur").currency == "EUR"
