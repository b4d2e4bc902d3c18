"""What a command did is written whole, as the domain said it, or not at all."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from tests.unit.store.ledgers import CLOCK, JOURNAL, continued, create, create_challenge, fixed_uuid, trades
from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.hash_chain import event_body, genesis_hash, leaf_hash
from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.alert import AlertStatus
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus, rebuilt_columns
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.replay import Replayer
from tradesense_desktop.store.challenges import find_challenge, read_challenge
from tradesense_desktop.store.errors import ChallengeUnknown, OptimisticLockLost
from tradesense_desktop.store.event_log import read_events_page, read_head, stream_events
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.risk_alerts import list_alerts
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.workspace import Workspace


def _append(transaction: Transaction, before: Challenge, *, count: int, first: int, seed: int = 1) -> Challenge:
    execution = continued(before, read_head(transaction, before.id).sequence_number, seed=seed)
    recorder = Recorder.of_known(transaction, before)
    for trade in trades(count, first=first, seed=3):
        execution.execute_trade(replace(trade, executed_at=trade.executed_at + timedelta(days=900)))
    recorder.append(execution.drain())
    return recorder.finish(execution.snapshot())


def _replayed(reading: Reading, challenge_id: str) -> Challenge:
    replayer = Replayer()
    for event in stream_events(reading, challenge_id):
        replayer.apply(event.event_type, event.event_data, challenge_id=challenge_id, recorded_at=event.recorded_at)
    return replayer.challenge()


def test_challenge_comes_back_as_the_domain_left_it(workspace: Workspace) -> None:
    written = create_challenge(workspace, count=30)

    with workspace.reading() as reading:
        assert find_challenge(reading, written.id) == written
    assert written.version == 1
    assert written.total_trades == 30
    assert written.status is ChallengeStatus.ACTIVE
    assert written.rules_config == JOURNAL


def test_stored_events_replay_to_the_stored_row(workspace: Workspace) -> None:
    written = create_challenge(workspace, count=200)

    with workspace.reading() as reading:
        assert rebuilt_columns(_replayed(reading, written.id)) == rebuilt_columns(written)


def test_next_command_goes_on_from_the_head_and_raises_the_version(workspace: Workspace) -> None:
    first = create_challenge(workspace, count=10)
    second = workspace.write(lambda transaction: _append(transaction, first, count=5, first=11))

    assert (first.version, second.version) == (1, 2)
    assert second.total_trades == 15
    with workspace.reading() as reading:
        assert rebuilt_columns(_replayed(reading, first.id)) == rebuilt_columns(second)
        numbers = [event.sequence_number for event in stream_events(reading, first.id)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_chain_binds_every_event_to_the_one_before(workspace: Workspace) -> None:
    written = create_challenge(workspace, count=1_100)

    with workspace.reading() as reading:
        head = read_head(reading, written.id)
        events = read_events_page(reading, written.id, 1, head.sequence_number)
    previous = genesis_hash(written.id)
    for event in events:
        body = event_body(
            event_id=event.id,
            challenge_id=event.challenge_id,
            sequence_number=event.sequence_number,
            event_type=event.event_type,
            event_version=event.event_version,
            event_data_text=canonical_text(event.event_data),
            description=event.description,
            occurred_at=instant_text(event.occurred_at),
            recorded_at=instant_text(event.recorded_at),
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
            metadata_commitment=event.metadata_commitment,
            previous_hash=previous,
        )
        assert (event.previous_hash, event.hash) == (previous, leaf_hash(body))
        previous = event.hash
    assert previous == head.hash


def test_row_of_a_trade_holds_what_its_event_holds(workspace: Workspace) -> None:
    written = create_challenge(workspace, count=25)

    with workspace.reading() as reading:
        rows = reading.core.execute(text("SELECT * FROM trades ORDER BY sequence_number")).mappings().all()
        in_events = [
            event.event_data["trade"]
            for event in stream_events(reading, written.id)
            if event.event_type == "TRADE_EXECUTED"
        ]
    assert len(rows) == len(in_events) == 25
    for row, trade in zip(rows, in_events, strict=True):
        assert set(row) == set(trade)
        assert json.loads(row["metadata"]) == trade["metadata"]
        for name in ("quantity", "price", "realized_pnl", "commission", "open_price"):
            number = row[name]
            assert (None if number is None else Decimal(f"{number:.15g}")) == (
                None if trade[name] is None else Decimal(trade[name])
            )
        for name in ("executed_at", "created_at", "opened_at"):
            stored = row[name]
            assert (None if stored is None else stored.replace(" ", "T") + "Z") == trade[name]
        for name in ("id", "challenge_id", "trade_id", "symbol", "side", "sequence_number", "position_id"):
            assert row[name] == trade[name]
        assert row["external_trade_id"] == trade["external_trade_id"]


def test_drains_of_any_size_write_the_same_rows(workspace: Workspace) -> None:
    def change(transaction: Transaction) -> list[list[tuple[object, ...]]]:
        written = []
        for rows_a_drain in (1, 7, 5_000):
            savepoint = transaction.core.begin_nested()
            create(transaction, 1, count=60, rows_a_drain=rows_a_drain)
            events = transaction.core.execute(text("SELECT * FROM challenge_events ORDER BY sequence_number")).all()
            written.append([tuple(event) for event in events])
            savepoint.rollback()
        return written

    one_by_one, some, at_once = workspace.write(change)

    assert one_by_one == some == at_once
    assert len(one_by_one) > 60


def test_challenge_that_starts_and_fails_in_one_command_is_written(workspace: Workspace) -> None:
    def change(transaction: Transaction) -> Challenge:
        opened = create(transaction, 1, rules={"preset": "tradesense"})
        execution = continued(opened, 1, seed=1)
        (trade,) = trades(1)
        lost = replace(trade.own, profit=Decimal(-60_000))
        execution.execute_trade(replace(trade, own=lost, realized_pnl=lost.net))
        recorder = Recorder.of_known(transaction, opened)
        recorder.append(execution.drain())
        return recorder.finish(execution.snapshot())

    failed = workspace.write(change)

    assert failed.status is ChallengeStatus.FAILED
    assert failed.version == 2
    with workspace.reading() as reading:
        assert rebuilt_columns(_replayed(reading, failed.id)) == rebuilt_columns(failed)
        alerts = list_alerts(reading, failed.id)
    assert [alert.alert_type for alert in alerts] == ["DAILY_DRAWDOWN_EXCEEDED"]
    assert alerts[0].status is AlertStatus.ACTIVE


def test_adjustment_moves_the_row_without_a_trade(workspace: Workspace) -> None:
    first = create_challenge(workspace, count=3)

    def change(transaction: Transaction) -> Challenge:
        execution = continued(first, read_head(transaction, first.id).sequence_number, seed=1)
        execution.adjust_balance(
            Adjustment(
                adjustment_id="77", kind=AdjustmentKind.DIVIDEND, amount=Decimal("12.34567891"), executed_at=CLOCK
            )
        )
        recorder = Recorder.of_known(transaction, first)
        recorder.append(execution.drain())
        return recorder.finish(execution.snapshot())

    second = workspace.write(change)

    assert second.adjustments_total == Decimal("12.34567891")
    assert second.total_trades == 3


def test_challenge_changed_since_it_was_read_is_not_written_over(workspace: Workspace) -> None:
    stale = create_challenge(workspace, count=2)
    workspace.write(lambda transaction: _append(transaction, stale, count=1, first=3))

    with pytest.raises(OptimisticLockLost) as lost:
        workspace.write(lambda transaction: _append(transaction, stale, count=1, first=4, seed=2))

    assert (lost.value.expected_version, lost.value.found_version) == (1, 2)


def test_execution_begun_before_another_command_is_not_written(workspace: Workspace) -> None:
    stored = create_challenge(workspace, count=2)

    def change(transaction: Transaction) -> None:
        head = read_head(transaction, stored.id)
        execution = continued(stored, head.sequence_number - 1, seed=1)
        (trade,) = trades(1, first=3)
        execution.execute_trade(replace(trade, executed_at=CLOCK))
        Recorder.of_known(transaction, stored).append(execution.drain())

    with pytest.raises(OptimisticLockLost):
        workspace.write(change)


def test_command_that_changed_nothing_writes_nothing(workspace: Workspace) -> None:
    stored = create_challenge(workspace, count=2)

    def change(transaction: Transaction) -> Challenge:
        execution = continued(stored, read_head(transaction, stored.id).sequence_number, seed=1)
        recorder = Recorder.of_known(transaction, stored)
        recorder.append(execution.drain())
        return recorder.finish(execution.snapshot())

    assert workspace.write(change) == stored


def test_archiving_hides_a_challenge_that_has_failed(workspace: Workspace) -> None:
    failed = create_challenge(workspace, rules={"preset": "tradesense"}, count=0)

    def fail(transaction: Transaction) -> Challenge:
        execution = continued(failed, 1, seed=1)
        execution.start(CLOCK)
        execution.fail(actor_id=fixed_uuid(5), reason="wrong zone", at=CLOCK)
        recorder = Recorder.of_known(transaction, failed)
        recorder.append(execution.drain())
        return recorder.finish(execution.snapshot())

    ended = workspace.write(fail)

    def archive(transaction: Transaction) -> Challenge:
        return Recorder.of_known(transaction, ended).finish(replace(ended, archived_at=CLOCK))

    assert workspace.write(archive).archived_at == CLOCK


def test_unknown_challenge_is_named(workspace: Workspace) -> None:
    with workspace.reading() as reading, pytest.raises(ChallengeUnknown, match=fixed_uuid(9)):
        read_challenge(reading, fixed_uuid(9))


@pytest.mark.parametrize("rules", [JOURNAL, {"preset": "tradesense"}], ids=["journal", "judged"])
def test_what_finish_returns_is_the_row_as_it_is_stored(workspace: Workspace, rules: dict[str, Any]) -> None:
    def go_on(transaction: Transaction, before: Challenge, count: int) -> Challenge:
        recorder = Recorder.of_known(transaction, before)
        execution = continued(before, recorder.last_sequence_number, seed=before.version)
        for trade in trades(count, first=1_000 * before.version, begins=before.last_trade_at or CLOCK):
            execution.execute_trade(trade)
        recorder.append(execution.drain())
        return recorder.finish(execution.snapshot())

    returned = create_challenge(workspace, count=40, rules=rules)
    for count in (1, 0, 3):
        with workspace.reading() as reading:
            assert read_challenge(reading, returned.id) == returned
        returned = workspace.write(partial(go_on, before=returned, count=count))
    with workspace.reading() as reading:
        assert read_challenge(reading, returned.id) == returned
    assert (returned.version, returned.total_trades) == (3, 44)
