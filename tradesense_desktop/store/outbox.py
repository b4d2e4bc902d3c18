"""The outbox: what was done in a firm's workspace and is not confirmed yet, on the device, and what became of it.

An op is one command with the rows that it would have written. It is QUEUED, then SENT (with its number and the very
bytes that the server gets, until there is a verdict), then APPLIED (the server has it; the rows come with a pull that
begins after the verdict) and at last CONFIRMED. REJECTED and HELD ops wait for a person. Nothing is ever removed: what
is over keeps what it was, without its rows.

In a workspace that is encrypted as a whole the outbox is a file of its own under the same key.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pysqlite3 import dbapi2

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.store.column_types import column_instant, instant_column
from tradesense_desktop.store.device import DEVICE_NAME, device_transaction
from tradesense_desktop.store.drivers import STORE_NAME, driver_of
from tradesense_desktop.store.errors import StoreRefusal

ENCRYPTED_NAME: Final = "outbox.sqlite"


class OpState(StrEnum):
    """Where an op is on its way; values are only ever appended."""

    QUEUED = "queued"
    SENT = "sent"
    APPLIED = "applied"
    REJECTED = "rejected"
    HELD = "held"
    CONFIRMED = "confirmed"
    NEEDLESS = "needless"
    DISCARDED = "discarded"
    DONE_AGAIN = "done again"


PENDING_STATES: Final = (OpState.QUEUED, OpState.SENT, OpState.APPLIED)
"""Whose rows lie over the replica."""
REFUSED_STATES: Final = (OpState.REJECTED, OpState.HELD)
"""What waits for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a challenge was when an op was computed: its version, and number and hash of its last event."""

    version: int
    sequence_number: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedRows:
    """What a command would have written: the rows by table as JSON, and the challenge that it was computed on.

    `base` is None where the challenge is new or there is none; `kind` says which command it came to.
    """

    kind: str
    challenge_id: str | None
    base: Base | None
    rows: Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOp:
    """A command that joins the queue. `about_id` is the challenge that it was given for, None where that is open."""

    command_id: str
    title: str
    actor_id: str
    issued_at: datetime
    about_id: str | None
    recipe: Mapping[str, Any]
    attachment: bytes | None
    computed: ComputedRows


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """An op as it stands in the outbox, without what is heavy; times are aware UTC.

    `id` is its place in the queue. `op_no` counts per device and `epoch`, and is None until it is sent. `is_stale`: it
    has to be computed anew before it is sent. `follows_id` is the refused op that this one was refused with. `touched`
    are the ids of its alerts and payments.
    """

    id: int
    command_id: str
    kind: str
    title: str
    challenge_id: str | None
    about_id: str | None
    actor_id: str
    issued_at: datetime
    state: OpState
    base: Base | None
    op_no: int | None
    epoch: str | None
    is_stale: bool
    stale_count: int
    code: str | None
    detail: Mapping[str, Any]
    follows_id: int | None
    changed_at: datetime
    touched: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why it was refused, in a sentence; empty where it was not."""
        return str(self.detail.get("reason", ""))

    def touches(self, challenge_id: str | None) -> bool:
        """Whether what it wrote may matter to a command on this challenge (None: on any)."""
        return challenge_id is None or self.challenge_id is None or challenge_id in {self.challenge_id, self.about_id}


class OpUnknown(StoreRefusal):
    """No op has this id."""

    def __init__(self, op_id: int) -> None:
        self.op_id = op_id
        super().__init__(f"There is no pending or refused command {op_id} in this workspace.")


_TABLE: Final = """
CREATE TABLE IF NOT EXISTS ops (
    id INTEGER PRIMARY KEY AUTOINCREMENT, command_id TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
    challenge_id TEXT, about_id TEXT, actor_id TEXT NOT NULL, issued_at TEXT NOT NULL, state TEXT NOT NULL, base TEXT,
    op_no INTEGER, epoch TEXT, is_stale INTEGER NOT NULL DEFAULT 0, stale_count INTEGER NOT NULL DEFAULT 0, code TEXT,
    detail TEXT NOT NULL DEFAULT '{}', follows_id INTEGER, changed_at TEXT NOT NULL, recipe TEXT NOT NULL,
    attachment BLOB, row_data TEXT, result TEXT, touched TEXT NOT NULL, request TEXT, signature TEXT
)
"""
_SCHEMA: Final = (
    _TABLE,
    "CREATE INDEX IF NOT EXISTS ops_by_state ON ops (state, id)",
    "CREATE INDEX IF NOT EXISTS ops_by_command ON ops (command_id)",
    "CREATE TABLE IF NOT EXISTS op_numbers (epoch TEXT PRIMARY KEY, last_op_no INTEGER NOT NULL)",
)
_COLUMNS: Final = tuple(field.name for field in fields(Op))
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM ops"  # noqa: S608 - names of our own
_INSERT: Final = (
    "INSERT INTO ops (command_id, kind, title, challenge_id, about_id, actor_id, issued_at, state, base, changed_at,"
    " recipe, attachment, row_data, result, touched) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?)"
)
_REPLACE: Final = (
    "UPDATE ops SET state = 'queued', kind = ?, challenge_id = ?, base = ?, row_data = ?, result = ?, touched = ?,"
    " op_no = NULL, epoch = NULL, request = NULL, signature = NULL, is_stale = 0, code = NULL, detail = '{}',"
    " follows_id = NULL, changed_at = ? WHERE id = ?"
)
_SEND: Final = (
    "UPDATE ops SET state = 'sent', op_no = ?, epoch = ?, request = ?, signature = ?, changed_at = ? WHERE id = ?"
)
_UNSEND: Final = (
    "UPDATE ops SET state = 'queued', op_no = NULL, epoch = NULL, request = NULL, signature = NULL, changed_at = ?"
    " WHERE id = ?"
)
_MOVE: Final = "UPDATE ops SET state = ?, code = ?, detail = ?, follows_id = ?, changed_at = ? WHERE id = ?"
_FINISH: Final = (
    "UPDATE ops SET state = ?, row_data = NULL, request = NULL, signature = NULL, is_stale = 0, changed_at = ?"
    " WHERE id = ?"
)


@contextmanager
def open_outbox(directory: Path) -> Iterator["Outbox"]:
    """The outbox of the firm's workspace in `directory`, in one transaction: durable at the end, or unchanged."""
    driver = driver_of(directory / STORE_NAME)
    name = DEVICE_NAME if driver.raw_key is None else ENCRYPTED_NAME
    with device_transaction(directory, _SCHEMA, name, driver) as own:
        yield Outbox(own)


class Outbox:
    """The ops of one workspace within one transaction."""

    def __init__(self, own: dbapi2.Connection) -> None:
        self._own: Final = own

    # What is there

    def list_ops(self, states: Iterable[OpState] = PENDING_STATES) -> tuple[Op, ...]:
        """The ops in these states, in the order of the queue."""
        wanted = [state.value for state in states]
        marks = ", ".join("?" * len(wanted))
        return tuple(_op(row) for row in self._own.execute(f"{_SELECT} WHERE state IN ({marks}) ORDER BY id", wanted))

    def read_op(self, op_id: int) -> Op:
        """The op with this id. Raises OpUnknown."""
        row = self._own.execute(f"{_SELECT} WHERE id = ?", (op_id,)).fetchone()
        if row is None:
            raise OpUnknown(op_id)
        return _op(row)

    def read_rows(self, op_id: int) -> dict[str, list[dict[str, Any]]]:
        """The rows of an op by table; none of one that is over."""
        text = self.rows_text(op_id)
        return {} if text is None else json.loads(text)

    def rows_text(self, op_id: int) -> str | None:
        """The rows of an op as canonical JSON."""
        return self._one("SELECT row_data FROM ops WHERE id = ?", op_id)

    def read_recipe(self, op_id: int) -> tuple[dict[str, Any], bytes | None]:
        """What is needed to carry an op out again: the recipe, and the file that belongs to it."""
        row = self._own.execute("SELECT recipe, attachment FROM ops WHERE id = ?", (op_id,)).fetchone()
        if row is None:
            raise OpUnknown(op_id)
        return json.loads(row[0]), row[1]

    def read_request(self, op_id: int) -> tuple[str, str]:
        """The request text of an op that was sent, and its signature."""
        request, signature = self._own.execute("SELECT request, signature FROM ops WHERE id = ?", (op_id,)).fetchone()
        return str(request), str(signature)

    def find_results(self, command_id: str) -> list[dict[str, Any]]:
        """The rows of command_results that a confirmed command left: a pull does not bring them."""
        found = self._own.execute(
            "SELECT result FROM ops WHERE command_id = ? AND state = 'confirmed' AND result IS NOT NULL ORDER BY id",
            (command_id,),
        ).fetchall()
        return json.loads(found[0][0]) if found else []

    def last_op_no(self, epoch: str) -> int:
        """The last number that has got a verdict in this epoch."""
        row = self._own.execute("SELECT last_op_no FROM op_numbers WHERE epoch = ?", (epoch,)).fetchone()
        return 0 if row is None else int(row[0])

    # What happens to them

    def append(self, op: NewOp) -> int:
        """Put a command at the end of the queue; its id."""
        computed = op.computed
        cursor = self._own.execute(
            _INSERT,
            (
                op.command_id,
                computed.kind,
                op.title,
                computed.challenge_id,
                op.about_id,
                op.actor_id,
                instant_column(op.issued_at),
                _base_text(computed.base),
                _now(),
                canonical_text(dict(op.recipe)),
                op.attachment,
                canonical_text(computed.rows),
                _result_text(computed),
                _touched_text(computed),
            ),
        )
        op_id: int = cursor.lastrowid
        return op_id

    def replace(self, op_id: int, computed: ComputedRows) -> None:
        """Give an op the rows that it has come to on a newer state; it is QUEUED at its place again."""
        self._own.execute(
            _REPLACE,
            (
                computed.kind,
                computed.challenge_id,
                _base_text(computed.base),
                canonical_text(computed.rows),
                _result_text(computed),
                _touched_text(computed),
                _now(),
                op_id,
            ),
        )

    def send(self, op_id: int, *, op_no: int, epoch: str, request: str, signature: str) -> None:
        """Note what is about to be sent: these bytes under this number, until there is a verdict."""
        self._own.execute(_SEND, (op_no, epoch, request, signature, _now(), op_id))

    def unsend(self, op_id: int) -> None:
        """Take back a number that the server has not used up."""
        self._own.execute(_UNSEND, (_now(), op_id))

    def mark_stale(self, op_id: int, *, is_counted: bool) -> None:
        """Have an op computed anew before it is sent; `is_counted` where the server said so."""
        self._own.execute(
            "UPDATE ops SET is_stale = 1, stale_count = stale_count + ? WHERE id = ?", (int(is_counted), op_id)
        )

    def move(
        self,
        op_id: int,
        state: OpState,
        *,
        code: str | None = None,
        detail: Mapping[str, Any] | None = None,
        follows_id: int | None = None,
    ) -> None:
        """Set where an op stands, and why."""
        self._own.execute(_MOVE, (state.value, code, json.dumps(dict(detail or {})), follows_id, _now(), op_id))

    def finish(self, op_id: int, state: OpState) -> None:
        """Let an op be over; what it was is kept, its rows are not."""
        self._own.execute(_FINISH, (state.value, _now(), op_id))

    def set_last_op_no(self, epoch: str, last_op_no: int) -> None:
        """Note the last number that has got a verdict."""
        self._own.execute("INSERT OR REPLACE INTO op_numbers VALUES (?, ?)", (epoch, last_op_no))

    def _one(self, statement: str, op_id: int) -> str | None:
        row = self._own.execute(statement, (op_id,)).fetchone()
        if row is None:
            raise OpUnknown(op_id)
        return None if row[0] is None else str(row[0])


def _op(row: tuple[Any, ...]) -> Op:
    values = dict(zip(_COLUMNS, row, strict=True))
    base = values["base"]
    values["state"] = OpState(values["state"])
    values["base"] = None if base is None else Base(**json.loads(base))
    values["issued_at"] = column_instant(values["issued_at"])
    values["changed_at"] = column_instant(values["changed_at"])
    values["is_stale"] = bool(values["is_stale"])
    values["detail"] = json.loads(values["detail"])
    values["touched"] = tuple(json.loads(values["touched"]))
    return Op(**values)


def base_json(base: Base | None) -> dict[str, Any] | None:
    """The base as a request holds it."""
    if base is None:
        return None
    return {"version": base.version, "sequence_number": base.sequence_number, "hash": base.hash}


def _base_text(base: Base | None) -> str | None:
    return None if base is None else canonical_text(base_json(base))


def _result_text(computed: ComputedRows) -> str | None:
    results = computed.rows.get("command_results")
    return None if not results else canonical_text(results)


def _touched_text(computed: ComputedRows) -> str:
    return json.dumps([row["id"] for table in ("risk_alerts", "payments") for row in computed.rows.get(table, ())])


def _now() -> str | None:
    return instant_column(datetime.now(UTC))
