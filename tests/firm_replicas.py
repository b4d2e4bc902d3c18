"""Firm workspaces for tests of the window, without a server: a copy as a pull would leave it, bound to one person.

Nobody listens where its server should be, so the sync is offline from the first turn; commands go into the real outbox.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.people import PASSWORD, ROLES, id_of, make_people
from tests.waiting_challenges import waiting_challenge, waiting_for_next_phase
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.sign_in_to_firm import sign_in_to_firm
from tradesense_desktop.store.firm_binding import FirmBinding, write_binding
from tradesense_desktop.store.offline_verifier import keep_verifier, new_verifier
from tradesense_desktop.store.outbox import ComputedRows, NewOp, OpState, open_outbox

LOGIN = "u_0123456789abcdef0123456789abcdef"
ADDRESS = f"postgresql://{LOGIN}@127.0.0.1:9/firm"
"""Of a port on which nobody listens."""


@dataclass(frozen=True, slots=True)
class Replica:
    """A closed copy and the challenges in it, the first of which has reached its first target."""

    directory: Path
    challenge_ids: tuple[str, ...]
    user_id: str


def make_replica(
    directory: Path, folder: Path, name: str = "admin", *, tls: str = "verified", host: str = "127.0.0.1:9"
) -> Replica:
    """A copy for one of tests.people; the statements of its challenges are written into `folder`."""
    workspace = open_workspace(directory)
    try:
        people = make_people(workspace)
        first = waiting_for_next_phase(people.trader, folder)
        second = waiting_challenge(people.trader, folder, account=7002)
        user_id = id_of(people.of(name))
    finally:
        workspace.close()
    binding = FirmBinding(
        address=ADDRESS.replace("127.0.0.1:9", host),
        login=LOGIN,
        user_id=user_id,
        role=ROLES[name],
        tls=tls,
        instance=str(uuid4()),
        connected_at=datetime.now(UTC),
        epoch=str(uuid4()),
        schema_version="1.0.0",
    )
    write_binding(directory, binding)
    keep_verifier(directory, new_verifier(user_id, PASSWORD, datetime.now(UTC)))
    return Replica(directory, (first, second), user_id)


@contextmanager
def opened_replica(replica: Replica) -> Iterator[Workspace]:
    """The copy, with its person signed in without the server; closed afterwards."""
    workspace = open_workspace(replica.directory)
    try:
        yield sign_in_to_firm(workspace, PASSWORD).workspace
    finally:
        workspace.close()


def refuse(directory: Path, op_id: int, reason: str, *, follows_id: int | None = None) -> None:
    """Have the server refuse an op, as its verdict would."""
    with open_outbox(directory) as outbox:
        outbox.move(op_id, OpState.REJECTED, code="state", detail={"reason": reason}, follows_id=follows_id)


def hold(directory: Path, op_id: int) -> None:
    """Hold an op, as a new epoch of the server would."""
    with open_outbox(directory) as outbox:
        outbox.move(op_id, OpState.HELD)


def ids_of_ops(directory: Path) -> tuple[int, ...]:
    """Ids of all that waits or was refused, in the order of the queue."""
    with open_outbox(directory) as outbox:
        states = (OpState.QUEUED, OpState.SENT, OpState.APPLIED, OpState.REJECTED, OpState.HELD)
        return tuple(op.id for op in outbox.list_ops(states))


def queue_op(
    replica: Replica,
    title: str,
    *,
    challenge_id: str | None = None,
    rows: Mapping[str, list[dict[str, Any]]] | None = None,
    kind: str = "AddNote",
) -> int:
    """Put a command into the outbox as if it had been done three hours ago; its id."""
    computed = ComputedRows(kind=kind, challenge_id=challenge_id, base=None, rows=rows or {})
    with open_outbox(replica.directory) as outbox:
        return outbox.append(
            NewOp(
                command_id=str(uuid4()),
                title=title,
                actor_id=replica.user_id,
                issued_at=datetime.now(UTC) - timedelta(hours=3),
                about_id=challenge_id,
                recipe={},
                attachment=None,
                computed=computed,
            )
        )


def fill_outbox(replica: Replica) -> None:
    """One command in every state that a person meets, one of which follows from a refused one."""
    first, second = replica.challenge_ids
    queue_op(replica, "Approve the funding", challenge_id=first, kind="ApproveFunding")
    sent = queue_op(replica, "Write a note", challenge_id=first)
    refused = queue_op(replica, "Reject the funding", challenge_id=second, kind="RejectFunding")
    following = queue_op(replica, "Write a note", challenge_id=second)
    held = queue_op(replica, "Record an equity of 10,250.00", challenge_id=second, kind="RecordEquity")
    with open_outbox(replica.directory) as outbox:
        outbox.move(sent, OpState.SENT)
    reason = "The funding of this challenge was decided by somebody else meanwhile."
    refuse(replica.directory, refused, reason)
    refuse(replica.directory, following, "It follows from a command that was refused.", follows_id=refused)
    hold(replica.directory, held)
