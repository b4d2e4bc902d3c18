"""A key on paper can be typed again; a slip is found."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradesense_desktop.audit.key_wrap import OuterKey
from tradesense_desktop.audit.recovery_sheet import RecoverySheet, SheetUnreadable, read_sheet, sheet_text

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
SHEET = RecoverySheet("0b0b0b0b-0000-4000-8000-000000000001", OuterKey("00112233aabbccdd", bytes(range(32))))
TEXT = sheet_text(SHEET, AT)
GROUPS = [line for line in TEXT.splitlines() if re.fullmatch(r" {4}(?:\S{4} ?){7}", line)]


def test_sheet_says_what_it_opens_when_it_was_written_and_how_to_use_it() -> None:
    assert "Workspace:  0b0b0b0b-0000-4000-8000-000000000001" in TEXT
    assert "Key id:     00112233aabbccdd" in TEXT
    assert "2026-03-01 12:30 UTC" in TEXT
    assert "key import" in TEXT
    assert len(GROUPS) == 2


@given(st.binary(min_size=32, max_size=32))
def test_printed_sheet_is_read_again(secret: bytes) -> None:
    sheet = RecoverySheet(SHEET.workspace_id, OuterKey("0123456789abcdef", secret))

    assert read_sheet(sheet_text(sheet, AT)) == sheet


def test_typed_sheet_may_be_in_small_letters_with_dashes_and_without_the_rest() -> None:
    typed = "\r\n".join(
        (
            "workspace: 0B0B0B0B-0000-4000-8000-000000000001",
            "key id: 00112233AABBCCDD",
            *(line.strip().lower().replace(" ", "-") for line in GROUPS),
        )
    )

    assert read_sheet(typed) == SHEET


def test_digits_that_base32_does_not_have_are_read_as_the_letters_they_look_like() -> None:
    typed = TEXT
    for line in GROUPS:
        typed = typed.replace(line, line.translate(str.maketrans("OIB", "018")))

    assert typed != TEXT
    assert read_sheet(typed) == SHEET


@given(st.sampled_from([0, 1]), st.data())
def test_one_wrong_character_is_found(line: int, data: st.DataObject) -> None:
    places = [place for place, letter in enumerate(GROUPS[line]) if letter != " "]
    place = data.draw(st.sampled_from(places))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    other = data.draw(st.sampled_from([letter for letter in letters if letter != GROUPS[line][place]]))
    typed = TEXT.replace(GROUPS[line], GROUPS[line][:place] + other + GROUPS[line][place + 1 :])

    with pytest.raises(SheetUnreadable, match="mistyped"):
        read_sheet(typed)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Workspace"),
        ("x" * 20_001, "too long"),
        (TEXT.replace(GROUPS[1], ""), "two lines"),
        (TEXT.replace("Key id:", "Key:"), "Key id"),
        (TEXT.replace(GROUPS[0], "    9999 9999 9999 9999 9999 9999 9999"), "none that stands on a sheet"),
        (TEXT.replace("00112233aabbccdd", "00112233aabbccde"), "mistyped"),
    ],
)
def test_what_is_no_sheet_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(SheetUnreadable, match=why):
        read_sheet(text)


def test_printing_a_sheet_object_does_not_show_the_key() -> None:
    assert str(list(SHEET.key.secret)[1:4]) not in repr(SHEET)
    assert "secret" not in repr(SHEET)
