"""`tradesense alerts …`: what somebody should look at, what becomes of it, and from when on activity is unusual."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.outcome import tell, tell_outcome
from tradesense_desktop.cli.output import print_document, print_pairs, print_table, terminal_progress
from tradesense_desktop.cli.program import Session
from tradesense_desktop.domain.activity_thresholds import ActivityThresholds
from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus, RiskAlert
from tradesense_desktop.domain.errors import InexactAmount
from tradesense_desktop.domain.money import exact
from tradesense_desktop.services.activity_thresholds import read_thresholds, set_thresholds
from tradesense_desktop.services.alert_views import AlertEntry
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.handle_alert import acknowledge_alert, dismiss_alert, resolve_alert
from tradesense_desktop.services.read_alerts import WhichAlerts, find_alert, read_alert_groups, read_alerts
from tradesense_desktop.services.read_challenges import find_challenge
from tradesense_desktop.services.watch_activity import watch_all, watch_challenge

_HEADERS: Final = ("id", "raised (UTC)", "severity", "status", "type", "title", "challenge", "by")
_comment_option = click.option("--comment", default="", metavar="TEXT", help="What the history shall say of it.")


@click.group("alerts", epilog="Example: tradesense alerts list --status ACTIVE")
def alerts_group() -> None:
    """Risk alerts: list them, look for new ones, and say what becomes of them."""


@alerts_group.command("list", epilog="Example: tradesense alerts list --severity CRITICAL --challenge 0192f0c1")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([status.value for status in AlertStatus], case_sensitive=False),
    help="Only these; may be repeated.",
)
@click.option(
    "--severity",
    "severities",
    multiple=True,
    type=click.Choice([severity.value for severity in AlertSeverity], case_sensitive=False),
    help="Only these; may be repeated.",
)
@click.option("--type", "alert_types", multiple=True, metavar="TYPE", help="Only these, as UNUSUAL_ACTIVITY.")
@click.option("--challenge", "challenge_id", metavar="ID", help="Only those of this challenge.")
@click.option("--text", default="", metavar="TEXT", help="Only with this in title or message.")
@click.option("--group", "is_grouped", is_flag=True, help="Together what one command raised.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@click.option("--after", "after", metavar="ID", help="Go on behind this alert.")
@json_option
@click.pass_obj
def list_command(
    session: Session,
    *,
    statuses: tuple[str, ...],
    severities: tuple[str, ...],
    alert_types: tuple[str, ...],
    challenge_id: str | None,
    text: str,
    is_grouped: bool,
    limit: int,
    after: str | None,
    as_json: bool,
) -> None:
    """List alerts, newest first."""
    workspace = session.workspace()
    which = WhichAlerts(
        statuses=frozenset(AlertStatus(status.upper()) for status in statuses),
        severities=frozenset(AlertSeverity(severity.upper()) for severity in severities),
        alert_types=frozenset(alert_type.upper() for alert_type in alert_types),
        challenge_id=None if challenge_id is None else find_challenge(workspace, challenge_id),
        text=text,
    )
    behind = None if after is None else find_alert(workspace, after)
    if is_grouped:
        grouped = read_alert_groups(workspace, which, after=behind, limit=limit)
        if as_json:
            print_document(grouped)
            return
        for group in grouped.groups:
            together = "" if group.correlation_id is None else f", command {group.correlation_id}"
            click.echo(f"{len(group.alerts)} raised, {group.open_count} open, worst {group.severity.value}{together}")
            _print_entries(group.alerts)
        _print_end(grouped.by_severity, grouped.next_after)
        return
    page = read_alerts(workspace, which, after=behind, limit=limit)
    if as_json:
        print_document(page)
        return
    if page.alerts:
        _print_entries(page.alerts)
    _print_end(page.by_severity, page.next_after)


@alerts_group.command("check", epilog="Example: tradesense alerts check 0192f0c1")
@click.argument("challenge_id", metavar="[ID]", required=False)
@json_option
@click.pass_obj
def check_command(session: Session, challenge_id: str | None, as_json: bool) -> None:
    """Look for unusual activity in one challenge or in all, and raise what is new."""
    workspace = session.workspace()
    if challenge_id is None:
        with terminal_progress() as progress:
            raised = watch_all(workspace, progress)
    else:
        raised = watch_challenge(workspace, find_challenge(workspace, challenge_id))
    if as_json:
        print_document([_document(alert) for alert in raised])
        return
    if not raised:
        click.echo("Nothing new.")
        return
    if session.new_pending():
        tell(session, f"{len(raised)} raised.")
    print_table(
        ("id", "severity", "type", "message"),
        [(alert.id, alert.severity, alert.alert_type, alert.message) for alert in raised],
    )


@alerts_group.command("acknowledge", epilog="Example: tradesense alerts acknowledge 0192f0c1 --comment 'I look at it.'")
@click.argument("alert_id", metavar="ID")
@_comment_option
@json_option
@click.pass_obj
def acknowledge_command(session: Session, alert_id: str, comment: str, as_json: bool) -> None:
    """Say that you have seen an alert and look after it. ID may be the beginning of one."""
    _handle(session, acknowledge_alert, alert_id, comment, as_json=as_json)


@alerts_group.command("resolve", epilog="Example: tradesense --as ada@example.org alerts resolve 0192f0c1")
@click.argument("alert_id", metavar="ID")
@_comment_option
@json_option
@click.pass_obj
def resolve_command(session: Session, alert_id: str, comment: str, as_json: bool) -> None:
    """Close an alert: what it told of is dealt with. ID may be the beginning of one."""
    _handle(session, resolve_alert, alert_id, comment, as_json=as_json)


@alerts_group.command(
    "false-positive", epilog="Example: tradesense --as ada@example.org alerts false-positive 0192f0c1"
)
@click.argument("alert_id", metavar="ID")
@_comment_option
@json_option
@click.pass_obj
def false_positive_command(session: Session, alert_id: str, comment: str, as_json: bool) -> None:
    """Close an alert: there was nothing to it. ID may be the beginning of one."""
    _handle(session, dismiss_alert, alert_id, comment, as_json=as_json)


@alerts_group.command("thresholds", epilog="Example: tradesense alerts thresholds --inactive-days 21 --size-factor 4")
@click.option("--inactive-days", type=int, metavar="N", help="Whole days without a trade; 0 turns it off.")
@click.option("--size-factor", metavar="X", help="Quantity in medians of the symbol's trades before; 0 turns it off.")
@click.option("--size-trades", type=int, metavar="N", help="How many trades of the symbol have to come before.")
@click.option("--closings", type=int, metavar="N", help="Closings within one minute; 0 turns it off.")
@click.option("--profit-part", metavar="X", help="One trade's profit in parts of the initial balance; 0 turns it off.")
@json_option
@click.pass_obj
def thresholds_command(
    session: Session,
    *,
    inactive_days: int | None,
    size_factor: str | None,
    size_trades: int | None,
    closings: int | None,
    profit_part: str | None,
    as_json: bool,
) -> None:
    """Show from when on activity is unusual, or set it."""
    workspace = session.workspace()
    thresholds = read_thresholds(workspace)
    changes: dict[str, Any] = {}
    for name, count in (("inactive_days", inactive_days), ("closings_a_minute", closings)):
        if count is not None:
            changes[name] = count or None
    if size_trades is not None:
        changes["size_trades"] = size_trades
    for name, text, option in (
        ("size_factor", size_factor, "--size-factor"),
        ("profit_part", profit_part, "--profit-part"),
    ):
        if text is not None:
            changes[name] = _decimal(text, option) or None
    if changes:
        with refusals():
            changed = replace(thresholds, **changes)
        thresholds = set_thresholds(workspace, changed)
    _print_thresholds(thresholds, as_json=as_json)


def _handle(session: Session, handle: Callable[..., RiskAlert], beginning: str, comment: str, *, as_json: bool) -> None:
    workspace = session.workspace()
    alert = handle(workspace, find_alert(workspace, beginning), comment=comment)
    sentence = f"Alert {alert.id} is {alert.status.value}: {alert.title}."
    tell_outcome(session, _document(alert), sentence, as_json=as_json)


def _decimal(text: str, option: str) -> Decimal:
    try:
        return exact(text.strip())
    except InexactAmount as refusal:
        raise click.BadParameter(str(refusal), param_hint=option) from None


def _document(alert: RiskAlert) -> dict[str, object]:
    return {name: getattr(alert, name) for name in RiskAlert.__dataclass_fields__ if name != "metadata"}


def _print_entries(entries: Iterable[AlertEntry]) -> None:
    print_table(
        _HEADERS,
        [
            (
                entry.id,
                entry.raised_at,
                entry.severity,
                entry.status,
                entry.alert_type,
                entry.title,
                entry.challenge_name,
                entry.resolved_by or entry.acknowledged_by,
            )
            for entry in entries
        ],
    )


def _print_end(by_severity: Mapping[AlertSeverity, int], next_after: str | None) -> None:
    counts = ", ".join(f"{count} {severity.value}" for severity, count in by_severity.items() if count)
    click.echo(f"In all: {counts}." if counts else "No alerts here.")
    if next_after is not None:
        click.echo(f"There are more: --after {next_after}")


def _print_thresholds(thresholds: ActivityThresholds, *, as_json: bool) -> None:
    if as_json:
        print_document(thresholds.as_json())
        return
    shown = [
        ("Days without a trade", thresholds.inactive_days),
        ("Size in medians", thresholds.size_factor),
        ("Trades before", thresholds.size_trades),
        ("Closings a minute", thresholds.closings_a_minute),
        ("Profit of one trade in parts of the initial balance", thresholds.profit_part),
    ]
    print_pairs((label, "off" if value is None else value) for label, value in shown)
