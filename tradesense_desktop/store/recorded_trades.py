"""What a challenge holds already of a statement: what an import asks to know a row again."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.domain.trade_record import (
    AdjustmentContent,
    TradeContent,
    recorded_adjustment_content,
    recorded_trade_content,
)
from tradesense_desktop.store.column_types import instant_column, present_instant
from tradesense_desktop.store.transaction import Reading

# One short text a row instead of seven values: a third of the memory, which counts for a long statement. What the deal
# booked stands in the event, whatever became of the row's metadata: sealed, not kept, or plain.
_CONTENTS: Final = (
    "SELECT trade_id, json_array(executed_at, symbol, side, printf('%.15g', quantity), printf('%.15g', price),"
    " (SELECT json_extract(event.event_data, '$.trade.metadata.deal') FROM challenge_events AS event"
    " WHERE event.challenge_id = trades.challenge_id AND event.event_type = 'TRADE_EXECUTED'"
    " AND json_extract(event.event_data, '$.trade.sequence_number') = trades.sequence_number + 0 LIMIT 1),"
    " printf('%.15g', realized_pnl)) FROM trades WHERE challenge_id = ?"
)
_NETS_BEFORE: Final = "SELECT printf('%.15g', realized_pnl) FROM trades WHERE challenge_id = ? AND executed_at < ?"
# By type, not by challenge (the plus says so): there are few such events among millions of others.
_ADJUSTMENTS: Final = (
    "SELECT event_data FROM challenge_events WHERE +challenge_id = ? AND event_type = 'BALANCE_ADJUSTED'"
    " ORDER BY sequence_number"
)


class RecordedTrades(Mapping[str, TradeContent]):
    """Content of every recorded trade by trade_id; a row stays as SQLite wrote it until it is asked for."""

    def __init__(self, rows: dict[str, str]) -> None:
        self._rows = rows

    def __getitem__(self, trade_id: str) -> TradeContent:
        executed_at, symbol, side, quantity, price, deal, _ = json.loads(self._rows[trade_id])
        return recorded_trade_content(
            {
                "executed_at": present_instant(executed_at),
                "symbol": symbol,
                "side": side,
                "quantity": quantity,
                "price": price,
                "metadata": {"deal": deal},
            }
        )

    def net(self, trade_id: str) -> Money:
        """What the recorded trade moved the balance by."""
        return Decimal(json.loads(self._rows[trade_id])[-1])

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def read_recorded_trades(reading: Reading, challenge_id: str) -> RecordedTrades:
    """Every trade of a challenge in one query, to compare a whole statement with."""
    return RecordedTrades(dict(reading.driver.execute(_CONTENTS, (challenge_id,))))


def read_recorded_adjustments(reading: Reading, challenge_id: str) -> dict[str, AdjustmentContent]:
    """Every balance operation of a challenge by its number."""
    found: dict[str, AdjustmentContent] = {}
    for (event_data,) in reading.driver.execute(_ADJUSTMENTS, (challenge_id,)):
        adjustment = json.loads(event_data)["adjustment"]
        found[adjustment["adjustment_id"]] = recorded_adjustment_content(adjustment)
    return found


def read_moved_before(reading: Reading, challenge_id: str, instant: datetime) -> Money:
    """What all recorded rows before an instant (aware UTC) moved the account by, money from outside included."""
    rows = reading.driver.execute(_NETS_BEFORE, (challenge_id, instant_column(instant)))
    moved = sum((Decimal(net) for (net,) in rows), ZERO)
    adjustments = read_recorded_adjustments(reading, challenge_id).values()
    return moved + sum((row.amount for row in adjustments if row.executed_at < instant), ZERO)
