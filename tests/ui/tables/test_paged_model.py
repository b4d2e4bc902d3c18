import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from tests.ui.tables.tables import COLUMNS, Square, Squares
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.page_cache import PAGE_ROWS
from tradesense_desktop.ui.tables.paged_model import ICON_ROLE, MOST_ROWS, PLACEHOLDER, TONE_ROLE, PagedModel
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.tokens import ROW_HEIGHT


@pytest.fixture
def parent(qtbot: QtBot) -> QObject:
    return QObject()


@pytest.fixture
def model(display: Display, tasks: Tasks, parent: QObject) -> PagedModel[Square]:
    return PagedModel(COLUMNS, Context(display), tasks, parent)


def text(model: PagedModel[Square], row: int, column: int = 0) -> str:
    shown: str = model.data(model.index(row, column))
    return shown


def test_qt_finds_no_fault_in_the_model(qtbot: QtBot, model: PagedModel[Square], display: Display) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    squares = Squares()

    model.show_rows(range(1, 1001), squares)
    with qtbot.waitSignal(model.page_loaded):
        text(model, 0)
    model.show_formats(Context(display, "Europe/Prague"))
    model.show_rows((5, 3, 9), squares)
    with qtbot.waitSignal(model.page_loaded):
        text(model, 0)
    model.show_rows((), squares)

    assert tester.model() is model


def test_a_cell_is_a_placeholder_until_its_page_has_come(qtbot: QtBot, model: PagedModel[Square]) -> None:
    squares = Squares()
    squares.may_answer.clear()
    model.show_rows(range(1, 11), squares)

    assert text(model, 3) == PLACEHOLDER
    with qtbot.waitSignal(model.page_loaded):
        squares.may_answer.set()

    assert text(model, 3) == "4"
    assert text(model, 3, 1) == "16"


def test_a_jump_into_ten_million_rows_reads_one_page(qtbot: QtBot, model: PagedModel[Square]) -> None:
    squares = Squares()
    model.show_rows(range(10_000_000, 0, -1), squares)

    with qtbot.waitSignal(model.page_loaded):
        text(model, 7_654_321)

    assert len(squares.asked) == 1
    assert len(squares.asked[0]) == PAGE_ROWS
    assert text(model, 7_654_321) == "2\u202f345\u202f679"


def test_of_many_pages_that_fly_by_only_the_last_are_read(qtbot: QtBot, model: PagedModel[Square]) -> None:
    squares = Squares()
    squares.may_answer.clear()
    model.show_rows(range(1, 1_000_001), squares)
    for page in range(100):
        text(model, page * PAGE_ROWS)
    squares.may_answer.set()

    qtbot.waitUntil(lambda: model.row_at(99 * PAGE_ROWS) is not None)

    assert len(squares.asked) < 10


def test_pages_of_rows_that_are_shown_no_more_are_dropped(qtbot: QtBot, model: PagedModel[Square]) -> None:
    slow, fast = Squares(), Squares()
    slow.may_answer.clear()
    model.show_rows(range(1, 11), slow)
    text(model, 0)
    model.show_rows(range(100, 111), fast)
    with qtbot.waitSignal(model.page_loaded):
        text(model, 0)
    slow.may_answer.set()
    qtbot.waitUntil(lambda: not model._tasks.running)

    assert text(model, 0) == "100"


def test_a_page_that_could_not_be_read_is_asked_for_again(
    qtbot: QtBot, model: PagedModel[Square], tasks: Tasks
) -> None:
    answers = [ValueError("gone")]
    squares = Squares()

    def read(keys: range) -> tuple[Square, ...]:
        if answers:
            raise answers.pop()
        return squares(keys)

    model.show_rows(range(1, 11), read)  # type: ignore[arg-type]
    with qtbot.waitSignal(tasks.failed):
        text(model, 0)
    with qtbot.waitSignal(model.page_loaded):
        text(model, 0)

    assert text(model, 0) == "1"


def test_only_the_roles_that_are_painted_have_an_answer(qtbot: QtBot, model: PagedModel[Square]) -> None:
    model.show_rows(range(1, 11), Squares())
    with qtbot.waitSignal(model.page_loaded):
        text(model, 0)
    odd = model.index(0, 1)

    assert odd.data(TONE_ROLE) == "profit"
    assert odd.data(ICON_ROLE) == "arrow_up"
    assert odd.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert odd.data(Qt.ItemDataRole.AccessibleTextRole) == "square (UTC): 1"
    for role in (Qt.ItemDataRole.FontRole, Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.DecorationRole):
        assert odd.data(role) is None


def test_other_formats_are_written_without_reading_again(
    qtbot: QtBot, model: PagedModel[Square], display: Display
) -> None:
    squares = Squares()
    model.show_rows(range(1000, 1010), squares)
    with qtbot.waitSignal(model.page_loaded):
        text(model, 0)

    with qtbot.waitSignals([model.dataChanged, model.headerDataChanged]):
        model.show_formats(Context(display, "Europe/Prague"))

    assert text(model, 0) == "1\u202f000"
    assert len(squares.asked) == 1
    assert model.headerData(1, Qt.Orientation.Horizontal) == "square (Prague)"


def test_the_place_of_a_key_is_found_in_every_kind_of_order(model: PagedModel[Square]) -> None:
    squares = Squares()
    model.show_rows(range(10_000_000, 0, -1), squares)
    assert model.row_of(9_999_999) == 1
    assert model.row_of(0) is None

    model.show_rows((7, 3, 5), squares)
    assert model.row_of(5) == 2
    assert model.row_of(4) is None


def test_rows_that_no_view_can_place_are_counted_and_not_offered(model: PagedModel[Square]) -> None:
    model.show_rows(range(1, 100_000_001), Squares())

    assert model.rowCount() == MOST_ROWS
    assert MOST_ROWS * ROW_HEIGHT < 2**31
    assert model.rows_out_of_reach == 100_000_000 - MOST_ROWS
