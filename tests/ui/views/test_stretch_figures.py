from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tradesense_desktop.domain.progress import Cancelled, Progress, unwatched
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_ledger import read_trades
from tradesense_desktop.ui.views.trader.stretch_figures import Stretch, read_stretch


@pytest.fixture
def challenge_id(workspace: Workspace) -> str:
    (journal,) = [each for each in read_challenges(workspace) if each.preset == "journal"]
    return journal.challenge.id


def test_the_whole_ledger_as_a_stretch_makes_what_its_rows_add_up_to(workspace: Workspace, challenge_id: str) -> None:
    rows = read_trades(workspace, challenge_id)
    resets = [(rows[0].executed_at + timedelta(days=day)).timestamp() for day in range(1, 60)]
    stretch = Stretch(rows[0].executed_at, rows[-1].executed_at, 1, len(rows), resets)

    found = read_stretch(workspace, challenge_id, stretch, unwatched)

    result, highest, deepest = Decimal(0), Decimal(0), Decimal(0)
    for row in rows:
        result += row.realized_pnl
        highest = max(highest, result)
        deepest = min(deepest, result - highest)
    assert (found.trades, found.result, found.deepest) == (len(rows), result, deepest)
    assert found.won == len([row for row in rows if row.realized_pnl > 0])
    assert 1 < found.days <= len({row.executed_at.date() for row in rows}) + 1


def test_reading_a_stretch_can_be_stopped(workspace: Workspace, challenge_id: str) -> None:
    def stop(_progress: Progress) -> None:
        raise Cancelled

    at = datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(Cancelled):
        read_stretch(workspace, challenge_id, Stretch(at, at, 1, 5, ()), stop)
