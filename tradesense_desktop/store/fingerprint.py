"""The fingerprint of a schema: one hash over everything that SQLite says a store is made of."""

import re
from hashlib import sha256
from typing import Final, TypeAlias

from pysqlite3 import dbapi2

Structure: TypeAlias = tuple[tuple[str, str, str, str | None], ...]
"""Type, name, table and text of every table, index, trigger and view, in order."""

_OBJECTS: Final = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name, tbl_name"
_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\s+|[A-Za-z0-9_.$]+|.", re.DOTALL)


def read_structure(connection: dbapi2.Connection) -> Structure:
    """What the store is made of, as SQLite keeps it."""
    return tuple(connection.execute(_OBJECTS))


def fingerprint(structure: Structure) -> str:
    """SHA-256 over a structure, as 64 hexadecimal digits; comments and white space do not count.

    So a store that was migrated, or made from an earlier printing of the same schema, has the same fingerprint.
    """
    digest = sha256()
    for row in structure:
        for field in (*row[:3], _normal(row[3] or "")):
            encoded = field.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def is_same(first: Structure, second: Structure) -> bool:
    """Whether two structures have one fingerprint; quick where they are the same to the letter."""
    return first == second or fingerprint(first) == fingerprint(second)


def _normal(sql: str) -> str:
    """The tokens of a statement, one space between two of them."""
    tokens = (match.group() for match in _TOKEN.finditer(sql))
    return " ".join(token for token in tokens if not token.isspace() and not token.startswith(("--", "/*")))
