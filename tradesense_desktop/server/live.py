"""Being told of news: a connection of its own that listens, in a thread of its own.

A note carries nothing but that something is new. Behind a pooler in transaction mode none arrives, and looking every
now and then has to do: that is done anyway.
"""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

import psycopg
from psycopg import sql

from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import abort, connect, translated
from tradesense_desktop.server.errors import ServerRefusal

_SECONDS_BETWEEN_LOOKS: Final = 20.0
_CHANNEL: Final = re.compile(r"ts_[0-9a-f]{32}")


def channel_of(epoch: str) -> str:
    """The channel of a stream: its epoch is random, and only who may read the stream knows it."""
    return "ts_" + epoch.replace("-", "")


class Listener:
    """Calls `tell` for every note on `channels`, from its own thread, until it is stopped or the connection breaks.

    A broken connection is no news: it ends, `is_listening` says so, and whoever looks for news makes another.
    """

    def __init__(
        self, address: ServerAddress, password: str, channels: Iterable[str], tell: Callable[[], object]
    ) -> None:
        self._address: Final = address
        self._password: Final = password
        self._channels: Final = tuple(channel for channel in channels if _CHANNEL.fullmatch(channel))
        self._tell: Final = tell
        self._stopping: Final = threading.Event()
        self._connection: psycopg.Connection[Any] | None = None
        self._thread: Final = threading.Thread(target=self._work, name="firm listener", daemon=True)

    @property
    def is_listening(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to listen; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopping.set()
        connection = self._connection
        if connection is not None:
            abort(connection)
        if self._thread.ident is not None:
            self._thread.join()

    def _work(self) -> None:
        with contextlib.suppress(ServerRefusal), connect(self._address, self._password) as connection:
            self._connection = connection
            # Whoever stops this sets the flag and then looks for a connection to cut: one of the two sees the other.
            if self._stopping.is_set():
                return
            with translated(self._address):
                for channel in self._channels:
                    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                self._tell()  # what came between the last look and now
                while not self._stopping.is_set():
                    for _ in connection.notifies(timeout=_SECONDS_BETWEEN_LOOKS, stop_after=1):
                        self._tell()
                    # Also tells a connection that broke from one on which nothing happens.
                    connection.execute("")
