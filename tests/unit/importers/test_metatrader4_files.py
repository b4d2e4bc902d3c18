"""MetaTrader 4 files from the disk to a statement: recognised by content, whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.importers.metatrader4_reports import (
    RUSSIAN,
    html_of_test,
    operation,
    pending,
    statement_html,
    step,
    trade,
)
from tradesense_desktop.domain.progress import Cancelled, Progress, unwatched
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.recognise import read_statement
from tradesense_desktop.importers.statement import Statement, StatementFormat

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ROWS = [
    operation(1, "2018.01.01 10:00:00", "5 000.00"),
    trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00"),
]
STATEMENT = statement_html(ROWS, net="100.00", balance="5 100.00", trades=1)
TEST_REPORT = html_of_test(
    [
        step(1, "2018.01.03 18:00", "buy", 1, price="1.1000"),
        step(2, "2018.01.03 19:00", "t/p", 1, price="1.1010", result=("100.00", "10100.00")),
    ],
    net="100.00",
    trades=1,
)

ReadFile = Callable[[bytes | str], Statement]


@pytest.fixture
def read(tmp_path: Path) -> ReadFile:
    def write_and_read(content: bytes | str) -> Statement:
        path = tmp_path / "report.csv"  # the name lies
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_statement(path, unwatched)

    return write_and_read


def refusal_of(read: ReadFile, content: bytes | str) -> str:
    with pytest.raises(StatementRefused) as refusal:
        read(content)
    return str(refusal.value)


def test_both_reports_are_recognised_whatever_the_file_is_called(read: ReadFile) -> None:
    assert read(STATEMENT).format is StatementFormat.METATRADER4_STATEMENT
    assert read(TEST_REPORT).format is StatementFormat.METATRADER4_TESTER


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "gbk"])
def test_every_encoding_gives_the_same_statement(read: ReadFile, encoding: str) -> None:
    html = statement_html(ROWS, net="100.00", balance="5 100.00", trades=1, labels=RUSSIAN)
    plain = read(html)

    assert read(html.encode(encoding)) == plain
    assert plain.source.account == "20000"


def test_a_byte_too_many_at_the_end_of_utf_16_changes_nothing(read: ReadFile) -> None:
    assert read(STATEMENT.encode("utf-16") + b"\x00") == read(STATEMENT)


@pytest.mark.parametrize("html", [STATEMENT, TEST_REPORT], ids=["statement", "test report"])
def test_a_report_is_recognised_without_its_title(read: ReadFile, html: str) -> None:
    untitled = html.replace("<title>", "<b>").replace("</title>", "</b>")

    assert read(untitled).trades == read(html).trades


@pytest.mark.parametrize("html", [STATEMENT, TEST_REPORT], ids=["statement", "test report"])
def test_a_file_cut_anywhere_is_refused_in_one_sentence(read: ReadFile, html: str) -> None:
    whole = read(html)
    for length in range(0, html.rindex("</table"), 7):
        sentence = refusal_of(read, html[:length])
        assert sentence.startswith("report.csv")
        assert sentence.endswith(".")
        assert "\n" not in sentence
    assert read(html[: html.rindex("</table") + len("</table")]) == whole


@pytest.mark.parametrize("name", ["mt4_detailed_with_comments.htm", "mt4_detailed_plain.htm"])
def test_a_real_statement_cut_anywhere_is_refused(read: ReadFile, name: str) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is missing: the shared samples are not on this machine")
    content = path.read_bytes()
    for part in range(1, 60):
        refusal_of(read, content[: len(content) * part // 60])


def test_open_positions_only_are_no_history(read: ReadFile) -> None:
    html = statement_html(
        [], net="0.00", balance="0.00", open_rows=[trade(2, "2018.01.02 10:00:00", "buy", "", "1.00")]
    )

    assert "open positions only (1), no closed trade" in refusal_of(read, html)


def test_pending_orders_only_are_no_history(read: ReadFile) -> None:
    html = statement_html(
        [pending(2, "2018.01.02 10:00:00", "buy limit", "2018.01.03 10:00:00")], net="0.00", balance="0.00"
    )

    assert "no closed trade" in refusal_of(read, html)


def test_a_page_with_a_table_of_prices_is_no_statement(read: ReadFile) -> None:
    rows = "".join(f"<tr><td>{day}.01.2018</td><td>1.1</td><td>1.2</td><td>1.3</td></tr>" for day in range(1, 30))

    assert "no statement" in refusal_of(read, f"<html><body><table>{rows}</table></body></html>")


def test_reading_a_file_can_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "statement.htm"
    rows = [trade(n, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "0.00") for n in range(2, 3_000)]
    path.write_text(statement_html([ROWS[0], *rows], net="0.00", balance="5 000.00"))
    stages: list[str] = []

    def cancel_while_reading(progress: Progress) -> None:
        stages.append(progress.stage)
        if progress.stage == "Reading the file" and progress.done > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_statement(path, cancel_while_reading)
    assert stages[-1] == "Reading the file"
