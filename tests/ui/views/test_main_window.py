from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.ui.actions.catalogue import CATALOGUE
from tradesense_desktop.ui.actions.command_palette import CommandPalette
from tradesense_desktop.ui.formatting.numbers import MASK
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.places import PLACES
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice
from tradesense_desktop.ui.views.trader.challenge_page import ChallengePage
from tradesense_desktop.ui.views.trader.chart_tools import ChartTools
from tradesense_desktop.ui.views.trader.import_dialog import ImportDialog
from tradesense_desktop.ui.window_actions import show_palette


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.tasks.running)


def open_judged(qtbot: QtBot, window: MainWindow) -> ChallengePage:
    judged = next(each for each in window.summaries if each.preset == "tradesense")
    window.open_challenge(judged.challenge.id)
    qtbot.waitUntil(lambda: window.page_is_shown and not window.tasks.running)
    assert window.trader is not None
    return window.trader.page


def test_an_empty_workspace_offers_three_ways_to_begin(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.open_directory(tmp_path / "new")
    qtbot.waitUntil(lambda: window.workspace is not None and not window.tasks.running)

    shown = {button.text() for button in window.findChildren(QPushButton) if button.isVisible()}

    assert {"Choose a file", "Open the demo"} <= shown
    assert not window.page_is_shown
    assert window.focusWidget() is not None
    assert window.focusWidget().text() == "Choose a file"


def test_a_workspace_with_challenges_shows_them(open_window: MainWindow) -> None:
    assert open_window.trader is not None
    assert open_window.trader.list.isVisible()
    assert sorted(each.preset for each in open_window.summaries) == ["journal", "tradesense"]


def test_a_folder_that_cannot_be_opened_is_said_and_nothing_is_offered_on_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "workspace.sqlite").write_bytes(b"this is no database at all" * 100)

    with qtbot.waitSignal(window.tasks.failed):
        window.open_directory(tmp_path)
    settle(qtbot, window)

    assert str(tmp_path) in window.banner_text
    assert not window.catalogue["workspace.import"].isEnabled()


def test_every_action_does_something_while_a_challenge_is_open(qtbot: QtBot, open_window: MainWindow) -> None:
    open_judged(qtbot, open_window)

    shown = [action.id for action in CATALOGUE if open_window.catalogue[action.id].isVisible()]
    done_elsewhere = {f"{entry.id}." for entry in PLACES if entry.make is not None}
    idle = [
        each
        for each in shown
        if not open_window.catalogue[each].isEnabled() and not each.startswith(tuple(done_elsewhere))
    ]

    assert len(shown) > 25
    assert idle == ["workspace.remove_demo"], "there is no demo to remove"


def test_the_challenge_that_was_open_last_is_opened_at_the_next_start(
    qtbot: QtBot, open_window: MainWindow, directory: Path, appearance: Appearance
) -> None:
    page = open_judged(qtbot, open_window)
    last = page.challenge_id
    open_window.close()

    again = MainWindow(None, Tasks(), appearance, open_window.settings)
    qtbot.addWidget(again)
    again.open_directory(directory)
    qtbot.waitUntil(lambda: again.page_is_shown and not again.tasks.running)

    assert again.trader is not None
    assert again.trader.page.challenge_id == last
    again.close()


def test_docks_and_the_split_of_the_page_come_back(
    qtbot: QtBot, open_window: MainWindow, directory: Path, appearance: Appearance
) -> None:
    page = open_judged(qtbot, open_window)
    open_window.catalogue["view.details"].trigger()
    page._splitter.moveSplitter(300, 1)
    assert open_window.details.isVisible()
    upper, lower = page._splitter.sizes()
    open_window.close()

    again = MainWindow(None, Tasks(), appearance, open_window.settings)
    qtbot.addWidget(again)
    again.show()
    again.open_directory(directory)
    qtbot.waitUntil(lambda: again.page_is_shown and not again.tasks.running)

    assert again.details.isVisible()
    assert again.trader is not None
    restored_upper, restored_lower = again.trader.page._splitter.sizes()
    assert restored_upper / restored_lower == pytest.approx(upper / lower, abs=0.05)
    again.close()


def test_enter_on_a_card_opens_it_and_ctrl_1_leads_back(qtbot: QtBot, open_window: MainWindow) -> None:
    open_window.activateWindow()
    assert open_window.trader is not None
    qtbot.keyClick(open_window.trader.list.focusProxy(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: open_window.page_is_shown)

    open_window.catalogue["go.challenges"].trigger()

    assert open_window.trader.list.isVisible()
    open_window.catalogue["go.challenge"].trigger()
    assert open_window.page_is_shown


def test_a_dropped_statement_opens_its_import(qtbot: QtBot, open_window: MainWindow, sample: Path) -> None:
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(sample))])
    drop = QDropEvent(
        QPointF(QPoint(200, 200)),
        Qt.DropAction.CopyAction,
        carried,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    open_window.dropEvent(drop)
    settle(qtbot, open_window)

    (dialog,) = open_window.findChildren(ImportDialog)
    assert dialog.request().path == sample
    dialog.reject()


def test_privacy_mode_hides_every_amount_of_the_page(qtbot: QtBot, open_window: MainWindow) -> None:
    page = open_judged(qtbot, open_window)
    numbers = open_window.display.numbers
    assert open_window.trader is not None
    judged = next(each for each in open_window.summaries if each.preset == "tradesense").challenge
    amounts = {numbers.money(judged.current_equity), numbers.money(judged.max_equity_ever)}
    assert any(amount in text for amount in amounts for text in shown_texts(page))

    open_window.catalogue["view.privacy"].setChecked(True)

    assert any(MASK in text for text in shown_texts(page))
    assert not any(amount in text for amount in amounts for text in shown_texts(page))


def shown_texts(widget: QWidget) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in widget.findChildren(QLabel)]


def test_the_zone_of_times_is_said_in_the_header(qtbot: QtBot, open_window: MainWindow) -> None:
    page = open_judged(qtbot, open_window)
    model = page.ledger.view.paged_model()

    open_window.catalogue["view.times_utc"].trigger()
    assert model.headerData(1, Qt.Orientation.Horizontal) == "closed (UTC)"
    open_window.catalogue["view.times_local"].trigger()

    assert model.headerData(1, Qt.Orientation.Horizontal) == "closed (local)"
    assert open_window.catalogue["view.times_local"].isChecked()
    assert not open_window.catalogue["view.times_utc"].isChecked()


def test_the_palette_holds_every_challenge_and_opens_it(qtbot: QtBot, open_window: MainWindow) -> None:
    palette = show_palette(open_window)
    assert isinstance(palette, CommandPalette)

    assert sum(title.startswith(("Journal", "TradeSense ·")) for title in palette.titles()) == 2
    palette.close()


def test_a_failed_job_is_said_in_a_sentence(qtbot: QtBot, open_window: MainWindow) -> None:
    def refuse(_report: ProgressReport) -> None:
        raise Refused("The ledger is full.")

    with qtbot.waitSignal(open_window.tasks.failed):
        open_window.tasks.write("filling", refuse, open_window)

    assert open_window.banner_text == "The ledger is full."


def test_a_fault_of_the_program_is_said_to_be_one(qtbot: QtBot, open_window: MainWindow) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    with qtbot.waitSignal(open_window.tasks.failed):
        open_window.tasks.read(break_down, open_window)

    assert "fault of the program" in open_window.banner_text
    assert "ZeroDivisionError" in open_window.banner_text


def test_light_and_dark_change_at_once(qtbot: QtBot, open_window: MainWindow, appearance: Appearance) -> None:
    before = open_window.grab().toImage().pixelColor(400, 700)

    open_window.catalogue["view.switch_appearance"].trigger()

    after = open_window.grab().toImage().pixelColor(400, 700)
    assert appearance.choice is AppearanceChoice.DARK
    assert before.lightness() > 200
    assert after.lightness() < 60


def test_what_is_written_elsewhere_is_shown_after_reading_again(
    qtbot: QtBot, open_window: MainWindow, sample: Path
) -> None:
    from tradesense_desktop.services.import_statement import ImportRequest, import_statement

    assert open_window.workspace is not None
    import_statement(open_window.workspace, ImportRequest(path=sample, preset="ftmo_2_step"))

    open_window.catalogue["view.refresh"].trigger()
    qtbot.waitUntil(lambda: len(open_window.summaries) == 3)

    assert open_window.trader is not None
    assert open_window.trader.list.isVisible()


def test_reading_again_does_not_leave_the_list(qtbot: QtBot, open_window: MainWindow) -> None:
    open_judged(qtbot, open_window)
    open_window.show_list()

    open_window.catalogue["view.refresh"].trigger()
    settle(qtbot, open_window)

    assert not open_window.page_is_shown


def focusable(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and not isinstance(widget.parent(), QAbstractScrollArea)
    ]


def unnamed(window: QWidget) -> list[str]:
    from PySide6.QtGui import QAccessible

    found = []
    for widget in focusable(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) if interface is not None else ""
        if not name and not widget.accessibleName():
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


@pytest.mark.parametrize("tab", ["go.ledger", "go.events", "go.metrics"])
def test_everything_on_the_page_that_takes_the_focus_has_a_name(
    qtbot: QtBot, open_window: MainWindow, tab: str
) -> None:
    open_judged(qtbot, open_window)
    open_window.details.show()

    open_window.catalogue[tab].trigger()
    settle(qtbot, open_window)

    assert len(focusable(open_window)) > 10
    assert unnamed(open_window) == []


def test_everything_on_the_list_and_the_first_start_has_a_name(
    qtbot: QtBot, open_window: MainWindow, tmp_path: Path
) -> None:
    assert unnamed(open_window) == []
    open_window.open_directory(tmp_path / "new")
    qtbot.waitUntil(lambda: not open_window.summaries and not open_window.tasks.running)

    assert unnamed(open_window) == []


def test_tab_leads_through_the_whole_page_and_back(qtbot: QtBot, open_window: MainWindow) -> None:
    page = open_judged(qtbot, open_window)
    seen = set()
    open_window.activateWindow()
    for _ in range(60):
        qtbot.keyClick(open_window.focusWidget() or open_window, Qt.Key.Key_Tab)
        seen.add(open_window.focusWidget())

    assert {page.chart, page.ledger.view} <= seen


def test_notes_open_and_close(qtbot: QtBot, open_window: MainWindow) -> None:
    from PySide6.QtWidgets import QDialog

    for identifier in ("help.shortcuts", "help.no_undo", "help.about"):
        open_window.catalogue[identifier].trigger()
        (note,) = [each for each in open_window.findChildren(QDialog) if each.isVisible()]
        assert note.windowTitle()
        note.close()


def test_the_menus_can_be_reached_without_a_mouse(qtbot: QtBot, open_window: MainWindow) -> None:
    from PySide6.QtWidgets import QMenu

    qtbot.keyClick(open_window, Qt.Key.Key_F10)

    (menu,) = [each for each in open_window.findChildren(QMenu) if each.isVisible()]
    titles = [action.text() for action in menu.actions() if isinstance(action, QAction)]
    assert titles == ["&File", "&Edit", "&View", "&Go", "&Account", "&Help"]
    menu.close()


def test_the_demo_is_a_workspace_of_its_own_and_is_removed_with_all_that_is_in_it(
    qtbot: QtBot, open_window: MainWindow, directory: Path
) -> None:
    open_window.catalogue["workspace.make_demo"].trigger()
    qtbot.waitUntil(lambda: bool(open_window.summaries) and open_window.summaries[0].is_demo, timeout=20_000)
    settle(qtbot, open_window)
    assert open_window.workspace is not None
    demo = open_window.workspace.directory
    assert demo != directory
    assert any(each.challenge.status is ChallengeStatus.FAILED for each in open_window.summaries)

    open_window.catalogue["workspace.remove_demo"].trigger()
    qtbot.waitUntil(lambda: bool(open_window.summaries) and not open_window.summaries[0].is_demo, timeout=20_000)
    settle(qtbot, open_window)

    assert not demo.exists()
    assert open_window.workspace.directory == directory


def test_the_details_of_a_challenge_go_when_another_one_is_opened(qtbot: QtBot, open_window: MainWindow) -> None:
    page = open_judged(qtbot, open_window)
    open_window.show_page(1)
    page.events.view.selectRow(0)
    qtbot.waitUntil(lambda: open_window.details.isVisible() and not open_window.tasks.running)
    other = next(each for each in open_window.summaries if each.challenge.id != page.challenge_id)

    open_window.open_challenge(other.challenge.id)
    qtbot.waitUntil(lambda: page.challenge_id == other.challenge.id and not open_window.tasks.running)
    qtbot.waitUntil(lambda: not open_window.details.isVisible())

    open_window.catalogue["view.details"].trigger()
    assert any(label.text() == "No event chosen" for label in open_window.details.findChildren(QLabel))


def test_brushing_is_switched_by_an_action_and_by_a_button_beside_the_chart(
    qtbot: QtBot, open_window: MainWindow
) -> None:
    page = open_judged(qtbot, open_window)
    tools = page.findChild(ChartTools)
    assert tools is not None
    brush, *_others = tools.findChildren(IconButton)

    open_window.catalogue["chart.brush"].trigger()
    assert page.chart._plots.is_brushing
    assert brush.isChecked()
    brush.click()
    assert not page.chart._plots.is_brushing
    assert not brush.isChecked()
