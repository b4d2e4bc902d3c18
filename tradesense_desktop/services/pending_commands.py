"""What the outbox of a firm's workspace is told about a command: its kind there, a title, and how to do it again."""

from typing import Final

from tradesense_desktop.domain.commands import (
    AcknowledgeAlert,
    AddNote,
    AdjustBalance,
    ApproveFunding,
    ArchiveChallenge,
    ChallengeCommand,
    CloseDay,
    Command,
    ExecuteTrade,
    ExecuteTrades,
    ExpireChallenge,
    FailChallenge,
    MarkFalsePositive,
    OpenNextPhase,
    RaiseAlert,
    RecordEquity,
    RecordPayment,
    RejectFunding,
    ResolveAlert,
    StartChallenge,
)
from tradesense_desktop.domain.money import money_text
from tradesense_desktop.domain.printable import printable
from tradesense_desktop.services.command_recipe import encoded
from tradesense_desktop.services.firm_commands import (
    ImportStatement,
    LookAtActivity,
    MovePayment,
    OpenChallenge,
    TakeInMessage,
)
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.store.pending_write import PendingCommand

_KINDS: Final[dict[type[Command], str]] = {
    OpenChallenge: "CreateChallenge",
    MovePayment: "UpdatePaymentStatus",
    # What it comes to is told by its result; without one, more of a payment was given back.
    TakeInMessage: "UpdatePaymentStatus",
    LookAtActivity: "WatchActivity",
    ImportStatement: "ImportStatement",
}
"""What the server calls commands that are made of what is stored."""
_LONGEST: Final = 120


def pending_of(workspace: Workspace, command: Command, attachment: bytes | None = None) -> PendingCommand | None:
    """What `workspace.write` is told about a command; None in a workspace that is nobody else's.

    A payment's number and a file's account are looked for in all challenges, so these name none.
    """
    if not workspace.is_firm:
        return None
    is_on_challenge = isinstance(command, ChallengeCommand) and not isinstance(command, RecordPayment)
    kind = type(command)
    return PendingCommand(
        command_id=command.command_id,
        kind=_KINDS.get(kind, kind.__name__),
        title=printable(title_of(command))[:_LONGEST],
        recipe=encoded(command),
        challenge_id=command.challenge_id if is_on_challenge else None,  # type: ignore[attr-defined]
        issued_at=command.issued_at,
        attachment=attachment,
    )


def title_of(command: Command) -> str:
    """What a command does, in a few words for the person who gave it."""
    return _TITLES.get(type(command)) or _title_with_content(command)


def _title_with_content(command: Command) -> str:
    title = type(command).__name__
    match command:
        case ExecuteTrade(trade=trade):
            title = f"Record trade {trade.trade_id} ({trade.symbol})"
        case ExecuteTrades(rows=rows):
            title = f"Record {len(rows)} trades and balance operations"
        case AdjustBalance(adjustment=adjustment):
            title = f"Record balance operation {adjustment.adjustment_id}"
        case RecordEquity():
            title = f"Record an equity of {money_text(command.equity)}"
        case RaiseAlert():
            title = f"Raise an alert: {command.title}"
        case RecordPayment():
            title = f"Record a payment of {money_text(command.amount)} {command.currency}"
        case MovePayment():
            title = f"Set a payment to {command.status}"
        case TakeInMessage() | ImportStatement():
            title = f"Take in {command.file_name}"
        case OpenChallenge():
            title = f"Open a challenge under {command.preset}"
    return title


_TITLES: Final[dict[type[Command], str]] = {
    StartChallenge: "Start the challenge",
    CloseDay: "Close the trading day",
    ExpireChallenge: "End the challenge, whose time is over",
    FailChallenge: "End the challenge by hand",
    ApproveFunding: "Approve the funding",
    RejectFunding: "Reject the funding",
    OpenNextPhase: "Open the next phase",
    ArchiveChallenge: "Archive the challenge",
    AddNote: "Write a note",
    AcknowledgeAlert: "Acknowledge an alert",
    ResolveAlert: "Resolve an alert",
    MarkFalsePositive: "Mark an alert as a false positive",
    LookAtActivity: "Look at the activity",
}
