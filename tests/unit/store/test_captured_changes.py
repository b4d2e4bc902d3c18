"""What a command wrote, read back as rows of the wire: exact amounts, whole instants, JSON as JSON."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.firm_workspaces import firm_workspace, ops_of, with_challenges
from tests.unit.services.test_pending_commands import STEPS, Desk
from tradesense_desktop.audit.canonical_json import canonical_text, check_profile
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.money import decimal_text, is_exact
from tradesense_desktop.store.column_types import decimal_column, instant_column
from tradesense_desktop.store.outbox import open_outbox
from tradesense_desktop.store.tables import metadata
from tradesense_desktop.store.wire_rows import (
    column_names,
    columns_of_row,
    instant_of_wire,
    row_of_columns,
    wire_instant,
)

CHAINED = {"stream", "sequence_number", "previous_hash", "hash", "recorded_at"}


@given(st.decimals(min_value=Decimal(-9999999), max_value=Decimal(9999999), places=8).filter(is_exact))
def test_amount_goes_out_as_the_decimal_that_it_is(amount: Decimal) -> None:
    values = dict.fromkeys(column_names("payments"))
    values["amount"] = float(decimal_column(amount) or 0)  # type: ignore[assignment]

    row = row_of_columns("payments", tuple(values[name] for name in column_names("payments")))

    assert row["amount"] == decimal_text(amount)


@given(st.datetimes(timezones=st.just(UTC)))
def test_instant_goes_out_whole_and_comes_back(instant: datetime) -> None:
    column = instant_column(instant)
    assert column is not None

    assert wire_instant(column) == instant_text(instant)
    assert instant_of_wire(instant_text(instant)) == column


@pytest.mark.parametrize(
    ("column", "wire"),
    [
        ("2026-01-02 03:04:05", "2026-01-02T03:04:05.000000Z"),
        ("2026-01-02 03:04:05.678", "2026-01-02T03:04:05.678000Z"),
    ],
)
def test_instant_that_plain_sql_wrote_goes_out_with_six_digits(column: str, wire: str) -> None:
    assert wire_instant(column) == wire


@pytest.mark.parametrize("name", ["trade", "trades", "note", "paid", "import", "webhook", "alert", "open", "day"])
def test_rows_are_whole_and_within_the_profile_that_is_signed(tmp_path: Path, name: str) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, challenges):
        desk = Desk(admin, tmp_path, challenges)
        STEPS["pay"](desk)
        STEPS[name](desk)

        ops = ops_of(admin)
        assert len(ops) == 2
        for op in ops:
            with open_outbox(admin.directory) as outbox:
                text, rows = outbox.rows_text(op.id), outbox.read_rows(op.id)
            assert text == canonical_text(rows)
            check_profile(rows)
            for table, held in rows.items():
                left_out = CHAINED if table == "audit_log" else set()
                for row in held:
                    assert set(row) == set(metadata.tables[table].c.keys()) - left_out
            for row in rows.get("challenge_events", []):
                assert isinstance(row["event_data"], dict)
                assert row["correlation_id"] == op.command_id


def test_row_of_the_wire_is_bound_as_it_was_read(tmp_path: Path) -> None:
    with firm_workspace(tmp_path / "w", prepare=with_challenges(tmp_path)) as (admin, _), admin.reading() as reading:
        for table in ("challenges", "trades", "challenge_events", "risk_alerts", "import_history"):
            for stored in reading.driver.execute(f"SELECT {', '.join(column_names(table))} FROM {table}"):
                row = row_of_columns(table, tuple(stored))
                bound = columns_of_row(table, json.loads(json.dumps(row)))
                for name, was, now in zip(column_names(table), stored, bound, strict=True):
                    is_number = isinstance(was, float)
                    assert (float(now) if is_number else now) == was, (table, name)
