from decimal import Decimal

import pytest

from tests.unit.domain.challenges import ADMIN, COMMAND, RECORDED_AT, events_of, only, opened, trade
from tradesense_desktop.domain.errors import ReasonMissing
from tradesense_desktop.domain.event import EventType


def test_note_is_kept_with_its_author_also_after_the_end() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-6000"))
    events_of(execution)
    execution.add_note(author_id=ADMIN, text="Talked to the trader", at=RECORDED_AT)

    noted = only(events_of(execution), EventType.NOTE_ADDED)
    assert noted.event_data == {
        "author_id": ADMIN,
        "kind": "note",
        "text": "Talked to the trader",
        "at": "2026-11-23T06:00:00.000000Z",
    }


def test_empty_note_is_refused() -> None:
    with pytest.raises(ReasonMissing):
        opened().add_note(author_id=ADMIN, text=" \n", at=RECORDED_AT)


def test_archiving_hides_the_row_and_is_told_in_the_history() -> None:
    execution = opened()
    execution.archive(actor_id=ADMIN, reason="Wrong time zone", at=RECORDED_AT)

    assert execution.snapshot().archived_at == RECORDED_AT
    noted = only(events_of(execution), EventType.NOTE_ADDED)
    assert (noted.event_data["kind"], noted.event_data["text"]) == ("archived", "Wrong time zone")


def test_payment_that_moves_is_told_in_the_history() -> None:
    execution = opened()
    row = execution.snapshot()
    execution.change_payment_status(
        payment_id=COMMAND, before="PENDING", after="SUCCESS", amount=Decimal("99.90"), currency="EUR", at=RECORDED_AT
    )

    moved = only(events_of(execution), EventType.PAYMENT_STATUS_CHANGED)
    assert moved.event_data["amount"] == "99.9"
    assert moved.description == f"Payment {COMMAND}: PENDING to SUCCESS, 99.9 EUR"
    assert execution.snapshot() == row
