"""The fingerprint of a schema: one hash over everything that SQLite says a store is made of."""

from hashlib import sha256
from typing import Any

from pysqlite3 import dbapi2

_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name, tbl_name"


def fingerprint(connection: dbapi2.Connection) -> str:
    """SHA-256 over every table, index, trigger and view with its text, as 64 hexadecimal digits.

    White space and comments count: the text of a store's schema is written by the program alone.
    """
    digest = sha256()
    for row in connection.execute(_OBJECTS):
        digest.update(_line(row))
    return digest.hexdigest()


def _line(row: tuple[Any, ...]) -> bytes:
    fields = ["" if field is None else str(field) for field in row]
    return b"".join(len(encoded).to_bytes(8, "big") + encoded for encoded in (field.encode() for field in fields))
