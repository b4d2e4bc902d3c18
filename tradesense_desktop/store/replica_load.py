"""Events on their way into a fresh replica: canonical again, each held against the one before it and its own hash."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tradesense_desktop.audit.hash_chain import event_body, genesis_hash, leaf_hash
from tradesense_desktop.domain.replicated import EVENTS, HistoryHead
from tradesense_desktop.store.replica_rows import RowWriter, canonical_json


class HistoryBroken(Exception):
    """The history of a challenge does not hold together on the server; for whoever loads it to leave it out."""

    def __init__(self, challenge_id: str, number: int) -> None:
        self.challenge_id = challenge_id
        self.number = number
        super().__init__(f"the history of challenge {challenge_id} does not hold at number {number}")


class HistoryCheck:
    """The heads of the histories that went by; events come challenge by challenge, in order."""

    def __init__(self) -> None:
        self.insert: Final = RowWriter(EVENTS).insert
        self._heads: Final[dict[str, tuple[int, str]]] = {}

    def compare(self, heads: Mapping[str, HistoryHead], trades: Mapping[str, int]) -> None:
        """Raise HistoryBroken for a challenge that does not end as the server says."""
        for challenge_id, head in heads.items():
            number, last = self._heads.get(challenge_id, (0, ""))
            if head != (number, number, last, trades.get(challenge_id, 0)):
                raise HistoryBroken(challenge_id, number)

    def checked(self, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        """The values to insert. Raises HistoryBroken at the first event that does not follow or was changed."""
        current, number, last = "", 0, ""
        for row in rows:
            event_id, challenge_id, event_type, event_version, number_text, data, description, message = row[:8]
            occurred_at, recorded_at, correlation_id, causation_id = row[8:12]
            metadata, commitment, previous_hash, own_hash = row[12:]
            if challenge_id != current:
                if current:
                    self._heads[current] = (number, last)
                current, number, last = challenge_id, 0, genesis_hash(challenge_id)
            number += 1
            try:
                text = canonical_json(data)
                private = None if metadata is None else canonical_json(metadata)
            except (ValueError, RecursionError) as error:
                raise HistoryBroken(current, number) from error
            body = event_body(
                event_id=event_id,
                challenge_id=current,
                sequence_number=number,
                event_type=event_type,
                event_version=event_version,
                event_data_text=text,
                description=description,
                occurred_at=f"{occurred_at[:10]}T{occurred_at[11:]}Z",
                recorded_at=f"{recorded_at[:10]}T{recorded_at[11:]}Z",
                correlation_id=correlation_id,
                causation_id=causation_id,
                metadata_commitment=commitment,
                previous_hash=last,
            )
            if previous_hash != last or own_hash != leaf_hash(body) or number_text != str(number):
                raise HistoryBroken(current, number)
            last = own_hash
            yield (
                *(event_id, current, event_type, event_version, number, text, description, message, occurred_at),
                *(recorded_at, correlation_id, causation_id, private, commitment, previous_hash, own_hash),
            )
        if current:
            self._heads[current] = (number, last)
