"""Words about a firm's server."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from tradesense_desktop.ui.formatting.firm import (
    TLS_MODES,
    VERIFIED,
    age_words,
    outcome_sign,
    pending_words,
    phase_sign,
    phase_word,
    state_sign,
    state_word,
    tls_badge,
    tls_word,
)
from tradesense_desktop.ui.formatting.numbers import NumberFormat

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def numbers() -> NumberFormat:
    return NumberFormat(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=59), "synced just now"),
        (timedelta(minutes=1), "synced 1 min ago"),
        (timedelta(minutes=59, seconds=59), "synced 59 min ago"),
        (timedelta(hours=1), "synced 1 h ago"),
        (timedelta(hours=23), "synced 23 h ago"),
        (timedelta(days=1), "synced yesterday"),
        (timedelta(days=21), "synced 21 days ago"),
        (timedelta(minutes=-10), "synced just now"),
    ],
)
def test_the_age_of_a_sync_is_said_in_its_largest_unit(numbers: NumberFormat, age: timedelta, said: str) -> None:
    assert age_words(NOW - age, NOW, numbers) == said


def test_a_copy_that_was_never_synced_says_so(numbers: NumberFormat) -> None:
    assert age_words(None, NOW, numbers) == "never synced"


def test_a_count_of_what_waits_is_written_in_the_locale(numbers: NumberFormat) -> None:
    assert pending_words(2, numbers) == "2 pending"
    assert pending_words(1200, numbers) == "1\u202f200 pending"


def test_only_a_certificate_that_is_less_than_verified_wears_a_badge() -> None:
    badges = {mode: tls_badge(mode) for mode in TLS_MODES}

    assert badges == {
        VERIFIED: None,
        "pooler": ("Behind a pooler", "warning"),
        "unverified": ("Not verified", "breach"),
    }
    assert len({tls_word(mode) for mode in TLS_MODES}) == len(TLS_MODES)


def test_being_offline_is_no_error() -> None:
    assert phase_word("offline") == "offline"
    assert phase_sign("offline")[1] == "muted"
    assert phase_sign("attention")[1] == "warning"


def test_what_waits_is_never_said_to_be_done() -> None:
    waiting = {state: state_word(state) for state in ("queued", "sent", "applied")}

    assert all("wait" in word and "done" not in word for word in waiting.values()), waiting
    assert state_sign("rejected")[1] == "breach"


def test_a_word_that_is_not_known_is_shown_as_it_is() -> None:
    assert (phase_word("dreaming"), state_word("lost"), outcome_sign("odd")[0]) == ("dreaming", "lost", "odd")
