"""PySide6 6.12.0 on Python 3.11 lost one reference to None per void call and aborted after some 5,000 of them."""

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 500
NOISE = 50


def test_void_calls_do_not_lose_references_to_none(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setText("warm")
    before = sys.getrefcount(None)

    for _ in range(CALLS):
        label.setText("again")

    assert abs(sys.getrefcount(None) - before) < NOISE
