"""Trades as the ledger and the events hold them, and the content by which one is known again."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.errors import AdjustmentConflict, InvalidAdjustment, InvalidTrade, TradeConflict
from tradesense_desktop.domain.instant import instant_text, parse_instant
from tradesense_desktop.domain.money import ZERO, Money, Price, Quantity, decimal_text, exact_text
from tradesense_desktop.domain.plain_text import keepable
from tradesense_desktop.domain.trade import Side, Trade

LONGEST_SYMBOL: Final = 64


class TradeContent(NamedTuple):
    """What two readings of one trade have in common; amounts compare as values (1.0 = 1.00)."""

    executed_at: datetime
    symbol: str
    side: Side
    quantity: Quantity
    price: Price
    profit: Money
    swap: Money
    commission: Money
    fee: Money

    def __str__(self) -> str:
        return (
            f"{self.side} {decimal_text(self.quantity)} {self.symbol} @ {decimal_text(self.price)} at "
            f"{self.executed_at:%Y-%m-%d %H:%M:%S} UTC, profit {decimal_text(self.profit)}, swap "
            f"{decimal_text(self.swap)}, commission {decimal_text(self.commission)}, fee {decimal_text(self.fee)}"
        )


class AdjustmentContent(NamedTuple):
    """What two readings of one balance operation have in common."""

    executed_at: datetime
    kind: AdjustmentKind
    amount: Money

    def __str__(self) -> str:
        return f"{self.kind} {decimal_text(self.amount)} at {self.executed_at:%Y-%m-%d %H:%M:%S} UTC"


def trade_content(trade: Trade) -> TradeContent:
    """The content of a trade that is sent."""
    own = trade.own
    return TradeContent(
        trade.executed_at,
        trade.symbol,
        trade.side,
        trade.quantity,
        trade.price,
        own.profit,
        own.swap,
        own.commission,
        own.fee,
    )


def recorded_trade_content(row: Mapping[str, Any]) -> TradeContent:
    """The content of a recorded trade: the object `trade` of its event, or the columns of its row.

    Amounts may be decimals or their texts, the time a datetime or its text; `metadata` is the JSON object.
    """
    deal = row["metadata"]["deal"]
    executed_at = row["executed_at"]
    return TradeContent(
        parse_instant(executed_at) if isinstance(executed_at, str) else executed_at,
        row["symbol"],
        Side(row["side"]),
        Decimal(row["quantity"]),
        Decimal(row["price"]),
        Decimal(deal["profit"]),
        Decimal(deal["swap"]),
        Decimal(deal["commission"]),
        Decimal(deal["fee"]),
    )


def is_trade_known(trade: Trade, recorded: TradeContent | None) -> bool:
    """Whether `trade` is the one recorded under its number. Raises TradeConflict where that one is another."""
    if recorded is None:
        return False
    sent = trade_content(trade)
    if sent != recorded:
        raise TradeConflict(trade.trade_id, str(recorded), str(sent))
    return True


def adjustment_content(adjustment: Adjustment) -> AdjustmentContent:
    """The content of a balance operation that is sent."""
    return AdjustmentContent(adjustment.executed_at, adjustment.kind, adjustment.amount)


def recorded_adjustment_content(row: Mapping[str, Any]) -> AdjustmentContent:
    """The content of a recorded balance operation: the object `adjustment` of its event."""
    return AdjustmentContent(parse_instant(row["executed_at"]), AdjustmentKind(row["kind"]), Decimal(row["amount"]))


def is_adjustment_known(adjustment: Adjustment, recorded: AdjustmentContent | None) -> bool:
    """Whether `adjustment` is the one recorded under its number. Raises AdjustmentConflict where that is another."""
    if recorded is None:
        return False
    sent = adjustment_content(adjustment)
    if sent != recorded:
        raise AdjustmentConflict(adjustment.adjustment_id, str(recorded), str(sent))
    return True


def trade_json(
    trade: Trade, *, row_id: str, challenge_id: str, sequence_number: int, executed_at: str, created_at: str
) -> dict[str, Any]:
    """Every column of the row of a trade, as TRADE_EXECUTED holds it; the two times are given as texts.

    Raises InvalidTrade, and InexactAmount for a number that no column could take.
    """
    own, entry, symbol = trade.own, trade.entry, trade.symbol
    quantity, price = exact_text(trade.quantity), exact_text(trade.price)
    if not (trade.quantity > ZERO and trade.price > ZERO):
        raise InvalidTrade(trade.trade_id, "quantity and price have to be above 0")
    if not 0 < len(symbol) <= LONGEST_SYMBOL or symbol.strip() != symbol or not symbol.isprintable():
        raise InvalidTrade(trade.trade_id, f"a symbol has 1 to {LONGEST_SYMBOL} characters and no space around it")
    if not trade.trade_id.strip() or not trade.trade_id.isprintable():
        raise InvalidTrade(trade.trade_id, "it has no number")
    for number in (trade.external_trade_id, trade.position_id):
        if number is not None and not number.isprintable():
            raise InvalidTrade(trade.trade_id, "one of its other numbers has characters that cannot be printed")
    return {
        "id": row_id,
        "challenge_id": challenge_id,
        "trade_id": trade.trade_id,
        "symbol": symbol,
        "side": trade.side.value,
        "quantity": quantity,
        "price": price,
        "realized_pnl": exact_text(trade.realized_pnl),
        "commission": exact_text(trade.commission),
        "executed_at": executed_at,
        "created_at": created_at,
        "sequence_number": sequence_number,
        "external_trade_id": trade.external_trade_id,
        "position_id": trade.position_id,
        "opened_at": None if trade.opened_at is None else instant_text(trade.opened_at),
        "open_price": None if trade.open_price is None else exact_text(trade.open_price),
        "metadata": {
            "deal": {
                "side": None if trade.deal_side is None else trade.deal_side.value,
                "profit": exact_text(own.profit),
                "swap": exact_text(own.swap),
                "commission": exact_text(own.commission),
                "fee": exact_text(own.fee),
            },
            "entry": None
            if entry is None
            else {
                "match": entry.match.value,
                "initial_stop": None if entry.initial_stop is None else exact_text(entry.initial_stop),
                "commission": exact_text(entry.commission),
                "swap": exact_text(entry.swap),
                "fee": exact_text(entry.fee),
            },
        },
    }


def adjustment_json(adjustment: Adjustment) -> dict[str, Any]:
    """A balance operation as BALANCE_ADJUSTED holds it. Raises InvalidAdjustment and InexactAmount."""
    if not adjustment.adjustment_id.strip() or not adjustment.adjustment_id.isprintable():
        raise InvalidAdjustment(adjustment.adjustment_id, "it has no number")
    amount = exact_text(adjustment.amount)
    if adjustment.kind is AdjustmentKind.PAYOUT and adjustment.amount >= ZERO:
        raise InvalidAdjustment(adjustment.adjustment_id, "a payout lowers the balance; its amount has to be negative")
    return {
        "adjustment_id": adjustment.adjustment_id,
        "kind": adjustment.kind.value,
        "amount": amount,
        "executed_at": instant_text(adjustment.executed_at),
        "comment": keepable(adjustment.comment, "The comment of the balance operation"),
    }
