"""A JSON object that the store holds encrypted and that nobody has opened."""

from collections.abc import Iterator, Mapping
from typing import Any


class Sealed(Mapping[str, Any]):
    """What stands in place of sealed data where the key is not there: empty to look into, but something.

    It goes back into the store unchanged. `is_broken` says that the key is there and does not open it: the value was
    changed, or comes from another row.
    """

    __slots__ = ("_stored", "is_broken")

    def __init__(self, stored: Mapping[str, Any], *, is_broken: bool = False) -> None:
        self._stored = dict(stored)
        self.is_broken = is_broken

    @property
    def key_id(self) -> str:
        """Id of the data key that it was sealed with."""
        return str(self._stored.get("kid"))

    @property
    def stored(self) -> dict[str, Any]:
        """The object as the store holds it."""
        return dict(self._stored)

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other._stored == self._stored

    def __hash__(self) -> int:
        return hash((self.key_id, self._stored.get("n")))

    def __repr__(self) -> str:
        return f"Sealed({self.key_id})"


def is_sealed(stored: object) -> bool:
    """Whether a JSON value is a sealed one, as the store holds it."""
    return isinstance(stored, dict) and stored.get("sealed") == 1 and "ct" in stored
