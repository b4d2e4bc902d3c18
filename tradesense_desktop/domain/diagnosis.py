"""What stands between a computer and a firm's server: each thing that has to be right, and whether it is."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What has to be right, in the order in which it is looked at."""

    NAME = "name"
    PORT = "port"
    CERTIFICATE = "certificate"
    PASSWORD = "password"  # noqa: S105 - the name of a step
    RIGHTS = "rights"
    SCHEMA = "schema"


class Outcome(StrEnum):
    """How a step ended; UNREACHED where one before it failed."""

    OK = "ok"
    FAILED = "failed"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class DiagnosisLine:
    """One step and what it showed, in a sentence; empty where it was not reached."""

    step: Step
    outcome: Outcome
    sentence: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Every step, in order."""

    lines: tuple[DiagnosisLine, ...]

    @property
    def is_ok(self) -> bool:
        """Whether the server can be used."""
        return all(line.outcome is Outcome.OK for line in self.lines)
