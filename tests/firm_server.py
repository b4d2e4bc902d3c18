"""A firm's server for tests: a fresh database on one of the run's clusters, installed as an operator would.

The clusters trust whoever connects to their socket, so `connect_as` needs no password; row security does not care how
somebody came in.
"""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg

from tests.conftest import Servers
from tests.postgresql_cluster import PostgresqlCluster
from tradesense_desktop.server.installation import add_first_superadmin, install, scram_verifier

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class FirmPerson:
    """Somebody of the firm: what they sign in with, and who they are in `users`."""

    login: str
    password: str
    id: str
    role: str
    email: str


class OneServer(Servers):
    """One cluster of the caller's own, whatever kind of server is asked for."""

    def __init__(self, cluster: PostgresqlCluster) -> None:
        super().__init__(ExitStack())
        self._cluster = cluster

    def cluster(self, kind: str) -> PostgresqlCluster:
        assert kind
        return self._cluster


class FirmServer:
    """One firm: its database, and whoever was added to it."""

    def __init__(self, servers: Servers, kind: str, database: str) -> None:
        self.kind = kind
        self.database = database
        self.cluster = servers.cluster(kind)
        self._superadmin: FirmPerson | None = None

    def connect(self) -> psycopg.Connection[Any]:
        """As the server's superuser, in autocommit mode: what an operator sees, past all policies."""
        return self.cluster.connect(self.database, autocommit=True)

    def connect_as(self, person: FirmPerson, *, autocommit: bool = True) -> psycopg.Connection[Any]:
        """As `person`."""
        parameters = {**self.cluster.parameters(self.database), "user": person.login, "password": person.password}
        return psycopg.connect(**parameters, autocommit=autocommit, prepare_threshold=None)

    def url_of(self, person: FirmPerson) -> str:
        """The address that `person` gives to `tradesense connect`."""
        parameters = self.cluster.parameters(self.database)
        host = quote(parameters["host"], safe="")
        return f"postgresql://{person.login}@{host}:{parameters['port']}/{self.database}"

    @property
    def superadmin(self) -> FirmPerson:
        """The firm's first person, entered when first asked for."""
        if self._superadmin is None:
            email, password = f"first{next(_NUMBERS)}@firm.example", secrets.token_urlsafe(16)
            with closing(self.connect()) as connection:
                added = add_first_superadmin(connection, email, password)
            self._superadmin = FirmPerson(added.login, password, added.user_id, "SUPERADMIN", email)
        return self._superadmin

    def add_person(self, role: str = "USER", email: str | None = None) -> FirmPerson:
        """Somebody new, registered by the super-administrator through the server's own function."""
        email = email or f"person{next(_NUMBERS)}@firm.example"
        password = secrets.token_urlsafe(16)
        with closing(self.connect_as(self.superadmin)) as connection:
            row = connection.execute(
                "SELECT id::text, db_role FROM ts_api.register_person(%s, %s, %s)",
                [email, role, scram_verifier(connection, "any", password)],
            ).fetchone()
        assert row is not None
        return FirmPerson(row[1], password, row[0], role, email)


@contextmanager
def firm_server(servers: Servers, kind: str) -> Iterator[FirmServer]:
    """A firm on a server of that kind; its database is dropped and its logins are gone afterwards."""
    cluster = servers.cluster(kind)
    database = f"firm_{next(_NUMBERS)}"
    with closing(cluster.connect("postgres", autocommit=True)) as connection:
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0')
    firm = FirmServer(servers, kind, database)
    try:
        with closing(firm.connect()) as connection:
            install(connection)
        yield firm
        with closing(firm.connect()) as connection:
            logins = [row[0] for row in connection.execute("SELECT db_role FROM users WHERE db_role IS NOT NULL")]
    finally:
        servers.drop(kind, database)
    with closing(cluster.connect("postgres", autocommit=True)) as connection:
        for login in logins:
            connection.execute(f'DROP ROLE IF EXISTS "{login}"')
