"""Actions of the places beside the challenges; the first part of an id is the place."""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.ui.actions.action import Action, Menu

_ALERTS: Final = (
    ("acknowledge", QT_TRANSLATE_NOOP("Actions", "Acknowledge the alert"), "A", "check", "seen triage"),
    ("resolve", QT_TRANSLATE_NOOP("Actions", "Resolve the alert…"), "R", "approval", "close done triage"),
    ("dismiss", QT_TRANSLATE_NOOP("Actions", "Mark the alert as a false positive…"), "X", "close", "nothing triage"),
    ("group", QT_TRANSLATE_NOOP("Actions", "Group alerts by what raised them"), "G", "columns", "correlation"),
    ("watch", QT_TRANSLATE_NOOP("Actions", "Look for unusual activity now"), "Ctrl+Shift+V", "search", "scan inactive"),
    (
        "thresholds",
        QT_TRANSLATE_NOOP("Actions", "Thresholds of unusual activity…"),
        "Ctrl+Shift+T",
        "target",
        "policy limits settings",
    ),
)
_PAYMENTS: Final = (
    ("webhook", QT_TRANSLATE_NOOP("Actions", "Take in a message of a provider…"), "Ctrl+Shift+W", "bring", "webhook"),
    ("record", QT_TRANSLATE_NOOP("Actions", "Record a bank transfer…"), "Ctrl+Shift+R", "payment", "add by hand"),
    ("receive", QT_TRANSLATE_NOOP("Actions", "Mark the payment as received…"), "Ctrl+Alt+E", "check", "success paid"),
    ("fail", QT_TRANSLATE_NOOP("Actions", "Mark the payment as failed…"), "Ctrl+Alt+F", "breach", "bounced"),
    ("cancel", QT_TRANSLATE_NOOP("Actions", "Cancel the payment…"), "Ctrl+Alt+X", "close", "never came"),
    ("refund", QT_TRANSLATE_NOOP("Actions", "Note a refund…"), "Ctrl+Alt+B", "back", "give back money"),
)
_KEYS: Final = (
    ("make", QT_TRANSLATE_NOOP("Actions", "Make the first key…"), "Ctrl+Alt+N", "key", "encryption seal"),
    ("unlock", QT_TRANSLATE_NOOP("Actions", "Unlock the key…"), "Ctrl+Alt+U", "lock", "passphrase open"),
    ("rotate", QT_TRANSLATE_NOOP("Actions", "Replace the key…"), "Ctrl+Alt+R", "refresh", "rotate new"),
    ("sheet", QT_TRANSLATE_NOOP("Actions", "Show the recovery sheet…"), "Ctrl+Alt+P", "note", "print paper backup"),
    ("import", QT_TRANSLATE_NOOP("Actions", "Import a recovery sheet…"), "Ctrl+Alt+I", "bring", "restore"),
)
_AUDIT: Final = (
    ("more", QT_TRANSLATE_NOOP("Actions", "Read older entries of the audit log"), "Ctrl+Shift+J", "audit", "page"),
)
_FUNDING: Final = (
    ("approve", QT_TRANSLATE_NOOP("Actions", "Approve the funding…"), "Ctrl+Alt+A", "check", "decide accept"),
    ("reject", QT_TRANSLATE_NOOP("Actions", "Reject the funding…"), "Ctrl+Alt+D", "close", "decide decline refuse"),
    ("next_phase", QT_TRANSLATE_NOOP("Actions", "Open the next phase…"), "Ctrl+Alt+G", "created", "continue"),
)
_USERS: Final = (
    ("register", QT_TRANSLATE_NOOP("Actions", "Register somebody…"), "Ctrl+Alt+J", "created", "add new account"),
    ("verify", QT_TRANSLATE_NOOP("Actions", "Verify the account…"), "Ctrl+Alt+V", "check", "confirm let in"),
    ("readmit", QT_TRANSLATE_NOOP("Actions", "Readmit the person…"), "Ctrl+Alt+W", "back", "suspended let in"),
    ("end_sessions", QT_TRANSLATE_NOOP("Actions", "End all sessions of the person…"), "Ctrl+Alt+Q", "sign_out", ""),
    ("change_role", QT_TRANSLATE_NOOP("Actions", "Change the role of the person…"), "Ctrl+Alt+O", "people", "rights"),
    ("suspend", QT_TRANSLATE_NOOP("Actions", "Suspend the person…"), "Ctrl+Alt+S", "lock", "keep out block"),
    ("delete", QT_TRANSLATE_NOOP("Actions", "Delete the account…"), "Ctrl+Shift+Del", "close", "close remove"),
    ("erase", QT_TRANSLATE_NOOP("Actions", "Erase the deleted person…"), "Ctrl+Alt+Z", "key", "forget privacy"),
)
_SERVER: Final = (
    (
        "sync",
        QT_TRANSLATE_NOOP("Actions", "Sync with the server now"),
        "Ctrl+Shift+G",
        "refresh",
        "send fetch pull push",
    ),
    ("do_again", QT_TRANSLATE_NOOP("Actions", "Do the command again…"), "Ctrl+Alt+Y", "back", "retry repeat send held"),
    ("discard", QT_TRANSLATE_NOOP("Actions", "Discard the command…"), "Ctrl+Alt+K", "close", "give up refused"),
    ("export", QT_TRANSLATE_NOOP("Actions", "Export the command for support…"), "Ctrl+Alt+M", "export", "file help"),
    ("rebuild", QT_TRANSLATE_NOOP("Actions", "Build the copy anew from the server"), "Ctrl+Alt+T", "server", "restore"),
)
_GROUPS: Final = (
    ("funding", 8, _FUNDING),
    ("users", 9, _USERS),
    ("alerts", 10, _ALERTS),
    ("payments", 11, _PAYMENTS),
    ("keys", 12, _KEYS),
    ("audit", 13, _AUDIT),
    ("server", 14, _SERVER),
)

PLACE_ACTIONS: Final[tuple[Action, ...]] = tuple(
    Action(f"{place}.{name}", str(title), Menu.EDIT, group, shortcut, icon, keywords=keywords)
    for place, group, entries in _GROUPS
    for name, title, shortcut, icon, keywords in entries
)
PLACE_RIGHTS: Final[dict[str, Right]] = {
    "alerts.acknowledge": Right.ACKNOWLEDGE_ALERT,
    "alerts.resolve": Right.RESOLVE_ALERT,
    "alerts.dismiss": Right.RESOLVE_ALERT,
    "alerts.watch": Right.WATCH_ACTIVITY,
    "alerts.thresholds": Right.SET_POLICY,
    **{f"payments.{name}": Right.MANAGE_PAYMENTS for name, *_ in _PAYMENTS},
    **{f"keys.{name}": Right.MANAGE_KEYS for name, *_ in _KEYS if name != "unlock"},
}
"""What a person needs for them; without it they are not on the screen."""
