"""A command is carried out once, whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.make_demo import make_demo
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_events import read_all_events

COMMAND = "0192f0c1-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(directory)
    return directory


@pytest.fixture
def workspace(demo: Path) -> Iterator[Workspace]:
    opened = open_workspace(demo)
    yield opened
    opened.close()


def test_same_command_twice_is_done_once(workspace: Workspace) -> None:
    challenge_id = read_challenges(workspace)[0].challenge.id

    first = archive_challenge(workspace, challenge_id, command_id=COMMAND)
    events = read_all_events(workspace, challenge_id)
    second = archive_challenge(workspace, challenge_id, reason="Something else.", command_id=COMMAND)

    assert first.archived_at is not None
    assert second == first
    assert read_all_events(workspace, challenge_id) == events
    assert events[-1].correlation_id == COMMAND


def test_command_on_nothing_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Refused, match="no challenge"):
        archive_challenge(workspace, "0192f0c1-0000-7000-8000-00000000dead")
