"""How far a long piece of work is, and how it is told to stop."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


class Cancelled(Exception):
    """The person stopped the work; nothing was written."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` (None where unknown) in a stage that a person can read."""

    stage: str
    done: int
    total: int | None


ProgressReport: TypeAlias = Callable[[Progress], None]
"""Takes the progress; raises Cancelled when the person has asked to stop. Long work calls it at least every 50 ms."""


def unwatched(_progress: Progress) -> None:
    """Report for work that nobody watches."""
