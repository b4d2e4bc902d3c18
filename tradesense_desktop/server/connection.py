"""Connections to the firm's server: how they are secured, how long they wait, and what their failures mean.

Nothing here sets anything for a session: behind a pooler in transaction mode the next statement may run on another one.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import psycopg
from psycopg import errors as postgresql

from tradesense_desktop.domain.server_address import ServerAddress, Tls
from tradesense_desktop.server.errors import (
    AccountClosed,
    CertificateRefused,
    ConnectionLost,
    DatabaseMissing,
    NameNotFound,
    NotAFirmServer,
    PortClosed,
    RightsMissing,
    ServerNotReady,
    ServerRefusal,
    SignInRefused,
)

ServerConnection: TypeAlias = psycopg.Connection[Any]
"""What the services hold in their hands: a connection that only this layer asks anything of."""

APPLICATION_NAME: Final = "tradesense"
_CONNECT_SECONDS: Final = 10
_SILENT_MILLISECONDS: Final = 30_000
"""After so long without an acknowledgement a connection counts as broken."""

_KEPT_ALIVE: Final[dict[str, Any]] = {
    "keepalives": 1,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": _SILENT_MILLISECONDS,
}
_SECURED: Final[dict[Tls, dict[str, str]]] = {
    Tls.VERIFIED: {"sslmode": "verify-full", "channel_binding": "require", "require_auth": "scram-sha-256"},
    Tls.POOLER: {"sslmode": "verify-full", "channel_binding": "prefer", "require_auth": "scram-sha-256"},
    Tls.UNVERIFIED: {"sslmode": "require", "channel_binding": "prefer", "require_auth": "scram-sha-256"},
}
_LOCAL: Final = {"sslmode": "disable", "channel_binding": "disable"}
_ROOTS: Final = "PGSSLROOTCERT"


def connect(address: ServerAddress, password: str, *, seconds: int = _CONNECT_SECONDS) -> psycopg.Connection[Any]:
    """A connection in autocommit mode, encrypted and checked as the address says; usable as a context manager.

    Raises ServerUnreachable (no name, closed port, no room), CertificateRefused, SignInRefused or DatabaseMissing.
    """
    try:
        return psycopg.connect(
            autocommit=True,
            prepare_threshold=None,  # a pooler would run a prepared statement on a session that never saw it
            **parameters(address, password, seconds=seconds),
        )
    except psycopg.OperationalError as error:
        raise refusal_to_connect(error, address) from error


def parameters(address: ServerAddress, password: str, *, seconds: int = _CONNECT_SECONDS) -> dict[str, Any]:
    """What libpq is told; nothing of it comes from the environment but the file of root certificates."""
    secured = _LOCAL if address.is_local else _SECURED[address.tls]
    if not address.is_local and address.tls is not Tls.UNVERIFIED:
        secured = {**secured, "sslrootcert": _roots()}
    return {
        "host": address.host,
        "hostaddr": "",
        "port": address.port,
        "dbname": address.database,
        "user": address.login,
        "password": password,
        "passfile": os.devnull,
        "options": "",
        "target_session_attrs": "any",
        "client_encoding": "UTF8",
        "application_name": APPLICATION_NAME,
        "gssencmode": "disable",
        "connect_timeout": seconds,
        **_KEPT_ALIVE,
        **secured,
    }


def _roots() -> str:
    """The file of the certificates that are trusted: the firm's own where there is one, else the system's."""
    named = os.environ.get(_ROOTS)
    own = Path.home() / ".postgresql" / "root.crt"
    return named or (str(own) if own.is_file() else "system")


def refusal_to_connect(error: psycopg.OperationalError, address: ServerAddress) -> ServerRefusal:
    """What a failure to connect means; libpq gives a code only where the server itself has answered."""
    refusal = _refusal_of_server(error, address)
    if refusal is not None:
        return refusal
    words = str(error).lower()
    if "certificate" in words or "ssl error" in words or "does not support ssl" in words or "server name" in words:
        return CertificateRefused(address.host, _certificate_words(words))
    if "could not translate host name" in words or "resolve host" in words or "name or service not known" in words:
        return NameNotFound(address.host)
    if "channel binding" in words or "authentication method requirement" in words or "authentication method" in words:
        return CertificateRefused(address.host, "it does not sign in as it must")
    if "no password supplied" in words:
        return SignInRefused("a password is needed")
    return PortClosed("this computer" if address.is_socket else address.host, address.port)


def _refusal_of_server(error: psycopg.Error, address: ServerAddress) -> ServerRefusal | None:
    """What the server's own words mean: by its code, or where libpq lost that by the one sentence it always says."""
    words = str(error)
    code = error.sqlstate or ""
    # The last one is what PgBouncer says.
    denied = ("password authentication failed", "no pg_hba.conf entry", "SASL authentication failed")
    if code in {"28P01", "28000"} or any(sentence in words for sentence in denied):
        return SignInRefused()
    if "is not permitted to log in" in words:
        return AccountClosed()
    if code == "3D000" or (f'database "{address.database}" does not exist' in words):
        return DatabaseMissing(address.database)
    if code in {"53300", "57P03"} or "too many connections" in words or "remaining connection slots" in words:
        return ServerNotReady("it has no room for another one")
    if "the database system is" in words:
        return ServerNotReady("it is starting or stopping")
    if code == "42501" or "permission denied for database" in words:
        return RightsMissing(address.login)
    return None


def _certificate_words(words: str) -> str:
    if "does not support ssl" in words:
        return "it does not encrypt the connection"
    if "does not match host name" in words or "server name" in words:
        return "its certificate is for another name"
    if "expired" in words:
        return "its certificate has expired"
    if "verify failed" in words or "self-signed" in words or "unable to get local issuer" in words:
        # libpq does not tell one from the other.
        return "nobody whom this computer trusts has signed its certificate, or it has expired"
    return "its certificate cannot be checked"


def abort(connection: psycopg.Connection[Any]) -> None:
    """End whatever waits on a connection, from another thread: it fails there as if the connection had been cut."""
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as own:
        own.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def answered_within(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Cut the connection where what is asked inside takes longer: what acknowledges and never answers ends nothing."""
    timer = threading.Timer(seconds, abort, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextlib.contextmanager
def translated(address: ServerAddress) -> Iterator[None]:
    """Turn what goes wrong on an open connection into refusals: a cut one, rights that are gone, a foreign database."""
    try:
        yield
    except (postgresql.UndefinedTable, postgresql.UndefinedFunction, postgresql.InvalidSchemaName) as error:
        raise NotAFirmServer(address.database) from error
    except postgresql.UndefinedColumn as error:
        raise NotAFirmServer(address.database) from error
    except postgresql.InsufficientPrivilege as error:
        raise RightsMissing(address.login) from error
    except (postgresql.QueryCanceled, postgresql.AdminShutdown, postgresql.CrashShutdown) as error:
        raise ConnectionLost from error
    except psycopg.OperationalError as error:
        raise ConnectionLost from error
    except psycopg.InterfaceError as error:
        raise ConnectionLost from error
