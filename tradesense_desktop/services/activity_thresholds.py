"""The thresholds of unusual activity: those of the workspace, and how a person sets them."""

from tradesense_desktop.domain.activity_thresholds import SETTING, ActivityThresholds
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.firm_policy import set_policy_in_firm
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting, require
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.workspace_settings import read_setting, write_setting


def thresholds_within(reading: Reading) -> ActivityThresholds:
    """The thresholds as they are now. Raises InvalidThreshold for a setting that somebody broke."""
    return ActivityThresholds.from_json(read_setting(reading, SETTING))


def read_thresholds(workspace: Workspace) -> ActivityThresholds:
    """The thresholds of the workspace, for everybody to see."""
    acting(workspace)
    with refusals(), workspace.reading() as reading:
        return thresholds_within(reading)


def set_thresholds(workspace: Workspace, thresholds: ActivityThresholds) -> ActivityThresholds:
    """Have activity looked at by these thresholds from now on; alerts that were raised stay. Raises NotAllowed."""
    with refusals():
        actor = require(workspace, Right.SET_POLICY)
        if workspace.firm is not None:
            set_policy_in_firm(workspace, SETTING, thresholds.as_json())
            return thresholds

        def change(transaction: Transaction) -> ActivityThresholds:
            before = thresholds_within(transaction)
            if thresholds != before:
                write_setting(transaction, SETTING, thresholds.as_json())
                append_audit(
                    transaction,
                    AuditAction.POLICY_SET,
                    actor_id=actor.user_id,
                    target_table="settings",
                    details={"setting": SETTING, "from": before.as_json(), "to": thresholds.as_json()},
                )
            return thresholds

        return workspace.write(change)
