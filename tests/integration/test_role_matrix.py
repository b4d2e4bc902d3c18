"""Every command as every role, with the own and with what belongs to others: allowed exactly where it is written.

The letters are those of spec/security.md, and of domain/permissions.py where that is silent: USER, AUDITOR, ADMIN,
SUPERADMIN; for each "o" own, "a" others', "-" not. What is refused leaves the store as it was. Plain SQL on each
role's connection is tried in tests/unit/store/test_row_guards.py.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.integration.histories import history, imported, written
from tests.people import EMAILS, PASSWORD, People, begin_session, id_of, make_people
from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.cli.program import run
from tradesense_desktop.domain import commands
from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.domain.payment import PaymentProvider, PaymentStatus
from tradesense_desktop.domain.people import Actor, Role
from tradesense_desktop.domain.trade import DealResult, Side, Trade
from tradesense_desktop.services.activity_thresholds import read_thresholds, set_thresholds
from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.change_payment import change_payment_status, refund_payment
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.end_session import end_sessions_of
from tradesense_desktop.services.errors import NOT_ALLOWED, Refused
from tradesense_desktop.services.examine_funding import examine_funding
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.govern_user import change_role, delete_user, readmit_user, suspend_user, verify_user
from tradesense_desktop.services.handle_alert import acknowledge_alert, dismiss_alert, resolve_alert
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_challenge import open_challenge, start_challenge
from tradesense_desktop.services.open_next_phase import open_next_phase
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.read_ledger import read_trades
from tradesense_desktop.services.read_metrics import read_metrics
from tradesense_desktop.services.read_payments import read_payment
from tradesense_desktop.services.read_users import read_people
from tradesense_desktop.services.record_payment import record_payment
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.services.run_command import RIGHTS, run_command
from tradesense_desktop.services.watch_activity import watch_challenge

READERS = ("o-", "oa", "oa", "oa")
TRADER = ("o-", "--", "--", "--")
TRADER_AND_ADMINS = ("o-", "--", "oa", "oa")
ADMINS = ("--", "--", "oa", "oa")
ADMINS_NOT_OWN = ("--", "--", "-a", "-a")
SUPERADMIN = ("--", "--", "--", "-a")
SUPERADMIN_AT_ALL = ("--", "--", "--", "oa")
ORDER = (Role.USER, Role.AUDITOR, Role.ADMIN, Role.SUPERADMIN)
ACTS_AS = {Role.USER: "other", Role.AUDITOR: "auditor", Role.ADMIN: "admin", Role.SUPERADMIN: "superadmin"}


@dataclass(slots=True)
class Target:
    """What a command is tried on: all of it belongs to one trader, `owner_id`."""

    owner_id: str
    pending: str = ""
    running: str = ""
    reached: str = ""
    funded: str = ""
    alert: str = ""
    payment: str = ""
    paid: str = ""
    ids: dict[str, str] = field(default_factory=dict)


Act = Callable[[Workspace, Target], Any]


def command(kind: type[commands.ChallengeCommand], on: str, **fields: Any) -> Act:
    """An act that runs a command through run_command."""

    def act(handle: Workspace, target: Target) -> Any:
        made = {name: value(target) if callable(value) else value for name, value in fields.items()}
        return run_command(
            handle,
            kind(
                command_id=str(uuid4()),
                actor_id=id_of(handle),
                issued_at=datetime.now(UTC),
                challenge_id=getattr(target, on),
                **made,
            ),
        )

    return act


def trade(number: int) -> Trade:
    return Trade(
        trade_id=str(number), symbol="EURUSD", side=Side.BUY, quantity=Decimal(1), price=Decimal("1.1"),
        realized_pnl=Decimal(1), commission=ZERO, executed_at=datetime(2024, 1, 10, tzinfo=UTC),
        own=DealResult(Decimal(1), ZERO, ZERO, ZERO),
    )  # fmt: skip


def adjustment() -> Adjustment:
    return Adjustment(
        adjustment_id="77",
        kind=AdjustmentKind.CORRECTION,
        amount=Decimal(1),
        executed_at=datetime(2024, 1, 10, tzinfo=UTC),
    )


MATRIX: dict[str, tuple[tuple[str, str, str, str], Act]] = {
    # Commands on a challenge.
    "StartChallenge": (TRADER, command(commands.StartChallenge, "pending")),
    "ExecuteTrade": (TRADER, command(commands.ExecuteTrade, "running", trade=trade(9001))),
    "ExecuteTrades": (TRADER, command(commands.ExecuteTrades, "running", rows=(trade(9001),))),
    "RecordEquity": (
        TRADER,
        command(
            commands.RecordEquity, "running", equity=Decimal(10_100), observed_at=datetime(2024, 1, 10, tzinfo=UTC)
        ),
    ),
    "AdjustBalance": (TRADER, command(commands.AdjustBalance, "running", adjustment=adjustment())),
    "CloseDay": (TRADER_AND_ADMINS, command(commands.CloseDay, "running")),
    "ExpireChallenge": (TRADER_AND_ADMINS, command(commands.ExpireChallenge, "running")),
    "FailChallenge": (ADMINS_NOT_OWN, command(commands.FailChallenge, "running", reason="Cheated.")),
    "ApproveFunding": (ADMINS_NOT_OWN, command(commands.ApproveFunding, "reached")),
    "RejectFunding": (ADMINS_NOT_OWN, command(commands.RejectFunding, "reached", reason="No.", fails=True)),
    "ArchiveChallenge": (TRADER_AND_ADMINS, command(commands.ArchiveChallenge, "running", reason="A mistake.")),
    "AddNote": (TRADER_AND_ADMINS, command(commands.AddNote, "running", text="Called the firm.")),
    "RaiseAlert": (
        ADMINS,
        command(
            commands.RaiseAlert,
            "running",
            alert_type="UNUSUAL_ACTIVITY",
            severity=AlertSeverity.LOW,
            title="Look",
            message="At this.",
            alert_data={},
        ),
    ),
    # The same and others by their services.
    "import": (
        TRADER,
        lambda handle, target: imported(handle, Path(target.ids["longer"]), challenge_id=target.running),
    ),
    "open": (
        TRADER,
        lambda handle, _target: open_challenge(handle, preset="tradesense", initial_balance=Decimal(1000)),
    ),
    "start": (TRADER, lambda handle, target: start_challenge(handle, target.pending)),
    "archive": (TRADER_AND_ADMINS, lambda handle, target: archive_challenge(handle, target.running)),
    "approve": (ADMINS_NOT_OWN, lambda handle, target: approve_funding(handle, target.reached)),
    "reject": (
        ADMINS_NOT_OWN,
        lambda handle, target: reject_funding(handle, target.reached, reason="No.", fails=False),
    ),
    "next phase": (ADMINS_NOT_OWN, lambda handle, target: open_next_phase(handle, target.funded)),
    "watch activity": (TRADER_AND_ADMINS, lambda handle, target: watch_challenge(handle, target.running)),
    "acknowledge": (TRADER_AND_ADMINS, lambda handle, target: acknowledge_alert(handle, target.alert)),
    "resolve": (ADMINS, lambda handle, target: resolve_alert(handle, target.alert)),
    "dismiss": (ADMINS, lambda handle, target: dismiss_alert(handle, target.alert)),
    "record payment": (
        ADMINS_NOT_OWN,
        lambda handle, target: record_payment(handle, target.running, amount=Decimal(99), currency="EUR"),
    ),
    "cancel payment": (
        ADMINS_NOT_OWN,
        lambda handle, target: change_payment_status(handle, target.payment, PaymentStatus.CANCELLED, reason="Twice."),
    ),
    "refund": (ADMINS_NOT_OWN, lambda handle, target: refund_payment(handle, target.paid)),
    "policy": (SUPERADMIN_AT_ALL, lambda handle, _target: set_funding_policy(handle, 2)),
    "thresholds": (SUPERADMIN_AT_ALL, lambda handle, _target: set_thresholds(handle, read_thresholds(handle))),
    "register a trader": (
        ADMINS,
        lambda handle, _target: register_user(handle, email="new@example.org", password=PASSWORD),
    ),
    "register an auditor": (
        SUPERADMIN_AT_ALL,
        lambda handle, _target: register_user(handle, email="new@example.org", password=PASSWORD, role=Role.AUDITOR),
    ),
    "suspend": (ADMINS_NOT_OWN, lambda handle, target: suspend_user(handle, target.ids["active"], reason="Doubt.")),
    "readmit": (ADMINS_NOT_OWN, lambda handle, target: readmit_user(handle, target.ids["suspended"])),
    "verify": (ADMINS_NOT_OWN, lambda handle, target: verify_user(handle, target.ids["unverified"])),
    "change role": (SUPERADMIN, lambda handle, target: change_role(handle, target.ids["active"], Role.AUDITOR)),
    "delete": (SUPERADMIN, lambda handle, target: delete_user(handle, target.ids["active"], reason="Left.")),
    "end sessions": (
        ("o-", "o-", "oa", "oa"),
        lambda handle, target: end_sessions_of(handle, target.ids["active"]),
    ),
    "make a key": (SUPERADMIN_AT_ALL, lambda handle, _target: make_key(handle, passphrase="a long passphrase of mine")),
    # Reading.
    "read challenge": (READERS, lambda handle, target: read_challenge(handle, target.running)),
    "read trades": (READERS, lambda handle, target: read_trades(handle, target.running)),
    "read events": (READERS, lambda handle, target: read_all_events(handle, target.running)),
    "read metrics": (READERS, lambda handle, target: read_metrics(handle, target.running)),
    "replay": (READERS, lambda handle, target: replay_challenge(handle, target.running)),
    "read payment": (READERS, lambda handle, target: read_payment(handle, target.payment)),
    "examine funding": (READERS, lambda handle, target: examine_funding(handle, target.reached)),
    "read people": (("--", "oa", "oa", "oa"), lambda handle, _target: read_people(handle)),
}
IN_SERVICES = {
    # Kinds that are run by a service of their own, and the row of the matrix that runs them.
    commands.CreateChallenge: "open",
    commands.OpenNextPhase: "next phase",
    commands.RecordPayment: "record payment",
    commands.UpdatePaymentStatus: "cancel payment",
    commands.AcknowledgeAlert: "acknowledge",
    commands.ResolveAlert: "resolve",
    commands.MarkFalsePositive: "dismiss",
}
_FRAMES = {commands.Command, commands.ChallengeCommand, commands.HandleAlert}

# Allowed, and refused for what stands in the way of everybody.
HINDERED = {"ExpireChallenge": "no time limit"}


@dataclass(frozen=True, slots=True)
class Template:
    """A workspace in which everything is there to be tried on, closed, to be copied for each try."""

    directory: Path
    targets: dict[str, Target]
    actors: dict[str, Actor]


def five_days(balance: str = "10000.00") -> Report:
    """A history that reaches a target of 10 % on its fourth of five days."""
    report = Report()
    report.operation("balance", balance)
    for day in range(9, 14):
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.01.{day:02} 09:00:00")
        report.deal("sell", "out", "1.00", "1.10100", "300.00", at=f"2024.01.{day:02} 10:00:00")
    return report


def build_target(people: People, owner: Workspace, folder: Path) -> Target:
    folder.mkdir()

    def made(report: Report, name: str, preset: str = "tradesense") -> str:
        result = imported(owner, written(folder, report, name), preset=preset, as_new=True)
        assert result.challenge_id is not None
        return result.challenge_id

    target = Target(id_of(owner))
    target.pending = open_challenge(owner, preset="tradesense", initial_balance=Decimal(10_000), currency="EUR").id
    target.running = made(history("10.00"), "running.html")
    target.reached = made(history("900.00"), "reached.html")
    target.funded = made(five_days(), "funded.html", "ftmo_2_step")
    approve_funding(people.second_admin, target.funded)
    with owner.reading() as reading:
        (target.alert,) = reading.core.execute(
            text("SELECT id FROM risk_alerts WHERE challenge_id = :id AND status = 'ACTIVE' LIMIT 1"),
            {"id": target.reached},
        ).one()
    terms: dict[str, Any] = {"amount": Decimal(99), "currency": "EUR", "provider": PaymentProvider.BANK_TRANSFER}
    target.payment = record_payment(people.second_admin, target.running, **terms).payment.id
    target.paid = record_payment(people.second_admin, target.running, **terms, is_received=True).payment.id
    target.ids["longer"] = str(written(folder, history("10.00", "20.00"), "longer.html"))
    return target


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("matrix")
    workspace = open_workspace(folder / "workspace")
    try:
        people = make_people(workspace)
        targets = {name: build_target(people, people.of(name), folder / name) for name in ("trader", "other")}
        new = {"password": PASSWORD}
        unverified = register_user(people.superadmin, email="un@example.org", is_verified=False, **new).id
        suspended = register_user(people.superadmin, email="su@example.org", **new).id
        suspend_user(people.superadmin, suspended, reason="Doubt.")
        for name, target in targets.items():
            target.ids.update(active=id_of(people.of(name)), suspended=suspended, unverified=unverified)
        actors = {name: people.of(name).actor for name in EMAILS}
    finally:
        workspace.close()
    return Template(folder / "workspace", targets, {name: actor for name, actor in actors.items() if actor})


@pytest.fixture
def nobody(template: Template, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the template, open, with nobody signed in."""
    shutil.copytree(template.directory, tmp_path / "workspace")
    workspace = open_workspace(tmp_path / "workspace")
    yield workspace
    workspace.close()


def sides(template: Template, nobody: Workspace, role: Role, *, is_own: bool) -> tuple[Workspace, Target]:
    """Who acts, and on whose things."""
    if not is_own:
        return nobody.acting_as(template.actors[ACTS_AS[role]]), template.targets["trader"]
    if role is Role.USER:
        return nobody.acting_as(template.actors["trader"]), template.targets["trader"]
    # Somebody who was a trader and is staff now: what they began is still theirs.
    other = template.actors["other"]
    change_role(nobody.acting_as(template.actors["superadmin"]), other.user_id, role)
    target = template.targets["other"]
    own = replace(target, ids={**target.ids, "suspended": other.user_id, "unverified": other.user_id})
    return begin_session(nobody, other.user_id, role), own


def digest(workspace: Workspace) -> dict[str, Any]:
    """Everything that a command could have changed."""
    tables = ("users", "challenges", "trades", "challenge_events", "payments", "risk_alerts", "audit_log")
    with workspace.reading() as reading:
        return {table: reading.driver.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in tables}


def test_every_kind_of_command_is_in_the_matrix() -> None:
    kinds = {
        each
        for each in vars(commands).values()
        if isinstance(each, type) and issubclass(each, commands.Command) and each not in _FRAMES
    }

    assert {kind.__name__ for kind in kinds - set(IN_SERVICES)} <= set(MATRIX)
    assert set(IN_SERVICES.values()) <= set(MATRIX)
    assert set(RIGHTS) == kinds - set(IN_SERVICES)


@pytest.mark.parametrize("role", ORDER)
@pytest.mark.parametrize("is_own", [True, False], ids=["own", "others"])
@pytest.mark.parametrize("name", MATRIX)
def test_command_is_allowed_exactly_where_it_is_written(
    template: Template, nobody: Workspace, name: str, is_own: bool, role: Role
) -> None:
    letters, act = MATRIX[name]
    handle, target = sides(template, nobody, role, is_own=is_own)
    own, others = letters[ORDER.index(role)]
    is_allowed = own == "o" if is_own else others == "a"
    # What has no owner is allowed to whoever may do it at all.
    if name in WITHOUT_OWNER:
        is_allowed = letters[ORDER.index(role)] != "--"
    before = digest(nobody)

    if is_allowed and name in HINDERED:
        with pytest.raises(Refused, match=HINDERED[name]):
            act(handle, target)
    elif is_allowed:
        act(handle, target)
    else:
        with pytest.raises(Refused) as refusal:
            act(handle, target)
        assert refusal.value.exit_code == NOT_ALLOWED or "There is no " in refusal.value.sentence
        assert digest(nobody) == before


@pytest.mark.parametrize("name", MATRIX)
def test_nobody_who_has_not_signed_in_does_anything(template: Template, nobody: Workspace, name: str) -> None:
    before = digest(nobody)

    with pytest.raises(Refused) as refusal:
        MATRIX[name][1](nobody, template.targets["trader"]) if name not in RUN_AS_SOMEBODY else read_people(nobody)

    assert refusal.value.exit_code == NOT_ALLOWED
    assert digest(nobody) == before


WITHOUT_OWNER = {
    "open",
    "policy",
    "thresholds",
    "register a trader",
    "register an auditor",
    "make a key",
    "read people",
}
# A command names its actor, so somebody has to be there to be named.
RUN_AS_SOMEBODY = {kind.__name__ for kind in RIGHTS}


COMMAND_LINE: dict[str, tuple[tuple[str, str, str, str], Callable[[Target], list[str]]]] = {
    "challenge": (READERS, lambda target: ["challenge", target.running]),
    "trades": (READERS, lambda target: ["trades", target.running]),
    "events": (READERS, lambda target: ["events", target.running]),
    "replay": (READERS, lambda target: ["replay", target.running]),
    "metrics": (READERS, lambda target: ["metrics", target.running]),
    "import": (TRADER, lambda target: ["import", target.ids["longer"], "--challenge", target.running]),
    "start": (TRADER, lambda target: ["start", target.pending]),
    "archive": (TRADER_AND_ADMINS, lambda target: ["archive", target.running]),
    "funding show": (READERS, lambda target: ["funding", "show", target.reached]),
    "funding approve": (ADMINS_NOT_OWN, lambda target: ["funding", "approve", target.reached]),
    "funding reject": (
        ADMINS_NOT_OWN,
        lambda target: ["funding", "reject", target.reached, "--reason", "No.", "--fail"],
    ),
    "funding next": (ADMINS_NOT_OWN, lambda target: ["funding", "next", target.funded]),
    "payment add": (
        ADMINS_NOT_OWN,
        lambda target: ["payment", "add", "--challenge", target.running, "--amount", "99", "--currency", "EUR"],
    ),
    "payment status": (ADMINS_NOT_OWN, lambda target: ["payment", "status", target.payment, "CANCELLED"]),
    "payment refund": (ADMINS_NOT_OWN, lambda target: ["payment", "refund", target.paid]),
    "alerts check": (TRADER_AND_ADMINS, lambda target: ["alerts", "check", target.running]),
    "alerts acknowledge": (TRADER_AND_ADMINS, lambda target: ["alerts", "acknowledge", target.alert]),
    "alerts resolve": (ADMINS, lambda target: ["alerts", "resolve", target.alert]),
    "alerts false-positive": (ADMINS, lambda target: ["alerts", "false-positive", target.alert]),
    "user suspend": (ADMINS_NOT_OWN, lambda target: ["user", "suspend", target.ids["active"], "--reason", "Doubt."]),
    "user role": (SUPERADMIN, lambda target: ["user", "role", target.ids["active"], "AUDITOR"]),
    "user delete": (SUPERADMIN, lambda target: ["user", "delete", target.ids["active"], "--reason", "Left."]),
}


@pytest.mark.parametrize("role", ORDER)
@pytest.mark.parametrize("name", COMMAND_LINE)
def test_command_line_allows_exactly_the_same(
    template: Template,
    nobody: Workspace,
    name: str,
    role: Role,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    letters, arguments = COMMAND_LINE[name]
    monkeypatch.setenv("TRADESENSE_PASSWORD", PASSWORD)
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(nobody.directory))
    before = digest(nobody)

    code = run(["--as", EMAILS[ACTS_AS[role]], *arguments(template.targets["trader"])], show_window=lambda _folder: 0)

    told = capsys.readouterr()
    if letters[ORDER.index(role)][1] == "a":
        assert (code, told.err) == (0, "")
    else:
        # Another's challenge does not exist for a trader.
        assert code == NOT_ALLOWED or (code == 1 and "There is no" in told.err)
        assert told.err.count("\n") == 1
        after = digest(nobody)
        assert {table: rows for table, rows in after.items() if table not in {"audit_log", "users"}} == {
            table: rows for table, rows in before.items() if table not in {"audit_log", "users"}
        }


@pytest.mark.parametrize("name", COMMAND_LINE)
def test_trader_does_by_the_command_line_with_the_own_what_is_written(
    template: Template,
    nobody: Workspace,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    letters, arguments = COMMAND_LINE[name]
    monkeypatch.setenv("TRADESENSE_PASSWORD", PASSWORD)
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(nobody.directory))

    code = run(["--as", EMAILS["trader"], *arguments(template.targets["trader"])], show_window=lambda _folder: 0)

    capsys.readouterr()
    assert code == (0 if letters[0][0] == "o" else NOT_ALLOWED)
