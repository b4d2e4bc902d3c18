"""Pictures of the places of people: `python -m tests.place_screenshots FOLDER [PLACE …]`, in each role, size and light.

Offscreen, through the real services, in a window as wide as the middle of the program's own.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from PySide6.QtCore import QDeadlineTimer, QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStatusBar, QWidget

from tests.people import People, workspace_with_people
from tests.place_data import PASSPHRASE, make_alerts, make_payments
from tests.screenshots import BOTH, LONGEST_MILLISECONDS, SIZES, save
from tradesense_desktop.domain.payment import PaymentStatus
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_key_status import read_key_status
from tradesense_desktop.services.sign_in import sign_in
from tradesense_desktop.ui.actions.registry import ActionRegistry
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice
from tradesense_desktop.ui.views.admin.alert_reading import Handling
from tradesense_desktop.ui.views.admin.alerts_place import AlertsPlace
from tradesense_desktop.ui.views.admin.keys_place import KeysPlace
from tradesense_desktop.ui.views.admin.payments_place import PaymentsPlace
from tradesense_desktop.ui.views.admin.thresholds_dialog import ThresholdsDialog
from tradesense_desktop.ui.views.admin.transfer_dialog import TransferDialog
from tradesense_desktop.ui.views.auditor.audit_place import AuditPlace

_STATUS_BAR = 30


class Stage:
    """One place in a window as large as the program's, which comes to rest before its picture is taken."""

    def __init__(self, application: QApplication, settings: QSettings) -> None:
        self._application = application
        self.appearance = Appearance(application, settings)
        self.tasks = Tasks()
        self.display = Display(settings)
        self.surroundings = Surroundings(self.tasks, self.display, settings)

    def show(self, make: Callable[[Workspace, Surroundings, QWidget], QWidget], handle: Workspace) -> QWidget:
        """Make the place for whoever acts, and show it."""
        self.window = QMainWindow()
        ActionRegistry(self.window, self.appearance.tokens)
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(size.RAIL_WIDTH + 1, 0, 0, 0)
        place = make(handle, self.surroundings, centre)
        row.addWidget(place)
        self.window.setCentralWidget(centre)
        bar = QStatusBar()
        bar.setFixedHeight(_STATUS_BAR)
        self.window.setStatusBar(bar)
        self.window.resize(*SIZES[0])
        self.window.show()
        place.read_again()  # type: ignore[attr-defined]
        self.settle()
        place.setFocus()
        return place

    def settle(self) -> None:
        """Wait until no work is left."""
        deadline = QDeadlineTimer(LONGEST_MILLISECONDS)
        quiet = 0
        while quiet < 20:
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

    def everywhere(self, target: Path, name: str) -> None:
        """In every size, light and dark."""
        for width, height in SIZES:
            for choice in BOTH:
                self.take(target / f"{name}-{width}-{choice.value}.png", (width, height), choice)

    def take(self, path: Path, shown: tuple[int, int], choice: AppearanceChoice) -> None:
        """One picture."""
        self.appearance.choose(choice)
        self.window.resize(*shown)
        self.settle()
        save(self.window, path)


def take_alerts(stage: Stage, people: People, target: Path) -> None:
    """Nothing yet, then content for each role, and the states of the screen."""
    stage.show(AlertsPlace, people.trader)
    stage.take(target / "alerts-empty-dark.png", SIZES[0], BOTH[0])
    make_alerts(people)
    for role in ("superadmin", "admin", "auditor", "trader"):
        stage.show(AlertsPlace, people.of(role))
        for choice in BOTH:
            stage.take(target / f"alerts-{role}-{choice.value}.png", SIZES[0], choice)
    place = stage.show(AlertsPlace, people.superadmin)
    assert isinstance(place, AlertsPlace)
    stage.everywhere(target, "alerts")
    place.listing.view.selectRow(3)
    stage.take(target / "alerts-details-light.png", SIZES[0], BOTH[1])
    stage.window.findChild(QAction, "alerts.group").trigger()
    stage.settle()
    place.listing.view.selectRow(0)
    place.listing.view.fold_asked.emit(place.listing.view.chosen_key, True)
    stage.everywhere(target, "alerts-grouped")
    stage.window.findChild(QAction, "alerts.group").trigger()
    stage.display.mask(True)
    stage.take(target / "alerts-privacy-dark.png", SIZES[0], BOTH[0])
    stage.display.mask(False)
    place.ask_to_close(Handling.RESOLVE)
    for choice in BOTH:
        stage.take(target / f"alerts-resolve-{choice.value}.png", SIZES[1], choice)
    place.panel.question.close_question()
    place.head.set_filter_text("no such alert")
    stage.wait(300)
    stage.take(target / "alerts-filtered-dark.png", SIZES[0], BOTH[0])
    place.set_thresholds()
    stage.settle()
    (dialog,) = place.findChildren(ThresholdsDialog)
    for choice in BOTH:
        stage.appearance.choose(choice)
        stage.settle()
        save(dialog, target / f"thresholds-{choice.value}.png")
    dialog.reject()


def take_payments(stage: Stage, people: People, target: Path) -> None:
    """Nothing yet, then content for each role, and the questions of the screen."""
    stage.show(PaymentsPlace, people.admin)
    stage.take(target / "payments-empty-dark.png", SIZES[0], BOTH[0])
    stage.show(PaymentsPlace, people.trader)
    stage.take(target / "payments-empty-trader-light.png", SIZES[0], BOTH[1])
    made = make_payments(people)
    for role in ("superadmin", "auditor", "trader"):
        stage.show(PaymentsPlace, people.of(role))
        for choice in BOTH:
            stage.take(target / f"payments-{role}-{choice.value}.png", SIZES[0], choice)
    place = stage.show(PaymentsPlace, people.admin)
    assert isinstance(place, PaymentsPlace)
    stage.everywhere(target, "payments")
    place.listing.choose(made[PaymentStatus.REFUNDED].id)
    stage.take(target / "payments-refunded-light.png", SIZES[0], BOTH[1])
    stage.display.mask(True)
    stage.take(target / "payments-privacy-dark.png", SIZES[0], BOTH[0])
    stage.display.mask(False)
    place.ask("refund")
    for choice in BOTH:
        stage.take(target / f"payments-refund-{choice.value}.png", SIZES[1], choice)
    place.panel.question.close_question()
    wrong = Path(stage.surroundings.settings.fileName()).with_name("notes.json")
    wrong.write_text("[1, 2]", "utf-8")
    place.take_in(wrong)
    for choice in BOTH:
        stage.take(target / f"payments-refused-{choice.value}.png", SIZES[1], choice)
    place.record_transfer()
    (dialog,) = place.findChildren(TransferDialog)
    for choice in BOTH:
        stage.appearance.choose(choice)
        stage.settle()
        save(dialog, target / f"transfer-{choice.value}.png")
    dialog.reject()


def take_keys(stage: Stage, people: People, target: Path) -> None:
    """Without a key, its forms, open, locked, the sheet, and what an auditor sees; on a system without a keyring."""
    place = stage.show(KeysPlace, people.superadmin)
    assert isinstance(place, KeysPlace)
    stage.everywhere(target, "keys-none")
    place.ask("make")
    for choice in BOTH:
        stage.take(target / f"keys-make-{choice.value}.png", SIZES[1], choice)
    make_key(people.superadmin, passphrase=PASSPHRASE)
    place = stage.show(KeysPlace, people.superadmin)
    assert isinstance(place, KeysPlace)
    stage.everywhere(target, "keys-open")
    place.ask("rotate")
    stage.take(target / "keys-rotate-light.png", SIZES[0], BOTH[1])
    place.form.commit()
    stage.take(target / "keys-rotate-refused-dark.png", SIZES[0], BOTH[0])
    place.form.close_form()
    place.ask("import")
    stage.take(target / "keys-import-dark.png", SIZES[0], BOTH[0])
    place.form.close_form()
    place.ask("sheet")
    place.form.commit()
    stage.settle()
    for choice in BOTH:
        stage.take(target / f"keys-sheet-{choice.value}.png", SIZES[0], choice)
    stage.take(target / "keys-sheet-1024-dark.png", SIZES[1], BOTH[0])
    key_id = read_key_status(people.superadmin).key_id
    assert key_id is not None
    people.superadmin.keys.forget(key_id)
    stage.show(KeysPlace, people.auditor)
    stage.take(target / "keys-locked-auditor-dark.png", SIZES[0], BOTH[0])
    place = stage.show(KeysPlace, people.superadmin)
    assert isinstance(place, KeysPlace)
    place.ask("unlock")
    stage.take(target / "keys-unlock-light.png", SIZES[0], BOTH[1])


def take_audit(stage: Stage, people: People, target: Path) -> None:
    """A log of payments, policies and people, for an auditor and an administrator, filtered and whole."""
    stage.show(AuditPlace, people.auditor)
    stage.take(target / "audit-empty-dark.png", SIZES[0], BOTH[0])
    make_alerts(people)
    make_payments(people)
    make_key(people.superadmin, passphrase=PASSPHRASE)
    with suppress(Refused):
        sign_in(people.nobody, "tina@example.org", "not the password")
    place = stage.show(AuditPlace, people.auditor)
    assert isinstance(place, AuditPlace)
    stage.everywhere(target, "audit")
    policy = next(
        row for row in place.listing.model.read_page(place.listing.model.keys) if "POLICY" in row.entry.action
    )
    place.listing.choose(policy.entry.id)
    stage.take(target / "audit-details-light.png", SIZES[0], BOTH[1])
    place.head.choose("what", "PAYMENT_RECORDED")
    stage.take(target / "audit-filtered-dark.png", SIZES[1], BOTH[0])
    stage.show(AuditPlace, people.superadmin)
    stage.take(target / "audit-superadmin-dark.png", SIZES[0], BOTH[0])


PLACES: dict[str, Callable[[Stage, People, Path], None]] = {
    "alerts": take_alerts,
    "payments": take_payments,
    "keys": take_keys,
    "audit": take_audit,
}


def main(arguments: list[str]) -> None:
    """Take the pictures of the named places, or of all."""
    application = QApplication([])
    target = Path(arguments[0])
    for name in arguments[1:] or PLACES:
        with tempfile.TemporaryDirectory(prefix="tradesense-places-") as scratch:
            folder = Path(scratch)
            settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
            with workspace_with_people(folder / "workspace") as people:
                stage = Stage(application, settings)
                PLACES[name](stage, people, target)
                stage.tasks.shut_down()


if __name__ == "__main__":
    main(sys.argv[1:])
