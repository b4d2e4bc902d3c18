"""The catalogue: every action of the program, once."""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from tradesense_desktop.ui.actions.action import Action, Menu

_TITLES: Final = {
    "workspace.import": QT_TRANSLATE_NOOP("Actions", "Import a statement…"),
    "chart.save_image": QT_TRANSLATE_NOOP("Actions", "Save the chart as an image…"),
    "chart.export_data": QT_TRANSLATE_NOOP("Actions", "Export the chart's data as CSV…"),
    "workspace.make_demo": QT_TRANSLATE_NOOP("Actions", "Open the demo"),
    "workspace.remove_demo": QT_TRANSLATE_NOOP("Actions", "Remove the demo with all that is in it"),
    "window.quit": QT_TRANSLATE_NOOP("Actions", "Quit"),
    "table.filter": QT_TRANSLATE_NOOP("Actions", "Filter this list"),
    "table.copy": QT_TRANSLATE_NOOP("Actions", "Copy selected rows"),
    "table.copy_with_headers": QT_TRANSLATE_NOOP("Actions", "Copy selected rows with headers"),
    "table.copy_as_csv": QT_TRANSLATE_NOOP("Actions", "Copy selected rows as CSV"),
    "table.columns": QT_TRANSLATE_NOOP("Actions", "Choose columns…"),
    "chart.brush": QT_TRANSLATE_NOOP("Actions", "Brush a stretch of the chart by dragging"),
    "chart.clear_stretch": QT_TRANSLATE_NOOP("Actions", "Clear the brushed stretch"),
    "view.refresh": QT_TRANSLATE_NOOP("Actions", "Read again"),
    "view.privacy": QT_TRANSLATE_NOOP("Actions", "Privacy mode: hide all money"),
    "view.switch_appearance": QT_TRANSLATE_NOOP("Actions", "Switch between light and dark"),
    "view.follow_system": QT_TRANSLATE_NOOP("Actions", "Light or dark as the system says"),
    "view.times_utc": QT_TRANSLATE_NOOP("Actions", "Show times in UTC"),
    "view.times_local": QT_TRANSLATE_NOOP("Actions", "Show times in local time"),
    "view.times_firm": QT_TRANSLATE_NOOP("Actions", "Show times in the firm's zone"),
    "view.details": QT_TRANSLATE_NOOP("Actions", "Show the details"),
    "go.palette": QT_TRANSLATE_NOOP("Actions", "Find an action or a challenge…"),
    "go.challenges": QT_TRANSLATE_NOOP("Actions", "Challenges"),
    "go.challenge": QT_TRANSLATE_NOOP("Actions", "The open challenge"),
    "go.ledger": QT_TRANSLATE_NOOP("Actions", "Ledger"),
    "go.events": QT_TRANSLATE_NOOP("Actions", "Events"),
    "go.metrics": QT_TRANSLATE_NOOP("Actions", "Metrics"),
    "help.shortcuts": QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"),
    "help.no_undo": QT_TRANSLATE_NOOP("Actions", "Why there is no undo"),
    "help.about": QT_TRANSLATE_NOOP("Actions", "About TradeSense Desktop"),
}


def _action(
    identifier: str,
    menu: Menu,
    group: int = 0,
    *,
    shortcut: str = "",
    icon: str = "",
    checkable: bool = False,
    keywords: str = "",
) -> Action:
    return Action(identifier, str(_TITLES[identifier]), menu, group, shortcut, icon, checkable, keywords)


CATALOGUE: Final[tuple[Action, ...]] = (
    _action("workspace.import", Menu.FILE, shortcut="Ctrl+O", icon="bring", keywords="open file metatrader report"),
    _action("chart.save_image", Menu.FILE, 1, shortcut="Ctrl+Shift+S", icon="picture", keywords="png picture curve"),
    _action("chart.export_data", Menu.FILE, 1, shortcut="Ctrl+Shift+E", icon="export", keywords="equity curve points"),
    _action("workspace.make_demo", Menu.FILE, 2, shortcut="Ctrl+Shift+D", icon="demo", keywords="sample example"),
    _action("workspace.remove_demo", Menu.FILE, 2, shortcut="Ctrl+Shift+Backspace", keywords="sample clear archive"),
    _action("window.quit", Menu.FILE, 3, shortcut="Ctrl+Q", keywords="exit close"),
    _action("table.copy", Menu.EDIT, shortcut="Ctrl+C", icon="copy", keywords="clipboard tsv"),
    _action("table.copy_with_headers", Menu.EDIT, shortcut="Ctrl+Shift+C", keywords="clipboard tsv"),
    _action("table.copy_as_csv", Menu.EDIT, shortcut="Ctrl+Alt+C", keywords="clipboard"),
    _action("table.filter", Menu.EDIT, 1, shortcut="Ctrl+F", icon="search", keywords="find search"),
    _action("table.columns", Menu.EDIT, 1, shortcut="Ctrl+Shift+K", icon="columns", keywords="hide show"),
    _action(
        "chart.brush",
        Menu.EDIT,
        2,
        shortcut="Ctrl+B",
        icon="brush",
        checkable=True,
        keywords="select range of time",
    ),
    _action("chart.clear_stretch", Menu.EDIT, 2, shortcut="Ctrl+Shift+B", icon="close", keywords="range of time"),
    _action("view.refresh", Menu.VIEW, shortcut="F5", icon="refresh", keywords="reload refresh"),
    _action(
        "view.privacy",
        Menu.VIEW,
        1,
        shortcut="Ctrl+Shift+M",
        icon="eye_closed",
        checkable=True,
        keywords="mask amounts",
    ),
    _action("view.switch_appearance", Menu.VIEW, 2, shortcut="Ctrl+Shift+L", icon="moon", keywords="theme dark light"),
    _action("view.follow_system", Menu.VIEW, 2, shortcut="Ctrl+Shift+Y", keywords="theme automatic"),
    _action("view.times_utc", Menu.VIEW, 3, shortcut="Ctrl+Alt+1", checkable=True, keywords="time zone"),
    _action("view.times_local", Menu.VIEW, 3, shortcut="Ctrl+Alt+2", checkable=True, keywords="time zone"),
    _action("view.times_firm", Menu.VIEW, 3, shortcut="Ctrl+Alt+3", checkable=True, keywords="time zone"),
    _action("view.details", Menu.VIEW, 4, shortcut="F4", icon="details", checkable=True, keywords="inspector payload"),
    _action("go.palette", Menu.GO, shortcut="Ctrl+K", icon="search", keywords="command"),
    _action("go.challenges", Menu.GO, 1, shortcut="Ctrl+1", icon="challenges", keywords="list home"),
    _action("go.challenge", Menu.GO, 1, shortcut="Ctrl+2", icon="challenge", keywords="page curve"),
    _action("go.ledger", Menu.GO, 2, shortcut="Alt+1", icon="trade", keywords="trades"),
    _action("go.events", Menu.GO, 2, shortcut="Alt+2", icon="timeline", keywords="timeline history"),
    _action("go.metrics", Menu.GO, 2, shortcut="Alt+3", icon="equity", keywords="statistics figures"),
    _action("help.shortcuts", Menu.HELP, shortcut="F1", icon="question", keywords="keys"),
    _action("help.no_undo", Menu.HELP, shortcut="Ctrl+Z", keywords="undo revert delete"),
    _action("help.about", Menu.HELP, 1, shortcut="Shift+F1", keywords="version licence"),
)
