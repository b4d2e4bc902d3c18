"""What a price move is worth: the money per price unit and volume of each symbol, learnt from the deals themselves.

A report states no contract size, so whether an entry's price explains a profit can only be judged against the symbol's
other deals. Each close votes for the factor that each entry it may belong to would imply; a true factor is voted for
again and again, a false one hardly twice. Nothing here enters an amount: it only chooses between entries.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.money import ZERO, Money, Price, Quantity
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.importers.metatrader5_tables import Deal
from tradesense_desktop.importers.metatrader5_words import Direction
from tradesense_desktop.importers.watched import watched

_MOST_PRICES: Final = 48
_MOST_CLOSES: Final = 4_000
_WORTH_A_VOTE: Final = 100
"""A profit of fewer units of the money's last decimal is rounded too coarsely to tell a factor."""
_TOLERANCE: Final = Decimal("0.01")

_ENOUGH_VOTES: Final = 2
"""A factor that one close alone suggests is believed only where there was no choice, or where it is a round number."""


class _Votes:
    """The votes for the factors of one symbol by one model; factors that agree on three digits are one."""

    __slots__ = ("counts", "sums")

    def __init__(self) -> None:
        self.counts: Counter[Decimal] = Counter()
        self.sums: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)

    def add(self, factors: Iterable[Decimal], weight: int) -> None:
        for rounded, factor in {_rounded(factor): factor for factor in factors}.items():
            self.counts[rounded] += weight
            self.sums[rounded] += factor * weight

    def winner(self) -> tuple[Decimal, int] | None:
        """The factor and its votes; of equals the roundest."""
        rounded, count = min(self.counts.items(), key=lambda item: (-item[1], _digits(item[0]), item[0]))
        is_round = _digits(rounded) == 1
        if count < _ENOUGH_VOTES and not is_round:
            return None
        return (rounded if is_round else self.sums[rounded] / count), count


class _Waiting:
    """The entries of one symbol and side since it was last flat, for one volume or for all of them together."""

    __slots__ = ("prices", "volume")

    def __init__(self) -> None:
        self.prices: set[Price] = set()
        self.volume: Quantity = ZERO

    def enter(self, deal: Deal) -> None:
        if len(self.prices) < _MOST_PRICES:
            self.prices.add(deal.price)
        self.volume += deal.volume

    def leave(self, deal: Deal) -> None:
        self.volume -= deal.volume
        if self.volume <= ZERO:
            self.prices.clear()
            self.volume = ZERO


class PriceFactors:
    """The factor of each symbol, and the entry prices that explain a profit by it.

    Two models are tried: a constant factor (the quote currency is the account's), and one that falls with the closing
    price (the base currency is the account's); the one on which more closes agree is taken.
    """

    def __init__(self, deals: Sequence[Deal], unit: Money, progress: ProgressReport) -> None:
        self._unit = unit
        votes: dict[tuple[str, bool], _Votes] = defaultdict(_Votes)
        voted: Counter[str] = Counter()
        by_volume: dict[tuple[str, Side, Quantity], _Waiting] = defaultdict(_Waiting)
        by_side: dict[tuple[str, Side], _Waiting] = defaultdict(_Waiting)
        for deal in watched(deals, "Learning what a price move is worth", progress):
            if deal.side is None or deal.direction is Direction.IN_OUT:
                continue
            if deal.direction is Direction.IN:
                by_volume[deal.symbol, deal.side, deal.volume].enter(deal)
                by_side[deal.symbol, deal.side].enter(deal)
                continue
            side = opposite(deal.side)
            of_volume, of_side = by_volume[deal.symbol, side, deal.volume], by_side[deal.symbol, side]
            if voted[deal.symbol] < _MOST_CLOSES and abs(deal.profit) >= _WORTH_A_VOTE * unit:
                _vote(votes, deal, of_volume.prices or of_side.prices)
                voted[deal.symbol] += 1
            of_volume.leave(deal)
            of_side.leave(deal)
        self._factors: dict[str, tuple[Decimal, bool]] = {}
        most: Counter[str] = Counter()
        for (symbol, falls), cast in sorted(votes.items(), key=lambda item: item[0]):
            winner = cast.winner()
            if winner is not None and winner[1] > most[symbol]:
                self._factors[symbol] = (winner[0], falls)
                most[symbol] = winner[1]

    def explaining_prices(self, deal: Deal) -> tuple[Price, Price, Price] | None:
        """Lowest, likeliest and highest entry price that explains the profit of the closing `deal`.

        None where the symbol's factor is unknown.
        """
        known = self._factors.get(deal.symbol)
        if known is None:
            return None
        factor = known[0] / deal.price if known[1] else known[0]
        worth = factor * deal.volume
        move = deal.profit / worth if deal.side is Side.SELL else -deal.profit / worth
        slack = abs(move) * _TOLERANCE + self._unit / worth
        likeliest = deal.price - move
        return likeliest - slack, likeliest, likeliest + slack


def opposite(side: Side) -> Side:
    """The other side."""
    return Side.SELL if side is Side.BUY else Side.BUY


def _vote(votes: dict[tuple[str, bool], _Votes], deal: Deal, prices: Collection[Price]) -> None:
    factors = []
    for price in prices:
        move = deal.price - price if deal.side is Side.SELL else price - deal.price
        if move and (deal.profit > ZERO) == (move > ZERO):
            factors.append(deal.profit / (move * deal.volume))
    if factors:
        weight = _ENOUGH_VOTES if len(prices) == 1 else 1
        votes[deal.symbol, False].add(factors, weight)
        votes[deal.symbol, True].add((factor * deal.price for factor in factors), weight)


def _rounded(factor: Decimal) -> Decimal:
    return factor.quantize(Decimal(1).scaleb(factor.adjusted() - 2)).normalize()


def _digits(factor: Decimal) -> int:
    return len(factor.as_tuple().digits)
