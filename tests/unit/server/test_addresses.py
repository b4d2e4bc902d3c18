import pytest

from tradesense_desktop.server.addresses import ServerAddress, Tls, parse_address
from tradesense_desktop.server.connection import parameters
from tradesense_desktop.server.errors import AddressUnusable

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


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "/run/postgresql"])
def test_nothing_is_encrypted_within_this_computer(host: str) -> None:
    address = ServerAddress(host, 5432, "firm", LOGIN)

    assert address.is_local
    assert parameters(address, "secret")["sslmode"] == "disable"


@pytest.mark.parametrize("host", ["db.example.com", "10.0.0.1", "localhost.example.com", "2001:db8::1"])
def test_everywhere_else_the_server_proves_who_it_is(host: str) -> None:
    sent = parameters(ServerAddress(host, 5432, "firm", LOGIN), "secret")

    assert (sent["sslmode"], sent["channel_binding"]) == ("verify-full", "require")
    assert (sent["require_auth"], sent["gssencmode"]) == ("scram-sha-256", "disable")
    assert sent["connect_timeout"] == 10
    assert sent["application_name"] == "tradesense"
    assert sent["sslrootcert"]


def test_weaker_ways_have_to_be_asked_for() -> None:
    pooler = parameters(ServerAddress("db.example.com", 5432, "firm", LOGIN, Tls.POOLER), "secret")
    unverified = parameters(ServerAddress("db.example.com", 5432, "firm", LOGIN, Tls.UNVERIFIED), "secret")

    assert (pooler["sslmode"], pooler["channel_binding"]) == ("verify-full", "prefer")
    assert (unverified["sslmode"], unverified["require_auth"]) == ("require", "scram-sha-256")
