"""`tradesense import`: a statement in, a judged challenge out."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from tradesense_desktop.cli.amount import Amount
from tradesense_desktop.cli.outcome import tell, tell_outcome
from tradesense_desktop.cli.output import print_pairs, print_table, terminal_progress
from tradesense_desktop.cli.owner import named_owner, owner_option
from tradesense_desktop.cli.program import Session
from tradesense_desktop.domain.money import Money, money_text
from tradesense_desktop.services.import_statement import ImportRequest, ImportResult, import_statement

_SKIPPED_SHOWN = 5


def _not_blank(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("an empty answer says nothing.")
    return value


@click.command("import", epilog="Example: tradesense import ReportHistory.html --new --preset tradesense")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--challenge", "challenge_id", metavar="ID", callback=_not_blank, help="Add to this challenge.")
@click.option("--new", "as_new", is_flag=True, help="Make a new challenge, also when the account has one.")
@click.option("--preset", metavar="NAME", callback=_not_blank, help="Rules of a new challenge; journal unless named.")
@click.option("--balance", "initial_balance", type=Amount(), help="Initial balance, where the file does not tell.")
@click.option(
    "--currency", metavar="CODE", callback=_not_blank, help="Currency of the account, where the file does not tell."
)
@click.option(
    "--timezone",
    metavar="ZONE",
    callback=_not_blank,
    help="The platform server's zone: UTC, Europe/Helsinki, America/New_York+7h.",
)
@owner_option
@click.option("--dry-run", is_flag=True, help="Read, reconcile and judge; write nothing.")
@click.option("--accept-differences", is_flag=True, help="Import although the file's own totals differ.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def import_command(session: Session, /, file: Path, owner: str | None, as_json: bool, **answers: Any) -> None:
    """Import a statement of MetaTrader 4 or 5 (history or tester; HTML or XLSX), recognised by its content."""
    workspace = session.workspace()
    request = ImportRequest(path=file, owner_id=named_owner(workspace, owner), **answers)
    with terminal_progress() as progress:
        result = import_statement(workspace, request, progress)
    if as_json:
        tell_outcome(session, result.document(), as_json=True)
    else:
        print_result(result, partial(tell, session))


def print_result(result: ImportResult, tell_end: Callable[[str], None] = click.echo) -> None:
    """Print what was recognised, the reconciliation and the verdict; `tell_end` says where it went."""
    verdict = result.verdict
    print_pairs(
        [
            ("File", result.file_name),
            ("Recognised as", result.format_title),
            ("Account", result.account),
            ("Period (UTC)", " – ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in result.period or ())),
            ("Server time zone", result.timezone),
            ("Preset", result.preset),
            ("Trades", f"{result.trades_read} read, {result.trades_added} added"),
            ("After the end", f"{result.trades_after_end} not recorded" if result.trades_after_end else None),
        ]
    )
    click.echo()
    print_table(
        ("Reconciliation", "found", "stated", "difference"),
        [
            (
                line.label,
                _amount_or_count(line.found),
                _amount_or_count(line.stated),
                _amount_or_count(line.difference),
            )
            for line in result.reconciliation
        ],
        right=frozenset({1, 2, 3}),
    )
    click.echo("The file agrees with its own totals." if result.reconciled else "The file differs from its own totals.")
    if result.skipped:
        click.echo(f"\n{len(result.skipped)} rows are rightly no part of the ledger:")
        for row in result.skipped[:_SKIPPED_SHOWN]:
            click.echo(f"  line {row.line}, number {row.number}: {row.reason}")
        if len(result.skipped) > _SKIPPED_SHOWN:
            click.echo(f"  … and {len(result.skipped) - _SKIPPED_SHOWN} more (--json lists them)")
    for note in result.notes:
        click.echo(note)
    click.echo(f"\n{verdict.sentence} ({verdict.quality.value})")
    tell_end(f"Challenge {result.challenge_id}" if result.challenge_id else "Dry run: nothing was written.")


def _amount_or_count(value: Money | int | None) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, int) else money_text(value)
