"""audit_log, the log of all chains, keys, commands, imports and what belongs to the workspace."""

import hashlib
from typing import Any

import pytest
import rfc8785

from tests.both_databases import Database, accepted, insert_statement, refusal, value
from tests.database.catalogue import is_partitioned
from tests.database.further_rows import (
    APPEND_ONLY,
    RECORD_TABLES,
    SHA,
    audit_columns,
    checkpoint_columns,
    command_columns,
    data_key_columns,
    event_leaf_columns,
    further_columns,
    heads_leaf_columns,
    import_columns,
)
from tests.database.rows import add_active_challenge, add_user, insert, insert_refusal, new_id

STREAM = "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f"
NOBODY = "ffffffff-ffff-4fff-bfff-ffffffffffff"


@pytest.mark.parametrize("table", RECORD_TABLES)
def test_row_is_never_deleted(both: Database, table: str) -> None:
    row = insert(both, table, further_columns(both, table))

    refusal(both, f"DELETE FROM {table} WHERE id = ?", row)
    assert value(both, f"SELECT COUNT(*) FROM {table}") == 1


@pytest.mark.parametrize("table", RECORD_TABLES)
def test_table_is_never_emptied(postgresql: Database, table: str) -> None:
    insert(postgresql, table, further_columns(postgresql, table))

    refusal(postgresql, f"TRUNCATE {table} CASCADE")


COLUMN = {
    "audit_log": "action",
    "log_leaves": "kind",
    "checkpoints": "note",
    "command_results": "command_type",
    "import_history": "file_name",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["{0} = {0}", "{0} = 'other'", "id = '3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f'"])
def test_row_of_an_append_only_table_is_never_changed(both: Database, table: str, change: str) -> None:
    insert(both, table, further_columns(both, table))

    found = refusal(both, f"UPDATE {table} SET {change.format(COLUMN[table])}")

    assert "immutable" in found.message


KEYS = [
    ("audit_log", ("stream", "sequence_number")),
    ("log_leaves", ("log_index",)),
    ("checkpoints", ("origin", "tree_size", "root", "source")),
    ("data_keys", ("user_id",)),
    ("command_results", ("command_id",)),
    ("import_history", ("command_id",)),
    *[(table, ("id",)) for table in RECORD_TABLES],
]


def colliding(database: Database, table: str, keys: tuple[str, ...]) -> dict[str, Any]:
    row = insert(database, table, further_columns(database, table))
    columns = further_columns(database, table)
    for key in keys:
        columns[key] = value(database, f"SELECT {key} FROM {table} WHERE id = ?", row)
    return columns


@pytest.mark.parametrize(("table", "keys"), KEYS, ids=str)
def test_key_that_is_taken_is_refused(both: Database, table: str, keys: tuple[str, ...]) -> None:
    insert_refusal(both, table, colliding(both, table, keys))


@pytest.mark.parametrize(("table", "keys"), KEYS, ids=str)
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_row_is_never_replaced(sqlite: Database, table: str, keys: tuple[str, ...], verb: str) -> None:
    statement, parameters = insert_statement(table, colliding(sqlite, table, keys), verb)

    refusal(sqlite, statement, *parameters)


@pytest.mark.parametrize("table", RECORD_TABLES)
@pytest.mark.parametrize("rowid", [1, 0, -1])
def test_row_is_never_replaced_by_its_rowid(sqlite: Database, table: str, rowid: int) -> None:
    insert(sqlite, table, further_columns(sqlite, table))
    place = value(sqlite, f"SELECT rowid FROM {table}") if rowid == 1 else rowid
    statement, parameters = insert_statement(
        table, {"rowid": place, **further_columns(sqlite, table)}, "INSERT OR REPLACE"
    )

    refusal(sqlite, statement, *parameters)


def audit_hash(columns: dict[str, Any], previous_hash: str) -> str:
    """The hash of an entry as audit.md words it, by the rfc8785 package."""
    body = {
        "action": columns["action"],
        "actor_id": columns.get("actor_id"),
        "details": {"method": "password"},
        "device_id": columns.get("device_id"),
        "id": columns["id"],
        "occurred_at": "2026-01-05T10:00:00.000000Z",
        "previous_hash": previous_hash,
        "recorded_at": "2026-01-05T10:00:01.500000Z",
        "sequence_number": columns["sequence_number"],
        "stream": columns["stream"],
        "target_id": columns.get("target_id"),
        "target_table": columns.get("target_table"),
        "v": 1,
    }
    return hashlib.sha256(b"\0" + rfc8785.dumps(body)).hexdigest()


GENESIS = hashlib.sha256(f"tradesense/audit/v1\n{STREAM}".encode()).hexdigest()


def test_audit_log_is_a_chain_a_person(both: Database) -> None:
    actor = add_user(both)
    entries = [
        audit_columns(STREAM, 1, recorded_at="2026-01-05 10:00:01.500000", actor_id=actor),
        audit_columns(
            STREAM,
            2,
            recorded_at="2026-01-05 10:00:01.500000",
            action='ROLE "CHANGED"\n€',
            target_table="users",
            target_id=actor,
            device_id=new_id(),
        ),
    ]
    for entry in entries:
        insert(both, "audit_log", entry)

    stored = both.execute("SELECT previous_hash, hash FROM audit_log ORDER BY sequence_number")

    first = audit_hash(entries[0], GENESIS)
    assert stored == [(GENESIS, first), (first, audit_hash(entries[1], first))]


def test_audit_entry_with_the_right_hash_is_accepted_and_with_another_refused(both: Database) -> None:
    entry = audit_columns(STREAM, 1, recorded_at="2026-01-05 10:00:01.500000", previous_hash=GENESIS)

    insert_refusal(both, "audit_log", entry | {"hash": "0" * 64})
    insert_refusal(both, "audit_log", entry | {"hash": audit_hash(entry, GENESIS), "previous_hash": "0" * 64})
    insert_refusal(both, "audit_log", entry | {"hash": audit_hash(entry, GENESIS), "action": "OTHER"})
    insert(both, "audit_log", entry | {"hash": audit_hash(entry, GENESIS)})


def test_audit_log_has_no_gap_in_a_stream_and_each_counts_its_own(both: Database) -> None:
    insert(both, "audit_log", audit_columns(STREAM, 1))

    insert_refusal(both, "audit_log", audit_columns(STREAM, 3))
    insert_refusal(both, "audit_log", audit_columns(new_id(), 2))
    insert(both, "audit_log", audit_columns(new_id(), 1))


@pytest.mark.parametrize(
    "changed",
    [
        {"stream": None},
        {"stream": ""},
        {"action": None},
        {"action": ""},
        {"action": " \t"},
        {"sequence_number": 0},
        {"details": "{"},
        {"details": "[]"},
        {"details": '{"amount":1.5}'},
        {"actor_id": NOBODY},
        {"occurred_at": None},
        {"recorded_at": "2026-01-05 09:59:59"},
        {"device_id": "pc"},
    ],
    ids=str,
)
def test_impossible_audit_entries_are_refused(both: Database, changed: dict[str, Any]) -> None:
    insert_refusal(both, "audit_log", audit_columns(STREAM) | changed)


def test_leaves_are_numbered_from_zero_without_a_gap(both: Database) -> None:
    insert_refusal(both, "log_leaves", heads_leaf_columns(1))
    insert_refusal(both, "log_leaves", heads_leaf_columns(-1))
    insert(both, "log_leaves", heads_leaf_columns(0))
    insert_refusal(both, "log_leaves", heads_leaf_columns(2))
    insert(both, "log_leaves", event_leaf_columns(both, 1))


def test_event_is_logged_once(both: Database) -> None:
    leaf = event_leaf_columns(both, 0)
    insert(both, "log_leaves", leaf)

    insert_refusal(both, "log_leaves", leaf | {"id": new_id(), "log_index": 1})


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "event"},
        {"kind": ""},
        {"kind": None},
        {"event_id": None},
        {"body": "{}"},
        {"leaf": "0" * 63},
        {"leaf": SHA.upper()},
        {"leaf": None},
    ],
    ids=str,
)
def test_leaf_of_an_event_names_the_event_and_has_no_body(both: Database, changed: dict[str, Any]) -> None:
    insert_refusal(both, "log_leaves", event_leaf_columns(both) | changed)


def test_global_id_of_the_event_of_a_leaf_exists(both: Database) -> None:
    if is_partitioned(both):
        pytest.skip("a partitioned table has no global id that could be referred to (schema/scale/README.md)")

    insert_refusal(both, "log_leaves", event_leaf_columns(both) | {"event_id": new_id()})


@pytest.mark.parametrize("changed", [{"body": None}, {"leaf": "x"}, {"kind": "EVENT"}, {"log_index": None}], ids=str)
def test_leaf_of_heads_has_a_body_and_a_hash(both: Database, changed: dict[str, Any]) -> None:
    insert_refusal(both, "log_leaves", heads_leaf_columns() | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": ""},
        {"tree_size": -1},
        {"root": "x"},
        {"note": " "},
        {"key_id": ""},
        {"source": "OTHER"},
        {"root": None},
    ],
    ids=str,
)
def test_impossible_checkpoints_are_refused(both: Database, changed: dict[str, Any]) -> None:
    insert(both, "checkpoints", checkpoint_columns())

    insert_refusal(both, "checkpoints", checkpoint_columns(tree_size=8) | changed)


def test_wrapped_key_is_wrapped_anew_and_destroyed_once(both: Database) -> None:
    key = insert(both, "data_keys", data_key_columns(add_user(both)))
    destroy = "UPDATE data_keys SET wrapped_key = NULL, destroyed_at = CURRENT_TIMESTAMP WHERE id = ?"

    assert both.changed("UPDATE data_keys SET wrapped_key = 'bmV3', outer_key_id = 'keyring:2' WHERE id = ?", key) == 1
    assert both.changed(destroy, key) == 1
    refusal(both, "UPDATE data_keys SET wrapped_key = 'bmV3', destroyed_at = NULL WHERE id = ?", key)
    refusal(both, "UPDATE data_keys SET outer_key_id = 'x' WHERE id = ?", key)


@pytest.mark.parametrize("change", ["wrapped_key = NULL", "destroyed_at = CURRENT_TIMESTAMP", "wrapped_key = ''"])
def test_key_is_destroyed_whole_or_not_at_all(both: Database, change: str) -> None:
    key = insert(both, "data_keys", data_key_columns(add_user(both)))

    refusal(both, f"UPDATE data_keys SET {change} WHERE id = ?", key)


def test_key_stays_with_its_person(both: Database) -> None:
    key = insert(both, "data_keys", data_key_columns(add_user(both)))

    refusal(both, "UPDATE data_keys SET user_id = ? WHERE id = ?", add_user(both), key)


def test_person_has_one_living_key_and_may_get_another_after_its_end(both: Database) -> None:
    person = add_user(both)
    key = insert(both, "data_keys", data_key_columns(person))

    insert_refusal(both, "data_keys", data_key_columns(person))
    both.execute("UPDATE data_keys SET wrapped_key = NULL, destroyed_at = CURRENT_TIMESTAMP WHERE id = ?", key)
    insert(both, "data_keys", data_key_columns(person))


@pytest.mark.parametrize(
    "changed",
    [{"command_id": None}, {"command_id": "x"}, {"command_type": ""}, {"issued_at": None}, {"result": "{"},
     {"actor_id": NOBODY}, {"challenge_id": NOBODY}],
    ids=str,
)  # fmt: skip
def test_impossible_command_results_are_refused(both: Database, changed: dict[str, Any]) -> None:
    insert_refusal(both, "command_results", command_columns() | changed)


@pytest.mark.parametrize(
    "changed",
    [{"challenge_id": NOBODY}, {"file_name": ""}, {"file_sha256": SHA[:-1]}, {"file_sha256": SHA.upper()}, {"format": " "},
     {"trades_read": -1}, {"trades_added": -1}, {"trades_after_end": -1}, {"totals": "{"}, {"time_zone": ""}],
    ids=str,
)  # fmt: skip
def test_impossible_imports_are_refused(both: Database, changed: dict[str, Any]) -> None:
    insert_refusal(both, "import_history", import_columns(add_active_challenge(both)) | changed)


def test_same_file_may_come_again(both: Database) -> None:
    challenge = add_active_challenge(both)
    insert(both, "import_history", import_columns(challenge))

    accepted(both, *_flat(insert_statement("import_history", import_columns(challenge))))


def _flat(statement: tuple[str, list[Any]]) -> tuple[Any, ...]:
    return (statement[0], *statement[1])


def test_settings_may_be_changed_and_deleted(both: Database) -> None:
    both.execute("INSERT INTO settings (name, value) VALUES ('theme', '\"dark\"')")
    both.execute("UPDATE settings SET value = '\"light\"' WHERE name = 'theme'")
    assert both.changed("DELETE FROM settings WHERE name = 'theme'") == 1

    refusal(both, "INSERT INTO settings (name, value) VALUES ('', '1')")
    refusal(both, "INSERT INTO settings (name, value) VALUES ('x', '{')")
    refusal(both, "INSERT INTO settings (name, value) VALUES ('x', NULL)")


def test_sign_in_attempts_and_sessions_may_be_deleted(both: Database) -> None:
    user = add_user(both)
    both.execute("INSERT INTO sign_in_attempts (email, accepted) VALUES ('ada@example.com', 0)")
    both.execute("INSERT INTO sessions (user_id, expires_at) VALUES (?, '2030-01-01 00:00:00')", user)

    refusal(both, "INSERT INTO sign_in_attempts (email, accepted) VALUES ('ada@example.com', 2)")
    refusal(both, "INSERT INTO sessions (user_id, expires_at) VALUES (?, '2030-01-01 00:00:00')", new_id())
    assert both.changed("DELETE FROM sign_in_attempts") == 1
    assert both.changed("DELETE FROM sessions") == 1
