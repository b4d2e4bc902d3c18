"""A challenge's history as it stands in the file, row by row, for whoever checks it and trusts nothing of it.

Every column comes as text or null, whatever a stranger may have written there, so that a check ends in a finding and
not in a failure to read.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from tradesense_desktop.domain.event import EventData
from tradesense_desktop.domain.sealed import is_sealed
from tradesense_desktop.store.column_types import column_json
from tradesense_desktop.store.recorder import trade_row
from tradesense_desktop.store.schema_functions import hashed_instant
from tradesense_desktop.store.transaction import Reading

_ROWS_A_FETCH: Final = 1_000
_EVENTS: Final = (
    "SELECT CAST(sequence_number AS INTEGER), CAST(id AS TEXT), CAST(challenge_id AS TEXT),"
    " coalesce(CAST(event_type AS TEXT), ''), coalesce(CAST(event_version AS TEXT), ''),"
    " coalesce(CAST(event_data AS TEXT), ''), CAST(description AS TEXT), coalesce(CAST(occurred_at AS TEXT), ''),"
    " coalesce(CAST(recorded_at AS TEXT), ''), CAST(correlation_id AS TEXT), CAST(causation_id AS TEXT),"
    " CAST(metadata_commitment AS TEXT), coalesce(CAST(previous_hash AS TEXT), ''), coalesce(CAST(hash AS TEXT), '')"
    " FROM challenge_events WHERE challenge_id = ? ORDER BY sequence_number"
)
_COLUMNS: Final = (
    "id",
    "challenge_id",
    "trade_id",
    "symbol",
    "side",
    "quantity",
    "price",
    "realized_pnl",
    "commission",
    "executed_at",
    "created_at",
    "sequence_number",
    "external_trade_id",
    "position_id",
    "opened_at",
    "open_price",
    "metadata",
)
_AMOUNTS: Final = frozenset({"quantity", "price", "realized_pnl", "commission", "open_price"})
_TIMES: Final = frozenset({"executed_at", "created_at", "opened_at"})
# The same order as the values of `trade_row`.
_TRADES: Final = (
    "SELECT "  # noqa: S608 - the names above
    + ", ".join(f"printf('%.15g', {name})" if name in _AMOUNTS else f"CAST({name} AS TEXT)" for name in _COLUMNS[:15])
    + ", CASE WHEN open_price IS NOT NULL THEN printf('%.15g', open_price) END, CAST(metadata AS TEXT)"
    " FROM trades WHERE challenge_id = ? ORDER BY sequence_number"
)


class EventText(NamedTuple):
    """An event as its columns hold it; `sequence_number` is None where the column holds no number."""

    sequence_number: int | None
    id: str
    challenge_id: str
    event_type: str
    event_version: str
    event_data: str
    description: str | None
    occurred_at: str
    recorded_at: str
    correlation_id: str | None
    causation_id: str | None
    metadata_commitment: str | None
    previous_hash: str
    hash: str


class TradeText(NamedTuple):
    """A row of the ledger: its columns as texts, in the order of the table."""

    values: tuple[str | None, ...]

    @property
    def sequence_number(self) -> str | None:
        """Its number in the ledger."""
        return self.values[_COLUMNS.index("sequence_number")]


def stream_event_texts(reading: Reading, challenge_id: str) -> Iterator[EventText]:
    """Every event of a challenge by its number, read as they are asked for; memory stays at a thousand."""
    cursor = reading.driver.execute(_EVENTS, (challenge_id,))
    while rows := cursor.fetchmany(_ROWS_A_FETCH):
        for row in rows:
            yield EventText(*row)


def stream_trade_texts(reading: Reading, challenge_id: str) -> Iterator[TradeText]:
    """Every row of a challenge's ledger by its number, as `stream_event_texts`."""
    cursor = reading.driver.execute(_TRADES, (challenge_id,))
    while rows := cursor.fetchmany(_ROWS_A_FETCH):
        for row in rows:
            yield TradeText(row)


def differing_column(row: TradeText, trade: EventData) -> str | None:
    """The first column in which a row of the ledger is not what its TRADE_EXECUTED says; None where it is.

    Metadata that is sealed, or not kept, is not compared: its seal binds it to its row. Raises KeyError, TypeError
    and ValueError for an event that holds no trade.
    """
    for name, stored, expected in zip(_COLUMNS, row.values, trade_row(trade), strict=True):
        if stored != expected and not _is_same(name, stored, expected):
            return name
    return None


def _is_same(name: str, stored: str | None, expected: Any) -> bool:
    if name == "metadata":
        return _is_metadata_same(stored, expected)
    if stored is None or expected is None:
        return False
    if name in _TIMES:
        return hashed_instant(stored) == hashed_instant(expected)
    if name in _AMOUNTS:
        try:
            return Decimal(stored) == Decimal(expected)
        except InvalidOperation:
            return False
    return stored == str(expected)


def _is_metadata_same(stored: str | None, expected: str) -> bool:
    try:
        value = column_json(stored)
    except ValueError:
        return False
    return value is None or is_sealed(value) or value == column_json(expected)
