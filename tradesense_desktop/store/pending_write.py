"""A change of a firm's workspace: a command that runs on the replica with what is pending laid over it, and is kept.

Nothing of it is ever committed to the replica: what it wrote is read back and joins the outbox, durably, while the
replica's write lock still keeps every other process out; then the transaction is rolled back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tradesense_desktop.store.captured_changes import read_captured
from tradesense_desktop.store.errors import StoreRefusal
from tradesense_desktop.store.outbox import ComputedRows, NewOp, OpState, open_outbox
from tradesense_desktop.store.pending_overlay import lay_pending
from tradesense_desktop.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCommand:
    """A command as the outbox keeps it.

    `kind` is the name of its class, `title` a short sentence for a person, `recipe` the JSON object that carries it out
    again on a newer state, `attachment` the bytes of the file that belongs to it. `challenge_id` is the challenge that
    it is given for; None where that is found out by the command itself. `issued_at` is aware UTC, None for now.
    """

    command_id: str
    kind: str
    title: str
    recipe: Mapping[str, Any]
    challenge_id: str | None = None
    issued_at: datetime | None = None
    attachment: bytes | None = field(default=None, repr=False)


class DoneByServer(StoreRefusal):
    """A change that only the server of the firm makes."""

    def __init__(self) -> None:
        super().__init__("This is done on the firm's server and cannot be done in its copy on this computer.")


class Recomputation:
    """An op that is carried out again on a newer state; `is_kept` says whether it has come to rows.

    It takes its place in the queue again, under its command id; or, with `is_new`, a new command at the end of the
    queue takes its place, in one step with its leaving.
    """

    __slots__ = ("is_kept", "is_new", "op_id")

    def __init__(self, op_id: int, *, is_new: bool = False) -> None:
        self.op_id: Final = op_id
        self.is_new: Final = is_new
        self.is_kept = False


class PendingWrite:
    """One pending command on its way into the outbox of the workspace in `directory`; `again` where it is there."""

    def __init__(
        self, directory: Path, command: PendingCommand, actor_id: str, again: Recomputation | None = None
    ) -> None:
        self._directory = directory
        self._actor_id = actor_id
        self._command = command
        self._again = again

    def lay(self, transaction: Transaction) -> None:
        """Lay what is pending over the replica."""
        lay_pending(
            transaction,
            self._directory,
            self._command.challenge_id,
            command_id=self._command.command_id,
            before_id=None if self._again is None or self._again.is_new else self._again.op_id,
        )

    def keep(self, transaction: Transaction) -> None:
        """Put what the command wrote into the outbox, durably; nothing where it wrote nothing."""
        computed = read_captured(transaction, self._command.kind)
        if computed is None:
            return
        again = self._again
        with open_outbox(self._directory) as outbox:
            if again is not None and not again.is_new:
                outbox.replace(again.op_id, computed)
            else:
                outbox.append(self._new_op(computed))
            if again is not None and again.is_new:
                outbox.finish(again.op_id, OpState.DONE_AGAIN)
        if again is not None:
            again.is_kept = True

    def _new_op(self, computed: ComputedRows) -> NewOp:
        command = self._command
        return NewOp(
            command_id=command.command_id,
            title=command.title,
            actor_id=self._actor_id,
            issued_at=command.issued_at or datetime.now(UTC),
            about_id=command.challenge_id,
            recipe=command.recipe,
            attachment=command.attachment,
            computed=computed,
        )
