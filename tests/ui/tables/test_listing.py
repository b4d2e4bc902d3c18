"""A list of a place: what is shown when, what stays chosen, and where the focus is."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from tests.ui.tables.tables import COLUMNS, Square
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.held_model import HeldModel
from tradesense_desktop.ui.tables.listing import Listing
from tradesense_desktop.ui.tables.table_view import TableView
from tradesense_desktop.ui.tasks.runner import Tasks


def squares(numbers: Sequence[int]) -> list[Square]:
    return [Square(number, number * number) for number in numbers]


class Shown:
    """A listing of squares in a window that is active."""

    def __init__(self, qtbot: QtBot, tasks: Tasks, display: Display, settings: QSettings) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        view = TableView("squares", settings)
        model: HeldModel[Square] = HeldModel(
            COLUMNS, Context(display), tasks, view, identify=lambda row: str(row.number), orders={"number": _number}
        )
        self.empty = EmptyState("note", "No square", "")
        self.listing: Listing[Square] = Listing(view, model, display, self.empty)
        self.window.setCentralWidget(self.listing)
        self.window.resize(400, 200)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.listing.setFocus()


def _number(row: Square) -> int:
    return row.number


@pytest.fixture
def shown(qtbot: QtBot, tasks: Tasks, display: Display, settings: QSettings) -> Shown:
    return Shown(qtbot, tasks, display, settings)


def test_each_state_has_a_page_of_its_own(shown: Shown) -> None:
    listing = shown.listing
    pages = []
    for numbers, total in (((), 0), ((), 5), ((1,), 5)):
        listing.show_rows(squares(numbers), total)
        pages.append(listing.currentWidget())

    assert pages[0] is shown.empty
    assert pages[2] is listing.view
    assert pages[1] not in {pages[0], pages[2]}


def test_the_list_keeps_the_focus_until_there_is_a_table_and_hands_it_on(shown: Shown) -> None:
    assert shown.listing.hasFocus()
    shown.listing.show_rows(squares((1, 2)), 2)
    assert shown.listing.view.hasFocus()
    shown.listing.show_rows((), 2)
    assert shown.listing.hasFocus()


def test_the_first_row_is_chosen_and_the_next_takes_the_place_of_one_that_is_gone(shown: Shown) -> None:
    listing = shown.listing
    listing.show_rows(squares((5, 6, 7)), 3)
    assert listing.chosen == Square(5, 25)

    listing.choose("6")
    listing.show_rows(squares((5, 7)), 2)
    assert listing.chosen == Square(7, 49)
    listing.show_rows(squares((5,)), 1)
    assert listing.chosen == Square(5, 25)


def test_what_is_chosen_stays_where_it_is_when_more_comes(qtbot: QtBot, shown: Shown) -> None:
    listing = shown.listing
    listing.show_rows(squares(range(100)), 100)
    listing.choose("60")
    at = listing.view.verticalScrollBar().value()

    listing.show_rows(squares([*range(100), 200]), 101)

    assert listing.chosen == Square(60, 3600)
    assert listing.view.verticalScrollBar().value() == at
    assert at > 0


def test_a_header_orders_the_rows_and_the_chosen_one_stays(qtbot: QtBot, shown: Shown) -> None:
    listing = shown.listing
    listing.show_rows(squares((3, 1, 2)), 3)

    listing.view.order_asked.emit("number", True)

    assert [listing.model.row_at(at) for at in range(3)] == squares((3, 2, 1))
    assert listing.chosen == Square(3, 9)
    assert listing.model.headerData(0, Qt.Orientation.Horizontal) == "↓ number"


def test_a_failure_is_told_where_nothing_is_shown_and_takes_nothing_away(shown: Shown) -> None:
    shown.listing.show_failure("The store is gone.")
    failed = shown.listing.currentWidget()
    shown.listing.show_rows(squares((1,)), 1)
    shown.listing.show_failure("The store is gone.")

    assert failed is not shown.listing.view
    assert shown.listing.currentWidget() is shown.listing.view
