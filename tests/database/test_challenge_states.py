"""The state machine of challenges, what is frozen after PENDING, and who may be funded."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.both_databases import Database, accepted, insert_statement, refusal, refusal_or_none, value
from tests.database.rows import (
    ACTIVE,
    ENDED,
    FUND,
    add_active_challenge,
    add_challenge,
    add_event,
    add_user,
    approve,
    challenge_columns,
    fail,
    fund,
    insert_refusal,
    new_id,
    reach_target,
)

START = "UPDATE challenges SET status = 'ACTIVE', started_at = '2026-01-05 09:00:00', trading_date = '2026-01-05', version = version + 1 WHERE id = ?"
FAIL = f"UPDATE challenges SET status = 'FAILED', ended_at = '{ENDED}', failure_reason = 'x', version = version + 1 WHERE id = ?"


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "FAILED", "started_at": ENDED, "ended_at": ENDED, "failure_reason": "x"},
        {
            "status": "FUNDED",
            "started_at": ENDED,
            "ended_at": ENDED,
            "funded_at": ENDED,
            "profit_target_reached_at": ENDED,
        },
    ],
    ids=["failed", "funded"],
)
def test_challenge_does_not_begin_at_its_end(both: Database, changed: dict[str, Any]) -> None:
    insert_refusal(both, "challenges", challenge_columns(add_user(both), **changed))


def test_pending_challenge_is_started(both: Database) -> None:
    challenge = add_challenge(both)

    assert both.changed(START, challenge) == 1
    assert value(both, "SELECT status FROM challenges WHERE id = ?", challenge) == "ACTIVE"


def test_active_challenge_fails(both: Database) -> None:
    challenge = add_active_challenge(both)

    assert both.changed(FAIL, challenge) == 1
    assert value(both, "SELECT status FROM challenges WHERE id = ?", challenge) == "FAILED"


def test_active_challenge_is_funded_after_target_and_approval(both: Database) -> None:
    challenge = add_active_challenge(both)

    fund(both, challenge)

    assert value(both, "SELECT status FROM challenges WHERE id = ?", challenge) == "FUNDED"


@pytest.mark.parametrize("statement", [FAIL, FUND], ids=["to failed", "to funded"])
def test_pending_challenge_does_not_end(both: Database, statement: str) -> None:
    challenge = add_challenge(both)

    refusal(both, statement, challenge)
    refusal(both, statement.replace("SET ", f"SET started_at = '{ENDED}', "), challenge)


def test_active_challenge_does_not_go_back_to_pending(both: Database) -> None:
    challenge = add_active_challenge(both)

    refusal(both, "UPDATE challenges SET status = 'PENDING', version = version + 1 WHERE id = ?", challenge)
    refusal(both, "UPDATE challenges SET status = 'PENDING', started_at = NULL WHERE id = ?", challenge)


@pytest.mark.parametrize(
    "changed",
    ["ended_at = NULL", "failure_reason = NULL", f"funded_at = '{ENDED}'", "started_at = NULL", "failure_reason = ''"],
)
def test_failure_says_when_and_why_and_nothing_else(both: Database, changed: str) -> None:
    challenge = add_active_challenge(both)
    column = changed.split(" = ", 1)[0]
    assignments = [
        part
        for part in ("status = 'FAILED'", f"ended_at = '{ENDED}'", "failure_reason = 'Daily loss'")
        if not part.startswith(column)
    ]

    refusal(both, f"UPDATE challenges SET {', '.join([*assignments, changed])} WHERE id = ?", challenge)


CHANGES = [
    "status = 'ACTIVE', ended_at = NULL, failure_reason = NULL, funded_at = NULL",
    "status = 'PENDING', ended_at = NULL, failure_reason = NULL, funded_at = NULL, started_at = NULL",
    "current_equity = 99000, version = version + 1",
    "current_balance = current_balance + 1",
    "total_pnl = 1",
    "ended_at = '2026-01-10 00:00:00'",
    "failure_reason = 'another'",
    "max_equity_ever = 200000",
    "trading_date = '2026-01-06'",
    "metadata = '{\"a\":1}'",
    "rule_state = '{\"a\":1}'",
    "version = version + 1",
    "last_trade_at = '2026-01-06 00:00:00'",
    "profit_target_reached_at = NULL",
    "win_rate = 1",
    "writer_device_id = '3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f'",
    "currency = 'EUR'",
    "current_equity = current_equity + 0.00000001",
]


@pytest.mark.parametrize("ending", [fail, fund])
@pytest.mark.parametrize("change", CHANGES)
def test_ended_challenge_never_changes_again(
    both: Database, ending: Callable[[Database, str], None], change: str
) -> None:
    challenge = add_active_challenge(both)
    ending(both, challenge)
    if change.startswith("profit_target_reached_at") and ending is fail:
        change = f"profit_target_reached_at = '{ENDED}'"

    refusal(both, f"UPDATE challenges SET {change} WHERE id = ?", challenge)


AMOUNTS = [
    "current_balance",
    "floating_pnl",
    "current_equity",
    "max_equity_ever",
    "daily_start_equity",
    "daily_max_equity",
    "total_pnl",
    "outside_money",
    "adjustments_total",
]


@pytest.mark.parametrize("column", AMOUNTS)
@pytest.mark.parametrize("step", ["0.00000001", "-0.00000001", "0.000000004", "0.000000009", "0.0000001"])
def test_ended_challenge_is_not_rewritten_in_small_steps(both: Database, column: str, step: str) -> None:
    """What lets SQLite's rounding pass must not let an exact amount become another one, however little."""
    challenge = add_active_challenge(both)
    fail(both, challenge)
    before = both.execute(f"SELECT {column}, version FROM challenges WHERE id = ?", challenge)
    for _ in range(3):
        refusal_or_none(both, f"UPDATE challenges SET {column} = {column} + {step} WHERE id = ?", challenge)

    assert both.execute(f"SELECT {column}, version FROM challenges WHERE id = ?", challenge) == before


def test_challenge_may_end_by_an_update_that_makes_noise(both: Database) -> None:
    challenge = add_active_challenge(both, current_equity="0.3", current_balance="0.3", daily_min_equity="0.3")
    both.execute(
        "UPDATE challenges SET current_equity = current_equity - 0.1, total_pnl = total_pnl + 0.1 + 0.2, status = 'FAILED',"
        " ended_at = '2026-01-09 17:00:00', failure_reason = 'x', version = version + 1 WHERE id = ?",
        challenge,
    )

    rows = both.execute("SELECT status, current_equity, total_pnl FROM challenges WHERE id = ?", challenge)

    assert rows == [("FAILED", Decimal("0.2"), Decimal("0.3"))]


@pytest.mark.parametrize("ending", [fail, fund])
def test_ended_challenge_may_be_archived(both: Database, ending: Callable[[Database, str], None]) -> None:
    challenge = add_active_challenge(both)
    ending(both, challenge)

    assert both.changed("UPDATE challenges SET archived_at = CURRENT_TIMESTAMP WHERE id = ?", challenge) == 1
    assert value(both, "SELECT archived_at FROM challenges WHERE id = ?", challenge) is not None


def test_archiving_an_ended_challenge_takes_nothing_else_along(both: Database) -> None:
    challenge = add_active_challenge(both)
    fail(both, challenge)

    refusal(both, "UPDATE challenges SET archived_at = CURRENT_TIMESTAMP, total_pnl = 5 WHERE id = ?", challenge)


FROZEN = [
    "challenge_type = 'other'",
    "initial_balance = 99999",
    "max_daily_drawdown_percent = 0.06",
    "max_total_drawdown_percent = 0.2",
    "profit_target_percent = 0.09",
    "rules_config = '{\"judge\":false}'",
]


@pytest.mark.parametrize("change", FROZEN)
def test_terms_may_change_while_pending(both: Database, change: str) -> None:
    accepted(both, f"UPDATE challenges SET {change}, version = version + 1 WHERE id = ?", add_challenge(both))


@pytest.mark.parametrize("change", FROZEN)
def test_terms_never_change_once_the_challenge_has_begun(both: Database, change: str) -> None:
    challenge = add_active_challenge(both)

    refusal(both, f"UPDATE challenges SET {change}, version = version + 1 WHERE id = ?", challenge)


def test_owner_may_change_while_pending_only(both: Database) -> None:
    other = add_user(both)
    pending, active = add_challenge(both), add_active_challenge(both)

    accepted(both, "UPDATE challenges SET user_id = ? WHERE id = ?", other, pending)
    refusal(both, "UPDATE challenges SET user_id = ? WHERE id = ?", other, active)


def test_terms_do_not_slip_in_with_the_start(both: Database) -> None:
    """What the challenge leaves PENDING with is what it keeps; the start itself may not rewrite it afterwards."""
    challenge = add_challenge(both)
    both.execute(START, challenge)

    refusal(both, "UPDATE challenges SET profit_target_percent = 0.01 WHERE id = ?", challenge)


def test_assigning_the_same_terms_again_is_no_change(both: Database) -> None:
    challenge = add_active_challenge(both, rules_config={"judge": True, "approvals": 1})

    accepted(
        both,
        "UPDATE challenges SET challenge_type = 'standard', initial_balance = 100000, rules_config = rules_config,"
        " max_daily_drawdown_percent = 0.05, version = version + 1 WHERE id = ?",
        challenge,
    )


def test_funding_without_the_target_is_refused(both: Database) -> None:
    challenge = add_active_challenge(both)
    approve(both, challenge, 1, new_id())

    refusal(both, FUND, challenge)


def test_target_that_comes_with_the_funding_itself_still_needs_approval(both: Database) -> None:
    challenge = add_active_challenge(both)

    refusal(both, FUND.replace("SET ", f"SET profit_target_reached_at = '{ENDED}', "), challenge)


def test_funding_without_approval_is_refused(both: Database) -> None:
    challenge = add_active_challenge(both)
    reach_target(both, challenge)

    refusal(both, FUND, challenge)


def test_approval_by_the_owner_does_not_count(both: Database) -> None:
    owner = add_user(both)
    challenge = add_active_challenge(both, owner)
    reach_target(both, challenge, 1)
    approve(both, challenge, 2, owner)

    refusal(both, FUND, challenge)
    approve(both, challenge, 3, new_id())
    accepted(both, FUND, challenge)


def test_approval_from_before_the_target_does_not_count(both: Database) -> None:
    challenge = add_active_challenge(both)
    approve(both, challenge, 1, new_id())
    reach_target(both, challenge, 2)

    refusal(both, FUND, challenge)


def test_approval_from_before_a_rejection_does_not_count(both: Database) -> None:
    challenge = add_active_challenge(both)
    reach_target(both, challenge, 1)
    approve(both, challenge, 2, new_id())
    add_event(both, challenge, 3, event_type="FUNDING_REJECTED", event_data={"approver_id": new_id()})

    refusal(both, FUND, challenge)
    approve(both, challenge, 4, new_id())
    accepted(both, FUND, challenge)


def test_approval_of_another_challenge_does_not_count(both: Database) -> None:
    challenge, other = add_active_challenge(both), add_active_challenge(both)
    reach_target(both, challenge, 1)
    approve(both, other, 1, new_id())

    refusal(both, FUND, challenge)


def test_two_approvals_by_one_person_are_one(both: Database) -> None:
    challenge = add_active_challenge(both, rules_config={"approvals": 2})
    first, second = new_id(), new_id()
    reach_target(both, challenge, 1)
    approve(both, challenge, 2, first)
    approve(both, challenge, 3, first)

    refusal(both, FUND, challenge)
    approve(both, challenge, 4, second)
    accepted(both, FUND, challenge)


def test_same_approver_in_other_letters_is_the_same_person(both: Database) -> None:
    challenge = add_active_challenge(both, rules_config={"approvals": 2})
    person = new_id()
    reach_target(both, challenge, 1)
    approve(both, challenge, 2, person)
    approve(both, challenge, 3, person.upper())

    refusal(both, FUND, challenge)


def test_approval_without_an_approver_does_not_count(both: Database) -> None:
    challenge = add_active_challenge(both)
    reach_target(both, challenge, 1)
    add_event(both, challenge, 2, event_type="FUNDING_APPROVED", event_data={"by": new_id()})
    add_event(both, challenge, 3, event_type="FUNDING_APPROVED", event_data={"approver_id": None})

    refusal(both, FUND, challenge)


@pytest.mark.parametrize("approvals", [0, -1, "none", None, [], {"n": 1}, "0"])
def test_rules_cannot_lower_the_number_of_approvals_below_one(both: Database, approvals: Any) -> None:
    """Whatever rules_config says, nobody is funded without one approval: it is refused here or there."""
    columns = challenge_columns(add_user(both), **ACTIVE, rules_config={"approvals": approvals})
    statement, parameters = insert_statement("challenges", columns)
    if refusal_or_none(both, statement, *parameters) is not None:
        return
    reach_target(both, columns["id"], 1)

    refusal(both, FUND, columns["id"])


@pytest.mark.parametrize(
    "change", ["profit_target_reached_at = NULL", "profit_target_reached_at = '2026-01-09 00:00:00'"]
)
def test_target_once_reached_stays_reached(both: Database, change: str) -> None:
    challenge = add_active_challenge(both)
    reach_target(both, challenge, 1)

    if change.endswith("NULL"):
        refusal(both, f"UPDATE challenges SET {change}, version = version + 1 WHERE id = ?", challenge)
    else:
        accepted(both, "UPDATE challenges SET version = version + 1 WHERE id = ?", challenge)


@pytest.mark.parametrize("change", ["NULL", f"'{ENDED}'"])
def test_target_is_not_cleared_or_moved_where_the_log_says_nothing(both: Database, change: str) -> None:
    challenge = add_active_challenge(both)
    both.execute("UPDATE challenges SET profit_target_reached_at = '2026-01-08 12:00:00' WHERE id = ?", challenge)

    refusal(both, f"UPDATE challenges SET profit_target_reached_at = {change} WHERE id = ?", challenge)


def test_rejection_clears_the_target(both: Database) -> None:
    challenge = add_active_challenge(both)
    reach_target(both, challenge, 1)
    add_event(both, challenge, 2, event_type="FUNDING_REJECTED", event_data={"approver_id": new_id()})

    assert (
        both.changed(
            "UPDATE challenges SET profit_target_reached_at = NULL, version = version + 1 WHERE id = ?", challenge
        )
        == 1
    )


def test_rejection_of_an_earlier_target_does_not_clear_a_later_one(both: Database) -> None:
    challenge = add_active_challenge(both)
    reach_target(both, challenge, 1)
    add_event(both, challenge, 2, event_type="FUNDING_REJECTED", event_data={"approver_id": new_id()})
    both.execute("UPDATE challenges SET profit_target_reached_at = NULL, version = version + 1 WHERE id = ?", challenge)
    reach_target(both, challenge, 3)

    refusal(
        both, "UPDATE challenges SET profit_target_reached_at = NULL, version = version + 1 WHERE id = ?", challenge
    )
