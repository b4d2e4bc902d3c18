"""Tables of an HTML report, as rows of cells, read as they come.

The tokeniser is our own, after the rules of the WHATWG HTML standard for tags, quoted attributes and comments.
libxml2 was measured first: it took 6.9 s where this takes 3 s (200,000 rows, 105 MB), its HTML parser mends broken
rows in silence, and its line numbers end at 65,535, while a refusal has to name the line. Nothing is ever fetched, no
entity but HTML's own characters is expanded, nothing nests, and every expression is linear in the text.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.importers.cells import MOST_CELLS_OF_A_ROW, MOST_ROWS, Document, Row
from tradesense_desktop.importers.errors import StatementRefused

MOST_CHARACTERS_OF_A_ROW: Final = 1_000_000
"""A tester's report has every parameter of its expert in one cell: thousands of characters are honest."""

_ROWS_A_REPORT: Final = 500
_TITLE_WITHIN: Final = 65_536

# What stands in a tag: bare words, and values, in which a quoted “>” does not end the tag.
_ATTRIBUTES: Final = r"""[^<>=]*(?:=(?:\s*"[^"]*"|\s*'[^']*'|(?!\s*["']))[^<>=]*)*"""
_ROW_START: Final = re.compile(rf"<tr\b({_ATTRIBUTES})>", re.IGNORECASE)
_ROW_END: Final = re.compile(r"</tr\b|</?table\b", re.IGNORECASE)
_ROW_WORD: Final = re.compile(r"<tr\b", re.IGNORECASE)
_ROW_OR_CELL_WORD: Final = re.compile(r"<t[dhr]\b", re.IGNORECASE)
_TABLE_END: Final = re.compile(r"</table\b", re.IGNORECASE)
_CELL_WORD: Final = re.compile(r"<t[dh]\b", re.IGNORECASE)
_CELL: Final = re.compile(rf"<t[dh]\b({_ATTRIBUTES})>([^<]*(?:<(?!/?t[dhr]\b|/?table\b)[^<]*)*)", re.IGNORECASE)
# The same for the common case, at half the time: values in double quotes only, nothing within a cell but text.
_PLAIN_CELL: Final = re.compile(r"""<td(?=[\s>])([^<>"]*+(?:"[^"]*+"[^<>"]*+)*+)>([^<]*+)</td>""")
_TAG: Final = re.compile(rf"<(/?[a-z!?][^\s<>/=]*){_ATTRIBUTES}>", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title\b[^<>]*>([^<]*)</title", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([^\s<>="'/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s<>"']+))?""")
_UNCLEAN: Final = re.compile(r"[<&\n\r\t\xa0]|  ")
_BREAKING_TAGS: Final = frozenset({"br", "br/", "div", "/div", "p", "/p", "li"})
# Never shown, and full of what looks like tags: each opening with its closing. (Without the flag for upper case the
# search leaps from “<” to “<”: a tenth of the time.)
_UNSHOWN: Final = (
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<[sS][tT][yY][lL][eE]\b"), re.compile("</style", re.IGNORECASE)),
    (re.compile(r"<[sS][cC][rR][iI][pP][tT]\b"), re.compile("</script", re.IGNORECASE)),
)
_MOST_COLUMNS_OF_A_CELL: Final = 1_000  # the HTML standard's own bound on colspan


def html_document(text: str, file_name: str, progress: ProgressReport = unwatched) -> Document:
    """The report in `text`; its rows are found while they are taken, so the text is all that is held."""
    found = _TITLE.search(text, 0, _TITLE_WITHIN)
    title = visible_text(found[1]) if found is not None else ""
    return Document(file_name, title, html_rows(text, file_name, progress))


def html_rows(text: str, file_name: str, progress: ProgressReport = unwatched) -> Iterator[Row]:
    """Each table row of `text`, in file order.

    Raises StatementRefused for a row that cannot be split into cells with certainty, for a table that breaks off and
    for one beyond the bounds; Cancelled when the person has asked to stop.
    """
    text = without_unshown(text)
    starts = _ROW_START.finditer(text)
    start = next(starts, None)
    first = start.start() if start is not None else len(text)
    _refuse_stray_row(text, 0, first, file_name)
    line, counted_to, number = 1, 0, 0
    while start is not None:
        following = next(starts, None)
        line += text.count("\n", counted_to, start.start())
        counted_to = start.start()
        number += 1
        if number > MOST_ROWS:
            raise StatementRefused(file_name, f"the file has more than {MOST_ROWS:,} table rows.", line=line)
        if number % _ROWS_A_REPORT == 0:
            progress(Progress("Reading the file", counted_to, len(text)))
        end = following.start() if following is not None else len(text)
        closed_at = text.find("</tr>", start.end(), end)
        if closed_at < 0:
            closing = _ROW_END.search(text, start.end(), end)
            closed_at = closing.start() if closing is not None else end
        if end - closed_at > len("</tr>\n"):
            _refuse_stray_row(text, closed_at, end, file_name)
        yield _row(text[start.end() : closed_at], text[start.start() : closed_at].lower(), start[1], file_name, line)
        if following is None and _TABLE_END.search(text, closed_at) is None:
            raise StatementRefused(file_name, "the file breaks off here: its last table has no end.", line=line)
        start = following


def without_unshown(text: str) -> str:
    """`text` with comments, style sheets and scripts replaced by as many line breaks as they had."""
    for opening, closing in _UNSHOWN:
        kept, copied_to = [], 0
        found = opening.search(text)
        while found is not None:
            end = closing.search(text, found.start() + 2)
            if end is None:
                break
            kept += [text[copied_to : found.start()], "\n" * text.count("\n", found.start(), end.end())]
            copied_to = end.end()
            found = opening.search(text, copied_to)
        if kept:
            text = "".join([*kept, text[copied_to:]])
    return text


def visible_text(markup: str) -> str:
    """What a person sees of `markup`: no tags, characters for entities, a run of white space as one space."""
    if "<" in markup:
        markup = _TAG.sub(_shown_for_tag, markup)
    if "&" in markup:
        markup = unescape(markup)
    return " ".join(markup.split())


def _row(raw: str, words: str, attributes: str, file_name: str, line: int) -> Row:
    """The row whose cells are in `raw`; `words` is all of it in lower case, for what stands in it and not where."""
    found = _found_cells(raw, words)
    if found is None or (words.count("<tr") > 1 and _ROW_WORD.search(raw) is not None):
        raise _broken(file_name, line)
    if len(found) > MOST_CELLS_OF_A_ROW:
        raise StatementRefused(file_name, f"the row has more than {MOST_CELLS_OF_A_ROW} cells.", line=line)
    if len(raw) > MOST_CHARACTERS_OF_A_ROW:
        raise StatementRefused(file_name, "the row is too long for a statement.", line=line)
    hidden: tuple[str, ...] = ()
    if "hidden" in words or "display" in words:
        row_is_hidden = _is_hidden(attributes)
        hidden = _texts([cell for cell in found if row_is_hidden or _is_hidden(cell[0])])
        found = [cell for cell in found if not row_is_hidden and not _is_hidden(cell[0])]
    columns = tuple(range(len(found))) if "colspan" not in words else _columns(found)
    return Row(line, _texts(found), columns, hidden)


def _found_cells(raw: str, words: str) -> list[tuple[str, str]] | None:
    """Attributes and content of each cell in `raw`; None where a cell begins whose tag does not end."""
    begun = words.count("<td") + words.count("<th")
    if "'" not in raw and raw.count('"') == 2 * raw.count('="'):
        plain = _PLAIN_CELL.findall(raw)
        if len(plain) == begun:
            return plain
    found = _CELL.findall(raw)
    return found if len(found) == begun or len(found) == len(_CELL_WORD.findall(raw)) else None


def _texts(cells: list[tuple[str, str]]) -> tuple[str, ...]:
    contents = [content for _, content in cells]
    if _UNCLEAN.search("".join(contents)) is None:
        return tuple([content.strip() for content in contents])
    return tuple([visible_text(content) for content in contents])


def _columns(cells: list[tuple[str, str]]) -> tuple[int, ...]:
    columns, column = [], 0
    for attributes, _ in cells:
        columns.append(column)
        span = _values(attributes).get("colspan", "1") if "colspan" in attributes.lower() else "1"
        column += min(int(span), _MOST_COLUMNS_OF_A_CELL) if span.isdecimal() and len(span) < len("99999") else 1
    return tuple(columns)


def _values(attributes: str) -> dict[str, str]:
    """Names, in lower case, and values of `attributes`; of a repeated name the first counts, as in a browser."""
    values: dict[str, str] = {}
    if "=" in attributes or "hidden" in attributes.lower():
        for name, value in _ATTRIBUTE.findall(attributes):
            values.setdefault(name.lower(), visible_text(value.strip(value[:1]) if value[:1] in {'"', "'"} else value))
    return values


def _is_hidden(attributes: str) -> bool:
    words = attributes.lower()
    if "hidden" not in words and "display" not in words:
        return False
    values = _values(attributes)
    return (
        "hidden" in values
        or "hidden" in values.get("class", "").lower().split()
        or "display:none" in values.get("style", "").lower().replace(" ", "")
    )


def _refuse_stray_row(text: str, start: int, end: int, file_name: str) -> None:
    """Refuse a row or a cell where none can begin: what belongs to it would be lost without a word."""
    stray = _ROW_OR_CELL_WORD.search(text, start, end)
    if stray is not None:
        raise _broken(file_name, text.count("\n", 0, stray.start()) + 1)


def _broken(file_name: str, line: int) -> StatementRefused:
    return StatementRefused(file_name, "the table row is broken here: a tag has no end.", line=line)


def _shown_for_tag(tag: re.Match[str]) -> str:
    return " " if tag[1].lower() in _BREAKING_TAGS else ""
