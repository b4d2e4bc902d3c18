"""Watch activity: look at how challenges are traded, and raise an alert once for each crossing that is new."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.activity import ActivityFinding, inactivity, unusual_activity
from tradesense_desktop.domain.alert import RiskAlert
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.command_run import CommandRun
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.domain.state_record import rules_of, state_of
from tradesense_desktop.services.activity_thresholds import thresholds_within
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.firm_commands import LookAtActivity
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import acting, require, require_within, seen_owner
from tradesense_desktop.services.run_command import new_execution
from tradesense_desktop.store.challenges import list_challenges, read_challenge
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.watched_trades import list_found_crossings, stream_watched_trades


def watch_challenge(workspace: Workspace, challenge_id: str, *, now: datetime | None = None) -> tuple[RiskAlert, ...]:
    """Look at one challenge, also one that has ended, and raise what is new as of `now` (UTC, the clock's by default).

    In one transaction; a crossing that has its alert, open or handled, is not raised again. A challenge that nobody
    judges raises none. Raises Refused, and NotAllowed where the role may not.
    """
    at = now or datetime.now(UTC)
    with refusals():
        with workspace.reading() as reading:
            actor = require_within(reading, workspace, Right.WATCH_ACTIVITY, challenge_id)
            if not _new_findings(reading, read_challenge(reading, challenge_id), at):
                return ()

        command = LookAtActivity(
            command_id=str(uuid4()),
            actor_id=actor.user_id,
            issued_at=datetime.now(UTC),
            challenge_id=challenge_id,
            as_of=at,
        )
        return raise_findings(workspace, command)


def raise_findings(workspace: Workspace, command: LookAtActivity) -> tuple[RiskAlert, ...]:
    """Raise what is new about the challenge as it stands then; nothing where it is known. Raises Refused."""

    def change(transaction: Transaction) -> tuple[RiskAlert, ...]:
        require_within(transaction, workspace, Right.WATCH_ACTIVITY, command.challenge_id)
        challenge = read_challenge(transaction, command.challenge_id)
        findings = _new_findings(transaction, challenge, command.as_of)
        recorder = Recorder.of_known(transaction, challenge)
        run = new_execution(challenge, recorder.last_sequence_number, command.command_id, datetime.now(UTC))
        alerts = _raise(run, findings)
        recorder.append(run.drain())
        recorder.finish(run.snapshot())
        return alerts

    with refusals():
        return workspace.write(change, pending=pending_of(workspace, command))


def watch_all(
    workspace: Workspace, progress: ProgressReport = unwatched, *, now: datetime | None = None
) -> tuple[RiskAlert, ...]:
    """Look at every challenge that whoever acts answers for, each in a transaction of its own; the alerts raised."""
    with refusals():
        actor = require(workspace, Right.WATCH_ACTIVITY)
        with workspace.reading() as reading:
            seen = list_challenges(reading, owner_id=seen_owner(workspace))
        ids = [each.id for each in seen if may(actor, Right.WATCH_ACTIVITY, owner_id=each.user_id)]
    alerts: list[RiskAlert] = []
    for place, challenge_id in enumerate(ids):
        progress(Progress("Looking at the activity", place, len(ids)))
        alerts += watch_challenge(workspace, challenge_id, now=now)
    return tuple(alerts)


def watch_inactivity(workspace: Workspace, *, now: datetime | None = None) -> tuple[RiskAlert, ...]:
    """Raise an alert for every challenge that has not been traded for too long as of `now`, without reading a ledger.

    For when a workspace is opened: what is unusual about trades was looked at when they came in. Nothing for whoever
    may not watch.
    """
    at = now or datetime.now(UTC)
    with refusals():
        actor = acting(workspace)
        with workspace.reading() as reading:
            idle = [
                challenge.id
                for challenge in list_challenges(reading, owner_id=seen_owner(workspace))
                if may(actor, Right.WATCH_ACTIVITY, owner_id=challenge.user_id)
                and _unfound(reading, challenge, _idle(reading, challenge, at))
            ]
    return tuple(alert for challenge_id in idle for alert in watch_challenge(workspace, challenge_id, now=at))


def raise_unusual_activity(reading: Reading, run: CommandRun, challenge: Challenge) -> tuple[RiskAlert, ...]:
    """Raise, in a command that has written rows of `challenge`, what is unusual about its ledger and is new.

    How long nobody has traded is left to `watch_challenge`: it is asked as of a day, and a statement is history.
    """
    if not rules_of(challenge).is_judged:
        return ()
    return _raise(run, _unfound(reading, challenge, _unusual(reading, challenge)))


def _new_findings(reading: Reading, challenge: Challenge, now: datetime) -> list[ActivityFinding]:
    if not rules_of(challenge).is_judged:
        return []
    return _unfound(reading, challenge, [*_unusual(reading, challenge), *_idle(reading, challenge, now)])


def _idle(reading: Reading, challenge: Challenge, now: datetime) -> list[ActivityFinding]:
    """That nobody has traded for too long, where it is so; a challenge that nobody judges is left alone."""
    if challenge.status is not ChallengeStatus.ACTIVE:
        return []
    state = state_of(challenge)
    idle = inactivity(state, thresholds_within(reading), now) if state.rules.is_judged else None
    return [] if idle is None else [idle]


def _unusual(reading: Reading, challenge: Challenge) -> Iterable[ActivityFinding]:
    trades = stream_watched_trades(reading, challenge.id)
    return unusual_activity(trades, challenge.initial_balance, challenge.currency, thresholds_within(reading))


def _unfound(reading: Reading, challenge: Challenge, findings: Iterable[ActivityFinding]) -> list[ActivityFinding]:
    found = list_found_crossings(reading, challenge.id)
    return [finding for finding in findings if (finding.rule_id, finding.key) not in found]


def _raise(run: CommandRun, findings: Iterable[ActivityFinding]) -> tuple[RiskAlert, ...]:
    return tuple(
        run.raise_alert(
            finding.alert_type,
            finding.severity,
            title=finding.title,
            message=finding.message,
            alert_data=finding.alert_data,
            at=finding.at,
            rule_id=finding.rule_id,
            threshold=finding.threshold,
            recommended_actions=finding.recommended_actions,
        )
        for finding in findings
    )
