"""The lines of the page of the server: commands that wait or were refused, those that follow folded under the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_pending import read_pending
from tradesense_desktop.ui.firm_news import WAITING
from tradesense_desktop.ui.formatting.challenges import challenge_name
from tradesense_desktop.ui.formatting.firm import state_sign, state_word, told
from tradesense_desktop.ui.formatting.numbers import NOTHING
from tradesense_desktop.ui.tables.column import Column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.read_pending import PendingView
    from tradesense_desktop.services.views import ChallengeSummary
    from tradesense_desktop.ui.formatting.display import Display
    from tradesense_desktop.ui.tables.column import Context
    from tradesense_desktop.ui.theme.tokens import Tone

translate = QCoreApplication.translate

REFUSED: Final = "rejected"
HELD: Final = "held"
ATTENTION: Final = "attention"
ON_THE_WAY: Final = "waiting"
_INDENT: Final = "        "


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """Every command that waits for the server or for the person, and the challenges that they are about, by id."""

    commands: tuple[PendingView, ...]
    challenges: Mapping[str, ChallengeSummary]


NO_COMMANDS: Final = ServerAnswer((), {})


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One line: a command, with those that follow from it where it is their first cause.

    `is_open` tells of a head whether what follows stands below it, `is_member` of a line that it stands below a head.
    """

    command: PendingView
    challenge: ChallengeSummary | None
    followers: tuple[PendingView, ...] = ()
    is_open: bool = False
    is_member: bool = False

    @property
    def id(self) -> str:
        """What the line is known by when it is read again."""
        return str(self.command.id)

    @property
    def is_head(self) -> bool:
        """Whether other commands are folded under it."""
        return bool(self.followers)

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to say what becomes of it."""
        return self.command.state not in WAITING

    def challenge_words(self, display: Display) -> str:
        """What the challenge is called."""
        return "" if self.challenge is None else challenge_name(self.challenge, display.numbers)


def answer_server(workspace: Workspace) -> ServerAnswer:
    """What the page shows; for a background thread."""
    commands = read_pending(workspace)
    if not commands:
        return NO_COMMANDS
    return ServerAnswer(
        commands, {each.challenge.id: each for each in read_challenges(workspace, include_archived=True)}
    )


def command_lines(answer: ServerAnswer, *, which: str, opened: Collection[str]) -> tuple[CommandLine, ...]:
    """The lines: what needs somebody first, each in the order in which it was done; `which` leaves out the others."""
    known = {command.id: command for command in answer.commands}
    followers: dict[int, list[PendingView]] = {}
    for command in answer.commands:
        first = _first_cause(command, known)
        if first is not command:
            followers.setdefault(first.id, []).append(command)
    folded = {command.id for group in followers.values() for command in group}
    heads = [command for command in answer.commands if command.id not in folded and _is_asked(command, which)]
    lines: list[CommandLine] = []
    for command in sorted(heads, key=lambda each: each.state in WAITING):
        under = tuple(followers.get(command.id, ()))
        line = CommandLine(command, answer.challenges.get(command.challenge_id or ""), under)
        is_open = bool(under) and line.id in opened
        lines.append(CommandLine(command, line.challenge, under, is_open=is_open))
        if is_open:
            lines += [
                CommandLine(each, answer.challenges.get(each.challenge_id or ""), is_member=True) for each in under
            ]
    return tuple(lines)


def command_columns() -> tuple[Column[CommandLine], ...]:
    """Columns of the list."""
    return (
        Column(
            key="state",
            plain_title=translate("Server", "state"),
            text=lambda line, _context: state_word(line.command.state),
            raw=lambda line: line.command.state,
            icon=lambda line: state_sign(line.command.state)[0],
            tone=lambda line: state_sign(line.command.state)[1],
            width=196,
        ),
        Column(
            key="title",
            plain_title=translate("Server", "command"),
            text=_title,
            raw=lambda line: line.command.title,
            icon=_chevron,
            width=280,
        ),
        Column(
            key="when",
            plain_title=translate("Server", "done"),
            title=lambda context: context.zoned(translate("Server", "done")),
            text=lambda line, context: context.display.times.minute(line.command.issued_at),
            raw=lambda line: instant_text(line.command.issued_at),
            tone=_muted,
            width=136,
        ),
        Column(
            key="challenge",
            plain_title=translate("Server", "challenge"),
            text=lambda line, context: line.challenge_words(context.display) or NOTHING,
            raw=lambda line: line.command.challenge_id or "",
            tone=_muted,
            width=180,
        ),
        Column(
            key="reason",
            plain_title=translate("Server", "reason"),
            text=lambda line, context: told(line.command.reason, is_masked=context.display.is_masked),
            raw=lambda line: line.command.reason,
            tone=_muted,
            width=240,
        ),
    )


def _first_cause(command: PendingView, known: Mapping[int, PendingView]) -> PendingView:
    """The command from which this one follows in the end; one that follows from nothing is its own."""
    seen = {command.id}
    while command.follows_id is not None and command.follows_id in known and command.follows_id not in seen:
        command = known[command.follows_id]
        seen.add(command.id)
    return command


def _is_asked(command: PendingView, which: str) -> bool:
    return not which or (which == ON_THE_WAY) is (command.state in WAITING)


def count_attention(commands: Iterable[PendingView]) -> int:
    """How many of them wait for somebody to say what becomes of them."""
    return sum(command.state not in WAITING for command in commands)


def _title(line: CommandLine, context: Context) -> str:
    title = told(line.command.title, is_masked=context.display.is_masked)
    if line.is_head:
        counted = context.display.numbers.count(len(line.followers))
        return translate("Server", "{title} (and {n} more)").format(title=title, n=counted)
    return f"{_INDENT}{title}" if line.is_member else title


def _chevron(line: CommandLine) -> str:
    if not line.is_head:
        return ""
    return "chevron" if line.is_open else "chevron_right"


def _muted(_line: CommandLine) -> Tone:
    return "muted"
