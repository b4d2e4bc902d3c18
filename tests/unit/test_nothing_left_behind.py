"""The guard of tests/conftest.py itself: a test that leaves something behind fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LEAVES = {
    "a thread": (
        """
import threading
def test_it():
    threading.Thread(target=threading.Event().wait, daemon=True, name="forgotten").start()
""",
        "left the thread 'forgotten' behind",
    ),
    "a widget": (
        """
from PySide6.QtWidgets import QWidget
kept = []
def test_it(qtbot):
    kept.append(QWidget())
""",
        "left these windows behind",
    ),
    "a timer": (
        """
from PySide6.QtCore import QTimer
kept = []
def test_it(qtbot):
    kept.append(QTimer())
    kept[0].start(10_000)
""",
        "left these timers running",
    ),
    "nothing": (
        """
import threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
def test_it(qtbot):
    thread = threading.Thread(target=int)
    thread.start()
    widget = QWidget()
    QTimer(widget).start(10_000)
    qtbot.addWidget(widget)
""",
        "1 passed",
    ),
}


@pytest.mark.parametrize("remains", LEAVES)
def test_what_a_test_leaves_behind_fails_it(tmp_path: Path, remains: str) -> None:
    text, words = LEAVES[remains]
    (tmp_path / "conftest.py").write_text("from tests.conftest import nothing_left_behind\n")
    (tmp_path / "test_leaving.py").write_text(text)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
    )

    assert words in done.stdout
    assert (done.returncode == 0) == (remains == "nothing"), done.stdout
