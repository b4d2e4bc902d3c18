"""Tokens: every colour, size and distance of the interface, in its two appearances."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Tone: TypeAlias = Literal["text", "muted", "accent", "profit", "loss", "warning", "breach"]
"""What a figure or a word says by its colour; a sign, an arrow or a word always says it too."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours of one appearance as #RRGGBB.

    `selection` is the ground under selected rows: accent laid thinly over the surface, so thinly that every tone
    keeps its contrast on it. `on_accent` is for words on the one primary button.
    """

    is_dark: bool
    canvas: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    profit: str
    loss: str
    warning: str
    breach: str
    on_accent: str
    selection: str
    hover: str

    def tone(self, tone: Tone) -> str:
        """Colour of `tone`."""
        colour: str = getattr(self, tone)
        return colour

    def grounds(self) -> tuple[str, ...]:
        """Every colour on which words and figures stand."""
        return self.canvas, self.surface, self.raised, self.selection, self.hover


def mix(over: str, under: str, part: float) -> str:
    """`part` of the colour `over` laid on `under`."""
    channels = (round(int(over[at : at + 2], 16) * part + int(under[at : at + 2], 16) * (1 - part)) for at in (1, 3, 5))
    return "#" + "".join(f"{channel:02X}" for channel in channels)


DARK: Final = Tokens(
    is_dark=True,
    canvas="#0F1419",
    surface="#171D24",
    raised="#1F2730",
    line="#2B3540",
    text="#E6EDF3",
    muted="#9AA7B4",
    accent="#5AA2FF",
    profit="#2FBFAD",
    loss="#F0845C",
    warning="#E3B341",
    breach="#FF6B6B",
    on_accent="#0F1419",
    selection=mix("#5AA2FF", "#171D24", 0.12),
    hover=mix("#E6EDF3", "#171D24", 0.04),
)

LIGHT: Final = Tokens(
    is_dark=False,
    canvas="#F4F6F8",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#D8DEE4",
    text="#1B2127",
    muted="#56616C",
    accent="#0B62CC",
    profit="#0B766A",
    loss="#B4431B",
    warning="#8A5A00",
    breach="#C22727",
    on_accent="#FFFFFF",
    selection=mix("#0B62CC", "#FFFFFF", 0.05),
    hover=mix("#1B2127", "#FFFFFF", 0.03),
)

TONES: Final[tuple[Tone, ...]] = ("text", "muted", "accent", "profit", "loss", "warning", "breach")

SPACE_4: Final = 4
SPACE_8: Final = 8
SPACE_12: Final = 12
SPACE_16: Final = 16
SPACE_24: Final = 24
SPACE_32: Final = 32
CORNER: Final = 6
FOCUS_RING: Final = 2

TYPE_SMALL: Final = 12
TYPE_BODY: Final = 13
TYPE_HEADING: Final = 15
TYPE_FIGURE: Final = 22
TYPE_VERDICT: Final = 32

ICON_SMALL: Final = 16
ICON_LARGE: Final = 20
ROW_HEIGHT: Final = 28
RAIL_WIDTH: Final = 56
MOTION_MILLISECONDS: Final = 120
