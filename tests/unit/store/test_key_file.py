"""The key file: private, whole after a crash, and of no use without its passphrase."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.store.keys import PASSPHRASE
from tradesense_desktop.audit.key_wrap import OuterKey, new_outer_key
from tradesense_desktop.store.key_errors import KeyFileDamaged, KeyFileUnusable, PassphraseTooShort, PassphraseWrong
from tradesense_desktop.store.key_file import (
    KEY_FILE_NAME,
    drop_entry,
    held_ids,
    opened_key,
    put_entry,
    wrapped_entry,
)

WORKSPACE = "0b0b0b0b-0000-4000-8000-000000000001"
KEY = OuterKey("00112233aabbccdd", bytes(range(32)))


@pytest.fixture(scope="module")
def entry() -> dict[str, Any]:
    return wrapped_entry(WORKSPACE, KEY, PASSPHRASE)


def test_key_opens_with_its_passphrase_and_no_other(tmp_path: Path, entry: dict[str, Any]) -> None:
    put_entry(tmp_path, entry)

    assert opened_key(tmp_path, WORKSPACE, KEY.id, PASSPHRASE) == KEY
    with pytest.raises(PassphraseWrong):
        opened_key(tmp_path, WORKSPACE, KEY.id, PASSPHRASE + " ")


def test_file_is_private_and_holds_no_key_in_plain(tmp_path: Path, entry: dict[str, Any]) -> None:
    put_entry(tmp_path, entry)

    path = tmp_path / KEY_FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KEY.secret not in path.read_bytes()
    assert KEY.secret.hex() not in path.read_text()
    assert entry["kdf"] == {"name": "scrypt", "n": 131072, "r": 8, "p": 1, "salt": entry["kdf"]["salt"]}


def test_key_of_another_workspace_or_under_another_id_does_not_open(tmp_path: Path, entry: dict[str, Any]) -> None:
    put_entry(tmp_path, entry)
    put_entry(tmp_path, {**entry, "id": "ffffffffffffffff"})

    with pytest.raises(PassphraseWrong):
        opened_key(tmp_path, WORKSPACE.replace("1", "2"), KEY.id, PASSPHRASE)
    with pytest.raises(PassphraseWrong):
        opened_key(tmp_path, WORKSPACE, "ffffffffffffffff", PASSPHRASE)


def test_other_keys_stay_when_one_comes_or_goes(tmp_path: Path, entry: dict[str, Any]) -> None:
    put_entry(tmp_path, entry)
    put_entry(tmp_path, {**entry, "id": "eeeeeeeeeeeeeeee"})
    drop_entry(tmp_path, KEY.id)
    drop_entry(tmp_path, "never there")

    assert held_ids(tmp_path) == {"eeeeeeeeeeeeeeee"}


def test_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    drop_entry(tmp_path, KEY.id)

    assert held_ids(tmp_path) == frozenset()
    assert opened_key(tmp_path, WORKSPACE, KEY.id, PASSPHRASE) is None
    assert list(tmp_path.iterdir()) == []


def test_half_written_file_of_a_process_that_died_is_no_hindrance(tmp_path: Path, entry: dict[str, Any]) -> None:
    (tmp_path / f"{KEY_FILE_NAME}.new").write_text('{"format":')

    put_entry(tmp_path, entry)

    assert held_ids(tmp_path) == {KEY.id}
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE_NAME]


def test_short_passphrase_is_refused() -> None:
    with pytest.raises(PassphraseTooShort, match="12 characters"):
        wrapped_entry(WORKSPACE, new_outer_key(), "eleven char")


@pytest.mark.parametrize(
    "damage",
    [
        lambda _document: "",
        lambda _document: "[" * 10_000,
        lambda _document: "[]",
        lambda _document: " " * 70_000,
        lambda _document: "\udcff",
        lambda document: json.dumps({**document, "format": "other/1"}),
        lambda document: json.dumps({**document, "keys": 5}),
    ],
)
def test_damaged_file_is_refused_in_a_sentence(
    tmp_path: Path, entry: dict[str, Any], damage: Callable[[Any], str]
) -> None:
    put_entry(tmp_path, entry)
    path = tmp_path / KEY_FILE_NAME
    path.write_bytes(damage(json.loads(path.read_text())).encode(errors="surrogateescape"))

    with pytest.raises(KeyFileDamaged, match=r"keys\.json"):
        held_ids(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"kdf": None},
        {"kdf": {"name": "scrypt", "salt": "AAAA", "n": 1 << 40, "r": 8, "p": 1}},
        {"kdf": {"name": "scrypt", "salt": "AAAA", "n": 3, "r": 8, "p": 1}},
        {"kdf": {"name": "md5", "salt": "AAAA", "n": 2, "r": 8, "p": 1}},
        {"nonce": "?"},
        {"wrapped": 7},
    ],
)
def test_damaged_entry_is_refused_before_it_costs_anything(
    tmp_path: Path, entry: dict[str, Any], change: dict[str, Any]
) -> None:
    put_entry(tmp_path, {**entry, **change})

    with pytest.raises(KeyFileDamaged):
        opened_key(tmp_path, WORKSPACE, KEY.id, PASSPHRASE)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_said_so_at_once(
    tmp_path: Path, entry: dict[str, Any], make: Callable[[Path], object]
) -> None:
    make(tmp_path / KEY_FILE_NAME)

    with pytest.raises(KeyFileUnusable, match=r"^The file keys\.json of the workspace cannot be used: .*\.$"):
        held_ids(tmp_path)
    with pytest.raises(KeyFileUnusable):
        put_entry(tmp_path, entry)


def test_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, entry: dict[str, Any]) -> None:
    put_entry(tmp_path, entry)
    (tmp_path / f"{KEY_FILE_NAME}.new").mkdir()

    with pytest.raises(KeyFileUnusable):
        put_entry(tmp_path, {**entry, "id": "ffffffffffffffff"})
    assert held_ids(tmp_path) == {KEY.id}


def test_work_beyond_all_numbers_is_damage(tmp_path: Path, entry: dict[str, Any]) -> None:
    put_entry(tmp_path, entry)
    path = tmp_path / KEY_FILE_NAME
    text = path.read_text()
    assert '"n":131072' in text
    path.write_text(text.replace('"n":131072', '"n":1e400'))

    with pytest.raises(KeyFileDamaged):
        opened_key(tmp_path, WORKSPACE, KEY.id, PASSPHRASE)


def test_passphrase_opens_however_a_keyboard_composes_it(tmp_path: Path) -> None:
    put_entry(tmp_path, wrapped_entry(WORKSPACE, KEY, "caf\u00e9 by the harbour"))

    assert opened_key(tmp_path, WORKSPACE, KEY.id, "cafe\u0301 by the harbour") == KEY
    with pytest.raises(PassphraseWrong):
        opened_key(tmp_path, WORKSPACE, KEY.id, "caf\udcff by the harbour")
