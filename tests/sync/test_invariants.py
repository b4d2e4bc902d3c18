"""The eyes of the fault tests are open: each kind of damage to a replica, or to the record of commands, is found."""

from contextlib import closing
from uuid import uuid4

import pytest

from tests.raw_store import open_raw
from tests.sync import invariants
from tests.sync.firm_office import FirmOffice
from tests.sync.invariants import Findings
from tests.sync.simulator import Simulator
from tests.sync.test_disk_full import record_trades
from tests.sync.test_restore import note
from tradesense_desktop.store.outbox import OpState, open_outbox

DAMAGES = {
    "a trade is lost": "DELETE FROM trades WHERE sequence_number = 3",
    "an event in the middle is lost": "DELETE FROM challenge_events WHERE sequence_number = 2",
    "an amount differs": "UPDATE trades SET realized_pnl = realized_pnl + 1 WHERE sequence_number = 2",
    "a challenge differs": "UPDATE challenges SET win_rate = 1 WHERE total_trades = 3",
    "a row is doubled": "INSERT INTO trades SELECT '{new}', challenge_id, 'twice', symbol, side, quantity, price,"
    " realized_pnl, commission, executed_at, created_at, 4, external_trade_id, position_id, opened_at, open_price,"
    " metadata FROM trades WHERE sequence_number = 3",
    "a person is foreign": "INSERT INTO users (id, email, password_hash, role, status) VALUES"
    " ('{new}', 'x@example.org', '!', 'USER', 'ACTIVE')",
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_replica_is_found(office: FirmOffice, damage: str) -> None:
    tina = office.desktops["tina"]
    record_trades(office.desktops["ada"], office.challenges[0], 3)
    office.desktops["ada"].sync()
    Simulator.of(office, 0).come_to_rest().check()
    tina.close()
    with closing(open_raw(tina.directory / "workspace.sqlite")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(DAMAGES[damage].format(new=uuid4()))
        assert connection.execute("SELECT changes()").fetchone()[0] > 0

    findings = Simulator.of(office, 0).look()

    assert any(sentence.startswith("tina:") for sentence in findings.sentences)


def test_a_row_of_somebody_else_is_found(office: FirmOffice) -> None:
    otis = office.people["otis"]
    findings = Findings()
    with office.operator() as operator:
        invariants.check_nothing_foreign(findings, operator, {otis.id: [office.desktops["tina"].directory]})

    assert findings.sentences


@pytest.mark.parametrize(
    ("state", "sentence"),
    [(OpState.CONFIRMED, "is confirmed on the device"), (OpState.QUEUED, "is still queued")],
)
def test_a_command_that_the_server_never_got_is_found(office: FirmOffice, state: OpState, sentence: str) -> None:
    ada = office.desktops["ada"]
    note(ada, office.challenges[0], "never sent")
    with open_outbox(ada.directory) as outbox:
        (op,) = outbox.list_ops()
        outbox.move(op.id, state)

    assert any(sentence in found for found in Simulator.of(office, 0).look().sentences)


def test_a_command_that_took_effect_twice_is_found(office: FirmOffice) -> None:
    ada = office.desktops["ada"]
    note(ada, office.challenges[0], "once")
    ada.sync()
    Simulator.of(office, 0).come_to_rest().check()
    with office.operator() as operator, operator.transaction():
        operator.execute("SET LOCAL session_replication_role TO replica")
        operator.execute("UPDATE sync_op SET op_no = op_no + 1 WHERE op_no = (SELECT max(op_no) FROM sync_op)")

    assert any("gaps or doubles" in found for found in Simulator.of(office, 0).look().sentences)
