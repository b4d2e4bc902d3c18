"""The history of a challenge is really checked: whatever is changed behind the program's back is named."""

from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.people import People, workspace_with_people
from tests.raw_store import open_raw
from tests.unit.store.keys import give_key
from tests.waiting_challenges import waiting_challenge
from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.domain.progress import Cancelled, Progress
from tradesense_desktop.services.check_history import HistoryCheck, HistoryFault, check_history
from tradesense_desktop.services.decide_funding import approve_funding
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.open_challenge import open_challenge, start_challenge
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.store import schema_functions
from tradesense_desktop.store.transaction import Transaction


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


@pytest.fixture
def challenge_id(people: People, tmp_path: Path) -> str:
    """A challenge with three trades, an alert about them, and its target reached."""
    return waiting_challenge(people.trader, tmp_path)


Tamper = Callable[..., None]


@pytest.fixture
def tamper(people: People) -> Tamper:
    """Runs plain SQL on the file as somebody who has taken every guard away, the workspace being open."""

    def run(sql: str, **values: Any) -> None:
        with closing(open_raw(people.nobody.path)) as attacker:
            schema_functions.register(attacker)
            attacker.execute("PRAGMA ignore_check_constraints = ON")
            attacker.execute("PRAGMA foreign_keys = OFF")
            attacker.execute("PRAGMA synchronous = OFF")
            attacker.execute("BEGIN IMMEDIATE")
            for (name,) in attacker.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                attacker.execute(f'DROP TRIGGER "{name}"')
            attacker.execute("DROP INDEX IF EXISTS idx_events_trade_executed")
            assert attacker.execute(sql, values).rowcount == 1
            attacker.execute("COMMIT")

    return run


def found(people: People, challenge_id: str) -> tuple[HistoryFault, int | None]:
    check = check_history(people.auditor, challenge_id)
    assert check.finding is not None
    return check.finding.kind, check.finding.sequence_number


def test_whole_history_holds_and_says_where_it_ends(people: People, challenge_id: str) -> None:
    approve_funding(people.admin, challenge_id)

    check = check_history(people.trader, challenge_id)

    head = read_all_events(people.auditor, challenge_id)[-1]
    assert check == HistoryCheck(
        challenge_id=challenge_id, events=head.sequence_number, trades=3, head_hash=head.hash, finding=None
    )
    assert check.is_whole


@pytest.mark.parametrize(
    "change",
    [
        "description = 'Nothing happened'",
        "event_data = json_set(event_data, '$.equity_after', '10900.01')",
        "occurred_at = '2024-01-09 01:30:01.000000'",
        "event_type = 'NOTE_ADDED'",
        "hash = replace(hash, substr(hash, 1, 1), CASE substr(hash, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END)",
    ],
)
def test_changed_event_is_named_by_its_number(people: People, challenge_id: str, tamper: Tamper, change: str) -> None:
    tamper(f"UPDATE challenge_events SET {change} WHERE challenge_id = :id AND sequence_number = 3", id=challenge_id)

    assert found(people, challenge_id) == (HistoryFault.CONTENT_CHANGED, 3)


@pytest.mark.parametrize("data", ["{", "nonsense", "[" * 100_000, '{"a":"\\ud800"}'])
def test_event_that_cannot_be_read_is_named_by_its_number(
    people: People, challenge_id: str, tamper: Tamper, data: str
) -> None:
    sql = "UPDATE challenge_events SET event_data = :data WHERE challenge_id = :id AND sequence_number = 3"
    tamper(sql, id=challenge_id, data=data)

    assert found(people, challenge_id) == (HistoryFault.UNREADABLE, 3)


def test_missing_event_is_a_gap_where_it_was(people: People, challenge_id: str, tamper: Tamper) -> None:
    tamper("DELETE FROM challenge_events WHERE challenge_id = :id AND sequence_number = 4", id=challenge_id)

    assert found(people, challenge_id) == (HistoryFault.GAP, 4)


def test_event_tied_to_another_one_is_a_broken_link(people: People, challenge_id: str, tamper: Tamper) -> None:
    tamper(
        "UPDATE challenge_events SET previous_hash = hash WHERE challenge_id = :id AND sequence_number = 5",
        id=challenge_id,
    )

    assert found(people, challenge_id) == (HistoryFault.LINK_BROKEN, 5)


def test_events_cut_off_at_the_end_show_in_the_row(people: People, challenge_id: str, tamper: Tamper) -> None:
    events = read_all_events(people.auditor, challenge_id)
    reached = next(event.sequence_number for event in events if event.event_type == "PROFIT_TARGET_REACHED")
    for number in range(len(events), reached - 1, -1):
        tamper(
            "DELETE FROM challenge_events WHERE challenge_id = :id AND sequence_number = :number",
            id=challenge_id,
            number=number,
        )

    check = check_history(people.auditor, challenge_id)

    assert check.finding is not None
    assert check.finding.kind is HistoryFault.ROW_CHANGED
    assert "profit_target_reached_at" in check.finding.sentence


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("realized_pnl", "401"),
        ("symbol", "'GBPUSD'"),
        ("executed_at", "'2024-01-09 02:30:00.000001'"),
        ("open_price", "NULL"),
        ("position_id", "'1'"),
        ("quantity", "'much'"),
        ("metadata", "json_set(metadata, '$.deal.profit', '1')"),
        ("metadata", "'{'"),
    ],
)
def test_changed_row_of_the_ledger_is_named_by_the_event_that_it_belies(
    people: People, challenge_id: str, tamper: Tamper, column: str, value: str
) -> None:
    tamper(f"UPDATE trades SET {column} = {value} WHERE challenge_id = :id AND sequence_number = 2", id=challenge_id)
    second = [event for event in read_all_events(people.auditor, challenge_id) if event.event_type == "TRADE_EXECUTED"][
        1
    ]

    check = check_history(people.auditor, challenge_id)

    assert check.finding is not None
    assert (check.finding.kind, check.finding.sequence_number) == (HistoryFault.TRADE_CHANGED, second.sequence_number)
    assert f"{column} differs" in check.finding.sentence
    assert check.trades == 1


@pytest.mark.parametrize("number", [1, 3])
def test_missing_row_of_the_ledger_is_named(people: People, challenge_id: str, tamper: Tamper, number: int) -> None:
    tamper("DELETE FROM trades WHERE challenge_id = :id AND sequence_number = :number", id=challenge_id, number=number)

    assert found(people, challenge_id)[0] is HistoryFault.TRADE_MISSING


def test_row_of_the_ledger_that_no_event_tells_of_is_found(people: People, challenge_id: str, tamper: Tamper) -> None:
    columns = "symbol, side, quantity, price, realized_pnl, commission, executed_at, created_at"
    tamper(
        f"INSERT INTO trades (id, challenge_id, trade_id, sequence_number, {columns})"
        f" SELECT '00000000-0000-4000-8000-000000000001', challenge_id, '999', 4, {columns} FROM trades"
        " WHERE challenge_id = :id AND sequence_number = 3",
        id=challenge_id,
    )

    check = check_history(people.auditor, challenge_id)

    assert check.finding is not None
    assert (check.finding.kind, check.finding.sentence) == (
        HistoryFault.TRADE_UNRECORDED,
        "Row 4 of the ledger stands in no event.",
    )


@pytest.mark.parametrize("change", ["current_equity = 10950", "rule_state = '{}'", "total_trades = 4"])
def test_changed_row_of_the_challenge_is_named_by_its_column(
    people: People, challenge_id: str, tamper: Tamper, change: str
) -> None:
    tamper(f"UPDATE challenges SET {change} WHERE id = :id", id=challenge_id)

    check = check_history(people.auditor, challenge_id)

    assert check.finding is not None
    assert check.finding.kind is HistoryFault.ROW_CHANGED
    assert change.split(" = ", maxsplit=1)[0] in check.finding.sentence


SEALED_AGAIN = """
    UPDATE challenge_events SET event_data = :data, hash = tradesense_event_hash(
        id, challenge_id, sequence_number, event_type, event_version, :data, description, occurred_at, recorded_at,
        correlation_id, causation_id, metadata_commitment, previous_hash, 0)
    WHERE challenge_id = :id AND sequence_number = :number
"""


@pytest.mark.parametrize("data", [{}, [], {"alert": None}, {"alert": {"rule_id": "frozen"}}])
def test_event_that_holds_nothing_and_has_a_right_hash_breaks_the_replay(
    people: People, challenge_id: str, tamper: Tamper, data: Any
) -> None:
    last = read_all_events(people.auditor, challenge_id)[-1]
    assert last.event_type == "RISK_ALERT_RAISED"
    tamper(SEALED_AGAIN, id=challenge_id, number=last.sequence_number, data=canonical_text(data))

    assert found(people, challenge_id) == (HistoryFault.REPLAY_BROKEN, last.sequence_number)


def test_history_whose_metadata_is_sealed_holds_without_the_key_too(people: People, tmp_path: Path) -> None:
    key = give_key(people.superadmin)
    challenge_id = waiting_challenge(people.trader, tmp_path)
    with people.auditor.reading() as reading:
        (stored,) = reading.driver.execute("SELECT metadata FROM trades WHERE sequence_number = 1").fetchone()
    assert stored.startswith('{"ct":')

    assert check_history(people.auditor, challenge_id).is_whole
    people.superadmin.keys.forget(key.id)
    assert check_history(people.auditor, challenge_id).is_whole


def test_history_of_others_is_checked_by_staff_alone(people: People, challenge_id: str) -> None:
    with pytest.raises(Refused, match="no challenge"):
        check_history(people.other, challenge_id)
    assert check_history(people.auditor, challenge_id).is_whole


def test_check_can_be_cancelled_and_reports_how_far_it_is(people: People, challenge_id: str) -> None:
    told: list[Progress] = []

    def stop(progress: Progress) -> None:
        told.append(progress)
        raise Cancelled

    with pytest.raises(Cancelled):
        check_history(people.auditor, challenge_id, progress=stop)

    assert told == [Progress("Checking the history", 0, len(read_all_events(people.auditor, challenge_id)))]


def test_target_that_a_trader_wrote_down_without_reaching_it_is_found(people: People, challenge_id: str) -> None:
    """Whoever may record trades may write the event too; that the trades do not lead there is what shows."""
    opened = open_challenge(people.trader, preset="tradesense", initial_balance=Decimal(10000), currency="EUR").id
    start_challenge(people.trader, opened)
    assert check_history(people.auditor, opened).is_whole
    reached = next(
        event for event in read_all_events(people.trader, challenge_id) if event.event_type == "PROFIT_TARGET_REACHED"
    )

    def forge(transaction: Transaction) -> None:
        transaction.driver.execute(
            "INSERT INTO challenge_events (challenge_id, event_type, sequence_number, event_data, occurred_at)"
            " VALUES (?, 'PROFIT_TARGET_REACHED', 3, ?, '2026-01-01 00:00:00')",
            (opened, canonical_text(reached.event_data)),
        )

    people.trader.write(forge)

    check = check_history(people.admin, opened)
    assert check.finding is not None
    assert (check.finding.kind, check.finding.sequence_number) == (HistoryFault.REPLAY_BROKEN, 3)
    assert "do not lead to the target" in check.finding.sentence
