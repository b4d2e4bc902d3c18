"""Read the ledger of a challenge: which rows in which order, and pages of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.limits import verdict
from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import check_visible
from tradesense_desktop.services.views import LedgerRow
from tradesense_desktop.store import ledger_pages
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.ledger_pages import LedgerEntry, LedgerFilter, LedgerOrder

__all__ = ["LedgerFilter", "LedgerOrder", "LedgerSelection", "read_ledger_page", "read_trades", "select_ledger"]


@dataclass(frozen=True, slots=True)
class LedgerSelection:
    """Rows that a filter left, in the order asked for; `sequence_numbers` is None for all rows as they are."""

    count: int
    sequence_numbers: Sequence[int] | None


def select_ledger(
    workspace: Workspace,
    challenge_id: str,
    which: LedgerFilter,
    order: LedgerOrder,
    progress: ProgressReport = unwatched,
) -> LedgerSelection:
    """Choose rows by a filter and an order; a scan that `progress` can stop."""
    with refusals(), workspace.reading(progress, "Filtering the ledger") as reading:
        check_visible(reading, workspace, challenge_id)
        numbers = ledger_pages.select_ledger(reading, challenge_id, which, order)
        count = ledger_pages.count_trades(reading, challenge_id) if numbers is None else len(numbers)
    return LedgerSelection(count, numbers)


def read_ledger_page(workspace: Workspace, challenge_id: str, sequence_numbers: Sequence[int]) -> tuple[LedgerRow, ...]:
    """The rows with these sequence numbers, in this order; one query, whatever the length of the ledger."""
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        challenge = read_challenge(reading, challenge_id)
        entries = ledger_pages.read_ledger_page(reading, challenge_id, sequence_numbers)
        return tuple(_rows(challenge, entries))


def read_trades(workspace: Workspace, challenge_id: str, *, last: int | None = None) -> tuple[LedgerRow, ...]:
    """The whole ledger, oldest first, or only its newest `last` rows."""
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        count = ledger_pages.count_trades(reading, challenge_id)
    first = 1 if last is None else max(1, count - last + 1)
    return read_ledger_page(workspace, challenge_id, range(first, count + 1))


def _rows(challenge: Challenge, entries: Sequence[LedgerEntry]) -> list[LedgerRow]:
    judgement = verdict(challenge)
    return [
        LedgerRow(
            sequence_number=entry.sequence_number,
            trade_id=entry.trade_id,
            symbol=entry.symbol,
            side=entry.side,
            quantity=entry.quantity,
            price=entry.price,
            realized_pnl=entry.realized_pnl,
            commission=entry.commission,
            executed_at=entry.executed_at,
            opened_at=entry.opened_at,
            open_price=entry.open_price,
            position_id=entry.position_id,
            equity=entry.equity,
            rule=judgement.rule if entry.sequence_number == judgement.trade_number else None,
        )
        for entry in entries
    ]
