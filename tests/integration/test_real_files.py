"""Every MetaTrader file of ../shared/data: its totals, its verdict, and what a second import does."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.independent_judge import Decision, Row, first_decision
from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.domain.verdict import VerdictStatus
from tradesense_desktop.importers.recognise import read_statement
from tradesense_desktop.services.import_statement import ImportRequest, ImportResult, import_statement
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.read_ledger import read_trades
from tradesense_desktop.services.replay_challenge import replay_challenge

# As data/INDEX.md states them: trades, net, balance.
STATED = {
    "mt5_history_eur_demo.html": (658, "-50.84", "9949.16"),
    "mt5_history_usd_live.xlsx": (79, "-475.21", "99524.23"),
    "mt5_tester_3macd.xlsx": (2518, "71112.05", "81112.05"),
    "mt5_tester_bbrsi.xlsx": (401, "36877.30", "46877.30"),
    "mt5_tester_grid_9584.xlsx": (9584, "-7301.39", "2698.61"),
    "mt5_tester_utf16.html": (145, "12.48", "3012.48"),
    "mt4_detailed_with_comments.htm": (320, "-207.27", "5792.73"),
    "mt4_detailed_plain.htm": (320, "-207.27", "5792.73"),
}


def _import(workspace: Workspace, path: Path, preset: str) -> ImportResult:
    return import_statement(workspace, ImportRequest(path=path, preset=preset))


@pytest.mark.parametrize("name", STATED)
def test_journal_holds_the_whole_file_to_its_stated_totals(workspace: Workspace, shared_data: Path, name: str) -> None:
    trades, net, balance = STATED[name]

    result = _import(workspace, shared_data / name, "journal")

    assert result.reconciled
    assert (result.trades_read, result.trades_added, result.trades_after_end) == (trades, trades, 0)
    assert (result.totals.net, result.totals.balance) == (Decimal(net), Decimal(balance))
    assert result.challenge_id is not None
    challenge = read_challenge(workspace, result.challenge_id).summary.challenge
    assert (challenge.total_trades, challenge.total_pnl) == (trades, Decimal(net))
    assert challenge.current_balance + challenge.outside_money == Decimal(balance)
    assert replay_challenge(workspace, challenge.id).equals_stored is True


@pytest.mark.parametrize("name", STATED)
@pytest.mark.parametrize("preset", ["journal", "tradesense"])
def test_second_import_adds_nothing(workspace: Workspace, shared_data: Path, name: str, preset: str) -> None:
    first = _import(workspace, shared_data / name, preset)
    revision = workspace.revision()

    second = _import(workspace, shared_data / name, preset)

    assert second.challenge_id == first.challenge_id
    assert (second.trades_added, second.trades_after_end) == (0, first.trades_after_end)
    assert workspace.revision() == revision


@pytest.mark.parametrize("name", STATED)
def test_default_rules_decide_at_the_row_that_an_independent_reckoning_finds(
    workspace: Workspace, shared_data: Path, name: str
) -> None:
    statement = read_statement(shared_data / name, unwatched)
    assert statement.initial_balance is not None
    rows = [Row(trade.closed_at, trade.number, trade.realized_pnl) for trade in statement.trades]
    rows += [
        Row(row.booked_at, row.number, Decimal(0) if row.kind.is_outside_money else row.amount)
        for row in statement.operations
    ]
    expected = first_decision(rows, statement.initial_balance)

    result = _import(workspace, shared_data / name, "tradesense")

    assert result.challenge_id is not None
    if expected is None:
        assert (result.verdict.status, result.verdict.rule) == (VerdictStatus.WITHIN_LIMITS, None)
        assert result.trades_after_end == 0
        return
    (last,) = read_trades(workspace, result.challenge_id, last=1)
    at = result.verdict.at
    assert at is not None
    found = Decision(str(result.verdict.rule), at.replace(tzinfo=None), int(last.trade_id))
    assert found == expected
    assert result.verdict.trade_number == last.sequence_number == result.trades_added
    assert result.trades_added + result.trades_after_end == result.trades_read


def test_two_detailed_statements_of_one_account_give_one_ledger(workspace: Workspace, shared_data: Path) -> None:
    first = _import(workspace, shared_data / "mt4_detailed_plain.htm", "journal")
    second = _import(workspace, shared_data / "mt4_detailed_with_comments.htm", "journal")

    assert second.challenge_id == first.challenge_id
    assert second.trades_added == 0


def test_every_file_that_is_no_metatrader_report_is_refused_in_one_sentence(
    workspace: Workspace, shared_data: Path
) -> None:
    from tradesense_desktop.services.errors import Refused

    for path in sorted(shared_data.iterdir()):
        if path.name in STATED:
            continue
        with pytest.raises(Refused) as refused:
            _import(workspace, path, "journal")
        assert path.name in refused.value.sentence
        assert "\n" not in refused.value.sentence
