"""Rows of the server as SQLite takes them: from text to what is bound, and whether that is what stands here."""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.domain.replicated import NO_PASSWORD, USERS, Kind, ReplicatedTable, Row

_LOADS: Final = json.loads
_INSTANT_LENGTH: Final = 26


def canonical_json(text: str) -> str:
    """Canonical text of any JSON text. Raises ValueError for what the canonical form does not know."""
    return canonical_text(_LOADS(text))


_BOUND: Final[dict[Kind, Callable[[str], Any]]] = {Kind.INTEGER: int, Kind.JSON: canonical_json}


class RowWriter:
    """How rows of one table are bound, inserted, compared and changed."""

    def __init__(self, table: ReplicatedTable) -> None:
        self.table: Final = table
        key, names = table.names[0], table.names
        self._converted: Final = [
            (place, _BOUND[kind]) for place, (_, kind) in enumerate(table.columns) if kind in _BOUND
        ]
        extra = ", password_hash" if table is USERS else ""
        value = f", '{NO_PASSWORD}'" if table is USERS else ""
        places = ", ".join("?" * len(names))
        self.insert: Final = f"INSERT INTO {table.name} ({', '.join(names)}{extra}) VALUES ({places}{value})"  # noqa: S608 - our names
        self.find: Final = f"SELECT {', '.join(names)} FROM {table.name} WHERE {key} = ?"  # noqa: S608 - our names

    def bound(self, row: Row) -> tuple[Any, ...]:
        """The values to bind. Raises ValueError for text that is none of its kind."""
        values: list[Any] = list(row)
        for place, convert in self._converted:
            text = values[place]
            if text is not None:
                values[place] = convert(text)
        return tuple(values)

    def differing(self, stored: Sequence[Any], bound: Sequence[Any]) -> list[str]:
        """The columns in which what stands here is not what was sent."""
        return [
            name
            for (name, kind), here, sent in zip(self.table.columns, stored, bound, strict=True)
            if here != sent and not _is_same(kind, here, sent)
        ]

    def change(self, names: Sequence[str]) -> str:
        """The statement that sets these columns of one row."""
        setting = ", ".join(f"{name} = ?" for name in names)
        return f"UPDATE {self.table.name} SET {setting} WHERE {self.table.names[0]} = ?"  # noqa: S608 - our names


def _is_same(kind: Kind, here: Any, sent: Any) -> bool:
    if here is None or sent is None:
        return False
    if kind is Kind.DECIMAL:
        return bool(Decimal(f"{here:.15g}") == Decimal(sent))
    if kind is Kind.INSTANT:
        return bool(_in_full(str(here)) == sent)
    return False


def _in_full(instant: str) -> str:
    """An instant with its six digits of a second, as the schema lets SQLite's own short ones stand."""
    return (instant if "." in instant else instant + ".").ljust(_INSTANT_LENGTH, "0")
