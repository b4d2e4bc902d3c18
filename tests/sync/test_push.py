"""The protocol of a push: each command once and with one verdict, in the device's order, whatever is lost on the way."""

import json
import re
import threading
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.sync.ops import (
    Device,
    Firm,
    audit_op,
    new_uuid,
    note_op,
    refused,
    sent,
    trade_op,
    trades_op,
)


def number_of_events(firm: Firm, challenge_id: str) -> int:
    ((number,),) = firm.select("SELECT count(*) FROM challenge_events WHERE challenge_id = %s", challenge_id)
    return int(number)


def test_the_reply_that_was_lost_comes_again_and_nothing_is_done_twice(firm: Firm) -> None:
    ledger = firm.open()
    ops = firm.admin.numbered([trade_op(ledger, firm.admin, 1, "5").request, note_op(ledger, firm.admin).request])
    first = firm.admin.send(ops[:1])
    events = number_of_events(firm, ledger.challenge_id)

    again = firm.admin.send(ops[:1])

    assert again == first
    assert first[0].verdict == "applied"
    assert number_of_events(firm, ledger.challenge_id) == events


def test_a_batch_that_was_half_known_goes_on_after_the_known_half(firm: Firm) -> None:
    ledger = firm.open()
    first = note_op(ledger, firm.admin)
    second = note_op(first.after, firm.admin)
    ops = firm.admin.numbered([first.request, second.request])
    firm.admin.send(ops[:1])

    verdicts = firm.admin.send(ops)

    assert [each.verdict for each in verdicts] == ["applied", "applied"]
    assert number_of_events(firm, ledger.challenge_id) == second.after.number


def test_a_rejection_is_remembered_too_and_blocks_nobody(firm: Firm) -> None:
    ledger = firm.open()
    wrong = note_op(ledger, firm.admin)
    wrong.rows["challenge_events"][0]["hash"] = "0" * 64
    ops = firm.admin.numbered([wrong.request, note_op(ledger, firm.admin).request])

    verdicts = firm.admin.send(ops)

    assert [(each.verdict, each.code) for each in verdicts] == [("rejected", "chain"), ("applied", None)]
    assert firm.admin.send(ops) == verdicts


def test_other_content_under_a_used_number_is_a_protocol_error(firm: Firm) -> None:
    ledger = firm.open()
    note = note_op(ledger, firm.admin)
    number = firm.admin.op_no + 1
    firm.admin.push(note)

    error = refused(firm.admin, [sent(number, note_op(note.after, firm.admin).request)])

    assert error.sqlstate == "TS409"


def test_a_gap_names_the_number_that_is_expected_and_nothing_of_the_batch_is_applied(firm: Firm) -> None:
    ledger = firm.open()
    expected = firm.admin.op_no + 1
    first = note_op(ledger, firm.admin)
    ops = [sent(expected, first.request), sent(expected + 2, note_op(first.after, firm.admin).request)]

    error = refused(firm.admin, ops)

    assert error.sqlstate == "TS410"
    assert error.diag.message_detail == str(expected + 1)
    assert number_of_events(firm, ledger.challenge_id) == ledger.number
    firm.admin.applies(first)


def test_a_device_of_somebody_else_or_unknown_is_refused(firm: Firm) -> None:
    for device_id in (firm.admin.id, new_uuid()):
        with pytest.raises(psycopg.Error) as refusal:
            firm.trader.call("SELECT * FROM ts_api.push(%s, '[]')", device_id)
        assert refusal.value.sqlstate == "TS403"


def test_a_revoked_device_pushes_nothing_more(firm: Firm) -> None:
    device = Device(firm.server, firm.trader.person)
    firm.admin.call("SELECT ts_api.revoke_device(%s)", device.id)

    error = refused(device, device.numbered([audit_op(device)]))

    assert error.sqlstate == "TS403"
    device.close()
    assert firm.select(
        "SELECT count(*) FROM audit_log WHERE action = 'DEVICE_REVOKED' AND target_id = %s", device.id
    ) == [(1,)]


def test_somebody_suspended_pushes_nothing(firm: Firm) -> None:
    device = Device(firm.server, firm.server.add_person("USER"))
    with closing(firm.server.connect_as(firm.server.superadmin)) as connection:
        connection.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'asked for')", [device.person.id])

    with pytest.raises(psycopg.Error) as refusal:
        device.push(audit_op(device))

    # The login itself may have been closed with the account.
    assert refusal.value.sqlstate in {"TS403", "42501"}
    device.close()


def test_200_ops_go_in_one_push_and_201_do_not(firm: Firm) -> None:
    ops = firm.trader.numbered([audit_op(firm.trader) for _ in range(201)])

    assert refused(firm.trader, ops).sqlstate == "TS413"
    assert {each.verdict for each in firm.trader.send(ops[:200])} == {"applied"}


def test_a_trader_sends_no_more_bytes_than_notes_need(firm: Firm) -> None:
    ledger = firm.open()

    error = refused(firm.trader, firm.trader.numbered([note_op(ledger, firm.trader, "x" * 4_200_000).request]))

    assert error.sqlstate == "TS413"


def test_an_unknown_version_of_the_request_is_a_protocol_error(firm: Firm) -> None:
    request = {**audit_op(firm.trader), "v": 2}

    assert refused(firm.trader, firm.trader.numbered([request])).sqlstate == "TS426"


@pytest.mark.parametrize(
    "op",
    [
        {},
        5,
        {"op_no": 1, "request": "{}", "sha256": "0" * 64},
        {"op_no": "1", "request": "{}", "sha256": "0" * 64, "signature": "5" * 128},
        {"op_no": -1, "request": "{}", "sha256": "0" * 64, "signature": "5" * 128},
        {"op_no": 10**30, "request": "{}", "sha256": "0" * 64, "signature": "5" * 128},
        {"op_no": 1.5, "request": "{}", "sha256": "0" * 64, "signature": "5" * 128},
        {"op_no": 1, "request": {}, "sha256": "0" * 64, "signature": "5" * 128},
        {"op_no": 1, "request": "{}", "sha256": "0" * 64, "signature": "5" * 128},
        {**sent(1, "{}"), "signature": "none"},
        {**sent(1, "{}"), "more": 1},
    ],
    ids=repr,
)
def test_what_is_no_op_is_a_protocol_error(firm: Firm, op: Any) -> None:
    assert refused(firm.trader, [op]).sqlstate == "TS400"


def test_a_push_is_a_list(firm: Firm) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        firm.trader.call("SELECT * FROM ts_api.push(%s, '{}')", firm.trader.id)
    assert refusal.value.sqlstate == "TS400"


def test_what_was_computed_on_an_older_state_is_stale_and_goes_through_once_recomputed(firm: Firm) -> None:
    ledger = firm.open()
    late = trade_op(ledger, firm.admin, 1, "-5")
    noted = firm.trader.applies(note_op(ledger, firm.trader))
    number = firm.admin.op_no

    verdicts = firm.admin.push(late, note_op(late.after, firm.admin))

    assert [(each.verdict, each.code) for each in verdicts] == [("stale", None)]
    assert verdicts[0].detail["sequence_number"] == noted.number
    assert verdicts[0].detail["version"] == noted.known.version
    command_id = late.request["command_id"]
    firm.admin.applies(trade_op(noted, firm.admin, 1, "-5", command_id=command_id))
    assert firm.admin.op_no == number + 1


def test_the_same_command_from_another_device_of_the_same_person_is_known(firm: Firm) -> None:
    ledger = firm.open()
    second = Device(firm.server, firm.admin.person)
    command_id = new_uuid()
    firm.admin.applies(note_op(ledger, firm.admin, command_id=command_id))

    (verdict,) = second.push(note_op(ledger, second, command_id=command_id))

    assert verdict.verdict == "applied"
    assert verdict.detail["known"] is True
    assert number_of_events(firm, ledger.challenge_id) == ledger.number + 1
    assert second.call(
        "SELECT * FROM ts_api.applied_commands(%s, %s::uuid[])", second.id, [command_id, new_uuid()]
    ) == [(_uuid(command_id),)]
    second.close()


@pytest.mark.parametrize("thief", ["trader", "second_admin"])
def test_the_id_of_a_command_of_somebody_else_is_a_duplicate(firm: Firm, thief: str) -> None:
    ledger = firm.open()
    command_id = new_uuid()
    after = firm.admin.applies(note_op(ledger, firm.admin, command_id=command_id))
    device: Device = getattr(firm, thief)
    op = note_op(after, device, command_id=command_id)

    verdicts = device.push(op)

    assert [(each.verdict, each.code) for each in verdicts] == [("rejected", "duplicate")]
    assert device.call("SELECT * FROM ts_api.applied_commands(%s, %s::uuid[])", device.id, [command_id]) == []


def test_waiting_for_a_lock_too_long_is_no_verdict(firm: Firm) -> None:
    ledger = firm.open()
    op = trade_op(ledger, firm.admin, 1, "5")
    with closing(firm.server.connect()) as holder, holder.transaction():
        holder.execute("SELECT 1 FROM challenges WHERE id = %s FOR UPDATE", [ledger.challenge_id])
        firm.admin.connection.execute("SET lock_timeout = '50ms'")
        error = refused(firm.admin, firm.admin.numbered([op.request]))
    firm.admin.connection.execute("RESET lock_timeout")

    assert error.sqlstate == "55P03"
    assert firm.select("SELECT count(*) FROM sync_op WHERE command_id = %s", op.request["command_id"]) == [(0,)]
    firm.admin.applies(op)


def test_a_cancelled_push_is_no_verdict(firm: Firm) -> None:
    ledger = firm.open()
    op = trade_op(ledger, firm.admin, 1, "5")
    with closing(firm.server.connect()) as holder, holder.transaction():
        holder.execute("SELECT 1 FROM challenges WHERE id = %s FOR UPDATE", [ledger.challenge_id])
        firm.admin.connection.execute("SET statement_timeout = '100ms'")
        error = refused(firm.admin, firm.admin.numbered([op.request]))
    firm.admin.connection.execute("RESET statement_timeout")

    assert error.sqlstate == "57014"
    firm.admin.applies(op)


def test_a_push_in_another_isolation_is_refused(firm: Firm) -> None:
    firm.trader.connection.execute("SET default_transaction_isolation = 'repeatable read'")

    error = refused(firm.trader, firm.trader.numbered([audit_op(firm.trader)]))

    firm.trader.connection.execute("RESET default_transaction_isolation")
    assert error.sqlstate == "TS400"


def test_of_two_devices_that_race_one_is_applied_and_one_is_stale(firm: Firm) -> None:
    ledger = firm.open()
    devices = [firm.admin, Device(firm.server, firm.admin.person), firm.second_admin]
    told: dict[str, str] = {}
    start = threading.Barrier(len(devices))

    def race(device: Device) -> None:
        op = trade_op(ledger, device, 1, "5")
        start.wait()
        (verdict,) = device.push(op)
        told[device.id] = verdict.verdict

    threads = [threading.Thread(target=race, args=[device]) for device in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told.values()) == ["applied", "stale", "stale"]
    devices[1].close()


def test_many_trades_are_one_op(firm: Firm) -> None:
    ledger = firm.open({"judge": False, "freeze_on_target": False})
    ledger = firm.admin.applies(trade_op(ledger, firm.admin, 1, "-5"))

    after = firm.admin.applies(trades_op(ledger, firm.admin, range(2, 10_002), lambda n: "1.5" if n % 3 else "-2.25"))

    ((count, total),) = firm.select(
        "SELECT count(*), sum(realized_pnl) FROM trades WHERE challenge_id = %s", ledger.challenge_id
    )
    assert (count, total) == (10_001, after.known.total_pnl)
    assert number_of_events(firm, ledger.challenge_id) == after.number


def test_who_pushes_wakes_the_owner_once_and_tells_nothing(firm: Firm) -> None:
    ledger = firm.open()
    ((channel,),) = firm.trader.call("SELECT 'ts_' || replace(epoch::text, '-', '') FROM sync_stream")
    with closing(firm.server.connect_as(firm.trader.person)) as listener:
        assert re.fullmatch("ts_[0-9a-f]{32}", channel)
        listener.execute(f'LISTEN "{channel}"')  # type: ignore[arg-type]
        first = trade_op(ledger, firm.admin, 1, "5")
        firm.admin.push(first, trade_op(first.after, firm.admin, 2, "5"))
        # Once a statement has come back, so has whatever was told before it.
        woken = list(listener.notifies(timeout=10, stop_after=1))
        listener.execute("SELECT 1")
        woken += list(listener.notifies(timeout=0))

    assert [(each.channel, each.payload) for each in woken] == [(channel, "")]


def test_the_signature_is_kept_and_not_told(firm: Firm) -> None:
    ledger = firm.open()
    op = note_op(ledger, firm.admin)
    (verdict,) = firm.admin.push(op)

    ((detail,),) = firm.select("SELECT detail FROM sync_op WHERE command_id = %s", op.request["command_id"])

    assert detail["signature"] == "5" * 128
    assert "signature" not in json.dumps(verdict.detail)


def test_entries_of_two_devices_stand_in_one_chain(firm: Firm) -> None:
    second = Device(firm.server, firm.auditor.person)
    for device in (firm.auditor, second, firm.auditor):
        device.push(audit_op(device), audit_op(device, "VERIFIED"))

    numbers = firm.select(
        "SELECT array_agg(sequence_number ORDER BY sequence_number), count(DISTINCT device_id) FROM audit_log WHERE stream = %s",
        firm.auditor.person.id,
    )

    assert numbers == [([1, 2, 3, 4, 5, 6], 2)]
    second.close()


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)
