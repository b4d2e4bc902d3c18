"""Trades: one row of the ledger is one closing deal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tradesense_desktop.domain.money import Money, Price, Quantity


class Side(StrEnum):
    """The position's side: a long is BUY although its closing deal is a sell."""

    BUY = "BUY"
    SELL = "SELL"


class EntryMatch(StrEnum):
    """How the entry of a closing deal was found."""

    POSITION = "position"
    PRICE = "price"
    FIFO = "fifo"


@dataclass(frozen=True, slots=True)
class DealResult:
    """What one deal itself booked, signed as the platform signs it (a cost is negative)."""

    profit: Money
    swap: Money
    commission: Money
    fee: Money

    @property
    def net(self) -> Money:
        """What the balance moved by."""
        return self.profit + self.swap + self.commission + self.fee


@dataclass(frozen=True, slots=True)
class EntryShare:
    """The part of the entry's bookings that falls on a closing deal, and how the entry was found."""

    match: EntryMatch
    commission: Money
    swap: Money
    fee: Money
    initial_stop: Price | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One closing deal as a command brings it.

    `realized_pnl` is net: what the balance moved by, entry share included. `commission` repeats, as a positive
    cost, what of it was commission and fees. `own` is what the closing deal itself booked; with time, symbol,
    side, quantity and price it is the content by which a trade is known again. `last_of_time` is false on all
    but the last row of one settlement. Times are aware UTC.
    """

    trade_id: str
    symbol: str
    side: Side
    quantity: Quantity
    price: Price
    realized_pnl: Money
    commission: Money
    executed_at: datetime
    own: DealResult
    deal_side: Side | None = None
    entry: EntryShare | None = None
    external_trade_id: str | None = None
    position_id: str | None = None
    opened_at: datetime | None = None
    open_price: Price | None = None
    last_of_time: bool = True


@dataclass(frozen=True, slots=True)
class RecordedTrade:
    """A trade with its place in the ledger of a challenge: the row of the table `trades`."""

    id: str
    challenge_id: str
    sequence_number: int
    created_at: datetime
    trade: Trade
