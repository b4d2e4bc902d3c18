"""What an import would do: where its rows go, under which zone and rules, and whether the file agrees with itself."""

import hashlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.money import Money, money_text
from tradesense_desktop.domain.printable import printable
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.recognise import read_statement
from tradesense_desktop.importers.reconciliation import Reconciliation, reconcile
from tradesense_desktop.importers.statement import Source, Statement, StatementFormat
from tradesense_desktop.services.account_window import as_window, held_before, last_row_at
from tradesense_desktop.services.challenge_origin import preset_of
from tradesense_desktop.services.errors import AnswerNeeded, Refused
from tradesense_desktop.services.import_binding import binding_of
from tradesense_desktop.services.import_result import ImportRequest
from tradesense_desktop.services.payment_due import check_paid
from tradesense_desktop.services.presets import JOURNAL, preset_named
from tradesense_desktop.services.statement_rows import DatedRow, dated_rows
from tradesense_desktop.store.challenges import list_challenges, read_challenge
from tradesense_desktop.store.errors import ChallengeUnknown
from tradesense_desktop.store.import_history import list_imports_of_file
from tradesense_desktop.store.transaction import Reading

DEFAULT_ZONE: Final = "UTC"
OFFERED_ZONES: Final = ("UTC", "Europe/Helsinki", "America/New_York+7h")
FORMAT_TITLES: Final = {
    StatementFormat.METATRADER5_HISTORY: "MetaTrader 5 history report",
    StatementFormat.METATRADER5_TESTER: "MetaTrader 5 strategy tester report",
    StatementFormat.METATRADER4_STATEMENT: "MetaTrader 4 statement",
    StatementFormat.METATRADER4_TESTER: "MetaTrader 4 strategy tester report",
}


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file that was read whole."""

    path: Path
    sha256: str
    statement: Statement

    @property
    def name(self) -> str:
        """The file's name as it can be shown and stored."""
        return printable(self.path.name)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """A file with everything decided; `target` is None for a new challenge.

    `initial_balance` is the file's (what the account began with as this file tells), `rows` are in UTC and order.
    `is_known_file` says that these very bytes were imported into the target before.
    """

    file: StatementFile
    target: Challenge | None
    preset: str
    zone: str
    currency: str
    initial_balance: Money
    totals: Reconciliation
    rows: list[DatedRow]
    is_known_file: bool
    notes: tuple[str, ...]


def read_file(path: Path, progress: ProgressReport) -> StatementFile:
    """Read the statement at `path`. Raises StatementRefused, also for what is no file or is being written."""
    before = _regular_file(path)
    statement = read_statement(path, progress)
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    after = _regular_file(path)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise StatementRefused(path.name, "the file was written to while it was read; try again when it is whole.")
    return StatementFile(path, digest, statement)


def _regular_file(path: Path) -> os.stat_result:
    """What the system knows of the file; a pipe or a folder cannot be read twice."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name is possible"
        raise StatementRefused(path.name or str(path), f"the file cannot be read ({reason}).") from None
    if not stat.S_ISREG(found.st_mode):
        raise StatementRefused(path.name or str(path), "this is no file; save the report as a file and import that.")
    return found


def source_json(source: Source) -> dict[str, str | None]:
    """The source as a challenge's rules hold it."""
    return {"family": source.family, "account": source.account, "server": source.server, "run": source.run}


def account_text(source: Source) -> str:
    """The source as people name it."""
    return source.run or " · ".join(part for part in (source.account, source.server) if part) or source.family


def plan_import(reading: Reading, request: ImportRequest, file: StatementFile, owner_id: str | None) -> ImportPlan:
    """Decide everything about an import into the challenges of one person; of anybody where `owner_id` is None.

    Raises AnswerNeeded, Refused, and what the domain refuses.
    """
    target, notes = find_target(reading, request, file, owner_id)
    if target is not None:
        check_paid(reading, target)
    zone = zone_of(reading, request, target)
    file, rows, before = beside_ledger(reading, file, target, zone)
    statement = file.statement
    currency = _currency(request, statement, target)
    initial_balance = _initial_balance(request, statement, before)
    if target is not None:
        _check_beginning(reading, target, initial_balance)
    totals = reconcile(statement, initial_balance)
    preset = preset_of(target) if target is not None else request.preset or JOURNAL
    if target is None:
        preset_named(preset)
    return ImportPlan(
        file,
        target,
        preset,
        zone,
        currency,
        initial_balance,
        totals,
        rows,
        target is not None and target.id in _imported_into(reading, file),
        tuple(notes),
    )


def find_target(
    reading: Reading, request: ImportRequest, file: StatementFile, owner_id: str | None
) -> tuple[Challenge | None, list[str]]:
    """The challenge of this person that the rows go to (None: a new one), and what there is to know about the choice.

    Without an id it is the challenge of the same source under the same preset; `as_new` asks for another one, but
    the very same file under the same preset and zone is the same import again.
    """
    source = source_json(file.statement.source)
    if request.challenge_id is not None:
        return _named_target(reading, request, source, owner_id), []
    preset = request.preset or JOURNAL
    # Two files that name neither an account nor a run may be of two accounts.
    is_known = source["account"] is not None or source["run"] is not None
    same_source = [
        challenge
        for challenge in list_challenges(reading, owner_id=owner_id)
        if is_known and binding_of(reading, challenge).source == source
    ]
    candidates = [challenge for challenge in same_source if preset_of(challenge) == preset]
    if request.as_new:
        zone = request.timezone or DEFAULT_ZONE
        same_file = _imported_into(reading, file)
        candidates = [each for each in candidates if binding_of(reading, each).zone == zone and each.id in same_file]
    if not candidates and not file.statement.trades:
        raise Refused(f"{file.name}: there is no closed trade in it yet; nothing was imported.")
    others = [challenge for challenge in same_source if challenge not in candidates]
    notes = [f"This account also has challenge {other.id} under the preset {preset_of(other)}." for other in others[:3]]
    if len(candidates) > 1 and not request.as_new:
        raise Refused(
            f"This account has {len(candidates)} challenges under the preset {preset} "
            f"({', '.join(each.id[:13] for each in candidates)}); name the one to add to, or make another.",
            "--challenge ID, or --new",
        )
    return (candidates[-1], []) if candidates else (None, notes)


def _imported_into(reading: Reading, file: StatementFile) -> set[str]:
    """The challenges that these very bytes were imported into."""
    return {record.challenge_id for record in list_imports_of_file(reading, file.sha256)}


def zone_of(reading: Reading, request: ImportRequest, target: Challenge | None) -> str:
    """The zone to convert from. Raises Refused where the challenge is bound to another one."""
    bound = None if target is None else binding_of(reading, target).zone
    if bound is not None and request.timezone is not None and request.timezone != bound:
        raise Refused(
            f"The challenge's times are those of {bound}; this import names {request.timezone}. A challenge made with "
            "the wrong zone is archived and its file imported as a new one.",
            "--new",
        )
    return bound or request.timezone or DEFAULT_ZONE


def _named_target(
    reading: Reading, request: ImportRequest, source: dict[str, str | None], owner_id: str | None
) -> Challenge:
    assert request.challenge_id is not None
    target = read_challenge(reading, request.challenge_id)
    if owner_id not in {None, target.user_id}:
        raise ChallengeUnknown(target.id)
    if request.as_new:
        raise Refused("Either --challenge or --new: rows cannot go to both.")
    if target.archived_at is not None:
        raise Refused(f"Challenge {target.id} is archived and takes no rows; import the file as a new one.", "--new")
    if request.preset is not None and request.preset != preset_of(target):
        raise Refused(
            f"Challenge {target.id} is judged under {preset_of(target)}; {request.preset} takes one of its own.",
            "--new",
        )
    bound = binding_of(reading, target).source
    if bound is not None and bound != source:
        raise Refused(
            f"Challenge {target.id} holds rows of {_source_words(bound)}; this file is of {_source_words(source)}. "
            "A challenge takes rows of one source only: import it as a new one.",
            "--new",
        )
    return target


def _source_words(source: dict[str, str | None]) -> str:
    return " ".join(str(part) for part in source.values() if part)


def _currency(request: ImportRequest, statement: Statement, target: Challenge | None) -> str:
    answer = None if request.currency is None else request.currency.upper()
    if answer is not None and statement.currency is not None and answer != statement.currency:
        raise Refused(f"The file says that its currency is {statement.currency}, not {answer}.")
    currency = statement.currency or answer or (None if target is None else target.currency)
    if currency is None:
        raise AnswerNeeded(
            "The file does not say the account's currency; it has to be named.", "currency", "--currency USD"
        )
    if target is not None and target.currency != currency:
        raise Refused(f"The challenge is in {target.currency}, the file in {currency}.")
    return currency


def beside_ledger(
    reading: Reading, file: StatementFile, target: Challenge | None, zone: str
) -> tuple[StatementFile, list[DatedRow], Money | None]:
    """The file as an addition to `target`, its rows in UTC, and what the ledger says that the account held before."""
    if target is None:
        return file, dated_rows(file.statement, zone), None
    file = replace(file, statement=as_window(reading, target, file.statement, zone))
    rows = dated_rows(file.statement, zone)
    return file, rows, held_before(reading, target, file.statement, rows)


def _check_beginning(reading: Reading, target: Challenge, initial_balance: Money) -> None:
    """Raise Refused where the first statement of a challenge is of an account that began with another balance."""
    if initial_balance != target.initial_balance and last_row_at(reading, target) is None:
        raise Refused(
            f"Challenge {target.id} begins with {money_text(target.initial_balance)} {target.currency}, the account of "
            f"this file with {money_text(initial_balance)}; import the file as a new challenge.",
            "--new",
        )


def _initial_balance(request: ImportRequest, statement: Statement, before: Money | None) -> Money:
    stated, answer = statement.initial_balance, request.initial_balance
    if stated is not None and answer is not None and stated != answer:
        raise Refused(f"The file says that the account began with {money_text(stated)}, not with {money_text(answer)}.")
    balance = stated if stated is not None else answer
    if balance is None:
        balance = before
    if balance is None:
        raise AnswerNeeded(
            "The file does not say what the account began with; it has to be named.", "balance", "--balance 10000"
        )
    return balance
