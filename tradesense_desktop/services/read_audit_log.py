"""Read the audit log: who did what."""

from collections.abc import Iterable

from tradesense_desktop.domain.permissions import sees_others
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.services.read_users import read_names
from tradesense_desktop.store.audit_log import AuditEntry, list_audit_entries
from tradesense_desktop.store.challenges import find_challenge
from tradesense_desktop.store.payments import find_payment
from tradesense_desktop.store.transaction import Reading

__all__ = ["AuditEntry", "name_targets", "read_audit_log"]


def read_audit_log(workspace: Workspace, *, last: int) -> tuple[AuditEntry, ...]:
    """The newest entries first; a trader sees those of the own deeds."""
    actor = acting(workspace)
    with refusals(), workspace.reading() as reading:
        return list_audit_entries(reading, stream=None if sees_others(actor) else actor.user_id, limit=last)


def name_targets(workspace: Workspace, entries: Iterable[AuditEntry]) -> dict[str, str]:
    """What to call, by id, everybody and each challenge and payment to which `entries` did something; no amounts.

    A challenge is called after its rules and its trader, a payment by the number that its provider gave it. What has no
    name is left out.
    """
    names = read_names(workspace)
    named: dict[str, str] = {}
    with refusals(), workspace.reading() as reading:
        for table, target_id in {(entry.target_table, entry.target_id) for entry in entries}:
            name = None if target_id is None else _name(reading, table, target_id, names)
            if target_id is not None and name:
                named[target_id] = name
    return names | named


def _name(reading: Reading, table: str | None, target_id: str, names: dict[str, str]) -> str | None:
    if table == "challenges":
        challenge = find_challenge(reading, target_id)
        return None if challenge is None else f"{challenge.challenge_type}, {names.get(challenge.user_id, '–')}"
    if table == "payments":
        payment = find_payment(reading, target_id)
        return None if payment is None else payment.provider_payment_id
    return None
