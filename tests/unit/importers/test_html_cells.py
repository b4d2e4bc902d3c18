"""Rows of cells from HTML: what a person sees, where it stands, and refusal of what is broken."""

import time
from collections import deque
from contextlib import suppress

import pytest

from tradesense_desktop.domain.progress import Cancelled, Progress
from tradesense_desktop.importers import html_cells
from tradesense_desktop.importers.cells import Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.html_cells import html_document, html_rows


def rows_of(body: str) -> list[Row]:
    return list(html_rows(f"<table>{body}</table>", "report.htm"))


def cells_of(row: str) -> tuple[str, ...]:
    return rows_of(row)[0].cells


def test_cells_are_what_a_person_sees() -> None:
    assert cells_of("<tr><td> <b>5&nbsp;000.00</b> </td><th>a &amp; b</th><td>&nbsp;</td><td></td></tr>") == (
        "5 000.00",
        "a & b",
        "",
        "",
    )


def test_every_run_of_white_space_is_one_plain_space() -> None:
    assert cells_of("<tr><td>1\xa0234\u202f567.00</td><td>a\r\n\t b</td><td>a<br>b</td></tr>") == (
        "1 234 567.00",
        "a b",
        "a b",
    )


@pytest.mark.parametrize(
    "attributes",
    [
        'class="hidden" colspan="8"',
        "class='x hidden'",
        'style="display: none"',
        'STYLE="color:red;DISPLAY:NONE"',
        "hidden",
    ],
)
def test_a_hidden_cell_is_none_of_the_visible_ones(attributes: str) -> None:
    row = rows_of(f"<tr><td>buy</td><td {attributes}>200011</td><td>0.02</td></tr>")[0]

    assert row.cells == ("buy", "0.02")
    assert row.hidden == ("200011",)
    assert row.columns == (0, 1)


def test_a_title_that_speaks_of_hidden_things_hides_nothing() -> None:
    row = rows_of('<tr><td title="a hidden gem; display:none">497</td><td class="hiddenish">1</td></tr>')[0]

    assert row.cells == ("497", "1")
    assert row.hidden == ()


def test_all_cells_of_a_hidden_row_are_hidden() -> None:
    row = rows_of('<tr style="display:none"><td>1</td><td>2</td></tr>')[0]

    assert row.cells == ()
    assert row.hidden == ("1", "2")


def test_columns_count_the_colspans_of_visible_cells() -> None:
    row = rows_of(
        '<tr><td colspan=9>a</td><td COLSPAN="2">b</td><td colspan=no>c</td><td colspan=99999>d</td><td>e</td></tr>'
    )[0]

    assert row.columns == (0, 9, 11, 12, 13)


def test_a_greater_sign_within_a_quoted_title_ends_no_tag() -> None:
    row = rows_of('<tr><td title="a>b &quot;c&quot;">1</td><td>2</td></tr>')[0]

    assert row.cells == ("1", "2")


def test_a_stray_quote_after_a_value_swallows_no_cell() -> None:
    assert cells_of('<tr><td title="5" pips">497</td><td class="x">2</td></tr>') == ("497", "2")


def test_rows_know_the_lines_where_they_begin() -> None:
    text = "<html><style>\n<!--\n<tr><td>no row</td></tr>\n-->\n</style>\n<table>\n<tr\n><td>a</td>\n</tr>\n<tr><td>b</td></tr></table>"

    assert [(row.line, row.cells) for row in html_rows(text, "report.htm")] == [(7, ("a",)), (10, ("b",))]


def test_lines_are_right_beyond_what_the_common_parser_can_count() -> None:
    text = "<table>\n" + "<tr><td>1</td></tr>\n" * 70_000 + "</table>"

    assert deque(html_rows(text, "report.htm"), 1).pop().line == 70_001


def test_a_row_that_opens_within_a_cell_stands_on_its_own() -> None:
    rows = rows_of("<tr align=left><td colspan=2><tr align=left><td>Bars</td><td>2107</td></tr>")

    assert [row.cells for row in rows] == [("",), ("Bars", "2107")]


def test_upper_case_tags_and_missing_end_tags_are_read() -> None:
    rows = rows_of("<TR><TD>1<TD>2</TR><tr><td>3<td>4")

    assert [row.cells for row in rows] == [("1", "2"), ("3", "4")]


def test_comments_and_scripts_are_no_rows() -> None:
    rows = rows_of("<!-- <tr><td>1</td></tr> --><script>'<tr><td>2</td></tr>'</script><tr><td>3</td></tr>")

    assert [row.cells for row in rows] == [("3",)]


def test_a_comment_without_an_end_hides_nothing() -> None:
    assert cells_of("<!-- <tr><td>1</td></tr>") == ("1",)


def test_a_comment_within_a_row_and_one_over_many_rows_hide_what_is_in_them() -> None:
    rows = rows_of(
        "<tr><td>1</td><!-- <td>no</td>\n --><td>2</td></tr>\n<!-- <tr><td>no</td></tr>\n<tr><td>no</td></tr> -->\n"
        "<tr><td>3</td></tr><!--><tr><td>4</td></tr><!-- </table> -->"
    )

    assert [(row.line, row.cells) for row in rows] == [(1, ("1", "2")), (5, ("3",)), (5, ("4",))]


def test_a_script_in_a_comment_ends_with_the_comment() -> None:
    assert cells_of("<!-- <script> --><tr><td>1</td></tr><!-- </script> -->") == ("1",)


def test_a_comment_is_found_wherever_the_searches_of_a_long_text_part(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "<tr><td>1</td></tr><!-- <tr><td>2</td></tr> --><tr><td>3</td></tr>"
    for length in range(1, 60):
        monkeypatch.setattr(html_cells, "_CHARACTERS_A_SEARCH", length)
        assert [row.cells for row in rows_of(text)] == [("1",), ("3",)]


def test_entities_stand_for_characters_and_nothing_is_fetched() -> None:
    text = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><table><tr><td>&x;</td><td>&#49;&#x32;</td></tr></table>'

    assert next(html_rows(text, "report.htm")).cells == ("&x;", "12")


def test_the_title_is_the_documents_own() -> None:
    assert html_document("<html><TITLE>Statement: 20000 &amp; Co\n</TITLE><table></table>", "a.htm").title == (
        "Statement: 20000 & Co"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<table>\n<tr><td>1</td></tr>\n<tr><td>2</td>", 3),
        ("<table>\n<tr><td>1</td></tr>\n<tr><td", 3),
        ("<table>\n<tr><td>1</td></tr>\n<tr", 3),
        ("<table>\n<tr><td>1</td><td class=\n</tr></table>", 2),
        ("<table>\n<tr><td>1</td></tr>\n<ur><td>2</td></tr>\n<tr><td>3</td></tr></table>", 3),
        ('<table>\n<tr><td>1</td></tr>\n<tr title="a><td>2</td></tr></table>', 3),
    ],
    ids=[
        "table without an end",
        "half a cell",
        "half a row",
        "cell without an end",
        "lost row",
        "quote without an end",
    ],
)
def test_a_broken_table_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(StatementRefused) as refusal:
        deque(html_rows(text, "report.htm"), 0)

    assert refusal.value.line == line
    assert str(refusal.value).startswith(f"report.htm, line {line}: ")


def test_too_many_cells_are_refused() -> None:
    with pytest.raises(StatementRefused, match="more than 256 cells"):
        rows_of("<tr>" + "<td>1</td>" * 257 + "</tr>")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_cells, "MOST_ROWS", 10)

    assert len(rows_of("<tr><td>1</td></tr>" * 10)) == 10
    with pytest.raises(StatementRefused, match="more than 10 table rows"):
        rows_of("<tr><td>1</td></tr>" * 11)


def test_an_endless_row_is_refused() -> None:
    with pytest.raises(StatementRefused, match="too long"):
        rows_of(f"<tr><td>{'x' * 1_000_001}</td></tr>")


def test_a_cell_of_many_parameters_is_read() -> None:
    assert len(cells_of(f"<tr><td>{'Lots=0.1; ' * 5_000}</td></tr>")[0]) == 49_999


def test_reading_can_be_cancelled_and_tells_how_far_it_is() -> None:
    reports: list[Progress] = []

    def cancel_at_the_third(progress: Progress) -> None:
        reports.append(progress)
        if len(reports) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        deque(html_rows("<table>" + "<tr><td>1</td></tr>\n" * 10_000 + "</table>", "a.htm", cancel_at_the_third), 0)

    assert [report.done < (report.total or 0) for report in reports] == [True, True, True]
    assert reports[0].done < reports[1].done < reports[2].done


@pytest.mark.parametrize(
    "piece", ["<tr ", '<tr ="', "<tr ='", "<td ", "<!--", "<table><tr><td>", "<tr><td =\"'", "<script", "<"]
)
def test_hostile_repetition_takes_no_more_than_its_length(piece: str) -> None:
    started = time.thread_time()
    with suppress(StatementRefused):
        deque(html_rows(piece * (400_000 // len(piece)), "hostile.htm"), 0)

    assert time.thread_time() - started < 5
