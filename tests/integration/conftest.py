"""Workspaces and statements for tests that go from a file to the ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tradesense_desktop.services.open_workspace import Workspace, open_workspace

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A fresh workspace, open."""
    opened = open_workspace(tmp_path / "workspace")
    yield opened
    opened.close()


@pytest.fixture
def shared_data() -> Path:
    """The folder of real exports; a test that needs it is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip(f"the real account exports are not here ({SHARED})")
    return SHARED
