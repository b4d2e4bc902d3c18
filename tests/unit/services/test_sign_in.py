"""Signing in: proved, waited for, written down, and over when somebody ends it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.people import EMAILS, PASSWORD, People, id_of, workspace_with_people
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.change_password import change_password
from tradesense_desktop.services.end_session import end_sessions_of
from tradesense_desktop.services.errors import NotSignedIn, PasswordChangeNeeded, Refused, SignedOut, SignInRefused
from tradesense_desktop.services.govern_user import delete_user, suspend_user
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.password_hash import is_password, most_common_passwords, new_password_hash
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.services.set_up_accounts import set_up_accounts
from tradesense_desktop.services.sign_in import has_accounts, sign_in, sign_out, unlock
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.sessions import list_open_sessions
from tradesense_desktop.store.transaction import Transaction

NEW = "another-harbour-78"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


def refused(people: People, email: str, password: str) -> str:
    with pytest.raises(SignInRefused) as refusal:
        sign_in(people.nobody, email, password)
    return refusal.value.sentence


def age_attempts(people: People, by: timedelta) -> None:
    """Let time pass for the attempts in the store."""

    def change(transaction: Transaction) -> None:
        rows = transaction.driver.execute("SELECT id, attempted_at FROM sign_in_attempts").fetchall()
        transaction.driver.execute("DELETE FROM sign_in_attempts")
        for attempt_id, attempted_at in rows:
            at = datetime.fromisoformat(attempted_at) - by
            transaction.driver.execute(
                "INSERT INTO sign_in_attempts (id, email, accepted, attempted_at) VALUES (?, ?, 0, ?)",
                (attempt_id, EMAILS["trader"], at.isoformat(" ", "microseconds")),
            )

    people.nobody.write(change, Acting(Authority.SIGN_IN))


def test_workspace_with_accounts_shows_nothing_before_somebody_has_signed_in(people: People) -> None:
    assert has_accounts(people.nobody)
    with pytest.raises(NotSignedIn):
        read_challenges(people.nobody)


def test_right_password_gives_a_handle_that_acts_as_the_person(people: People) -> None:
    signed_in = sign_in(people.nobody, EMAILS["admin"].upper(), PASSWORD)

    assert signed_in.user.email == EMAILS["admin"]
    assert signed_in.workspace.actor is not None
    assert signed_in.workspace.actor.role is Role.ADMIN
    assert read_challenges(signed_in.workspace) == ()
    assert people.nobody.actor is None


def test_unknown_address_and_wrong_password_get_the_same_sentence_and_the_same_work(people: People) -> None:
    assert refused(people, EMAILS["trader"], "wrong-password-1") == refused(people, "nobody@example.org", PASSWORD)
    assert not is_password(PASSWORD, None)
    assert not is_password("x" * 100, new_password_hash(PASSWORD, ""))


@pytest.mark.parametrize("address", ["", "  ", "tina\udcff@example.org", "tina\0@example.org", "x" * 400])
def test_text_that_is_nobodys_address_gets_the_same_sentence(people: People, address: str) -> None:
    assert refused(people, address, PASSWORD) == "The address and the password do not belong together."


def test_after_five_wrong_passwords_the_right_one_waits_too_also_after_a_restart(people: People) -> None:
    for _ in range(5):
        refused(people, EMAILS["trader"], "wrong-password-1")
    # So far ahead that no slowness of this machine waits it out.
    age_attempts(people, -timedelta(minutes=10))
    again = open_workspace(people.nobody.directory)
    try:
        with pytest.raises(SignInRefused, match=r"wait 1[01] minutes"):
            sign_in(again, EMAILS["trader"], PASSWORD)
        assert sign_in(again, EMAILS["other"], PASSWORD).user.email == EMAILS["other"]
    finally:
        again.close()

    age_attempts(people, timedelta(minutes=11))
    assert sign_in(people.nobody, EMAILS["trader"], PASSWORD).user.email == EMAILS["trader"]
    assert "do not belong" in refused(people, EMAILS["trader"], "wrong-password-1")


def test_unknown_address_waits_as_well_so_that_nobody_learns_who_is_there(people: People) -> None:
    for _ in range(5):
        refused(people, "nobody@example.org", PASSWORD)

    assert "wait" in refused(people, "nobody@example.org", PASSWORD)


def test_attempts_in_many_processes_all_count(people: People) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tradesense_desktop.services.errors import SignInRefused\n"
        "from tradesense_desktop.services.open_workspace import open_workspace\n"
        "from tradesense_desktop.services.sign_in import sign_in\n"
        "workspace = open_workspace(Path(sys.argv[1]))\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "for _ in range(3):\n"
        "    try: sign_in(workspace, sys.argv[2], 'wrong-password-1')\n"
        "    except SignInRefused as refusal: print(refusal.sentence, flush=True)\n"
        "workspace.close()\n"
    )
    command = [sys.executable, "-c", code, str(people.nobody.directory), EMAILS["trader"]]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        answers += process.communicate()[0].splitlines()

    assert len(answers) == 12
    assert sum("do not belong" in answer for answer in answers) == 5
    assert sum("Too many wrong passwords" in answer for answer in answers) == 7


def test_every_sign_in_and_every_refused_one_is_in_the_audit_log_without_an_address(people: People) -> None:
    sign_out(sign_in(people.nobody, EMAILS["trader"], PASSWORD).workspace)
    refused(people, EMAILS["trader"], "wrong-password-1")
    refused(people, "nobody@example.org", PASSWORD)

    entries = read_audit_log(people.auditor, last=10)
    found = [(entry.action, entry.actor_id, entry.target_id, dict(entry.details)) for entry in entries]
    trader = id_of(people.trader)
    assert ("SIGN_IN_REFUSED", None, trader, {"reason": "wrong"}) in found
    assert ("SIGN_IN_REFUSED", None, None, {"reason": "wrong"}) in found
    assert [action for action, actor, *_ in found if actor == trader] == ["SIGNED_OUT", "SIGNED_IN"]
    assert "@" not in repr(entries)
    assert {entry.stream for entry in entries if entry.actor_id is None} == {f"device:{entries[0].device_id}"}


def test_password_given_by_somebody_else_has_to_be_changed_at_the_first_sign_in(people: People) -> None:
    register_user(people.superadmin, email="new@example.org", password=PASSWORD, role=Role.ADMIN)

    with pytest.raises(PasswordChangeNeeded):
        sign_in(people.nobody, "new@example.org", PASSWORD)
    with pytest.raises(SignInRefused, match="is the old one"):
        sign_in(people.nobody, "new@example.org", PASSWORD, new_password=PASSWORD)
    with pytest.raises(Refused, match="12 characters"):
        sign_in(people.nobody, "new@example.org", PASSWORD, new_password="short")
    sign_in(people.nobody, "new@example.org", PASSWORD, new_password=NEW)

    refused(people, "new@example.org", PASSWORD)
    assert sign_in(people.nobody, "new@example.org", NEW).user.role is Role.ADMIN


def test_right_password_never_makes_an_account_wait_whatever_becomes_of_the_new_one(people: People) -> None:
    register_user(people.superadmin, email="new@example.org", password=PASSWORD)

    for _ in range(3):
        with pytest.raises(PasswordChangeNeeded):
            sign_in(people.nobody, "new@example.org", PASSWORD)
        with pytest.raises(Refused, match="12 characters"):
            sign_in(people.nobody, "new@example.org", PASSWORD, new_password="short")

    assert sign_in(people.nobody, "new@example.org", PASSWORD, new_password=NEW).user.email == "new@example.org"


def _meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen while a password is looked at, the first time."""
    happenings = [happens]

    def slow(password: str, stored: str | None) -> bool:
        is_right = is_password(password, stored)
        if happenings:
            happenings.pop()()
        return is_right

    monkeypatch.setattr("tradesense_desktop.services.sign_in.is_password", slow)


def test_password_that_was_replaced_while_it_was_looked_at_opens_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    _meanwhile(monkeypatch, lambda: change_password(people.trader, PASSWORD, NEW))

    assert "changed a moment ago" in refused(people, EMAILS["trader"], PASSWORD)
    assert sign_in(people.nobody, EMAILS["trader"], NEW).user.email == EMAILS["trader"]


def test_account_that_was_suspended_while_its_password_was_looked_at_gets_no_session(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    trader = id_of(people.trader)
    _meanwhile(monkeypatch, lambda: suspend_user(people.admin, trader, reason="Identity in doubt."))

    assert "suspended" in refused(people, EMAILS["trader"], PASSWORD)
    with people.admin.reading() as reading:
        assert list_open_sessions(reading, datetime.now(UTC), trader) == ()


def test_changed_password_ends_every_other_session_of_the_person(people: People) -> None:
    elsewhere = sign_in(people.nobody, EMAILS["trader"], PASSWORD).workspace

    with pytest.raises(SignInRefused):
        change_password(people.trader, "wrong-password-1", NEW)
    change_password(people.trader, PASSWORD, NEW)

    with pytest.raises(SignedOut, match="session has ended"):
        change_password(elsewhere, NEW, PASSWORD)
    refused(people, EMAILS["trader"], PASSWORD)
    assert sign_in(people.nobody, EMAILS["trader"], NEW).user.email == EMAILS["trader"]


def test_unlocking_needs_the_password_and_goes_on_with_the_session(people: People) -> None:
    with pytest.raises(SignInRefused):
        unlock(people.trader, "wrong-password-1")
    unlock(people.trader, PASSWORD)

    assert end_sessions_of(people.trader, id_of(people.trader)) == 1
    with pytest.raises(SignedOut, match="session has ended"):
        unlock(people.trader, PASSWORD)


def test_suspended_person_is_out_at_once_and_told_so_only_with_the_right_password(people: People) -> None:
    suspend_user(people.admin, id_of(people.trader), reason="Identity in doubt.")

    with pytest.raises(SignedOut, match="suspended"):
        end_sessions_of(people.trader, id_of(people.trader))
    assert "suspended" in refused(people, EMAILS["trader"], PASSWORD)
    assert "do not belong" in refused(people, EMAILS["trader"], "wrong-password-1")


def test_deleted_person_is_unknown(people: People) -> None:
    delete_user(people.superadmin, id_of(people.trader), reason="Left.")

    assert "do not belong" in refused(people, EMAILS["trader"], PASSWORD)


def test_setting_up_accounts_gives_the_owner_a_password_and_happens_once(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace")

    def set_up(admin: str, **other: str) -> None:
        set_up_accounts(
            workspace,
            owner_email="tina@example.org",
            owner_password=other.get("owner_password", PASSWORD),
            administrator_email=admin,
            administrator_password=NEW,
        )

    try:
        assert not has_accounts(workspace)
        with pytest.raises(Refused, match="already"):
            set_up("TINA@example.org")
        with pytest.raises(Refused, match="12 characters"):
            set_up("ada@example.org", owner_password="short")
        assert read_challenges(workspace) == ()
        set_up("ada@example.org")
        with pytest.raises(Refused, match="accounts already"):
            set_up("eve@example.org")

        # Whoever had it open without accounts acts no more.
        with pytest.raises(SignedOut, match="has accounts now"):
            end_sessions_of(workspace, id_of(workspace))
        nobody = workspace.acting_as(None)
        assert sign_in(nobody, "tina@example.org", PASSWORD).user.role is Role.USER
        assert sign_in(nobody, "ada@example.org", NEW).user.role is Role.SUPERADMIN
    finally:
        workspace.close()
    again = open_workspace(tmp_path / "workspace")
    try:
        assert again.actor is None
    finally:
        again.close()


def test_session_that_has_expired_is_over(people: People) -> None:
    session_id = people.trader.actor.session_id if people.trader.actor else None

    def expire(transaction: Transaction) -> None:
        transaction.core.execute(
            text("UPDATE sessions SET expires_at = :past WHERE id = :session"),
            {"past": "2026-01-01 00:00:00.000000", "session": session_id},
        )

    people.trader.write(expire)

    with pytest.raises(SignedOut, match="session has ended"):
        end_sessions_of(people.trader, id_of(people.trader))


def test_shipped_list_of_common_passwords_is_of_those_that_length_alone_lets_through() -> None:
    assert len(most_common_passwords()) > 300
    assert all(len(password) >= 12 and password == password.lower() for password in most_common_passwords())


def test_handles_share_one_open_store(people: People) -> None:
    handles: list[Workspace] = [people.trader, people.admin]
    with handles[0].reading() as first, handles[1].reading() as second:
        assert first is second
