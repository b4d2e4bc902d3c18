"""Many trades judged and recorded as an import does it: time a row, memory, and how long other threads wait.

Run by itself: `python -m tests.bench growth`. Each size is recorded into a workspace of its own, next to a bare
executemany of the very rows that were written.
"""

import gc
import math
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from time import perf_counter

from tests.bench.import_statement import bare_insert, rows_of
from tests.bench.measured import Measured, Unit
from tests.unit.store.ledgers import CLOCK, JOURNAL, fixed_uuid, trades
from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.services.judge_rows import judge_rows
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.resting_collector import resting_collector
from tradesense_desktop.services.run_command import new_execution
from tradesense_desktop.store.connection import connect
from tradesense_desktop.store.drivers import STORE_NAME
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import ensure_owner

SIZES = (20_000, 60_000, 200_000)
_SWITCH_SECONDS = 0.0005
"""What the window sets: how long a thread keeps the interpreter while another one wants it."""
_CHALLENGE = 2


def record(workspace: Workspace, count: int) -> float:
    """Seconds a row for judging and recording `count` trades in one command."""

    def change(transaction: Transaction) -> None:
        execution = new_execution(None, 0, fixed_uuid(1), CLOCK)
        execution.create(
            challenge_id=fixed_uuid(_CHALLENGE),
            user_id=ensure_owner(transaction),
            challenge_type="bench",
            initial_balance=Money(10**9),
            rules_config=JOURNAL,
            max_daily_drawdown_percent=Money(1),
            max_total_drawdown_percent=Money(1),
            profit_target_percent=Money(1),
        )
        recorder = Recorder.of_new(transaction, execution.snapshot())
        judge_rows(execution, trades(count, most_seconds=300), count, recorder.append, unwatched)
        recorder.finish(execution.snapshot())

    with resting_collector():
        begun = perf_counter()
        workspace.write(change)
        return (perf_counter() - begun) / count


def making(count: int) -> float:
    """Seconds a row that the generator of the trades takes, which is no part of an import."""
    begun = perf_counter()
    for _ in trades(count, most_seconds=300):
        pass
    return (perf_counter() - begun) / count


@contextmanager
def beating(turns: list[float]) -> Iterator[None]:
    """A thread beside that wants a turn every 2 ms, as an interface does; `turns` takes the times at which it had one."""
    stop = threading.Event()

    def beat() -> None:
        turns.append(perf_counter())
        while not stop.wait(0.002):
            turns.append(perf_counter())
        turns.append(perf_counter())

    switch = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(switch)


def resident_megabytes() -> float:
    """Memory that this process holds now; where the system does not say so, 0."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def measure(sizes: tuple[int, ...] = SIZES) -> list[Measured]:
    """Time a row at each size, its growth, memory and gaps."""
    ours: list[float] = []
    bare: list[float] = []
    memory: list[float] = []
    turns: list[float] = []
    with tempfile.TemporaryDirectory(prefix="tradesense-bench-") as scratch:
        folder = Path(scratch)
        for count in sizes:
            turns.clear()  # the other thread runs beside each size, and the largest one's turns are told
            with open_workspace(folder / f"ours-{count}") as workspace, beating(turns):
                recorded = record(workspace, count)
            ours.append(recorded - making(count))
            memory.append(resident_megabytes())
        for count in sizes:
            rows = rows_of(folder / f"ours-{count}" / STORE_NAME)
            bare.append(bare_insert(folder / f"bare-{count}", rows) / count)
            del rows
            gc.collect()
        size = (folder / f"ours-{sizes[-1]}" / STORE_NAME).stat().st_size / sizes[-1]
        with closing(connect(folder / f"ours-{sizes[-1]}" / STORE_NAME, read_only=True)) as connection:
            assert connection.execute("SELECT count(*) FROM trades").fetchone() == (sizes[-1],)
    gaps = sorted(after - before for before, after in pairwise(turns))
    largest = f"{sizes[-1]:,} trades"
    rows_found = [
        Measured(
            f"judge and record {count:,} trades", "executemany of the same rows", mine / theirs, Unit.RATIO, 2.0,
            f"{mine * 1e6:.0f} and {theirs * 1e6:.0f} µs a trade",
        )
        for count, mine, theirs in zip(sizes, ours, bare, strict=True)
    ]  # fmt: skip
    return [
        *rows_found,
        Measured("growth of judging and recording", "linear", exponent(sizes, ours), Unit.EXPONENT, 1.05,
                 f"executemany: {exponent(sizes, bare):.2f}"),
        Measured(f"memory at its most, {largest} and {sizes[0]:,}", "the same", memory[-1] - memory[0], Unit.MEGABYTES,
                 150.0, f"{memory[-1]:.0f} MB in all; {size:.0f} bytes of the store a trade"),
        Measured(f"another thread's turn while {largest} are recorded, p99.9", "one turn each 2 ms",
                 gaps[int(len(gaps) * 0.999)] * 1000, Unit.MILLISECONDS, 50.0,
                 f"longest {gaps[-1] * 1000:.0f} ms, median {statistics.median(gaps) * 1000:.1f} ms"),
    ]  # fmt: skip


def exponent(sizes: tuple[int, ...], seconds_a_row: list[float]) -> float:
    """By which power of the count the whole time grows, from the smallest to the largest size."""
    return 1 + math.log(seconds_a_row[-1] / seconds_a_row[0]) / math.log(sizes[-1] / sizes[0])
