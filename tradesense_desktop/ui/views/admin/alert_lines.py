"""The lines of the list of alerts: one an alert, or one a group of what was raised together, which can be opened."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.domain.alert import AlertStatus
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.services.alert_views import AlertEntry
from tradesense_desktop.ui.formatting.firm import pending_words
from tradesense_desktop.ui.formatting.numbers import NOTHING
from tradesense_desktop.ui.tables.column import Column, Context
from tradesense_desktop.ui.theme.tokens import Tone
from tradesense_desktop.ui.views.admin.alert_words import (
    WORST_FIRST,
    challenge_words,
    severity_icon,
    severity_tone,
    severity_word,
    status_word,
)

translate = QCoreApplication.translate

_INDENT: Final = "        "


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One line: an alert, or the head of a group with the worst of its alerts in front.

    `alerts` are all that the line stands for. `is_open` tells of a head whether its alerts stand below it;
    `is_member` of a line that it stands below a head. `pending` commands about its alerts wait for a server.
    """

    alerts: tuple[AlertEntry, ...]
    is_head: bool = False
    is_open: bool = False
    is_member: bool = False
    pending: int = 0

    @property
    def id(self) -> str:
        """What the line is known by when it is read again."""
        return f"group {self.alerts[0].correlation_id}" if self.is_head else self.alerts[0].id

    @property
    def first(self) -> AlertEntry:
        """The alert that the line shows."""
        return self.alerts[0]

    @property
    def new_count(self) -> int:
        """How many of its alerts nobody has acknowledged."""
        return sum(alert.status is AlertStatus.ACTIVE for alert in self.alerts)


def triage_order(alert: AlertEntry) -> tuple[int, float, str]:
    """The worst first, of one severity the newest."""
    return WORST_FIRST.index(alert.severity), -alert.raised_at.timestamp(), alert.id


def alert_lines(alerts: Iterable[AlertEntry], *, grouped: bool, opened: Collection[str]) -> tuple[AlertLine, ...]:
    """The lines of alerts; with `grouped` those of one correlation under a head, whose id is in `opened` if open."""
    in_order = sorted(alerts, key=triage_order)
    if not grouped:
        return tuple(AlertLine((alert,)) for alert in in_order)
    gathered: dict[str, list[AlertEntry]] = {}
    for alert in in_order:
        gathered.setdefault(alert.correlation_id or alert.id, []).append(alert)
    lines: list[AlertLine] = []
    for together in gathered.values():
        if len(together) == 1:
            lines.append(AlertLine((together[0],)))
            continue
        is_open = AlertLine(tuple(together), is_head=True).id in opened
        lines.append(AlertLine(tuple(together), is_head=True, is_open=is_open))
        if is_open:
            lines += [AlertLine((alert,), is_member=True) for alert in together]
    return tuple(lines)


def alert_columns(*, with_people: bool) -> tuple[Column[AlertLine], ...]:
    """Columns of the list; whose alert it is stands only where there are others than the own."""
    columns: tuple[Column[AlertLine], ...] = (
        Column(
            key="severity",
            plain_title=translate("Alerts", "severity"),
            text=lambda line, _context: severity_word(line.first.severity),
            raw=lambda line: line.first.severity.value,
            icon=lambda line: severity_icon(line.first.severity),
            tone=lambda line: severity_tone(line.first.severity),
            width=92,
        ),
        Column(
            key="title",
            plain_title=translate("Alerts", "alert"),
            text=_title,
            raw=lambda line: line.first.title,
            icon=_chevron,
            tone=_title_tone,
            width=244,
        ),
        Column(
            key="status",
            plain_title=translate("Alerts", "status"),
            text=_status_text,
            icon=lambda line: "hourglass" if line.pending else "",
            raw=lambda line: line.first.status.value,
            tone=lambda line: "accent" if line.pending else "text" if line.new_count else "muted",
            width=108,
        ),
        Column(
            key="raised",
            plain_title=translate("Alerts", "raised"),
            title=lambda context: context.zoned(translate("Alerts", "raised")),
            text=lambda line, context: context.display.times.minute(line.first.raised_at),
            raw=lambda line: instant_text(line.first.raised_at),
            tone=_muted,
            width=136,
        ),
        Column(
            key="challenge",
            plain_title=translate("Alerts", "challenge"),
            text=lambda line, context: challenge_words(line.first, context.display) or NOTHING,
            raw=lambda line: line.first.challenge_id or "",
            tone=_muted,
            width=188,
        ),
        Column(
            key="owner",
            plain_title=translate("Alerts", "trader"),
            text=lambda line, _context: line.first.owner_name or NOTHING,
            raw=lambda line: line.first.owner_name or "",
            tone=_muted,
            width=112,
        ),
    )
    return tuple(column for column in columns if with_people or column.key != "owner")


def _title(line: AlertLine, context: Context) -> str:
    if line.is_head:
        counted = context.display.numbers.count(len(line.alerts))
        return translate("Alerts", "{n} together: {title}").format(n=counted, title=line.first.title)
    return f"{_INDENT}{line.first.title}" if line.is_member else line.first.title


def _chevron(line: AlertLine) -> str:
    if not line.is_head:
        return ""
    return "chevron" if line.is_open else "chevron_right"


def _title_tone(line: AlertLine) -> Tone:
    return "text" if line.new_count else "muted"


def _status_text(line: AlertLine, context: Context) -> str:
    return pending_words(line.pending, context.display.numbers) if line.pending else _status(line)


def _status(line: AlertLine) -> str:
    if not line.is_head or len({alert.status for alert in line.alerts}) == 1:
        return status_word(line.first.status)
    if line.new_count:
        return translate("Alerts", "{n} new").format(n=line.new_count)
    return translate("Alerts", "Handled")


def _muted(_line: AlertLine) -> Tone:
    return "muted"
