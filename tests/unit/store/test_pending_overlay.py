"""What is pending, laid over the replica: whose base is what stands there, in order, never for good."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.firm_workspaces import Challenges, firm_workspace, ops_of, replica_rows, rows_of, with_challenges
from tests.people import id_of
from tradesense_desktop.domain.commands import AddNote
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.captured_changes import read_standing
from tradesense_desktop.store.outbox import open_outbox
from tradesense_desktop.store.pending_overlay import lay_pending, lay_rows
from tradesense_desktop.store.pending_write import DoneByServer, PendingCommand
from tradesense_desktop.store.transaction import Transaction

NOTHING = PendingCommand(command_id=str(uuid4()), kind="AddNote", title="Nothing", recipe={})


def note(workspace: Workspace, challenge_id: str) -> None:
    run_command(
        workspace,
        AddNote(
            command_id=str(uuid4()),
            actor_id=id_of(workspace),
            issued_at=datetime.now(UTC),
            challenge_id=challenge_id,
            text="seen",
        ),
    )


class _Undone(Exception):
    """Takes back what a test did to a replica."""


def laid(workspace: Workspace, challenge_id: str | None, before_id: int | None = None) -> tuple[int, ...]:
    found: list[tuple[int, ...]] = []

    def change(transaction: Transaction) -> None:
        found.append(
            lay_pending(transaction, workspace.directory, challenge_id, command_id=str(uuid4()), before_id=before_id)
        )
        raise _Undone

    with pytest.raises(_Undone):
        workspace.write(change, Acting(Authority.PULL))
    return found[0]


def brought_by_a_pull(workspace: Workspace, op_id: int) -> None:
    """Write the rows of an op to the replica as a pull would."""
    with open_outbox(workspace.directory) as outbox:
        rows = outbox.read_rows(op_id)

    def change(transaction: Transaction) -> None:
        transaction.driver.execute("UPDATE main.replica_apply SET active = 1")
        lay_rows(transaction, {table: held for table, held in rows.items() if table != "command_results"})
        transaction.driver.execute("UPDATE main.replica_apply SET active = 0")

    workspace.write(change, Acting(Authority.PULL))


def test_only_what_touches_the_challenge_is_laid(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        for challenge_id in (challenges.traded, challenges.idle, challenges.traded):
            note(admin, challenge_id)
        first, other, second = (op.id for op in ops_of(admin))

        assert laid(admin, challenges.traded) == (first, second)
        assert laid(admin, challenges.idle) == (other,)
        assert laid(admin, None) == (first, other, second)
        assert laid(admin, challenges.traded, before_id=second) == (first,)


def test_what_a_pull_has_brought_is_not_laid_again_and_the_next_one_is(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        note(admin, challenges.traded)
        note(admin, challenges.traded)
        first, second = (op.id for op in ops_of(admin))
        brought_by_a_pull(admin, first)

        assert laid(admin, challenges.traded) == (second,)


def test_what_somebody_overtook_is_left_out_with_what_rests_on_it(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        note(admin, challenges.traded)
        note(admin, challenges.traded)
        overtaken, _ = ops_of(admin)
        with open_outbox(admin.directory) as outbox:
            rows = outbox.read_rows(overtaken.id)
            outbox._own.execute("UPDATE ops SET state = 'discarded' WHERE id = ?", (overtaken.id,))
        assert rows["challenge_events"]

        # The second note rests on the first one's event, which is nowhere now.
        assert laid(admin, challenges.traded) == ()
        note(admin, challenges.traded)
        assert len(ops_of(admin)) == 2


def test_base_is_what_stood_there_with_all_that_was_pending(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        with admin.reading() as reading:
            standing = read_standing(reading, challenges.traded)
        note(admin, challenges.traded)
        note(admin, challenges.traded)
        first, second = ops_of(admin)
        with open_outbox(admin.directory) as outbox:
            (event,) = outbox.read_rows(first.id)["challenge_events"]

        assert first.base == standing
        assert second.base is not None
        assert (second.base.sequence_number, second.base.hash) == (event["sequence_number"], event["hash"])


def test_change_without_a_command_is_done_by_the_server(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        before = replica_rows(admin)
        for statement in (
            "UPDATE challenges SET archived_at = '2026-01-01 00:00:00'",
            "UPDATE settings SET value = '1'",
            "DELETE FROM temp.captured",
            "UPDATE replica_apply SET active = 1",
            "UPDATE users SET status = 'SUSPENDED'",
        ):
            with pytest.raises(DoneByServer, match="done on the firm's server"):
                admin.write(lambda transaction, sql=statement: transaction.core.execute(text(sql)))

        assert replica_rows(admin) == before
        assert challenges.traded


def test_session_is_the_device_s_own(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w") as (admin, _):
        own = f"UPDATE sessions SET last_seen_at = expires_at WHERE user_id = '{id_of(admin)}'"

        changed = admin.write(lambda transaction: transaction.core.execute(text(own)).rowcount)

        assert changed == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO temp.captured (of_table, row_id) VALUES ('trades', 1)",
        "DELETE FROM temp.captured",
        "UPDATE temp.acting SET authority = 'PULL'",
        "UPDATE replica_apply SET active = 1",
        "UPDATE users SET role = 'SUPERADMIN'",
        "DROP TRIGGER temp.capture_trades_insert",
    ],
)
def test_pending_command_cannot_reach_what_notes_it(tmp_path: Path, statement: str) -> None:
    with firm_workspace(tmp_path / "w") as (admin, _):
        with pytest.raises((DoneByServer, DBAPIError)):
            admin.write(lambda transaction: transaction.core.execute(text(statement)), pending=NOTHING)

        assert ops_of(admin) == ()


def test_authority_of_a_pull_ends_with_it(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        note(admin, challenges.traded)
        laid(admin, None)
        note(admin, challenges.traded)

        with pytest.raises(DoneByServer):
            admin.write(lambda transaction: transaction.core.execute(text("UPDATE replica_apply SET active = 1")))
        assert len(ops_of(admin)) == 2


def test_refused_command_leaves_neither_an_op_nor_a_row(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        before = replica_rows(admin)

        def change(transaction: Transaction) -> None:
            transaction.core.execute(text("UPDATE challenges SET archived_at = '2026-01-01 00:00:00'"))
            raise _Undone

        with pytest.raises(_Undone):
            admin.write(change, pending=NOTHING)

        assert (ops_of(admin), replica_rows(admin)) == ((), before)
        assert isinstance(challenges, Challenges)


def test_nobody_who_has_not_signed_in_has_a_pending_command(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w") as (admin, _), pytest.raises(DoneByServer):
        admin.acting_as(None).write(rows_of, pending=NOTHING)
