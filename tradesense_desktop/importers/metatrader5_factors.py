"""What a price move is worth: the money per price unit and volume of each symbol, learnt from the deals themselves.

A report states no contract size, so whether an entry's price explains a profit can only be judged against the symbol's
other deals. Each close votes for the factor that each entry of its volume would imply; a true factor is voted for
again and again, a false one hardly twice. Nothing here enters an amount: it only chooses between entries.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.money import ZERO, Money, Price
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.importers.metatrader5_tables import Deal
from tradesense_desktop.importers.metatrader5_words import Direction

_MOST_ENTRIES: Final = 48
_MOST_VOTES: Final = 4_000
_WORTH_A_VOTE: Final = 100
"""A profit of fewer units of the money's last decimal is rounded too coarsely to tell a factor."""
_TOLERANCE: Final = Decimal("0.01")


class PriceFactors:
    """The factor of each symbol, and the entry prices that explain a profit by it.

    Two models are tried: a constant factor (the quote currency is the account's), and one that falls with the closing
    price (the base currency is the account's); the one on which more closes agree is taken.
    """

    def __init__(self, deals: Iterable[Deal], unit: Money) -> None:
        self._unit = unit
        votes: dict[tuple[str, bool], Counter[Decimal]] = defaultdict(Counter)
        waiting: dict[tuple[str, Side, Decimal], list[Price]] = defaultdict(list)
        outstanding: Counter[tuple[str, Side, Decimal]] = Counter()
        for deal in deals:
            if deal.side is None or deal.direction is Direction.IN_OUT:
                continue
            if deal.direction is Direction.IN:
                bucket = (deal.symbol, deal.side, deal.volume)
                prices = waiting[bucket]
                if len(prices) < _MOST_ENTRIES:
                    prices.append(deal.price)
                outstanding[bucket] += 1
                continue
            bucket = (deal.symbol, opposite(deal.side), deal.volume)
            if outstanding[bucket]:
                self._vote(votes, deal, waiting[bucket])
                outstanding[bucket] -= 1
                if not outstanding[bucket]:
                    waiting[bucket].clear()
        self._factors: dict[str, tuple[Decimal, bool]] = {}
        for (symbol, falls), counts in sorted(votes.items(), key=lambda item: item[0]):
            factor, count = min(counts.items(), key=lambda item: (-item[1], _digits(item[0]), item[0]))
            known = self._factors.get(symbol)
            if known is None or count > votes[symbol, known[1]][known[0]]:
                self._factors[symbol] = (factor, falls)

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

    def _vote(self, votes: dict[tuple[str, bool], Counter[Decimal]], deal: Deal, prices: list[Price]) -> None:
        constant = votes[deal.symbol, False]
        if abs(deal.profit) < _WORTH_A_VOTE * self._unit or sum(constant.values()) > _MOST_VOTES * _MOST_ENTRIES:
            return
        factors = set()
        for price in set(prices):
            move = deal.price - price if deal.side is Side.SELL else price - deal.price
            if move and (deal.profit > ZERO) == (move > ZERO):
                factors.add(deal.profit / (move * deal.volume))
        constant.update({_rounded(factor) for factor in factors})
        votes[deal.symbol, True].update({_rounded(factor * deal.price) for factor in factors})


def opposite(side: Side) -> Side:
    """The other side."""
    return Side.SELL if side is Side.BUY else Side.BUY


def _rounded(factor: Decimal) -> Decimal:
    return factor.quantize(Decimal(1).scaleb(factor.adjusted() - 2)).normalize()


def _digits(factor: Decimal) -> int:
    return len(factor.as_tuple().digits)
