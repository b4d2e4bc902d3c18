"""The fast writer of canonical JSON against the `rfc8785` package and against what RFC 8785 itself prints."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.profile_strategies import HOSTILE_STRINGS, LARGEST_INTEGER, values
from tradesense_desktop.audit.canonical_json import OutsideProfile, canonical_text, check_profile


@given(values)
@settings(max_examples=500)
@example(list(HOSTILE_STRINGS))
@example({"\u007f": 1, "~": 2, "\n": 3, "": 4, "a\u0001": 5})
def test_text_within_the_profile_is_what_rfc8785_writes(value: Any) -> None:
    check_profile(value)

    assert canonical_text(value).encode() == rfc8785.dumps(value)


@given(values)
def test_canonical_text_reads_back_as_the_same_value(value: Any) -> None:
    assert json.loads(canonical_text(value)) == value


def test_strings_are_escaped_as_rfc_8785_section_3_2_2_2_prints_them() -> None:
    # The sample of RFC 8785, section 3.2.2, without its fractions, which the profile refuses.
    sample = '{"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}'

    text = canonical_text(json.loads(sample))

    assert text == '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'


def test_keys_stand_in_the_order_of_their_code_units_and_nothing_is_spaced() -> None:
    value = {"b": 1, "a": {"B": 2, "a": 3, "1": 4, "": 5}, "A": []}

    assert canonical_text(value) == '{"A":[],"a":{"":5,"1":4,"B":2,"a":3},"b":1}'


@pytest.mark.parametrize(
    ("value", "path", "word"),
    [
        (0.5, "", "decimals as strings"),
        (1.0, "", "decimals as strings"),
        (float("nan"), "", "decimals as strings"),
        (float("inf"), "", "decimals as strings"),
        ({"trade": {"price": 1.0850}}, "trade.price", "decimals as strings"),
        ({"rows": [1, [2, 0.1]]}, "rows[1][1]", "decimals as strings"),
        (LARGEST_INTEGER + 1, "", "decimals as strings"),
        (-LARGEST_INTEGER - 1, "", "decimals as strings"),
        ("a\0b", "", "U+0000"),
        ("\ud800", "", "surrogate"),
        ("x\udc00", "", "surrogate"),
        ({"é": 1}, "", "ASCII"),
        ({"a\0": 1}, "", "ASCII"),
        ({1: 1}, "", "ASCII"),
        ({"a": b"bytes"}, "a", "bytes"),
        ({"a": {1, 2}}, "a", "set"),
        ({"a": object()}, "a", "object"),
    ],
)
def test_what_the_profile_does_not_admit_is_named_by_its_path(value: Any, path: str, word: str) -> None:
    with pytest.raises(OutsideProfile) as refused:
        check_profile(value)

    assert refused.value.path == path
    assert word in str(refused.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_not_a_number_is_never_written(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_text({"price": value})


@given(st.integers(-LARGEST_INTEGER, LARGEST_INTEGER))
def test_every_integer_that_a_double_holds_is_admitted(number: int) -> None:
    check_profile([number])

    assert canonical_text(number) == str(number)


@pytest.mark.parametrize("text", HOSTILE_STRINGS)
def test_hostile_strings_are_admitted_as_values(text: str) -> None:
    check_profile({"text": text})

    assert canonical_text(text).encode() == rfc8785.dumps(text)
