"""Examine the program and its store: versions, paths, integrity; for a firm's workspace the way to its server."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tradesense_desktop import __version__
from tradesense_desktop.domain.diagnosis import Outcome, Step
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.firm_connection import address_of
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.settings import resources_directory, schema_directory
from tradesense_desktop.store.firm_binding import FirmBinding
from tradesense_desktop.store.integrity import StoreHealth, examine_store
from tradesense_desktop.store.outbox import REFUSED_STATES, open_outbox

_LIBRARIES: Final = ("PySide6-Essentials", "pyqtgraph", "numpy", "SQLAlchemy", "pysqlite3", "tzdata")


@dataclass(frozen=True, slots=True)
class ServerHealth:
    """To which server a firm's workspace is bound, whether it answers, and what waits for it on this computer.

    `sentences` tell what was found on the way there, step by step, as far as it was gone: without a password it ends
    before the sign-in.
    """

    address: str
    tls: str
    role: str
    connected_at: datetime
    is_reachable: bool
    sentences: tuple[str, ...]
    pending: int
    refused: int


@dataclass(frozen=True, slots=True)
class Health:
    """What is installed and whether the store is sound; `problem` is the sentence where it could not be opened.

    `server` is None for a local workspace.
    """

    program: str
    python: str
    system: str
    libraries: dict[str, str]
    workspace: Path
    resources: Path
    schema: Path
    store: StoreHealth | None
    problem: str | None
    server: ServerHealth | None

    @property
    def healthy(self) -> bool:
        """Whether nothing was found."""
        return self.store is not None and not self.store.findings

    def document(self) -> dict[str, Any]:
        """The findings as one JSON document (`doctor --json`)."""
        return {
            "healthy": self.healthy,
            "tradesense": self.program,
            "python": self.python,
            "system": self.system,
            "libraries": self.libraries,
            "workspace": str(self.workspace),
            "resources": str(self.resources),
            "schema": str(self.schema),
            "store": self.store,
            "problem": self.problem,
            "server": self.server,
        }

    def pairs(self) -> Iterator[tuple[str, object]]:
        """The findings line by line."""
        yield "TradeSense", self.program
        yield "Python", f"{self.python} on {self.system}"
        yield "Libraries", ", ".join(f"{name} {number}" for name, number in self.libraries.items())
        yield "Workspace", self.workspace
        yield "Resources", self.resources
        yield "Schema", self.schema
        if self.store is not None:
            yield "SQLite", self.store.sqlite_version
            yield "Store schema", self.store.schema_version
            yield "Store", "sound" if not self.store.findings else "; ".join(self.store.findings)
        if self.problem is not None:
            yield "Store", self.problem
        if self.server is None:
            yield "Server", "none; this workspace belongs to no firm (tradesense connect)"
            return
        yield "Server", self.server.address
        yield "Reachable", "yes" if self.server.is_reachable else "no"
        for sentence in self.server.sentences:
            yield "", sentence
        yield "Checked as", self.server.tls
        yield "Your role", self.server.role
        yield "Connected since", self.server.connected_at
        yield "Waits for it", f"{self.server.pending} pending, {self.server.refused} refused"


def examine_health(directory: Path, password: str = "") -> Health:
    """Look at everything; a store that cannot be opened is a finding, not an error, and so is a server far away.

    `password` is that of a firm's login, where it is at hand: nobody is asked for it.
    """
    store, problem, server = None, None, None
    try:
        workspace = open_workspace(directory)
    except Refused as refusal:
        problem = refusal.sentence
    else:
        try:
            with workspace.reading() as reading:
                store = examine_store(reading)
            binding = workspace.firm
        finally:
            workspace.close()
        if binding is not None:
            server = _examine_server(directory, binding, password)
    return Health(
        program=__version__,
        python=platform.python_version(),
        system=platform.platform(terse=True),
        libraries={name: version(name) for name in _LIBRARIES},
        workspace=directory,
        resources=resources_directory(),
        schema=schema_directory(),
        store=store,
        problem=problem,
        server=server,
    )


def _examine_server(directory: Path, binding: FirmBinding, password: str) -> ServerHealth:
    from tradesense_desktop.server.diagnosis import diagnose

    found = diagnose(address_of(binding), password)
    lines = [line for line in found.lines if line.outcome is not Outcome.UNREACHED]
    if not password:
        lines = [line for line in lines if line.step is not Step.PASSWORD]
    with refusals(), open_outbox(directory) as outbox:
        pending, refused = len(outbox.list_ops()), len(outbox.list_ops(REFUSED_STATES))
    return ServerHealth(
        address=binding.address,
        tls=binding.tls,
        role=binding.role.value,
        connected_at=binding.connected_at,
        is_reachable=all(line.outcome is Outcome.OK for line in lines),
        sentences=tuple(line.sentence for line in lines),
        pending=pending,
        refused=refused,
    )
