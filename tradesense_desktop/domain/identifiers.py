"""Identifiers: UUIDs of version 7, which carry their time and so insert fast."""

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Final, TypeAlias

RandomBits: TypeAlias = Callable[[int], int]
"""Takes a count of bits and returns that many random ones (`random.SystemRandom().getrandbits`)."""

_RANDOM_BITS: Final = 74
_LOW_BITS: Final = 62
_LOW_MASK: Final = (1 << _LOW_BITS) - 1
_VERSION: Final = 7 << 76
_VARIANT: Final = 2 << 62
_STEPS: Final = Struct("<128I")


def new_uuid7(at_milliseconds: int, random: int) -> str:
    """Version 7 UUID (RFC 9562) of a Unix time in milliseconds and 74 random bits, as 36 lower-case characters."""
    value = (at_milliseconds << 80) | _VERSION | ((random >> _LOW_BITS) << 64) | _VARIANT | (random & _LOW_MASK)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _random_steps(random_bits: RandomBits) -> Iterator[int]:
    """Random numbers of 32 bits, drawn many at a time: the system's own source is slow to ask."""
    while True:
        yield from _STEPS.unpack(random_bits(_STEPS.size * 8).to_bytes(_STEPS.size, "little"))


class UuidSource:
    """Version 7 UUIDs in rising order, all of one time: for the many ids of one command.

    Each is the one before plus a random step in its last 62 bits (RFC 9562, section 6.2, method 2); where they run
    over, the time moves on by a millisecond. `random_bits` should be unpredictable. One thread.
    """

    __slots__ = ("_at_milliseconds", "_beginning", "_low", "_random_bits", "_steps")

    def __init__(self, at_milliseconds: int, random_bits: RandomBits) -> None:
        self._at_milliseconds = at_milliseconds - 1
        self._random_bits = random_bits
        self._steps = _random_steps(random_bits)
        self._low = 0
        self._beginning = ""
        self._begin_millisecond()

    def __call__(self) -> str:
        """Return the next id."""
        low = self._low + 1 + next(self._steps)
        if low > _LOW_MASK:
            self._begin_millisecond()
            low = self._low
        self._low = low
        text = f"{_VARIANT | low:016x}"
        return f"{self._beginning}{text[:4]}-{text[4:]}"

    def _begin_millisecond(self) -> None:
        self._at_milliseconds += 1
        self._low = self._random_bits(_LOW_BITS - 1)
        high = self._random_bits(_RANDOM_BITS - _LOW_BITS)
        self._beginning = new_uuid7(self._at_milliseconds, high << _LOW_BITS)[:19]
