"""From the address that an administrator hands over to what the audit log of the server tells of a sign-in without it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.firm_login import firm_with_passwords
from tests.firm_server import FirmServer
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.connect_firm import connect_firm
from tradesense_desktop.services.errors import SignInRefused
from tradesense_desktop.services.firm_people import register_in_firm
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_users import read_myself
from tradesense_desktop.services.sign_in import sign_in
from tradesense_desktop.services.sync_workspace import sync_once

FIRST = "first-harbour-76"
OWN = "quiet-harbour-77"


@pytest.fixture(scope="module")
def firm() -> Iterator[FirmServer]:
    with firm_with_passwords() as made:
        yield made


def test_person_connects_signs_in_works_without_the_server_and_the_server_hears_of_it(
    firm: FirmServer, tmp_path: Path
) -> None:
    sue = firm.superadmin
    connect_firm(tmp_path / "sue", firm.url_of(sue), sue.password)
    with open_workspace(tmp_path / "sue") as workspace:
        as_sue = sign_in(workspace, sue.email, sue.password, new_password=OWN).workspace
        made = register_in_firm(as_sue, email="ada@firm.example", password=FIRST, role=Role.ADMIN)
    connect_firm(tmp_path / "ada", made.url, FIRST)
    with open_workspace(tmp_path / "ada") as workspace:
        as_ada = sign_in(workspace, "ada@firm.example", FIRST, new_password=OWN).workspace
        assert read_myself(as_ada).last_login_at is None
        sync_once(as_ada)
        assert read_myself(as_ada).last_login_at is not None
        firm.cluster.halt()
        try:
            with pytest.raises(SignInRefused):
                sign_in(workspace, "ada@firm.example", FIRST)
            offline = sign_in(workspace, "ada@firm.example", OWN).workspace
        finally:
            firm.cluster.resume()
        sync_once(offline)
        sync_once(offline)
        told = [
            (entry.action, dict(entry.details))
            for entry in read_audit_log(offline, last=100)
            if entry.actor_id == made.user.id
        ]
    with closing(firm.connect()) as connection:
        on_server = connection.execute(
            "SELECT action, details FROM audit_log WHERE actor_id = %s ORDER BY sequence_number DESC", [made.user.id]
        ).fetchall()
    assert told == on_server
    assert ("SIGNED_IN", {"offline": True}) in told
    assert ("SIGN_IN_REFUSED", {"reason": "wrong", "attempts": 1}) in told
