import pytest

from tradesense_desktop.ui.actions.fuzzy import score


def test_letters_must_stand_there_in_order() -> None:
    assert score("imp", "Import a statement") is not None
    assert score("pmi", "Import a statement") is None
    assert score("x", "Import a statement") is None


def test_no_letters_fit_everything() -> None:
    assert score("", "anything") is not None


@pytest.mark.parametrize(
    ("wanted", "better", "worse"),
    [
        ("led", "Ledger", "Filled orders"),
        ("stu", "Show times in UTC", "Restore the columns as usual"),
        ("pri", "Privacy mode", "Surprise me"),
        ("utc", "Show times in UTC", "Cut the corner"),
    ],
)
def test_beginnings_of_words_and_runs_are_better(wanted: str, better: str, worse: str) -> None:
    best = score(wanted, better)
    other = score(wanted, worse)

    assert best is not None
    assert other is None or best > other


def test_words_may_come_in_any_order() -> None:
    assert score("statement import", "Import a statement") is not None


def test_case_does_not_matter() -> None:
    assert score("UTC", "show times in utc") == score("utc", "SHOW TIMES IN UTC")
