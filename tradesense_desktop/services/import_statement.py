"""Import a statement: read, reconcile, judge and record it, all or nothing, once."""

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import uuid4

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.limits import verdict
from tradesense_desktop.domain.money import ZERO, Money, decimal_text, money_text
from tradesense_desktop.domain.people import Actor
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.domain.recording import Recorded
from tradesense_desktop.importers.reconciliation import Reconciliation, ReconciliationLine
from tradesense_desktop.services.errors import NotAllowed, Refused, TotalsDiffer, refusals
from tradesense_desktop.services.firm_commands import ImportStatement
from tradesense_desktop.services.handed_in_file import bytes_of
from tradesense_desktop.services.import_binding import SOURCE_KEY
from tradesense_desktop.services.import_plan import (
    FORMAT_TITLES,
    ImportPlan,
    StatementFile,
    account_text,
    plan_import,
    read_file,
    source_json,
)
from tradesense_desktop.services.import_result import ImportRequest, ImportResult
from tradesense_desktop.services.judge_rows import JudgedRows, judge_rows
from tradesense_desktop.services.known_rows import unrecorded_rows
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.opening_terms import opening_terms
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import require
from tradesense_desktop.services.presets import preset_named
from tradesense_desktop.services.resting_collector import resting_collector
from tradesense_desktop.services.run_command import new_execution, new_identifiers
from tradesense_desktop.services.watch_activity import raise_unusual_activity
from tradesense_desktop.store.command_results import CommandResult, record_command_result
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.import_history import ImportRecord, record_import
from tradesense_desktop.store.recorded_trades import read_recorded_adjustments
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.users import read_user

__all__ = ["ImportRequest", "ImportResult", "Outcome", "dry_run", "import_statement"]

_FURTHEST_AHEAD: Final = timedelta(hours=1)
COMMAND_TYPE: Final = ImportStatement.__name__
_ANSWERS: Final = tuple(
    field.name for field in fields(ImportRequest) if field.name in ImportStatement.__dataclass_fields__
)
"""What a request and its command both hold."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import came to: the challenge as it stands then, and how its rows were judged."""

    challenge: Challenge
    judged: JudgedRows
    plan: ImportPlan
    recorded_otherwise: Money
    is_stored: bool


def import_statement(
    workspace: Workspace, request: ImportRequest, progress: ProgressReport = unwatched
) -> ImportResult:
    """Import the file of `request` and say what was done; with `dry_run`, what would be.

    The whole file goes in or nothing does; the same file again changes nothing. Raises Refused with one sentence,
    Cancelled when the person has asked to stop.
    """
    with refusals(), resting_collector():
        actor = require(workspace, Right.RECORD_ROWS)
        file = read_file(request.path, progress)
        if request.dry_run:
            with workspace.reading() as reading:
                outcome = dry_run(reading, workspace, request, file, progress)
        else:
            command = _command_of(request, actor)
            outcome = _carry_out(workspace, request, file, command, progress)
    return _result(outcome)


def import_again(workspace: Workspace, command: ImportStatement, path: Path) -> None:
    """Carry an import out on the challenge as it stands now; `path` holds the bytes of its file. Raises Refused."""
    answers = {field.name: getattr(command, field.name) for field in fields(command) if field.name in _ANSWERS}
    request = ImportRequest(path=path, **answers)
    with refusals(), resting_collector():
        _carry_out(workspace, request, read_file(path, unwatched), command, unwatched)


def owner_sought(workspace: Workspace, request: ImportRequest, actor: Actor) -> str | None:
    """Whose challenges an import goes to: one's own; in a firm's workspace the named trader's, or anybody's."""
    return request.owner_id if workspace.is_firm else actor.user_id


def _command_of(request: ImportRequest, actor: Actor) -> ImportStatement:
    return ImportStatement(
        command_id=str(uuid4()),
        actor_id=actor.user_id,
        issued_at=datetime.now(UTC),
        file_name=request.path.name,
        **{name: getattr(request, name) for name in _ANSWERS},
    )


def _carry_out(
    workspace: Workspace,
    request: ImportRequest,
    file: StatementFile,
    command: ImportStatement,
    progress: ProgressReport,
) -> Outcome:
    actor = require(workspace, Right.RECORD_ROWS)
    now = max(datetime.now(UTC), command.issued_at)

    def change(transaction: Transaction) -> Outcome:
        plan = plan_import(transaction, request, file, owner_sought(workspace, request, actor))
        owner_id = _owner_of(plan, request, actor)
        return _record(
            transaction,
            _accepted(plan, request, now),
            command,
            now,
            progress,
            owner_id=owner_id,
            accept_differences=request.accept_differences,
        )

    attachment = _same_bytes(file) if workspace.is_firm else None
    return workspace.write(change, pending=pending_of(workspace, command, attachment))


def _owner_of(plan: ImportPlan, request: ImportRequest, actor: Actor) -> str:
    """Whose challenge the rows go to. Raises NotAllowed, and Refused where a firm's administrator names nobody."""
    if not actor.in_firm:
        return actor.user_id
    owner_id = plan.target.user_id if plan.target is not None else request.owner_id
    if owner_id is None:
        raise Refused(
            f"{plan.file.name}: no challenge here is of this account. In a firm's workspace a statement is recorded "
            "for somebody: name the challenge, or the trader for a new one.",
            "--challenge ID or --for EMAIL",
        )
    if not may(actor, Right.RECORD_ROWS, owner_id=owner_id):
        raise NotAllowed(Right.RECORD_ROWS, actor.role, is_own=owner_id == actor.user_id)
    return owner_id


def _same_bytes(file: StatementFile) -> bytes:
    """The bytes of a file that was read. Raises Refused where it holds others by now."""
    data = bytes_of(file.path)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Refused(f"{file.name}: the file was written to while it was read; try again when it is whole.")
    return data


def dry_run(
    reading: Reading, workspace: Workspace, request: ImportRequest, file: StatementFile, progress: ProgressReport
) -> Outcome:
    """What the import would come to, with nothing written. Raises Refused for whatever the import would refuse."""
    actor = require(workspace, Right.RECORD_ROWS)
    now = datetime.now(UTC)
    plan = _accepted(plan_import(reading, request, file, owner_sought(workspace, request, actor)), request, now)
    owner_id = _owner_of(plan, request, actor)
    outcome = _judge_dry(reading, plan, owner_id, now, progress)
    gap = _gap_before(reading, plan, outcome.challenge, outcome.judged)
    if gap and not request.accept_differences:
        raise _rows_missing(plan, gap)
    return outcome


def _accepted(plan: ImportPlan, request: ImportRequest, now: datetime) -> ImportPlan:
    """The plan, where nothing speaks against it."""
    if plan.totals.differences and not request.accept_differences and not plan.is_known_file:
        first = plan.totals.differences[0]
        raise TotalsDiffer(
            f"{plan.file.name}: the file does not agree with its own totals: {first.label.lower()} is stated as "
            f"{_figure(first.stated)} and adds up to {_figure(first.found)} (difference {_figure(first.difference)}). "
            "Nothing was imported.",
            "--accept-differences imports it all the same",
        )
    ahead = next((row for row in reversed(plan.rows) if row.at > now + _FURTHEST_AHEAD), None)
    if ahead is not None:
        raise Refused(
            f"{plan.file.name}, line {ahead.row.line}: number {ahead.number} lies in the future "
            f"({ahead.at:%Y-%m-%d %H:%M:%S} UTC); is the server's time zone right? It was taken as {plan.zone}."
        )
    return plan


def _record(
    transaction: Transaction,
    plan: ImportPlan,
    command: ImportStatement,
    now: datetime,
    progress: ProgressReport,
    *,
    owner_id: str,
    accept_differences: bool,
) -> Outcome:
    command_id = command.command_id
    new = unrecorded_rows(transaction, plan)
    rows = new.rows
    if plan.target is None:
        execution = new_execution(None, 0, command_id, now)
        _create(transaction, execution, plan, owner_id, now)
        recorder = Recorder.of_new(transaction, execution.snapshot())
    else:
        if not rows:
            return Outcome(plan.target, JudgedRows(0, 0, 0, 0), plan, new.recorded_otherwise, is_stored=True)
        recorder = Recorder.of_known(transaction, plan.target)
        execution = new_execution(plan.target, recorder.last_sequence_number, command_id, now)
    judged = judge_rows(execution, rows, len(rows), recorder.append, progress)
    if plan.target is not None and not judged.trades and not judged.adjustments:
        # Everything new lies after the end: nothing was recorded, so there is nothing to write down.
        return Outcome(plan.target, judged, plan, new.recorded_otherwise, is_stored=True)
    after = execution.snapshot()
    raise_unusual_activity(transaction, execution, after)
    recorder.append(execution.drain())
    challenge = recorder.finish(after)
    gap = _gap_before(transaction, plan, challenge, judged)
    if gap and not accept_differences:
        raise _rows_missing(plan, gap)
    statement = plan.file.statement
    record_import(
        transaction,
        ImportRecord(
            id=new_identifiers(now)(),
            challenge_id=challenge.id,
            command_id=command_id,
            file_name=plan.file.name,
            file_sha256=plan.file.sha256,
            format=statement.format.value,
            time_zone=plan.zone,
            trades_read=len(statement.trades),
            trades_added=judged.trades,
            trades_after_end=judged.trades_after_end,
            totals={
                "net": decimal_text(plan.totals.net),
                "balance": decimal_text(plan.totals.balance),
                "stated_trades": statement.stated.trades,
                "stated_net": _optional_text(statement.stated.net),
                "stated_balance": _optional_text(statement.stated.balance),
                SOURCE_KEY: source_json(statement.source),
            },
            recorded_at=now,
        ),
    )
    record_command_result(
        transaction,
        CommandResult(
            command_id=command_id,
            command_type=COMMAND_TYPE,
            actor_id=command.actor_id,
            challenge_id=challenge.id,
            issued_at=command.issued_at,
            recorded_at=now,
            result={"trades_added": judged.trades, "file_sha256": plan.file.sha256},
        ),
    )
    return Outcome(challenge, judged, plan, new.recorded_otherwise, is_stored=True)


def _gap_before(reading: Reading, plan: ImportPlan, challenge: Challenge, judged: JudgedRows) -> Money:
    """By how much the ledger misses the account after this file; 0 where it ends before the file or nothing came in.

    A window of the account that does not begin where the ledger ends leaves rows out that no file has brought.
    """
    came_in = judged.trades + judged.adjustments
    if not came_in or judged.trades_after_end or judged.adjustments_after_end:
        return ZERO
    ledger = challenge.initial_balance + challenge.total_pnl + challenge.adjustments_total + challenge.outside_money
    gap = plan.totals.ledger_balance - ledger
    if gap and plan.target is not None:
        # Some platforms keep credit beside the balance: a later window does not know of it.
        credit = sum(
            (
                row.amount
                for row in read_recorded_adjustments(reading, plan.target.id).values()
                if row.kind is AdjustmentKind.CREDIT
            ),
            ZERO,
        )
        return ZERO if gap == -credit else gap
    return gap


def _rows_missing(plan: ImportPlan, gap: Money) -> Refused:
    return Refused(
        f"{plan.file.name}: after this file the account stands {money_text(abs(gap))} {plan.currency} "
        f"{'above' if gap > ZERO else 'below'} the ledger, so rows before this file, or the entry costs of positions "
        "opened before it, are missing. Export a statement that begins earlier, or import this one as a new challenge.",
        "--new",
    )


def _judge_dry(reading: Reading, plan: ImportPlan, owner_id: str, now: datetime, progress: ProgressReport) -> Outcome:
    new = unrecorded_rows(reading, plan)
    rows = new.rows
    if plan.target is None:
        execution = new_execution(None, 0, str(uuid4()), now)
        _create(reading, execution, plan, owner_id, now)
    else:
        execution = new_execution(plan.target, read_head(reading, plan.target.id).sequence_number, str(uuid4()), now)
    judged = judge_rows(execution, rows, len(rows), _forget, progress)
    return Outcome(execution.snapshot(), judged, plan, new.recorded_otherwise, is_stored=plan.target is not None)


def _with_other_shares(totals: Reconciliation, recorded_otherwise: Money) -> Reconciliation:
    """The comparison with a line for trades that the ledger holds with another share of their entry costs."""
    if not recorded_otherwise:
        return totals
    line = ReconciliationLine("Entry costs recorded otherwise", -recorded_otherwise, None, None)
    return replace(totals, lines=(*totals.lines, line))


def _figure(value: Money | int | None) -> str:
    return money_text(value) if isinstance(value, Decimal) else str(value)


def _optional_text(amount: Money | None) -> str | None:
    return None if amount is None else decimal_text(amount)


def _forget(_recorded: Recorded) -> None:
    """A dry run keeps nothing."""


def _create(reading: Reading, execution: Execution, plan: ImportPlan, owner_id: str, now: datetime) -> None:
    read_user(reading, owner_id)
    preset = preset_named(plan.preset)
    first_day = plan.rows[0].at.date() if plan.rows else now.date()
    terms = opening_terms(reading, preset, plan.initial_balance, on=first_day)
    execution.create(
        challenge_id=new_identifiers(now)(),
        user_id=owner_id,
        challenge_type=preset.title,
        currency=plan.currency,
        initial_balance=plan.initial_balance,
        rules_config={
            **terms.rules_config,
            "source": source_json(plan.file.statement.source),
            "server_zone": plan.zone,
        },
        max_daily_drawdown_percent=terms.max_daily_drawdown_percent,
        max_total_drawdown_percent=terms.max_total_drawdown_percent,
        profit_target_percent=terms.profit_target_percent,
    )


def _result(outcome: Outcome) -> ImportResult:
    plan, judged, challenge = outcome.plan, outcome.judged, outcome.challenge
    statement = plan.file.statement
    notes = list(plan.notes)
    if judged.adjustments_after_end:
        notes.append(f"{judged.adjustments_after_end} balance operations lie after the end and were not recorded.")
    if statement.open_positions:
        notes.append(
            f"{statement.open_positions} positions are still open; their floating result of "
            f"{money_text(statement.open_floating)} {plan.currency} is not part of the ledger."
        )
    return ImportResult(
        file_name=plan.file.name,
        format=statement.format.value,
        format_title=FORMAT_TITLES[statement.format],
        file_sha256=plan.file.sha256,
        account=account_text(statement.source),
        currency=plan.currency,
        preset=plan.preset,
        timezone=plan.zone,
        challenge_id=challenge.id if outcome.is_stored else None,
        period=(plan.rows[0].at, plan.rows[-1].at) if plan.rows else None,
        trades_read=len(statement.trades),
        trades_added=judged.trades,
        trades_after_end=judged.trades_after_end,
        totals=_with_other_shares(plan.totals, outcome.recorded_otherwise),
        stated=statement.stated,
        status=challenge.status,
        verdict=verdict(challenge),
        skipped=statement.skipped,
        notes=tuple(notes),
    )
