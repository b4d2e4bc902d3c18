"""Send ops to the firm's server: the very bytes that were signed, and back the verdicts."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import psycopg
from psycopg.types.json import Json

from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import ServerConnection, translated
from tradesense_desktop.server.errors import ConnectionLost, ServerRefusal

APPLIED: Final = "applied"
REJECTED: Final = "rejected"
STALE: Final = "stale"

_PUSH: Final = "SELECT op_no, verdict, code, detail FROM ts_api.push(%s::uuid, %s::jsonb)"
_EPOCH: Final = "SELECT epoch::text FROM public.sync_stream WHERE user_id = ts_api.me()"
_REGISTER: Final = "SELECT ts_api.register_device(%s::uuid, %s)"
_NOT_NOW: Final = ("40", "53", "55", "57", "58")
"""Classes of SQLSTATEs that say nothing about the ops: the same bytes go out again."""


class OpNumbersDiffer(ServerRefusal):
    """The server counts the ops of this device otherwise than the device: it has to be asked for its number."""

    def __init__(self) -> None:
        super().__init__(
            "The server and this device count the commands sent differently; the server's number is taken."
        )


class DeviceRefused(ServerRefusal):
    """The server takes nothing from this device: revoked, somebody else's, or its person may act no longer."""

    def __init__(self) -> None:
        super().__init__(
            "The server takes no commands from this device: it was revoked, or your account is closed. What waits here "
            "is kept; ask the firm's administrator."
        )


class PushTooLarge(ServerRefusal):
    """A command that is larger than the server takes."""

    def __init__(self) -> None:
        super().__init__("A command that waits is larger than the server takes; discard it, or do it in parts.")


class PushNotUnderstood(ServerRefusal):
    """The server does not know this version of a request; `why` is its word."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The server does not understand what this program sends ({why[:120]}); update the older one.")


@dataclass(frozen=True, slots=True)
class SignedOp:
    """What is sent of an op: its number, the request as text, and the signature over its bytes in hexadecimal."""

    op_no: int
    request: str
    signature: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server says about an op; `detail` has its reason in a sentence."""

    op_no: int
    verdict: str
    code: str | None
    detail: Mapping[str, Any]


def push(
    connection: ServerConnection, address: ServerAddress, device_id: str, ops: Sequence[SignedOp]
) -> tuple[Verdict, ...]:
    """Send ops in order; the verdicts up to the first that is stale. What it says is durable there already.

    Raises OpNumbersDiffer, DeviceRefused, PushTooLarge, PushNotUnderstood; and ServerUnreachable, after which nobody
    knows what was done, so that the same bytes have to be sent again.
    """
    sent = [
        {
            "op_no": op.op_no,
            "request": op.request,
            "sha256": sha256(op.request.encode()).hexdigest(),
            "signature": op.signature,
        }
        for op in ops
    ]
    with protocol(address):
        rows = connection.execute(_PUSH, (device_id, Json(sent))).fetchall()
    return tuple(Verdict(op_no, verdict, code, detail or {}) for op_no, verdict, code, detail in rows)


def read_epoch(connection: ServerConnection, address: ServerAddress) -> str | None:
    """The epoch of the person's stream; None where they have none yet."""
    with protocol(address):
        row = connection.execute(_EPOCH).fetchone()
    return None if row is None else str(row[0])


def last_op_no(connection: ServerConnection, address: ServerAddress, device_id: str, public_key: str) -> int:
    """The last op of this device that the server has given a verdict on; a device it does not know is made known."""
    with protocol(address):
        row = connection.execute(_REGISTER, (device_id, public_key)).fetchone()
    return int(row[0]) if row is not None and row[0] is not None else 0


@contextmanager
def protocol(address: ServerAddress) -> Iterator[None]:
    """Turn what the server says of a device and its ops into refusals; what says nothing is ConnectionLost."""
    try:
        with translated(address):
            yield
    except psycopg.Error as error:
        state = error.sqlstate or ""
        if state in {"TS409", "TS410"}:
            raise OpNumbersDiffer from error
        if state == "TS403":
            raise DeviceRefused from error
        if state == "TS413":
            raise PushTooLarge from error
        if state in {"TS400", "TS426"}:
            raise PushNotUnderstood(str(error).partition("\n")[0]) from error
        if state.startswith(_NOT_NOW):
            raise ConnectionLost from error
        raise
