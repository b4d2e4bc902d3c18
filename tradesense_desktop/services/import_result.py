"""What an import is asked, what it shows before it is made, and what it has done."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.verdict import Verdict
from tradesense_desktop.importers.reconciliation import Reconciliation, ReconciliationLine
from tradesense_desktop.importers.statement import SkippedRow, StatedTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """A file and the answers that a person gave about it; None where nothing was said.

    `as_new` asks for a challenge of its own although the account has one under the same preset. `timezone` is the
    platform server's: an IANA name or `America/New_York+7h`. `owner_id` is the trader whose account it is, in a firm's
    workspace alone, where administrators record what traders did; None looks for the account in all challenges.
    """

    path: Path
    challenge_id: str | None = None
    as_new: bool = False
    preset: str | None = None
    initial_balance: Money | None = None
    currency: str | None = None
    timezone: str | None = None
    accept_differences: bool = False
    dry_run: bool = False
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class TimeExample:
    """A time as the file states it and as it is understood (UTC)."""

    stated: datetime
    understood: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What would be imported; nothing is written.

    `needs` names the answers that only a person can give (`balance`, `currency`). `first` and `last` are None for a
    file without a row. `existing_challenge` is the challenge that the rows would be added to. `refusal` is what the
    import would be refused with as things stand (differing totals aside, which stand in `reconciliation`); `outcome`
    says in a sentence what it would come to.
    """

    format_title: str
    account: str
    title: str
    currency: str | None
    initial_balance: Money | None
    needs: tuple[str, ...]
    trades: int
    operations: int
    first: TimeExample | None
    last: TimeExample | None
    timezone: str
    timezones: tuple[str, ...]
    is_timezone_bound: bool
    preset: str
    net: Money
    reconciliation: tuple[ReconciliationLine, ...]
    reconciled: bool
    skipped: tuple[SkippedRow, ...]
    notes: tuple[str, ...]
    existing_challenge: str | None
    refusal: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did; `challenge_id` is None for a dry run that would make a new challenge.

    `net` and `balance` are the file's own, recomputed from its rows. `period` is from the first to the last row (UTC).
    """

    file_name: str
    format: str
    format_title: str
    file_sha256: str
    account: str
    currency: str
    preset: str
    timezone: str
    challenge_id: str | None
    period: tuple[datetime, datetime] | None
    trades_read: int
    trades_added: int
    trades_after_end: int
    totals: Reconciliation
    stated: StatedTotals
    status: ChallengeStatus
    verdict: Verdict
    skipped: tuple[SkippedRow, ...]
    notes: tuple[str, ...]

    @property
    def reconciliation(self) -> tuple[ReconciliationLine, ...]:
        """The lines of the comparison with the file's own totals."""
        return self.totals.lines

    @property
    def reconciled(self) -> bool:
        """Whether every total that the file states was reached."""
        return self.totals.reconciled

    def document(self) -> dict[str, Any]:
        """The result as one stable JSON document (`import --json`)."""
        return {
            "file": self.file_name,
            "format": self.format,
            "file_sha256": self.file_sha256,
            "account": self.account,
            "currency": self.currency,
            "preset": self.preset,
            "timezone": self.timezone,
            "challenge_id": self.challenge_id,
            "trades_read": self.trades_read,
            "trades_added": self.trades_added,
            "trades_after_end": self.trades_after_end,
            "net": self.totals.net,
            "balance": self.totals.balance,
            "stated": self.stated,
            "reconciled": self.reconciled,
            "reconciliation": self.totals.lines,
            "differences": self.totals.differences,
            "verdict": {
                "status": self.status,
                "standing": self.verdict.status,
                "rule": self.verdict.rule,
                "at": self.verdict.at,
                "trade_number": self.verdict.trade_number,
                "floor": self.verdict.floor,
                "equity": self.verdict.equity,
                "quality": self.verdict.quality,
                "sentence": self.verdict.sentence,
            },
            "skipped": self.skipped,
            "notes": self.notes,
        }
