from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice
from tradesense_desktop.ui.theme.palettes import tokens_of
from tradesense_desktop.ui.theme.tokens import DARK, LIGHT


def test_without_a_choice_the_appearance_follows_the_system(appearance: Appearance) -> None:
    assert appearance.choice is AppearanceChoice.SYSTEM
    assert appearance.tokens is LIGHT


def test_a_choice_is_applied_at_once_and_widgets_know_their_tokens(qtbot: QtBot, appearance: Appearance) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label = QLabel("words", window)
    window.show()

    with qtbot.waitSignal(appearance.changed):
        appearance.choose(AppearanceChoice.DARK)

    assert tokens_of(label.palette()) is DARK

    appearance.switch()

    assert appearance.choice is AppearanceChoice.LIGHT
    assert tokens_of(label.palette()) is LIGHT


def test_a_choice_is_remembered(qapp: QApplication, appearance: Appearance, settings: QSettings) -> None:
    appearance.choose(AppearanceChoice.DARK)

    again = Appearance(qapp, settings)

    assert again.choice is AppearanceChoice.DARK
    again.deleteLater()


def test_a_stored_choice_that_nobody_knows_is_the_systems(qapp: QApplication, settings: QSettings) -> None:
    settings.setValue("appearance", "sepia")

    made = Appearance(qapp, settings)

    assert made.choice is AppearanceChoice.SYSTEM
    made.deleteLater()
