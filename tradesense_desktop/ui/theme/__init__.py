"""The look: tokens, palettes, type, icons. Nothing outside names a colour, a size or a font."""
