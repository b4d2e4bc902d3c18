"""What an operator sees of a server, and the end of sessions that only hold a transaction open."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmServer, firm_server
from tradesense_desktop.server.installation_errors import NotInstalled
from tradesense_desktop.server.supervision import end_idle_sessions, server_status


@pytest.fixture(params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as made:
        yield made


def test_the_status_counts_people_by_role_and_state(firm: FirmServer) -> None:
    suspended = firm.add_person("USER")
    firm.add_person("USER")
    firm.add_person("AUDITOR")
    with closing(firm.connect_as(firm.superadmin)) as governing:
        governing.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'x')", [suspended.id])

    with closing(firm.connect()) as operator:
        status = server_status(operator)

    assert status.people == {"AUDITOR ACTIVE": 1, "SUPERADMIN ACTIVE": 1, "USER ACTIVE": 1, "USER SUSPENDED": 1}
    assert (status.database, status.schema_version, status.streams) == (firm.database, "1.0", 5)
    assert status.idle_sessions == ()
    assert firm.database not in status.open_databases
    assert "postgres" in status.open_databases


def test_a_session_that_stands_in_a_transaction_is_seen_and_ended_and_no_other(firm: FirmServer) -> None:
    standing, working = firm.add_person("USER"), firm.add_person("USER")
    with (
        closing(firm.connect_as(standing)) as idle,
        closing(firm.connect_as(working)) as busy,
        closing(firm.connect()) as operator,
    ):
        idle.execute("BEGIN")
        idle.execute("SELECT ts_api.me()")
        busy.execute("SELECT 1")
        assert end_idle_sessions(operator, 3600) == ()

        ended = end_idle_sessions(operator, 0)

        assert [session.login for session in ended] == [standing.login]
        with pytest.raises(psycopg.OperationalError):
            idle.execute("SELECT 1")
        assert busy.execute("SELECT 1").fetchone() == (1,)


def test_what_is_no_firms_server_has_no_status(servers: Servers) -> None:
    kind = SERVER_KINDS[0]
    with closing(servers.cluster(kind).connect("postgres", autocommit=True)) as connection, pytest.raises(NotInstalled):
        server_status(connection)
