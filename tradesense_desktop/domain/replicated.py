"""What a replica holds of the firm's server: the tables with their columns, and how far each stream has come.

A stream is the gapless log of what belongs to one person (or, for staff, to nobody): entry by entry it names a row
that is new or changed. Numbers of tables are part of the protocol and never change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple, Protocol, TypeAlias

from tradesense_desktop.domain.errors import DomainError

FIRM_STREAM: Final = "00000000-0000-0000-0000-000000000001"
"""The stream of what belongs to no person; staff alone read it."""
NO_PASSWORD: Final = "!"  # noqa: S105 - what stands where a replica holds no password
REPLICA_PREFIX: Final = "replica/"
"""Settings of these names belong to the replica itself and never come from the server."""

Row: TypeAlias = tuple[str | None, ...]
"""A row as text, in the order of its table's columns: times `YYYY-MM-DD HH:MM:SS.ffffff`, JSON as any JSON text."""


class Kind(Enum):
    """How a column's value is written as text."""

    TEXT = auto()
    INTEGER = auto()
    DECIMAL = auto()
    INSTANT = auto()
    DAY = auto()
    JSON = auto()


@dataclass(frozen=True, slots=True)
class ReplicatedTable:
    """A table of the replica; `order` names the columns by which its rows have to come."""

    number: int
    name: str
    columns: tuple[tuple[str, Kind], ...]
    order: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns."""
        return tuple(name for name, _ in self.columns)

    def place(self, column: str) -> int:
        """Where `column` stands in a row."""
        return self.names.index(column)


def _columns(text: str, **kinds: str) -> tuple[tuple[str, Kind], ...]:
    """Columns in order; `kinds` names those that are no text."""
    special = {name: Kind[kind.upper()] for kind, names in kinds.items() for name in names.split()}
    return tuple((name, special.get(name, Kind.TEXT)) for name in text.split())


USERS: Final = ReplicatedTable(
    1,
    "users",
    _columns(
        "id email role status created_at updated_at last_login_at deleted_at deleted_reason metadata version db_role",
        instant="created_at updated_at last_login_at deleted_at",
        integer="version",
        json="metadata",
    ),
    ("created_at", "id"),
)
CHALLENGES: Final = ReplicatedTable(
    2,
    "challenges",
    _columns(
        "id user_id challenge_type currency initial_balance max_daily_drawdown_percent max_total_drawdown_percent"
        " profit_target_percent current_balance floating_pnl current_equity max_equity_ever daily_start_equity"
        " daily_max_equity daily_min_equity trading_date total_trades total_pnl outside_money adjustments_total"
        " win_rate avg_trade_pnl status created_at updated_at started_at ended_at last_trade_at failure_reason"
        " profit_target_reached_at funded_at previous_challenge_id writer_device_id archived_at rules_config"
        " rule_state metadata version",
        instant="created_at updated_at started_at ended_at last_trade_at profit_target_reached_at funded_at"
        " archived_at",
        day="trading_date",
        integer="total_trades version",
        decimal="initial_balance max_daily_drawdown_percent max_total_drawdown_percent profit_target_percent"
        " current_balance floating_pnl current_equity max_equity_ever daily_start_equity daily_max_equity"
        " daily_min_equity total_pnl outside_money adjustments_total win_rate avg_trade_pnl",
        json="rules_config rule_state metadata",
    ),
    ("created_at", "id"),
)
TRADES: Final = ReplicatedTable(
    3,
    "trades",
    _columns(
        "id challenge_id trade_id symbol side quantity price realized_pnl commission executed_at created_at"
        " sequence_number external_trade_id position_id opened_at open_price metadata",
        instant="executed_at created_at opened_at",
        integer="sequence_number",
        decimal="quantity price realized_pnl commission open_price",
        json="metadata",
    ),
    ("challenge_id", "sequence_number"),
)
EVENTS: Final = ReplicatedTable(
    4,
    "challenge_events",
    _columns(
        "id challenge_id event_type event_version sequence_number event_data description user_friendly_message"
        " occurred_at recorded_at correlation_id causation_id metadata metadata_commitment previous_hash hash",
        instant="occurred_at recorded_at",
        integer="sequence_number",
        json="event_data metadata",
    ),
    ("challenge_id", "sequence_number"),
)
PAYMENTS: Final = ReplicatedTable(
    5,
    "payments",
    _columns(
        "id user_id challenge_id provider provider_payment_id provider_transaction_id external_payment_id amount"
        " currency fee status status_updated_at initiated_at processing_started_at processed_at completed_at"
        " settled_at failed_at failure_reason retry_count refund_amount refunded_at webhook_data provider_metadata"
        " provider_response created_at updated_at metadata",
        instant="status_updated_at initiated_at processing_started_at processed_at completed_at settled_at failed_at"
        " refunded_at created_at updated_at",
        integer="retry_count",
        decimal="amount fee refund_amount",
        json="webhook_data provider_metadata provider_response metadata",
    ),
    ("created_at", "id"),
)
ALERTS: Final = ReplicatedTable(
    6,
    "risk_alerts",
    _columns(
        "id challenge_id user_id alert_type severity title message alert_data status acknowledged_at acknowledged_by"
        " resolved_at resolved_by recommended_actions threshold_breached created_at updated_at correlation_id rule_id"
        " metadata",
        instant="acknowledged_at resolved_at created_at updated_at",
        decimal="threshold_breached",
        json="alert_data metadata",
    ),
    ("created_at", "id"),
)
AUDIT_LOG: Final = ReplicatedTable(
    7,
    "audit_log",
    _columns(
        "id stream sequence_number actor_id action target_table target_id details occurred_at recorded_at device_id"
        " previous_hash hash",
        instant="occurred_at recorded_at",
        integer="sequence_number",
        json="details",
    ),
    ("stream", "sequence_number"),
)
IMPORTS: Final = ReplicatedTable(
    8,
    "import_history",
    _columns(
        "id challenge_id command_id file_name file_sha256 format time_zone trades_read trades_added trades_after_end"
        " totals recorded_at",
        instant="recorded_at",
        integer="trades_read trades_added trades_after_end",
        json="totals",
    ),
    ("recorded_at", "id"),
)
SETTINGS: Final = ReplicatedTable(
    9, "settings", _columns("name value updated_at", instant="updated_at", json="value"), ("name",)
)
REPLICATED: Final = (USERS, CHALLENGES, TRADES, EVENTS, PAYMENTS, ALERTS, AUDIT_LOG, IMPORTS, SETTINGS)
"""In the order of their numbers, which is one in which parents come before children."""


class StreamUnsound(DomainError):
    """What a stream brings does not hold together, or does not fit what is here; nothing of it was taken."""

    is_alarm = False

    def __init__(self, stream_id: str, why: str) -> None:
        self.stream_id = stream_id
        self.why = why
        super().__init__(f"What the server sent of one person does not fit and was not taken: {why}.")


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A stream of which nothing more is taken, and why; `is_alarm` where what was recorded has become another."""

    stream_id: str
    sentence: str
    is_alarm: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a stream has been taken: the number of its last entry, and which row that entry names (none at 0)."""

    stream_id: str
    epoch: str
    seq: int
    table_no: int | None = None
    row_id: str | None = None


@dataclass(frozen=True, slots=True)
class StreamAdvance:
    """A stream with entries after `since`, up to the cursor `to`."""

    since: int
    to: Cursor

    @property
    def stream_id(self) -> str:
        """Whose it is."""
        return self.to.stream_id


class HistoryHead(NamedTuple):
    """How a challenge's history ends: its events, the last one's number and hash (0 and "" without any), its trades."""

    events: int
    sequence_number: int
    hash: str
    trades: int


class ReplicaSource(Protocol):
    """What one pull brings, of one moment of the server."""

    @property
    def advances(self) -> Sequence[StreamAdvance]:
        """The streams that have gone on."""

    @property
    def heads(self) -> Mapping[str, HistoryHead]:
        """How the history of each challenge ends of which something has come."""

    @property
    def stubs(self) -> Sequence[Row]:
        """People whom rows name and whom the reader may not see, as rows of `users`."""

    def rows(self, table: ReplicatedTable) -> Iterator[tuple[str, Row]]:
        """The stream and the content of each row of `table`, in the order of the table; may be asked for again.

        Raises StreamUnsound where a stream names a row that is not there.
        """
