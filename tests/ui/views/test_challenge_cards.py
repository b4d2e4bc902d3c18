from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.views import ChallengeSummary
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.parts.filter_field import FilterField
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.views.trader.challenge_cards import ChallengeCards
from tradesense_desktop.ui.views.trader.challenge_list import ChallengeList


@pytest.fixture
def summaries(workspace: Workspace) -> tuple[ChallengeSummary, ...]:
    return read_challenges(workspace)


@pytest.fixture
def cards(window: MainWindow, surroundings: Surroundings) -> ChallengeList:
    made = ChallengeList(surroundings, window.catalogue["workspace.import"], window)
    made.resize(1200, 700)
    made.show()
    return made


def texts(cards: ChallengeList) -> list[str]:
    return [label.text() for label in cards.findChildren(QLabel) if label.isVisible()]


def test_an_empty_list_says_what_belongs_there_and_how_to_get_it(cards: ChallengeList) -> None:
    assert "No challenge yet" in texts(cards)
    assert any("Ctrl+O" in text for text in texts(cards))


def test_the_filter_leaves_what_fits_and_says_n_of_m(
    qtbot: QtBot, cards: ChallengeList, summaries: tuple[ChallengeSummary, ...]
) -> None:
    cards.show_challenges(summaries)
    field = cards.findChild(FilterField)

    with qtbot.waitSignal(field.filter_changed):
        qtbot.keyClicks(field, "journal")
    assert "1 of 2, filtered by “journal”" in texts(cards)
    with qtbot.waitSignal(field.filter_changed):
        qtbot.keyClicks(field, "xyz")
    assert "No challenge fits the filter" in texts(cards)
    with qtbot.waitSignal(field.filter_changed):
        qtbot.keyClick(field, Qt.Key.Key_Escape)

    assert "2" in texts(cards)


def test_a_challenge_is_found_by_its_account(
    surroundings: Surroundings, qtbot: QtBot, summaries: tuple[ChallengeSummary, ...]
) -> None:
    model = ChallengeCards(surroundings.display, surroundings.tasks)
    model.show_challenges(summaries)
    account = str(summaries[0].challenge.rules_config["source"]["account"])

    model.filter_by(account)
    assert model.rowCount() == 2
    model.filter_by(f"{account} tradesense failed")

    assert model.rowCount() == 1


def test_a_card_is_said_in_words_and_privacy_hides_its_amounts(
    surroundings: Surroundings, qtbot: QtBot, summaries: tuple[ChallengeSummary, ...]
) -> None:
    model = ChallengeCards(surroundings.display, surroundings.tasks)
    model.show_challenges(summaries)
    failed = next(row for row, each in enumerate(summaries) if each.preset == "tradesense")
    role = Qt.ItemDataRole.AccessibleTextRole

    spoken = model.data(model.index(failed, 0), role)
    surroundings.display.mask(True)
    masked = model.data(model.index(failed, 0), role)

    assert "Failed" in spoken
    assert any(letter.isdigit() for letter in spoken)
    assert not any(letter.isdigit() for letter in masked)


def test_the_chosen_card_stays_chosen_when_the_list_is_read_again(
    cards: ChallengeList, summaries: tuple[ChallengeSummary, ...]
) -> None:
    cards.show_challenges(summaries)
    view = cards._view
    view.setCurrentIndex(cards._model.index(1, 0))
    newest = replace(summaries[0], challenge=replace(summaries[0].challenge, id="0" * 8))

    cards.show_challenges((newest, *summaries))

    assert view.currentIndex().row() == 2


def test_cards_are_painted_in_every_state(
    qtbot: QtBot, cards: ChallengeList, summaries: tuple[ChallengeSummary, ...]
) -> None:
    variants = [
        replace(summaries[0], is_frozen=True),
        replace(summaries[0], open_alerts=3, is_demo=True),
        replace(summaries[1], limits=replace(summaries[1].limits, target=None, daily_loss=None)),
    ]

    cards.show_challenges((*summaries, *variants))

    image = cards.grab().toImage()
    column = {image.pixelColor(24 + 400, y).name() for y in range(80, 600)}
    assert len(column) > 1, "something is painted"
