"""Copying selected rows: they are read in the background, page by page, and then put on the clipboard."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.ui.tables.column import Column
from tradesense_desktop.ui.tables.copy_text import CopyForm, copy_text
from tradesense_desktop.ui.tables.page_cache import PAGE_ROWS
from tradesense_desktop.ui.tables.paged_model import ReadPage
from tradesense_desktop.ui.tables.table_view import TableView
from tradesense_desktop.ui.tasks.runner import Tasks

MOST_COPIED: Final = 1_000_000
"""A clipboard is no file: more rows than this are left to the export."""


def copy_selection(view: TableView, tasks: Tasks, form: CopyForm) -> None:
    """Put the selected rows of `view` on the clipboard, with the columns as they are shown."""
    model = view.paged_model()
    read_page = model.read_page
    keys: list[Sequence[int]] = [model.keys[rows.start : rows.stop] for rows in view.selected_ranges()]
    if read_page is None or not keys:
        return
    columns = [model.columns[at] for at in view.visible_columns()]
    title = QCoreApplication.translate("Tasks", "Copying rows")
    task = tasks.watched_read(title, partial(selected_text, columns, keys, read_page, form), owner=view)
    task.then(QGuiApplication.clipboard().setText)


def selected_text(
    columns: Sequence[Column[Any]],
    keys: Sequence[Sequence[int]],
    read_page: ReadPage,
    form: CopyForm,
    progress: ProgressReport,
) -> str:
    """Text of the rows with `keys`, at most a million of them, read page by page."""
    total = min(MOST_COPIED, sum(len(block) for block in keys))
    stage = QCoreApplication.translate("Tasks", "Copying rows")
    rows: list[Any] = []
    for block in keys:
        for start in range(0, len(block), PAGE_ROWS):
            if len(rows) >= total:
                break
            progress(Progress(stage, len(rows), total))
            rows.extend(read_page(block[start : start + PAGE_ROWS]))
    return copy_text(columns, rows[:total], form)
