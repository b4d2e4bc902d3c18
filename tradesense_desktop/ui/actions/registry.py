"""The registry: makes the window's actions from the catalogue and binds each to what it does."""

from collections.abc import Callable

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
        self.tint(tokens)

    def __getitem__(self, identifier: str) -> QAction:
        return self._actions[identifier]

    def bind(self, identifier: str, function: Callable[[], object]) -> None:
        """Let the action do `function`, and enable it."""
        action = self._actions[identifier]
        action.triggered.connect(lambda _checked=False: function())
        action.setEnabled(True)

    def tint(self, tokens: Tokens) -> None:
        """Give every action its icon in the colours of `tokens`."""
        for action in CATALOGUE:
            if action.icon:
                self._actions[action.id].setIcon(icon(action.icon, tokens))

    def fill(self, bar: QMenuBar) -> None:
        """Fill the menu bar from the catalogue."""
        for menu in Menu:
            shown: QMenu = bar.addMenu(menu_title(menu))
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
