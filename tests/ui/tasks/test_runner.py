import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tradesense_desktop.domain.progress import Cancelled, Progress, ProgressReport
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.tasks.task import Task

WAIT = 5


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


def test_work_runs_in_another_thread_and_its_result_comes_to_the_interface_thread(
    qtbot: QtBot, tasks: Tasks, owner: QObject
) -> None:
    seen: list[tuple[threading.Thread, threading.Thread]] = []

    with qtbot.waitSignal(tasks.finished):
        tasks.read(threading.current_thread, owner).then(
            lambda worker: seen.append((worker, threading.current_thread()))
        )

    ((worked, delivered),) = seen
    assert worked is not threading.main_thread()
    assert delivered is threading.main_thread()


def test_writes_run_one_after_the_other_in_their_order(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    begun: list[int] = []
    running = threading.Semaphore(1)

    def write(number: int) -> Callable[[ProgressReport], int]:
        def work(_report: ProgressReport) -> int:
            assert running.acquire(blocking=False), "two writes at once"
            begun.append(number)
            running.release()
            return number

        return work

    done: list[int] = []
    for number in range(20):
        tasks.write("write", write(number), owner).then(done.append)
    qtbot.waitUntil(lambda: len(done) == 20)

    assert begun == done == list(range(20))


def test_reads_go_on_while_a_write_is_under_way(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    may_end = threading.Event()
    tasks.write("long", lambda _report: may_end.wait(WAIT), owner)
    answers: list[str] = []

    tasks.read(lambda: "answer", owner).then(answers.append)
    qtbot.waitUntil(lambda: answers == ["answer"])

    assert [task.title for task in tasks.running] == ["long"]
    with qtbot.waitSignal(tasks.written):
        may_end.set()


def test_a_cancelled_piece_of_work_stops_at_its_next_report(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    has_begun, is_cancelled = threading.Event(), threading.Event()
    written: list[int] = []

    def work(report: ProgressReport) -> None:
        has_begun.set()
        assert is_cancelled.wait(WAIT)
        report(Progress("Writing", 1, 2))
        written.append(1)

    failures: list[BaseException] = []
    task = tasks.write("write", work, owner).otherwise(failures.append)
    assert has_begun.wait(WAIT)
    with qtbot.waitSignal(tasks.cancelled):
        task.cancel()
        is_cancelled.set()

    assert written == []
    assert isinstance(failures[0], Cancelled)


def test_work_that_waits_behind_another_and_is_cancelled_stops_before_it_does_anything(
    qtbot: QtBot, tasks: Tasks, owner: QObject
) -> None:
    may_end = threading.Event()
    tasks.write("first", lambda _report: may_end.wait(WAIT), owner)
    reached: list[str] = []

    def second(report: ProgressReport) -> None:
        report(Progress("Writing", 0, 1))
        reached.append("written")

    task = tasks.write("second", second, owner)
    task.cancel()
    with qtbot.waitSignal(tasks.cancelled):
        may_end.set()

    assert reached == []


def test_a_failure_never_vanishes(qtbot: QtBot, tasks: Tasks, owner: QObject, caplog: pytest.LogCaptureFixture) -> None:
    def work() -> None:
        raise ValueError("broken")

    with qtbot.waitSignal(tasks.failed) as caught:
        tasks.read(work, owner)

    task, failure = caught.args
    assert isinstance(task, Task)
    assert str(failure) == "broken"
    assert "ValueError" in caplog.text
    assert "broken" not in caplog.text, "the log holds nothing that a file or a person said"


def test_a_failure_that_the_task_shows_is_not_announced_twice(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    announced: list[object] = []
    tasks.failed.connect(lambda task, _failure: announced.append(task))
    shown: list[BaseException] = []

    def work() -> None:
        raise ValueError("broken")

    with qtbot.waitSignal(tasks.finished):
        tasks.read(work, owner).shown_by(shown.append)

    assert [str(failure) for failure in shown] == ["broken"]
    assert announced == []


def test_a_failure_whose_widget_is_gone_is_announced_after_all(qtbot: QtBot, tasks: Tasks) -> None:
    import shiboken6

    gone = QObject()
    may_end = threading.Event()

    def work() -> None:
        assert may_end.wait(WAIT)
        raise ValueError("broken")

    shown: list[BaseException] = []
    tasks.read(work, gone).shown_by(shown.append)
    shiboken6.delete(gone)
    with qtbot.waitSignal(tasks.failed):
        may_end.set()

    assert shown == []


def test_a_failing_slot_holds_up_no_other_result(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    answers: list[int] = []

    def break_down(_answer: int) -> None:
        raise ValueError("in a slot")

    with qtbot.captureExceptions() as caught:
        tasks.read(lambda: 1, owner).then(break_down)
        tasks.read(lambda: 2, owner).then(answers.append)
        qtbot.waitUntil(lambda: answers == [2] and not tasks.running)

    assert [str(error) for _, error, _ in caught] == ["in a slot"]


def test_a_result_for_a_widget_that_is_gone_is_dropped(qtbot: QtBot, tasks: Tasks) -> None:
    import shiboken6

    may_end = threading.Event()
    gone = QObject()
    answers: list[object] = []
    tasks.read(lambda: may_end.wait(WAIT), gone).then(answers.append)
    shiboken6.delete(gone)

    with qtbot.waitSignal(tasks.finished):
        may_end.set()

    assert answers == []


def test_only_a_successful_write_says_that_something_was_written(qtbot: QtBot, tasks: Tasks, owner: QObject) -> None:
    written: list[str] = []
    tasks.written.connect(lambda task: written.append(task.title))

    def refuse(_report: ProgressReport) -> None:
        raise ValueError("refused")

    tasks.write("refused", refuse, owner)
    tasks.read(lambda: None, owner)
    with qtbot.waitSignal(tasks.written):
        tasks.write("done", lambda _report: None, owner)

    qtbot.waitUntil(lambda: not tasks.running)
    assert written == ["done"]


def test_shutting_down_stops_what_runs_and_leaves_no_thread(qtbot: QtBot, owner: QObject) -> None:
    tasks = Tasks()
    before = threading.active_count()
    has_begun = threading.Event()
    ended_by: list[type[BaseException]] = []

    def work(report: ProgressReport) -> None:
        has_begun.set()
        try:
            while True:
                report(Progress("Working", 0, None))
        except Cancelled as stopped:
            ended_by.append(type(stopped))
            raise

    tasks.write("endless", work, owner)
    assert has_begun.wait(WAIT)

    tasks.shut_down()

    assert ended_by == [Cancelled]
    assert threading.active_count() == before
    tasks.deleteLater()


def test_work_that_is_asked_for_after_the_end_is_not_begun(qtbot: QtBot, owner: QObject) -> None:
    tasks = Tasks()
    tasks.shut_down()
    begun: list[int] = []

    tasks.read(lambda: begun.append(1), owner)

    assert tasks.running == ()
    assert begun == []
    tasks.deleteLater()
