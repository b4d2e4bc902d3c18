"""Files that a person handed in, and whose bytes go with a pending command."""

from pathlib import Path

from tradesense_desktop.services.errors import Refused


def bytes_of(path: Path) -> bytes:
    """The bytes of a file that was read a moment ago. Raises Refused where it cannot be read any more."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path.name}: the file cannot be read ({error.strerror or error}).") from error
