"""The faulty proxy does what its faults say, so that what survives it has survived something."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Servers
from tests.sync.faults import (
    BlackHole,
    Clean,
    CutAt,
    Delay,
    Duplicate,
    Fault,
    LoseReply,
    Refuse,
    Slow,
    Way,
    drawn,
    one_after_another,
)
from tests.sync.faulty_proxy import FaultyProxy

LONG_ANSWER = "SELECT string_agg(number::text, ',') FROM generate_series(1, 20000) AS number"


@pytest.fixture
def database(servers: Servers) -> Iterator[str]:
    name = servers.new_database("postgresql-18", template="template0")
    with closing(servers.cluster("postgresql-18").connect(name, autocommit=True)) as connection:
        connection.execute("CREATE TABLE marks (mark integer)")
    yield name
    servers.drop("postgresql-18", name)


@pytest.fixture
def proxy(servers: Servers) -> Iterator[FaultyProxy]:
    with FaultyProxy(socket_of(servers)) as running:
        yield running


def socket_of(servers: Servers) -> Path:
    return servers.cluster("postgresql-18").socket


def connect(proxy: FaultyProxy, database: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(host=proxy.host, port=proxy.port, user="postgres", dbname=database, sslmode="disable")


def ask(proxy: FaultyProxy, database: str, query: str) -> Any:
    with closing(connect(proxy, database)) as connection:
        (answer,) = connection.execute(query).fetchone() or (None,)
        return answer


def put_mark(proxy: FaultyProxy, database: str, mark: int) -> None:
    with closing(connect(proxy, database)) as connection:
        connection.execute("INSERT INTO marks VALUES (%s)", [mark])
        connection.commit()


def marks(servers: Servers, database: str) -> list[int]:
    with closing(servers.cluster("postgresql-18").connect(database)) as connection:
        return [mark for (mark,) in connection.execute("SELECT mark FROM marks ORDER BY mark")]


@pytest.mark.parametrize("fault", [Clean(), Delay(1), Slow(1), Duplicate()])
def test_a_fault_that_cuts_nothing_changes_no_answer(
    proxy: FaultyProxy, database: str, servers: Servers, fault: Fault
) -> None:
    proxy.faults = one_after_another(fault)

    assert ask(proxy, database, "SELECT 6 * 7") == 42


def test_slow_pieces_make_up_the_whole_of_a_long_answer(proxy: FaultyProxy, database: str) -> None:
    proxy.faults = one_after_another(Slow(997))

    assert ask(proxy, database, LONG_ANSWER) == ",".join(str(number) for number in range(1, 20001))


def test_a_refused_connection_is_never_made(proxy: FaultyProxy, database: str) -> None:
    proxy.faults = one_after_another(Refuse())

    with pytest.raises(psycopg.OperationalError):
        connect(proxy, database)

    assert ask(proxy, database, "SELECT 1") == 1
    assert proxy.struck == {"Refuse": 1}


@pytest.mark.parametrize("way", list(Way))
def test_cut_at_any_byte_gives_an_error_or_the_whole_change_and_nothing_between(
    proxy: FaultyProxy, database: str, servers: Servers, way: Way
) -> None:
    for byte in range(0, 480, 16):
        proxy.faults = one_after_another(CutAt(way, byte))
        before = marks(servers, database)
        try:
            put_mark(proxy, database, byte)
        except psycopg.OperationalError:
            proxy.cut_all()
        else:
            assert marks(servers, database) == [*before, byte]

    assert proxy.struck["CutAt"] > 0
    assert set(marks(servers, database)) <= set(range(0, 480, 16))


def test_cut_in_a_long_answer_is_no_shorter_answer(proxy: FaultyProxy, database: str) -> None:
    proxy.faults = one_after_another(CutAt(Way.TO_CLIENT, 50_000))

    with pytest.raises(psycopg.OperationalError):
        ask(proxy, database, LONG_ANSWER)


def test_a_lost_reply_leaves_the_change_made_and_the_client_in_doubt(
    proxy: FaultyProxy, database: str, servers: Servers
) -> None:
    proxy.faults = one_after_another(LoseReply("COMMIT"))

    with pytest.raises(psycopg.OperationalError):
        put_mark(proxy, database, 5)

    assert marks(servers, database) == [5]
    assert proxy.struck == {"LoseReply": 1}


def test_a_reply_further_on_can_be_lost(proxy: FaultyProxy, database: str, servers: Servers) -> None:
    proxy.faults = one_after_another(LoseReply("COMMIT", occurrence=2))

    with closing(connect(proxy, database)) as connection:
        connection.execute("INSERT INTO marks VALUES (1)")
        connection.commit()
        connection.execute("INSERT INTO marks VALUES (2)")
        with pytest.raises(psycopg.OperationalError):
            connection.commit()

    assert marks(servers, database) == [1, 2]


def test_a_duplicate_connection_carries_everything_out_twice(
    proxy: FaultyProxy, database: str, servers: Servers
) -> None:
    proxy.faults = one_after_another(Duplicate())

    put_mark(proxy, database, 9)
    proxy.settle()

    assert marks(servers, database) == [9, 9]


@pytest.mark.parametrize("way", list(Way))
def test_a_black_hole_swallows_both_ways_until_it_forgets_the_connection(
    proxy: FaultyProxy, database: str, servers: Servers, way: Way
) -> None:
    proxy.faults = one_after_another(BlackHole(way, 100, milliseconds=20))

    with pytest.raises(psycopg.OperationalError):
        put_mark(proxy, database, 3)

    assert proxy.struck == {"BlackHole": 1}


def test_the_same_seed_draws_the_same_faults() -> None:
    def fates(seed: int) -> list[Fault]:
        source = drawn(seed, 0.5)
        return [source() for _ in range(200)]

    assert fates(7) == fates(7)
    assert fates(7) != fates(8)
    assert {type(fault) for fault in fates(7)} == {
        Clean, Refuse, CutAt, LoseReply, Delay, Slow, BlackHole, Duplicate,
    }  # fmt: skip


def test_closing_cuts_those_who_are_connected(servers: Servers, database: str) -> None:
    proxy = FaultyProxy(socket_of(servers))
    with closing(connect(proxy, database)) as connection:
        connection.execute("SELECT 1")
        proxy.close()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        connect(proxy, database)
