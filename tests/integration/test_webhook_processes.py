"""One message of a payment provider, handed in again and again by several processes at once: one payment, one event."""

import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.people import workspace_with_people
from tests.unit.importers import payment_messages as made
from tradesense_desktop.domain.people import Actor
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.read_payments import read_payments
from tradesense_desktop.services.replay_challenge import replay_challenge

PROCESSES = 8
HANDED_IN = """
import sys
from pathlib import Path
from tradesense_desktop.domain.people import Actor, Role
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.receive_webhook import receive_webhook
directory, message, times, user_id, role, session_id = sys.argv[1:]
workspace = open_workspace(Path(directory))
admin = workspace.acting_as(Actor(user_id, Role(role), session_id))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(times)):
    result = receive_webhook(admin, Path(message))
    print("changed" if result.is_changed else "known", flush=True)
workspace.close()
"""
"""Hands a message in so many times, once it is told to begin, and says each time whether that changed anything."""


def _hand_in(directory: Path, message: Path, actor: Actor, *, times: int) -> Counter[str]:
    """What all processes said; they begin together."""
    assert actor.session_id is not None
    arguments = [str(directory), str(message), str(times), actor.user_id, actor.role.value, actor.session_id]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", HANDED_IN, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    try:
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        for process in running:
            assert process.stdin is not None
            process.stdin.write("begin\n")
            process.stdin.flush()
        said: Counter[str] = Counter()
        for process in running:
            output, complaint = process.communicate(timeout=300)
            assert (process.returncode, complaint) == (0, "")
            said.update(output.split())
        return said
    finally:
        for process in running:
            process.kill()
            process.communicate()


def _check_one_payment(folder: Path, *, times: int) -> None:
    directory = folder / "workspace"
    with workspace_with_people(directory) as people:
        challenge = open_challenge(people.trader, preset="tradesense", initial_balance=Decimal(10000))
        message = made.written(folder, made.stripe_completed(client_reference_id=challenge.id))
        assert people.admin.actor is not None

        said = _hand_in(directory, message, people.admin.actor, times=times)

        assert said == {"changed": 1, "known": PROCESSES * times - 1}
        (payment,) = read_payments(people.admin).payments
        assert (payment.status, payment.provider_payment_id) == ("SUCCESS", made.INTENT)
        kinds = [event.event_type for event in read_all_events(people.trader, challenge.id)]
        assert kinds == ["CHALLENGE_CREATED", "PAYMENT_STATUS_CHANGED", "CHALLENGE_STATUS_CHANGED"]
        assert read_challenge(people.trader, challenge.id).summary.challenge.status == "ACTIVE"
        assert replay_challenge(people.trader, challenge.id).equals_stored is True


def test_message_handed_in_by_eight_processes_is_one_payment_and_one_event(tmp_path: Path) -> None:
    _check_one_payment(tmp_path, times=3)


@pytest.mark.soak
def test_message_handed_in_a_hundred_times_by_each_of_eight_processes_is_one_payment(tmp_path: Path) -> None:
    _check_one_payment(tmp_path, times=100)
