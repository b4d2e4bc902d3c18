"""Challenges opened before there is a statement: how they begin, and what binds them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.histories import history, imported, written
from tests.people import People, id_of, workspace_with_people
from tests.unit.services.test_run_command import trade
from tradesense_desktop.domain.commands import CreateChallenge, ExecuteTrade
from tradesense_desktop.domain.payment import PaymentStatus
from tradesense_desktop.services.change_payment import change_payment_status
from tradesense_desktop.services.errors import NotAllowed, NotSignedIn, Refused
from tradesense_desktop.services.import_statement import ImportRequest
from tradesense_desktop.services.open_challenge import create_challenge, open_challenge, start_challenge
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.opening_terms import APPROVALS_SETTING
from tradesense_desktop.services.presets import preset_named
from tradesense_desktop.services.preview_import import preview_import
from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.record_payment import record_payment
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.errors import ActorGone
from tradesense_desktop.store.workspace_settings import write_setting

BALANCE = Decimal(10000)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace without accounts."""
    with open_workspace(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "firm") as found:
        yield found


def opened(workspace: Workspace, preset: str = "tradesense", currency: str = "EUR") -> str:
    return open_challenge(workspace, preset=preset, initial_balance=BALANCE, currency=currency).id


def test_challenge_is_opened_as_pending_under_its_preset(workspace: Workspace) -> None:
    challenge = open_challenge(workspace, preset="ftmo_2_step", initial_balance=Decimal(100000), currency="eur")

    (event,) = read_all_events(workspace, challenge.id)
    assert event.event_type == "CHALLENGE_CREATED"
    assert (challenge.status, challenge.started_at, challenge.currency) == ("PENDING", None, "EUR")
    assert challenge.rules_config["preset"] == "ftmo_2_step"
    assert {"source", "server_zone", "payment_required", "approvals"}.isdisjoint(challenge.rules_config)
    assert replay_challenge(workspace, challenge.id).equals_stored is True


def test_pending_challenge_is_started_once(workspace: Workspace) -> None:
    challenge_id = opened(workspace)

    started = start_challenge(workspace, challenge_id)

    assert started.status == "ACTIVE"
    with pytest.raises(Refused, match="started at"):
        start_challenge(workspace, challenge_id)
    assert replay_challenge(workspace, challenge_id).equals_stored is True


@pytest.mark.parametrize(
    ("preset", "balance", "currency", "words"),
    [
        ("nobody", "10000", "USD", "no preset “nobody”"),
        ("tradesense", "0", "USD", "initial balance has to be above 0"),
        ("tradesense", "10000", "DOLLARS", "three to five capital letters"),
        ("topstep", "12345", "USD", "rules for accounts of"),
    ],
)
def test_terms_under_which_nothing_can_be_opened_are_refused(
    workspace: Workspace, preset: str, balance: str, currency: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        open_challenge(workspace, preset=preset, initial_balance=Decimal(balance), currency=currency)
    assert read_challenges(workspace) == ()


def test_only_a_trader_opens_a_challenge_and_starts_the_own(people: People) -> None:
    challenge_id = opened(people.trader)

    for handle in (people.auditor, people.admin, people.superadmin):
        with pytest.raises(NotAllowed):
            opened(handle)
        with pytest.raises(NotAllowed):
            start_challenge(handle, challenge_id)
    with pytest.raises(Refused, match="no challenge"):
        start_challenge(people.other, challenge_id)
    with pytest.raises(NotSignedIn):
        opened(people.nobody)


def test_command_to_create_is_carried_out_once(workspace: Workspace) -> None:
    assert workspace.actor is not None
    command = CreateChallenge(
        command_id=str(uuid4()),
        actor_id=workspace.actor.user_id,
        issued_at=datetime.now(UTC),
        user_id=workspace.actor.user_id,
        challenge_type="Mine",
        initial_balance=BALANCE,
        currency="EUR",
        terms=preset_named("tradesense").terms(BALANCE),
    )

    first = workspace.write(lambda transaction: create_challenge(transaction, workspace, command))
    second = workspace.write(lambda transaction: create_challenge(transaction, workspace, command))

    assert first == second
    assert len(read_challenges(workspace)) == 1


def test_command_to_create_is_for_whoever_acts_and_for_themselves(people: People) -> None:
    def command(actor: Workspace, owner: Workspace) -> CreateChallenge:
        return CreateChallenge(
            command_id=str(uuid4()),
            actor_id=id_of(actor),
            issued_at=datetime.now(UTC),
            user_id=id_of(owner),
            challenge_type="Mine",
            initial_balance=BALANCE,
            currency="EUR",
            terms=preset_named("tradesense").terms(BALANCE),
        )

    for_another = command(people.trader, people.other)
    by_another = command(people.other, people.other)
    by_staff = command(people.admin, people.admin)

    with pytest.raises(NotAllowed):
        people.trader.write(lambda transaction: create_challenge(transaction, people.trader, for_another))
    with pytest.raises(ActorGone):
        people.trader.write(lambda transaction: create_challenge(transaction, people.trader, by_another))
    with pytest.raises(NotAllowed):
        people.admin.write(lambda transaction: create_challenge(transaction, people.admin, by_staff))
    assert read_challenges(people.auditor) == ()


# A payment that is asked for


def test_unpaid_challenge_does_not_begin_in_any_way(people: People, tmp_path: Path) -> None:
    challenge = open_challenge(
        people.trader, preset="tradesense", initial_balance=BALANCE, currency="EUR", is_payment_required=True
    )
    events = read_all_events(people.trader, challenge.id)
    single = ExecuteTrade(
        command_id=str(uuid4()),
        actor_id=id_of(people.trader),
        issued_at=datetime.now(UTC),
        challenge_id=challenge.id,
        trade=trade(1, "10.00"),
    )
    file = written(tmp_path, history("100.00"))

    with pytest.raises(Refused, match="has to be paid for before it begins"):
        start_challenge(people.trader, challenge.id)
    with pytest.raises(Refused, match="has to be paid for"):
        run_command(people.trader, single)
    with pytest.raises(Refused, match="has to be paid for"):
        imported(people.trader, file, challenge_id=challenge.id)
    preview = preview_import(people.trader, ImportRequest(path=file, challenge_id=challenge.id))
    assert preview.refusal is not None
    assert "has to be paid for" in preview.refusal
    assert read_all_events(people.trader, challenge.id) == events


def test_paid_challenge_has_begun_and_takes_trades_and_a_refund_does_not_undo_that(people: People) -> None:
    challenge = open_challenge(
        people.trader, preset="tradesense", initial_balance=BALANCE, currency="EUR", is_payment_required=True
    )
    payment = record_payment(people.admin, challenge.id, amount=Decimal(99), currency="EUR").payment
    with pytest.raises(Refused, match="has to be paid for"):
        start_challenge(people.trader, challenge.id)
    paid = change_payment_status(people.admin, payment.id, PaymentStatus.SUCCESS)
    change_payment_status(people.admin, payment.id, PaymentStatus.REFUNDED)
    assert paid.payment.completed_at is not None
    single = ExecuteTrade(
        command_id=str(uuid4()),
        actor_id=id_of(people.trader),
        issued_at=datetime.now(UTC),
        challenge_id=challenge.id,
        trade=trade(1, "10.00", paid.payment.completed_at),
    )

    after = run_command(people.trader, single)

    assert (after.status, after.total_trades) == ("ACTIVE", 1)
    assert replay_challenge(people.trader, challenge.id).equals_stored is True


def test_workspace_where_nobody_could_record_a_payment_asks_for_none(workspace: Workspace) -> None:
    with pytest.raises(Refused, match="nobody could record the payment"):
        open_challenge(workspace, preset="tradesense", initial_balance=BALANCE, is_payment_required=True)


# The first statement


def test_first_statement_comes_into_the_opened_challenge_and_binds_it(workspace: Workspace, tmp_path: Path) -> None:
    challenge_id = opened(workspace)
    rules = read_challenge(workspace, challenge_id).summary.challenge.rules_config
    file = written(tmp_path, history("100.00"))

    first = imported(workspace, file, challenge_id=challenge_id, timezone="Europe/Helsinki")

    challenge = read_challenge(workspace, challenge_id).summary.challenge
    assert (first.trades_added, first.timezone, first.preset) == (1, "Europe/Helsinki", "tradesense")
    assert (challenge.status, challenge.started_at) == ("ACTIVE", datetime(2024, 1, 8, 23, 30, tzinfo=UTC))
    assert challenge.rules_config == rules
    assert read_challenge(workspace, challenge_id).server_zone == "Europe/Helsinki"
    assert replay_challenge(workspace, challenge_id).equals_stored is True

    longer = imported(
        workspace, written(tmp_path, history("100.00", "50.00"), "longer.html"), challenge_id=challenge_id
    )
    assert (longer.trades_added, longer.timezone) == (1, "Europe/Helsinki")
    with pytest.raises(Refused, match="are those of Europe/Helsinki; this import names UTC"):
        imported(workspace, file, challenge_id=challenge_id, timezone="UTC")
    another = written(tmp_path, history("100.00", "50.00", "1.00", account="777"), "another.html")
    with pytest.raises(Refused, match="holds rows of"):
        imported(workspace, another, challenge_id=challenge_id)


def test_later_statement_of_the_account_finds_the_challenge_that_the_first_one_bound(
    workspace: Workspace, tmp_path: Path
) -> None:
    challenge_id = opened(workspace)
    imported(workspace, written(tmp_path, history("100.00")), challenge_id=challenge_id)

    longer = imported(workspace, written(tmp_path, history("100.00", "50.00"), "longer.html"), preset="tradesense")

    assert (longer.challenge_id, longer.trades_added) == (challenge_id, 1)


def test_statement_of_another_size_is_refused_and_the_challenge_still_waits(
    workspace: Workspace, tmp_path: Path
) -> None:
    challenge = open_challenge(workspace, preset="tradesense", initial_balance=Decimal(50000), currency="EUR")

    with pytest.raises(Refused, match=r"begins with 50000\.00 EUR, the account of this file with 10000\.00"):
        imported(workspace, written(tmp_path, history("100.00")), challenge_id=challenge.id)

    assert read_challenge(workspace, challenge.id).summary.challenge.status == "PENDING"


# Approvals that the workspace asks for


@pytest.mark.parametrize(
    ("setting", "preset", "expected"),
    [
        (2, "tradesense", 2),
        (3, "tradesense", 3),
        (1, "tradesense", None),
        (None, "tradesense", None),
        (2, "journal", None),
    ],
)
def test_judged_challenge_keeps_the_approvals_that_held_when_it_was_opened(
    workspace: Workspace, tmp_path: Path, setting: int | None, preset: str, expected: int | None
) -> None:
    workspace.write(lambda transaction: write_setting(transaction, APPROVALS_SETTING, setting))

    by_hand = open_challenge(workspace, preset=preset, initial_balance=BALANCE)
    by_import = imported(workspace, written(tmp_path, history("100.00")), preset=preset)
    workspace.write(lambda transaction: write_setting(transaction, APPROVALS_SETTING, 5))

    assert by_import.challenge_id is not None
    for challenge_id in (by_hand.id, by_import.challenge_id):
        found = read_challenge(workspace, challenge_id).summary.challenge
        assert found.rules_config.get("approvals") == expected
        assert replay_challenge(workspace, challenge_id).equals_stored is True
