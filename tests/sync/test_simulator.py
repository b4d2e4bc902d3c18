"""Days of a firm under faults, drawn at random: the invariants of spec/sync.md hold after every quiet period.

The quick ones are drawn by Hypothesis, always the same. `make soak` goes on for TRADESENSE_SOAK_MINUTES (2) from the
seed TRADESENSE_SOAK_SEED, or from one of its own that it prints.
"""

import os
import secrets
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.sync.firm_office import FirmOffice
from tests.sync.simulator import ACTIONS, Simulator, draw_step

_STEPS_A_DAY = 40


def machine_over(office: FirmOffice) -> type[RuleBasedStateMachine]:
    """Hypothesis' machine over an office: each example begins with the same state and ends with quiet."""

    class Days(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            office.begin_again()
            self.simulator = Simulator.of(office, 0)

        @rule(step=st.sampled_from(sorted(ACTIONS)), seed=st.integers(0, 2**16))
        def take(self, step: str, seed: int) -> None:
            self.simulator.source.seed(seed)
            getattr(self.simulator, step)()

        @rule()
        def come_to_rest(self) -> None:
            self.simulator.come_to_rest().check()

        @invariant()
        def every_replica_is_a_state_that_the_server_had(self) -> None:
            self.simulator.look_back().check()

        def teardown(self) -> None:
            self.simulator.come_to_rest().check()

    return Days


def test_the_invariants_hold_whatever_happens(office: FirmOffice) -> None:
    run_state_machine_as_test(
        machine_over(office),
        settings=settings(
            max_examples=4,
            stateful_step_count=35,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.soak
def test_the_invariants_hold_for_as_long_as_there_is_time(
    office: FirmOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    minutes = float(os.environ.get("TRADESENSE_SOAK_MINUTES", "2"))
    first = int(os.environ.get("TRADESENSE_SOAK_SEED", secrets.randbelow(10**6)))
    ends = time.monotonic() + 60 * minutes
    steps: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    findings: list[str] = []
    seed = first
    while time.monotonic() < ends:
        office.begin_again()
        simulator = Simulator.of(office, seed)
        for _ in range(_STEPS_A_DAY):
            draw_step(simulator)
            findings += [f"seed {seed}: {sentence}" for sentence in simulator.look_back().sentences]
        findings += [f"seed {seed}: {sentence}" for sentence in simulator.come_to_rest().sentences]
        steps += simulator.steps
        refusals += simulator.refusals
        seed += 1
    with capsys.disabled():
        print(f"\nseeds {first} to {seed - 1}, {steps.total()} steps, {len(findings)} findings")
        for title, counted in (("steps", steps), ("refusals", refusals), ("faults", office.proxy.fates)):
            print(f"  {title}: " + ", ".join(f"{name} {number}" for name, number in counted.most_common()))
        print(*findings[:60], sep="\n")
    assert not findings
