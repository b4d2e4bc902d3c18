"""The implicit owner of a local workspace."""

from sqlalchemy import text

from tradesense_desktop.store.users import ensure_owner, find_owner
from tradesense_desktop.store.workspace import Workspace


def test_owner_is_made_once(workspace: Workspace) -> None:
    first = workspace.write(ensure_owner)
    second = workspace.write(ensure_owner)

    with workspace.reading() as reading:
        assert find_owner(reading) == first == second
        assert reading.core.execute(text("SELECT count(*) FROM users")).scalar() == 1
