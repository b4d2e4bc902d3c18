"""What a person reads when work has failed: what happened, what was kept, what to do."""

from PySide6.QtCore import QCoreApplication


def failure_text(failure: BaseException) -> str:
    """One or two sentences on `failure`; a refusal speaks for itself, a fault of the program says that it is one."""
    from tradesense_desktop.domain.errors import DomainError
    from tradesense_desktop.services.errors import Refused

    if isinstance(failure, Refused | DomainError):
        return str(failure)
    if isinstance(failure, OSError):
        named = failure.filename or QCoreApplication.translate("Failures", "a file")
        reason = failure.strerror or str(failure)
        return QCoreApplication.translate("Failures", "{name}: {reason}. Nothing was changed.").format(
            name=named, reason=reason
        )
    return QCoreApplication.translate(
        "Failures",
        "A fault of the program stopped this ({kind}: {text}). What was recorded before is kept; the log has the rest.",
    ).format(kind=type(failure).__name__, text=str(failure))
