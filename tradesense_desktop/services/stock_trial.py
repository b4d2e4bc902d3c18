"""Stock a trial server: challenges of its trader that an administrator recorded, one in each state.

Made as a firm makes them: in a workspace of the administrator's, which is then synchronised and thrown away.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from tradesense_desktop.domain.commands import ExecuteTrades
from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.domain.trade import DealResult, Side, Trade
from tradesense_desktop.services.connect_firm import connect_firm
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.services.sign_in_to_firm import sign_in_to_firm
from tradesense_desktop.services.sync_workspace import sync_once
from tradesense_desktop.settings import resources_directory

_SAMPLE: Final = "sample_metatrader5_history.html"
_BALANCE: Final = Decimal(50_000)
_WINNING: Final = tuple(map(Decimal, ("-95.50", "130.00", "180.00", "300.50")))
_ON_THE_WAY: Final = tuple(map(Decimal, ("120.00", "-60.25", "85.50", "-110.00")))
_TRADES_A_DAY: Final = len(_WINNING)


def stock_trial(address: str, password: str, owner_id: str) -> None:
    """Record as the administrator at `address` what the trader did: one failed, one at its target, one going on."""
    with TemporaryDirectory(prefix="tradesense-trial-") as folder:
        connect_firm(Path(folder) / "firm", address, password)
        with open_workspace(Path(folder) / "firm") as nobody:
            workspace = sign_in_to_firm(nobody, password).workspace
            statement = resources_directory() / "statements" / _SAMPLE
            import_statement(
                workspace,
                ImportRequest(path=statement, preset="tradesense", timezone="Europe/Helsinki", owner_id=owner_id),
            )
            _record(workspace, owner_id, _WINNING, days=8)
            _record(workspace, owner_id, _ON_THE_WAY, days=5)
            sync_once(workspace)


def _record(workspace: Workspace, owner_id: str, results: tuple[Decimal, ...], *, days: int) -> None:
    """A challenge with the same results on each of the last `days` days."""
    challenge = open_challenge(workspace, preset="tradesense", initial_balance=_BALANCE, owner_id=owner_id)
    now = datetime.now(UTC)
    trades = tuple(
        _trade(f"{day:02}{number}", result, now - timedelta(days=days - day, minutes=5 * (_TRADES_A_DAY - number)))
        for day in range(days)
        for number, result in enumerate(results)
    )
    run_command(
        workspace,
        ExecuteTrades(
            command_id=str(uuid4()),
            actor_id=acting(workspace).user_id,
            challenge_id=challenge.id,
            issued_at=now,
            rows=trades,
        ),
    )


def _trade(trade_id: str, result: Decimal, executed_at: datetime) -> Trade:
    return Trade(
        trade_id=trade_id,
        symbol="EURUSD",
        side=Side.BUY,
        quantity=Decimal("1.5"),
        price=Decimal("1.085"),
        realized_pnl=result,
        commission=ZERO,
        executed_at=executed_at,
        own=DealResult(result, ZERO, ZERO, ZERO),
    )
