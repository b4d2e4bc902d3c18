"""What libpq is told about a connection: how the server has to prove who it is."""

import pytest

from tradesense_desktop.domain.server_address import ServerAddress, Tls
from tradesense_desktop.server.connection import parameters

LOGIN = "u_0123456789abcdef0123456789abcdef"


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
