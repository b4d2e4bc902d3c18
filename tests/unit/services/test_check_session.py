from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import People, id_of, workspace_with_people
from tradesense_desktop.services.check_session import check_session
from tradesense_desktop.services.end_session import end_sessions_of
from tradesense_desktop.services.errors import NotSignedIn, SignedOut
from tradesense_desktop.services.open_workspace import open_workspace


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


def test_an_open_session_stands_and_an_ended_one_does_not(people: People) -> None:
    check_session(people.trader)

    end_sessions_of(people.admin, id_of(people.trader))

    with pytest.raises(SignedOut):
        check_session(people.trader)
    check_session(people.admin)


def test_nobody_has_no_session(people: People) -> None:
    with pytest.raises(NotSignedIn):
        check_session(people.nobody)


def test_the_owner_without_accounts_stands_until_there_are_accounts(tmp_path: Path) -> None:
    from tests.people import make_people

    with open_workspace(tmp_path / "own") as workspace:
        check_session(workspace)

        make_people(workspace)

        with pytest.raises(SignedOut):
            check_session(workspace)
