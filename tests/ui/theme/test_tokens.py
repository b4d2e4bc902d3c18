import re
from pathlib import Path

import pytest

from tradesense_desktop.ui.theme.contrast import LEAST, contrast
from tradesense_desktop.ui.theme.palettes import palette, tokens_of
from tradesense_desktop.ui.theme.tokens import DARK, LIGHT, TONES, Tokens, mix

UI = Path(__file__).parents[3] / "tradesense_desktop" / "ui"


def test_contrast_of_black_and_white_is_the_greatest_there_is() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("tone", TONES)
def test_every_tone_keeps_its_contrast_on_every_ground(tokens: Tokens, tone: str) -> None:
    found = {ground: contrast(getattr(tokens, tone), ground) for ground in tokens.grounds()}

    assert min(found.values()) >= LEAST, found


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_words_on_the_primary_button_keep_their_contrast(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= LEAST


def test_mixing_lays_one_colour_on_another() -> None:
    assert mix("#FFFFFF", "#000000", 0.5) == "#808080"
    assert mix("#112233", "#445566", 1) == "#112233"
    assert mix("#112233", "#445566", 0) == "#445566"


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_a_palette_leads_back_to_its_tokens(tokens: Tokens) -> None:
    assert tokens_of(palette(tokens)) is tokens


def test_nothing_outside_the_theme_names_a_colour() -> None:
    named = [
        f"{path.relative_to(UI)}:{number}"
        for path in UI.rglob("*.py")
        if path.parent.name != "theme"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\"#[0-9A-Fa-f]{3,8}\"|QColor\(\"|Qt\.GlobalColor\.(?!transparent)", line)
    ]

    assert named == []


def test_nothing_outside_the_theme_names_a_font() -> None:
    named = [
        f"{path.relative_to(UI)}:{number}"
        for path in UI.rglob("*.py")
        if path.parent.name != "theme"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"QFont\(|setPixelSize|setPointSize|font-size|font-family", line)
    ]

    assert named == []
