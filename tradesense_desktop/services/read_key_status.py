"""Read how the keys of a workspace stand: what a screen says of them, and whether it has to ask for a passphrase."""

from dataclasses import dataclass
from enum import StrEnum

from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.store.data_keys import count_data_keys, usable_outer_key
from tradesense_desktop.store.key_holder import lies_in_file
from tradesense_desktop.store.outer_key_setting import KeyHolder, read_outer_key, read_workspace_id
from tradesense_desktop.store.system_keyring import has_keyring as system_has_keyring

__all__ = ["KeyHolder", "KeyState", "KeyStatus", "read_key_status", "system_has_keyring"]


class KeyState(StrEnum):
    """Whether private data can be sealed and opened here."""

    NONE = "none"
    OPEN = "open"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """The keys of a workspace.

    `holder` is where this machine keeps the key: None where it does not hold it. `system_has_keyring` says where a
    new key would go: without one a passphrase is needed. `is_being_replaced`: a rotation has not ended.
    `people_with_key` and `people_erased` count data keys.
    """

    state: KeyState
    workspace_id: str | None
    key_id: str | None
    holder: KeyHolder | None
    system_has_keyring: bool
    is_being_replaced: bool
    people_with_key: int
    people_erased: int

    @property
    def needs_passphrase(self) -> bool:
        """Whether a passphrase would open the key."""
        return self.state is KeyState.LOCKED and self.holder is KeyHolder.FILE


def read_key_status(workspace: Workspace) -> KeyStatus:
    """How the keys stand; asks the keyring of the system, so never on the interface's thread."""
    acting(workspace)
    with refusals(), workspace.reading() as reading:
        setting, workspace_id = read_outer_key(reading), read_workspace_id(reading)
        counts = count_data_keys(reading)
        if setting is None:
            return KeyStatus(
                KeyState.NONE, workspace_id, None, None, system_has_keyring(), False, counts.live, counts.destroyed
            )
        is_open = usable_outer_key(reading, setting.current) is not None
        holder = KeyHolder.FILE if lies_in_file(workspace.directory, setting.current) else None
        if holder is None and is_open:
            holder = KeyHolder.KEYRING
        return KeyStatus(
            KeyState.OPEN if is_open else KeyState.LOCKED,
            workspace_id,
            setting.current,
            holder,
            system_has_keyring(),
            bool(setting.retiring),
            counts.live,
            counts.destroyed,
        )
