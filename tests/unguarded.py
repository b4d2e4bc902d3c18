"""Transactions under nobody's authority: for histories in which traders and administrators take turns in one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2
from sqlalchemy import NullPool, create_engine

from tradesense_desktop.store.connection import connect
from tradesense_desktop.store.outer_keys import OuterKeys
from tradesense_desktop.store.transaction import Stop, Transaction


@contextmanager
def undone_transaction(path: Path) -> Iterator[Transaction]:
    """A transaction on a connection of ours, with the guards of the schema and none by role; taken back at its end."""
    engine = create_engine("sqlite://", module=dbapi2, creator=lambda: connect(path), poolclass=NullPool)
    with engine.connect() as core:
        core.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield Transaction(core, OuterKeys(path.parent), Stop())
        finally:
            core.rollback()
