"""The text of a file that does not say, or says wrongly, how its characters are written."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradesense_desktop.importers.encoding import decode

RUSSIAN = "<html><td>Время</td><td>Сделка</td><td>Отчет торговой истории: 10 000.00</td></html>"
GERMAN = "<html><td>Geschäfte</td><td>Gebühr für Überweisung: 10 000.00</td></html>"
CHINESE = "<html><td>成交</td><td>交易历史报告</td><td>手续费: 10 000.00</td></html>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "utf-8"), (RUSSIAN, "utf-8-sig"), (RUSSIAN, "utf-16"), (RUSSIAN, "utf-16-le"), (RUSSIAN, "utf-16-be"),
        (RUSSIAN, "cp1251"), (GERMAN, "cp1252"), (CHINESE, "gbk"), (CHINESE, "utf-16"), (CHINESE, "utf-8"),
    ],
)  # fmt: skip
def test_text_without_a_word_about_its_encoding_is_read(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, b""], ids=["marked", "unmarked"])
def test_a_byte_too_many_at_the_end_of_utf_16_is_dropped(mark: bytes) -> None:
    assert decode(mark + RUSSIAN.encode("utf-16-le") + b"\n") == RUSSIAN


def test_a_declared_encoding_is_taken_where_the_bytes_are_no_utf_8() -> None:
    text = '<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Сделки</html>'

    assert decode(text.encode("koi8-r")) == text


@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "rot13", "zlib", "nonsense"])
def test_a_declaration_that_is_wrong_or_no_encoding_of_text_is_passed_over(declared: str) -> None:
    text = f"<html><meta charset={declared}>{RUSSIAN}"

    assert decode(text.encode("cp1251")) == text


def test_a_character_cut_in_two_at_the_end_leaves_the_rest_as_utf_8() -> None:
    assert decode(CHINESE.encode() + "成".encode()[:2]).startswith(CHINESE)


@given(st.binary(max_size=200))
def test_any_bytes_become_some_text(data: bytes) -> None:
    assert isinstance(decode(data), str)
