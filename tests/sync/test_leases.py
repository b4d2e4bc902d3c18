"""The lease: one device appends to a challenge, the others wait, and an administrator can break it with a reason."""

import psycopg
import pytest

from tests.sync.ops import Device, Firm, new_uuid, note_op, refused, reject_op, trade_op


def refusal(device: Device, statement: str, *parameters: object) -> tuple[str | None, str | None]:
    with pytest.raises(psycopg.Error) as error:
        device.call(statement, *parameters)
    return error.value.sqlstate, error.value.diag.message_primary


def take(device: Device, challenge_id: str) -> None:
    device.call("SELECT ts_api.take_lease(%s, %s)", challenge_id, device.id)


def holder(firm: Firm, challenge_id: str) -> str | None:
    ((device_id,),) = firm.select("SELECT writer_device_id::text FROM challenges WHERE id = %s", challenge_id)
    return device_id  # type: ignore[no-any-return]


def test_another_device_of_the_same_person_is_refused_and_the_holder_goes_on(firm: Firm) -> None:
    ledger = firm.open()
    second = Device(firm.server, firm.admin.person)
    before = trade_op(ledger, firm.admin, 1, "5")
    take(firm.admin, ledger.challenge_id)
    take(firm.admin, ledger.challenge_id)

    (verdict,) = second.push(trade_op(ledger, second, 1, "5"))

    assert (verdict.verdict, verdict.code) == ("rejected", "leased")
    # What the holder had computed before it took the lease fits still.
    firm.admin.applies(before)
    second.close()


def test_notes_and_decisions_of_others_go_on_under_a_lease(firm: Firm) -> None:
    ledger = firm.waiting()
    take(firm.admin, ledger.challenge_id)

    ledger = firm.trader.applies(note_op(ledger, firm.trader))
    firm.second_admin.applies(reject_op(ledger, firm.second_admin, fails=False))

    assert holder(firm, ledger.challenge_id) == firm.admin.id


def test_a_challenge_that_ends_is_reserved_for_nobody(firm: Firm) -> None:
    ledger = firm.waiting()
    take(firm.admin, ledger.challenge_id)

    firm.second_admin.applies(reject_op(ledger, firm.second_admin, fails=True))

    assert holder(firm, ledger.challenge_id) is None
    firm.admin.call("SELECT ts_api.release_lease(%s, %s)", ledger.challenge_id, firm.admin.id)
    assert refusal(firm.admin, "SELECT ts_api.take_lease(%s, %s)", ledger.challenge_id, firm.admin.id) == (
        "TS423",
        "The challenge is FAILED; nothing is added to its ledger any more",
    )


def test_a_lease_is_given_back(firm: Firm) -> None:
    ledger = firm.open()
    take(firm.admin, ledger.challenge_id)
    firm.second_admin.call("SELECT ts_api.release_lease(%s, %s)", ledger.challenge_id, firm.second_admin.id)
    assert holder(firm, ledger.challenge_id) == firm.admin.id

    firm.admin.call("SELECT ts_api.release_lease(%s, %s)", ledger.challenge_id, firm.admin.id)

    firm.second_admin.applies(trade_op(ledger, firm.second_admin, 1, "5"))


def test_a_lease_is_broken_with_a_reason_that_stays(firm: Firm) -> None:
    ledger = firm.open()
    take(firm.admin, ledger.challenge_id)
    state, _ = refusal(firm.second_admin, "SELECT ts_api.take_lease(%s, %s)", ledger.challenge_id, firm.second_admin.id)
    assert state == "TS423"
    for no_reason in ("", "  ", None, "x" * 501):
        assert (
            refusal(firm.second_admin, "SELECT ts_api.break_lease(%s, %s)", ledger.challenge_id, no_reason)[0]
            == "TS400"
        )

    firm.second_admin.call("SELECT ts_api.break_lease(%s, %s)", ledger.challenge_id, "the laptop is lost")

    take(firm.second_admin, ledger.challenge_id)
    assert firm.select(
        "SELECT actor_id::text, details ->> 'device_id', details ->> 'reason' FROM audit_log"
        " WHERE action = 'LEASE_BROKEN' AND target_id = %s",
        ledger.challenge_id,
    ) == [(firm.second_admin.person.id, firm.admin.id, "the laptop is lost")]
    assert refusal(firm.admin, "SELECT ts_api.break_lease(%s, 'again')", firm.open().challenge_id)[0] == "TS404"


def test_a_revoked_device_holds_nothing(firm: Firm) -> None:
    ledger = firm.open()
    lost = Device(firm.server, firm.admin.person)
    take(lost, ledger.challenge_id)

    firm.second_admin.call("SELECT ts_api.revoke_device(%s)", lost.id)
    firm.second_admin.call("SELECT ts_api.revoke_device(%s)", lost.id)

    assert holder(firm, ledger.challenge_id) is None
    assert refused(lost, lost.numbered([note_op(ledger, lost).request])).sqlstate == "TS403"
    lost.close()


def test_only_own_devices_take_a_lease_and_only_of_others_challenges(firm: Firm) -> None:
    ledger = firm.open()
    for device_id in (firm.second_admin.id, new_uuid()):
        assert refusal(firm.admin, "SELECT ts_api.take_lease(%s, %s)", ledger.challenge_id, device_id)[0] == "TS403"
    assert refusal(firm.admin, "SELECT ts_api.take_lease(%s, %s)", new_uuid(), firm.admin.id)[0] == "TS404"


def test_a_lease_reaches_the_stream_of_the_owner(firm: Firm) -> None:
    ledger = firm.open()
    count = "SELECT count(*) FROM sync_log WHERE row_id = %s"
    before = firm.select(count, ledger.challenge_id)[0][0]

    take(firm.admin, ledger.challenge_id)

    assert firm.select(count, ledger.challenge_id)[0][0] == before + 1


def test_a_device_is_registered_once_and_its_key_stays(firm: Firm) -> None:
    register = "SELECT ts_api.register_device(%s, %s)"
    device = Device(firm.server, firm.other.person)
    device.push({**note_op(firm.open(), device).request})

    assert device.call(register, device.id, "k" * 64) == [(1,)]
    assert refusal(device, register, device.id, "other" * 10)[0] == "TS403"
    assert refusal(firm.trader, register, device.id, "k" * 64)[0] == "TS403"
    for key in ("", "short", "k" * 501, "k" * 20 + "\n", None):
        assert refusal(device, register, new_uuid(), key)[0] == "TS400"
    assert refusal(firm.trader, "SELECT ts_api.revoke_device(%s)", device.id)[0] == "TS404"
    device.call("SELECT ts_api.revoke_device(%s)", device.id)
    assert refusal(device, register, device.id, "k" * 64)[0] == "TS403"
    device.close()
