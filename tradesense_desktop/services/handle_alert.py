"""Handle an alert: acknowledge, resolve or dismiss it; its row and its event in one transaction."""

from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from tradesense_desktop.domain.alert import AlertStatus, RiskAlert
from tradesense_desktop.domain.commands import AcknowledgeAlert, HandleAlert, MarkFalsePositive, ResolveAlert
from tradesense_desktop.domain.people import Actor
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import acting, require
from tradesense_desktop.services.read_users import read_names
from tradesense_desktop.services.run_command import new_execution
from tradesense_desktop.store.challenges import read_challenge, read_owner
from tradesense_desktop.store.command_results import CommandResult, find_first_result, record_command_result
from tradesense_desktop.store.errors import ActorGone, AlertUnknown, StoreRefusal
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.risk_alerts import read_alert
from tradesense_desktop.store.transaction import Reading, Transaction

RIGHTS: Final[dict[type[HandleAlert], Right]] = {
    AcknowledgeAlert: Right.ACKNOWLEDGE_ALERT,
    ResolveAlert: Right.RESOLVE_ALERT,
    MarkFalsePositive: Right.RESOLVE_ALERT,
}
"""What a person needs for each command."""
_STATUS: Final[dict[type[HandleAlert], AlertStatus]] = {
    AcknowledgeAlert: AlertStatus.ACKNOWLEDGED,
    ResolveAlert: AlertStatus.RESOLVED,
    MarkFalsePositive: AlertStatus.FALSE_POSITIVE,
}
_DONE_WORDS: Final = {
    AlertStatus.ACKNOWLEDGED: "acknowledged",
    AlertStatus.RESOLVED: "resolved",
    AlertStatus.FALSE_POSITIVE: "marked as a false positive",
}


class AlertHandledBefore(Refused):
    """Somebody was first: the alert was acknowledged, resolved or dismissed already; `by` is what they are called."""

    def __init__(self, alert_id: str, status: AlertStatus, by: str, at: datetime) -> None:
        self.alert_id = alert_id
        self.status = status
        self.by = by
        self.at = at
        super().__init__(f"The alert was already {_DONE_WORDS[status]} by {by} at {at:%Y-%m-%d %H:%M:%S} UTC.")


class AlertOfNoChallenge(StoreRefusal):
    """An alert that belongs to no challenge: there is no history that could keep what becomes of it."""

    def __init__(self, alert_id: str) -> None:
        self.alert_id = alert_id
        super().__init__("The alert belongs to no challenge, so that no history can keep what becomes of it.")


class _ClosedBefore(Exception):
    """Carries the alert as it stands out of the transaction, where names are not looked up."""

    def __init__(self, alert: RiskAlert) -> None:
        self.alert = alert
        super().__init__()


def acknowledge_alert(workspace: Workspace, alert_id: str, *, comment: str = "") -> RiskAlert:
    """Say that one has seen an alert and looks after it; the alert as it is then. Raises as `handle_alert` does."""
    return _handle(workspace, AcknowledgeAlert, alert_id, comment)


def resolve_alert(workspace: Workspace, alert_id: str, *, comment: str = "") -> RiskAlert:
    """Say that what an alert told of is dealt with; the alert as it is then. Raises as `handle_alert` does."""
    return _handle(workspace, ResolveAlert, alert_id, comment)


def dismiss_alert(workspace: Workspace, alert_id: str, *, comment: str = "") -> RiskAlert:
    """Say that there was nothing to an alert; the alert as it is then. Raises as `handle_alert` does."""
    return _handle(workspace, MarkFalsePositive, alert_id, comment)


def handle_alert(workspace: Workspace, command: HandleAlert) -> RiskAlert:
    """Carry the command out and return the alert as it is then; the same `command_id` again changes nothing.

    Of two people at once one is first, and the other is told who. Raises Refused, AlertHandledBefore, NotAllowed.
    """
    try:
        with refusals():
            return workspace.write(
                lambda transaction: _carry_out_once(transaction, workspace, command),
                pending=pending_of(workspace, command),
            )
    except _ClosedBefore as closed:
        raise _handled_before(workspace, closed.alert) from None


def _handle(workspace: Workspace, kind: type[HandleAlert], alert_id: str, comment: str) -> RiskAlert:
    with refusals():
        actor = acting(workspace)
        with workspace.reading() as reading:
            challenge_id, _ = _challenge_and_owner(reading, actor, read_alert(reading, alert_id))
    command = kind(
        command_id=str(uuid4()),
        actor_id=actor.user_id,
        issued_at=datetime.now(UTC),
        challenge_id=challenge_id,
        alert_id=alert_id,
        comment=comment,
    )
    return handle_alert(workspace, command)


def _carry_out_once(transaction: Transaction, workspace: Workspace, command: HandleAlert) -> RiskAlert:
    alert = read_alert(transaction, command.alert_id)
    challenge_id, owner_id = _challenge_and_owner(transaction, acting(workspace), alert)
    actor = require(workspace, RIGHTS[type(command)], owner_id)
    if actor.user_id != command.actor_id:
        raise ActorGone(command.actor_id, "somebody else has signed in")
    if challenge_id != command.challenge_id:
        raise AlertUnknown(command.alert_id)
    if find_first_result(transaction, command, challenge_id=challenge_id) is not None:
        return alert
    wanted = _STATUS[type(command)]
    if alert.resolved_at is not None or wanted is alert.status:
        raise _ClosedBefore(alert)
    challenge = read_challenge(transaction, challenge_id)
    now = max(datetime.now(UTC), command.issued_at)
    recorder = Recorder.of_known(transaction, challenge)
    run = new_execution(challenge, recorder.last_sequence_number, command.command_id, now)
    run.update_alert(alert, wanted, actor_id=actor.user_id, at=command.issued_at, comment=command.comment)
    recorder.append(run.drain())
    recorder.finish(run.snapshot())
    record_command_result(
        transaction,
        CommandResult(
            command_id=command.command_id,
            command_type=type(command).__name__,
            actor_id=actor.user_id,
            challenge_id=challenge_id,
            issued_at=command.issued_at,
            recorded_at=now,
            result={"alert_id": alert.id, "status": wanted.value},
        ),
    )
    return read_alert(transaction, alert.id)


def _challenge_and_owner(reading: Reading, actor: Actor, alert: RiskAlert) -> tuple[str, str]:
    """The challenge of an alert and whose it is; an alert that is not seen does not exist."""
    if alert.challenge_id is None:
        if not may(actor, Right.READ, owner_id=alert.user_id or ""):
            raise AlertUnknown(alert.id)
        raise AlertOfNoChallenge(alert.id)
    owner_id = read_owner(reading, alert.challenge_id)
    if not may(actor, Right.READ, owner_id=owner_id):
        raise AlertUnknown(alert.id)
    return alert.challenge_id, owner_id


def _handled_before(workspace: Workspace, alert: RiskAlert) -> AlertHandledBefore:
    by = alert.resolved_by if alert.resolved_at is not None else alert.acknowledged_by
    at = alert.resolved_at or alert.acknowledged_at
    assert by is not None
    assert at is not None
    is_own = by == acting(workspace).user_id
    return AlertHandledBefore(alert.id, alert.status, "you" if is_own else read_names(workspace).get(by, by), at)
