"""MetaTrader 5: the history report and the strategy tester's report, from cells to a statement."""

from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.importers.cells import Document
from tradesense_desktop.importers.metatrader5_ledger import Ledger
from tradesense_desktop.importers.metatrader5_report import Report
from tradesense_desktop.importers.statement import Statement


def read_metatrader5(document: Document, progress: ProgressReport) -> Statement:
    """The statement in `document`.

    Raises StatementRefused, with line and column, where it cannot be read to the last row; Cancelled on request.
    """
    report = Report(document.file_name, is_sheet=document.is_sheet)
    for row in document.rows:
        report.take(row)
    report.finish()
    return Ledger(report, progress).statement()
