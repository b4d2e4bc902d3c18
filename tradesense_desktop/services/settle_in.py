"""Settle in: what is done quietly once somebody has begun: the key is unlocked, and idle challenges are noticed."""

from contextlib import suppress

from tradesense_desktop.domain.alert import RiskAlert
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.unlock_key import unlock_key
from tradesense_desktop.services.watch_activity import watch_inactivity
from tradesense_desktop.store.outer_key_setting import read_outer_key


def settle_in(workspace: Workspace, _progress: ProgressReport) -> tuple[RiskAlert, ...]:
    """Unlock the key where it can be without asking a person, and raise alerts for challenges that nobody trades.

    In a firm's workspace nothing is raised unasked: every window of every administrator would send the same alerts.
    Raises Refused.
    """
    if workspace.firm is not None:
        return ()
    with refusals(), workspace.reading() as reading:
        has_key = read_outer_key(reading) is not None
    if has_key:
        # Without its key what is sealed is shown as sealed; that is a state, and no failure.
        with suppress(Refused):
            unlock_key(workspace)
    return watch_inactivity(workspace)
