"""The funding queue by keyboard, on real workspaces."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from tests.people import EMAILS, People, begin_session, id_of, make_people
from tests.ui.views.admin_windows import PlaceWindow, focused, place_window
from tests.waiting_challenges import waiting_challenge, waiting_for_next_phase
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.funding_policy import read_funding_policy, set_funding_policy
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.read_decisions import read_decisions
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.views.admin.funding_place import FundingPlace
from tradesense_desktop.ui.views.admin.funding_requests import DECIDED


@pytest.fixture
def people(tmp_path: Path, tasks: Tasks) -> Iterator[People]:
    workspace = open_workspace(tmp_path / "workspace")
    yield make_people(workspace)
    tasks.shut_down()
    workspace.close()


class Queue:
    """The place as somebody sees it."""

    def __init__(self, window: PlaceWindow) -> None:
        self.window = window
        assert isinstance(window.place, FundingPlace)
        self.place = window.place

    def texts(self, within: QWidget | None = None) -> list[str]:
        labels = (within or self.place).findChildren(QLabel)
        return [label.text() for label in labels if label.isVisible() and label.text()]

    def has_decision(self) -> bool:
        return self.place.decision.isVisible()


@pytest.fixture
def queue_of(qtbot: QtBot, surroundings: Surroundings) -> "QueueMaker":
    return QueueMaker(qtbot, surroundings)


class QueueMaker:
    """Opens the place for one after the other; the one before is taken away."""

    def __init__(self, qtbot: QtBot, surroundings: Surroundings) -> None:
        self._qtbot = qtbot
        self._surroundings = surroundings
        self._open: PlaceWindow | None = None

    def __call__(self, workspace: Workspace) -> Queue:
        if self._open is not None:
            self._open.close()
        self._open = place_window(self._qtbot, self._surroundings, workspace, FundingPlace)
        return Queue(self._open)


def status_of(workspace: Workspace, challenge_id: str) -> ChallengeStatus:
    return read_challenge(workspace, challenge_id).summary.challenge.status


def test_two_administrators_fund_a_challenge_by_keyboard_alone(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    set_funding_policy(people.superadmin, 2)
    challenge_id = waiting_for_next_phase(people.trader, tmp_path)

    first = queue_of(people.admin)
    assert "0 of 2 approvals" in first.texts()
    first.window.press("Ctrl+Alt+A")
    assert "This is approval 1 of 2. Somebody else still has to approve." in first.texts()
    first.window.tab_to_button("Approve")
    first.window.press("Space")
    first.window.settle()
    assert status_of(people.admin, challenge_id) is ChallengeStatus.ACTIVE
    assert first.window.said == [f"Approval 1 of 2 for {EMAILS['trader']}; somebody else still has to approve."]
    assert "You have approved it already; another person has to give the next approval." in first.texts()
    assert "Approve" not in first.window.buttons()

    second = queue_of(people.second_admin)
    assert "1 of 2 approvals" in second.texts()
    second.window.tab_to_field("Comment to the approval")
    second.window.type("clean run")
    second.window.tab_to_button("Approve")
    second.window.press("Space")
    second.window.tab_to_button("Approve")
    second.window.press("Space")
    second.window.settle()

    assert status_of(people.admin, challenge_id) is ChallengeStatus.FUNDED
    assert [decision.comment for decision in read_decisions(people.admin, challenge_id)] == ["", "clean run"]
    assert second.place.requests.tab == DECIDED
    assert "Funded" in second.texts(second.place.decision)


def test_after_the_funding_the_next_phase_is_opened_once(people: People, tmp_path: Path, queue_of: QueueMaker) -> None:
    challenge_id = waiting_for_next_phase(people.trader, tmp_path)
    approve_funding(people.second_admin, challenge_id)
    queue = queue_of(people.admin)
    queue.place.requests.open_tab(DECIDED)
    queue.window.settle()

    queue.window.press("Ctrl+Alt+G")
    queue.window.tab_to_button("Open it")
    queue.window.press("Space")
    queue.window.settle()

    opened = [each.challenge for each in read_challenges(people.admin)]
    assert [each.previous_challenge_id for each in opened if each.previous_challenge_id] == [challenge_id]
    assert "Open the next phase" not in queue.window.buttons()


def test_a_rejection_needs_a_reason_and_what_becomes_of_the_challenge(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)

    queue.window.press("Ctrl+Alt+D")
    assert focused().accessibleName() == "Reason for a rejection"
    assert "A rejection needs a reason; the trader reads it." in queue.texts()
    queue.window.type("two people traded it")
    queue.window.press("Return")
    queue.window.press("Ctrl+Alt+D")
    assert isinstance(focused(), QRadioButton)
    assert status_of(people.admin, challenge_id) is ChallengeStatus.ACTIVE
    queue.window.press("Space")
    queue.window.press("Ctrl+Alt+D")
    assert "The challenge fails, for good, and the trader reads: “two people traded it”" in queue.texts()
    queue.window.press("Return")
    queue.window.settle()
    assert status_of(people.admin, challenge_id) is ChallengeStatus.ACTIVE, "Enter leaves it as it is"
    queue.window.press("Ctrl+Alt+D")
    queue.window.tab_to_button("Reject")
    queue.window.press("Space")
    queue.window.settle()

    (decision,) = read_decisions(people.trader, challenge_id)
    assert status_of(people.admin, challenge_id) is ChallengeStatus.FAILED
    assert decision.reason == "two people traded it"


def test_a_rejected_challenge_may_go_back_to_trading(people: People, tmp_path: Path, queue_of: QueueMaker) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    queue.window.press("Ctrl+Alt+D")
    queue.window.type("the payment was charged back")
    queue.window.press("Ctrl+Alt+D")
    queue.window.press("Down")
    queue.window.press("Space")
    queue.window.press("Ctrl+Alt+D")
    queue.window.tab_to_button("Reject")
    queue.window.press("Space")
    queue.window.settle()

    challenge = read_challenge(people.admin, challenge_id).summary.challenge
    assert challenge.status is ChallengeStatus.ACTIVE
    assert challenge.profit_target_reached_at is None


def test_approve_and_reject_are_far_apart_and_neither_is_the_default(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    buttons = {button.text(): button for button in queue.place.decision.findChildren(QPushButton) if button.isVisible()}

    def middle(button: QPushButton) -> int:
        return button.mapTo(queue.place, QPoint(0, button.height() // 2)).y()

    assert middle(buttons["Reject"]) - middle(buttons["Approve"]) > queue.place.decision.height() // 2
    assert not any(button.isDefault() or button.autoDefault() for button in buttons.values())


def test_enter_in_the_list_and_in_the_fields_decides_nothing(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    queue.window.press("Return")
    for name in ("Comment to the approval", "Reason for a rejection"):
        queue.window.tab_to_field(name)
        queue.window.press("Return")
    queue.window.settle()

    assert read_decisions(people.admin, challenge_id) == ()
    assert "This is approval" not in " ".join(queue.texts())


def test_the_own_challenge_cannot_be_decided_and_it_is_said_why(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    change_role(people.superadmin, id_of(people.trader), Role.ADMIN)
    promoted = begin_session(people.nobody, id_of(people.trader), Role.ADMIN)
    queue = queue_of(promoted)

    assert "This is your own challenge; somebody else has to decide." in queue.texts()
    assert not {"Approve", "Reject"} & queue.window.buttons()
    queue.window.press("Ctrl+Alt+A")
    queue.window.settle()
    assert read_decisions(people.admin, challenge_id) == ()


def test_an_auditor_reads_all_of_it_and_has_no_decision(people: People, tmp_path: Path, queue_of: QueueMaker) -> None:
    waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.auditor)

    assert not queue.has_decision()
    assert queue.window.buttons() == {"Open the challenge"}
    assert "Profit target reached" in queue.texts()
    for identifier in ("funding.approve", "funding.reject", "funding.next_phase"):
        assert not queue.window.catalogue[identifier].isEnabled()


def test_up_and_down_choose_and_the_evidence_follows(people: People, tmp_path: Path, queue_of: QueueMaker) -> None:
    waiting_challenge(people.trader, tmp_path, account=7001)
    waiting_for_next_phase(people.other, tmp_path, account=7002)
    queue = queue_of(people.admin)
    before = queue.texts(queue.place.evidence)

    queue.window.press("Down")
    queue.window.settle()

    assert EMAILS["trader"] in before
    assert EMAILS["other"] in queue.texts(queue.place.evidence)


def test_somebody_who_was_faster_is_named_and_the_place_goes_after_the_challenge(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    reject_funding(people.second_admin, challenge_id, reason="not his own trades", fails=True)

    queue.window.press("Ctrl+Alt+A")
    queue.window.tab_to_button("Approve")
    queue.window.press("Space")
    queue.window.settle()

    assert queue.place.decision.notice.text().startswith(f"Already decided by {EMAILS['second_admin']} at ")
    assert queue.place.requests.tab == DECIDED
    assert any("not his own trades" in text for text in queue.texts(queue.place.decision))


def test_what_was_decided_elsewhere_is_said_when_it_is_read_again(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    approve_funding(people.second_admin, challenge_id)

    queue.window.read_again()

    assert queue.place.decision.notice.text().startswith(f"Decided meanwhile by {EMAILS['second_admin']}, ")
    assert "Approve" not in queue.window.buttons()


def test_an_open_question_is_closed_when_the_history_has_gone_on(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    set_funding_policy(people.superadmin, 2)
    challenge_id = waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    queue.window.press("Ctrl+Alt+A")
    approve_funding(people.second_admin, challenge_id)

    queue.window.read_again()

    assert not any("This is approval" in text for text in queue.texts())
    assert "1 of 2 approvals" in queue.texts()


def test_an_empty_queue_says_what_belongs_there(people: People, queue_of: QueueMaker) -> None:
    queue = queue_of(people.admin)

    assert "Nothing waits" in queue.texts()
    assert "No request chosen" in queue.texts()
    assert not {"Approve", "Reject"} & queue.window.buttons()


def test_a_filter_leaves_what_fits(qtbot: QtBot, people: People, tmp_path: Path, queue_of: QueueMaker) -> None:
    waiting_challenge(people.trader, tmp_path, account=7001)
    waiting_for_next_phase(people.other, tmp_path, account=7002)
    queue = queue_of(people.admin)

    queue.place.focus_filter()
    queue.window.type("ftmo otis")
    qtbot.waitUntil(lambda: queue.place.requests.counts == (1, 2))
    queue.window.settle()

    assert EMAILS["other"] in queue.texts(queue.place.evidence)


def test_the_policy_is_set_by_a_superadmin_only(people: People, queue_of: QueueMaker) -> None:
    assert "Approvals needed…" not in queue_of(people.admin).window.buttons()
    queue = queue_of(people.superadmin)

    queue.window.tab_to_button("Approvals needed…")
    queue.window.press("Space")
    queue.window.type("many")
    queue.window.tab_to_button("Set")
    queue.window.press("Space")
    assert queue.place.policy.question.refusal == "Type a number from 1 to 9."
    assert focused().accessibleName() == "Approvals, from 1 to 9"
    queue.window.press("Ctrl+A")
    queue.window.type("3")
    queue.window.tab_to_button("Set")
    queue.window.press("Space")
    queue.window.settle()

    assert read_funding_policy(people.admin) == 3
    assert any("new challenges need 3 approvals" in text for text in queue.texts())


def test_the_challenge_is_opened_from_its_evidence(people: People, tmp_path: Path, queue_of: QueueMaker) -> None:
    challenge_id = waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)

    queue.window.tab_to_button("Open the challenge")
    queue.window.press("Space")

    assert queue.window.asked == [challenge_id]


def test_every_line_and_field_says_what_it_is_to_a_screen_reader(
    people: People, tmp_path: Path, queue_of: QueueMaker
) -> None:
    waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    place = queue.place
    index = place.requests.view.currentIndex()

    assert place.accessibleName() == "Funding"
    assert place.requests.view.accessibleName() == "Funding requests"
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith(f"{EMAILS['trader']}, TradeSense · 10")
    assert "0 of 1 approvals, waiting since 01/09/2024" in said
    assert any(
        label.accessibleName().startswith("Profit target reached: yes. ") for label in place.findChildren(QLabel)
    )


def test_privacy_hides_the_amounts_of_the_evidence(people: People, tmp_path: Path, queue_of: QueueMaker) -> None:
    waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    assert any("900.00" in text for text in queue.texts())

    queue.place._display.mask(True)
    QApplication.processEvents()

    assert not any("900.00" in text or "10900" in text for text in queue.texts())


def test_what_is_superseded_is_stopped_and_not_told_of(people: People, tmp_path: Path, queue_of: QueueMaker) -> None:
    waiting_challenge(people.trader, tmp_path)
    queue = queue_of(people.admin)
    chosen = queue.place.requests.chosen
    assert chosen is not None
    queue.place._examine(chosen)
    first = queue.place._examining
    assert first is not None
    assert first.title == "Checking the history"

    queue.place._examine(chosen)
    queue.window.settle()

    assert first.is_cancelled
    assert first.title == ""
    assert "Profit target reached" in queue.texts(queue.place.evidence)
