"""Attacks on a push: what somebody with a login and a SQL prompt may try, and what the server has to say to it.

Each is a function of a firm that gives who sends it, the request (or its text), and the code of the rejection that it has
to lead to. Nothing of a rejected op may stay.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.sync.ops import (
    BEGINNING,
    Device,
    Firm,
    Json,
    Ledger,
    Op,
    alert_op,
    approve_op,
    audit_op,
    audit_row,
    challenge_row,
    create_op,
    handle_op,
    new_uuid,
    note_op,
    payment_of,
    payment_op,
    reject_op,
    request,
    trade,
    trade_op,
    trades_op,
)
from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.hash_chain import event_body, leaf_hash
from tradesense_desktop.domain.alert import AlertStatus
from tradesense_desktop.domain.payment import PaymentStatus


@dataclass(frozen=True)
class Attack:
    """Who sends what, and the code that it is rejected with."""

    sender: Device
    request: Json | str
    code: str


def resealed(op: Op) -> Op:
    """The op with the hashes that its events, as they stand now, would have: a forger can compute them too."""
    head = None
    for row in op.rows["challenge_events"]:
        row["previous_hash"] = head or row["previous_hash"]
        names = (
            *("challenge_id", "sequence_number", "event_type", "event_version", "description", "occurred_at"),
            *("recorded_at", "correlation_id", "causation_id", "metadata_commitment", "previous_hash"),
        )
        body = event_body(
            event_id=row["id"],
            event_data_text=canonical_text(row["event_data"]),
            **{name: row[name] for name in names},
        )
        head = row["hash"] = leaf_hash(body)
    return op


def _forged(firm: Firm, change: Callable[[Op], object], code: str, *, pnl: str = "-20") -> Attack:
    """A trade op of the administrator's after `change`, sealed anew."""
    op = trade_op(firm.open(), firm.admin, 1, pnl)
    change(op)
    return Attack(firm.admin, resealed(op).request, code)


def _event(op: Op, event_type: str = "TRADE_EXECUTED") -> Json:
    return next(row for row in op.rows["challenge_events"] if row["event_type"] == event_type)


def _set(target: Callable[[Op], Json], **values: Any) -> Callable[[Op], object]:
    return lambda op: target(op).update(values)


def _data(op: Op) -> Json:
    data: Json = _event(op)["event_data"]
    return data


def _row(op: Op) -> Json:
    row: Json = op.rows["challenges"][0]
    return row


def a_trader_records_a_trade(firm: Firm) -> Attack:
    return Attack(firm.trader, trade_op(firm.open(), firm.trader, 1, "500").request, "not_allowed")


def a_trader_approves_the_own_funding(firm: Firm) -> Attack:
    op = approve_op(firm.waiting(), firm.trader, approver_id=firm.admin.person.id)
    return Attack(firm.trader, op.request, "not_allowed")


def an_administrator_approves_the_own_funding(firm: Firm) -> Attack:
    # Opened and traded by the other administrator.
    ledger = Ledger(firm.admin.person.id, new_uuid())
    ledger = firm.second_admin.applies(create_op(ledger, firm.second_admin))
    ledger = firm.second_admin.applies(trade_op(ledger, firm.second_admin, 1, "900"))
    return Attack(
        firm.admin, approve_op(ledger, firm.admin, approver_id=firm.second_admin.person.id).request, "not_allowed"
    )


def an_administrator_records_the_own_trades(firm: Firm) -> Attack:
    ledger = firm.second_admin.applies(create_op(Ledger(firm.admin.person.id, new_uuid()), firm.second_admin))
    return Attack(firm.admin, trade_op(ledger, firm.admin, 1, "900").request, "not_allowed")


def an_administrator_opens_a_challenge_of_the_own(firm: Firm) -> Attack:
    return Attack(firm.admin, create_op(Ledger(firm.admin.person.id, new_uuid()), firm.admin).request, "not_allowed")


def an_approval_in_the_name_of_another(firm: Firm) -> Attack:
    op = approve_op(firm.waiting(), firm.admin, approver_id=firm.second_admin.person.id)
    return Attack(firm.admin, op.request, "not_allowed")


def a_command_in_the_name_of_another(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.trader)
    return Attack(firm.trader, {**op.request, "actor_id": firm.admin.person.id}, "not_allowed")


def an_auditor_writes_a_note(firm: Firm) -> Attack:
    return Attack(firm.auditor, note_op(firm.open(), firm.auditor).request, "not_allowed")


def a_note_on_the_challenge_of_somebody_else(firm: Firm) -> Attack:
    return Attack(firm.other, note_op(firm.open(), firm.other).request, "unknown_challenge")


def a_note_on_a_challenge_that_is_not_there(firm: Firm) -> Attack:
    op = note_op(replace(firm.open(), challenge_id=new_uuid()), firm.other)
    return Attack(firm.other, op.request, "unknown_challenge")


def a_note_of_somebody_else(firm: Firm) -> Attack:
    ledger = firm.open()
    op = ledger.op(
        "AddNote",
        lambda run: run.add_note(author_id=firm.admin.person.id, text="well done", at=datetime.now(UTC)),
        firm.trader,
    )
    return Attack(firm.trader, op.request, "not_allowed")


def a_trader_resolves_an_alert(firm: Firm) -> Attack:
    ledger = firm.admin.applies(alert_op(firm.open(), firm.admin))
    return Attack(
        firm.trader, handle_op(ledger, firm.trader, "ResolveAlert", AlertStatus.RESOLVED).request, "not_allowed"
    )


def a_trader_resolves_an_alert_under_the_name_of_acknowledging(firm: Firm) -> Attack:
    ledger = firm.admin.applies(alert_op(firm.open(), firm.admin))
    op = handle_op(ledger, firm.trader, "AcknowledgeAlert", AlertStatus.RESOLVED)
    return Attack(firm.trader, op.request, "invalid")


def an_alert_of_another_challenge(firm: Firm) -> Attack:
    other = firm.admin.applies(alert_op(firm.open(owner=firm.other), firm.admin))
    op = handle_op(replace(firm.open(), alerts=other.alerts), firm.trader, "AcknowledgeAlert", AlertStatus.ACKNOWLEDGED)
    return Attack(firm.trader, op.request, "invalid")


def an_alert_whose_words_are_changed_while_it_is_acknowledged(firm: Firm) -> Attack:
    ledger = firm.admin.applies(alert_op(firm.open(), firm.admin))
    op = handle_op(ledger, firm.trader, "AcknowledgeAlert", AlertStatus.ACKNOWLEDGED)
    op.rows["risk_alerts"][0]["severity"] = "HIGH"
    return Attack(firm.trader, op.request, "invalid")


def a_balance_that_does_not_follow(firm: Firm) -> Attack:
    return _forged(firm, _set(_data, balance_after="99980"), "arithmetic")


def an_equity_that_does_not_follow(firm: Firm) -> Attack:
    return _forged(firm, _set(_data, equity_after="10020"), "arithmetic")


def a_balance_before_that_was_another(firm: Firm) -> Attack:
    def change(op: Op) -> None:
        _data(op).update(balance_before="20000", balance_after="19980", equity_after="19980")
        _row(op).update(current_balance="19980", current_equity="19980")

    return _forged(firm, change, "arithmetic")


def a_row_with_another_balance_than_its_events(firm: Firm) -> Attack:
    return _forged(
        firm, _set(_row, current_balance="10500", current_equity="10500", max_equity_ever="10500"), "arithmetic"
    )


def a_total_that_does_not_add_up(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, total_pnl="20"), "arithmetic")


def a_trade_that_is_not_counted(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, total_trades=0), "arithmetic")


def a_peak_that_nobody_reached(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, max_equity_ever="12000"), "arithmetic")


def a_peak_that_is_lowered(firm: Firm) -> Attack:
    ledger = firm.admin.applies(trade_op(firm.open(), firm.admin, 1, "300"))
    op = trade_op(ledger, firm.admin, 2, "-100")
    _row(op)["max_equity_ever"] = "10200"
    return Attack(firm.admin, op.request, "arithmetic")


def a_win_rate_that_is_made_up(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, win_rate="1"), "arithmetic")


def a_loss_told_as_a_smaller_one_in_the_ledger(firm: Firm) -> Attack:
    return _forged(
        firm, lambda op: op.rows["trades"].__setitem__(0, {**op.rows["trades"][0], "realized_pnl": "-2"}), "invalid"
    )


def a_trade_without_its_event(firm: Firm) -> Attack:
    op = trades_op(firm.open(), firm.admin, range(1, 3), str)
    op.rows["challenge_events"].pop()
    return Attack(firm.admin, op.request, "invalid")


def an_event_without_its_trade(firm: Firm) -> Attack:
    op = trades_op(firm.open(), firm.admin, range(1, 3), str)
    op.rows["trades"].pop()
    return Attack(firm.admin, op.request, "invalid")


def a_trade_at_the_time_now(firm: Firm) -> Attack:
    def change(op: Op) -> None:
        op.rows["trades"][0]["executed_at"] = "now"
        _data(op)["trade"]["executed_at"] = "now"

    return _forged(firm, change, "invalid")


def a_trade_told_as_now_in_its_event(firm: Firm) -> Attack:
    return _forged(firm, lambda op: _data(op)["trade"].update(executed_at="now"), "invalid")


def an_amount_that_is_no_number(firm: Firm) -> Attack:
    return _forged(firm, lambda op: op.rows["trades"][0].update(realized_pnl="NaN"), "invalid")


def an_amount_in_another_notation(firm: Firm) -> Attack:
    return _forged(firm, lambda op: op.rows["trades"][0].update(quantity="1e-1"), "invalid")


def an_amount_as_a_json_number(firm: Firm) -> Attack:
    op = trade_op(firm.open(), firm.admin, 1, "-20")
    text = canonical_text(op.request)
    assert '"quantity":"0.1"' in text
    return Attack(firm.admin, text.replace('"quantity":"0.1"', '"quantity":0.1'), "invalid")


def an_integer_as_a_text(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, total_trades="1"), "invalid")


def an_event_of_another_challenge(firm: Firm) -> Attack:
    other = note_op(firm.open(owner=firm.other), firm.admin)
    op = note_op(firm.open(), firm.admin)
    op.rows["challenge_events"].append(other.rows["challenge_events"][0])
    return Attack(firm.admin, op.request, "invalid")


def a_second_challenge_among_the_rows(firm: Firm) -> Attack:
    victim = firm.open(owner=firm.other)
    return _forged(firm, lambda op: op.rows["challenges"].append(challenge_row(victim.known)), "invalid")


def the_row_of_another_challenge(firm: Firm) -> Attack:
    victim = firm.open(owner=firm.other)
    return _forged(firm, _set(_row, id=victim.challenge_id), "invalid")


def a_challenge_given_to_somebody_else(firm: Firm) -> Attack:
    return _forged(firm, lambda op: _row(op).update(user_id=firm.other.person.id), "invalid")


def terms_that_are_made_easier(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, max_total_drawdown_percent="1", profit_target_percent="0.01"), "invalid")


def rules_that_are_made_easier(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, rules_config={"judge": False}), "invalid")


def a_status_without_an_event(firm: Firm) -> Attack:
    now = "2026-11-25T00:00:00.000000Z"
    return _forged(firm, _set(_row, status="FAILED", ended_at=now, failure_reason="disliked"), "state")


def a_target_that_nobody_reached(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, profit_target_reached_at="2026-11-25T00:00:00.000000Z"), "state")


def a_challenge_funded_by_a_trade(firm: Firm) -> Attack:
    now = "2026-11-25T00:00:00.000000Z"
    return _forged(firm, _set(_row, status="FUNDED", ended_at=now, funded_at=now), "invalid")


def an_approval_where_no_target_is_reached(firm: Firm) -> Attack:
    op = approve_op(firm.waiting(), firm.admin)
    ledger = firm.admin.applies(trade_op(firm.open(), firm.admin, 1, "5"))
    event = {
        **op.rows["challenge_events"][0],
        "challenge_id": ledger.challenge_id,
        "sequence_number": ledger.number + 1,
    }
    event |= {"previous_hash": ledger.hash, "event_data": {**event["event_data"], "approvals_needed": 1}}
    forged = Op(request("ApproveFunding", firm.admin, {"challenge_events": [event]}, ledger), ledger)
    event["correlation_id"] = forged.request["command_id"]
    return Attack(firm.admin, resealed(forged).request, "state")


def one_approval_where_two_are_needed(firm: Firm) -> Attack:
    op = approve_op(firm.waiting({"approvals": 2}), firm.admin)
    approval = op.rows["challenge_events"][0]
    at = approval["occurred_at"]
    funded = {**approval, "id": new_uuid(), "event_type": "CHALLENGE_FUNDED", "event_data": {"funded_at": at}}
    op.rows["challenge_events"].append({**funded, "sequence_number": approval["sequence_number"] + 1})
    _row(op).update(status="FUNDED", ended_at=at, funded_at=at)
    return Attack(firm.admin, resealed(op).request, "state")


def the_own_approval_sent_again_in_another_op(firm: Firm) -> Attack:
    ledger = firm.admin.applies(approve_op(firm.waiting({"approvals": 2}), firm.admin))
    known = replace(ledger.known, rule_state={**ledger.known.rule_state, "approvals": []})
    op = approve_op(replace(ledger, challenge=known), firm.admin)
    at = op.rows["challenge_events"][0]["occurred_at"]
    funded = {**op.rows["challenge_events"][0], "id": new_uuid(), "event_type": "CHALLENGE_FUNDED"}
    funded |= {"event_data": {"funded_at": at}, "sequence_number": ledger.number + 2}
    op.rows["challenge_events"].append(funded)
    _row(op).update(status="FUNDED", ended_at=at, funded_at=at)
    return Attack(firm.admin, resealed(op).request, "state")


def an_equity_sample_of_another_time(firm: Firm) -> Attack:
    ledger = firm.admin.applies(trade_op(firm.open(), firm.admin, 1, "5"))
    op = ledger.op(
        "RecordEquity",
        lambda run: run.record_equity(ledger.known.current_balance, BEGINNING + timedelta(hours=1)),
        firm.admin,
    )
    _event(op, "EQUITY_RECORDED")["event_data"]["at"] = "2026-01-01T00:00:00.000000Z"
    return Attack(firm.admin, resealed(op).request, "arithmetic")


def a_trade_before_the_last_one(firm: Firm) -> Attack:
    ledger = firm.admin.applies(trade_op(firm.open(), firm.admin, 9, "5"))
    state = {**ledger.known.rule_state, "last_row_at": None}
    earlier = replace(ledger, challenge=replace(ledger.known, rule_state=state, last_trade_at=None))
    op = trade_op(earlier, firm.admin, 8, "5")
    return Attack(firm.admin, op.request, "state")


def a_rejection_that_funds(firm: Firm) -> Attack:
    op = reject_op(firm.waiting(), firm.admin, fails=True)
    now = "2026-11-25T00:00:00.000000Z"
    _row(op).update(status="FUNDED", ended_at=now, funded_at=now, failure_reason=None)
    return Attack(firm.admin, op.request, "state")


def a_challenge_revived_after_its_end(firm: Firm) -> Attack:
    ended = firm.admin.applies(reject_op(firm.waiting(), firm.admin, fails=True))
    op = note_op(ended, firm.admin)
    op.rows["challenges"] = [{**challenge_row(ended.known), "status": "ACTIVE", "version": ended.known.version + 1}]
    return Attack(firm.admin, op.request, "invalid")


def an_archived_challenge_that_is_also_revived(firm: Firm) -> Attack:
    ended = firm.admin.applies(reject_op(firm.waiting(), firm.admin, fails=True))
    op = ended.op(
        "ArchiveChallenge",
        lambda run: run.archive(actor_id=firm.admin.person.id, reason="done", at=datetime.now(UTC)),
        firm.admin,
    )
    _row(op).update(status="ACTIVE", ended_at=None, failure_reason=None)
    return Attack(firm.admin, op.request, "invalid")


def a_trade_after_the_end(firm: Firm) -> Attack:
    ended = firm.admin.applies(reject_op(firm.waiting(), firm.admin, fails=True))
    op = trade_op(firm.open(), firm.admin, 1, "5")
    return Attack(firm.admin, {**op.request, "challenge_id": ended.challenge_id, "base": ended.base}, "ended")


def a_trade_on_an_archived_challenge(firm: Firm) -> Attack:
    ledger = firm.open()
    archived = firm.admin.applies(
        ledger.op(
            "ArchiveChallenge",
            lambda run: run.archive(actor_id=firm.admin.person.id, reason="mistake", at=datetime.now(UTC)),
            firm.admin,
        )
    )
    return Attack(firm.admin, trade_op(archived, firm.admin, 1, "5").request, "archived")


def a_version_that_jumps(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, version=2_000_000_000), "invalid")


def a_version_that_stays(firm: Firm) -> Attack:
    return _forged(firm, _set(_row, version=1), "invalid")


def a_trade_far_in_the_future(firm: Firm) -> Attack:
    op = firm.open().op("ExecuteTrade", lambda run: run.execute_trade(trade(1, "5", minutes=20 * 525_600)), firm.admin)
    return Attack(firm.admin, op.request, "state")


def a_text_that_no_index_takes(firm: Firm) -> Attack:
    ledger = firm.open()
    op = payment_op(ledger, firm.admin, "RecordPayment", payment_of(ledger, PaymentStatus.SUCCESS), None)
    op.rows["payments"][0]["provider_payment_id"] = "".join(new_uuid() for _ in range(2000))
    return Attack(firm.admin, op.request, "invalid")


def a_broken_link(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.admin)
    op.rows["challenge_events"][0]["previous_hash"] = "0" * 64
    return Attack(firm.admin, resealed(op).request, "chain")


def a_gap_in_the_chain(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.admin)
    op.rows["challenge_events"][0]["sequence_number"] += 1
    return Attack(firm.admin, resealed(op).request, "chain")


def an_event_that_its_kind_does_not_lead_to(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.trader)
    op.rows["challenge_events"][0]["event_type"] = "FUNDING_APPROVED"
    return Attack(firm.trader, resealed(op).request, "invalid")


def a_type_of_event_that_nobody_knows(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.admin)
    op.rows["challenge_events"][0]["event_type"] = "CHALLENGE_PRAISED"
    return Attack(firm.admin, resealed(op).request, "invalid")


def an_event_of_another_command(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.admin)
    op.rows["challenge_events"][0]["correlation_id"] = new_uuid()
    return Attack(firm.admin, resealed(op).request, "invalid")


def a_person_among_the_rows(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.trader)
    op.rows["users"] = [{"id": firm.trader.person.id, "role": "SUPERADMIN"}]
    return Attack(firm.trader, op.request, "invalid")


def a_trade_among_the_rows_of_a_note(firm: Firm) -> Attack:
    ledger = firm.open()
    op = note_op(ledger, firm.trader)
    op.rows["trades"] = trade_op(ledger, firm.admin, 1, "500").rows["trades"]
    return Attack(firm.trader, op.request, "invalid")


def a_column_that_there_is_not(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.trader)
    op.rows["challenge_events"][0]["is_trusted"] = True
    return Attack(firm.trader, op.request, "invalid")


def a_column_that_is_left_out(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.trader)
    del op.rows["challenge_events"][0]["description"]
    return Attack(firm.trader, op.request, "invalid")


def an_entry_of_the_audit_log_for_another(firm: Firm) -> Attack:
    return Attack(firm.trader, audit_op(firm.trader, actor_id=firm.admin.person.id), "not_allowed")


def an_entry_that_tells_of_a_deed_of_another_kind(firm: Firm) -> Attack:
    return Attack(firm.trader, audit_op(firm.trader, "FUNDING_APPROVED"), "invalid")


def an_entry_that_brings_its_own_number(firm: Firm) -> Attack:
    return Attack(firm.trader, audit_op(firm.trader, sequence_number=1), "invalid")


def an_entry_about_another_challenge(firm: Firm) -> Attack:
    op = approve_op(firm.waiting(), firm.admin)
    op.rows["audit_log"][0]["target_id"] = new_uuid()
    return Attack(firm.admin, op.request, "invalid")


def an_entry_with_a_float(firm: Firm) -> Attack:
    text = canonical_text(audit_op(firm.trader, details={"share": 5}))
    return Attack(firm.trader, text.replace('"share":5', '"share":5.5'), "invalid")


def an_entry_in_the_wake_of_a_note(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.trader)
    op.rows["audit_log"] = [audit_row(firm.trader, "EXPORTED")]
    return Attack(firm.trader, op.request, "invalid")


def a_key_that_stands_twice(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.trader)
    text = canonical_text(op.request)
    return Attack(firm.trader, text.replace('"v":1', '"kind":"AddNote","v":1'), "invalid")


def a_key_that_stands_twice_made_up_for_by_a_number_behind_a_space(firm: Firm) -> Attack:
    """As long as what the database reads of it, spaces aside."""
    text = canonical_text(audit_op(firm.trader, details={"a": 1000000000000000}))
    return Attack(firm.trader, text.replace('{"a":1000000000000000}', '{"a": 1e015,"a" : 1e0015}'), "invalid")


def a_key_that_stands_twice_made_up_for_by_a_number(firm: Firm) -> Attack:
    text = canonical_text(audit_op(firm.trader, details={"a": 1000000000000000}))
    twice = text.replace('"details":{"a":1000000000000000}', '"details":{"a":1e15},"details":{"a":1e15}')
    return Attack(firm.trader, twice, "invalid")


def white_space(firm: Firm) -> Attack:
    return Attack(firm.trader, json.dumps(audit_op(firm.trader), indent=1), "invalid")


def a_nul_character(firm: Firm) -> Attack:
    text = canonical_text(audit_op(firm.trader, details={"a": "b"}))
    return Attack(firm.trader, text.replace('"a":"b"', '"a":"\\u0000"'), "invalid")


def no_json_at_all(_firm: Firm) -> Attack:
    return Attack(_firm.trader, "SELECT 1", "invalid")


def json_that_is_very_deep(firm: Firm) -> Attack:
    return Attack(firm.trader, "[" * 100_000 + "]" * 100_000, "invalid")


def a_kind_that_there_is_not(firm: Firm) -> Attack:
    return Attack(firm.admin, {**note_op(firm.open(), firm.admin).request, "kind": "DropEverything"}, "invalid")


def a_known_challenge_told_as_new(firm: Firm) -> Attack:
    ledger = firm.open()
    return Attack(
        firm.admin, create_op(replace(ledger, challenge=None, number=0, hash=""), firm.admin).request, "duplicate"
    )


def a_new_challenge_with_other_terms_than_its_first_event(firm: Firm) -> Attack:
    op = create_op(Ledger(firm.trader.person.id, new_uuid()), firm.admin)
    _row(op)["profit_target_percent"] = "0.01"
    return Attack(firm.admin, op.request, "invalid")


def a_new_challenge_that_begins_rich(firm: Firm) -> Attack:
    op = create_op(Ledger(firm.trader.person.id, new_uuid()), firm.admin)
    _row(op).update(current_balance="20000", current_equity="20000", max_equity_ever="20000")
    return Attack(firm.admin, op.request, "arithmetic")


def a_challenge_of_nobody(firm: Firm) -> Attack:
    return Attack(firm.admin, create_op(Ledger(new_uuid(), new_uuid()), firm.admin).request, "invalid")


def a_next_phase_after_nothing(firm: Firm) -> Attack:
    passed = firm.open()
    op = create_op(Ledger(passed.owner_id, new_uuid()), firm.admin, previous_challenge_id=passed.challenge_id)
    op.request["kind"] = "OpenNextPhase"
    return Attack(firm.admin, op.request, "state")


def a_payment_for_another_challenge(firm: Firm) -> Attack:
    ledger = firm.open()
    op = payment_op(ledger, firm.admin, "RecordPayment", payment_of(ledger, PaymentStatus.SUCCESS), None)
    op.rows["payments"][0]["challenge_id"] = firm.open(owner=firm.other).challenge_id
    return Attack(firm.admin, op.request, "invalid")


def a_payment_of_another_amount_than_its_event(firm: Firm) -> Attack:
    ledger = firm.open()
    op = payment_op(ledger, firm.admin, "RecordPayment", payment_of(ledger, PaymentStatus.SUCCESS), None)
    op.rows["payments"][0]["amount"] = "1"
    return Attack(firm.admin, op.request, "invalid")


def a_payment_whose_amount_changes(firm: Firm) -> Attack:
    ledger = firm.open()
    payment = payment_of(ledger, PaymentStatus.PENDING)
    ledger = firm.admin.applies(payment_op(ledger, firm.admin, "RecordPayment", payment, None))
    paid = replace(payment.moved(PaymentStatus.SUCCESS, datetime.now(UTC)), amount=payment.amount * 2)
    return Attack(
        firm.admin, payment_op(ledger, firm.admin, "UpdatePaymentStatus", paid, payment.status).request, "conflict"
    )


def the_same_trade_number_again(firm: Firm) -> Attack:
    ledger = firm.admin.applies(trade_op(firm.open(), firm.admin, 1, "5"))
    op = trade_op(ledger, firm.admin, 2, "5")
    op.rows["trades"][0]["trade_id"] = "1"
    _data(op)["trade"]["trade_id"] = "1"
    return Attack(firm.admin, resealed(op).request, "duplicate")


def a_result_told_of_another_command(firm: Firm) -> Attack:
    op = note_op(firm.open(), firm.trader)
    op.rows["command_results"][0]["command_id"] = new_uuid()
    return Attack(firm.trader, op.request, "invalid")


ATTACKS: Final[list[Callable[[Firm], Attack]]] = [
    attack
    for name, attack in list(globals().items())
    if callable(attack)
    and getattr(attack, "__module__", "") == __name__
    and getattr(attack, "__annotations__", {}).get("return") is Attack
    and not name.startswith("_")
]
