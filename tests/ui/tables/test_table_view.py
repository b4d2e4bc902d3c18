import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.ui.tables.tables import COLUMNS, Square, Squares
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.copy_text import CopyForm
from tradesense_desktop.ui.tables.paged_model import PagedModel
from tradesense_desktop.ui.tables.row_copy import copy_selection
from tradesense_desktop.ui.tables.table_view import TableView
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.tokens import ROW_HEIGHT


def make_view(qtbot: QtBot, settings: QSettings, display: Display, tasks: Tasks) -> TableView:
    view = TableView("squares", settings)
    qtbot.addWidget(view)
    model: PagedModel[Square] = PagedModel(COLUMNS, Context(display), tasks, view)
    view.show_model(model)
    view.resize(600, 400)
    return view


@pytest.fixture
def view(qtbot: QtBot, settings: QSettings, display: Display, tasks: Tasks) -> TableView:
    made = make_view(qtbot, settings, display, tasks)
    made.show()
    return made


def load(qtbot: QtBot, view: TableView, keys: range | tuple[int, ...]) -> None:
    model = view.paged_model()
    with qtbot.waitSignal(model.page_loaded):
        model.show_rows(keys, Squares())
        model.data(model.index(0, 0))


def test_rows_are_28_pixels_high_and_have_no_grid(qtbot: QtBot, view: TableView) -> None:
    load(qtbot, view, range(1, 100))

    assert view.rowHeight(0) == ROW_HEIGHT == 28
    assert not view.showGrid()


def test_choosing_a_row_by_hand_says_its_key(qtbot: QtBot, view: TableView) -> None:
    load(qtbot, view, range(100, 0, -1))

    with qtbot.waitSignal(view.row_chosen) as chosen:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, view.rowViewportPosition(3) + 5))

    assert chosen.args == [97]


def test_a_row_that_is_chosen_from_elsewhere_is_brought_into_sight_and_not_announced(
    qtbot: QtBot, view: TableView
) -> None:
    load(qtbot, view, range(1_000_000, 0, -1))
    announced: list[int] = []
    view.row_chosen.connect(announced.append)

    assert view.choose_key(500_000)

    assert view.currentIndex().row() == 500_000
    assert 0 <= view.rowViewportPosition(500_000) < view.viewport().height()
    assert announced == []
    assert not view.choose_key(0)


def test_the_chosen_row_stays_chosen_when_the_order_changes(qtbot: QtBot, view: TableView) -> None:
    load(qtbot, view, range(1, 101))
    view.choose_key(40)

    load(qtbot, view, range(100, 0, -1))

    assert view.paged_model().keys[view.currentIndex().row()] == 40


def test_selecting_a_million_rows_is_one_range(qtbot: QtBot, view: TableView) -> None:
    load(qtbot, view, range(1, 1_000_001))

    view.selectAll()

    assert view.selected_ranges() == [range(1_000_000)]


def test_clicking_a_header_asks_for_that_order_and_moves_nothing_by_itself(qtbot: QtBot, view: TableView) -> None:
    load(qtbot, view, range(1, 11))
    view.show_order("number", descending=True)

    with qtbot.waitSignal(view.order_asked) as asked:
        view.horizontalHeader().sectionClicked.emit(0)

    assert asked.args == ["number", False]
    assert view.paged_model().headerData(0, Qt.Orientation.Horizontal) == "↓ number"
    assert view.paged_model().row_at(0) == Square(1, 1)


def test_a_column_that_cannot_be_ordered_by_asks_for_nothing(qtbot: QtBot, view: TableView) -> None:
    load(qtbot, view, range(1, 11))
    asked: list[str] = []
    view.order_asked.connect(lambda name, _descending: asked.append(name))

    view.horizontalHeader().sectionClicked.emit(1)

    assert asked == []


def test_columns_widths_and_order_are_remembered(
    qtbot: QtBot, view: TableView, settings: QSettings, display: Display, tasks: Tasks
) -> None:
    header = view.horizontalHeader()
    header.resizeSection(2, 177)
    header.moveSection(2, 0)
    (entry,) = [action for action in view.column_menu().actions() if action.text() == "square"]
    entry.setChecked(False)

    again = make_view(qtbot, settings, display, tasks)

    assert again.horizontalHeader().sectionSize(2) == 177
    assert again.visible_columns() == [2, 0]


def test_the_last_column_cannot_be_hidden(view: TableView) -> None:
    for name in ("number", "square"):
        (entry,) = [action for action in view.column_menu().actions() if action.text() == name]
        entry.setChecked(False)

    (last,) = [action for action in view.column_menu().actions() if action.text() == "name"]

    assert not last.isEnabled()


def test_selected_rows_are_copied_with_the_columns_as_shown(qtbot: QtBot, view: TableView, tasks: Tasks) -> None:
    load(qtbot, view, range(1000, 2000))
    view.horizontalHeader().moveSection(1, 0)
    model = view.paged_model()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in (0, 700):
        view.selectionModel().select(model.index(row, 0, QModelIndex()), flags)

    with qtbot.waitSignal(tasks.finished):
        copy_selection(view, tasks, CopyForm.TABS)

    assert QGuiApplication.clipboard().text() == "1000000\t1000\t'=1000\n2890000\t1700\t'=1700\n"


def test_the_pointer_says_which_row_it_is_on(qtbot: QtBot, view: TableView) -> None:
    load(qtbot, view, range(100, 0, -1))
    seen: list[int] = []
    view.row_hovered.connect(seen.append)

    qtbot.mouseMove(view.viewport(), QPoint(20, view.rowViewportPosition(2) + 5))
    qtbot.waitUntil(lambda: seen == [98])
