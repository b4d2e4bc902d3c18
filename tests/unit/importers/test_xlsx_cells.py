"""Cells of spreadsheets: digits as they stand, places, and files that are built to do harm."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.unit.importers.metatrader5_reports import xlsx_of, zip_of
from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.importers import xlsx_cells
from tradesense_desktop.importers.cells import Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.xlsx_cells import xlsx_document

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rows_of(data: bytes, folder: Path) -> list[Row]:
    path = folder / "book.xlsx"
    path.write_bytes(data)
    return list(xlsx_document(path, unwatched).rows)


def parts() -> dict[str, bytes]:
    """The parts of a workbook with one cell."""
    with zipfile.ZipFile(io.BytesIO(xlsx_of([["a"]], "utf-8"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_sheet(sheet: str, strings: str | None = None) -> bytes:
    changed = parts() | {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'.encode()
    }
    if strings is not None:
        changed["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'.encode()
    return zip_of(changed)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_rows_hold_the_texts_at_their_columns(encoding: str, tmp_path: Path) -> None:
    rows = rows_of(xlsx_of([["Время", "", "b  c"], [], ["", "-4.80"]], encoding), tmp_path)

    assert [row.cells for row in rows] == [("Время", "", "b c"), (), ("", "-4.80")]
    assert [row.line for row in rows] == [1, 2, 3]
    assert rows[0].columns == (0, 1, 2)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("97.60", "97.60"), ("0.00", "0.00"), ("-475.210000", "-475.210000"), ("129924039", "129924039"),
        ("99524.229999999996", "99524.23"), ("0.10000000000000001", "0.1"), ("1E-3", "0.001"), ("1.5E+2", "150"),
        ("1e400", "1e400"), ("1E-400", "1E-400"), ("nan", "nan"), ("abc", "abc"),
    ],
)  # fmt: skip
def test_a_number_keeps_its_digits_or_the_fifteen_that_a_float_holds(written: str, text: str, tmp_path: Path) -> None:
    (row,) = rows_of(with_sheet(f'<row r="1"><c r="A1"><v>{written}</v></c></row>'), tmp_path)

    assert row.cells == (text,)


def test_cells_of_every_type_and_without_a_place_are_read(tmp_path: Path) -> None:
    cells = (
        '<c t="inlineStr"><is><r><t>two </t></r><r><t>runs</t></r></is></c><c t="str"><f>A1</f><v>text</v></c>'
        '<c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c r="AA1"><v>27</v></c>'
    )
    (row,) = rows_of(with_sheet(f"<row>{cells}</row>"), tmp_path)

    assert row.cells == ("two runs", "text", "1", "#REF!", *[""] * 22, "27")


def test_the_value_of_a_formula_is_taken_and_not_the_formula(tmp_path: Path) -> None:
    (row,) = rows_of(with_sheet('<row r="1"><c r="A1"><f>SUM(A2:A9)</f><v>-18.97</v></c></row>'), tmp_path)

    assert row.cells == ("-18.97",)


def test_phonetic_readings_of_shared_texts_are_left_out(tmp_path: Path) -> None:
    strings = "<si><r><t>成</t></r><r><t>交</t></r><rPh><t>せい</t></rPh></si>"
    (row,) = rows_of(with_sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings), tmp_path)

    assert row.cells == ("成交",)


def test_names_with_a_prefix_are_understood(tmp_path: Path) -> None:
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="4"><x:c r="A4"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    (row,) = rows_of(zip_of(parts() | {"xl/worksheets/sheet1.xml": sheet.encode()}), tmp_path)

    assert (row.line, row.cells) == (4, ("5",))


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        ('<row r="1"><c r="A1" t="s"><v>9</v></c></row>', "refers to a text that is missing"),
        ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', "refers to a text that is missing"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "cells out of order"),
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "more than 256 cells"),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', "is at no place of the sheet"),
        ('<row r="2"/><row r="1"/>', "the rows of the sheet are out of order"),
        ('<row r="99999999"/>', "the rows of the sheet are out of order"),
        (f'<row r="1"><c r="A1"><v>{"1" * 40_000}</v></c></row>', "holds more than 32,767 characters"),
        ("<row><c>", "is damaged"),
        ("<row>&nothing;</row>", "is damaged"),
    ],
)
def test_a_sheet_that_no_program_writes_is_refused(sheet: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(StatementRefused, match=reason):
        rows_of(with_sheet(sheet), tmp_path)


def test_a_document_type_and_with_it_every_entity_is_refused(tmp_path: Path) -> None:
    bomb = (
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>&b;&x;</v></c></row></sheetData></worksheet>'
    )

    with pytest.raises(StatementRefused, match="declares a document type"):
        rows_of(zip_of(parts() | {"xl/worksheets/sheet1.xml": bomb.encode()}), tmp_path)


def test_what_unpacks_to_more_than_can_be_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_cells, "_MOST_BYTES_OF_A_SHEET", 1_000_000)
    bomb = with_sheet(f"<!--{' ' * 2_000_000}-->")
    assert len(bomb) < 20_000

    with pytest.raises(StatementRefused, match="unpacks to more than can be taken"):
        rows_of(bomb, tmp_path)


def test_a_sheet_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_cells, "MOST_ROWS", 3)

    with pytest.raises(StatementRefused, match="the sheet has more than 3 rows"):
        rows_of(with_sheet("<row/>" * 4), tmp_path)


@pytest.mark.parametrize("attributes", ['t="r"', 'u="s"', 't="s" q="1"'])
def test_a_cell_of_an_unknown_type_is_refused(attributes: str, tmp_path: Path) -> None:
    with pytest.raises(StatementRefused, match="a cell of row 1 is of an unknown type"):
        rows_of(with_sheet(f'<row r="1"><c r="A1" {attributes}><v>0</v></c></row>'), tmp_path)


def test_an_archive_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StatementRefused, match="more than 2,000 parts"):
        rows_of(zip_of(parts() | {f"x{number}": b"" for number in range(2_000)}), tmp_path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_without_one_of_its_parts_is_refused(part: str, tmp_path: Path) -> None:
    rest = {name: data for name, data in parts().items() if name != part}

    with pytest.raises(StatementRefused):
        rows_of(zip_of(rest), tmp_path)


def test_a_workbook_packed_in_an_unusual_way_is_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_BZIP2) as archive:
        for name, data in parts().items():
            archive.writestr(name, data)

    with pytest.raises(StatementRefused, match="packed in a way that no spreadsheet program uses"):
        rows_of(target.getvalue(), tmp_path)


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    data = bytearray(xlsx_of([["a"]], "utf-8"))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(signature, place + 4)

    with pytest.raises(StatementRefused, match="the spreadsheet is encrypted"):
        rows_of(bytes(data), tmp_path)
