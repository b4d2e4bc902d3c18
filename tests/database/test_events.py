"""The table challenge_events: order, times, numbers in JSON, immutability. Hashes: test_event_hashes."""

from typing import Any

import pytest

from tests.both_databases import Database, Sql, refusal, value
from tests.database.rows import add_active_challenge, add_challenge, add_event, event_columns, insert_refusal, new_id


@pytest.fixture
def challenge(both: Database) -> str:
    return add_active_challenge(both)


def test_event_of_the_fewest_columns_gets_the_defaults(both: Database, challenge: str) -> None:
    both.execute(
        "INSERT INTO challenge_events (challenge_id, event_type, sequence_number, event_data, occurred_at)"
        " VALUES (?, 'NOTE_ADDED', 1, '{}', '2026-01-05 10:00:00')",
        challenge,
    )

    ((version, correlation, causation, commitment, metadata),) = both.execute(
        "SELECT event_version, correlation_id, causation_id, metadata_commitment, metadata FROM challenge_events"
    )

    assert (version, correlation, causation, commitment) == ("v1", None, None, None)
    assert metadata in (None, {})
    assert value(both, "SELECT recorded_at FROM challenge_events") >= value(
        both, "SELECT occurred_at FROM challenge_events"
    )


def test_event_of_a_pending_challenge_is_accepted(both: Database) -> None:
    add_event(both, add_challenge(both), event_type="CHALLENGE_CREATED")


@pytest.mark.parametrize(
    "event_type",
    [
        "CHALLENGE_CREATED",
        "CHALLENGE_STATUS_CHANGED",
        "TRADE_EXECUTED",
        "EQUITY_RECORDED",
        "BALANCE_ADJUSTED",
        "DAILY_PNL_CALCULATED",
        "RISK_VIOLATION_DETECTED",
        "PROFIT_TARGET_REACHED",
        "CHALLENGE_FAILED",
        "FUNDING_APPROVED",
        "FUNDING_REJECTED",
        "CHALLENGE_FUNDED",
        "RISK_ALERT_RAISED",
        "RISK_ALERT_UPDATED",
        "PAYMENT_STATUS_CHANGED",
        "NOTE_ADDED",
    ],
)
def test_every_kind_of_event_is_accepted(both: Database, challenge: str, event_type: str) -> None:
    add_event(both, challenge, event_type=event_type)


@pytest.mark.parametrize(
    "changed",
    [
        {"event_type": ""},
        {"event_type": "  "},
        {"event_type": "\t\n"},
        {"event_type": None},
        {"event_version": ""},
        {"event_data": None},
        {"event_data": ""},
        {"event_data": "{"},
        {"event_data": "{'a': 1}"},
        {"event_data": "NaN"},
        {"sequence_number": 0},
        {"sequence_number": 2},
        {"sequence_number": -1},
        {"sequence_number": None},
        {"occurred_at": None},
        {"recorded_at": "2026-01-05 09:59:59.999999"},
        {"challenge_id": None},
        {"correlation_id": "no uuid"},
        {"causation_id": "3D5F1C7E"},
    ],
    ids=str,
)
def test_impossible_rows_are_refused(both: Database, challenge: str, changed: dict[str, Any]) -> None:
    insert_refusal(both, "challenge_events", event_columns(challenge) | changed)


def test_challenge_of_an_event_must_exist(both: Database) -> None:
    insert_refusal(both, "challenge_events", event_columns(new_id()))


def test_event_recorded_the_moment_it_occurred_is_accepted(both: Database, challenge: str) -> None:
    add_event(both, challenge, 1, occurred_at="2026-01-05 10:00:00", recorded_at="2026-01-05 10:00:00")
    add_event(both, challenge, 2, occurred_at="2026-01-05 10:00:00.000000", recorded_at="2026-01-05 10:00:00")
    add_event(both, challenge, 3, occurred_at="2026-01-05 10:00:00", recorded_at="2026-01-05 10:00:00.000000")


def test_numbers_of_events_start_at_one_and_have_no_gap(both: Database, challenge: str) -> None:
    add_event(both, challenge, 1)
    add_event(both, challenge, 2)

    insert_refusal(both, "challenge_events", event_columns(challenge, 4))
    insert_refusal(both, "challenge_events", event_columns(challenge, 2))
    insert_refusal(both, "challenge_events", event_columns(challenge, 1))
    add_event(both, challenge, 3)


def test_each_challenge_counts_its_own_events(both: Database, challenge: str) -> None:
    add_event(both, challenge, 1)
    other = add_active_challenge(both)

    insert_refusal(both, "challenge_events", event_columns(other, 2))
    add_event(both, other, 1)


@pytest.mark.parametrize(
    "event_data",
    [
        '{"price":1.085}',
        '{"price":1.0}',
        '{"price":-0.5}',
        '{"price":1e-2}',
        '{"price":0.0}',
        '{"trade":{"price":1.085}}',
        '{"trades":[{"price":"1"},{"price":[1,2,[0.25]]}]}',
        "[0.5]",
        "0.5",
        '{"n":9007199254740992}',
        '{"n":-9007199254740992}',
        '{"n":[123456789012345678901234567890]}',
        '{"n":100000000000000000000000000000000000000000000000000}',
        '{"n":12345.678901234567890}',
    ],
)
def test_any_number_but_a_whole_one_is_refused_in_words(both: Database, challenge: str, event_data: str) -> None:
    found = insert_refusal(both, "challenge_events", event_columns(challenge, event_data=event_data))

    assert "write decimals as strings" in found.message


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1E+999"])
def test_number_beyond_a_double_is_refused(both: Database, challenge: str, number: str) -> None:
    insert_refusal(both, "challenge_events", event_columns(challenge, event_data=f'{{"n":{number}}}'))


@pytest.mark.parametrize(
    "event_data",
    [
        '{"count":1,"price":"1.085"}',
        '{"n":0}',
        '{"n":-1}',
        '{"n":9007199254740991}',
        '{"n":-9007199254740991}',
        '{"text":"costs 1.5 or 1e5, said {\\"price\\":1.5}"}',
        '{"1.5":"a key may look like a number"}',
        '{"t":true,"f":false,"n":null,"l":[1,[2,[3]]]}',
    ],
)
def test_whole_numbers_and_decimal_strings_are_accepted(both: Database, challenge: str, event_data: str) -> None:
    add_event(both, challenge, event_data=event_data)


@pytest.mark.parametrize(
    "event_data",
    [
        '{"é":1}',
        '{"a":{"\\u00e9":1}}',
        '{"a":"\\u0000"}',
        '{"\\u0000":1}',
        '{"a":"\\ud800"}',
        '{"a":"\\udc00\\ud800"}',
    ],
)
def test_what_the_profile_of_the_chain_does_not_admit_is_refused(
    both: Database, challenge: str, event_data: str
) -> None:
    insert_refusal(both, "challenge_events", event_columns(challenge, event_data=event_data))


def test_the_same_key_twice_is_not_two_readings(both: Database, challenge: str) -> None:
    """`{"price":"1","price":"2"}` must not be one thing to the hash and another to a reader."""
    add_event(both, challenge, event_data='{"price":"1","price":"2"}')

    assert value(both, "SELECT event_data FROM challenge_events") == {"price": "2"}
    if both.dialect == "sqlite":
        assert value(both, "SELECT CAST(event_data AS BLOB) FROM challenge_events") == b'{"price":"2"}'


@pytest.mark.parametrize(
    "change",
    [
        "event_data = '{\"a\":1}'",
        "event_data = event_data",
        "description = 'other'",
        "user_friendly_message = 'other'",
        "hash = NULL",
        "hash = NULL, previous_hash = NULL",
        "hash = 'ab'",
        "previous_hash = hash",
        "sequence_number = 2",
        "occurred_at = CURRENT_TIMESTAMP",
        "recorded_at = CURRENT_TIMESTAMP",
        "metadata = NULL",
        "id = '3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f'",
        "challenge_id = challenge_id",
    ],
)
def test_update_says_that_events_are_immutable(both: Database, challenge: str, change: str) -> None:
    add_event(both, challenge)

    assert refusal(both, f"UPDATE challenge_events SET {change}").message.startswith("Events are immutable")


def test_delete_says_that_events_are_immutable(both: Database, challenge: str) -> None:
    event = add_event(both, challenge)

    assert refusal(both, "DELETE FROM challenge_events WHERE id = ?", event).message.startswith("Events are immutable")
    assert refusal(both, "DELETE FROM challenge_events").message.startswith("Events are immutable")


def test_description_with_a_null_character_is_refused_where_text_could_hold_one(sqlite: Database) -> None:
    challenge = add_active_challenge(sqlite)

    insert_refusal(sqlite, "challenge_events", event_columns(challenge, description=Sql("'a' || char(0) || 'b'")))
