"""Columns as data: what stands in a cell, how it is copied, and how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.theme.tokens import Tone

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Context:
    """What every cell needs to be written: the formats in force and the firm's zone, where there is one."""

    display: Display
    firm_zone: str | None = None

    def zoned(self, title: str) -> str:
        """Header of a column of times: it says the zone."""
        return f"{title} ({self.display.times.zone_name(self.firm_zone)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column of a table.

    `text` is for reading (the locale's marks), `raw` for copying (plain digits, ISO times). `order` is the name by
    which the read function sorts, empty where it cannot. `width` is in logical pixels. `plain_title` names the column
    where no context is (the column chooser, a CSV header).
    """

    key: str
    plain_title: str
    text: Callable[[Row, Context], str]
    raw: Callable[[Row], str]
    title: Callable[[Context], str] | None = None
    tone: Callable[[Row], Tone] | None = None
    icon: Callable[[Row], str] | None = None
    is_figure: bool = False
    order: str = ""
    width: int = 96
    is_hidden: bool = False

    def header(self, context: Context) -> str:
        """Title in the header."""
        return self.plain_title if self.title is None else self.title(context)
