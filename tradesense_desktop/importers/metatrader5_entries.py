"""Which entry a closing deal of MetaTrader 5 closes, and what of the entry's costs it carries.

In this order (spec, domain.md, Importing): the row of Positions; among open entries of the opposite side one of the
same volume whose price explains the profit; the oldest. A netting account has one pool a symbol.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.money import ZERO, Money, Price, Quantity
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.domain.trade import EntryMatch, EntryShare, Side
from tradesense_desktop.importers.metatrader5_factors import PriceFactors, opposite
from tradesense_desktop.importers.metatrader5_pools import Costs, HedgedEntries, Pool
from tradesense_desktop.importers.metatrader5_summary import Bookkeeping
from tradesense_desktop.importers.metatrader5_tables import ClosedPosition, Deal, OpenPosition
from tradesense_desktop.importers.metatrader5_words import Direction
from tradesense_desktop.importers.watched import watched


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of the entry of a closing deal; `share` is None where the entry lies before the report."""

    share: EntryShare | None
    position_id: str | None
    opened_at: datetime | None
    open_price: Price | None


class Entries:
    """Opens and closes positions deal by deal, in the order of time and number."""

    def __init__(
        self,
        deals: Sequence[Deal],
        *,
        positions: Sequence[ClosedPosition],
        open_positions: Iterable[OpenPosition],
        stops: dict[int, Price],
        unit: Money,
        bookkeeping: Bookkeeping | None,
        progress: ProgressReport,
    ) -> None:
        self._unit = unit
        self._stops = stops
        self._is_netting = (bookkeeping or _bookkeeping_of(deals, progress)) is Bookkeeping.NETTING
        self._row_of = _rows_of_positions(deals, positions, progress)
        self._factors = PriceFactors(deals, unit, progress)
        self._begin = deals[0].time if deals else None
        self._serial = 0
        self._pools: dict[int, Pool] = {}
        self._netted: dict[str, Pool] = {}
        self._hedged: dict[tuple[str, Side], HedgedEntries] = defaultdict(HedgedEntries)
        self._opened_with: dict[tuple[object, ...], Pool] = {}
        self._nameless: list[Pool] = []
        self._reserved: dict[int, Quantity] = defaultdict(lambda: ZERO)
        for row in self._row_of.values():
            self._reserved[row.identifier] += row.volume
        for position in open_positions:
            self._reserved[position.identifier] += position.volume

    def open(self, deal: Deal, volume: Quantity, costs: Costs) -> None:
        """Record the entry of `volume` by `deal`, which cost `costs`."""
        if self._is_netting:
            self._open_netted(deal, volume, costs)
            return
        pool = self._pools.get(deal.order) if deal.order is not None else None
        hedged = self._hedged[deal.symbol, _side(deal)]
        if pool is not None and pool.symbol == deal.symbol and pool.side is deal.side:
            hedged.remove(pool)  # one order filled by several deals is one position
            had = pool.available
            pool.add(deal, volume, costs)
            hedged.put(pool, is_new=not had)
            return
        if pool is not None:  # no order opens two positions, but what the report says is kept
            self._nameless.append(pool)
        pool = self._new_pool(deal, volume, costs)
        if deal.order is None:
            self._nameless.append(pool)
        else:
            self._pools[deal.order] = pool
            pool.reserved = self._reserved.get(deal.order, ZERO)
        if self._row_of:
            self._opened_with.setdefault((deal.symbol, deal.side, deal.time, deal.price, volume), pool)
        hedged.put(pool, is_new=True)

    def close(self, deal: Deal, volume: Quantity) -> Entry:
        """The entry of the closing `deal`, of which `volume` closes; its share of the costs is taken out."""
        row = self._row_of.get(deal.number)
        if self._is_netting:
            return self._close_netted(deal, volume, row)
        hedged = self._hedged[deal.symbol, opposite(_side(deal))]
        if row is not None:
            pool = self._pool_of(row)
            if pool is not None and pool.volume:
                hedged.remove(pool)
                pool.reserved = max(ZERO, pool.reserved - volume)
                entry = self._entry(EntryMatch.POSITION, pool, pool.take(volume, self._unit), row)
                self._put_back(hedged, pool)
                return entry
            if self._begin is None or row.opened_at <= self._begin:
                return _before_the_report(row)
        prices = self._factors.explaining_prices(deal)
        pool = hedged.explained(volume, prices) if prices is not None else None
        if pool is not None:
            hedged.remove(pool)
            entry = self._entry(EntryMatch.PRICE, pool, pool.take(volume, self._unit), row)
            self._put_back(hedged, pool)
            return entry
        return self._close_oldest(hedged, volume, row)

    def volume_before(self, deal: Deal) -> Quantity | None:
        """The volume of the position that an in/out `deal` turns round, or None where the report does not show it."""
        row = self._row_of.get(deal.number)
        if row is not None and self._begin is not None and row.opened_at < self._begin:
            return row.volume if row.volume < deal.volume else None  # the entries shown may not be all of them
        pool = self._netted.get(deal.symbol)
        if pool is not None and pool.side is not deal.side and ZERO < pool.volume < deal.volume:
            return pool.volume
        return None

    def open_pools(self) -> list[Pool]:
        """The positions that are still open as far as the report shows their entries."""
        pools = self._netted.values() if self._is_netting else [*self._pools.values(), *self._nameless]
        return [pool for pool in pools if pool.volume]

    def left_costs(self) -> Money:
        """What is booked on entries and was taken by no closing deal."""
        return sum((pool.costs.total for pool in self.open_pools()), ZERO)

    def _close_oldest(self, hedged: HedgedEntries, volume: Quantity, row: ClosedPosition | None) -> Entry:
        first: Pool | None = None
        costs = Costs()
        for pool in hedged.oldest():
            taken = min(pool.available, volume)
            hedged.remove(pool)
            costs.add(pool.take(taken, self._unit))
            self._put_back(hedged, pool)
            first = first or pool
            volume -= taken
            if not volume:
                break
        return self._entry(EntryMatch.FIFO, first, costs, row) if first is not None else _before_the_report(row)

    def _put_back(self, hedged: HedgedEntries, pool: Pool) -> None:
        """Make what is left of `pool` findable again, or forget it: of many positions few are open at a time."""
        if pool.volume:
            hedged.put(pool, is_new=False)
        elif pool.identifier is not None and self._pools.get(pool.identifier) is pool:
            del self._pools[pool.identifier]

    def _open_netted(self, deal: Deal, volume: Quantity, costs: Costs) -> None:
        pool = self._netted.get(deal.symbol)
        if pool is not None and pool.volume and pool.side is deal.side:
            pool.add(deal, volume, costs)
            return
        if pool is not None and pool.volume:  # a position that was open before the report begins
            self._nameless.append(pool)
        self._netted[deal.symbol] = self._new_pool(deal, volume, costs)

    def _close_netted(self, deal: Deal, volume: Quantity, row: ClosedPosition | None) -> Entry:
        pool = self._netted.get(deal.symbol)
        if pool is None or not pool.volume or pool.side is deal.side:
            return _before_the_report(row)
        match = EntryMatch.POSITION if row is not None else self._match_of_netted(deal, pool)
        return self._entry(match, pool, pool.take(volume, self._unit), row)

    def _match_of_netted(self, deal: Deal, pool: Pool) -> EntryMatch:
        prices = self._factors.explaining_prices(deal)
        explains = prices is not None and prices[0] <= pool.open_price <= prices[2] and pool.volume == deal.volume
        return EntryMatch.PRICE if explains else EntryMatch.FIFO

    def _new_pool(self, deal: Deal, volume: Quantity, costs: Costs) -> Pool:
        self._serial += 1
        stop = self._stops.get(deal.order) if deal.order is not None else None
        return Pool(deal.order, deal.symbol, _side(deal), volume, costs, deal.time, deal.price, stop, self._serial)

    def _pool_of(self, row: ClosedPosition) -> Pool | None:
        pool = self._pools.get(row.identifier)
        if pool is not None and pool.symbol == row.symbol and pool.side is row.side:
            return pool
        # A server can open a position anew, with another number, when it rolls it over.
        return self._opened_with.get((row.symbol, row.side, row.opened_at, row.open_price, row.volume))

    def _entry(self, match: EntryMatch, pool: Pool, costs: Costs, row: ClosedPosition | None) -> Entry:
        share = EntryShare(match, costs.commission, costs.swap, costs.fee, pool.initial_stop)
        if row is not None:
            return Entry(share, str(row.identifier), row.opened_at, row.open_price)
        identifier = str(pool.identifier) if pool.identifier is not None else None
        return Entry(share, identifier, pool.opened_at, pool.open_price)


def _before_the_report(row: ClosedPosition | None) -> Entry:
    if row is None:
        return Entry(None, None, None, None)
    return Entry(None, str(row.identifier), row.opened_at, row.open_price)


def _side(deal: Deal) -> Side:
    assert deal.side is not None, "balance operations open and close nothing"
    return deal.side


def _rows_of_positions(
    deals: Sequence[Deal], positions: Sequence[ClosedPosition], progress: ProgressReport
) -> dict[int, ClosedPosition]:
    """The row of Positions of each closing deal, by the deal's number: ties by lowest position to lowest deal."""
    waiting: dict[tuple[object, ...], list[ClosedPosition]] = defaultdict(list)
    by_identifier = sorted(positions, key=lambda row: row.identifier, reverse=True)
    for row in watched(by_identifier, "Matching positions", progress):
        waiting[row.symbol, opposite(row.side), row.closed_at, row.close_price, row.volume, row.profit].append(row)
    found: dict[int, ClosedPosition] = {}
    turned: list[Deal] = []
    for deal in watched(deals, "Matching positions", progress):
        if deal.side is None or deal.direction is Direction.IN:
            continue
        rows = waiting.get((deal.symbol, deal.side, deal.time, deal.price, deal.volume, deal.profit))
        if rows:
            found[deal.number] = rows.pop()
        elif deal.direction is Direction.IN_OUT:
            turned.append(deal)
    if turned:  # of an in/out deal only a part closes, so its row has another volume
        left: dict[tuple[object, ...], ClosedPosition] = {
            (row.symbol, opposite(row.side), row.closed_at, row.close_price, row.profit): row
            for rows in waiting.values()
            for row in rows
        }
        for deal in turned:
            turned_row = left.get((deal.symbol, deal.side, deal.time, deal.price, deal.profit))
            if turned_row is not None:
                found[deal.number] = turned_row
    return found


def _bookkeeping_of(deals: Sequence[Deal], progress: ProgressReport) -> Bookkeeping:
    """Netting or hedging, by what only one of them does; hedging where the deals do neither, as testers mostly are."""
    largest: dict[tuple[str, Side], Quantity] = defaultdict(lambda: ZERO)
    held: dict[tuple[str, Side], Quantity] = defaultdict(lambda: ZERO)
    netting = False
    for deal in watched(deals, "Telling netting from hedging", progress):
        if deal.side is None:
            continue
        own, other = (deal.symbol, deal.side), (deal.symbol, opposite(deal.side))
        if deal.direction is Direction.OUT_BY or (deal.direction is Direction.IN and held[other] > ZERO):
            return Bookkeeping.HEDGING
        if deal.direction is Direction.IN:
            held[own] += deal.volume
            largest[own] = max(largest[own], deal.volume)
        elif deal.direction is Direction.IN_OUT:
            netting = True
            held[own], held[other] = max(ZERO, deal.volume - held[other]), ZERO
        else:
            netting = netting or ZERO < largest[other] < deal.volume <= held[other]
            held[other] = max(ZERO, held[other] - deal.volume)
    return Bookkeeping.NETTING if netting else Bookkeeping.HEDGING
