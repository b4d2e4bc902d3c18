"""A firm's days drawn by a seed: commands, syncs and faults in any order, and after each quiet period every invariant.

What is drawn (who does what on which challenge, which fault meets which connection) depends on the seed alone; ids and
times are real. A seed and a commit reproduce a run as far as bytes on a wire can be.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.sync import invariants
from tests.sync.desktops import Desktop
from tests.sync.faults import LoseReply, clean, one_after_another, random_fault
from tests.sync.firm_office import BALANCE, FirmOffice, after, trade
from tests.sync.invariants import Findings
from tradesense_desktop.domain import commands
from tradesense_desktop.domain.alert import AlertStatus
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.handle_alert import acknowledge_alert, resolve_alert
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.read_alerts import WhichAlerts, read_alerts
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.record_payment import record_payment
from tradesense_desktop.services.resolve_refused import discard, do_again
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.services.sync_workspace import RebuildWanted
from tradesense_desktop.store.device import read_device_id
from tradesense_desktop.store.outbox import OpState

TAGS = ("COMMIT", "SELECT", "COPY")
"""The replies that a fault may swallow: of a push, of a question, of the rows of a pull."""
_ROUNDS_TO_QUIET = 12


class Crash(BaseException):
    """The process of a desktop is over at a named point; nothing of ours catches it."""


CRASH_POINTS = (
    ("tradesense_desktop.services.pull_replica", "apply_pull"),
    ("tradesense_desktop.store.confirmed_ops", "confirm_applied"),
    ("tradesense_desktop.store.outbox", "Outbox.send"),
)


@dataclass(slots=True)
class Simulator:
    """One run over an office that has just begun again."""

    office: FirmOffice
    source: random.Random
    steps: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    revoked: set[str] = field(default_factory=set)
    """Desktops that were taken out of use: what they hold stays as it is."""
    _touched: set[str] = field(default_factory=set)
    """Desktops that have synced since somebody looked at them."""

    @classmethod
    def of(cls, office: FirmOffice, seed: int) -> "Simulator":
        """A run from this seed."""
        return cls(office, random.Random(seed))

    # What people do

    def record_trades(self) -> None:
        """An administrator writes down what a trader has done."""
        desktop = self._desktop("ada", "ben")
        challenge = self._challenge(desktop)
        if challenge is None:
            return
        at, rows = challenge.last_trade_at, []
        for _ in range(self.source.randint(1, 3)):
            at = after(at, self.source.randint(1, 400))
            rows.append(trade(Decimal(self.source.randint(-300, 500)), at))
        self._run(desktop, commands.ExecuteTrades, challenge.id, rows=tuple(rows))

    def write_note(self) -> None:
        """Anybody writes something down; who may not is refused."""
        desktop = self._desktop()
        challenge = self._challenge(desktop)
        if challenge is not None:
            self._run(desktop, commands.AddNote, challenge.id, text=f"note {self.source.getrandbits(32)}")

    def approve(self) -> None:
        """An administrator approves a funding."""
        self._decide(commands.ApproveFunding)

    def reject(self) -> None:
        """An administrator rejects a funding, for good or not."""
        self._decide(commands.RejectFunding, reason="Looked at.", fails=self.source.random() < 0.3)

    def fail(self) -> None:
        """An administrator ends a challenge."""
        desktop = self._desktop("ada", "ben")
        challenge = self._challenge(desktop)
        if challenge is not None:
            self._run(desktop, commands.FailChallenge, challenge.id, reason="Against the rules.")

    def open_challenge(self) -> None:
        """An administrator opens a challenge for a trader."""
        desktop = self._desktop("ada", "ben")
        owner = self.office.people[self.source.choice(("tina", "otis"))]
        self._try(
            lambda: open_challenge(
                desktop.workspace, preset="tradesense", initial_balance=BALANCE, currency="EUR", owner_id=owner.id
            )
        )

    def archive(self) -> None:
        """An administrator puts a challenge away."""
        desktop = self._desktop("ada", "ben")
        challenge = self._challenge(desktop)
        if challenge is not None:
            self._run(desktop, commands.ArchiveChallenge, challenge.id, reason="No longer needed.")

    def record_payment(self) -> None:
        """An administrator writes down that a challenge was paid for."""
        desktop = self._desktop("ada", "ben")
        challenge = self._challenge(desktop)
        if challenge is not None:
            self._try(
                lambda: record_payment(
                    desktop.workspace,
                    challenge.id,
                    amount=Decimal(self.source.randint(1, 300)),
                    currency="EUR",
                    is_received=self.source.random() < 0.5,
                )
            )

    def note_from_two_devices(self) -> None:
        """A trader writes on both devices about one challenge before either has synced; both sync."""
        devices = [self.office.desktops[name] for name in ("tina", "tina-2")]
        challenge = self._challenge(devices[0])
        if challenge is None:
            return
        for desktop in devices:
            self._run(desktop, commands.AddNote, challenge.id, text=f"note {self.source.getrandbits(32)}")
        for desktop in devices:
            self._sync(desktop)

    def handle_alert(self) -> None:
        """Somebody looks after an alert."""
        desktop = self._desktop()
        page = read_alerts(desktop.workspace, WhichAlerts(statuses=frozenset({AlertStatus.ACTIVE})))
        if page.alerts:
            entry = self.source.choice(sorted(page.alerts, key=lambda alert: alert.title))
            act = self.source.choice((acknowledge_alert, resolve_alert))
            self._try(lambda: act(desktop.workspace, entry.id))

    def _decide(self, kind: type[commands.ChallengeCommand], **fields: Any) -> None:
        desktop = self._desktop("ada", "ben")
        waiting = [
            summary.challenge
            for summary in read_challenges(desktop.workspace)
            if summary.challenge.profit_target_reached_at is not None and summary.challenge.ended_at is None
        ]
        if waiting:
            self._run(desktop, kind, self.source.choice(waiting).id, **fields)

    def _run(self, desktop: Desktop, kind: type[commands.ChallengeCommand], challenge_id: str, **fields: Any) -> None:
        command = kind(
            command_id=str(uuid4()),
            actor_id=desktop.person.id,
            issued_at=datetime.now(UTC),
            challenge_id=challenge_id,
            **fields,
        )
        self._try(lambda: run_command(desktop.workspace, command))

    # What happens to them

    def sync(self) -> None:
        """A desktop syncs on a clean network."""
        self.office.proxy.faults = clean
        self._sync(self._desktop())

    def sync_through_faults(self) -> None:
        """A desktop syncs, and its connections meet up to three faults."""
        faults = [random_fault(self.source, tags=TAGS) for _ in range(self.source.randint(1, 3))]
        self.office.proxy.faults = one_after_another(*faults)
        self._sync(self._desktop())
        self.office.proxy.faults = clean
        self.office.proxy.settle()

    def lose_reply(self) -> None:
        """A command is given and pushed, and the reply of the server's commit is lost."""
        self.write_note()
        self.office.proxy.faults = one_after_another(LoseReply(self.source.choice(TAGS), self.source.randint(1, 4)))
        self._sync(self._desktop())
        self.office.proxy.faults = clean

    def crash_while_syncing(self) -> None:
        """The process of a desktop dies at a named point of a sync, before or after it; it is started again."""
        desktop = self._desktop()
        module, path = self.source.choice(CRASH_POINTS)
        is_after = self.source.random() < 0.5
        with pytest.MonkeyPatch.context() as patch:
            _make_deadly(patch, module, path, is_after=is_after)
            self._sync(desktop)
        desktop.open()

    def restart_server(self) -> None:
        """The server dies and comes back; every connection is lost."""
        self.office.cluster.crash()
        self.office.cluster.resume()

    def change_role(self) -> None:
        """The firm makes an administrator an auditor, or the other way round, while they may be offline."""
        person = self.office.people[self.source.choice(("ben", "aude"))]
        role = self.source.choice(("AUDITOR", "ADMIN", "USER"))
        self._govern(person.id, "role", role)

    def suspend(self) -> None:
        """The firm suspends a trader, or readmits them."""
        self._govern(self.office.people["tina"].id, self.source.choice(("suspend", "readmit")), None)

    def revoke_device(self) -> None:
        """The firm takes tina's second computer out of use; it may hold commands that were never sent."""
        device_id = read_device_id(self.office.desktops["tina-2"].directory)
        with closing(self.office.firm.connect_as(self.office.firm.superadmin)) as connection:
            connection.execute("SELECT ts_api.revoke_device(%s)", [device_id])
        self.revoked.add("tina-2")

    def _govern(self, person_id: str, act: str, value: str | None) -> None:
        with closing(self.office.firm.connect_as(self.office.firm.superadmin)) as connection:
            try:
                connection.execute("SELECT ts_api.govern_person(%s, %s, %s, %s)", [person_id, act, value, "A reason."])
            except Exception as refusal:  # noqa: BLE001 - counted by its code; a wrong one shows in the end
                self.refusals[f"govern: {getattr(refusal, 'sqlstate', None)}"] += 1

    # Quiet

    def come_to_rest(self) -> Findings:
        """Everybody syncs on a clean network until nothing waits; then everything is looked at."""
        self.office.proxy.faults = clean
        self.office.proxy.settle()
        for name in ("tina", "ben", "aude"):
            self._govern(self.office.people[name].id, "readmit", None)
        for _ in range(_ROUNDS_TO_QUIET):
            for desktop in self._in_use():
                self._sync(desktop)
                self._clear(desktop)
            if not any(self._waits(desktop) for desktop in self._in_use()):
                break
        for desktop in self.office.desktops.values():
            self._sync(desktop)
        return self.look()

    def _in_use(self) -> list[Desktop]:
        return [desktop for name, desktop in self.office.desktops.items() if name not in self.revoked]

    def _clear(self, desktop: Desktop) -> None:
        """A person decides about what was refused or held: do it again, or let it go."""
        for op in desktop.ops():
            if op.state in {OpState.REJECTED, OpState.HELD}:
                act = do_again if op.state is OpState.HELD and self.source.random() < 0.5 else discard
                self._try(lambda act=act, op=op: act(desktop.workspace, op.id))

    @staticmethod
    def _waits(desktop: Desktop) -> bool:
        return any(
            op.state in {OpState.QUEUED, OpState.SENT, OpState.APPLIED, OpState.REJECTED, OpState.HELD}
            for op in desktop.ops()
        )

    def look(self) -> Findings:
        """What is wrong now, after quiet."""
        findings = Findings()
        for desktop in self._in_use():
            with closing(self.office.firm.connect_as(desktop.person)) as connection:
                there = invariants.server_state(connection)
            here = invariants.replica_state(desktop.directory)
            invariants.compare(findings, desktop.name, there, here)
            invariants.check_past(findings, desktop.name, there, here)
        with self.office.operator() as operator:
            traders = {
                person.id: [d.directory for d in self.office.desktops.values() if d.person.id == person.id]
                for person in self.office.people.values()
                if person.role == "USER"
            }
            invariants.check_nothing_foreign(findings, operator, traders)
            given = {op.command_id: op.state.value for desktop in self._in_use() for op in desktop.ops()}
            invariants.check_commands(findings, operator, given)
        return findings

    def look_back(self) -> Findings:
        """What is wrong with those who have synced since: a replica is always a state that the server had."""
        findings = Findings()
        touched = [desktop for name, desktop in self.office.desktops.items() if name in self._touched]
        self._touched.clear()
        if touched:
            with self.office.operator() as operator:
                there = invariants.whole_server(operator)
            for desktop in touched:
                invariants.check_past(findings, desktop.name, there, invariants.replica_state(desktop.directory))
        return findings

    # Parts

    def _desktop(self, *names: str) -> Desktop:
        return self.office.desktops[self.source.choice(names or tuple(self.office.desktops))]

    def _challenge(self, desktop: Desktop) -> Any:
        found = [summary.challenge for summary in read_challenges(desktop.workspace)]
        return self.source.choice(sorted(found, key=lambda each: each.id)) if found else None

    def _try(self, act: Callable[[], object]) -> None:
        """Refusals with a sentence are part of the game; anything else is a finding."""
        try:
            act()
        except Refused as refusal:
            self.refusals[type(refusal).__name__] += 1

    def _sync(self, desktop: Desktop) -> None:
        self._touched.add(desktop.name)
        try:
            desktop.sync()
        except Crash:
            self.steps["crashed"] += 1
        except RebuildWanted:
            self._rebuild(desktop)
        except Refused as refusal:
            self.refusals[f"sync: {type(refusal).__name__}"] += 1

    def _rebuild(self, desktop: Desktop) -> None:
        self.steps["rebuilt"] += 1
        try:
            desktop.rebuild()
        except Crash:
            self.steps["crashed"] += 1
        except Refused as refusal:
            self.refusals[f"rebuild: {refusal}"] += 1


ACTIONS: dict[str, float] = {
    "record_trades": 8,
    "write_note": 6,
    "approve": 3,
    "reject": 2,
    "fail": 1,
    "handle_alert": 4,
    "open_challenge": 1,
    "archive": 1,
    "record_payment": 2,
    "note_from_two_devices": 3,
    "sync": 6,
    "sync_through_faults": 8,
    "lose_reply": 4,
    "crash_while_syncing": 3,
    "restart_server": 1,
    "change_role": 1,
    "suspend": 1,
    "revoke_device": 0.3,
}
"""How often each step is drawn, against the others."""


def draw_step(simulator: Simulator) -> str:
    """Draw a step and take it; its name."""
    (name,) = simulator.source.choices(list(ACTIONS), weights=list(ACTIONS.values()))
    simulator.steps[name] += 1
    getattr(simulator, name)()
    return name


def _make_deadly(patch: pytest.MonkeyPatch, module: str, path: str, *, is_after: bool) -> None:
    """Have the named function end its process, before or after its work."""
    import importlib
    import sys

    owner: Any = importlib.import_module(module)
    *classes, name = path.split(".")
    for class_name in classes:
        owner = getattr(owner, class_name)
    real = getattr(owner, name)

    def deadly(*arguments: Any, **named: Any) -> Any:
        if is_after:
            real(*arguments, **named)
        raise Crash

    patch.setattr(owner, name, deadly)
    for other in list(sys.modules.values()):
        if getattr(other, "__name__", "").startswith("tradesense_desktop") and getattr(other, name, None) is real:
            patch.setattr(other, name, deadly)
