"""Stores for tests, made and opened as the program makes and opens them."""

from pathlib import Path
from typing import Any


def make_store(path: Path) -> None:
    """A new store with the schema in it, by the program's own way."""
    from tradesense_desktop.store.migrations import make_store as make

    make(path)


def open_store(path: Path) -> Any:
    """A connection of ours in autocommit mode."""
    from tradesense_desktop.store.connection import connect

    return connect(path)
