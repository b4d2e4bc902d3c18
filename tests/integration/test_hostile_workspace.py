"""Folders, files and moments that mean harm, or look like it: one sentence, nothing written, nothing of others changed."""

import json
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.domain.progress import Progress
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_ledger import read_trades

ROOT = Path(__file__).resolve().parents[2]
STORE = "workspace.sqlite"


def report(closes: int = 2, *, symbol: str = "EURUSD", server: str = "Made-Up Server") -> Report:
    """A history of 10,000 paid in and so many closes of +1.00, a minute apart."""
    made = Report(account=f"7001 (USD, {server}, real, Hedge)")
    made.operation("balance", "10000.00")
    for _ in range(closes):
        made.deal("buy", "in", "1.00", "1.10000", symbol=symbol)
        made.deal("sell", "out", "1.00", "1.10100", "1.00", symbol=symbol)
    return made


def written(folder: Path, content: str | bytes, name: str = "report.html") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def command(workspace: Path, *arguments: object) -> list[str]:
    return [sys.executable, "-m", "tradesense_desktop", "--workspace", str(workspace), *map(str, arguments)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# The place of the store


def _garbage(store: Path) -> None:
    store.write_bytes(b"no database at all")


def _of_another_program(store: Path) -> None:
    connection = sqlite3.connect(store)
    connection.execute("CREATE TABLE schema_version (version TEXT)")
    connection.execute("CREATE TABLE photographs (title TEXT)")
    connection.close()


def _folder(store: Path) -> None:
    store.mkdir()


def _pipe(store: Path) -> None:
    os.mkfifo(store)


def _link_to_a_file_of_mine(store: Path) -> None:
    target = store.parent / "letter.txt"
    target.write_text("Dear", encoding="utf-8")
    target.chmod(0o644)
    store.symlink_to(target)


def _link_to_itself(store: Path) -> None:
    store.symlink_to(store)


@pytest.mark.parametrize(
    "make", [_garbage, _of_another_program, _folder, _pipe, _link_to_a_file_of_mine, _link_to_itself]
)
def test_what_is_no_store_is_refused_and_left_as_it_was(tmp_path: Path, make: object) -> None:
    folder = tmp_path / "workspace"
    folder.mkdir()
    folder.chmod(0o755)
    assert callable(make)
    make(folder / STORE)
    before = {path.name: (path.lstat().st_mode, path.lstat().st_size) for path in folder.iterdir()}

    with pytest.raises(Refused) as refusal:
        open_workspace(folder)

    assert STORE in refusal.value.sentence
    assert "\n" not in refusal.value.sentence
    assert {path.name: (path.lstat().st_mode, path.lstat().st_size) for path in folder.iterdir()} == before
    assert mode(folder) == 0o755


def test_a_store_of_a_newer_program_is_refused_with_both_versions(tmp_path: Path) -> None:
    open_workspace(tmp_path / "workspace").close()
    connection = sqlite3.connect(tmp_path / "workspace" / STORE)
    connection.execute("UPDATE schema_version SET version = '2.0'")
    connection.commit()
    connection.close()

    with pytest.raises(Refused, match=r"has schema 2\.0, which is newer than this program knows \(1\.0\)"):
        open_workspace(tmp_path / "workspace")


def test_a_new_store_is_closed_to_others_and_a_folder_with_other_things_keeps_its_rights(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    written(shared, "mine", "letter.txt")
    for folder in (shared, tmp_path / "own"):
        open_workspace(folder).close()
        assert mode(folder / STORE) == 0o600

    assert (mode(shared), mode(tmp_path / "own")) == (0o755, 0o700)


# Moments


def test_two_programs_that_import_one_file_at_once_record_it_once(tmp_path: Path) -> None:
    path = written(tmp_path, report(40).html())
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    programs = [
        subprocess.Popen(
            command(tmp_path / "workspace", "import", path, "--json"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(2)
    ]
    said = [each.communicate(timeout=120) for each in programs]

    assert [each.returncode for each in programs] == [0, 0], said
    documents = [json.loads(output) for output, _ in said]
    assert sorted(document["trades_added"] for document in documents) == [0, 40]
    assert len({document["challenge_id"] for document in documents}) == 1


def test_control_c_while_rows_are_recorded_leaves_the_store_as_it_was(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, report(300).html())

    waiting = threading.main_thread().ident
    assert waiting is not None
    is_pressed = threading.Event()

    def raise_as_python_does(_number: int, _frame: object) -> None:
        is_pressed.set()
        raise KeyboardInterrupt

    def interrupt(progress: Progress) -> None:
        if progress.stage == "Judging and recording" and not is_pressed.is_set():
            # The writer goes on only when the waiting thread has been told.
            signal.pthread_kill(waiting, signal.SIGINT)
            assert is_pressed.wait(60)

    before = signal.signal(signal.SIGINT, raise_as_python_does)
    try:
        with pytest.raises(KeyboardInterrupt):
            import_statement(workspace, ImportRequest(path=path), interrupt)
    finally:
        signal.signal(signal.SIGINT, before)

    assert read_challenges(workspace, include_archived=True) == ()
    assert import_statement(workspace, ImportRequest(path=path)).trades_added == 300


@pytest.mark.skipif(sys.platform != "linux", reason="the bound on a file's size is Linux's")
def test_a_disk_that_is_full_in_the_middle_of_an_import_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, report(600).html())
    open_workspace(tmp_path / "workspace").close()
    most = (tmp_path / "workspace" / STORE).stat().st_size + 65_536

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(
        command(tmp_path / "workspace", "import", path),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=bound,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be used" in done.stderr
    assert done.stderr.count("\n") == 1
    workspace = open_workspace(tmp_path / "workspace")
    try:
        assert read_challenges(workspace, include_archived=True) == ()
        assert import_statement(workspace, ImportRequest(path=path)).trades_added == 600
    finally:
        workspace.close()


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_an_answer_that_cannot_be_written_does_not_deny_what_was_done(tmp_path: Path) -> None:
    path = written(tmp_path, report().html())
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            command(tmp_path / "workspace", "import", path),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            timeout=120,
            check=False,
        )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "the store is as it was" not in done.stderr
    workspace = open_workspace(tmp_path / "workspace")
    try:
        assert len(read_challenges(workspace)) == 1
    finally:
        workspace.close()


# Names


@pytest.mark.parametrize("name", [b"two\nlines.html", b"red\x1b[31m.html", b"no text \xff\xfe.html", b"=cmd.html"])
def test_a_file_may_have_any_name_and_none_reaches_a_terminal_as_it_is(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_text(report().html(), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = [*command(tmp_path / "workspace", "import"), str(path)]
    good = subprocess.run(run, capture_output=True, text=True, env=environment, timeout=120, check=False)
    path.write_text("nothing", encoding="utf-8")
    bad = subprocess.run(run, capture_output=True, text=True, env=environment, timeout=120, check=False)

    assert (good.returncode, good.stderr) == (0, "")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.count("\n") == 1
    assert "\x1b" not in good.stdout + bad.stderr


@pytest.mark.parametrize("symbol", ["=1+1", "@SUM", "+EURUSD", "-EURUSD", "A&B", "<b>EURUSD</b>", "X" * 64])
def test_a_symbol_is_kept_to_the_letter(workspace: Workspace, tmp_path: Path, symbol: str) -> None:
    path = written(tmp_path, report(1, symbol=symbol).html())
    result = import_statement(workspace, ImportRequest(path=path))

    assert result.challenge_id is not None
    assert [row.symbol for row in read_trades(workspace, result.challenge_id)] == [symbol]


@pytest.mark.parametrize("symbol", ["EUR\x1bUSD", "EUR\N{RIGHT-TO-LEFT OVERRIDE}USD", "X" * 65, " "])
def test_a_symbol_that_cannot_be_printed_or_is_none_is_refused_with_its_place(
    workspace: Workspace, tmp_path: Path, symbol: str
) -> None:
    path = written(tmp_path, report(1, symbol=symbol).html())
    with pytest.raises(Refused, match=r"report\.html, line \d+, column “Symbol”"):
        import_statement(workspace, ImportRequest(path=path))
    assert read_challenges(workspace) == ()


# Content


def test_a_name_says_nothing_about_what_a_file_is(workspace: Workspace, tmp_path: Path) -> None:
    sheet = import_statement(workspace, ImportRequest(path=written(tmp_path, report().xlsx(), "sheet.htm")))
    page = import_statement(workspace, ImportRequest(path=written(tmp_path, report().html(), "page.xlsx")))

    assert (sheet.trades_added, page.trades_added) == (2, 0)
    assert sheet.challenge_id == page.challenge_id


@pytest.mark.parametrize(
    "content",
    [
        b"<tr>" * 500_000,
        b"<tr><td>" + b"<td>" * 500_000 + b"</tr>",
        b"<table><tr><td>" * 200_000,
        b"<!--" * 500_000 + b"<tr>",
        b'<tr a="' * 300_000,
        b"<tr " + b"= " * 1_000_000 + b"><td>",
        b"<tr><td>" + b"&amp;" * 400_000 + b"</td></tr></table>",
        b"<tr><td>" + b"9" * 2_000_000 + b"</td></tr></table>",
        bytes(range(256)) * 8_000,
        b"\xff\xfe" + bytes(range(255, -1, -1)) * 8_000,
        b"PK\x03\x04" + bytes(range(256)) * 4_000,
    ],
    ids=["rows", "cells", "tables", "comments", "quotes", "marks", "entities", "digits", "bytes", "UTF-16", "ZIP"],
)
def test_megabytes_that_imitate_a_report_are_refused_in_one_sentence(
    workspace: Workspace, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(Refused) as refusal:
        import_statement(workspace, ImportRequest(path=written(tmp_path, content)))

    assert refusal.value.sentence.startswith("report.html")
    assert len(refusal.value.sentence) < 300
    assert read_challenges(workspace) == ()


def test_endless_and_empty_devices_are_refused(workspace: Workspace) -> None:
    for device in ("/dev/zero", "/dev/null"):
        with pytest.raises(Refused):
            import_statement(workspace, ImportRequest(path=Path(device)))
