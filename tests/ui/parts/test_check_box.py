from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice


def colours_of(box: CheckBox) -> set[str]:
    image = box.grab().toImage()
    return {
        QColor(image.pixel(x, y)).name().upper() for x in range(box.sizeHint().height()) for y in range(image.height())
    }


def test_a_box_that_is_on_has_a_tick_and_not_only_a_colour(qtbot: QtBot, appearance: Appearance) -> None:
    for choice in (AppearanceChoice.LIGHT, AppearanceChoice.DARK):
        appearance.choose(choice)
        box = CheckBox("")
        qtbot.addWidget(box)
        box.resize(box.sizeHint())
        box.show()

        off = colours_of(box)
        box.setChecked(True)

        on = colours_of(box)
        assert appearance.tokens.accent in on - off
        assert appearance.tokens.on_accent in on
