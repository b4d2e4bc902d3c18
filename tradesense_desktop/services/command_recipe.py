"""Recipes: commands as JSON, by their type hints, so that they can be carried out again on another state or device."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from tradesense_desktop.domain import commands
from tradesense_desktop.domain.commands import Command
from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.services import firm_commands

Kind = TypeVar("Kind")

VERSION: Final = 1


class RecipeUnknown(DomainError):
    """A recipe that this program cannot read: of a newer one, or changed."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"The command “{what[:60]}” is not known to this version of the program; nothing was done.")


def encoded(command: Command) -> dict[str, Any]:
    """The recipe of a command: a JSON object without numbers that have a fraction."""
    kind = type(command)
    assert _KINDS.get(kind.__name__) is kind
    return {"v": VERSION, "what": kind.__name__, "given": _json(kind, command)}


def decoded(recipe: Mapping[str, Any]) -> Command:
    """The command of a recipe. Raises RecipeUnknown."""
    what = str(recipe.get("what", ""))
    kind = _KINDS.get(what)
    if kind is None or recipe.get("v") != VERSION:
        raise RecipeUnknown(what)
    try:
        return _value(kind, recipe["given"])  # type: ignore[no-any-return]
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise RecipeUnknown(what) from error


def known_kinds() -> tuple[type[Command], ...]:
    """Every command that has a recipe."""
    return tuple(_KINDS.values())


def _json(hint: Any, value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if hint is Any or value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal | date):  # a datetime is a date too
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    if _is_union(hint):
        return _json_of_union(hint, value)
    if is_dataclass(value):
        hints = _hints(value.__class__)
        return {field.name: _json(hints[field.name], getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_json(_item_of(hint), item) for item in value]
    assert isinstance(value, dict), f"no way to write a {type(value).__name__}"
    return value


def _json_of_union(hint: Any, value: Any) -> Any:
    """A dataclass among several says which one it is."""
    members = _members(hint)
    if len(members) == 1:
        return _json(members[0], value)
    return {type(value).__name__: _json(type(value), value)}


def _value(hint: Any, value: Any) -> Any:
    if hint is Any or value is None:
        return value
    if _is_union(hint):
        members = _members(hint)
        if len(members) == 1:
            return _value(members[0], value)
        ((name, held),) = value.items()
        return _value(next(each for each in members if each.__name__ == name), held)
    if get_origin(hint) is tuple:
        return tuple(_value(_item_of(hint), item) for item in value)
    if get_origin(hint) is dict:
        return value
    if is_dataclass(hint):
        return _made(hint, value)
    if hint in {datetime, date}:
        return hint.fromisoformat(value)
    return hint(value)


def _made(kind: Any, values: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], held) for name, held in values.items()})


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in {Union, types.UnionType}


def _members(hint: Any) -> tuple[Any, ...]:
    return tuple(each for each in get_args(hint) if each is not types.NoneType)


def _item_of(hint: Any) -> Any:
    """The type of every item of `tuple[X, ...]`."""
    item, _ = get_args(hint)
    return item


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _subclasses(module: Any) -> dict[str, type[Command]]:
    return {
        name: kind
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, Command) and kind.__module__ == module.__name__
    }


_ABSTRACT: Final = frozenset({"Command", "ChallengeCommand", "HandleAlert"})
_KINDS: Final[dict[str, type[Command]]] = {
    name: kind
    for name, kind in {**_subclasses(commands), **_subclasses(firm_commands)}.items()
    if name not in _ABSTRACT
}
