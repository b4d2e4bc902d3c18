"""Which rows a ledger shows and in what order: pure work for a background thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_ledger import LedgerFilter, LedgerOrder, read_ledger_page, select_ledger
from tradesense_desktop.services.views import LedgerRow

NATURAL = "sequence_number"


@dataclass(frozen=True, slots=True)
class LedgerQuestion:
    """What a ledger shall show: words of the filter, the order, and the rows of a stretch of time where one is brushed.

    `stretch` holds the first and the last sequence number, both included.
    """

    text: str = ""
    order: str = NATURAL
    is_descending: bool = True
    stretch: tuple[int, int] | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether rows may be left out."""
        return bool(self.text.strip()) or self.stretch is not None


@dataclass(frozen=True, slots=True)
class LedgerAnswer:
    """The sequence numbers of the rows in their order, and how many rows there are without the filter.

    `stretch_result` is by how much equity moved in a brushed stretch, from before its first trade to after its last.
    """

    numbers: Sequence[int]
    total: int
    question: LedgerQuestion = field(default_factory=LedgerQuestion)
    stretch_result: Money | None = None


def parse_filter(text: str) -> LedgerFilter:
    """The filter that a person typed: `buy` and `sell` are the side, every other word is text."""
    side: Side | None = None
    words = []
    for word in text.split():
        if word.upper() in Side.__members__:
            side = Side[word.upper()]
        else:
            words.append(word)
    return LedgerFilter(symbol=None, side=side, text=" ".join(words))


def select_rows(
    workspace: Workspace, challenge_id: str, total: int, question: LedgerQuestion, progress: ProgressReport
) -> LedgerAnswer:
    """Answer `question` about a ledger of `total` rows; the natural order costs nothing at any length."""
    first, last = question.stretch or (1, total)
    moved = None if question.stretch is None else result_between(workspace, challenge_id, first, last)
    if not question.text.strip() and question.order == NATURAL:
        numbers = range(last, first - 1, -1) if question.is_descending else range(first, last + 1)
        return LedgerAnswer(numbers, total, question, moved)
    order = LedgerOrder(column=question.order, descending=question.is_descending)
    selection = select_ledger(workspace, challenge_id, parse_filter(question.text), order, progress)
    chosen: Sequence[int] | None = selection.sequence_numbers
    if chosen is None:
        chosen = range(last, first - 1, -1) if question.is_descending else range(first, last + 1)
    elif question.stretch is not None:
        chosen = tuple(number for number in chosen if first <= number <= last)
    return LedgerAnswer(chosen, total, question, moved)


def result_between(workspace: Workspace, challenge_id: str, first: int, last: int) -> Money | None:
    """By how much equity moved from before trade `first` to after trade `last`; None where there is none of them."""
    ends = read_ledger_page(workspace, challenge_id, (first, last)) if 1 <= first <= last else ()
    if not ends or ends[0].equity is None or ends[-1].equity is None:
        return None
    return ends[-1].equity - (ends[0].equity - ends[0].realized_pnl)


def read_rows(workspace: Workspace, challenge_id: str, numbers: Sequence[int]) -> tuple[LedgerRow, ...]:
    """The rows with those sequence numbers, in their order."""
    return read_ledger_page(workspace, challenge_id, numbers)
