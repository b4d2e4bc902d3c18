"""The tables that Core knows are those of a real store, column by column."""

import pytest
from sqlalchemy import Table, text

from tradesense_desktop.domain.alert import RiskAlert
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.store.column_types import Stored
from tradesense_desktop.store.tables import challenges, metadata, risk_alerts
from tradesense_desktop.store.workspace import Workspace


@pytest.mark.parametrize("table", metadata.tables.values(), ids=str)
def test_columns_and_their_types_are_those_of_the_store(workspace: Workspace, table: Table) -> None:
    with workspace.reading() as reading:
        stored = reading.core.execute(text(f"PRAGMA table_info({table.name})")).all()

    declared = {
        column.name: column.type.declared if isinstance(column.type, Stored) else str(column.type)
        for column in table.columns
    }
    assert {row.name: row.type for row in stored} == declared


def test_challenge_and_alert_have_one_field_a_column() -> None:
    assert set(Challenge.__dataclass_fields__) == set(challenges.columns.keys())
    assert set(RiskAlert.__dataclass_fields__) == set(risk_alerts.columns.keys())
