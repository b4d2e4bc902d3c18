"""Carry a command out again from its recipe: on a newer state in its own place, or as a new one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.commands import (
    ChallengeCommand,
    Command,
    HandleAlert,
    OpenNextPhase,
    RecordPayment,
)
from tradesense_desktop.importers.read_payment_message import read_payment_message
from tradesense_desktop.services.change_payment import move_payment
from tradesense_desktop.services.command_recipe import decoded
from tradesense_desktop.services.errors import NotSignedIn, Refused, SignedOut, refusals
from tradesense_desktop.services.firm_commands import (
    ImportStatement,
    LookAtActivity,
    MovePayment,
    OpenChallenge,
    TakeInMessage,
)
from tradesense_desktop.services.handle_alert import handle_alert
from tradesense_desktop.services.import_statement import import_again
from tradesense_desktop.services.note_in_firm import KIND as AUDIT_ENTRY
from tradesense_desktop.services.note_in_firm import note_in_firm
from tradesense_desktop.services.open_challenge import carry_out_opening
from tradesense_desktop.services.open_next_phase import run_opening
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.receive_webhook import take_in_message
from tradesense_desktop.services.record_payment import run_recording
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.services.watch_activity import raise_findings
from tradesense_desktop.store.errors import (
    OptimisticLockLost,
    WorkspaceBusy,
    WorkspaceClosed,
    WorkspaceDamaged,
    WorkspaceUnusable,
)
from tradesense_desktop.store.outbox import Op, OpState, Outbox, open_outbox
from tradesense_desktop.store.pending_write import Recomputation

REFUSED_HERE: Final = "refused"
"""Code of an op that this program refused when it was computed anew."""
_NO_VERDICT: Final = (WorkspaceBusy, WorkspaceUnusable, WorkspaceDamaged, WorkspaceClosed, OptimisticLockLost)
_NOT_THE_COMMAND: Final = (NotSignedIn, SignedOut)


def recompute(workspace: Workspace, op_id: int) -> None:
    """Compute an op anew on what is there now, under its command id; a refusal becomes its rejection.

    Where nothing is left to do it is over. Raises Refused where it could not be tried at all: nobody has signed in, or
    the workspace cannot be written; then the op waits as it is.
    """
    with refusals(), open_outbox(workspace.directory) as outbox:
        op = outbox.read_op(op_id)
    again = Recomputation(op_id)
    try:
        _carry_out(workspace.recomputing(again), op)
    except Refused as refusal:
        if is_about_surroundings(refusal):
            raise
        if not again.is_kept:
            with refusals(), open_outbox(workspace.directory) as outbox:
                reject(outbox, op, REFUSED_HERE, {"reason": refusal.sentence})
        return
    if not again.is_kept:
        with refusals(), open_outbox(workspace.directory) as outbox:
            outbox.finish(op_id, OpState.NEEDLESS)


def repeat_as_new(workspace: Workspace, op_id: int) -> bool:
    """Give the command of a refused op anew, as of now, under an id of its own; whether anything was left to do.

    The new command joins the queue in one step with the old one's leaving. Raises Refused, and then the old one is
    as it was.
    """
    with refusals(), open_outbox(workspace.directory) as outbox:
        op = outbox.read_op(op_id)
    again = Recomputation(op_id, is_new=True)
    try:
        _carry_out(workspace.recomputing(again), op, is_new=True)
    except Refused:
        if not again.is_kept:
            raise
    if not again.is_kept:
        with refusals(), open_outbox(workspace.directory) as outbox:
            outbox.finish(op_id, OpState.NEEDLESS)
    return again.is_kept


def reject(outbox: Outbox, op: Op, code: str | None, detail: dict[str, Any]) -> None:
    """Let an op be refused, behind the first refused one on its challenge; later ones there are computed anew."""
    if op.challenge_id is not None:
        earlier = [
            each
            for each in outbox.list_ops((OpState.REJECTED,))
            if each.id < op.id and each.challenge_id == op.challenge_id
        ]
        first = earlier[0] if earlier else None
        follows_id = None if first is None else first.follows_id or first.id
    else:
        follows_id = None
    outbox.move(op.id, OpState.REJECTED, code=code, detail=detail, follows_id=follows_id)
    mark_later_stale(outbox, op)


def mark_later_stale(outbox: Outbox, op: Op) -> None:
    """Have what was computed after an op, on its challenge, computed anew."""
    for each in outbox.list_ops((OpState.QUEUED,)):
        if each.id > op.id and each.challenge_id is not None and each.challenge_id == op.challenge_id:
            outbox.mark_stale(each.id, is_counted=False)


def is_about_surroundings(refusal: Refused) -> bool:
    """Whether a refusal says nothing about the command: nobody is signed in, or the disk is full."""
    return isinstance(refusal, _NOT_THE_COMMAND) or isinstance(refusal.__cause__, _NO_VERDICT)


def _carry_out(workspace: Workspace, op: Op, *, is_new: bool = False) -> None:
    with refusals(), open_outbox(workspace.directory) as outbox:
        recipe, attachment = outbox.read_recipe(op.id)
    if op.kind == AUDIT_ENTRY:
        note_in_firm(workspace, AuditAction(recipe["action"]), op.title, recipe["details"])
        return
    with refusals():
        command = decoded(recipe)
    if is_new:
        command = replace(command, command_id=str(uuid4()), issued_at=datetime.now(UTC))
    _run(workspace, command, attachment)


def _run(workspace: Workspace, command: Command, attachment: bytes | None) -> None:
    match command:
        case HandleAlert():
            handle_alert(workspace, command)
        case OpenNextPhase():
            run_opening(workspace, command)
        case RecordPayment():
            run_recording(workspace, command)
        case LookAtActivity():
            raise_findings(workspace, command)
        case OpenChallenge():
            carry_out_opening(workspace, command)
        case MovePayment():
            move_payment(workspace, command)
        case TakeInMessage():
            with _file_of(command.file_name, attachment) as path, refusals():
                take_in_message(workspace, command, read_payment_message(path), attachment)
        case ImportStatement():
            with _file_of(command.file_name, attachment) as path:
                import_again(workspace, command, path)
        case ChallengeCommand():
            run_command(workspace, command)
        case _:
            raise AssertionError(f"no way to carry out {type(command).__name__} again")


@contextmanager
def _file_of(name: str, attachment: bytes | None) -> Iterator[Path]:
    """The bytes that were handed in as a file of their name, which nobody else can read, while it is needed."""
    with tempfile.TemporaryDirectory(prefix="tradesense-") as folder:
        path = Path(folder) / Path(name).name
        with refusals():
            try:
                path.write_bytes(attachment or b"")
            except OSError as error:
                raise WorkspaceUnusable(path, error.strerror or str(error)) from error
        yield path
