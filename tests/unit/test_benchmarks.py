"""The benchmarks come to their end on small sizes, and their table hides nothing."""

import json
from pathlib import Path

import pytest

from tests.bench import growth, import_statement, reading
from tests.bench.__main__ import main
from tests.bench.measured import Measured, Unit, as_json, from_json, table

SLOW = Measured("import", "executemany", 2.456, Unit.RATIO, 2.0, "5 trades")
FAST = Measured("jump", "a frame", 0.2, Unit.FRAMES, 1.0)
PART = Measured("  of it reading", "executemany", 9.0, Unit.RATIO)


def test_a_missed_target_stands_in_the_table_as_missed() -> None:
    lines = table([SLOW, FAST, PART]).splitlines()

    assert [line.split() for line in lines] == [
        ["what", "against", "found", "target"],
        ["import", "executemany", "2.46", "×", "≤", "2", "MISSED", "5", "trades"],
        ["jump", "a", "frame", "0.20", "frames", "≤", "1", "met"],
        ["of", "it", "reading", "executemany", "9.00", "×"],
    ]


def test_rows_come_back_from_json_with_their_verdicts() -> None:
    text = json.dumps(as_json([SLOW, FAST, PART]))

    assert [row["is_met"] for row in json.loads(text)] == [False, True, True]
    assert from_json(text) == [SLOW, FAST, PART]


def test_a_name_that_is_no_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "there is no benchmark nothing" in capsys.readouterr().err


def test_a_run_by_name_writes_its_rows_and_the_machine(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "found.json"

    assert main(["growth", "--rows", "200", "--json", str(target)]) == 0

    report = json.loads(target.read_text(encoding="utf-8"))
    assert report["machine"]["python"]
    assert report["broken"] == []
    assert [row["what"] for row in report["rows"]][:3] == [
        f"judge and record {count} trades" for count in (20, 60, 200)
    ]
    assert "targets missed" in capfd.readouterr().out


def test_small_sizes_of_each_benchmark_come_to_their_end(tmp_path: Path) -> None:
    report = import_statement.made_up_file(tmp_path, 30)

    assert len(reading.measure(300, 20)) == 8
    assert len(growth.measure((20, 40))) == 5
    assert [row.target for row in import_statement.measure(report)] == [2.0, None, None]
