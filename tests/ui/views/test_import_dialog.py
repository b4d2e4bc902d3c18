import threading
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.integration.histories import history, written
from tests.unit.importers.metatrader4_reports import html_of_test, step
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.import_result import ImportRequest
from tradesense_desktop.services.import_statement import import_statement
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.presets import read_presets
from tradesense_desktop.services.preview_import import preview_import
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.views.trader.import_answers import ImportAnswers, parse_amount
from tradesense_desktop.ui.views.trader.import_dialog import ImportDialog

WAIT = 20_000


@pytest.fixture
def empty(tmp_path: Path, tasks: Tasks) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "empty")
    yield opened
    tasks.shut_down()
    opened.close()


def open_dialog(
    qtbot: QtBot, workspace: Workspace, surroundings: Surroundings, path: Path | None
) -> tuple[ImportDialog, QWidget]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1280, 800)
    parent.show()
    dialog = ImportDialog(workspace, surroundings, path, parent)
    dialog.show()
    if path is not None:
        qtbot.waitUntil(lambda: not surroundings.tasks.running, timeout=WAIT)
    return dialog, parent


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def button(dialog: ImportDialog, text: str) -> QPushButton:
    (found,) = [each for each in dialog.findChildren(QPushButton) if each.text() == text]
    return found


def test_a_statement_is_recognised_and_shown_before_anything_is_written(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)

    said = texts(dialog)

    assert sample.name in said
    assert any(text.startswith("MetaTrader 5 history report") for text in said)
    assert "The rows add up to the file's own totals." in said
    assert "2026-02-02" in " ".join(said) or "02/02/2026" in " ".join(said)
    assert button(dialog, "Import").isEnabled()
    assert read_challenges(empty) == ()
    dialog.reject()


def test_another_zone_moves_the_times_that_would_be_written(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)
    before = [text for text in texts(dialog) if "/2026 " in text]
    zone = next(box for box in dialog.findChildren(QComboBox) if box.findData("Europe/Helsinki") >= 0)

    zone.setCurrentIndex(zone.findData("Europe/Helsinki"))
    zone.activated.emit(zone.currentIndex())
    qtbot.waitUntil(lambda: [text for text in texts(dialog) if "/2026 " in text][1] != before[1])

    after = [text for text in texts(dialog) if "/2026 " in text]
    assert before[0] == before[1], "taken as UTC nothing moves"
    assert after[0] == before[0], "what the file states stays"
    assert after[1] != after[0]
    assert dialog.request().timezone == "Europe/Helsinki"
    dialog.reject()


def test_committing_writes_the_ledger_once(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)
    with qtbot.waitSignal(dialog.imported, timeout=WAIT) as first:
        button(dialog, "Import").click()
    (judged,) = read_challenges(empty)
    assert first.args[0] == judged.challenge.id
    assert "were added" in first.args[1]

    again, _other = open_dialog(qtbot, empty, surroundings, sample)
    assert any(
        text.startswith("The trades are added to the challenge that this account already has.") for text in texts(again)
    )
    with qtbot.waitSignal(again.imported, timeout=WAIT) as second:
        button(again, "Import").click()

    assert second.args[0] == judged.challenge.id
    assert read_challenges(empty)[0].challenge == judged.challenge


@pytest.mark.parametrize(
    "named",
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 200),
        ("empty.html", b""),
        ("page.html", b"<html><body><h1>Hello</h1></body></html>"),
        ("missing.html", None),
    ],
)
def test_a_file_that_is_no_statement_is_refused_in_a_sentence(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, tmp_path: Path, named: tuple[str, bytes | None]
) -> None:
    name, content = named
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    dialog, _parent = open_dialog(qtbot, empty, surroundings, path)

    said = texts(dialog)
    assert "This file cannot be imported" in said
    assert any(name in text and len(text) > len(name) + 10 for text in said)
    assert not button(dialog, "Import").isEnabled()
    assert read_challenges(empty) == ()
    dialog.reject()


def test_a_cut_off_statement_is_refused(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, tmp_path: Path, sample: Path
) -> None:
    cut = tmp_path / "cut.html"
    cut.write_bytes(sample.read_bytes()[: sample.stat().st_size // 2])

    dialog, _parent = open_dialog(qtbot, empty, surroundings, cut)

    assert "This file cannot be imported" in texts(dialog)
    assert not button(dialog, "Import").isEnabled()
    dialog.reject()


def test_without_a_file_it_says_what_belongs_there(qtbot: QtBot, empty: Workspace, surroundings: Surroundings) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, None)

    assert "Drop a statement here" in texts(dialog)
    assert not button(dialog, "Import").isEnabled()
    dialog.reject()


def test_an_import_that_is_stopped_writes_nothing_and_says_so(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)
    may_go_on = threading.Event()

    def hold(_report: ProgressReport) -> bool:
        return may_go_on.wait(5)

    surroundings.tasks.write("holding the writer", hold, dialog)
    button(dialog, "Import").click()
    button(dialog, "Cancel").click()
    with qtbot.waitSignal(surroundings.tasks.cancelled, timeout=WAIT):
        may_go_on.set()

    assert dialog.isVisible()
    assert "Stopped. Nothing was imported." in texts(dialog)
    assert button(dialog, "Import").isEnabled()
    assert read_challenges(empty) == ()
    dialog.reject()


def test_the_rules_that_were_taken_last_are_offered_first(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)
    rules = next(box for box in dialog.findChildren(QComboBox) if box.findData("ftmo_2_step") >= 0)
    rules.setCurrentIndex(rules.findData("ftmo_2_step"))
    rules.activated.emit(rules.currentIndex())
    qtbot.waitUntil(lambda: not surroundings.tasks.running)
    with qtbot.waitSignal(dialog.imported, timeout=WAIT):
        button(dialog, "Import").click()

    again, _other = open_dialog(qtbot, empty, surroundings, sample)

    assert again.request().preset == "ftmo_2_step"
    again.reject()


def test_totals_that_differ_must_be_accepted_by_hand(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.html"
    text = sample.read_text(encoding="utf-8")
    stated = text.rindex(">100&nbsp;252.22<")
    changed.write_text(
        text[:stated] + ">100&nbsp;253.22<" + text[stated + len(">100&nbsp;252.22<") :], encoding="utf-8"
    )

    dialog, _parent = open_dialog(qtbot, empty, surroundings, changed)
    assert "The rows do not add up to the file's own totals." in texts(dialog)
    assert not button(dialog, "Import").isEnabled()
    (accept,) = [box for box in dialog.findChildren(QCheckBox) if "totals differ" in box.text()]
    accept.setChecked(True)

    assert button(dialog, "Import").isEnabled()
    assert dialog.request().accept_differences
    dialog.reject()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("10000", QLocale.Language.English, "10000"),
        ("10,000.50", QLocale.Language.English, "10000.50"),
        ("10 000,50", QLocale.Language.French, "10000.50"),
        ("10.000,5", QLocale.Language.German, "10000.5"),
        ("0", QLocale.Language.English, None),
        ("-5", QLocale.Language.English, None),
        ("ten", QLocale.Language.English, None),
        ("NaN", QLocale.Language.English, None),
        ("1e400", QLocale.Language.English, None),
        ("", QLocale.Language.English, None),
    ],
)
def test_an_amount_is_read_as_it_is_typed_in_the_locale(
    text: str, language: QLocale.Language, expected: str | None
) -> None:
    amount = parse_amount(text, QLocale(language))

    assert amount == (None if expected is None else Decimal(expected))


def test_what_the_file_leaves_out_is_asked_for(qtbot: QtBot, empty: Workspace, sample: Path) -> None:
    preview = preview_import(empty, ImportRequest(path=sample))
    answers = ImportAnswers(read_presets(), "tradesense")
    qtbot.addWidget(answers)
    answers.show()
    fields = [field for field in answers.findChildren(QLineEdit) if field.parent() is answers]

    answers.show_preview(preview)
    assert not any(field.isVisible() for field in fields)
    answers.show_preview(replace(preview, needs=("balance", "currency")))
    balance, currency = fields
    assert balance.isVisible()
    assert currency.isVisible()
    balance.setText("5000")
    currency.setText("usc")

    assert answers.answers().initial_balance == Decimal(5000)
    assert answers.answers().currency == "USC"


def zone_box(dialog: ImportDialog) -> QComboBox:
    return next(box for box in dialog.findChildren(QComboBox) if box.findData("Europe/Helsinki") >= 0)


def type_zone(qtbot: QtBot, dialog: ImportDialog, surroundings: Surroundings, zone: str) -> None:
    line = zone_box(dialog).lineEdit()
    assert line is not None
    line.setText(zone)
    line.editingFinished.emit()
    qtbot.waitUntil(lambda: not surroundings.tasks.running, timeout=WAIT)


def test_any_zone_can_be_typed_and_an_unknown_one_is_said_to_be(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)

    type_zone(qtbot, dialog, surroundings, "Middle/Earth")
    assert "There is no zone of that name." in texts(dialog)
    assert not button(dialog, "Import").isEnabled()

    type_zone(qtbot, dialog, surroundings, "Asia/Tokyo")
    assert "There is no zone of that name." not in texts(dialog)
    assert dialog.request().timezone == "Asia/Tokyo"
    assert button(dialog, "Import").isEnabled()

    type_zone(qtbot, dialog, surroundings, "new york + 7 hours")
    assert dialog.request().timezone == "America/New_York+7h"
    dialog.reject()


def test_enter_in_a_field_imports_nothing_and_on_a_button_presses_it(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)
    line = zone_box(dialog).lineEdit()
    assert line is not None

    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert not surroundings.tasks.running
    assert read_challenges(empty) == ()

    assert button(dialog, "Import").isEnabled()
    button(dialog, "Import").setFocus()
    with qtbot.waitSignal(dialog.imported, timeout=WAIT):
        qtbot.keyClick(button(dialog, "Import"), Qt.Key.Key_Return)
    assert len(read_challenges(empty)) == 1


def test_another_answer_leaves_the_focus_where_it_is(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, parent = open_dialog(qtbot, empty, surroundings, sample)
    assert dialog.focusWidget() is button(dialog, "Import"), "a file that leaves nothing open"
    rules = next(box for box in dialog.findChildren(QComboBox) if box.findData("ftmo_2_step") >= 0)
    rules.setFocus()

    rules.setCurrentIndex(rules.findData("ftmo_2_step"))
    rules.activated.emit(rules.currentIndex())
    qtbot.waitUntil(lambda: not surroundings.tasks.running, timeout=WAIT)

    assert dialog.focusWidget() is rules
    assert dialog.request().preset == "ftmo_2_step"
    dialog.reject()
    parent.close()


def test_a_refusal_that_another_answer_would_lift_leaves_the_answers_on_the_screen(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)
    reading = surroundings.tasks.watched_read("", lambda _progress: None, dialog)
    dialog._reading = reading  # type: ignore[assignment]

    dialog._on_not_read(reading, Refused("This account has 2 challenges.", "--new"))  # type: ignore[arg-type]

    assert "This account has 2 challenges." in texts(dialog)
    assert dialog._answers.isVisible()
    assert not button(dialog, "Import").isEnabled()
    assert any(box.isVisible() for box in dialog.findChildren(QCheckBox) if "of its own" in box.text())
    qtbot.waitUntil(lambda: not surroundings.tasks.running)
    dialog.reject()


def test_what_the_import_would_be_refused_with_is_said_before_anybody_presses_the_button(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, tmp_path: Path
) -> None:
    import_statement(empty, ImportRequest(path=written(tmp_path, history("100.00")), preset="tradesense"))
    edited = written(tmp_path, history("101.00"), "edited.html")

    dialog, _parent = open_dialog(qtbot, empty, surroundings, edited)

    assert any("recorded with other content" in text for text in texts(dialog))
    assert not button(dialog, "Import").isEnabled()


def test_what_the_import_would_come_to_is_said_before_it_is_made(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, sample)

    assert any("The trades go into a new challenge. " in text for text in texts(dialog))


def test_a_tester_report_without_a_currency_asks_for_it_and_goes_on(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, tmp_path: Path
) -> None:
    path = tmp_path / "StrategyTester.htm"
    rows = [
        step(1, "2018.01.02 07:00", "buy", 1),
        step(2, "2018.01.02 09:30", "close", 1, price="1.1010", result=("100.00", "10100.00")),
    ]
    path.write_text(html_of_test(rows, net="100.00", trades=1), encoding="utf-8")
    dialog, _parent = open_dialog(qtbot, empty, surroundings, path)
    assert "The file does not say its currency: fill it in." in texts(dialog)
    field = dialog.focusWidget()
    assert isinstance(field, QLineEdit)

    qtbot.keyClicks(field, "usd")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: button(dialog, "Import").isEnabled(), timeout=WAIT)
    with qtbot.waitSignal(dialog.imported, timeout=WAIT):
        dialog.commit()

    (made,) = read_challenges(empty)
    assert made.challenge.currency == "USD"


def test_a_file_that_is_dropped_on_the_dialog_is_read(
    qtbot: QtBot, empty: Workspace, surroundings: Surroundings, sample: Path
) -> None:
    dialog, _parent = open_dialog(qtbot, empty, surroundings, None)
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(sample))])
    dropped = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )

    dialog.dropEvent(dropped)
    qtbot.waitUntil(lambda: not surroundings.tasks.running, timeout=WAIT)

    assert dropped.isAccepted()
    assert sample.name in texts(dialog)
    dialog.reject()
