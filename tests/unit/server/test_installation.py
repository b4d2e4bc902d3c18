"""A PostgreSQL becomes a firm's server whole or not at all, and only one that is fit for it and empty."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmServer, firm_server
from tradesense_desktop.server import installation
from tradesense_desktop.server.errors import ServerTooNew
from tradesense_desktop.server.installation import (
    add_first_superadmin,
    check_postgresql,
    install,
    migrate,
    new_epoch,
)
from tradesense_desktop.server.installation_errors import (
    DatabaseTaken,
    EmailUnfit,
    EncodingUnfit,
    InstallationFailed,
    NoSuperuser,
    NotInstalled,
    PeopleWithoutStreams,
    PostgresqlTooOld,
    SuperadminExists,
)
from tradesense_desktop.settings import schema_directory

PASSWORD = "a-harbour-at-night-7"
_NUMBERS = itertools.count(1)


@contextmanager
def empty_database(servers: Servers, kind: str, how: str = "") -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database that holds nothing."""
    name = f"empty_{next(_NUMBERS)}"
    cluster = servers.cluster(kind)
    with closing(cluster.connect("postgres", autocommit=True)) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {how}')
    try:
        with closing(cluster.connect(name, autocommit=True)) as connection:
            yield connection
    finally:
        servers.drop(kind, name)


@pytest.fixture(params=SERVER_KINDS)
def empty(request: pytest.FixtureRequest, servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    with empty_database(servers, request.param) as connection:
        yield connection


@pytest.fixture(params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as made:
        yield made


def relations(connection: psycopg.Connection[Any]) -> list[str]:
    return [
        name
        for (name,) in connection.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'v', 'm')"
            " AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1"
        )
    ]


def rules(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """Rights, policies, functions and triggers of the database."""
    return connection.execute(
        "SELECT relname, relacl::text, relowner::regrole::text, reloptions::text, relrowsecurity::text FROM pg_class"
        " WHERE relnamespace::regnamespace::text IN ('public', 'ts_api', 'ts_private')"
        " UNION ALL SELECT proname, proacl::text, proowner::regrole::text, proconfig::text, md5(prosrc) FROM pg_proc"
        " WHERE pronamespace::regnamespace::text IN ('public', 'ts_api', 'ts_private')"
        " UNION ALL SELECT policyname, tablename, roles::text, qual, with_check FROM pg_policies"
        " UNION ALL SELECT tgname, tgrelid::regclass::text, tgenabled::text, tgfoid::regprocedure::text, '' FROM pg_trigger"
        " WHERE NOT tgisinternal ORDER BY 1, 2, 3, 4, 5"
    ).fetchall()


def test_an_empty_database_becomes_a_firms_server(empty: psycopg.Connection[Any]) -> None:
    made = install(empty)

    assert (made.was_there, made.schema_version) == (False, "1.0")
    assert empty.execute("SELECT schema_version, api_version FROM ts_api.server_state()").fetchone() == ("1.0", 1)
    assert empty.execute("SELECT stream_id::text, user_id, head FROM sync_stream").fetchall() == [
        ("00000000-0000-0000-0000-000000000001", None, 0)
    ]


def test_installing_again_changes_nothing(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect()) as operator:
        before = rules(operator)
        state = operator.execute("SELECT instance FROM ts_api.server_state()").fetchone()
        streams = operator.execute("SELECT * FROM sync_stream ORDER BY stream_id").fetchall()

        assert install(operator).was_there
        assert migrate(operator).was_there

        assert rules(operator) == before
        assert operator.execute("SELECT instance FROM ts_api.server_state()").fetchone() == state
        assert operator.execute("SELECT * FROM sync_stream ORDER BY stream_id").fetchall() == streams
    with closing(firm.connect_as(person)) as session:
        assert session.execute("SELECT ts_api.me()::text").fetchone() == (person.id,)


@pytest.mark.parametrize(
    "strange", ["CREATE TABLE invoices (id integer)", "CREATE SCHEMA shop; CREATE VIEW shop.v AS SELECT 1"]
)
def test_a_database_that_holds_something_else_is_left_as_it_is(empty: psycopg.Connection[Any], strange: str) -> None:
    empty.execute(strange.encode())
    before = relations(empty)

    with pytest.raises(DatabaseTaken, match="holds something else"):
        install(empty)

    assert relations(empty) == before


def test_a_firms_server_with_tables_of_another_program_is_refused(firm: FirmServer) -> None:
    with closing(firm.connect()) as operator:
        operator.execute("CREATE SCHEMA shop")
        operator.execute("CREATE TABLE shop.invoices (id integer)")

        with pytest.raises(DatabaseTaken, match=r"shop\.invoices"):
            install(operator)


def test_people_whom_no_stream_tells_of_are_no_firm(servers: Servers) -> None:
    kind = SERVER_KINDS[0]
    name = servers.new_database(kind)
    try:
        with closing(servers.cluster(kind).connect(name, autocommit=True)) as connection:
            connection.execute("INSERT INTO users (email, password_hash) VALUES ('tina@example.com', '!')")

            with pytest.raises(PeopleWithoutStreams):
                install(connection)

            assert connection.execute("SELECT to_regclass('ts_private.installation')").fetchone() == (None,)
    finally:
        servers.drop(kind, name)


def test_who_is_no_superuser_cannot_install(firm: FirmServer) -> None:
    with closing(firm.connect_as(firm.superadmin)) as connection, pytest.raises(NoSuperuser):
        install(connection)


def test_another_encoding_than_utf8_is_refused(servers: Servers) -> None:
    how = "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc"
    with empty_database(servers, SERVER_KINDS[0], how) as connection:
        with pytest.raises(EncodingUnfit, match="SQL_ASCII"):
            install(connection)

        assert relations(connection) == []


def test_a_newer_schema_is_refused(firm: FirmServer) -> None:
    with closing(firm.connect()) as operator:
        operator.execute("INSERT INTO schema_version (version) VALUES ('1.10')")

        with pytest.raises(ServerTooNew, match=r"1\.10"):
            migrate(operator)


@pytest.mark.parametrize("number", [140_030, 150_013, 160_009, 170_005, 90_624])
def test_a_postgresql_that_leaks_rows_is_refused(number: int) -> None:
    with pytest.raises(PostgresqlTooOld, match="CVE-2025-8713"):
        check_postgresql(number)


@pytest.mark.parametrize("number", [150_014, 160_010, 170_006, 180_000, 190_000])
def test_a_postgresql_that_is_sound_is_taken(number: int) -> None:
    check_postgresql(number)


def test_an_installation_that_fails_at_the_end_leaves_nothing(
    empty: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(schema_directory(), tmp_path / "schema")
    (tmp_path / "schema" / "server" / "99_wrong.sql").write_text("SELECT 1 / 0;")
    monkeypatch.setattr(installation, "schema_directory", lambda: tmp_path / "schema")

    with pytest.raises(InstallationFailed, match="division by zero"):
        install(empty)

    assert relations(empty) == []
    assert empty.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'ts%'").fetchone() == (0,)


@pytest.mark.parametrize(
    "hole",
    [
        "GRANT EXECUTE ON FUNCTION ts_api.me() TO PUBLIC",
        "ALTER TABLE public.trades DISABLE ROW LEVEL SECURITY",
        "ALTER FUNCTION ts_api.me() RESET search_path",
        "ALTER FUNCTION ts_api.me() OWNER TO postgres",
        "ALTER VIEW public.challenge_performance_analytics RESET (security_invoker)",
        "CREATE TABLE public.further (id integer)",
    ],
)
def test_a_file_that_opens_a_hole_is_not_installed(
    empty: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hole: str
) -> None:
    shutil.copytree(schema_directory(), tmp_path / "schema")
    (tmp_path / "schema" / "server" / "80_hole.sql").write_text(hole)
    monkeypatch.setattr(installation, "schema_directory", lambda: tmp_path / "schema")

    with pytest.raises(InstallationFailed):
        install(empty)


def test_what_is_no_firms_server_is_neither_migrated_nor_given_an_epoch(empty: psycopg.Connection[Any]) -> None:
    for action in (migrate, new_epoch):
        with pytest.raises(NotInstalled, match="server init"):
            action(empty)
    with pytest.raises(NotInstalled):
        add_first_superadmin(empty, "sue@example.com", PASSWORD)


def test_a_new_epoch_is_another_one_in_every_stream_and_moves_no_head(firm: FirmServer) -> None:
    firm.add_person("USER")
    with closing(firm.connect()) as operator:
        before = dict(operator.execute("SELECT stream_id, (epoch, head) FROM sync_stream").fetchall())

        assert new_epoch(operator) == len(before) == 3

        after = dict(operator.execute("SELECT stream_id, (epoch, head) FROM sync_stream").fetchall())
    assert {stream: head for stream, (_, head) in after.items()} == {
        stream: head for stream, (_, head) in before.items()
    }
    assert not {epoch for epoch, _ in after.values()} & {epoch for epoch, _ in before.values()}


def test_a_new_epoch_closes_a_database_that_was_restored_without_its_own_rights(
    firm: FirmServer, servers: Servers
) -> None:
    person = firm.add_person("USER")
    restored = f"{firm.database}_restored"
    with closing(servers.cluster(firm.kind).connect("postgres", autocommit=True)) as connection:
        # Copies what is in the database and, like pg_dump without --create, nothing of the database itself.
        connection.execute(f'CREATE DATABASE "{restored}" TEMPLATE "{firm.database}"')
    parameters = {**servers.cluster(firm.kind).parameters(restored), "user": person.login}
    try:
        with closing(psycopg.connect(**parameters, autocommit=True)) as session:
            session.execute("CREATE TEMPORARY TABLE mine (x integer)")
        with closing(servers.cluster(firm.kind).connect(restored, autocommit=True)) as operator:
            assert new_epoch(operator) == 3
        with closing(psycopg.connect(**parameters, autocommit=True)) as session:
            assert session.execute("SHOW datestyle").fetchone() == ("ISO, YMD",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute("CREATE TEMPORARY TABLE mine (x integer)")
    finally:
        servers.drop(firm.kind, restored)


def test_the_first_superadmin_is_one_and_postgresql_keeps_a_proof_of_the_password_only(firm: FirmServer) -> None:
    with closing(firm.connect()) as operator:
        added = add_first_superadmin(operator, "sue@example.com", PASSWORD)
        kept = operator.execute(
            "SELECT rolpassword, rolconnlimit FROM pg_authid WHERE rolname = %s", [added.login]
        ).fetchone()
        person = operator.execute(
            "SELECT role, password_hash, status FROM users WHERE id = %s", [added.user_id]
        ).fetchone()

        with pytest.raises(SuperadminExists):
            add_first_superadmin(operator, "eve@example.com", PASSWORD)

    assert kept is not None
    assert kept[0].startswith("SCRAM-SHA-256$")
    assert kept[1] == 4
    assert person == ("SUPERADMIN", "!", "ACTIVE")
    assert added.user_id.replace("-", "") not in added.login


def test_an_address_that_is_none_makes_no_login(firm: FirmServer) -> None:
    with closing(firm.connect()) as operator:
        before = operator.execute("SELECT count(*) FROM pg_roles").fetchone()

        with pytest.raises(EmailUnfit):
            add_first_superadmin(operator, "nobody", PASSWORD)

        assert operator.execute("SELECT count(*) FROM pg_roles").fetchone() == before
