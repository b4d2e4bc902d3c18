"""Which platform wrote a file: by its content, never by its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.importers.cells import MOST_FILE_BYTES, Document, Row
from tradesense_desktop.importers.encoding import decode
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.html_cells import html_document
from tradesense_desktop.importers.metatrader4_statement import is_metatrader4_statement, read_metatrader4_statement
from tradesense_desktop.importers.metatrader4_tester import is_metatrader4_tester, read_metatrader4_tester
from tradesense_desktop.importers.metatrader5 import read_metatrader5
from tradesense_desktop.importers.metatrader5_tables import is_row_of_a_table
from tradesense_desktop.importers.numbers import parse_integer, parse_time
from tradesense_desktop.importers.statement import Statement
from tradesense_desktop.importers.xlsx_cells import xlsx_document

Reader: TypeAlias = Callable[[Document, ProgressReport], Statement]
"""Reads a document to its end; raises StatementRefused where it cannot."""

_MARKS_OF_OTHER_FILES: Final = (
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF-", "a PDF document; export the report as HTML or XLSX instead"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (XLS); export the report as HTML or XLSX instead"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x1f\x8b", "a packed file (gzip); unpack it first"),
    (b"Rar!", "a packed file (RAR); unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a packed file (7z); unpack it first"),
)
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_BYTES_A_REPORT: Final = 1 << 22
_ROWS_LOOKED_AT: Final = 50_000
_FEWEST_CELLS: Final = 9
_FEWEST_CELLS_OF_METATRADER4: Final = 5


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file whose platform is known: its rows, from the first one, and who reads them."""

    document: Document
    reader: Reader


def read_statement(path: Path, progress: ProgressReport) -> Statement:
    """The statement in the file at `path`.

    Raises StatementRefused, one sentence with the place and why, for whatever is no statement or cannot be read whole;
    Cancelled when the person has asked to stop.
    """
    found = recognise(path, progress)
    return found.reader(found.document, progress)


def recognise(path: Path, progress: ProgressReport) -> Recognised:
    """Who can read the file at `path`; raises StatementRefused where nobody can."""
    document = _document(path, progress)
    seen: list[Row] = []
    for row in document.rows:
        seen.append(row)
        reader = _reader_of(row, document.title)
        if reader is not None:
            return Recognised(replace(document, rows=chain(seen, document.rows)), reader)
        if len(seen) == _ROWS_LOOKED_AT:
            break
    reader = _reader_without_rows(document.title, seen)
    if reader is None:
        raise StatementRefused(path.name, _why_no_statement(seen))
    return Recognised(replace(document, rows=chain(seen, document.rows)), reader)


def _document(path: Path, progress: ProgressReport) -> Document:
    try:
        data: bytes | bytearray = _head(path)
        if not data.startswith((_ZIP, _EMPTY_ZIP)):
            data = _read(path, progress)
    except OSError as error:
        raise StatementRefused(path.name, f"the file cannot be read ({error.strerror or error}).") from None
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return xlsx_document(path, progress)
    text = decode(data, progress)
    del data
    if "<tr" not in text and "<TR" not in text and "<html" not in text[:4096].lower():
        raise StatementRefused(
            path.name, "this is no statement that can be read here: neither an HTML report nor a spreadsheet."
        )
    return html_document(text, path.name, progress)


def _head(path: Path) -> bytes:
    """The first bytes of a file that can be a statement."""
    with path.open("rb") as file:
        head = file.read(len(max((mark for mark, _ in _MARKS_OF_OTHER_FILES), key=len)))
    if not head:
        raise StatementRefused(path.name, "the file is empty.")
    size = path.stat().st_size
    if size > MOST_FILE_BYTES:
        most = MOST_FILE_BYTES // 1024**2
        raise StatementRefused(path.name, f"the file has {size // 1024**2} MB; more than {most} MB is not taken.")
    for mark, what in _MARKS_OF_OTHER_FILES:
        if head.startswith(mark):
            raise StatementRefused(path.name, f"this is no statement but {what}.")
    return head


def _read(path: Path, progress: ProgressReport) -> bytearray:
    data = bytearray()
    with path.open("rb") as file:
        while piece := file.read(_BYTES_A_REPORT):
            progress(Progress("Opening the file", len(data), None))
            data += piece
            if len(data) > MOST_FILE_BYTES:  # it grows while it is read
                raise StatementRefused(path.name, "the file is larger than can be taken.")
    return data


def _reader_of(row: Row, title: str) -> Reader | None:
    """Who reads the file whose first row of a table is `row`, or None where `row` is none.

    MetaTrader 5 begins each row with a time and a number, MetaTrader 4 with a number and a time.
    """
    if is_row_of_a_table(row):
        return read_metatrader5
    cells = row.cells
    if len(cells) < _FEWEST_CELLS_OF_METATRADER4 or parse_integer(cells[0]) is None or parse_time(cells[1]) is None:
        return None
    return _read_metatrader4_tester if is_metatrader4_tester(title, [row]) else _read_metatrader4_statement


def _reader_without_rows(title: str, rows: Sequence[Row]) -> Reader | None:
    """Who reads a file without a row of a table: MetaTrader 4 exports a statement of nothing, too."""
    if is_metatrader4_tester(title, rows):
        return _read_metatrader4_tester
    if is_metatrader4_statement(title, rows):
        return _read_metatrader4_statement
    return None


def _read_metatrader4_statement(document: Document, _: ProgressReport) -> Statement:
    return read_metatrader4_statement(document)


def _read_metatrader4_tester(document: Document, _: ProgressReport) -> Statement:
    return read_metatrader4_tester(document)


def _why_no_statement(rows: Sequence[Row]) -> str:
    if any(sum(1 for text in row.cells if text) >= _FEWEST_CELLS for row in rows):
        return "this is no statement that can be read here: no row of its tables is a trading platform's."
    return "this is no statement of a trading platform: it has no table of trades."
