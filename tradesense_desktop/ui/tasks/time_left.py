"""How long work will still take, in words as rough as the estimate is."""

from typing import Final

from PySide6.QtCore import QCoreApplication

_MINUTE: Final = 60
_HOUR: Final = 3600
_ROUGH: Final = 10


def time_left(seconds: float) -> str:
    """Seconds below a minute (in tens from ten on), minutes below an hour, then hours."""
    if seconds < _ROUGH:
        return QCoreApplication.translate("Tasks", "{n} s left").format(n=max(1, round(seconds)))
    if seconds < _MINUTE:
        return QCoreApplication.translate("Tasks", "{n} s left").format(n=round(seconds / _ROUGH) * _ROUGH)
    if seconds < _HOUR:
        return QCoreApplication.translate("Tasks", "{n} min left").format(n=round(seconds / _MINUTE))
    return QCoreApplication.translate("Tasks", "{n} h left").format(n=round(seconds / _HOUR))
