"""Which rows of a statement are recorded already, and whether the others may still come."""

from dataclasses import dataclass

from tradesense_desktop.domain.adjustment import Adjustment
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.errors import AdjustmentConflict, TradeConflict
from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.domain.trade import Trade
from tradesense_desktop.domain.trade_record import (
    AdjustmentContent,
    TradeContent,
    adjustment_content,
    is_adjustment_known,
    is_trade_known,
    trade_content,
)
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.statement import StatementTrade
from tradesense_desktop.services.account_window import last_row_at
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.import_plan import ImportPlan
from tradesense_desktop.services.statement_rows import DatedRow, adjustment_of, as_commanded, trade_of
from tradesense_desktop.store.recorded_trades import read_recorded_adjustments, read_recorded_trades
from tradesense_desktop.store.transaction import Reading


@dataclass(frozen=True, slots=True)
class NewRows:
    """The rows of a file that are not recorded yet, in order.

    `recorded_otherwise` is how far the nets of known rows lie below those of the file: a window that begins after an
    entry knows nothing of its costs. The recorded rows stand.
    """

    rows: list[Trade | Adjustment]
    recorded_otherwise: Money


def unrecorded_rows(reading: Reading, plan: ImportPlan) -> NewRows:
    """What of the file is new.

    Raises StatementRefused for a number that stands twice in the file with different content; Refused for a recorded
    number with other content (both are shown), and where a new row lies before a recorded one.
    """
    rows = _once_each(plan)
    if plan.target is None:
        return NewRows(list(as_commanded(rows, plan.zone)), ZERO)
    try:
        return _compared(reading, plan, plan.target, rows)
    except (TradeConflict, AdjustmentConflict) as conflict:
        raise Refused(
            f"{plan.file.name}: {conflict} If it is another account or run, import it as a new challenge.", "--new"
        ) from conflict


def _compared(reading: Reading, plan: ImportPlan, target: Challenge, rows: list[DatedRow]) -> NewRows:
    trades = read_recorded_trades(reading, target.id)
    adjustments = read_recorded_adjustments(reading, target.id)
    new: list[DatedRow] = []
    recorded_otherwise = ZERO
    for dated in rows:
        key = str(dated.number)
        if isinstance(dated.row, StatementTrade):
            known = is_trade_known(trade_of(dated.row, dated.at, plan.zone), trades.get(key))
            if known:
                recorded_otherwise += dated.row.realized_pnl - trades.net(key)
        else:
            known = is_adjustment_known(adjustment_of(dated.row, dated.at), adjustments.get(key))
        if not known:
            new.append(dated)
        elif new:
            raise _too_late(plan, new[0])
    last = last_row_at(reading, target)
    if new and last is not None and new[0].at < last:
        raise _too_late(plan, new[0])
    return NewRows(list(as_commanded(new, plan.zone)), recorded_otherwise)


def _too_late(plan: ImportPlan, row: DatedRow) -> Refused:
    return Refused(
        f"{plan.file.name}, line {row.row.line}: number {row.number} is not recorded and lies before rows that "
        "are; the ledger only grows at its end. Import the file as a new challenge.",
        "--new",
    )


def _once_each(plan: ImportPlan) -> list[DatedRow]:
    """Rows without those that repeat a number with the same content, as overlapping exports do."""
    first_of: dict[tuple[bool, int], DatedRow] = {}
    for dated in plan.rows:
        first = first_of.setdefault((isinstance(dated.row, StatementTrade), dated.number), dated)
        if first is not dated and _content(first, plan.zone) != _content(dated, plan.zone):
            raise StatementRefused(
                plan.file.path.name,
                f"number {dated.number} stands twice with different content: {_content(first, plan.zone)}; "
                f"{_content(dated, plan.zone)}.",
                line=dated.row.line,
            )
    return list(first_of.values())


def _content(dated: DatedRow, zone: str) -> TradeContent | AdjustmentContent:
    if isinstance(dated.row, StatementTrade):
        return trade_content(trade_of(dated.row, dated.at, zone))
    return adjustment_content(adjustment_of(dated.row, dated.at))
