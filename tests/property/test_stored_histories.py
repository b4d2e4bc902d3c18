"""What the store gives back is what the domain handed over, whatever is done in whatever order."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy import text

from tests.property.challenge_histories import (
    BEGINNING,
    CHALLENGE,
    OWNER,
    Step,
    attempt,
    create,
    new_execution,
    rules,
    steps,
)
from tests.unguarded import undone_transaction
from tradesense_desktop.domain.challenge import Challenge, rebuilt_columns
from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.domain.replay import Replayer
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.event_log import read_events_page, read_head, stream_events
from tradesense_desktop.store.ledger_pages import count_trades, read_ledger_page
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.workspace import open_workspace


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the owner of the histories in it; each example leaves it as it was."""
    with open_workspace(tmp_path_factory.mktemp("histories") / "workspace") as opened:
        opened.write(
            lambda transaction: transaction.core.execute(
                text("INSERT INTO users (id, email, password_hash) VALUES (:id, 'trader@example.com', '!')"),
                {"id": OWNER},
            ),
            Acting(Authority.SET_UP),
        )
        return opened.path


def _record(
    transaction: Transaction, rules_config: dict[str, Any], history: list[Step], rows_a_command: int
) -> Challenge:
    """The history, recorded with so many steps a command; the row as the domain last said it."""
    new_id = UuidSource(1_790_000_000_000, lambda bits: (1 << bits) // 3)
    execution = new_execution(None, 0, new_id)
    create(execution, rules_config)
    recorder = Recorder.of_new(transaction, execution.snapshot())
    at = BEGINNING
    for number, step in enumerate(history, 1):
        at += timedelta(seconds=step.after)
        try:
            attempt(execution, step, at, number)
        except DomainError:
            continue
        finally:
            recorder.append(execution.drain())
            if number % rows_a_command == 0:
                recorder.finish(execution.snapshot())
                stored = read_challenge(transaction, CHALLENGE)
                recorder = Recorder.of_known(transaction, stored)
                execution = new_execution(stored, recorder.last_sequence_number, new_id)
    recorder.append(execution.drain())
    last = execution.snapshot()
    recorder.finish(last)
    return last


def _check(reading: Reading, last: Challenge) -> None:
    stored = read_challenge(reading, CHALLENGE)
    assert replace(stored, updated_at=last.updated_at, version=last.version) == last
    replayer = Replayer()
    equities = []
    for event in stream_events(reading, CHALLENGE):
        replayer.apply(event.event_type, event.event_data, challenge_id=CHALLENGE, recorded_at=event.recorded_at)
        if event.event_type == "TRADE_EXECUTED":
            equities.append(replayer.state.current_equity)
    assert rebuilt_columns(replayer.challenge()) == rebuilt_columns(stored)
    assert count_trades(reading, CHALLENGE) == stored.total_trades == len(equities)
    page = read_ledger_page(reading, CHALLENGE, range(1, stored.total_trades + 1))
    assert [row.equity for row in page] == equities
    assert sum((row.realized_pnl for row in page), start=stored.total_pnl * 0) == stored.total_pnl


@settings(max_examples=60, deadline=None)
@given(rules, steps)
def test_history_is_stored_as_the_domain_says(store: Path, rules_config: dict[str, Any], history: list[Step]) -> None:
    with undone_transaction(store) as transaction:
        _check(transaction, _record(transaction, rules_config, history, rows_a_command=1))


@settings(max_examples=40, deadline=None)
@given(rules, steps)
def test_bulk_stores_what_one_by_one_stores(store: Path, rules_config: dict[str, Any], history: list[Step]) -> None:
    stored: list[tuple[object, ...]] = []

    for rows_a_command in (1, 1_000):
        with undone_transaction(store) as transaction:
            _check(transaction, _record(transaction, rules_config, history, rows_a_command))
            head = read_head(transaction, CHALLENGE)
            events = read_events_page(transaction, CHALLENGE, 1, head.sequence_number)
            row = rebuilt_columns(read_challenge(transaction, CHALLENGE))
            stored.append((row, [(event.event_type, event.description, event.occurred_at) for event in events]))

    assert stored[0] == stored[1]
