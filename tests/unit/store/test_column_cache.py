"""A column cache gives what was stored for just this head of the chain, or nothing."""

import random
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

from tradesense_desktop.store.column_cache import ColumnCache
from tradesense_desktop.store.event_log import Head

CHALLENGE = "6f0d2a52-4e6b-4f7e-9f3e-0c1b2a3d4e5f"
HEAD = Head(3, "a" * 64)
COLUMNS = {"times": np.array([1.0, 2.0, 3.0]), "sequence_numbers": np.array([0, 1, 2])}


@pytest.fixture
def cache(tmp_path: Path) -> ColumnCache:
    return ColumnCache(tmp_path / "cache")


def test_columns_come_back_for_the_head_they_were_made_from(cache: ColumnCache) -> None:
    cache.store(CHALLENGE, HEAD, COLUMNS)

    loaded = cache.load(CHALLENGE, HEAD)

    assert loaded is not None
    assert loaded.keys() == COLUMNS.keys()
    np.testing.assert_array_equal(loaded["times"], COLUMNS["times"])
    np.testing.assert_array_equal(loaded["sequence_numbers"], COLUMNS["sequence_numbers"])


@pytest.mark.parametrize("head", [Head(4, "a" * 64), Head(3, "b" * 64)])
def test_columns_of_another_head_are_not_given(cache: ColumnCache, head: Head) -> None:
    cache.store(CHALLENGE, HEAD, COLUMNS)

    assert cache.load(CHALLENGE, head) is None


def test_nothing_is_given_where_nothing_was_stored(cache: ColumnCache) -> None:
    assert cache.load(CHALLENGE, HEAD) is None


def test_forgotten_columns_are_gone_and_forgetting_twice_is_fine(cache: ColumnCache) -> None:
    cache.store(CHALLENGE, HEAD, COLUMNS)

    cache.forget(CHALLENGE)
    cache.forget(CHALLENGE)

    assert cache.load(CHALLENGE, HEAD) is None


def test_files_are_for_the_owner_only(cache: ColumnCache, tmp_path: Path) -> None:
    cache.store(CHALLENGE, HEAD, COLUMNS)

    folder = tmp_path / "cache"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


def test_torn_or_altered_file_is_ignored_and_can_be_stored_again(cache: ColumnCache, tmp_path: Path) -> None:
    cache.store(CHALLENGE, HEAD, COLUMNS)
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    generator = random.Random(20261123)
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(generator.randint(1, 8)):
            damaged[generator.randrange(len(damaged))] = generator.randrange(256)
        file.write_bytes(damaged[: generator.randint(0, len(damaged))])
        loaded = cache.load(CHALLENGE, HEAD)
        assert loaded is None or loaded.keys() == COLUMNS.keys()

    cache.store(CHALLENGE, HEAD, COLUMNS)

    assert cache.load(CHALLENGE, HEAD) is not None


def test_pickled_objects_are_never_loaded(cache: ColumnCache, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    with (tmp_path / "cache" / f"{CHALLENGE}.npz").open("wb") as file:
        np.savez(file, __head__=np.array([object()], dtype=object))

    assert cache.load(CHALLENGE, HEAD) is None


def test_refused_columns_leave_the_old_file_and_no_rubbish(cache: ColumnCache, tmp_path: Path) -> None:
    cache.store(CHALLENGE, HEAD, COLUMNS)

    with pytest.raises(ValueError, match="allow_pickle"):
        cache.store(CHALLENGE, HEAD, {"bad": np.array([object()], dtype=object)})

    assert [file.name for file in (tmp_path / "cache").iterdir()] == [f"{CHALLENGE}.npz"]
    assert cache.load(CHALLENGE, HEAD) is not None


def test_readers_and_writers_at_once_see_whole_files(cache: ColumnCache) -> None:
    faults: list[object] = []

    def write(value: int) -> None:
        for _ in range(30):
            cache.store(CHALLENGE, HEAD, {"times": np.full(1_000, float(value))})

    def read() -> None:
        for _ in range(60):
            loaded = cache.load(CHALLENGE, HEAD)
            if loaded is not None and len(set(loaded["times"].tolist())) != 1:
                faults.append(loaded)

    threads = [threading.Thread(target=write, args=(value,)) for value in (1, 2)] + [threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
