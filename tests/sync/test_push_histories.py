"""Random histories, carried out by the domain and pushed command by command: the server says the same, row by row."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.property.challenge_histories import BEGINNING, Step, attempt, rules, trade_of
from tests.sync.ops import Firm, Ledger, Op, alert_op, approve_op, note_op, payment_of, payment_op, reject_op
from tests.sync.row_on_server import assert_row_is
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.errors import ChallengeFrozen, DomainError
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.payment import PaymentStatus
from tradesense_desktop.domain.replay import Replayer

_KINDS = {"trade": "ExecuteTrade", "adjust": "AdjustBalance", "sample": "RecordEquity", "close_day": "CloseDay"}
_KINDS |= {"expire": "ExpireChallenge", "start": "StartChallenge", "fail": "FailChallenge"}

_cents = st.decimals(min_value=-450, max_value=450, places=2)
_wild = st.decimals(min_value=-30000, max_value=3000, places=2)
_minutes, _days = st.integers(0, 7200), st.integers(0, 3 * 86400)
_steps = st.lists(
    st.one_of(
        st.builds(Step, st.just("trade"), st.just(0) | _minutes, _cents, st.booleans(), st.integers(0, 100000)),
        st.builds(Step, st.just("trade"), _days, _cents, st.just(True), st.integers(0, 100000)),
        st.builds(Step, st.just("trade"), _minutes, _wild),
        st.builds(Step, st.just("trade"), _minutes, st.just(Decimal(1100))),
        st.builds(Step, st.just("adjust"), _minutes, _cents, st.booleans(), st.integers(0, 11)),
        st.builds(Step, st.just("sample"), _minutes, _cents),
        st.builds(Step, st.sampled_from(["close_day", "expire", "start", "note", "alert", "paid", "many"]), _days),
        st.builds(
            Step,
            st.sampled_from(["approve", "approve", "approve", "reject", "reject", "fail"]),
            _minutes,
            flag=st.booleans(),
        ),
    ),
    min_size=10,
    max_size=25,
)


def _op_of(firm: Firm, ledger: Ledger, step: Step, at: Any, number: int) -> Op:
    """The op that a desktop of the administrator's would send for a step; raises what the domain refuses it with."""
    admin = firm.admin
    if step.kind == "note":
        return note_op(ledger, firm.trader)
    if step.kind == "alert":
        return alert_op(ledger, admin)
    if step.kind == "approve":
        return approve_op(ledger, firm.second_admin if step.flag else admin)
    if step.kind == "reject":
        return reject_op(ledger, admin, fails=step.flag)
    if step.kind == "paid":
        return payment_op(ledger, admin, "RecordPayment", payment_of(ledger, PaymentStatus.SUCCESS), None)
    if step.kind == "many":
        return ledger.op("ExecuteTrades", lambda execution: _execute_many(execution, at, number), admin)

    def act(execution: Execution) -> None:
        if step.kind == "fail":
            execution.fail(actor_id=admin.person.id, reason="asked for", at=at)
        elif step.kind == "trade" and execution.is_frozen:
            with pytest.raises(ChallengeFrozen):
                execution.execute_trade(trade_of(step, at, number))
            execution.alert_frozen(trade_of(step, at, number))
        else:
            attempt(execution, step, at, number)

    return ledger.op(_KINDS[step.kind], act, admin)


def _execute_many(execution: Execution, at: Any, number: int) -> None:
    for place in range(8):
        if execution.accepts_rows:
            step = Step("trade", 0, amount=_amount(place), flag=place % 3 != 1)
            execution.execute_trade(trade_of(step, at + timedelta(minutes=place // 2), number * 100 + place))


def _amount(place: int) -> Decimal:
    return Decimal(place * 37 - 120) / 4


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules, _steps)
def test_the_server_says_what_the_domain_says(firm: Firm, rules_config: dict[str, Any], history: list[Step]) -> None:
    ledger = firm.open(rules_config)
    at = BEGINNING
    for number, step in enumerate(history, 1):
        at += timedelta(seconds=step.after)
        try:
            op = _op_of(firm, ledger, step, at, number)
        except DomainError:
            continue
        if op.after.number == ledger.number and op.after.known == ledger.known:
            continue
        sender = {each.id: each for each in (firm.admin, firm.second_admin, firm.trader)}[op.request["device_id"]]
        ledger = sender.applies(op)
        assert_row_is(firm, ledger)
    assert_replay_is(firm, ledger)


def assert_replay_is(firm: Firm, ledger: Ledger) -> None:
    """What the server's events fold to is the row; they come in order, with their data as it was hashed."""
    replayer = Replayer()
    for event_type, data, recorded_at in firm.select(
        "SELECT event_type, event_data, recorded_at FROM challenge_events WHERE challenge_id = %s ORDER BY sequence_number",
        ledger.challenge_id,
    ):
        replayer.apply(event_type, data, challenge_id=ledger.challenge_id, recorded_at=recorded_at)
    replayed = replayer.challenge()
    known = ledger.known
    unlike = {
        name: getattr(known, name)
        for name in ("id", "version", "created_at", "updated_at", "archived_at", "metadata", "writer_device_id")
    }
    assert replace(replayed, **unlike) == known


def test_a_history_that_ends_in_the_command_that_starts_it(firm: Firm) -> None:
    ledger = firm.open()
    step = Step("trade", 0, amount=_amount(0) * 1000)

    ledger = firm.admin.applies(_op_of(firm, ledger, step, BEGINNING, 1))

    assert ledger.known.status is ChallengeStatus.FAILED
    assert_row_is(firm, ledger)
