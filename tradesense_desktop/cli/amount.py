"""An amount as an option of a command: exact, never a float."""

from typing import Any

import click

from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.money import Money, exact


class Amount(click.ParamType[Money]):
    """A decimal of at most 15 digits and 8 decimals."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Money:
        """The decimal that was typed."""
        if isinstance(value, Money):
            return value
        try:
            return exact(value)
        except DomainError as problem:
            self.fail(str(problem), param, ctx)
