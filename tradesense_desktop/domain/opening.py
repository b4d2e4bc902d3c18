"""Opening a challenge: its terms, checked, and the event that holds them."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from tradesense_desktop.domain import narration
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.errors import InvalidChallenge
from tradesense_desktop.domain.event import EventData, EventType
from tradesense_desktop.domain.money import ZERO, Fraction, Money, exact_text
from tradesense_desktop.domain.plain_text import check_rules_json, keepable
from tradesense_desktop.domain.recording import Recording
from tradesense_desktop.domain.rule_set import RuleSet
from tradesense_desktop.domain.state_record import moved_columns

LONGEST_TYPE: Final = 50
_CURRENCY: Final = re.compile(r"[A-Z]{3,5}", re.ASCII)
_PERCENT_DECIMALS: Final = 4
_PERCENTS: Final = ("max_daily_drawdown_percent", "max_total_drawdown_percent", "profit_target_percent")


def open_challenge(
    recording: Recording,
    *,
    challenge_id: str,
    user_id: str,
    challenge_type: str,
    initial_balance: Money,
    rules_config: dict[str, Any],
    max_daily_drawdown_percent: Fraction,
    max_total_drawdown_percent: Fraction,
    profit_target_percent: Fraction,
    currency: str,
    previous_challenge_id: str | None,
    metadata: dict[str, Any],
) -> Challenge:
    """Record CHALLENGE_CREATED and return the row. Raises InvalidChallenge, InvalidRules and UnknownZone."""
    check_rules_json(rules_config, "")
    keepable(challenge_type, "The type of the challenge")
    data: EventData = {
        "user_id": user_id,
        "challenge_type": challenge_type,
        "currency": currency,
        "initial_balance": exact_text(initial_balance),
        "max_daily_drawdown_percent": exact_text(max_daily_drawdown_percent),
        "max_total_drawdown_percent": exact_text(max_total_drawdown_percent),
        "profit_target_percent": exact_text(profit_target_percent),
        "rules_config": rules_config,
        "previous_challenge_id": previous_challenge_id,
        "status": ChallengeStatus.PENDING.value,
    }
    at = recording.recorded_at
    challenge = challenge_from(data, challenge_id=challenge_id, created_at=at, metadata=metadata)
    recording.challenge_id = challenge_id
    recording.user_id = user_id
    preset = str(rules_config.get("preset", "tradesense"))
    sentences = narration.challenge_created(challenge_type, initial_balance, currency, preset)
    recording.emit(EventType.CHALLENGE_CREATED, data, at, sentences, None)
    return challenge


def challenge_from(
    data: Mapping[str, Any], *, challenge_id: str, created_at: datetime, metadata: dict[str, Any]
) -> Challenge:
    """The row that CHALLENGE_CREATED with this data stands for, version 0: nothing has been stored of it yet."""
    initial = Decimal(data["initial_balance"])
    percents = {name: Decimal(data[name]) for name in _PERCENTS}
    if initial <= ZERO:
        raise InvalidChallenge("the initial balance", "has to be above 0")
    for name, percent in percents.items():
        if not ZERO < percent <= 1 or percent != round(percent, _PERCENT_DECIMALS):
            raise InvalidChallenge(name.replace("_", " "), "has to be above 0 and at most 1, with 4 decimals at most")
    if not data["challenge_type"].strip() or len(data["challenge_type"]) > LONGEST_TYPE:
        raise InvalidChallenge("its type", f"has to have 1 to {LONGEST_TYPE} characters")
    if not _CURRENCY.fullmatch(data["currency"]):
        raise InvalidChallenge("the currency", "has to be three to five capital letters")
    rules = RuleSet.from_config(data["rules_config"], initial_balance=initial, **percents)
    columns: dict[str, Any] = {
        **moved_columns(ChallengeState(rules)),
        **percents,
        "id": challenge_id,
        "user_id": data["user_id"],
        "challenge_type": data["challenge_type"],
        "currency": data["currency"],
        "initial_balance": initial,
        "previous_challenge_id": data["previous_challenge_id"],
        "rules_config": data["rules_config"],
        "created_at": created_at,
        "updated_at": created_at,
        "archived_at": None,
        "writer_device_id": None,
        "metadata": metadata,
        "version": 0,
    }
    return Challenge(**columns)
