"""Failures of the workspace's keys: what is sealed could not be opened or written."""

from tradesense_desktop.store.errors import StoreRefusal


class KeyMissing(StoreRefusal):
    """The workspace has no key, so that what has to be sealed cannot be written."""

    def __init__(self) -> None:
        super().__init__("This workspace has no key to seal private data with; make one with “tradesense key new”.")


class KeyLocked(StoreRefusal):
    """The workspace has a key, which is not open here."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(
            f"The key {key_id} of this workspace is locked here; open it with its passphrase or the recovery sheet."
        )


class KeyDestroyed(StoreRefusal):
    """The person was erased: nothing is ever sealed for them again."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        super().__init__("The person was erased, so nothing private can be written about them.")


class KeyUnsought(StoreRefusal):
    """An outer key was asked for in a transaction before anybody looked for it: the writer looks and begins again."""

    def __init__(self, workspace_id: str, key_id: str) -> None:
        self.workspace_id = workspace_id
        self.key_id = key_id
        super().__init__("The key of this workspace was not looked for yet; try again.")


class PassphraseNeeded(StoreRefusal):
    """The system has no keyring, so that the key lies in a file, which a passphrase protects."""

    def __init__(self) -> None:
        super().__init__(
            "This system has no keyring, so the key is kept in the file keys.json of the workspace, under a passphrase;"
            " give one (TRADESENSE_KEY_PASSPHRASE)."
        )


class PassphraseWrong(StoreRefusal):
    """The passphrase does not open the key file."""

    def __init__(self) -> None:
        super().__init__("The passphrase does not open the key file of this workspace.")


class PassphraseTooShort(StoreRefusal):
    """A passphrase that could be guessed; `least` is how many characters it has to have."""

    def __init__(self, least: int) -> None:
        self.least = least
        super().__init__(f"A passphrase has {least} characters or more; a few words do well.")


class KeyFileDamaged(StoreRefusal):
    """keys.json is not as the program writes it."""

    def __init__(self) -> None:
        super().__init__(
            "The file keys.json of the workspace is damaged; restore it from a backup, or import the recovery sheet"
            " after moving it away."
        )


class KeyFileUnusable(StoreRefusal):
    """keys.json can neither be read nor written: it is no regular file, the disk is full, it belongs to others."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The file keys.json of the workspace cannot be used: {reason}.")


class KeySettingDamaged(StoreRefusal):
    """The setting that names the outer key is not as the program writes it."""

    def __init__(self) -> None:
        super().__init__(
            "The workspace does not say rightly which key it has: another program changed its settings; restore it"
            " from a backup."
        )


class KeyringRefused(StoreRefusal):
    """The system's keyring did not do what was asked; `reason` is its word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The keyring of the system refused ({reason}); unlock it and try again.")


class KeyNotHeld(StoreRefusal):
    """Neither the system's keyring nor the key file holds the workspace's key."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(f"The key {key_id} of this workspace is not on this machine; import its recovery sheet.")


class KeyThere(StoreRefusal):
    """The workspace has a key already."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(f"This workspace has the key {key_id} already; replace it with “tradesense key rotate”.")


class KeyReplaced(StoreRefusal):
    """Another program replaced the key at the same moment."""

    def __init__(self) -> None:
        super().__init__("The key of this workspace was replaced by another window or program; try again.")


class SheetForeign(StoreRefusal):
    """A recovery sheet of another workspace, or of a key that was replaced since."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(
            f"The recovery sheet holds the key {key_id}, which is not the one of this workspace: it belongs to another"
            " workspace, or the key was replaced since."
        )


class NotDeletedYet(StoreRefusal):
    """Only a person who was deleted can be erased."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        super().__init__("Delete the account first; then the person can be erased.")


class ErasedAlready(StoreRefusal):
    """The person was erased before."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        super().__init__("The person was erased before; nothing private is left.")


class ErasedKeyInLog(StoreRefusal):
    """The person is erased, and the log of changes that holds their key could not be emptied."""

    def __init__(self) -> None:
        super().__init__(
            "The person is erased, but somebody else reads the workspace just now, so that its log still holds the "
            "destroyed key: close the other windows and programs, then erase the person once more."
        )
