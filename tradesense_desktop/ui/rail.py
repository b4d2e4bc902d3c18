"""The rail of places at the left of the window, with the few switches that are always at hand."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from tradesense_desktop.ui.actions.registry import ActionRegistry, plain
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.palettes import tokens_of

_BUTTON = 40
_MARK = 3


class _RailButton(IconButton):
    """A place: marked by a bar at the left where one is."""

    def __init__(self, drawing: str, name: str, parent: QWidget) -> None:
        super().__init__(drawing, name, parent, pixels=size.ICON_LARGE)
        self.setProperty("rail", True)
        self.setFixedSize(QSize(_BUTTON, _BUTTON))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, then the bar."""
        super().paintEvent(event)
        if self.isChecked():
            painter = QPainter(self)
            painter.fillRect(0, size.SPACE_8, _MARK, self.height() - size.SPACE_16, tokens_of(self.palette()).accent)
            painter.end()


class Rail(QWidget):
    """Buttons of the places at the top, of the switches at the bottom.

    Signals: menu_asked().
    """

    menu_asked = Signal()

    def __init__(self, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(size.RAIL_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "canvas")
        self._places = QButtonGroup(self)
        self._buttons: dict[str, _RailButton] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(size.SPACE_8, size.SPACE_8, size.SPACE_8, size.SPACE_8)
        self._layout.setSpacing(size.SPACE_4)
        self._menu = _RailButton("menu", self.tr("Menu"), self)
        self._menu.setToolTip(f"{self._menu.toolTip()} (F10)")
        self._menu.clicked.connect(self.menu_asked)
        self._layout.addWidget(self._menu)
        self._layout.addSpacing(size.SPACE_8)
        self._add_place("challenges", actions["go.challenges"])
        self._add_place("challenge", actions["go.challenge"])
        self._layout.addStretch(1)
        self._add_switch("bring", actions["workspace.import"])
        self._add_switch("search", actions["go.palette"])
        self._privacy = self._add_switch("eye", actions["view.privacy"])
        self._privacy.setCheckable(True)
        actions["view.privacy"].toggled.connect(self._show_privacy)
        self._appearance = self._add_switch("moon", actions["view.switch_appearance"])

    def mark(self, place: str) -> None:
        """Mark the place where one is; an unknown one marks none."""
        self._places.setExclusive(False)
        for name, button in self._buttons.items():
            button.setChecked(name == place)
        self._places.setExclusive(True)

    def menu_corner(self) -> QWidget:
        """The widget below which the menu opens."""
        return self._menu

    def changeEvent(self, event: QEvent) -> None:
        """The switch of the appearance shows what it would bring."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_appearance"):
            self._appearance.show_drawing("sun" if tokens_of(self.palette()).is_dark else "moon")

    def _show_privacy(self, masked: bool) -> None:
        self._privacy.setChecked(masked)
        self._privacy.show_drawing("eye_closed" if masked else "eye")

    def _add_place(self, name: str, action: QAction) -> None:
        button = _RailButton(name, plain(action.text()), self)
        button.setCheckable(True)
        button.follow(action)
        self._places.addButton(button)
        self._buttons[name] = button
        self._layout.addWidget(button)

    def _add_switch(self, drawing: str, action: QAction) -> _RailButton:
        button = _RailButton(drawing, plain(action.text()), self)
        button.follow(action)
        self._layout.addWidget(button)
        return button
