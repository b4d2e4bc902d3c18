"""What the tests of an import begin with: a history of our own, and its way into a workspace."""

from pathlib import Path

from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.services.import_statement import ImportRequest, ImportResult, import_statement
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenges


def history(*profits: str, **columns: object) -> Report:
    """A history of 10,000 EUR paid in and one closed position a profit, an hour apart."""
    report = Report(**columns)  # type: ignore[arg-type]
    report.operation("balance", "10000.00")
    for hour, profit in enumerate(profits, 1):
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.01.09 {hour:02}:00:00")
        report.deal("sell", "out", "1.00", "1.10100", profit, at=f"2024.01.09 {hour:02}:30:00")
    return report


def written(folder: Path, report: Report, name: str = "report.html") -> Path:
    path = folder / name
    path.write_text(report.html(), encoding="utf-8")
    return path


def imported(workspace: Workspace, path: Path, **answers: object) -> ImportResult:
    return import_statement(workspace, ImportRequest(path=path, **answers))  # type: ignore[arg-type]


def assert_untouched(workspace: Workspace) -> None:
    assert read_challenges(workspace, include_archived=True) == ()
