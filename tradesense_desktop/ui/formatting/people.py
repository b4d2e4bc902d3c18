"""People as a person reads them."""

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.domain.people import Role


def role_word(role: Role) -> str:
    """What a role is called."""
    return {
        Role.USER: QCoreApplication.translate("People", "trader"),
        Role.AUDITOR: QCoreApplication.translate("People", "auditor"),
        Role.ADMIN: QCoreApplication.translate("People", "administrator"),
        Role.SUPERADMIN: QCoreApplication.translate("People", "super-administrator"),
    }[role]
