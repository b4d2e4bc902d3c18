"""Small files beside the store that somebody may have put something else in the place of."""

import errno
import os
import stat
from pathlib import Path


def read_small_file(path: Path, most_bytes: int) -> bytes | None:
    """At most `most_bytes` from the beginning of a file, None where there is none.

    Raises OSError where it cannot be read, and for a folder, a pipe or a device: nobody waits for one to speak.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read(most_bytes)
