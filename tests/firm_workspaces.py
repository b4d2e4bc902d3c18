"""A firm's workspace for tests without a server: a store with people and challenges, bound to one person's login.

What a pull would have brought is written while the workspace is nobody else's; then it is bound and opened anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.integration.histories import history, imported, written
from tests.people import People, id_of, make_people
from tests.waiting_challenges import account_text, waiting_challenge, waiting_for_next_phase
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.store.firm_binding import FirmBinding, write_binding
from tradesense_desktop.store.outbox import PENDING_STATES, Op, OpState, open_outbox
from tradesense_desktop.store.transaction import Reading
from tradesense_desktop.store.wire_rows import column_names, row_of_columns

SYNCED = ("challenges", "trades", "challenge_events", "risk_alerts", "payments", "command_results", "import_history")
EPOCH = "6f9d1f0e-0000-4000-8000-000000000001"


def bind(directory: Path, user_id: str, role: Role) -> None:
    """Make the workspace in `directory` a firm's from its next opening."""
    binding = FirmBinding(
        address="postgresql://u_00@localhost:5432/firm",
        login="u_00",
        user_id=user_id,
        role=role,
        tls="verified",
        instance="6f9d1f0e-0000-4000-8000-0000000000ff",
        connected_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    write_binding(directory, binding)


@contextmanager
def firm_workspace(
    directory: Path, who: str = "admin", prepare: Callable[[People], Any] = lambda _people: None, **opening: Any
) -> Iterator[tuple[Workspace, Any]]:
    """A firm's workspace that `who` has signed in to, and what `prepare` made of it while it was nobody else's.

    `opening` is as for open_workspace.
    """
    local = open_workspace(directory, **opening)
    try:
        people = make_people(local)
        made = prepare(people)
        actor = people.of(who).actor
    finally:
        local.close()
    assert actor is not None
    bind(directory, actor.user_id, actor.role)
    firm = open_workspace(directory, **opening)
    try:
        yield firm.acting_as(replace(actor, in_firm=True)), made
    finally:
        firm.close()


@dataclass(frozen=True, slots=True)
class Challenges:
    """Ids of a trader's challenges: one that waits for a decision, one that has two phases and waits, one that waits
    to be paid, one that is traded, one that has not begun; and whose they are.
    """

    waiting: str
    with_phases: str
    unpaid: str
    traded: str
    idle: str
    owner_id: str

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.waiting, self.with_phases, self.unpaid, self.traded, self.idle)


def with_challenges(folder: Path) -> Callable[[People], Challenges]:
    """Prepares the challenges of one trader."""

    def prepare(people: People) -> Challenges:
        trader = people.trader
        unpaid = open_challenge(trader, preset="tradesense", initial_balance=Decimal(10000), is_payment_required=True)
        report = written(folder, history("-20.00", "35.50", account=account_text(7003)))
        traded = imported(trader, report, preset="tradesense").challenge_id
        assert traded is not None
        return Challenges(
            waiting=waiting_challenge(trader, folder),
            with_phases=waiting_for_next_phase(trader, folder, account=7002),
            unpaid=unpaid.id,
            traded=traded,
            idle=open_challenge(trader, preset="tradesense", initial_balance=Decimal(10000)).id,
            owner_id=id_of(trader),
        )

    return prepare


def rows_of(reading: Reading) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables that commands write, as the wire has it, in the order of their ids."""
    return {
        table: [
            row_of_columns(table, tuple(row))
            for row in reading.driver.execute(f"SELECT {', '.join(column_names(table))} FROM main.{table} ORDER BY id")
        ]
        for table in SYNCED
    }


def replica_rows(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """What the replica itself holds."""
    with workspace.reading() as reading:
        return rows_of(reading)


def ops_of(workspace: Workspace, *states: OpState) -> tuple[Op, ...]:
    """What stands in the outbox, in these states or in any that waits for the server."""
    with open_outbox(workspace.directory) as outbox:
        return outbox.list_ops(states or PENDING_STATES)
