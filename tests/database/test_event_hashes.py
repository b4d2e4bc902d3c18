"""The hash chain in both databases, against the vectors that Python is held to as well."""

import hashlib
import json
from typing import Any

import psycopg
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings

from tests.both_databases import Database, PostgresqlDatabase, insert_statement, refusal, value
from tests.database.rows import (
    add_active_challenge,
    add_challenge,
    add_event,
    add_user,
    event_columns,
    insert,
    insert_refusal,
)
from tests.profile_strategies import HOSTILE_STRINGS, objects
from tests.vectors.event_chain import CHALLENGE, OTHER_CHALLENGES, genesis, read_vectors

EVENTS: list[dict[str, Any]] = read_vectors()["events"]


def database_text(instant: str) -> str:
    """`…T…Z` as plain SQL writes it."""
    return instant.replace("T", " ").removesuffix("Z")


def vector_columns(vector: dict[str, Any], *, event_data: str | None = None) -> dict[str, Any]:
    columns = dict(vector["columns"])
    columns["occurred_at"] = database_text(columns["occurred_at"])
    columns["recorded_at"] = database_text(columns["recorded_at"])
    if event_data is not None:
        columns["event_data"] = event_data
    return columns


def test_the_database_fills_the_hashes_of_the_shared_vectors(both: Database) -> None:
    add_active_challenge(both, id=CHALLENGE)
    for vector in EVENTS:
        insert(both, "challenge_events", vector_columns(vector))

    stored = both.execute("SELECT previous_hash, hash FROM challenge_events ORDER BY sequence_number")

    assert stored == [(vector["previous_hash"], vector["hash"]) for vector in EVENTS]


def test_the_database_accepts_the_hashes_of_the_shared_vectors(both: Database) -> None:
    add_active_challenge(both, id=CHALLENGE)
    for vector in EVENTS:
        columns = vector_columns(vector, event_data=vector["canonical_event_data"])
        insert(both, "challenge_events", {**columns, "previous_hash": vector["previous_hash"], "hash": vector["hash"]})

    stored = both.execute("SELECT previous_hash, hash FROM challenge_events ORDER BY sequence_number")

    assert stored == [(vector["previous_hash"], vector["hash"]) for vector in EVENTS]


def test_sqlite_holds_event_data_as_canonical_text(sqlite: Database) -> None:
    add_active_challenge(sqlite, id=CHALLENGE)
    for vector in EVENTS:
        insert(sqlite, "challenge_events", vector_columns(vector))

    stored = sqlite.execute("SELECT CAST(event_data AS BLOB) FROM challenge_events ORDER BY sequence_number")

    assert [row[0].decode() for row in stored] == [vector["canonical_event_data"] for vector in EVENTS]


@pytest.mark.parametrize("challenge_id", OTHER_CHALLENGES)
def test_first_event_names_the_genesis_of_its_challenge(both: Database, challenge_id: str) -> None:
    add_challenge(both, id=challenge_id)
    add_event(both, challenge_id)

    assert value(both, "SELECT previous_hash FROM challenge_events") == genesis(challenge_id)


def test_filled_chain_is_checked_by_hand(both: Database) -> None:
    challenge = add_active_challenge(both)
    for number in (1, 2, 3):
        add_event(both, challenge, number, event_data={"n": number, "text": HOSTILE_STRINGS[number]})
    rows = both.execute("SELECT previous_hash, hash FROM challenge_events ORDER BY sequence_number")

    assert rows[0][0] == genesis(challenge)
    assert [row[0] for row in rows[1:]] == [row[1] for row in rows[:-1]]
    assert all(len(row[1]) == 64 and set(row[1]) <= set("0123456789abcdef") for row in rows)


WRONG = [
    {"hash": "0" * 64},
    {"hash": ""},
    {"hash": "x"},
    {"previous_hash": "0" * 64},
    {"previous_hash": ""},
    {"hash": EVENTS[0]["hash"].upper()},
    {"previous_hash": EVENTS[0]["previous_hash"].upper()},
    {"description": "another"},
    {"event_data": '{"a":1}'},
    {"event_type": "CHALLENGE_FAILED"},
    {"event_version": "v2"},
    {"occurred_at": "2026-01-05 10:00:01.001000"},
    {"recorded_at": "2026-01-05 10:00:01.001003"},
    {"correlation_id": CHALLENGE},
    {"causation_id": CHALLENGE},
    {"metadata_commitment": "0" * 64},
    {"id": CHALLENGE},
]


@pytest.mark.parametrize("changed", WRONG, ids=str)
def test_hash_or_link_that_does_not_fit_is_refused(both: Database, changed: dict[str, str]) -> None:
    add_active_challenge(both, id=CHALLENGE)
    vector = EVENTS[0]
    honest = {**vector_columns(vector), "previous_hash": vector["previous_hash"], "hash": vector["hash"]}

    insert_refusal(both, "challenge_events", {**honest, **changed})
    insert(both, "challenge_events", honest)


def test_link_to_another_event_than_the_last_is_refused(both: Database) -> None:
    add_active_challenge(both, id=CHALLENGE)
    for vector in EVENTS[:2]:
        insert(both, "challenge_events", vector_columns(vector))
    third = EVENTS[2]
    columns = vector_columns(third, event_data=third["canonical_event_data"])
    body = json.loads(third["body"]) | {"previous_hash": EVENTS[0]["hash"]}
    own_hash = hashlib.sha256(b"\0" + rfc8785.dumps(body)).hexdigest()

    insert_refusal(both, "challenge_events", {**columns, "previous_hash": EVENTS[0]["hash"], "hash": own_hash})


def test_event_with_one_hash_of_the_two_is_checked_not_trusted(both: Database) -> None:
    add_active_challenge(both, id=CHALLENGE)
    columns = vector_columns(EVENTS[0])

    insert_refusal(both, "challenge_events", {**columns, "hash": "0" * 64})
    insert_refusal(both, "challenge_events", {**columns, "previous_hash": "0" * 64})


def test_metadata_and_the_trader_s_message_do_not_touch_the_hash(both: Database) -> None:
    add_active_challenge(both, id=CHALLENGE)
    insert(
        both,
        "challenge_events",
        {**vector_columns(EVENTS[0]), "user_friendly_message": "other", "metadata": '{"sealed":1}'},
    )

    assert value(both, "SELECT hash FROM challenge_events") == EVENTS[0]["hash"]


def test_several_events_of_one_statement_are_linked(both: Database) -> None:
    challenge = add_active_challenge(both)
    rows = [event_columns(challenge, number) for number in (1, 2, 3)]
    places = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in rows)
    both.execute(
        f"INSERT INTO challenge_events ({', '.join(rows[0])}) VALUES {places}",
        *[cell for row in rows for cell in row.values()],
    )

    stored = both.execute("SELECT previous_hash, hash FROM challenge_events ORDER BY sequence_number")

    assert stored[0][0] == genesis(challenge)
    assert [stored[1][0], stored[2][0]] == [stored[0][1], stored[1][1]]


@pytest.mark.parametrize(
    "moment",
    ["2026-01-05 10:00:00", "2026-01-05 10:00:00.000000", "2026-01-05 10:00:00.500000", "2026-01-05 10:00:00.000001"],
)
def test_time_is_hashed_to_the_microsecond_however_it_is_spelled(both: Database, moment: str) -> None:
    challenge = add_active_challenge(both)
    columns = event_columns(challenge, occurred_at=moment, recorded_at="2026-01-05 10:00:01")
    insert(both, "challenge_events", columns)
    full = (moment + ("." if "." not in moment else "")).ljust(26, "0").replace(" ", "T") + "Z"
    body = {
        "causation_id": None,
        "challenge_id": challenge,
        "correlation_id": None,
        "description": "Note added",
        "event_data": {},
        "event_type": "NOTE_ADDED",
        "event_version": "v1",
        "id": columns["id"],
        "metadata_commitment": None,
        "occurred_at": full,
        "previous_hash": genesis(challenge),
        "recorded_at": "2026-01-05T10:00:01.000000Z",
        "sequence_number": 1,
        "v": 1,
    }

    assert value(both, "SELECT hash FROM challenge_events") == hashlib.sha256(b"\0" + rfc8785.dumps(body)).hexdigest()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(objects)
def test_both_hash_random_documents_as_rfc8785_does(both: Database, document: dict[str, Any]) -> None:
    """The database canonicalises: it is sent another spelling (spaces, escapes, insertion order)."""
    with both.undone():
        add_active_challenge(both, id=CHALLENGE)
        vector = EVENTS[0]
        insert(both, "challenge_events", vector_columns(vector, event_data=json.dumps(document, indent=1)))
        body = json.loads(vector["body"]) | {"event_data": document}

        stored = value(both, "SELECT hash FROM challenge_events")

        assert stored == hashlib.sha256(b"\0" + rfc8785.dumps(body)).hexdigest()


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "setting",
    [
        "SET timezone = 'Asia/Kathmandu'",
        "SET datestyle = 'German, DMY'",
        "SET intervalstyle = 'sql_standard'",
        "SET bytea_output = 'escape'",
        "SET standard_conforming_strings = off",
        "SET client_encoding = 'LATIN9'",
        "SET extra_float_digits = -15",
        "SET search_path = pg_catalog, public",
        "SET lc_numeric = 'C'",
        "SET jit = on",
    ],
)
def test_settings_of_the_session_do_not_touch_the_hash(fresh_postgresql: psycopg.Connection[Any], setting: str) -> None:
    database = PostgresqlDatabase(fresh_postgresql)
    add_active_challenge(database, id=CHALLENGE)
    fresh_postgresql.execute(setting.encode())
    vector = EVENTS[0]
    columns = {**vector_columns(vector), "occurred_at": "2026-01-05 10:00:01.001001+00"}
    columns["recorded_at"] = "2026-01-05 10:00:01.001002+00"

    insert(database, "challenge_events", columns)

    assert value(database, "SELECT hash FROM challenge_events") == vector["hash"]


@pytest.mark.postgresql
def test_own_function_of_a_caller_does_not_replace_the_hash(fresh_postgresql: psycopg.Connection[Any]) -> None:
    """A temporary schema on the search path must not stand before pg_catalog in the trigger."""
    database = PostgresqlDatabase(fresh_postgresql)
    add_active_challenge(database, id=CHALLENGE)
    fresh_postgresql.execute("CREATE SCHEMA evil")
    fresh_postgresql.execute("CREATE FUNCTION evil.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT $1 $$")
    fresh_postgresql.execute("SET search_path = evil, public, pg_catalog")

    insert(database, "challenge_events", vector_columns(EVENTS[0]))

    assert value(database, "SELECT hash FROM challenge_events") == EVENTS[0]["hash"]


def test_the_fill_happens_once(both: Database) -> None:
    add_event(both, add_active_challenge(both))

    refusal(both, "UPDATE challenge_events SET hash = NULL, previous_hash = NULL")
    refusal(both, "UPDATE challenge_events SET event_data = '{\"b\":1}', hash = 'x', previous_hash = 'y'")


def test_an_event_is_not_left_without_a_hash(both: Database) -> None:
    challenge = add_active_challenge(both)
    statement, parameters = insert_statement(
        "challenge_events", event_columns(challenge, hash=None, previous_hash=None)
    )
    both.execute(statement, *parameters)

    assert value(both, "SELECT COUNT(*) FROM challenge_events WHERE hash IS NULL OR previous_hash IS NULL") == 0


def test_user_of_a_challenge_may_be_anyone_for_the_chain(both: Database) -> None:
    """The chain is bound to the challenge's id alone: two challenges of one user have chains of their own."""
    user = add_user(both)
    first, second = add_active_challenge(both, user), add_active_challenge(both, user)
    add_event(both, first)
    add_event(both, second)

    assert value(both, "SELECT COUNT(DISTINCT previous_hash) FROM challenge_events") == 2
