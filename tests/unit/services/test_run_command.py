"""Commands on a stored challenge: each carried out once, whole or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.histories import history, imported, written
from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.commands import (
    AddNote,
    AdjustBalance,
    ApproveFunding,
    ArchiveChallenge,
    ChallengeCommand,
    CloseDay,
    ExecuteTrade,
    ExecuteTrades,
    RecordEquity,
    RejectFunding,
)
from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.domain.trade import DealResult, Side, Trade
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.users import ensure_owner

LATER = datetime(2024, 1, 9, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "workspace")
    yield opened
    opened.close()


@pytest.fixture
def challenge_id(workspace: Workspace, tmp_path: Path) -> str:
    """A judged challenge of 10,000 that stands at 10,100."""
    result = imported(workspace, written(tmp_path, history("100.00")), preset="tradesense")
    assert result.challenge_id is not None
    return result.challenge_id


def command(kind: type[ChallengeCommand], workspace: Workspace, challenge_id: str, **fields: Any) -> Any:
    common = {"command_id": str(uuid4()), "actor_id": workspace.write(ensure_owner), "issued_at": datetime.now(UTC)}
    return kind(**{**common, "challenge_id": challenge_id, **fields})


def trade(number: int, profit: str, at: datetime = LATER) -> Trade:
    amount = Decimal(profit)
    return Trade(
        trade_id=str(number), symbol="EURUSD", side=Side.BUY, quantity=Decimal(1), price=Decimal("1.1"),
        realized_pnl=amount, commission=ZERO, executed_at=at, own=DealResult(amount, ZERO, ZERO, ZERO),
    )  # fmt: skip


def test_id_of_another_command_is_refused_and_does_not_pass_for_done(
    workspace: Workspace, challenge_id: str, tmp_path: Path
) -> None:
    note = command(AddNote, workspace, challenge_id, text="Called the firm.")
    run_command(workspace, note)
    report = written(tmp_path, history("100.00", account="7099 (EUR, Made-Up Server, demo, Hedge)"))
    other_id = imported(workspace, report, preset="tradesense").challenge_id
    assert other_id is not None

    for taken in (
        replace(note, challenge_id=other_id),
        command(ArchiveChallenge, workspace, challenge_id, command_id=note.command_id, reason="A slip."),
    ):
        with pytest.raises(Refused, match="belongs to another command; nothing was done"):
            run_command(workspace, taken)


def test_same_command_twice_is_done_once(workspace: Workspace, challenge_id: str) -> None:
    note = command(AddNote, workspace, challenge_id, text="Called the firm.")

    first = run_command(workspace, note)
    events = read_all_events(workspace, challenge_id)
    second = run_command(workspace, replace(note, text="Something else."))

    assert second == first
    assert read_all_events(workspace, challenge_id) == events
    assert (events[-1].event_type, events[-1].correlation_id) == ("NOTE_ADDED", note.command_id)


def test_trade_that_is_recorded_already_changes_nothing(workspace: Workspace, challenge_id: str) -> None:
    run_command(workspace, command(ExecuteTrade, workspace, challenge_id, trade=trade(900, "50.00")))
    again = run_command(workspace, command(ExecuteTrade, workspace, challenge_id, trade=trade(900, "50.00")))

    assert (again.total_trades, again.current_balance) == (2, Decimal(10150))
    with pytest.raises(Refused, match="recorded with other content"):
        run_command(workspace, command(ExecuteTrade, workspace, challenge_id, trade=trade(900, "51.00")))


def test_many_trades_are_the_same_as_one_by_one(workspace: Workspace, challenge_id: str) -> None:
    rows = (trade(901, "10.00"), trade(902, "-4.00", LATER + timedelta(minutes=1)))

    after = run_command(workspace, command(ExecuteTrades, workspace, challenge_id, rows=rows))

    assert (after.total_trades, after.current_balance) == (3, Decimal(10106))
    assert replay_challenge(workspace, challenge_id).equals_stored is True


def test_trade_on_a_frozen_challenge_is_refused_with_one_alert_a_day(workspace: Workspace, challenge_id: str) -> None:
    run_command(workspace, command(ExecuteTrade, workspace, challenge_id, trade=trade(903, "800.00")))
    for number in (904, 905):
        with pytest.raises(Refused, match="frozen"):
            run_command(workspace, command(ExecuteTrade, workspace, challenge_id, trade=trade(number, "1.00")))

    kinds = [event.event_type for event in read_all_events(workspace, challenge_id)]
    assert kinds[-3:] == ["PROFIT_TARGET_REACHED", "RISK_ALERT_RAISED", "RISK_ALERT_RAISED"]
    assert replay_challenge(workspace, challenge_id).equals_stored is True


def test_equity_sample_below_the_floor_fails_the_challenge(workspace: Workspace, challenge_id: str) -> None:
    sample = command(RecordEquity, workspace, challenge_id, equity=Decimal("9499.99"), observed_at=LATER)

    after = run_command(workspace, sample)

    assert (after.status, after.current_equity) == ("FAILED", Decimal("9499.99"))


def test_adjustment_and_the_end_of_a_day_are_recorded(workspace: Workspace, challenge_id: str) -> None:
    dividend = Adjustment(adjustment_id="950", kind=AdjustmentKind.DIVIDEND, amount=Decimal("-2.5"), executed_at=LATER)
    run_command(workspace, command(AdjustBalance, workspace, challenge_id, adjustment=dividend))
    after = run_command(workspace, command(CloseDay, workspace, challenge_id))

    assert after.daily_start_equity == Decimal("10097.5")
    assert read_all_events(workspace, challenge_id)[-1].event_type == "DAILY_PNL_CALCULATED"


def test_nobody_decides_about_the_own_challenge_and_nothing_is_decided_before_the_target(
    workspace: Workspace, challenge_id: str
) -> None:
    for decision in (
        command(ApproveFunding, workspace, challenge_id),
        command(RejectFunding, workspace, challenge_id, reason="No.", fails=True),
    ):
        with pytest.raises(Refused):
            run_command(workspace, decision)


def test_refused_command_leaves_everything_as_it_was(workspace: Workspace, challenge_id: str) -> None:
    events = read_all_events(workspace, challenge_id)

    with pytest.raises(Refused, match="reason"):
        run_command(workspace, command(ArchiveChallenge, workspace, challenge_id, reason=" "))
    with pytest.raises(Refused, match="no challenge"):
        run_command(workspace, command(AddNote, workspace, "0192f0c1-0000-7000-8000-00000000dead", text="x"))

    assert read_all_events(workspace, challenge_id) == events
