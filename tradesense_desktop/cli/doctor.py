"""`tradesense doctor`: versions, paths, the store's health, the display, the way to a firm's server."""

import os

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.display import has_display, missing_packages, missing_packages_sentence
from tradesense_desktop.cli.output import print_document, print_pairs
from tradesense_desktop.cli.program import PASSWORD_VARIABLE, REFUSED, Session
from tradesense_desktop.services.examine_health import examine_health


@click.command("doctor", epilog="Example: tradesense doctor --json")
@json_option
@click.pass_obj
def doctor_command(session: Session, as_json: bool) -> int:
    """Say what is installed, where things are, and whether the store is sound.

    In a firm's workspace also whether its server answers, and with TRADESENSE_PASSWORD whether it lets you in.
    """
    health = examine_health(session.directory, os.environ.get(PASSWORD_VARIABLE, ""))
    packages = missing_packages()
    if packages:
        window = missing_packages_sentence(packages)
    else:
        window = "can be shown" if has_display() else "no display here; the command line works without one"
    if as_json:
        print_document({**health.document(), "window": window})
    else:
        print_pairs([*health.pairs(), ("Window", window)])
    return 0 if health.healthy else REFUSED
