import pytest

from tradesense_desktop.domain.server_address import AddressUnusable, ServerAddress, parse_address

LOGIN = "u_0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"postgresql://{LOGIN}@db.example.com/firm", ServerAddress("db.example.com", 5432, "firm", LOGIN)),
        (f"  postgres://{LOGIN}@DB.example.com:6432/firm ", ServerAddress("db.example.com", 6432, "firm", LOGIN)),
        (f"postgresql://{LOGIN}@[::1]:5433/firm", ServerAddress("::1", 5433, "firm", LOGIN)),
        (f"postgresql://{LOGIN}@%2Frun%2Fpg/my%20firm", ServerAddress("/run/pg", 5432, "my firm", LOGIN)),
    ],
)
def test_an_address_is_read_and_written_again(text: str, expected: ServerAddress) -> None:
    assert parse_address(text) == expected
    assert parse_address(expected.url) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write it like"),
        ("firm", "write it like"),
        ("https://a@b/c", "write it like"),
        ("postgresql://db.example.com/firm", "names no login"),
        ("postgresql://me:secret-word@db.example.com/firm", "holds a password"),
        ("postgresql://me@/firm", "names no host"),
        ("postgresql://me@db.example.com", "names no database"),
        ("postgresql://me@db.example.com:0/firm", "is no port"),
        ("postgresql://me@db.example.com:99999/firm", "is no port"),
        ("postgresql://me@db.example.com:x/firm", "is no port"),
        ("postgresql://me@a,b/firm", "is no name of a host"),
        ("postgresql://me@-x/firm", "is no name of a host"),
        ("postgresql://me@[zz]/firm", "write it like"),
        ("postgresql://me@db.example.com/firm?sslmode=disable", "nothing may follow"),
        ("postgresql://me@db.example.com/a/b", "cannot be one"),
        ("postgresql://me@db.example.com/%00", "cannot be one"),
        ("postgresql://m\te@db.example.com/firm", "spaces or control"),
        (f"postgresql://{'m' * 64}@db.example.com/firm", "cannot be one"),
    ],
)
def test_what_is_no_address_is_said_in_one_sentence_without_a_password(text: str, words: str) -> None:
    with pytest.raises(AddressUnusable) as refused:
        parse_address(text)

    sentence = str(refused.value)
    assert words in sentence
    assert "secret-word" not in sentence
    assert "\n" not in sentence


def test_a_way_of_checking_that_there_is_not_is_refused() -> None:
    with pytest.raises(AddressUnusable, match="verified, pooler, unverified"):
        parse_address("postgresql://me@db.example.com/firm", "off")
