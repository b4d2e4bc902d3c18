from pathlib import Path

from tests.people import id_of, workspace_with_people
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.permission import is_allowed


def test_what_is_allowed_is_told_without_raising(tmp_path: Path) -> None:
    with workspace_with_people(tmp_path / "workspace") as people:
        assert is_allowed(people.trader, Right.RECORD_ROWS)
        assert not is_allowed(people.admin, Right.RECORD_ROWS)
        assert is_allowed(people.admin, Right.DECIDE_FUNDING, id_of(people.trader))
        assert not is_allowed(people.admin, Right.DECIDE_FUNDING, id_of(people.admin))
        assert not is_allowed(people.nobody, Right.READ)
