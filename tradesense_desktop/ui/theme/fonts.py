"""Type: the system's interface font in five sizes, figures always tabular."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from tradesense_desktop.ui.theme import tokens


@cache
def font(size: int, *, strong: bool = False) -> QFont:
    """The interface font at `size` logical pixels, with figures of one width."""
    made = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    return _sized(made, size, strong=strong)


@cache
def fixed_font(size: int = tokens.TYPE_SMALL) -> QFont:
    """The system's fixed-width font, for hashes and JSON."""
    return _sized(QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)), size, strong=False)


def _sized(made: QFont, size: int, *, strong: bool) -> QFont:
    made.setPixelSize(size)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return made
