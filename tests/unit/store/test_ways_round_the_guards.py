"""Ways round the guards of a writing connection that were tried: forged names, rows put in the place of others."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.exc import DatabaseError

from tests.people import EMAILS, ROLES, People, begin_session, id_of, workspace_with_people
from tests.unit.store.test_row_guards import (
    NEW_CHALLENGE,
    event_sql,
    is_refused,
    may_insert_event,
    new_challenge,
    run,
)
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.workspace import open_workspace

EVERYBODY = tuple(EMAILS)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


def test_payment_is_that_of_whoever_has_the_challenge(people: People) -> None:
    payment = (
        "INSERT INTO payments (user_id, challenge_id, provider, amount, currency)"
        " VALUES (:user_id, :challenge_id, 'MOCK', 10, 'USD')"
    )
    challenge_id = new_challenge(people.trader)

    assert run(people.admin, payment, {"user_id": id_of(people.trader), "challenge_id": challenge_id}) == 1
    assert is_refused(people.admin, payment, {"user_id": id_of(people.other), "challenge_id": challenge_id})
    promoted = begin_session(
        people.nobody, change_role(people.superadmin, id_of(people.trader), Role.ADMIN).id, Role.ADMIN
    )
    assert is_refused(promoted, payment, {"user_id": id_of(people.other), "challenge_id": challenge_id})
    assert is_refused(promoted, "UPDATE payments SET amount = 20 WHERE user_id = :id", {"id": id_of(people.trader)})
    for event_type in ("CHALLENGE_FUNDED", "PAYMENT_STATUS_CHANGED"):
        assert not may_insert_event(promoted, challenge_id, event_type)


def test_decision_in_whose_text_the_approver_stands_twice_is_refused(people: People) -> None:
    """SQLite reads the first of two equal keys, and the canonical form that is stored keeps the last."""
    sql, values = event_sql("FUNDING_APPROVED")
    values["challenge_id"] = new_challenge(people.trader)
    own, other = id_of(people.admin), id_of(people.second_admin)

    for first, last in ((own, other), (other, own)):
        data = f'{{"approver_id":"{first}","approver_id":"{last}"}}'
        assert is_refused(people.admin, sql, {**values, "data": data}) == (last == other)


def test_challenge_stays_whose_it_is_and_a_trader_opens_no_next_phase(people: People) -> None:
    first, second = new_challenge(people.trader), new_challenge(people.other)
    following = NEW_CHALLENGE.replace("(id,", "(previous_challenge_id, id,").replace("(:id,", "(:previous, :id,")

    for name in ("other", "admin", "superadmin"):
        give = {"id": second, "user_id": id_of(people.trader)}
        assert is_refused(people.of(name), "UPDATE challenges SET user_id = :user_id WHERE id = :id", give)
    link = "UPDATE challenges SET previous_challenge_id = :first WHERE id = :id"
    assert is_refused(people.other, link, {"first": first, "id": second})
    values = {"id": str(uuid4()), "user_id": id_of(people.other), "previous": second}
    assert is_refused(people.other, following, values)


def test_alert_begins_active_and_with_whose_challenge_it_is(people: People) -> None:
    alert = (
        "INSERT INTO risk_alerts (challenge_id, user_id, alert_type, severity, title, message, status, resolved_at,"
        " resolved_by) VALUES (:challenge_id, :user_id, 'TEST', 'LOW', 'Title', 'Message', :status, :at, :by)"
    )
    own = {"challenge_id": new_challenge(people.trader), "user_id": id_of(people.trader)}
    open_alert = {"status": "ACTIVE", "at": None, "by": None}

    assert run(people.trader, alert, {**own, **open_alert}) == 1
    assert is_refused(people.trader, alert, {**own, **open_alert, "user_id": id_of(people.admin)})
    resolved = {"status": "RESOLVED", "at": "2099-01-01 00:00:00", "by": id_of(people.admin)}
    assert is_refused(people.trader, alert, {**own, **resolved})
    assert is_refused(people.admin, alert, {**own, **resolved})


@pytest.mark.parametrize("name", EVERYBODY)
def test_version_of_an_account_goes_up_by_one_and_is_not_for_others_to_use_up(people: People, name: str) -> None:
    handle = people.of(name)
    other = people.superadmin if name != "superadmin" else people.admin
    change = "UPDATE users SET version = version + :by WHERE id = :id"

    assert is_refused(handle, change, {"by": 2, "id": id_of(handle)})
    assert is_refused(handle, "UPDATE users SET version = 2147483647 WHERE id = :id", {"id": id_of(other)})
    assert is_refused(handle, change, {"by": 1, "id": id_of(other)}) == (not ROLES[name].decides)
    assert run(handle, change, {"by": 1, "id": id_of(handle)}) == 1


@pytest.mark.parametrize("address", ["owner@localhost.invalid", "Owner@LOCALHOST.invalid"])
def test_nobody_turns_a_workspace_with_accounts_into_one_without(people: People, address: str) -> None:
    new = "INSERT INTO users (email, password_hash, role) VALUES (:email, '!', 'USER')"
    rename = "UPDATE users SET email = :email WHERE id = :id"

    assert is_refused(people.admin, new, {"email": address})
    assert is_refused(people.superadmin, new, {"email": address})
    assert is_refused(people.superadmin, rename, {"email": address, "id": id_of(people.trader)})


def test_row_that_claims_to_be_the_implicit_owner_opens_no_workspace_with_accounts(people: People) -> None:
    new = "INSERT INTO users (email, password_hash, role) VALUES ('owner@localhost.invalid', '!', 'USER')"
    run(people.nobody, new, acting=Acting(Authority.SET_UP))

    with open_workspace(people.nobody.directory) as again:
        assert again.actor is None


def test_whoever_has_not_signed_in_writes_in_nobodys_name_and_ends_no_session(people: People) -> None:
    entry = (
        "INSERT INTO audit_log (stream, sequence_number, actor_id, action, occurred_at, device_id)"
        " VALUES (:stream, 1, :actor_id, 'TEST', '2026-01-01 00:00:00', :device_id)"
    )
    admin, device = id_of(people.admin), str(uuid4())

    assert is_refused(people.nobody, entry, {"stream": admin, "actor_id": admin, "device_id": device})
    assert is_refused(people.nobody, entry, {"stream": admin, "actor_id": None, "device_id": device})
    assert run(people.nobody, entry, {"stream": f"device:{device}", "actor_id": None, "device_id": device}) == 1
    assert is_refused(people.nobody, "UPDATE sessions SET ended_at = '2099-01-01 00:00:00'")


def test_entry_of_the_audit_log_stands_in_the_chain_of_whoever_acts(people: People) -> None:
    entry = (
        "INSERT INTO audit_log (stream, sequence_number, actor_id, action, occurred_at)"
        " VALUES (:stream, 1, :actor_id, 'TEST', '2026-01-01 00:00:00')"
    )

    assert is_refused(people.trader, entry, {"stream": id_of(people.other), "actor_id": id_of(people.trader)})


def test_session_is_opened_by_signing_in_and_never_taken_from_its_place(people: People) -> None:
    new = "INSERT OR REPLACE INTO sessions (id, user_id, expires_at) VALUES (:id, :user_id, '2099-01-01 00:00:00')"
    actor = people.admin.actor
    assert actor is not None

    for name in EVERYBODY:
        own = {"user_id": id_of(people.of(name))}
        assert is_refused(people.of(name), new, {**own, "id": actor.session_id})
        assert is_refused(people.of(name), new, {**own, "id": str(uuid4())})
    signing_in = Acting(Authority.SIGN_IN, id_of(people.trader))
    with pytest.raises(DatabaseError, match="in the place of one"):
        run(people.nobody, new, {"user_id": id_of(people.trader), "id": actor.session_id}, signing_in)


END = "UPDATE sessions SET ended_at = '2099-01-01 00:00:00' WHERE user_id = :id AND ended_at IS NULL"


def test_session_is_ended_by_its_owner_or_by_rank_and_stays_ended(people: People) -> None:
    for name in ("trader", "auditor"):
        assert is_refused(people.of(name), END, {"id": id_of(people.other)})
    assert is_refused(people.admin, END, {"id": id_of(people.superadmin)})
    assert is_refused(people.admin, END, {"id": id_of(people.second_admin)})
    assert run(people.admin, END, {"id": id_of(people.other)}) == 1
    assert run(people.superadmin, END, {"id": id_of(people.admin)}) == 1
    assert is_refused(people.superadmin, "UPDATE sessions SET ended_at = NULL")


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_lets_a_session_go_on_for_longer_without_the_password(people: People, name: str) -> None:
    longer = "UPDATE sessions SET expires_at = '2099-01-01 00:00:00' WHERE user_id = :id"

    assert is_refused(people.of(name), longer, {"id": id_of(people.of(name))})
    assert is_refused(people.of(name), longer, {"id": id_of(people.trader)})


def test_command_is_carried_out_in_the_own_name(people: People) -> None:
    result = (
        "INSERT INTO command_results (command_id, command_type, actor_id, issued_at)"
        " VALUES (:command_id, 'AddNote', :actor_id, '2026-01-01 00:00:00')"
    )

    for name, other in (("trader", "admin"), ("admin", "second_admin"), ("superadmin", "admin")):
        values = {"command_id": str(uuid4()), "actor_id": id_of(people.of(other))}
        assert is_refused(people.of(name), result, values)
        assert run(people.of(name), result, {**values, "actor_id": id_of(people.of(name))}) == 1


def test_data_key_is_made_for_oneself_and_destroyed_by_a_super_administrator_alone(people: People) -> None:
    key = (
        "INSERT INTO data_keys (user_id, outer_key_id, wrapped_key, destroyed_at)"
        " VALUES (:user_id, 'none', :wrapped, :destroyed)"
    )
    live, destroyed = {"wrapped": "AAAA", "destroyed": None}, {"wrapped": None, "destroyed": "2099-01-01 00:00:00"}
    other = {"user_id": id_of(people.other)}

    assert is_refused(people.trader, key, {**other, **live})
    for name in ("trader", "admin", "other"):
        assert is_refused(people.of(name), key, {**other, **destroyed})
    assert run(people.trader, key, {"user_id": id_of(people.trader), **live}) == 1
    assert run(people.superadmin, key, {**other, **destroyed}) == 1
