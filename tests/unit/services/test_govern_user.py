"""People are governed by rank: nobody themselves, administrators by super-administrators, the last one by nobody."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.people import EMAILS, PASSWORD, People, begin_session, id_of, workspace_with_people
from tradesense_desktop.domain.people import Role, User, UserStatus
from tradesense_desktop.services.end_session import end_sessions_of
from tradesense_desktop.services.errors import Forbidden, NotAllowed, NotFound, Refused, SignedOut, SignInRefused
from tradesense_desktop.services.govern_user import change_role, delete_user, readmit_user, suspend_user, verify_user
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_users import find_person, read_myself, read_names, read_people
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.services.sign_in import sign_in

Deed = Callable[[Workspace, str], User]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


def suspend(handle: Workspace, user_id: str) -> User:
    return suspend_user(handle, user_id, reason="Identity in doubt.")


def delete(handle: Workspace, user_id: str) -> User:
    return delete_user(handle, user_id, reason="Left the firm.")


def demote(handle: Workspace, user_id: str) -> User:
    return change_role(handle, user_id, Role.AUDITOR)


def last_deed(people: People) -> tuple[str, str | None, str | None]:
    entry = read_audit_log(people.auditor, last=1)[0]
    return entry.action, entry.actor_id, entry.target_id


def test_suspension_is_lifted_again_and_both_are_written_down(people: People) -> None:
    trader = id_of(people.trader)

    assert suspend(people.admin, trader).status is UserStatus.SUSPENDED
    assert last_deed(people) == ("USER_SUSPENDED", id_of(people.admin), trader)
    with pytest.raises(Refused, match="SUSPENDED and not ACTIVE"):
        suspend(people.second_admin, trader)
    assert readmit_user(people.second_admin, trader).status is UserStatus.ACTIVE
    assert last_deed(people) == ("USER_READMITTED", id_of(people.second_admin), trader)
    with pytest.raises(SignedOut):
        end_sessions_of(people.trader, trader)


def test_somebody_registered_without_verification_waits_for_it(people: People) -> None:
    new = register_user(people.admin, email="new@example.org", password=PASSWORD, is_verified=False)

    with pytest.raises(SignInRefused, match="waits to be verified"):
        sign_in(people.nobody, new.email, PASSWORD)
    assert verify_user(people.admin, new.id).may_sign_in


def test_address_is_taken_while_its_account_stands_and_free_after_its_deletion(people: People) -> None:
    with pytest.raises(Refused, match="already"):
        register_user(people.admin, email=EMAILS["trader"].upper(), password=PASSWORD)
    delete(people.superadmin, id_of(people.trader))

    assert register_user(people.admin, email=EMAILS["trader"], password=PASSWORD).id != id_of(people.trader)


@pytest.mark.parametrize("deed", [suspend, delete, demote])
def test_nobody_changes_the_own_account(people: People, deed: Deed) -> None:
    with pytest.raises(Refused) as refusal:
        deed(people.superadmin, id_of(people.superadmin))

    assert refusal.value.exit_code == 5


@pytest.mark.parametrize("target", ["admin", "superadmin"])
def test_administrator_does_not_suspend_administrators(people: People, target: str) -> None:
    with pytest.raises(Forbidden, match="super-administrator only"):
        suspend(people.second_admin, id_of(people.of(target)))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN, Role.SUPERADMIN])
def test_administrator_registers_traders_only(people: People, role: Role) -> None:
    with pytest.raises(NotAllowed):
        register_user(people.admin, email="new@example.org", password=PASSWORD, role=role)

    assert register_user(people.superadmin, email="new@example.org", password=PASSWORD, role=role).role is role


@pytest.mark.parametrize("deed", [delete, demote])
def test_administrator_neither_deletes_nor_changes_roles(people: People, deed: Deed) -> None:
    with pytest.raises(NotAllowed):
        deed(people.admin, id_of(people.trader))


@pytest.mark.parametrize("deed", [suspend, delete, demote])
def test_last_super_administrator_stays(people: People, deed: Deed) -> None:
    second = change_role(people.superadmin, id_of(people.second_admin), Role.SUPERADMIN)
    handle = begin_session(people.nobody, second.id, Role.SUPERADMIN)
    deed(handle, id_of(people.superadmin))

    # One is left, and it cannot go by its own hand; nor by that of somebody who was let in meanwhile.
    with pytest.raises(Refused):
        deed(handle, second.id)
    with pytest.raises(SignedOut):
        deed(people.superadmin, second.id)


def test_two_super_administrators_who_remove_each_other_leave_one(people: People) -> None:
    second = change_role(people.superadmin, id_of(people.second_admin), Role.SUPERADMIN)
    handle = begin_session(people.nobody, second.id, Role.SUPERADMIN)

    suspend(people.superadmin, second.id)
    with pytest.raises(SignedOut):
        suspend(handle, id_of(people.superadmin))

    standing = [each.user for each in read_people(people.auditor) if each.user.role is Role.SUPERADMIN]
    assert [user.may_sign_in for user in standing].count(True) == 1


def test_changed_role_ends_the_sessions_that_were_begun_in_the_old_one(people: People) -> None:
    change_role(people.superadmin, id_of(people.admin), Role.AUDITOR)

    with pytest.raises(SignedOut, match="role was changed"):
        suspend(people.admin, id_of(people.trader))
    assert last_deed(people)[0] == "ROLE_CHANGED"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_suspension_and_deletion_need_a_reason(people: People, reason: str) -> None:
    with pytest.raises(Refused, match="needs a reason"):
        suspend_user(people.admin, id_of(people.trader), reason=reason)
    with pytest.raises(Refused, match="needs a reason"):
        delete_user(people.superadmin, id_of(people.trader), reason=reason)


def test_deleted_account_keeps_its_reason_and_changes_no_more(people: People) -> None:
    deleted = delete(people.superadmin, id_of(people.trader))

    assert (deleted.status, deleted.deleted_reason) == (UserStatus.CLOSED, "Left the firm.")
    for deed in (suspend, delete, demote):
        with pytest.raises(Refused, match="is deleted"):
            deed(people.superadmin, deleted.id)


def test_staff_sees_everybody_with_their_sessions_and_a_trader_only_roles(people: People) -> None:
    listed = read_people(people.auditor)

    assert {person.user.email for person in listed} == set(EMAILS.values())
    assert {len(person.sessions) for person in listed} == {1}
    with pytest.raises(NotAllowed):
        read_people(people.trader)
    called = {Role.USER: "a trader", Role.AUDITOR: "an auditor", Role.ADMIN: "an administrator"}
    assert read_names(people.trader) == {
        person.user.id: EMAILS["trader"] if person.user.id == id_of(people.trader)
        else called.get(person.user.role, "a super-administrator")
        for person in listed
    }  # fmt: skip
    assert read_myself(people.trader).email == EMAILS["trader"]


def test_the_owner_of_a_workspace_without_accounts_is_called_so_and_not_by_a_made_up_address(tmp_path: Path) -> None:
    with closing(open_workspace(tmp_path / "alone")) as workspace:
        assert list(read_names(workspace).values()) == ["the owner"]


def test_person_is_found_by_address_and_by_the_beginning_of_an_id(people: People) -> None:
    trader = id_of(people.trader)

    assert find_person(people.admin, "TINA@example.org").id == trader
    assert find_person(people.admin, trader[:13]).id == trader
    with pytest.raises(NotFound):
        find_person(people.admin, "nobody@example.org")
    with pytest.raises(NotAllowed):
        find_person(people.trader, EMAILS["admin"])


def test_sessions_of_a_trader_are_ended_by_an_administrator(people: People) -> None:
    assert end_sessions_of(people.admin, id_of(people.trader)) == 1
    with pytest.raises(Forbidden, match="super-administrator only"):
        end_sessions_of(people.admin, id_of(people.superadmin))
    assert end_sessions_of(people.superadmin, id_of(people.admin)) == 1
    with pytest.raises(NotAllowed):
        end_sessions_of(people.other, id_of(people.admin))
