"""A workspace: a folder with one SQLite store, opened by one writer thread and a read-only connection a thread."""

import contextlib
import stat
import threading
import weakref
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from tradesense_desktop.domain.firm_session import FirmSession
from tradesense_desktop.domain.people import Actor, Role
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.store import migrations
from tradesense_desktop.store.authority import Acting, Authority, Scope
from tradesense_desktop.store.connection import close_to_others, connect, connect_to_write, make_private
from tradesense_desktop.store.database_errors import refusals_about
from tradesense_desktop.store.drivers import STORE_NAME, driver_of
from tradesense_desktop.store.encrypted_store import EncryptionTooLate, make_encrypted, unlock_store, wants_encryption
from tradesense_desktop.store.errors import WorkspaceClosed, WorkspaceUnusable
from tradesense_desktop.store.firm_binding import FirmBinding, read_binding
from tradesense_desktop.store.outer_keys import OuterKeys
from tradesense_desktop.store.pending_write import DoneByServer, PendingCommand, PendingWrite, Recomputation
from tradesense_desktop.store.sessions import check_actor
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.users import ensure_owner, find_owner, has_people
from tradesense_desktop.store.writer import Writer

if TYPE_CHECKING:
    from concurrent.futures import Future

Result = TypeVar("Result")

CACHE_NAME: Final = "cache"
_FOLDER_MODE: Final = 0o700
_SECONDS_BETWEEN_INTERRUPTS: Final = 0.02


def open_workspace(directory: Path, *, encrypted: bool = False, passphrase: str | None = None) -> "Workspace":
    """The workspace in `directory`, made where there is none: folder 0700, store 0600, the implicit owner in it.

    Without accounts it acts as that owner; with accounts as nobody, until somebody has signed in. With `encrypted` a
    new one is encrypted as a whole; `passphrase` is that of its key file, where the system has no keyring.

    Raises StoreRefusal where the folder cannot be written, the store is damaged or its schema is not ours.
    """
    path = directory / STORE_NAME
    try:
        is_own_folder = _is_own_folder(path)
        _unlock(path, encrypted=encrypted, passphrase=passphrase)
        make_private(path)
        if not stat.S_ISREG(path.lstat().st_mode):
            raise WorkspaceUnusable(path, "it is no regular file")
        with refusals_about(path):
            migrations.prepare(path)
        # Only now is it known to be ours: nobody else's file or folder is ever closed to others.
        close_to_others(path)
        if is_own_folder:
            directory.chmod(_FOLDER_MODE)
    except OSError as error:
        raise WorkspaceUnusable(path, error.strerror or str(error)) from error
    workspace = Workspace(path)
    try:
        with workspace.reading() as reading:
            is_new = not has_people(reading)
            owner_id = find_owner(reading)
        if is_new and not workspace.is_firm:
            owner_id = workspace.write(ensure_owner, Acting(Authority.SET_UP))
    except BaseException:
        workspace.close()
        raise
    return workspace if owner_id is None else workspace.acting_as(Actor(owner_id, Role.USER))


def _unlock(path: Path, *, encrypted: bool, passphrase: str | None) -> None:
    """Choose the driver of the store, and the key of a new one that is to be encrypted."""
    if unlock_store(path, passphrase):
        return
    is_there = path.exists() and path.stat().st_size > 0
    if encrypted and is_there:
        raise EncryptionTooLate(path.parent)
    if not is_there and (encrypted or wants_encryption()):
        make_encrypted(path.parent, passphrase)
        unlock_store(path, passphrase)


def _is_own_folder(path: Path) -> bool:
    """Whether the folder is there for the store alone: one that holds other things stays open to whom it was open."""
    return path.exists() or not path.parent.exists() or not any(path.parent.iterdir())


class Workspace:
    """An open store: `write` changes it, `reading` looks at it, `revision` tells when anybody has changed it.

    A handle acts as one `actor` (None: nobody has signed in) for as long as it lives; `acting_as` gives a handle for
    somebody else on the same open store, and closing any of them closes it for all. `keys` are those that stand
    open, for all handles.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self.directory: Final = path.parent
        self.actor: Actor | None = None
        self.firm: Final[FirmBinding | None] = read_binding(path.parent)
        self.firm_session: FirmSession | None = None
        self.keys: Final = OuterKeys(path.parent)
        self._again: Recomputation | None = None
        self._writer: Final = Writer(_engine(path, "BEGIN IMMEDIATE", self._connect_to_write), path, self.keys)
        self._reader_engine: Final = _engine(path, "BEGIN", lambda: connect(path, read_only=True))
        self._thread: Final = threading.local()
        self._open: Final[weakref.WeakSet[_ThreadConnection]] = weakref.WeakSet()
        self._guard: Final = threading.Lock()
        self._watching: Final = _Watching()

    def acting_as(self, actor: Actor | None, firm_session: FirmSession | None = None) -> "Workspace":
        """A handle on the same open store for `actor`, in a firm's workspace with what they carry along."""
        handle = copy(self)
        handle.actor = actor
        handle.firm_session = firm_session
        return handle

    def recomputing(self, again: Recomputation) -> "Workspace":
        """A handle whose pending writes take the place of an op that is in the outbox already."""
        handle = copy(self)
        handle._again = again  # noqa: SLF001 - its own kind
        return handle

    @property
    def is_firm(self) -> bool:
        """Whether this is a replica of a firm's server, where commands wait for its verdict."""
        return self.firm is not None

    @property
    def is_encrypted(self) -> bool:
        """Whether the store is encrypted as a whole, so that nothing derived from it may lie beside it in plain."""
        return driver_of(self.path).raw_key is not None

    @property
    def cache_directory(self) -> Path:
        """Folder of derived files, which may be deleted at any time."""
        return self.directory / CACHE_NAME

    def write(
        self,
        function: Callable[[Transaction], Result],
        acting: Acting | None = None,
        pending: PendingCommand | None = None,
    ) -> Result:
        """Run `function` in a transaction on the writer thread and wait: committed whole, or nothing and its exception.

        It may be run again from its beginning when somebody else was first, so it reads what it decides on
        through the transaction, and keeps nothing outside. It runs under the authority of the actor, who has to be
        allowed in still (else ActorGone), or under `acting`: for signing in and for the making of the workspace.

        In a firm's workspace `pending` says what command it is: what it writes goes to the outbox, and nothing of it to
        the replica. Without `pending` only what belongs to the device can be written there, but for a pull
        (Authority.PULL); anything else raises DoneByServer.
        """
        change, whose = self._change(function, acting)
        if self.firm is None:
            return self._writer.write(change, whose)
        if pending is None:
            return self._writer.write(change, _of_device(whose))
        if acting is not None or self.actor is None:
            raise DoneByServer
        write = PendingWrite(self.directory, pending, self.actor.user_id, self._again)
        return self._writer.write(change, replace(whose, scope=Scope.PENDING), write)

    def submit(self, function: Callable[[Transaction], Result]) -> "Future[Result]":
        """As `write`, without waiting."""
        change, whose = self._change(function, None)
        return self._writer.submit(change, whose if self.firm is None else _of_device(whose))

    def _connect_to_write(self) -> dbapi2.Connection:
        return connect_to_write(self.path, is_replica=self.is_firm)

    def _change(
        self, function: Callable[[Transaction], Result], acting: Acting | None
    ) -> tuple[Callable[[Transaction], Result], Acting]:
        actor = self.actor
        if acting is not None or actor is None:
            return function, acting or Acting.of(None)

        def change(transaction: Transaction) -> Result:
            check_actor(transaction, actor)
            return function(transaction)

        return change, Acting.of(actor)

    @contextlib.contextmanager
    def reading(self, progress: ProgressReport | None = None, stage: str = "") -> Iterator[Reading]:
        """A consistent, read-only view for this thread; with `progress`, its statements can be cancelled.

        Within another `reading` of the same thread it is the same view.
        """
        own = self._thread_connection()
        with refusals_about(self.path), own.view() as reading:
            if progress is None:
                yield reading
            else:
                with reading.watched(progress, stage):
                    yield reading

    def revision(self) -> int:
        """A number that differs from the last one when anybody, here or in another process, has committed since.

        Cheap enough to ask several times a second, from any thread.
        """
        with self._guard, refusals_about(self.path):
            if self._watching.is_closed:
                raise WorkspaceClosed(self.path)
            if self._watching.connection is None:
                self._watching.connection = self._reader_engine.connect()
            driver: Any = self._watching.connection.connection.driver_connection
            number: int = driver.execute("PRAGMA data_version").fetchone()[0]
            return number

    def fold_log(self) -> bool:
        """Move what the write-ahead log holds into the store and empty it; false where somebody reads it just then.

        Waits some seconds for them.
        """
        with refusals_about(self.path), contextlib.closing(connect(self.path)) as own:
            is_busy, *_ = own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not is_busy

    def close(self) -> None:
        """Abort what is being read, finish the changes that are queued, close everything; doing it twice is fine.

        The writer goes last: the last connection to close folds the write-ahead log into the store, and a
        read-only one could not.
        """
        with self._guard:
            self._watching.is_closed = True
            open_connections = [connection for connection in self._open if not connection.is_closed]
            watcher, self._watching.connection = self._watching.connection, None
        if watcher is not None:
            watcher.close()
        for connection in open_connections:
            connection.close()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _thread_connection(self) -> "_ThreadConnection":
        own: _ThreadConnection | None = getattr(self._thread, "connection", None)
        if own is None or own.is_closed:
            with self._guard:
                if self._watching.is_closed:
                    raise WorkspaceClosed(self.path)
                with refusals_about(self.path):
                    own = _ThreadConnection(self._reader_engine.connect(), self.path, self.keys)
                self._open.add(own)
            self._thread.connection = own
        return own


class _Watching:
    """What the handles of one open store share beside its connections."""

    __slots__ = ("connection", "is_closed")

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.is_closed = False


class _ThreadConnection:
    """The read-only connection of one thread; closed when the thread ends, since only the thread holds it."""

    def __init__(self, core: Connection, path: Path, keys: OuterKeys) -> None:
        self._core: Final = core
        self._path: Final = path
        self._keys: Final = keys
        self._in_use: Final = threading.RLock()
        self._reading: Reading | None = None
        self._close: Final = weakref.finalize(self, core.close)
        self._close.atexit = False

    @property
    def is_closed(self) -> bool:
        return not self._close.alive

    def close(self) -> None:
        """Abort the statement that runs, wait for its thread to let go, and close."""
        driver: Any = self._core.connection.driver_connection
        while not self._in_use.acquire(timeout=_SECONDS_BETWEEN_INTERRUPTS):
            driver.interrupt()
        try:
            self._close()
        finally:
            self._in_use.release()

    @contextlib.contextmanager
    def view(self) -> Iterator[Reading]:
        with self._in_use:
            if self.is_closed:
                raise WorkspaceClosed(self._path)
            if self._reading is not None:
                yield self._reading
                return
            with self._core.begin():
                self._reading = Reading(self._core, self._keys)
                try:
                    yield self._reading
                finally:
                    self._reading = None


def _of_device(acting: Acting) -> Acting:
    """Who writes to a replica without a command: a pull as it is, anybody else no further than the device."""
    return acting if acting.authority is Authority.PULL else replace(acting, scope=Scope.DEVICE)


def _engine(path: Path, begin: str, creator: Callable[[], dbapi2.Connection]) -> Engine:
    """Connections as store/connection.py makes them, with transactions begun by us."""
    engine = create_engine("sqlite://", module=driver_of(path).module, creator=creator, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(core: Connection) -> None:
        core.exec_driver_sql(begin)

    return engine
