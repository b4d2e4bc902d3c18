"""Make the demo: a workspace of its own with challenges that never were, judged by the real rules."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from typing import Final
from uuid import uuid4

from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.domain.trade import DealResult, Side, Trade
from tradesense_desktop.services.challenge_origin import DEMO_MARK, is_demo
from tradesense_desktop.services.change_payment import refund_payment
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.demo_people import enter_demo, make_demo_people
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.judge_rows import judge_rows
from tradesense_desktop.services.open_next_phase import open_next_phase
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.opening_terms import opening_terms
from tradesense_desktop.services.permission import acting
from tradesense_desktop.services.presets import preset_named
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.record_payment import record_payment
from tradesense_desktop.services.run_command import new_execution, new_identifiers
from tradesense_desktop.services.statement_rows import settled
from tradesense_desktop.services.watch_activity import watch_all
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction

_MARK_TEXT: Final = "This folder holds demonstration data made by TradeSense Desktop. It may be deleted at any time.\n"
_CENT: Final = Decimal("0.01")
_SEED: Final = 20261123

# Symbol, a usual price, its smallest step, what a move of one step is worth a lot.
_SYMBOLS: Final = (
    ("EURUSD", Decimal("1.08500"), Decimal("0.00001"), Decimal(1)),
    ("GBPJPY", Decimal("191.250"), Decimal("0.001"), Decimal("0.67")),
    ("XAUUSD", Decimal("2415.50"), Decimal("0.01"), Decimal(1)),
    ("US30.cash", Decimal("40120.5"), Decimal("0.1"), Decimal("0.10")),
)


class DemoSize(StrEnum):
    """How much there is to look at."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class DemoMade:
    """How many challenges the demo's trader has (others have more), and whether they were made just now."""

    challenges: int
    made_now: bool


@dataclass(frozen=True, slots=True)
class _Story:
    """One challenge of the demo: rules, size, and how its trader trades (results a trade in parts of the account)."""

    preset: str
    initial_balance: Money
    days: int
    trades_a_day: int
    skill: float
    risk: float
    seed: int


_STORIES: Final = (
    _Story("tradesense", Decimal(100_000), 24, 4, 0.00008, 0.0028, 11),
    _Story("tradesense", Decimal(50_000), 30, 5, 0.0011, 0.0032, 3),
    _Story("tradesense", Decimal(25_000), 18, 6, -0.0009, 0.0055, 7),
    _Story("journal", Decimal(10_000), 90, 3, 0.0003, 0.0060, 5),
)
_WAITS_FOR_A_SECOND: Final = _Story("tradesense", Decimal(100_000), 26, 5, 0.0012, 0.0030, 13)
_SENT_BACK: Final = _Story("tradesense", Decimal(50_000), 26, 5, 0.0012, 0.0030, 29)
_FUNDED: Final = _Story("ftmo_2_step", Decimal(50_000), 40, 5, 0.0012, 0.0030, 17)
_STORIES_OF_OTIS: Final = (_WAITS_FOR_A_SECOND, _SENT_BACK, _FUNDED)
_LARGE_STORY: Final = _Story("journal", Decimal(250_000), 1_000, 100, 0.000002, 0.0004, 9)


def demo_directory(workspace_directory: Path) -> Path:
    """The folder of the demo that belongs to a workspace."""
    return workspace_directory / "demo"


def make_demo(directory: Path, size: DemoSize = DemoSize.SMALL, progress: ProgressReport = unwatched) -> DemoMade:
    """Make the demo in `directory` where there is none; what is stopped or fails on the way leaves nothing behind.

    Raises Refused for a folder that holds something else, Cancelled.
    """
    if is_demo(directory):
        nobody = open_workspace(directory)
        try:
            entered = enter_demo(nobody)
            return DemoMade(len(read_challenges(nobody if entered is None else entered.workspace)), made_now=False)
        finally:
            nobody.close()
    if directory.exists() and any(directory.iterdir()):
        raise Refused(f"{directory} holds something that is no demo; name another folder with --workspace.")
    directory.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix="demo-", dir=directory.parent))
    try:
        workspace = open_workspace(unfinished)
        try:
            stories = (*_STORIES, _LARGE_STORY) if size is DemoSize.LARGE else _STORIES
            for story in stories:
                _tell(workspace, story, progress)
            _people_do_their_part(make_demo_people(workspace), progress)
        finally:
            workspace.close()
        (unfinished / DEMO_MARK).write_text(_MARK_TEXT, encoding="utf-8")
        if directory.exists():
            directory.rmdir()
        unfinished.rename(directory)
    except BaseException:
        shutil.rmtree(unfinished)
        raise
    return DemoMade(len(stories), made_now=True)


def _people_do_their_part(people: dict[str, Workspace], progress: ProgressReport) -> None:
    """A second trader, payments, decisions in every state, and a look at how everybody trades."""
    ada, ben = people["ada@demo.example"], people["ben@demo.example"]
    set_funding_policy(people["sue@demo.example"], 2)
    ids = {story: _tell(people["otis@demo.example"], story, progress) for story in _STORIES_OF_OTIS}
    for number, summary in enumerate(read_challenges(ada)):
        currency = summary.challenge.currency
        paid = record_payment(
            ada,
            summary.challenge.id,
            amount=Decimal(99 + 50 * number),
            currency=currency,
            reference=f"transfer {number + 1}",
            is_received=number != 1,
        )
        if number == 0:
            refund_payment(ada, paid.payment.id)
    approve_funding(ada, ids[_WAITS_FOR_A_SECOND], comment="Consistent over five weeks.")
    reason = "Four of the best trades were opened within seconds of the news; please trade on and show the rest."
    reject_funding(ben, ids[_SENT_BACK], reason=reason, fails=False)
    for decider in (ada, ben):
        approve_funding(decider, ids[_FUNDED])
    open_next_phase(ada, ids[_FUNDED])
    watch_all(ada)


def remove_demo(directory: Path) -> None:
    """Delete the demo with all that is in it. Raises Refused for a folder that is no demo."""
    if not is_demo(directory):
        raise Refused(f"{directory} is no demo; only a demo is ever removed.")
    shutil.rmtree(directory)


def _tell(workspace: Workspace, story: _Story, progress: ProgressReport) -> str:
    """Open one challenge and trade it to its end; its id."""
    rows = list(settled(_trades(story, datetime.now(UTC))))

    def change(transaction: Transaction) -> str:
        now = datetime.now(UTC)
        preset = preset_named(story.preset)
        terms = opening_terms(transaction, preset, story.initial_balance, on=rows[0].executed_at.date())
        challenge_id = new_identifiers(now)()
        execution = new_execution(None, 0, str(uuid4()), now)
        execution.create(
            challenge_id=challenge_id,
            user_id=acting(workspace).user_id,
            challenge_type=preset.title,
            currency="USD",
            initial_balance=story.initial_balance,
            rules_config={
                **terms.rules_config,
                "source": {"family": "demo", "account": f"account {story.seed}", "server": None, "run": None},
                "server_zone": "UTC",
            },
            max_daily_drawdown_percent=terms.max_daily_drawdown_percent,
            max_total_drawdown_percent=terms.max_total_drawdown_percent,
            profit_target_percent=terms.profit_target_percent,
        )
        recorder = Recorder.of_new(transaction, execution.snapshot())
        judge_rows(execution, rows, len(rows), recorder.append, progress)
        recorder.finish(execution.snapshot())
        return challenge_id

    with refusals():
        return workspace.write(change)


def _trades(story: _Story, now: datetime) -> Iterator[Trade]:
    """Closing deals on the working days before `now`, the same ones for the same story."""
    chance = random.Random(_SEED + story.seed)  # noqa: S311 - a demo is no secret
    number = 1_000_000 * story.seed
    first = now.date() - timedelta(days=story.days)
    for offset in range(story.days):
        day = first + timedelta(days=offset)
        if day.weekday() >= 5:  # noqa: PLR2004 - Saturday
            continue
        seconds = sorted(chance.sample(range(7 * 3600, 21 * 3600), story.trades_a_day))
        for second in seconds:
            number += chance.randrange(1, 9)
            yield _trade(story, chance, number, datetime.combine(day, time(), UTC) + timedelta(seconds=second))


def _trade(story: _Story, chance: random.Random, number: int, closed_at: datetime) -> Trade:
    symbol, usual, step, worth = chance.choice(_SYMBOLS)
    side = chance.choice((Side.BUY, Side.SELL))
    lots = Decimal(chance.randrange(10, 200)) / 100
    commission = -(lots * Decimal("3.50")).quantize(_CENT)
    # A double only draws the demo's dice; the money made of it is cents.
    wanted = Decimal(round(chance.gauss(story.skill, story.risk) * float(story.initial_balance)))
    steps = max(-9_000, min(9_000, int(wanted / (lots * worth))))
    profit = (steps * lots * worth).quantize(_CENT)
    open_price = usual + step * chance.randrange(-3_000, 3_000)
    price = open_price + step * steps * (1 if side is Side.BUY else -1)
    swap = Decimal(chance.randrange(-400, 50)) / 100 if chance.random() < 0.15 else ZERO  # noqa: PLR2004
    return Trade(
        trade_id=str(number),
        symbol=symbol,
        side=side,
        quantity=lots,
        price=max(price, step),
        realized_pnl=profit + swap + commission,
        commission=-commission,
        executed_at=closed_at,
        own=DealResult(profit, swap, commission, ZERO),
        deal_side=Side.SELL if side is Side.BUY else Side.BUY,
        position_id=str(number - 1),
        opened_at=closed_at - timedelta(seconds=chance.randrange(60, 6 * 3600)),
        open_price=open_price,
    )
