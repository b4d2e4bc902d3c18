"""The short way through a sheet: rows in the one shape that MetaTrader writes, taken whole by a regular expression.

A sheet of 38,411 rows is 3.2 million calls of expat's handlers; one match a row reads it five times faster. Only a row
that the expression describes to its last character is taken so, and only where expat, which reads all the rest, stands
right behind the end of a row: never within a comment, a CDATA section or a value. Everything else goes to expat, so
what is refused, and why, does not depend on this module.
"""

import codecs
import re
from typing import Final, Protocol
from xml.parsers import expat

_END_OF_A_ROW: Final = "</row>"
_BEGIN_OF_A_ROW: Final = "<row"
_COLUMNS: Final = "ABCDEFGHIJKLMNOP"
_LONGEST_ROW: Final = 1 << 16
_MOST_MISSES: Final = 64
"""So many rows of another shape one after the other, and the sheet is of another program: all of it goes to expat."""
_ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "iso-8859-1", "utf-16"})
_UTF16_MARK: Final = codecs.BOM_UTF16_LE
_EIGHT_BITS: Final = re.compile(rb"(?:\xef\xbb\xbf)?<[?A-Za-z]")

_SPACE: Final = r"[ \t\r\n]*+"
# A number as _PLAIN_NUMBER of xlsx_cells.py has it: its text is its value.
_NUMBER: Final = r"(-?(?:\d{1,15}(?=<)|(?=[\d.]{3,16}<)\d++\.\d++))"
_VALUE: Final = rf'(?:/>|(?: t="s"><v>(\d{{1,7}})</v>|><v>{_NUMBER}</v>)</c>)'
_CELLS: Final = "".join(rf'(?:{_SPACE}<c r="{column}\d{{1,8}}"(?: s="\d{{1,6}}")?+{_VALUE}' for column in _COLUMNS)
_PLAIN_ROW: Final = re.compile(
    rf'{_SPACE}<row r="(\d{{1,7}})"(?: spans="\d+:\d+")?+(?: ht="[\d.]+")?+(?: customHeight="1")?+>'
    rf"{_CELLS}{')?+' * len(_COLUMNS)}{_SPACE}</row>",
    re.ASCII,
)


class Sheet(Protocol):
    """What reads a sheet with expat and takes the plain rows beside it."""

    parser: expat.XMLParserType
    strings: list[str]
    row_ended_at: int
    """The byte, of all that expat was given, at which the end tag of its last row begins."""
    encoding: str
    """As the XML declaration names it, lower case; "" where there is none."""

    @property
    def is_between_rows(self) -> bool:
        """Whether no value is open."""

    def take_row(self, line: int, cells: tuple[str, ...]) -> bool:
        """Take the row at `line`; false, and nothing taken, where it cannot stand there."""


class PlainRows:
    """Feeds a sheet: plain rows to the sheet itself, everything else to its parser."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._decoder: codecs.IncrementalDecoder | None = None
        self._encoding = ""
        self._text = ""
        self._fed = 0
        self._misses = 0
        self._has_begun = False

    def feed(self, data: bytes, is_final: bool) -> None:
        """Take the next bytes of the part."""
        if not self._has_begun:
            self._has_begun = True
            self._choose_decoder(data)
        if self._decoder is None:
            self._sheet.parser.Parse(data, is_final)
            return
        self._text += self._decoder.decode(data)
        self._advance()
        if is_final or self._misses > _MOST_MISSES or len(self._text) > _LONGEST_ROW + len(data):
            self._give_up(is_final)

    def _choose_decoder(self, beginning: bytes) -> None:
        """Decoders that lose nothing: what is encoded again for expat is what came."""
        if beginning.startswith(_UTF16_MARK):
            self._encoding = "utf-16-le"
        elif _EIGHT_BITS.match(beginning) is not None:
            self._encoding = "iso-8859-1"  # a plain row is ASCII, whichever encoding of 8 bits this is
        else:
            return
        self._decoder = codecs.getincrementaldecoder(self._encoding)(
            "surrogatepass" if "16" in self._encoding else "strict"
        )

    def _advance(self) -> None:
        """Hand over as much of the text as is understood; a row that is not whole yet stays."""
        position = 0
        while True:
            if self._stands_behind_a_row():
                position = self._take_plain_rows(position)
                ahead = self._text[position : position + _LONGEST_ROW].lstrip(" \t\r\n")[: len(_BEGIN_OF_A_ROW)]
                is_row = _BEGIN_OF_A_ROW.startswith(ahead)
                if is_row and self._text.find(_END_OF_A_ROW, position) < 0:
                    break
                self._misses += is_row
            end = self._text.find(_END_OF_A_ROW, position)
            if end < 0:
                self._give(self._text[position:])
                position = len(self._text)
                break
            end += len(_END_OF_A_ROW)
            self._give(self._text[position:end])
            position = end
            if self._misses > _MOST_MISSES:
                break
        self._text = self._text[position:]

    def _stands_behind_a_row(self) -> bool:
        """Whether the last that expat was given is the end tag of a row, known to it as such."""
        sheet = self._sheet
        end = self._fed - len(_END_OF_A_ROW.encode(self._encoding))
        return sheet.row_ended_at == end and sheet.is_between_rows and sheet.encoding in {"", *_ENCODINGS}

    def _take_plain_rows(self, position: int) -> int:
        """Take plain rows from `position` on; where they end."""
        sheet, text, match, strings = self._sheet, self._text, _PLAIN_ROW.match, self._sheet.strings
        while found := match(text, position):
            values = found.groups()
            try:
                cells = [
                    strings[int(index)] if index else number or ""
                    for index, number in zip(values[1::2], values[2::2], strict=True)
                ]
            except IndexError:  # a text that is missing: expat's way says so
                break
            while cells and not cells[-1]:
                cells.pop()
            if not sheet.take_row(int(values[0]), tuple(cells)):
                break
            position = found.end()
            self._misses = 0
        return position

    def _give(self, text: str) -> None:
        """Give `text` to expat, as the bytes it came as."""
        data = text.encode(self._encoding, "surrogatepass" if "16" in self._encoding else "strict")
        self._fed += len(data)
        self._sheet.parser.Parse(data, False)

    def _give_up(self, is_final: bool) -> None:
        """Give the rest, and from now on everything, to expat."""
        assert self._decoder is not None
        self._give(self._text)
        self._text = ""
        undecoded, _ = self._decoder.getstate()
        self._decoder = None
        self._sheet.parser.Parse(bytes(undecoded), is_final)
