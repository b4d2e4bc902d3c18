"""Streams: every row written is told once, in order and without a gap, whoever else writes at the same time."""

import threading
from collections.abc import Iterator
from contextlib import closing
from uuid import UUID

import psycopg
import pytest

from tests.both_databases import PostgresqlDatabase
from tests.conftest import SERVER_KINDS, Servers
from tests.database.rows import add_active_challenge, add_alert, add_event, add_trade
from tests.firm_server import FirmServer, firm_server
from tests.sync.firm_rows import give_belongings

pytestmark = pytest.mark.postgresql

FIRM = UUID("00000000-0000-0000-0000-000000000001")


@pytest.fixture(params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as made:
        yield made


def entries(connection: psycopg.Connection, stream: UUID | str) -> list[tuple[int, int, UUID]]:
    return connection.execute(
        "SELECT seq, table_no, row_id FROM sync_log WHERE stream_id = %s ORDER BY seq", [stream]
    ).fetchall()


def check_gapless(connection: psycopg.Connection) -> None:
    """Each stream's entries are 1 to its head."""
    wrong = connection.execute(
        "SELECT stream_id, head, count(seq), max(seq) FROM sync_stream LEFT JOIN sync_log USING (stream_id)"
        " GROUP BY stream_id, head HAVING count(seq) <> head OR coalesce(max(seq), 0) <> head"
    ).fetchall()
    assert wrong == []


def test_each_table_has_its_number_and_goes_into_its_owners_stream(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    give_belongings(firm, person, "mine")
    with closing(firm.connect()) as operator:
        numbers = [table_no for _, table_no, _ in entries(operator, person.id)]
        firms = entries(operator, FIRM)
        settings = operator.execute("SELECT md5('settings/' || name)::uuid FROM settings").fetchall()
        rows = operator.execute(
            "SELECT count(*) FROM sync_log JOIN (SELECT id, 1 AS no FROM users UNION ALL SELECT id, 2 FROM challenges"
            " UNION ALL SELECT id, 3 FROM trades UNION ALL SELECT id, 4 FROM challenge_events UNION ALL SELECT id, 5 FROM payments"
            " UNION ALL SELECT id, 6 FROM risk_alerts UNION ALL SELECT id, 7 FROM audit_log UNION ALL SELECT id, 8 FROM import_history"
            ") AS row ON row.id = row_id AND row.no = table_no WHERE stream_id = %s",
            [person.id],
        ).fetchone()
        check_gapless(operator)

    # Once entered; password_hash is then set, which tells of the row again.
    assert numbers == [1, 1, 2, 3, 4, 5, 6, 7, 8]
    assert [(table_no, row_id) for _, table_no, row_id in firms] == [(9, settings[0][0])]
    assert rows == (9,)


def test_every_entry_of_a_stream_that_somebody_reads_leads_to_a_row_that_they_read(firm: FirmServer) -> None:
    person, other = firm.add_person("USER"), firm.add_person("USER")
    give_belongings(firm, person, "mine")
    theirs = give_belongings(firm, other, "theirs")
    with closing(firm.connect()) as operator:
        # An alert that names one person about the challenge of another belongs to the challenge.
        add_alert(PostgresqlDatabase(operator), theirs.challenge, person.id)

    tables = [
        "users",
        "challenges",
        "trades",
        "challenge_events",
        "payments",
        "risk_alerts",
        "audit_log",
        "import_history",
    ]
    for who in (person, other):
        with closing(firm.connect_as(who)) as session:
            for number, table in enumerate(tables, start=1):
                lost = session.execute(
                    f"SELECT row_id FROM sync_log WHERE table_no = {number} AND row_id NOT IN (SELECT id FROM {table})"
                ).fetchall()
                untold = session.execute(
                    f"SELECT id FROM {table} WHERE id NOT IN (SELECT row_id FROM sync_log WHERE table_no = {number})"
                ).fetchall()
                assert (lost, untold) == ([], []), table


def test_rows_of_one_statement_are_told_in_the_order_of_their_numbers(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect()) as operator:
        challenge = add_active_challenge(PostgresqlDatabase(operator), person.id)
        operator.execute(
            "INSERT INTO trades (challenge_id, trade_id, symbol, side, quantity, price, realized_pnl, executed_at, sequence_number)"
            " SELECT %s, 'T' || n, 'EURUSD', 'BUY', 1, 1, 1, '2026-01-05 10:00', n FROM generate_series(300, 1, -1) AS n",
            [challenge],
        )
        numbers = operator.execute(
            "SELECT sequence_number FROM sync_log JOIN trades ON id = row_id WHERE stream_id = %s ORDER BY seq",
            [person.id],
        ).fetchall()
        check_gapless(operator)

    assert [number for (number,) in numbers] == list(range(1, 301))


def test_what_is_rolled_back_leaves_no_gap(firm: FirmServer) -> None:
    person = firm.add_person("USER")
    with closing(firm.connect()) as operator:
        challenge = add_active_challenge(PostgresqlDatabase(operator), person.id)
        with operator.transaction(force_rollback=True):
            add_trade(PostgresqlDatabase(operator), challenge)
        add_event(PostgresqlDatabase(operator), challenge)
        check_gapless(operator)


class Reader:
    """Somebody who reads on from where they were, as a pull does, and finds no number missing."""

    def __init__(self, firm: FirmServer, stream: str) -> None:
        self._firm = firm
        self._stream = stream
        self.seen: list[tuple[int, int, UUID]] = []

    def read(self) -> None:
        with closing(self._firm.connect()) as reader, reader.transaction():
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            head = reader.execute("SELECT head FROM sync_stream WHERE stream_id = %s", [self._stream]).fetchone()
            assert head is not None
            new = [entry for entry in entries(reader, self._stream) if entry[0] > len(self.seen)]
        assert [entry[0] for entry in new] == list(range(len(self.seen) + 1, head[0] + 1))
        self.seen += new


def test_eight_writers_at_once_lose_double_and_overtake_nothing(firm: FirmServer) -> None:
    people = [firm.add_person("USER") for _ in range(3)]
    with closing(firm.connect()) as operator:
        challenges = [
            [add_active_challenge(PostgresqlDatabase(operator), each.id) for each in people] for _ in range(8)
        ]
    failures: list[Exception] = []

    def write(mine: list[str]) -> None:
        try:
            with closing(firm.connect()) as connection:
                database = PostgresqlDatabase(connection)
                for number in range(1, 16):
                    for challenge in mine:
                        with connection.transaction():
                            add_trade(database, challenge, number)
                            add_event(database, challenge, number)
        except psycopg.Error as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=[mine]) for mine in challenges]
    readers = [Reader(firm, each.id) for each in people]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        for reader in readers:
            reader.read()
    for writer in writers:
        writer.join()

    assert failures == []
    for reader in readers:
        reader.read()
        told = [(table_no, row_id) for _, table_no, row_id in reader.seen if table_no in {3, 4}]
        assert len(told) == len(set(told)) == 8 * 15 * 2
    with closing(firm.connect()) as operator:
        check_gapless(operator)


def test_heads_that_are_locked_in_one_order_never_wait_for_each_other_in_a_circle(firm: FirmServer) -> None:
    first, second = firm.add_person("USER"), firm.add_person("USER")
    with closing(firm.connect()) as operator:
        database = PostgresqlDatabase(operator)
        challenges = [add_active_challenge(database, each.id) for each in (first, second)]
    failures: list[Exception] = []

    def write(order: list[str], offset: int) -> None:
        try:
            with closing(firm.connect()) as connection:
                for number in range(20):
                    with connection.transaction():
                        connection.execute("SELECT ts_private.lock_streams(%s::uuid[])", [[first.id, second.id]])
                        for challenge in order:
                            connection.execute(
                                "INSERT INTO risk_alerts (challenge_id, alert_type, severity, title, message)"
                                " VALUES (%s, 'A', 'LOW', 't', %s)",
                                [challenge, str(number + offset)],
                            )
        except psycopg.Error as error:
            failures.append(error)

    writers = [
        threading.Thread(target=write, args=[order, at]) for at, order in enumerate([challenges, challenges[::-1]])
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert failures == []
    with closing(firm.connect()) as operator:
        check_gapless(operator)
