import threading
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.services.import_result import ImportRequest
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
    qtbot.waitUntil(lambda: not surroundings.tasks.running)

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
    assert "The trades are added to the challenge that this account already has." in texts(again)
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
