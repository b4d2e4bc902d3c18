from decimal import Decimal
from typing import Any

import pytest

from tests.unit.domain.challenges import CHALLENGE, OWNER, events_of, execution_of, opened
from tradesense_desktop.domain.errors import DomainError, InvalidChallenge, InvalidRules, InvalidText

TERMS: dict[str, Any] = {
    "challenge_id": CHALLENGE,
    "user_id": OWNER,
    "challenge_type": "Two steps",
    "initial_balance": Decimal(10000),
    "rules_config": {},
    "max_daily_drawdown_percent": Decimal("0.05"),
    "max_total_drawdown_percent": Decimal("0.10"),
    "profit_target_percent": Decimal("0.08"),
}


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"initial_balance": Decimal(0)}, InvalidChallenge),
        ({"initial_balance": Decimal(-1)}, InvalidChallenge),
        ({"initial_balance": Decimal("NaN")}, DomainError),
        ({"max_daily_drawdown_percent": Decimal(0)}, InvalidChallenge),
        ({"max_total_drawdown_percent": Decimal("1.01")}, InvalidChallenge),
        ({"profit_target_percent": Decimal("0.08001")}, InvalidChallenge),
        ({"profit_target_percent": Decimal("NaN")}, DomainError),
        ({"challenge_type": "  "}, InvalidChallenge),
        ({"challenge_type": "X" * 51}, InvalidChallenge),
        ({"currency": "usd"}, InvalidChallenge),
        ({"currency": "DOLLAR"}, InvalidChallenge),
        ({"rules_config": {"reset": "never"}}, DomainError),
        ({"rules_config": {"judged": False}}, InvalidRules),
        ({"rules_config": {"source": {"account": 1.5}}}, InvalidRules),
        ({"rules_config": {"source": {"server": "\ud800"}}}, InvalidRules),
        ({"rules_config": {"source": {"größe": "1"}}}, InvalidRules),
        ({"rules_config": {"source": {"account": 2**53}}}, InvalidRules),
        ({"challenge_type": "Two\0steps"}, InvalidText),
    ],
    ids=str,
)
def test_impossible_terms_are_refused_and_nothing_is_recorded(
    changes: dict[str, Any], failure: type[Exception]
) -> None:
    execution = execution_of()

    with pytest.raises(failure):
        execution.create(**(TERMS | changes))
    assert events_of(execution) == []


def test_creation_holds_the_terms_that_replay_needs() -> None:
    execution = opened(preset="tradesense", source={"family": "metatrader5", "account": "77"}, server_zone="UTC")

    assert events_of(execution)[0].event_data == {
        "user_id": OWNER,
        "challenge_type": "Two steps",
        "currency": "USD",
        "initial_balance": "100000",
        "max_daily_drawdown_percent": "0.05",
        "max_total_drawdown_percent": "0.1",
        "profit_target_percent": "0.08",
        "rules_config": {
            "preset": "tradesense",
            "source": {"family": "metatrader5", "account": "77"},
            "server_zone": "UTC",
        },
        "previous_challenge_id": None,
        "status": "PENDING",
    }
