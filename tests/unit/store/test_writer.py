"""Changes are made one after the other, whole or not at all, and somebody else's rivalry is waited out."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.unit.store.ledgers import create, create_challenge, fixed_uuid
from tradesense_desktop.domain.progress import Cancelled
from tradesense_desktop.store.challenges import list_challenges
from tradesense_desktop.store.errors import OptimisticLockLost, WorkspaceBusy
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.workspace import Workspace, open_workspace
from tradesense_desktop.store.writer import MOST_RETRIES

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


def _ids(workspace: Workspace) -> list[str]:
    with workspace.reading() as reading:
        return [challenge.id for challenge in list_challenges(reading)]


def test_result_of_a_change_is_handed_back(workspace: Workspace) -> None:
    assert workspace.write(lambda transaction: transaction.core.execute(text("SELECT 41 + 1")).scalar()) == 42


def test_exception_travels_and_takes_everything_back(workspace: Workspace) -> None:
    def change(transaction: Transaction) -> None:
        create(transaction, 1, count=20)
        raise ZeroDivisionError("after the rows")

    with pytest.raises(ZeroDivisionError, match="after the rows"):
        workspace.write(change)

    assert _ids(workspace) == []
    assert create_challenge(workspace, 1, count=20).total_trades == 20


def test_changes_are_made_in_the_order_in_which_they_were_sent(workspace: Workspace) -> None:
    order: list[int] = []
    futures = [workspace.submit(lambda _, number=number: order.append(number)) for number in range(50)]  # type: ignore[misc]
    for future in futures:
        future.result()

    assert order == list(range(50))


def test_all_changes_run_on_one_thread(workspace: Workspace) -> None:
    threads = {workspace.write(lambda _: threading.current_thread().name) for _ in range(5)}

    assert threads == {"workspace writer"}


def test_closing_finishes_what_was_sent(directory: Path) -> None:
    workspace = open_workspace(directory)
    future = workspace.submit(lambda transaction: create(transaction, 1, count=50))
    workspace.close()

    assert future.result(0).total_trades == 50
    with open_workspace(directory) as again:
        assert _ids(again) == [fixed_uuid(1)]


def test_change_that_was_cancelled_before_its_turn_is_not_made(workspace: Workspace) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(transaction: Transaction) -> bool:
        begun.set()
        return go_on.wait(10)

    first = workspace.submit(hold)
    second = workspace.submit(lambda transaction: create(transaction, 1))
    third = workspace.submit(lambda transaction: create(transaction, 2))
    assert begun.wait(10)

    assert not first.cancel()
    assert second.cancel()
    go_on.set()

    assert first.result()
    assert third.result().id == fixed_uuid(2)
    assert _ids(workspace) == [fixed_uuid(2)]


def test_change_cannot_wait_for_another_change(workspace: Workspace) -> None:
    with pytest.raises(RuntimeError, match="cannot wait"):
        workspace.write(lambda _: workspace.write(lambda _: None))


def test_lost_optimistic_lock_is_tried_again_from_the_beginning(workspace: Workspace) -> None:
    attempts: list[int] = []

    def change(transaction: Transaction) -> int:
        attempts.append(len(_stored(transaction)))
        create(transaction, len(attempts))
        if len(attempts) < 3:
            raise OptimisticLockLost(fixed_uuid(1), 1, 2)
        return len(attempts)

    assert workspace.write(change) == 3
    assert attempts == [0, 0, 0]
    assert _ids(workspace) == [fixed_uuid(3)]


def _stored(transaction: Transaction) -> tuple[object, ...]:
    return list_challenges(transaction)


def test_lock_that_is_lost_again_and_again_is_reported_after_five_retries(workspace: Workspace) -> None:
    attempts: list[int] = []

    def change(transaction: Transaction) -> None:
        attempts.append(1)
        raise OptimisticLockLost(fixed_uuid(1), 1, 2)

    with pytest.raises(OptimisticLockLost, match="changed by another window"):
        workspace.write(change)

    assert len(attempts) == 1 + MOST_RETRIES


def test_pauses_between_retries_grow_and_differ(directory: Path) -> None:
    with open_workspace(directory) as workspace:
        pauses: list[float] = []
        workspace._writer._pause = pauses.append

        def change(transaction: Transaction) -> None:
            raise OptimisticLockLost(fixed_uuid(1), 1, 2)

        for _ in range(2):
            with pytest.raises(OptimisticLockLost):
                workspace.write(change)

    assert len(pauses) == 2 * MOST_RETRIES
    assert len(set(pauses)) == len(pauses)
    for number, pause in enumerate(pauses):
        nominal = 0.02 * 2 ** (number % MOST_RETRIES)
        assert 0.5 * nominal <= pause <= 1.5 * nominal


def test_interrupted_wait_takes_the_change_back(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def change(transaction: Transaction) -> None:
        create(transaction, 1)
        begun.set()
        transaction.core.execute(ENDLESS)

    queue = workspace._writer._queue

    def queue_and_interrupt(item: object) -> object:
        queued = queue(item)  # type: ignore[arg-type]
        real = queued.outcome.result

        def interrupted(timeout: float | None = None) -> object:
            monkeypatch.setattr(queued.outcome, "result", real)
            assert begun.wait(10)
            raise KeyboardInterrupt

        monkeypatch.setattr(queued.outcome, "result", interrupted)
        return queued

    monkeypatch.setattr(workspace._writer, "_queue", queue_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        workspace.write(change)
    monkeypatch.undo()

    assert _ids(workspace) == []


def test_change_that_nobody_wants_any_more_is_not_committed_after_its_last_statement(workspace: Workspace) -> None:
    def change(transaction: Transaction) -> None:
        create(transaction, 1)
        transaction._stop.wanted = True

    with pytest.raises(Cancelled):
        workspace.write(change)

    assert _ids(workspace) == []


def test_writer_of_another_process_is_waited_for(workspace: Workspace) -> None:
    with _held_by_another_process(workspace.directory, "0.3"):
        create_challenge(workspace, 1)

    assert _ids(workspace) == [fixed_uuid(1)]


def test_workspace_that_stays_busy_is_refused_in_a_sentence(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(transaction: Transaction) -> None:
        transaction.driver.set_busy_timeout(0.001)

    workspace.write(impatient)
    workspace._writer._pause = lambda _: None
    with _held_by_another_process(workspace.directory, "60") as holder:
        with pytest.raises(WorkspaceBusy, match="Another program is writing"):
            create_challenge(workspace, 1)
        holder.kill()

    assert create_challenge(workspace, 1).id == fixed_uuid(1)


def test_two_processes_write_side_by_side(directory: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.unit.store.ledgers import create_challenge\n"
        "from tradesense_desktop.store.workspace import open_workspace\n"
        "with open_workspace(Path(sys.argv[1])) as workspace:\n"
        "    for number in range(int(sys.argv[2]), int(sys.argv[2]) + 10):\n"
        "        create_challenge(workspace, number, count=20)\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, directory, first], stderr=subprocess.PIPE)
        for first in ("100", "200")
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()

    with open_workspace(directory) as workspace:
        numbers = {*range(100, 110), *range(200, 210)}
        assert set(_ids(workspace)) == {fixed_uuid(number) for number in numbers}


class _held_by_another_process:  # noqa: N801 - read as a phrase
    """Another process holds the write lock, for some seconds or until it is killed."""

    def __init__(self, directory: Path, seconds: str) -> None:
        script = (
            "import sys, threading; from pathlib import Path; from tests.raw_store import open_raw\n"
            "connection = open_raw(Path(sys.argv[1]))\n"
            "connection.execute('BEGIN IMMEDIATE')\n"
            "print('held', flush=True)\n"
            "threading.Event().wait(float(sys.argv[2]))\n"
            "connection.execute('ROLLBACK')\n"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, directory / "workspace.sqlite", seconds], stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"held\n"

    def __enter__(self) -> "subprocess.Popen[bytes]":
        return self._process

    def __exit__(self, *error: object) -> None:
        with self._process:
            self._process.wait(60)
