"""Fixtures that all tests share: databases of both kinds, and the guard against what a test leaves behind."""

import gc
import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.both_databases import Database, PostgresqlDatabase, SqliteDatabase
from tests.postgresql_cluster import PostgresqlCluster, initdb_options, system_binaries, wheel_binaries
from tests.sqlite_store import make_store, open_store

SCHEMA = Path(__file__).parents[1] / "schema"
TEMPLATE = "template_tradesense"

_CLUSTERS: dict[str, Callable[[], Path | None]] = {
    "postgresql-18": wheel_binaries,
    "postgresql-system": system_binaries,
}
SERVER_KINDS = [kind for kind, binaries in _CLUSTERS.items() if binaries() is not None]

PARTITIONED = "postgresql-partitioned"
"""The form for growth, schema/scale, on the wheel's server; it passes the same tests."""
POSTGRESQL_KINDS = [*SERVER_KINDS, PARTITIONED]


def pytest_report_header() -> str:
    """Which servers the tests run on: where the system has none, the wheel's is the only one."""
    return "postgresql: " + ", ".join(f"{kind} ({_CLUSTERS[kind]()})" for kind in SERVER_KINDS)


class Servers:
    """The running clusters, each started when first asked for, with the schema in a template database."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[str, PostgresqlCluster] = {}
        self._numbers = itertools.count(1)

    def cluster(self, kind: str) -> PostgresqlCluster:
        """The cluster on which databases of `kind` live, running."""
        kind = "postgresql-18" if kind == PARTITIONED else kind
        if kind not in self._running:
            binaries = _CLUSTERS[kind]()
            assert binaries is not None
            cluster = PostgresqlCluster(binaries, initdb_options(binaries))
            try:
                cluster.start()
            except BaseException:
                cluster.stop()
                raise
            self._stack.callback(cluster.stop)
            self._running[kind] = cluster
        return self._running[kind]

    def template(self, kind: str) -> str:
        """The name of a database that holds the schema and no connection."""
        cluster = self.cluster(kind)
        file = SCHEMA / ("scale/partitioned.sql" if kind == PARTITIONED else "tradesense_schema.sql")
        name = f"{TEMPLATE}_{file.stem}"
        with closing(cluster.connect("postgres", autocommit=True)) as connection:
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if exists is None:
                connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
                loaded = cluster.run_psql(name, "-f", str(file))
                assert (loaded.returncode, loaded.stderr) == (0, "")
        return name

    def new_database(self, kind: str, template: str | None = None) -> str:
        """The name of a fresh database with the schema in it (or made from another template)."""
        template = template or self.template(kind)
        name = f"test_{next(self._numbers)}"
        with closing(self.cluster(kind).connect("postgres", autocommit=True)) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, kind: str, name: str) -> None:
        """The database, whoever is connected to it."""
        with closing(self.cluster(kind).connect("postgres", autocommit=True)) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The PostgreSQL servers of this run, stopped and removed at its end."""
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture(params=POSTGRESQL_KINDS)
def fresh_postgresql(request: pytest.FixtureRequest, servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    """A connection (autocommit) to a fresh database with the schema, once for each server that there is."""
    with fresh_database(servers, request.param) as connection:
        yield connection


@contextmanager
def fresh_database(servers: Servers, kind: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection (autocommit) to a fresh database of that server, dropped afterwards."""
    name = servers.new_database(kind)
    try:
        with closing(servers.cluster(kind).connect(name, autocommit=True)) as connection:
            yield connection
    finally:
        servers.drop(kind, name)


@pytest.fixture(scope="session")
def store_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the schema and no rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "workspace.sqlite"
    make_store(path)
    return path


@pytest.fixture
def store_path(store_template: Path, tmp_path: Path) -> Path:
    """The file of a fresh store with the schema in it; nothing has it open."""
    path = tmp_path / "workspace.sqlite"
    shutil.copyfile(store_template, path)
    return path


@pytest.fixture
def store(store_path: Path) -> Iterator[Any]:
    """A connection of ours (autocommit) to a fresh store."""
    with closing(open_store(store_path)) as connection:
        yield connection


KINDS = ["sqlite", *POSTGRESQL_KINDS]


class SharedDatabases:
    """One database of each kind for the whole run, empty: each test works in a transaction that is rolled back."""

    def __init__(self, stack: ExitStack, servers: Servers, make_copy: Callable[[], Path]) -> None:
        self._stack = stack
        self._servers = servers
        self._make_copy = make_copy
        self._open: dict[str, Database] = {}

    def of(self, kind: str) -> Database:
        """The database, opened when first asked for."""
        if kind not in self._open:
            self._open[kind] = self._sqlite() if kind == "sqlite" else self._postgresql(kind)
        return self._open[kind]

    def _sqlite(self) -> Database:
        return SqliteDatabase(self._stack.enter_context(closing(open_store(self._make_copy()))))

    def _postgresql(self, kind: str) -> Database:
        name = self._servers.new_database(kind)
        connection = self._servers.cluster(kind).connect(name, autocommit=True)
        return PostgresqlDatabase(self._stack.enter_context(closing(connection)))


@pytest.fixture(scope="session")
def shared_databases(request: pytest.FixtureRequest, servers: Servers) -> Iterator[SharedDatabases]:
    """The databases that `both`, `sqlite` and `postgresql` give out."""

    def copy_of_the_template() -> Path:
        path: Path = request.getfixturevalue("tmp_path_factory").mktemp("shared") / "workspace.sqlite"
        shutil.copyfile(request.getfixturevalue("store_template"), path)
        return path

    with ExitStack() as stack:
        yield SharedDatabases(stack, servers, copy_of_the_template)


@pytest.fixture(params=KINDS)
def both(request: pytest.FixtureRequest, shared_databases: SharedDatabases) -> Iterator[Database]:
    """Each database in turn, empty, within a transaction that is rolled back after the test.

    Clocks stand still in a PostgreSQL transaction: a test about them takes `fresh_both`.
    """
    database = shared_databases.of(request.param)
    with database.undone():
        yield database


@pytest.fixture
def sqlite(shared_databases: SharedDatabases) -> Iterator[Database]:
    """SQLite alone, as `both` gives it: for what PostgreSQL does not have."""
    database = shared_databases.of("sqlite")
    with database.undone():
        yield database


@pytest.fixture(params=POSTGRESQL_KINDS)
def postgresql(request: pytest.FixtureRequest, shared_databases: SharedDatabases) -> Iterator[Database]:
    """Each PostgreSQL alone, as `both` gives it: for what SQLite does not have."""
    database = shared_databases.of(request.param)
    with database.undone():
        yield database


@pytest.fixture(params=KINDS)
def fresh_both(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Database]:
    """Each database in turn, empty and the test's own, each statement committed at once."""
    if request.param == "sqlite":
        yield SqliteDatabase(request.getfixturevalue("store"))
    else:
        with fresh_database(servers, request.param) as connection:
            yield PostgresqlDatabase(connection)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test fails when it leaves a thread or, with Qt, an active timer or a top-level widget behind."""
    threads = set(threading.enumerate())
    qt = _QtRemains() if "qtbot" in request.fixturenames else None
    yield
    if qt is not None:
        qt.check()
    for thread in set(threading.enumerate()) - threads:
        if isinstance(thread, threading._DummyThread):
            continue  # a thread of Qt's pool that once ran Python: `_QtRemains` waits for those
        thread.join(timeout=2)
        assert not thread.is_alive(), f"the test left the thread {thread.name!r} behind"


class _QtRemains:
    """What of Qt was there before a test, to tell what is new after it; imports Qt, so only where Qt is in use."""

    def __init__(self) -> None:
        from PySide6.QtWidgets import QApplication

        self._widgets = {id(widget): widget for widget in QApplication.topLevelWidgets()}
        self._timers = {id(timer): timer for timer in self._active_timers()}

    @staticmethod
    def _active_timers() -> list[Any]:
        from PySide6.QtCore import QTimer
        from shiboken6 import isValid

        timers = [found for found in gc.get_objects() if issubclass(type(found), QTimer)]
        return [timer for timer in timers if isValid(timer) and timer.isActive()]

    def check(self) -> None:
        """Fail when something new is still there once what was to be deleted later is deleted."""
        from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool
        from PySide6.QtWidgets import QApplication

        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert QThreadPool.globalInstance().waitForDone(2000), "the test left a task running in Qt's thread pool"
        widgets = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in self._widgets]
        timers = [timer for timer in self._active_timers() if id(timer) not in self._timers]
        assert not widgets, f"the test left these windows behind: {widgets}"
        assert not timers, f"the test left these timers running: {timers}"
