"""The ledger of a MetaTrader 5 report: its deals as trades and balance operations, with the costs of the entries."""

from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.money import ZERO, Money, is_exact
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.domain.trade import DealResult, Side
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.metatrader5_entries import Entries
from tradesense_desktop.importers.metatrader5_factors import opposite
from tradesense_desktop.importers.metatrader5_pools import Costs, share
from tradesense_desktop.importers.metatrader5_report import Report
from tradesense_desktop.importers.metatrader5_summary import (
    Account,
    Run,
    find_account,
    find_balance,
    find_net,
    find_run,
    find_trades,
)
from tradesense_desktop.importers.metatrader5_tables import Deal
from tradesense_desktop.importers.metatrader5_words import OPERATIONS, BalanceDeal, CancelledDeal, Direction
from tradesense_desktop.importers.opening_balance import split_opening
from tradesense_desktop.importers.statement import (
    SkippedRow,
    Source,
    StatedTotals,
    Statement,
    StatementFormat,
    StatementOperation,
    StatementTrade,
)
from tradesense_desktop.importers.watched import drained, watched

_CENT: Final = Decimal("0.01")
_CURRENCIES_WITHOUT_CENTS: Final = frozenset({"CLP", "IDR", "JPY", "KRW", "VND"})
_TYPE_COLUMN: Final = 3
_DIRECTION_COLUMN: Final = 4
_NUMBER_COLUMN: Final = 1


class Ledger:
    """Reads the deals of `report` in the order of time and number."""

    def __init__(self, report: Report, progress: ProgressReport) -> None:
        self._report = report
        self._progress = progress
        self._skipped: list[SkippedRow] = []
        self._trades: list[StatementTrade] = []
        self._operations: list[StatementOperation] = []
        self._deals = self._once(report.in_order())
        self._run = find_run(report.head)
        self._account = find_account(report.head) if self._run is None else None
        self._currency = self._stated_currency()
        self._unit = self._smallest_unit()
        self._entries = Entries(
            self._deals,
            positions=report.positions,
            open_positions=report.open_positions,
            stops=report.stops,
            unit=self._unit,
            bookkeeping=self._account.bookkeeping if self._account is not None else None,
            progress=progress,
        )

    def statement(self) -> Statement:
        """The whole statement."""
        report, run, account = self._report, self._run, self._account
        first = next(((deal.time, deal.number) for deal in self._deals if deal.side is not None), None)
        held_before, stated_balance = self._held_before(self._credit_apart()), self._stated_balance()
        for deal in drained(self._deals, "Matching entries", self._progress):
            if deal.side is None:
                self._operate(deal)
            else:
                self._trade(deal, deal.side)
        opening = split_opening(self._operations, first, held_before)
        open_pools = self._entries.open_pools()
        return Statement(
            format=StatementFormat.METATRADER5_HISTORY if run is None else StatementFormat.METATRADER5_TESTER,
            source=_source(run, account),
            currency=self._currency,
            initial_balance=opening.balance,
            opening_operations=opening.part,
            trades=tuple(self._trades),
            operations=opening.others,
            stated=StatedTotals(
                trades=find_trades([*report.head, *report.tail]),
                net=find_net([*report.head, *report.tail], is_tester=self._run is not None),
                balance=stated_balance,
            ),
            skipped=tuple(self._skipped),
            open_positions=len(report.open_positions) or len(open_pools),
            open_floating=sum((position.floating for position in report.open_positions), ZERO),
            open_entry_costs=self._entries.left_costs(),
            rounding_tolerance=ZERO,
            title=_title(run, account),
        )

    def _trade(self, deal: Deal, side: Side) -> None:
        costs = Costs(deal.commission, deal.swap, deal.fee)
        if deal.direction is Direction.IN:
            if deal.profit:
                raise self._refusal(deal, "a deal that opens a position has a profit of its own.")
            self._entries.open(deal, deal.volume, costs)
            return
        own = DealResult(deal.profit, deal.swap, deal.commission, deal.fee)
        closed = deal.volume
        turned: Costs | None = None
        if deal.direction is Direction.IN_OUT:
            before = self._entries.volume_before(deal)
            if before is None:
                raise self._refusal(
                    deal, "an in/out deal, and the file does not show the volume of the position that it turned round.",
                    column=_DIRECTION_COLUMN,
                )  # fmt: skip
            closed = before
            commission = share(deal.commission, closed, deal.volume, self._unit)
            fee = share(deal.fee, closed, deal.volume, self._unit)
            turned = Costs(deal.commission - commission, ZERO, deal.fee - fee)
            own = DealResult(deal.profit, deal.swap, commission, fee)
        entry = self._entries.close(deal, closed)
        if turned is not None:
            self._entries.open(deal, deal.volume - closed, turned)
        carried, cost = ZERO, own.commission + own.fee
        if entry.share is not None:
            carried = entry.share.commission + entry.share.swap + entry.share.fee
            cost += entry.share.commission + entry.share.fee
        realized = own.net + carried
        if not is_exact(realized):
            raise self._refusal(deal, "the result has more than 15 digits.")
        self._trades.append(
            StatementTrade(
                number=deal.number,
                line=deal.line,
                symbol=deal.symbol,
                side=opposite(side),
                quantity=closed,
                price=deal.price,
                closed_at=deal.time,
                own=own,
                realized_pnl=realized,
                commission=-cost,
                deal_side=side,
                entry=entry.share,
                position_id=entry.position_id,
                external_trade_id=str(deal.order) if deal.order is not None else None,
                opened_at=entry.opened_at,
                open_price=entry.open_price,
            )
        )

    def _operate(self, deal: Deal) -> None:
        meaning = OPERATIONS.get(deal.type)
        if meaning is None:
            raise self._refusal(
                deal, f"“{deal.type[:40]}” is no type of a deal that is known here.", column=_TYPE_COLUMN
            )
        if not deal.amount:
            reason = "a cancelled deal" if isinstance(meaning, CancelledDeal) else f"“{deal.type}” that moves no money"
            self._skipped.append(SkippedRow(deal.line, str(deal.number), reason))
            return
        if not is_exact(deal.amount):
            raise self._refusal(deal, "the amount has more than 15 digits.")
        if isinstance(meaning, BalanceDeal):
            kind = AdjustmentKind.DEPOSIT if deal.amount > ZERO else AdjustmentKind.WITHDRAWAL
        elif isinstance(meaning, CancelledDeal):
            kind = AdjustmentKind.CORRECTION
        else:
            kind = meaning
        self._operations.append(
            StatementOperation(
                number=deal.number,
                line=deal.line,
                kind=kind,
                amount=deal.amount,
                booked_at=deal.time,
                comment=deal.comment,
            )
        )

    def _once(self, deals: list[Deal]) -> list[Deal]:
        """`deals` without rows that stand twice; raises StatementRefused where two rows share only the number."""
        seen: dict[int, Deal] = {}
        for deal in watched(deals, "Ordering the deals", self._progress):
            first = seen.setdefault(deal.number, deal)
            if first is deal:
                continue
            if first.content() != deal.content():
                raise self._refusal(
                    deal,
                    f"the deal {deal.number} stands twice, with differing content (also in line {first.line}).",
                    column=_NUMBER_COLUMN,
                )
            self._skipped.append(SkippedRow(deal.line, str(deal.number), f"the same row as in line {first.line}"))
        return list(seen.values())

    def _stated_currency(self) -> str | None:
        if self._run is not None:
            return self._run.currency
        return self._account.currency if self._account is not None else None

    def _smallest_unit(self) -> Money:
        """The last decimal of the file's money; a spreadsheet that was saved again has lost the zeros at the end."""
        unit = self._report.unit
        if self._report.is_sheet and unit > _CENT and self._currency not in _CURRENCIES_WITHOUT_CENTS:
            return _CENT
        return unit

    def _credit_apart(self) -> bool:
        """Whether the report's balance leaves credit out: its Balance column stands still on a row of credit."""
        before: Money | None = None
        for deal in self._deals:
            if OPERATIONS.get(deal.type) is AdjustmentKind.CREDIT and deal.side is None and deal.balance is not None:
                was = before if before is not None else ZERO
                if deal.balance == was and deal.amount:
                    return True
            before = deal.balance
        return False

    def _held_before(self, credit_apart: bool) -> Money | None:
        """The balance before the first row, by its Balance column."""
        if not self._deals:
            return None
        first = self._deals[0]
        if first.balance is None:
            return None
        is_apart = credit_apart and OPERATIONS.get(first.type) is AdjustmentKind.CREDIT
        return first.balance if is_apart else first.balance - first.amount

    def _stated_balance(self) -> Money | None:
        block = find_balance(self._report.tail)
        if block is not None:
            return block
        if self._report.totals_balance is not None:
            return self._report.totals_balance
        return self._deals[-1].balance if self._deals else None

    def _refusal(self, deal: Deal, why: str, *, column: int = _NUMBER_COLUMN) -> StatementRefused:
        table = self._report.deals_table
        name = table.names[column] if table is not None else None
        return StatementRefused(self._report.file_name, why, line=deal.line, column=name)


def _source(run: Run | None, account: Account | None) -> Source:
    if run is not None:
        return Source("metatrader5_tester", run=run.text)
    if account is None:
        return Source("metatrader5")
    return Source("metatrader5", account.number, account.server)


def _title(run: Run | None, account: Account | None) -> str:
    if run is not None:
        return f"{run.expert}, {run.symbol}, {run.period}"
    if account is None:
        return "MetaTrader 5"
    return f"{account.number}, {account.server}" if account.server else account.number
