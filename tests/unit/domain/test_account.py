"""What an address and a password have to be."""

from datetime import UTC, datetime, timedelta

import pytest

from tradesense_desktop.domain.account import (
    AccountWaits,
    InvalidEmail,
    PasswordUnfit,
    check_new_password,
    checked_email,
    normal_password,
)

COMMON = frozenset({"passwordpassword"})


@pytest.mark.parametrize("text", ["tina@example.org", " tina@example.org ", "a.b+c@sub.example.co.uk", "x@a-b.de"])
def test_plausible_address_is_taken_without_the_space_around_it(text: str) -> None:
    assert checked_email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        *("", "tina", "tina@", "@example.org", "tina@example", "tina@@example.org", "tina@example..org", "tina@.org"),
        *("tina@example.org.", "jürgen@example.org", "tina smith@example.org", "tina@exam ple.org"),
        "a" * 250 + "@b.org",
    ],
)
def test_anything_else_is_no_address(text: str) -> None:
    with pytest.raises(InvalidEmail):
        checked_email(text)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "12 characters"),
        ("x" * 11 + "é" * 31, "72 bytes"),
        ("PasswordPassword", "most common"),
        ("ababababababab", "most common"),
        ("Tina@Example.org", "address"),
        ("quiet\0harbour77", "no keyboard"),
        ("quiet\ud800harbour77", "no keyboard"),
    ],
)
def test_unfit_password_is_refused_with_the_reason_and_never_named(password: str, why: str) -> None:
    with pytest.raises(PasswordUnfit, match=why) as refusal:
        check_new_password(password, "tina@example.org", COMMON)

    assert password not in str(refusal.value)


@pytest.mark.parametrize("password", ["quiet-harbour", "x1234567890y", "Ünïcödé-pässwörd", "abcde" + "f" * 67])
def test_long_and_uncommon_password_is_taken(password: str) -> None:
    check_new_password(password, "tina@example.org", COMMON)


def test_same_letters_typed_in_two_ways_are_one_password() -> None:
    assert normal_password("pa\u0308sswort") == normal_password("p\u00e4sswort")


def test_waiting_is_told_in_seconds_and_then_in_minutes() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)

    assert "wait 30 seconds" in str(AccountWaits(now + timedelta(seconds=30), now))
    assert "wait 15 minutes" in str(AccountWaits(now + timedelta(minutes=15), now))
