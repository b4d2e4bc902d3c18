"""Binds every action of the catalogue to what it does in the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.ui.actions.catalogue import CATALOGUE
from tradesense_desktop.ui.actions.command_palette import Command, CommandPalette
from tradesense_desktop.ui.actions.registry import plain, shortcut_text
from tradesense_desktop.ui.chart_files import choose_data_file, choose_image_file
from tradesense_desktop.ui.demo_workspace import open_demo, remove_demo
from tradesense_desktop.ui.formatting.times import ZoneChoice
from tradesense_desktop.ui.tables.copy_text import CopyForm
from tradesense_desktop.ui.theme.appearance import AppearanceChoice
from tradesense_desktop.ui.window_notes import show_about, show_no_undo, show_shortcuts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.ui.main_window import MainWindow

LEDGER, EVENTS, METRICS = range(3)

_ZONES = {
    "view.times_utc": ZoneChoice.UTC,
    "view.times_local": ZoneChoice.LOCAL,
    "view.times_firm": ZoneChoice.FIRM,
}
_RECENT_SETTING = "palette/recent"
_MOST_RECENT = 8


def bind_actions(window: MainWindow) -> None:
    """Bind every action; a test holds that none is left out."""
    bind = window.catalogue.bind
    bind("workspace.import", lambda: window.import_file(None))
    bind("workspace.make_demo", partial(open_demo, window))
    bind("workspace.remove_demo", partial(remove_demo, window))
    window.catalogue["workspace.remove_demo"].setEnabled(False)
    bind("window.quit", window.close)
    _bind_chart(window)
    bind("table.copy", partial(_copy, window, CopyForm.TABS))
    bind("table.copy_with_headers", partial(_copy, window, CopyForm.TABS_WITH_HEADERS))
    bind("table.copy_as_csv", partial(_copy, window, CopyForm.CSV))
    bind("table.filter", partial(_filter, window))
    bind("table.columns", partial(_columns, window))
    bind("view.refresh", window.read_again)
    bind("view.switch_appearance", window.appearance.switch)
    bind("view.follow_system", partial(window.appearance.choose, AppearanceChoice.SYSTEM))
    bind("go.palette", partial(show_palette, window))
    bind("go.challenges", partial(_go_to_list, window))
    bind("go.challenge", window.show_page)
    window.catalogue["go.challenge"].setEnabled(False)
    bind("go.ledger", partial(window.show_page, LEDGER))
    bind("go.events", partial(window.show_page, EVENTS))
    bind("go.metrics", partial(window.show_page, METRICS))
    bind("help.shortcuts", partial(show_shortcuts, window, window.catalogue))
    bind("help.no_undo", partial(show_no_undo, window))
    bind("help.about", partial(show_about, window))
    _bind_privacy(window)
    _bind_zones(window)
    _bind_details(window)


def show_palette(window: MainWindow) -> CommandPalette:
    """Open the palette over every action that can be done and every challenge."""
    from tradesense_desktop.ui.formatting.challenges import challenge_name
    from tradesense_desktop.ui.views.trader.words import account_words

    commands = [
        Command(
            plain(window.catalogue[action.id].text()),
            shortcut_text(window.catalogue[action.id]),
            window.catalogue[action.id].trigger,
            action.keywords,
        )
        for action in CATALOGUE
        if action.id != "go.palette"
        and window.catalogue[action.id].isEnabled()
        and window.catalogue[action.id].isVisible()
    ]
    commands += [
        Command(
            challenge_name(summary, window.display.numbers),
            account_words(summary.challenge) or QCoreApplication.translate("MainWindow", "challenge"),
            partial(window.open_challenge, summary.challenge.id),
            f"{summary.preset} {summary.challenge.currency} {summary.challenge.id}",
        )
        for summary in window.summaries
    ]
    stored = window.settings.value(_RECENT_SETTING, [])
    recent = [str(title) for title in stored] if isinstance(stored, list) else []
    palette = CommandPalette(commands, recent, window)
    palette.finished.connect(lambda _code: window.settings.setValue(_RECENT_SETTING, recent[:_MOST_RECENT]))
    palette.show()
    return palette


def _go_to_list(window: MainWindow) -> None:
    if window.trader is not None:
        window.trader.stop_opening()
    window.show_list()


def _copy(window: MainWindow, form: CopyForm) -> None:
    if window.trader is not None and window.page_is_shown:
        window.trader.page.copy_rows(form)
    elif window.places.table is not None:
        from tradesense_desktop.ui.tables.row_copy import copy_selection

        copy_selection(window.places.table, window.tasks, form)


def _filter(window: MainWindow) -> None:
    if window.trader is None:
        return
    if window.page_is_shown:
        window.trader.page.focus_filter()
    elif window.places.current is not None:
        window.places.current.focus_filter()
    else:
        window.trader.list.focus_filter()


def _columns(window: MainWindow) -> None:
    if window.trader is not None and window.page_is_shown:
        window.trader.page.choose_columns()
    elif window.places.table is not None:
        window.places.table.show_column_chooser()


def _bind_chart(window: MainWindow) -> None:
    """What is done with the chart of the open challenge; without one it cannot be done."""
    bind = window.catalogue.bind
    bind("chart.save_image", partial(choose_image_file, window))
    bind("chart.export_data", partial(choose_data_file, window))
    bind("chart.clear_stretch", partial(_clear_stretch, window))
    window.offer_chart_actions(offered=False)


def _clear_stretch(window: MainWindow) -> None:
    if window.page_is_shown and window.trader is not None:
        window.trader.page.chart.clear_range()


def _bind_privacy(window: MainWindow) -> None:
    action = window.catalogue["view.privacy"]
    action.toggled.connect(window.display.mask)
    action.setEnabled(True)


def _bind_zones(window: MainWindow) -> None:
    def show_choice() -> None:
        for identifier, choice in _ZONES.items():
            window.catalogue[identifier].setChecked(window.display.times.choice is choice)

    for identifier, choice in _ZONES.items():
        window.catalogue.bind(identifier, partial(_choose_zone, window, choice, show_choice))
    window.display.changed.connect(show_choice)
    show_choice()


def _choose_zone(window: MainWindow, choice: ZoneChoice, show_choice: Callable[[], None]) -> None:
    window.display.show_times_in(choice)
    show_choice()


def _bind_details(window: MainWindow) -> None:
    window.catalogue.bind("view.details", lambda: window.details.setVisible(window.details.isHidden()))
