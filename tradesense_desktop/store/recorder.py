"""The recorder: what one command did to one challenge, written in the transaction it is given, as a stream.

A trade's row is made of its TRADE_EXECUTED event, which repeats every column of it: what the ledger says and what the
chain binds cannot differ. Rows go in by the driver's executemany, since a bulk import has millions of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, Self, TypeVar

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.hash_chain import SealedEvent, seal_all
from tradesense_desktop.audit.metadata_commitment import committed
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.event import Event, EventData, EventType
from tradesense_desktop.domain.recording import Recorded
from tradesense_desktop.store.challenges import check_version, insert_challenge, update_challenge
from tradesense_desktop.store.errors import OptimisticLockLost
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.risk_alerts import insert_alerts, write_updated_alerts
from tradesense_desktop.store.sealed_columns import Sealer, TextWriter, event_place, trade_metadata_writer
from tradesense_desktop.store.transaction import Transaction

Row = TypeVar("Row")

_ROWS_A_STATEMENT: Final = 500
"""Rows between two looks at whether the change is still wanted: some 20 ms."""

INSERT_TRADE: Final = (
    "INSERT INTO trades (id, challenge_id, trade_id, symbol, side, quantity, price, realized_pnl, commission,"
    " executed_at, created_at, sequence_number, external_trade_id, position_id, opened_at, open_price, metadata)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_EVENT: Final = (
    "INSERT INTO challenge_events (id, challenge_id, event_type, event_version, sequence_number, event_data,"
    " description, user_friendly_message, occurred_at, recorded_at, correlation_id, causation_id,"
    " metadata, metadata_commitment, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Recorder:
    """Writes the events, trades and alerts of one command, then the challenge's row.

    `append` takes what an Execution hands over, as often as it likes; `finish` writes the row and is the last call.
    Nothing is durable before the transaction commits. Raises OptimisticLockLost where the challenge was changed
    after it was read.
    """

    def __init__(self, transaction: Transaction, before: Challenge) -> None:
        self._transaction = transaction
        self._before = before
        self._sealer = Sealer(transaction, before.user_id)
        self._trade_metadata: TextWriter | None = None
        head = read_head(transaction, before.id)
        self._number = head.sequence_number
        self._hash = head.hash

    @property
    def last_sequence_number(self) -> int:
        """Number of the last event written: where an Execution goes on from."""
        return self._number

    @classmethod
    def of_new(cls, transaction: Transaction, challenge: Challenge) -> Self:
        """Recorder of a challenge that is not stored yet, PENDING or ACTIVE: its row is written at once."""
        insert_challenge(transaction, challenge)
        return cls(transaction, challenge)

    @classmethod
    def of_known(cls, transaction: Transaction, challenge: Challenge) -> Self:
        """Recorder of a stored challenge as it was read."""
        check_version(transaction, challenge)
        return cls(transaction, challenge)

    def append(self, recorded: Recorded) -> None:
        """Write what an Execution has collected since the last time."""
        self._append_trades(recorded.events)
        self._append_events(recorded.events)
        insert_alerts(self._transaction, recorded.alerts)
        write_updated_alerts(self._transaction, recorded.updated_alerts)

    def finish(self, after: Challenge) -> Challenge:
        """Write the challenge as it is now; the row as it is stored, with its new version."""
        if after == self._before:
            return self._before
        return update_challenge(self._transaction, self._before, after)

    def _append_trades(self, events: Sequence[Event]) -> None:
        traded = [event.event_data["trade"] for event in events if event.event_type is EventType.TRADE_EXECUTED]
        if not traded:
            return
        if self._trade_metadata is None:
            self._trade_metadata = trade_metadata_writer(self._transaction, self._before.user_id)
        rows = [trade_row(trade, self._trade_metadata) for trade in traded]
        for chunk in _chunks(rows):
            self._transaction.driver.executemany(INSERT_TRADE, chunk)
            self._transaction.check()

    def _append_events(self, events: Sequence[Event]) -> None:
        if events and events[0].sequence_number != self._number + 1:
            raise OptimisticLockLost(self._before.id, self._before.version, None)
        for chunk in _chunks(events):
            self._transaction.driver.executemany(INSERT_EVENT, self._sealed_rows(chunk))
            self._transaction.check()

    def _sealed_rows(self, events: Sequence[Event]) -> list[tuple[Any, ...]]:
        private = [self._with_sealed_metadata(event) if event.metadata else event for event in events]
        rows = [event_row(sealed) for sealed in seal_all(private, self._hash)]
        self._hash = rows[-1][-1]
        self._number = events[-1].sequence_number
        return rows

    def _with_sealed_metadata(self, event: Event) -> Event:
        """The event with what the store holds of its metadata, and the commitment that its hash binds.

        Raises KeyMissing, KeyLocked and KeyDestroyed.
        """
        assert event.metadata is not None
        opened, commitment = committed(event.metadata)
        sealed = self._sealer.sealed(event_place(event.id), opened)
        return replace(event, metadata=sealed, metadata_commitment=commitment)


def event_row(sealed: SealedEvent) -> tuple[Any, ...]:
    """The values of INSERT_EVENT for an event with its place in the chain, whose metadata is sealed already."""
    event = sealed.event
    return (
        event.id,
        event.challenge_id,
        event.event_type.value,
        event.event_version,
        event.sequence_number,
        sealed.event_data_text,
        event.description,
        event.user_friendly_message,
        _column_of_instant(sealed.occurred_at_text),
        _column_of_instant(sealed.recorded_at_text),
        event.correlation_id,
        event.causation_id,
        None if event.metadata is None else canonical_text(event.metadata),
        event.metadata_commitment,
        sealed.previous_hash,
        sealed.hash,
    )


def _plain(_row_id: str, text: str) -> str:
    return text


def trade_row(trade: EventData, metadata: TextWriter = _plain) -> tuple[Any, ...]:
    """The values of INSERT_TRADE for the trade that a TRADE_EXECUTED event holds; `metadata` writes that column."""
    opened_at = trade["opened_at"]
    return (
        trade["id"],
        trade["challenge_id"],
        trade["trade_id"],
        trade["symbol"],
        trade["side"],
        trade["quantity"],
        trade["price"],
        trade["realized_pnl"],
        trade["commission"],
        _column_of_instant(trade["executed_at"]),
        _column_of_instant(trade["created_at"]),
        trade["sequence_number"],
        trade["external_trade_id"],
        trade["position_id"],
        None if opened_at is None else _column_of_instant(opened_at),
        trade["open_price"],
        metadata(trade["id"], canonical_text(trade["metadata"])),
    )


def _column_of_instant(text: str) -> str:
    """`YYYY-MM-DD HH:MM:SS.ffffff` of the `YYYY-MM-DDTHH:MM:SS.ffffffZ` that events hold."""
    return f"{text[:10]} {text[11:26]}"


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        yield rows[start : start + _ROWS_A_STATEMENT]
