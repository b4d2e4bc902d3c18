"""Where a challenge comes from: its preset, the zone it is bound to, and whether its workspace is a demo.

Apart from the import, because whoever only reads must not load every importer: the window would start later.
"""

from pathlib import Path
from typing import Any, Final

from tradesense_desktop.domain.challenge import Challenge

DEMO_MARK: Final = "demo.txt"


def preset_of(challenge: Challenge) -> str:
    """Name of the preset that a challenge was opened under."""
    return str(challenge.rules_config.get("preset", "tradesense"))


def bound_zone(challenge: Challenge) -> str | None:
    """The server's zone that a challenge is bound to; None for one that no statement was imported into."""
    zone: Any = challenge.rules_config.get("server_zone")
    return None if zone is None else str(zone)


def is_demo(directory: Path) -> bool:
    """Whether the workspace in `directory` is a demo."""
    return (directory / DEMO_MARK).is_file()
