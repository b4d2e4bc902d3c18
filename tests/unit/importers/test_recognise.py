"""Recognising a file by its content, and refusing in one plain sentence what is no statement."""

from pathlib import Path

import pytest

from tests.unit.importers.metatrader4_reports import html_of_test, operation, statement_html, step, trade
from tests.unit.importers.metatrader5_reports import Report, read_bytes, xlsx_of, zip_of
from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.importers import recognise
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.statement import StatementFormat


def metatrader5() -> Report:
    report = Report()
    report.operation("balance", "10000.00")
    report.deal("buy", "in", "1.00", "1.10000")
    report.deal("sell", "out", "1.00", "1.10100", "100.00")
    return report


def metatrader5_test() -> Report:
    report = metatrader5()
    report.is_tester = True
    return report


def metatrader4() -> bytes:
    rows = [operation(1, "2018.01.01 10:00:00", "5 000.00")]
    rows.append(trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00"))
    return statement_html(rows, net="100.00", balance="5 100.00").encode()


def metatrader4_test() -> bytes:
    rows = [step(1, "2018.01.02 10:00", "buy", 1)]
    rows.append(step(2, "2018.01.02 11:00", "close", 1, result=("5.00", "10005.00")))
    return html_of_test(rows, net="5.00", trades=1).encode()


@pytest.mark.parametrize("name", ["statement.html", "statement.xlsx", "statement.csv", "statement.png", "statement"])
def test_the_content_decides_and_not_the_name(name: str, tmp_path: Path) -> None:
    for data, expected in (
        (metatrader5().html().encode(), StatementFormat.METATRADER5_HISTORY),
        (metatrader5().xlsx(), StatementFormat.METATRADER5_HISTORY),
        (metatrader5_test().html().encode("utf-16"), StatementFormat.METATRADER5_TESTER),
        (metatrader5_test().xlsx(), StatementFormat.METATRADER5_TESTER),
        (metatrader4(), StatementFormat.METATRADER4_STATEMENT),
        (metatrader4_test(), StatementFormat.METATRADER4_TESTER),
    ):
        assert read_bytes(data, tmp_path, name).format is expected


PAGE = "<!DOCTYPE html><html><head><title>News</title></head><body><table><tr><td>one</td></tr></table></body></html>"
TABLE = (
    "<html><body><table><tr>" + "<td>word</td>" * 14 + "</tr><tr>" + "<td>1.5</td>" * 14 + "</tr></table></body></html>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), r"this is no statement but a picture \(PNG\)"),
        (b"%PDF-1.7", "this is no statement but a PDF document; export the report as HTML or XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"an old Excel workbook \(XLS\)"),
        (b"\x1f\x8b" + bytes(20), "a packed file"),
        (bytes(1000), "neither an HTML report nor a spreadsheet"),
        (b"a,b,c\n1,2,3\n", "neither an HTML report nor a spreadsheet"),
        (b"<html></html>", "it has no table of trades"),
        (PAGE.encode(), "it has no table of trades"),
        (TABLE.encode(), "no row of its tables is a trading platform's"),
        (xlsx_of([["Month", "Rent"], ["May", "700.00"]]), "it has no table of trades"),
        (xlsx_of([]), "it has no table of trades"),
        (zip_of({"letter.txt": b"Dear"}), "a ZIP archive but no spreadsheet"),
        (zip_of({}), "a ZIP archive but no spreadsheet"),
    ],
)
def test_what_is_no_statement_is_refused_in_one_sentence(data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(StatementRefused, match=rf"^report(, line \d+)?: .*{reason}") as refused:
        read_bytes(data, tmp_path)

    assert str(refused.value).count("\n") == 0
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.97])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "xlsx"])
def test_a_truncated_report_is_refused(part: float, encoding: str, tmp_path: Path) -> None:
    report = metatrader5()
    whole = report.xlsx() if encoding == "xlsx" else report.html().encode(encoding)
    if part == 0.97 and encoding != "xlsx":
        whole = whole[: len(report.html().partition("</table>")[0].encode(encoding))]
        part = 1

    with pytest.raises(StatementRefused):
        read_bytes(whole[: int(len(whole) * part)], tmp_path)


def test_a_missing_file_and_a_folder_are_refused_with_the_systems_words(tmp_path: Path) -> None:
    with pytest.raises(StatementRefused, match=r"nothing: the file cannot be read \(No such file or directory\)"):
        recognise.read_statement(tmp_path / "nothing", unwatched)
    with pytest.raises(StatementRefused, match=r"the file cannot be read \(Is a directory\)"):
        recognise.read_statement(tmp_path, unwatched)


def test_a_file_beyond_the_bound_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "MOST_FILE_BYTES", 100)

    with pytest.raises(StatementRefused, match="more than 0 MB is not taken"):
        read_bytes(bytes(101), tmp_path)


def test_the_refused_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StatementRefused) as refused:
        read_bytes(b"", tmp_path, "my statement.html")

    assert refused.value.file_name == "my statement.html"
