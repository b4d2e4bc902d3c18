"""The rail of places at the left of the window, with the few switches that are always at hand."""

from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from tradesense_desktop.ui.actions.registry import ActionRegistry, plain
from tradesense_desktop.ui.formatting.numbers import NumberFormat
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.places import PLACES
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.palettes import tokens_of

_BUTTON = 40
_MARK = 3
_BADGE = 16
_MOST_COUNTED = 99


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


class _BellButton(_RailButton):
    """The bell, with how many notifications nobody has read yet."""

    def __init__(self, drawing: str, name: str, parent: QWidget) -> None:
        super().__init__(drawing, name, parent)
        self._called = name
        self._count = ""

    def show_unread(self, unread: int, numbers: NumberFormat) -> None:
        """Say how many are unread."""
        count = numbers.count(min(unread, _MOST_COUNTED)) + ("+" if unread > _MOST_COUNTED else "")
        self._count = count if unread else ""
        said = QCoreApplication.translate("Rail", "{name}: {n} unread").format(name=self._called, n=count)
        self.setAccessibleName(said if unread else self._called)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bell, then the count in a badge."""
        super().paintEvent(event)
        if not self._count:
            return
        shown = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(size.TYPE_SMALL, strong=True))
        width = max(_BADGE, painter.fontMetrics().horizontalAdvance(self._count) + size.SPACE_8)
        badge = QRect(self.width() - width - 1, 1, width, _BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shown.accent)
        painter.drawRoundedRect(badge, _BADGE / 2, _BADGE / 2)
        painter.setPen(shown.on_accent)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self._count)
        painter.end()


_Button = TypeVar("_Button", bound=_RailButton)


class Rail(QWidget):
    """Buttons of the places at the top, of the switches at the bottom; what is not offered is not there.

    In a low window the switches that the menus and shortcuts have too go first.

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
        self._followed: list[tuple[_RailButton, QAction]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(size.SPACE_8, size.SPACE_8, size.SPACE_8, size.SPACE_8)
        self._layout.setSpacing(size.SPACE_4)
        self._menu = _RailButton("menu", self.tr("Menu"), self)
        self._menu.setToolTip(f"{self._menu.toolTip()} (F10)")
        self._menu.clicked.connect(self.menu_asked)
        self._layout.addWidget(self._menu)
        self._layout.addSpacing(size.SPACE_8)
        for entry in PLACES:
            self._add_place(entry.id, entry.drawing, actions[entry.action])
        self._layout.addStretch(1)
        self._add_switch(_RailButton, "bring", actions["workspace.import"])
        search = self._add_switch(_RailButton, "search", actions["go.palette"])
        self._bell = self._add_switch(_BellButton, "bell", actions["go.notifications"])
        self._privacy = self._add_switch(_RailButton, "eye", actions["view.privacy"])
        self._privacy.setCheckable(True)
        actions["view.privacy"].toggled.connect(self._show_privacy)
        self._appearance = self._add_switch(_RailButton, "moon", actions["view.switch_appearance"])
        self._account = self._add_switch(_RailButton, "person", actions["account.menu"])
        self._first_to_go = (self._appearance, self._privacy, search)
        self._fit()

    def mark(self, place: str) -> None:
        """Mark the place where one is; an unknown one marks none."""
        self._places.setExclusive(False)
        for name, button in self._buttons.items():
            button.setChecked(name == place)
        self._places.setExclusive(True)

    def menu_corner(self) -> QWidget:
        """The widget below which the menu opens."""
        return self._menu

    def account_corner(self) -> QWidget:
        """The widget beside which the menu of the account opens."""
        return self._account if self._account.isVisible() else self._menu

    def bell_corner(self) -> QWidget:
        """The widget beside which the notifications open."""
        return self._bell if self._bell.isVisible() else self._menu

    def show_unread(self, unread: int, numbers: NumberFormat) -> None:
        """Say at the bell how many notifications are unread."""
        self._bell.show_unread(unread, numbers)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """The switch of the appearance shows what it would bring."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_appearance"):
            self._appearance.show_drawing("sun" if tokens_of(self.palette()).is_dark else "moon")

    def _show_privacy(self, masked: bool) -> None:
        self._privacy.setChecked(masked)
        self._privacy.show_drawing("eye_closed" if masked else "eye")

    def _add_place(self, name: str, drawing: str, action: QAction) -> None:
        button = _RailButton(drawing, plain(action.text()), self)
        button.setCheckable(True)
        self._places.addButton(button)
        self._buttons[name] = button
        self._follow(button, action)

    def _add_switch(self, kind: type[_Button], drawing: str, action: QAction) -> _Button:
        button = kind(drawing, plain(action.text()), self)
        self._follow(button, action)
        return button

    def _follow(self, button: _RailButton, action: QAction) -> None:
        button.follow(action)
        action.visibleChanged.connect(self._fit)
        self._followed.append((button, action))
        self._layout.addWidget(button)

    def _fit(self) -> None:
        offered = [button for button, action in self._followed if action.isVisible()]
        room = (self.height() - 2 * size.SPACE_8 - size.SPACE_8) // (_BUTTON + size.SPACE_4) - 1
        for button in self._first_to_go:
            if len(offered) > room and button in offered:
                offered.remove(button)
        for button, _action in self._followed:
            button.setVisible(button in offered)
