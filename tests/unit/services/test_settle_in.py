"""What is done quietly once somebody has begun."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.histories import history, imported, written
from tests.keyrings import no_keyring
from tests.people import People, workspace_with_people
from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_key_status import KeyState, read_key_status
from tradesense_desktop.services.settle_in import settle_in
from tradesense_desktop.services.watch_activity import watch_inactivity

PASSPHRASE = "a long passphrase of mine"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        imported(made.trader, written(tmp_path, history("100.00")), preset="tradesense")
        yield made


def test_challenge_that_nobody_has_traded_for_weeks_gets_one_alert(people: People) -> None:
    (alert,) = settle_in(people.trader, unwatched)

    assert alert.alert_type == "INACTIVE_TRADING"
    assert settle_in(people.trader, unwatched) == ()
    assert settle_in(people.admin, unwatched) == ()


def test_administrator_notices_it_for_everybody_and_an_auditor_leaves_nothing_behind(people: People) -> None:
    assert settle_in(people.auditor, unwatched) == ()
    assert settle_in(people.other, unwatched) == ()
    assert len(settle_in(people.admin, unwatched)) == 1


def test_nothing_is_raised_on_the_day_of_the_last_trade(people: People) -> None:
    assert watch_inactivity(people.trader, now=datetime(2024, 1, 9, 12, tzinfo=UTC)) == ()


@pytest.fixture
def keyless_system() -> Iterator[None]:
    with no_keyring():
        yield


@pytest.mark.usefixtures("keyless_system")
def test_key_under_a_passphrase_waits_for_a_person_and_one_in_the_environment_is_taken(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRADESENSE_KEY_PASSPHRASE", raising=False)
    make_key(people.superadmin, passphrase=PASSPHRASE)
    directory = people.nobody.directory
    people.nobody.close()

    again = open_workspace(directory)
    try:
        handle = again.acting_as(people.superadmin.actor)
        settle_in(handle, unwatched)
        assert read_key_status(handle).state is KeyState.LOCKED
        monkeypatch.setenv("TRADESENSE_KEY_PASSPHRASE", PASSPHRASE)
        settle_in(handle, unwatched)
        assert read_key_status(handle).state is KeyState.OPEN
    finally:
        again.close()
