"""Tables of an HTML report, as rows of cells, read as they come.

The tokeniser is our own, after the rules of the WHATWG HTML standard for tags, quoted attributes and comments.
libxml2 was measured first: it took 6.9 s where this takes 3 s (200,000 rows, 105 MB), its HTML parser mends broken
rows in silence, and its line numbers end at 65,535, while a refusal has to name the line. Nothing is ever fetched, no
entity but HTML's own characters is expanded, nothing nests, and every expression is linear in the text.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
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
# Never shown, and full of what looks like tags. (Without the flag for upper case the search leaps from “<” to “<”.)
_UNSHOWN: Final = re.compile(r"<(?:(!--)|[sS](?:([tT][yY][lL][eE])|([cC][rR][iI][pP][tT]))\b)")
_UNSHOWN_ENDS: Final = (
    re.compile("-->"),
    re.compile("</style", re.IGNORECASE),
    re.compile("</script", re.IGNORECASE),
)
_CHARACTERS_A_SEARCH: Final = 4_000_000
_LONGEST_OPENING: Final = len("<script ")
_MOST_LAYOUTS: Final = 1_000
_LONGEST_ROW_OF_A_LAYOUT: Final = 10_000
_MOST_COLUMNS_OF_A_CELL: Final = 1_000  # the HTML standard's own bound on colspan


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the attributes of a row's cells say: rows of one table repeat it to the letter."""

    columns: tuple[int, ...]
    visible: tuple[int, ...]
    hidden: tuple[int, ...]


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
    spans = _unshown_spans(text, progress)
    starts = _shown_starts(text, spans)
    start = next(starts, None)
    first = start.start() if start is not None else len(text)
    _refuse_stray_row(_shown(text, 0, first, spans), file_name, 1)
    line, counted_to, number = 1, 0, 0
    ahead = deque(spans)
    layouts: dict[tuple[str, ...], _Layout] = {}
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
        while ahead and ahead[0][1] <= counted_to:
            ahead.popleft()
        region = text[start.end() : end] if not ahead or ahead[0][0] >= end else _shown(text, start.end(), end, spans)
        closed_at = region.find("</tr>")
        if closed_at < 0:
            closing = _ROW_END.search(region)
            closed_at = closing.start() if closing is not None else len(region)
        if len(region) - closed_at > len("</tr>\n"):
            _refuse_stray_row(region[closed_at:], file_name, line + region.count("\n", 0, closed_at))
        yield _row(region[:closed_at], start[1], layouts, file_name, line)
        if following is None and _TABLE_END.search(region, closed_at) is None:
            raise StatementRefused(file_name, "the file breaks off here: its last table has no end.", line=line)
        start = following


def _unshown_spans(text: str, progress: ProgressReport) -> list[tuple[int, int]]:
    """Where comments, style sheets and scripts begin and end; one without an end is none."""
    spans: list[tuple[int, int]] = []
    endless: set[int] = set()
    place = 0
    while place < len(text):
        found = _UNSHOWN.search(text, place, place + _CHARACTERS_A_SEARCH + _LONGEST_OPENING)
        if found is None or found.start() >= place + _CHARACTERS_A_SEARCH:
            progress(Progress("Opening the file", place, len(text)))
            place += _CHARACTERS_A_SEARCH
            continue
        place = found.end()
        kind = (found.lastindex or 1) - 1
        if kind not in endless:
            end = _UNSHOWN_ENDS[kind].search(text, found.start() + 2)
            if end is None:
                endless.add(kind)
            else:
                spans.append((found.start(), end.end()))
                place = end.end()
    return spans


def _shown_starts(text: str, spans: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    ahead = deque(spans)
    for start in _ROW_START.finditer(text):
        while ahead and ahead[0][1] <= start.start():
            ahead.popleft()
        if not ahead or start.start() < ahead[0][0]:
            yield start


def _shown(text: str, begin: int, end: int, spans: list[tuple[int, int]]) -> str:
    """`text` from `begin` to `end`, each span in it replaced by as many line breaks as it had."""
    kept, copied_to = [], begin
    for opening, closing in spans:
        if begin <= opening < end:
            kept += [text[copied_to:opening], "\n" * text.count("\n", opening, closing)]
            copied_to = closing
    return "".join([*kept, text[copied_to:end]])


def visible_text(markup: str) -> str:
    """What a person sees of `markup`: no tags, characters for entities, a run of white space as one space."""
    if "<" in markup:
        markup = _TAG.sub(_shown_for_tag, markup)
    if "&" in markup:
        markup = unescape(markup.replace("&nbsp;", " "))  # by far the most frequent one
    return " ".join(markup.split())


def _row(raw: str, attributes: str, layouts: dict[tuple[str, ...], _Layout], file_name: str, line: int) -> Row:
    words = (attributes + raw).lower()  # for what stands in the row, not where: changing case may move places
    found = _found_cells(raw, words)
    if found is None or ("<tr" in words and _ROW_WORD.search(raw) is not None):
        raise _broken(file_name, line)
    if len(found) > MOST_CELLS_OF_A_ROW:
        raise StatementRefused(file_name, f"the row has more than {MOST_CELLS_OF_A_ROW} cells.", line=line)
    if len(raw) > MOST_CHARACTERS_OF_A_ROW:
        raise StatementRefused(file_name, "the row is too long for a statement.", line=line)
    texts = _texts(found)
    if not ("colspan" in words or "hidden" in words or "display" in words):
        return Row(line, texts, tuple(range(len(texts))))
    if _is_hidden(attributes):
        return Row(line, (), (), texts)
    of_cells = tuple([of_cell for of_cell, _ in found])
    layout = layouts.get(of_cells)
    if layout is None:
        layout = _layout(of_cells)
        if len(layouts) < _MOST_LAYOUTS and len(raw) < _LONGEST_ROW_OF_A_LAYOUT:
            layouts[of_cells] = layout
    if not layout.hidden:
        return Row(line, texts, layout.columns)
    visible = tuple([texts[place] for place in layout.visible])
    return Row(line, visible, layout.columns, tuple([texts[place] for place in layout.hidden]))


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
    unclean = _UNCLEAN.search
    if unclean("".join(contents)) is None:
        return tuple([content.strip() for content in contents])
    return tuple([content.strip() if unclean(content) is None else visible_text(content) for content in contents])


def _layout(of_cells: tuple[str, ...]) -> _Layout:
    columns, visible, hidden, column = [], [], [], 0
    for place, attributes in enumerate(of_cells):
        if _is_hidden(attributes):
            hidden.append(place)
            continue
        visible.append(place)
        columns.append(column)
        span = _values(attributes).get("colspan", "1")
        column += min(int(span), _MOST_COLUMNS_OF_A_CELL) if span.isdecimal() and len(span) < len("99999") else 1
    return _Layout(tuple(columns), tuple(visible), tuple(hidden))


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


def _refuse_stray_row(text: str, file_name: str, line: int) -> None:
    """Refuse a row or a cell where none can begin: what belongs to it would be lost without a word."""
    stray = _ROW_OR_CELL_WORD.search(text)
    if stray is not None:
        raise _broken(file_name, line + text.count("\n", 0, stray.start()))


def _broken(file_name: str, line: int) -> StatementRefused:
    return StatementRefused(file_name, "the table row is broken here: a tag has no end.", line=line)


def _shown_for_tag(tag: re.Match[str]) -> str:
    return " " if tag[1].lower() in _BREAKING_TAGS else ""
