"""kill -9 in the middle of an import: the store opens, is whole, and holds all of the import or nothing."""

import sys
from pathlib import Path

import pytest

from tests.unit.importers.metatrader5_reports import Report
from tests.unit.store.sudden_death import Left, kill_at_random_moments
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.replay_challenge import replay_challenge

TRADES = 400


@pytest.fixture(scope="module")
def statement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    report = Report()
    report.operation("balance", "10000.00")
    for number in range(TRADES):
        day, hour = divmod(number, 20)
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.01.{day + 9:02} {hour:02}:00:00")
        report.deal("sell", "out", "1.00", "1.10100", "1.25", at=f"2024.01.{day + 9:02} {hour:02}:30:00")
    path = tmp_path_factory.mktemp("statement") / "report.html"
    path.write_text(report.html(), encoding="utf-8")
    return path


def what_is_left(directory: Path) -> Left:
    workspace = open_workspace(directory)
    try:
        challenges = read_challenges(workspace, include_archived=True)
        if not challenges:
            return Left.NOTHING
        (summary,) = challenges
        assert summary.challenge.total_trades == TRADES
        assert replay_challenge(workspace, summary.challenge.id).equals_stored is True
    finally:
        workspace.close()
    return Left.ALL


def _kill(tmp_path: Path, statement: Path, kills: int) -> None:
    prepared = tmp_path / "prepared"
    open_workspace(prepared).close()

    found = kill_at_random_moments(
        tmp_path / "scratch",
        prepared=prepared,
        arguments=lambda directory: [
            *(sys.executable, "-m", "tradesense_desktop", "--workspace", str(directory)),
            *("import", str(statement), "--json"),
        ],
        what_is_left=what_is_left,
        kills=kills,
        seed=kills,
    )

    assert sum(found.values()) == kills


def test_import_killed_at_random_moments_leaves_all_or_nothing(tmp_path: Path, statement: Path) -> None:
    _kill(tmp_path, statement, 8)


@pytest.mark.soak
def test_import_killed_two_hundred_times_leaves_all_or_nothing(tmp_path: Path, statement: Path) -> None:
    _kill(tmp_path, statement, 200)
