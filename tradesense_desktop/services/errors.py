"""Refusals that a person reads: one sentence each, made below and only carried here."""

from collections.abc import Iterator
from contextlib import contextmanager

from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.printable import printable
from tradesense_desktop.importers.errors import StatementRefused


class Refused(Exception):
    """Something asked for is not done; `sentence` says what, where and what to do. Nothing was written.

    `option` is what would change it on the command line; a window has other ways to offer the same.
    """

    exit_code = 1

    def __init__(self, sentence: str, option: str | None = None) -> None:
        self.sentence = printable(sentence)
        self.option = option
        super().__init__(self.sentence)


class NotFound(Refused):
    """What was named does not exist in this workspace."""


class AnswerNeeded(Refused):
    """The file does not say something that only a person knows; `needs` names it (`balance`, `currency`)."""

    def __init__(self, sentence: str, needs: str, option: str) -> None:
        self.needs = needs
        super().__init__(sentence, option)


class TotalsDiffer(Refused):
    """The file does not agree with its own totals; a person may accept that."""


@contextmanager
def refusals() -> Iterator[None]:
    """Let what the layers below refuse leave as `Refused`, with the same sentence; every service works inside one."""
    try:
        yield
    except (DomainError, StatementRefused) as refusal:
        raise Refused(str(refusal)) from refusal
