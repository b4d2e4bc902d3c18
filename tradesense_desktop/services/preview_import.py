"""Preview an import: what was recognised, what would come in, and what only a person can say; nothing is written."""

from tradesense_desktop.domain.limits import verdict
from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.domain.server_clock import local_reading
from tradesense_desktop.importers.reconciliation import reconcile
from tradesense_desktop.services.challenge_origin import preset_of
from tradesense_desktop.services.errors import Refused, TotalsDiffer, refusals
from tradesense_desktop.services.import_binding import binding_of
from tradesense_desktop.services.import_plan import (
    FORMAT_TITLES,
    OFFERED_ZONES,
    StatementFile,
    account_text,
    beside_ledger,
    find_target,
    read_file,
    zone_of,
)
from tradesense_desktop.services.import_result import ImportPreview, ImportRequest, TimeExample
from tradesense_desktop.services.import_statement import dry_run, owner_sought
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.services.presets import JOURNAL
from tradesense_desktop.services.resting_collector import resting_collector
from tradesense_desktop.services.statement_rows import DatedRow


def preview_import(workspace: Workspace, request: ImportRequest, progress: ProgressReport = unwatched) -> ImportPreview:
    """What the file of `request` would bring. Raises Refused for a file that is no statement."""
    with refusals(), resting_collector():
        owner_id = owner_sought(workspace, request, require(workspace, Right.RECORD_ROWS))
        file = read_file(request.path, progress)
        with workspace.reading() as reading:
            target, notes = find_target(reading, request, file, owner_id)
            zone = zone_of(reading, request, target)
            as_read = file
            bound = None if target is None else binding_of(reading, target).zone
            file, rows, before = beside_ledger(reading, file, target, zone)
        statement = file.statement
        stated = (statement.initial_balance, request.initial_balance, before)
        balance = next((amount for amount in stated if amount is not None), None)
        currency = statement.currency or request.currency or (None if target is None else target.currency)
        totals = reconcile(statement, balance if balance is not None else ZERO)
        needs = [name for name, value in (("balance", balance), ("currency", currency)) if value is None]
        refusal, outcome = (None, None) if needs else _what_comes_of_it(workspace, request, as_read, progress)
        return ImportPreview(
            format_title=FORMAT_TITLES[statement.format],
            account=account_text(statement.source),
            title=statement.title,
            currency=currency,
            initial_balance=balance,
            needs=tuple(needs),
            trades=len(statement.trades),
            operations=len(statement.operations),
            first=_example(rows[0], zone) if rows else None,
            last=_example(rows[-1], zone) if rows else None,
            timezone=zone,
            timezones=OFFERED_ZONES if zone in OFFERED_ZONES else (zone, *OFFERED_ZONES),
            is_timezone_bound=bound is not None,
            preset=preset_of(target) if target is not None else request.preset or JOURNAL,
            net=totals.net,
            # Without an initial balance the file's balance cannot be recomputed yet.
            reconciliation=totals.lines if balance is not None else totals.lines[:2],
            reconciled=totals.reconciled
            if balance is not None
            else not any(line.difference for line in totals.lines[:2]),
            skipped=statement.skipped,
            notes=tuple(notes),
            existing_challenge=None if target is None else target.id,
            refusal=refusal,
            outcome=outcome,
        )


def _what_comes_of_it(
    workspace: Workspace, request: ImportRequest, file: StatementFile, progress: ProgressReport
) -> tuple[str | None, str | None]:
    """Why the import would be refused, or the verdict that it would end with."""
    try:
        with refusals(), workspace.reading() as reading:
            return None, verdict(dry_run(reading, workspace, request, file, progress).challenge).sentence
    except TotalsDiffer:
        # The comparison itself is shown, and a person may accept it.
        return None, None
    except Refused as refusal:
        return refusal.sentence, None


def _example(row: DatedRow, zone: str) -> TimeExample:
    return TimeExample(local_reading(row.at, zone), row.at)
