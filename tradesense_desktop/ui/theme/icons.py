"""Icons: our own one-stroke drawings, tinted with a token and sharp at every scale."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tradesense_desktop.settings import resources_directory
from tradesense_desktop.ui.theme.tokens import ICON_LARGE, ICON_SMALL, Tokens


@cache
def icon(name: str, tokens: Tokens) -> QIcon:
    """Icon `name` in the words' colour, muted where disabled and accented where switched on.

    It is drawn at the scales of the screens that there are: more would be a third of the time to the first paint.
    """
    made = QIcon()
    scales = sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}) or [1.0]
    states = (
        (QIcon.Mode.Normal, QIcon.State.Off, tokens.muted),
        (QIcon.Mode.Active, QIcon.State.Off, tokens.text),
        (QIcon.Mode.Normal, QIcon.State.On, tokens.accent),
        (QIcon.Mode.Active, QIcon.State.On, tokens.accent),
        (QIcon.Mode.Disabled, QIcon.State.Off, tokens.line),
    )
    for mode, state, colour in states:
        for size in (ICON_SMALL, ICON_LARGE):
            for scale in scales:
                made.addPixmap(pixmap(name, colour, size, scale), mode, state)
    return made


@cache
def pixmap(name: str, colour: str, size: int, scale: float = 1) -> QPixmap:
    """Icon `name` drawn in `colour` on `size` logical pixels at `scale` device pixels each."""
    drawing = _drawing(name).replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    canvas = QPixmap(QSize(round(size * scale), round(size * scale)))
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    renderer.render(painter, QRectF(0, 0, canvas.width(), canvas.height()))
    painter.end()
    canvas.setDevicePixelRatio(scale)
    return canvas


@cache
def _drawing(name: str) -> str:
    return (resources_directory() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
