"""`tradesense server …`: a PostgreSQL becomes a firm's server, is kept up to date, watched, and tried out."""

from __future__ import annotations

import shlex
import signal
import threading
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.output import print_document
from tradesense_desktop.cli.program import secret

if TYPE_CHECKING:
    from tradesense_desktop.services.administer_server import IdleSession, ServerStatus
    from tradesense_desktop.services.prepare_server import PreparedServer
    from tradesense_desktop.services.try_server import TrialServer

_SERVER_PASSWORD = "TRADESENSE_SERVER_PASSWORD"  # noqa: S105 - the name of a variable
_NEW_PASSWORD = "TRADESENSE_NEW_PASSWORD"  # noqa: S105
_SECONDS_BETWEEN_LOOKS = 5.0


def _superusers_password(url: str) -> str:
    """The password of whom the address names; the address itself holds none and may be shown."""
    return secret(_SERVER_PASSWORD, f"Password for {url[:120]}")


@click.group("server", epilog="Example: tradesense server init postgresql://postgres@db.example.com/firm")
def server_group() -> None:
    """The firm's server: a PostgreSQL 15 to 18 that the desktops of a firm share."""


@server_group.command(
    "init", epilog="Example: tradesense server init postgresql://postgres@db.example.com/firm --admin sue@example.com"
)
@click.argument("url")
@click.option("--admin", "email", metavar="EMAIL", help="Enter the first super-administrator too.")
@json_option
def init_command(url: str, email: str | None, as_json: bool) -> None:
    """Make the empty database at URL a firm's server, as a superuser of its PostgreSQL; again changes nothing.

    Passwords are asked for, or TRADESENSE_SERVER_PASSWORD (the superuser's) and TRADESENSE_NEW_PASSWORD (the first
    super-administrator's).
    """
    from tradesense_desktop.services.prepare_server import prepare_server

    prepared = prepare_server(
        url,
        partial(_superusers_password, url),
        email=email,
        new_password=partial(secret, _NEW_PASSWORD, f"First password of {email}", confirm=True),
    )
    _tell_prepared(prepared, as_json=as_json)


@server_group.command("migrate", epilog="Example: tradesense server migrate postgresql://postgres@db.example.com/firm")
@click.argument("url")
@json_option
def migrate_command(url: str, as_json: bool) -> None:
    """Bring the firm's server at URL to the state that this program knows; all of it or nothing."""
    from tradesense_desktop.services.prepare_server import migrate_server

    _tell_prepared(migrate_server(url, partial(_superusers_password, url)), as_json=as_json)


def _tell_prepared(prepared: PreparedServer, *, as_json: bool) -> None:
    if as_json:
        print_document(prepared)
        return
    state = "is up to date" if prepared.was_there else "is a firm's server now"
    click.echo(f"The database {prepared.database} {state} (schema {prepared.schema_version}).")
    if prepared.first is not None:
        click.echo(f"{prepared.first.email} is the first super-administrator, and connects with")
        click.echo(f"  tradesense connect {shlex.quote(prepared.first.address)}")


@server_group.command("status", epilog="Example: tradesense server status postgresql://postgres@db.example.com/firm")
@click.argument("url")
@click.option("--watch", is_flag=True, help="Go on, and end sessions that hold a transaction and do nothing.")
@json_option
def status_command(url: str, watch: bool, as_json: bool) -> None:
    """Show versions, people and streams of the server at URL, and sessions that stand idle in a transaction."""
    from tradesense_desktop.services.administer_server import examine_server, watch_server

    password = cache(partial(_superusers_password, url))
    status = examine_server(url, password)
    if as_json:
        print_document(status)
    else:
        _tell_status(status)
    if watch:
        _until_interrupted(partial(watch_server, url, password, _tell_ended))


def _tell_status(status: ServerStatus) -> None:
    people = ", ".join(f"{number} {who}" for who, number in status.people.items()) or "nobody yet"
    click.echo(f"PostgreSQL       {status.postgresql}, database {status.database}")
    click.echo(f"Schema           {status.schema_version}, API {status.api_version}, instance {status.instance}")
    click.echo(f"People           {people}")
    click.echo(f"Streams          {status.streams} with {status.entries} entries, {status.devices} devices")
    for session in status.idle_sessions:
        click.echo(f"Idle             {session.login} in a transaction for {session.seconds} s (process {session.pid})")
    if status.open_databases:
        click.echo(f"Open to all      {', '.join(status.open_databases)}: keep people out of them in pg_hba.conf")


def _tell_ended(session: IdleSession) -> None:
    click.echo(f"Ended the session of {session.login}: {session.seconds} s idle in a transaction.")


@server_group.command("new-epoch", epilog="Example: tradesense server new-epoch postgresql://postgres@db/firm")
@click.argument("url")
@click.option("--yes", is_flag=True, help="Do not ask.")
def new_epoch_command(url: str, yes: bool) -> None:
    """Say that the server at URL was restored from a backup: every desktop then fetches its copy anew."""
    from tradesense_desktop.services.administer_server import begin_epoch

    if not yes:
        click.confirm("Every desktop will fetch everything anew. Was this server restored from a backup?", abort=True)
    streams = begin_epoch(url, partial(_superusers_password, url))
    click.echo(f"A new epoch has begun in {streams} streams.")


@server_group.command("dev", epilog="Example: tradesense server dev")
@click.option(
    "--directory",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Make its temporary folder in here.",
)
@json_option
def dev_command(directory: Path | None, as_json: bool) -> None:
    """Start a PostgreSQL of its own with a firm of demo people, to try things out; it is gone when this ends."""
    from tradesense_desktop.services.try_server import trial_server

    with trial_server(directory) as trial:
        if as_json:
            print_document(trial)
        else:
            _tell_trial(trial)
        _until_interrupted(_wait_for_ever)
    click.echo("The server and all that was in it are gone.", err=True)


def _tell_trial(trial: TrialServer) -> None:
    click.echo(f"A firm's server runs on 127.0.0.1, port {trial.port}, until this ends (Ctrl-C).")
    click.echo("Each of them in a folder and a terminal of their own:")
    for person in trial.people:
        folder = person.email.partition("@")[0]
        click.echo(f"\n{person.title}, password {person.password}")
        click.echo(
            f"  TRADESENSE_PASSWORD={shlex.quote(person.password)} tradesense --workspace {folder}-firm"
            f" connect {shlex.quote(person.address)}"
        )


def _until_interrupted(action: Any) -> None:
    """Run `action` with a pause that ends at Ctrl-C or SIGTERM, which both mean: that was it."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, stop)
    try:
        action(_pause)
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, former)


def _pause() -> bool:
    threading.Event().wait(_SECONDS_BETWEEN_LOOKS)
    return True


def _wait_for_ever(pause: Any) -> None:
    while pause():
        pass
