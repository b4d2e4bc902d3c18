"""The chain commits to metadata without telling it."""

import base64
from hashlib import sha256

import pytest

from tradesense_desktop.audit.metadata_commitment import checked_metadata, committed, metadata_commitment
from tradesense_desktop.audit.sealing import Place, SealBroken

PLACE = Place("challenge_events", "metadata", "11111111-0000-4000-8000-000000000001")


def test_commitment_is_the_hash_of_the_salt_and_the_canonical_text() -> None:
    assert metadata_commitment(b"salt", {"b": 1, "a": "é"}) == sha256(b'salt{"a":"\xc3\xa9","b":1}').hexdigest()


def test_opened_metadata_is_that_which_was_committed_to() -> None:
    opened, commitment = committed({"ip": "10.0.0.1"})

    assert checked_metadata(PLACE, opened, commitment) == {"ip": "10.0.0.1"}


def test_same_metadata_has_another_commitment_each_time() -> None:
    assert committed({"a": 1})[1] != committed({"a": 1})[1]


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": {"ip": "10.0.0.2"}},
        {"salt": base64.b64encode(bytes(32)).decode()},
        {"salt": "not base64"},
        {"salt": None},
        {"metadata": None},
    ],
)
def test_other_metadata_or_salt_refuses(change: dict[str, object]) -> None:
    opened, commitment = committed({"ip": "10.0.0.1"})

    with pytest.raises(SealBroken):
        checked_metadata(PLACE, {**opened, **change}, commitment)


def test_metadata_that_the_event_says_nothing_of_refuses() -> None:
    opened, _ = committed({"ip": "10.0.0.1"})

    with pytest.raises(SealBroken):
        checked_metadata(PLACE, opened, None)
