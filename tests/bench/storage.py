"""The store against its bare driver, in one run: bulk recording, one command, pages, replay's stream.

Run by itself: `python -m tests.bench.storage [trades]`. Reference and candidate alternate, each on a store of its own
that the program made; the figures are medians of five and their ratio.
"""

import gc
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from pysqlite3 import dbapi2

from tests.bench.measured import Measured, Unit
from tests.unit.store.ledgers import CLOCK, JOURNAL, continued, fixed_uuid, ids, trades
from tradesense_desktop.audit.hash_chain import genesis_hash, seal_all
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.recording import Recorded
from tradesense_desktop.domain.trade import Trade
from tradesense_desktop.store.challenges import insert_challenge, read_challenge
from tradesense_desktop.store.connection import connect
from tradesense_desktop.store.drivers import STORE_NAME
from tradesense_desktop.store.event_log import stream_events
from tradesense_desktop.store.ledger_pages import read_ledger_page
from tradesense_desktop.store.recorder import INSERT_EVENT, INSERT_TRADE, Recorder, event_row, trade_row
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.users import find_owner
from tradesense_desktop.store.workspace import Workspace, open_workspace

REPETITIONS = 5
COMMANDS = 60
FRAME_SECONDS = 1 / 60
ROWS_A_DRAIN = 2_000
PAGE = 256


class Ledger:
    """What one import writes: as the domain hands it over, and as rows with their hashes given."""

    def __init__(self, owner: str, count: int) -> None:
        execution = Execution(None, last_sequence_number=0, command_id=fixed_uuid(1), recorded_at=CLOCK, new_id=ids(1))
        execution.create(
            challenge_id=fixed_uuid(2),
            user_id=owner,
            challenge_type="bench",
            initial_balance=Decimal(10**9),
            rules_config=JOURNAL,
            max_daily_drawdown_percent=Decimal(1),
            max_total_drawdown_percent=Decimal(1),
            profit_target_percent=Decimal(1),
        )
        self.opened: Challenge = execution.snapshot()
        self.recorded: list[Recorded] = []
        for place, trade in enumerate(trades(count, most_seconds=300), start=1):
            execution.execute_trade(trade)
            if place % ROWS_A_DRAIN == 0:
                self.recorded.append(execution.drain())
        self.recorded.append(execution.drain())
        self.closed: Challenge = execution.snapshot()
        events = [event for recorded in self.recorded for event in recorded.events]
        self.trade_rows = [
            trade_row(event.event_data["trade"]) for event in events if event.event_type is EventType.TRADE_EXECUTED
        ]
        self.event_rows = [event_row(sealed) for sealed in seal_all(events, genesis_hash(self.opened.id))]


def record(workspace: Workspace, ledger: Ledger) -> float:
    """Seconds for the recorder, with hashes to be made."""

    def change(transaction: Transaction) -> None:
        recorder = Recorder.of_new(transaction, ledger.opened)
        for recorded in ledger.recorded:
            recorder.append(recorded)
        recorder.finish(ledger.closed)

    return _seconds(lambda: workspace.write(change))


def record_bare(directory: Path, ledger: Ledger) -> float:
    """Seconds for executemany of the same rows on the bare driver, in one transaction."""
    with open_workspace(directory) as workspace:
        workspace.write(lambda transaction: insert_challenge(transaction, ledger.opened))
    with closing(connect(directory / STORE_NAME)) as connection:

        def change() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT_TRADE, ledger.trade_rows)
            connection.executemany(INSERT_EVENT, ledger.event_rows)
            connection.execute("COMMIT")

        return _seconds(change)


def measure(count: int, scratch: Path) -> dict[str, Any]:
    """Every comparison with `count` trades."""
    empty = scratch / "empty"
    with open_workspace(empty) as workspace, workspace.reading() as reading:
        owner = find_owner(reading)
    assert owner is not None
    ledger = Ledger(owner, count)
    gc.collect()
    gc.freeze()  # what is kept for all comparisons is not looked through before each of them
    ours: list[float] = []
    bare: list[float] = []
    kept = scratch / "kept"
    for repetition in range(REPETITIONS):
        directory = shutil.copytree(empty, scratch / "bare")
        bare.append(record_bare(directory, ledger))
        shutil.rmtree(directory)
        directory = shutil.copytree(empty, scratch / "ours")
        with open_workspace(directory) as workspace:
            ours.append(record(workspace, ledger))
        if repetition == 0:
            directory.rename(kept)
        else:
            shutil.rmtree(directory)
    results = {
        "bulk record": _compared(ours, bare, {"events": len(ledger.event_rows), "target": 2.0}),
        "one trade": _measure_single(scratch, kept, ledger),
    }
    with open_workspace(kept) as workspace:
        results |= {"page": _measure_pages(workspace, ledger), "stream": _measure_stream(workspace, ledger)}
    return {
        "trades": count,
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": dbapi2.sqlite_version,
        **results,
    }


def rows(count: int) -> list[Measured]:
    """The comparisons of `measure` as rows of the table."""
    with tempfile.TemporaryDirectory(prefix="tradesense-bench-") as folder:
        found = measure(count, Path(folder))
    recorded, single, page, stream = (found[name] for name in ("bulk record", "one trade", "page", "stream"))

    def both(each: dict[str, Any]) -> str:
        return f"{each['seconds'] * 1000:.2f} and {each['reference_seconds'] * 1000:.2f} ms"

    return [
        Measured(f"record {count:,} trades that are judged already", "executemany of the same rows", recorded["ratio"],
                 Unit.RATIO, recorded["target"], both(recorded)),
        Measured("one ExecuteTrade, committed", "two bare INSERTs, committed", single["ratio"], Unit.RATIO,
                 single["target"], both(single)),
        Measured("ledger: jump to any row, p95", "one frame of 60 Hz", page["p95_frames"], Unit.FRAMES, 1.0),
        Measured("ledger: a page of chosen rows, p95", "one frame of 60 Hz", page["listed_p95_frames"], Unit.FRAMES, 1.0),
        Measured("every event read for a replay", "json.loads of its event data", stream["ratio"], Unit.RATIO, 3.0,
                 both(stream)),
    ]  # fmt: skip


def _measure_single(scratch: Path, kept: Path, ledger: Ledger) -> dict[str, Any]:
    """One ExecuteTrade, read, judged and committed, against the two inserts of its rows, committed."""
    last = ledger.closed.last_trade_at
    assert last is not None
    ours: list[float] = []
    bare: list[float] = []
    bare_store = shutil.copytree(kept, scratch / "single-bare") / STORE_NAME
    with (
        open_workspace(shutil.copytree(kept, scratch / "single")) as workspace,
        closing(connect(bare_store)) as connection,
    ):
        for number, trade in enumerate(trades(COMMANDS, first=10**8, begins=last, most_seconds=1)):
            ours.append(_seconds(partial(workspace.write, partial(_execute, ledger.opened.id, trade, number))))
            with workspace.reading() as reading:
                rows = _last_rows(reading)
            bare.append(_seconds(partial(_insert, connection, *rows)))
    return _compared(ours, bare, {"target": 1.5})


def _insert(connection: dbapi2.Connection, trade: tuple[Any, ...], event: tuple[Any, ...]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(INSERT_TRADE, trade)
    connection.execute(INSERT_EVENT, event)
    connection.execute("COMMIT")


def _execute(challenge_id: str, trade: Trade, seed: int, transaction: Transaction) -> None:
    """What the service does for one trade: read, decide, write."""
    challenge = read_challenge(transaction, challenge_id)
    recorder = Recorder.of_known(transaction, challenge)
    execution = continued(challenge, recorder.last_sequence_number, seed=seed)
    execution.execute_trade(trade)
    recorder.append(execution.drain())
    recorder.finish(execution.snapshot())


def _last_rows(reading: Reading) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The trade and the event that were written last, as the driver inserts them."""
    return _last_row(reading, "trades", INSERT_TRADE), _last_row(reading, "challenge_events", INSERT_EVENT)


def _last_row(reading: Reading, table: str, statement: str) -> tuple[Any, ...]:
    columns = statement[statement.index("(") + 1 : statement.index(")")]
    found = reading.driver.execute(f"SELECT {columns} FROM {table} ORDER BY rowid DESC LIMIT 1").fetchone()
    assert found is not None
    return tuple(found)


def _measure_pages(workspace: Workspace, ledger: Ledger) -> dict[str, Any]:
    """A page of the ledger at a random place, against its bare indexed SELECT and against a frame of 60 Hz."""
    generator = random.Random(3)
    bare_page = "SELECT * FROM trades WHERE challenge_id = ? AND sequence_number BETWEEN ? AND ?"
    ours: list[float] = []
    bare: list[float] = []
    listed: list[float] = []
    with workspace.reading() as reading:
        for _ in range(200):
            first = generator.randint(1, max(1, len(ledger.trade_rows) - PAGE))
            numbers = range(first, first + PAGE)
            shuffled = generator.sample(range(1, len(ledger.trade_rows) + 1), PAGE)
            parameters = (ledger.opened.id, first, first + PAGE - 1)
            ours.append(_seconds(partial(read_ledger_page, reading, ledger.opened.id, numbers)))
            bare.append(_seconds(partial(_fetch, reading, bare_page, parameters)))
            listed.append(_seconds(partial(read_ledger_page, reading, ledger.opened.id, shuffled)))
    return {
        **_compared(ours, bare, {}),
        "p95_frames": _percentile(ours, 95) / FRAME_SECONDS,
        "listed_p95_frames": _percentile(listed, 95) / FRAME_SECONDS,
        "target_frames": 1,
    }


def _fetch(reading: Reading, statement: str, values: tuple[Any, ...]) -> object:
    return reading.driver.execute(statement, values).fetchall()


def _measure_stream(workspace: Workspace, ledger: Ledger) -> dict[str, Any]:
    """All events read for a replay, against json.loads of their data."""
    texts = [row[5] for row in ledger.event_rows]
    ours: list[float] = []
    bare: list[float] = []
    with workspace.reading() as reading:
        for _ in range(REPETITIONS):
            bare.append(_seconds(lambda: [json.loads(text) for text in texts]))
            ours.append(_seconds(lambda: sum(1 for _ in stream_events(reading, ledger.opened.id))))
    return _compared(ours, bare, {})


def _compared(ours: list[float], bare: list[float], more: dict[str, Any]) -> dict[str, Any]:
    median, reference = statistics.median(ours), statistics.median(bare)
    return {"seconds": median, "reference_seconds": reference, "ratio": median / reference, **more}


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def _seconds(act: Callable[[], object]) -> float:
    gc.collect()
    begun = perf_counter()
    act()
    return perf_counter() - begun


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="tradesense-bench-") as folder:
        sys.stdout.write(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000, Path(folder)), indent=2))
        sys.stdout.write("\n")
