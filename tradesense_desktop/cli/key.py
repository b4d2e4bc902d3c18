"""`tradesense key …`: the key that seals private data, its replacement, and its recovery sheet."""

import os
from collections.abc import Callable
from pathlib import Path

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.output import print_document, print_pairs
from tradesense_desktop.cli.program import Session, secret
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.export_recovery_sheet import export_recovery_sheet
from tradesense_desktop.services.import_recovery_sheet import import_recovery_sheet
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.services.read_key_status import KeyHolder, KeyState, KeyStatus, read_key_status
from tradesense_desktop.services.rotate_key import rotate_key
from tradesense_desktop.services.unlock_key import unlock_key
from tradesense_desktop.settings import PASSPHRASE_VARIABLE

_LARGEST_SHEET = 100_000
_PRIVATE = 0o600
_PLACES = {
    KeyHolder.KEYRING: "the keyring of the system",
    KeyHolder.FILE: "keys.json, under a passphrase",
    None: "not on this machine, or in a keyring that is locked",
}


@click.group("key", epilog="Example: tradesense key status")
def key_group() -> None:
    """The key that seals private data.

    It lies in the keyring of the system. Without one it lies in keys.json in the folder of the workspace, under a
    passphrase (asked for, or TRADESENSE_KEY_PASSPHRASE); never in plain text.
    """


@key_group.command("status", epilog="Example: tradesense key status --json")
@json_option
@click.pass_obj
def status_command(session: Session, as_json: bool) -> None:
    """Say whether there is a key, where it lies, and whether it is open here."""
    _show(read_key_status(session.workspace()), as_json=as_json)


@key_group.command("new", epilog="Example: tradesense key new")
@json_option
@click.pass_obj
def new_command(session: Session, as_json: bool) -> None:
    """Make the first key: from then on private data that is written is sealed."""
    workspace = _managed(session)
    _show(make_key(workspace, passphrase=_new_passphrase(read_key_status(workspace))), as_json=as_json)
    if not as_json:
        click.echo(
            "Write a recovery sheet now (tradesense key export): without the key nobody can open what is sealed."
        )


@key_group.command("unlock", epilog="Example: tradesense key unlock")
@json_option
@click.pass_obj
def unlock_command(session: Session, as_json: bool) -> None:
    """Try whether the key opens here; a replacement that was interrupted is finished."""
    workspace = session.workspace()
    _show(unlock_key(workspace, passphrase=_passphrase(read_key_status(workspace))), as_json=as_json)


@key_group.command("rotate", epilog="Example: tradesense key rotate --new-passphrase")
@click.option("--new-passphrase", "asks_for_new", is_flag=True, help="Ask for another passphrase for keys.json.")
@json_option
@click.pass_obj
def rotate_command(session: Session, asks_for_new: bool, as_json: bool) -> None:
    """Replace the key by a new one; stopped anywhere, it goes on when it is called again.

    The new passphrase is asked for, or TRADESENSE_NEW_KEY_PASSPHRASE.
    """
    workspace = _managed(session)
    status = read_key_status(workspace)
    passphrase = _passphrase(status)
    new = (
        secret("TRADESENSE_NEW_KEY_PASSPHRASE", "New passphrase of the key file", confirm=True)
        if asks_for_new and not status.system_has_keyring
        else None
    )
    _show(rotate_key(workspace, passphrase=passphrase, new_passphrase=new), as_json=as_json)
    if not as_json:
        click.echo("Recovery sheets of the old key are of no use now: write a new one (tradesense key export).")


@key_group.command("export", epilog="Example: tradesense key export -o recovery.txt")
@click.option("-o", "--output", "path", required=True, metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def export_command(session: Session, path: Path) -> None:
    """Write the recovery sheet into a new file that only you can read."""
    workspace = _managed(session)
    write_sheet_file(path, lambda: export_recovery_sheet(workspace, passphrase=_passphrase(read_key_status(workspace))))


@key_group.command("import", epilog="Example: tradesense key import recovery.txt")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def import_command(session: Session, path: Path, as_json: bool) -> None:
    """Take the key from a recovery sheet, as it was exported or typed in again."""
    workspace = _managed(session)
    text = read_sheet_file(path)
    status = import_recovery_sheet(workspace, text, passphrase=_new_passphrase(read_key_status(workspace)))
    _show(status, as_json=as_json)


def write_sheet_file(path: Path, sheet: Callable[[], str]) -> None:
    """Write a recovery sheet into a new file that nobody else can read; it is made only where the name is free."""
    if path.exists():
        raise Refused(f"{path} is there already; name a new file.")
    text = sheet()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror or error}).") from error
    click.echo(f"The recovery sheet is in {path}: print it, put it away, and delete the file.")


def read_sheet_file(path: Path) -> str:
    """The text of a file that should hold a recovery sheet."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_SHEET + 1)
        if len(content) > _LARGEST_SHEET:
            raise Refused(f"{path} is no recovery sheet: it is far too long.")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is no recovery sheet: it is no text.") from error


def _managed(session: Session) -> Workspace:
    """The workspace, for whoever may manage its keys: nobody is asked for a passphrase that is of no use."""
    workspace = session.workspace()
    require(workspace, Right.MANAGE_KEYS)
    return workspace


def _passphrase(status: KeyStatus) -> str | None:
    """The passphrase of the key file, where that is what opens the key; None where nothing has to be asked."""
    return secret(PASSPHRASE_VARIABLE, "Passphrase of the key file") if status.holder is KeyHolder.FILE else None


def _new_passphrase(status: KeyStatus) -> str | None:
    """The passphrase under which a key is going to be kept; None where the system has a keyring."""
    if status.system_has_keyring:
        return None
    click.echo(
        "This system has no keyring: the key is kept in keys.json of the workspace, under a passphrase.", err=True
    )
    return secret(PASSPHRASE_VARIABLE, "Passphrase of the key file", confirm=True)


def _show(status: KeyStatus, *, as_json: bool) -> None:
    if as_json:
        print_document(status)
        return
    if status.state is KeyState.NONE:
        click.echo("This workspace has no key: what would have to be sealed is not kept. Make one: tradesense key new")
        return
    print_pairs(
        (
            ("Key", status.key_id),
            ("State", status.state),
            ("Lies in", _PLACES[status.holder]),
            ("People with a key", status.people_with_key),
            ("People erased", status.people_erased),
            *(
                (("Replacement", "not finished; it goes on when the key is unlocked"),)
                if status.is_being_replaced
                else ()
            ),
        )
    )
