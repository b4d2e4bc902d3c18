"""The log: JSON lines for its owner alone."""

import json
import logging
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.people import EMAILS, PASSWORD
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.ui.log_file import LOG_NAME, keep_log
from tradesense_desktop.ui.tasks.runner import Tasks

log = logging.getLogger("tradesense.test")


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Path]:
    handler = keep_log(tmp_path / "log")
    yield tmp_path / "log" / LOG_NAME
    logging.getLogger("tradesense").removeHandler(handler)
    handler.close()


def test_line_is_json_whatever_the_message_holds(lines: Path) -> None:
    log.error('a "quoted" word,\na line break and %s', "an argument")

    (line,) = lines.read_text(encoding="utf-8").splitlines()
    written = json.loads(line)
    assert written["what"] == 'a "quoted" word,\na line break and an argument'
    assert (written["level"], written["logger"]) == ("ERROR", "tradesense.test")


def test_traceback_is_not_written_for_it_quotes_what_failed(lines: Path) -> None:
    try:
        int("tina@example.org owes 1,234.56")
    except ValueError:
        log.exception("unexpected %s", "ValueError")

    assert json.loads(lines.read_text(encoding="utf-8"))["what"] == "unexpected ValueError"


def test_failure_in_background_work_leaves_its_place_and_none_of_its_words(
    qtbot: QtBot, tasks: Tasks, lines: Path
) -> None:
    def fail() -> None:
        int(f"{EMAILS['trader']} signed in with {PASSWORD} and owns 1,234.56")

    with qtbot.waitSignal(tasks.failed):
        tasks.read(fail, owner=tasks)
    sentence = "The password and 1,234.56 of tina@example.org"
    with qtbot.waitSignal(tasks.failed):
        tasks.read(partial(_refuse, sentence), owner=tasks)

    written = lines.read_text(encoding="utf-8")
    assert "unexpected ValueError in background work at test_log_file.py" in written
    for word in (*EMAILS.values(), PASSWORD, "1,234.56"):
        assert word not in written


def _refuse(sentence: str) -> None:
    raise Refused(sentence)


def test_file_and_folder_are_closed_to_others(lines: Path) -> None:
    log.error("something")

    assert stat.S_IMODE(lines.stat().st_mode) == 0o600
    assert stat.S_IMODE(lines.parent.stat().st_mode) == 0o700
