import pytest

from tests.unit.domain.challenges import ADMIN, RECORDED_AT, adjustment, after, events_of, opened, trade
from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.errors import InvalidText, InvalidTrade
from tradesense_desktop.domain.plain_text import is_keepable


@pytest.mark.parametrize("text", ["", "Zoë 日本 📈", "a\tb\nc", "\ufeff"])
def test_any_ordinary_text_can_be_kept(text: str) -> None:
    assert is_keepable(text)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x\udfffy"])
def test_text_that_no_database_keeps_is_refused_before_anything_is_recorded(text: str) -> None:
    assert not is_keepable(text)
    execution = opened()
    execution.execute_trade(trade(1, "8000"))
    before = execution.snapshot()
    events_of(execution)

    with pytest.raises(InvalidText):
        execution.add_note(author_id=ADMIN, text=text, at=RECORDED_AT)
    with pytest.raises(InvalidText):
        execution.reject(approver_id=ADMIN, reason=text, fails=True, at=after(days=1))
    with pytest.raises(InvalidText):
        execution.approve(approver_id=ADMIN, comment=text, at=after(days=1))
    with pytest.raises(InvalidText):
        execution.fail(actor_id=ADMIN, reason=text, at=after(days=1))
    assert execution.snapshot() == before
    assert events_of(execution) == []


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_row_with_such_a_text_is_refused(text: str) -> None:
    execution = opened()
    plain = adjustment(1, AdjustmentKind.CHARGE, "-1")
    spoiled = Adjustment(
        adjustment_id="1", kind=plain.kind, amount=plain.amount, executed_at=plain.executed_at, comment=text
    )

    with pytest.raises(InvalidText):
        execution.adjust_balance(spoiled)
    with pytest.raises(InvalidTrade):
        execution.execute_trade(trade(1, "1", position_id=text))
