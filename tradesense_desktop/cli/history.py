"""`tradesense events` and `replay`: what happened, and how it stood at any moment."""

from datetime import UTC, datetime

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.output import print_document, print_pairs, print_table
from tradesense_desktop.cli.program import Session
from tradesense_desktop.domain.money import money_text
from tradesense_desktop.services.read_challenges import find_challenge
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.replay_challenge import replay_challenge


class _Instant(click.ParamType[datetime]):
    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time; write it as 2026-03-06T11:00:00Z.", param, ctx)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@click.command("events", epilog="Example: tradesense events 0192f0c1 --last 10")
@click.argument("challenge_id", metavar="ID")
@click.option("--last", type=click.IntRange(min=1), help="Only the newest so many.")
@json_option
@click.pass_obj
def events_command(session: Session, challenge_id: str, last: int | None, as_json: bool) -> None:
    """List the events of a challenge, oldest first, with their hashes."""
    workspace = session.workspace()
    rows = read_all_events(workspace, find_challenge(workspace, challenge_id), last=last)
    if as_json:
        print_document(rows)
        return
    print_table(
        ("#", "occurred (UTC)", "event", "hash", "what"),
        [(row.sequence_number, row.occurred_at, row.event_type, row.hash[:12], row.description) for row in rows],
        right=frozenset({0}),
    )


@click.command("replay", epilog="Example: tradesense replay 0192f0c1 --at 2026-03-06T11:00:00Z")
@click.argument("challenge_id", metavar="ID")
@click.option("--to", "number", type=click.IntRange(min=1), help="The state after this event.")
@click.option("--at", "moment", type=_Instant(), help="The state at this time (UTC unless it says otherwise).")
@json_option
@click.pass_obj
def replay_command(
    session: Session, challenge_id: str, number: int | None, moment: datetime | None, as_json: bool
) -> None:
    """Rebuild a challenge from its events, whole or up to a moment."""
    if number is not None and moment is not None:
        raise click.UsageError("Name --to or --at, not both.")
    workspace = session.workspace()
    replayed = replay_challenge(workspace, find_challenge(workspace, challenge_id), to=number, at=moment)
    if as_json:
        print_document(replayed)
        return
    challenge = replayed.challenge
    print_pairs(
        [
            ("Events replayed", f"{replayed.events_applied} of {replayed.events_in_all}"),
            ("Last event", replayed.last_event),
            ("Status", challenge.status),
            ("Balance", f"{money_text(challenge.current_balance)} {challenge.currency}"),
            ("Equity", f"{money_text(challenge.current_equity)} {challenge.currency}"),
            ("Highest equity", money_text(challenge.max_equity_ever)),
            ("Trades", challenge.total_trades),
            ("Net of trades", money_text(challenge.total_pnl)),
            ("Trading date", challenge.trading_date),
            ("Failure", challenge.failure_reason),
            ("Equals the stored row", {True: "yes", False: "no", None: None}[replayed.equals_stored]),
        ]
    )
