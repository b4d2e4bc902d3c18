"""What a benchmark found: one figure against its reference or its limit, and the table of many."""

import gc
import json
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from time import perf_counter
from typing import Any

from pysqlite3 import dbapi2

REPETITIONS = 5


class Unit(StrEnum):
    """What a figure is counted in: a ratio to a reference, frames of 60 Hz, milliseconds, megabytes, an exponent."""

    RATIO = "×"
    FRAMES = "frames"
    MILLISECONDS = "ms"
    MEGABYTES = "MB"
    EXPONENT = "exponent"


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table; `target` is the most that the figure may be, None for one that only explains another."""

    what: str
    reference: str
    value: float
    unit: Unit
    target: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the target, if there is one, is reached."""
        return self.target is None or self.value <= self.target


def seconds(act: Callable[[], object]) -> float:
    """How long `act` takes, with the garbage of what came before collected."""
    gc.collect()
    begun = perf_counter()
    act()
    return perf_counter() - begun


def alternating(
    candidate: Callable[[], object], reference: Callable[[], object], repetitions: int = REPETITIONS
) -> tuple[float, float]:
    """Median seconds of both, in turn."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(repetitions):
        theirs.append(seconds(reference))
        ours.append(seconds(candidate))
    return statistics.median(ours), statistics.median(theirs)


def machine() -> dict[str, Any]:
    """Where this was measured."""
    return {
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "sqlite": dbapi2.sqlite_version,
    }


def as_json(rows: Sequence[Measured]) -> list[dict[str, Any]]:
    """Rows for a file, each with its verdict."""
    return [{**asdict(row), "is_met": row.is_met} for row in rows]


def from_json(text: str) -> list[Measured]:
    """The rows that `as_json` wrote as a list."""
    return [
        Measured(**{**row, "unit": Unit(row["unit"])})
        for row in ({key: value for key, value in each.items() if key != "is_met"} for each in json.loads(text))
    ]


def table(rows: Sequence[Measured]) -> str:
    """Rows as a table for a person."""
    cells = [
        (
            row.what,
            row.reference,
            f"{row.value:,.2f} {row.unit}",
            "" if row.target is None else f"≤ {row.target:g}",
            "" if row.target is None else "met" if row.is_met else "MISSED",
            row.note,
        )
        for row in rows
    ]
    head = ("what", "against", "found", "target", "", "")
    widths = [max(len(line[place]) for line in (head, *cells)) for place in range(len(head))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *cells)
    )
