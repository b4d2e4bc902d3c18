"""What a workspace says of its outer key: which one wraps from now on, which ones go, and where they are kept."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import uuid4

from tradesense_desktop.store.key_errors import KeySettingDamaged
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.workspace_settings import read_setting, write_setting

_OUTER_KEY: Final = "outer_key"
# Asked for by every command that records a trade, so on the bare driver.
_FIND: Final = "SELECT value FROM settings WHERE name = 'outer_key'"
_WORKSPACE_ID: Final = "workspace_id"


class KeyHolder(StrEnum):
    """Where the outer key was put when it was made; another machine may hold it elsewhere."""

    KEYRING = "keyring"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class OuterKeySetting:
    """`current` wraps new data keys; `retiring` may wrap some still, and go once they wrap none."""

    current: str
    retiring: tuple[str, ...]
    holder: KeyHolder

    @property
    def named(self) -> tuple[str, ...]:
        """Every key that is needed."""
        return (self.current, *self.retiring)


def read_outer_key(reading: Reading) -> OuterKeySetting | None:
    """The setting; None in a workspace that has no key. Raises KeySettingDamaged."""
    row = reading.driver.execute(_FIND).fetchone()
    if row is None:
        return None
    try:
        value = json.loads(row[0])
        return OuterKeySetting(str(value["current"]), tuple(map(str, value["retiring"])), KeyHolder(value["holder"]))
    except (KeyError, TypeError, ValueError) as wrong:
        raise KeySettingDamaged from wrong


def write_outer_key(transaction: Transaction, setting: OuterKeySetting) -> None:
    """Write the setting."""
    value = {"current": setting.current, "retiring": list(setting.retiring), "holder": setting.holder.value}
    write_setting(transaction, _OUTER_KEY, value)


def read_workspace_id(reading: Reading) -> str | None:
    """The id under which the keys of this workspace are kept; None before its first key."""
    found = read_setting(reading, _WORKSPACE_ID)
    return None if found is None else str(found)


def ensure_workspace_id(transaction: Transaction) -> str:
    """The id of the workspace, made where it has none."""
    found = read_workspace_id(transaction)
    if found is None:
        found = str(uuid4())
        write_setting(transaction, _WORKSPACE_ID, found)
    return found
