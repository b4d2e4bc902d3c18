"""Commands computed anew without a server: stale ones, refused ones, held ones; and what a person sees of them."""

import json
import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as NoKeyring

from tests.firm_workspaces import Challenges, firm_workspace, ops_of, replica_rows, with_challenges
from tests.keyrings import keyring_of_the_system
from tests.unit.services.test_pending_commands import STEPS, Desk, laid_rows
from tradesense_desktop.services.errors import Refused, SignedOut
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.push_commands import recompute_stale
from tradesense_desktop.services.read_pending import count_pending, pending_by_challenge, read_pending
from tradesense_desktop.services.repeat_command import recompute
from tradesense_desktop.services.resolve_refused import discard, do_again, export_refused
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.confirmed_ops import hold_unknown
from tradesense_desktop.store.outbox import OpState, open_outbox
from tradesense_desktop.store.transaction import Transaction

Firm = tuple[Workspace, Challenges, Desk]


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        yield admin, challenges, Desk(admin, tmp_path, challenges)


def every_op(workspace: Workspace) -> list[OpState]:
    return [op.state for op in ops_of(workspace, *OpState)]


def refuse(workspace: Workspace, op_id: int, reason: str = "The server said no.") -> None:
    with open_outbox(workspace.directory) as outbox:
        outbox.move(op_id, OpState.REJECTED, code="state", detail={"reason": reason})


def ended_elsewhere(workspace: Workspace, challenge_id: str) -> None:
    """Somebody else has ended the challenge, and a pull has brought it."""

    def change(transaction: Transaction) -> None:
        transaction.driver.execute("UPDATE main.replica_apply SET active = 1")
        transaction.driver.execute(
            "UPDATE challenges SET status = 'FAILED', ended_at = updated_at, failure_reason = 'By hand',"
            " version = version + 1 WHERE id = ?",
            (challenge_id,),
        )
        transaction.driver.execute("UPDATE main.replica_apply SET active = 0")

    workspace.write(change, Acting(Authority.PULL))


@pytest.mark.parametrize("name", sorted(set(STEPS) - {"move", "refund"}))
def test_command_computed_anew_on_the_same_state_comes_to_the_same(firm: Firm, name: str) -> None:
    admin, challenges, desk = firm
    done = False
    for challenge_id in challenges.ids:
        desk.challenge_id = challenge_id
        try:
            STEPS["approve" if name == "next phase" else name](desk)
            STEPS[name](desk) if name == "next phase" else None
        except Refused:
            continue
        if not ops_of(admin):
            continue
        done = True
        op = ops_of(admin)[-1]
        with open_outbox(admin.directory) as outbox:
            before = outbox.read_rows(op.id)
        recompute(admin, op.id)
        again = ops_of(admin)[-1]
        with open_outbox(admin.directory) as outbox:
            after = outbox.read_rows(op.id)
        assert (again.id, again.command_id, again.kind) == (op.id, op.command_id, op.kind)
        assert again.base == op.base
        assert {table: len(rows) for table, rows in after.items()} == {t: len(rows) for t, rows in before.items()}

    assert done
    assert laid_rows(admin)


def test_stale_op_is_computed_on_what_is_there_now_and_those_behind_it_too(firm: Firm) -> None:
    admin, challenges, desk = firm
    STEPS["note"](desk)
    STEPS["alert"](desk)
    first, second = ops_of(admin)
    ended_elsewhere(admin, challenges.traded)
    with open_outbox(admin.directory) as outbox:
        outbox.mark_stale(first.id, is_counted=True)
        outbox.mark_stale(second.id, is_counted=False)

    recompute_stale(admin)

    now = ops_of(admin)
    assert [op.is_stale for op in now] == [False, False]
    assert now[0].base is not None
    assert first.base is not None
    assert now[0].base.version == first.base.version + 1
    assert now[1].base is not None
    assert now[1].base.sequence_number == now[0].base.sequence_number + 1


def test_refusal_on_the_new_state_becomes_the_rejection_and_blocks_nothing(firm: Firm) -> None:
    admin, challenges, desk = firm
    STEPS["trade"](desk)
    ended_elsewhere(admin, challenges.traded)
    desk.challenge_id = challenges.idle
    STEPS["note"](desk)
    trade, note = ops_of(admin)
    with open_outbox(admin.directory) as outbox:
        outbox.mark_stale(trade.id, is_counted=True)
        outbox.mark_stale(note.id, is_counted=False)

    recompute_stale(admin)

    assert every_op(admin) == [OpState.REJECTED, OpState.QUEUED]
    (refused,) = [view for view in read_pending(admin) if view.state == "rejected"]
    assert refused.code == "refused"
    assert refused.reason
    assert refused.server_row.startswith("Challenge FAILED")


def test_what_cannot_be_tried_waits_as_it_is(firm: Firm) -> None:
    admin, _, desk = firm
    STEPS["note"](desk)
    (op,) = ops_of(admin)
    with open_outbox(admin.directory) as outbox:
        outbox.mark_stale(op.id, is_counted=True)
    admin.write(
        lambda transaction: transaction.driver.execute(
            "UPDATE sessions SET ended_at = started_at WHERE user_id = ?", (op.actor_id,)
        )
    )

    with pytest.raises(SignedOut):
        recompute_stale(admin)

    assert [each.is_stale for each in ops_of(admin)] == [True]


def test_counts_tell_what_waits_and_what_was_refused(firm: Firm) -> None:
    admin, challenges, desk = firm
    STEPS["note"](desk)
    STEPS["alert"](desk)
    desk.challenge_id = challenges.idle
    STEPS["note"](desk)
    refuse(admin, ops_of(admin)[0].id)

    counts = count_pending(admin)

    assert (counts.pending, counts.refused) == (2, 1)
    assert pending_by_challenge(admin) == {challenges.traded: 1, challenges.idle: 1}
    alert = read_pending(admin)[1]
    assert len(alert.touches) == 1
    assert alert.touches[0] in {row["id"] for row in desk.seen.rows["risk_alerts"]} | set(alert.touches)


def test_refused_command_done_again_is_a_new_one_and_the_old_one_stays_in_the_history(firm: Firm) -> None:
    admin, _, desk = firm
    STEPS["paid"](desk)
    (old,) = ops_of(admin)
    refuse(admin, old.id)

    do_again(admin, old.id)

    (new,) = ops_of(admin)
    assert every_op(admin) == [OpState.DONE_AGAIN, OpState.QUEUED]
    assert new.command_id != old.command_id
    assert new.issued_at > old.issued_at


def test_refused_command_that_is_refused_again_stays_as_it_was(firm: Firm) -> None:
    admin, challenges, desk = firm
    STEPS["trade"](desk)
    (op,) = ops_of(admin)
    refuse(admin, op.id)
    ended_elsewhere(admin, challenges.traded)

    with pytest.raises(Refused):
        do_again(admin, op.id)

    assert every_op(admin) == [OpState.REJECTED]
    assert read_pending(admin)[0].reason == "The server said no."


def test_held_command_goes_out_under_its_own_id(firm: Firm) -> None:
    admin, _, desk = firm
    STEPS["note"](desk)
    (op,) = ops_of(admin)
    with open_outbox(admin.directory) as outbox:
        outbox.finish(op.id, OpState.CONFIRMED)
    hold_unknown(admin.directory, frozenset())
    assert count_pending(admin).refused == 1

    do_again(admin, op.id)

    (again,) = ops_of(admin)
    assert (again.state, again.command_id, again.base) == (OpState.QUEUED, op.command_id, op.base)
    assert again.reason == ""


def test_discarded_command_stays_in_the_history(firm: Firm) -> None:
    admin, _, desk = firm
    STEPS["note"](desk)
    (op,) = ops_of(admin)
    with pytest.raises(Refused, match="was not refused"):
        discard(admin, op.id)
    refuse(admin, op.id)

    discard(admin, op.id)

    assert every_op(admin) == [OpState.DISCARDED]
    assert read_pending(admin) == ()
    assert laid_rows(admin) == replica_rows(admin)


def test_export_for_support_holds_the_command_and_no_secret(firm: Firm, tmp_path: Path) -> None:
    admin, _, desk = firm
    STEPS["import"](desk)
    (op,) = ops_of(admin)
    refuse(admin, op.id)
    path = tmp_path / "refused.json"

    export_refused(admin, op.id, path)

    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["detail"] == {"reason": "The server said no."}
    assert document["rows"]["import_history"]
    assert not {"signature", "attachment", "recipe", "request"} & set(document)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Refused, match="cannot be written"):
        export_refused(admin, op.id, path)


def test_challenge_that_waits_can_be_worked_with_before_the_server_has_it(firm: Firm) -> None:
    admin, challenges, desk = firm
    opened = open_challenge(admin, preset="tradesense", initial_balance=Decimal(5000), owner_id=challenges.owner_id)
    desk.challenge_id = opened.id
    for name in ("trade", "note"):
        STEPS[name](desk)

    assert [op.kind for op in ops_of(admin)] == ["CreateChallenge", "ExecuteTrade", "AddNote"]
    assert {op.challenge_id for op in ops_of(admin)} == {opened.id}
    assert opened.id not in {row["id"] for row in replica_rows(admin)["challenges"]}


def test_outbox_of_a_workspace_that_is_encrypted_as_a_whole_is_encrypted_too(tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    with keyring_of_the_system(NoKeyring()):  # type: ignore[no-untyped-call]
        with firm_workspace(
            tmp_path / "w",
            prepare=with_challenges(tmp_path),
            encrypted=True,
            passphrase="a quiet harbour at dawn",
        ) as (admin, challenges):
            desk = Desk(admin, tmp_path, challenges)
            STEPS["note"](desk)
            STEPS["note"](desk)

            assert len(ops_of(admin)) == 2
            for path in (tmp_path / "w").iterdir():
                assert b"so far" not in path.read_bytes(), path.name
        assert (tmp_path / "w" / "outbox.sqlite").exists()
