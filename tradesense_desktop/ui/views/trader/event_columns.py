"""The columns of the event timeline: one line an event."""

from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.services.views import EventRow
from tradesense_desktop.ui.tables.column import Column
from tradesense_desktop.ui.theme.tokens import Tone
from tradesense_desktop.ui.views.trader.words import event_icon, event_tone, event_word, translate

_SHOWN_OF_HASH = 10


def short_hash(text: str) -> str:
    """The beginning of a hash: enough to know it again; what is copied is the whole."""
    return f"{text[:_SHOWN_OF_HASH]}…" if len(text) > _SHOWN_OF_HASH else text


def event_columns() -> tuple[Column[EventRow], ...]:
    """Columns of the timeline, in the order in which they come."""
    return (
        Column(
            key="number",
            plain_title=translate("Timeline", "#"),
            text=lambda row, context: context.display.numbers.count(row.sequence_number),
            raw=lambda row: str(row.sequence_number),
            tone=_muted,
            is_figure=True,
            width=72,
        ),
        Column(
            key="occurred",
            plain_title=translate("Timeline", "occurred"),
            title=lambda context: context.zoned(translate("Timeline", "occurred")),
            text=lambda row, context: context.display.times.instant(row.occurred_at, context.firm_zone),
            raw=lambda row: instant_text(row.occurred_at),
            tone=_muted,
            width=176,
        ),
        Column(
            key="kind",
            plain_title=translate("Timeline", "kind"),
            text=lambda row, _context: event_word(row.event_type),
            raw=lambda row: row.event_type,
            icon=lambda row: event_icon(row.event_type),
            tone=lambda row: event_tone(row.event_type),
            width=208,
        ),
        Column(
            key="sentence",
            plain_title=translate("Timeline", "what happened"),
            text=lambda row, context: _sentence(row, masked=context.display.is_masked),
            raw=lambda row: row.description,
            width=560,
        ),
        Column(
            key="hash",
            plain_title=translate("Timeline", "hash"),
            text=lambda row, _context: short_hash(row.hash),
            raw=lambda row: row.hash,
            tone=_muted,
            width=112,
        ),
        Column(
            key="recorded",
            plain_title=translate("Timeline", "recorded"),
            title=lambda context: context.zoned(translate("Timeline", "recorded")),
            text=lambda row, context: context.display.times.instant(row.recorded_at, context.firm_zone),
            raw=lambda row: instant_text(row.recorded_at),
            tone=_muted,
            width=176,
            is_hidden=True,
        ),
    )


def _sentence(row: EventRow, *, masked: bool) -> str:
    """The sentence of the record; in privacy mode only the kind, because sentences hold amounts."""
    return event_word(row.event_type) if masked else row.description


def _muted(_row: EventRow) -> Tone:
    return "muted"
