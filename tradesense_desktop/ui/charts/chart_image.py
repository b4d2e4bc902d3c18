"""A picture of a chart in a file."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QIODevice, QPoint, QSaveFile
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QWidget

SHARPNESS: Final = 2.0
"""Pixels of the picture to one of the screen, so that it can be printed."""


def picture_of(widget: QWidget) -> QImage:
    """`widget` as it is shown, on the interface thread; an image can be handed to another one."""
    image = QImage(widget.size() * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    widget.render(image, QPoint(0, 0))
    return image


def write_image(image: QImage, path: Path) -> None:
    """Write an image to `path` as PNG, whole or not at all; for a worker. Raises OSError."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise OSError(f"{path} could not be written: {file.errorString()}")
    writer = QImageWriter(file, QByteArray(b"png"))
    if not writer.write(image):
        raise OSError(f"{path} could not be written: {writer.errorString()}")
    if not file.commit():
        raise OSError(f"{path} could not be written: {file.errorString()}")
