"""Workspaces for the tests of the store."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tradesense_desktop.store.workspace import Workspace, open_workspace


@pytest.fixture(scope="session")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a workspace with the owner in it and nothing else, to be copied."""
    directory = tmp_path_factory.mktemp("prepared") / "workspace"
    open_workspace(directory).close()
    return directory


@pytest.fixture
def directory(empty_workspace: Path, tmp_path: Path) -> Path:
    """Folder of a fresh workspace; nothing has it open."""
    return Path(shutil.copytree(empty_workspace, tmp_path / "workspace"))


@pytest.fixture
def workspace(directory: Path) -> Iterator[Workspace]:
    """A fresh workspace, open."""
    with open_workspace(directory) as opened:
        yield opened
