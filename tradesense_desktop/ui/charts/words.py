"""What a chart says in words: names of its lines, labels of its axes, and itself in sentences."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_UP, Decimal

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from tradesense_desktop.analytics.column import value_at
from tradesense_desktop.ui.charts.frame import Ink
from tradesense_desktop.ui.charts.prepared_curve import PreparedCurve
from tradesense_desktop.ui.charts.ticks import Grain, TimeTick
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.numbers import MASK, NOTHING, NumberFormat

translate = QCoreApplication.translate

_CENTS = 2


def name_of(ink: Ink) -> str:
    """Name of a line in the legend and beside it."""
    names = {
        Ink.EQUITY: translate("Charts", "equity"),
        Ink.PEAK: translate("Charts", "peak"),
        Ink.DAILY_FLOOR: translate("Charts", "daily floor"),
        Ink.MAXIMUM_LOSS_FLOOR: translate("Charts", "maximum-loss floor"),
        Ink.TARGET: translate("Charts", "target"),
        Ink.DRAWDOWN: translate("Charts", "drawdown"),
    }
    return names[ink]


def money(numbers: NumberFormat, amount: float, decimals: int = _CENTS) -> str:
    """An amount that was drawn, for reading off a chart: a double is rounded to cents or coarser."""
    if numbers.masked:
        return MASK
    return NOTHING if amount != amount else numbers.plain(Decimal(repr(amount)), decimals=decimals)  # noqa: PLR0124


def limit(numbers: NumberFormat, amount: float) -> str:
    """A floor or a target, rounded as it is everywhere: away from what is still allowed."""
    return NOTHING if amount != amount else numbers.limit_money(Decimal(repr(amount)), rounding=ROUND_UP)  # noqa: PLR0124


def percent(numbers: NumberFormat, part: float, decimals: int = 2) -> str:
    """A part of one as percent; privacy does not hide it, it is no money."""
    return NOTHING if part != part else numbers.percent(Decimal(repr(part)), decimals=decimals)  # noqa: PLR0124


def time_labels(ticks: Sequence[TimeTick], locale: QLocale, zone: tzinfo) -> tuple[str, ...]:
    """A label for each tick; the first one says the day or the year that the others leave out."""
    labels = [_time_label(tick, locale, zone) for tick in ticks]
    if ticks and not any(tick.grain in (Grain.DAY, Grain.MONTH, Grain.YEAR) for tick in ticks):
        labels[0] = f"{_day(ticks[0], locale, 'd MMM')} {labels[0]}"
    elif ticks and ticks[0].grain in (Grain.DAY, Grain.MONTH):
        labels[0] = f"{labels[0]} {ticks[0].local.year}"
    return tuple(labels)


def _time_label(tick: TimeTick, locale: QLocale, zone: tzinfo) -> str:
    if tick.grain is Grain.YEAR:
        return str(tick.local.year)
    if tick.grain is Grain.MONTH:
        return _day(tick, locale, "MMM")
    if tick.grain is Grain.DAY:
        return _day(tick, locale, "d MMM")
    clock = tick.local.strftime("%H:%M:%S" if tick.grain is Grain.SECOND else "%H:%M")
    return f"{clock} {_offset(tick.at, zone)}" if tick.is_ambiguous else clock


def _day(tick: TimeTick, locale: QLocale, shape: str) -> str:
    return locale.toString(QDate(tick.local.year, tick.local.month, tick.local.day), shape)


def zone_label(name: str, zone: tzinfo, start: float, end: float) -> str:
    """A zone with its offset from UTC in a stretch of time: both offsets where the clock is set in it."""
    offsets = dict.fromkeys(_offset(at, zone) for at in (start, end))
    stated = " → ".join(offsets)
    return stated if name == "UTC" else f"{name} ({stated})"


def _offset(at: float, zone: tzinfo) -> str:
    text = datetime.fromtimestamp(at, UTC).astimezone(zone).strftime("%z")
    hours = f"{text[0]}{int(text[1:3])}".replace("-", "−")
    minutes = "" if text[3:5] == "00" else f":{text[3:5]}"
    return "UTC" if hours == "+0" and not minutes else f"UTC{hours}{minutes}"


def summary(prepared: PreparedCurve, display: Display, firm_zone: str | None) -> str:
    """The curve in sentences: from when to when, from what to what, how deep, and whether a limit was broken."""
    numbers = display.numbers
    if not len(prepared):
        return translate("Charts", "No equity yet.")
    first, last = (display.times.minute(_instant(prepared.time_of(end)), firm_zone) for end in (0, -1))
    sentences = [
        translate("Charts", "{count} points from {first} to {last} ({zone}).").format(
            count=numbers.count(len(prepared)), first=first, last=last, zone=display.times.zone_name(firm_zone)
        ),
        translate("Charts", "Equity from {begun} to {now}, lowest {lowest}, highest {highest}.").format(
            begun=money(numbers, prepared.equity_of(0)),
            now=money(numbers, prepared.equity_of(-1)),
            lowest=money(numbers, prepared.equity_of(prepared.lowest)),
            highest=money(numbers, prepared.equity_of(prepared.highest)),
        ),
        translate("Charts", "Deepest drawdown {part} at {at}.").format(
            part=percent(numbers, value_at(prepared.drawdown.values, prepared.deepest)),
            at=display.times.minute(_instant(prepared.time_of(prepared.deepest)), firm_zone),
        ),
    ]
    if prepared.breach is not None:
        at = display.times.instant(_instant(prepared.time_of(prepared.breach)), firm_zone)
        sentences.append(translate("Charts", "A limit was broken at {at}.").format(at=at))
    return " ".join(sentences)


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
