"""An import through everything against a bare executemany of the same rows, alternating, in one run.

Run by itself: `python -m tests.bench.import_statement [FILE]`. The reference inserts the very rows that the import wrote, hashes
given, into the same tables with the same indexes and triggers, in one transaction; it reads no file and judges nothing.
"""

import statistics
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.measured import REPETITIONS, Measured, Unit, table
from tests.integration.conftest import SHARED
from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.importers.recognise import read_statement
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.store.connection import connect
from tradesense_desktop.store.drivers import STORE_NAME
from tradesense_desktop.store.recorder import INSERT_EVENT, INSERT_TRADE

MADE_UP_TRADES = 5_000
LARGEST_REAL = SHARED / "mt5_tester_grid_9584.xlsx"


def made_up_file(folder: Path, trades: int = MADE_UP_TRADES) -> Path:
    """A history of our own, for a machine without the real exports."""
    report = Report()
    report.operation("balance", "100000.00")
    for number in range(trades):
        report.deal("buy", "in", "1.00", "1.10000")
        report.deal("sell", "out", "1.00", "1.10100", f"{number % 7 - 3}.25")
    path = folder / "made-up.html"
    path.write_text(report.html(), encoding="utf-8")
    return path


def whole_import(folder: Path, path: Path) -> tuple[float, Path]:
    """Seconds for everything, from opening the file to the commit; and the store."""
    workspace = open_workspace(folder)
    try:
        start = perf_counter()
        import_statement(workspace, ImportRequest(path=path))
        return perf_counter() - start, folder / STORE_NAME
    finally:
        workspace.close()


def reading_alone(path: Path) -> float:
    """Seconds for reading the file into a Statement."""
    start = perf_counter()
    read_statement(path, unwatched)
    return perf_counter() - start


def rows_of(store: Path) -> tuple[tuple[Any, ...], list[Any], list[Any]]:
    """The challenge, the trades and the events that an import wrote, as the driver holds them."""
    with closing(connect(store, read_only=True)) as connection:
        challenge = connection.execute("SELECT * FROM challenges").fetchone()
        columns = {"trades": INSERT_TRADE, "challenge_events": INSERT_EVENT}
        read = {
            table: connection.execute(
                f"SELECT {statement.partition('(')[2].partition(')')[0]} FROM {table} ORDER BY sequence_number"
            ).fetchall()
            for table, statement in columns.items()
        }
    return challenge, read["trades"], read["challenge_events"]


def bare_insert(folder: Path, rows: tuple[tuple[Any, ...], list[Any], list[Any]]) -> float:
    """Seconds for executemany of the same rows in one transaction, hashes given."""
    open_workspace(folder).close()
    challenge, trades, events = rows
    with closing(connect(folder / STORE_NAME)) as connection:
        names = [column[1] for column in connection.execute("PRAGMA table_info(challenges)")]
        values = dict(zip(names, challenge, strict=True))
        values["user_id"] = connection.execute("SELECT id FROM users").fetchone()[0]
        places = ", ".join("?" * len(values))
        connection.execute(f"INSERT INTO challenges ({', '.join(values)}) VALUES ({places})", [*values.values()])
        start = perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT_TRADE, trades)
        connection.executemany(INSERT_EVENT, events)
        connection.execute("COMMIT")
        return perf_counter() - start


def measure(path: Path | None = None) -> list[Measured]:
    """The whole import of `path` (the largest real file; a made-up one where that is missing), and its two parts."""
    with tempfile.TemporaryDirectory(prefix="tradesense-bench-") as scratch:
        folder = Path(scratch)
        path = path or LARGEST_REAL
        if not path.is_file():
            path = made_up_file(folder)
        _, store = whole_import(folder / "first", path)
        rows = rows_of(store)
        candidate, reference, reading = [], [], []
        for number in range(REPETITIONS):
            candidate.append(whole_import(folder / f"import-{number}", path)[0])
            reference.append(bare_insert(folder / f"bare-{number}", rows))
            reading.append(reading_alone(path))
    whole, bare, read = map(statistics.median, (candidate, reference, reading))
    against = "executemany of the same rows, hashes given"
    size = f"{len(rows[1]):,} trades, {len(rows[2]):,} events"
    return [
        Measured(f"import of {path.name} through everything", against, whole / bare, Unit.RATIO, 2.0, size),
        Measured("  of it reading the file", against, read / bare, Unit.RATIO, None, f"{read:.3f} s"),
        Measured("  of it judging and recording", against, (whole - read) / bare, Unit.RATIO, None,
                 f"{whole - read:.3f} and {bare:.3f} s"),
    ]  # fmt: skip


if __name__ == "__main__":
    print(table(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
