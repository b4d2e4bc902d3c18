"""Two administrators decide about the same funding at the same moment, each in a process of their own.

One decision comes of it each time, whoever it is, and the other one is told who was first.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.people import EMAILS, People, workspace_with_people
from tests.waiting_challenges import waiting_challenge
from tradesense_desktop.services.check_history import check_history
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.read_decisions import read_decisions

DECIDER = """
import json, sys
from pathlib import Path
from tradesense_desktop.domain.people import Actor, Role
from tradesense_desktop.services.decide_funding import FundingAlreadyDecided, approve_funding, reject_funding
from tradesense_desktop.services.open_workspace import open_workspace

directory, user_id, role, session_id = sys.argv[1:]
workspace = open_workspace(Path(directory)).acting_as(Actor(user_id, Role(role), session_id))


def decide(challenge_id, decision):
    if decision == "approve":
        return approve_funding(workspace, challenge_id)
    return reject_funding(workspace, challenge_id, reason="Copied trades", fails=decision == "fail")


def answer(line):
    challenge_id, decision = line.split()
    try:
        return {"did": decision, "status": decide(challenge_id, decision).status}
    except FundingAlreadyDecided as told:
        return {"did": "", "by": told.by, "outcome": told.outcome, "sentence": told.sentence}


for line in sys.stdin:
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(answer(line)), flush=True)
workspace.close()
"""
"""Decides what it is told on each line, once a second line says begin."""

OUTCOMES = {"approve": "FUNDED", "fail": "FAILED", "back": "BACK_TO_TRADING"}
STATUSES = {"approve": "FUNDED", "fail": "FAILED", "back": "ACTIVE"}


class Decider:
    """An administrator in a process of their own."""

    def __init__(self, handle: Workspace) -> None:
        assert handle.actor is not None
        assert handle.actor.session_id is not None
        actor = handle.actor
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", DECIDER, str(handle.directory)),
                *(actor.user_id, actor.role.value, actor.session_id or ""),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said, self.process.communicate()[1]
        return said.strip()


@contextmanager
def deciders(people: People) -> Iterator[dict[str, Decider]]:
    """Both administrators, ready; gone afterwards."""
    both = {name: Decider(people.of(name)) for name in ("admin", "second_admin")}
    try:
        yield both
        for decider in both.values():
            output, complaint = decider.process.communicate(timeout=60)
            assert (decider.process.returncode, output, complaint) == (0, "", "")
    finally:
        for decider in both.values():
            decider.process.kill()
            decider.process.communicate()


def decide_together(both: dict[str, Decider], challenge_id: str, rejection: str, first: str) -> dict[str, Any]:
    """What each of the two says: one approves, the other rejects; `first` is told to begin a moment earlier."""
    for name, decision in (("admin", "approve"), ("second_admin", rejection)):
        both[name].tell(f"{challenge_id} {decision}")
    for decider in both.values():
        assert decider.hear() == "ready"
    for name in sorted(both, key=lambda each: each != first):
        both[name].tell("begin")
    return {name: json.loads(decider.hear()) for name, decider in both.items()}


def check_round(people: People, challenge_id: str, said: dict[str, Any]) -> str:
    """One decision was made and the other person was told of it; who was first."""
    (winner,) = [name for name, answer in said.items() if answer["did"]]
    (loser,) = [name for name in said if name != winner]
    did, told = said[winner]["did"], said[loser]
    assert said[winner]["status"] == STATUSES[did]
    assert (told["by"], told["outcome"]) == (EMAILS[winner], OUTCOMES[did])
    assert told["sentence"].startswith(f"Already decided by {EMAILS[winner]} at ")
    (decision,) = read_decisions(people.auditor, challenge_id)
    assert (decision.by, decision.outcome) == (EMAILS[winner], OUTCOMES[did])
    assert read_challenge(people.auditor, challenge_id).summary.challenge.status == STATUSES[did]
    assert check_history(people.auditor, challenge_id).is_whole
    return winner


def race(folder: Path, rounds: int) -> Counter[str]:
    """How often each of the two was first."""
    winners: Counter[str] = Counter()
    with workspace_with_people(folder / "workspace") as people:
        with deciders(people) as both:
            for number in range(rounds):
                challenge_id = waiting_challenge(people.trader, folder, account=number)
                rejection = ("fail", "back")[number // 2 % 2]
                said = decide_together(both, challenge_id, rejection, first=("admin", "second_admin")[number % 2])
                winners[check_round(people, challenge_id, said)] += 1
        entries = [entry for entry in read_audit_log(people.auditor, last=10_000) if "FUNDING" in entry.action]
        assert len(entries) == rounds
    return winners


def test_one_decision_comes_of_two_at_the_same_moment(tmp_path: Path) -> None:
    assert race(tmp_path, 10).total() == 10


@pytest.mark.soak
def test_one_decision_comes_of_two_at_the_same_moment_two_hundred_times(tmp_path: Path) -> None:
    assert race(tmp_path, 200).total() == 200
