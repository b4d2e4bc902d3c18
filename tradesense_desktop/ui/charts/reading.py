"""What a chart reads off at one of its points: the cells of the legend, and a sentence to be spoken."""

from datetime import UTC, datetime
from typing import Final

from tradesense_desktop.analytics.column import value_at
from tradesense_desktop.ui.charts.frame import Ink
from tradesense_desktop.ui.charts.legend import Entry
from tradesense_desktop.ui.charts.prepared_curve import NO_TRADE, PreparedCurve
from tradesense_desktop.ui.charts.words import limit, money, name_of, percent, translate, zone_label
from tradesense_desktop.ui.formatting.display import Display

_BY_WEIGHT: Final = (
    Ink.EQUITY,
    Ink.DAILY_FLOOR,
    Ink.MAXIMUM_LOSS_FLOOR,
    Ink.DRAWDOWN,
    Ink.TARGET,
    Ink.PEAK,
)
"""What a trader asks first; a narrow chart leaves out the last."""
_LIMITS: Final = (Ink.DAILY_FLOOR, Ink.MAXIMUM_LOSS_FLOOR, Ink.TARGET)


def entries_at(prepared: PreparedCurve, point: int, display: Display, firm_zone: str | None) -> tuple[Entry, ...]:
    """Cells of the legend for a point: when, and each line that the curve has."""
    numbers = display.numbers
    highest = prepared.equity_of(prepared.highest)
    room = money(numbers, highest)
    part = value_at(prepared.drawdown.values, point)
    lost = min(0.0, prepared.equity_of(point) - value_at(prepared.peaks, point))
    deepest = value_at(prepared.drawdown.values, prepared.deepest)
    drawdown = f"{percent(numbers, part)} · {money(numbers, lost)}"
    widest = f"{percent(numbers, deepest)} · {money(numbers, deepest * highest)}"
    cells = {
        ink: Entry(ink, name_of(ink), (limit if ink in _LIMITS else money)(numbers, value), room)
        for ink, value in _amounts(prepared, point)
    }
    cells[Ink.DRAWDOWN] = Entry(Ink.DRAWDOWN, name_of(Ink.DRAWDOWN), drawdown, widest)
    shown = [cells[ink] for ink in _BY_WEIGHT if ink in cells]
    return (_when(prepared, point, display, firm_zone), *shown)


def sentence_at(prepared: PreparedCurve, point: int, display: Display, firm_zone: str | None) -> str:
    """The same as one sentence, for a screen reader."""
    return ", ".join(f"{entry.name} {entry.value}" for entry in entries_at(prepared, point, display, firm_zone))


def _when(prepared: PreparedCurve, point: int, display: Display, firm_zone: str | None) -> Entry:
    at = prepared.time_of(point)
    zone = zone_label(display.times.zone_name(firm_zone), display.times.zone(firm_zone), at, at)
    value = display.times.instant(datetime.fromtimestamp(at, UTC), firm_zone)
    row = prepared.ledger_row(point)
    if row != NO_TRADE:
        value = f"{value} · #{display.numbers.count(row)}"
    most = prepared.ledger_row(len(prepared) - 1)
    widest = display.times.instant(datetime.fromtimestamp(at, UTC), firm_zone) + f" · #{display.numbers.count(most)}"
    return Entry(None, translate("Charts", "time, {zone}").format(zone=zone), value, widest)


def _amounts(prepared: PreparedCurve, point: int) -> list[tuple[Ink, float]]:
    amounts = [(Ink.EQUITY, prepared.equity_of(point)), (Ink.PEAK, value_at(prepared.peaks, point))]
    if prepared.target is not None:
        amounts.append((Ink.TARGET, prepared.target))
    if prepared.daily_floor is not None:
        amounts.append((Ink.DAILY_FLOOR, value_at(prepared.daily_floors, point)))
    if prepared.maximum_loss_floor is not None:
        amounts.append((Ink.MAXIMUM_LOSS_FLOOR, value_at(prepared.maximum_loss_floors, point)))
    return amounts
