"""What must hold under any fault (spec/sync.md), looked at from outside: plain SQL on both sides, no code of the sync.

Both sides are read as text and brought to one form by the kind of each column; what differs is told row by row.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from tests.raw_store import open_raw
from tradesense_desktop.domain.replicated import REPLICATED, Kind, ReplicatedTable

Rows = dict[str, tuple[object, ...]]
"""The rows of a table by what identifies them."""
State = dict[str, Rows]
"""The rows of every replicated table, by its name."""

_OWNERS = {
    "users": "SELECT id, id FROM users",
    "challenges": "SELECT id, user_id FROM challenges",
    "trades": "SELECT trade.id, user_id FROM trades AS trade JOIN challenges ON challenges.id = challenge_id",
    "challenge_events": "SELECT e.id, user_id FROM challenge_events AS e JOIN challenges ON challenges.id = challenge_id",
    "payments": "SELECT id, user_id FROM payments",
    "risk_alerts": "SELECT a.id, coalesce(c.user_id, a.user_id) FROM risk_alerts AS a"
    " LEFT JOIN challenges AS c ON c.id = a.challenge_id",
    "audit_log": "SELECT id, actor_id FROM audit_log",
    "import_history": "SELECT i.id, user_id FROM import_history AS i JOIN challenges ON challenges.id = challenge_id",
}
_HIDDEN = "@hidden.invalid"


@dataclass(slots=True)
class Findings:
    """What was found to be wrong; nothing when empty."""

    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def check(self) -> None:
        """Fail with all of them."""
        assert not self.sentences, "\n".join(self.sentences[:40])


def server_state(connection: "psycopg.Connection[Any]") -> State:
    """All that the person of this connection may see, and the stubs of those whom their rows name."""
    with connection.transaction():
        state = whole_server(connection)
        stubs = connection.execute(
            "SELECT id::text, email, role, status, created_at::text FROM ts_api.hidden_people()"
        ).fetchall()
    for person_id, email, role, status, created_at in stubs:
        assert email == f"{person_id}{_HIDDEN}"
        state["users"][person_id] = ("stub", role, status, _instant(created_at))
    return state


def whole_server(connection: "psycopg.Connection[Any]") -> State:
    """All rows that this connection may see: for the operator, all that there are."""
    with connection.transaction():
        connection.execute("SET LOCAL timezone TO 'UTC'")
        connection.execute("SET LOCAL datestyle TO 'ISO'")
        return {table.name: _visible(connection, table) for table in REPLICATED}


def _visible(connection: "psycopg.Connection[Any]", table: ReplicatedTable) -> Rows:
    columns = ", ".join(f"{name}::text" for name in table.names)
    may = connection.execute("SELECT has_any_column_privilege(%s, 'SELECT')", [f"public.{table.name}"]).fetchone()
    if may != (True,):
        return {}
    return _by_identity(table, connection.execute(f"SELECT {columns} FROM public.{table.name}").fetchall())


def replica_state(directory: Path) -> State:
    """All that the replica in `directory` holds, what belongs to the replica itself aside."""
    with closing(open_raw(directory / "workspace.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        state = {}
        for table in REPLICATED:
            condition = " WHERE name NOT LIKE 'replica/%'" if table.name == "settings" else ""
            columns = ", ".join(f"CAST({name} AS TEXT)" for name in table.names)
            state[table.name] = _by_identity(
                table, connection.execute(f"SELECT {columns} FROM {table.name}{condition}").fetchall()
            )
    return state


def _by_identity(table: ReplicatedTable, rows: Iterable[tuple[str | None, ...]]) -> Rows:
    found: Rows = {}
    for row in rows:
        values = tuple(
            None if text is None else _value(kind, text) for text, (_, kind) in zip(row, table.columns, strict=True)
        )
        identity = str(row[0])
        if table.name == "users" and str(row[table.place("email")]).endswith(_HIDDEN):
            values = ("stub", *(values[table.place(name)] for name in ("role", "status", "created_at")))
        found[identity] = values
    return found


def _value(kind: Kind, text: str) -> object:
    match kind:
        case Kind.INSTANT:
            return _instant(text)
        case Kind.DECIMAL:
            return Decimal(text).normalize()
        case Kind.INTEGER:
            return int(text)
        case Kind.JSON:
            return json.dumps(json.loads(text, parse_float=Decimal), sort_keys=True, default=str)
        case _:
            return text


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def compare(findings: Findings, who: str, server: State, replica: State) -> None:
    """After quiet the replica is the server: by count, by the ends of the histories, then row by row."""
    for table in REPLICATED:
        there, here = server[table.name], replica[table.name]
        for identity in sorted(there.keys() - here.keys()):
            findings.add(f"{who}: {table.name} {identity} is lost")
        for identity in sorted(here.keys() - there.keys()):
            findings.add(f"{who}: {table.name} {identity} is foreign or was never there")
        for identity in sorted(there.keys() & here.keys()):
            if there[identity] != here[identity]:
                names = table.names if len(there[identity]) == len(table.names) else ("stub", "role", "status", "at")
                differing = [
                    f"{name}: {one!r} there, {other!r} here"
                    for name, one, other in zip(names, there[identity], here[identity], strict=False)
                    if one != other
                ]
                findings.add(f"{who}: {table.name} {identity} differs: {'; '.join(differing)}")
    if heads(server) != heads(replica):
        findings.add(f"{who}: the histories end otherwise: {heads(server)} there, {heads(replica)} here")


def heads(state: State) -> dict[str, tuple[int, int, str]]:
    """Events of each challenge: how many, the last one's number, and its hash."""
    (events,) = (table for table in REPLICATED if table.name == "challenge_events")
    challenge, number, digest = (events.place(name) for name in ("challenge_id", "sequence_number", "hash"))
    counts: Counter[str] = Counter()
    last: dict[str, tuple[int, str]] = {}
    for row in state["challenge_events"].values():
        counts[str(row[challenge])] += 1
        last[str(row[challenge])] = max(
            last.get(str(row[challenge]), (0, "")), (int(str(row[number])), str(row[digest]))
        )
    return {challenge_id: (counts[challenge_id], *last[challenge_id]) for challenge_id in counts}


def check_past(findings: Findings, who: str, server: State, replica: State) -> None:
    """Before quiet the replica is an earlier state: what is only ever appended is a beginning of the server's.

    Rows that change are on the server at least; of each history the events and trades have no gap.
    """
    for table in REPLICATED:
        there, here = server[table.name], replica[table.name]
        for identity in here.keys() - there.keys():
            findings.add(f"{who}: {table.name} {identity} is in the replica and not on the server")
        if table.name in {"trades", "challenge_events", "audit_log", "import_history"}:
            for identity in here.keys() & there.keys():
                if here[identity] != there[identity]:
                    findings.add(f"{who}: {table.name} {identity} is another one than the server's")
        if table.name in {"trades", "challenge_events"}:
            _check_gapless(findings, who, table, here)
    _check_ledgers(findings, who, replica)


def _check_gapless(findings: Findings, who: str, table: ReplicatedTable, rows: Rows) -> None:
    numbers: dict[object, list[int]] = {}
    for row in rows.values():
        numbers.setdefault(row[table.place("challenge_id")], []).append(int(str(row[table.place("sequence_number")])))
    for challenge_id, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            findings.add(f"{who}: {table.name} of {challenge_id} have gaps or doubles")


def _check_ledgers(findings: Findings, who: str, state: State) -> None:
    """The totals of each challenge are those of its trades: no challenge of one moment with trades of another."""
    (challenges,) = (table for table in REPLICATED if table.name == "challenges")
    (trades,) = (table for table in REPLICATED if table.name == "trades")
    counts: Counter[object] = Counter(row[trades.place("challenge_id")] for row in state["trades"].values())
    for identity, row in state["challenges"].items():
        if row[challenges.place("total_trades")] != counts[identity]:
            findings.add(f"{who}: challenge {identity} counts {row[challenges.place('total_trades')]} trades")


def check_nothing_foreign(
    findings: Findings, operator: "psycopg.Connection[Any]", traders: Mapping[str, Iterable[Path]]
) -> None:
    """By the operator's own look at who owns what: a trader's replica holds rows of that trader alone."""
    owners = {
        table: {str(identity): str(owner) for identity, owner in operator.execute(query).fetchall()}
        for table, query in _OWNERS.items()
    }
    for trader_id, directories in traders.items():
        for directory in directories:
            for table, rows in replica_state(directory).items():
                for identity, row in rows.items():
                    if table in owners and row[0] != "stub" and owners[table].get(identity) != trader_id:
                        findings.add(f"{directory.name}: {table} {identity} belongs to {owners[table].get(identity)}")


def check_commands(findings: Findings, operator: "psycopg.Connection[Any]", given: Mapping[str, str]) -> None:
    """Each command that was ever given took effect at most once, and has one verdict at most on the server.

    `given`: command id → what the device says became of it ('applied', 'confirmed', 'rejected', …).
    """
    effects = Counter(str(found) for (found,) in operator.execute("SELECT command_id FROM command_results").fetchall())
    for command_id, number in effects.items():
        if number > 1:
            findings.add(f"command {command_id} took effect {number} times")
    verdicts: dict[str, list[str]] = {}
    numbers: dict[str, list[int]] = {}
    for device_id, op_no, command_id, verdict, detail in operator.execute(
        "SELECT device_id::text, op_no, command_id::text, verdict, detail FROM sync_op"
    ).fetchall():
        known = (detail or {}).get("command_id") if (detail or {}).get("known") else None
        verdicts.setdefault(str(known or command_id), []).append("known" if known else str(verdict))
        numbers.setdefault(device_id, []).append(op_no)
    for command_id, found in verdicts.items():
        if found.count("applied") > 1:
            findings.add(f"command {command_id} was applied {found.count('applied')} times: {found}")
    for command_id, state in given.items():
        _check_verdict(findings, command_id, state, verdicts.get(command_id, []))
    for device_id, taken in numbers.items():
        if sorted(taken) != list(range(1, len(taken) + 1)):
            findings.add(f"device {device_id}: the numbers of its ops have gaps or doubles: {sorted(taken)}")


def _check_verdict(findings: Findings, command_id: str, state: str, verdicts: list[str]) -> None:
    """What the device says of a command is what the server has said."""
    if state in {"applied", "confirmed"} and "applied" not in verdicts:
        findings.add(f"command {command_id} is {state} on the device and {verdicts or 'unknown'} on the server")
    if state == "rejected" and "applied" in verdicts:
        findings.add(f"command {command_id} is rejected on the device and applied on the server")
    if state in {"queued", "sent", "applied"}:
        findings.add(f"command {command_id} is still {state} after quiet")
