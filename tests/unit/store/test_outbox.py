"""The outbox of a firm's workspace: what stands in it is durable, in order, and vanishes never."""

import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from keyring.backends.fail import Keyring as NoKeyring

from tests.firm_workspaces import EPOCH
from tests.keyrings import MemoryKeyring, keyring_of_the_system
from tradesense_desktop.store.confirmed_ops import confirm_applied, hold_unknown, list_applied, list_command_ids
from tradesense_desktop.store.device_key import (
    KEY_NAME,
    DeviceKeyDamaged,
    RequestSigner,
    ensure_public_key,
    sign,
)
from tradesense_desktop.store.firm_binding import read_binding
from tradesense_desktop.store.outbox import (
    Base,
    ComputedRows,
    NewOp,
    OpState,
    OpUnknown,
    Outbox,
    open_outbox,
)

CHALLENGE = "0192f0c1-5b7e-7a11-8c3d-4e5f60718293"
BASE = Base(version=3, sequence_number=7, hash="ab" * 32)


def new_op(challenge_id: str | None = CHALLENGE, **changes: object) -> NewOp:
    computed = ComputedRows(
        kind="AddNote",
        challenge_id=challenge_id,
        base=BASE if challenge_id else None,
        rows={
            "command_results": [{"id": "r", "result": {}}],
            "risk_alerts": [{"id": "a1"}],
            "payments": [{"id": "p1"}],
        },
    )
    values: dict[str, object] = {
        "command_id": str(uuid4()),
        "title": "Write a note",
        "actor_id": str(uuid4()),
        "issued_at": datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
        "about_id": challenge_id,
        "recipe": {"v": 1, "what": "AddNote", "given": {"text": "ä"}},
        "attachment": b"\0file",
        "computed": computed,
    }
    return NewOp(**{**values, **changes})  # type: ignore[arg-type]


def test_op_comes_back_as_it_was_put_in(tmp_path: Path) -> None:
    wanted = new_op()
    with open_outbox(tmp_path) as outbox:
        op_id = outbox.append(wanted)

    with open_outbox(tmp_path) as outbox:
        op = outbox.read_op(op_id)
        assert outbox.read_recipe(op_id) == (wanted.recipe, wanted.attachment)
        assert outbox.read_rows(op_id) == wanted.computed.rows
    assert (op.command_id, op.title, op.kind) == (wanted.command_id, "Write a note", "AddNote")
    assert (op.state, op.base, op.issued_at) == (OpState.QUEUED, BASE, wanted.issued_at)
    assert op.touched == ("a1", "p1")
    assert (op.op_no, op.epoch, op.is_stale, op.reason) == (None, None, False, "")


def test_file_of_the_device_is_closed_to_others(tmp_path: Path) -> None:
    with open_outbox(tmp_path) as outbox:
        outbox.append(new_op())

    assert stat.S_IMODE((tmp_path / "device.sqlite").stat().st_mode) == 0o600


def test_what_raises_within_leaves_the_outbox_as_it_was(tmp_path: Path) -> None:
    with open_outbox(tmp_path) as outbox:
        outbox.append(new_op())

    def fail() -> None:
        with open_outbox(tmp_path) as outbox:
            outbox.append(new_op())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with open_outbox(tmp_path) as outbox:
        assert len(outbox.list_ops()) == 1


def test_op_that_was_put_in_survives_the_process_that_dies_at_once(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from tests.unit.store.test_outbox import new_op;"
        " from tradesense_desktop.store.outbox import open_outbox\n"
        "with open_outbox(Path(sys.argv[1])) as outbox:\n    outbox.append(new_op())\n"
        "with open_outbox(Path(sys.argv[1])) as outbox:\n    outbox.append(new_op())\n    os._exit(9)"
    )

    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)

    assert ended.returncode == 9
    with open_outbox(tmp_path) as outbox:
        assert len(outbox.list_ops()) == 1


def test_sent_op_keeps_its_number_and_bytes_until_they_are_taken_back(tmp_path: Path) -> None:
    with open_outbox(tmp_path) as outbox:
        op_id = outbox.append(new_op())
        outbox.send(op_id, op_no=4, epoch=EPOCH, request="{…}", signature="00")
    with open_outbox(tmp_path) as outbox:
        sent = outbox.read_op(op_id)
        assert (sent.state, sent.op_no, sent.epoch) == (OpState.SENT, 4, EPOCH)
        assert outbox.read_request(op_id) == ("{…}", "00")
        outbox.unsend(op_id)
        assert outbox.read_op(op_id).op_no is None


def test_op_with_new_rows_stands_at_its_place_in_the_queue(tmp_path: Path) -> None:
    other = Base(version=9, sequence_number=9, hash="cd" * 32)
    with open_outbox(tmp_path) as outbox:
        first, second = outbox.append(new_op()), outbox.append(new_op())
        outbox.mark_stale(first, is_counted=True)
        outbox.replace(first, ComputedRows(kind="AddNote", challenge_id=CHALLENGE, base=other, rows={}))
        ops = outbox.list_ops()

    assert [op.id for op in ops] == [first, second]
    assert (ops[0].base, ops[0].is_stale, ops[0].stale_count) == (other, False, 1)


def test_number_after_the_last_verdict_is_counted_per_epoch(tmp_path: Path) -> None:
    with open_outbox(tmp_path) as outbox:
        assert outbox.last_op_no(EPOCH) == 0
        outbox.set_last_op_no(EPOCH, 12)
        assert outbox.last_op_no(EPOCH) == 12
        assert outbox.last_op_no("another") == 0


def test_what_a_pull_has_brought_goes_and_leaves_the_result_of_its_command(tmp_path: Path) -> None:
    op = new_op()
    with open_outbox(tmp_path) as outbox:
        applied, later = outbox.append(op), outbox.append(new_op())
        outbox.move(applied, OpState.APPLIED)
    ids = list_applied(tmp_path)
    with open_outbox(tmp_path) as outbox:
        outbox.move(later, OpState.APPLIED)

    confirm_applied(tmp_path, ids)
    confirm_applied(tmp_path, ids)

    with open_outbox(tmp_path) as outbox:
        assert outbox.read_op(applied).state is OpState.CONFIRMED
        assert outbox.read_op(later).state is OpState.APPLIED
        assert outbox.read_rows(applied) == {}
        assert outbox.find_results(op.command_id) == [{"id": "r", "result": {}}]


def test_after_a_restore_what_the_server_does_not_know_waits_for_a_click(tmp_path: Path) -> None:
    kept, lost, sent, queued = new_op(), new_op(), new_op(), new_op()
    with open_outbox(tmp_path) as outbox:
        ids = [outbox.append(each) for each in (kept, lost, sent, queued)]
        outbox.finish(ids[0], OpState.CONFIRMED)
        outbox.finish(ids[1], OpState.CONFIRMED)
        outbox.send(ids[2], op_no=3, epoch=EPOCH, request="{}", signature="00")
    assert list_command_ids(tmp_path) == {kept.command_id, lost.command_id, sent.command_id}

    assert hold_unknown(tmp_path, frozenset({kept.command_id})) == 2

    with open_outbox(tmp_path) as outbox:
        states = [outbox.read_op(each).state for each in ids]
        held = outbox.read_op(ids[1])
    assert states == [OpState.CONFIRMED, OpState.HELD, OpState.HELD, OpState.QUEUED]
    assert "set back to an earlier state" in held.reason


def test_sent_op_that_the_restored_server_knows_waits_for_the_pull(tmp_path: Path) -> None:
    op = new_op()
    with open_outbox(tmp_path) as outbox:
        op_id = outbox.append(op)
        outbox.send(op_id, op_no=1, epoch=EPOCH, request="{}", signature="00")

    assert hold_unknown(tmp_path, frozenset({op.command_id})) == 0

    assert list_applied(tmp_path) == (op_id,)


@pytest.mark.parametrize("ask", [Outbox.read_op, Outbox.read_rows, Outbox.read_recipe])
def test_op_that_there_is_not_is_said_in_a_sentence(tmp_path: Path, ask: object) -> None:
    with open_outbox(tmp_path) as outbox, pytest.raises(OpUnknown, match="no pending or refused command 77"):
        ask(outbox, 77)  # type: ignore[operator]


def test_folder_without_a_device_file_is_bound_to_no_firm_and_stays_empty(tmp_path: Path) -> None:
    assert read_binding(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_request_is_signed_by_the_key_in_the_keyring(tmp_path: Path) -> None:
    ring = MemoryKeyring()
    with keyring_of_the_system(ring):
        public = ensure_public_key(tmp_path)
        signature = sign(tmp_path, b"request")
        assert ensure_public_key(tmp_path) == public

    Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), b"request")
    assert not (tmp_path / KEY_NAME).exists()
    assert len(ring.entries) == 1


def test_without_a_keyring_the_key_is_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    with keyring_of_the_system(NoKeyring()):  # type: ignore[no-untyped-call]
        public = ensure_public_key(tmp_path)
        signature = RequestSigner(tmp_path).sign(b"request")

    Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), b"request")
    assert stat.S_IMODE((tmp_path / KEY_NAME).stat().st_mode) == 0o600


def test_key_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / KEY_NAME).write_text("not a key")

    with pytest.raises(DeviceKeyDamaged):
        ensure_public_key(tmp_path)


def test_nothing_signs_before_there_is_a_key(tmp_path: Path) -> None:
    with keyring_of_the_system(NoKeyring()), pytest.raises(DeviceKeyDamaged):  # type: ignore[no-untyped-call]
        RequestSigner(tmp_path)
