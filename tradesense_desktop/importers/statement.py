"""What a platform's file says, in one shape, before any time zone, challenge or rule is applied to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.money import Money, Price, Quantity
from tradesense_desktop.domain.trade import DealResult, EntryShare, Side


class StatementFormat(StrEnum):
    """Formats that are recognised by their content."""

    METATRADER5_HISTORY = "metatrader5_history"
    METATRADER5_TESTER = "metatrader5_tester"
    METATRADER4_STATEMENT = "metatrader4_statement"
    METATRADER4_TESTER = "metatrader4_tester"


@dataclass(frozen=True, slots=True)
class Source:
    """Whose rows these are: a challenge takes rows of one source only.

    `family` is `metatrader5`, `metatrader4`, `metatrader5_tester`, …; an account is named by `account` and `server`
    (the server where the file tells), a tester run by `run` (expert, symbol, period, deposit).
    """

    family: str
    account: str | None = None
    server: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTrade:
    """One closing deal as the file states it; times are naive, in the platform server's zone.

    `number` is the platform's number as an integer (deal, or MetaTrader 4's ticket): it orders rows of one time.
    """

    number: int
    line: int
    symbol: str
    side: Side
    quantity: Quantity
    price: Price
    closed_at: datetime
    own: DealResult
    realized_pnl: Money
    commission: Money
    deal_side: Side | None
    entry: EntryShare | None
    position_id: str | None
    external_trade_id: str | None
    opened_at: datetime | None
    open_price: Price | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOperation:
    """One balance operation as the file states it; the time is naive, in the platform server's zone."""

    number: int
    line: int
    kind: AdjustmentKind
    amount: Money
    booked_at: datetime
    comment: str


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is rightly no part of the ledger (cancelled, pending, a close-by of 0 lots), and why."""

    line: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatedTotals:
    """Totals that the file itself states; None where it does not."""

    trades: int | None
    net: Money | None
    balance: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A whole file, read.

    `trades` and `operations` are in file-time order, then by number. `initial_balance` is what was paid in before
    the first opening of a position, on top of what the account held before the file: those rows are
    `opening_operations` and not in `operations`. It is None where the file does not tell. `currency` is as stated,
    upper case, or None. `open_entry_costs` (zero or negative) is booked in the file's balance on entries of
    positions that are still open; `open_floating` never enters the ledger. `rounding_tolerance` is by how much the
    file's own totals may honestly differ from the sum of its rounded rows.
    """

    format: StatementFormat
    source: Source
    currency: str | None
    initial_balance: Money | None
    opening_operations: tuple[StatementOperation, ...] = ()
    trades: tuple[StatementTrade, ...]
    operations: tuple[StatementOperation, ...]
    stated: StatedTotals
    skipped: tuple[SkippedRow, ...]
    open_positions: int
    open_floating: Money
    open_entry_costs: Money
    rounding_tolerance: Money
    title: str
