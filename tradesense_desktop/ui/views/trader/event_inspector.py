"""The inspector: one event whole, with its payload, its hashes and what led to it."""

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from tradesense_desktop.services.views import EventRow
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.numbers import MASK
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.icon_button import Drawing, IconButton
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import fixed_font
from tradesense_desktop.ui.views.trader.event_columns import short_hash
from tradesense_desktop.ui.views.trader.words import event_icon, event_tone, event_word

_LABEL_WIDTH = 72
_LINE = 28
_LEAST_WIDTH = 320


class _Identifier(QWidget):
    """A hash or an id: shown short, copied whole."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(size.SPACE_4)
        self._words = Words(parent=self)
        self._words.show_in(fixed_font())
        self._copy = IconButton("copy", self.tr("Copy {name}").format(name=name), self)
        self._copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(self._whole))
        row.addWidget(self._words)
        row.addWidget(self._copy)
        row.addStretch(1)

    def show_whole(self, whole: str | None) -> None:
        """Show the beginning of `whole`."""
        self._whole = whole or ""
        self._words.setText(short_hash(self._whole) if whole else "–")
        self._words.setToolTip(quoting_tip(self._whole))
        self._copy.setVisible(bool(whole))


class EventInspector(QWidget):
    """Shows one event; until one is chosen it says how to choose one."""

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._event: EventRow | None = None
        self._firm_zone: str | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(size.SPACE_16, size.SPACE_12, size.SPACE_16, size.SPACE_16)
        outer.setSpacing(size.SPACE_8)
        self._none = EmptyState("details", self.tr("No event chosen"), "", self)
        self._none.say(self.tr("No event chosen"), self.tr("Choose a line of the timeline."))
        outer.addWidget(self._none)
        self._body = QWidget(self)
        outer.addWidget(self._body)
        self._build(QVBoxLayout(self._body))
        self._body.hide()
        self.setMinimumWidth(_LEAST_WIDTH)
        display.changed.connect(self._show)

    def show_event(self, event: EventRow, firm_zone: str | None) -> None:
        """Show this event."""
        self._event = event
        self._firm_zone = firm_zone
        self._show()

    @property
    def challenge_id(self) -> str:
        """Challenge of the event that is shown, empty while none is."""
        return "" if self._event is None else self._event.challenge_id

    def clear(self) -> None:
        """Show no event."""
        self._event = None
        self._show()

    def _build(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size.SPACE_8)
        head = QHBoxLayout()
        head.setSpacing(size.SPACE_8)
        self._drawing = Drawing("note", self._body)
        self._kind = Words(pixels=size.TYPE_HEADING, strong=True, wraps=True)
        self._number = Words(tone="muted")
        head.addWidget(self._drawing)
        head.addWidget(self._kind, 1)
        head.addWidget(self._number)
        column.addLayout(head)
        self._sentence = Words(wraps=True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self._sentence)
        facts = QFormLayout()
        facts.setContentsMargins(0, 0, 0, 0)
        facts.setVerticalSpacing(0)
        facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._occurred = Words()
        self._recorded = Words()
        self._hash = _Identifier(self.tr("the hash"), self._body)
        self._previous = _Identifier(self.tr("the hash before"), self._body)
        self._correlation = _Identifier(self.tr("the correlation"), self._body)
        self._causation = _Identifier(self.tr("the cause"), self._body)
        for label, widget in (
            (self.tr("Occurred"), self._occurred),
            (self.tr("Recorded"), self._recorded),
            (self.tr("Hash"), self._hash),
            (self.tr("Before it"), self._previous),
            (self.tr("Command"), self._correlation),
            (self.tr("Cause"), self._causation),
        ):
            name = Words(label, pixels=size.TYPE_SMALL, tone="muted")
            name.setFixedWidth(_LABEL_WIDTH)
            name.setFixedHeight(_LINE)
            widget.setFixedHeight(_LINE)
            facts.addRow(name, widget)
        column.addLayout(facts)
        column.addWidget(rule(parent=self._body))
        column.addWidget(Words(self.tr("Payload"), pixels=size.TYPE_SMALL, tone="muted"))
        self._payload = QPlainTextEdit(self._body)
        self._payload.setReadOnly(True)
        self._payload.setFont(fixed_font())
        self._payload.setAccessibleName(self.tr("Payload"))
        self._payload.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._payload.setTabChangesFocus(True)
        column.addWidget(self._payload, 1)

    def _show(self) -> None:
        event = self._event
        self._none.setVisible(event is None)
        self._body.setVisible(event is not None)
        if event is None:
            return
        masked = self._display.is_masked
        times = self._display.times
        zone = times.zone_name(self._firm_zone)
        self._drawing.show_drawing(event_icon(event.event_type), event_tone(event.event_type))
        self._kind.setText(event_word(event.event_type))
        self._number.setText(f"#{self._display.numbers.count(event.sequence_number)}")
        self._sentence.setText(MASK if masked else event.description)
        self._occurred.setText(f"{times.instant(event.occurred_at, self._firm_zone)} {zone}")
        self._recorded.setText(f"{times.instant(event.recorded_at, self._firm_zone)} {zone}")
        self._hash.show_whole(event.hash)
        self._previous.show_whole(event.previous_hash)
        self._correlation.show_whole(event.correlation_id)
        self._causation.show_whole(event.causation_id)
        payload = json.dumps(event.event_data, indent=2, ensure_ascii=False, sort_keys=True)
        self._payload.setPlainText(MASK if masked else payload)
