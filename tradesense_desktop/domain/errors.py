"""Failures of the domain: each names what went wrong and carries its data; the sentence is made from them here."""

from datetime import date, datetime
from typing import Any


class DomainError(Exception):
    """A refusal that a person can understand and act on; nothing was written."""


class InexactAmount(DomainError):
    """A number that is no exact decimal of at most 15 digits and 8 decimals."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"“{text[:60]}” is not a decimal of at most 15 digits and 8 decimals.")


class InvalidTrade(DomainError):
    """A trade that no ledger can take."""

    def __init__(self, trade_id: str, why: str) -> None:
        self.trade_id = trade_id
        self.why = why
        super().__init__(f"Trade {trade_id[:60]} cannot be recorded: {why}.")


class InvalidAdjustment(DomainError):
    """A balance operation that no ledger can take."""

    def __init__(self, adjustment_id: str, why: str) -> None:
        self.adjustment_id = adjustment_id
        self.why = why
        super().__init__(f"Balance operation {adjustment_id[:60]} cannot be recorded: {why}.")


class InvalidText(DomainError):
    """A text with characters that neither database can keep."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} has characters that cannot be kept (an empty character or half a pair).")


class InvalidChallenge(DomainError):
    """Terms under which no challenge can be opened."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        self.why = why
        super().__init__(f"The challenge cannot be opened: {field} {why}.")


class InvalidRules(DomainError):
    """A rule set that says something impossible or unknown; `path` names the place."""

    def __init__(self, path: str, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(f"The rules cannot be read at “{path}”: {why}.")


class UnknownZone(DomainError):
    """A time zone that is neither an IANA name nor one moved by whole hours."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"“{text[:60]}” is not a time zone; write one like Europe/Prague or America/New_York+7h.")


class TradeConflict(DomainError):
    """A trade under a number that is recorded with other content; both are given."""

    def __init__(self, trade_id: str, recorded: str, sent: str) -> None:
        self.trade_id = trade_id
        self.recorded = recorded
        self.sent = sent
        super().__init__(f"Trade {trade_id[:60]} is recorded with other content: recorded {recorded}; sent {sent}.")


class AdjustmentConflict(DomainError):
    """A balance operation under a number that is recorded with other content; both are given."""

    def __init__(self, adjustment_id: str, recorded: str, sent: str) -> None:
        self.adjustment_id = adjustment_id
        self.recorded = recorded
        self.sent = sent
        super().__init__(
            f"Balance operation {adjustment_id[:60]} is recorded with other content: recorded {recorded}; sent {sent}."
        )


class OutOfOrder(DomainError):
    """Something that happened before what is recorded already."""

    def __init__(self, what: str, at: datetime, last: datetime) -> None:
        self.what = what
        self.at = at
        self.last = last
        super().__init__(
            f"{what} of {_readable(at)} is earlier than the last one recorded, of {_readable(last)}; "
            "the ledger only grows at its end."
        )


class DayAlreadyClosed(DomainError):
    """Something that belongs to a trading day before the one that is open."""

    def __init__(self, what: str, at: datetime, trading_date: date) -> None:
        self.what = what
        self.at = at
        self.trading_date = trading_date
        super().__init__(
            f"{what} of {_readable(at)} belongs to a trading day that is closed; the open one is {trading_date}."
        )


class DayNotOver(DomainError):
    """A trading day that is asked to close before its reset."""

    def __init__(self, trading_date: date, ends_at: datetime) -> None:
        self.trading_date = trading_date
        self.ends_at = ends_at
        super().__init__(f"The trading day {trading_date} is not over; it ends at {_readable(ends_at)}.")


class ChallengeEnded(DomainError):
    """The challenge has failed or is funded and takes nothing more."""

    def __init__(self, status: str, ended_at: datetime | None) -> None:
        self.status = status
        self.ended_at = ended_at
        when = "" if ended_at is None else f" at {_readable(ended_at)}"
        super().__init__(f"The challenge ended as {status}{when}; nothing can be added to it.")


class ChallengeFrozen(DomainError):
    """The target is reached and the challenge waits for the funding decision."""

    def __init__(self, reached_at: datetime) -> None:
        self.reached_at = reached_at
        super().__init__(
            f"The profit target was reached at {_readable(reached_at)}: the challenge is frozen until it is decided "
            "whether the account is funded."
        )


class ChallengeNotStarted(DomainError):
    """Something that only a started challenge can take."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} needs a challenge that has started; this one is still PENDING.")


class ChallengeAlreadyStarted(DomainError):
    """A challenge that is asked to start again."""

    def __init__(self, started_at: datetime) -> None:
        self.started_at = started_at
        super().__init__(f"The challenge started at {_readable(started_at)} already.")


class NotExpired(DomainError):
    """A challenge that no rule has run out for."""

    def __init__(self, deadline: datetime | None) -> None:
        self.deadline = deadline
        super().__init__(
            "The challenge has no time limit that could have run out."
            if deadline is None
            else f"The challenge has not expired; it would at {_readable(deadline)}."
        )


class ReasonMissing(DomainError):
    """A decision that needs a reason and has none."""

    def __init__(self, decision: str) -> None:
        self.decision = decision
        super().__init__(f"{decision} needs a reason.")


class FundingNotDue(DomainError):
    """A funding decision on a challenge that does not wait for one."""

    def __init__(self, status: str) -> None:
        self.status = status
        super().__init__(f"There is nothing to decide: the challenge is {status} and its profit target is not reached.")


class OwnChallenge(DomainError):
    """A person deciding about the own challenge."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        super().__init__("Nobody decides about their own challenge; a second person has to.")


class AlreadyApproved(DomainError):
    """A person approving the same funding twice."""

    def __init__(self, approver_id: str) -> None:
        self.approver_id = approver_id
        super().__init__("You have approved this funding already; another person has to give the second approval.")


class PhaseMissing(DomainError):
    """A next phase that the rule set does not have, or a challenge that has not earned it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The next phase cannot be opened: {why}.")


class AlertClosed(DomainError):
    """An alert that is moved in a way its state does not allow."""

    def __init__(self, alert_id: str, status: str, wanted: str) -> None:
        self.alert_id = alert_id
        self.status = status
        self.wanted = wanted
        super().__init__(f"The alert is {status} and cannot become {wanted}.")


class ReplayBroken(DomainError):
    """Events that cannot have been recorded by a challenge in this order."""

    def __init__(self, event_type: str, why: str) -> None:
        self.event_type = event_type
        self.why = why
        super().__init__(f"The history cannot be replayed at {event_type}: {why}.")


class UnknownPreset(DomainError):
    """A preset that is not shipped; the known ones are given."""

    def __init__(self, name: str, known: Any) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(f"There is no preset “{name[:60]}”; there are {', '.join(self.known)}.")


def _readable(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
