"""The demo: made once, judged by the real rules, removed with all that is in it and nothing else."""

import stat
from pathlib import Path

import pytest

from tests.people import workspace_with_people
from tradesense_desktop.domain.account import AccountState
from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.progress import Cancelled, Progress
from tradesense_desktop.domain.verdict import VerdictStatus
from tradesense_desktop.services.challenge_origin import is_demo
from tradesense_desktop.services.demo_people import demo_people, enter_demo, make_demo_people
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.make_demo import demo_directory, make_demo, remove_demo
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.replay_challenge import replay_challenge


def test_demo_shows_a_challenge_within_its_limits_one_at_its_target_a_failed_one_and_a_journal(tmp_path: Path) -> None:
    directory = demo_directory(tmp_path)

    made = make_demo(directory)

    assert (made.challenges, made.made_now) == (4, True)
    nobody = open_workspace(directory)
    try:
        entered = enter_demo(nobody)
        assert entered is not None
        workspace = entered.workspace
        summaries = read_challenges(workspace)
        assert len(summaries) == 4
        assert {summary.verdict.status for summary in summaries} == {
            VerdictStatus.WITHIN_LIMITS,
            VerdictStatus.TARGET_REACHED,
            VerdictStatus.FAILED,
            VerdictStatus.NOT_JUDGED,
        }
        assert all(summary.is_demo for summary in summaries)
        assert all(replay_challenge(workspace, summary.challenge.id).equals_stored for summary in summaries)
    finally:
        nobody.close()


def test_demo_is_looked_at_in_every_role_and_its_passwords_are_its_own(tmp_path: Path) -> None:
    make_demo(tmp_path / "one")
    make_demo(tmp_path / "two")
    people = demo_people(tmp_path / "one")

    assert {person.role for person in people} == set(Role)
    assert people[0].password != demo_people(tmp_path / "two")[0].password
    assert stat.S_IMODE((tmp_path / "one" / "demo_people.json").stat().st_mode) == 0o600
    nobody = open_workspace(tmp_path / "one")
    try:
        seen = {}
        for person in people:
            entered = enter_demo(nobody, person.email)
            assert entered is not None
            seen[person.title] = len(read_challenges(entered.workspace))
        assert seen["Tina, trader"] == 4
        assert seen["Otis, trader"] == 4
        assert {count for title, count in seen.items() if "trader" not in title} == {8}
    finally:
        nobody.close()


def test_demo_is_made_once(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo")

    again = make_demo(tmp_path / "demo")

    assert (again.challenges, again.made_now) == (4, False)


def test_cancelled_demo_leaves_nothing(tmp_path: Path) -> None:
    def stop(_progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        make_demo(tmp_path / "demo", progress=stop)

    assert list(tmp_path.iterdir()) == []


def test_removing_takes_the_demo_and_never_anything_else(tmp_path: Path) -> None:
    own = tmp_path / "own"
    open_workspace(own).close()
    make_demo(demo_directory(own))

    remove_demo(demo_directory(own))
    with pytest.raises(Refused, match="only a demo is ever removed"):
        remove_demo(own)

    assert not demo_directory(own).exists()
    assert not is_demo(own)
    assert (own / "workspace.sqlite").is_file()


def test_folder_with_something_else_in_it_does_not_become_a_demo(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(Refused, match="no demo"):
        make_demo(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_people_of_a_demo_come_into_no_workspace_that_has_accounts(tmp_path: Path) -> None:
    with workspace_with_people(tmp_path / "workspace") as people:
        with pytest.raises(AccountState, match="has accounts already"):
            make_demo_people(people.trader)
        with people.auditor.reading() as reading:
            (found,) = reading.driver.execute("SELECT count(*) FROM users WHERE email LIKE '%@demo.example'").fetchone()
        assert found == 0
        assert not list(people.nobody.directory.glob("demo_people*"))
