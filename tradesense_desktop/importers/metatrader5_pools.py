"""Entries of positions: what is open, what its opening cost, and the share of it that falls on a closing deal."""

from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN
from typing import Final

from tradesense_desktop.domain.money import ZERO, Money, Price, Quantity, quotient
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.importers.metatrader5_tables import Deal

_BEFORE_ALL: Final = -1


@dataclass(slots=True)
class Costs:
    """Commission, swap and fee, signed as the report signs them."""

    commission: Money = ZERO
    swap: Money = ZERO
    fee: Money = ZERO

    def add(self, other: "Costs") -> None:
        """Add `other`."""
        self.commission += other.commission
        self.swap += other.swap
        self.fee += other.fee

    def take(self, volume: Quantity, of: Quantity, unit: Money) -> "Costs":
        """Take out the share of `volume` in `of`, half-even to `unit`; the whole where it is all of it."""
        if volume >= of:
            taken = Costs(self.commission, self.swap, self.fee)
        else:
            taken = Costs(*(share(cost, volume, of, unit) for cost in (self.commission, self.swap, self.fee)))
        self.commission -= taken.commission
        self.swap -= taken.swap
        self.fee -= taken.fee
        return taken

    @property
    def total(self) -> Money:
        """All three."""
        return self.commission + self.swap + self.fee


def share(amount: Money, volume: Quantity, of: Quantity, unit: Money) -> Money:
    """The part of `amount` that falls on `volume` in `of`, half-even to `unit`."""
    return (amount * volume / of).quantize(unit, rounding=ROUND_HALF_EVEN)


@dataclass(slots=True)
class Pool:
    """An open position as far as the report shows its entries.

    `reserved` is the part of the volume that other closing deals are known to take, or that stays open.
    """

    identifier: int | None
    symbol: str
    side: Side
    volume: Quantity
    costs: Costs
    opened_at: datetime
    open_price: Price
    initial_stop: Price | None
    serial: int
    reserved: Quantity = ZERO

    @property
    def available(self) -> Quantity:
        """The volume that a closing deal without a known position may take."""
        return self.volume - self.reserved if self.volume > self.reserved else ZERO

    def add(self, deal: Deal, volume: Quantity, costs: Costs) -> None:
        """Add an entry to the position; its price becomes the average, as the platform has it."""
        self.open_price = quotient(self.open_price * self.volume + deal.price * volume, self.volume + volume)
        self.volume += volume
        self.costs.add(costs)

    def take(self, volume: Quantity, unit: Money) -> Costs:
        """Take `volume` out, at most what is there, with its share of the costs."""
        costs = self.costs.take(volume, self.volume, unit)
        self.volume = max(ZERO, self.volume - volume)
        return costs


class HedgedEntries:
    """The open positions of one symbol and side, each standing alone; found by volume and price, or by age."""

    def __init__(self) -> None:
        self._by_age: deque[Pool] = deque()
        self._by_volume: dict[Quantity, list[tuple[Price, int, Pool]]] = defaultdict(list)

    def put(self, pool: Pool, *, is_new: bool) -> None:
        """Make `pool` findable by the volume that is available now."""
        if pool.available:
            if is_new:
                self._by_age.append(pool)
            insort(self._by_volume[pool.available], (pool.open_price, pool.serial, pool))

    def remove(self, pool: Pool) -> None:
        """Forget `pool` before its volume or price changes."""
        entries = self._by_volume.get(pool.available)
        if entries is not None:
            place = bisect_left(entries, (pool.open_price, pool.serial))
            if place < len(entries) and entries[place][2] is pool:
                del entries[place]

    def explained(self, volume: Quantity, prices: tuple[Price, Price, Price]) -> Pool | None:
        """The position of just `volume` whose price is nearest to the likeliest of `prices`; of equals the oldest."""
        lowest, likeliest, highest = prices
        entries = self._by_volume.get(volume, [])
        above = bisect_left(entries, (likeliest, _BEFORE_ALL))
        near = entries[above : above + 1]
        if above:  # the oldest of the next lower price
            below = bisect_left(entries, (entries[above - 1][0], _BEFORE_ALL))
            near.append(entries[below])
        near = [entry for entry in near if lowest <= entry[0] <= highest]
        return min(near, key=lambda entry: (abs(entry[0] - likeliest), entry[1]))[2] if near else None

    def oldest(self) -> Iterator[Pool]:
        """The positions with available volume, oldest first; emptied ones are dropped on the way."""
        while self._by_age and not self._by_age[0].available:
            self._by_age.popleft()
        yield from (pool for pool in self._by_age if pool.available)
