"""What stands beside the list of commands: one command whole, why it was refused, and what the server has instead."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.firm import state_sign, state_word, told
from tradesense_desktop.ui.formatting.numbers import MASK
from tradesense_desktop.ui.parts.details_panel import DetailsPanel
from tradesense_desktop.ui.views.admin.server_lines import HELD, CommandLine

translate = QCoreApplication.translate

_MOST_FOLLOWERS = 30


class CommandDetails(DetailsPanel):
    """Shows a command; what the server has is hidden in privacy mode, for it holds amounts."""

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(
            "server",
            translate("Server", "No command chosen"),
            translate("Server", "Choose a line of the list to see what became of it, and what can be done."),
            parent,
        )
        self._display = display
        self.present = self.add_section(translate("Server", "What the server has now"))
        self.following = self.add_section(translate("Server", "What follows from it"))

    def show_line(self, line: CommandLine) -> None:
        """Show this command."""
        command, times = line.command, self._display.times
        drawing, tone = state_sign(command.state)
        is_masked = self._display.is_masked
        sentence = told(command.reason, is_masked=is_masked) or _explained(command.state)
        self.show_head(drawing, tone, told(command.title, is_masked=is_masked), sentence)
        facts = self.facts
        facts.clear()
        facts.add(translate("Server", "State"), state_word(command.state), tone=tone)
        facts.add(translate("Server", "Done"), f"{times.instant(command.issued_at)} {times.zone_name()}")
        facts.add(translate("Server", "Challenge"), line.challenge_words(self._display))
        if command.state == HELD and command.reason:
            facts.add(translate("Server", "Why"), _explained(command.state))
        self.present.clear()
        self.present.add_text(MASK if command.server_row and is_masked else command.server_row)
        self.following.clear()
        for each in line.followers[:_MOST_FOLLOWERS]:
            title = told(each.title, is_masked=is_masked)
            self.following.add(state_word(each.state), title, tone=state_sign(each.state)[1])
        further = len(line.followers) - _MOST_FOLLOWERS
        if further > 0:
            counted = self._display.numbers.count(further)
            self.following.add_text(translate("Server", "and {n} more: open the line to see them").format(n=counted))


def _explained(state: str) -> str:
    """What a state means for the person, in a sentence; a refused command brings its own reason."""
    return {
        "queued": translate("Server", "It is kept on this computer and sent as soon as the server can be reached."),
        "sent": translate("Server", "It was sent; the server has not answered yet. It is never done twice."),
        "applied": translate("Server", "The server has taken it; it is shown as done with the next sync."),
        "held": translate(
            "Server",
            "The server was set back to an earlier state and does not know it any more. Nothing is sent unasked.",
        ),
    }.get(state, "")
