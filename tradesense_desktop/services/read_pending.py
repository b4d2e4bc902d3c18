"""Read what waits for the firm's server, and what was refused there; nothing of either in a local workspace."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.money import money_text
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.store.challenges import find_challenge
from tradesense_desktop.store.errors import AlertUnknown, PaymentUnknown
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.outbox import PENDING_STATES, REFUSED_STATES, Op, open_outbox
from tradesense_desktop.store.payments import read_payment
from tradesense_desktop.store.risk_alerts import read_alert
from tradesense_desktop.store.transaction import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingView:
    """A command that waits for the server or for a person; `state` is queued, sent, applied, rejected or held.

    `code` and `reason` say why it was refused, `server_row` how the challenge stands on the server, as far as this
    replica knows. `follows_id` is the refused command that this one was refused with; `touches` are the ids of the
    alerts and payments that it changes. Times are aware UTC.
    """

    id: int
    title: str
    kind: str
    challenge_id: str | None
    issued_at: datetime
    state: str
    code: str | None
    reason: str
    server_row: str
    follows_id: int | None
    touches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingCounts:
    """How many commands wait for the server, and how many for a person."""

    pending: int
    refused: int


def read_pending(workspace: Workspace) -> tuple[PendingView, ...]:
    """What waits and what was refused, oldest first."""
    ops = _ops(workspace)
    if not ops:
        return ()
    listed = {op.id for op in ops}
    with refusals(), workspace.reading() as reading:
        return tuple(
            PendingView(
                id=op.id,
                title=op.title,
                kind=op.kind,
                challenge_id=op.challenge_id or op.about_id,
                issued_at=op.issued_at,
                state=op.state.value,
                code=op.code,
                reason=op.reason,
                server_row=_words(reading, op) if op.state in REFUSED_STATES else "",
                follows_id=op.follows_id if op.follows_id in listed else None,
                touches=op.touched,
            )
            for op in ops
        )


def count_pending(workspace: Workspace) -> PendingCounts:
    """How much waits for the server, and how much for a person."""
    states = Counter(op.state for op in _ops(workspace))
    return PendingCounts(sum(states[each] for each in PENDING_STATES), sum(states[each] for each in REFUSED_STATES))


def pending_by_challenge(workspace: Workspace) -> dict[str, int]:
    """How many commands of each challenge wait for the server; challenges without one are left out."""
    waiting = [op for op in _ops(workspace) if op.state in PENDING_STATES]
    return dict(Counter(challenge for op in waiting if (challenge := op.challenge_id or op.about_id) is not None))


def _ops(workspace: Workspace) -> tuple[Op, ...]:
    if not workspace.is_firm:
        return ()
    with refusals(), open_outbox(workspace.directory) as outbox:
        return outbox.list_ops((*PENDING_STATES, *REFUSED_STATES))


def _words(reading: Reading, op: Op) -> str:
    """How what an op was about stands in the replica."""
    challenge_id = op.challenge_id or op.about_id
    words = [_touched_words(reading, row_id) for row_id in op.touched]
    challenge = None if challenge_id is None else find_challenge(reading, challenge_id)
    if challenge is not None:
        number = read_head(reading, challenge.id).sequence_number
        words.insert(
            0,
            f"Challenge {challenge.status}, balance {money_text(challenge.current_balance)} {challenge.currency}, "
            f"{challenge.total_trades} trades, event {number}",
        )
    return "; ".join(each for each in words if each)


def _touched_words(reading: Reading, row_id: str) -> str:
    try:
        return f"alert {read_alert(reading, row_id).status}"
    except AlertUnknown:
        pass
    try:
        return f"payment {read_payment(reading, row_id).status}"
    except PaymentUnknown:
        return ""


def export_of(op: Op, rows: Mapping[str, object]) -> dict[str, object]:
    """An op as a JSON document for support: what it was and why it was refused, no signature and no file."""
    return {
        "id": op.id,
        "command_id": op.command_id,
        "kind": op.kind,
        "title": op.title,
        "challenge_id": op.challenge_id,
        "actor_id": op.actor_id,
        "issued_at": op.issued_at.isoformat(),
        "state": op.state.value,
        "code": op.code,
        "detail": dict(op.detail),
        "op_no": op.op_no,
        "epoch": op.epoch,
        "stale_count": op.stale_count,
        "base": None
        if op.base is None
        else {"version": op.base.version, "sequence_number": op.base.sequence_number, "hash": op.base.hash},
        "rows": dict(rows),
    }
