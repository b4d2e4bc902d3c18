"""A TCP proxy before a PostgreSQL that does to each connection what its source of faults says.

It listens on 127.0.0.1 and leads to a Unix socket or to another port. Which connection meets which fault depends on the
order of the connections alone, so that a seed reproduces a run of one client.
"""

import contextlib
import socket
import struct
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.sync.faults import (
    BlackHole,
    CutAt,
    Delay,
    Duplicate,
    Fault,
    FaultSource,
    LoseReply,
    Refuse,
    Slow,
    Way,
    clean,
)
from tests.sync.reply_watch import ReplyWatch

Target = Path | tuple[str, int]
"""The path of a Unix socket, or a host and a port."""
_PIECE = 65536
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FaultyProxy:
    """The proxy, running; `faults` is asked once a connection and may be replaced at any time."""

    def __init__(self, target: Target, faults: FaultSource = clean) -> None:
        self.target = target
        self.faults = faults
        self.fates: Counter[str] = Counter()
        """How often each fault was drawn, by its name."""
        self.struck: Counter[str] = Counter()
        """How often a fault that ends a connection has done so: one that ends before the byte is never cut."""
        self._guard = threading.Lock()
        self._links: list[_Link] = []
        self._is_closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listener.getsockname()
        self._thread = threading.Thread(target=self._accept, name="faulty-proxy")
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            fault = self.faults()
            link = _Link(self, client, fault)
            with self._guard:
                self.fates[type(fault).__name__] += 1
                self._links = [other for other in self._links if not other.is_over]
                self._links.append(link)
                is_closed = self._is_closed
            if is_closed:
                self.cut_all()

    def cut_all(self) -> None:
        """Cut every connection that there is, and wait until nothing of it is left."""
        with self._guard:
            links, self._links = self._links, []
        for link in links:
            link.cut()
            link.join()

    def settle(self) -> None:
        """Wait until every connection that the client has closed is over, duplicates too."""
        with self._guard:
            links = list(self._links)
        for link in links:
            link.join()

    def note_strike(self, fault: Fault) -> None:
        """Count a fault that has ended a connection."""
        with self._guard:
            self.struck[type(fault).__name__] += 1

    def close(self) -> None:
        """Cut everything and stop listening; doing it twice is fine."""
        with self._guard:
            self._is_closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        self.cut_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Link:
    """One connection of a client through the proxy, with the fate that it meets."""

    def __init__(self, proxy: FaultyProxy, client: socket.socket, fault: Fault) -> None:
        self._proxy = proxy
        self._fault = fault
        self._client = client
        self._over = threading.Event()
        self._is_cut = False
        self._servers: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._counts = {Way.TO_SERVER: 0, Way.TO_CLIENT: 0}
        self._watch = ReplyWatch(fault.tag, fault.occurrence) if isinstance(fault, LoseReply) else None
        try:
            if isinstance(fault, Refuse):
                raise ConnectionRefusedError
            for _ in range(2 if isinstance(fault, Duplicate) else 1):
                self._servers.append(_connected(proxy.target))
        except OSError:
            self._strike()
            return
        self._threads = [
            threading.Thread(target=self._pump, args=(self._client, Way.TO_SERVER), name="faulty-proxy-to-server"),
            threading.Thread(target=self._pump, args=(self._servers[0], Way.TO_CLIENT), name="faulty-proxy-to-client"),
            *(
                threading.Thread(target=self._swallow, args=(shadow,), name="faulty-proxy-shadow")
                for shadow in self._servers[1:]
            ),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_over(self) -> bool:
        return self._is_cut and not any(thread.is_alive() for thread in self._threads)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Both ends are closed; the client's is reset, so that nothing that was on its way arrives later."""
        self._is_cut = True
        self._over.set()
        for end in (self._client, *self._servers):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _strike(self) -> None:
        if not self._is_cut:
            self._proxy.note_strike(self._fault)
        self.cut()

    def _pump(self, source: socket.socket, way: Way) -> None:
        """Pass on what comes from `source` until one side ends or the fault strikes."""
        try:
            while data := source.recv(_PIECE):
                passed, strikes = self._before_the_fault(data, way)
                self._send(passed, way)
                if strikes:
                    self._wait_in_the_hole()
                    self._strike()
                    return
            # Read to its end: whatever it has said has been passed on.
            self._finish(way)
        except OSError:
            self.cut()

    def _before_the_fault(self, data: bytes, way: Way) -> tuple[bytes, bool]:
        """What of `data` is passed on, and whether the fault strikes after it."""
        before = self._counts[way]
        self._counts[way] = before + len(data)
        match self._fault:
            case CutAt() | BlackHole() if self._fault.way is way and before + len(data) > self._fault.byte:
                return data[: max(0, self._fault.byte - before)], True
            case LoseReply() if way is Way.TO_CLIENT:
                assert self._watch is not None
                return self._watch.feed(data), self._watch.found
        return data, False

    def _send(self, data: bytes, way: Way) -> None:
        sinks = self._servers if way is Way.TO_SERVER else [self._client]
        piece = self._fault.piece if isinstance(self._fault, Slow) else _PIECE
        if isinstance(self._fault, Delay):
            self._over.wait(self._fault.milliseconds / 1000)
        for start in range(0, len(data), piece):
            sinks[0].sendall(data[start : start + piece])
            for shadow in sinks[1:]:
                # The server ends a duplicate that it does not believe; the client's own connection goes on.
                with contextlib.suppress(OSError):
                    shadow.sendall(data[start : start + piece])

    def _wait_in_the_hole(self) -> None:
        if isinstance(self._fault, BlackHole):
            wait = self._fault.milliseconds
            self._over.wait(None if wait is None else wait / 1000)

    def _finish(self, way: Way) -> None:
        """One side has ended in an orderly way: the other is told, and the link goes when both have."""
        for sink in self._servers if way is Way.TO_SERVER else [self._client]:
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
        if way is Way.TO_CLIENT:
            self._is_cut = True
            self._over.set()
            for end in (self._client, self._servers[0]):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            for shadow in self._servers[1:]:
                with contextlib.suppress(OSError):
                    shadow.shutdown(socket.SHUT_WR)

    @staticmethod
    def _swallow(shadow: socket.socket) -> None:
        """Read to the end: then the server has done all that it was sent."""
        with contextlib.suppress(OSError):
            while shadow.recv(_PIECE):
                pass
        shadow.close()


def _connected(target: Target) -> socket.socket:
    if isinstance(target, tuple):
        connected = socket.create_connection(target)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connected.connect(str(target))
    except OSError:
        connected.close()
        raise
    return connected
