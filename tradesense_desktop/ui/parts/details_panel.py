"""The panel beside a list: the chosen thing whole, and at its foot what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.ask_bar import AskBar
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.fact_lines import FactLines
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.tokens import Tone

_LEAST_WIDTH = 340
_TEXT_WIDTH = 260


class DetailsPanel(QWidget):
    """Heading, sentence, facts and sections, which scroll; below them stays the foot with notice, question, buttons."""

    def __init__(self, drawing: str, none_title: str, none_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self.setMinimumWidth(_LEAST_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._none = EmptyState(drawing, none_title, none_text, self, width=_TEXT_WIDTH)
        column.addWidget(self._none, 1)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self._area)
        body.setProperty("ground", "none")
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(size.SPACE_16, size.SPACE_16, size.SPACE_16, size.SPACE_12)
        self._body.setSpacing(size.SPACE_12)
        head = QHBoxLayout()
        head.setSpacing(size.SPACE_8)
        self._drawing = Drawing(drawing, body, pixels=size.ICON_LARGE)
        self._title = Words(parent=body, pixels=size.TYPE_HEADING, strong=True, wraps=True)
        head.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        self._body.addLayout(head)
        self._sentence = Words(parent=body, wraps=True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._body.addWidget(self._sentence)
        self.facts = FactLines(body)
        self._body.addWidget(self.facts)
        self._body.addStretch(1)
        self._area.setWidget(body)
        column.addWidget(self._area, 1)
        self.foot = QWidget(self)
        self._foot = QVBoxLayout(self.foot)
        self._foot.setContentsMargins(size.SPACE_16, size.SPACE_8, size.SPACE_16, size.SPACE_16)
        self._foot.setSpacing(size.SPACE_8)
        self.notice = Notice(self.foot)
        self.question = AskBar(self.foot)
        self._rows: list[QWidget] = []
        self.question.asked.connect(lambda: self._show_rows(shown=False))
        self.question.closed.connect(lambda: self._show_rows(shown=True))
        self._foot.addWidget(self.notice)
        self._foot.addWidget(self.question)
        column.addWidget(self.foot)
        self.show_nothing()

    def add_section(self, title: str) -> FactLines:
        """Further facts under a title of their own; the title is hidden while there are none."""
        name = Words(title, self._area.widget(), pixels=size.TYPE_SMALL, tone="muted", strong=True)
        lines = FactLines(self._area.widget(), title=name)
        self._body.insertWidget(self._body.count() - 1, name)
        self._body.insertWidget(self._body.count() - 1, lines)
        return lines

    def add_to_foot(self, row: QWidget) -> None:
        """A row of buttons at the foot; while a question is put only its own buttons are there."""
        self._rows.append(row)
        self._foot.addWidget(row)

    def show_head(self, drawing: str, tone: Tone, title: str, sentence: str = "") -> None:
        """Show what the chosen thing is; its facts are filled by whoever calls this."""
        self._drawing.show_drawing(drawing, tone)
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._none.hide()
        self._area.show()
        self.foot.show()

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self._area.hide()
        self.foot.hide()
        self._none.show()

    def _show_rows(self, *, shown: bool) -> None:
        for row in self._rows:
            row.setVisible(shown)

    @property
    def title(self) -> str:
        """What the chosen thing is called; empty while nothing is chosen."""
        return "" if self._area.isHidden() else self._title.text()

    @property
    def sentence(self) -> str:
        """The sentence below the title; empty where there is none."""
        return "" if self._sentence.isHidden() else self._sentence.text()
