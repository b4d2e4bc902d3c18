"""Refusals that a person reads: one sentence each, made below and only carried here."""

from collections.abc import Iterator
from contextlib import contextmanager

from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.importers.errors import StatementRefused


class Refused(Exception):
    """Something asked for is not done; `sentence` says what, where and what to do. Nothing was written."""

    exit_code = 1

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class NotFound(Refused):
    """What was named does not exist in this workspace."""


class AnswerNeeded(Refused):
    """The file does not say something that only a person knows; `needs` names it (`balance`, `currency`)."""

    def __init__(self, sentence: str, needs: str) -> None:
        self.needs = needs
        super().__init__(sentence)


@contextmanager
def refusals() -> Iterator[None]:
    """Let what the layers below refuse leave as `Refused`, with the same sentence; every service works inside one."""
    try:
        yield
    except (DomainError, StatementRefused) as refusal:
        raise Refused(str(refusal)) from refusal
