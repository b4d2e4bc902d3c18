"""kill -9 at random moments of a write: what is left must open, be whole, and hold all of it or nothing."""

import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from tests.raw_store import open_raw
from tradesense_desktop.store.drivers import STORE_NAME
from tradesense_desktop.store.workspace import open_workspace

_LONGEST_SECONDS = 300


class Left(StrEnum):
    """What a killed process left in the workspace."""

    ALL = "all"
    NOTHING = "nothing"


def kill_at_random_moments(
    scratch: Path,
    *,
    prepared: Path,
    arguments: Callable[[Path], Sequence[str]],
    what_is_left: Callable[[Path], Left],
    kills: int,
    seed: int,
    begins_with: bytes | None = None,
) -> Counter[Left]:
    """Run `arguments(workspace directory)` on copies of `prepared`, SIGKILL each at a random moment, look at each.

    The moments are spread over the time that one undisturbed run takes, and a tenth more; where the process says
    `begins_with` on a line of its standard output, over the time from there. The first is killed at once, so that
    not only luck decides whether one dies before its end. `what_is_left` opens the directory
    and says what it found, or fails. Returns how often which was found, the undisturbed run not counted.
    """
    whole = _copy(prepared, scratch / "undisturbed")
    seconds = _run(arguments(whole), None, begins_with)
    _check_file(whole)
    assert what_is_left(whole) is Left.ALL, "the undisturbed run did not write what it should"
    generator = random.Random(seed)
    found: Counter[Left] = Counter()
    for number in range(kills):
        directory = _copy(prepared, scratch / f"killed-{number}")
        moment = generator.uniform(0, 1.1 * seconds) if number else 0.0
        _run(arguments(directory), moment, begins_with)
        try:
            _check_file(directory)
            found[what_is_left(directory)] += 1
        except BaseException as error:
            error.add_note(f"killed after {moment:.4f} of {seconds:.4f} seconds: {directory}")
            raise
        shutil.rmtree(directory)
    return found


def _copy(prepared: Path, directory: Path) -> Path:
    shutil.copytree(prepared, directory)
    return directory


def _run(arguments: Sequence[str], moment: float | None, begins_with: bytes | None) -> float:
    """Run to the end, or to `moment` seconds; how long it took from its beginning."""
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        if begins_with is not None:
            while (line := process.stdout.readline()) and line.rstrip() != begins_with:
                pass
        started = time.monotonic()
        try:
            process.wait(_LONGEST_SECONDS if moment is None else moment)
        except subprocess.TimeoutExpired:
            process.kill()
        code = process.wait()
        seconds = time.monotonic() - started
        allowed = (0,) if moment is None else (0, -signal.SIGKILL)
        assert code in allowed, process.stderr.read().decode()
    return seconds


def _check_file(directory: Path) -> None:
    """The store opens as it is, is whole to SQLite, and opens again as a workspace."""
    with closing(open_raw(directory / STORE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    open_workspace(directory).close()
