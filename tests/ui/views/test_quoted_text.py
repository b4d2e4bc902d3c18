"""What a file, a server or a database said is text: never markup, wherever it is shown."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.views import EventRow, Metric
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.views.trader.challenge_cards import ChallengeCards
from tradesense_desktop.ui.views.trader.event_inspector import EventInspector
from tradesense_desktop.ui.views.trader.import_dialog import ImportDialog
from tradesense_desktop.ui.views.trader.metrics_panel import MetricsPanel

MARKUP = '<b>x</b><img src="file:///etc/passwd">'
UI = Path(__file__).parents[3] / "tradesense_desktop" / "ui"


def rich(widget: QWidget) -> list[str]:
    """Labels and tool tips below a widget that would show markup of a foreign text as markup."""
    every = [widget, *widget.findChildren(QWidget)]
    labels = [
        each.text()
        for each in every
        if isinstance(each, QLabel)
        and (
            each.textFormat() is Qt.TextFormat.RichText
            or (each.textFormat() is Qt.TextFormat.AutoText and Qt.mightBeRichText(each.text()))
        )
    ]
    return labels + [each.toolTip() for each in every if "<b>" in each.toolTip() or "<img" in each.toolTip()]


def test_a_tool_tip_shows_every_character_of_what_it_quotes() -> None:
    assert quoting_tip("Demo & Co") == "Demo & Co"
    assert "&lt;b&gt;x&lt;/b&gt;" in quoting_tip(MARKUP)


def test_every_label_of_the_program_is_plain_text() -> None:
    made = [path.relative_to(UI) for path in UI.rglob("*.py") if "QLabel(" in path.read_text(encoding="utf-8")]

    assert {str(path) for path in made} <= {"parts/words.py", "parts/icon_button.py", "charts/message.py"}


def test_the_page_and_the_list_show_names_of_accounts_as_they_are(
    qtbot: QtBot, open_window: MainWindow, display: Display
) -> None:
    summary = open_window.summaries[0]
    assert open_window.workspace is not None
    assert open_window.trader is not None
    qtbot.waitUntil(lambda: open_window.trader is not None and open_window.trader.page.is_built)
    config = {**summary.challenge.rules_config, "source": {"account": MARKUP, "server": MARKUP}}
    challenge = replace(summary.challenge, challenge_type=MARKUP, rules_config=config)
    verdict = replace(summary.verdict, sentence=MARKUP)
    foreign = replace(summary, challenge=challenge, verdict=verdict)
    picture = read_challenge(open_window.workspace, summary.challenge.id)

    open_window.trader.page.show_picture(open_window.workspace, replace(picture, summary=foreign, source=MARKUP))
    open_window.trader.page.show_curve_failure(MARKUP)
    open_window.say_failure(MARKUP)
    cards = ChallengeCards(display, open_window)
    cards.show_challenges([foreign])

    assert rich(open_window) == []
    assert MARKUP in open_window.banner_text
    tip = cards.data(cards.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in tip
    assert MARKUP in cards.data(cards.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    qtbot.waitUntil(lambda: not open_window.tasks.running)


def test_an_event_and_a_formula_are_shown_as_they_are(qtbot: QtBot, display: Display) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    inspector, panel = EventInspector(display), MetricsPanel(display)
    for widget in (inspector, panel):
        qtbot.addWidget(widget)

    inspector.show_event(event_of(at), None)
    panel.show_metrics([Metric("net_profit", MARKUP, 1, "count", MARKUP)], "USD")

    assert rich(inspector) == []
    assert rich(panel) == []


def event_of(at: datetime) -> EventRow:
    """An event whose every text is foreign."""
    values = {
        name: MARKUP
        for name, kind in EventRow.__annotations__.items()
        if kind is str or ("str" in str(kind) and "dict" not in str(kind))
    }
    values |= {"sequence_number": 1, "event_data": {"symbol": MARKUP}, "occurred_at": at, "recorded_at": at}
    return EventRow(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", [".html", ".png"])
def test_the_import_shows_a_files_name_as_it_is(
    qtbot: QtBot, open_window: MainWindow, sample: Path, tmp_path: Path, ending: str
) -> None:
    named = tmp_path / f"<b>x<b>{ending}"
    if ending == ".html":
        shutil.copy(sample, named)
    else:
        named.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    workspace = open_workspace(tmp_path / "other")
    assert open_window.trader is not None
    dialog = ImportDialog(workspace, open_window.surroundings, named, open_window)
    dialog.show()
    qtbot.waitUntil(lambda: not open_window.tasks.running)

    assert rich(dialog) == []
    assert any("<b>x<b>" in label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()
    workspace.close()
