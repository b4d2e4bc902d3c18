"""Settings of a workspace are JSON values that can be set, changed and removed."""

from tradesense_desktop.store.workspace import Workspace
from tradesense_desktop.store.workspace_settings import read_setting, write_setting


def _read(workspace: Workspace, name: str) -> object:
    with workspace.reading() as reading:
        return read_setting(reading, name)


def test_setting_that_was_never_set_is_none(workspace: Workspace) -> None:
    assert _read(workspace, "display.zone") is None


def test_setting_is_what_it_was_last_set_to(workspace: Workspace) -> None:
    workspace.write(lambda transaction: write_setting(transaction, "display.zone", "Europe/Prague"))
    workspace.write(lambda transaction: write_setting(transaction, "display.zone", {"zone": "UTC", "fixed": True}))

    assert _read(workspace, "display.zone") == {"zone": "UTC", "fixed": True}


def test_setting_nothing_removes_a_setting_and_only_that(workspace: Workspace) -> None:
    workspace.write(lambda transaction: write_setting(transaction, "one", 1))
    workspace.write(lambda transaction: write_setting(transaction, "two", 2))
    workspace.write(lambda transaction: write_setting(transaction, "one", None))

    assert (_read(workspace, "one"), _read(workspace, "two")) == (None, 2)
