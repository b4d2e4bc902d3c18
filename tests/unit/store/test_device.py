"""The device's own file: an id that stays, for its owner alone."""

import stat
from pathlib import Path

from tradesense_desktop.store.device import DEVICE_NAME, read_device_id


def test_id_is_made_once_and_stays(tmp_path: Path) -> None:
    first = read_device_id(tmp_path / "one")
    read_device_id.cache_clear()

    assert read_device_id(tmp_path / "one") == first
    assert read_device_id(tmp_path / "two") != first


def test_file_is_closed_to_others(tmp_path: Path) -> None:
    read_device_id(tmp_path / "one")

    assert stat.S_IMODE((tmp_path / "one" / DEVICE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o700
