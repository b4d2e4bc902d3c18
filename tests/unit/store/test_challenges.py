"""Challenges are listed in order, without the hidden ones, and read also where plain SQL made them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from tests.unit.store.keys import give_key
from tests.unit.store.ledgers import CLOCK, create_challenge, fixed_uuid
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.limits import limits, verdict
from tradesense_desktop.store.challenges import (
    check_version,
    find_challenge,
    list_challenges,
    read_challenge,
    update_challenge,
)
from tradesense_desktop.store.errors import OptimisticLockLost
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import find_owner
from tradesense_desktop.store.workspace import Workspace


def _change(workspace: Workspace, before: Challenge, after: Challenge) -> Challenge:
    def change(transaction: Transaction) -> Challenge:
        update_challenge(transaction, before, after)
        return read_challenge(transaction, after.id)

    return workspace.write(change)


def test_challenges_are_listed_oldest_first_and_archived_ones_only_when_asked_for(workspace: Workspace) -> None:
    one, two, three = (create_challenge(workspace, number) for number in (1, 2, 3))
    hidden = _change(workspace, two, replace(two, archived_at=CLOCK, version=2))

    with workspace.reading() as reading:
        assert list_challenges(reading) == (one, three)
        assert list_challenges(reading, include_archived=True) == (one, hidden, three)
        assert find_challenge(reading, two.id) == hidden


def test_every_column_that_moves_is_written(workspace: Workspace) -> None:
    give_key(workspace)
    before = create_challenge(workspace, count=3)
    after = replace(
        before,
        current_balance=Decimal("1000001.00000001"),
        floating_pnl=Decimal("-0.5"),
        current_equity=Decimal("1000000.50000001"),
        max_equity_ever=Decimal(1000002),
        daily_start_equity=Decimal("1000000.1"),
        daily_max_equity=Decimal(1000002),
        daily_min_equity=Decimal("999999.99999999"),
        total_trades=4,
        total_pnl=Decimal("-12345.67891234"),
        outside_money=Decimal("12.3"),
        adjustments_total=Decimal("-0.00000001"),
        win_rate=Decimal("0.33333333"),
        avg_trade_pnl=Decimal("-3086.41972809"),
        status=ChallengeStatus.FAILED,
        ended_at=CLOCK,
        last_trade_at=CLOCK - timedelta(microseconds=1),
        failure_reason="Daily loss – 5 %",
        profit_target_reached_at=CLOCK - timedelta(days=1),
        writer_device_id=fixed_uuid(70),
        rule_state={"wins": 1, "days": {"best": "12.3"}},
        metadata={"note": "é"},
        version=before.version + 1,
    )

    stored = _change(workspace, before, after)

    assert replace(stored, updated_at=after.updated_at) == after


def test_row_that_somebody_else_changed_is_not_written_over(workspace: Workspace) -> None:
    give_key(workspace)
    before = create_challenge(workspace)
    _change(workspace, before, replace(before, metadata={"by": "left"}, version=2))

    with pytest.raises(OptimisticLockLost) as lost:
        _change(workspace, before, replace(before, metadata={"by": "right"}, version=2))

    assert (lost.value.challenge_id, lost.value.expected_version, lost.value.found_version) == (before.id, 1, 2)
    with workspace.reading() as reading:
        assert read_challenge(reading, before.id).metadata == {"by": "left"}
        with pytest.raises(OptimisticLockLost):
            check_version(reading, before)


def test_ended_challenge_takes_nothing_but_its_archiving(workspace: Workspace) -> None:
    before = create_challenge(workspace, count=1)
    ended = _change(
        workspace,
        before,
        replace(before, status=ChallengeStatus.FAILED, ended_at=CLOCK, failure_reason="over", version=2),
    )

    unmoved = _change(workspace, ended, replace(ended, metadata={"late": "1"}, version=3))
    hidden = _change(workspace, ended, replace(ended, metadata={"late": "1"}, archived_at=CLOCK, version=3))

    assert unmoved == ended
    assert replace(hidden, updated_at=ended.updated_at) == replace(ended, archived_at=CLOCK)


def test_challenge_that_plain_sql_made_with_the_fewest_columns_is_read_and_judged(workspace: Workspace) -> None:
    def change(transaction: Transaction) -> None:
        transaction.core.execute(
            text(
                "INSERT INTO challenges (id, user_id, challenge_type, initial_balance, current_equity, max_equity_ever,"
                " daily_start_equity, daily_max_equity, daily_min_equity)"
                " VALUES (:id, :owner, 'plain', 10000, 10000, 10000, 10000, 10000, 10000)"
            ),
            {"id": fixed_uuid(1), "owner": find_owner(transaction)},
        )

    workspace.write(change)

    with workspace.reading() as reading:
        challenge = read_challenge(reading, fixed_uuid(1))
    assert challenge.current_balance == Decimal(10000)
    assert challenge.metadata == {}
    assert limits(challenge).daily_loss is not None
    assert verdict(challenge).rule is None
