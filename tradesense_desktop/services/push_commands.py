"""Push: send what was done here to the firm's server, in order, and note what it says.

What was sent is kept byte for byte until there is a verdict. A stale op has not used its number up: after the next pull
it, and what was computed after it on its challenge, is computed anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.server_address import ServerAddress, parse_address
from tradesense_desktop.server.connection import ServerConnection
from tradesense_desktop.server.push import (
    APPLIED,
    STALE,
    OpNumbersDiffer,
    PushTooLarge,
    SignedOp,
    Verdict,
    last_op_no,
    push,
    read_epoch,
)
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.repeat_command import mark_later_stale, recompute, reject
from tradesense_desktop.store.device import read_device_id
from tradesense_desktop.store.device_key import RequestSigner, ensure_public_key
from tradesense_desktop.store.outbox import Op, OpState, Outbox, base_json, open_outbox
from tradesense_desktop.store.replica_state import read_cursors

MOST_STALE: Final = 5
_OPS_A_BATCH: Final = 50
_CHARACTERS_A_BATCH: Final = 1_000_000
"""A larger op goes alone: the server takes 4 MB at a time of whoever is no administrator."""
_VERSION: Final = 1
_OVERTAKEN: Final = "Others kept changing it while it was on its way; look at it as it is now, then do it again."


@dataclass(frozen=True, slots=True)
class PushOutcome:
    """How many ops were sent and what became of them; `stale` asks for a pull, after which it is pushed again.

    `is_more` says that something waits still.
    """

    sent: int = 0
    applied: int = 0
    rejected: int = 0
    stale: int = 0
    is_more: bool = False


def push_pending(workspace: Workspace, connection: ServerConnection) -> PushOutcome:
    """Send everything that waits, in batches, until something is stale or nothing is left.

    First what an earlier push found stale is computed anew: a pull has to lie between the two. Nothing is sent to a
    server of another epoch than the replica's. Raises ServerUnreachable, with what was sent waiting for the same bytes
    to be sent again; DeviceRefused; Refused where something cannot be computed here just now.
    """
    assert workspace.firm is not None
    recompute_stale(workspace)
    way = _Way(workspace, connection)
    if way.epoch is None:
        return PushOutcome(stale=1, is_more=True)
    sent = applied = rejected = 0
    while batch := way.next_batch():
        try:
            verdicts = way.send(batch)
        except PushTooLarge as too_large:
            if len(batch) > 1:
                raise
            rejected += 1
            _refuse(workspace, batch[0], str(too_large))
            continue
        with open_outbox(workspace.directory) as outbox:
            is_stale = _note(outbox, way.epoch, batch, verdicts)
        sent += len(batch)
        applied += sum(each.verdict == APPLIED for each in verdicts)
        rejected += sum(each.verdict not in {APPLIED, STALE} for each in verdicts)
        if is_stale:
            return PushOutcome(sent, applied, rejected, stale=1, is_more=True)
        recompute_stale(workspace)
    return PushOutcome(sent, applied, rejected)


def _refuse(workspace: Workspace, op: Op, reason: str) -> None:
    """Let an op be refused that the server does not even look at; its number is not used up."""
    with open_outbox(workspace.directory) as outbox:
        outbox.unsend(op.id)
        reject(outbox, op, "invalid", {"reason": reason})


def recompute_stale(workspace: Workspace) -> None:
    """Compute anew what has to be, in the order of the queue. Raises Refused where that cannot be tried."""
    done = 0
    while True:
        with open_outbox(workspace.directory) as outbox:
            waiting = [op.id for op in outbox.list_ops((OpState.QUEUED,)) if op.is_stale and op.id > done]
        if not waiting:
            return
        done = waiting[0]
        recompute(workspace, done)


class _Way:
    """The way to the server of one push: who sends, under which key, in which epoch."""

    def __init__(self, workspace: Workspace, connection: ServerConnection) -> None:
        assert workspace.firm is not None
        self._directory: Final = workspace.directory
        self._connection: Final = connection
        self._address: Final[ServerAddress] = parse_address(workspace.firm.address, workspace.firm.tls)
        self._device_id: Final = read_device_id(workspace.directory)
        self.epoch: Final = self._epoch_of(workspace)

    def next_batch(self) -> list[Op]:
        """What goes next, noted as sent: first what has no verdict yet, under its number and bytes."""
        with open_outbox(self._directory) as outbox:
            again = sorted(outbox.list_ops((OpState.SENT,)), key=lambda op: op.op_no or 0)
            if again:
                return again[:_OPS_A_BATCH]
            batch: list[Op] = []
            assert self.epoch is not None
            number = outbox.last_op_no(self.epoch)
            characters = 0
            signer: RequestSigner | None = None
            for op in outbox.list_ops((OpState.QUEUED,)):
                request = self._request(outbox, op)
                characters += len(request)
                if len(batch) == _OPS_A_BATCH or (batch and characters > _CHARACTERS_A_BATCH):
                    break
                signer = signer or RequestSigner(self._directory)
                number += 1
                signature = signer.sign(request.encode())
                outbox.send(op.id, op_no=number, epoch=self.epoch, request=request, signature=signature)
                batch.append(outbox.read_op(op.id))
            return batch

    def send(self, batch: Sequence[Op]) -> tuple[Verdict, ...]:
        """The verdicts on a batch; none where its numbers were not those that the server expects."""
        with open_outbox(self._directory) as outbox:
            signed = [SignedOp(op.op_no or 0, *outbox.read_request(op.id)) for op in batch]
        try:
            return push(self._connection, self._address, self._device_id, signed)
        except OpNumbersDiffer:
            if not self._take_up_number():
                raise
            return ()

    def _take_up_number(self) -> bool:
        """Count on from where the server counts; whether that is another number than ours."""
        assert self.epoch is not None
        number = self._last_op_no()
        with open_outbox(self._directory) as outbox:
            sent = outbox.list_ops((OpState.SENT,))
            if number == outbox.last_op_no(self.epoch) and all((op.op_no or 0) > number for op in sent):
                return False
            outbox.set_last_op_no(self.epoch, number)
        return True

    def _last_op_no(self) -> int:
        return last_op_no(self._connection, self._address, self._device_id, ensure_public_key(self._directory))

    def _epoch_of(self, workspace: Workspace) -> str | None:
        """The server's epoch; None where the replica, or something that was sent, is of another."""
        assert workspace.firm is not None
        epoch = read_epoch(self._connection, self._address)
        if epoch is None:
            return None
        with workspace.reading() as reading:
            cursors = read_cursors(reading.driver)
        if any(cursor.stream_id == workspace.firm.user_id and cursor.epoch != epoch for cursor in cursors):
            return None
        with open_outbox(self._directory) as outbox:
            if any(op.epoch != epoch for op in outbox.list_ops((OpState.SENT,))):
                return None
            is_known = outbox.last_op_no(epoch) > 0
        if not is_known:
            number = self._last_op_no()
            with open_outbox(self._directory) as outbox:
                outbox.set_last_op_no(epoch, number)
        return epoch

    def _request(self, outbox: Outbox, op: Op) -> str:
        """The canonical text of a request; the rows are canonical already and go in as they are."""
        head: dict[str, Any] = {
            "actor_id": op.actor_id,
            "base": base_json(op.base),
            "challenge_id": op.challenge_id,
            "command_id": op.command_id,
            "device_id": self._device_id,
            "issued_at": instant_text(op.issued_at),
            "kind": op.kind,
        }
        return f'{canonical_text(head)[:-1]},"rows":{outbox.rows_text(op.id) or "{}"},"v":{_VERSION}}}'


def _note(outbox: Outbox, epoch: str, batch: Sequence[Op], verdicts: Sequence[Verdict]) -> bool:
    """Note the verdicts on a batch, all or none; whether one of them is stale."""
    by_number = {verdict.op_no: verdict for verdict in verdicts}
    stale: Op | None = None
    rejected: list[Op] = []
    for op in batch:
        now = outbox.read_op(op.id)
        if (now.state, now.op_no) != (OpState.SENT, op.op_no):
            continue  # another window or program has sent the same bytes and was told first
        verdict = by_number.get(op.op_no or 0)
        if verdict is None or verdict.verdict == STALE:
            outbox.unsend(op.id)
            stale = op if verdict is not None else stale
            continue
        outbox.set_last_op_no(epoch, max(verdict.op_no, outbox.last_op_no(epoch)))
        if verdict.verdict == APPLIED:
            outbox.move(op.id, OpState.APPLIED, detail=verdict.detail)
        else:
            rejected.append(op)
            reject(outbox, op, verdict.code, dict(verdict.detail))
    # Only now are the others of the batch queued again that have to be computed anew.
    for op in rejected:
        mark_later_stale(outbox, op)
    if stale is None:
        return False
    if stale.stale_count >= MOST_STALE:
        reject(outbox, stale, STALE, {"reason": _OVERTAKEN})
    else:
        outbox.mark_stale(stale.id, is_counted=True)
        mark_later_stale(outbox, stale)
    return True
