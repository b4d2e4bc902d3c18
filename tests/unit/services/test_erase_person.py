"""Erasing a person: what was sealed opens to nobody, and the chain is as whole as before."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.keyrings import no_keyring
from tests.people import EMAILS, People, id_of, workspace_with_people
from tests.unit.store.keys import PASSPHRASE
from tests.unit.store.ledgers import create
from tests.unit.store.test_sealed_columns import add_note
from tradesense_desktop.audit.hash_chain import event_body, genesis_hash, leaf_hash
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.sealed import Sealed
from tradesense_desktop.services.erase_person import erase_person
from tradesense_desktop.services.errors import NotAllowed, Refused
from tradesense_desktop.services.govern_user import delete_user
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_key_status import read_key_status
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.settings import PASSPHRASE_VARIABLE
from tradesense_desktop.store.challenges import read_challenge, update_challenge
from tradesense_desktop.store.event_log import read_events_page
from tradesense_desktop.store.transaction import Transaction


@pytest.fixture(autouse=True)
def headless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    with no_keyring():
        yield


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def people(directory: Path) -> Iterator[People]:
    """People, a key, and a trader with sealed metadata on a challenge and on one of its events."""
    with workspace_with_people(directory) as made:
        make_key(made.superadmin, passphrase=PASSPHRASE)
        yield made


def sealed_challenge(workspace: Workspace) -> Challenge:
    def change(transaction: Transaction) -> Challenge:
        before = create(transaction, 1, count=5, owner_id=id_of(workspace))
        after = replace(before, metadata={"note": "private"}, version=before.version + 1)
        return update_challenge(transaction, before, after)

    challenge = workspace.write(change)
    add_note(workspace, challenge, {"ip": "10.0.0.1"})
    return challenge


def delete_trader(people: People) -> str:
    user_id = id_of(people.trader)
    delete_user(people.superadmin, user_id, reason="asked for it")
    return user_id


def chain_is_whole(workspace: Workspace, challenge_id: str) -> bool:
    """Whether every event's hash and link is what its columns say."""
    with workspace.reading() as reading:
        events = read_events_page(reading, challenge_id, 1, 1_000)
        texts = reading.driver.execute(
            "SELECT event_data FROM challenge_events WHERE challenge_id = ? ORDER BY sequence_number", (challenge_id,)
        ).fetchall()
    link = genesis_hash(challenge_id)
    for event, (data,) in zip(events, texts, strict=True):
        body = event_body(
            event_id=event.id,
            challenge_id=challenge_id,
            sequence_number=event.sequence_number,
            event_type=event.event_type,
            event_version=event.event_version,
            event_data_text=data,
            description=event.description,
            occurred_at=instant_text(event.occurred_at),
            recorded_at=instant_text(event.recorded_at),
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
            metadata_commitment=event.metadata_commitment,
            previous_hash=link,
        )
        if event.previous_hash != link or event.hash != leaf_hash(body):
            return False
        link = event.hash
    return len(events) > 5


def test_what_was_sealed_opens_to_nobody_and_the_chain_stays_whole(people: People) -> None:
    challenge = sealed_challenge(people.trader)
    with people.trader.reading() as reading:
        assert read_challenge(reading, challenge.id).metadata == {"note": "private"}
    user_id = delete_trader(people)

    erased = erase_person(people.superadmin, user_id)

    assert erased.email == f"{user_id}@erased.invalid"
    with people.superadmin.reading() as reading:
        assert isinstance(read_challenge(reading, challenge.id).metadata, Sealed)
        last = read_events_page(reading, challenge.id, 1, 1_000)[-1]
        assert reading.driver.execute("SELECT wrapped_key FROM data_keys").fetchall() == [(None,)]
    assert isinstance(last.metadata, Sealed)
    assert not last.metadata.is_broken
    assert last.metadata_commitment is not None
    assert chain_is_whole(people.superadmin, challenge.id)
    assert replay_challenge(people.superadmin, challenge.id).equals_stored is True
    assert read_key_status(people.superadmin).people_erased == 1


def test_neither_the_wrapped_key_nor_the_address_is_left_in_any_file(people: People, directory: Path) -> None:
    sealed_challenge(people.trader)
    with people.superadmin.reading() as reading:
        ((wrapped,),) = reading.driver.execute("SELECT wrapped_key FROM data_keys")
    user_id = delete_trader(people)

    erase_person(people.superadmin, user_id)

    for content in (wrapped, EMAILS["trader"]):
        assert [path.name for path in directory.iterdir() if content.encode() in path.read_bytes()] == []
    people.nobody.close()
    for content in (wrapped, EMAILS["trader"]):
        assert [path.name for path in directory.iterdir() if content.encode() in path.read_bytes()] == []


def test_key_that_stays_in_the_log_because_somebody_reads_is_said_and_goes_with_the_next_try(
    people: People, directory: Path
) -> None:
    sealed_challenge(people.trader)
    with people.superadmin.reading() as reading:
        ((wrapped,),) = reading.driver.execute("SELECT wrapped_key FROM data_keys")
    user_id = delete_trader(people)

    with open_workspace(directory) as window, window.reading() as elsewhere:
        elsewhere.driver.execute("SELECT count(*) FROM users").fetchone()
        with pytest.raises(Refused, match="its log still holds the destroyed key"):
            erase_person(people.superadmin, user_id)
    with pytest.raises(Refused, match="erased before"):
        erase_person(people.superadmin, user_id)

    assert [path.name for path in directory.iterdir() if wrapped.encode() in path.read_bytes()] == []


def test_only_somebody_who_was_deleted_is_erased_and_once(people: People) -> None:
    with pytest.raises(Refused, match="Delete the account first"):
        erase_person(people.superadmin, id_of(people.trader))
    user_id = delete_trader(people)
    erase_person(people.superadmin, user_id)

    with pytest.raises(Refused, match="erased before"):
        erase_person(people.superadmin, user_id)


def test_erasing_is_for_super_administrators(people: People) -> None:
    user_id = delete_trader(people)

    for name in ("other", "auditor", "admin"):
        with pytest.raises(NotAllowed):
            erase_person(people.of(name), user_id)


def test_somebody_without_a_key_is_erased_for_good_too(tmp_path: Path) -> None:
    with workspace_with_people(tmp_path / "plain") as people:
        user_id = delete_trader(people)

        erase_person(people.superadmin, user_id)

        with people.superadmin.reading() as reading:
            rows = reading.driver.execute("SELECT user_id, destroyed_at IS NOT NULL FROM data_keys").fetchall()
    assert rows == [(user_id, 1)]


def test_others_keep_their_keys(people: People) -> None:
    challenge = sealed_challenge(people.other)
    user_id = delete_trader(people)

    erase_person(people.superadmin, user_id)

    with people.other.reading() as reading:
        assert read_challenge(reading, challenge.id).metadata == {"note": "private"}
