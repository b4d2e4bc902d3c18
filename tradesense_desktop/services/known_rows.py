"""Which rows of a statement are recorded already, and whether the others may still come."""

from tradesense_desktop.domain.adjustment import Adjustment
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
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.import_plan import ImportPlan
from tradesense_desktop.services.statement_rows import DatedRow, adjustment_of, as_commanded, trade_of
from tradesense_desktop.store.recorded_trades import read_recorded_adjustments, read_recorded_trades
from tradesense_desktop.store.transaction import Reading


def unrecorded_rows(reading: Reading, plan: ImportPlan) -> list[Trade | Adjustment]:
    """The rows that are new, in order.

    Raises TradeConflict or AdjustmentConflict for a recorded number with other content, StatementRefused for one that
    stands twice in the file with different content, Refused where a new row lies before a recorded one.
    """
    rows = _once_each(plan)
    if plan.target is None:
        return list(as_commanded(rows, plan.zone))
    trades = read_recorded_trades(reading, plan.target.id)
    adjustments = read_recorded_adjustments(reading, plan.target.id)
    new: list[DatedRow] = []
    for dated in rows:
        key = str(dated.number)
        if isinstance(dated.row, StatementTrade):
            known = is_trade_known(trade_of(dated.row, dated.at, plan.zone), trades.get(key))
        else:
            known = is_adjustment_known(adjustment_of(dated.row, dated.at), adjustments.get(key))
        if not known:
            new.append(dated)
        elif new:
            raise _too_late(plan, new[0])
    last = plan.target.last_trade_at
    if new and last is not None and new[0].at < last:
        raise _too_late(plan, new[0])
    return list(as_commanded(new, plan.zone))


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
