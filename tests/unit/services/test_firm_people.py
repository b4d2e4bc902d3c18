"""People of a firm: its server makes and changes the accounts, and what a local workspace does alone is refused."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.firm_login import firm_with_passwords, make_replica, take_people
from tests.firm_server import FirmPerson, FirmServer
from tradesense_desktop.domain.activity_thresholds import ActivityThresholds
from tradesense_desktop.domain.people import Role, UserStatus
from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.services.activity_thresholds import set_thresholds
from tradesense_desktop.services.end_session import end_sessions_of
from tradesense_desktop.services.erase_person import erase_person
from tradesense_desktop.services.errors import Forbidden, NotAllowed, NotInFirm, Refused, ServerNeeded, SignedOut
from tradesense_desktop.services.firm_people import register_in_firm
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.govern_user import change_role, delete_user, readmit_user, suspend_user, verify_user
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_users import read_people
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.services.rotate_key import rotate_key
from tradesense_desktop.services.set_up_accounts import set_up_accounts
from tradesense_desktop.services.settle_in import settle_in
from tradesense_desktop.services.sign_in import sign_in

FIRST = "first-harbour-76"
OWN = "quiet-harbour-77"


@pytest.fixture(scope="module")
def firm() -> Iterator[FirmServer]:
    with firm_with_passwords() as made:
        yield made


@pytest.fixture
def signed_in(firm: FirmServer, tmp_path: Path) -> Iterator[Callable[[FirmPerson], Workspace]]:
    """Gives the replica of a person, acting as them; closed afterwards."""
    opened: list[Workspace] = []

    def enter(person: FirmPerson) -> Workspace:
        replica = make_replica(tmp_path / person.login, firm, person)
        opened.append(replica)
        is_first = person.password != OWN
        return sign_in(replica, person.email, person.password, new_password=OWN if is_first else None).workspace

    yield enter
    for workspace in opened:
        workspace.close()


@pytest.fixture
def sue(firm: FirmServer, signed_in: Callable[[FirmPerson], Workspace]) -> Workspace:
    """A super-administrator."""
    return signed_in(firm.add_person("SUPERADMIN"))


def server_row(firm: FirmServer, user_id: str) -> tuple[str, str, bool]:
    """Role and status on the server, and whether the login may come in."""
    with closing(firm.connect()) as connection:
        row = connection.execute(
            "SELECT role, status, rolcanlogin FROM users JOIN pg_roles ON rolname = db_role WHERE id = %s", [user_id]
        ).fetchone()
    assert row is not None
    return row


def test_person_is_registered_on_the_server_and_connects_with_the_address_that_is_printed(
    firm: FirmServer, sue: Workspace
) -> None:
    made = register_in_firm(sue, email=" New@Firm.example ", password=FIRST, role=Role.ADMIN)

    assert (made.user.email, made.user.role, made.user.status) == ("New@Firm.example", Role.ADMIN, UserStatus.ACTIVE)
    assert made.user.last_login_at is None
    assert FIRST not in made.url
    parts = psycopg.conninfo.conninfo_to_dict(made.url)
    with psycopg.connect(**{**parts, "password": FIRST}) as connection:
        assert connection.execute("SELECT ts_api.me()::text").fetchone() == (made.user.id,)
    assert made.user.id not in {person.user.id for person in read_people(sue)}
    take_people(sue, firm)
    assert made.user.id in {person.user.id for person in read_people(sue)}


def test_unfit_address_or_password_or_a_taken_address_makes_nobody(firm: FirmServer, sue: Workspace) -> None:
    with closing(firm.connect()) as connection:
        before = connection.execute("SELECT count(*) FROM users").fetchone()
    for email, password in (("no address", FIRST), ("a@firm.example", "short"), (firm.superadmin.email, FIRST)):
        with pytest.raises(Refused):
            register_user(sue, email=email, password=password)
    with pytest.raises(NotInFirm):
        register_user(sue, email="b@firm.example", password=FIRST, is_verified=False)
    with closing(firm.connect()) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == before


def test_account_is_suspended_readmitted_given_a_role_and_deleted_on_the_server(
    firm: FirmServer, sue: Workspace
) -> None:
    person = firm.add_person()

    with pytest.raises(Refused, match="reason"):
        suspend_user(sue, person.id, reason="  ")
    assert suspend_user(sue, person.id, reason="Identity in doubt").status is UserStatus.SUSPENDED
    assert server_row(firm, person.id) == ("USER", "SUSPENDED", False)
    with pytest.raises(Refused, match="SUSPENDED"):
        suspend_user(sue, person.id, reason="Once more")
    assert readmit_user(sue, person.id).status is UserStatus.ACTIVE
    assert change_role(sue, person.id, Role.AUDITOR).role is Role.AUDITOR
    assert server_row(firm, person.id) == ("AUDITOR", "ACTIVE", True)
    with pytest.raises(Refused):
        verify_user(sue, person.id)
    deleted = delete_user(sue, person.id, reason="Left the firm")
    assert (deleted.status, deleted.deleted_reason) == (UserStatus.CLOSED, "Left the firm")
    assert server_row(firm, person.id) == ("AUDITOR", "CLOSED", False)


def test_nobody_governs_themselves_nor_above_their_rank(
    firm: FirmServer, sue: Workspace, signed_in: Callable[[FirmPerson], Workspace]
) -> None:
    ada, ben = firm.add_person("ADMIN"), firm.add_person("ADMIN")
    as_ada = signed_in(ada)
    as_tina = signed_in(firm.add_person())
    assert sue.actor is not None

    with pytest.raises(Forbidden):
        suspend_user(as_ada, ben.id, reason="A rival")
    with pytest.raises(Forbidden):
        change_role(sue, sue.actor.user_id, Role.USER)
    with pytest.raises(NotAllowed):
        change_role(as_ada, ben.id, Role.USER)
    with pytest.raises(NotAllowed):
        register_user(as_ada, email="c@firm.example", password=FIRST, role=Role.AUDITOR)
    with pytest.raises(NotAllowed):
        register_user(as_tina, email="c@firm.example", password=FIRST)


def test_changed_role_ends_what_was_begun_in_the_old_one_with_the_next_pull(
    firm: FirmServer, sue: Workspace, signed_in: Callable[[FirmPerson], Workspace]
) -> None:
    ada = firm.add_person("ADMIN")
    as_ada = signed_in(ada)
    change_role(sue, ada.id, Role.AUDITOR)
    assert read_challenges(as_ada) == ()

    take_people(as_ada, firm)

    with pytest.raises(SignedOut, match="role"):
        read_challenges(as_ada)


def test_what_needs_the_server_says_so_without_it_and_ends_with_its_own_exit_code(
    firm: FirmServer, sue: Workspace
) -> None:
    person = firm.add_person()
    firm.cluster.halt()
    try:
        for ask in (
            lambda: register_user(sue, email="d@firm.example", password=FIRST),
            lambda: suspend_user(sue, person.id, reason="Identity in doubt"),
        ):
            with pytest.raises(ServerNeeded, match="needs the firm's server") as needed:
                ask()
            assert needed.value.exit_code == 4
    finally:
        firm.cluster.resume()


def test_what_a_local_workspace_does_alone_is_refused_in_one_sentence(firm: FirmServer, sue: Workspace) -> None:
    person = firm.add_person()
    delete_user(sue, person.id, reason="Left the firm")
    take_people(sue, firm)
    for ask in (
        lambda: make_key(sue, passphrase=OWN),
        lambda: rotate_key(sue),
        lambda: erase_person(sue, person.id),
        lambda: end_sessions_of(sue, person.id),
        lambda: set_up_accounts(
            sue,
            owner_email="e@firm.example",
            owner_password=OWN,
            administrator_email="f@firm.example",
            administrator_password=OWN,
        ),
    ):
        with pytest.raises(NotInFirm, match="is not done in a firm's workspace"):
            ask()
    assert settle_in(sue, unwatched) == ()


def test_own_sessions_on_this_computer_are_ended(sue: Workspace) -> None:
    assert sue.actor is not None

    assert end_sessions_of(sue, sue.actor.user_id) == 1

    with pytest.raises(SignedOut):
        read_challenges(sue)


def test_policies_are_set_on_the_server_by_a_super_administrator_and_written_down(
    firm: FirmServer, sue: Workspace, signed_in: Callable[[FirmPerson], Workspace]
) -> None:
    as_ada = signed_in(firm.add_person("ADMIN"))
    with pytest.raises(NotAllowed):
        set_funding_policy(as_ada, 2)
    with pytest.raises(Refused, match="1 to 9"):
        set_funding_policy(sue, 10)

    assert set_funding_policy(sue, 3) == 3
    assert set_funding_policy(sue, 3) == 3
    thresholds = ActivityThresholds(inactive_days=21)
    assert set_thresholds(sue, thresholds) == thresholds

    assert sue.actor is not None
    with closing(firm.connect()) as connection:
        stored = dict(connection.execute("SELECT name, value FROM settings").fetchall())
        written = connection.execute(
            "SELECT details ->> 'name' FROM audit_log WHERE actor_id = %s AND action = 'POLICY_SET'"
            " ORDER BY sequence_number",
            [sue.actor.user_id],
        ).fetchall()
    assert stored == {"funding.approvals": 3, "alerts.thresholds": thresholds.as_json()}
    assert written == [("funding.approvals",), ("alerts.thresholds",)]


@pytest.mark.parametrize(
    ("role", "name", "value", "code"),
    [
        ("SUPERADMIN", "funding.approvals", "10", "TS400"),
        ("SUPERADMIN", "funding.approvals", "1.5", "TS400"),
        ("SUPERADMIN", "alerts.thresholds", "7", "TS400"),
        ("SUPERADMIN", "workspace.id", "1", "TS400"),
        ("ADMIN", "funding.approvals", "2", "42501"),
        ("USER", "funding.approvals", "2", "42501"),
    ],
)
def test_server_itself_keeps_nonsense_and_others_out_of_its_policies(
    firm: FirmServer, role: str, name: str, value: str, code: str
) -> None:
    person = firm.add_person(role)
    with closing(firm.connect_as(person)) as connection, pytest.raises(psycopg.Error) as refusal:
        connection.execute("SELECT ts_api.set_policy(%s, %s)", [name, value])
    assert refusal.value.sqlstate == code
