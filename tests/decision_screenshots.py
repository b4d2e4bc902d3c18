"""Pictures of the funding queue and of the people: `python -m tests.decision_screenshots FOLDER`.

Offscreen, through the real services, as each role and in each size; the place alone, as wide as the window leaves it.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDeadlineTimer, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from tests.people import People, make_people
from tests.waiting_challenges import waiting_challenge, waiting_for_next_phase
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.erase_person import erase_person
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.govern_user import delete_user, suspend_user
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_users import find_person
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice
from tradesense_desktop.ui.views.admin.funding_place import FundingPlace
from tradesense_desktop.ui.views.admin.funding_requests import DECIDED
from tradesense_desktop.ui.views.admin.register_dialog import RegisterDialog, first_password
from tradesense_desktop.ui.views.admin.user_offers import Offer
from tradesense_desktop.ui.views.admin.users_place import UsersPlace

SIZES = ((1280, 800), (1024, 700), (1920, 1080))
BOTH = (AppearanceChoice.DARK, AppearanceChoice.LIGHT)
RAIL, BARS = 57, 25
LONGEST_MILLISECONDS = 30_000


class Studio:
    """Photographs one place after the other, when nothing is under way any more."""

    def __init__(self, application: QApplication, folder: Path, target: Path) -> None:
        self._application = application
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.tasks = Tasks()
        self.appearance = Appearance(application, settings)
        self.surroundings = Surroundings(self.tasks, Display(settings), settings)
        self._target = target

    def settle(self) -> None:
        """Let the place work until it is at rest."""
        deadline = QDeadlineTimer(LONGEST_MILLISECONDS)
        quiet = 0
        while quiet < 10:
            if deadline.hasExpired():
                raise TimeoutError("the place did not come to rest")
            self._application.processEvents()
            self._application.thread().msleep(10)
            quiet = 0 if self.tasks.running else quiet + 1

    def wait(self, milliseconds: int) -> None:
        """Let a timer of the place run out."""
        deadline = QDeadlineTimer(milliseconds)
        while not deadline.hasExpired():
            self._application.processEvents()
        self.settle()

    def take_dialog(self, dialog: QWidget, name: str) -> None:
        """Pictures of a dialog in its own size."""
        dialog.show()
        for choice in BOTH:
            self.appearance.choose(choice)
            self.settle()
            path = self._target / f"{name}-{choice.value}.png"
            assert dialog.grab().save(str(path)), path
            print(path)

    def take(self, place: QWidget, name: str, *, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
        """Pictures of the place as it stands, in every size, light and dark."""
        place.show()
        for width, height in sizes:
            place.resize(width - RAIL, height - BARS)
            for choice in BOTH:
                self.appearance.choose(choice)
                self.settle()
                path = self._target / f"{name}-{width}-{choice.value}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                assert place.grab().save(str(path)), path
                print(path)


def main(arguments: list[str]) -> None:
    """Take all of them into a folder."""
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="tradesense-screenshots-") as scratch:
        folder = Path(scratch)
        studio = Studio(application, folder, Path(arguments[0]))
        workspace = open_workspace(folder / "workspace")
        try:
            people = make_people(workspace)
            wanted = arguments[1:] or ["funding", "users"]
            if "funding" in wanted:
                _take_funding(studio, people, folder)
            if "users" in wanted:
                _take_users(studio, people)
        finally:
            studio.tasks.shut_down()
            workspace.close()


def _place(studio: Studio, workspace: Workspace, kind: Callable[..., QWidget]) -> QWidget:
    place = kind(workspace, studio.surroundings, None)
    place.read_again()  # type: ignore[attr-defined]
    place.show()
    studio.settle()
    return place


def _take_funding(studio: Studio, people: People, folder: Path) -> None:
    small = SIZES[:1]
    empty = _place(studio, people.admin, FundingPlace)
    studio.take(empty, "funding-empty")
    empty.close()
    set_funding_policy(people.superadmin, 2)
    failed, back = (waiting_challenge(people.trader, folder, account=7000 + number) for number in (1, 2))
    reject_funding(people.admin, failed, reason="two people traded this account", fails=True)
    reject_funding(people.second_admin, back, reason="the payment was charged back", fails=False)
    funded = waiting_for_next_phase(people.other, folder, account=7003)
    approve_funding(people.admin, funded, comment="clean run, four good days")
    approve_funding(people.second_admin, funded)
    waiting_challenge(people.other, folder, account=7004)
    half = waiting_challenge(people.trader, folder, "500.00", "-200.00", "600.00", account=7005)
    approve_funding(people.second_admin, half, comment="looks good to me")
    waiting_for_next_phase(people.trader, folder, account=7006)
    for role in ("admin", "second_admin", "superadmin", "auditor"):
        place = _place(studio, people.of(role), FundingPlace)
        assert isinstance(place, FundingPlace)
        studio.take(place, f"funding-waiting-{role}", sizes=SIZES if role == "admin" else small)
        if role == "admin":
            place.decision.ask_approval()
            studio.take(place, "funding-approve-asked", sizes=SIZES[:2])
            place.decision.ask_rejection()
            studio.take(place, "funding-reject-incomplete", sizes=small)
            place.decision._reason.setText("the account was traded by two people from two countries")
            place.decision._fails.setChecked(True)
            place.decision.ask_rejection()
            studio.take(place, "funding-reject-asked", sizes=SIZES[:2])
        elif role == "second_admin":
            place.requests.view.choose(half)
            studio.take(place, "funding-approved-already", sizes=small)
        elif role == "superadmin":
            place.policy.ask()
            studio.take(place, "funding-policy", sizes=small)
            place.policy.question.close_question()
        place.requests.open_tab(DECIDED)
        studio.settle()
        place.requests.view.choose_first_of(funded)
        studio.take(place, f"funding-funded-{role}", sizes=small)
        place.requests.view.choose_first_of(failed)
        studio.take(place, f"funding-failed-{role}", sizes=small)
        place.close()


def _take_users(studio: Studio, people: People) -> None:
    small = SIZES[:1]
    suspend_user(people.admin, find_person(people.admin, "otis@example.org").id, reason="lent the password")
    register_user(
        people.superadmin,
        email="new.colleague@example.org",
        password="quiet-harbour-78",
        role=Role.ADMIN,
        is_verified=False,
    )
    for email in ("left@example.org", "gone@example.org"):
        gone = register_user(people.superadmin, email=email, password="quiet-harbour-78")
        delete_user(people.superadmin, gone.id, reason="asked for it in writing")
    erase_person(people.superadmin, gone.id)
    for role in ("superadmin", "admin", "auditor"):
        place = _place(studio, people.of(role), UsersPlace)
        assert isinstance(place, UsersPlace)
        place.listing.choose(find_person(people.admin, "tina@example.org").id)
        studio.take(place, f"users-{role}", sizes=SIZES if role == "superadmin" else small)
        if role == "superadmin":
            place.ask(Offer.SUSPEND)
            studio.take(place, "users-suspend-asked", sizes=SIZES[:2])
            place.panel.question.close_question()
            place.listing.choose(find_person(people.admin, "new.colleague@example.org").id)
            studio.take(place, "users-not-verified", sizes=small)
            place._deleted.setChecked(True)
            studio.settle()
            (left,) = [each.user.id for each in place._people if each.user.email == "left@example.org"]
            place.listing.choose(left)
            studio.take(place, "users-deleted", sizes=small)
            place.ask(Offer.ERASE)
            studio.take(place, "users-erase-asked", sizes=small)
            place.panel.question.close_question()
            place.head.set_filter_text("nobody is called so")
            studio.wait(300)
            studio.take(place, "users-filtered-to-nothing", sizes=small)
        place.close()
    for role in ("admin", "superadmin"):
        dialog = RegisterDialog(people.of(role), studio.surroundings)
        dialog._address.setText(f"second.trader.of.{role}@example.org")
        studio.take_dialog(dialog, f"register-{role}")
        if role == "superadmin":
            dialog._password.setText("short")
            dialog.register()
            studio.settle()
            studio.take_dialog(dialog, "register-refused")
            dialog._password.setText(first_password())
            dialog.register()
            studio.settle()
            studio.take_dialog(dialog, "register-done")
        dialog.close()


if __name__ == "__main__":
    main(sys.argv[1:])
