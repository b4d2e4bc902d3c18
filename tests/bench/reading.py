"""What screens read: a replay, a curve, figures, the list of many challenges, a filtered ledger, each next to a bare one.

Run by itself: `python -m tests.bench reading`.
"""

import json
import tempfile
from functools import partial
from pathlib import Path

import numpy as np

from tests.bench.measured import Measured, Unit, alternating
from tests.unit.store.ledgers import create, create_challenge
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_equity_curve import read_equity_curve
from tradesense_desktop.services.read_ledger import LedgerFilter, LedgerOrder, read_ledger_page, select_ledger
from tradesense_desktop.services.read_metrics import read_metrics
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.store.column_cache import ColumnCache
from tradesense_desktop.store.transaction import Transaction

TRADES = 100_000
CHALLENGES = 10_000
_PAGE = 256
_SYMBOL = "XAUUSD"


def measure(trades: int = TRADES, challenges: int = CHALLENGES) -> list[Measured]:
    """Every reading, on a challenge of `trades` trades and a workspace of `challenges`."""
    with tempfile.TemporaryDirectory(prefix="tradesense-bench-") as scratch:
        with open_workspace(Path(scratch) / "one") as workspace:
            challenge_id = create_challenge(workspace, count=trades).id
            rows = [*_events(workspace, challenge_id, trades), *_ledger(workspace, challenge_id, trades)]
        with open_workspace(Path(scratch) / "many") as workspace:
            workspace.write(partial(_fill, challenges=challenges))
            return [*rows, _list_of_challenges(workspace, challenges)]


def _fill(transaction: Transaction, challenges: int) -> None:
    for number in range(1, challenges + 1):
        create(transaction, number, rules={"preset": "tradesense"}, count=2)


def _events(workspace: Workspace, challenge_id: str, trades: int) -> list[Measured]:
    """Replay and curve against json.loads of the same event data; figures against numpy."""
    with workspace.reading() as reading:
        select = "SELECT event_data FROM challenge_events WHERE challenge_id = ? ORDER BY sequence_number"
        texts = [text for (text,) in reading.driver.execute(select, (challenge_id,))]

    def loads() -> None:
        for text in texts:
            json.loads(text)

    def curve() -> None:
        ColumnCache(workspace.cache_directory).forget(challenge_id)
        read_equity_curve(workspace, challenge_id)

    results = np.random.default_rng(5).standard_normal(trades)

    def figures_of_numpy() -> None:
        wins = results[results > 0]
        losses = results[results < 0]
        equity = results.cumsum()
        (np.maximum.accumulate(equity) - equity).max()
        wins.sum() / -losses.sum(), results.mean(), results.std(ddof=1), wins.mean(), losses.mean(), np.median(results)

    replayed, parsed = alternating(partial(replay_challenge, workspace, challenge_id), loads)
    drawn, parsed_too = alternating(curve, loads)
    figured, bare = alternating(partial(read_metrics, workspace, challenge_id), figures_of_numpy)
    against = "json.loads of its event data"
    return [
        Measured(f"replay of {len(texts):,} events", against, replayed / parsed, Unit.RATIO, 3.0, _both(replayed, parsed)),
        Measured(f"equity curve of {len(texts):,} events, nothing cached", against, drawn / parsed_too, Unit.RATIO, 3.0,
                 _both(drawn, parsed_too)),
        Measured(f"figures of {trades:,} trades, from the log and exact", "numpy on arrays in memory", figured / bare,
                 Unit.RATIO, 5.0, _both(figured, bare)),
    ]  # fmt: skip


def _ledger(workspace: Workspace, challenge_id: str, trades: int) -> list[Measured]:
    """The first page of one symbol, and of the rows of a text, against a bare indexed SELECT of as many rows."""
    order = LedgerOrder()
    page = "SELECT * FROM trades WHERE challenge_id = ? AND symbol = ? ORDER BY sequence_number LIMIT ?"
    ids = "SELECT sequence_number FROM trades WHERE challenge_id = ? AND symbol = ? ORDER BY sequence_number"

    def filtered(which: LedgerFilter) -> None:
        selection = select_ledger(workspace, challenge_id, which, order)
        assert selection.sequence_numbers is not None
        read_ledger_page(workspace, challenge_id, selection.sequence_numbers[:_PAGE])

    with workspace.reading() as reading:
        bare_all, bare_page = (
            partial(lambda text, values: reading.driver.execute(text, values).fetchall(), text, values)
            for text, values in ((ids, (challenge_id, _SYMBOL)), (page, (challenge_id, _SYMBOL, _PAGE)))
        )
        chosen, all_numbers = alternating(partial(filtered, LedgerFilter(symbol=_SYMBOL)), bare_all)
        first_page, bare = alternating(
            lambda: read_ledger_page(workspace, challenge_id, range(1, _PAGE + 1)), bare_page, 50
        )
        sided, _ = alternating(partial(filtered, LedgerFilter(symbol=_SYMBOL, side=Side.BUY)), bare_all)
    return [
        Measured(f"ledger of {trades:,} rows: filter by symbol, count and first page", "bare SELECT of all its numbers",
                 chosen / all_numbers, Unit.RATIO, 2.0, _both(chosen, all_numbers)),
        Measured(f"ledger of {trades:,} rows: filter by symbol and side", "bare SELECT of the symbol's numbers",
                 sided / all_numbers, Unit.RATIO, None, _both(sided, all_numbers)),
        Measured(f"a page of {_PAGE} rows of the ledger, with the equity", "bare SELECT of as many rows of a symbol",
                 first_page / bare, Unit.RATIO, None, _both(first_page, bare)),
        Measured(f"a page of {_PAGE} rows of the ledger", "one frame of 60 Hz", first_page * 60, Unit.FRAMES, 1.0),
    ]  # fmt: skip


def _list_of_challenges(workspace: Workspace, challenges: int) -> Measured:
    """The list with names, limits and verdicts, against reading the rows with their JSON parsed."""

    def bare() -> None:
        with workspace.reading() as reading:
            for row in reading.driver.execute("SELECT * FROM challenges ORDER BY created_at, id"):
                for value in row:
                    if isinstance(value, str) and value.startswith("{"):
                        json.loads(value)

    listed, parsed = alternating(lambda: read_challenges(workspace), bare, 3)
    return Measured(f"list of {challenges:,} challenges", "bare SELECT * with its JSON parsed", listed / parsed, Unit.RATIO,
                    None, _both(listed, parsed))  # fmt: skip


def _both(ours: float, bare: float) -> str:
    return f"{ours * 1000:,.1f} and {bare * 1000:,.1f} ms"
