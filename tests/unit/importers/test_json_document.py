"""JSON from elsewhere: its bounds, and what is no JSON at all."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradesense_desktop.importers.json_document import DEEPEST, LARGEST_BYTES, MessageRefused, read_document
from tradesense_desktop.importers.read_payment_message import read_payment_message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1 is no JSON"),
        (b'{"a": 1,\n "b": }', "line 2 is no JSON"),
        (b"[]", "holds no JSON object"),
        (b"\xff\xfe{}", "not written in UTF-8"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"a": 1, "b": {"c": 1, "c": 1}}', "the key “c” stands twice"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is too long"),
        (b'{"a": 1e99999999999999999999}', "cannot be read"),
        (b'{"a": ' + b"[" * 100_000 + b"}", "nested deeper than 32 levels"),
        (b'{"a": "' + b"x" * LARGEST_BYTES + b'"}', "larger than 1,000,000 bytes"),
        (b'{"a": 1}', "no event of Stripe or PayPal"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_no_message_is_refused_with_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "event.json"
    path.write_bytes(content)

    with pytest.raises(MessageRefused) as refusal:
        read_payment_message(path)

    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_folder_and_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MessageRefused, match="this is no file"):
        read_document(tmp_path)
    with pytest.raises(MessageRefused, match="cannot be read"):
        read_document(tmp_path / "missing.json")
    with pytest.raises(MessageRefused, match="cannot be read"):
        read_document(tmp_path / "a\0b")


def test_depth_within_a_text_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text('\ufeff{"a": "' + "[" * 2 * DEEPEST + '\\"{"}', encoding="utf-8")

    assert "a" in read_document(path)[0]


def test_number_with_a_point_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text('{"rate": 0.1}', encoding="utf-8")

    document, _ = read_document(path)

    assert document._values["rate"] == Decimal("0.1")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_refused_by_the_name_of_their_file(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(content)

    assert _said(path).startswith("any.json: ")


def _said(path: Path) -> str:
    """The refusal of a file; any other exception goes through. A message of any bytes would say another thing."""
    try:
        return read_payment_message(path).number
    except MessageRefused as refusal:
        return str(refusal)
