"""What a trader is told about the decision on the own challenge."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.people import People, make_people
from tests.waiting_challenges import waiting_challenge, waiting_for_next_phase
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.open_next_phase import open_next_phase
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.views.trader.funding_story import FundingLine, read_funding_story
from tradesense_desktop.ui.views.trader.place import TraderPlaces


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    workspace = open_workspace(tmp_path / "workspace")
    yield make_people(workspace)
    workspace.close()


@pytest.fixture
def line(qtbot: QtBot, display: Display) -> FundingLine:
    made = FundingLine(display)
    qtbot.addWidget(made)
    return made


def tell(line: FundingLine, people: People, challenge_id: str) -> str:
    challenge = read_challenge(people.trader, challenge_id).summary.challenge
    line.show_story(read_funding_story(people.trader, challenge))
    return line.text()


def test_a_challenge_that_waits_says_so(line: FundingLine, people: People, tmp_path: Path) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)

    assert tell(line, people, challenge_id) == "Waiting for the funding decision."


def test_a_first_of_two_approvals_is_counted(line: FundingLine, people: People, tmp_path: Path) -> None:
    set_funding_policy(people.superadmin, 2)
    challenge_id = waiting_challenge(people.trader, tmp_path)
    approve_funding(people.admin, challenge_id)

    assert tell(line, people, challenge_id) == "Approved 1 of 2; waiting for the next approval."


def test_a_rejection_is_told_with_its_reason(line: FundingLine, people: People, tmp_path: Path) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    reject_funding(people.admin, challenge_id, reason="not his own trades", fails=True)

    said = tell(line, people, challenge_id)

    assert said.startswith("The funding was rejected on ")
    assert said.endswith(": not his own trades")
    assert "admin" not in said


def test_who_goes_back_to_trading_is_told_why(line: FundingLine, people: People, tmp_path: Path) -> None:
    set_funding_policy(people.superadmin, 2)
    challenge_id = waiting_challenge(people.trader, tmp_path)
    approve_funding(people.admin, challenge_id)
    reject_funding(people.second_admin, challenge_id, reason="the payment was charged back", fails=False)

    said = tell(line, people, challenge_id)

    assert "trading goes on: the payment was charged back" in said


def test_a_funded_challenge_leads_to_its_next_phase(
    qtbot: QtBot, line: FundingLine, people: People, tmp_path: Path
) -> None:
    challenge_id = waiting_for_next_phase(people.trader, tmp_path)
    approve_funding(people.admin, challenge_id)
    assert tell(line, people, challenge_id).startswith("Funded on ")
    assert line._next.isHidden()
    opened = open_next_phase(people.admin, challenge_id).challenge
    tell(line, people, challenge_id)

    with qtbot.waitSignal(line.challenge_asked) as asked:
        line._next.click()

    assert asked.args == [opened.id]


def test_a_challenge_that_nobody_decides_about_tells_nothing(line: FundingLine, people: People, tmp_path: Path) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    challenge = read_challenge(people.trader, challenge_id).summary.challenge
    line.show_story(read_funding_story(people.trader, challenge))

    line.show_story(None)

    assert line.text() == ""


def test_the_page_of_the_challenge_tells_it(
    qtbot: QtBot, window: MainWindow, surroundings: Surroundings, people: People, tmp_path: Path
) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    reject_funding(people.admin, challenge_id, reason="not his own trades", fails=True)
    places = TraderPlaces(people.trader, surroundings, window.catalogue, window)

    places.open_challenge(challenge_id)

    qtbot.waitUntil(lambda: places.page.is_built and bool(places.page.funding.text()))
    qtbot.waitUntil(lambda: not surroundings.tasks.running)
    assert places.page.funding.text().endswith(": not his own trades")
    surroundings.tasks.shut_down()
