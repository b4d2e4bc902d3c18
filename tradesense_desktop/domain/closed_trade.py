"""A trade as the figures need it, with the money that was at risk where the file tells."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tradesense_desktop.domain.money import Money, Price
from tradesense_desktop.domain.trade import Side, Trade


@dataclass(frozen=True, slots=True)
class ClosedTrade:
    """One closed trade; `realized_pnl` is net, `initial_risk` what was lost at the first stop (None: not known)."""

    symbol: str
    side: Side
    realized_pnl: Money
    executed_at: datetime
    opened_at: datetime | None
    initial_risk: Money | None

    @classmethod
    def of(cls, trade: Trade) -> "ClosedTrade":
        """The figures' view of a trade of the ledger."""
        stop = None if trade.entry is None else trade.entry.initial_stop
        risk = initial_risk(trade.side, trade.open_price, trade.price, trade.own.profit, stop)
        return cls(trade.symbol, trade.side, trade.realized_pnl, trade.executed_at, trade.opened_at, risk)

    @property
    def holding_time(self) -> timedelta | None:
        """How long the position was open, or None where its opening is not known."""
        return None if self.opened_at is None else self.executed_at - self.opened_at


def initial_risk(
    side: Side, open_price: Price | None, close_price: Price, gross_profit: Money, initial_stop: Price | None
) -> Money | None:
    """What the position would have lost at its first stop, before costs.

    The worth of a price step is taken from the trade itself: gross profit ÷ price move. None where there is no
    stop, where it stands at or beyond the entry (it was moved: no risk is left to divide by), and where price or
    profit did not move.
    """
    if open_price is None or initial_stop is None or not gross_profit or close_price == open_price:
        return None
    distance = open_price - initial_stop if side is Side.BUY else initial_stop - open_price
    if distance <= 0:
        return None
    return abs(gross_profit) * distance / abs(close_price - open_price)
