"""What somebody hostile pushes is rejected with its code, tells nothing, and leaves nothing behind."""

from collections.abc import Callable

import pytest

from tests.sync.ops import Firm, refused
from tests.sync.push_attacks import ATTACKS, Attack

_TABLES = (
    *("users", "challenges", "trades", "challenge_events", "risk_alerts", "payments", "command_results"),
    *("import_history", "audit_log", "sync_log"),
)


def contents(firm: Firm) -> list[object]:
    """A fingerprint of every table that a push can write, but for the verdicts."""
    return [
        firm.select(f"SELECT count(*), md5(string_agg(each::text, '' ORDER BY each::text)) FROM {table} AS each")
        for table in _TABLES
    ]


@pytest.mark.parametrize("make", ATTACKS, ids=lambda make: make.__name__)
def test_an_attack_is_rejected_and_leaves_nothing(firm: Firm, make: Callable[[Firm], Attack]) -> None:
    attack = make(firm)
    before = contents(firm)

    (verdict,) = attack.sender.push(attack.request)

    assert (verdict.verdict, verdict.code) == ("rejected", attack.code), verdict
    assert verdict.reason.endswith(".")
    assert verdict.reason[0].isupper()
    assert contents(firm) == before


def test_there_are_attacks() -> None:
    assert len(ATTACKS) > 60


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT ts_private.push_apply(NULL, NULL, '{}')",
        "SELECT ts_private.push_rules()",
        "SELECT ts_api.chain_audit(ts_api.me(), NULL, gen_random_uuid(), 'X', NULL, NULL, '{}', now())",
        "SELECT ts_private.acting_person()",
        "INSERT INTO public.sync_device (device_id, user_id, public_key) SELECT gen_random_uuid(), ts_api.me(), 'x'",
        "UPDATE public.sync_device SET last_op_no = 0",
        "DELETE FROM public.sync_op",
        "SET ROLE ts_writer",
        "SELECT ts_api.take_lease(gen_random_uuid(), gen_random_uuid())",
        "SELECT ts_api.break_lease(gen_random_uuid(), 'because')",
    ],
)
def test_a_trader_reaches_nothing_behind_a_push(firm: Firm, statement: str) -> None:
    import psycopg

    with pytest.raises(psycopg.Error) as refusal:
        firm.trader.call(statement)

    assert refusal.value.sqlstate == "42501"


def test_a_trader_cannot_push_for_an_administrator_by_settings(firm: Firm) -> None:
    firm.trader.call("SET application_name = 'ts_admin'")
    firm.trader.call("SET search_path = public")
    attack = next(make for make in ATTACKS if make.__name__ == "a_trader_records_a_trade")(firm)

    (verdict,) = firm.trader.push(attack.request)

    firm.trader.call("RESET ALL")
    assert verdict.code == "not_allowed"


def test_the_op_of_another_device_is_not_taken_from_a_third(firm: Firm) -> None:
    from tests.sync.ops import note_op, sent

    ledger = firm.open()
    op = note_op(ledger, firm.admin)
    number = firm.second_admin.op_no + 1

    (verdict,) = firm.second_admin.send([sent(number, op.request)])

    assert (verdict.verdict, verdict.code) == ("rejected", "not_allowed")
    assert refused(firm.second_admin, [sent(number, note_op(ledger, firm.second_admin).request)]).sqlstate == "TS409"
