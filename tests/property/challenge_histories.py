"""Random histories of a challenge: rule sets, steps, and a store between the commands."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.errors import ChallengeFrozen, DomainError
from tradesense_desktop.domain.event import Event
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.domain.money import decimal_text
from tradesense_desktop.domain.trade import DealResult, Side, Trade

OWNER = "00000000-0000-4000-8000-00000000000a"
CHALLENGE = "00000000-0000-4000-8000-00000000000c"
COMMAND = "00000000-0000-4000-8000-00000000000d"
RECORDED_AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
BEGINNING = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
INITIAL_BALANCE = Decimal(10000)

RULES: list[dict[str, Any]] = [
    {},
    {"judge": False, "freeze_on_target": False},
    {"freeze_on_target": False, "reset": "America/New_York+7h"},
    {
        "reset": "Europe/Prague 00:00",
        "daily_loss": {"amount_base": "initial", "reference": "balance"},
        "maximum_loss": {"amount_base": "initial", "reference": "initial", "comparator": "le"},
        "min_trading_days": 2,
        "min_day_profit": {"money": "1"},
    },
    {
        "reset": "America/New_York 17:00",
        "daily_loss": {
            "amount_base": "initial",
            "reference": "max_balance_equity",
            "severity": "pause_until_reset",
            "on_payout": "rebase",
        },
        "maximum_loss": {
            "amount": {"money": "900"},
            "reference": "highest_eod_balance",
            "evaluation": "end_of_day",
            "lock_at": {"offset": "0"},
            "on_payout": "floor_to_initial",
        },
        "consistency": {"best_day_share": "0.5"},
        "target": {"observed": "balance", "positions_closed": True},
    },
    {
        "daily_loss": None,
        "maximum_loss": {"reference": "highest_closed_balance", "observed": "balance", "amount_base": "initial"},
        "min_profitable_days": {"days": 2, "minimum": {"percent": "0.005"}},
        "max_duration_days": 5,
        "inactivity_days": 2,
        "approvals": 2,
    },
]


@dataclass(frozen=True)
class Step:
    """One thing that is tried; `after` seconds have passed since the last one."""

    kind: str
    after: int
    amount: Decimal = Decimal(0)
    flag: bool = True
    choice: int = 0


_amounts = st.decimals(min_value=-700, max_value=700, places=2)
_wild_amounts = st.one_of(_amounts, st.decimals(min_value=-30000, max_value=3000, places=2))
_gaps = st.one_of(st.just(0), st.integers(0, 7200), st.integers(0, 3 * 86400), st.just(-1))
steps = st.lists(
    st.one_of(
        st.builds(Step, st.just("trade"), _gaps, _wild_amounts, st.booleans(), st.integers(0, 100000)),
        st.builds(Step, st.just("trade"), _gaps, _amounts, st.just(True), st.integers(0, 100000)),
        st.builds(Step, st.just("trade"), st.integers(60, 50000), _amounts),
        st.builds(
            Step,
            st.just("adjust"),
            _gaps,
            _amounts,
            st.booleans(),
            st.integers(0, len(AdjustmentKind) - 1),
        ),
        st.builds(Step, st.just("sample"), _gaps, _amounts),
        st.builds(Step, st.just("close_day"), st.integers(0, 3 * 86400)),
        st.builds(Step, st.sampled_from(["approve", "reject"]), _gaps, flag=st.booleans(), choice=st.integers(0, 2)),
        st.builds(Step, st.sampled_from(["note", "alert", "payment", "paid", "expire", "start"]), _gaps),
        st.builds(Step, st.just("fail"), _gaps, choice=st.integers(0, 5)),
    ),
    max_size=30,
)
rules = st.sampled_from(RULES)


def new_execution(challenge: Challenge | None, last_sequence_number: int, new_id: Callable[[], str]) -> Execution:
    return Execution(
        challenge,
        last_sequence_number=last_sequence_number,
        command_id=COMMAND,
        recorded_at=RECORDED_AT,
        new_id=new_id,
    )


def create(execution: Execution, rules_config: dict[str, Any]) -> None:
    execution.create(
        challenge_id=CHALLENGE,
        user_id=OWNER,
        challenge_type="Property",
        initial_balance=INITIAL_BALANCE,
        rules_config=rules_config,
        max_daily_drawdown_percent=Decimal("0.05"),
        max_total_drawdown_percent=Decimal("0.1"),
        profit_target_percent=Decimal("0.08"),
    )


def stored(challenge: Challenge) -> Challenge:
    """The row as a database gives it back: no trailing zeros, JSON read anew."""
    changes: dict[str, Any] = {
        name: Decimal(decimal_text(value))
        for name in Challenge.__dataclass_fields__
        if isinstance(value := getattr(challenge, name), Decimal)
    }
    changes["rule_state"] = json.loads(json.dumps(challenge.rule_state))
    changes["rules_config"] = json.loads(json.dumps(challenge.rules_config))
    return replace(challenge, **changes)


def attempt(execution: Execution, step: Step, at: datetime, number: int) -> None:  # noqa: C901, PLR0912
    """Carry out one step; a refusal is left to the caller."""
    approver = f"00000000-0000-4000-8000-00000000000{step.choice}"
    if step.kind == "trade":
        trade = trade_of(step, at, number)
        try:
            execution.execute_trade(trade)
        except ChallengeFrozen:
            execution.alert_frozen(trade)
    elif step.kind == "adjust":
        execution.adjust_balance(
            Adjustment(
                adjustment_id=f"b{number}",
                kind=list(AdjustmentKind)[step.choice],
                amount=step.amount,
                executed_at=at,
                last_of_time=step.flag,
            )
        )
    elif step.kind == "sample":
        execution.record_equity(execution.snapshot().current_balance + step.amount, at)
    elif step.kind == "close_day":
        execution.close_day(at)
    elif step.kind == "approve":
        execution.approve(approver_id=OWNER if step.choice == 0 else approver, at=at)
    elif step.kind == "reject":
        execution.reject(approver_id=approver, reason="not yet", fails=step.flag and step.choice == 1, at=at)
    elif step.kind == "note":
        execution.add_note(author_id=OWNER, text="seen", at=at)
    elif step.kind == "alert":
        alert = execution.raise_alert(
            "UNUSUAL_ACTIVITY", AlertSeverity.LOW, title="Look", message="at this", alert_data={}, at=at
        )
        execution.update_alert(alert, AlertStatus.RESOLVED, actor_id=OWNER, at=at)
    elif step.kind == "payment":
        execution.change_payment_status(
            payment_id=COMMAND, before=None, after="PENDING", amount=Decimal(9), currency="USD", at=at
        )
    elif step.kind == "paid":
        cause = execution.change_payment_status(
            payment_id=COMMAND, before="PENDING", after="SUCCESS", amount=Decimal(9), currency="USD", at=at
        )
        if execution.status is ChallengeStatus.PENDING:
            execution.start(max(at, execution.last_row_at or at), cause=cause)
    elif step.kind == "expire":
        execution.expire(at)
    elif step.kind == "start":
        execution.start(at)
    elif step.kind == "fail" and step.choice == 0:
        execution.fail(actor_id=COMMAND, reason="asked for", at=at)


def trade_of(step: Step, at: datetime, number: int) -> Trade:
    return Trade(
        trade_id=str(number),
        symbol="EURUSD",
        side=Side.BUY,
        quantity=Decimal("0.10"),
        price=Decimal("1.0850"),
        realized_pnl=step.amount,
        commission=Decimal(0),
        executed_at=at,
        own=DealResult(step.amount, Decimal(0), Decimal(0), Decimal(0)),
        opened_at=at - timedelta(seconds=step.choice) if step.choice % 2 else None,
        last_of_time=step.flag,
    )


@dataclass
class History:
    """A challenge brought through steps, with a store in between (`one by one`) or in one command (`bulk`)."""

    challenge: Challenge
    events: list[Event]
    refusals: list[str]


def run(
    rules_config: dict[str, Any],
    history: list[Step],
    *,
    one_by_one: bool,
    after_each: Callable[[Challenge, list[Event]], None] = lambda _challenge, _events: None,
) -> History:
    new_id = UuidSource(1_790_000_000_000, lambda bits: (1 << bits) // 3)
    execution = new_execution(None, 0, new_id)
    create(execution, rules_config)
    events = list(execution.drain().events)
    challenge = execution.snapshot()
    after_each(challenge, events)
    refusals: list[str] = []
    at = BEGINNING
    for number, step in enumerate(history, 1):
        at += timedelta(seconds=step.after)
        if one_by_one:
            execution = new_execution(stored(challenge), len(events), new_id)
        try:
            attempt(execution, step, at, number)
        except DomainError as refusal:
            refusals.append(f"{number}: {refusal}")
        events += execution.drain().events
        challenge = execution.snapshot()
        after_each(challenge, events)
    return History(challenge, events, refusals)
