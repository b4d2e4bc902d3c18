"""`tradesense connect` and `sync`: a firm's workspace, and how it stands to its server."""

import threading

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.output import print_document, print_pairs, print_table, terminal_progress
from tradesense_desktop.cli.program import PASSWORD_VARIABLE, Session, secret
from tradesense_desktop.services.connect_firm import connect_firm, diagnose, rebuild
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.read_pending import PendingView, count_pending, read_pending
from tradesense_desktop.services.read_sync import is_fetched, read_sync
from tradesense_desktop.services.sync_workspace import FirmSync, RebuildWanted, SyncOutcome, SyncState, sync_once

_FINDINGS = 3
_WAITING_FOR_A_PERSON = ("rejected", "held")


@click.command(
    "connect", epilog="Example: tradesense connect postgresql://u_0123456789abcdef0123456789abcdef@db.example.com/firm"
)
@click.argument("url", metavar="URL")
@click.option(
    "--tls",
    type=click.Choice(["verified", "pooler", "unverified"]),
    default="verified",
    show_default=True,
    help="How the server proves who it is; behind a pooler weaker, unverified not at all.",
)
@click.option("--check", is_flag=True, help="Only look whether everything is right; nothing is fetched.")
@json_option
@click.pass_obj
def connect_command(session: Session, url: str, *, tls: str, check: bool, as_json: bool) -> int:
    """Make the workspace in this folder a copy of what you may see on a firm's server, and keep it one.

    The password of the login in URL is TRADESENSE_PASSWORD or asked for; it is stored nowhere.
    """
    password = secret(PASSWORD_VARIABLE, "Your password at the firm")
    with terminal_progress() as progress:
        if check:
            diagnosis = diagnose(url, password, tls=tls, progress=progress)
        else:
            connect_firm(session.directory, url, password, tls=tls, progress=progress)
    if not check:
        _show_status(session, as_json=as_json)
        return 0
    if as_json:
        print_document(diagnosis)
    else:
        print_table(("what", "", ""), [(line.step, line.outcome, line.sentence) for line in diagnosis.lines])
    return 0 if diagnosis.is_ok else _FINDINGS


@click.group("sync", invoke_without_command=True, epilog="Example: tradesense sync --watch")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C, and print every change.")
@json_option
@click.pass_context
def sync_group(context: click.Context, *, watch: bool, as_json: bool) -> None:
    """Send what waits to the firm's server and take what is new there; where needed, fetch the copy anew."""
    if context.invoked_subcommand is not None:
        return
    session: Session = context.obj
    _fetch_where_missing(session)
    if watch:
        _watch(session, as_json=as_json)
        return
    outcome = _synchronise(session)
    if as_json:
        print_document(outcome)
        return
    print_pairs(
        [
            ("Rows taken", outcome.rows),
            ("Commands taken by the server", outcome.applied),
            ("Commands refused", outcome.rejected),
            ("Waiting", outcome.pending),
            ("Waiting for you", outcome.refused),
        ]
    )
    for quarantine in outcome.quarantines:
        click.echo(f"{'ALARM: ' if quarantine.is_alarm else ''}{quarantine.sentence}", err=True)


@sync_group.command("status", epilog="Example: tradesense sync status --json")
@json_option
@click.pass_obj
def status_command(session: Session, as_json: bool) -> None:
    """Show to which server the workspace is bound, how far it has come, and what waits. Asks no server."""
    _show_status(session, as_json=as_json)


@sync_group.command("conflicts", epilog="Example: tradesense sync conflicts")
@json_option
@click.pass_obj
def conflicts_command(session: Session, as_json: bool) -> None:
    """List what the server has refused, with its reason; folded under the first that it follows from."""
    waiting = [view for view in read_pending(session.workspace()) if view.state in _WAITING_FOR_A_PERSON]
    if as_json:
        print_document(waiting)
        return
    print_table(("#", "when (UTC)", "what", "state", "why"), [_conflict(view) for view in waiting])


def _conflict(view: PendingView) -> tuple[object, ...]:
    what = view.title if view.follows_id is None else f"  after #{view.follows_id}: {view.title}"
    return view.id, view.issued_at, what, view.state, view.reason


def _synchronise(session: Session) -> SyncOutcome:
    with terminal_progress() as progress:
        try:
            return sync_once(session.workspace(), progress=progress)
        except RebuildWanted:
            _rebuild(session)
            return sync_once(session.workspace(), progress=progress)


def _fetch_where_missing(session: Session) -> None:
    """Fetch the copy of a workspace that was bound and never got it: nobody could sign in to that."""
    workspace = session.workspace_of_nobody()
    if workspace.firm is not None and not is_fetched(workspace):
        _rebuild(session)


def _rebuild(session: Session) -> None:
    session.close()
    password = secret(PASSWORD_VARIABLE, "Your password at the firm")
    with terminal_progress() as progress:
        rebuild(session.directory, password, progress)
    click.echo("The local copy was fetched anew.", err=True)


def _watch(session: Session, *, as_json: bool) -> None:
    """Synchronise until somebody stops it, or the copy has to be fetched anew."""
    ended = threading.Event()
    sentences: list[str] = []

    def tell(state: SyncState) -> None:
        if state.phase == "syncing":
            return
        if as_json:
            print_document(state)
        elif sentences[-1:] != [state.sentence]:
            click.echo(state.sentence)
        sentences.append(state.sentence)
        if state.phase == "rebuild":
            ended.set()

    workspace = session.workspace()
    if workspace.firm is None:
        raise Refused("This workspace belongs to no firm; there is nothing to synchronise.", "tradesense connect URL")
    sync = FirmSync(workspace, tell=tell)
    sync.start()
    try:
        ended.wait()
    finally:
        sync.stop()
    raise RebuildWanted(sentences[-1], "tradesense sync")


def _show_status(session: Session, *, as_json: bool) -> None:
    workspace = session.workspace_of_nobody()
    status = read_sync(workspace)
    waiting = count_pending(workspace)
    if as_json:
        print_document({"status": status, "pending": waiting.pending, "refused": waiting.refused})
        return
    print_pairs(
        [
            ("Server", status.address),
            ("Login", status.login),
            ("Role", status.role),
            ("Security", status.tls),
            ("Challenges here", status.challenges),
            ("Streams here", status.streams),
            ("Waiting", waiting.pending),
            ("Waiting for you", waiting.refused),
        ]
    )
    for quarantine in status.quarantines:
        click.echo(f"{'ALARM: ' if quarantine.is_alarm else ''}{quarantine.sentence}", err=True)
