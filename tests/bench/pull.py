"""A replica: fetched whole against COPY piped into executemany, and looked for news against `SELECT 1`; in one run.

Run by itself: `python -m tests.bench.pull [TRADES]`. The reference of the first reads the same rows by COPY and inserts
them into the same tables with their indexes and no trigger, in transactions of ten thousand; it verifies nothing.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from pysqlite3 import dbapi2

from tests.bench.import_statement import made_up_file
from tests.bench.measured import Measured, Unit, alternating, table
from tests.conftest import Servers
from tests.firm_server import FirmPerson, FirmServer, firm_server
from tests.sync.firm_histories import local_import, put_history, rows_of
from tradesense_desktop.domain.replicated import CHALLENGES, EVENTS, TRADES, USERS
from tradesense_desktop.domain.server_address import parse_address
from tradesense_desktop.server.connection import connect
from tradesense_desktop.server.pull import snapshot
from tradesense_desktop.services.connect_firm import connect_firm
from tradesense_desktop.services.first_pull import fetch_replica
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.pull_replica import pull_replica
from tradesense_desktop.store.migrations import newest_structure
from tradesense_desktop.store.replica_file import remove_part
from tradesense_desktop.store.replica_rows import RowWriter

_TRADES_A_HISTORY = 2_000
_ROWS_A_TRANSACTION = 10_000
_LOOKS = 200


def measure(trades: int, challenges: int) -> list[Measured]:
    """A first pull of some `trades`, and a look for news with `challenges` known."""
    with ExitStack() as stack:
        firm = stack.enter_context(firm_server(Servers(stack), "postgresql-18"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tradesense-bench-")))
        trader = firm.add_person()
        histories = max(1, trades // _TRADES_A_HISTORY)
        with closing(firm.connect()) as server:
            statement = made_up_file(folder, min(trades, _TRADES_A_HISTORY))
            for number in range(histories):
                (folder / str(number)).mkdir()
                put_history(server, local_import(folder / str(number), trader, statement))
            server.execute("VACUUM ANALYZE")
        whole = _first_pull(firm, trader, folder)
        news = _news(firm, trader, folder, challenges)
        return [whole, *news]


def _first_pull(firm: FirmServer, trader: FirmPerson, folder: Path) -> Measured:
    address = parse_address(firm.url_of(trader))
    target = folder / "replica"
    numbers = iter(range(100))

    def ours() -> None:
        remove_part(target)
        with closing(connect(address, trader.password)) as connection:
            fetch_replica(target, connection, address)

    def theirs() -> None:
        with closing(connect(address, trader.password)) as connection:
            _pipe(connection, address, folder / f"bare-{next(numbers)}.sqlite")

    mine, reference = alternating(ours, theirs, 3)
    with closing(firm.connect()) as server:
        row = server.execute("SELECT (SELECT count(*) FROM trades), (SELECT count(*) FROM challenge_events)").fetchone()
    assert row is not None
    note = f"{row[0]:,} trades, {row[1]:,} events; {mine:.2f} and {reference:.2f} s"
    return Measured("first pull, chains verified", "COPY into executemany", mine / reference, Unit.RATIO, 1.0, note)


def _pipe(connection: psycopg.Connection[Any], address: Any, path: Path) -> None:
    """The same rows into the same tables with their indexes, and nothing looked at."""
    with closing(dbapi2.connect(path, isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("PRAGMA synchronous = NORMAL")
        store.execute("PRAGMA cache_size = -131072")
        for kind in ("table", "index"):
            for object_kind, _, _, statement in newest_structure():
                if object_kind == kind and statement is not None:
                    store.execute(statement)
        with snapshot(connection, address, is_thorough=False) as moment:
            for each in (USERS, CHALLENGES, TRADES, EVENTS):
                rows = (row for _, row in moment.all_rows(each))
                for chunk in _chunks(rows):
                    store.execute("BEGIN")
                    store.executemany(RowWriter(each).insert, chunk)
                    store.execute("COMMIT")


def _chunks(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    while chunk := list(islice(rows, _ROWS_A_TRANSACTION)):
        yield chunk


def _news(firm: FirmServer, trader: FirmPerson, folder: Path, challenges: int) -> list[Measured]:
    """With `challenges` known by the trader, and as many people's streams by an administrator."""
    template = rows_of(folder / "0" / "workspace.sqlite", CHALLENGES)[0]
    place = CHALLENGES.place("id")
    with closing(firm.connect()) as server:
        server.execute("SET synchronous_commit = off")
        names = ", ".join(name for name in CHALLENGES.names if name not in {"id", "previous_challenge_id"})
        server.execute(
            f"INSERT INTO challenges (id, {names}) SELECT gen_random_uuid(), {names} FROM challenges,"
            " generate_series(1, %s) WHERE challenges.id = %s",
            [challenges, template[place]],
        )
        server.execute(
            "INSERT INTO users (email, password_hash) SELECT 'p' || n || '@firm.example', '!' FROM generate_series(1, %s) n",
            [challenges],
        )
        server.execute("VACUUM ANALYZE")
    admin = firm.add_person("ADMIN")
    return [
        _look(firm, trader, folder, f"{challenges:,} challenges known", 5.0),
        _look(firm, admin, folder, f"{challenges:,} people's streams known", None),
    ]


def _look(firm: FirmServer, person: FirmPerson, folder: Path, what: str, most: float | None) -> Measured:
    target = folder / person.role
    connect_firm(target, firm.url_of(person), person.password)
    address = parse_address(firm.url_of(person))
    trace = folder / "trace"
    with open_workspace(target) as workspace, closing(connect(address, person.password)) as connection:
        pull_replica(workspace, connection, address, is_thorough=True)

        def ours() -> None:
            for _ in range(_LOOKS):
                assert pull_replica(workspace, connection, address).rows == 0

        def theirs() -> None:
            for _ in range(_LOOKS):
                connection.execute("SELECT 1").fetchone()

        mine, reference = alternating(ours, theirs)
        with trace.open("wb") as file:
            connection.pgconn.trace(file.fileno())
            pull_replica(workspace, connection, address)
            connection.pgconn.untrace()
    trips = trace.read_text().count("ReadyForQuery")
    note = f"{trips} round trip, {1000 * mine / _LOOKS:.2f} and {1000 * reference / _LOOKS:.2f} ms"
    return Measured(f"nothing new, {what}", "SELECT 1", mine / reference, Unit.RATIO, most, note)


if __name__ == "__main__":
    print(table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, 10_000)))
