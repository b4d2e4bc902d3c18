"""Short notes that the window can open: its shortcuts, why nothing is undone, what it is."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from tradesense_desktop import __version__
from tradesense_desktop.ui.actions.catalogue import CATALOGUE
from tradesense_desktop.ui.actions.registry import ActionRegistry, plain, shortcut_text
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

_WIDTH = 560
_HEIGHT = 560


def show_shortcuts(window: QWidget, actions: ActionRegistry) -> QDialog:
    """Every shortcut of what whoever acts may do, from the catalogue."""
    body = QWidget()
    grid = QGridLayout(body)
    grid.setHorizontalSpacing(size.SPACE_24)
    grid.setVerticalSpacing(size.SPACE_8)
    grid.setColumnStretch(0, 1)
    for row, action in enumerate(entry for entry in CATALOGUE if entry.shortcut and actions[entry.id].isVisible()):
        grid.addWidget(Words(plain(actions[action.id].text())), row, 0)
        grid.addWidget(Words(shortcut_text(actions[action.id]), tone="muted"), row, 1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(QCoreApplication.translate("Notes", "Keyboard shortcuts"))
    area.setWidget(body)
    return _open(window, QCoreApplication.translate("Notes", "Keyboard shortcuts"), area, _HEIGHT)


def show_no_undo(window: QWidget) -> QDialog:
    """Why there is no undo."""
    text = QCoreApplication.translate(
        "Notes",
        "A ledger that can be undone proves nothing. Every trade and every event is written once and sealed by a "
        "hash over the one before; what turns out wrong is corrected by a further entry, or the challenge is "
        "archived and the file imported into a new one. Filters, columns and panels can be changed back freely.",
    )
    return _open(window, QCoreApplication.translate("Notes", "Why there is no undo"), Words(text, wraps=True))


def show_about(window: QWidget) -> QDialog:
    """What this program is."""
    text = QCoreApplication.translate(
        "Notes",
        "Version {version}\n\nProp-trading challenges on the desktop: exact rules, offline, with a history that can "
        "be proved. Free software under the MIT licence.",
    ).format(version=__version__)
    return _open(window, QCoreApplication.translate("Notes", "TradeSense Desktop"), Words(text, wraps=True))


def _open(window: QWidget, title: str, body: QWidget, height: int = 0) -> QDialog:
    dialog = QDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setFixedWidth(_WIDTH)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(size.SPACE_24, size.SPACE_24, size.SPACE_24, size.SPACE_16)
    column.setSpacing(size.SPACE_16)
    column.addWidget(Words(title, pixels=size.TYPE_HEADING, strong=True))
    column.addWidget(body, 1)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    if height:
        dialog.resize(_WIDTH, min(height, window.height() - size.SPACE_32))
    dialog.open()
    return dialog
