"""What a challenge is bound to: the one source of its rows, and the zone of that source's server.

A challenge that an import made holds both in its rules, which CHALLENGE_CREATED binds for good. One that was opened
before there was a statement says neither, and its rules cannot change once it has started: there the first import that
brought rows binds, and the import history, which is never changed, tells what it was.
"""

from dataclasses import dataclass

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.services.challenge_origin import bound_zone
from tradesense_desktop.store.import_history import list_imports
from tradesense_desktop.store.transaction import Reading

SOURCE_KEY = "source"
"""Where the totals of an import record name the source of its file."""


@dataclass(frozen=True, slots=True)
class Binding:
    """The source that rows have to be of, and the zone of its server; None where any may come."""

    source: dict[str, str | None] | None
    zone: str | None

    @property
    def source_text(self) -> str:
        """The source as people name it: the account and its server, or a tester's run; empty where there is none."""
        source = self.source or {}
        return " · ".join(str(source[part]) for part in ("account", "server", "run") if source.get(part))


def binding_of(reading: Reading, challenge: Challenge) -> Binding:
    """What an import into the challenge is bound to."""
    source = challenge.rules_config.get("source")
    zone = bound_zone(challenge)
    if source is None or zone is None:
        first = next(iter(list_imports(reading, challenge.id)), None)
        if first is not None:
            source = source or first.totals.get(SOURCE_KEY)
            zone = zone or first.time_zone
    return Binding(source, zone)
