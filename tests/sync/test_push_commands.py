"""Commands done offline reach a real server: in order, each once, computed anew where somebody else was first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmServer, firm_server
from tests.firm_workspaces import Challenges, replica_rows
from tests.integration.histories import history, written
from tests.sync.desktops import Desktop
from tests.unit.services.test_pending_commands import STEPS, Desk, laid_rows
from tests.waiting_challenges import account_text
from tradesense_desktop.domain.commands import AddNote, ExecuteTrades
from tradesense_desktop.domain.server_address import parse_address
from tradesense_desktop.server.connection import ServerConnection, connect
from tradesense_desktop.services.decide_funding import approve_funding
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.handle_alert import acknowledge_alert
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.push_commands import MOST_STALE, push_pending
from tradesense_desktop.services.read_pending import count_pending, read_pending
from tradesense_desktop.services.record_payment import record_payment
from tradesense_desktop.services.resolve_refused import discard, do_again
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.outbox import OpState, open_outbox

pytestmark = pytest.mark.postgresql


@dataclass(frozen=True, slots=True)
class Office:
    """A firm with two administrators and a trader, and a desktop of each administrator."""

    firm: FirmServer
    trader_id: str
    ada: Desktop
    ben: Desktop

    def open_challenges(self, folder: Path) -> Challenges:
        """Challenges of the trader as those of tests/firm_workspaces.py, on the server and on both desktops."""
        admin = self.ada.workspace
        unpaid = open_challenge(
            admin,
            preset="tradesense",
            initial_balance=Decimal(10000),
            is_payment_required=True,
            owner_id=self.trader_id,
        )
        idle = open_challenge(admin, preset="tradesense", initial_balance=Decimal(10000), owner_id=self.trader_id)
        waiting = self.imported(folder, "-100.00", "400.00", "600.00", account=7001)
        traded = self.imported(folder, "-20.00", "35.50", account=7003)
        self.ada.sync()
        self.ben.sync()
        return Challenges(waiting, waiting, unpaid.id, traded, idle.id, self.trader_id)

    def imported(self, folder: Path, *profits: str, account: int) -> str:
        request = ImportRequest(
            path=written(folder, history(*profits, account=account_text(account))),
            preset="tradesense",
            owner_id=self.trader_id,
        )
        made = import_statement(self.ada.workspace, request).challenge_id
        assert made is not None
        return made


@pytest.fixture(params=SERVER_KINDS)
def office(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> Iterator[Office]:
    with firm_server(servers, request.param) as firm:
        trader = firm.add_person("USER")
        desktops = []
        for name in ("ada", "ben"):
            person = firm.add_person("ADMIN")
            desktop = Desktop(tmp_path / name, person, firm.url_of(person), person.password)
            desktop.connect()
            desktops.append(desktop)
        try:
            yield Office(firm, trader.id, *desktops)
        finally:
            for desktop in desktops:
                desktop.close()


@contextmanager
def connected(desktop: Desktop) -> Iterator[ServerConnection]:
    with closing(connect(parse_address(desktop.address), desktop.password)) as connection:
        yield connection


def note(desktop: Desktop, challenge_id: str, text: str = "Seen.") -> None:
    actor = desktop.workspace.actor
    assert actor is not None
    command = AddNote(
        command_id=str(uuid4()),
        actor_id=actor.user_id,
        issued_at=datetime.now(UTC),
        challenge_id=challenge_id,
        text=text,
    )
    run_command(desktop.workspace, command)


def states(desktop: Desktop) -> list[OpState]:
    return [op.state for op in desktop.ops()]


@pytest.mark.parametrize("name", sorted(STEPS))
def test_server_takes_every_kind_of_command_as_it_was_computed_offline(
    office: Office, tmp_path: Path, name: str
) -> None:
    challenges = office.open_challenges(tmp_path)
    desk = Desk(office.ada.workspace, tmp_path, challenges)
    for challenge_id in dict.fromkeys(challenges.ids):
        desk.challenge_id = challenge_id
        for step in ("pay", "paid", name):
            with suppress(Refused):
                STEPS[step](desk)
    expected = laid_rows(office.ada.workspace)

    office.ada.sync()

    assert set(states(office.ada)) == {OpState.CONFIRMED}, read_pending(office.ada.workspace)
    now = replica_rows(office.ada.workspace)
    for table in ("trades", "challenge_events"):
        assert now[table] == expected[table]


def test_command_that_somebody_overtook_is_computed_anew_and_taken(office: Office, tmp_path: Path) -> None:
    challenge_id = office.open_challenges(tmp_path).traded
    note(office.ada, challenge_id, "first written")
    note(office.ada, challenge_id, "second written")
    note(office.ben, challenge_id, "first sent")
    office.ben.sync()

    office.ada.sync()
    office.ben.sync()

    assert set(states(office.ada)) == {OpState.CONFIRMED}
    assert texts(office.ada, challenge_id) == ["first sent", "first written", "second written"]
    assert (
        replica_rows(office.ben.workspace)["challenge_events"] == replica_rows(office.ada.workspace)["challenge_events"]
    )


def texts(desktop: Desktop, challenge_id: str) -> list[str]:
    rows = replica_rows(desktop.workspace)["challenge_events"]
    notes = [row for row in rows if row["event_type"] == "NOTE_ADDED" and row["challenge_id"] == challenge_id]
    return [row["event_data"]["text"] for row in sorted(notes, key=lambda row: int(row["sequence_number"]))]


def test_second_decision_is_refused_with_a_reason_and_stops_nothing_behind_it(office: Office, tmp_path: Path) -> None:
    challenges = office.open_challenges(tmp_path)
    approve_funding(office.ada.workspace, challenges.waiting)
    note(office.ada, challenges.waiting, "still written")
    note(office.ada, challenges.traded, "elsewhere")
    approve_funding(office.ben.workspace, challenges.waiting)
    office.ben.sync()

    office.ada.sync()

    decision, behind, elsewhere = office.ada.ops()[-3:]
    assert decision.state is OpState.REJECTED
    assert "Already decided by" in decision.reason
    assert (behind.state, elsewhere.state) == (OpState.CONFIRMED, OpState.CONFIRMED)
    assert texts(office.ada, challenges.waiting) == ["still written"]
    (view,) = read_pending(office.ada.workspace)
    assert view.server_row.startswith("Challenge FUNDED")
    assert count_pending(office.ada.workspace).refused == 1


def test_what_rests_on_a_refused_command_is_refused_behind_it(office: Office, tmp_path: Path) -> None:
    challenges = office.open_challenges(tmp_path)
    desk = Desk(office.ada.workspace, tmp_path, challenges)
    STEPS["ruin"](desk)
    STEPS["note"](desk)
    desk = Desk(office.ben.workspace, tmp_path, challenges)
    STEPS["fail"](desk)
    office.ben.sync()
    record_payment(
        office.ada.workspace, challenges.traded, amount=Decimal(5), currency="USD", reference="r1", is_received=True
    )

    office.ada.sync()

    trade, written_note, payment = office.ada.ops()[-3:]
    assert trade.state is OpState.REJECTED
    assert (written_note.state, payment.state) == (OpState.CONFIRMED, OpState.CONFIRMED)


def test_lost_reply_sends_the_same_bytes_again_and_nothing_is_done_twice(office: Office, tmp_path: Path) -> None:
    challenge_id = office.open_challenges(tmp_path).traded
    note(office.ada, challenge_id, "once")
    before = (tmp_path / "ada" / "device.sqlite").read_bytes()
    with connected(office.ada) as connection:
        push_pending(office.ada.workspace, connection)
    sent = office.ada.ops()[-1]
    # As if the reply had never come: the op has its number and its bytes, and no verdict.
    with open_outbox(office.ada.directory) as outbox:
        outbox.move(sent.id, OpState.SENT)
        outbox._own.execute("UPDATE op_numbers SET last_op_no = last_op_no - 1")

    office.ada.sync()

    assert before
    assert states(office.ada)[-1] is OpState.CONFIRMED
    assert texts(office.ada, challenge_id) == ["once"]


def test_device_file_from_a_backup_counts_on_from_where_the_server_counts(office: Office, tmp_path: Path) -> None:
    challenge_id = office.open_challenges(tmp_path).traded
    note(office.ada, challenge_id, "done")
    old = (office.ada.directory / "device.sqlite").read_bytes()
    office.ada.sync()
    (office.ada.directory / "device.sqlite").write_bytes(old)
    note(office.ada, challenge_id, "new")

    office.ada.sync()
    office.ada.sync()

    assert texts(office.ada, challenge_id) == ["done", "new"]
    assert {op.state for op in office.ada.ops()} == {OpState.CONFIRMED}


@pytest.mark.parametrize("step", ["before sending", "after sending", "after the verdict", "after the pull"])
def test_process_that_dies_loses_and_doubles_nothing(office: Office, tmp_path: Path, step: str) -> None:
    challenge_id = office.open_challenges(tmp_path).traded
    note(office.ada, challenge_id, "once")
    if step != "before sending":
        with connected(office.ada) as connection:
            push_pending(office.ada.workspace, connection)
    if step == "after the pull":
        device = (office.ada.directory / "device.sqlite").read_bytes()
        office.ada.sync()
        office.ada.close()
        (office.ada.directory / "device.sqlite").write_bytes(device)
    office.ada.open()
    if step == "after the pull":
        # What a pull has brought is not laid over it again, though the op waits still.
        assert office.ada.ops()[-1].state is OpState.APPLIED
        assert laid_rows(office.ada.workspace) == replica_rows(office.ada.workspace)
    note(office.ada, challenge_id, "twice")

    office.ada.sync()

    assert texts(office.ada, challenge_id) == ["once", "twice"]
    assert set(states(office.ada)) == {OpState.CONFIRMED}


def test_op_that_is_overtaken_again_and_again_is_refused_as_stale(office: Office, tmp_path: Path) -> None:
    challenge_id = office.open_challenges(tmp_path).traded
    note(office.ada, challenge_id)
    with connected(office.ada) as connection:
        for number in range(MOST_STALE + 1):
            note(office.ben, challenge_id, f"first {number}")
            office.ben.sync()
            assert push_pending(office.ada.workspace, connection).stale == 1

    op = office.ada.ops()[-1]
    assert (op.state, op.code, op.stale_count) == (OpState.REJECTED, "stale", MOST_STALE)
    assert "Others kept changing it" in op.reason


def test_refused_command_is_done_again_under_an_id_of_its_own(office: Office, tmp_path: Path) -> None:
    challenge_id = office.open_challenges(tmp_path).traded
    refused_note(office, challenge_id)
    refused = office.ada.ops()[-1]

    do_again(office.ada.workspace, refused.id)
    office.ada.sync()

    old, new = office.ada.ops()[-2:]
    assert (old.state, new.state) == (OpState.DONE_AGAIN, OpState.CONFIRMED)
    assert old.command_id != new.command_id
    assert texts(office.ada, challenge_id)[-1] == "mine"


def test_discarded_command_stays_in_the_history_and_comes_to_nothing(office: Office, tmp_path: Path) -> None:
    challenge_id = office.open_challenges(tmp_path).traded
    refused_note(office, challenge_id)

    discard(office.ada.workspace, office.ada.ops()[-1].id)
    office.ada.sync()

    assert office.ada.ops()[-1].state is OpState.DISCARDED
    assert count_pending(office.ada.workspace).refused == 0
    assert "mine" not in texts(office.ada, challenge_id)


def refused_note(office: Office, challenge_id: str) -> None:
    """A note of Ada's that was overtaken too often."""
    note(office.ada, challenge_id, "mine")
    with connected(office.ada) as connection:
        for number in range(MOST_STALE + 1):
            note(office.ben, challenge_id, f"first {number}")
            office.ben.sync()
            push_pending(office.ada.workspace, connection)
    office.ada.sync()


def test_bulk_of_trades_and_what_rests_on_it_go_in_one_push(office: Office, tmp_path: Path) -> None:
    challenges = office.open_challenges(tmp_path)
    desk = Desk(office.ada.workspace, tmp_path, challenges)
    desk.command(ExecuteTrades, rows=tuple(desk.trade("0.01") for _ in range(1500)))
    for _ in range(60):
        note(office.ada, challenges.idle)
    note(office.ada, challenges.traded, "after them")

    office.ada.sync()

    assert set(states(office.ada)) == {OpState.CONFIRMED}
    assert [op.op_no for op in office.ada.ops()] == list(range(1, len(office.ada.ops()) + 1))
    assert texts(office.ada, challenges.traded) == ["after them"]


def test_alert_that_was_raised_and_pulled_is_acknowledged_on_the_server(office: Office, tmp_path: Path) -> None:
    challenges = office.open_challenges(tmp_path)
    desk = Desk(office.ada.workspace, tmp_path, challenges)
    STEPS["alert"](desk)
    office.ada.sync()
    with closing(office.firm.connect()) as connection:
        found = connection.execute("SELECT status FROM risk_alerts WHERE title = 'Look'").fetchone()

    assert found == ("ACTIVE",)
    alerts = [row["id"] for row in replica_rows(office.ada.workspace)["risk_alerts"] if row["title"] == "Look"]
    acknowledge_alert(office.ada.workspace, alerts[0], comment="mine")
    office.ada.sync()
    with closing(office.firm.connect()) as connection:
        found = connection.execute("SELECT status FROM risk_alerts WHERE title = 'Look'").fetchone()
    assert found == ("ACKNOWLEDGED",)


def test_two_programs_that_push_at_once_give_every_command_one_verdict(office: Office, tmp_path: Path) -> None:
    challenge_id = office.open_challenges(tmp_path).traded
    for number in range(12):
        note(office.ada, challenge_id, str(number))

    def send() -> None:
        with connected(office.ada) as connection:
            push_pending(office.ada.workspace, connection)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(send) for _ in range(3)]:
            done.result()
    office.ada.sync()

    assert set(states(office.ada)) == {OpState.CONFIRMED}
    assert texts(office.ada, challenge_id) == [str(number) for number in range(12)]
