"""The place of the server: the connection, what waits for it, what it refused, and what is done about that."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.actions.local_actions import with_shortcut
from tradesense_desktop.ui.firm_reading import discard_command, do_again, export_command
from tradesense_desktop.ui.formatting.firm import told
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.listing_head import ListingHead
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.folding_table import FoldingTable
from tradesense_desktop.ui.tables.held_model import HeldModel
from tradesense_desktop.ui.tables.listing import Listing
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.server_details import CommandDetails
from tradesense_desktop.ui.views.admin.server_facts import ServerFacts
from tradesense_desktop.ui.views.admin.server_lines import (
    ATTENTION,
    HELD,
    NO_COMMANDS,
    ON_THE_WAY,
    CommandLine,
    ServerAnswer,
    answer_server,
    command_columns,
    command_lines,
    count_attention,
)
from tradesense_desktop.ui.views.list_place import ListPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings

_FOLDER_SETTING = "server/folder"
_REBUILD = "rebuild"
_NEW_FILES = QFileDialog.Option.DontConfirmOverwrite
"""A file that is there is never written over; that is said in the place."""


class ServerPlace(ListPlace):
    """For everybody in a firm's workspace: one's own connection and one's own commands."""

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(workspace, surroundings, parent)
        self.setAccessibleName(self.tr("Server"))
        self._answer: ServerAnswer = NO_COMMANDS
        self._opened: set[str] = set()
        self._news = surroundings.firm
        self._seeks_attention = False
        self.panel = CommandDetails(self._display, self)
        self.connection = ServerFacts(workspace, self._display, self)
        self._build_foot()
        self.lay_out(self._build_head(), self._build_list(), self.panel)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.connection)
        self.listing.row_chosen.connect(self._show_chosen)
        self.changed.connect(self.read_again)
        self._news.changed.connect(self._on_news)
        self._news.state_changed.connect(self._show_state)
        self._display.changed.connect(self._show_state)
        self._bind_actions()
        self._show_state()
        self.show_what_can_be_done()

    def read_again(self) -> None:
        """Read what waits and what was refused."""
        self._show_state()
        self.read_in_background(partial(answer_server, self._workspace), self._show_answer)

    def seek_attention(self) -> None:
        """Choose the first command that needs somebody, once it is read."""
        self._seeks_attention = True

    def ask_again(self) -> None:
        """Say what doing the chosen command again means, and ask."""
        line = self._attended()
        if line is None:
            return
        if line.command.state == HELD:
            said = self.tr("It is sent to the server now, as you did it then.")
            button = self.tr("Send it")
        else:
            said = self.tr("It is done once more, on what the server has now; the server can refuse it again.")
            button = self.tr("Do it again")
        self._ask(line, said, button, do_again, self.tr("“{title}” is done again."))

    def ask_discard(self) -> None:
        """Say what discarding the chosen command means, and ask."""
        line = self._attended()
        if line is None:
            return
        said = self.tr("It is given up for good; the server never does it.")
        if line.is_head:
            counted = self._display.numbers.count(len(line.followers))
            said = self.tr("{said} What follows from it ({n}) stays in this list.").format(said=said, n=counted)
        self._ask(line, said, self.tr("Discard it"), discard_command, self.tr("“{title}” is discarded."))

    def choose_file(self) -> None:
        """Let a person choose where the chosen command is written for support."""
        line = self._attended()
        if line is None:
            return
        folder = str(self._surroundings.settings.value(_FOLDER_SETTING, QDir.homePath()))
        suggested = str(Path(folder) / f"tradesense-command-{line.id}.json")
        kinds = self.tr("Commands (*.json)")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Export the command"), suggested, kinds, "", _NEW_FILES)
        if chosen:
            self._surroundings.settings.setValue(_FOLDER_SETTING, str(Path(chosen).parent))
            self.export_to(Path(chosen))

    def export_to(self, path: Path) -> None:
        """Write all that is known of the chosen command into a file."""
        line = self._attended()
        if line is None:
            return

        def work(_report: ProgressReport) -> Path:
            return export_command(self._workspace, line.command.id, path)

        said = self.tr("“{title}” is written to {path}.")
        self.write_in_background(
            self.tr("Exporting the command"),
            work,
            lambda written: self.said.emit(said.format(title=self._title(line), path=written)),
        )

    def show_what_can_be_done(self) -> None:
        """Fit buttons and actions to the chosen command."""
        is_free = self._writing is None
        line = self._attended()
        for name, button in self._buttons.items():
            button.setEnabled(is_free and line is not None)
            self.actions_here.offer(f"server.{name}", offered=is_free and line is not None)
        is_held = line is not None and line.command.state == HELD
        self._buttons["do_again"].setText(self.tr("Send it…") if is_held else self.tr("Do again…"))
        chosen: CommandLine | None = self.listing.chosen
        self._open.setVisible(chosen is not None and chosen.challenge is not None)
        for row in self._rows:
            row.setVisible(line is not None and not self.panel.question.question)

    def _build_head(self) -> ListingHead:
        head = ListingHead(self.tr("Server"), self.tr("Filter commands"), self)
        head.add_choice(
            "which",
            self.tr("Which commands"),
            self.tr("Every command"),
            [(ATTENTION, self.tr("Needs attention")), (ON_THE_WAY, self.tr("On the way"))],
        )
        self._rebuild = head.add_button(
            self.tr("Build the copy anew"),
            hint=with_shortcut(self.tr("Fetch all that the server has for you again"), "server.rebuild"),
        )
        self._rebuild.clicked.connect(lambda _checked=False: self._news.rebuild_asked.emit())
        sync = head.add_button(
            self.tr("Sync now"), primary=True, hint=with_shortcut(self.tr("Send and fetch at once"), "server.sync")
        )
        sync.clicked.connect(lambda _checked=False: self._news.sync_asked.emit())
        head.filter_changed.connect(self._show_lines)
        return head

    def _build_list(self) -> Listing[CommandLine]:
        surroundings = self._surroundings
        table = FoldingTable("server", surroundings.settings, self)
        table.setAccessibleName(self.tr("Commands"))
        model: HeldModel[CommandLine] = HeldModel(
            command_columns(), Context(self._display), surroundings.tasks, self, identify=lambda line: line.id
        )
        table.fold_asked.connect(self._on_fold)
        empty = EmptyState(
            "server",
            self.tr("Nothing waits for the server"),
            self.tr("What you do without a network, and what the server refuses, stands here until it is settled."),
            self,
        )
        listing: Listing[CommandLine] = Listing(table, model, self._display, empty, self)
        table.horizontalHeader().setSectionsClickable(False)
        return listing

    def _build_foot(self) -> None:
        self._buttons: dict[str, QPushButton] = {}
        self._rows: list[QWidget] = []
        challenge, line = self._row()
        self._open = QPushButton(self.tr("Open the challenge"), challenge)
        self._open.setAutoDefault(False)
        self._open.clicked.connect(lambda _checked=False: self._open_challenge())
        line.addWidget(self._open)
        line.addStretch(1)
        self.panel.add_to_foot(challenge)
        row, line = self._row()
        line.addWidget(self._add_button(row, "discard", self.tr("Discard…"), self.ask_discard))
        line.addWidget(self._add_button(row, "export", self.tr("Export…"), self.choose_file))
        line.addStretch(1)
        again = self._add_button(row, "do_again", self.tr("Do again…"), self.ask_again)
        line.addWidget(again)
        self.panel.add_to_foot(row)
        self._rows.append(row)
        self.panel.question.closed.connect(self.show_what_can_be_done)

    def _row(self) -> tuple[QWidget, QHBoxLayout]:
        row = QWidget(self.panel.foot)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(size.SPACE_8)
        return row, line

    def _add_button(self, row: QWidget, name: str, title: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(title, row)
        button.setAutoDefault(False)
        button.setToolTip(with_shortcut(title, f"server.{name}"))
        button.clicked.connect(lambda _checked=False: do())
        self._buttons[name] = button
        return button

    def _bind_actions(self) -> None:
        here = self.actions_here
        here.bind("server.sync", self._news.sync_asked.emit)
        here.bind("server.rebuild", self._news.rebuild_asked.emit)
        here.bind("server.do_again", self.ask_again)
        here.bind("server.discard", self.ask_discard)
        here.bind("server.export", self.choose_file)

    def _ask(
        self, line: CommandLine, question: str, button: str, do: Callable[[Workspace, int], None], done: str
    ) -> None:
        def work(_report: ProgressReport) -> None:
            do(self._workspace, line.command.id)

        said = done.format(title=self._title(line))
        self.panel.question.ask(
            question,
            button,
            lambda _typed: self.write_in_background(button, work, lambda _nothing: self.said.emit(said)),
        )

    def _title(self, line: CommandLine) -> str:
        return told(line.command.title, is_masked=self._display.is_masked)

    def _attended(self) -> CommandLine | None:
        """The chosen line, where somebody has to say what becomes of it."""
        line: CommandLine | None = self.listing.chosen
        return line if line is not None and line.needs_attention else None

    def _show_answer(self, answer: ServerAnswer) -> None:
        self._answer = answer
        self._show_lines()
        if self._seeks_attention and self.listing.model.rowCount():
            # They stand first.
            self.listing.view.choose_key(self.listing.model.keys[0])
            self._show_chosen()
        self._seeks_attention = False

    def _show_lines(self) -> None:
        lines = command_lines(self._answer, which=self.head.choice("which"), opened=self._opened)
        self.listing.model.filter_by(self.head.text)
        self.listing.show_rows(lines, len(self._answer.commands))
        count = self._display.numbers.count
        attention = count_attention(self._answer.commands)
        suffix = self.tr("needs attention: {n}").format(n=count(attention)) if attention else ""
        self.show_counts(self.listing.model.rowCount(), len(self._answer.commands), suffix)

    def _on_fold(self, key: int, opened: bool) -> None:
        line = self.listing.model.held(key)
        if line is not None:
            (self._opened.add if opened else self._opened.discard)(line.id)
            self._show_lines()

    def _show_chosen(self) -> None:
        line: CommandLine | None = self.listing.chosen
        if line is None:
            self.panel.show_nothing()
        else:
            self.panel.show_line(line)
        self.show_what_can_be_done()

    def _on_news(self) -> None:
        if self.isVisible():
            self.read_again()

    def _show_state(self) -> None:
        state = self._news.state
        self.connection.show_state(state)
        needs = state is not None and state.phase == _REBUILD
        self._rebuild.setVisible(needs)
        self.actions_here.offer("server.rebuild", offered=needs)

    def _open_challenge(self) -> None:
        line: CommandLine | None = self.listing.chosen
        if line is not None and line.command.challenge_id is not None and line.challenge is not None:
            self.challenge_asked.emit(line.command.challenge_id)
