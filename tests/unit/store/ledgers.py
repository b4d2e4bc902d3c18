"""Challenges with ledgers, made through the domain and written by the recorder, for tests and benchmarks of the store."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.domain.trade import DealResult, EntryMatch, EntryShare, Side, Trade
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import find_owner
from tradesense_desktop.store.workspace import Workspace

CLOCK = datetime(2025, 6, 1, 6, 0, tzinfo=UTC)
FIRST_TRADE = datetime(2019, 1, 2, 8, 0, tzinfo=UTC)
JOURNAL = {"preset": "journal", "judge": False, "freeze_on_target": False}
_SYMBOLS = ("EURUSD", "GBPUSD", "XAUUSD", "US100.cash", "BTCUSD")


def ids(seed: int) -> Callable[[], str]:
    """UUIDs that are the same in every run."""
    return UuidSource(int(CLOCK.timestamp() * 1000), random.Random(seed).getrandbits)


def fixed_uuid(number: int) -> str:
    """A version 4 UUID that says which one it is."""
    return str(UUID(int=number, version=4))


def trades(
    count: int, *, first: int = 1, seed: int = 7, begins: datetime = FIRST_TRADE, most_seconds: int = 3600
) -> Iterator[Trade]:
    """`count` trades numbered from `first`, some at one time, else up to `most_seconds` apart."""
    generator = random.Random(seed * 1_000_003 + first)
    executed_at = begins
    for number in range(first, first + count):
        if generator.random() < 0.9:
            executed_at += timedelta(
                seconds=generator.randint(1, most_seconds), microseconds=generator.randrange(10**6)
            )
        profit = Decimal(generator.randint(-20_000, 20_400)).scaleb(-2)
        own = DealResult(profit, Decimal("-0.13"), Decimal("-0.7"), Decimal(0))
        entry = EntryShare(EntryMatch.POSITION, Decimal("-0.35"), Decimal(0), Decimal(0), None)
        yield Trade(
            trade_id=str(number),
            symbol=generator.choice(_SYMBOLS),
            side=generator.choice((Side.BUY, Side.SELL)),
            quantity=Decimal(generator.randint(1, 500)).scaleb(-2),
            price=Decimal(generator.randint(100_000, 199_999)).scaleb(-5),
            realized_pnl=own.net + entry.commission,
            commission=Decimal("1.05"),
            executed_at=executed_at,
            own=own,
            deal_side=Side.SELL,
            entry=entry,
            external_trade_id=f"x{number}" if number % 3 == 0 else None,
            position_id=str(500_000 + number),
            opened_at=executed_at - timedelta(minutes=generator.randint(1, 600)) if number % 5 else None,
            open_price=Decimal(generator.randint(100_000, 199_999)).scaleb(-5) if number % 5 else None,
        )


def create(
    transaction: Transaction,
    number: int,
    *,
    rules: dict[str, Any] = JOURNAL,
    count: int = 0,
    rows_a_drain: int = 1_000,
    owner_id: str | None = None,
) -> Challenge:
    """Challenge `number` of `owner_id` (else the implicit owner) with `count` trades, as a bulk import writes it."""
    execution = Execution(
        None, last_sequence_number=0, command_id=fixed_uuid(10**6 + number), recorded_at=CLOCK, new_id=ids(number)
    )
    owner = owner_id or find_owner(transaction)
    assert owner is not None
    percents = (Decimal(1),) * 3 if rules == JOURNAL else (Decimal("0.05"), Decimal("0.1"), Decimal("0.08"))
    execution.create(
        challenge_id=fixed_uuid(number),
        user_id=owner,
        challenge_type="test",
        initial_balance=Decimal(1_000_000),
        rules_config=rules,
        max_daily_drawdown_percent=percents[0],
        max_total_drawdown_percent=percents[1],
        profit_target_percent=percents[2],
    )
    recorder = Recorder.of_new(transaction, execution.snapshot())
    for place, trade in enumerate(trades(count, seed=number), start=1):
        if not execution.accepts_rows:
            break
        execution.execute_trade(trade)
        if place % rows_a_drain == 0:
            recorder.append(execution.drain())
    recorder.append(execution.drain())
    return recorder.finish(execution.snapshot())


def create_challenge(
    workspace: Workspace, number: int = 1, *, count: int = 0, rules: dict[str, Any] = JOURNAL
) -> Challenge:
    """Challenge `number` with `count` trades, committed."""
    return workspace.write(lambda transaction: create(transaction, number, count=count, rules=rules))


def continued(challenge: Challenge, last_sequence_number: int, *, seed: int) -> Execution:
    """An execution of a command on a stored challenge."""
    return Execution(
        challenge,
        last_sequence_number=last_sequence_number,
        command_id=fixed_uuid(2 * 10**6 + seed),
        recorded_at=CLOCK + timedelta(seconds=seed),
        new_id=ids(10**6 + seed),
    )
