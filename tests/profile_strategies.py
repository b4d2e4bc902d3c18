"""Random JSON within the profile of the hash chain, with the strings that break careless writers."""

from typing import Any, Final

from hypothesis import strategies

HOSTILE_STRINGS: Final = (
    "",
    " ",
    '"',
    "\\",
    "\\u0041",
    "/",
    "</script>",
    "\b\t\n\f\r",
    "\x01\x0b\x1f",
    "\x7f",
    "\x80\x9f",
    "\u2028\u2029",
    "\ufeff",
    "\ufffd\uffff",
    "é",
    "e\u0301",
    "ﬀ İ ı ß",
    "€ ‰ 日本語",
    "\U0001f4c8",
    "\U0010ffff",
    "\u202eevil",
    "Robert'); DROP TABLE trades;--",
    "%s %(x)s ? :x $1 {0}",
    "1e400",
    "NaN",
    "-0",
)
LARGEST_INTEGER: Final = 9007199254740991

keys = strategies.one_of(
    strategies.text(strategies.characters(min_codepoint=1, max_codepoint=127), max_size=8),
    strategies.sampled_from(["a", "A", "aa", "a_b", "a-b", "a b", "1", "10", "2", "", '"', "\\", "\n"]),
)
texts = strategies.one_of(
    strategies.sampled_from(HOSTILE_STRINGS),
    strategies.text(strategies.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20),
)
integers = strategies.one_of(
    strategies.integers(-LARGEST_INTEGER, LARGEST_INTEGER),
    strategies.sampled_from([0, LARGEST_INTEGER, -LARGEST_INTEGER]),
)
values: strategies.SearchStrategy[Any] = strategies.recursive(
    strategies.none() | strategies.booleans() | integers | texts,
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
objects = strategies.dictionaries(keys, values, max_size=5)
