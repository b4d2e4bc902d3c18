"""Challenges for tests that wait for a funding decision: small statements that reach their target."""

from pathlib import Path

from tests.integration.histories import history, imported, written
from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.services.open_workspace import Workspace

_DAYS = ("09", "10", "11", "12")


def waiting_challenge(trader: Workspace, folder: Path, *profits: str, account: int = 7001) -> str:
    """Id of a challenge under tradesense, of 10,000 EUR, frozen at its target of 8 %; each account is another one."""
    report = history(*(profits or ("-100.00", "400.00", "600.00")), account=account_text(account))
    return _imported(trader, folder, report, "tradesense")


def waiting_for_next_phase(trader: Workspace, folder: Path, *, account: int = 7001) -> str:
    """Id of a challenge under ftmo_2_step, of 10,000 EUR, at its first target: 10 % in four trading days."""
    report = Report(account=account_text(account))
    report.operation("balance", "10000.00")
    for day in _DAYS:
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.01.{day} 10:00:00")
        report.deal("sell", "out", "1.00", "1.10100", "300.00", at=f"2024.01.{day} 10:30:00")
    return _imported(trader, folder, report, "ftmo_2_step")


def account_text(number: int) -> str:
    """The account as a report of MetaTrader 5 names it."""
    return f"{number} (EUR, Made-Up Server, demo, Hedge)"


def _imported(trader: Workspace, folder: Path, report: Report, preset: str) -> str:
    result = imported(trader, written(folder, report), preset=preset)
    assert result.challenge_id is not None
    assert result.verdict.status == "TARGET_REACHED"
    return result.challenge_id
