"""A process that is killed while it writes leaves all of what it wrote or nothing."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.store.ledgers import create_challenge, fixed_uuid
from tests.unit.store.sudden_death import Left, kill_at_random_moments
from tradesense_desktop.domain.challenge import rebuilt_columns
from tradesense_desktop.domain.replay import Replayer
from tradesense_desktop.store.challenges import find_challenge
from tradesense_desktop.store.event_log import read_head, stream_events
from tradesense_desktop.store.ledger_pages import count_trades
from tradesense_desktop.store.workspace import open_workspace

COUNT = 1_500
BEGINS = b"writing"
WRITER = f"""
import sys
from pathlib import Path
from tests.unit.store.ledgers import create_challenge
from tradesense_desktop.store.workspace import open_workspace
with open_workspace(Path(sys.argv[1])) as workspace:
    print({BEGINS.decode()!r}, flush=True)
    create_challenge(workspace, 2, count={COUNT})
"""
"""Writes a second challenge beside one that is there."""


def _arguments(directory: Path) -> Sequence[str]:
    return [sys.executable, "-c", WRITER, str(directory)]


def _what_is_left(directory: Path) -> Left:
    with open_workspace(directory) as workspace, workspace.reading() as reading:
        first = find_challenge(reading, fixed_uuid(1))
        assert first is not None
        assert first.total_trades == count_trades(reading, first.id) == 20
        second = find_challenge(reading, fixed_uuid(2))
        if second is None:
            assert count_trades(reading, fixed_uuid(2)) == read_head(reading, fixed_uuid(2)).sequence_number == 0
            return Left.NOTHING
        replayer = Replayer()
        for event in stream_events(reading, second.id):
            replayer.apply(event.event_type, event.event_data, challenge_id=second.id, recorded_at=event.recorded_at)
        assert rebuilt_columns(replayer.challenge()) == rebuilt_columns(second)
        assert second.total_trades == count_trades(reading, second.id) == COUNT
        return Left.ALL


def _prepared(directory: Path) -> Path:
    with open_workspace(directory) as workspace:
        create_challenge(workspace, 1, count=20)
    return directory


def test_killed_writer_leaves_all_or_nothing(directory: Path, tmp_path: Path) -> None:
    found = kill_at_random_moments(
        tmp_path,
        prepared=_prepared(directory),
        arguments=_arguments,
        what_is_left=_what_is_left,
        kills=4,
        seed=5,
        begins_with=BEGINS,
    )

    assert found.total() == 4
    assert found[Left.NOTHING] > 0


@pytest.mark.soak
def test_writer_killed_two_hundred_times_leaves_all_or_nothing(directory: Path, tmp_path: Path) -> None:
    found = kill_at_random_moments(
        tmp_path,
        prepared=_prepared(directory),
        arguments=_arguments,
        what_is_left=_what_is_left,
        kills=200,
        seed=23,
        begins_with=BEGINS,
    )

    assert found.total() == 200
    assert found[Left.NOTHING] > 100
