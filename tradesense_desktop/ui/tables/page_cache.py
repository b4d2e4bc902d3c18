"""Pages that were read, the least recently used of them forgotten first."""

from collections import OrderedDict
from typing import Final, Generic, TypeVar

Row = TypeVar("Row")

PAGE_ROWS: Final = 256
_MOST_PAGES: Final = 48


class PageCache(Generic[Row]):
    """At most 48 pages of 256 rows, by number of the page."""

    def __init__(self, most_pages: int = _MOST_PAGES) -> None:
        self._most = most_pages
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, page: int) -> tuple[Row, ...] | None:
        """Rows of `page`, or None where they are not here; asking keeps them longer."""
        rows = self._pages.get(page)
        if rows is not None:
            self._pages.move_to_end(page)
        return rows

    def put(self, page: int, rows: tuple[Row, ...]) -> None:
        """Keep the rows of `page`."""
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > self._most:
            self._pages.popitem(last=False)

    def clear(self) -> None:
        """Forget all pages."""
        self._pages.clear()
