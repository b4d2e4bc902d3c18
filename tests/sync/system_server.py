"""The system's PostgreSQL with TCP, TLS and passwords, as a firm would run it; the wheel's has none of these."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.postgresql_cluster import PostgresqlCluster, initdb_options, system_binaries
from tests.sync.certificates import Credentials

_RULES = """
local all postgres trust
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
hostssl all all all scram-sha-256
hostnossl all all all reject
"""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("", 0)) as probe:
        number: int = probe.getsockname()[1]
        return number


def own_name() -> str:
    """A name of this computer that is not localhost: only then has a connection to be encrypted."""
    name = socket.gethostname().lower()
    with suppress(OSError):
        socket.getaddrinfo(name, None, socket.AF_INET)
        return name
    pytest.skip(f"the name of this computer ({name}) leads nowhere, and a local connection needs no TLS")


@contextmanager
def system_server() -> Iterator[PostgresqlCluster]:
    """A server that is running; the test is skipped where the system has none."""
    binaries = system_binaries()
    if binaries is None:
        pytest.skip("the system has no PostgreSQL server, and the wheel's has no TLS")
    settings = {
        "listen_addresses": "0.0.0.0",
        "port": str(free_port()),
        "synchronous_commit": "on",
        "password_encryption": "scram-sha-256",
    }
    cluster = PostgresqlCluster(binaries, initdb_options(binaries), settings)
    try:
        cluster.start()
        write_rules(cluster, _RULES)
        yield cluster
    finally:
        cluster.stop()


def write_rules(cluster: PostgresqlCluster, rules: str) -> None:
    """Let in whom these lines of pg_hba.conf let in, from now on."""
    (cluster.directory / "data" / "pg_hba.conf").write_text(rules)
    cluster.halt()
    cluster.resume()


def secure(cluster: PostgresqlCluster, credentials: Credentials | None) -> None:
    """Start the server again with this certificate, or without TLS."""
    cluster.halt()
    if credentials is None:
        cluster.settings["ssl"] = "off"
    else:
        files = {"ssl_cert_file": credentials.certificate, "ssl_key_file": credentials.key}
        for setting, path in files.items():
            own = cluster.directory / Path(path).name
            shutil.copyfile(path, own)
            cluster.give(own)
            cluster.settings[setting] = str(own)
        cluster.settings["ssl"] = "on"
    cluster.resume()
