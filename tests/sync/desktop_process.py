"""A desktop in a process of its own, to be killed: it gives commands and syncs until its work is done.

`python -m tests.sync.desktop_process FILE`: the JSON of a `Work`. It writes a line for each command that is in the
outbox (`given ID`) and for each round that is over (`synced`, or `refused …` with the sentence).
"""

import importlib
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from tradesense_desktop.domain.firm_session import FirmSession
from tradesense_desktop.domain.people import Actor, Role
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.sign_in import sign_in
from tradesense_desktop.services.sync_workspace import sync_once


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the process does: as whom, where, on which challenges, and at which call of which function it dies.

    Without a `session_id` it signs in first, with `email`. `dies_at` is `module:name`, with `.` for a method; `dies_after` says whether the call is carried out first, and
    `dies_on` at which one it is.
    """

    directory: str
    user_id: str
    role: str
    session_id: str
    password: str
    challenges: list[str]
    rounds: int
    seed: int
    email: str = ""
    dies_at: str = ""
    dies_after: bool = False
    dies_on: int = 1


def arm(work: Work) -> None:
    """Replace the named function by one that kills this process with SIGKILL."""
    module_name, _, path = work.dies_at.partition(":")
    owner: Any = importlib.import_module(module_name)
    *classes, name = path.split(".")
    for class_name in classes:
        owner = getattr(owner, class_name)
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def deadly(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == work.dies_on and not work.dies_after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        if calls == work.dies_on:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)
    # Whoever has imported the function by its name gets the deadly one too.
    for module in list(sys.modules.values()):
        if module.__name__.startswith("tradesense_desktop") and getattr(module, name, None) is real:
            setattr(module, name, deadly)


def give_command(workspace: Any, source: random.Random, challenges: list[str]) -> str:
    """A note on one of the challenges; the id of the command."""
    from datetime import UTC, datetime

    from tradesense_desktop.domain.commands import AddNote
    from tradesense_desktop.services.run_command import run_command

    command = AddNote(
        command_id=str(UUID(int=source.getrandbits(128), version=4)),
        actor_id=workspace.actor.user_id,
        issued_at=datetime.now(UTC),
        challenge_id=source.choice(challenges),
        text=f"note {source.getrandbits(32)}",
    )
    run_command(workspace, command)
    return command.command_id


def main(path: Path) -> None:
    """Do the work."""
    work = Work(**json.loads(path.read_text()))
    source = random.Random(work.seed)
    with open_workspace(Path(work.directory)) as nobody:
        if work.session_id:
            actor = Actor(work.user_id, Role(work.role), work.session_id, in_firm=True)
            workspace = nobody.acting_as(actor, FirmSession(work.user_id, work.password))
        else:
            workspace = sign_in(nobody, work.email, work.password).workspace
        print("begun", flush=True)
        if work.dies_at:
            arm(work)
        for _ in range(work.rounds):
            try:
                print("given", give_command(workspace, source, work.challenges), flush=True)
                sync_once(workspace, work.password)
                print("synced", flush=True)
            except Refused as refusal:
                print("refused", refusal, flush=True)


def write_work(path: Path, work: Work) -> list[str]:
    """The command line of a process that does this work."""
    path.write_text(json.dumps(asdict(work)))
    return [sys.executable, "-m", "tests.sync.desktop_process", str(path)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
