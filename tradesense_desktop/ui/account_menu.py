"""The menu of the account: who is signed in, and what they can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget, QWidgetAction

from tradesense_desktop.ui.lock import CHOICES
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from tradesense_desktop.ui.actions.registry import ActionRegistry

_PARTS: Final = (
    ("account.change_password", "account.lock"),
    tuple(f"account.lock_after_{minutes}" for minutes in CHOICES),
    ("account.switch", "account.sign_out"),
)


def show_account_menu(actions: ActionRegistry, address: str, role: str, corner: QWidget, window: QWidget) -> QMenu:
    """Open the menu beside `corner`: address and role at its head, then what can be done."""
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(f"{address}, {role}")
    menu.addAction(_head(address, role, menu))
    for part in _PARTS:
        menu.addSeparator()
        actions.draw(part)
        for identifier in part:
            menu.addAction(actions[identifier])
    at = corner.mapToGlobal(QPoint(corner.width() + size.SPACE_4, corner.height()))
    menu.popup(QPoint(at.x(), at.y() - menu.sizeHint().height()))
    return menu


def _head(address: str, role: str, menu: QMenu) -> QWidgetAction:
    head = QWidget(menu)
    column = QVBoxLayout(head)
    column.setContentsMargins(size.SPACE_12, size.SPACE_8, size.SPACE_12, size.SPACE_8)
    column.setSpacing(2)
    column.addWidget(Words(address, strong=True))
    column.addWidget(Words(role, pixels=size.TYPE_SMALL, tone="muted"))
    action = QWidgetAction(menu)
    action.setDefaultWidget(head)
    # Nothing to choose: arrows pass it by.
    action.setEnabled(False)
    return action
