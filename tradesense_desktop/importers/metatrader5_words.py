"""MetaTrader 5's words for what a row is: the only words of a report that have a meaning here.

Column headings and labels are never read: they are in any language. These are cells of the rows, which the terminal
writes in English whatever its language; the translations are for reports that a person or another program made.
"""

from enum import Enum
from typing import Final

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.trade import Side


class Direction(Enum):
    """What a deal does to a position."""

    IN = "in"
    OUT = "out"
    IN_OUT = "in/out"
    OUT_BY = "out by"


class CancelledDeal(Enum):
    """A deal that the broker annulled; its result was zeroed and booked back by a row of its own."""

    BUY = "buy canceled"
    SELL = "sell canceled"


class BalanceDeal(Enum):
    """Money paid in or out: the sign says which."""

    BALANCE = "balance"


DIRECTIONS: Final[dict[str, Direction]] = {
    "in": Direction.IN,
    "out": Direction.OUT,
    "in/out": Direction.IN_OUT,
    "in / out": Direction.IN_OUT,
    "inout": Direction.IN_OUT,
    "out by": Direction.OUT_BY,
    "out_by": Direction.OUT_BY,
    "outby": Direction.OUT_BY,
    "вход": Direction.IN,
    "выход": Direction.OUT,
    "入": Direction.IN,
    "出": Direction.OUT,
}

SIDES: Final[dict[str, Side]] = {
    "buy": Side.BUY,
    "sell": Side.SELL,
    "kauf": Side.BUY,
    "kaufen": Side.BUY,
    "verkauf": Side.SELL,
    "verkaufen": Side.SELL,
    "покупка": Side.BUY,
    "продажа": Side.SELL,
    "compra": Side.BUY,
    "venta": Side.SELL,
    "venda": Side.SELL,
    "achat": Side.BUY,
    "vente": Side.SELL,
    "acquisto": Side.BUY,
    "vendita": Side.SELL,
    "买入": Side.BUY,
    "卖出": Side.SELL,
    "買い": Side.BUY,
    "売り": Side.SELL,
}

OPERATIONS: Final[dict[str, AdjustmentKind | BalanceDeal | CancelledDeal]] = {
    "balance": BalanceDeal.BALANCE,
    "deposit": BalanceDeal.BALANCE,
    "withdrawal": BalanceDeal.BALANCE,
    "баланс": BalanceDeal.BALANCE,
    "saldo": BalanceDeal.BALANCE,
    "balanz": BalanceDeal.BALANCE,
    "kontostand": BalanceDeal.BALANCE,
    "余额": BalanceDeal.BALANCE,
    "残高": BalanceDeal.BALANCE,
    "credit": AdjustmentKind.CREDIT,
    "кредит": AdjustmentKind.CREDIT,
    "kredit": AdjustmentKind.CREDIT,
    "信用": AdjustmentKind.CREDIT,
    "so compensation credit": AdjustmentKind.CREDIT,
    "so credit compensation": AdjustmentKind.CREDIT,
    "charge": AdjustmentKind.CHARGE,
    "correction": AdjustmentKind.CORRECTION,
    "коррекция": AdjustmentKind.CORRECTION,
    "so compensation": AdjustmentKind.CORRECTION,
    "bonus": AdjustmentKind.BONUS,
    "бонус": AdjustmentKind.BONUS,
    "commission": AdjustmentKind.COMMISSION,
    "комиссия": AdjustmentKind.COMMISSION,
    "daily commission": AdjustmentKind.COMMISSION,
    "commission daily": AdjustmentKind.COMMISSION,
    "monthly commission": AdjustmentKind.COMMISSION,
    "commission monthly": AdjustmentKind.COMMISSION,
    "agent": AdjustmentKind.AGENT,
    "agent commission": AdjustmentKind.AGENT,
    "daily agent": AdjustmentKind.AGENT,
    "agent daily": AdjustmentKind.AGENT,
    "daily agent commission": AdjustmentKind.AGENT,
    "agent commission daily": AdjustmentKind.AGENT,
    "monthly agent": AdjustmentKind.AGENT,
    "agent monthly": AdjustmentKind.AGENT,
    "monthly agent commission": AdjustmentKind.AGENT,
    "agent commission monthly": AdjustmentKind.AGENT,
    "interest": AdjustmentKind.INTEREST,
    "interest rate": AdjustmentKind.INTEREST,
    "dividend": AdjustmentKind.DIVIDEND,
    "дивиденд": AdjustmentKind.DIVIDEND,
    "dividende": AdjustmentKind.DIVIDEND,
    "franked dividend": AdjustmentKind.DIVIDEND,
    "dividend franked": AdjustmentKind.DIVIDEND,
    "tax": AdjustmentKind.TAX,
    "налог": AdjustmentKind.TAX,
    "buy canceled": CancelledDeal.BUY,
    "buy cancelled": CancelledDeal.BUY,
    "canceled buy": CancelledDeal.BUY,
    "cancelled buy": CancelledDeal.BUY,
    "sell canceled": CancelledDeal.SELL,
    "sell cancelled": CancelledDeal.SELL,
    "canceled sell": CancelledDeal.SELL,
    "cancelled sell": CancelledDeal.SELL,
}
