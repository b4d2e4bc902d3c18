"""Cells of a spreadsheet (XLSX), as rows, read as they come.

Why not a library: MetaTrader writes the XML parts in UTF-16, on which python-calamine 0.9.1 fails, and openpyxl hands
over numbers as floats, which lose how many decimals the file wrote. Expat reads UTF-16, keeps the digits as they
stand, builds no tree, and lets us refuse a document type declaration, and with it every entity. Measured on 38,411
rows (53 MB of XML): 1.2 s by expat alone, 1.7 s in openpyxl; 0.3 s with the short way of xlsx_plain_rows.py.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from xml.parsers import expat

from tradesense_desktop.domain.money import MOST_DIGITS
from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.importers.cells import (
    MOST_CELLS_OF_A_ROW,
    MOST_CHARACTERS_OF_A_CELL,
    MOST_ROWS,
    Document,
    Row,
)
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.xlsx_plain_rows import PlainRows

_MOST_PARTS: Final = 2_000
_MOST_BYTES_OF_A_LIST: Final = 8 * 1024 * 1024
_MOST_BYTES_OF_STRINGS: Final = 256 * 1024 * 1024
_MOST_BYTES_OF_A_SHEET: Final = 1024 * 1024 * 1024
_MOST_STRINGS: Final = 3_000_000
_PACKINGS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_CHUNK: Final = 128 * 1024
_PLAIN_NUMBER: Final = re.compile(r"-?\d{1,15}|-?(?=[\d.]{3,16}$)\d+\.\d+", re.ASCII)
_PLACE: Final = re.compile(r"([A-Z]{1,3})\d*", re.ASCII)
_FIFTEEN_DIGITS: Final = Context(prec=MOST_DIGITS)
_LETTERS: Final = 26
_TYPES_OF_A_CELL: Final = frozenset({"s", "n", "str", "inlineStr", "b", "e", "d"})
_ATTRIBUTES_OF_A_CELL: Final = frozenset({"r", "s", "t", "cm", "vm", "ph"})

_Start = Callable[[str, dict[str, str]], None]
_Feed = Callable[[bytes, bool], object]


class _Hostile(Exception):
    """The file is built to do harm, or by something that is no spreadsheet program; the argument says how."""


def xlsx_document(path: Path, progress: ProgressReport) -> Document:
    """The first sheet of the workbook at `path`; rows are read while they are taken.

    Raises StatementRefused for a file that is no workbook, is damaged, or is larger inside than can be taken.
    """
    return Document(path.name, "", _guarded(path, progress), is_sheet=True)


def _guarded(path: Path, progress: ProgressReport) -> Iterator[Row]:
    try:
        yield from _rows(path, progress)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError):
        raise StatementRefused(path.name, "the spreadsheet is damaged or cut off.") from None
    except RuntimeError:  # zipfile's word for encryption
        raise StatementRefused(path.name, "the spreadsheet is encrypted; save it without a password.") from None
    except expat.ExpatError as error:
        raise StatementRefused(path.name, f"the spreadsheet is damaged ({expat.ErrorString(error.code)}).") from None
    except (UnicodeDecodeError, ValueError):
        raise StatementRefused(path.name, "the spreadsheet is damaged.") from None
    except _Hostile as reason:
        raise StatementRefused(path.name, str(reason)) from None


def _rows(path: Path, progress: ProgressReport) -> Iterator[Row]:
    with zipfile.ZipFile(path) as archive:
        if len(archive.infolist()) > _MOST_PARTS:
            raise _Hostile(f"the spreadsheet has more than {_MOST_PARTS:,} parts.")
        sheet, strings = _places(archive)
        reader = _SheetReader(_shared_strings(archive, strings, progress) if strings else [])
        size = archive.getinfo(sheet).file_size
        for done in _parse(archive, sheet, _MOST_BYTES_OF_A_SHEET, PlainRows(reader).feed):
            progress(Progress("Reading the file", done, size))
            rows, reader.rows = reader.rows, []
            yield from rows
        yield from reader.rows


def _places(archive: zipfile.ZipFile) -> tuple[str, str | None]:
    """The parts that hold the first sheet and the shared strings."""
    book = _target(archive, "", "/officeDocument")
    if book is None:
        raise _Hostile("the file is a ZIP archive but no spreadsheet.")
    sheets: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            sheets.extend(value for key, value in attributes.items() if key.endswith(":id"))

    _read_list(archive, book, start)
    if not sheets:
        raise _Hostile("the spreadsheet has no sheet.")
    sheet = _target(archive, book, "/worksheet", sheets[0])
    if sheet is None:
        raise _Hostile("the spreadsheet's first sheet is missing.")
    return sheet, _target(archive, book, "/sharedStrings")


def _target(archive: zipfile.ZipFile, part: str, kind: str, identifier: str | None = None) -> str | None:
    """The part that `part` is related to by `kind` (and `identifier`, where several are)."""
    folder, _, name = part.rpartition("/")
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in archive.namelist():
        return None
    found: list[str] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(":")[2] != "Relationship" or not attributes.get("Type", "").endswith(kind):
            return
        if identifier is None or attributes.get("Id") == identifier:
            found.append(attributes.get("Target", ""))

    _read_list(archive, relations, start)
    if not found:
        return None
    target = posixpath.normpath(posixpath.join("/", folder, found[0])).lstrip("/")
    return target if target in archive.namelist() else None


def _read_list(archive: zipfile.ZipFile, part: str, start: _Start) -> None:
    parser = _parser()
    parser.StartElementHandler = start
    for _ in _parse(archive, part, _MOST_BYTES_OF_A_LIST, parser.Parse):
        pass


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_: object) -> None:
    raise _Hostile("the spreadsheet declares a document type, which no spreadsheet program does.")


def _parse(archive: zipfile.ZipFile, part: str, most_bytes: int, feed: _Feed) -> Iterator[int]:
    """Give `part` to `feed`, and yield the bytes done after each chunk.

    What is really there is counted, not what the archive's list of parts claims.
    """
    done = 0
    if archive.getinfo(part).compress_type not in _PACKINGS:
        raise _Hostile("the spreadsheet is packed in a way that no spreadsheet program uses.")
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            done += len(chunk)
            if done > most_bytes:
                raise _Hostile("the spreadsheet unpacks to more than can be taken.")
            feed(chunk, False)
            yield done
    feed(b"", True)
    yield done


def _shared_strings(archive: zipfile.ZipFile, part: str, progress: ProgressReport) -> list[str]:
    reader = _StringsReader()
    for done in _parse(archive, part, _MOST_BYTES_OF_STRINGS, reader.parser.Parse):
        progress(Progress("Reading the file", done, None))
    return reader.strings


class _StringsReader:
    """Expat's handlers for the shared strings: the texts without their formats and without phonetic readings."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self._pieces: list[str] = []
        self._length = 0
        self._in_text = False
        self._in_phonetic = False

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self._pieces.clear()
            self._length = 0
        elif local == "t":
            self._in_text = True
        elif local == "rPh":
            self._in_phonetic = True

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            if len(self.strings) == _MOST_STRINGS:
                raise _Hostile(f"the spreadsheet has more than {_MOST_STRINGS:,} texts.")
            self.strings.append(" ".join("".join(self._pieces).split()))
        elif local == "t":
            self._in_text = False
        elif local == "rPh":
            self._in_phonetic = False

    def _characters(self, text: str) -> None:
        if self._in_text and not self._in_phonetic:
            self._length += len(text)
            if self._length > MOST_CHARACTERS_OF_A_CELL:
                raise _Hostile(f"a cell holds more than {MOST_CHARACTERS_OF_A_CELL:,} characters.")
            self._pieces.append(text)


class _SheetReader:
    """Expat's handlers for a sheet: collects finished rows in `rows`."""

    def __init__(self, strings: list[str]) -> None:
        self.rows: list[Row] = []
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.XmlDeclHandler = self._declare
        self.strings = strings
        self.row_ended_at = -1
        self.encoding = ""
        self._line = 0
        self._count = 0
        self._cells: list[str] = []
        self._column = 0
        self._type = ""
        self._value: list[str] = []
        self._length = 0
        self._in_value = False
        self._columns_of: dict[int, tuple[int, ...]] = {}
        self._column_of: dict[str, int] = {}

    @property
    def is_between_rows(self) -> bool:
        """Whether no value is open."""
        return not self._in_value

    def take_row(self, line: int, cells: tuple[str, ...]) -> bool:
        """Take the row at `line` without expat; false, and nothing taken, where expat would refuse it."""
        if not self._line < line <= MOST_ROWS * 10 or self._count >= MOST_ROWS:
            return False
        self._line = line
        self._count += 1
        self._add(cells)
        return True

    def _add(self, cells: tuple[str, ...]) -> None:
        count = len(cells)
        columns = self._columns_of.get(count)
        if columns is None:
            columns = self._columns_of[count] = tuple(range(count))
        self.rows.append(Row(self._line, cells, columns))

    def _declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or "").casefold()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._type = attributes.get("t", "n")
            if self._type not in _TYPES_OF_A_CELL or not _ATTRIBUTES_OF_A_CELL.issuperset(attributes):
                raise _Hostile(f"a cell of row {self._line} is of an unknown type.")
            self._value.clear()
            self._length = 0
            place = attributes.get("r")
            self._column = self._column_at(place) if place else self._column + 1
        elif name in {"v", "t"}:
            self._in_value = True
        elif name == "row":
            line = attributes.get("r")
            following = self._line + 1
            self._line = int(line) if line and line.isdecimal() and len(line) <= len(str(MOST_ROWS * 10)) else following
            if not following <= self._line <= MOST_ROWS * 10:
                raise _Hostile(f"the rows of the sheet are out of order at row {self._line}.")
            self._count += 1
            if self._count > MOST_ROWS:
                raise _Hostile(f"the sheet has more than {MOST_ROWS:,} rows.")
            self._cells = []
            self._column = -1
        elif ":" in name:
            self._start(name.rpartition(":")[2], attributes)

    def _end(self, name: str) -> None:
        if name == "c":
            if self._value:
                self._put("".join(self._value))
        elif name in {"v", "t"}:
            self._in_value = False
        elif name == "row":
            self.row_ended_at = self.parser.CurrentByteIndex
            self._add(tuple(self._cells))
        elif ":" in name:
            self._end(name.rpartition(":")[2])

    def _characters(self, text: str) -> None:
        if self._in_value:
            self._length += len(text)
            if self._length > MOST_CHARACTERS_OF_A_CELL:
                raise _Hostile(f"a cell of row {self._line} holds more than {MOST_CHARACTERS_OF_A_CELL:,} characters.")
            self._value.append(text)

    def _put(self, value: str) -> None:
        if self._type == "s":
            index = int(value) if value.isascii() and value.isdigit() and len(value) < len("12345678") else -1
            if not 0 <= index < len(self.strings):
                raise _Hostile(f"a cell of row {self._line} refers to a text that is missing.")
            text = self.strings[index]
        elif self._type == "n":
            text = _number_text(value)
        else:
            text = " ".join(value.split())
        missing = self._column - len(self._cells)
        if missing < 0 or self._column >= MOST_CELLS_OF_A_ROW:
            raise _Hostile(f"row {self._line} has more than {MOST_CELLS_OF_A_ROW} cells, or cells out of order.")
        if text:
            self._cells.extend([""] * missing)
            self._cells.append(text)

    def _column_at(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        column = self._column_of.get(letters)
        if column is None:
            if _PLACE.fullmatch(place) is None:
                raise _Hostile(f"a cell of row {self._line} is at no place of the sheet.")
            column = -1
            for letter in letters:
                column = (column + 1) * _LETTERS + ord(letter) - ord("A")
            self._column_of[letters] = column
        return column


def _number_text(value: str) -> str:
    """A number's digits as they stand.

    One that a program wrote from a float with more digits than a float holds exactly (99524.229999999996) is rounded
    to the 15 that it does hold.
    """
    value = value.strip()
    if _PLAIN_NUMBER.fullmatch(value) is not None:
        return value
    try:
        number = _FIFTEEN_DIGITS.create_decimal(Decimal(value))
    except InvalidOperation:
        return " ".join(value.split())
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        return value
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
