"""What each deed with a key asks of a person, as the keys stand."""

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.services.read_key_status import KeyHolder, KeyState, KeyStatus
from tradesense_desktop.ui.views.admin.key_form import Request
from tradesense_desktop.ui.views.admin.key_words import where_a_key_would_lie

translate = QCoreApplication.translate


def key_requests(status: KeyStatus) -> dict[str, Request]:
    """The requests of `make`, `unlock`, `rotate`, `sheet` and `import`."""
    needs_new = not status.system_has_keyring
    lies_in_file = status.holder is KeyHolder.FILE
    return {
        "make": Request(
            title=translate("Keys", "Make the first key"),
            text=where_a_key_would_lie(status),
            deed=translate("Keys", "Make the key"),
            asks_new=needs_new,
        ),
        "unlock": Request(
            title=translate("Keys", "Unlock the key"),
            text=translate("Keys", "It stays open for as long as the program runs."),
            deed=translate("Keys", "Unlock"),
            asks_passphrase=lies_in_file,
        ),
        "rotate": Request(
            title=translate("Keys", "Replace the key"),
            text=translate(
                "Keys",
                "A new key is made, the data keys of all people are sealed under it, and the old one is deleted. "
                "Recovery sheets of the old key are of no use afterwards. Stopped anywhere, it goes on when the key is "
                "unlocked the next time.",
            ),
            deed=translate("Keys", "Replace the key"),
            asks_passphrase=lies_in_file,
            asks_new=needs_new,
            is_new_optional=lies_in_file,
        ),
        "sheet": Request(
            title=translate("Keys", "Show the recovery sheet"),
            text=translate(
                "Keys",
                "The sheet holds the key in plain letters, for the day on which keyring or passphrase are gone. Print "
                "it and put it away; that it was shown is written into the audit log.",
            ),
            deed=translate("Keys", "Show it"),
            asks_passphrase=lies_in_file and status.state is KeyState.LOCKED,
        ),
        "import": Request(
            title=translate("Keys", "Import a recovery sheet"),
            text=where_a_key_would_lie(status),
            deed=translate("Keys", "Import"),
            asks_new=needs_new,
            asks_sheet=True,
        ),
    }
