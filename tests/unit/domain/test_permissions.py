"""Which role may do what, written out by hand from spec/security.md."""

import pytest

from tradesense_desktop.domain.people import Actor, Role
from tradesense_desktop.domain.permissions import Right, may, sees_others

ME, OTHER = "me", "other"

# Letters: own things / those of others; "-" means no. USER, AUDITOR, ADMIN, SUPERADMIN.
TABLE = {
    Right.READ: ("o-", "oa", "oa", "oa"),
    Right.START_CHALLENGE: ("o-", "--", "--", "--"),
    Right.RECORD_ROWS: ("o-", "--", "--", "--"),
    Right.KEEP_TIME: ("o-", "--", "oa", "oa"),
    Right.WRITE_NOTE: ("o-", "--", "oa", "oa"),
    Right.ARCHIVE: ("o-", "--", "oa", "oa"),
    Right.FAIL_CHALLENGE: ("--", "--", "-a", "-a"),
    Right.DECIDE_FUNDING: ("--", "--", "-a", "-a"),
    Right.OPEN_NEXT_PHASE: ("--", "--", "-a", "-a"),
    Right.WATCH_ACTIVITY: ("o-", "--", "oa", "oa"),
    Right.RAISE_ALERT: ("--", "--", "oa", "oa"),
    Right.ACKNOWLEDGE_ALERT: ("o-", "--", "oa", "oa"),
    Right.RESOLVE_ALERT: ("--", "--", "oa", "oa"),
    Right.MANAGE_PAYMENTS: ("--", "--", "-a", "-a"),
    Right.READ_USERS: ("--", "oa", "oa", "oa"),
    Right.REGISTER_TRADER: ("--", "--", "oa", "oa"),
    Right.REGISTER_STAFF: ("--", "--", "--", "oa"),
    Right.SUSPEND_USER: ("--", "--", "-a", "-a"),
    Right.CHANGE_ROLE: ("--", "--", "--", "-a"),
    Right.DELETE_USER: ("--", "--", "--", "-a"),
    Right.READ_AUDIT_LOG: ("o-", "oa", "oa", "oa"),
    Right.SET_POLICY: ("--", "--", "--", "oa"),
    Right.MANAGE_KEYS: ("--", "--", "--", "oa"),
    Right.VERIFY: ("o-", "oa", "oa", "oa"),
}
IN_FIRM = TABLE | {
    Right.START_CHALLENGE: ("--", "--", "-a", "-a"),
    Right.RECORD_ROWS: ("--", "--", "-a", "-a"),
    Right.KEEP_TIME: ("--", "--", "oa", "oa"),
    Right.ARCHIVE: ("--", "--", "oa", "oa"),
    Right.WATCH_ACTIVITY: ("--", "--", "oa", "oa"),
    Right.MANAGE_KEYS: ("--", "--", "--", "--"),
}
ROLES = (Role.USER, Role.AUDITOR, Role.ADMIN, Role.SUPERADMIN)


def test_every_right_is_in_the_table() -> None:
    assert set(TABLE) == set(Right)


@pytest.mark.parametrize("in_firm", [False, True], ids=["local", "firm"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("right", Right)
def test_right_reaches_as_far_as_the_table_says(right: Right, role: Role, *, in_firm: bool) -> None:
    own, others = (IN_FIRM if in_firm else TABLE)[right][ROLES.index(role)]
    actor = Actor(ME, role, "session", in_firm=in_firm)

    assert may(actor, right, owner_id=ME) == (own == "o")
    assert may(actor, right, owner_id=OTHER) == (others == "a")
    assert may(actor, right) == (own == "o" or others == "a")


def test_staff_sees_others_and_a_trader_does_not() -> None:
    assert [sees_others(Actor(ME, role, "session")) for role in ROLES] == [False, True, True, True]


def test_owner_without_accounts_is_a_trader_who_keeps_the_keys_and_the_policies() -> None:
    owner = Actor(ME, Role.USER)

    assert may(owner, Right.MANAGE_KEYS)
    assert may(owner, Right.SET_POLICY)
    assert not may(owner, Right.DECIDE_FUNDING)
    assert not may(Actor(ME, Role.USER, "session"), Right.MANAGE_KEYS)
