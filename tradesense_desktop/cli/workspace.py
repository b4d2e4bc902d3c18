"""`tradesense workspace …`: make a workspace, encrypted as a whole if wanted, and open it again from paper."""

from pathlib import Path

import click

from tradesense_desktop.cli.key import read_sheet_file, write_sheet_file
from tradesense_desktop.cli.program import Session, secret
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.export_store_sheet import export_store_sheet
from tradesense_desktop.services.open_workspace import is_made, needs_passphrase, open_workspace
from tradesense_desktop.services.read_key_status import system_has_keyring
from tradesense_desktop.services.recover_workspace import recover_workspace
from tradesense_desktop.settings import PASSPHRASE_VARIABLE

_QUESTION = "Passphrase of the workspace"


@click.group("workspace", epilog="Example: tradesense --workspace ~/firm workspace new --encrypted")
def workspace_group() -> None:
    """The folder that holds everything: made by itself on first use, or here to be encrypted as a whole."""


@workspace_group.command("new", epilog="Example: tradesense --workspace ~/firm workspace new --encrypted")
@click.option("--encrypted", is_flag=True, help="Encrypt the whole store (needs the extra sqlcipher).")
@click.pass_obj
def new_command(session: Session, encrypted: bool) -> None:
    """Make a workspace in the folder that --workspace names."""
    if is_made(session.directory):
        raise Refused(f"There is a workspace in {session.directory} already; name a new folder.", "--workspace")
    passphrase = None
    if encrypted and not system_has_keyring():
        click.echo("This system has no keyring: the key is kept in keys.json, under a passphrase.", err=True)
        passphrase = secret(PASSPHRASE_VARIABLE, _QUESTION, confirm=True)
    open_workspace(session.directory, encrypted=encrypted, passphrase=passphrase).close()
    click.echo(f"The workspace is in {session.directory}.")
    if encrypted:
        click.echo("Write its recovery sheet now (tradesense workspace sheet): without the key all of it is lost.")


@workspace_group.command("sheet", epilog="Example: tradesense workspace sheet -o recovery.txt")
@click.option("-o", "--output", "path", required=True, metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def sheet_command(session: Session, path: Path) -> None:
    """Write the recovery sheet of an encrypted workspace into a new file that only you can read."""
    workspace = session.workspace()
    passphrase = secret(PASSPHRASE_VARIABLE, _QUESTION) if needs_passphrase(session.directory) else None
    write_sheet_file(path, lambda: export_store_sheet(workspace, passphrase=passphrase))


@workspace_group.command("recover", epilog="Example: tradesense --workspace ~/firm workspace recover recovery.txt")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def recover_command(session: Session, path: Path) -> None:
    """Take the key of an encrypted workspace from its recovery sheet, when keyring or passphrase are gone."""
    text = read_sheet_file(path)
    passphrase = None if system_has_keyring() else secret(PASSPHRASE_VARIABLE, f"New {_QUESTION.lower()}", confirm=True)
    recover_workspace(session.directory, text, passphrase=passphrase)
    click.echo(f"This machine holds the key of {session.directory} again.")
