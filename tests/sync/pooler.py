"""A PgBouncer in front of a test's server: transaction pooling, signing people in with the server's own verifiers."""

import contextlib
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgresql_cluster import PostgresqlCluster
from tests.sync.certificates import Credentials
from tests.sync.system_server import free_port


@contextmanager
def pooler(cluster: PostgresqlCluster, credentials: Credentials | None = None) -> Iterator[int]:
    """The port on which a PgBouncer listens before `cluster`; the test is skipped where there is none."""
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        pytest.skip("PgBouncer is not installed")
    port = free_port()
    lines = [
        "[databases]",
        f"* = host={cluster.directory} port={cluster.settings['port']} auth_user=postgres",
        "[pgbouncer]",
        f"listen_addr = 0.0.0.0\nlisten_port = {port}\nunix_socket_dir =",
        "pool_mode = transaction\nauth_type = scram-sha-256\nmax_client_conn = 200\ndefault_pool_size = 2",
        "auth_query = SELECT rolname, rolpassword FROM pg_authid WHERE rolname = $1",
    ]
    if credentials is not None:
        for name, path in (("cert", credentials.certificate), ("key", credentials.key)):
            own = cluster.directory / f"pooler-{path.name}"
            shutil.copyfile(path, own)
            cluster.give(own)
            lines.append(f"client_tls_{name}_file = {own}")
        lines.append("client_tls_sslmode = require")
    settings = cluster.directory / "pgbouncer.ini"
    settings.write_text("\n".join(lines) + "\n")
    cluster.give(settings)
    log = cluster.directory / "pgbouncer.log"
    with log.open("wb") as output:
        process = subprocess.Popen([program, settings], stdout=output, stderr=output, **cluster.identity())
        try:
            _wait_until_it_listens(process, port, log)
            yield port
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = process.wait(timeout=0.02)
            message = f"PgBouncer ended with {status}: {log.read_text(errors='replace')}"
            raise RuntimeError(message)
