"""What is asked of a ledger to tell whether it is traded unusually, and which crossings have their alert already."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.activity import WatchedTrade
from tradesense_desktop.store.column_types import present_instant
from tradesense_desktop.store.transaction import Reading

_ROWS_A_FETCH: Final = 1_000
_TRADES: Final = (
    "SELECT sequence_number, symbol, printf('%.15g', quantity), printf('%.15g', realized_pnl), executed_at"
    " FROM trades WHERE challenge_id = ? ORDER BY sequence_number"
)
_KEYS: Final = (
    "SELECT rule_id, json_extract(alert_data, '$.key') FROM risk_alerts"
    " WHERE challenge_id = ? AND +alert_type IN ('INACTIVE_TRADING', 'UNUSUAL_ACTIVITY') AND rule_id IS NOT NULL"
)


def stream_watched_trades(reading: Reading, challenge_id: str) -> Iterator[WatchedTrade]:
    """The whole ledger in order, read as it is asked for. Use it up within `reading`."""
    cursor = reading.driver.execute(_TRADES, (challenge_id,))
    while rows := cursor.fetchmany(_ROWS_A_FETCH):
        for number, symbol, quantity, realized_pnl, executed_at in rows:
            yield WatchedTrade(number, symbol, Decimal(quantity), Decimal(realized_pnl), present_instant(executed_at))


def list_found_crossings(reading: Reading, challenge_id: str) -> frozenset[tuple[str, str]]:
    """Rule and key of every crossing that an alert of the challenge tells of, whatever became of the alert."""
    return frozenset(
        (rule_id, key) for rule_id, key in reading.driver.execute(_KEYS, (challenge_id,)) if isinstance(key, str)
    )
