"""Every kind of command that a firm's people send, applied as the domain computed it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.sync.ops import (
    BEGINNING,
    Device,
    Firm,
    Ledger,
    Op,
    alert_op,
    approve_op,
    audit_op,
    audit_row,
    create_op,
    handle_op,
    new_uuid,
    note_op,
    payment_of,
    payment_op,
    payment_row,
    reject_op,
    request,
    trade,
    trade_op,
    trades_op,
)
from tests.sync.row_on_server import assert_row_is
from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.alert import AlertStatus
from tradesense_desktop.domain.errors import ChallengeFrozen
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.payment import PaymentStatus


def import_op(ledger: Ledger, sender: Device, numbers: range, pnl: str = "-40", *, creates: bool = False) -> Op:
    """Trades that a statement brings, into a new challenge or a known one."""

    def act(execution: Execution) -> None:
        if creates:
            execution.create(
                challenge_id=ledger.challenge_id,
                user_id=ledger.owner_id,
                challenge_type="Imported",
                initial_balance=Decimal(10000),
                rules_config={},
                max_daily_drawdown_percent=Decimal("0.05"),
                max_total_drawdown_percent=Decimal("0.1"),
                profit_target_percent=Decimal("0.08"),
            )
        for number in numbers:
            if execution.accepts_rows:
                execution.execute_trade(trade(number, pnl))

    op = ledger.op("ImportStatement", act, sender)
    op.rows["import_history"] = [
        {
            "id": new_uuid(),
            "challenge_id": ledger.challenge_id,
            "command_id": op.request["command_id"],
            "file_name": "report.html",
            "file_sha256": "a" * 64,
            "format": "metatrader5",
            "time_zone": "UTC",
            "trades_read": len(numbers),
            "trades_added": len(op.rows.get("trades", [])),
            "trades_after_end": 0,
            "totals": {},
            "recorded_at": instant_text(datetime.now(UTC)),
        }
    ]
    return op


def test_a_challenge_is_created_and_traded(firm: Firm) -> None:
    ledger = firm.open()
    assert_row_is(firm, ledger)

    ledger = firm.admin.applies(trade_op(ledger, firm.admin, 1, "-20.25"))
    assert_row_is(firm, ledger)

    ledger = firm.admin.applies(trades_op(ledger, firm.admin, range(2, 9), str))
    assert_row_is(firm, ledger)


def test_a_statement_makes_a_challenge_that_fails_on_the_way(firm: Firm) -> None:
    ledger = Ledger(firm.trader.person.id, new_uuid())

    ledger = firm.admin.applies(import_op(ledger, firm.admin, range(1, 30), creates=True))

    assert ledger.known.status == "FAILED"
    assert_row_is(firm, ledger)
    assert firm.select("SELECT count(*) FROM import_history WHERE challenge_id = %s", ledger.challenge_id) == [(1,)]


def test_a_statement_goes_into_a_known_challenge_that_has_not_begun(firm: Firm) -> None:
    ledger = firm.admin.applies(import_op(firm.open(), firm.admin, range(1, 30)))

    assert ledger.known.status == "FAILED"
    assert_row_is(firm, ledger)


def test_equity_days_and_balance_operations(firm: Firm) -> None:
    ledger = firm.admin.applies(trade_op(firm.open(), firm.admin, 1, "10"))
    at = BEGINNING + timedelta(hours=1)

    def adjust(kind: AdjustmentKind, amount: str) -> None:
        nonlocal ledger, at
        at += timedelta(minutes=1)
        adjustment = Adjustment(adjustment_id=f"b{at:%H%M}", kind=kind, amount=Decimal(amount), executed_at=at)
        ledger = firm.admin.applies(
            ledger.op("AdjustBalance", lambda execution: execution.adjust_balance(adjustment), firm.admin)
        )
        assert_row_is(firm, ledger)

    ledger = firm.admin.applies(
        ledger.op("RecordEquity", lambda execution: execution.record_equity(Decimal("9990.5"), at), firm.admin)
    )
    assert_row_is(firm, ledger)
    adjust(AdjustmentKind.DEPOSIT, "500")
    adjust(AdjustmentKind.CHARGE, "-3.25")
    adjust(AdjustmentKind.PAYOUT, "-1")
    ledger = firm.admin.applies(
        ledger.op("CloseDay", lambda execution: execution.close_day(BEGINNING + timedelta(days=1)), firm.admin)
    )
    assert_row_is(firm, ledger)


def test_a_challenge_is_started_failed_and_archived_by_hand(firm: Firm) -> None:
    ledger = firm.admin.applies(firm.open().op("StartChallenge", lambda run: run.start(BEGINNING), firm.admin))
    ledger = firm.admin.applies(
        ledger.op(
            "FailChallenge",
            lambda run: run.fail(actor_id=firm.admin.person.id, reason="asked for", at=datetime.now(UTC)),
            firm.admin,
        )
    )
    assert_row_is(firm, ledger)
    archived = ledger.op(
        "ArchiveChallenge",
        lambda run: run.archive(actor_id=firm.admin.person.id, reason="done", at=datetime.now(UTC)),
        firm.admin,
    )
    # The store keeps the version of a row that has ended (store/challenges.py).
    archived.rows["challenges"][0]["version"] = ledger.known.version

    after = firm.admin.applies(archived)

    assert firm.select(
        "SELECT archived_at IS NOT NULL, version FROM challenges WHERE id = %s", ledger.challenge_id
    ) == [(True, ledger.known.version)]
    assert after.number == ledger.number + 1


def test_a_challenge_expires(firm: Firm) -> None:
    ledger = firm.admin.applies(trade_op(firm.open({"max_duration_days": 5}), firm.admin, 1, "1"))

    ledger = firm.admin.applies(ledger.op("ExpireChallenge", lambda run: run.expire(datetime.now(UTC)), firm.admin))

    assert ledger.known.status == "FAILED"
    assert_row_is(firm, ledger)


def test_funding_is_approved_by_two(firm: Firm) -> None:
    ledger = firm.waiting({"approvals": 2})

    ledger = firm.admin.applies(approve_op(ledger, firm.admin))
    assert ledger.known.status == "ACTIVE"
    ledger = firm.second_admin.applies(approve_op(ledger, firm.second_admin))

    assert ledger.known.status == "FUNDED"
    assert_row_is(firm, ledger)


@pytest.mark.parametrize("fails", [True, False])
def test_funding_is_rejected(firm: Firm, fails: bool) -> None:
    ledger = firm.admin.applies(reject_op(firm.waiting(), firm.admin, fails=fails))

    assert ledger.known.status == ("FAILED" if fails else "ACTIVE")
    assert_row_is(firm, ledger)


def test_the_next_phase_opens_once(firm: Firm) -> None:
    passed = firm.admin.applies(approve_op(firm.waiting(), firm.admin))

    def phase() -> Op:
        ledger = Ledger(passed.owner_id, new_uuid())
        op = create_op(ledger, firm.admin, {"phase": 2}, previous_challenge_id=passed.challenge_id)
        op.request["kind"] = "OpenNextPhase"
        op.rows["audit_log"] = [
            audit_row(firm.admin, "NEXT_PHASE_OPENED", target_table="challenges", target_id=ledger.challenge_id)
        ]
        return op

    assert_row_is(firm, firm.admin.applies(phase()))
    (again,) = firm.admin.push(phase())
    assert (again.verdict, again.code) == ("rejected", "conflict")


def test_alerts_are_raised_and_handled(firm: Firm) -> None:
    ledger = firm.admin.applies(alert_op(firm.open(), firm.admin, "WatchActivity"))
    ledger = firm.trader.applies(handle_op(ledger, firm.trader, "AcknowledgeAlert", AlertStatus.ACKNOWLEDGED))
    ledger = firm.admin.applies(handle_op(ledger, firm.admin, "ResolveAlert", AlertStatus.RESOLVED))
    ledger = firm.admin.applies(alert_op(ledger, firm.admin))
    ledger = firm.admin.applies(handle_op(ledger, firm.admin, "MarkFalsePositive", AlertStatus.FALSE_POSITIVE))

    rows = firm.select(
        "SELECT status, acknowledged_by::text, resolved_by::text FROM risk_alerts WHERE challenge_id = %s ORDER BY created_at",
        ledger.challenge_id,
    )

    admin = firm.admin.person.id
    assert rows == [("RESOLVED", firm.trader.person.id, admin), ("FALSE_POSITIVE", None, admin)]


def test_an_alert_is_handled_once(firm: Firm) -> None:
    ledger = firm.admin.applies(alert_op(firm.open(), firm.admin))
    handled = firm.admin.applies(handle_op(ledger, firm.admin, "ResolveAlert", AlertStatus.RESOLVED))
    # Computed by a desktop that has the new head, but the alert as it was.
    again = handle_op(replace(handled, alerts=ledger.alerts), firm.second_admin, "ResolveAlert", AlertStatus.RESOLVED)

    (verdict,) = firm.second_admin.push(again)

    assert (verdict.verdict, verdict.code) == ("rejected", "conflict")


def test_a_payment_starts_the_challenge_and_is_given_back(firm: Firm) -> None:
    ledger = firm.open()
    payment = payment_of(ledger, PaymentStatus.PENDING)
    ledger = firm.admin.applies(payment_op(ledger, firm.admin, "RecordPayment", payment, None))
    paid = payment.moved(PaymentStatus.SUCCESS, datetime.now(UTC))
    ledger = firm.admin.applies(payment_op(ledger, firm.admin, "UpdatePaymentStatus", paid, payment.status))
    assert ledger.known.status == "ACTIVE"
    assert_row_is(firm, ledger)
    back = paid.moved(PaymentStatus.REFUNDED, datetime.now(UTC), refund_amount=Decimal("9.5"))
    ledger = firm.admin.applies(payment_op(ledger, firm.admin, "ReceiveWebhook", back, paid.status))
    further = replace(back, refund_amount=Decimal("19.5"))
    rows = {
        "payments": [payment_row(further)],
        "audit_log": [audit_row(firm.admin, "PAYMENT_CHANGED", target_table="payments", target_id=payment.id)],
    }

    (verdict,) = firm.admin.push(request("UpdatePaymentStatus", firm.admin, rows, ledger))

    assert verdict.verdict == "applied"
    assert firm.select("SELECT status, refund_amount FROM payments WHERE id = %s", payment.id) == [
        ("REFUNDED", Decimal("19.5"))
    ]


def test_a_message_that_tells_of_money_given_back_first_makes_both_steps(firm: Firm) -> None:
    ledger = firm.open()
    payment = payment_of(ledger, PaymentStatus.PENDING)
    ledger = firm.admin.applies(payment_op(ledger, firm.admin, "RecordPayment", payment, None))
    now = datetime.now(UTC)
    paid = payment.moved(PaymentStatus.SUCCESS, now)
    back = paid.moved(PaymentStatus.REFUNDED, now)

    def act(execution: Execution) -> None:
        for before, after in ((payment, paid), (paid, back)):
            execution.change_payment_status(
                payment_id=payment.id,
                before=before.status.value,
                after=after.status.value,
                amount=payment.amount,
                currency=payment.currency,
                at=now,
            )

    op = ledger.op("ReceiveWebhook", act, firm.admin)
    op.rows["payments"] = [payment_row(back)]

    firm.admin.applies(op)

    assert firm.select("SELECT status FROM payments WHERE id = %s", payment.id) == [("REFUNDED",)]


def test_a_trade_on_a_frozen_challenge_leaves_its_alert(firm: Firm) -> None:
    ledger = firm.waiting()

    def act(execution: Execution) -> None:
        with pytest.raises(ChallengeFrozen):
            execution.execute_trade(trade(2, "5"))
        assert execution.alert_frozen(trade(2, "5")) is not None

    ledger = firm.admin.applies(ledger.op("ExecuteTrade", act, firm.admin, result=False))

    assert_row_is(firm, ledger)


@pytest.mark.parametrize("who", ["trader", "auditor", "admin"])
def test_everybody_tells_what_they_did(firm: Firm, who: str) -> None:
    device: Device = getattr(firm, who)
    op = audit_op(device, "VERIFIED", details={"challenges": 3})

    (verdict,) = device.push(op)

    assert verdict.verdict == "applied"
    assert firm.select(
        "SELECT actor_id::text, device_id::text, stream FROM audit_log WHERE id = %s", op["rows"]["audit_log"][0]["id"]
    ) == [(device.person.id, device.id, device.person.id)]


def test_a_trader_notes_what_is_own_also_after_the_end(firm: Firm) -> None:
    ledger = firm.admin.applies(reject_op(firm.waiting(), firm.admin, fails=True))

    after = firm.trader.applies(note_op(ledger, firm.trader))

    assert after.number == ledger.number + 1
