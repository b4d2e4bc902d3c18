"""Let Python's cycle collector rest while a million rows pass.

They hold no cycles, and each full pass over them stops every thread, the interface's too.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting_collector() -> Iterator[None]:
    """No collection of cycles inside; what has no references left is freed as always."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
