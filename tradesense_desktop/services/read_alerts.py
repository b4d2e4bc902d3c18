"""Read alerts: filtered, newest first, in pages or gathered by what raised them, and one by the beginning of its id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus
from tradesense_desktop.domain.people import Actor
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.services.alert_views import AlertEntry, AlertGroup, AlertGroupPage, AlertPage
from tradesense_desktop.services.errors import NotFound, Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting, seen_owner
from tradesense_desktop.services.read_challenges import challenge_name
from tradesense_desktop.services.read_users import read_names
from tradesense_desktop.store.alert_pages import (
    AlertFilter,
    ListedAlert,
    count_by_severity,
    list_alert_ids,
    list_alert_page,
    list_correlated,
)
from tradesense_desktop.store.transaction import Reading

__all__ = ["ROWS_A_PAGE", "WhichAlerts", "find_alert", "read_alert_groups", "read_alerts"]

ROWS_A_PAGE: Final = 100
_FEWEST_LETTERS: Final = 4
_WORST_FIRST: Final = tuple(reversed(AlertSeverity))


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichAlerts:
    """Which alerts are asked for; empty means all, and `text` is looked for in title and message, case ignored."""

    statuses: frozenset[AlertStatus] = frozenset()
    severities: frozenset[AlertSeverity] = frozenset()
    alert_types: frozenset[str] = frozenset()
    challenge_id: str | None = None
    text: str = ""


EVERY_ALERT: Final = WhichAlerts()


def read_alerts(
    workspace: Workspace, which: WhichAlerts = EVERY_ALERT, *, after: str | None = None, limit: int = ROWS_A_PAGE
) -> AlertPage:
    """A page of the alerts that whoever acts may see; `after` is `next_after` of the page before."""
    names = read_names(workspace)
    with refusals(), workspace.reading() as reading:
        page, counts, next_after = _page(reading, _filter(workspace, which), after, limit)
    return AlertPage(_entries(page, acting(workspace), names), counts, next_after)


def read_alert_groups(
    workspace: Workspace, which: WhichAlerts = EVERY_ALERT, *, after: str | None = None, limit: int = ROWS_A_PAGE
) -> AlertGroupPage:
    """As `read_alerts`, gathered by correlation: the groups whose newest alert is among these `limit` alerts."""
    names = read_names(workspace)
    chosen = _filter(workspace, which)
    with refusals(), workspace.reading() as reading:
        page, counts, next_after = _page(reading, chosen, after, limit)
        commands = dict.fromkeys(alert.correlation_id for alert in page if alert.correlation_id is not None)
        correlated = list_correlated(reading, chosen, list(commands))
    gathered: dict[str, list[ListedAlert]] = {}
    for alert in correlated:
        gathered.setdefault(str(alert.correlation_id), []).append(alert)
    groups: list[AlertGroup] = []
    actor = acting(workspace)
    for alert in page:
        together = [alert] if alert.correlation_id is None else gathered[alert.correlation_id]
        if together[0].id == alert.id:
            groups.append(AlertGroup(alert.correlation_id, _entries(together, actor, names)))
    return AlertGroupPage(tuple(groups), counts, next_after)


def find_alert(workspace: Workspace, beginning: str) -> str:
    """The id of the alert that begins so. Raises NotFound, and Refused where several do."""
    wanted = beginning.strip().lower()
    owner_id = seen_owner(workspace)
    matching: tuple[str, ...] = ()
    if len(wanted) >= _FEWEST_LETTERS:
        with refusals(), workspace.reading() as reading:
            matching = list_alert_ids(reading, wanted, owner_id=owner_id, count=2)
    if not matching:
        raise NotFound(f"There is no alert {beginning[:40]} in this workspace; tradesense alerts list shows them.")
    if len(matching) > 1:
        raise Refused(f"Several alerts begin with {wanted[:40]}; write more of the id.")
    return matching[0]


def _filter(workspace: Workspace, which: WhichAlerts) -> AlertFilter:
    return AlertFilter(
        statuses=which.statuses,
        severities=which.severities,
        alert_types=which.alert_types,
        challenge_id=which.challenge_id,
        text=which.text.strip(),
        owner_id=seen_owner(workspace),
    )


def _page(
    reading: Reading, which: AlertFilter, after: str | None, limit: int
) -> tuple[tuple[ListedAlert, ...], dict[AlertSeverity, int], str | None]:
    found = list_alert_page(reading, which, after_id=after, count=limit + 1)
    page = found[:limit]
    counts = count_by_severity(reading, replace(which, severities=frozenset()))
    in_order = {severity: counts.get(severity, 0) for severity in _WORST_FIRST}
    return page, in_order, page[-1].id if len(found) > limit else None


def _entries(alerts: Iterable[ListedAlert], actor: Actor, names: Mapping[str, str]) -> tuple[AlertEntry, ...]:
    return tuple(_entry(alert, actor, names) for alert in alerts)


def _entry(alert: ListedAlert, actor: Actor, names: Mapping[str, str]) -> AlertEntry:
    name = None
    if alert.challenge_type is not None and alert.initial_balance is not None and alert.currency is not None:
        name = challenge_name(alert.challenge_type, alert.initial_balance, alert.currency)
    owner_id = alert.user_id or ""
    has_history = alert.challenge_id is not None
    return AlertEntry(
        id=alert.id,
        challenge_id=alert.challenge_id,
        challenge_name=name,
        challenge_type=alert.challenge_type,
        initial_balance=alert.initial_balance,
        currency=alert.currency,
        owner_name=names.get(owner_id),
        alert_type=alert.alert_type,
        severity=alert.severity,
        status=alert.status,
        title=alert.title,
        message=alert.message,
        recommended_actions=alert.recommended_actions,
        rule_id=alert.rule_id,
        threshold=alert.threshold_breached,
        alert_data=alert.alert_data,
        raised_at=alert.created_at,
        acknowledged_at=alert.acknowledged_at,
        acknowledged_by=names.get(alert.acknowledged_by or ""),
        resolved_at=alert.resolved_at,
        resolved_by=names.get(alert.resolved_by or ""),
        correlation_id=alert.correlation_id,
        may_acknowledge=has_history
        and alert.status is AlertStatus.ACTIVE
        and may(actor, Right.ACKNOWLEDGE_ALERT, owner_id=owner_id),
        may_close=has_history and alert.resolved_at is None and may(actor, Right.RESOLVE_ALERT, owner_id=owner_id),
    )
