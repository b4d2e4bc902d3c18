"""Contrast of two colours, as WCAG 2 defines it."""

from typing import Final

LEAST: Final = 5.0
"""What every word and figure keeps on every ground."""

_LINEAR_BELOW: Final = 0.04045
_FLARE: Final = 0.05


def contrast(first: str, second: str) -> float:
    """Ratio of the relative luminances of two #RRGGBB colours, 1 to 21.

    Source: WCAG 2.2, "contrast ratio" and "relative luminance".
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + _FLARE) / (darker + _FLARE)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _LINEAR_BELOW else float(((channel + 0.055) / 1.055) ** 2.4)
