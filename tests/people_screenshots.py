"""Pictures of the window's shell for people: `python -m tests.people_screenshots FOLDER`; tests/screenshots takes them too.

Sign-in, first password, lock, dialogs, account menu, bell, and the rail and the places of every role, of the demo.
"""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from tests.people import EMAILS, PASSWORD, make_people
from tests.sample_statement import PATH as SAMPLE
from tests.screenshots import BOTH, SIZES, Camera, fill
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.demo_people import demo_people
from tradesense_desktop.services.make_demo import make_demo
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.ui.account_dialogs import AccountDialog
from tradesense_desktop.ui.places import PLACES

NEW = "new@example.org"


def take_people(application: QApplication, folder: Path, settings: QSettings, target: Path) -> None:
    """Every picture of people."""
    _take_set_up(application, folder, settings, target)
    _take_sign_in(application, folder, settings, target)
    _take_roles(application, folder, settings, target)


def _everywhere(camera: Camera, target: Path, name: str) -> None:
    for size in SIZES[:2]:
        for choice in BOTH:
            camera.take(target / f"{name}-{size[0]}-{choice.value}.png", size, choice)


def _sign_in(camera: Camera, email: str, password: str) -> None:
    form = camera.window.people.sign_in_place.form
    form.fill("email", email)
    form.fill("password", password)
    form.submit()
    camera.settle()


def _take_set_up(application: QApplication, folder: Path, settings: QSettings, target: Path) -> None:
    camera = Camera(application, folder / "trader", settings)
    camera.window.catalogue["account.set_up"].trigger()
    (dialog,) = camera.window.findChildren(AccountDialog)
    for choice in BOTH:
        camera.take_dialog(dialog, target / f"people-set-up-{choice.value}.png", choice)
    for field in ("owner", "owner_password", "owner_again", "administrator", "administrator_password"):
        dialog.form.fill(field, "tina@example.org" if field == "owner" else "sue@example.org")
    dialog.form.fill("administrator_again", "another@example.org")
    dialog.form.submit()
    for choice in BOTH:
        camera.take_dialog(dialog, target / f"people-set-up-refused-{choice.value}.png", choice)
    dialog.reject()
    camera.close()


def _take_sign_in(application: QApplication, folder: Path, settings: QSettings, target: Path) -> None:
    directory = folder / "firm"
    fill(directory, (SAMPLE, "tradesense"))
    workspace = open_workspace(directory)
    people = make_people(workspace)
    register_user(people.superadmin, email=NEW, password=PASSWORD, role=Role.ADMIN)
    workspace.close()
    camera = Camera(application, directory, settings)
    _everywhere(camera, target, "people-sign-in")
    _sign_in(camera, EMAILS["trader"], "not the right one")
    _everywhere(camera, target, "people-sign-in-refused")
    form = camera.window.people.sign_in_place.form
    form.show_error(
        "Too many wrong passwords: wait 12 minutes, then try again.", datetime.now(UTC) + timedelta(minutes=12)
    )
    _everywhere(camera, target, "people-sign-in-waits")
    form.stop()
    _sign_in(camera, NEW, PASSWORD)
    _everywhere(camera, target, "people-first-password")
    camera.window.people.sign_in_place._other.click()
    camera.settle()
    _sign_in(camera, EMAILS["admin"], PASSWORD)
    camera.window.catalogue["account.change_password"].trigger()
    (dialog,) = camera.window.findChildren(AccountDialog)
    for choice in BOTH:
        camera.take_dialog(dialog, target / f"people-password-{choice.value}.png", choice)
    dialog.reject()
    camera.settle()
    for choice in BOTH:
        camera.choose(choice)
        menu = camera.window.people.show_menu()
        assert menu is not None
        camera.take_widget(menu, target / f"people-menu-{choice.value}.png")
        menu.close()
    camera.window.people.lock()
    _everywhere(camera, target, "people-locked")
    camera.close()


def _take_roles(application: QApplication, folder: Path, settings: QSettings, target: Path) -> None:
    directory = folder / "demo-of-people"
    make_demo(directory)
    camera = Camera(application, directory, settings)
    _everywhere(camera, target, "people-demo")
    for person in demo_people(directory):
        name = person.email.partition("@")[0]
        if name in ("otis", "ben"):
            continue
        _sign_in(camera, person.email, person.password)
        _everywhere(camera, target, f"people-{name}-challenges")
        camera.window.resize(900, 600)
        camera.settle()
        camera.take(target / f"people-{name}-least.png", (900, 600), BOTH[0])
        actor = None if camera.window.workspace is None else camera.window.workspace.actor
        assert actor is not None
        for entry in PLACES:
            if entry.make is not None and entry.is_offered_to(actor):
                camera.window.catalogue[entry.action].trigger()
                camera.settle()
                _everywhere(camera, target, f"people-{name}-{entry.id}")
        camera.window.resize(*SIZES[0])
        camera.settle()
        for choice in BOTH:
            camera.choose(choice)
            panel = camera.window.bell.show_panel()
            camera.settle()
            camera.take_widget(panel, target / f"people-{name}-bell-{choice.value}.png")
            panel.close()
        camera.window.catalogue["account.sign_out"].trigger()
        camera.settle()
    camera.close()


def main(arguments: list[str]) -> None:
    """Take them alone."""
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="tradesense-screenshots-") as scratch:
        folder = Path(scratch)
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        fill(folder / "trader", (SAMPLE, "tradesense"))
        take_people(application, folder, settings, Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
