import pytest

from tradesense_desktop.server.errors import ServerTooNew, ServerTooOld
from tradesense_desktop.server.state import check_versions
from tradesense_desktop.services.pull_replica import is_at


@pytest.mark.parametrize(
    ("schema", "protocol", "refusal", "words"),
    [
        ("0.9", 1, ServerTooOld, "server migrate"),
        ("1.1", 1, ServerTooNew, "newest TradeSense"),
        ("10.0", 1, ServerTooNew, "schema 10.0"),
        ("1.0", 0, ServerTooOld, "protocol 0"),
        ("1.0", 2, ServerTooNew, "protocol 2"),
    ],
)
def test_an_older_and_a_newer_server_are_told_apart(
    schema: str, protocol: int, refusal: type[Exception], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        check_versions(schema, protocol)


def test_the_server_of_this_program_is_taken() -> None:
    check_versions("1.0", 1)


@pytest.mark.parametrize(
    ("held", "found", "expected"),
    [
        ("1:5", "1:5", True),
        ("1:5:77", "1:5", True),
        ("1:5:77", "1:5:77", True),
        ("1:5", "1:5:77", False),
        ("1:55", "1:5", False),
        ("", "0:0", False),
    ],
)
def test_a_thorough_mark_stands_for_the_quick_one_that_begins_it(held: str, found: str, expected: bool) -> None:
    assert is_at(held, found) is expected
