"""The audit log: one chain a person, one a device for what nobody signed in did."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.people import People, id_of, workspace_with_people
from tradesense_desktop.audit.hash_chain import leaf_hash
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.store.audit_log import AuditEntry, append_audit, list_audit_entries
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.workspace import Workspace


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


def append(handle: Workspace, count: int) -> None:
    def change(transaction: Transaction) -> None:
        for number in range(count):
            append_audit(transaction, AuditAction.EXPORTED, actor_id=id_of(handle), details={"number": number})

    handle.write(change)


def entries(people: People, stream: str) -> list[AuditEntry]:
    with people.auditor.reading() as reading:
        return sorted(list_audit_entries(reading, stream=stream, limit=100), key=lambda entry: entry.sequence_number)


def test_entries_of_a_person_are_one_chain_whoever_else_writes(people: People) -> None:
    append(people.trader, 2)
    append(people.admin, 3)
    append(people.trader, 1)

    chain = entries(people, id_of(people.trader))
    assert [entry.sequence_number for entry in chain] == [1, 2, 3]
    assert [entry.details["number"] for entry in chain] == [0, 1, 0]
    for before, after in pairwise(chain):
        assert after.previous_hash == before.hash


def test_hash_is_that_of_the_entry_as_the_specification_writes_it(people: People) -> None:
    append(people.trader, 1)

    (entry,) = entries(people, id_of(people.trader))
    body = {
        "action": entry.action,
        "actor_id": entry.actor_id,
        "details": dict(entry.details),
        "device_id": entry.device_id,
        "id": entry.id,
        "occurred_at": instant_text(entry.occurred_at),
        "previous_hash": entry.previous_hash,
        "recorded_at": instant_text(entry.recorded_at),
        "sequence_number": entry.sequence_number,
        "stream": entry.stream,
        "target_id": entry.target_id,
        "target_table": entry.target_table,
        "v": 1,
    }
    assert entry.hash == leaf_hash(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def test_what_nobody_signed_in_did_is_in_the_chain_of_the_device(people: People) -> None:
    people.nobody.write(
        lambda transaction: append_audit(transaction, AuditAction.SIGN_IN_REFUSED, actor_id=None),
        Acting(Authority.SIGN_IN),
    )

    with people.auditor.reading() as reading:
        (entry,) = [each for each in list_audit_entries(reading, stream=None, limit=10) if each.actor_id is None]
    assert entry.stream == f"device:{entry.device_id}"


@pytest.mark.parametrize("sql", ["UPDATE audit_log SET action = 'X'", "DELETE FROM audit_log"])
@pytest.mark.parametrize("name", ["trader", "auditor", "superadmin"])
def test_nobody_changes_an_entry(people: People, name: str, sql: str) -> None:
    append(people.of(name), 1)

    with pytest.raises(DatabaseError):
        people.of(name).write(lambda transaction: transaction.core.execute(text(sql)))


def test_newest_entries_come_first_and_no_more_than_asked_for(people: People) -> None:
    append(people.trader, 5)

    with people.auditor.reading() as reading:
        newest = list_audit_entries(reading, stream=None, limit=2)
    assert [entry.details["number"] for entry in newest] == [4, 3]
