"""A firm at work, for tests: a server that can be killed, a faulty way to it, and the desktops of its people.

The office is made once; what changes in it is put back by `begin_again`, so that each run starts from one state: the
same database, the same folders.
"""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.firm_server import FirmPerson, FirmServer, OneServer, firm_server
from tests.postgresql_cluster import PostgresqlCluster, durable_cluster
from tests.sync.desktops import Desktop, url_through
from tests.sync.faults import clean
from tests.sync.faulty_proxy import FaultyProxy
from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.domain.trade import DealResult, Side, Trade
from tradesense_desktop.services.open_challenge import open_challenge

PEOPLE = {"tina": "USER", "otis": "USER", "aude": "AUDITOR", "ada": "ADMIN", "ben": "ADMIN"}
_GROUPS = {"USER": "ts_trader", "AUDITOR": "ts_auditor", "ADMIN": "ts_admin"}
BALANCE = Decimal(10_000)
FIRST_TRADE = datetime(2024, 1, 9, 8, tzinfo=UTC)
_numbers = itertools.count(1)


class FirmOffice:
    """The firm with its server, the proxy before it, and desktops by name: `ada`, `tina`, `tina-2` …"""

    def __init__(self, folder: Path, firm: FirmServer, proxy: FaultyProxy) -> None:
        self.folder = folder
        self.firm = firm
        self.proxy = proxy
        self.people: dict[str, FirmPerson] = {}
        self.desktops: dict[str, Desktop] = {}
        self.challenges: list[str] = []
        self._kept: dict[str, tuple[str, Any, Path]] = {}

    @property
    def cluster(self) -> PostgresqlCluster:
        return self.firm.cluster

    def add_desktop(self, name: str, person: FirmPerson, password: str | None = None) -> Desktop:
        """A computer on which the person connects to the firm for the first time, and is signed in."""
        url = url_through(self.proxy, person, self.firm.database)
        desktop = Desktop(self.folder / "now" / name, person, url, password or person.password)
        desktop.connect()
        self.desktops[name] = desktop
        return desktop

    def keep(self) -> None:
        """Close the office and remember it as it is, for `begin_again`."""
        for desktop in self.desktops.values():
            desktop.close()
        shutil.copytree(self.folder / "now", self.folder / "kept")
        self.copy_database(self.firm.database, f"{self.firm.database}_kept")
        self.proxy.cut_all()
        self._kept = {
            name: (desktop.password, desktop.handle, desktop.directory) for name, desktop in self.desktops.items()
        }

    def begin_again(self) -> None:
        """Put the office back to what `keep` has remembered."""
        self.proxy.faults = clean
        self.proxy.cut_all()
        for desktop in self.desktops.values():
            desktop.close()
        shutil.rmtree(self.folder / "now")
        shutil.copytree(self.folder / "kept", self.folder / "now")
        self.copy_database(f"{self.firm.database}_kept", self.firm.database)
        self._put_logins_back()
        for name in list(self.desktops):
            if name not in self._kept:
                del self.desktops[name]
                continue
            desktop = self.desktops[name]
            desktop.password, desktop.handle, desktop.directory = self._kept[name]
            desktop.open()

    def _put_logins_back(self) -> None:
        """Logins and their groups belong to the whole cluster, not to the database."""
        with self.operator() as operator:
            for person in self.people.values():
                for group, grantor in operator.execute(
                    "SELECT roleid::regrole, grantor::regrole FROM pg_auth_members WHERE member = %s::regrole",
                    [person.login],
                ).fetchall():
                    operator.execute(f"REVOKE {group} FROM {person.login} GRANTED BY {grantor}")
                operator.execute(f"GRANT {_GROUPS[person.role]} TO {person.login} GRANTED BY ts_registrar")
                operator.execute(f"ALTER ROLE {person.login} LOGIN")

    def copy_database(self, source: str, target: str) -> None:
        """Make `target` what `source` is, whoever is connected to either."""
        with closing(self.cluster.connect("postgres", autocommit=True)) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source]
            ).fetchall()
            connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def operator(self) -> Any:
        """A connection of the server's superuser, past the proxy."""
        return closing(self.firm.connect())

    def close(self) -> None:
        """Close every desktop and cut what is still connected."""
        for desktop in self.desktops.values():
            desktop.close()
        self.proxy.cut_all()


@contextmanager
def firm_office(folder: Path, *, challenges: int = 2, desktops: dict[str, str] | None = None) -> Iterator[FirmOffice]:
    """An office with PEOPLE and `challenges` challenges of each trader; `desktops`: name → whose."""
    with ExitStack() as stack:
        cluster = durable_cluster()
        stack.callback(cluster.stop)
        cluster.start()
        firm = stack.enter_context(firm_server(OneServer(cluster), "durable"))
        stack.callback(_drop_kept, cluster, firm.database)
        proxy = stack.enter_context(FaultyProxy(cluster.socket))
        office = FirmOffice(folder, firm, proxy)
        stack.callback(office.close)
        for name, role in PEOPLE.items():
            office.people[name] = firm.add_person(role, f"{name}@firm.example")
        for name, whose in (desktops or {name: name for name in PEOPLE}).items():
            known = [desktop for desktop in office.desktops.values() if desktop.person.id == office.people[whose].id]
            office.add_desktop(name, office.people[whose], known[0].password if known else None)
        for trader in ("tina", "otis"):
            for _ in range(challenges):
                opened = open_challenge(
                    office.desktops["ada"].workspace,
                    preset="tradesense",
                    initial_balance=BALANCE,
                    currency="EUR",
                    owner_id=office.people[trader].id,
                )
                office.challenges.append(opened.id)
        for _ in range(2):
            for desktop in office.desktops.values():
                desktop.sync()
        yield office


def _drop_kept(cluster: PostgresqlCluster, database: str) -> None:
    with closing(cluster.connect("postgres", autocommit=True)) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}_kept" WITH (FORCE)')


def trade(profit: Decimal, at: datetime) -> Trade:
    """A trade of one lot that made `profit`, with an id that nobody else has."""
    return Trade(
        trade_id=f"T{next(_numbers)}-{at:%H%M%S%f}",
        symbol="EURUSD",
        side=Side.BUY,
        quantity=Decimal(1),
        price=Decimal("1.1"),
        realized_pnl=profit,
        commission=ZERO,
        executed_at=at,
        own=DealResult(profit, ZERO, ZERO, ZERO),
    )


def after(last: datetime | None, minutes: int) -> datetime:
    """A time so many minutes after the last trade of a challenge."""
    return (last or FIRST_TRADE) + timedelta(minutes=minutes)
