"""What commands led to, so that the same command twice is done once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select

from tradesense_desktop.domain.commands import Command
from tradesense_desktop.store.errors import CommandIdTaken
from tradesense_desktop.store.prepared import Prepared
from tradesense_desktop.store.tables import command_results
from tradesense_desktop.store.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """A command that was carried out, and what it answered; `result` is a JSON object, times are aware UTC."""

    command_id: str
    command_type: str
    actor_id: str | None
    challenge_id: str | None
    issued_at: datetime
    recorded_at: datetime
    result: Mapping[str, Any]


_COLUMNS: Final = tuple(CommandResult.__dataclass_fields__)
_BY_ID = Prepared(
    select(*(command_results.c[name] for name in _COLUMNS)).where(
        command_results.c.command_id == bindparam("command_id")
    )
)
_INSERT = Prepared(insert(command_results).values({name: bindparam(name) for name in _COLUMNS}))


def find_command_result(reading: Reading, command_id: str) -> CommandResult | None:
    """The first and only result of this command; None where it was never carried out.

    Ask in the transaction that would carry it out: between asking and writing nobody else can.
    """
    rows = _BY_ID.rows(reading, {"command_id": command_id})
    return CommandResult(**dict(zip(_COLUMNS, rows[0], strict=True))) if rows else None


def find_first_result(reading: Reading, command: Command, *, challenge_id: str | None = None) -> CommandResult | None:
    """As `find_command_result`, of this very command: its kind, who gave it, and its challenge where that is named.

    Raises CommandIdTaken where the id is that of another command, which would else pass for done.
    """
    first = find_command_result(reading, command.command_id)
    if first is None:
        return None
    is_same = (first.command_type, first.actor_id) == (type(command).__name__, command.actor_id)
    if not is_same or (challenge_id is not None and first.challenge_id != challenge_id):
        raise CommandIdTaken(command.command_id)
    return first


def record_command_result(transaction: Transaction, result: CommandResult) -> None:
    """Keep what a command led to, in the transaction that carries it out."""
    _INSERT.execute(transaction, {name: getattr(result, name) for name in _COLUMNS})
