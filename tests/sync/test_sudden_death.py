"""kill -9 of a desktop and of the server, at random moments and at named points: nothing is lost or doubled."""

import random
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.sync.desktop_process import Work, write_work
from tests.sync.firm_office import FirmOffice
from tests.sync.simulator import Simulator
from tradesense_desktop.store.outbox import OpState

POINTS = (
    "tradesense_desktop.store.outbox:Outbox.append",
    "tradesense_desktop.store.outbox:Outbox.send",
    "tradesense_desktop.store.outbox:Outbox.move",
    "tradesense_desktop.store.outbox:Outbox.set_last_op_no",
    "tradesense_desktop.server.push:push",
    "tradesense_desktop.store.replica:apply_pull",
    "tradesense_desktop.store.confirmed_ops:list_applied",
    "tradesense_desktop.store.confirmed_ops:confirm_applied",
)
"""Calls before or after which a process dies."""
ROUNDS = 6


class Victim:
    """A process that works on ada's desktop and is to die; what it said that it has done must not be lost."""

    def __init__(self, office: FirmOffice, scratch: Path) -> None:
        self._office = office
        self._scratch = scratch
        self.given: list[str] = []
        self.ends: Counter[str] = Counter()

    def start(
        self, seed: int, *, rounds: int = ROUNDS, dies_at: str = "", dies_after: bool = False, dies_on: int = 1
    ) -> "subprocess.Popen[str]":
        """Start it."""
        desktop = self._office.desktops["ada"]
        actor = desktop.workspace.actor
        assert actor is not None
        assert actor.session_id is not None
        work = Work(
            directory=str(desktop.directory),
            user_id=actor.user_id,
            role=actor.role.value,
            session_id=actor.session_id,
            password=desktop.password,
            challenges=self._office.challenges,
            rounds=rounds,
            seed=seed,
            dies_at=dies_at,
            dies_after=dies_after,
            dies_on=dies_on,
        )
        return subprocess.Popen(
            write_work(self._scratch / "work.json", work), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def bury(self, process: "subprocess.Popen[str]") -> None:
        """Read what it has said, when it is over: it may only have been killed or have come to its end."""
        said, complained = process.communicate(timeout=120)
        assert process.returncode in {0, -signal.SIGKILL}, complained
        self.ends["killed" if process.returncode else "came to its end"] += 1
        lines = said.splitlines()
        self.given += [line.split()[1] for line in lines if line.startswith("given ") and len(line) == 42]
        self.ends["synced"] += lines.count("synced")

    def check(self) -> None:
        """After quiet: every command that it has said to have given has been applied, once."""
        simulator = Simulator.of(self._office, 0)
        simulator.come_to_rest().check()
        states = {op.command_id: op.state for op in self._office.desktops["ada"].ops()}
        assert {command_id: states.get(command_id) for command_id in self.given} == dict.fromkeys(
            self.given, OpState.CONFIRMED
        )


def kill_desktops(office: FirmOffice, scratch: Path, kills: int) -> Victim:
    """Kill as many processes, each at a named point or at a moment of its first rounds."""
    source = random.Random(kills)
    victim = Victim(office, scratch)
    while victim.ends["killed"] < kills:
        seed = source.getrandbits(32)
        if source.random() < 0.5:
            process = victim.start(
                seed,
                dies_at=source.choice(POINTS),
                dies_after=source.random() < 0.5,
                dies_on=source.randint(1, 3),
            )
        else:
            process = victim.start(seed)
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            for _ in range(source.randint(0, ROUNDS)):
                line = process.stdout.readline()
                victim.given += [line.split()[1]] if line.startswith("given ") else []
            try:
                process.wait(source.uniform(0, 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
        victim.bury(process)
    victim.check()
    return victim


def kill_servers(office: FirmOffice, scratch: Path, kills: int) -> Victim:
    """Kill the server as often while a process works; it goes on with what comes back."""
    source = random.Random(kills)
    victim = Victim(office, scratch)
    number = 0
    while number < kills:
        process = victim.start(source.getrandbits(32), rounds=40)
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        while process.poll() is None and number < kills:
            try:
                process.wait(source.uniform(0, 0.6))
            except subprocess.TimeoutExpired:
                office.cluster.crash()
                office.cluster.resume()
                number += 1
        process.kill()
        victim.bury(process)
    victim.check()
    return victim


def test_a_desktop_killed_anywhere_goes_on_where_it_was(office: FirmOffice, tmp_path: Path) -> None:
    victim = kill_desktops(office, tmp_path, 9)

    assert victim.ends["synced"] > 0


def test_a_server_killed_anywhere_keeps_what_it_has_said(office: FirmOffice, tmp_path: Path) -> None:
    victim = kill_servers(office, tmp_path, 6)

    assert victim.given


@pytest.mark.soak
def test_five_hundred_desktops_killed_anywhere_go_on_where_they_were(
    office: FirmOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = kill_desktops(office, tmp_path, 500)

    with capsys.disabled():
        print(f"\n500 kills of a desktop: {len(victim.given)} commands given, {dict(victim.ends)}")


@pytest.mark.soak
def test_a_server_killed_five_hundred_times_keeps_what_it_has_said(
    office: FirmOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = kill_servers(office, tmp_path, 500)

    with capsys.disabled():
        print(f"\n500 kills of the server: {len(victim.given)} commands given, {dict(victim.ends)}")
