"""What a person does about a refused command: do it again, discard it, export it for support.

Doing it again is a new command, under an id of its own and as of now: the server has given its verdict on the old one,
and each command has one. A held command has none any more (the server was set back), so that it keeps its id. What was
discarded or done again stays in the outbox's history; nothing vanishes.
"""

import json
import os
from pathlib import Path

from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_pending import export_of
from tradesense_desktop.services.repeat_command import mark_later_stale, recompute, repeat_as_new
from tradesense_desktop.store.outbox import REFUSED_STATES, Op, OpState, open_outbox

_FILE_MODE = 0o600


def do_again(workspace: Workspace, op_id: int) -> None:
    """Carry a refused or held command out on the challenge as it stands now. Raises Refused where that is refused too.

    Where nothing is left to do it is over.
    """
    if _refused_op(workspace, op_id).state is OpState.REJECTED:
        repeat_as_new(workspace, op_id)
        return
    recompute(workspace, op_id)
    with refusals(), open_outbox(workspace.directory) as outbox:
        op = outbox.read_op(op_id)
        if op.state is OpState.QUEUED:
            mark_later_stale(outbox, op)
    if op.state is OpState.REJECTED:
        raise Refused(op.reason)


def discard(workspace: Workspace, op_id: int) -> None:
    """Let a refused or held command be; it stays in the history. Raises Refused."""
    _refused_op(workspace, op_id)
    with refusals(), open_outbox(workspace.directory) as outbox:
        outbox.finish(op_id, OpState.DISCARDED)


def export_refused(workspace: Workspace, op_id: int, path: Path) -> None:
    """Write what a refused command was and why it was refused into a new file that nobody else can read, as JSON.

    Neither keys nor signatures nor the statement's file are in it. Raises Refused, also for a file that is there.
    """
    op = _refused_op(workspace, op_id)
    with refusals(), open_outbox(workspace.directory) as outbox:
        document = export_of(op, outbox.read_rows(op_id))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=2)
            file.write("\n")
    except OSError as error:
        raise Refused(f"{path.name} cannot be written ({error.strerror or error}).") from error


def _refused_op(workspace: Workspace, op_id: int) -> Op:
    if not workspace.is_firm:
        raise Refused("In a workspace of one's own nothing waits for a server.")
    with refusals(), open_outbox(workspace.directory) as outbox:
        op = outbox.read_op(op_id)
    if op.state not in REFUSED_STATES:
        raise Refused(f"Command {op_id} was not refused ({op.state}).")
    return op
