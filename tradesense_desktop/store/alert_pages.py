"""Alerts as a list: filtered, newest first, page by page, counted by severity, and gathered by what raised them.

Never OFFSET: a page begins after an alert that was seen. A list of one challenge or of one person is found by their
index and sorted; one of everybody walks the alerts by time and stops when the page is full.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, func, literal_column, or_, select, type_coerce
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus
from tradesense_desktop.domain.money import Fraction, Money
from tradesense_desktop.store.prepared import Prepared
from tradesense_desktop.store.tables import challenges, risk_alerts
from tradesense_desktop.store.transaction import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts: of these statuses, severities and types, of one challenge, with `text` in title or message.

    Empty means all; case is ignored in `text`. `owner_id` keeps to what belongs to one person.
    """

    statuses: frozenset[AlertStatus] = frozenset()
    severities: frozenset[AlertSeverity] = frozenset()
    alert_types: frozenset[str] = frozenset()
    challenge_id: str | None = None
    text: str = ""
    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """One alert as a list shows it, with the terms of its challenge (None without one). Times are aware UTC."""

    id: str
    challenge_id: str | None
    user_id: str | None
    alert_type: str
    severity: AlertSeverity
    title: str
    message: str
    alert_data: Mapping[str, Any]
    status: AlertStatus
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    recommended_actions: str | None
    threshold_breached: Fraction | None
    created_at: datetime
    correlation_id: str | None
    rule_id: str | None
    challenge_type: str | None
    initial_balance: Money | None
    currency: str | None


_OF_THE_CHALLENGE: Final = frozenset({"challenge_type", "initial_balance", "currency"})
_ACTIVE: Final = risk_alerts.c.status == literal_column("'ACTIVE'")
_NEWEST_FIRST: Final = (risk_alerts.c.created_at.desc(), risk_alerts.c.id.desc())
_ROW: Final = select(
    *((challenges if name in _OF_THE_CHALLENGE else risk_alerts).c[name] for name in ListedAlert.__dataclass_fields__)
).select_from(risk_alerts.outerjoin(challenges, challenges.c.id == risk_alerts.c.challenge_id))
_after = risk_alerts.alias("after")
# As it is stored, so that a time that plain SQL wrote without its fraction is compared with itself.
_after_created_at: Final = (
    select(type_coerce(_after.c.created_at, Text)).where(_after.c.id == bindparam("after_id")).scalar_subquery()
)
# A bound that every time keeps: without one SQLite would rather sort all alerts than walk them by time.
_AT_ANY_TIME: Final = type_coerce(risk_alerts.c.created_at, Text) < literal_column("'a'")
_BEHIND: Final = and_(
    type_coerce(risk_alerts.c.created_at, Text) <= _after_created_at,
    or_(
        type_coerce(risk_alerts.c.created_at, Text) < _after_created_at,
        risk_alerts.c.id < bindparam("after_id"),
    ),
)
_wanted = func.json_each(bindparam("correlations", type_=Text)).table_valued("value", name="wanted")
_BY_BEGINNING = select(risk_alerts.c.id).where(
    risk_alerts.c.id >= bindparam("beginning"), risk_alerts.c.id < bindparam("end")
)
_BEYOND_HEXADECIMAL: Final = "g"


def page_statement(which: AlertFilter, *, is_continued: bool) -> Select[Any]:
    """The query of a page; its parameters are those of `page_parameters`."""
    statement = _ROW.where(*_conditions(which)).order_by(*_NEWEST_FIRST).limit(bindparam("count"))
    return statement.where(_BEHIND if is_continued else _AT_ANY_TIME)


def list_alert_page(
    reading: Reading, which: AlertFilter, *, after_id: str | None, count: int
) -> tuple[ListedAlert, ...]:
    """At most `count` alerts, newest first, from behind the alert `after_id` on (None: from the newest)."""
    statement = page_statement(which, is_continued=after_id is not None)
    parameters = {**filter_parameters(which), "count": count, "after_id": after_id}
    return _listed(Prepared(statement).rows(reading, parameters))


def list_correlated(reading: Reading, which: AlertFilter, correlation_ids: Sequence[str]) -> tuple[ListedAlert, ...]:
    """Every alert of the filter that one of these commands raised, newest first."""
    if not correlation_ids:
        return ()
    statement = _ROW.where(
        risk_alerts.c.correlation_id.in_(select(_wanted.c.value)), *_conditions(which, is_walked=True)
    ).order_by(*_NEWEST_FIRST)
    parameters = {**filter_parameters(which), "correlations": json.dumps(list(correlation_ids))}
    return _listed(Prepared(statement).rows(reading, parameters))


def count_by_severity(reading: Reading, which: AlertFilter) -> dict[AlertSeverity, int]:
    """How many alerts of the filter there are of each severity; those without one are left out."""
    statement = select(risk_alerts.c.severity, func.count()).where(*_conditions(which)).group_by(risk_alerts.c.severity)
    return dict(Prepared(statement).rows(reading, filter_parameters(which)))


def list_alert_ids(reading: Reading, beginning: str, *, owner_id: str | None, count: int) -> tuple[str, ...]:
    """At most `count` ids that begin so, of one person's alerts or of all."""
    statement = _BY_BEGINNING
    parameters: dict[str, Any] = {"beginning": beginning, "end": beginning + _BEYOND_HEXADECIMAL}
    if owner_id is not None:
        statement = statement.where(_unindexed(risk_alerts.c.user_id) == bindparam("owner_id"))
        parameters["owner_id"] = owner_id
    return tuple(row[0] for row in Prepared(statement.limit(count)).rows(reading, parameters))


def filter_parameters(which: AlertFilter) -> dict[str, Any]:
    """What the conditions of a filter are bound to, by name."""
    return {
        "challenge_id": which.challenge_id,
        "owner_id": which.owner_id,
        "statuses": json.dumps(sorted(which.statuses)),
        "severities": json.dumps(sorted(which.severities)),
        "alert_types": json.dumps(sorted(which.alert_types)),
    }


def _conditions(which: AlertFilter, *, is_walked: bool = False) -> list[ColumnElement[bool]]:
    """Conditions of a filter, so written that SQLite takes the index that the list is meant to use.

    `is_walked`: another condition finds the rows already.
    """
    table = risk_alerts.c
    conditions: list[ColumnElement[bool]] = []
    if which.challenge_id is not None:
        column = _unindexed(table.challenge_id) if is_walked else table.challenge_id
        conditions.append(column == bindparam("challenge_id"))
    if which.owner_id is not None:
        is_found = is_walked or which.challenge_id is not None
        column = _unindexed(table.user_id) if is_found else table.user_id
        conditions.append(column == bindparam("owner_id"))
    if which.statuses == {AlertStatus.ACTIVE}:
        conditions.append(_ACTIVE if not conditions and not is_walked else _among(table.status, "statuses"))
    elif which.statuses:
        conditions.append(_among(table.status, "statuses"))
    if which.severities:
        conditions.append(_among(table.severity, "severities"))
    if which.alert_types:
        conditions.append(_among(table.alert_type, "alert_types"))
    if which.text:
        conditions.append(
            or_(*(column.icontains(which.text, autoescape=True) for column in (table.title, table.message)))
        )
    return conditions


def _among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    chosen = func.json_each(bindparam(name, type_=Text)).table_valued("value", name=name)
    return _unindexed(column).in_(select(chosen.c.value))


def _unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as no index knows it: a unary plus, which SQLite leaves out of its search for one."""
    return UnaryExpression(type_coerce(column, Text), operator=operators.custom_op("+"), type_=Text())


def _listed(rows: Sequence[Sequence[Any]]) -> tuple[ListedAlert, ...]:
    names = tuple(ListedAlert.__dataclass_fields__)
    return tuple(ListedAlert(**dict(zip(names, row, strict=True))) for row in rows)
