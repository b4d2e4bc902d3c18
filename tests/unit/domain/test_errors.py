import pytest

from tests.unit.domain.challenges import MONDAY, after
from tradesense_desktop.domain import errors
from tradesense_desktop.domain.errors import DomainError

FAILURES = [
    errors.InexactAmount("1e400"),
    errors.InvalidTrade("7", "quantity and price have to be above 0"),
    errors.InvalidAdjustment("7", "it has no number"),
    errors.InvalidText("The note"),
    errors.InvalidChallenge("the currency", "has to be three to five capital letters"),
    errors.InvalidRules("daily_loss", "an object is expected"),
    errors.UnknownZone("Middle/Earth"),
    errors.UnknownPreset("ftmo", ["journal"]),
    errors.TradeConflict("7", "BUY 1", "SELL 1"),
    errors.AdjustmentConflict("7", "CHARGE -1", "CHARGE -2"),
    errors.OutOfOrder("A trade", MONDAY, after(hours=1)),
    errors.DayAlreadyClosed("A trade", MONDAY, MONDAY.date()),
    errors.DayNotOver(MONDAY.date(), after(hours=14)),
    errors.ChallengeEnded("FAILED", MONDAY),
    errors.ChallengeEnded("FUNDED", None),
    errors.ChallengeFrozen(MONDAY),
    errors.ChallengeNotStarted("Closing a day"),
    errors.ChallengeAlreadyStarted(MONDAY),
    errors.NotExpired(None),
    errors.NotExpired(MONDAY),
    errors.ReasonMissing("A rejection"),
    errors.FundingNotDue("ACTIVE"),
    errors.OwnChallenge("x"),
    errors.AlreadyApproved("x"),
    errors.PhaseMissing("the rules name none after this one"),
    errors.AlertClosed("x", "RESOLVED", "ACKNOWLEDGED"),
    errors.ReplayBroken("TRADE_EXECUTED", "the challenge had ended"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_every_failure_is_one_sentence_for_a_person(failure: DomainError) -> None:
    sentence = str(failure)

    assert sentence[0].isupper() or sentence[0] == "“"
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_every_failure_there_is_has_its_sentence_tested() -> None:
    known = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DomainError)}

    assert known - {DomainError} == {type(failure) for failure in FAILURES}


def test_times_in_a_sentence_say_that_they_are_utc() -> None:
    assert str(errors.OutOfOrder("A trade", MONDAY, after(hours=1))) == (
        "A trade of 2026-03-02 10:00:00 UTC is earlier than the last one recorded, of 2026-03-02 11:00:00 UTC; "
        "the ledger only grows at its end."
    )
