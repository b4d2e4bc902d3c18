"""Rows as text for the clipboard: raw figures and ISO times, so that a spreadsheet takes them as they are."""

import csv
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from tradesense_desktop.ui.tables.column import Column


class CopyForm(StrEnum):
    """Forms of copied rows."""

    TABS = "tabs"
    TABS_WITH_HEADERS = "tabs_with_headers"
    CSV = "csv"


_FORMULA_STARTS = ("=", "+", "-", "@")


def copy_text(columns: Sequence[Column[Any]], rows: Iterable[Any], form: CopyForm) -> str:
    """The given columns of `rows` in `form`, one line a row."""
    target = io.StringIO()
    is_csv = form is CopyForm.CSV
    writer = csv.writer(target, delimiter="," if is_csv else "\t", lineterminator="\n")
    if form is not CopyForm.TABS:
        writer.writerow([column.plain_title for column in columns])
    for row in rows:
        writer.writerow([_neutral(column, column.raw(row)) for column in columns])
    return target.getvalue()


def _neutral(column: Column[Any], text: str) -> str:
    """Text that a spreadsheet does not run as a formula; figures keep their minus."""
    return f"'{text}" if not column.is_figure and text.startswith(_FORMULA_STARTS) else text
