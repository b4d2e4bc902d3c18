"""The sample statement that ships with the program."""

from decimal import Decimal

from tests.sample_statement import PATH, sample_statement
from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.importers.recognise import read_statement
from tradesense_desktop.importers.reconciliation import reconcile


def test_the_shipped_file_is_what_its_script_writes() -> None:
    assert PATH.read_text(encoding="utf-8") == sample_statement()


def test_the_sample_is_read_to_its_own_totals() -> None:
    statement = read_statement(PATH, unwatched)

    assert statement.initial_balance == Decimal(100000)
    assert len(statement.trades) == 67
    assert reconcile(statement, Decimal(100000)).reconciled
