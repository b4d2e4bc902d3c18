"""Recipes: every command as JSON and back, the same."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradesense_desktop.audit.canonical_json import canonical_text, check_profile
from tradesense_desktop.domain.commands import Command
from tradesense_desktop.services.command_recipe import RecipeUnknown, decoded, encoded, known_kinds

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_", min_size=1), inner, max_size=3),
    max_leaves=6,
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    bool: st.booleans(),
    Decimal: st.decimals(min_value=Decimal("-1e9"), max_value=Decimal("1e9"), places=8),
    datetime: st.datetimes(timezones=st.just(UTC)),
    type(None): st.none(),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value that a field with this hint may have."""
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) in {Union, UnionType}:
        return st.one_of([values_of(each) for each in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is dict:
        return st.dictionaries(st.text("abc_", min_size=1), JSON, max_size=3)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return st.builds(hint, **{name: values_of(each) for name, each in get_type_hints(hint).items()})


COMMANDS: st.SearchStrategy[Command] = st.sampled_from(known_kinds()).flatmap(values_of)


@given(COMMANDS)
def test_command_comes_back_from_its_recipe_as_it_was(command: Command) -> None:
    recipe = encoded(command)

    check_profile(recipe)
    assert decoded(json.loads(canonical_text(recipe))) == command


def test_every_command_that_the_domain_knows_has_a_recipe() -> None:
    assert len(known_kinds()) == 25


@pytest.mark.parametrize(
    "recipe",
    [
        {},
        {"v": 1, "what": "Command", "given": {}},
        {"v": 2, "what": "AddNote", "given": {}},
        {"v": 1, "what": "AddNote", "given": {"text": "no id"}},
        {"v": 1, "what": "AddNote", "given": {"unheard_of": 1}},
    ],
)
def test_recipe_of_a_newer_program_is_refused_in_a_sentence(recipe: dict[str, Any]) -> None:
    with pytest.raises(RecipeUnknown, match="not known to this version"):
        decoded(recipe)
