"""Cells: the one shape of a report, whether it came as HTML or as a spreadsheet; rows of text, with their places."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table as a person sees it.

    `line` is where a person finds it: the line of the `<tr>` in an HTML source, the row of a sheet; it counts from 1.
    `cells` are the texts of the visible cells in order: trimmed, runs of white space and no-break spaces as one
    plain space, an empty cell as "". In HTML every visible cell counts once, whatever its colspan; in a spreadsheet
    the cells run from the first column to the last one that holds something, and covered parts of a merged cell are "".
    `columns` are the grid columns, from 0, where those cells begin: the colspans of visible cells counted, hidden
    cells (`class="hidden"`, `display: none`, `hidden`) not. `hidden` are the texts of the hidden cells.
    """

    line: int
    cells: tuple[str, ...]
    columns: tuple[int, ...]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report as rows, to be read once, from first to last: a large one is never held in memory as a whole.

    `title` is the document's own (HTML `<title>`, else ""). `is_sheet` is true for a spreadsheet, whose rows end
    with the last cell that holds something. `rows` raises StatementRefused for a file that breaks off
    or is larger than can be taken, and Cancelled when the person has asked to stop.
    """

    file_name: str
    title: str
    rows: Iterator[Row]
    is_sheet: bool = False


MOST_FILE_BYTES = 256 * 1024 * 1024
"""Largest file that is taken: 200,000 rows of a MetaTrader 5 report in UTF-16 are about 210 MB."""
MOST_ROWS = 1_000_000
MOST_CELLS_OF_A_ROW = 256
MOST_CHARACTERS_OF_A_CELL = 32_767
"""What a cell of a spreadsheet can hold."""
