"""What people are told of is found by an index each, and is bounded."""

import pytest

from tradesense_desktop.store import notices
from tradesense_desktop.store.workspace import Workspace


@pytest.mark.parametrize(
    ("query", "parameters", "search"),
    [
        (notices.OWN_ALERTS, ("x", 1), "SEARCH risk_alerts USING INDEX idx_risk_alerts_user_id (user_id=?)"),
        (
            notices.ALERTS_OF_SEVERITY,
            ("HIGH", 1),
            "SEARCH risk_alerts USING INDEX idx_risk_alerts_active (severity=?)",
        ),
        (notices.DECISIONS, ("x", 1), "SEARCH event USING INDEX idx_challenge_events_type (event_type=?)"),
        (notices.PAYMENTS, ("x", 1), "SEARCH payments USING INDEX idx_payments_user_id (user_id=?)"),
        (notices.PHASES, ("x", 1), "SEARCH challenges USING INDEX idx_challenges_user_status (user_id=?)"),
        (notices.WAITING, ("x", "x", 1), "challenges USING INDEX idx_challenges_funding_queue"),
    ],
)
def test_each_query_is_found_by_its_index(
    workspace: Workspace, query: str, parameters: tuple[object, ...], search: str
) -> None:
    with workspace.reading() as reading:
        plan = "\n".join(row[3] for row in reading.driver.execute("EXPLAIN QUERY PLAN " + query, parameters))

    assert search in plan
    assert query.endswith("LIMIT ?")
