"""Registering somebody of a firm in the window, on a real server."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.firm_login import firm_with_passwords, make_replica
from tradesense_desktop.domain.people import Actor, Role, User, UserStatus
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_users import read_myself
from tradesense_desktop.services.sign_in import sign_in
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.views.admin.register_dialog import RegisterDialog
from tradesense_desktop.ui.views.admin.user_offers import Offer, offers


@pytest.fixture
def sue(tmp_path: Path, tasks: Tasks) -> Iterator[Workspace]:
    with firm_with_passwords() as firm:
        person = firm.add_person("SUPERADMIN")
        replica = make_replica(tmp_path / "firm", firm, person)
        yield sign_in(replica, person.email, person.password, new_password="quiet-harbour-77").workspace
        tasks.shut_down()
        replica.close()


def test_somebody_is_registered_on_the_server_and_the_address_to_connect_with_is_shown(
    qtbot: QtBot, surroundings: Surroundings, sue: Workspace
) -> None:
    dialog = RegisterDialog(sue, surroundings)
    qtbot.addWidget(dialog)
    made: list[User] = []
    dialog.registered.connect(made.append)
    dialog.show()
    assert not dialog._verified.isVisible()
    dialog._address.setText("clara@firm.example")
    dialog.register()
    qtbot.waitUntil(lambda: bool(made))

    shown = {field.accessibleName(): field for field in dialog.findChildren(QLineEdit) if field.isVisible()}
    url, password = shown["Address of the server"].text(), shown["First password"].text()
    with psycopg.connect(**{**psycopg.conninfo.conninfo_to_dict(url), "password": password}) as connection:
        assert connection.execute("SELECT ts_api.me()::text").fetchone() == (made[0].id,)
    assert password not in url
    dialog.reject()
    assert QApplication.activeModalWidget() is None


def test_what_a_firms_server_does_not_do_is_not_on_the_screen(sue: Workspace) -> None:
    actor, someone = sue.actor, read_myself(sue)
    assert actor is not None
    other = Actor("somebody-else", Role.SUPERADMIN, "session", in_firm=True)

    assert offers(actor, someone, has_sessions=True) == frozenset()
    assert someone.status is UserStatus.ACTIVE
    assert offers(other, someone, has_sessions=True) == {Offer.SUSPEND, Offer.CHANGE_ROLE, Offer.DELETE}
