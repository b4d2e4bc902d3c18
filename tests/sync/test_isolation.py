"""Nobody reads or changes what is not theirs, whatever they type: the list of attacks.py, and what a lock or a role does.

Every secret of the victim's is marked, so that it is known wherever it turns up; before and after each attack all rows,
roles, rights, objects and policies are compared.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmPerson, FirmServer, firm_server
from tests.sync.attacks import ATTACKS, Attack, Outcome
from tests.sync.firm_rows import HASH_MARK, MARK, OWN_MARK, Belongings, give_belongings
from tradesense_desktop.server.installation import scram_verifier

pytestmark = pytest.mark.postgresql

_STATE = """
    SELECT md5(string_agg(found, E'\\n' ORDER BY found)) FROM (
        SELECT 'role ' || r::text FROM pg_roles AS r
        UNION ALL SELECT 'password ' || rolname || coalesce(rolpassword, '') FROM pg_authid
        UNION ALL SELECT 'member ' || m::text FROM pg_auth_members AS m
        UNION ALL SELECT 'setting ' || s::text FROM pg_db_role_setting AS s
        UNION ALL SELECT 'database ' || datname || coalesce(datacl::text, '') FROM pg_database
        UNION ALL SELECT 'space ' || nspname || coalesce(nspacl::text, '') FROM pg_namespace WHERE nspname !~ '^pg_toast_temp|^pg_temp'
        UNION ALL SELECT 'class ' || oid::text || relname || relowner::text || coalesce(relacl::text, '') || relrowsecurity::text
            || coalesce(reloptions::text, '') FROM pg_class WHERE relnamespace::regnamespace::text !~ 'pg_'
        UNION ALL SELECT 'routine ' || oid::text || proname || proowner::text || coalesce(proacl::text, '') || coalesce(proconfig::text, '')
            || md5(prosrc) FROM pg_proc WHERE pronamespace::regnamespace::text !~ 'pg_catalog|information_schema'
        UNION ALL SELECT 'policy ' || p::text FROM pg_policies AS p
        UNION ALL SELECT 'trigger ' || tgrelid || tgname || tgenabled::text FROM pg_trigger
        UNION ALL SELECT 'type ' || oid FROM pg_type WHERE typnamespace::regnamespace::text !~ 'pg_'
        UNION ALL SELECT 'cast ' || oid FROM pg_cast
        UNION ALL SELECT 'operator ' || oid FROM pg_operator
        UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata
        UNION ALL SELECT 'lock ' || pid || classid || objid FROM pg_locks WHERE locktype = 'advisory'
        {tables}
    ) AS state (found)
"""


@dataclass(frozen=True, slots=True)
class AttackedFirm:
    """A firm, the victim, one attacker for each role, and the words that fill an attack in."""

    server: FirmServer
    vera: Belongings
    attackers: dict[str, FirmPerson]
    words: dict[str, str]


@pytest.fixture(params=SERVER_KINDS, scope="module")
def attacked(request: pytest.FixtureRequest, servers: Servers) -> Iterator[AttackedFirm]:
    with ExitStack() as stack:
        firm = stack.enter_context(firm_server(servers, request.param))
        vera = give_belongings(firm, firm.add_person("USER", f"{MARK.lower()}@firm.example"), MARK)
        attackers = {role: firm.add_person(role) for role in ("USER", "AUDITOR", "ADMIN")}
        give_belongings(firm, attackers["USER"], OWN_MARK)
        hers = stack.enter_context(closing(firm.connect_as(vera.person)))
        hers.execute(f"SELECT '{MARK}'")
        words = {
            "vera": vera.person.id,
            "vera_login": vera.person.login,
            "vera_email": vera.person.email,
            "challenge": vera.challenge,
            "device": vera.device,
            "command": vera.command,
            "superadmin": firm.superadmin.id,
            "channel": vera.person.id.replace("-", ""),
            "database": firm.database,
            "pid": str(hers.info.backend_pid),
            "verifier": scram_verifier(hers, "x", "a password of an intruder"),
        }
        yield AttackedFirm(firm, vera, attackers, words)
        assert hers.execute("SELECT 1").fetchone() == (1,), "the victim's session was ended"


def _state(connection: psycopg.Connection[Any]) -> str:
    """A digest of everything that an attack might change."""
    tables = connection.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'm')"
        " AND relnamespace::regnamespace::text IN ('public', 'ts_api', 'ts_private')"
    ).fetchall()
    rows = "".join(f" UNION ALL SELECT '{name} ' || t::text FROM {name} AS t" for (name,) in tables)
    found = connection.execute(_STATE.replace("{tables}", rows)).fetchone()
    assert found is not None
    return str(found[0])


def _answers(connection: psycopg.Connection[Any], statement: str) -> str:
    """Everything that the server says to the statement, as one text."""
    if statement.startswith("COPY") and statement.endswith("TO STDOUT"):
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            return b"".join(bytes(block) for block in copy).decode()
    if statement.startswith("COPY") and statement.endswith("FROM STDIN"):
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.write(b"")
        return ""
    cursor = connection.execute(statement.encode())
    return repr(cursor.fetchall()) if cursor.description is not None else ""


def _attack(firm: AttackedFirm, attack: Attack, role: str) -> tuple[str | None, str]:
    """The code with which it was refused (None: it was not), and everything that the server said."""
    person = firm.attackers[role]
    words = {**firm.words, "mallory": person.id, "login": person.login}
    heard: list[str] = []
    with closing(firm.server.connect_as(person)) as connection:
        connection.add_notice_handler(lambda notice: heard.append(f"{notice.message_primary} {notice.message_detail}"))
        try:
            for statement in attack.statements:
                heard += [_answers(connection, statement.format(**words))]
        except psycopg.Error as error:
            diagnosis = error.diag
            heard.append(f"{error} {diagnosis.message_detail} {diagnosis.message_hint} {diagnosis.context}")
            return error.sqlstate, "\n".join(heard)
    return None, "\n".join(heard)


def _marks(firm: AttackedFirm, role: str) -> tuple[str, ...]:
    """What whoever has the role must not get to see."""
    if role == "USER":
        vera = firm.vera
        return (MARK, MARK.lower(), vera.challenge, vera.device, vera.command, HASH_MARK)
    return (HASH_MARK,)


@pytest.mark.parametrize("role", ["USER", "AUDITOR", "ADMIN"])
def test_every_attack_of_the_list_is_refused_or_yields_nothing_and_changes_nothing(
    attacked: AttackedFirm, role: str
) -> None:
    succeeded = []
    with closing(attacked.server.connect()) as operator:
        before = _state(operator)
        for attack in ATTACKS:
            if role not in attack.roles:
                continue
            code, heard = _attack(attacked, attack, role)
            given = attack.name + "".join(attack.statements).format(**attacked.words, mallory="", login="")
            if attack.outcome is Outcome.REFUSED and code not in attack.codes:
                succeeded.append(f"{attack.name}: {code or 'not refused'}: {heard[:200]}")
            if attack.outcome is Outcome.NOTHING and code not in {None, *attack.codes}:
                succeeded.append(f"{attack.name}: could not be tried ({code}): {heard[:200]}")
            # What the attacker typed may come back to them.
            seen = [mark for mark in _marks(attacked, role) if mark in heard and mark not in given]
            if seen:
                succeeded.append(f"{attack.name}: showed {seen}: {heard[:300]}")
            after = _state(operator)
            if after != before:
                succeeded.append(f"{attack.name}: changed something")
                before = after

    assert not succeeded, "\n".join(succeeded)


def test_the_list_is_long_and_names_each_attack_once() -> None:
    names = [(attack.name, role) for attack in ATTACKS for role in attack.roles]

    assert len(ATTACKS) >= 60
    assert len(names) == len(set(names))


def test_somebody_sees_their_own_rows_and_staff_sees_all(attacked: AttackedFirm) -> None:
    own_only = {}
    for role, person in attacked.attackers.items():
        with closing(attacked.server.connect_as(person)) as connection:
            rows = connection.execute("SELECT symbol FROM trades ORDER BY symbol").fetchall()
        own_only[role] = [symbol for (symbol,) in rows]

    assert own_only == {"USER": [OWN_MARK], "AUDITOR": [OWN_MARK, MARK], "ADMIN": [OWN_MARK, MARK]}


@pytest.fixture(params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as made:
        yield made


_COUNTED = ("challenges", "trades", "challenge_events", "payments", "risk_alerts", "audit_log", "sync_log", "sync_op")


def _visible(connection: psycopg.Connection[Any]) -> int:
    """How many rows a session sees in all."""
    counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in _COUNTED]
    people = connection.execute("SELECT count(id) FROM users").fetchone()
    return sum(row[0] for row in [*counts, people] if row is not None)


@pytest.mark.parametrize("role", ["USER", "AUDITOR", "ADMIN", "SUPERADMIN"])
def test_a_suspended_person_sees_nothing_through_a_session_that_is_still_open(firm: FirmServer, role: str) -> None:
    person = firm.add_person(role)
    give_belongings(firm, person, OWN_MARK)
    with closing(firm.connect_as(person)) as session, closing(firm.connect_as(firm.superadmin)) as governing:
        assert _visible(session) > 0

        governing.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'Identity in doubt')", [person.id])

        assert _visible(session) == 0
        assert session.execute("SELECT ts_api.me()").fetchone() == (None,)
        with pytest.raises(psycopg.errors.Error, match="not open"):
            session.execute("SELECT ts_api.signed_in(gen_random_uuid())")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        firm.connect_as(person)


def test_who_was_readmitted_comes_in_again(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect_as(firm.superadmin)) as governing:
        governing.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'Identity in doubt')", [person.id])
        governing.execute("SELECT ts_api.govern_person(%s, 'readmit', NULL, NULL)", [person.id])

    with closing(firm.connect_as(person)) as session:
        assert _visible(session) > 0


def test_who_loses_a_role_reads_what_the_new_one_reads_from_the_next_statement_on(firm: FirmServer) -> None:
    person = firm.add_person("ADMIN")
    other = give_belongings(firm, firm.add_person("USER"), MARK)
    with closing(firm.connect_as(person)) as session, closing(firm.connect_as(firm.superadmin)) as governing:
        assert session.execute("SELECT count(*) FROM challenges").fetchone() == (1,)

        governing.execute("SELECT ts_api.govern_person(%s, 'role', 'USER', NULL)", [person.id])

        assert session.execute("SELECT count(*) FROM challenges").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT * FROM settings")
        with pytest.raises(psycopg.Error) as refused:
            session.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'x')", [other.person.id])
    assert refused.value.sqlstate == "42501"


def test_a_role_in_the_table_alone_or_a_group_alone_opens_nothing(firm: FirmServer) -> None:
    demoted, promoted = firm.add_person("ADMIN"), firm.add_person("USER")
    give_belongings(firm, firm.add_person("USER"), MARK)
    with closing(firm.connect()) as operator:
        operator.execute("UPDATE users SET role = 'USER' WHERE id = %s", [demoted.id])
        operator.execute("UPDATE users SET role = 'ADMIN' WHERE id = %s", [promoted.id])

    for person in (demoted, promoted):
        with closing(firm.connect_as(person)) as session:
            assert _visible(session) == 0


def test_a_person_of_another_firm_on_the_same_server_is_nobody_here(firm: FirmServer, servers: Servers) -> None:
    give_belongings(firm, firm.add_person("USER"), MARK)
    with firm_server(servers, firm.kind) as other:
        for role in ("USER", "AUDITOR", "ADMIN", "SUPERADMIN"):
            stranger = other.add_person(role)
            with closing(firm.connect_as(stranger)) as session:
                assert _visible(session) == 0


def test_a_deleted_person_has_no_group_no_password_and_no_way_in(firm: FirmServer) -> None:
    person = firm.add_person("ADMIN")
    with closing(firm.connect_as(firm.superadmin)) as governing:
        governing.execute("SELECT ts_api.govern_person(%s, 'delete', NULL, 'Left the firm')", [person.id])
    with closing(firm.connect()) as operator:
        login = operator.execute(
            "SELECT rolcanlogin, rolpassword, pg_has_role(rolname, 'ts_admin', 'MEMBER') FROM pg_authid WHERE rolname = %s",
            [person.login],
        ).fetchone()

    assert login == (False, None, False)


def test_the_last_superadmin_stays(firm: FirmServer) -> None:
    second = firm.add_person("SUPERADMIN")
    with closing(firm.connect_as(second)) as governing:
        governing.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'x')", [firm.superadmin.id])
        with pytest.raises(psycopg.Error, match="own account") as refused:
            governing.execute("SELECT ts_api.govern_person(%s, 'role', 'USER', NULL)", [second.id])

    assert refused.value.sqlstate == "TS403"


def test_a_notification_holds_no_data_and_its_channel_is_not_to_be_guessed(firm: FirmServer) -> None:
    person, other = firm.add_person("USER"), firm.add_person("USER")
    with closing(firm.connect_as(person)) as listening, closing(firm.connect_as(other)) as prying:
        epoch = listening.execute("SELECT epoch FROM sync_stream").fetchone()
        assert epoch is not None
        assert prying.execute("SELECT count(*) FROM sync_stream WHERE epoch = %s", [epoch[0]]).fetchone() == (0,)
        listening.execute(f'LISTEN "ts_{epoch[0].hex}"')

        give_belongings(firm, person, MARK)

        heard = list(listening.notifies(timeout=10, stop_after=1))
    assert {notice.payload for notice in heard} == {""}
