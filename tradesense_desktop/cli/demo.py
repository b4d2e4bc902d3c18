"""`tradesense demo` and `sample`: something to look at before one's own data is there."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.import_statement import print_result
from tradesense_desktop.cli.output import print_document, terminal_progress
from tradesense_desktop.cli.program import Session
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.make_demo import DemoSize, demo_directory, make_demo
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.settings import resources_directory


@click.command("demo", epilog="Example: tradesense demo --small --no-window")
@click.option("--small", "size", flag_value=DemoSize.SMALL.value, help="A few challenges, made in a moment.")
@click.option("--large", "size", flag_value=DemoSize.LARGE.value, help="One challenge with 100,000 trades among them.")
@click.option("--no-window", is_flag=True, help="Only make it.")
@json_option
@click.pass_obj
def demo_command(session: Session, size: str | None, no_window: bool, as_json: bool) -> int:
    """Make a workspace of its own with demonstration data (once) and open it; delete its folder to be rid of it."""
    directory = demo_directory(session.directory)
    with terminal_progress() as progress:
        made = make_demo(directory, DemoSize(size or DemoSize.SMALL.value), progress)
    if as_json:
        print_document({"workspace": str(directory), "made": made.made_now, "challenges": made.challenges})
    else:
        click.echo(f"{'Made' if made.made_now else 'There is already'} a demo workspace in {directory}")
    return 0 if no_window or as_json else session.show_window(str(directory))


@click.command("sample", epilog="Example: tradesense sample")
@json_option
def sample_command(as_json: bool) -> None:
    """Judge the sample statement that ships with the program, in a workspace that is thrown away afterwards."""
    with TemporaryDirectory(prefix="tradesense-sample-") as folder:
        workspace = open_workspace(Path(folder))
        try:
            request = ImportRequest(path=sample_statement(), preset="tradesense", timezone="Europe/Helsinki")
            with terminal_progress() as progress:
                result = import_statement(workspace, request, progress)
        finally:
            workspace.close()
    if as_json:
        print_document(result.document())
        return
    print_result(result)
    click.echo("\nThis was the sample that ships with the program, in a workspace that is gone again.")
    click.echo("Your own: tradesense import FILE --preset tradesense. With a display, tradesense opens the window.")


def sample_statement() -> Path:
    """The statement that ships in the resources."""
    return resources_directory() / "statements" / "sample_metatrader5_history.html"
