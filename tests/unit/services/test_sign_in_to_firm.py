"""Signing in to a firm's workspace: the server proves it, and this computer for a while without the server."""

import pickle
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.firm_login import firm_with_passwords, make_replica, take_people
from tests.firm_server import FirmPerson, FirmServer
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.change_password import change_password
from tradesense_desktop.services.errors import PasswordChangeNeeded, Refused, ServerNeeded, SignedOut, SignInRefused
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.sign_in import SignedIn, sign_in, sign_out, unlock
from tradesense_desktop.services.sign_in_to_firm import sign_in_to_firm
from tradesense_desktop.store.device import DEVICE_NAME, device_transaction, fixed_text
from tradesense_desktop.store.offline_verifier import find_verifier, write_offline_days
from tradesense_desktop.store.outbox import open_outbox

OWN = "quiet-harbour-77"
NEW = "another-harbour-78"


@pytest.fixture(scope="module")
def firm() -> Iterator[FirmServer]:
    with firm_with_passwords() as made:
        yield made


@pytest.fixture
def trader(firm: FirmServer) -> FirmPerson:
    return firm.add_person()


@pytest.fixture
def replica(firm: FirmServer, trader: FirmPerson, tmp_path: Path) -> Iterator[Workspace]:
    with make_replica(tmp_path / "firm", firm, trader) as workspace:
        yield workspace


@pytest.fixture
def without_server(firm: FirmServer) -> Iterator[None]:
    """The server is down for the test that asks for this last."""
    firm.cluster.halt()
    yield
    firm.cluster.resume()


def settled(replica: Workspace, trader: FirmPerson) -> SignedIn:
    """Signed in for the first time, with OWN as the password from then on."""
    return sign_in(replica, trader.email, trader.password, new_password=OWN)


def refused(replica: Workspace, email: str, password: str) -> str:
    with pytest.raises(SignInRefused) as refusal:
        sign_in(replica, email, password)
    return refusal.value.sentence


def pending(workspace: Workspace) -> list[tuple[str, str]]:
    with open_outbox(workspace.directory) as outbox:
        return [(op.kind, op.title) for op in outbox.list_ops()]


def age_attempts(replica: Workspace, by: timedelta) -> None:
    """Let time pass for the attempts on this computer."""
    with device_transaction(replica.directory, ()) as own:
        for attempt_id, at in own.execute("SELECT id, attempted_at FROM firm_attempts").fetchall():
            earlier = fixed_text(datetime.fromisoformat(at) - by)
            own.execute("UPDATE firm_attempts SET attempted_at = ? WHERE id = ?", (earlier, attempt_id))


def test_first_sign_in_needs_a_password_of_ones_own_and_the_server_takes_it(
    firm: FirmServer, trader: FirmPerson, replica: Workspace
) -> None:
    with pytest.raises(PasswordChangeNeeded):
        sign_in(replica, trader.email, trader.password)

    signed_in = sign_in(replica, trader.email.upper(), trader.password, new_password=OWN)

    actor = signed_in.workspace.actor
    assert actor is not None
    assert (actor.user_id, actor.role, actor.in_firm) == (trader.id, Role.USER, True)
    assert read_challenges(signed_in.workspace) == ()
    assert replica.actor is None
    assert refused(replica, trader.email, trader.password) == refused(replica, "x@example.org", OWN)
    assert sign_in_to_firm(replica, OWN).user.id == trader.id
    with closing(firm.connect()) as connection:
        row = connection.execute("SELECT last_login_at, password_hash FROM users WHERE id = %s", [trader.id]).fetchone()
        assert row is not None
        assert row[0] is not None
        assert row[1] == "!"
        actions = connection.execute(
            "SELECT action, device_id::text FROM audit_log WHERE actor_id = %s ORDER BY sequence_number", [trader.id]
        ).fetchall()
    assert [action for action, _ in actions] == ["SIGNED_IN", "SIGNED_IN"]
    assert all(UUID(device_id) for _, device_id in actions)


def test_password_is_in_memory_alone_and_never_shown(trader: FirmPerson, replica: Workspace) -> None:
    session = settled(replica, trader).workspace.firm_session

    assert session is not None
    assert session.password == OWN
    assert OWN not in repr(session)
    with pytest.raises(TypeError):
        pickle.dumps(session)
    assert replica.firm_session is None
    for file in replica.directory.iterdir():
        if file.is_file():
            assert OWN.encode() not in file.read_bytes()
            assert trader.password.encode() not in file.read_bytes()


def test_new_password_has_to_be_fit_and_another_one(trader: FirmPerson, replica: Workspace) -> None:
    for unfit in ("short", trader.email, "password1234"):
        with pytest.raises(Refused):
            sign_in(replica, trader.email, trader.password, new_password=unfit)
    with pytest.raises(SignInRefused, match="the old one"):
        sign_in(replica, trader.email, trader.password, new_password=trader.password)

    assert settled(replica, trader).user.id == trader.id


def test_after_five_wrong_passwords_the_right_one_waits_too_also_in_a_workspace_opened_anew(
    trader: FirmPerson, replica: Workspace
) -> None:
    settled(replica, trader)
    for _ in range(5):
        refused(replica, trader.email, "wrong-password-1")

    with (
        open_workspace(replica.directory) as anew,
        pytest.raises(SignInRefused, match="Too many wrong passwords") as waiting,
    ):
        sign_in(anew, trader.email, OWN)

    assert waiting.value.until is not None
    age_attempts(replica, timedelta(hours=1))
    signed_in = sign_in(replica, trader.email, OWN)
    assert ("AuditEntry", "Wrong passwords before a sign-in") in pending(signed_in.workspace)


def test_unknown_address_waits_just_as_a_known_one(trader: FirmPerson, replica: Workspace) -> None:
    settled(replica, trader)
    for _ in range(5):
        refused(replica, "nobody@example.org", OWN)

    assert "Too many wrong passwords" in refused(replica, "NOBODY@example.org", OWN)
    assert sign_in(replica, trader.email, OWN).user.id == trader.id


def test_without_the_server_whoever_has_signed_in_here_is_let_in_and_it_waits_to_be_sent(
    trader: FirmPerson, replica: Workspace, request: pytest.FixtureRequest
) -> None:
    settled(replica, trader)
    request.getfixturevalue("without_server")

    signed_in = sign_in(replica, trader.email, OWN)

    assert read_challenges(signed_in.workspace) == ()
    assert pending(signed_in.workspace) == [("AuditEntry", "Sign-in without the server")]
    assert signed_in.workspace.firm_session is not None
    assert signed_in.workspace.firm_session.password == OWN
    unlock(signed_in.workspace, OWN)
    with pytest.raises(SignInRefused):
        unlock(signed_in.workspace, trader.password)
    assert refused(replica, trader.email, trader.password) == refused(replica, "x@example.org", OWN)
    with pytest.raises(ServerNeeded) as needed:
        change_password(signed_in.workspace, OWN, NEW)
    assert needed.value.exit_code == 4


def test_without_the_server_nobody_is_let_in_for_the_first_time(
    trader: FirmPerson, replica: Workspace, without_server: None
) -> None:
    for _ in range(6):
        with pytest.raises(ServerNeeded, match="for the first time"):
            sign_in(replica, trader.email, trader.password)


def test_without_the_server_a_sign_in_is_good_for_the_days_that_are_set(
    trader: FirmPerson, replica: Workspace, request: pytest.FixtureRequest
) -> None:
    settled(replica, trader)
    request.getfixturevalue("without_server")

    def proved(days_ago: float) -> None:
        with device_transaction(replica.directory, ()) as own:
            at = fixed_text(datetime.now(UTC) - timedelta(days=days_ago))
            own.execute("UPDATE offline_verifiers SET proved_at = ?", (at,))

    proved(29)
    assert sign_in(replica, trader.email, OWN).user.id == trader.id
    proved(31)
    with pytest.raises(ServerNeeded, match="30 days"):
        sign_in(replica, trader.email, OWN)
    assert "do not belong together" in refused(replica, trader.email, "wrong-password-1")
    write_offline_days(replica.directory, 60)
    assert sign_in(replica, trader.email, OWN).user.id == trader.id
    # A clock that was set back gives no more time.
    proved(-2)
    with pytest.raises(ServerNeeded):
        sign_in(replica, trader.email, OWN)


def test_changed_password_holds_on_the_server_without_it_and_for_whoever_connects_next(
    trader: FirmPerson, replica: Workspace, request: pytest.FixtureRequest
) -> None:
    first, second = settled(replica, trader).workspace, sign_in(replica, trader.email, OWN).workspace
    with pytest.raises(SignInRefused):
        change_password(first, "wrong-password-1", NEW)

    change_password(first, OWN, NEW)

    assert first.firm_session is not None
    assert first.firm_session.password == NEW
    with pytest.raises(SignedOut):
        read_challenges(second)
    assert "do not belong together" in refused(replica, trader.email, OWN)
    request.getfixturevalue("without_server")
    assert sign_in(replica, trader.email, NEW).user.id == trader.id
    assert "do not belong together" in refused(replica, trader.email, OWN)


def test_suspension_is_told_to_whoever_knows_the_password_and_ends_what_is_open_with_the_next_pull(
    firm: FirmServer, trader: FirmPerson, replica: Workspace
) -> None:
    handle = settled(replica, trader).workspace
    with closing(firm.connect_as(firm.superadmin)) as connection:
        connection.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'Identity in doubt')", [trader.id])
    assert read_challenges(handle) == ()

    assert "suspended" in refused(replica, trader.email, OWN)
    assert "suspended" not in refused(replica, trader.email, "wrong-password-1")
    take_people(replica, firm)

    with pytest.raises(SignedOut, match="suspended"):
        read_challenges(handle)
    assert find_verifier(replica.directory, trader.id) is None


def test_signing_out_ends_the_session_and_forgets_the_password(trader: FirmPerson, replica: Workspace) -> None:
    handle = settled(replica, trader).workspace

    nobody = sign_out(handle)

    assert (nobody.actor, nobody.firm_session) == (None, None)
    with pytest.raises(SignedOut, match="session has ended"):
        read_challenges(handle)


def test_verifier_holds_its_parameters_and_neither_password_nor_address(trader: FirmPerson, replica: Workspace) -> None:
    settled(replica, trader)

    verifier = find_verifier(replica.directory, trader.id)

    assert verifier is not None
    assert verifier.cost >= 2**15
    assert verifier.fits(OWN)
    assert not verifier.fits(OWN + " ")
    assert verifier.salt.hex() not in repr(verifier)
    assert (replica.directory / DEVICE_NAME).stat().st_mode & 0o077 == 0
