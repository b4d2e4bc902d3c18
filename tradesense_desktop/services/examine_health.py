"""Examine the program and its store: versions, paths, integrity."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tradesense_desktop import __version__
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.settings import resources_directory, schema_directory
from tradesense_desktop.store.integrity import StoreHealth, examine_store

_LIBRARIES: Final = ("PySide6-Essentials", "pyqtgraph", "numpy", "SQLAlchemy", "pysqlite3", "tzdata")


@dataclass(frozen=True, slots=True)
class Health:
    """What is installed and whether the store is sound; `problem` is the sentence where it could not be opened."""

    program: str
    python: str
    system: str
    libraries: dict[str, str]
    workspace: Path
    resources: Path
    schema: Path
    store: StoreHealth | None
    problem: str | None

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
            "server": None,
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
        yield "Server", "none is configured; firm workspaces come with the server"


def examine_health(directory: Path) -> Health:
    """Look at everything; a store that cannot be opened is a finding, not an error."""
    store, problem = None, None
    try:
        workspace = open_workspace(directory)
    except Refused as refusal:
        problem = refusal.sentence
    else:
        try:
            with workspace.reading() as reading:
                store = examine_store(reading)
        finally:
            workspace.close()
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
    )
