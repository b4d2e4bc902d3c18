"""A picture of a chart in a file."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

SHARPNESS: Final = 2.0
"""Pixels of the picture to one of the screen, so that it can be printed."""


def save_image(widget: QWidget, path: Path) -> None:
    """Write `widget` as it is shown to `path` as PNG. Raises OSError."""
    image = QImage(widget.size() * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    widget.render(image, QPoint(0, 0))
    if not image.save(str(path), b"PNG"):
        raise OSError(f"{path} could not be written")
