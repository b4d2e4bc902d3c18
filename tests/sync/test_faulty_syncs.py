"""Syncs through a proxy that cuts, delays, doubles and swallows: nothing is lost, doubled or foreign in the end."""

import pytest

from tests.sync.firm_office import FirmOffice
from tests.sync.simulator import Simulator

COMMANDS = ("record_trades", "record_trades", "write_note", "write_note", "approve", "reject", "handle_alert")


def sync_through_faults(office: FirmOffice, syncs: int, seed: int) -> Simulator:
    """So many syncs with faults, a command before each; then quiet, and a look at everything."""
    simulator = Simulator.of(office, seed)
    for number in range(syncs):
        getattr(simulator, simulator.source.choice(COMMANDS))()
        simulator.sync_through_faults()
        if number % 10 == 9:
            simulator.look_back().check()
    simulator.come_to_rest().check()
    return simulator


def test_forty_syncs_through_faults_lose_double_and_mix_nothing(office: FirmOffice) -> None:
    sync_through_faults(office, 40, seed=40)

    assert office.proxy.struck.total() > 10


@pytest.mark.soak
def test_a_thousand_syncs_through_faults_lose_double_and_mix_nothing(
    office: FirmOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator = sync_through_faults(office, 1000, seed=1000)

    with capsys.disabled():
        print(f"\n1,000 syncs; drawn {dict(office.proxy.fates)}, struck {dict(office.proxy.struck)}")
        print(f"refusals {dict(simulator.refusals)}, rebuilt {simulator.steps['rebuilt']}")
    assert office.proxy.struck.total() > 250
