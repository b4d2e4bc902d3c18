"""Between the outbox and what the server holds: ops that a pull has brought, and those that a new epoch has lost."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tradesense_desktop.store.outbox import OpState, open_outbox

_HELD_REASON: Final = (
    "The server was set back to an earlier state, which does not hold this command; send it again, or discard it."
)
_KNOWN_TO_SERVER: Final = (OpState.SENT, OpState.APPLIED, OpState.CONFIRMED)


def list_applied(directory: Path) -> tuple[int, ...]:
    """Ids of the ops that have the verdict `applied`: asked BEFORE a pull begins, for `confirm_applied` after it."""
    with open_outbox(directory) as outbox:
        return tuple(op.id for op in outbox.list_ops((OpState.APPLIED,)))


def confirm_applied(directory: Path, op_ids: Iterable[int]) -> None:
    """Let the ops go whose rows a pull has brought.

    The order that loses and doubles nothing, whenever the process dies: (1) `list_applied`, (2) the pull's snapshot of
    the server begins, (3) the pull is committed to the replica, (4) `confirm_applied` with the ids of (1). A death
    before (3) leaves rows in the overlay that are not in the replica; one before (4) leaves ops whose base is no
    longer the replica's head, which are not laid over it, and which the next pull confirms.
    """
    with open_outbox(directory) as outbox:
        for op_id in op_ids:
            if outbox.read_op(op_id).state is OpState.APPLIED:
                outbox.finish(op_id, OpState.CONFIRMED)


def hold_unknown(directory: Path, applied_command_ids: frozenset[str]) -> int:
    """After a new epoch: hold every op that the server's new state does not know; how many there are.

    `applied_command_ids` are those of `list_command_ids` that ts_api.applied_commands has. A held op waits for a
    person's click (resolve_refused.do_again), and then goes out under the same command id. Queued ones go out as they
    are: they are computed anew when the server finds them stale.
    """
    held = 0
    with open_outbox(directory) as outbox:
        for op in outbox.list_ops(_KNOWN_TO_SERVER):
            if op.command_id in applied_command_ids:
                if op.state is OpState.SENT:
                    outbox.move(op.id, OpState.APPLIED)
                continue
            if op.state is OpState.SENT:
                outbox.unsend(op.id)
            outbox.move(op.id, OpState.HELD, code="epoch", detail={"reason": _HELD_REASON})
            held += 1
    return held


def list_command_ids(directory: Path) -> frozenset[str]:
    """Command ids of everything that the server may hold: to be asked about after a new epoch."""
    with open_outbox(directory) as outbox:
        ops = outbox.list_ops(_KNOWN_TO_SERVER)
    return frozenset(op.command_id for op in ops)
