"""Saying what a command has come to: done in a local workspace, waiting for the server in a firm's."""

from typing import Any

import click

from tradesense_desktop.cli.output import plain, print_document
from tradesense_desktop.cli.program import Session


def tell_outcome(session: Session, document: Any, *sentences: str, as_json: bool) -> None:
    """Print what a command has changed: its sentences, or one JSON document.

    Where it waits for the firm's server the first sentence says so, and the document has the number of what waits as
    `pending`.
    """
    pending = session.new_pending()
    if as_json:
        printed = plain(document)
        if pending and isinstance(printed, dict):
            printed["pending"] = pending
        print_document(printed)
        return
    tell(session, *sentences)


def tell(session: Session, *sentences: str) -> None:
    """Print sentences about what was changed; in a firm they are said to hold once the server has confirmed them."""
    pending = session.new_pending()
    before = f"Waits for the server ({pending} pending; tradesense sync sends it). Once confirmed: " if pending else ""
    for sentence in sentences:
        click.echo(f"{before}{sentence}")
        before = ""
