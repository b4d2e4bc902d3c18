"""Run a command on a stored challenge: read, decide, record, in one transaction, and once."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from tradesense_desktop.domain.adjustment import Adjustment
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.commands import (
    AddNote,
    AdjustBalance,
    ApproveFunding,
    ArchiveChallenge,
    ChallengeCommand,
    CloseDay,
    ExecuteTrade,
    ExecuteTrades,
    ExpireChallenge,
    FailChallenge,
    RaiseAlert,
    RecordEquity,
    RejectFunding,
    StartChallenge,
)
from tradesense_desktop.domain.errors import ChallengeFrozen
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.domain.trade import Trade
from tradesense_desktop.domain.trade_record import is_adjustment_known, is_trade_known
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.funding_decision import check_decidable, write_down_decision
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.payment_due import check_paid
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import require_within
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.command_results import CommandResult, find_first_result, record_command_result
from tradesense_desktop.store.errors import ActorGone
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.recorded_trades import read_recorded_adjustments, read_recorded_trades
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction

RIGHTS: Final[dict[type[ChallengeCommand], Right]] = {
    StartChallenge: Right.START_CHALLENGE,
    ExecuteTrade: Right.RECORD_ROWS,
    ExecuteTrades: Right.RECORD_ROWS,
    RecordEquity: Right.RECORD_ROWS,
    AdjustBalance: Right.RECORD_ROWS,
    CloseDay: Right.KEEP_TIME,
    ExpireChallenge: Right.KEEP_TIME,
    FailChallenge: Right.FAIL_CHALLENGE,
    ApproveFunding: Right.DECIDE_FUNDING,
    RejectFunding: Right.DECIDE_FUNDING,
    ArchiveChallenge: Right.ARCHIVE,
    AddNote: Right.WRITE_NOTE,
    RaiseAlert: Right.RAISE_ALERT,
}
"""What a person needs for each command."""

# Seeded by the operating system; the ids of one command need to be distinct, not secret, and a million of them cheap.
_random_bits: Final = random.Random(random.SystemRandom().getrandbits(256)).getrandbits  # noqa: S311


def new_identifiers(now: datetime) -> UuidSource:
    """Source of version 7 UUIDs for one command."""
    return UuidSource(int(now.timestamp() * 1000), _random_bits)


def new_execution(challenge: Challenge | None, last_sequence_number: int, command_id: str, now: datetime) -> Execution:
    """An execution on a challenge as it is stored, or on one that the command creates."""
    return Execution(
        challenge,
        last_sequence_number=last_sequence_number,
        command_id=command_id,
        recorded_at=now,
        new_id=new_identifiers(now),
    )


def run_command(workspace: Workspace, command: ChallengeCommand) -> Challenge:
    """Carry a command out and return the challenge as it is then.

    The same `command_id` again changes nothing and returns the row as it stands; so does a trade or a balance operation
    that is recorded already with the same content. Raises Refused, and NotAllowed where the role may not; then nothing
    was written, but for the one alert a day about a trade that was sent to a frozen challenge.
    """
    with refusals():
        challenge, frozen = workspace.write(
            lambda transaction: _carry_out_once(transaction, workspace, command),
            pending=pending_of(workspace, command),
        )
        if frozen is not None:
            raise frozen
        return challenge


def _carry_out_once(
    transaction: Transaction, workspace: Workspace, command: ChallengeCommand
) -> tuple[Challenge, ChallengeFrozen | None]:
    actor = require_within(transaction, workspace, RIGHTS[type(command)], command.challenge_id)
    if actor.user_id != command.actor_id:
        raise ActorGone(command.actor_id, "somebody else has signed in")
    before = read_challenge(transaction, command.challenge_id)
    if find_first_result(transaction, command, challenge_id=command.challenge_id) is not None:
        return before, None
    if isinstance(command, StartChallenge | ExecuteTrade | ExecuteTrades | AdjustBalance):
        check_paid(transaction, before)
    if isinstance(command, ApproveFunding | RejectFunding):
        check_decidable(transaction, before, command, own_pending=_own_pending(transaction, workspace, before.id))
    now = max(datetime.now(UTC), command.issued_at)
    recorder = Recorder.of_known(transaction, before)
    execution = new_execution(before, recorder.last_sequence_number, command.command_id, now)
    frozen = None
    try:
        _carry_out(execution, command, _unknown(transaction, command))
    except ChallengeFrozen as refusal:
        # Refused, but not without a trace: one alert a challenge and day.
        frozen = refusal
        if not isinstance(command, ExecuteTrade) or execution.alert_frozen(command.trade) is None:
            raise
    recorder.append(execution.drain())
    after = recorder.finish(execution.snapshot())
    if frozen is None:
        _record_result(transaction, command, after, execution.last_sequence_number, now)
    if isinstance(command, ApproveFunding | RejectFunding):
        write_down_decision(transaction, command)
    return after, frozen


def _own_pending(transaction: Transaction, workspace: Workspace, challenge_id: str) -> int:
    """How many events of the challenge lie over a firm's replica and are not in it."""
    if not workspace.is_firm:
        return 0
    with workspace.reading() as replica:
        held = read_head(replica, challenge_id).sequence_number
    return read_head(transaction, challenge_id).sequence_number - held


def _unknown(transaction: Transaction, command: ChallengeCommand) -> list[Trade | Adjustment]:
    """The rows that the command brings and that are not recorded. Raises TradeConflict and AdjustmentConflict."""
    rows: Iterable[Trade | Adjustment]
    match command:
        case ExecuteTrade():
            rows = [command.trade]
        case ExecuteTrades():
            rows = command.rows
        case AdjustBalance():
            rows = [command.adjustment]
        case _:
            return []
    trades = read_recorded_trades(transaction, command.challenge_id)
    adjustments = read_recorded_adjustments(transaction, command.challenge_id)
    return [
        row
        for row in rows
        if not (
            is_trade_known(row, trades.get(row.trade_id))
            if isinstance(row, Trade)
            else is_adjustment_known(row, adjustments.get(row.adjustment_id))
        )
    ]


def _carry_out(execution: Execution, command: ChallengeCommand, rows: list[Trade | Adjustment]) -> None:
    actor, at = command.actor_id, command.issued_at
    match command:
        case ExecuteTrade() | ExecuteTrades() | AdjustBalance():
            for row in rows:
                if isinstance(row, Trade):
                    execution.execute_trade(row)
                else:
                    execution.adjust_balance(row)
        case RecordEquity():
            execution.record_equity(command.equity, command.observed_at)
        case StartChallenge():
            execution.start(at)
        case CloseDay():
            execution.close_day(at)
        case ExpireChallenge():
            execution.expire(at)
        case _:
            _decide(execution, command, actor, at)


def _decide(execution: Execution, command: ChallengeCommand, actor: str, at: datetime) -> None:
    """What a person decides or writes down."""
    match command:
        case FailChallenge():
            execution.fail(actor_id=actor, reason=command.reason, at=at)
        case ApproveFunding():
            execution.approve(approver_id=actor, at=at, comment=command.comment)
        case RejectFunding():
            execution.reject(approver_id=actor, reason=command.reason, fails=command.fails, at=at)
        case ArchiveChallenge():
            execution.archive(actor_id=actor, reason=command.reason, at=at)
        case AddNote():
            execution.add_note(author_id=actor, text=command.text, at=at)
        case RaiseAlert():
            execution.raise_alert(
                command.alert_type,
                command.severity,
                title=command.title,
                message=command.message,
                alert_data=command.alert_data,
                at=at,
            )
        case _:
            raise AssertionError(f"no way to carry out {type(command).__name__}")


def _record_result(
    transaction: Transaction, command: ChallengeCommand, after: Challenge, events: int, now: datetime
) -> None:
    record_command_result(
        transaction,
        CommandResult(
            command_id=command.command_id,
            command_type=type(command).__name__,
            actor_id=command.actor_id,
            challenge_id=command.challenge_id,
            issued_at=command.issued_at,
            recorded_at=now,
            result={"status": after.status.value, "version": after.version, "events": events},
        ),
    )
