"""How figures and times are shown in the whole window: locale, zone and privacy, and who is told of a change."""

from PySide6.QtCore import QLocale, QObject, QSettings, Signal

from tradesense_desktop.ui.formatting.numbers import NumberFormat
from tradesense_desktop.ui.formatting.times import TimeFormat, ZoneChoice

_ZONE_SETTING = "zone"


class Display(QObject):
    """The formats in force; the chosen zone is remembered, privacy is not (it starts off).

    Signals: changed(), after `numbers` or `times` was replaced.
    """

    changed = Signal()

    def __init__(self, settings: QSettings, locale: QLocale | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._locale = locale or QLocale.system()
        stored = str(settings.value(_ZONE_SETTING, ZoneChoice.FIRM.value))
        choice = ZoneChoice(stored) if stored in ZoneChoice.__members__.values() else ZoneChoice.FIRM
        self.numbers = NumberFormat(self._locale)
        self.times = TimeFormat(self._locale, choice)

    @property
    def locale(self) -> QLocale:
        """The locale in force."""
        return self._locale

    @property
    def is_masked(self) -> bool:
        """Whether privacy mode hides all money."""
        return self.numbers.masked

    def mask(self, masked: bool) -> None:
        """Hide all money, or show it."""
        if masked != self.numbers.masked:
            self.numbers = NumberFormat(self._locale, masked=masked)
            self.changed.emit()

    def show_times_in(self, choice: ZoneChoice) -> None:
        """Show every instant in the zone of `choice`, and remember it."""
        if choice is not self.times.choice:
            self.times = TimeFormat(self._locale, choice)
            self._settings.setValue(_ZONE_SETTING, choice.value)
            self.changed.emit()
