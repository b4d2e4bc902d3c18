"""`tradesense metrics`: the figures of a ledger, each with its formula."""

from decimal import Decimal

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.output import print_document, print_table
from tradesense_desktop.cli.program import Session
from tradesense_desktop.services.read_challenges import find_challenge
from tradesense_desktop.services.read_metrics import read_metrics


@click.command("metrics", epilog="Example: tradesense metrics 0192f0c1")
@click.argument("challenge_id", metavar="ID")
@json_option
@click.pass_obj
def metrics_command(session: Session, challenge_id: str, as_json: bool) -> None:
    """Show the metrics of a challenge with their formulas; – where one is not defined."""
    workspace = session.workspace()
    metrics = read_metrics(workspace, find_challenge(workspace, challenge_id))
    if as_json:
        print_document(metrics)
        return
    print_table(
        ("metric", "value", "unit", "formula"),
        [(metric.label, _value_text(metric.value), metric.unit, metric.formula) for metric in metrics],
        right=frozenset({1}),
    )


def _value_text(value: Decimal | int | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.4f}".rstrip("0").rstrip(".")
