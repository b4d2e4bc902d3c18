"""A funding examined: the checklist with what each point rests on, and the evidence."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.histories import history, imported, written
from tests.people import EMAILS, People, workspace_with_people
from tests.raw_store import open_raw
from tests.waiting_challenges import waiting_challenge, waiting_for_next_phase
from tradesense_desktop.domain.progress import Cancelled, Progress
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.errors import NotSignedIn, Refused
from tradesense_desktop.services.examine_funding import FundingExamination, examine_funding
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.read_funding_queue import Hindrance, read_funding_queue
from tradesense_desktop.services.record_payment import record_payment


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


@pytest.fixture
def waiting(people: People, tmp_path: Path) -> str:
    """A challenge that lost 100 of 10,000, won 400 and then 600."""
    return waiting_challenge(people.trader, tmp_path)


def said(examination: FundingExamination) -> dict[str, tuple[bool | None, str]]:
    return {each.item.key: (each.item.is_met, each.evidence) for each in examination.checklist}


def test_checklist_says_what_each_point_rests_on(people: People, waiting: str) -> None:
    examination = examine_funding(people.admin, waiting)

    events = read_all_events(people.auditor, waiting)
    assert said(examination) == {
        "target": (True, "Equity 10900.00 EUR of 10800.00 EUR needed, reached at 2024-01-09 03:30:00 UTC."),
        "days": (True, "1 trading day; the rules ask for no number of them."),
        "consistency": (True, "The rules ask for no consistency."),
        "violation": (True, "The history holds no violation."),
        "payment": (None, "The rules ask for no payment, and none is recorded."),
        "chain": (
            True,
            f"{len(events)} events and 3 trades hold together; the last hash is {events[-1].hash[:16]}…",
        ),
    }


def test_evidence_shows_how_the_target_was_reached(people: People, waiting: str) -> None:
    evidence = examine_funding(people.admin, waiting).evidence

    assert evidence.deciding_trade is not None
    assert (evidence.deciding_trade.sequence_number, evidence.deciding_trade.rule) == (3, "profit_target")
    assert (evidence.observed, evidence.target) == (Decimal(10900), Decimal(10800))
    daily, total = evidence.worst_daily_loss, evidence.worst_maximum_loss
    assert daily is not None
    assert total is not None
    assert (daily.used, daily.lost, daily.amount) == (Decimal("0.2"), Decimal(100), Decimal(500))
    assert (total.used, total.lost, total.amount) == (Decimal("0.1"), Decimal(100), Decimal(1000))
    assert daily.at == datetime(2024, 1, 9, 1, 30, tzinfo=UTC)
    assert (evidence.trading_days, evidence.best_day_share) == (1, Decimal(1))
    assert (evidence.quality, evidence.violations) == ("closed trades only", 0)
    events = read_all_events(people.auditor, waiting)
    assert (evidence.events, evidence.head_hash) == (len(events), events[-1].hash)


def test_request_is_that_of_the_queue_and_names_the_event_that_was_seen(people: People, waiting: str) -> None:
    examination = examine_funding(people.admin, waiting)

    assert (examination.request,) == read_funding_queue(people.admin)
    assert (
        approve_funding(people.admin, waiting, seen_sequence_number=examination.seen_sequence_number).status == "FUNDED"
    )


def test_decided_funding_can_be_examined_too_by_its_trader_as_well(people: People, waiting: str) -> None:
    approve_funding(people.admin, waiting, comment="Steady")

    examination = examine_funding(people.trader, waiting)

    assert examination.request.hindrance is Hindrance.NOT_WAITING
    assert [(each.by, each.comment, each.outcome) for each in examination.decisions] == [
        ("an administrator", "Steady", "FUNDED")
    ]
    assert said(examination)["target"][0] is True
    assert examine_funding(people.auditor, waiting).decisions[0].by == EMAILS["admin"]
    with pytest.raises(Refused, match="no challenge"):
        examine_funding(people.other, waiting)
    with pytest.raises(NotSignedIn):
        examine_funding(people.nobody, waiting)


def test_funding_that_was_rejected_stands_as_not_reached(people: People, waiting: str) -> None:
    reject_funding(people.admin, waiting, reason="One lucky day", fails=False)

    examination = examine_funding(people.admin, waiting)

    assert said(examination)["target"] == (False, "Equity 10900.00 EUR of 10800.00 EUR needed.")
    assert (examination.request.reached_at, examination.evidence.deciding_trade) == (None, None)


def test_challenge_that_a_person_has_failed_holds_no_violation(people: People, waiting: str) -> None:
    reject_funding(people.admin, waiting, reason="Copied trades", fails=True)

    assert said(examine_funding(people.admin, waiting))["violation"] == (True, "The history holds no violation.")


def test_challenge_that_broke_a_limit_shows_it(people: People, tmp_path: Path) -> None:
    broken = imported(people.trader, written(tmp_path, history("-600.00")), preset="tradesense", as_new=True)
    assert broken.challenge_id is not None

    is_met, words = said(examine_funding(people.admin, broken.challenge_id))["violation"]
    assert is_met is False
    assert words.startswith("The challenge has failed: daily loss limit of 5 % broken")


def test_days_and_balance_are_told_where_the_rules_ask_for_them(people: People, tmp_path: Path) -> None:
    waiting = waiting_for_next_phase(people.trader, tmp_path)

    examination = examine_funding(people.admin, waiting)

    assert said(examination)["days"] == (True, "4 trading days of 4 needed.")
    assert said(examination)["target"][1].startswith("Balance 11200.00 EUR of 11000.00 EUR needed")
    assert examination.evidence.best_day_share == Decimal("0.25")
    assert (examination.evidence.worst_daily_loss, examination.evidence.worst_maximum_loss) == (None, None)


@pytest.mark.parametrize(
    ("is_received", "evidence"),
    [
        (True, "A payment for the challenge has succeeded."),
        (False, "No payment has succeeded; the newest one is awaited."),
    ],
)
def test_payment_that_is_recorded_counts_also_where_none_was_asked_for(
    people: People, waiting: str, is_received: bool, evidence: str
) -> None:
    record_payment(people.admin, waiting, amount=Decimal(99), currency="EUR", is_received=is_received)

    assert said(examine_funding(people.admin, waiting))["payment"] == (is_received, evidence)


def test_payment_that_is_asked_for_and_missing_is_not_met(people: People) -> None:
    challenge = open_challenge(
        people.trader, preset="tradesense", initial_balance=Decimal(10000), is_payment_required=True
    )

    assert said(examine_funding(people.admin, challenge.id))["payment"] == (
        False,
        "The rules ask for a payment, and none is recorded.",
    )


def test_history_that_was_changed_is_not_verified_and_says_where(people: People, waiting: str) -> None:
    with closing(open_raw(people.nobody.path)) as attacker:
        attacker.execute("DROP TRIGGER trg_challenge_events_immutable_update")
        attacker.execute("UPDATE challenge_events SET description = 'x' WHERE sequence_number = 2")

    examination = examine_funding(people.admin, waiting)

    assert said(examination)["chain"] == (False, "Event 2 was changed after it was recorded.")
    assert examination.history.events == 1


def test_examination_can_be_cancelled(people: People, waiting: str) -> None:
    def stop(_progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        examine_funding(people.admin, waiting, progress=stop)


def test_challenge_that_has_not_begun_can_be_examined(people: People) -> None:
    challenge = open_challenge(people.trader, preset="tradesense", initial_balance=Decimal(10000))

    examination = examine_funding(people.admin, challenge.id)

    assert said(examination)["chain"][1].startswith("1 event and 0 trades hold together")
    assert examination.evidence.best_day_share is None
