"""Qt palettes made from tokens, and the way back from a widget's palette to its tokens."""

from PySide6.QtGui import QColor, QPalette

from tradesense_desktop.ui.theme.tokens import DARK, LIGHT, Tokens, mix

_HALF_LIGHT = 128


def palette(tokens: Tokens) -> QPalette:
    """Palette of `tokens` for Fusion."""
    made = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.canvas,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.canvas,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.breach,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.raised,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.canvas,
    }
    for name, colour in colours.items():
        made.setColor(name, QColor(colour))
    faint = QColor(mix(tokens.muted, tokens.surface, 0.6))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, faint)
    return made


def tokens_of(shown: QPalette) -> Tokens:
    """Tokens of the appearance that `shown` was made for.

    Told by the shadow's colour: the style sheet changes a widget's window, base and text colours, never that.
    """
    return DARK if shown.color(QPalette.ColorRole.Shadow).lightness() < _HALF_LIGHT else LIGHT
