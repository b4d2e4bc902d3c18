from tests.ui.tables.tables import COLUMNS, Square
from tradesense_desktop.ui.tables.copy_text import CopyForm, copy_text

ROWS = (Square(1000, 1_000_000), Square(-2, 4))


def test_copied_figures_are_raw() -> None:
    assert copy_text(COLUMNS[:2], ROWS, CopyForm.TABS) == "1000\t1000000\n-2\t4\n"


def test_headers_come_first_where_they_are_asked_for() -> None:
    assert copy_text(COLUMNS[:2], ROWS[:1], CopyForm.TABS_WITH_HEADERS) == "number\tsquare\n1000\t1000000\n"


def test_csv_has_commas_and_headers() -> None:
    assert copy_text(COLUMNS[:2], ROWS[:1], CopyForm.CSV) == "number,square\n1000,1000000\n"


def test_a_word_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    assert copy_text(COLUMNS[2:], ROWS[:1], CopyForm.TABS) == "'=1000\n"
