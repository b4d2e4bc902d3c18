"""Expressions of plain SQL that mean the same on both databases through our connections."""

from decimal import Decimal

import pytest

from tests.both_databases import Database, value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("GREATEST(1, 2)", 2),
        ("GREATEST(1, 2.5, -3)", Decimal("2.5")),
        ("LEAST(1, 2)", 1),
        ("LEAST(0.5, 1, -2)", -2),
        ("GREATEST('a', 'b')", "b"),
        ("GREATEST(1, NULL)", 1),
        ("LEAST(NULL, 2)", 2),
        ("GREATEST(NULL, NULL, 3, 1)", 3),
        ("COALESCE(NULL, NULL, 'x')", "x"),
        ("LENGTH('日本語')", 3),
        ("LOWER('ABC')", "abc"),
        ("ABS(-1.5)", Decimal("1.5")),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("7 % 3", 1),
        ("1 < 2 AND 'a' <> 'b'", True),
        ("CASE WHEN NULL THEN 1 ELSE 2 END", 2),
        ("NULLIF(1, 1)", None),
        ("'a' || 'b'", "ab"),
        ("SUBSTR('abcdef', 2, 3)", "bcd"),
        ("REPLACE('a.b', '.', ',')", "a,b"),
        ("ROUND(2.345, 2)", Decimal("2.35")),
        ("ROUND(-2.345, 2)", Decimal("-2.35")),
        ("ROUND(0.125, 2)", Decimal("0.13")),
        ("ROUND(2.5, 0)", 3),
        ("ROUND(2.5)", 3),
        ("ROUND(-0.5)", -1),
    ],
)
def test_plain_expressions_have_one_answer(both: Database, expression: str, expected: object) -> None:
    assert value(both, f"SELECT {expression}") == expected
