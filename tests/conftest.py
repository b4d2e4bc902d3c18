"""Fixtures that all tests share: databases of both kinds, and the guard against what a test leaves behind."""

import gc
import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.both_databases import Database, PostgresqlDatabase, SqliteDatabase
from tests.postgresql_cluster import PostgresqlCluster, system_binaries, wheel_binaries
from tests.sqlite_store import make_store, open_store

SCHEMA = Path(__file__).parents[1] / "schema"
TEMPLATE = "template_tradesense"

# The two servers sort text differently on purpose: code points in one, English in the other.
_CLUSTERS: dict[str, tuple[Callable[[], Path | None], tuple[str, ...]]] = {
    "postgresql-18": (wheel_binaries, ("--locale-provider=builtin", "--locale=C.UTF-8")),
    "postgresql-system": (system_binaries, ("--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8")),
}
POSTGRESQL_KINDS = [kind for kind, (binaries, _) in _CLUSTERS.items() if binaries() is not None]


def pytest_report_header() -> str:
    """Which servers the tests run on: where the system has none, the wheel's is the only one."""
    return "postgresql: " + ", ".join(f"{kind} ({_CLUSTERS[kind][0]()})" for kind in POSTGRESQL_KINDS)


class Servers:
    """The running clusters, each started when first asked for, with the schema in a template database."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[str, PostgresqlCluster] = {}
        self._numbers = itertools.count(1)

    def cluster(self, kind: str) -> PostgresqlCluster:
        """The cluster, running."""
        if kind not in self._running:
            find_binaries, options = _CLUSTERS[kind]
            binaries = find_binaries()
            assert binaries is not None
            cluster = PostgresqlCluster(binaries, options)
            self._stack.callback(cluster.stop)
            cluster.start()
            self._running[kind] = cluster
        return self._running[kind]

    def template(self, kind: str, files: tuple[Path, ...] = (SCHEMA / "tradesense_schema.sql",)) -> str:
        """The name of a database that holds the schema and no connection."""
        cluster = self.cluster(kind)
        name = "_".join([TEMPLATE, *(path.stem for path in files[1:])])
        with closing(cluster.connect("postgres", autocommit=True)) as connection:
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if exists is None:
                connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
                for path in files:
                    loaded = cluster.run_psql(name, "-f", str(path))
                    assert loaded.returncode == 0, loaded.stderr
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
def postgresql(request: pytest.FixtureRequest, servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    """A connection (autocommit) to a fresh database with the schema, once for each server that there is."""
    name = servers.new_database(request.param)
    try:
        with closing(servers.cluster(request.param).connect(name, autocommit=True)) as connection:
            yield connection
    finally:
        servers.drop(request.param, name)


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


@pytest.fixture(scope="session", params=KINDS)
def shared_database(
    request: pytest.FixtureRequest, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database of each kind for the whole run; `both` gives it out, a transaction a test."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("shared") / "workspace.sqlite"
        shutil.copyfile(request.getfixturevalue("store_template"), path)
        with closing(open_store(path)) as connection:
            yield SqliteDatabase(connection)
    else:
        name = servers.new_database(request.param)
        with closing(servers.cluster(request.param).connect(name, autocommit=True)) as connection:
            yield PostgresqlDatabase(connection)


@pytest.fixture
def both(shared_database: Database) -> Iterator[Database]:
    """Either database, empty, within a transaction that is rolled back after the test.

    Clocks stand still in a PostgreSQL transaction: a test about them takes `fresh_both`.
    """
    with shared_database.undone():
        yield shared_database


@pytest.fixture(params=KINDS)
def fresh_both(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Either database, empty and the test's own, each statement committed at once."""
    if request.param == "sqlite":
        yield SqliteDatabase(request.getfixturevalue("store"))
        return
    servers: Servers = request.getfixturevalue("servers")
    name = servers.new_database(request.param)
    try:
        with closing(servers.cluster(request.param).connect(name, autocommit=True)) as connection:
            yield PostgresqlDatabase(connection)
    finally:
        servers.drop(request.param, name)


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
