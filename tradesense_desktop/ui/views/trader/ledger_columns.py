"""The columns of the ledger."""

from typing import Final

from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.money import decimal_text
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.services.views import LedgerRow
from tradesense_desktop.ui.formatting.challenges import rule_word
from tradesense_desktop.ui.tables.column import Column, Context
from tradesense_desktop.ui.theme.tokens import Tone
from tradesense_desktop.ui.views.trader.words import translate

_PRICE_DECIMALS: Final = 5
_QUANTITY_DECIMALS: Final = 2


def ledger_columns() -> tuple[Column[LedgerRow], ...]:
    """Columns of the ledger, in the order in which they come."""
    return (*_shown(), *_further())


def _shown() -> tuple[Column[LedgerRow], ...]:
    return (
        Column(
            key="number",
            plain_title=translate("Ledger", "#"),
            text=lambda row, context: context.display.numbers.count(row.sequence_number),
            raw=lambda row: str(row.sequence_number),
            tone=_muted,
            is_figure=True,
            order="sequence_number",
            width=60,
        ),
        Column(
            key="closed",
            plain_title=translate("Ledger", "closed"),
            title=lambda context: context.zoned(translate("Ledger", "closed")),
            text=lambda row, context: context.display.times.instant(row.executed_at, context.firm_zone),
            raw=lambda row: instant_text(row.executed_at),
            order="executed_at",
            width=164,
        ),
        Column(
            key="symbol",
            plain_title=translate("Ledger", "symbol"),
            text=lambda row, _context: row.symbol,
            raw=lambda row: row.symbol,
            order="symbol",
            width=112,
        ),
        Column(
            key="side",
            plain_title=translate("Ledger", "side"),
            text=lambda row, _context: row.side.value,
            raw=lambda row: row.side.value,
            icon=lambda row: "arrow_up" if row.side is Side.BUY else "arrow_down",
            tone=_muted,
            order="side",
            width=76,
        ),
        Column(
            key="quantity",
            plain_title=translate("Ledger", "quantity"),
            text=lambda row, context: context.display.numbers.quantity(row.quantity, align_to=_QUANTITY_DECIMALS),
            raw=lambda row: decimal_text(row.quantity),
            is_figure=True,
            order="quantity",
            width=80,
        ),
        Column(
            key="price",
            plain_title=translate("Ledger", "price"),
            text=lambda row, context: context.display.numbers.price(row.price, align_to=_PRICE_DECIMALS),
            raw=lambda row: decimal_text(row.price),
            is_figure=True,
            order="price",
            width=112,
        ),
        Column(
            key="net",
            plain_title=translate("Ledger", "net"),
            text=lambda row, context: context.display.numbers.signed_money(row.realized_pnl),
            raw=lambda row: decimal_text(row.realized_pnl),
            tone=_result_tone,
            is_figure=True,
            order="realized_pnl",
            width=104,
        ),
        Column(
            key="equity",
            plain_title=translate("Ledger", "equity"),
            text=lambda row, context: context.display.numbers.money(row.equity),
            raw=lambda row: "" if row.equity is None else decimal_text(row.equity),
            is_figure=True,
            width=112,
        ),
        Column(
            key="rule",
            plain_title=translate("Ledger", "rule"),
            text=lambda row, _context: rule_word(row.rule),
            raw=lambda row: row.rule or "",
            icon=lambda row: _rule_icon(row.rule),
            tone=lambda row: "profit" if row.rule == "profit_target" else "breach",
            width=140,
        ),
    )


def _further() -> tuple[Column[LedgerRow], ...]:
    return (
        Column(
            key="opened",
            plain_title=translate("Ledger", "opened"),
            title=lambda context: context.zoned(translate("Ledger", "opened")),
            text=lambda row, context: context.display.times.instant(row.opened_at, context.firm_zone),
            raw=lambda row: "" if row.opened_at is None else instant_text(row.opened_at),
            order="opened_at",
            width=176,
            is_hidden=True,
        ),
        Column(
            key="open_price",
            plain_title=translate("Ledger", "open price"),
            text=_open_price,
            raw=lambda row: "" if row.open_price is None else decimal_text(row.open_price),
            is_figure=True,
            width=128,
            is_hidden=True,
        ),
        Column(
            key="commission",
            plain_title=translate("Ledger", "commission and fees"),
            text=lambda row, context: context.display.numbers.money(row.commission),
            raw=lambda row: decimal_text(row.commission),
            is_figure=True,
            width=128,
            is_hidden=True,
        ),
        Column(
            key="position",
            plain_title=translate("Ledger", "position"),
            text=lambda row, _context: row.position_id or "",
            raw=lambda row: row.position_id or "",
            width=112,
            is_hidden=True,
        ),
        Column(
            key="trade",
            plain_title=translate("Ledger", "trade"),
            text=lambda row, _context: row.trade_id,
            raw=lambda row: row.trade_id,
            order="trade_id",
            width=112,
            is_hidden=True,
        ),
    )


def _open_price(row: LedgerRow, context: Context) -> str:
    return context.display.numbers.price(row.open_price, align_to=_PRICE_DECIMALS)


def _muted(_row: LedgerRow) -> Tone:
    return "muted"


def _result_tone(row: LedgerRow) -> Tone:
    if row.realized_pnl > 0:
        return "profit"
    return "loss" if row.realized_pnl < 0 else "muted"


def _rule_icon(rule: str | None) -> str:
    if rule is None:
        return ""
    return "target" if rule == "profit_target" else "breach"
