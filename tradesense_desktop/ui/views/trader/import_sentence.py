"""What an import did, in a sentence or two."""

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.services.import_result import ImportResult
from tradesense_desktop.ui.formatting.numbers import NumberFormat

translate = QCoreApplication.translate


def import_sentence(result: ImportResult, numbers: NumberFormat) -> str:
    """How many trades came in; an import that brought nothing new and rows after the end are said."""
    if result.trades_added == 0 and result.trades_after_end == 0:
        return translate("Import", "{name} was already in the ledger: nothing new in {n} trades.").format(
            name=result.file_name, n=numbers.count(result.trades_read)
        )
    said = translate("Import", "{n} of {m} trades of {name} were added.").format(
        n=numbers.count(result.trades_added), m=numbers.count(result.trades_read), name=result.file_name
    )
    if result.trades_after_end:
        after = translate("Import", "{n} came after the end of the challenge and are not in its ledger.")
        said += " " + after.format(n=numbers.count(result.trades_after_end))
    return said
