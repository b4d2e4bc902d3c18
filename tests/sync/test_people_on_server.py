"""People on the server: who may register and govern whom, what is left in the audit log, and stubs of the hidden."""

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.both_databases import PostgresqlDatabase
from tests.conftest import SERVER_KINDS, Servers
from tests.database.rows import add_active_challenge, add_alert, add_event
from tests.firm_server import FirmPerson, FirmServer, firm_server
from tests.sync.firm_rows import give_belongings
from tradesense_desktop.server.installation import scram_verifier

pytestmark = pytest.mark.postgresql

ROLES = ("USER", "AUDITOR", "ADMIN", "SUPERADMIN")
_NUMBERS = iter(range(1, 1_000_000))


@pytest.fixture(params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as made:
        yield made


def refused(connection: psycopg.Connection[Any], statement: str, *values: Any) -> str | None:
    """The code of the refusal; None where it was done."""
    try:
        connection.execute(statement.encode(), values)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def registered(connection: psycopg.Connection[Any], role: str) -> str | None:
    verifier = scram_verifier(connection, "x", "a password of somebody")
    email = f"new{next(_NUMBERS)}@firm.example"
    return refused(connection, "SELECT ts_api.register_person(%s, %s, %s)", email, role, verifier)


def governed(connection: psycopg.Connection[Any], who: FirmPerson, act: str, value: str | None = None) -> str | None:
    return refused(connection, "SELECT ts_api.govern_person(%s, %s, %s, 'A reason')", who.id, act, value)


def test_an_administrator_registers_traders_and_a_superadministrator_everybody(firm: FirmServer) -> None:
    with (
        closing(firm.connect_as(firm.add_person("ADMIN"))) as admin,
        closing(firm.connect_as(firm.superadmin)) as above,
    ):
        by_admin = [registered(admin, role) for role in ROLES]
        by_superadmin = [registered(above, role) for role in (*ROLES, "OWNER")]

    assert by_admin == [None, "TS403", "TS403", "TS403"]
    assert by_superadmin == [None, None, None, None, "TS400"]


def test_an_administrator_governs_those_below_and_a_superadministrator_all_others(firm: FirmServer) -> None:
    people = {role: firm.add_person(role) for role in ROLES}
    acting, above = firm.add_person("ADMIN"), firm.superadmin
    with closing(firm.connect_as(acting)) as admin, closing(firm.connect_as(above)) as superadmin:
        assert [governed(admin, people[role], "suspend") for role in ROLES] == [None, None, "TS403", "TS403"]
        assert [governed(superadmin, people[role], "suspend") for role in ROLES] == ["TS409", "TS409", None, None]
        assert governed(admin, acting, "suspend") == "TS403"
        assert governed(superadmin, above, "suspend") == "TS403"
        assert governed(admin, people["USER"], "readmit") is None
        assert governed(admin, people["USER"], "role", "AUDITOR") == "TS403"
        assert governed(superadmin, people["USER"], "role", "AUDITOR") is None
        assert governed(superadmin, people["USER"], "role", "AUDITOR") == "TS409"
        assert governed(superadmin, people["USER"], "delete") is None
        assert governed(superadmin, people["USER"], "readmit") == "TS409"
        assert governed(superadmin, people["USER"], "promote") == "TS400"


def test_what_is_done_with_people_is_in_the_chain_of_who_did_it(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect_as(firm.superadmin)) as governing:
        governing.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'Identity in doubt')", [person.id])
        governing.execute("SELECT ts_api.signed_in(gen_random_uuid())")
        log = governing.execute(
            "SELECT sequence_number, action, target_id, details->>'reason' FROM audit_log WHERE actor_id = ts_api.me()"
            " ORDER BY sequence_number"
        ).fetchall()

    assert log == [
        (1, "USER_REGISTERED", person.id, None),
        (2, "USER_SUSPENDED", person.id, "Identity in doubt"),
        (3, "SIGNED_IN", None, None),
    ]


def test_a_suspension_without_a_reason_is_none(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect_as(firm.superadmin)) as governing:
        code = refused(governing, "SELECT ts_api.govern_person(%s, 'suspend', NULL, ' ')", person.id)

    assert code == "TS400"


def test_an_address_that_is_taken_is_refused_without_a_word_about_the_row(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect_as(firm.superadmin)) as governing:
        verifier = scram_verifier(governing, "x", "a password of somebody")
        with pytest.raises(psycopg.errors.UniqueViolation) as taken:
            governing.execute("SELECT ts_api.register_person(%s, 'USER', %s)", [person.email.upper(), verifier])

    assert taken.value.diag.constraint_name is None
    assert taken.value.diag.message_detail is None
    assert person.email not in str(taken.value)


def test_somebody_changes_their_own_password_and_an_administrator_gives_a_new_one(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect()) as operator, closing(firm.connect_as(person)) as own:
        found = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
        verifiers = [scram_verifier(own, "x", word) for word in ("their own new password", "given by an administrator")]
        own.execute(f"ALTER ROLE \"{person.login}\" PASSWORD '{verifiers[0]}'".encode())
        assert operator.execute(found, [person.login]).fetchone() == (verifiers[0],)
        with closing(firm.connect_as(firm.add_person("ADMIN"))) as admin:
            assert governed(admin, person, "password", verifiers[1]) is None
            assert governed(admin, person, "password", "plain") == "TS400"
        assert operator.execute(found, [person.login]).fetchone() == (verifiers[1],)


def test_of_two_superadministrators_who_remove_each_other_one_stays(firm: FirmServer) -> None:
    pair = [firm.superadmin, firm.add_person("SUPERADMIN")]
    codes: list[str | None] = []

    def remove(who: FirmPerson, other: FirmPerson) -> None:
        with closing(firm.connect_as(who)) as connection:
            codes.append(governed(connection, other, "suspend"))

    threads = [threading.Thread(target=remove, args=each) for each in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes, key=str) == [None, "TS403"]
    with closing(firm.connect()) as operator:
        standing = operator.execute(
            "SELECT count(*) FROM users WHERE role = 'SUPERADMIN' AND status = 'ACTIVE'"
        ).fetchone()
    assert standing == (1,)


def test_a_trader_gets_stubs_of_those_whom_their_rows_name_and_of_nobody_else(firm: FirmServer) -> None:
    person, admin, ben, stranger = (firm.add_person(role) for role in ("USER", "ADMIN", "ADMIN", "USER"))
    give_belongings(firm, stranger, "theirs")
    with closing(firm.connect()) as operator:
        database = PostgresqlDatabase(operator)
        challenge = add_active_challenge(database, person.id)
        add_alert(
            database,
            challenge,
            person.id,
            status="ACKNOWLEDGED",
            acknowledged_at="2026-01-06 10:00:00",
            acknowledged_by=admin.id,
        )
        add_event(database, challenge, event_type="FUNDING_REJECTED", event_data={"approver_id": ben.id})
    with closing(firm.connect_as(person)) as session, closing(firm.connect_as(admin)) as staff:
        stubs = session.execute("SELECT id::text, email, role, status FROM ts_api.hidden_people()").fetchall()
        none_hidden = staff.execute("SELECT * FROM ts_api.hidden_people()").fetchall()

    assert sorted(stubs) == sorted((each.id, f"{each.id}@hidden.invalid", "ADMIN", "ACTIVE") for each in (admin, ben))
    assert none_hidden == []


def test_staff_refreshes_the_leaderboard_and_sees_who_is_on_it(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect()) as operator:
        challenge = add_active_challenge(PostgresqlDatabase(operator), person.id)
    with closing(firm.connect_as(firm.add_person("AUDITOR"))) as auditor:
        before = auditor.execute("SELECT id::text FROM challenge_leaderboard").fetchall()
        auditor.execute("SELECT ts_api.refresh_leaderboard()")
        after = auditor.execute("SELECT id::text FROM challenge_leaderboard").fetchall()

    assert (before, after) == ([], [(challenge,)])
