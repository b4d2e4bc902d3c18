"""A full disk, on the desktop or on the server, is said in a sentence; nothing is half done, and it goes on later."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.sync.desktops import Desktop
from tests.sync.firm_office import FirmOffice, after, trade
from tests.sync.invariants import Findings
from tests.sync.simulator import Simulator
from tests.sync.small_disk import SmallDisk, small_disk
from tradesense_desktop.domain.commands import ExecuteTrades
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.run_command import run_command


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 64) as mounted:
        yield mounted


def record_trades(desktop: Desktop, challenge_id: str, number: int, *, day: int = 0) -> None:
    """Record so many trades of no result."""
    run_command(
        desktop.workspace,
        ExecuteTrades(
            command_id=str(uuid4()),
            actor_id=desktop.person.id,
            issued_at=datetime.now(UTC),
            challenge_id=challenge_id,
            rows=tuple(trade(Decimal(0), after(None, 24 * 60 * day + minute)) for minute in range(number)),
        ),
    )


def test_a_desktop_without_room_for_a_pull_keeps_what_it_has_and_goes_on_later(
    office: FirmOffice, disk: SmallDisk
) -> None:
    ada, tina = office.desktops["ada"], office.desktops["tina"]
    record_trades(ada, office.challenges[0], 400)
    ada.sync()
    tina.close()
    shutil.move(tina.directory, disk.path / "tina")
    tina.directory = disk.path / "tina"
    tina.open()
    refused = []
    for room in (0, 20_000, 100_000, 400_000):
        disk.fill(but=room)
        try:
            tina.sync()
        except Refused as refusal:
            refused.append(str(refusal))
        disk.clear()
        assert look_at(office, tina).sentences == []

    assert refused
    assert all("disk" in sentence or "room" in sentence or "space" in sentence for sentence in refused), refused
    Simulator.of(office, 0).come_to_rest().check()


def test_a_desktop_without_room_for_a_command_says_so_and_has_given_none(office: FirmOffice, disk: SmallDisk) -> None:
    ada = office.desktops["ada"]
    ada.close()
    shutil.move(ada.directory, disk.path / "ada")
    ada.directory = disk.path / "ada"
    ada.open()
    disk.fill()

    with pytest.raises(Refused):
        record_trades(ada, office.challenges[0], 400)

    disk.clear()
    assert ada.ops_of_now() == ()
    record_trades(ada, office.challenges[0], 400)
    Simulator.of(office, 0).come_to_rest().check()
    assert look_at(office, ada).sentences == []


def test_a_server_without_room_gives_no_verdict_and_takes_the_command_later(office: FirmOffice) -> None:
    ada = office.desktops["ada"]
    # Where the server's user comes to.
    with small_disk(office.cluster.directory / "disk", 64) as disk, database_on(office, disk):
        disk.fill()
        refused = 0
        for day in range(6):
            record_trades(ada, office.challenges[0], 300, day=day)
            try:
                ada.sync()
            except Refused:
                refused += 1

        assert refused > 0
        assert not [op for op in ada.ops_of_now() if op.code is not None]
        disk.clear()
        Simulator.of(office, 0).come_to_rest().check()
        with office.operator() as operator:
            assert operator.execute("SELECT count(*) FROM trades").fetchone() == (1800,)


@contextmanager
def database_on(office: FirmOffice, disk: SmallDisk) -> Iterator[None]:
    """The firm's database lies on the small disk, and goes back to where it was."""
    place = disk.path / "tablespace"
    place.mkdir()
    office.cluster.give(place)
    place.chmod(0o700)
    with closing(office.cluster.connect("postgres", autocommit=True)) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        _move_database(connection, office.firm.database, "small")
        yield
        disk.clear()
        _move_database(connection, office.firm.database, "pg_default")
        connection.execute("DROP TABLESPACE small")


def _move_database(connection: Any, database: str, tablespace: str) -> None:
    connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])
    connection.execute(f'ALTER DATABASE "{database}" SET TABLESPACE {tablespace}')


def look_at(office: FirmOffice, desktop: Desktop) -> Findings:
    return Simulator.of(office, 0).look_back()
