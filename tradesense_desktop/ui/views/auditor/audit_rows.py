"""The rows of the audit log: reading them with the names of people, and their columns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_audit_log import AuditEntry, name_targets, read_audit_log
from tradesense_desktop.ui.formatting.numbers import NOTHING
from tradesense_desktop.ui.tables.column import Column
from tradesense_desktop.ui.theme.tokens import Tone
from tradesense_desktop.ui.views.auditor.audit_words import action_icon, action_tone, action_word, target_word

translate = QCoreApplication.translate

ENTRIES_A_STEP: Final = 1_000
"""So many are read at first, and so many more each time that older ones are asked for."""
_SHOWN_OF_ID: Final = 8


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry, who did it, and to whom or what; `words` are what a filter looks through."""

    entry: AuditEntry
    actor_name: str
    target_name: str
    words: str = ""

    @property
    def target(self) -> str:
        """What it was done to, in words; empty where it was done to nothing in particular."""
        word = target_word(self.entry.target_table)
        return f"{word} {self.target_name}".strip()


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """The newest entries; `is_cut` says that there are older ones. `names` are those of the people who did them."""

    rows: tuple[AuditRow, ...]
    is_cut: bool


def answer_audit(workspace: Workspace, last: int, nobody: str) -> AuditAnswer:
    """The newest `last` entries; what nobody did who had signed in is called `nobody`."""
    entries = read_audit_log(workspace, last=last + 1)
    names = name_targets(workspace, entries)
    rows = tuple(_row(entry, names, nobody) for entry in entries[:last])
    return AuditAnswer(rows, len(entries) > last)


def _row(entry: AuditEntry, names: Mapping[str, str], nobody: str) -> AuditRow:
    actor = nobody if entry.actor_id is None else names.get(entry.actor_id, NOTHING)
    target_id = entry.target_id or ""
    row = AuditRow(entry, actor, names.get(target_id, target_id[:_SHOWN_OF_ID]))
    words = (actor, action_word(entry.action), entry.action, row.target, target_id, entry.hash)
    return replace(row, words="\n".join(words).casefold())


def audit_columns() -> tuple[Column[AuditRow], ...]:
    """Columns of the log."""
    return (
        Column(
            key="when",
            plain_title=translate("Audit", "when"),
            title=lambda context: context.zoned(translate("Audit", "when")),
            text=lambda row, context: context.display.times.instant(row.entry.occurred_at),
            raw=lambda row: instant_text(row.entry.occurred_at),
            tone=_muted,
            order="when",
            width=156,
        ),
        Column(
            key="who",
            plain_title=translate("Audit", "who"),
            text=lambda row, _context: row.actor_name,
            raw=lambda row: row.actor_name,
            order="who",
            width=168,
        ),
        Column(
            key="what",
            plain_title=translate("Audit", "what"),
            text=lambda row, _context: action_word(row.entry.action),
            raw=lambda row: row.entry.action,
            icon=lambda row: action_icon(row.entry.action),
            tone=lambda row: action_tone(row.entry.action),
            order="what",
            width=184,
        ),
        Column(
            key="target",
            plain_title=translate("Audit", "to whom or what"),
            text=lambda row, _context: row.target or NOTHING,
            raw=lambda row: row.entry.target_id or "",
            tone=_muted,
            order="target",
            width=268,
        ),
        Column(
            key="hash",
            plain_title=translate("Audit", "hash"),
            text=lambda row, _context: f"{row.entry.hash[:_SHOWN_OF_ID]}…",
            raw=lambda row: row.entry.hash,
            tone=_muted,
            width=104,
        ),
    )


ORDERS: Final = {
    "when": lambda row: (row.entry.occurred_at, row.entry.sequence_number),
    "who": lambda row: row.actor_name.casefold(),
    "what": lambda row: action_word(row.entry.action),
    "target": lambda row: row.target.casefold(),
}
"""By what the columns sort."""


def _muted(_row: AuditRow) -> Tone:
    return "muted"
