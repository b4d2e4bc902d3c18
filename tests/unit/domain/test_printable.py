"""Foreign text in sentences."""

import pytest

from tradesense_desktop.domain.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Straße 12 – 日本", "Straße 12 – 日本"),
        ("a\x1b[31mb\nc", "a�[31mb�c"),
        ("abc\u202egpj.exe", "abc�gpj.exe"),
        ("raw\udcff.html", "raw�.html"),
    ],
)
def test_what_is_no_visible_character_is_replaced(text: str, shown: str) -> None:
    assert printable(text) == shown
