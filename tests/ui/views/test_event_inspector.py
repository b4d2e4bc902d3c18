from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from tradesense_desktop.services.views import EventRow
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.views.trader.event_columns import event_columns, short_hash
from tradesense_desktop.ui.views.trader.event_inspector import EventInspector

EVENT = EventRow(
    id="01a20723-1111-7222-8333-444455556666",
    challenge_id="01a20723-0000-7222-8333-444455556666",
    sequence_number=1402,
    event_type="TRADE_EXECUTED",
    event_version="v1",
    event_data={"equity_after": "100200", "trade": {"symbol": "EURUSD"}},
    description="Trade executed: BUY 10000 EURUSD @ 1.0850, +200.00, equity 100200.00",
    user_friendly_message="You made 200.00 on EURUSD.",
    occurred_at=datetime(2026, 3, 6, 10, 0, 1, tzinfo=UTC),
    recorded_at=datetime(2026, 3, 7, 9, 0, tzinfo=UTC),
    correlation_id="7be6754a-8888-4999-8aaa-bbbbccccdddd",
    causation_id=None,
    metadata_commitment=None,
    previous_hash="a" * 64,
    hash="0123456789abcdef" * 4,
)


@pytest.fixture
def inspector(qtbot: QtBot, display: Display) -> EventInspector:
    made = EventInspector(display)
    qtbot.addWidget(made)
    made.show()
    return made


def texts(inspector: EventInspector) -> list[str]:
    return [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]


def test_until_an_event_is_chosen_it_says_how_to_choose_one(inspector: EventInspector) -> None:
    assert "No event chosen" in texts(inspector)


def test_an_event_is_shown_with_its_times_and_their_zone(inspector: EventInspector) -> None:
    inspector.show_event(EVENT, "Europe/Prague")

    assert "Trade executed" in texts(inspector)
    assert "#1\u202f402" in texts(inspector)
    assert "03/06/2026 11:00:01 Prague" in texts(inspector)
    assert EVENT.description in texts(inspector)


def test_a_hash_is_shown_short_and_copied_whole(inspector: EventInspector) -> None:
    inspector.show_event(EVENT, None)
    (copy,) = [button for button in inspector.findChildren(IconButton) if button.accessibleName() == "Copy the hash"]

    copy.click()

    assert "0123456789…" in texts(inspector)
    assert QGuiApplication.clipboard().text() == EVENT.hash


def test_what_an_event_does_not_have_cannot_be_copied(inspector: EventInspector) -> None:
    inspector.show_event(EVENT, None)
    (copy,) = [button for button in inspector.findChildren(IconButton) if button.accessibleName() == "Copy the cause"]

    assert not copy.isVisible()


def test_the_payload_is_there_whole_and_cannot_be_edited(inspector: EventInspector) -> None:
    inspector.show_event(EVENT, None)
    payload = inspector.findChild(QPlainTextEdit)

    assert '"equity_after": "100200"' in payload.toPlainText()
    assert '"symbol": "EURUSD"' in payload.toPlainText()
    assert payload.isReadOnly()


def test_privacy_hides_what_a_sentence_and_a_payload_hold(inspector: EventInspector, display: Display) -> None:
    inspector.show_event(EVENT, None)

    display.mask(True)

    assert "100200" not in inspector.findChild(QPlainTextEdit).toPlainText()
    assert not any("200.00" in text for text in texts(inspector))
    sentence = next(column for column in event_columns() if column.key == "sentence")
    assert sentence.text(EVENT, Context(display)) == "Trade executed"


def test_a_kind_that_nobody_knows_yet_is_shown_by_its_name(inspector: EventInspector) -> None:
    inspector.show_event(replace(EVENT, event_type="MARGIN_CALLED"), None)

    assert "Margin called" in texts(inspector)


def test_a_short_identifier_is_shown_whole() -> None:
    assert short_hash("abc") == "abc"
