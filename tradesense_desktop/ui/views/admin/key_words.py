"""Words for keys: how they stand, where they lie, and what they seal."""

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.services.read_key_status import KeyHolder, KeyState, KeyStatus
from tradesense_desktop.ui.theme.tokens import Tone

translate = QCoreApplication.translate


def state_title(status: KeyStatus) -> str:
    """How the keys stand, in a line."""
    return {
        KeyState.NONE: translate("Keys", "There is no key yet"),
        KeyState.OPEN: translate("Keys", "The key is open"),
        KeyState.LOCKED: translate("Keys", "The key is locked"),
    }[status.state]


def state_icon(status: KeyStatus) -> str:
    """The drawing of that state."""
    return {KeyState.NONE: "key", KeyState.OPEN: "check", KeyState.LOCKED: "lock"}[status.state]


def state_tone(status: KeyStatus) -> Tone:
    """The tone of that state."""
    tones: dict[KeyState, Tone] = {KeyState.NONE: "muted", KeyState.OPEN: "profit", KeyState.LOCKED: "warning"}
    return tones[status.state]


def state_sentence(status: KeyStatus) -> str:
    """What that state means for whoever works here."""
    if status.state is KeyState.NONE:
        return translate("Keys", "What would have to be sealed is not kept until there is a key.")
    if status.state is KeyState.OPEN:
        return translate("Keys", "Private data is sealed when it is written, and can be read here.")
    if status.needs_passphrase:
        return translate(
            "Keys", "Private data is shown as “sealed” until somebody unlocks the key. Everything else works."
        )
    return translate(
        "Keys",
        "This machine does not hold the key, or its keyring is locked. Private data is shown as “sealed”; "
        "everything else works.",
    )


def holder_words(status: KeyStatus) -> str:
    """Where this machine keeps the key."""
    if status.state is KeyState.NONE:
        return ""
    return {
        KeyHolder.KEYRING: translate("Keys", "the keyring of the system"),
        KeyHolder.FILE: translate("Keys", "the file keys.json of the workspace, under a passphrase"),
        None: translate("Keys", "not on this machine, or in a keyring that is locked"),
    }[status.holder]


def explanation() -> str:
    """What is sealed, in plain words."""
    return translate(
        "Keys",
        "Sealed are the private parts of the record: what a payment provider sent, and the private notes of events, "
        "challenges and alerts. Each person has a data key of their own; this key seals the data keys. Results, "
        "trades, events and their hashes are not sealed: they can be checked without any key. Erasing a person "
        "destroys their data key, and nobody can read what it sealed any more.",
    )


def where_a_key_would_lie(status: KeyStatus) -> str:
    """Where a new key is going to be kept."""
    if status.system_has_keyring:
        return translate("Keys", "The key is kept in the keyring of the system.")
    return translate(
        "Keys",
        "This system has no keyring: the key is kept in the file keys.json of the workspace, under a passphrase of 12 "
        "characters or more. Without the passphrase and without a recovery sheet nobody can read what is sealed.",
    )
