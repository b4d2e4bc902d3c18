"""A table of squares, to test tables with: the row of key n is n and its square."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from tradesense_desktop.ui.tables.column import Column


@dataclass(frozen=True, slots=True)
class Square:
    number: int
    square: int


COLUMNS: tuple[Column[Square], ...] = (
    Column(
        key="number",
        plain_title="number",
        text=lambda row, context: context.display.numbers.count(row.number),
        raw=lambda row: str(row.number),
        is_figure=True,
        order="number",
    ),
    Column(
        key="square",
        plain_title="square",
        title=lambda context: context.zoned("square"),
        text=lambda row, context: context.display.numbers.count(row.square),
        raw=lambda row: str(row.square),
        tone=lambda row: "profit" if row.number % 2 else "loss",
        icon=lambda row: "arrow_up" if row.number % 2 else "",
        is_figure=True,
    ),
    Column(key="name", plain_title="name", text=lambda row, _: f"={row.number}", raw=lambda row: f"={row.number}"),
)


class Squares:
    """A read function that counts what it is asked for, and that can be held up."""

    def __init__(self) -> None:
        self.asked: list[Sequence[int]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, keys: Sequence[int]) -> tuple[Square, ...]:
        self.asked.append(keys)
        assert self.may_answer.wait(5)
        return tuple(Square(key, key * key) for key in keys)
