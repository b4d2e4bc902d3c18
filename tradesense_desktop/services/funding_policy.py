"""The funding policy of a workspace: how many different people have to approve a funding."""

from typing import Final

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.firm_policy import set_policy_in_firm
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.opening_terms import APPROVALS_SETTING
from tradesense_desktop.services.permission import acting, require
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.workspace_settings import read_setting, write_setting

MOST_APPROVALS: Final = 9
"""As many as the schema admits."""


def read_funding_policy(workspace: Workspace) -> int:
    """How many approvals a challenge that is opened now will need. Raises NotSignedIn."""
    acting(workspace)
    with refusals(), workspace.reading() as reading:
        return _approvals(reading)


def set_funding_policy(workspace: Workspace, approvals: int) -> int:
    """Set the number for challenges that are opened from now on; those that there are keep theirs.

    Raises NotAllowed, and Refused for a number that is not from 1 to 9.
    """
    actor = require(workspace, Right.SET_POLICY)
    if not 1 <= approvals <= MOST_APPROVALS:
        raise Refused(f"A funding needs 1 to {MOST_APPROVALS} approvals, not {approvals}.")
    if workspace.firm is not None:
        set_policy_in_firm(workspace, APPROVALS_SETTING, approvals)
        return approvals

    def change(transaction: Transaction) -> int:
        before = _approvals(transaction)
        if before != approvals:
            write_setting(transaction, APPROVALS_SETTING, approvals)
            append_audit(
                transaction,
                AuditAction.POLICY_SET,
                actor_id=actor.user_id,
                target_table="settings",
                details={"name": APPROVALS_SETTING, "from": before, "to": approvals},
            )
        return approvals

    with refusals():
        return workspace.write(change)


def _approvals(reading: Reading) -> int:
    stored = read_setting(reading, APPROVALS_SETTING)
    return stored if isinstance(stored, int) and not isinstance(stored, bool) else 1
