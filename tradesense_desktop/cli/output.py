"""Printing: tables for people, one JSON document for programs."""

import dataclasses
import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import click

from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.money import decimal_text
from tradesense_desktop.domain.printable import printable
from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.domain.sealed import Sealed

_SECONDS_BETWEEN_REPORTS = 0.1
_CLEAR_LINE = "\r\x1b[2K"


def plain(value: Any) -> Any:
    """`value` as JSON knows it: decimals and instants as strings, records as objects."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {"sealed": True} if isinstance(value, Sealed) else {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def print_document(value: Any) -> None:
    """Print one JSON document on standard output."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def print_table(
    headers: Sequence[str], rows: Iterable[Sequence[object]], *, right: frozenset[int] = frozenset()
) -> None:
    """Print `rows` under `headers`; the columns in `right` are aligned to the right."""
    texts = [[cell_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *texts, strict=True)]
    for row in [list(headers), *texts]:
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Print one `label  value` a line, the values aligned."""
    listed = [(label, cell_text(value)) for label, value in pairs]
    width = max((len(label) for label, _ in listed), default=0)
    for label, value in listed:
        click.echo(f"{label.ljust(width)}  {value}".rstrip())


def cell_text(value: object) -> str:
    """Text of one cell; nothing for None, UTC to the second for an instant, control characters made visible."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Enum):
        return str(value.value)
    return printable(str(value))


@contextmanager
def terminal_progress() -> Iterator[ProgressReport]:
    """Progress on standard error where that is a terminal, none elsewhere; its line is gone afterwards."""
    if not sys.stderr.isatty():
        yield unwatched
        return
    last = 0.0

    def report(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _SECONDS_BETWEEN_REPORTS:
            return
        last = now
        of = f" of {progress.total}" if progress.total is not None else ""
        sys.stderr.write(f"{_CLEAR_LINE}{progress.stage}: {progress.done}{of}")
        sys.stderr.flush()

    try:
        yield report
    finally:
        sys.stderr.write(_CLEAR_LINE)
        sys.stderr.flush()
