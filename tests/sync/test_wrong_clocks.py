"""A desktop whose clock is wrong by days or years: what it does counts once, and everybody agrees in the end.

The clock of a process of its own is bent by libfaketime; nothing in the program knows of it.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests.sync.desktop_process import Work, write_work
from tests.sync.firm_office import FirmOffice
from tests.sync.simulator import Simulator
from tradesense_desktop.store.outbox import OpState

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


@pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed")
@pytest.mark.parametrize("offset", ["-400d", "-3d", "+3d", "+400d"])
def test_commands_of_a_desktop_with_a_wrong_clock_count_once_and_all_agree(
    office: FirmOffice, tmp_path: Path, offset: str
) -> None:
    ada = office.desktops["ada"]
    work = Work(
        directory=str(ada.directory),
        user_id=ada.person.id,
        role="ADMIN",
        session_id="",
        email=ada.person.email,
        password=ada.password,
        challenges=office.challenges,
        rounds=4,
        seed=1,
    )
    done = subprocess.run(
        write_work(tmp_path / "work.json", work),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={
            **os.environ,
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME": offset,
            # Waits are not bent: only what the clock on the wall says.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        },
    )
    assert done.returncode == 0, done.stderr
    given = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("given ")]
    assert len(given) == 4, done.stdout

    Simulator.of(office, 0).come_to_rest().check()

    states = {op.command_id: op.state for op in ada.ops()}
    assert [states[command_id] for command_id in given] == [OpState.CONFIRMED] * 4
