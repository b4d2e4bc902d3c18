"""Private JSON is sealed where it is written and handed out as far as the key is there."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import text

from tests.raw_store import open_raw
from tests.unit.store.keys import give_key
from tests.unit.store.ledgers import CLOCK, continued, create, create_challenge, fixed_uuid, trades
from tradesense_desktop.audit.key_wrap import WrapBroken, new_outer_key
from tradesense_desktop.audit.sealing import Place, SealBroken
from tradesense_desktop.domain.alert import AlertSeverity, RiskAlert
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.event import Event, EventType
from tradesense_desktop.domain.recording import Recorded
from tradesense_desktop.domain.sealed import Sealed
from tradesense_desktop.domain.trade_record import is_trade_known, trade_content
from tradesense_desktop.store.challenges import list_challenges, read_challenge, update_challenge
from tradesense_desktop.store.data_keys import destroy_data_key
from tradesense_desktop.store.drivers import STORE_NAME
from tradesense_desktop.store.event_log import read_events_page, read_head
from tradesense_desktop.store.key_errors import KeyDestroyed, KeyLocked, KeyMissing
from tradesense_desktop.store.outer_key_setting import KeyHolder, OuterKeySetting, write_outer_key
from tradesense_desktop.store.recorded_trades import read_recorded_trades
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.risk_alerts import insert_alerts, read_alert
from tradesense_desktop.store.sealed_columns import Opener, Sealer
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import find_owner
from tradesense_desktop.store.workspace import Workspace, open_workspace

SECRET = "IBAN DE02 1203 0000 0000 2020 51"
PLACE = Place("payments", "webhook_data", fixed_uuid(5))


@pytest.fixture
def without_key(workspace: Workspace, directory: Path) -> Iterator[Workspace]:
    """The workspace as another process has it, which holds no key."""
    del workspace
    with open_workspace(directory) as other:
        yield other


def lock(workspace: Workspace) -> None:
    """Give the workspace a key that stands open nowhere and is kept nowhere."""
    setting = OuterKeySetting(new_outer_key().id, (), KeyHolder.FILE)
    workspace.write(lambda transaction: write_outer_key(transaction, setting))


def owner_of(transaction: Transaction) -> str:
    owner = find_owner(transaction)
    assert owner is not None
    return owner


def with_metadata(workspace: Workspace, challenge: Challenge, metadata: Mapping[str, Any]) -> Challenge:
    after = replace(challenge, metadata=metadata, version=challenge.version + 1)
    return workspace.write(lambda transaction: update_challenge(transaction, challenge, after))


def alert(number: int, metadata: Mapping[str, Any], challenge_id: str) -> RiskAlert:
    return RiskAlert(
        id=fixed_uuid(number),
        challenge_id=challenge_id,
        user_id=None,
        alert_type="UNUSUAL_ACTIVITY",
        severity=AlertSeverity.LOW,
        title="t",
        message="m",
        alert_data={},
        created_at=CLOCK,
        updated_at=CLOCK,
        metadata=metadata,
    )


def add_note(workspace: Workspace, challenge: Challenge, metadata: dict[str, Any] | None) -> str:
    """One event with metadata; its id."""

    def change(transaction: Transaction) -> str:
        recorder = Recorder.of_known(transaction, challenge)
        event = Event(
            fixed_uuid(900 + recorder.last_sequence_number),
            challenge.id,
            recorder.last_sequence_number + 1,
            EventType.NOTE_ADDED,
            {"text": "seen"},
            "d",
            "m",
            CLOCK,
            CLOCK,
            fixed_uuid(800),
            None,
            metadata=metadata,
        )
        recorder.append(Recorded([event], [], [], []))
        recorder.finish(challenge)
        return event.id

    return workspace.write(change)


def plain_bytes(directory: Path, content: bytes) -> list[str]:
    """Names of the files of a workspace that hold these bytes."""
    return [path.name for path in directory.iterdir() if path.is_file() and content in path.read_bytes()]


def test_sealed_metadata_of_a_challenge_is_read_as_it_was_and_only_read(workspace: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace)

    with_metadata(workspace, challenge, {"note": SECRET})

    with workspace.reading() as reading:
        found = read_challenge(reading, challenge.id).metadata
    assert found == {"note": SECRET}
    assert isinstance(found, MappingProxyType)


def test_without_the_key_it_is_sealed_and_nothing_fails(workspace: Workspace, without_key: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace, count=3)
    with_metadata(workspace, challenge, {"note": SECRET})

    with without_key.reading() as reading:
        (found,) = list_challenges(reading)

    assert isinstance(found.metadata, Sealed)
    assert not found.metadata.is_broken


def test_sealed_metadata_goes_back_unchanged_when_somebody_without_the_key_changes_the_row(
    workspace: Workspace, without_key: Workspace
) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace)
    with_metadata(workspace, challenge, {"note": SECRET})
    with without_key.reading() as reading:
        closed = read_challenge(reading, challenge.id)

    after = replace(closed, archived_at=CLOCK, version=closed.version + 1)
    without_key.write(lambda transaction: update_challenge(transaction, closed, after))

    with workspace.reading() as reading:
        again = read_challenge(reading, challenge.id)
    assert again.archived_at == CLOCK
    assert again.metadata == {"note": SECRET}


def test_no_file_of_the_workspace_holds_the_plain_text(workspace: Workspace, directory: Path) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace)
    stored = with_metadata(workspace, challenge, {"note": SECRET})
    workspace.write(lambda transaction: insert_alerts(transaction, [alert(7, {"note": SECRET}, challenge.id)]))
    add_note(workspace, stored, {"note": SECRET})

    assert plain_bytes(directory, SECRET.encode()) == []
    workspace.close()
    assert plain_bytes(directory, SECRET.encode()) == []
    if not workspace.is_encrypted:
        assert plain_bytes(directory, b"NOTE_ADDED") == [STORE_NAME]


def test_metadata_of_an_alert_is_sealed_under_the_key_of_the_challenges_owner(workspace: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace)

    workspace.write(lambda transaction: insert_alerts(transaction, [alert(7, {"note": SECRET}, challenge.id)]))

    with workspace.reading() as reading:
        assert read_alert(reading, fixed_uuid(7)).metadata == {"note": SECRET}
        ((owner,),) = reading.driver.execute("SELECT user_id FROM data_keys")
    assert owner == challenge.user_id


def test_without_a_key_private_data_is_not_written_and_nothing_is_half_done(workspace: Workspace) -> None:
    challenge = create_challenge(workspace)

    with pytest.raises(KeyMissing):
        with_metadata(workspace, challenge, {"note": SECRET})
    with pytest.raises(KeyMissing):
        add_note(workspace, challenge, {"note": SECRET})
    with pytest.raises(KeyMissing):
        workspace.write(lambda transaction: insert_alerts(transaction, [alert(7, {"note": SECRET}, challenge.id)]))

    with workspace.reading() as reading:
        assert read_challenge(reading, challenge.id) == challenge
        assert read_head(reading, challenge.id).sequence_number == 1
        assert reading.driver.execute("SELECT count(*) FROM risk_alerts").fetchone() == (0,)


def test_what_may_be_left_out_is_left_out_without_a_usable_key(workspace: Workspace) -> None:
    def kept(transaction: Transaction) -> Any:
        return Sealer(transaction, owner_of(transaction)).sealed_or_nothing(PLACE, {"note": SECRET})

    assert workspace.write(kept) is None
    lock(workspace)
    assert workspace.write(kept) is None
    give_key(workspace)
    assert set(workspace.write(kept)) == {"ct", "kid", "n", "sealed"}


def test_locked_key_refuses_private_data(workspace: Workspace) -> None:
    challenge = create_challenge(workspace)
    lock(workspace)

    with pytest.raises(KeyLocked):
        with_metadata(workspace, challenge, {"note": SECRET})


def test_one_person_has_one_data_key(workspace: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace, count=3)
    stored = with_metadata(workspace, challenge, {"note": SECRET})
    with_metadata(workspace, stored, {"note": "another"})

    with workspace.reading() as reading:
        assert reading.driver.execute("SELECT count(*) FROM data_keys").fetchone() == (1,)


def test_value_moved_to_another_row_is_marked_as_broken_and_refuses(workspace: Workspace) -> None:
    give_key(workspace)
    first, second = create_challenge(workspace, 1), create_challenge(workspace, 2)
    with_metadata(workspace, first, {"note": SECRET})
    move = text("UPDATE challenges SET metadata = (SELECT metadata FROM challenges WHERE id = :a) WHERE id = :b")
    workspace.write(lambda transaction: transaction.core.execute(move, {"a": first.id, "b": second.id}))

    with workspace.reading() as reading:
        found = read_challenge(reading, second.id).metadata
        assert isinstance(found, Sealed)
        assert found.is_broken
        with pytest.raises(SealBroken, match=f"metadata of challenges row {second.id}"):
            Opener(reading).open_strictly(Place("challenges", "metadata", second.id), found.stored)
        assert read_challenge(reading, first.id).metadata == {"note": SECRET}


def test_person_s_key_that_was_changed_opens_nothing_and_hides_no_row(workspace: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace)
    with_metadata(workspace, challenge, {"note": SECRET})
    change = text("UPDATE data_keys SET wrapped_key = (SELECT replace(wrapped_key, substr(wrapped_key, 1, 4), 'AAAA'))")
    workspace.write(lambda transaction: transaction.core.execute(change))

    with workspace.reading() as reading:
        (found,) = list_challenges(reading)
        assert isinstance(found.metadata, Sealed)
        assert found.metadata.is_broken
        with pytest.raises(WrapBroken):
            Opener(reading).open_strictly(Place("challenges", "metadata", found.id), found.metadata.stored)


def test_metadata_of_an_event_is_sealed_and_its_hash_binds_the_commitment(workspace: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace)

    add_note(workspace, challenge, {"ip": "10.0.0.1"})

    with workspace.reading() as reading:
        (event,) = read_events_page(reading, challenge.id, 2, 1)
        ((stored,),) = reading.driver.execute("SELECT metadata FROM challenge_events WHERE sequence_number = 2")
    assert event.metadata == {"ip": "10.0.0.1"}
    assert event.metadata_commitment is not None
    assert set(json.loads(stored)) == {"ct", "kid", "n", "sealed"}


def test_event_whose_metadata_was_exchanged_is_marked_as_broken(workspace: Workspace, directory: Path) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace)
    event_id = add_note(workspace, challenge, {"ip": "10.0.0.1"})
    forged = workspace.write(
        lambda transaction: Sealer(transaction, challenge.user_id).key.seal(
            Place("challenge_events", "metadata", event_id), {"metadata": {"ip": "10.9.9.9"}, "salt": "AAAA"}
        )
    )
    workspace.close()
    with closing(open_raw(directory / STORE_NAME)) as attacker:
        attacker.execute("DROP TRIGGER trg_challenge_events_immutable_update")
        attacker.execute("UPDATE challenge_events SET metadata = ? WHERE id = ?", (forged, event_id))

    # The store itself says that its guards were taken away; what it holds is looked at all the same.
    opened = Workspace(directory / STORE_NAME)
    opened.keys.put(next(iter(workspace.keys._open.values())))
    try:
        with opened.reading() as reading:
            (event,) = read_events_page(reading, challenge.id, 2, 1)
    finally:
        opened.close()
    assert isinstance(event.metadata, Sealed)
    assert event.metadata.is_broken


def test_metadata_of_trades_is_plain_without_a_key_sealed_with_one_and_not_kept_when_it_is_locked(
    workspace: Workspace,
) -> None:
    def stored(number: int) -> list[Any]:
        challenge = create_challenge(workspace, number, count=2)
        with workspace.reading() as reading:
            rows = reading.driver.execute("SELECT metadata FROM trades WHERE challenge_id = ?", (challenge.id,))
            return [None if value is None else json.loads(value) for (value,) in rows]

    plain = stored(1)
    lock(workspace)
    not_kept = stored(2)
    give_key(workspace)
    sealed = stored(3)

    assert [set(value) for value in plain] == [{"deal", "entry"}] * 2
    assert not_kept == [None, None]
    assert [value["sealed"] for value in sealed] == [1, 1]


def test_sealed_metadata_of_a_trade_says_what_its_event_says(workspace: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace, count=1)

    with workspace.reading() as reading:
        ((row_id, stored),) = reading.driver.execute("SELECT id, metadata FROM trades")
        ((data,),) = reading.driver.execute(
            "SELECT event_data FROM challenge_events WHERE event_type = 'TRADE_EXECUTED' AND challenge_id = ?",
            (challenge.id,),
        )
        opened = Opener(reading).open_strictly(Place("trades", "metadata", row_id), json.loads(stored))
    assert opened == json.loads(data)["trade"]["metadata"]


@pytest.mark.parametrize("key", ["plain", "sealed", "not kept"])
def test_recorded_trades_are_known_again_whatever_became_of_their_metadata(workspace: Workspace, key: str) -> None:
    if key == "sealed":
        give_key(workspace)
    elif key == "not kept":
        lock(workspace)
    challenge = create_challenge(workspace, 2, count=12)

    with workspace.reading() as reading:
        recorded = read_recorded_trades(reading, challenge.id)

    sent = list(trades(12, seed=2))
    assert [recorded[trade.trade_id] for trade in sent] == [trade_content(trade) for trade in sent]
    assert all(is_trade_known(trade, recorded[trade.trade_id]) for trade in sent)


def test_nothing_is_ever_sealed_again_for_somebody_who_was_erased(workspace: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace)
    with_metadata(workspace, challenge, {"note": SECRET})

    workspace.write(lambda transaction: destroy_data_key(transaction, challenge.user_id, CLOCK))

    with workspace.reading() as reading:
        found = read_challenge(reading, challenge.id)
    assert isinstance(found.metadata, Sealed)
    with pytest.raises(KeyDestroyed):
        with_metadata(workspace, found, {"note": "again"})
    later = workspace.write(lambda transaction: create(transaction, 9, count=2))
    with workspace.reading() as reading:
        rows = reading.driver.execute("SELECT metadata FROM trades WHERE challenge_id = ?", (later.id,)).fetchall()
    assert rows == [(None,), (None,)]


def test_json_that_plain_sql_wrote_and_that_is_no_object_is_handed_out_as_one(workspace: Workspace) -> None:
    challenge = create_challenge(workspace)
    write = text("UPDATE challenges SET metadata = '[1,2]' WHERE id = :id")
    workspace.write(lambda transaction: transaction.core.execute(write, {"id": challenge.id}))

    with workspace.reading() as reading:
        assert read_challenge(reading, challenge.id).metadata == {"value": [1, 2]}


def test_single_trade_of_a_known_challenge_is_sealed_too(workspace: Workspace) -> None:
    give_key(workspace)
    challenge = create_challenge(workspace, count=1)

    def change(transaction: Transaction) -> None:
        recorder = Recorder.of_known(transaction, challenge)
        execution = continued(challenge, recorder.last_sequence_number, seed=1)
        later = replace(next(trades(1, first=2)), executed_at=CLOCK)
        execution.execute_trade(later)
        recorder.append(execution.drain())
        recorder.finish(execution.snapshot())

    workspace.write(change)

    with workspace.reading() as reading:
        rows = reading.driver.execute("SELECT json_extract(metadata, '$.sealed') FROM trades").fetchall()
    assert rows == [(1,), (1,)]
