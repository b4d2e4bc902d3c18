"""Fuzzy matching for the command palette: letters in order, better where words begin."""

from typing import Final

_WORD_START: Final = 10
_RUN: Final = 6
_LETTER: Final = 1
_EXACT: Final = 40


def score(wanted: str, text: str) -> int | None:
    """How well `wanted` fits `text`, higher is better; None where its letters do not stand there in order.

    Spaces in `wanted` separate words that may match anywhere, each on its own.
    """
    total = 0
    lowered = text.casefold()
    for word in wanted.casefold().split():
        found = _score_word(word, lowered)
        if found is None:
            return None
        total += found
    return total - len(text) // 16


def _score_word(word: str, text: str) -> int | None:
    at = text.find(word)
    if at >= 0:
        return _EXACT + len(word) * _RUN + (_WORD_START if _begins_word(text, at) else 0)
    total, position, previous = 0, 0, -2
    for letter in word:
        position = _best_position(letter, text, position)
        if position < 0:
            return None
        total += (
            _LETTER + (_RUN if position == previous + 1 else 0) + (_WORD_START if _begins_word(text, position) else 0)
        )
        previous = position
        position += 1
    return total


def _best_position(letter: str, text: str, start: int) -> int:
    """First place of `letter` from `start`, but the next beginning of a word with it where there is one nearby."""
    first = text.find(letter, start)
    if first < 0 or first == start or _begins_word(text, first):
        return first
    at = first
    while at >= 0:
        if _begins_word(text, at):
            return at
        at = text.find(letter, at + 1)
    return first


def _begins_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()
