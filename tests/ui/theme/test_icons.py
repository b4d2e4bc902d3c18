import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from tradesense_desktop.settings import resources_directory
from tradesense_desktop.ui.theme.icons import icon, pixmap
from tradesense_desktop.ui.theme.tokens import DARK

ICONS = sorted((resources_directory() / "icons").glob("*.svg"))
UI = Path(__file__).parents[3] / "tradesense_desktop" / "ui"


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_an_icon_has_one_stroke_width_and_no_colour_of_its_own(path: Path) -> None:
    drawing = ET.parse(path).getroot()

    assert drawing.get("viewBox") == "0 0 24 24"
    assert drawing.get("stroke-width") == "1.75"
    assert drawing.get("stroke") == "currentColor"
    assert all(part.get("stroke") is None and part.get("fill") is None for part in drawing)


def test_an_icon_is_drawn_in_the_colour_that_is_asked_for(qapp: QApplication) -> None:
    image = pixmap("menu", DARK.accent, 16, 2).toImage()
    seen = {image.pixelColor(x, y).name() for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 250}

    assert QColor(DARK.accent).name() in seen


def test_an_icon_is_sharp_at_every_scale(qapp: QApplication) -> None:
    assert [pixmap("menu", DARK.text, 20, scale).width() for scale in (1, 2, 3)] == [20, 40, 60]
    assert not icon("menu", DARK).isNull()


def test_every_icon_that_is_named_is_there() -> None:
    known = {path.stem for path in ICONS}
    pattern = re.compile(r"(?:Drawing|IconButton|_RailButton|EmptyState|icon)\(\s*\"([a-z_]+)\"|icon=\"([a-z_]+)\"")
    named = {
        name
        for path in UI.rglob("*.py")
        for found in pattern.findall(path.read_text(encoding="utf-8"))
        for name in found
        if name
    }

    assert named
    assert named <= known
