"""The short way through a sheet reads what expat alone reads, and refuses what it refuses, however the bytes come."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.importers.metatrader5_reports import zip_of
from tests.unit.importers.test_xlsx_cells import MAIN, parts, rows_of
from tradesense_desktop.importers import xlsx_cells
from tradesense_desktop.importers.cells import Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.xlsx_plain_rows import PlainRows

STRINGS = "".join(f"<si><t>{text}</t></si>" for text in ("Deals", "2024.01.02 03:04:05", "buy", "", "Цена"))
PLAIN = (
    '<row r="{0}" spans="1:14" ht="15.0000" customHeight="1">\r\n   <c r="A{0}" s="4" t="s"><v>1</v></c>\r\n   '
    '<c r="B{0}" s="14"><v>13216</v></c><c r="C{0}" t="s"><v>3</v></c><c r="D{0}"><v>-4.80</v></c><c r="E{0}" s="5"/>\r\n  </row>\r\n'
)
OTHER = (
    '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>text</t></is></c></row>',
    '<row r="{0}"><c r="C{0}"><v>99524.229999999996</v></c></row>',
    '<row r="{0}"/>',
    '<!-- <row r="9"><c r="A9"><v>9</v></c></row> -->',
    "<!-- </row>" + PLAIN.format(8) + " -->",
    '<row r="{0}"/><!-- </row><row r="7"><c r="A7"><v>7</v></c></row> -->',
    '<row r="{0}"><c r="A{0}" t="str"><v><![CDATA[</row><row r="6"><c r="A6"><v>6</v></c></row>]]></v></c></row>',
    '<row r="{0}"><c r="A{0}" t="str"><v>open<row r="5"></row>' + PLAIN.format(6) + "</v></c></row>",
    '<row r="{0}"><c r="A{0}" t="s"><v>7</v></c></row>',
    '<row r="{0}" r="{0}"><c r="A{0}"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c></row>',
    '<row r="{0}"><c r="A{0}"><v>1</v></c>',
    '<x:row r="{0}"><x:c r="A{0}"><x:v>5</x:v></x:c></x:row>',
    '<row r="{0}"><c r="A{0}" t=\'s\'><v>2</v></c></row>',
    '<row r="{0}"><c r="A{0}" t="str"><v>Цена 𝄞</v></c></row>',
)
Outcome = list[Row] | str


class ByExpatAlone:
    """What PlainRows stands in for."""

    def __init__(self, sheet: xlsx_cells._SheetReader) -> None:
        self.feed = sheet.parser.Parse


def outcome(data: bytes, folder: Path) -> Outcome:
    try:
        return rows_of(data, folder)
    except StatementRefused as refusal:
        return str(refusal)


def both_outcomes(data: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Outcome, Outcome]:
    with monkeypatch.context() as patched:
        patched.setattr(xlsx_cells, "PlainRows", ByExpatAlone)
        expected = outcome(data, folder)
    return outcome(data, folder), expected


def book(sheet: bytes) -> bytes:
    return zip_of(
        parts()
        | {
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{STRINGS}</sst>'.encode(),
        }
    )


def sheet_of(rows: str, *, declaration: str = '<?xml version="1.0"?>') -> str:
    return f'{declaration}<worksheet xmlns="{MAIN}" xmlns:x="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def numbered(templates: list[str]) -> str:
    return "".join(template.replace("{0}", str(number)) for number, template in enumerate(templates, 10))


def count_parsed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many characters went to expat behind the first row."""
    given: list[str] = []
    before = PlainRows._give

    def give(self: PlainRows, text: str) -> None:
        given.append(text)
        before(self, text)

    monkeypatch.setattr(PlainRows, "_give", give)
    return lambda: sum(map(len, given))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig"])
def test_plain_rows_are_read_without_expat_and_read_the_same(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = sheet_of(numbered([PLAIN] * 200))
    parsed = count_parsed(monkeypatch)
    found, expected = both_outcomes(book(sheet.encode(encoding)), tmp_path, monkeypatch)

    assert found == expected
    assert found[150] == Row(160, ("2024.01.02 03:04:05", "13216", "", "-4.80"), (0, 1, 2, 3))
    assert parsed() < len(sheet) / 50


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
@pytest.mark.parametrize("size", [5, 64, 1_000, 131_072])
def test_rows_of_every_shape_are_read_as_expat_reads_them(
    encoding: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_cells, "_CHUNK", size)
    generator = random.Random(size)
    outcomes: list[Outcome] = []
    for _ in range(60):
        rows = [generator.choice(OTHER) if generator.random() < 0.15 else PLAIN for _ in range(12)]
        found, expected = both_outcomes(book(sheet_of(numbered(rows)).encode(encoding)), tmp_path, monkeypatch)
        assert found == expected, rows
        outcomes.append(found)

    assert {type(each) for each in outcomes} == {list, str}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_a_flipped_byte_or_a_cut_is_refused_or_read_as_expat_alone_has_it(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_cells, "_CHUNK", 600)
    generator = random.Random(4)
    whole = sheet_of(numbered([PLAIN, OTHER[0], PLAIN, PLAIN])).encode(encoding)
    for _ in range(250):
        damaged = bytearray(whole)
        if generator.random() < 0.2:
            del damaged[generator.randrange(len(damaged)) :]
        else:
            damaged[generator.randrange(len(damaged))] ^= 1 << generator.randrange(8)
        found, expected = both_outcomes(book(bytes(damaged)), tmp_path, monkeypatch)
        assert found == expected, bytes(damaged)


@pytest.mark.parametrize("encoding", ["cp037", "cp1252", "utf-7", "utf-16"])
def test_a_sheet_that_names_another_encoding_is_read_as_expat_alone_has_it(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = sheet_of(numbered([PLAIN] * 3), declaration=f'<?xml version="1.0" encoding="{encoding}"?>')
    found, expected = both_outcomes(book(sheet.encode()), tmp_path, monkeypatch)

    assert found == expected


def test_a_sheet_of_another_program_goes_to_expat_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = sheet_of(numbered([OTHER[0]] * 300))
    found, expected = both_outcomes(book(sheet.encode()), tmp_path, monkeypatch)

    assert found == expected
    assert len(found) == 300
