"""`tradesense challenges`, `challenge`, `trades` and `archive`: what is in the workspace."""

import click

from tradesense_desktop.cli.outcome import tell
from tradesense_desktop.cli.output import print_document, print_pairs, print_table
from tradesense_desktop.cli.program import Session
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.money import ZERO, money_text
from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.read_challenges import find_challenge, read_challenge, read_challenges
from tradesense_desktop.services.read_ledger import read_trades

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command("challenges", epilog="Example: tradesense challenges --status ACTIVE")
@click.option(
    "--status",
    type=click.Choice([status.value for status in ChallengeStatus], case_sensitive=False),
    help="Only these.",
)
@click.option("--all", "include_archived", is_flag=True, help="Archived ones too.")
@json_option
@click.pass_obj
def challenges_command(session: Session, status: str | None, include_archived: bool, as_json: bool) -> None:
    """List the challenges of this workspace."""
    summaries = [
        summary
        for summary in read_challenges(session.workspace(), include_archived=include_archived)
        if status is None or summary.challenge.status == status.upper()
    ]
    if as_json:
        print_document(
            [{**_row(summary.challenge), "name": summary.name, "preset": summary.preset} for summary in summaries]
        )
        return
    if not summaries:
        click.echo("No challenges here. Bring one in with: tradesense import FILE")
        return
    print_table(
        ("id", "name", "preset", "status", "trades", "equity", "", "verdict"),
        [
            (
                summary.challenge.id,
                summary.name,
                summary.preset,
                summary.challenge.status,
                summary.challenge.total_trades,
                money_text(summary.challenge.current_equity),
                summary.challenge.currency,
                summary.verdict.sentence,
            )
            for summary in summaries
        ],
        right=frozenset({4, 5}),
    )


@click.command("challenge", epilog="Example: tradesense challenge 0192f0c1 --json")
@click.argument("challenge_id", metavar="ID")
@json_option
@click.pass_obj
def challenge_command(session: Session, challenge_id: str, as_json: bool) -> None:
    """Show one challenge: its row, its limits, its verdict. ID may be the beginning of one."""
    workspace = session.workspace()
    picture = read_challenge(workspace, find_challenge(workspace, challenge_id))
    summary = picture.summary
    challenge = summary.challenge
    if as_json:
        print_document(
            {**_row(challenge), "preset": summary.preset, "verdict": summary.verdict, "limits": summary.limits}
        )
        return
    currency = challenge.currency
    pairs: list[tuple[str, object]] = [
        ("Challenge", challenge.id),
        ("Name", summary.name),
        ("Preset", summary.preset),
        ("Status", challenge.status),
        ("Verdict", f"{summary.verdict.sentence} ({summary.verdict.quality.value})"),
        ("Initial balance", f"{money_text(challenge.initial_balance)} {currency}"),
        ("Balance", f"{money_text(challenge.current_balance)} {currency}"),
        ("Equity", f"{money_text(challenge.current_equity)} {currency}"),
        ("Highest equity", f"{money_text(challenge.max_equity_ever)} {currency}"),
        ("Net of trades", f"{money_text(challenge.total_pnl)} {currency}"),
        ("Other results", f"{money_text(challenge.adjustments_total)} {currency}"),
        ("Paid in and out", f"{money_text(challenge.outside_money)} {currency}"),
        ("Trades", challenge.total_trades),
        ("Events", picture.events),
        ("Trading days", summary.limits.trading_days),
    ]
    for label, limit in (("Daily loss", summary.limits.daily_loss), ("Maximum loss", summary.limits.maximum_loss)):
        if limit is not None:
            pairs.append(
                (
                    label,
                    f"floor {money_text(limit.floor)}, room {money_text(limit.room)}, {max(limit.used, ZERO):.1%} used",
                )
            )
    target = summary.limits.target
    if target is not None:
        pairs.append(("Target", f"{money_text(target.equity)}, {target.progress:.1%} made"))
    pairs.append(("Day resets", picture.reset_description))
    print_pairs(pairs)


@click.command("trades", epilog="Example: tradesense trades 0192f0c1 --last 20")
@click.argument("challenge_id", metavar="ID")
@click.option("--last", type=click.IntRange(min=1), help="Only the newest so many.")
@json_option
@click.pass_obj
def trades_command(session: Session, challenge_id: str, last: int | None, as_json: bool) -> None:
    """List the ledger of a challenge, oldest first."""
    workspace = session.workspace()
    rows = read_trades(workspace, find_challenge(workspace, challenge_id), last=last)
    if as_json:
        print_document(rows)
        return
    print_table(
        ("#", "closed (UTC)", "trade", "symbol", "side", "quantity", "price", "net", "equity", "rule"),
        [
            (
                row.sequence_number,
                row.executed_at,
                row.trade_id,
                row.symbol,
                row.side,
                row.quantity,
                row.price,
                money_text(row.realized_pnl),
                None if row.equity is None else money_text(row.equity),
                row.rule,
            )
            for row in rows
        ],
        right=frozenset({0, 5, 6, 7, 8}),
    )


@click.command("archive", epilog="Example: tradesense archive 0192f0c1")
@click.argument("challenge_id", metavar="ID")
@click.pass_obj
def archive_command(session: Session, challenge_id: str) -> None:
    """Hide a challenge that was a mistake; nothing is deleted, and its file can be imported anew."""
    workspace = session.workspace()
    full_id = find_challenge(workspace, challenge_id)
    archive_challenge(workspace, full_id)
    tell(session, f"Challenge {full_id} is archived; tradesense challenges --all still lists it.")


def _row(challenge: Challenge) -> dict[str, object]:
    return {name: getattr(challenge, name) for name in Challenge.__dataclass_fields__}
