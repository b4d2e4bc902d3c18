"""Random histories of one challenge, told to both databases by plain SQL: one verdict a step, and the same row after it."""

from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.both_databases import Database, insert_statement, refusal_or_none
from tests.conftest import SharedDatabases
from tests.database.rows import add_challenge, add_user, event_columns, trade_columns

OWNER = "00000000-0000-4000-8000-000000000001"
PEOPLE = (OWNER, "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b")
CHALLENGE = "00000000-0000-4000-8000-000000000003"
TIMES = ("2026-01-05 09:00:00", "2026-01-09 17:00:00", "2026-01-09 17:00:00.000001")

Step = tuple[str, Any]

settings_of_the_row = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["PENDING", "ACTIVE", "FAILED", "FUNDED"]),
        "started_at": st.none() | st.sampled_from(TIMES),
        "ended_at": st.none() | st.sampled_from(TIMES),
        "funded_at": st.none() | st.sampled_from(TIMES),
        "failure_reason": st.none() | st.sampled_from(["Daily loss", "x"]),
        "profit_target_reached_at": st.none() | st.sampled_from(TIMES),
        "archived_at": st.none() | st.sampled_from(TIMES),
        "trading_date": st.none() | st.just("2026-01-05"),
        "current_equity": st.sampled_from(["99999.99", "100000", "108000", "-1"]),
        "max_equity_ever": st.sampled_from(["99999.99", "100000", "108000"]),
        "total_trades": st.sampled_from([0, 1, -1]),
        "version": st.sampled_from([0, 1, 2, 3, 9]),
        "challenge_type": st.sampled_from(["standard", "other"]),
        "profit_target_percent": st.sampled_from(["0.08", "0.09"]),
        "rules_config": st.sampled_from(["{}", '{"approvals":2}', '{"judge":false}']),
        "user_id": st.sampled_from(PEOPLE),
    },
)
# What a program does, so that the random rest happens in every state.
START = {"status": "ACTIVE", "started_at": TIMES[0], "trading_date": "2026-01-05"}
FAIL = {"status": "FAILED", "ended_at": TIMES[1], "failure_reason": "Daily loss"}
FUND = {"status": "FUNDED", "ended_at": TIMES[1], "funded_at": TIMES[1]}
REACH = {"profit_target_reached_at": TIMES[1]}
UNREACH = {"profit_target_reached_at": None}

steps = st.one_of(
    st.tuples(st.just("update"), st.sampled_from([START, FAIL, FUND, REACH, UNREACH])),
    st.tuples(st.just("update"), settings_of_the_row),
    st.tuples(st.just("trade"), st.tuples(st.sampled_from([0, 0, 0, 1, -1]), st.sampled_from(TIMES))),
    st.tuples(
        st.just("event"),
        st.tuples(
            st.sampled_from([0, 0, 0, 1, -1]),
            st.sampled_from(["NOTE_ADDED", "PROFIT_TARGET_REACHED", "FUNDING_APPROVED", "FUNDING_REJECTED"]),
            st.sampled_from(PEOPLE),
        ),
    ),
)


def statement_of(step: Step, number: int, counts: dict[str, int]) -> tuple[str, list[Any]]:
    kind, what = step
    row = f"00000000-0000-4000-9000-{number:012x}"
    if kind == "trade":
        offset, moment = what
        place = counts["trade"] + 1 + offset
        return insert_statement(
            "trades", trade_columns(CHALLENGE, place, id=row, trade_id=str(number), executed_at=moment)
        )
    if kind == "event":
        offset, event_type, person = what
        columns = event_columns(
            CHALLENGE,
            counts["event"] + 1 + offset,
            id=row,
            event_type=event_type,
            event_data={"approver_id": person},
            recorded_at="2026-02-01 00:00:00",
        )
        return insert_statement("challenge_events", columns)
    assignments = ", ".join(f"{column} = ?" for column in what) or "total_trades = total_trades"
    return f"UPDATE challenges SET {assignments} WHERE id = ?", [*what.values(), CHALLENGE]


SELECTS = (
    (
        "SELECT user_id, challenge_type, status, started_at, ended_at, funded_at, failure_reason, profit_target_reached_at,"
        " archived_at, trading_date, current_balance, current_equity, max_equity_ever, total_trades, version, rules_config,"
        " profit_target_percent FROM challenges"
    ),
    "SELECT sequence_number, executed_at, realized_pnl FROM trades ORDER BY sequence_number",
    "SELECT sequence_number, event_type, event_data, previous_hash, hash FROM challenge_events ORDER BY sequence_number",
)


def tell(database: Database, history: list[Step]) -> list[Any]:
    """What the database says to each step, and what stands there after it."""
    with database.undone():
        for person in PEOPLE:
            add_user(database, id=person, email=f"{person}@example.com")
        add_challenge(database, OWNER, id=CHALLENGE)
        counts = {"trade": 0, "event": 0}
        told: list[Any] = []
        for number, step in enumerate(history):
            statement, parameters = statement_of(step, number, counts)
            refused = refusal_or_none(database, statement, *parameters)
            if refused is None and step[0] in counts:
                counts[step[0]] += 1
            told.append((step, refused is None, [database.execute(select) for select in SELECTS]))
    return told


APPROVED = ("event", (0, "FUNDING_APPROVED", PEOPLE[1]))
REACHED = ("event", (0, "PROFIT_TARGET_REACHED", OWNER))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=12))
@example(
    [("update", START), ("update", REACH), REACHED, APPROVED, ("update", FUND), ("update", FAIL), ("update", START)]
)
@example([("update", START), ("update", FAIL), ("trade", (0, TIMES[1])), ("trade", (0, TIMES[2])), ("update", START)])
def test_both_databases_tell_the_same_history(shared_databases: SharedDatabases, history: list[Step]) -> None:
    sqlite, postgresql = (tell(shared_databases.of(kind), history) for kind in ("sqlite", "postgresql-18"))

    assert sqlite == postgresql
