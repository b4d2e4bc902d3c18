"""Every benchmark against its reference, in one run: `python -m tests.bench [NAME …] [--json FILE]`.

Each benchmark runs in a process of its own, one after the other, so that none inherits another's memory. The exit code
is 0 also where a target is missed: the table says so, and a busy machine is no defect of the program.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Final

from tests.bench.measured import Measured, as_json, from_json, machine, table

_ALONE: Final = "--alone"


def _import(options: argparse.Namespace) -> list[Measured]:
    from tests.bench import import_statement

    return import_statement.measure(options.file)


def _growth(options: argparse.Namespace) -> list[Measured]:
    from tests.bench import growth

    most: int = options.rows
    return growth.measure((most // 10, most * 3 // 10, most))


def _storage(options: argparse.Namespace) -> list[Measured]:
    from tests.bench import storage

    return storage.rows(options.trades)


def _reading(options: argparse.Namespace) -> list[Measured]:
    from tests.bench import reading

    return reading.measure(options.trades, options.challenges)


def _chart(options: argparse.Namespace) -> list[Measured]:
    from tests.bench import chart

    return chart.rows(options.points)


def _window(_options: argparse.Namespace) -> list[Measured]:
    from tests.bench import window

    return window.rows()


def _pull(options: argparse.Namespace) -> list[Measured]:
    from tests.bench import pull

    return pull.measure(options.trades, options.challenges)


BENCHMARKS: Final[dict[str, Callable[[argparse.Namespace], list[Measured]]]] = {
    "import": _import,
    "growth": _growth,
    "storage": _storage,
    "reading": _reading,
    "pull": _pull,
    "chart": _chart,
    "window": _window,
}


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Ratios against a reference in the same run."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(BENCHMARKS)} (all of them)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found there too")
    parser.add_argument("--file", type=Path, help="statement to import (the largest real one)")
    parser.add_argument("--rows", type=int, default=200_000, help="trades of the growth benchmark (%(default)s)")
    parser.add_argument("--trades", type=int, default=50_000, help="trades of a ledger that is read (%(default)s)")
    parser.add_argument("--challenges", type=int, default=10_000, help="challenges of the list (%(default)s)")
    parser.add_argument("--points", type=int, default=10_000_000, help="points of the chart (%(default)s)")
    parser.add_argument(_ALONE, metavar="FILE", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    return options


def main(arguments: list[str]) -> int:
    """Run what `arguments` name and print the table; 1 where a benchmark did not come to its end."""
    options = _options(arguments)
    if options.alone is not None:
        (name,) = options.names
        options.alone.write_text(json.dumps(as_json(BENCHMARKS[name](options))), encoding="utf-8")
        return 0
    before = machine()
    rows: list[Measured] = []
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tradesense-bench-") as scratch:
        for name in options.names or BENCHMARKS:
            target = Path(scratch) / f"{name}.json"
            sizes = [part for part in arguments if part not in BENCHMARKS]
            begun = perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench", name, *sizes, _ALONE, str(target)],
                env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
                check=False,
            )
            print(f"{name}: {perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
            if done.returncode == 0:
                rows += from_json(target.read_text(encoding="utf-8"))
            else:
                broken.append(name)
    print(", ".join(f"{key} {value}" for key, value in before.items()), f"load after {machine()['load']}", sep=", ")
    print(table(rows))
    missed = [row.what.strip() for row in rows if not row.is_met]
    print(f"{len(missed)} of {sum(row.target is not None for row in rows)} targets missed")
    for name in broken:
        print(f"{name}: BROKEN, it did not come to its end")
    if options.json is not None:
        report = {"machine": before, "load_after": machine()["load"], "rows": as_json(rows), "broken": broken}
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
