"""Text from elsewhere, made harmless to look at: in a sentence, on a terminal, in a list."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """`text` with every character that moves a cursor, hides, turns the direction or is none replaced by one sign."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else REPLACEMENT for character in text)
