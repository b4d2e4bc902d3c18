"""Challenges and trades for the tests of the domain, made through the domain itself."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.event import Event, EventType
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.domain.preset import Preset
from tradesense_desktop.domain.terms import Terms
from tradesense_desktop.domain.trade import DealResult, Side, Trade

ROOT = Path(__file__).resolve().parents[3]
OWNER = "00000000-0000-4000-8000-00000000000a"
ADMIN = "00000000-0000-4000-8000-00000000000b"
SECOND_ADMIN = "00000000-0000-4000-8000-0000000000b2"
CHALLENGE = "00000000-0000-4000-8000-00000000000c"
COMMAND = "00000000-0000-4000-8000-00000000000d"
RECORDED_AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

new_id = UuidSource(1_790_000_000_000, lambda bits: (1 << bits) // 3)


def preset(name: str) -> Preset:
    return Preset.from_toml((ROOT / "resources" / "presets" / f"{name}.toml").read_text(encoding="utf-8"))


def execution_of(challenge: Challenge | None = None, last_sequence_number: int = 0) -> Execution:
    return Execution(
        challenge,
        last_sequence_number=last_sequence_number,
        command_id=COMMAND,
        recorded_at=RECORDED_AT,
        new_id=new_id,
    )


def opened(
    initial_balance: str = "100000",
    *,
    daily_percent: str = "0.05",
    total_percent: str = "0.10",
    target_percent: str = "0.08",
    **rules_config: Any,
) -> Execution:
    """A new PENDING challenge under the default rules, with changes."""
    execution = execution_of()
    execution.create(
        challenge_id=CHALLENGE,
        user_id=OWNER,
        challenge_type="Two steps",
        initial_balance=Decimal(initial_balance),
        rules_config=rules_config,
        max_daily_drawdown_percent=Decimal(daily_percent),
        max_total_drawdown_percent=Decimal(total_percent),
        profit_target_percent=Decimal(target_percent),
    )
    return execution


def opened_under(name: str, initial_balance: str = "100000", terms: Terms | None = None) -> Execution:
    """A new PENDING challenge under a preset that ships."""
    execution = execution_of()
    terms = terms or preset(name).terms(Decimal(initial_balance))
    execution.create(
        challenge_id=CHALLENGE,
        user_id=OWNER,
        challenge_type=name,
        initial_balance=Decimal(initial_balance),
        rules_config=terms.rules_config,
        max_daily_drawdown_percent=terms.max_daily_drawdown_percent,
        max_total_drawdown_percent=terms.max_total_drawdown_percent,
        profit_target_percent=terms.profit_target_percent,
    )
    return execution


def trade(
    number: int | str,
    result: str,
    at: datetime = MONDAY,
    *,
    opened_at: datetime | None = None,
    last_of_time: bool = True,
    **changes: Any,
) -> Trade:
    fields: dict[str, Any] = {
        "trade_id": str(number),
        "symbol": "EURUSD",
        "side": Side.BUY,
        "quantity": Decimal(10000),
        "price": Decimal("1.0850"),
        "realized_pnl": Decimal(result),
        "commission": Decimal(0),
        "executed_at": at,
        "own": DealResult(Decimal(result), Decimal(0), Decimal(0), Decimal(0)),
        "opened_at": opened_at,
        "last_of_time": last_of_time,
    }
    return Trade(**(fields | changes))


def adjustment(
    number: int | str,
    kind: AdjustmentKind,
    amount: str,
    at: datetime = MONDAY,
    *,
    last_of_time: bool = True,
) -> Adjustment:
    return Adjustment(
        adjustment_id=str(number), kind=kind, amount=Decimal(amount), executed_at=at, last_of_time=last_of_time
    )


def after(**time: float) -> datetime:
    """Monday at ten, and a while."""
    return MONDAY + timedelta(**time)


def events_of(execution: Execution) -> list[Event]:
    return execution.drain().events


def kinds_of(events: list[Event]) -> list[EventType]:
    return [event.event_type for event in events]


def only(events: list[Event], event_type: EventType) -> Event:
    found = [event for event in events if event.event_type is event_type]
    assert len(found) == 1, kinds_of(events)
    return found[0]
