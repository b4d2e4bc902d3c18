"""The registry: makes the window's actions from the catalogue and binds each to what it does."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from tradesense_desktop.ui.actions.action import Action, Menu
from tradesense_desktop.ui.actions.catalogue import CATALOGUE
from tradesense_desktop.ui.theme.icons import icon
from tradesense_desktop.ui.theme.tokens import Tokens


class ActionRegistry(QObject):
    """All actions of one window, by id; an action that nothing is bound to yet is disabled."""

    def __init__(self, window: QWidget, tokens: Tokens) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for action in CATALOGUE:
            made = QAction(title_of(action), window)
            made.setObjectName(action.id)
            made.setCheckable(action.checkable)
            made.setEnabled(False)
            if action.shortcut:
                made.setShortcut(QKeySequence.fromString(action.shortcut, QKeySequence.SequenceFormat.PortableText))
                made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
                made.setToolTip(f"{plain(made.text())} ({shortcut_text(made)})")
            window.addAction(made)
            self._actions[action.id] = made
        self._tokens = tokens
        self._drawings = {action.id: action.icon for action in CATALOGUE if action.icon}
        self._drawn: set[str] = set()

    def __getitem__(self, identifier: str) -> QAction:
        return self._actions[identifier]

    def bind(self, identifier: str, function: Callable[[], object]) -> None:
        """Let the action do `function`, and enable it."""
        action = self._actions[identifier]
        action.triggered.connect(lambda _checked=False: function())
        action.setEnabled(True)

    def draw(self, identifiers: Iterable[str]) -> None:
        """Give these actions their icons: they are about to be seen in a menu. Drawing all would delay the start."""
        for identifier in identifiers:
            if identifier in self._drawings and identifier not in self._drawn:
                self._drawn.add(identifier)
                self._actions[identifier].setIcon(icon(self._drawings[identifier], self._tokens))

    def tint(self, tokens: Tokens) -> None:
        """Draw icons in the colours of `tokens` from now on; those that there are, anew."""
        self._tokens = tokens
        drawn, self._drawn = self._drawn, set()
        self.draw(drawn)

    def fill(self, bar: QMenuBar) -> None:
        """Fill the menu bar from the catalogue."""
        for menu in Menu:
            shown: QMenu = bar.addMenu(menu_title(menu))
            own = [action.id for action in CATALOGUE if action.menu is menu]
            shown.aboutToShow.connect(partial(self.draw, own))
            group: int | None = None
            for action in CATALOGUE:
                if action.menu is not menu:
                    continue
                if group is not None and action.group != group:
                    shown.addSeparator()
                group = action.group
                shown.addAction(self._actions[action.id])


def menu_title(menu: Menu) -> str:
    """Title of a menu, with its mnemonic."""
    return {
        Menu.FILE: QCoreApplication.translate("Menus", "&File"),
        Menu.EDIT: QCoreApplication.translate("Menus", "&Edit"),
        Menu.VIEW: QCoreApplication.translate("Menus", "&View"),
        Menu.GO: QCoreApplication.translate("Menus", "&Go"),
        Menu.ACCOUNT: QCoreApplication.translate("Menus", "&Account"),
        Menu.HELP: QCoreApplication.translate("Menus", "&Help"),
    }[menu]


def title_of(action: Action) -> str:
    """Title in the language of the window."""
    return QCoreApplication.translate("Actions", action.title)


def plain(title: str) -> str:
    """A title without mnemonic and dots."""
    return title.replace("&", "").rstrip("…")


def shortcut_text(action: QAction) -> str:
    """The action's shortcut as this system writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
