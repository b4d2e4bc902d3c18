"""Fifty desktops against one server: `python -m tests.sync.fifty_desktops [--desktops N] [--minutes M]`.

Each asks for news once a second and gives a command every ten; a tenth of them are staff, who see everything. First one
desktop alone in the same run. Told at the end: how long a round took, alone and among all, and whether all agree.
The server asks for passwords (SCRAM) and keeps what it has committed; all of it runs on this machine.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.firm_server import FirmPerson, OneServer, firm_server
from tests.postgresql_cluster import durable_cluster
from tests.sync import invariants
from tests.sync.desktop_process import give_command
from tests.sync.desktops import Desktop
from tests.sync.invariants import Findings
from tests.sync.system_server import write_rules
from tradesense_desktop.services.errors import Refused

_RULES = "local all postgres trust\nlocal all all scram-sha-256\n"
_SECONDS_A_ROUND = 1.0
_ROUNDS_A_COMMAND = 10


@dataclass(slots=True)
class Told:
    """What a desktop has measured, in seconds: rounds without and with a command of its own, and giving it."""

    quiet: list[float]
    pushing: list[float]
    giving: list[float]
    refusals: list[str]


def work(desktop: Desktop, challenges: list[str], until: float, seed: int, told: Told) -> None:
    """Round after round until then; a round that comes late is followed by the next at once."""
    source = random.Random(seed)
    round_number = source.randrange(_ROUNDS_A_COMMAND)
    due = time.monotonic() + source.random() * _SECONDS_A_ROUND
    while (now := time.monotonic()) < until:
        if now < due:
            time.sleep(min(due - now, until - now))
            continue
        due = max(due + _SECONDS_A_ROUND, now)
        round_number += 1
        try:
            gives = bool(challenges) and round_number % _ROUNDS_A_COMMAND == 0
            if gives:
                begun = time.monotonic()
                give_command(desktop.workspace, source, challenges)
                told.giving.append(time.monotonic() - begun)
            begun = time.monotonic()
            desktop.sync()
            (told.pushing if gives else told.quiet).append(time.monotonic() - begun)
        except Refused as refusal:
            told.refusals.append(f"{type(refusal).__name__}: {refusal}")


def run_worker(path: Path) -> None:
    """The desktops of one process, a thread each; what they have measured goes to standard output as JSON."""
    order = json.loads(path.read_text())
    told = Told([], [], [], [])
    desktops = [
        Desktop(Path(each["directory"]), FirmPerson(**each["person"]), each["address"], each["password"])
        for each in order["desktops"]
    ]
    for desktop in desktops:
        desktop.sign_in()
    print("ready", flush=True)
    sys.stdin.readline()
    until = time.monotonic() + order["seconds"]
    threads = [
        threading.Thread(target=work, args=(desktop, each["challenges"], until, each["seed"], told))
        for desktop, each in zip(desktops, order["desktops"], strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for desktop in desktops:
        desktop.close()
    print(json.dumps([told.quiet, told.pushing, told.giving, told.refusals]))


def _orders(desktops: list[Desktop], challenges: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {
            "directory": str(desktop.directory),
            "person": {name: getattr(desktop.person, name) for name in FirmPerson.__slots__},
            "address": desktop.address,
            "password": desktop.password,
            "challenges": challenges[desktop.name],
            "seed": number,
        }
        for number, desktop in enumerate(desktops)
    ]


def run(folder: Path, orders: list[dict[str, Any]], processes: int, seconds: float) -> Told:
    """Let these desktops work at the same time, spread over the processes; all that was measured."""
    workers = []
    for number in range(processes):
        path = folder / f"order-{number}.json"
        path.write_text(json.dumps({"desktops": orders[number::processes], "seconds": seconds}))
        workers.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.sync.fifty_desktops", "--worker", str(path)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    told = Told([], [], [], [])
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        said, _ = worker.communicate()
        for whole, part in zip((told.quiet, told.pushing, told.giving, told.refusals), json.loads(said), strict=True):
            whole.extend(part)
    return told


def describe(title: str, told: Told, seconds: float) -> None:
    """The medians and the 95th parts of a run, in milliseconds."""
    print(f"{title}: {len(told.quiet) + len(told.pushing)} rounds in {seconds:.0f} s, {len(told.refusals)} refused")
    for name, found in (
        ("round without command", told.quiet),
        ("round with command", told.pushing),
        ("giving", told.giving),
    ):
        if len(found) > 1:
            cuts = statistics.quantiles(found, n=100)
            print(
                f"  {name}: {len(found)} times, p50 {1000 * cuts[49]:.1f} ms, p95 {1000 * cuts[94]:.1f} ms,"
                f" most {1000 * max(found):.0f} ms"
            )
    for refusal in sorted(set(told.refusals))[:5]:
        print(f"  {told.refusals.count(refusal)} × {refusal}")


def main() -> int:
    """Run it; 1 where not all agree in the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.sync.fifty_desktops")
    parser.add_argument("--desktops", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--processes", type=int, default=10)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker is not None:
        run_worker(options.worker)
        return 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cluster = durable_cluster({"max_connections": "250"})
        stack.callback(cluster.stop)
        cluster.start()
        write_rules(cluster, _RULES)
        firm = stack.enter_context(firm_server(OneServer(cluster), "durable"))
        desktops, challenges = _hire(folder, firm, options.desktops)
        orders = _orders(desktops, challenges)
        alone_seconds = min(60.0, 60 * options.minutes)
        alone = run(folder, orders[-1:], 1, alone_seconds)
        describe("one desktop alone", alone, alone_seconds)
        together = run(folder, orders, options.processes, 60 * options.minutes)
        describe(f"{options.desktops} desktops", together, 60 * options.minutes)
        return _agree(firm, desktops)


def _hire(folder: Path, firm: Any, number: int) -> tuple[list[Desktop], dict[str, list[str]]]:
    """Staff first (a tenth), then traders with a challenge each; who gives commands on which challenges."""
    from tradesense_desktop.services.open_challenge import open_challenge

    staff = max(2, number // 10)
    desktops, challenges = [], {}
    for place in range(number):
        role = "ADMIN" if place % 2 == 0 else "AUDITOR"
        person = firm.add_person(role if place < staff else "USER", f"person-{place}@firm.example")
        desktop = Desktop(folder / f"desktop-{place}", person, firm.url_of(person), person.password)
        desktop.connect()
        desktop.close()
        desktops.append(desktop)
        challenges[desktop.name] = []
    (admin, *_), traders = desktops, desktops[staff:]
    admin.open()
    admin.sync()
    for trader in traders:
        opened = open_challenge(
            admin.workspace, preset="tradesense", initial_balance=Decimal(10_000), currency="EUR",
            owner_id=trader.person.id,
        )  # fmt: skip
        challenges[trader.name] = [opened.id]
    admin.sync()
    admin.close()
    for trader in traders:
        trader.open()
        trader.sync()
        trader.close()
    return desktops, challenges


def _agree(firm: Any, desktops: list[Desktop]) -> int:
    findings = Findings()
    for _ in range(2):
        for desktop in desktops:
            desktop.open()
            desktop.sync()
            desktop.close()
    given = {}
    for desktop in desktops:
        with closing(firm.connect_as(replace(desktop.person, password=desktop.password))) as connection:
            there = invariants.server_state(connection)
        invariants.compare(findings, desktop.name, there, invariants.replica_state(desktop.directory))
        given |= {op.command_id: op.state.value for op in desktop.ops()}
    with closing(firm.connect()) as operator:
        invariants.check_commands(findings, operator, given)
    print(f"{len(given)} commands; {len(findings.sentences)} findings")
    print(*findings.sentences[:20], sep="\n")
    return 1 if findings.sentences else 0


if __name__ == "__main__":
    sys.exit(main())
