"""Which files were imported is kept and found by challenge and by content."""

from datetime import timedelta

from tests.unit.store.ledgers import CLOCK, create_challenge, fixed_uuid
from tradesense_desktop.store.import_history import ImportRecord, list_imports, list_imports_of_file, record_import
from tradesense_desktop.store.workspace import Workspace


def _record(number: int, challenge_id: str, sha256: str) -> ImportRecord:
    return ImportRecord(
        id=fixed_uuid(100 + number),
        challenge_id=challenge_id,
        command_id=fixed_uuid(200 + number),
        file_name="Bericht März.xlsx",
        file_sha256=sha256,
        format="mt5-history-xlsx",
        time_zone="America/New_York+7h",
        trades_read=9,
        trades_added=8 - number,
        trades_after_end=1,
        totals={"net": "12.34", "balance": "100012.34", "stated_trades": 9},
        recorded_at=CLOCK + timedelta(days=number),
    )


def test_imports_are_found_by_challenge_and_by_file_oldest_first(workspace: Workspace) -> None:
    one, two = create_challenge(workspace, 1), create_challenge(workspace, 2)
    records = [_record(2, one.id, "a" * 64), _record(1, one.id, "b" * 64), _record(3, two.id, "a" * 64)]
    for record in records:
        workspace.write(lambda transaction, record=record: record_import(transaction, record))  # type: ignore[misc]

    with workspace.reading() as reading:
        assert list_imports(reading, one.id) == (records[1], records[0])
        assert list_imports(reading, fixed_uuid(9)) == ()
        assert list_imports_of_file(reading, "a" * 64) == (records[0], records[2])
        assert list_imports_of_file(reading, "c" * 64) == ()
