"""The head of a challenge's page: which one it is, where it stands, in which zone its times are shown."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from tradesense_desktop.services.views import ChallengePicture
from tradesense_desktop.ui.formatting.challenges import challenge_name
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.times import ZoneChoice
from tradesense_desktop.ui.parts.choice_box import ChoiceBox
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.words import ElidedWords, Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.trader.words import status_tone, status_word

_HEIGHT = 52


class ChallengeHeader(QWidget):
    """Name, rules and balance, status, day, the switch of zones and the one primary button.

    Signals: back_asked().
    """

    back_asked = Signal()

    def __init__(self, display: Display, import_action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(size.SPACE_8, 0, size.SPACE_16, 0)
        row.setSpacing(size.SPACE_12)
        back = IconButton("back", self.tr("All challenges"), self)
        back.clicked.connect(self.back_asked)
        row.addWidget(back)
        self._name = Words(pixels=size.TYPE_HEADING, strong=True)
        row.addWidget(self._name)
        self._status = Words(strong=True)
        row.addWidget(self._status)
        self._day = Words(tone="muted")
        row.addWidget(self._day)
        self._about = ElidedWords(tone="muted", pixels=size.TYPE_SMALL)
        row.addWidget(self._about, 1)
        self._zones = ChoiceBox(self)
        self._zones.setAccessibleName(self.tr("Zone in which times are shown"))
        self._zones.setToolTip(self.tr("Zone in which times are shown"))
        self._zones.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self._zones.activated.connect(self._on_zone)
        row.addWidget(self._zones)
        button = QPushButton(self.tr("Import"), self)
        button.setProperty("primary", True)
        button.setToolTip(import_action.toolTip())
        button.clicked.connect(lambda _checked=False: import_action.trigger())
        button.setVisible(import_action.isVisible())
        row.addWidget(button)
        display.changed.connect(self._show_zone)

    def show_picture(self, picture: ChallengePicture, trader: str = "") -> None:
        """Show the head of this challenge; `trader` names whose it is, for somebody who sees others'."""
        summary = picture.summary
        numbers = self._display.numbers
        self._name.setText(challenge_name(summary, numbers))
        about = "  ·  ".join(part for part in (trader, picture.source) if part)
        self._about.setText(about)
        self._about.setToolTip(quoting_tip(about))
        self._status.setText(f"● {status_word(summary)}")
        self._status.set_tone(status_tone(summary))
        day = self.tr("day {n}").format(n=numbers.count(summary.days))
        self._day.setText(f"{day}  ·  {self.tr('demo')}" if summary.is_demo else day)
        self._fill_zones(picture.reset_zone)

    def _fill_zones(self, firm_zone: str) -> None:
        self._zones.clear()
        self._zones.addItem(firm_zone, ZoneChoice.FIRM)
        if firm_zone != "UTC":
            self._zones.addItem("UTC", ZoneChoice.UTC)
        self._zones.addItem(self.tr("Local time"), ZoneChoice.LOCAL)
        self._show_zone()

    def _show_zone(self) -> None:
        place = self._zones.findData(self._display.times.choice)
        self._zones.setCurrentIndex(max(0, place))

    def _on_zone(self, place: int) -> None:
        self._display.show_times_in(ZoneChoice(self._zones.itemData(place)))
