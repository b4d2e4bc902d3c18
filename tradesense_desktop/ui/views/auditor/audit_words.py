"""Words for the audit log: deeds, what they were done to, and the details of an entry as pairs that a person reads."""

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.funding_decision import FundingOutcome
from tradesense_desktop.domain.payment import PaymentStatus
from tradesense_desktop.domain.people import Role, UserStatus
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.theme.tokens import Tone

translate = QCoreApplication.translate

_REFUSED = frozenset({AuditAction.SIGN_IN_REFUSED.value})
_GRAVE = frozenset(
    {
        AuditAction.USER_DELETED.value,
        AuditAction.USER_ERASED.value,
        AuditAction.KEY_ROTATED.value,
        AuditAction.KEY_EXPORTED.value,
        AuditAction.ROLE_CHANGED.value,
    }
)
_ICONS = {
    "SIGN": "person",
    "SIGNED": "person",
    "SESSION": "sign_out",
    "ACCOUNTS": "people",
    "PASSWORD": "key",
    "USER": "people",
    "ROLE": "people",
    "FUNDING": "funding",
    "NEXT": "funding",
    "PAYMENT": "payment",
    "POLICY": "target",
    "KEY": "key",
    "EXPORTED": "export",
    "VERIFIED": "verify",
    "DEVICE": "key",
    "LEASE": "key",
}
_DEEDS = {
    AuditAction.SIGNED_IN.value: QT_TRANSLATE_NOOP("Audit", "Signed in"),
    AuditAction.SIGN_IN_REFUSED.value: QT_TRANSLATE_NOOP("Audit", "Sign-in refused"),
    AuditAction.SIGNED_OUT.value: QT_TRANSLATE_NOOP("Audit", "Signed out"),
    AuditAction.SESSION_ENDED.value: QT_TRANSLATE_NOOP("Audit", "Session ended"),
    AuditAction.ACCOUNTS_SET_UP.value: QT_TRANSLATE_NOOP("Audit", "Accounts set up"),
    AuditAction.PASSWORD_CHANGED.value: QT_TRANSLATE_NOOP("Audit", "Password changed"),
    AuditAction.USER_REGISTERED.value: QT_TRANSLATE_NOOP("Audit", "Person registered"),
    AuditAction.USER_VERIFIED.value: QT_TRANSLATE_NOOP("Audit", "Person verified"),
    AuditAction.USER_SUSPENDED.value: QT_TRANSLATE_NOOP("Audit", "Person suspended"),
    AuditAction.USER_READMITTED.value: QT_TRANSLATE_NOOP("Audit", "Person readmitted"),
    AuditAction.ROLE_CHANGED.value: QT_TRANSLATE_NOOP("Audit", "Role changed"),
    AuditAction.USER_DELETED.value: QT_TRANSLATE_NOOP("Audit", "Person deleted"),
    AuditAction.USER_ERASED.value: QT_TRANSLATE_NOOP("Audit", "Person erased"),
    AuditAction.FUNDING_APPROVED.value: QT_TRANSLATE_NOOP("Audit", "Funding approved"),
    AuditAction.FUNDING_REJECTED.value: QT_TRANSLATE_NOOP("Audit", "Funding rejected"),
    AuditAction.NEXT_PHASE_OPENED.value: QT_TRANSLATE_NOOP("Audit", "Next phase opened"),
    AuditAction.PAYMENT_RECORDED.value: QT_TRANSLATE_NOOP("Audit", "Payment recorded"),
    AuditAction.PAYMENT_CHANGED.value: QT_TRANSLATE_NOOP("Audit", "Payment changed"),
    AuditAction.POLICY_SET.value: QT_TRANSLATE_NOOP("Audit", "Policy set"),
    AuditAction.KEY_MADE.value: QT_TRANSLATE_NOOP("Audit", "Key made"),
    AuditAction.KEY_ROTATED.value: QT_TRANSLATE_NOOP("Audit", "Key replaced"),
    AuditAction.KEY_EXPORTED.value: QT_TRANSLATE_NOOP("Audit", "Recovery sheet shown"),
    AuditAction.KEY_IMPORTED.value: QT_TRANSLATE_NOOP("Audit", "Recovery sheet imported"),
    AuditAction.EXPORTED.value: QT_TRANSLATE_NOOP("Audit", "Exported"),
    AuditAction.VERIFIED.value: QT_TRANSLATE_NOOP("Audit", "History verified"),
    AuditAction.DEVICE_REVOKED.value: QT_TRANSLATE_NOOP("Audit", "Device revoked"),
    AuditAction.LEASE_BROKEN.value: QT_TRANSLATE_NOOP("Audit", "Reservation broken"),
}

_CODES = {
    Role.USER.value: QT_TRANSLATE_NOOP("Audit", "trader"),
    Role.AUDITOR.value: QT_TRANSLATE_NOOP("Audit", "auditor"),
    Role.ADMIN.value: QT_TRANSLATE_NOOP("Audit", "administrator"),
    Role.SUPERADMIN.value: QT_TRANSLATE_NOOP("Audit", "super-administrator"),
    UserStatus.PENDING_VERIFICATION.value: QT_TRANSLATE_NOOP("Audit", "not verified"),
    UserStatus.ACTIVE.value: QT_TRANSLATE_NOOP("Audit", "active"),
    UserStatus.SUSPENDED.value: QT_TRANSLATE_NOOP("Audit", "suspended"),
    UserStatus.CLOSED.value: QT_TRANSLATE_NOOP("Audit", "closed"),
    PaymentStatus.PENDING.value: QT_TRANSLATE_NOOP("Audit", "awaited"),
    PaymentStatus.PROCESSING.value: QT_TRANSLATE_NOOP("Audit", "under way"),
    PaymentStatus.SUCCESS.value: QT_TRANSLATE_NOOP("Audit", "received"),
    PaymentStatus.CANCELLED.value: QT_TRANSLATE_NOOP("Audit", "cancelled"),
    PaymentStatus.REFUNDED.value: QT_TRANSLATE_NOOP("Audit", "given back"),
    FundingOutcome.APPROVED.value: QT_TRANSLATE_NOOP("Audit", "approved"),
    FundingOutcome.FUNDED.value: QT_TRANSLATE_NOOP("Audit", "funded"),
    FundingOutcome.FAILED.value: QT_TRANSLATE_NOOP("Audit", "failed"),
    FundingOutcome.BACK_TO_TRADING.value: QT_TRANSLATE_NOOP("Audit", "back to trading"),
}
"""Roles, statuses and outcomes, as entries hold them."""


def action_word(action: str) -> str:
    """A deed in words; one that a later version wrote is read out as it is."""
    known = _DEEDS.get(action)
    return translate("Audit", str(known)) if known else action.replace("_", " ").capitalize()


def action_icon(action: str) -> str:
    """The drawing of a deed: by what it was done to."""
    return "lock" if action in _REFUSED else _ICONS.get(action.partition("_")[0], "note")


def action_tone(action: str) -> Tone:
    """The tone of a deed: only what was refused, and what cannot be taken back, has a colour."""
    if action in _REFUSED:
        return "breach"
    return "warning" if action in _GRAVE else "text"


def target_word(table: str | None) -> str:
    """What a deed was done to; empty where it was done to nothing in particular."""
    if table is None:
        return ""
    return {
        "users": translate("Audit", "Person"),
        "challenges": translate("Audit", "Challenge"),
        "payments": translate("Audit", "Payment"),
        "settings": translate("Audit", "Setting"),
        "sessions": translate("Audit", "Session"),
        "risk_alerts": translate("Audit", "Alert"),
    }.get(table, table.replace("_", " ").capitalize())


def detail_pairs(details: Mapping[str, Any], display: Display, within: str = "") -> Iterator[tuple[str, str]]:
    """The details of an entry, one pair a value; what lies within another is named after both."""
    for key, value in details.items():
        name = key.replace("_", " ").replace(".", " ")
        label = f"{within} · {name}" if within else name.capitalize()
        if isinstance(value, Mapping):
            yield from detail_pairs(value, display, label)
        elif isinstance(value, bool):
            yield label, translate("Audit", "yes") if value else translate("Audit", "no")
        elif isinstance(value, int):
            yield label, display.numbers.count(value)
        elif isinstance(value, (list, tuple)):
            yield label, ", ".join(str(each) for each in value)
        else:
            yield label, "–" if value is None else _value_word(str(value))


def _value_word(value: str) -> str:
    """A value that is a code in words; anything else as it is."""
    known = _CODES.get(value)
    return translate("Audit", str(known)) if known else value
