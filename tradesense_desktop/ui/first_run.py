"""The first start: three ways to begin, never an empty window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.actions.registry import ActionRegistry
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

_CARD_WIDTH = 288
_CARD_HEIGHT = 232


class FirstRun(QWidget):
    """Three choices: import a statement, look at the demo, connect to a firm."""

    def __init__(self, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(size.SPACE_32, size.SPACE_32, size.SPACE_32, size.SPACE_32)
        outer.addStretch(2)
        outer.addWidget(
            Words(self.tr("See where a challenge stands"), pixels=size.TYPE_VERDICT), 0, Qt.AlignmentFlag.AlignHCenter
        )
        outer.addSpacing(size.SPACE_8)
        outer.addWidget(
            Words(
                self.tr("Exact rules, in the firm's own time zone. Nothing leaves this computer."),
                pixels=size.TYPE_HEADING,
                tone="muted",
            ),
            0,
            Qt.AlignmentFlag.AlignHCenter,
        )
        outer.addSpacing(size.SPACE_32)
        cards = QHBoxLayout()
        cards.setSpacing(size.SPACE_16)
        cards.addStretch(1)
        self._import = _Choice(
            "statement",
            self.tr("Import a statement"),
            self.tr("A history or tester report of MetaTrader 5 or 4. Or drop the file anywhere in this window."),
            action=actions["workspace.import"],
            button=self.tr("Choose a file"),
            is_primary=True,
        )
        self.setFocusProxy(self._import)
        cards.addWidget(self._import)
        cards.addWidget(
            _Choice(
                "demo",
                self.tr("Look at the demo"),
                self.tr("A few made-up challenges in a workspace of their own, removed again in one click."),
                action=actions["workspace.make_demo"],
                button=self.tr("Open the demo"),
            )
        )
        cards.addWidget(
            _Choice(
                "server",
                self.tr("Connect to a firm"),
                self.tr("Challenges that a firm keeps on its server, with its admins and auditors."),
                action=actions["workspace.connect"],
                button=self.tr("Connect to a firm"),
            )
        )
        cards.addStretch(1)
        outer.addLayout(cards)
        outer.addStretch(3)


class _Choice(QFrame):
    """One way to begin: what it is, what it brings, and the button."""

    def __init__(
        self,
        drawing: str,
        title: str,
        text: str,
        *,
        action: QAction,
        button: str,
        is_primary: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("panel", True)
        self.setFixedSize(_CARD_WIDTH, _CARD_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_24, size.SPACE_24, size.SPACE_24, size.SPACE_24)
        column.setSpacing(size.SPACE_8)
        column.addWidget(Drawing(drawing, self, tone="accent" if is_primary else "muted", pixels=size.ICON_LARGE))
        column.addSpacing(size.SPACE_4)
        column.addWidget(Words(title, pixels=size.TYPE_HEADING, strong=True, wraps=True))
        column.addWidget(Words(text, tone="muted", wraps=True))
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_12)
        press = QPushButton(button, self)
        press.setProperty("primary", is_primary)
        press.setAccessibleDescription(text)
        press.clicked.connect(lambda _checked=False: action.trigger())
        press.setEnabled(action.isEnabled())
        action.enabledChanged.connect(press.setEnabled)
        self.setFocusProxy(press)
        row.addWidget(press)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        row.addWidget(Words(keys, pixels=size.TYPE_SMALL, tone="muted"))
        row.addStretch(1)
        column.addLayout(row)
