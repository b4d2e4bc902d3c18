"""Replay as of a time: what was told of later does not stand in the way of rows that are older."""

from datetime import UTC, datetime
from pathlib import Path

from tests.integration.histories import history, imported, written
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.services.watch_activity import watch_challenge


def test_an_alert_of_today_does_not_hide_older_rows_that_were_imported_after_it(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace")
    try:
        first = imported(workspace, written(tmp_path, history("10.00"), "a.html"), preset="tradesense")
        assert first.challenge_id is not None
        (idle,) = watch_challenge(workspace, first.challenge_id)
        imported(workspace, written(tmp_path, history("10.00", "20.00", "30.00"), "b.html"), preset="tradesense")

        then = replay_challenge(workspace, first.challenge_id, at=datetime(2024, 1, 9, 2, 45, tzinfo=UTC))

        assert idle.alert_type == "INACTIVE_TRADING"
        assert then.challenge.total_trades == 2
        assert then.equals_stored is None
        assert replay_challenge(workspace, first.challenge_id).equals_stored is True
    finally:
        workspace.close()
