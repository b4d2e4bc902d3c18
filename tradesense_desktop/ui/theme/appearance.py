"""Appearance: light or dark, as the system says or as the person chose, applied to the whole application."""

from enum import StrEnum

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QApplication

from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.palettes import palette
from tradesense_desktop.ui.theme.style_sheet import style_sheet
from tradesense_desktop.ui.theme.tokens import DARK, LIGHT, TYPE_BODY, Tokens

_SETTING = "appearance"


class AppearanceChoice(StrEnum):
    """What the person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Appearance(QObject):
    """The one owner of palette and style sheet; what a person chose is remembered.

    Signals: changed(), after palette and style sheet are in place.
    """

    changed = Signal()

    def __init__(self, application: QApplication, settings: QSettings) -> None:
        super().__init__(application)
        self._application = application
        self._settings = settings
        stored = str(settings.value(_SETTING, AppearanceChoice.SYSTEM.value))
        known = stored in AppearanceChoice.__members__.values()
        self._choice = AppearanceChoice(stored) if known else AppearanceChoice.SYSTEM
        self._applied: Tokens | None = None
        application.setStyle("fusion")
        application.setFont(font(TYPE_BODY))
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> AppearanceChoice:
        """What the person chose."""
        return self._choice

    @property
    def tokens(self) -> Tokens:
        """Tokens in force."""
        if self._choice is AppearanceChoice.SYSTEM:
            is_dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if is_dark else LIGHT
        return DARK if self._choice is AppearanceChoice.DARK else LIGHT

    def choose(self, choice: AppearanceChoice) -> None:
        """Take `choice`, remember it and apply it at once."""
        self._choice = choice
        self._settings.setValue(_SETTING, choice.value)
        self._apply()

    def switch(self) -> None:
        """Change to the other of light and dark."""
        self.choose(AppearanceChoice.LIGHT if self.tokens.is_dark else AppearanceChoice.DARK)

    def _apply(self) -> None:
        tokens = self.tokens
        if tokens is self._applied:
            return
        self._applied = tokens
        self._application.setPalette(palette(tokens))
        self._application.setStyleSheet(style_sheet(tokens))
        self.changed.emit()
