"""Long columns of doubles in little memory: 10 million points of a curve have to fit beside everything else.

Whatever is kept reads back as the very doubles that were given.
"""

from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tradesense_desktop.analytics.equity_series import FloatArray, IntegerArray

Places: TypeAlias = slice | IntegerArray

_STEPS_A_UNIT: Final = (1, 100, 1000, 100_000)
"""Whole seconds and whole units, cents, thousandths, pips."""
_MOST: Final = 2**32 - 1
_BLOCK: Final = 1 << 20
_FEW: Final = 8
"""A column that changes less often than at each eighth point is kept as its changes."""


class Column(Protocol):
    """Doubles by place."""

    def __len__(self) -> int:
        """Number of values."""

    def __getitem__(self, places: Places) -> FloatArray:
        """Values at these places, as a new array."""


def value_at(column: Column, place: int) -> float:
    """One value; a negative place counts from the end."""
    place = place + len(column) if place < 0 else place
    return float(column[np.array([place])][0])


class PackedColumn:
    """Values kept as whole steps of four bytes where they are such (seconds, cents), else as doubles."""

    __slots__ = ("_first", "_steps_a_unit", "_stored")

    def __init__(self, values: FloatArray) -> None:
        self._stored: NDArray[np.uint32] | FloatArray = values
        self._steps_a_unit = self._first = 0
        for steps in _STEPS_A_UNIT if len(values) else ():
            packed = _packed(values, steps)
            if packed is not None:
                self._stored, self._first = packed
                self._steps_a_unit = steps
                break

    def __len__(self) -> int:
        return len(self._stored)

    def __getitem__(self, places: Places) -> FloatArray:
        """Values at these places."""
        stored = self._stored[places]
        return np.array(stored) if not self._steps_a_unit else _unpacked(stored, self._first, self._steps_a_unit)

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return self._stored.nbytes

    def first_from(self, values: FloatArray) -> IntegerArray:
        """Place of the first element not below each of `values`, for an ascending column."""
        return self._found(values, is_past_equals=False)

    def first_after(self, values: FloatArray) -> IntegerArray:
        """Place of the first element above each of `values`, for an ascending column."""
        return self._found(values, is_past_equals=True)

    def _found(self, values: FloatArray, *, is_past_equals: bool) -> IntegerArray:
        if not self._steps_a_unit:
            return np.searchsorted(self._stored, values, "right" if is_past_equals else "left").astype(np.int64)
        # Sought as steps: seeking doubles in whole numbers would copy the column.
        steps = values * self._steps_a_unit - self._first
        nearest = np.rint(steps)
        is_stored = (nearest + self._first) / self._steps_a_unit == values
        wanted = np.where(is_stored, nearest + (1 if is_past_equals else 0), np.ceil(steps))
        places = np.searchsorted(self._stored, np.clip(wanted, 0, _MOST).astype(np.uint32)).astype(np.int64)
        places[wanted > _MOST] = len(self._stored)
        return places


class ChangedColumn:
    """Values kept as the places where they change: a floor of a month is thirty numbers."""

    __slots__ = ("_count", "changes", "values")

    def __init__(self, values: FloatArray, changes: IntegerArray) -> None:
        self._count = len(values)
        self.changes = changes
        self.values = values[changes]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, places: Places) -> FloatArray:
        """Values at these places."""
        wanted = np.arange(*places.indices(self._count)) if isinstance(places, slice) else places
        found: FloatArray = self.values[np.searchsorted(self.changes, wanted, side="right") - 1]
        return found


def changes_of(values: FloatArray) -> IntegerArray:
    """Places where a value differs from the one before, the first place included; NaN does not differ from NaN."""
    changed = np.ones(len(values), dtype=np.bool_)
    before, after = values[:-1], values[1:]
    changed[1:] = (before != after) & ~(np.isnan(before) & np.isnan(after))
    return np.flatnonzero(changed).astype(np.int64)


def kept_small(values: FloatArray) -> Column:
    """The column in the form that takes less."""
    changes = changes_of(values)
    return ChangedColumn(values, changes) if len(changes) < len(values) / _FEW else PackedColumn(values)


def _packed(values: FloatArray, steps_a_unit: int) -> tuple[NDArray[np.uint32], int] | None:
    with np.errstate(over="ignore", invalid="ignore"):
        # What is no whole number of steps that fit (huge, infinite, NaN) fails this comparison, and that is all.
        first, last = np.rint(values.min() * steps_a_unit), np.rint(values.max() * steps_a_unit)
        if not last - first <= _MOST:
            return None
    packed = np.empty(len(values), dtype=np.uint32)
    # In blocks: a column that is none of whole steps is known from its first, and the rest needs no second copy.
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        steps = (np.rint(block * steps_a_unit) - first).astype(np.uint32)
        if (_unpacked(steps, int(first), steps_a_unit) != block).any():
            return None
        packed[start : start + _BLOCK] = steps
    return packed, int(first)


def _unpacked(stored: NDArray[np.uint32] | FloatArray, first: int, steps_a_unit: int) -> FloatArray:
    result: FloatArray = (stored.astype(np.float64) + first) / steps_a_unit
    return result
