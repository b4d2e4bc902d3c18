"""How far work is, in words: stage, count, rate, time left."""

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.ui.formatting.numbers import NumberFormat
from tradesense_desktop.ui.tasks.meter import Reading
from tradesense_desktop.ui.tasks.time_left import time_left

translate = QCoreApplication.translate


def progress_text(reading: Reading, numbers: NumberFormat) -> str:
    """One line on `reading`; what nobody can know is left out."""
    parts = [reading.stage]
    done = numbers.count(reading.done)
    if reading.total is not None:
        total = numbers.count(reading.total)
        parts.append(translate("Tasks", "{done} of {total}").format(done=done, total=total))
    elif reading.done:
        parts.append(done)
    if reading.rate is not None:
        parts.append(translate("Tasks", "{count}/s").format(count=numbers.count(round(reading.rate))))
    if reading.seconds_left is not None:
        parts.append(time_left(reading.seconds_left))
    return "  ·  ".join(parts)
