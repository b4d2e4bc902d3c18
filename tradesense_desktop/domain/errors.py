"""Failures of the domain: each names what went wrong and carries its data; the sentence is made from them here."""


class DomainError(Exception):
    """A refusal that a person can understand and act on; nothing was written."""


class InexactAmount(DomainError):
    """A number that is no exact decimal of at most 15 digits and 8 decimals."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"“{text[:60]}” is not a decimal of at most 15 digits and 8 decimals.")
