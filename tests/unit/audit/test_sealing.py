"""Sealed JSON opens where it was sealed, and nowhere else, and not when a bit of it was changed."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradesense_desktop.audit.canonical_json import OutsideProfile
from tradesense_desktop.audit.sealing import DataKey, Place, SealBroken
from tradesense_desktop.domain.sealed import Sealed, is_sealed

KEY = DataKey("0f0f0f0f-0000-4000-8000-000000000001", bytes(range(32)))
PLACE = Place("payments", "webhook_data", "11111111-0000-4000-8000-000000000001")

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
objects = st.dictionaries(st.text(st.characters(min_codepoint=1, max_codepoint=127)), scalars, max_size=5)


def sealed(value: Any) -> Sealed:
    return Sealed(json.loads(KEY.seal(PLACE, value)))


@given(objects)
def test_what_was_sealed_opens_as_it_was(value: dict[str, Any]) -> None:
    assert KEY.unseal(PLACE, sealed(value)) == value


@given(st.sampled_from(["ct", "n"]), st.data())
def test_any_flipped_bit_refuses(member: str, data: st.DataObject) -> None:
    stored = sealed({"iban": "DE02 1203"}).stored
    content = bytearray(base64.b64decode(stored[member]))
    place = data.draw(st.integers(0, len(content) * 8 - 1))
    content[place // 8] ^= 1 << place % 8
    stored[member] = base64.b64encode(content).decode()

    with pytest.raises(SealBroken):
        KEY.unseal(PLACE, Sealed(stored))


@given(st.sampled_from(["ct", "n", "kid"]), st.data())
def test_any_changed_character_refuses(member: str, data: st.DataObject) -> None:
    stored = sealed({"iban": "DE02 1203"}).stored
    text = stored[member]
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda letter: letter != text[place]))
    stored[member] = text[:place] + other + text[place + 1 :]

    with pytest.raises(SealBroken):
        KEY.unseal(PLACE, Sealed(stored))


@pytest.mark.parametrize(
    "moved",
    [
        replace(PLACE, table="users"),
        replace(PLACE, column="metadata"),
        replace(PLACE, row_id="11111111-0000-4000-8000-000000000002"),
        # The same letters, cut elsewhere.
        Place("payment", "swebhook_data", PLACE.row_id),
    ],
)
def test_moved_value_refuses_and_the_place_is_named(moved: Place) -> None:
    with pytest.raises(SealBroken, match=f"{moved.column} of {moved.table} row {moved.row_id}") as broken:
        KEY.unseal(moved, sealed({"iban": "DE02"}))

    assert broken.value.place == moved


def test_another_key_of_the_same_id_refuses() -> None:
    with pytest.raises(SealBroken):
        DataKey(KEY.id, bytes(32)).unseal(PLACE, sealed({"iban": "DE02"}))


@pytest.mark.parametrize("change", [{"ct": 5}, {"n": "AAAA"}, {"ct": ""}, {"more": 1}, {"n": "é"}])
def test_what_is_no_sealed_value_refuses(change: dict[str, Any]) -> None:
    with pytest.raises(SealBroken):
        KEY.unseal(PLACE, Sealed({**sealed({"iban": "DE02"}).stored, **change}))


def test_stored_text_is_canonical_and_shows_nothing_of_the_content() -> None:
    text = KEY.seal(PLACE, {"iban": "DE02 1203"})

    stored = json.loads(text)
    assert list(stored) == ["ct", "kid", "n", "sealed"]
    assert text == json.dumps(stored, separators=(",", ":"), sort_keys=True)
    assert is_sealed(stored)
    assert "iban" not in text
    assert b"DE02" not in base64.b64decode(stored["ct"])


def test_same_value_is_sealed_differently_each_time() -> None:
    assert KEY.seal(PLACE, {"a": 1}) != KEY.seal(PLACE, {"a": 1})


def test_number_with_a_fraction_is_not_sealed() -> None:
    with pytest.raises(OutsideProfile):
        KEY.seal(PLACE, {"amount": 0.1})


def test_nothing_that_is_printed_shows_a_secret() -> None:
    assert repr(KEY) == "DataKey(0f0f0f0f-0000-4000-8000-000000000001)"
    assert repr(sealed({"a": 1})) == "Sealed(0f0f0f0f-0000-4000-8000-000000000001)"


def test_sealed_marker_is_an_empty_object_that_is_something() -> None:
    marker = sealed({"a": 1})

    assert dict(marker) == {}
    assert marker
    assert marker != {}
    assert marker.get("a") is None
    assert marker == Sealed(marker.stored)
