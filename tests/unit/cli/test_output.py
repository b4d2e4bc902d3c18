"""What the command line prints: exact, plain, harmless to a terminal."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tradesense_desktop.cli.output import cell_text, plain, print_table
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.importers.statement import SkippedRow


def test_decimals_instants_and_records_become_plain_json() -> None:
    assert plain(
        {
            "amount": Decimal("1.50"),
            "at": datetime(2026, 3, 6, 11, tzinfo=UTC),
            "day": date(2026, 3, 6),
            "side": Side.BUY,
            "rows": (SkippedRow(3, "7", "cancelled"),),
            "none": None,
        }
    ) == {
        "amount": "1.5",
        "at": "2026-03-06T11:00:00.000000Z",
        "day": "2026-03-06",
        "side": "BUY",
        "rows": [{"line": 3, "number": "7", "reason": "cancelled"}],
        "none": None,
    }


def test_control_characters_of_a_file_do_not_reach_the_terminal() -> None:
    assert cell_text("EUR\x1b[31mUSD\n") == "EUR�[31mUSD�"


def test_columns_are_aligned_and_lines_have_no_tail(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("a", "net"), [("x", "1.00"), ("long", "-12.00")], right=frozenset({1}))

    assert capsys.readouterr().out == "a        net\nx       1.00\nlong  -12.00\n"
