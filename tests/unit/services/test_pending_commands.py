"""Commands of a firm's workspace: what they would have written goes to the outbox, and the replica stays as it is."""

from collections.abc import Callable
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.firm_workspaces import Challenges, firm_workspace, ops_of, replica_rows, rows_of, with_challenges
from tests.integration.histories import history, written
from tests.people import id_of, workspace_with_people
from tests.unit.importers import payment_messages
from tests.waiting_challenges import account_text
from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.domain.commands import (
    AddNote,
    AdjustBalance,
    ArchiveChallenge,
    ChallengeCommand,
    CloseDay,
    ExecuteTrade,
    ExecuteTrades,
    FailChallenge,
    RaiseAlert,
    RecordEquity,
    StartChallenge,
)
from tradesense_desktop.domain.payment import PaymentStatus
from tradesense_desktop.domain.trade import DealResult, Side, Trade
from tradesense_desktop.services.change_payment import change_payment_status, refund_payment
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.errors import NotAllowed, Refused
from tradesense_desktop.services.handle_alert import acknowledge_alert, dismiss_alert, resolve_alert
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.open_next_phase import open_next_phase
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_pending import PendingCounts, count_pending, read_pending
from tradesense_desktop.services.receive_webhook import receive_webhook
from tradesense_desktop.services.record_payment import record_payment
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.services.watch_activity import watch_challenge
from tradesense_desktop.store.outbox import Op, OpState, open_outbox
from tradesense_desktop.store.pending_write import PendingCommand

Rows = dict[str, list[dict[str, Any]]]
AT = datetime(2024, 1, 10, 9, tzinfo=UTC)


def laid_rows(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """What the replica looks like with everything that is pending laid over it."""
    nothing = PendingCommand(command_id=str(uuid4()), kind="AddNote", title="Nothing", recipe={})
    return workspace.write(rows_of, pending=nothing)


class Seen:
    """A handle that keeps what its last pending change left, before that was rolled back."""

    def __init__(self, workspace: Workspace) -> None:
        self.handle = copy(workspace)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.handle.write = self._write  # type: ignore[method-assign]
        self._inner = workspace

    def _write(self, function: Callable[[Any], Any], acting: Any = None, pending: Any = None) -> Any:
        def change(transaction: Any) -> Any:
            result = function(transaction)
            self.rows = rows_of(transaction)
            return result

        return self._inner.write(change, acting, pending)


class Desk:
    """An administrator's replica with the challenges of a trader, and every way of changing one of them."""

    def __init__(self, workspace: Workspace, folder: Path, challenges: Challenges) -> None:
        self.seen = Seen(workspace)
        self.workspace = self.seen.handle
        self.folder = folder
        self.challenges = challenges
        self.challenge_id = challenges.traded
        self.number = 0

    def command(self, kind: type[ChallengeCommand], **fields: Any) -> None:
        run_command(
            self.workspace,
            kind(
                command_id=str(uuid4()),
                actor_id=id_of(self.workspace),
                issued_at=datetime.now(UTC),
                challenge_id=self.challenge_id,
                **fields,
            ),
        )

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def trade(self, pnl: str = "-10.00") -> Trade:
        number = self.next_number()
        amount = Decimal(pnl)
        return Trade(
            trade_id=f"t{number}",
            symbol="EURUSD",
            side=Side.BUY,
            quantity=Decimal("0.10"),
            price=Decimal("1.1"),
            realized_pnl=amount,
            commission=Decimal(0),
            executed_at=AT + timedelta(hours=number),
            own=DealResult(amount, Decimal(0), Decimal(0), Decimal(0)),
        )

    def adjustment(self) -> Adjustment:
        number = self.next_number()
        return Adjustment(
            adjustment_id=f"a{number}",
            kind=AdjustmentKind.DEPOSIT,
            amount=Decimal("100.25"),
            executed_at=AT + timedelta(hours=number),
        )

    def alerts(self) -> list[str]:
        """Alerts of the challenge that nobody has handled here: reading does not show what is pending."""
        rows = replica_rows(self.workspace)["risk_alerts"]
        return [row["id"] for row in rows if row["challenge_id"] == self.challenge_id]

    def payments(self) -> list[str]:
        rows = laid_rows(self.workspace)["payments"]
        return [row["id"] for row in rows if row["challenge_id"] == self.challenge_id]

    def message(self) -> Path:
        path = payment_messages.written(self.folder, payment_messages.stripe_succeeded())
        text = path.read_text(encoding="utf-8").replace(payment_messages.CHALLENGE, self.challenge_id)
        number = self.challenges.ids.index(self.challenge_id)
        path.write_text(text.replace(payment_messages.INTENT, f"pi_{number}"), encoding="utf-8")
        return path


STEPS: dict[str, Callable[[Desk], object]] = {
    "start": lambda desk: desk.command(StartChallenge),
    "trade": lambda desk: desk.command(ExecuteTrade, trade=desk.trade()),
    "trades": lambda desk: desk.command(ExecuteTrades, rows=(desk.trade("0.07"), desk.adjustment(), desk.trade())),
    "ruin": lambda desk: desk.command(ExecuteTrade, trade=desk.trade("-9000")),
    "adjust": lambda desk: desk.command(AdjustBalance, adjustment=desk.adjustment()),
    "equity": lambda desk: desk.command(
        RecordEquity, equity=Decimal("10000.5"), observed_at=AT + timedelta(hours=desk.next_number())
    ),
    "day": lambda desk: desk.command(CloseDay),
    "note": lambda desk: desk.command(AddNote, text="Seen “so far”. \u2713"),
    "alert": lambda desk: desk.command(
        RaiseAlert,
        alert_type="MANUAL",
        severity=AlertSeverity.HIGH,
        title="Look",
        message="At this",
        alert_data={"n": 1, "of": "desk"},
    ),
    "acknowledge": lambda desk: [acknowledge_alert(desk.workspace, each) for each in desk.alerts()[:1]],
    "resolve": lambda desk: [resolve_alert(desk.workspace, each, comment="done") for each in desk.alerts()[:1]],
    "dismiss": lambda desk: [dismiss_alert(desk.workspace, each) for each in desk.alerts()[-1:]],
    "fail": lambda desk: desk.command(FailChallenge, reason="Against the rules."),
    "archive": lambda desk: desk.command(ArchiveChallenge, reason="Over."),
    "approve": lambda desk: approve_funding(desk.workspace, desk.challenge_id, comment="Good"),
    "reject": lambda desk: reject_funding(desk.workspace, desk.challenge_id, reason="No", fails=False),
    "next phase": lambda desk: open_next_phase(desk.workspace, desk.challenge_id),
    "open": lambda desk: open_challenge(
        desk.workspace, preset="tradesense", initial_balance=Decimal(5000), owner_id=desk.challenges.owner_id
    ),
    "pay": lambda desk: record_payment(
        desk.workspace, desk.challenge_id, amount=Decimal("99.95"), currency="USD", reference=f"r{desk.next_number()}"
    ),
    "paid": lambda desk: record_payment(
        desk.workspace, desk.challenge_id, amount=Decimal("99.95"), currency="USD", is_received=True
    ),
    "move": lambda desk: [
        change_payment_status(desk.workspace, each, PaymentStatus.SUCCESS) for each in desk.payments()[:1]
    ],
    "refund": lambda desk: [
        refund_payment(desk.workspace, each, amount=Decimal(desk.next_number())) for each in desk.payments()[:1]
    ],
    "webhook": lambda desk: receive_webhook(desk.workspace, desk.message()),
    "watch": lambda desk: watch_challenge(desk.workspace, desk.challenge_id),
    "import": lambda desk: import_statement(
        desk.workspace,
        ImportRequest(
            path=written(desk.folder, history("5.00", account=account_text(8000 + desk.next_number()))),
            as_new=True,
            owner_id=desk.challenges.owner_id,
        ),
    ),
}


BEFORE_IT = {
    "move": ("pay",),
    "refund": ("paid",),
    "next phase": ("approve",),
}


@pytest.mark.parametrize("name", sorted(STEPS))
def test_rows_of_a_command_laid_over_the_replica_are_those_that_it_left(tmp_path: Path, name: str) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        before = replica_rows(admin)
        desk = Desk(admin, tmp_path, challenges)
        expected, done = before, 0
        for challenge_id in challenges.ids:
            desk.challenge_id = challenge_id
            for step in (*BEFORE_IT.get(name, ()), name):
                waiting = len(ops_of(admin))
                with suppress(Refused):
                    STEPS[step](desk)
                if len(ops_of(admin)) > waiting:
                    expected = changed(expected, desk.seen.rows, ops_of(admin)[-1])
                    assert laid_rows(admin) == expected
                    done += step == name

        assert done
        assert replica_rows(admin) == before


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 4)), max_size=14))
def test_pending_commands_laid_in_order_are_what_doing_them_one_after_the_other_left(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    with firm_workspace(folder / "w", prepare=with_challenges(folder)) as (admin, challenges):
        before = replica_rows(admin)
        desk = Desk(admin, folder, challenges)
        expected = before
        for name, which in steps:
            desk.challenge_id = challenges.ids[which]
            waiting = len(ops_of(admin))
            with suppress(Refused):
                STEPS[name](desk)
            if len(ops_of(admin)) > waiting:
                expected = changed(expected, desk.seen.rows, ops_of(admin)[-1])

        assert laid_rows(admin) == expected
        assert replica_rows(admin) == before


def changed(before: Rows, left: Rows, op: Op) -> Rows:
    """`before` with what an op left: a command sees only what is pending on its own challenge."""
    if op.about_id is None:
        return left
    ids = {op.about_id, op.challenge_id}
    return {
        table: sorted(
            [row for row in before[table] if _challenge_of(table, row) not in ids]
            + [row for row in left[table] if _challenge_of(table, row) in ids],
            key=lambda row: str(row["id"]),
        )
        for table in before
    }


def _challenge_of(table: str, row: dict[str, Any]) -> Any:
    return row["id"] if table == "challenges" else row["challenge_id"]


def test_own_note_that_waits_is_no_reason_to_look_again_before_deciding(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        desk = Desk(admin, tmp_path, challenges)
        desk.challenge_id = challenges.waiting
        seen = max(
            row["sequence_number"]
            for row in replica_rows(admin)["challenge_events"]
            if row["challenge_id"] == challenges.waiting
        )
        STEPS["note"](desk)

        approve_funding(admin, challenges.waiting, seen_sequence_number=seen)

        with pytest.raises(Refused, match="Already decided by"):
            approve_funding(admin, challenges.waiting, seen_sequence_number=seen)
        assert [op.kind for op in ops_of(admin)] == ["AddNote", "ApproveFunding"]


def test_same_command_again_joins_the_outbox_once(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        desk = Desk(admin, tmp_path, challenges)
        command_id = str(uuid4())
        command = AddNote(
            command_id=command_id,
            actor_id=id_of(admin),
            issued_at=datetime.now(UTC),
            challenge_id=challenges.traded,
            text="once",
        )
        run_command(desk.workspace, command)
        run_command(desk.workspace, command)
        (op,) = ops_of(admin)
        with open_outbox(admin.directory) as outbox:
            outbox.finish(op.id, OpState.CONFIRMED)

        # A pull brings events and no results of commands: what was confirmed is known by the outbox.
        run_command(desk.workspace, command)

        assert ops_of(admin) == ()


@pytest.mark.parametrize("name", ["trade", "import", "close", "approve", "pay", "open"])
def test_trader_of_a_firm_records_and_decides_nothing(tmp_path: Path, name: str) -> None:
    with firm_workspace(tmp_path / "w", who="trader", prepare=with_challenges(tmp_path)) as (trader, challenges):
        desk = Desk(trader, tmp_path, challenges)

        with pytest.raises(NotAllowed):
            STEPS["day" if name == "close" else name](desk)

        assert ops_of(trader) == ()


def test_statement_of_an_account_that_nobody_has_asks_for_whom_it_is(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, _):
        path = written(tmp_path, history("5.00", account=account_text(9001)))

        with pytest.raises(Refused, match="name the challenge, or the trader"):
            import_statement(admin, ImportRequest(path=path))
        with pytest.raises(Refused, match="name the trader"):
            open_challenge(admin, preset="tradesense", initial_balance=Decimal(5000))


def test_statement_is_recorded_into_the_challenge_of_its_account_whosever_it_is(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        path = written(tmp_path, history("-20.00", "35.50", "7.25", account=account_text(7003)))

        result = import_statement(admin, ImportRequest(path=path, preset="tradesense"))

        (op,) = ops_of(admin)
        with open_outbox(admin.directory) as outbox:
            rows, (_, attachment) = outbox.read_rows(op.id), outbox.read_recipe(op.id)
        assert (result.challenge_id, result.trades_added) == (challenges.traded, 1)
        assert (op.kind, op.challenge_id, len(rows["trades"])) == ("ImportStatement", challenges.traded, 1)
        assert attachment == path.read_bytes()


def test_local_workspace_notes_nothing_and_keeps_no_outbox(tmp_path: Path) -> None:
    with workspace_with_people(tmp_path / "w") as people:
        open_challenge(people.trader, preset="tradesense", initial_balance=Decimal(5000))
        triggers = people.trader.write(
            lambda transaction: transaction.driver.execute(
                "SELECT count(*) FROM sqlite_temp_schema WHERE name LIKE 'capture%'"
            ).fetchone()[0]
        )

        assert triggers == 0
        assert read_pending(people.trader) == ()
        assert count_pending(people.trader) == PendingCounts(0, 0)
        assert not (tmp_path / "w" / "outbox.sqlite").exists()
