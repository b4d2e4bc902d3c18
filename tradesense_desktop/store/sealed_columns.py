"""Sealed columns: how the repositories write private JSON and hand it out.

Sealed are `metadata` of users, challenges, trades, challenge_events, payments and risk_alerts, and what a payment's
provider sent. A TypeDecorator does not see the row id, to which a value is bound, so the repositories seal. What has
no content (null, an empty object) is written as it is.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from tradesense_desktop.audit.key_wrap import WrapBroken
from tradesense_desktop.audit.metadata_commitment import checked_metadata
from tradesense_desktop.audit.sealing import DataKey, Place, SealBroken
from tradesense_desktop.domain.sealed import Sealed, is_sealed
from tradesense_desktop.store.data_keys import data_key_to_write, find_data_key
from tradesense_desktop.store.key_errors import KeyDestroyed, KeyLocked, KeyMissing
from tradesense_desktop.store.outer_key_setting import read_outer_key
from tradesense_desktop.store.transaction import Reading, Transaction

TextWriter: TypeAlias = Callable[[str, str], str | None]
"""Row id and canonical text of a value to what its column holds."""


class Sealer:
    """Seals what belongs to one person within one transaction; their key is read, or made, when it is first needed."""

    def __init__(self, transaction: Transaction, user_id: str) -> None:
        self._transaction: Final = transaction
        self._user_id: Final = user_id

    @cached_property
    def key(self) -> DataKey:
        """The person's data key. Raises KeyMissing, KeyLocked and KeyDestroyed."""
        return data_key_to_write(self._transaction, self._user_id)

    def sealed(self, place: Place, value: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """What a JSON column holds for `value`. Raises KeyMissing, KeyLocked and KeyDestroyed.

        What nobody has opened goes back as it was.
        """
        if isinstance(value, Sealed):
            return value.stored
        if not value:
            return None if value is None else {}
        stored: dict[str, Any] = json.loads(self.key.seal(place, dict(value)))
        return stored

    def sealed_or_nothing(self, place: Place, value: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """As `sealed`; None, so that it is not kept, where nothing can be sealed here."""
        try:
            return self.sealed(place, value)
        except (KeyMissing, KeyLocked, KeyDestroyed):
            return None


class Opener:
    """Opens what is sealed, as far as its keys are there; for one view of the workspace."""

    def __init__(self, reading: Reading) -> None:
        self._reading: Final = reading
        self._keys: Final[dict[str, DataKey | None]] = {}

    def opened(self, place: Place, stored: Any) -> Mapping[str, Any] | None:
        """The object of a column, read only; Sealed where it cannot be opened, marked as broken where it should be.

        A list of rows is shown whatever became of one of them; `open_strictly` is for whoever looks at that one.
        """
        if not is_sealed(stored):
            return _read_only(stored)
        try:
            return _read_only(self._value(place, stored))
        except (SealBroken, WrapBroken):
            return Sealed(stored, is_broken=True)

    def open_strictly(self, place: Place, stored: Any) -> Mapping[str, Any] | None:
        """As `opened`. Raises SealBroken, and WrapBroken where the person's key was changed."""
        return _read_only(self._value(place, stored) if is_sealed(stored) else stored)

    def opened_event_metadata(self, event_id: str, stored: Any, commitment: str | None) -> Mapping[str, Any] | None:
        """The metadata of an event, checked against what its hash binds; as `opened`."""
        if not is_sealed(stored):
            return _read_only(stored)
        place = event_place(event_id)
        try:
            value = self._value(place, stored)
            return value if isinstance(value, Sealed) else _read_only(checked_metadata(place, value, commitment))
        except (SealBroken, WrapBroken):
            return Sealed(stored, is_broken=True)

    def _value(self, place: Place, stored: dict[str, Any]) -> Any:
        sealed = Sealed(stored)
        if sealed.key_id not in self._keys:
            self._keys[sealed.key_id] = find_data_key(self._reading, sealed.key_id)
        key = self._keys[sealed.key_id]
        return sealed if key is None else key.unseal(place, sealed)


def event_place(event_id: str) -> Place:
    """Where the metadata of an event stands."""
    return Place("challenge_events", "metadata", event_id)


def trade_metadata_writer(transaction: Transaction, user_id: str) -> TextWriter:
    """How the metadata of a person's trades is written.

    Plain in a workspace without a key, sealed with one that is open. With one that is locked, and for somebody who
    was erased, nothing is written: an import neither fails half-way nor leaves plain text, and the TRADE_EXECUTED
    event of each trade says the same.
    """
    if read_outer_key(transaction) is None:
        return lambda _row_id, text: text
    try:
        seal_text = data_key_to_write(transaction, user_id).seal_text
    except (KeyLocked, KeyDestroyed):
        return lambda _row_id, _text: None
    return lambda row_id, text: seal_text(Place("trades", "metadata", row_id), text)


def _read_only(value: Any) -> Mapping[str, Any] | None:
    if value is None or isinstance(value, Sealed):
        return value
    # Plain SQL may have written JSON that is no object.
    return MappingProxyType(value if isinstance(value, dict) else {"value": value})
