from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.ui.tables.tables import COLUMNS, Square
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.held_model import HeldModel
from tradesense_desktop.ui.tasks.runner import Tasks

SQUARES = tuple(Square(number, number * number) for number in (3, 1, 2))


def model_of(tasks: Tasks, display: Display, parent: QObject) -> HeldModel[Square]:
    model: HeldModel[Square] = HeldModel(
        COLUMNS,
        Context(display),
        tasks,
        parent,
        identify=lambda row: str(row.number),
        orders={"number": lambda row: row.number},
    )
    model.show_held(SQUARES)
    return model


def numbers(model: HeldModel[Square]) -> list[int]:
    rows = [model.row_at(row) for row in range(model.rowCount())]
    return [row.number for row in rows if row is not None]


def test_rows_are_there_at_once_in_the_order_in_which_they_came(tasks: Tasks, display: Display) -> None:
    model = model_of(tasks, display, tasks)

    assert numbers(model) == [3, 1, 2]
    assert model.data(model.index(0, 1)) == "9"


def test_a_header_orders_them_and_the_order_stays(tasks: Tasks, display: Display) -> None:
    model = model_of(tasks, display, tasks)

    model.order_by("number", descending=True)
    model.show_held((*SQUARES, Square(7, 49)))

    assert numbers(model) == [7, 3, 2, 1]


def test_a_filter_looks_for_every_word_in_the_cells(tasks: Tasks, display: Display) -> None:
    model = model_of(tasks, display, tasks)

    model.filter_by("=2 4")

    assert numbers(model) == [2]
    assert model.total == 3
    model.filter_by("")
    assert numbers(model) == [3, 1, 2]


def test_a_row_keeps_its_key_when_the_rows_are_read_again(tasks: Tasks, display: Display) -> None:
    model = model_of(tasks, display, tasks)
    key = model.key_of("2")
    assert key is not None

    model.show_held((Square(2, 4), Square(5, 25)))

    assert model.key_of("2") == key
    assert model.held(key) == Square(2, 4)
    assert model.key_of("3") is None


def test_selected_rows_can_be_copied_like_those_of_a_ledger(qtbot: QtBot, tasks: Tasks, display: Display) -> None:
    model = model_of(tasks, display, tasks)

    assert model.read_page is not None
    assert model.read_page(model.keys) == SQUARES
